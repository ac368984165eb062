import Foundation
import WorldlinesKit

/// Hours or days of one network in eight world lines: a line of JSON that describes the network, then numbers.
///
/// The numbers are little-endian doubles, the eight lanes fastest: what each move does to its stock; then for each program
/// `cost`, `lower`, `upper` by hour and variable, `load` by hour and balance, and by stock what it holds at the start, at
/// most, and what a MWh left in it is worth. Costs are linear.
struct Programs {
    private struct Header: Decodable {
        struct Line: Decodable {
            let from: Int
            let to: Int
            let reactance: Double
        }

        let rows: Int
        let singles: [[Int]]
        let pairs: [[Int]]
        let lines: [Line]
        let shed: [Int]
        let spill: [Int]
        let stocks: [[Int]]
        let hours: Int
        let programs: Int
    }

    struct WrongFile: Error, CustomStringConvertible { let description: String }

    let pattern: ClearingPattern
    /// Hours of a program.
    let hours: Int
    /// The number of programs.
    let count: Int
    private let data: Data
    private let body: Int

    init(contentsOf path: String) throws {
        data = try Data(contentsOf: URL(fileURLWithPath: path))
        guard let end = data.firstIndex(of: UInt8(ascii: "\n")) else {
            throw WrongFile(description: "the file doesn't begin with a line of JSON")
        }
        let header = try JSONDecoder().decode(Header.self, from: data[..<end])
        pattern = ClearingPattern(
            rows: header.rows, singles: header.singles.map { .init(row: $0[0], sign: $0[1]) },
            pairs: header.pairs.map { .init(from: $0[0], to: $0[1]) },
            lines: header.lines.map { .init(from: $0.from, to: $0.to, reactance: $0.reactance) }, shed: header.shed,
            spill: header.spill, stocks: header.stocks.map { .init(moves: $0) })
        hours = header.hours
        count = header.programs
        body = end + 1
        let expected = 64 * (pattern.moves + count * perProgram)
        guard data.count - body == expected else {
            throw WrongFile(
                description: "the file holds \(data.count - body) bytes of numbers, not \(expected)")
        }
    }

    /// Numbers of a program in each lane.
    private var perProgram: Int { hours * (3 * pattern.variables + pattern.rows) + 3 * pattern.stocks.count }

    private func copy(_ from: Int, _ count: Int, to column: UnsafeMutableRawPointer) {
        data.withUnsafeBytes { bytes in
            let numbers = UnsafeRawBufferPointer(rebasing: bytes[(body + 64 * from)..<(body + 64 * (from + count))])
            UnsafeMutableRawBufferPointer(start: column, count: 64 * count).copyMemory(from: numbers)
        }
    }

    /// A workspace with what is the same in all programs.
    func workspace() -> Clearing {
        let clearing = Clearing(pattern: pattern, hours: hours)
        copy(0, pattern.moves, to: clearing.stockGain)
        return clearing
    }

    /// Copies a program into the inputs of a workspace.
    func load(_ program: Int, into clearing: Clearing) {
        var next = pattern.moves + program * perProgram
        func fill(_ column: UnsafeMutableRawPointer, _ count: Int) {
            copy(next, count, to: column)
            next += count
        }
        fill(clearing.cost, hours * pattern.variables)
        fill(clearing.lower, hours * pattern.variables)
        fill(clearing.upper, hours * pattern.variables)
        fill(clearing.load, hours * pattern.rows)
        let stocks = pattern.stocks.count
        fill(clearing.stockStart, stocks)
        fill(clearing.stockUpper, stocks)
        for hour in 1..<max(hours, 1) {
            (clearing.stockUpper + hour * stocks).update(from: clearing.stockUpper, count: stocks)
        }
        fill(clearing.endSlope, stocks)
    }
}
