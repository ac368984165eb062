/// A table as RFC 4180 has it: a header and rows of as many texts, with the lines on which they begin.
package struct CSVTable {
    package struct Row {
        package let line: Int
        package let cells: [String]
    }

    /// A cell as it stands in a file: in quotes where it holds a comma, a quote or the end of a line, or if it `must` be.
    package static func quoted(_ cell: String, must: Bool = false) -> String {
        guard must || cell.utf8.contains(where: { [0x22, 0x2C, 0x0A, 0x0D].contains($0) }) else { return cell }
        return "\"" + cell.replacing("\"", with: "\"\"") + "\""
    }

    package let header: [String]
    package let headerLine: Int
    package let rows: [Row]

    /// Parses a file; nil after a finding that leaves no table.
    ///
    /// - Parameter mayBeEmpty: whether a header alone is a table.
    package static func parse(
        _ bytes: [UInt8], file: String, mayBeEmpty: Bool = false, _ collector: Collector
    ) -> CSVTable? {
        var bytes = bytes[...]
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { bytes = bytes.dropFirst(3) }
        guard String(validating: bytes, as: UTF8.self) != nil else {
            collector.add(file, nil, nil, "the file is not UTF-8", "save it as UTF-8")
            return nil
        }
        var records: [Row] = []
        var cells: [String] = []
        var cell: [UInt8] = []
        var line = 1
        var firstLine = 1
        var quoted = false
        var closed = false
        var intact = true

        func wrongQuote(_ message: String) {
            collector.add(
                file, line, nil, message, "put the whole cell in quotes and double every quote inside it")
            intact = false
        }
        func endCell() {
            let text = String(decoding: cell, as: UTF8.self)
            cells.append(closed ? text : text.trimmed)
            cell.removeAll(keepingCapacity: true)
            closed = false
        }
        func endRecord() {
            endCell()
            if cells != [""] { records.append(Row(line: firstLine, cells: cells)) }
            cells = []
        }

        var i = bytes.startIndex
        while i < bytes.endIndex, intact {
            let byte = bytes[i]
            let next = i + 1 < bytes.endIndex ? bytes[i + 1] : 0
            if quoted {
                if byte == UInt8(ascii: "\""), next == byte {
                    cell.append(byte)
                    i += 1
                } else if byte == UInt8(ascii: "\"") {
                    quoted = false
                    closed = true
                } else {
                    if byte == UInt8(ascii: "\n") { line += 1 }
                    cell.append(byte)
                }
            } else if byte == UInt8(ascii: "\"") {
                if cell.isEmpty, !closed { quoted = true } else { wrongQuote("a quote inside a cell") }
            } else if byte == UInt8(ascii: ",") {
                endCell()
            } else if byte == UInt8(ascii: "\n") {
                endRecord()
                line += 1
                firstLine = line
            } else if byte == UInt8(ascii: "\r"), next == UInt8(ascii: "\n") {
                i += 1
                continue
            } else if closed {
                wrongQuote("text after a closing quote")
            } else {
                cell.append(byte)
            }
            i += 1
        }
        if quoted {
            line = firstLine
            wrongQuote("a quote that is never closed")
        }
        guard intact else { return nil }
        if !cell.isEmpty || !cells.isEmpty || closed { endRecord() }
        guard let first = records.first else {
            collector.add(file, nil, nil, "the file is empty", "write a header and a row for each entry")
            return nil
        }
        for row in records.dropFirst() where row.cells.count != first.cells.count {
            collector.add(
                file, row.line, nil, "the row has \(counted(row.cells.count, "cell")), the header \(first.cells.count)",
                "give every row a cell for each column; a comma inside a cell needs quotes")
        }
        let rows = records.dropFirst().filter { $0.cells.count == first.cells.count }
        if records.count == 1, !mayBeEmpty {
            collector.add(file, first.line, nil, "the table has no rows", "add a row, or take the table out")
        }
        return CSVTable(header: first.cells, headerLine: first.line, rows: Array(rows))
    }

    /// A header `name [unit]` taken apart.
    package static func parts(ofHeader header: String) -> (name: String, unit: String?) {
        guard header.hasSuffix("]"), let open = header.lastIndex(of: "[") else { return (header, nil) }
        let unit = header[header.index(after: open)...].dropLast()
        return (String(header[..<open]).trimmed, String(unit).trimmed)
    }
}

extension String {
    /// The text without spaces and tabs at its ends.
    package var trimmed: String {
        guard let first = firstIndex(where: { $0 != " " && $0 != "\t" }),
            let last = lastIndex(where: { $0 != " " && $0 != "\t" })
        else { return "" }
        return String(self[first...last])
    }
}
