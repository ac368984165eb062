import WorldModel

/// Rows and columns of text, some flush left and the others flush right.
struct TextTable {
    /// The columns that are flush left.
    private let left: Set<Int>
    private var rows: [[String]] = []

    init(left: Set<Int> = [0]) { self.left = left }

    /// Adds a row; short rows end early.
    mutating func add(_ row: [String]) { rows.append(row.map { $0.shown() }) }

    /// The lines of the table; two spaces part the columns.
    var lines: [String] {
        let count = rows.map(\.count).max() ?? 0
        let widths = (0..<count).map { column in rows.map { column < $0.count ? $0[column].count : 0 }.max() ?? 0 }
        return rows.map { row in
            let cells = row.enumerated().map { column, text in
                let pad = String(repeating: " ", count: widths[column] - text.count)
                return left.contains(column) ? text + pad : pad + text
            }
            return trimmedEnd(cells.joined(separator: "  "))
        }
    }

    private func trimmedEnd(_ text: String) -> String {
        String(text.reversed().drop { $0 == " " }.reversed())
    }
}
