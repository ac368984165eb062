/// Numbers for some rows of a table, one for each of the 8760 hours of a year.
struct Series: Sendable {
    /// What the file may hold.
    let shape: Schema.SeriesShape
    /// The file.
    let file: String
    /// By id the 8760 numbers, in the unit of the column.
    let values: [String: [Double]]
    /// Whether the file could not be read.
    var isBroken = false

    /// What stands in the row's column: the mean of the series, or 1 where the series is already a share.
    func number(_ id: String) -> Double? {
        if isBroken { return shape.isShare ? 1 : 0 }
        guard let hours = values[id] else { return nil }
        return shape.isShare ? 1 : hours.reduce(0, +) / Double(hours.count)
    }

    /// What multiplies the row's number, hour by hour.
    func factors(_ id: String) -> [Double]? {
        guard let hours = values[id], let mean = number(id) else { return nil }
        return mean == 1 ? hours : hours.map { mean == 0 ? 0 : $0 / mean }
    }
}

/// Reads a series as PyPSA writes it: a column of snapshots, then a column for each row of the table.
///
/// Such files have millions of cells: they are read from their bytes, and a column with many wrong cells is one finding.
struct SeriesReader {
    /// The hours of a year.
    static let hours = 8760
    /// The hours of 29 February in a leap year.
    static let leapDay = 1416..<1440

    let shape: Schema.SeriesShape
    let file: String
    let units: Units
    let collector: Collector

    /// The series; a broken one after a finding.
    func read(_ bytes: [UInt8]) -> Series {
        if CSVTable.refusesSeparator(bytes[...], file: file, collector) {
            return Series(shape: shape, file: file, values: [:], isBroken: true)
        }
        let before = collector.count
        let columns = bytes.withUnsafeBufferPointer { self.columns($0) }
        let broken = collector.count > before
        return Series(shape: shape, file: file, values: broken ? [:] : columns, isBroken: broken)
    }

    private func add(_ line: Int?, _ column: String?, _ message: String, _ remedy: String) {
        collector.add(file, line, column.map { "\(shape.table)[\($0)].\(shape.column)" }, message, remedy)
    }

    private func columns(_ bytes: UnsafeBufferPointer<UInt8>) -> [String: [Double]] {
        var lines = Lines(bytes)
        guard let header = lines.next() else {
            add(nil, nil, "the file is empty", "write a header `snapshot,<id>,<id>` and 8760 rows")
            return [:]
        }
        let names = Lines.cells(header).map { String(decoding: $0, as: UTF8.self).trimmed }
        let ids = checkHeader(names)
        guard !ids.isEmpty else { return [:] }
        var rows: [Double] = []
        rows.reserveCapacity((SeriesReader.hours + 24) * ids.count)
        var snapshots: [(text: String, line: Int)] = []
        var wrong: [Int: (line: Int, text: String, count: Int)] = [:]
        while let line = lines.next() {
            if line.isEmpty { continue }
            let cells = Lines.cells(line)
            guard cells.count == names.count else {
                add(
                    lines.number, nil, "the row has \(counted(cells.count, "cell")), the header \(names.count)",
                    CSVTable.raggedRemedy(
                        cells.map { String(decoding: $0, as: UTF8.self) }, width: names.count))
                return [:]
            }
            snapshots.append((String(decoding: cells[0], as: UTF8.self), lines.number))
            for (index, cell) in cells.dropFirst().enumerated() {
                let number = Lines.number(cell).map { $0 * ids[index].factor }
                if let number, shape.range.contains(number) {
                    rows.append(number)
                } else {
                    rows.append(0)
                    let text = String(decoding: cell, as: UTF8.self)
                    wrong[index, default: (lines.number, text, 0)].count += 1
                }
            }
        }
        for (index, cell) in wrong.sorted(by: { $0.key < $1.key }) {
            let others = cell.count == 1 ? "" : " (and \(cell.count - 1) more below it)"
            add(
                cell.line, ids[index].name,
                (cell.text.isEmpty ? "the cell is empty" : "`\(cell.text)` is not a number that may stand here")
                    + others,
                "allowed: \(Numeral.text(shape.range))" + (shape.unit == "1" ? "" : " " + units.text(shape.unit)))
        }
        guard checkSnapshots(snapshots) else { return [:] }
        let leap = snapshots.count > SeriesReader.hours
        let kept = (0..<snapshots.count).filter { !leap || !SeriesReader.leapDay.contains($0) }
        var columns: [String: [Double]] = [:]
        for (index, id) in ids.enumerated() {
            let values = kept.map { rows[$0 * ids.count + index] }
            checkMean(values, id.name)
            columns[id.name] = values
        }
        return columns
    }

    /// The ids of the columns and the factors of their units; none after a finding that leaves nothing to read.
    private func checkHeader(_ names: [String]) -> [(name: String, factor: Double)] {
        if names[0] != "snapshot" {
            add(
                1, nil, "the first column is `\(names[0])`, not `snapshot`",
                "write the header `snapshot,<id>,<id>`, as PyPSA does")
        }
        if names.count == 1 {
            add(1, nil, "the file has no columns beside `\(names[0])`", "add a column, or take the series out")
        }
        var seen: Set<String> = []
        return names.enumerated().dropFirst().map { index, header in
            if header.isEmpty {
                add(
                    1, nil, "column \(index + 1) has no name",
                    "name it after its row, or take out the comma at the end of each row")
            }
            let (name, unit) = CSVTable.parts(ofHeader: header)
            if !seen.insert(name).inserted {
                add(1, name, "the column `\(name)` stands twice", "keep one of them")
            }
            guard let unit else { return (name, 1) }
            return (name, factor(unit, name))
        }
    }

    private func factor(_ unit: String, _ name: String) -> Double {
        do {
            return try units.factor(from: unit, to: shape.unit)
        } catch {
            add(1, name, error.message, error.remedy)
            return 1
        }
    }

    /// Whether there are as many rows as a year has hours, from 1 January on; 29 February is left out with a warning.
    private func checkSnapshots(_ snapshots: [(text: String, line: Int)]) -> Bool {
        let hours = SeriesReader.hours
        guard [hours, hours + 24].contains(snapshots.count) else {
            add(
                nil, nil, "\(counted(snapshots.count, "row")), where a year has \(hours) hours",
                "give 8760 rows, one an hour from 1 January, or 8784 of a leap year; make shorter steps hourly first")
            return false
        }
        if let date = Self.date(snapshots[0].text), date != "01-01" {
            add(
                snapshots[0].line, nil, "the series begins on `\(snapshots[0].text)`",
                "let it begin on 1 January: its rows are the hours of any year")
            return false
        }
        guard snapshots.count > hours else { return true }
        let leap = snapshots[SeriesReader.leapDay.lowerBound]
        if let date = Self.date(leap.text), date != "02-29" {
            add(
                leap.line, nil, "8784 rows, of which those of `\(leap.text)` are not 29 February",
                "give 8760 rows, or the 8784 of a leap year")
            return false
        }
        collector.warn(
            file, leap.line, nil, "29 February is left out: every year has 365 days",
            "give 8760 rows to choose otherwise")
        return true
    }

    /// The `MM-DD` of `YYYY-MM-DD...`; nil where the text is no date.
    private static func date(_ text: String) -> String? {
        let digits = Array(text.utf8.prefix(10))
        guard digits.count == 10, digits[4] == UInt8(ascii: "-"), digits[7] == UInt8(ascii: "-") else { return nil }
        return String(decoding: digits[5...], as: UTF8.self)
    }

    private func checkMean(_ values: [Double], _ name: String) {
        guard !shape.isShare, values.contains(where: { $0 != 0 }) else { return }
        let mean = values.reduce(0, +) / Double(values.count)
        if !(shape.range.contains(mean) && mean > 1e-9 * (values.map(abs).max() ?? 0)) {
            add(
                nil, name, "the mean of the series is \(Numeral.text(mean))",
                "let it be above 0: `\(shape.column)` is the mean, and the series is divided by it")
        }
    }
}

/// The lines of a text in memory, and what stands in them.
private struct Lines {
    typealias Bytes = Slice<UnsafeBufferPointer<UInt8>>

    private let bytes: UnsafeBufferPointer<UInt8>
    private var place = 0
    /// The number of the last line, from 1.
    private(set) var number = 0

    init(_ bytes: UnsafeBufferPointer<UInt8>) {
        self.bytes = bytes
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { place = 3 }
    }

    /// The next line without its end.
    mutating func next() -> Bytes? {
        guard place < bytes.count else { return nil }
        let end = bytes[place...].firstIndex(of: UInt8(ascii: "\n")) ?? bytes.count
        var line = bytes[place..<end]
        if line.last == UInt8(ascii: "\r") { line = line.dropLast() }
        place = end + 1
        number += 1
        return line
    }

    /// The cells between commas; one in quotes without them.
    static func cells(_ line: Bytes) -> [Bytes] {
        let quote = UInt8(ascii: "\"")
        var cells: [Bytes] = []
        var start = line.startIndex
        var quoted = false
        for index in line.indices {
            if line[index] == quote { quoted.toggle() }
            if line[index] == UInt8(ascii: ","), !quoted {
                cells.append(line[start..<index])
                start = index + 1
            }
        }
        cells.append(line[start..<line.endIndex])
        return cells.map { $0.count >= 2 && $0.first == quote && $0.last == quote ? $0.dropFirst().dropLast() : $0 }
    }

    /// The number of a cell, as Swift reads it; nil if it is none.
    static func number(_ cell: Bytes) -> Double? {
        if let plain = PlainDecimal.number(UnsafeBufferPointer(rebasing: cell)) { return plain }
        let text = String(decoding: cell, as: UTF8.self).trimmed
        guard let value = Double(text), value.isFinite, !text.lowercased().hasPrefix("0x") else { return nil }
        return value
    }
}
