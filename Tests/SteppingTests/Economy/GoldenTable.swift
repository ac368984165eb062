import Foundation
import Testing

/// A CSV table beside the checkout, in a folder of `../shared/reference`; lines with # are left out.
struct GoldenTable {
    static let shared = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appending(
        path: "../../../../shared"
    ).standardizedFileURL
    /// Whether the references are there; where they are, a missing file is a failure.
    static let isPresent = FileManager.default.fileExists(atPath: shared.path)

    let header: [String]
    let rows: [[String]]

    init(_ name: String, in folder: String = "economy") throws {
        let text = try String(contentsOf: Self.shared.appending(path: "reference/\(folder)/\(name)"), encoding: .utf8)
        let lines = text.split(whereSeparator: \.isNewline).filter { !$0.hasPrefix("#") }.map(Self.cells)
        header = try #require(lines.first)
        rows = Array(lines.dropFirst())
    }

    /// The cells of a line; commas between quotes belong to the cell.
    private static func cells(_ line: Substring) -> [String] {
        var cells = [""]
        var isQuoted = false
        for character in line {
            switch character {
            case "\"": isQuoted.toggle()
            case "," where !isQuoted: cells.append("")
            default: cells[cells.count - 1].append(character)
            }
        }
        return cells
    }

    func text(_ row: Int, _ column: String) -> String { header.firstIndex(of: column).map { rows[row][$0] } ?? "" }
    func number(_ row: Int, _ column: String) -> Double { Double(text(row, column)) ?? .nan }
}

/// Whether two numbers agree to 1e-9 of the larger, or of one.
func agree(_ a: Double, _ b: Double, _ tolerance: Double = 1e-9) -> Bool {
    abs(a - b) <= tolerance * max(1, abs(a), abs(b))
}
