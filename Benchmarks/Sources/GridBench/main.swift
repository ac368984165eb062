// Clears the programs of a file, hours or days, and prints what came out and how long it took as JSON.
//
//     GridBench PROGRAMS REPETITIONS ANSWERS [--cold]
//
// The first program begins cold, and with --cold all do. ANSWERS receives for each program the dispatch by hour and
// variable, then the prices by hour and balance, the eight lanes fastest.
import Foundation
import WorldlinesKit

struct Answers: Encodable {
    /// Seconds of each program of eight world lines, the least of all repetitions: in the solver, and with its inputs.
    var seconds: [Double]
    var handed: [Double]
    /// Factorisations of the slowest lane.
    var iterations: [Int] = []
    var objective: [[Double]] = []
    var gap: [[Double]] = []
    /// Lanes that began again, and lanes that failed.
    var retried: [Int] = []
    var flagged: [Int] = []
}

func count(_ mask: LaneMask) -> Int { (0..<8).filter { mask[$0] }.count }

func bench(_ path: String, repetitions: Int, answers output: String, cold: Bool) throws {
    let programs = try Programs(contentsOf: path)
    let clearing = programs.workspace()
    let none = Array(repeating: Double.infinity, count: programs.count)
    var answers = Answers(seconds: none, handed: none)
    var numbers = Data()
    let clock = ContinuousClock()
    for repetition in 0..<repetitions {
        for program in 0..<programs.count {
            let start = clock.now
            programs.load(program, into: clearing)
            let handed = clock.now
            clearing.solve(warm: !cold && program > 0)
            let end = clock.now
            answers.seconds[program] = min(answers.seconds[program], (end - handed) / .seconds(1))
            answers.handed[program] = min(answers.handed[program], (end - start) / .seconds(1))
            guard repetition == 0 else { continue }
            answers.iterations.append(clearing.iterations)
            answers.objective.append((0..<8).map { clearing.objective[$0] })
            answers.gap.append((0..<8).map { clearing.gap[$0] })
            answers.retried.append(count(clearing.retried))
            answers.flagged.append(count(clearing.unconverged))
            for (column, length) in [
                (clearing.dispatch, programs.pattern.variables), (clearing.price, programs.pattern.rows),
            ] {
                numbers.append(
                    UnsafeRawBufferPointer(start: column, count: 64 * programs.hours * length)
                        .bindMemory(to: UInt8.self))
            }
        }
    }
    try numbers.write(to: URL(fileURLWithPath: output))
    let encoder = JSONEncoder()
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
        positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    print(String(decoding: try encoder.encode(answers), as: UTF8.self))
}

var arguments = Array(CommandLine.arguments.dropFirst())
let cold = arguments.last == "--cold"
if cold { arguments.removeLast() }
guard arguments.count == 3, let repetitions = Int(arguments[1]), repetitions > 0 else {
    FileHandle.standardError.write(Data("usage: GridBench PROGRAMS REPETITIONS ANSWERS [--cold]\n".utf8))
    exit(64)
}
do {
    try bench(arguments[0], repetitions: repetitions, answers: arguments[2], cold: cold)
} catch {
    FileHandle.standardError.write(Data("\(error)\n".utf8))
    exit(65)
}
