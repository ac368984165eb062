import Foundation
import WorldModel

/// A CSV file that is read line by line, so that it need not fit into memory.
final class LineFile {
    /// The number of the line last read, from 1.
    private(set) var line = 0
    private let file: UnsafeMutablePointer<FILE>
    private var buffer: UnsafeMutablePointer<CChar>?
    private var capacity = 0
    private var starts: [Int] = []
    /// What of the line is not yet told apart, and whether a cell begins there.
    private var rest = (read: 0, write: 0, end: 0, hasMore: false)

    /// Opens a file; nil where it can't be read.
    init?(path: String) {
        // A named pipe would wait here for ever.
        guard PlainFile.special(path) == nil, let file = fopen(path, "r") else { return nil }
        self.file = file
    }

    deinit {
        fclose(file)
        free(buffer)
    }

    /// Reads the next line that is not empty; false at the end.
    ///
    /// - Parameter cells: how many cells are told apart at first; `readOn` tells the others apart.
    func next(cells: Int = .max) -> Bool {
        while true {
            var length = getline(&buffer, &capacity, file)
            guard length >= 0, let text = buffer else { return false }
            line += 1
            while length > 0, text[length - 1] == 10 || text[length - 1] == 13 { length -= 1 }
            text[length] = 0
            if length == 0 { continue }
            var first = 0
            if line == 1, length >= 3, UInt8(bitPattern: text[0]) == 0xEF, UInt8(bitPattern: text[1]) == 0xBB {
                first = 3
            }
            starts.removeAll(keepingCapacity: true)
            starts.append(first)
            rest = (first, first, length, false)
            split(text, upTo: cells)
            return true
        }
    }

    /// Tells the remaining cells of the line apart.
    func readOn() {
        guard let buffer, rest.hasMore else { return }
        starts.append(rest.write)
        split(buffer, upTo: .max)
    }

    /// Ends every cell with a zero byte and takes quotes off, up to as many cells as are asked for.
    private func split(_ text: UnsafeMutablePointer<CChar>, upTo cells: Int) {
        let comma = CChar(UInt8(ascii: ","))
        let quote = CChar(UInt8(ascii: "\""))
        var (read, write, end, _) = rest
        var quoted = false
        while read < end {
            let byte = text[read]
            read += 1
            if byte == quote {
                if quoted, read < end, text[read] == quote {
                    text[write] = quote
                    write += 1
                    read += 1
                } else {
                    quoted.toggle()
                }
            } else if byte == comma, !quoted {
                text[write] = 0
                write += 1
                if starts.count == cells {
                    rest = (read, write, end, true)
                    return
                }
                starts.append(write)
            } else {
                text[write] = byte
                write += 1
            }
        }
        text[write] = 0
        rest = (end, write, end, false)
    }

    /// The number of cells of the line.
    var count: Int { starts.count }

    /// A cell as text, without spaces at its ends; empty where the line is too short.
    func text(_ cell: Int) -> String {
        guard let buffer, cell < starts.count else { return "" }
        let raw = String(cString: buffer + starts[cell])
        return raw.trimmingCharacters(in: .whitespaces)
    }

    /// A cell as a number: NaN where it is empty or the line too short, nil where it is something else.
    func number(_ cell: Int) -> Double? {
        guard let buffer else { return nil }
        guard cell < starts.count else { return .nan }
        let start = buffer + starts[cell]
        if start.pointee == 0 { return .nan }
        let length = strlen(start)
        let plain = start.withMemoryRebound(to: UInt8.self, capacity: length) {
            PlainDecimal.number(UnsafeBufferPointer(start: $0, count: length))
        }
        if let plain { return plain }
        var end: UnsafeMutablePointer<CChar>?
        let value = strtod(start, &end)
        guard var end, end != start else { return nil }
        while end.pointee == 32 { end += 1 }
        return end.pointee == 0 ? value : nil
    }

    /// Whether a cell has the same bytes as before; for names that repeat from line to line.
    func equals(_ cell: Int, _ text: String) -> Bool {
        guard let buffer, cell < starts.count else { return false }
        return text.withCString { strcmp(buffer + starts[cell], $0) == 0 }
    }
}
