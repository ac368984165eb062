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
    /// - Parameters:
    ///   - mayBeEmpty: whether a header alone is a table.
    ///   - keepsSpaces: whether spaces at the ends of a cell belong to it.
    package static func parse(
        _ bytes: [UInt8], file: String, mayBeEmpty: Bool = false, keepsSpaces: Bool = false, _ collector: Collector
    ) -> CSVTable? {
        guard TextFile.decode(bytes, file: file, collector) != nil else { return nil }
        let bytes = bytes.dropFirst(bytes.starts(with: TextFile.mark) ? TextFile.mark.count : 0)
        if refusesSeparator(bytes, file: file, collector) { return nil }
        guard let records = records(of: bytes, file: file, keepsSpaces: keepsSpaces, collector) else { return nil }
        guard let first = records.first else {
            collector.add(file, nil, nil, "the file is empty", "write a header and a row for each entry")
            return nil
        }
        let ragged = records.dropFirst().filter { $0.cells.count != first.cells.count }
        if let row = ragged.first {
            let others = ragged.count == 1 ? "" : " (and \(counted(ragged.count - 1, "more row")) like it)"
            collector.add(
                file, row.line, nil,
                "the row has \(counted(row.cells.count, "cell")), the header \(first.cells.count)" + others,
                raggedRemedy(row.cells, width: first.cells.count))
        }
        let rows = records.dropFirst().filter { $0.cells.count == first.cells.count }
        if records.count == 1, !mayBeEmpty {
            collector.add(file, first.line, nil, "the table has no rows", "add a row, or take the table out")
        }
        return CSVTable(header: first.cells, headerLine: first.line, rows: Array(rows))
    }

    /// The records of a file, blank ones left out; nil after a quote that is out of place.
    private static func records(
        of bytes: ArraySlice<UInt8>, file: String, keepsSpaces: Bool, _ collector: Collector
    ) -> [Row]? {
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
            cells.append(closed || keepsSpaces ? text : text.trimmed)
            cell.removeAll(keepingCapacity: true)
            closed = false
        }
        func endRecord() {
            endCell()
            if cells.map(\.trimmed) != [""] { records.append(Row(line: firstLine, cells: cells)) }
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
        return records
    }

    /// What to do about a row that has more or fewer cells than the header.
    package static func raggedRemedy(_ cells: [String], width: Int) -> String {
        if cells.count > width, cells[width...].allSatisfy({ $0.trimmed.isEmpty }) {
            return "take out the comma at its end"
        }
        func isWhole(_ cell: String) -> Bool { !cell.isEmpty && cell.utf8.allSatisfy { (0x30...0x39).contains($0) } }
        // The first cell is a name or a snapshot.
        let place = cells.indices.dropFirst(2).first { place in
            let before = cells[place - 1].trimmed
            return isWhole(cells[place].trimmed) && isWhole(before.hasPrefix("-") ? String(before.dropFirst()) : before)
        }
        if cells.count > width, let place {
            return "write decimals with a point, such as \(cells[place - 1].trimmed).\(cells[place].trimmed)"
        }
        return "give every row a cell for each column; a comma inside a cell needs quotes"
    }

    /// Whether the header's cells are separated by something else than commas, after one finding that says so.
    package static func refusesSeparator(_ bytes: some Collection<UInt8>, file: String, _ collector: Collector) -> Bool
    {
        let lines = bytes.prefix(65536).split(separator: UInt8(ascii: "\n"), maxSplits: 2).prefix(2)
        guard let header = lines.first, !header.contains(UInt8(ascii: ",")) else { return false }
        let others = [(UInt8(ascii: ";"), "semicolons"), (UInt8(ascii: "\t"), "tabs"), (UInt8(ascii: "|"), "bars")]
        guard let other = others.first(where: { header.contains($0.0) }) else { return false }
        let hasDecimals = lines.dropFirst().first?.contains(UInt8(ascii: ",")) == true
        collector.add(
            file, 1, nil, "the cells are separated by \(other.1)",
            "separate them by commas" + (hasDecimals ? ", and write decimals with a point" : ""))
        return true
    }

    /// Whether a cell of some columns is a number with a decimal comma, after one finding that says so.
    package func refusesDecimalCommas(in columns: [Int], file: String, _ collector: Collector) -> Bool {
        func isDecimal(_ cell: String) -> Bool {
            let parts = cell.trimmed.split(separator: ",", omittingEmptySubsequences: false)
            guard parts.count == 2, !parts[1].isEmpty else { return false }
            let whole = parts[0].hasPrefix("-") ? parts[0].dropFirst() : parts[0]
            return !whole.isEmpty && (whole + parts[1]).utf8.allSatisfy { (0x30...0x39).contains($0) }
        }
        var (first, count) = ((line: 0, column: 0, cell: ""), 0)
        for row in rows {
            for column in columns where isDecimal(row.cells[column]) {
                if count == 0 { first = (row.line, column, row.cells[column]) }
                count += 1
            }
        }
        if count == 0 { return false }
        collector.add(
            file, first.line, header[first.column],
            "`\(first.cell)` has a decimal comma"
                + (count > 1 ? " (and \(counted(count - 1, "more cell")) like it)" : ""),
            "write decimals with a point, such as \(first.cell.replacing(",", with: "."))")
        return true
    }

    /// The table without columns that have neither a name nor a cell; a finding for one that has cells alone.
    package func withoutBlankColumns(file: String, _ collector: Collector) -> CSVTable {
        let blank = header.indices.dropFirst().filter { header[$0].trimmed.isEmpty }
        if blank.isEmpty { return self }
        for column in blank {
            guard let row = rows.first(where: { !$0.cells[column].trimmed.isEmpty }) else { continue }
            collector.add(
                file, headerLine, nil,
                "column \(column + 1) has no name, and line \(row.line) holds `\(row.cells[column])` in it",
                "name the column, or take it out")
        }
        let kept = header.indices.filter { !blank.contains($0) }
        func keep(_ cells: [String]) -> [String] { kept.map { cells[$0] } }
        return CSVTable(
            header: keep(header), headerLine: headerLine,
            rows: rows.map { Row(line: $0.line, cells: keep($0.cells)) })
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
