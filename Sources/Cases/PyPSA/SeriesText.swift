import WorldModel

/// A CSV table of numbers by snapshot: a header of ids, and rows of a label and numbers.
///
/// A year of a large network is tens of megabytes, so cells become numbers without becoming texts first.
struct SeriesText {
    let ids: [String]
    let headerLine: Int
    let labels: [String]
    let lines: [Int]
    /// Row after row.
    let values: [Double]

    /// Parses a file; nil after a finding.
    ///
    /// Where a series `isFree`, a blank cell is NaN.
    static func parse(_ bytes: [UInt8], file: String, isFree: Bool, _ collector: Collector) -> SeriesText? {
        if CSVTable.refusesSeparator(bytes, file: file, collector) { return nil }
        let head = Array(bytes.prefix { $0 != UInt8(ascii: "\n") })
        guard
            var header = CSVTable.parse(
                head + [UInt8(ascii: "\n")], file: file, mayBeEmpty: true, keepsSpaces: true, collector)?.header
        else { return nil }
        let width = header.count
        // A comma at the end of each row makes a column without a name and without cells.
        while header.count > 1, header.last?.trimmed.isEmpty == true { header.removeLast() }
        if let blank = header.indices.dropFirst().first(where: { header[$0].trimmed.isEmpty }) {
            collector.add(
                file, 1, nil, "column \(blank + 1) has no name", "name it after its row, or take it out")
            return nil
        }
        var text = SeriesText.Scanner(
            bytes: bytes, place: min(head.count + 1, bytes.count), width: width, used: header.count, isFree: isFree,
            file: file, collector: collector)
        guard text.scan(header) else { return nil }
        return SeriesText(
            ids: Array(header.dropFirst()), headerLine: 1, labels: text.labels, lines: text.lines, values: text.values)
    }

    private struct Scanner {
        let bytes: [UInt8]
        var place: Int
        let width: Int
        /// The columns that have a name.
        let used: Int
        let isFree: Bool
        let file: String
        let collector: Collector
        var labels: [String] = []
        var lines: [Int] = []
        var values: [Double] = []

        /// Reads all rows; false after a finding that leaves nothing to use.
        mutating func scan(_ header: [String]) -> Bool {
            var isWhole = true
            var odd: [String: Int] = [:]
            var ragged: (line: Int, cells: [String], count: Int)?
            var line = 2
            bytes.withUnsafeBufferPointer { bytes in
                while place < bytes.count {
                    var end = place
                    while end < bytes.count, bytes[end] != UInt8(ascii: "\n") { end += 1 }
                    let next = end + 1
                    if end > place, bytes[end - 1] == UInt8(ascii: "\r") { end -= 1 }
                    if end > place {
                        var comma = place
                        while comma < end, bytes[comma] != UInt8(ascii: ",") { comma += 1 }
                        labels.append(label(bytes[place..<comma]))
                        lines.append(line)
                        let before = values.count
                        var start = comma + 1
                        while start <= end {
                            var stop = start
                            while stop < end, bytes[stop] != UInt8(ascii: ",") { stop += 1 }
                            let cell = UnsafeBufferPointer(rebasing: bytes[start..<stop])
                            var value = SeriesText.number(cell)
                            let column = values.count - before + 1
                            if value?.isNaN != false, isFree || column >= used, SeriesText.isBlank(cell) {
                                value = .nan
                            } else if value?.isFinite != true {
                                let id = column < header.count ? header[column] : ""
                                if odd.updateValue(odd[id, default: 0] + 1, forKey: id) == nil, column < width {
                                    refuse(String(decoding: cell, as: UTF8.self), id, line)
                                }
                                isWhole = false
                            }
                            values.append(value ?? .nan)
                            start = stop + 1
                        }
                        let count = values.count - before
                        if count != width - 1 {
                            let cells = bytes[place..<end].split(
                                separator: UInt8(ascii: ","), omittingEmptySubsequences: false)
                            ragged = (
                                ragged?.line ?? line,
                                ragged?.cells ?? cells.map { String(decoding: $0, as: UTF8.self) },
                                (ragged?.count ?? 0) + 1
                            )
                            values.append(contentsOf: repeatElement(.nan, count: max(used - 1 - count, 0)))
                        }
                        values.removeLast(values.count - before - (used - 1))
                    }
                    place = next
                    line += 1
                }
            }
            if let ragged {
                let others = ragged.count == 1 ? "" : " (and \(counted(ragged.count - 1, "more row")) like it)"
                collector.add(
                    file, ragged.line, nil,
                    "the row has \(counted(ragged.cells.count, "cell")), the header \(width)" + others,
                    CSVTable.raggedRemedy(ragged.cells, width: width))
                return false
            }
            return isWhole
        }

        /// One finding a column, for its first odd cell.
        private func refuse(_ cell: String, _ id: String, _ line: Int) {
            let shown = cell.trimmed
            collector.add(
                file, line, id.isEmpty ? nil : id,
                shown.isEmpty ? "the cell is empty" : "`\(shown)` is not a finite number",
                "give a number for every snapshot")
        }

        private func label(_ bytes: Slice<UnsafeBufferPointer<UInt8>>) -> String {
            let text = String(decoding: bytes, as: UTF8.self).trimmed
            return text.count > 1 && text.hasPrefix("\"") && text.hasSuffix("\"")
                ? String(text.dropFirst().dropLast()) : text
        }
    }

    private static func isBlank(_ cell: UnsafeBufferPointer<UInt8>) -> Bool {
        let text = String(decoding: cell, as: UTF8.self).trimmed.lowercased()
        return text.isEmpty || text == "nan"
    }

    /// A decimal number, correctly rounded; nil where it is none.
    static func number(_ cell: UnsafeBufferPointer<UInt8>) -> Double? {
        if let plain = PlainDecimal.number(cell) { return plain }
        let text = String(decoding: cell, as: UTF8.self).trimmed
        return text.lowercased().contains("x") ? nil : Double(text)
    }
}
