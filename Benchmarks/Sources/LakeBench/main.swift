// Runs experiments of the lake problem and of a model that does nothing; prints outcomes and seconds as JSON.
//
//     LakeBench INPUT NOTHINGS WORKERS REPETITIONS
//
// INPUT is JSON: experiments, a list of lists in the order of Lake.parameters, and normals, [series][year] in one list.
import Foundation
import WorldlinesKit

struct Input: Decodable {
    let experiments: [[Double]]
    let normals: [Double]
}

struct Answer: Encodable {
    /// By experiment: largest phosphorus, utility, inertia, reliability.
    let outcomes: [[Double]]
    /// Seconds, the least of all repetitions.
    let lake: Double
    let nothing: Double
}

/// The outcomes of experiments 0..<count, each a sample of its own.
func run<Model: Steppable>(
    _ model: Model, count: Int, years: Range<Int>, workers: Int, outcomes: ([Double]) -> [Double]
) throws -> [[Double]] {
    let tree = Tree(years: years.lowerBound...years.upperBound - 1, decisions: [])
    let parts = MemoryParts()
    try Walk(model: model, tree: tree, samples: count, workers: workers, journal: parts).execute()
    return try (0..<count).map { sample in
        let block = SegmentName(tree.nodes[0], block: sample / 8, of: count)
        let record = try parts.contents(of: block).record
        return outcomes(stride(from: sample % 8, to: record.count, by: 8).map { record[$0] })
    }
}

let arguments = CommandLine.arguments
guard arguments.count == 5, let nothings = Int(arguments[2]), let workers = Int(arguments[3]),
    let repetitions = Int(arguments[4])
else { fatalError("LakeBench INPUT NOTHINGS WORKERS REPETITIONS") }
let input = try JSONDecoder().decode(Input.self, from: Data(contentsOf: URL(fileURLWithPath: arguments[1])))
let lake = Lake(experiments: input.experiments, normals: input.normals)
let clock = ContinuousClock()
var (best, least) = (Double.infinity, Double.infinity)
var outcomes: [[Double]] = []
for _ in 0..<repetitions {
    let start = clock.now
    outcomes = try run(
        lake, count: input.experiments.count, years: 0..<Lake.years, workers: workers, outcomes: Lake.outcomes)
    let middle = clock.now
    let none = try run(Nothing(), count: nothings, years: 0..<1, workers: workers) { $0 }
    guard none.enumerated().allSatisfy({ $1 == [Double($0)] }) else { fatalError("an experiment lost its number") }
    best = min(best, (middle - start) / .seconds(1))
    least = min(least, (clock.now - middle) / .seconds(1))
}
let answer = Answer(outcomes: outcomes, lake: best, nothing: least)
print(String(decoding: try JSONEncoder().encode(answer), as: UTF8.self))
