import ArgumentParser
import Foundation
import Optimizer

/// How a study is searched.
enum SearchMethod: String, CaseIterable, ExpressibleByArgument {
    case nsga2, nsga3, cmaes, beam, tree, sobol, lhs, factorial, external
}

extension StudyObjectives.Summary: ExpressibleByArgument {}

/// What `optimize` lets a user say about the search; kept beside the parts, so that `resume` goes on in the same way.
struct SearchOptions: ParsableArguments {
    @Option(
        help: """
            nsga2, nsga3, cmaes, beam, tree, sobol, lhs, factorial, or external for another program's. (default: cmaes \
            or tree for one objective, nsga2 for several)
            """)
    var method: SearchMethod?

    @Option(help: "Policies to simulate at most; with beam and tree the segments of the tree.")
    var budget: Int = 1000

    @Option(help: "The seed of the search. (default: the study's)")
    var searchSeed: UInt64?

    @Option(help: "Outcomes to optimise, comma-separated. (default: all)")
    var objective: String?

    @Option(help: "What counts of an outcome over the samples: mean, worst, or cvar, the mean of the worst fifth.")
    var by: StudyObjectives.Summary = .mean

    @Option(help: "Policies of a generation. (default: by method and budget)")
    var population: Int?

    @Option(
        help: "nsga2: sides of the boxes of its archive, one an objective, comma-separated; restarts when it idles.")
    var epsilon: String?

    @Option(help: "nsga3: parts of each edge of the simplex of directions.")
    var divisions: Int = 12

    @Option(help: "cmaes: how often it begins anew with twice the samples.")
    var restarts: Int = 9

    @Option(help: "beam: nodes kept of each level, beside those that nothing dominates.")
    var width: Int = 3

    @Option(help: "beam: samples of the first rung of successive halving. (default: all, one rung)")
    var firstSamples: Int?

    @Option(help: "tree: how much options that are little known are preferred, in parts of the objective's range.")
    var exploration: Double = 0.2

    @Option(help: "factorial: values of each range.")
    var levels: Int = 3

    func validate() throws {
        if budget < 1 { throw ValidationError("--budget is at least 1, not \(budget)") }
        if let population, population < 2 { throw ValidationError("--population is at least 2, not \(population)") }
        _ = try epsilons()
    }

    /// The names of the objectives.
    var objectives: [String] {
        objective.map { $0.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) } } ?? []
    }

    /// The numbers of `--epsilon`.
    func epsilons() throws -> [Double]? {
        guard let epsilon else { return nil }
        return try epsilon.split(separator: ",", omittingEmptySubsequences: false).map { text in
            guard let number = Double(text.trimmingCharacters(in: .whitespaces)), number > 0, number.isFinite else {
                throw ValidationError("--epsilon takes numbers above 0, parted by commas, not '\(epsilon)'")
            }
            return number
        }
    }

    /// The options as a command line has them.
    var arguments: [String: String] {
        var result = [
            "--budget": "\(budget)", "--by": by.rawValue, "--divisions": "\(divisions)", "--restarts": "\(restarts)",
            "--width": "\(width)", "--exploration": "\(exploration)", "--levels": "\(levels)",
        ]
        result["--method"] = method?.rawValue
        result["--search-seed"] = searchSeed.map { "\($0)" }
        result["--objective"] = objective
        result["--population"] = population.map { "\($0)" }
        result["--epsilon"] = epsilon
        result["--first-samples"] = firstSamples.map { "\($0)" }
        return result
    }
}
