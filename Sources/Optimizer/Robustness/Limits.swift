/// How the policies of a table keep the limits of its outcomes.
///
/// A policy that keeps every limit in every scenario comes before one that doesn't. Where none does, the one that misses
/// least comes first: the mean over the scenarios of how far a value is beyond its limit, as a fraction of the limit
/// (where that is 0: of the farthest miss), summed over the outcomes.
public struct Limits: Sendable, Hashable {
    /// How a policy keeps the limits of an outcome, in the outcome's unit.
    public struct Keeping: Sendable, Hashable, Codable {
        /// The share of the scenarios in which they are kept, by weight.
        public let kept: Double
        /// The number of scenarios in which they are missed.
        public let missed: Int
        /// How far values are beyond them, on average of the scenarios in which they are missed; 0 where none.
        public let meanMiss: Double
        /// The farthest miss; 0 where there is none.
        public let largestMiss: Double

        enum CodingKeys: String, CodingKey {
            case kept, missed
            case meanMiss = "mean_miss"
            case largestMiss = "largest_miss"
        }
    }

    /// The outcomes that have limits, as indices of the table's.
    public let outcomes: [Int]
    /// [policy][place in `outcomes`].
    public let keeping: [[Keeping]]
    /// The policies that keep every limit in every scenario.
    public let keepers: [Int]
    /// How far each policy is beyond the limits; 0 for one that keeps them all.
    public let violations: [Double]
    /// [policy][scenario].
    private let misses: [[Double]]
    private let weights: [Double]?

    /// The record of a table's policies; nil where no outcome has limits.
    public init?(_ table: OutcomeTable) {
        let outcomes = table.outcomes.indices.filter { table.outcomes[$0].isLimited }
        if outcomes.isEmpty { return nil }
        self.outcomes = outcomes
        weights = table.weights
        var misses = table.policies.map { _ in [Double](repeating: 0, count: table.scenarios.count) }
        var keeping = table.policies.map { _ in [Keeping]() }
        for outcome in outcomes {
            let limits = table.outcomes[outcome].limits
            let beyond = table.policies.indices.map { policy in
                table.series(policy: policy, outcome: outcome).enumerated().map { scenario, value in
                    Limits.counts(scenario, table.weights)
                        ? max(value - limits.upperBound, limits.lowerBound - value, 0) : 0
                }
            }
            let farthest = beyond.joined().max() ?? 0
            let sides = [limits.lowerBound, limits.upperBound].filter(\.isFinite).map(abs)
            let size = sides.max().flatMap { $0 > 0 ? $0 : nil } ?? (farthest > 0 ? farthest : 1)
            for (policy, row) in beyond.enumerated() {
                let missed = row.filter { $0 > 0 }
                keeping[policy].append(
                    Keeping(
                        kept: Statistics.mean(row.map { $0 > 0 ? 0 : 1 }, weights: table.weights),
                        missed: missed.count,
                        meanMiss: missed.isEmpty
                            ? 0 : Statistics.mean(row, weights: table.weights) / Limits.share(row, table.weights),
                        largestMiss: missed.max() ?? 0))
                for (scenario, miss) in row.enumerated() { misses[policy][scenario] += miss / size }
            }
        }
        self.keeping = keeping
        self.misses = misses
        keepers = misses.indices.filter { misses[$0].allSatisfy { $0 == 0 } }
        violations = misses.map { Statistics.mean($0, weights: table.weights) }
    }

    private static func counts(_ scenario: Int, _ weights: [Double]?) -> Bool {
        weights.map { $0[scenario] > 0 } ?? true
    }

    /// The share of scenarios in which something is missed.
    private static func share(_ row: [Double], _ weights: [Double]?) -> Double {
        Statistics.mean(row.map { $0 > 0 ? 1 : 0 }, weights: weights)
    }

    /// The policies among which to choose: those that keep every limit in some scenarios, or those that miss least there.
    public func candidates(in scenarios: [Int]) -> [Int] {
        let sums = misses.map { row in scenarios.reduce(0) { $0 + row[$1] } }
        let least = sums.min() ?? 0
        return sums.indices.filter { sums[$0] == least }
    }
}
