import Foundation

/// Arrays of numbers (float64, int64, bool) from a NumPy archive (a ZIP of `.npy` files, stored or deflated), for tests.
struct Npz {
    enum Fault: Error { case notAnArchive, noArray(String), unreadable(String) }

    private let bytes: [UInt8]

    init(contentsOf url: URL) throws { bytes = [UInt8](try Data(contentsOf: url)) }

    private func number(_ at: Int, _ count: Int) -> Int {
        (0..<count).reduce(0) { $0 | Int(bytes[at + $1]) << (8 * $1) }
    }

    /// The array `name`, flat in C order.
    func array(_ name: String) throws -> [Double] {
        guard let end = (0...(bytes.count - 22)).reversed().first(where: { number($0, 4) == 0x0605_4b50 }) else {
            throw Fault.notAnArchive
        }
        var entry = number(end + 16, 4)
        for _ in 0..<number(end + 10, 2) {
            let (method, packed, length) = (number(entry + 10, 2), number(entry + 20, 4), number(entry + 28, 2))
            if String(decoding: bytes[(entry + 46)..<(entry + 46 + length)], as: UTF8.self) == name + ".npy" {
                let local = number(entry + 42, 4)
                let start = local + 30 + number(local + 26, 2) + number(local + 28, 2)
                let content = Array(bytes[start..<(start + packed)])
                return try Npz.values(method == 0 ? content : Npz.inflated(content), name)
            }
            entry += 46 + length + number(entry + 30, 2) + number(entry + 32, 2)
        }
        throw Fault.noArray(name)
    }

    private static func values(_ file: [UInt8], _ name: String) throws -> [Double] {
        let start = 10 + Int(file[8]) + Int(file[9]) << 8
        let header = String(decoding: file[10..<start], as: UTF8.self)
        guard file[6] == 1, header.contains("'fortran_order': False") else { throw Fault.unreadable(name) }
        if header.contains("'|b1'") { return file[start...].map { Double($0) } }
        let isWhole = header.contains("'<i8'")
        guard isWhole || header.contains("'<f8'") else { throw Fault.unreadable(name) }
        return stride(from: start, to: file.count, by: 8).map { at in
            let bits = (0..<8).reduce(0) { $0 | UInt64(file[at + $1]) << (8 * UInt64($1)) }
            return isWhole ? Double(Int64(bitPattern: bits)) : Double(bitPattern: bits)
        }
    }

    /// A prefix code of RFC 1951: how many codes there are of each length, and the symbols in order of their codes.
    private struct PrefixCode {
        var counts = [Int](repeating: 0, count: 16)
        var symbols: [Int] = []

        init(_ lengths: [Int]) {
            for length in lengths where length > 0 { counts[length] += 1 }
            for length in 1...15 { symbols += lengths.indices.filter { lengths[$0] == length } }
        }
    }

    /// What a raw deflate stream (RFC 1951) holds.
    private static func inflated(_ packed: [UInt8]) throws -> [UInt8] {
        var output: [UInt8] = []
        var bit = 0
        func take(_ count: Int) -> Int {
            var value = 0
            for place in 0..<count {
                value |= Int(packed[bit >> 3] >> UInt8(bit & 7) & 1) << place
                bit += 1
            }
            return value
        }
        func symbol(_ code: PrefixCode) throws -> Int {
            var (value, first, index) = (0, 0, 0)
            for length in 1...15 {
                value |= take(1)
                let count = code.counts[length]
                if value - count < first { return code.symbols[index + value - first] }
                index += count
                first = (first + count) << 1
                value <<= 1
            }
            throw Fault.unreadable("prefix code")
        }
        let fixed = (0..<288).map { $0 < 144 ? 8 : $0 < 256 ? 9 : $0 < 280 ? 7 : 8 }
        let order = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15]
        var last = false
        while !last {
            last = take(1) == 1
            let kind = take(2)
            if kind == 0 {
                bit = (bit + 7) & ~7
                let count = take(16)
                bit += 16
                output += packed[(bit >> 3)..<(bit >> 3 + count)]
                bit += 8 * count
                continue
            }
            var literals = PrefixCode(fixed)
            var distances = PrefixCode([Int](repeating: 5, count: 30))
            if kind == 2 {
                let (literalCount, distanceCount, orderCount) = (take(5) + 257, take(5) + 1, take(4) + 4)
                var lengths = [Int](repeating: 0, count: 19)
                for place in 0..<orderCount { lengths[order[place]] = take(3) }
                let code = PrefixCode(lengths)
                lengths = []
                while lengths.count < literalCount + distanceCount {
                    switch try symbol(code) {
                    case 16: lengths += [Int](repeating: lengths[lengths.count - 1], count: 3 + take(2))
                    case 17: lengths += [Int](repeating: 0, count: 3 + take(3))
                    case 18: lengths += [Int](repeating: 0, count: 11 + take(7))
                    case let length: lengths.append(length)
                    }
                }
                literals = PrefixCode(Array(lengths[..<literalCount]))
                distances = PrefixCode(Array(lengths[literalCount...]))
            }
            while true {
                let value = try symbol(literals)
                if value < 256 {
                    output.append(UInt8(value))
                } else if value == 256 {
                    break
                } else {
                    let length =
                        value < 265
                        ? value - 254 : value == 285 ? 258 : span(value - 261, 4, 3) + take((value - 261) / 4)
                    let far = try symbol(distances)
                    let distance = far < 4 ? far + 1 : span(far - 2, 2, 1) + take((far - 2) / 2)
                    for _ in 0..<length { output.append(output[output.count - distance]) }
                }
            }
        }
        return output
    }

    /// The least length or distance of a code: `group` codes share a number of extra bits.
    private static func span(_ code: Int, _ group: Int, _ base: Int) -> Int {
        let bits = code / group
        return (group + code % group) << bits + base
    }
}
