import Foundation
import Testing

/// Tables of ../shared/reference/economy, where they are: comments begin with `#`, the first row is the header.
struct EconomyTable {
    static let folder = ClearingReferenceTests.shared.appending(path: "reference/economy")
    static let present = FileManager.default.fileExists(atPath: folder.path)

    let header: [String]
    let rows: [[String]]

    init(_ name: String) throws {
        let text = try String(contentsOf: EconomyTable.folder.appending(path: name), encoding: .utf8)
        let lines = text.split(whereSeparator: \.isNewline).filter { !$0.hasPrefix("#") }
            .map { $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init) }
        header = try #require(lines.first)
        rows = Array(lines.dropFirst())
    }

    func texts(_ column: String) throws -> [String] {
        let index = try #require(header.firstIndex(of: column), "no column \(column)")
        return rows.map { $0[index] }
    }

    func numbers(_ column: String) throws -> [Double] {
        try texts(column).map { try #require(Double($0), "`\($0)` in \(column)") }
    }
}

/// The difference of two numbers over the larger.
func relative(_ a: Double, _ b: Double) -> Double { a == b ? 0 : abs(a - b) / max(abs(a), abs(b)) }
