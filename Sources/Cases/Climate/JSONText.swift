import Foundation

/// A text in JSON that is read in place, and knows on which line everything stands.
///
/// It keeps no tree: a configuration of a thousand members is as large as its file and no larger.
final class JSONText {
    /// What is wrong, and where.
    struct Fault: Error {
        let position: Int
        let message: String
    }

    private let bytes: UnsafeMutableBufferPointer<CChar>
    private let count: Int
    /// Where reading goes on.
    var position = 0

    init(_ data: [UInt8]) {
        count = data.count
        bytes = .allocate(capacity: data.count + 1)
        for (index, byte) in data.enumerated() { bytes[index] = CChar(bitPattern: byte) }
        bytes[data.count] = 0
    }

    deinit { bytes.deallocate() }

    /// The line of a position, from 1.
    func line(of position: Int) -> Int {
        var line = 1
        for index in 0..<min(position, count) where bytes[index] == 10 { line += 1 }
        return line
    }

    private func byte(_ character: Unicode.Scalar) -> CChar { CChar(truncatingIfNeeded: character.value) }

    /// The next byte that is not space.
    func peek() -> CChar {
        while position < count, [32, 10, 13, 9].contains(bytes[position]) { position += 1 }
        return position < count ? bytes[position] : 0
    }

    /// Whether an object comes next.
    var isObject: Bool { peek() == byte("{") }
    /// Whether a list comes next.
    var isList: Bool { peek() == byte("[") }

    private func expect(_ character: Unicode.Scalar) throws {
        guard peek() == byte(character) else {
            throw Fault(position: position, message: "`\(character)` is missing here")
        }
        position += 1
    }

    /// Reads an object; `body` must read or skip each value.
    func object(_ body: (String) throws -> Void) throws {
        try expect("{")
        if peek() == byte("}") {
            position += 1
            return
        }
        while true {
            let key = try string()
            try expect(":")
            try body(key)
            if peek() == byte(",") {
                position += 1
            } else {
                try expect("}")
                return
            }
        }
    }

    /// Reads a list; `body` must read or skip each element.
    func list(_ body: (Int) throws -> Void) throws {
        try expect("[")
        if peek() == byte("]") {
            position += 1
            return
        }
        var index = 0
        while true {
            try body(index)
            index += 1
            if peek() == byte(",") {
                position += 1
            } else {
                try expect("]")
                return
            }
        }
    }

    /// Reads a text.
    func string() throws -> String {
        try expect("\"")
        let start = position
        var isPlain = true
        while position < count, bytes[position] != byte("\"") {
            if bytes[position] == byte("\\") {
                isPlain = false
                position += 1
            }
            position += 1
        }
        guard position < count else { throw Fault(position: start, message: "a text is never closed") }
        let raw = UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(bytes)[start..<position])
        position += 1
        if isPlain { return String(decoding: raw, as: UTF8.self) }
        let quoted = Data([UInt8(ascii: "[")] + [UInt8(ascii: "\"")] + raw + [UInt8(ascii: "\""), UInt8(ascii: "]")])
        guard let list = try? JSONSerialization.jsonObject(with: quoted) as? [String], let text = list.first else {
            throw Fault(position: start, message: "a text has an escape that JSON doesn't know")
        }
        return text
    }

    /// Reads a number: NaN for null, 0 and 1 for false and true.
    func number() throws -> Double {
        let next = peek()
        guard let start = bytes.baseAddress.map({ $0 + position }), next != byte("\"") else {
            throw Fault(position: position, message: "a number is missing here")
        }
        if next == byte("n") || next == byte("t") || next == byte("f") || next == byte("N") {
            for (word, value) in [("null", Double.nan), ("true", 1), ("false", 0), ("NaN", Double.nan)]
            where strncmp(start, word, word.utf8.count) == 0 {
                position += word.utf8.count
                return value
            }
        }
        var end: UnsafeMutablePointer<CChar>?
        let value = strtod(start, &end)
        guard let end, end != start else { throw Fault(position: position, message: "a number is missing here") }
        position += end - start
        return value
    }

    /// Skips a value.
    func skip() throws {
        if isObject {
            try object { _ in try skip() }
        } else if isList {
            try list { _ in try skip() }
        } else if peek() == byte("\"") {
            _ = try string()
        } else {
            _ = try number()
        }
    }

    /// The position of the value at a path of keys from the root, as far as it goes.
    func find(_ path: [String]) -> Int? {
        position = 0
        var found: Int?
        func descend(_ rest: ArraySlice<String>) throws {
            found = position
            guard let key = rest.first, isObject else { return }
            try object { name in
                if name == key {
                    _ = peek()
                    try descend(rest.dropFirst())
                } else {
                    try skip()
                }
            }
        }
        _ = peek()
        try? descend(path[...])
        return found
    }
}
