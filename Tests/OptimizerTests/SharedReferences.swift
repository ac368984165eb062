import Foundation

/// The reference figures beside the clone, where they are.
enum SharedReferences {
    static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appending(
        path: "../../../shared/reference/optimizer")
    /// Whether they are there; where they are, a missing case is a failure.
    static let present = FileManager.default.fileExists(atPath: folder.path)

    static func json(_ name: String) throws -> [String: Any] {
        let data = try Data(contentsOf: folder.appending(path: name))
        return try JSONSerialization.jsonObject(with: data) as? [String: Any] ?? [:]
    }

    /// The rows of a table of numbers, without its header.
    static func table(_ name: String) throws -> [[Double]] {
        let text = try String(contentsOf: folder.appending(path: name), encoding: .utf8)
        return text.split(whereSeparator: \.isNewline).dropFirst().map { row in
            row.split(separator: ",").compactMap { Double($0) }
        }
    }
}

/// A number of a reference file; null stands for infinity.
func number(_ value: Any?) -> Double { (value as? NSNumber)?.doubleValue ?? (value is NSNull ? .infinity : .nan) }

/// A list of numbers of a reference file.
func list(_ value: Any?) -> [Double] { (value as? [Any] ?? []).map { number($0) } }

/// A table of numbers of a reference file.
func table(_ value: Any?) -> [[Double]] { (value as? [Any] ?? []).map { list($0) } }

/// Whether two lists agree number by number.
func agree(_ a: [Double], _ b: [Double]) -> Bool { a.count == b.count && zip(a, b).allSatisfy { agree($0, $1) } }

/// Numbers that look drawn, the same in every run.
struct Pseudorandom {
    private var state: UInt64

    init(_ seed: UInt64) { state = seed }

    /// The next number in 0..<1.
    mutating func next() -> Double {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Double(state >> 11) / 0x1p53
    }

    /// Points in the unit cube; on a grid of so many steps where it is not 0, so that values and points repeat.
    mutating func points(_ count: Int, _ dimension: Int, grid: Int = 0) -> [[Double]] {
        (0..<count).map { _ in
            (0..<dimension).map { _ in
                let value = next()
                return grid == 0 ? value : (value * Double(grid)).rounded(.down) / Double(grid)
            }
        }
    }
}
