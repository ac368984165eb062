/// Policies side by side: how they do, which are worth a look, and how far they can be trusted.
///
/// It encodes to the one JSON object that `worldlines compare --json` prints.
public struct Comparison: Sendable, Hashable, Codable {
    /// An outcome of a policy over the scenarios, in the outcome's unit.
    public struct Summary: Sendable, Hashable, Codable {
        /// The mean.
        public let mean: Double
        /// The value below which a tenth of the scenarios lie, whichever direction is better (`Statistics.percentile`).
        public let p10: Double
        /// The value below which nine tenths of the scenarios lie, whichever direction is better.
        public let p90: Double
        /// The largest value of what is minimised, the smallest of what is maximised.
        public let worst: Double
    }

    /// How a policy holds against what is not known; values by the name of the outcome, in its unit.
    public struct Robustness: Sendable, Hashable, Codable {
        /// The share of scenarios in which every outcome is within its limits, in 0...1.
        public let satisfied: Double
        /// The worst value; a maximin decision takes the policy where it is best.
        public let maximin: [String: Double]
        /// The largest regret, never negative: how much better the best of these policies does in the same scenario.
        public let minimaxRegret: [String: Double]
        /// The mean over the worst fifth of the scenarios, rounded up.
        public let cvar: [String: Double]

        enum CodingKeys: String, CodingKey {
            case satisfied, maximin, cvar
            case minimaxRegret = "minimax_regret"
        }
    }

    /// One policy.
    public struct Row: Sendable, Hashable, Codable {
        /// Its name.
        public let policy: String
        /// 0 where no other policy has means that are all at least as good and one better; 1 where only those do; ...
        public let rank: Int
        /// A summary by the name of the outcome.
        public let outcomes: [String: Summary]
        /// How it holds against what is not known.
        public let robustness: Robustness
    }

    /// The policies, in the order of the table.
    public let policies: [Row]
    /// The volume that the policies' means dominate up to `referencePoint`, in the product of the outcomes' units; nil
    /// where many policies and outcomes would make it take more than `hypervolumeEffort`.
    public let hypervolume: Double?
    /// The reference point by the name of the outcome, in its unit.
    public let referencePoint: [String: Double]

    enum CodingKeys: String, CodingKey {
        case policies, hypervolume
        case referencePoint = "reference_point"
    }

    /// The share of scenarios that the tail mean `Robustness.cvar` covers.
    public static let tail = 0.2
    /// The comparisons of two points that a hypervolume may take: 3.5 s on one core in nine coordinates.
    public static let hypervolumeEffort = 50_000_000

    /// The comparison of a table's policies.
    ///
    /// - Parameter referencePoint: a number for every outcome, worse than the policies worth counting; if left out, the
    ///   worst of the policies' means and a tenth of their spread beyond (where they don't differ: a tenth of the mean, or
    ///   1 where that is 0).
    public static func of(
        _ table: OutcomeTable, referencePoint: [String: Double]? = nil
    ) throws(TableError) -> Comparison {
        let names = table.outcomes.map(\.name)
        let signs = table.outcomes.map { $0.minimize ? 1.0 : -1.0 }
        let series = table.policies.indices.map { policy in
            names.indices.map { table.series(policy: policy, outcome: $0) }
        }
        let points = series.map { outcomes in zip(outcomes, signs).map { Statistics.mean($0) * $1 } }
        let reference =
            try referencePoint.map { (given) throws(TableError) in
                try checked(given, names: names, signs: signs)
            } ?? standardReference(points)
        let ranks = Domination.ranks(points)
        let regrets = names.indices.map { outcome in
            Statistics.regrets(series.map { $0[outcome].map { -signs[outcome] * $0 } })
        }
        let rows = table.policies.indices.map { policy in
            var summaries: [String: Summary] = [:]
            var maximin: [String: Double] = [:]
            var regret: [String: Double] = [:]
            var cvar: [String: Double] = [:]
            for (outcome, name) in names.enumerated() {
                let values = series[policy][outcome]
                let gain = -signs[outcome]
                let worst = (gain < 0 ? values.max() : values.min()) ?? .nan
                summaries[name] = Summary(
                    mean: Statistics.mean(values), p10: Statistics.percentile(values, 10),
                    p90: Statistics.percentile(values, 90), worst: worst)
                maximin[name] = worst
                regret[name] = regrets[outcome][policy].max()
                let mean = Statistics.conditionalValueAtRisk(values.map { gain * $0 }, share: tail)
                cvar[name] = gain < 0 ? 0 - mean : mean
            }
            let satisfied = table.values[policy].count { row in
                zip(row, table.outcomes).allSatisfy { $1.limits.contains($0) }
            }
            let robustness = Robustness(
                satisfied: Double(satisfied) / Double(table.values[policy].count), maximin: maximin,
                minimaxRegret: regret, cvar: cvar)
            return Row(
                policy: table.policies[policy], rank: ranks[policy], outcomes: summaries, robustness: robustness)
        }
        let natural = zip(reference, signs).map { $1 < 0 ? 0 - $0 : $0 }
        return Comparison(
            policies: rows, hypervolume: Hypervolume.of(points, reference: reference, effort: hypervolumeEffort),
            referencePoint: Dictionary(uniqueKeysWithValues: zip(names, natural)))
    }

    /// The given reference point with every coordinate to be small.
    private static func checked(
        _ given: [String: Double], names: [String], signs: [Double]
    ) throws(TableError) -> [Double] {
        for name in given.keys.sorted() where !names.contains(name) { throw .unknownOutcome(name, known: names) }
        var point: [Double] = []
        for (name, sign) in zip(names, signs) {
            guard let value = given[name], value.isFinite else { throw .noReference(name) }
            point.append(value * sign)
        }
        return point
    }

    /// The worst mean and a tenth of the spread, coordinate by coordinate.
    private static func standardReference(_ points: [[Double]]) -> [Double] {
        points[0].indices.map { outcome in
            let means = points.map { $0[outcome] }
            let worst = means.max() ?? 0
            let spread = worst - (means.min() ?? 0)
            if spread > 0 { return worst + 0.1 * spread }
            return worst == 0 ? 1 : worst + 0.1 * worst.magnitude
        }
    }
}
