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
        if let value = LineFile.shortNumber(start) { return value }
        var end: UnsafeMutablePointer<CChar>?
        let value = strtod(start, &end)
        guard var end, end != start else { return nil }
        while end.pointee == 32 { end += 1 }
        return end.pointee == 0 ? value : nil
    }

    /// A plain decimal of up to fifteen digits and no exponent; nil for anything else.
    ///
    /// Its digits are a whole number below 2^53 and the power of ten below them is exact too, so that their quotient is
    /// rounded once: these are the bits of `strtod`, in a fraction of its time.
    static func shortNumber(_ text: UnsafePointer<CChar>) -> Double? {
        var at = text
        let isNegative = at.pointee == CChar(UInt8(ascii: "-"))
        if isNegative { at += 1 }
        var whole: UInt64 = 0
        var digits = 0
        var decimals = 0
        var point = false
        while true {
            let byte = at.pointee
            if byte >= CChar(UInt8(ascii: "0")), byte <= CChar(UInt8(ascii: "9")) {
                whole = whole &* 10 &+ UInt64(byte - CChar(UInt8(ascii: "0")))
                digits += 1
                if point { decimals += 1 }
                if digits > 15 { return nil }
            } else if byte == CChar(UInt8(ascii: ".")), !point {
                point = true
            } else {
                break
            }
            at += 1
        }
        if at.pointee != 0 || digits == 0 { return nil }
        let value = Double(whole) / powersOfTen[decimals]
        return isNegative ? -value : value
    }

    private static let powersOfTen: [Double] = [
        1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
    ]

    /// Whether a cell has the same bytes as before; for names that repeat from line to line.
    func equals(_ cell: Int, _ text: String) -> Bool {
        guard let buffer, cell < starts.count else { return false }
        return text.withCString { strcmp(buffer + starts[cell], $0) == 0 }
    }
}
