// Clears the hours of a file in Swift and in C, and prints what came out and how long it took as JSON.
//
//     HourBench HOURS REPETITIONS ANSWERS
//
// ANSWERS receives the Swift dispatch, then the C dispatch: for each hour by variable, the eight lanes fastest.
import CHour
import Foundation
import WorldlinesKit

struct Answers: Encodable {
    /// Seconds of each hour of eight world lines: the least of all repetitions.
    var seconds: [Double]
    var iterations: [Int]
    var objective: [[Double]]
    var gap: [[Double]]
}

/// A kernel that clears the hour in its inputs.
protocol HourKernel {
    var inputs: Inputs { get }
    /// Solves; returns the iterations of the slowest lane.
    func solve(warm: Bool) -> Int
    var objective: [Double] { get }
    var gap: [Double] { get }
    var dispatch: UnsafeRawPointer { get }
}

struct SwiftKernel: HourKernel {
    let clearing: Clearing

    var inputs: Inputs {
        Inputs(
            cost: clearing.cost, quadratic: clearing.quadratic, lower: clearing.lower, upper: clearing.upper,
            efficiency: clearing.efficiency, load: clearing.load)
    }
    func solve(warm: Bool) -> Int {
        clearing.solve(warm: warm)
        return clearing.iterations
    }
    var objective: [Double] { (0..<8).map { clearing.objective[$0] } }
    var gap: [Double] { (0..<8).map { clearing.gap[$0] } }
    var dispatch: UnsafeRawPointer { UnsafeRawPointer(clearing.dispatch) }
}

struct CKernel: HourKernel {
    let market: OpaquePointer
    let tolerance: Double
    let inputs: Inputs

    init?(pattern: ClearingPattern, tolerance: Double) {
        let market = ch_create(
            Int32(pattern.rows), Int32(pattern.singles.count), pattern.singles.map { Int32($0.row) },
            pattern.singles.map { Int32($0.sign) }, Int32(pattern.pairs.count), pattern.pairs.map { Int32($0.from) },
            pattern.pairs.map { Int32($0.to) }, pattern.shed.map(Int32.init), pattern.spill.map(Int32.init))
        guard let market, let cost = ch_cost(market), let quadratic = ch_quadratic(market),
            let lower = ch_lower(market), let upper = ch_upper(market), let efficiency = ch_efficiency(market),
            let load = ch_load(market)
        else { return nil }
        self.market = market
        self.tolerance = tolerance
        inputs = Inputs(
            cost: cost, quadratic: quadratic, lower: lower, upper: upper, efficiency: efficiency, load: load)
    }
    func solve(warm: Bool) -> Int { Int(ch_solve(market, warm ? 1 : 0, tolerance)) }
    var objective: [Double] { Array(UnsafeBufferPointer(start: ch_objective(market), count: 8)) }
    var gap: [Double] { Array(UnsafeBufferPointer(start: ch_gap(market), count: 8)) }
    var dispatch: UnsafeRawPointer { UnsafeRawPointer(ch_dispatch(market)) }
}

/// Clears all hours once and keeps the answers.
func answer(_ hours: Hours, _ kernel: some HourKernel, dispatches: inout Data) -> Answers {
    let none = Array(repeating: Double.infinity, count: hours.count)
    var answers = Answers(seconds: none, iterations: [], objective: [], gap: [])
    for hour in 0..<hours.count {
        hours.load(hour, into: kernel.inputs)
        answers.iterations.append(kernel.solve(warm: !hours.cold.contains(hour)))
        answers.objective.append(kernel.objective)
        answers.gap.append(kernel.gap)
        dispatches.append(
            UnsafeRawBufferPointer(start: kernel.dispatch, count: 64 * hours.pattern.variables)
                .bindMemory(to: UInt8.self))
    }
    return answers
}

/// Clears all hours once; the clock runs over `solve` only.
func time(_ hours: Hours, _ kernel: some HourKernel, into answers: inout Answers) {
    let clock = ContinuousClock()
    for hour in 0..<hours.count {
        hours.load(hour, into: kernel.inputs)
        let warm = !hours.cold.contains(hour)
        let start = clock.now
        _ = kernel.solve(warm: warm)
        answers.seconds[hour] = min(answers.seconds[hour], (clock.now - start) / .seconds(1))
    }
}

func bench(_ path: String, repetitions: Int, answers: String) throws {
    let hours = try Hours(contentsOf: path)
    let swift = SwiftKernel(clearing: Clearing(pattern: hours.pattern))
    guard let c = CKernel(pattern: hours.pattern, tolerance: swift.clearing.tolerance) else {
        fatalError("no memory for the C workspace")
    }
    defer { ch_destroy(c.market) }

    var dispatches = Data()
    var inSwift = answer(hours, swift, dispatches: &dispatches)
    var inC = answer(hours, c, dispatches: &dispatches)
    for _ in 0..<repetitions {
        time(hours, swift, into: &inSwift)
        time(hours, c, into: &inC)
    }
    try dispatches.write(to: URL(fileURLWithPath: answers))
    let encoder = JSONEncoder()
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
        positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    print(String(decoding: try encoder.encode(["swift": inSwift, "c": inC]), as: UTF8.self))
}

let arguments = CommandLine.arguments
guard arguments.count == 4, let repetitions = Int(arguments[2]), repetitions > 0 else {
    FileHandle.standardError.write(Data("usage: HourBench HOURS REPETITIONS ANSWERS\n".utf8))
    exit(64)
}
do {
    try bench(arguments[1], repetitions: repetitions, answers: arguments[3])
} catch {
    FileHandle.standardError.write(Data("\(error)\n".utf8))
    exit(65)
}
