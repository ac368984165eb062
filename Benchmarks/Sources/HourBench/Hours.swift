import Foundation
import WorldlinesKit

/// Hours of one market in eight world lines: a line of JSON that describes the market, then numbers.
///
/// The numbers are little-endian doubles; for each hour `cost`, `quadratic`, `lower`, `upper` by variable, `efficiency`
/// by pair, `load` by balance, the eight lanes fastest.
struct Hours {
    private struct Header: Decodable {
        let rows: Int
        let singles: [[Int]]
        let pairs: [[Int]]
        let shed: [Int]
        let spill: [Int]
        let hours: Int
        let first: [Int]
    }

    struct WrongFile: Error, CustomStringConvertible { let description: String }

    let pattern: ClearingPattern
    let count: Int
    /// The hours that begin cold: the first of each cleared day.
    let cold: Set<Int>
    private let values: [Double]

    init(contentsOf path: String) throws {
        let data = try Data(contentsOf: URL(fileURLWithPath: path))
        guard let end = data.firstIndex(of: UInt8(ascii: "\n")) else {
            throw WrongFile(description: "the file doesn't begin with a line of JSON")
        }
        let header = try JSONDecoder().decode(Header.self, from: data[..<end])
        pattern = ClearingPattern(
            rows: header.rows, singles: header.singles.map { .init(row: $0[0], sign: $0[1]) },
            pairs: header.pairs.map { .init(from: $0[0], to: $0[1]) }, shed: header.shed, spill: header.spill)
        count = header.hours
        cold = Set(header.first)
        let body = data[(end + 1)...]
        values = body.withUnsafeBytes { bytes in
            (0..<bytes.count / 8).map {
                Double(bitPattern: bytes.loadUnaligned(fromByteOffset: 8 * $0, as: UInt64.self))
            }
        }
        let expected = count * perHour
        guard values.count == expected else {
            throw WrongFile(description: "the file holds \(values.count) numbers, not \(expected)")
        }
    }

    private var perHour: Int { 8 * (4 * pattern.variables + pattern.pairs.count + pattern.rows) }

    /// Copies an hour into a workspace's inputs.
    func load(_ hour: Int, into inputs: Inputs) {
        var next = hour * perHour
        func fill(_ column: UnsafeMutableRawPointer, _ count: Int) {
            values[next..<(next + 8 * count)].withUnsafeBytes {
                UnsafeMutableRawBufferPointer(start: column, count: 64 * count).copyMemory(from: $0)
            }
            next += 8 * count
        }
        fill(inputs.cost, pattern.variables)
        fill(inputs.quadratic, pattern.variables)
        fill(inputs.lower, pattern.variables)
        fill(inputs.upper, pattern.variables)
        fill(inputs.efficiency, pattern.pairs.count)
        fill(inputs.load, pattern.rows)
    }
}

/// Where a workspace takes its inputs, by variable, pair or balance, the eight lanes fastest.
struct Inputs {
    let cost: UnsafeMutableRawPointer
    let quadratic: UnsafeMutableRawPointer
    let lower: UnsafeMutableRawPointer
    let upper: UnsafeMutableRawPointer
    let efficiency: UnsafeMutableRawPointer
    let load: UnsafeMutableRawPointer
}
