import Foundation
import WorldModel

/// Gathers what is wrong in the files of a climate case.
final class ClimateFindings {
    private(set) var all: [Finding] = []
    private var untold = 0
    private static let most = 40

    var isEmpty: Bool { all.isEmpty }

    func add(_ file: String, _ line: Int?, _ path: String?, _ message: String, _ remedy: String) {
        if all.count < ClimateFindings.most {
            all.append(Finding(file: file, line: line, path: path, message: message, remedy: remedy))
        } else {
            untold += 1
        }
    }

    func check() throws(Findings) {
        if all.isEmpty { return }
        if untold > 0 {
            all.append(
                Finding(
                    file: all[all.count - 1].file, message: "\(untold) more findings",
                    remedy: "mend those above and try again"))
        }
        throw Findings(all)
    }
}

/// A CSV file that is read line by line, so that it need not fit into memory.
final class LineFile {
    /// The number of the line last read, from 1.
    private(set) var line = 0
    private let file: UnsafeMutablePointer<FILE>
    private var buffer: UnsafeMutablePointer<CChar>?
    private var capacity = 0
    private var starts: [Int] = []

    /// Opens a file; nil where it can't be read.
    init?(path: String) {
        guard let file = fopen(path, "r") else { return nil }
        self.file = file
    }

    deinit {
        fclose(file)
        free(buffer)
    }

    /// Reads the next line that is not empty; false at the end.
    func next() -> Bool {
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
            split(text, from: first, to: length)
            return true
        }
    }

    /// Ends every cell with a zero byte; quotes are taken off.
    private func split(_ text: UnsafeMutablePointer<CChar>, from first: Int, to length: Int) {
        let comma = CChar(UInt8(ascii: ","))
        let quote = CChar(UInt8(ascii: "\""))
        var read = first
        var write = first
        var quoted = false
        while read < length {
            let byte = text[read]
            read += 1
            if byte == quote {
                if quoted, read < length, text[read] == quote {
                    text[write] = quote
                    write += 1
                    read += 1
                } else {
                    quoted.toggle()
                }
            } else if byte == comma, !quoted {
                text[write] = 0
                write += 1
                starts.append(write)
            } else {
                text[write] = byte
                write += 1
            }
        }
        text[write] = 0
    }

    /// The number of cells of the line.
    var count: Int { starts.count }

    /// A cell as text, without spaces at its ends.
    func text(_ cell: Int) -> String {
        guard let buffer else { return "" }
        let raw = String(cString: buffer + starts[cell])
        return raw.trimmingCharacters(in: .whitespaces)
    }

    /// A cell as a number: NaN where it is empty, nil where it is something else.
    func number(_ cell: Int) -> Double? {
        guard let buffer else { return nil }
        let start = buffer + starts[cell]
        if start.pointee == 0 { return .nan }
        var end: UnsafeMutablePointer<CChar>?
        let value = strtod(start, &end)
        guard var end, end != start else { return nil }
        while end.pointee == 32 { end += 1 }
        return end.pointee == 0 ? value : nil
    }

    /// Whether a cell has the same bytes as before; for names that repeat from line to line.
    func equals(_ cell: Int, _ text: String) -> Bool {
        guard let buffer else { return false }
        return text.withCString { strcmp(buffer + starts[cell], $0) == 0 }
    }
}
