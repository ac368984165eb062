/// Rows and columns of text, the first column flush left and the others flush right.
struct TextTable {
    private var rows: [[String]] = []

    /// Adds a row; short rows end early.
    mutating func add(_ row: [String]) { rows.append(row) }

    /// The lines of the table; two spaces part the columns.
    var lines: [String] {
        let count = rows.map(\.count).max() ?? 0
        let widths = (0..<count).map { column in rows.map { column < $0.count ? $0[column].count : 0 }.max() ?? 0 }
        return rows.map { row in
            let cells = row.enumerated().map { column, text in
                let pad = String(repeating: " ", count: widths[column] - text.count)
                return column == 0 ? text + pad : pad + text
            }
            return trimmedEnd(cells.joined(separator: "  "))
        }
    }

    private func trimmedEnd(_ text: String) -> String {
        String(text.reversed().drop { $0 == " " }.reversed())
    }
}
