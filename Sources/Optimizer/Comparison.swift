import WorldModel

/// Policies side by side: how they do, which are worth a look, and how far they can be trusted.
///
/// It encodes to the one JSON object that `worldlines compare --json` prints; a number that is not finite is null.
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

    /// How a policy holds against what is not known.
    public struct Robustness: Sendable, Hashable, Codable {
        /// The share of scenarios in which every outcome is within its limits, in 0...1.
        public let satisfied: Double
        /// [metric][outcome]: values and losses in the outcome's unit, see `RobustnessMetric.Kind`; nil where 0/0.
        public let values: [String: [String: Double?]]

        init(satisfied: Double, values: [String: [String: Double?]]) {
            self.satisfied = satisfied
            self.values = values
        }

        /// A metric in an outcome; nil where it was not asked for, or is 0/0.
        public subscript(metric: String, outcome: String) -> Double? { values[metric]?[outcome] ?? nil }

        /// A metric by the name of the outcome, where it is a number.
        public func metric(_ name: String) -> [String: Double] { (values[name] ?? [:]).compactMapValues { $0 } }

        /// The worst value by the name of the outcome; a maximin decision takes the policy where it is best.
        public var maximin: [String: Double] { metric("maximin") }
        /// The largest regret, never negative: how much better the best of these policies does in the same scenario.
        public var minimaxRegret: [String: Double] { metric("minimax_regret") }
        /// The mean over the worst fifth of the scenarios, rounded up.
        public var cvar: [String: Double] { metric("cvar") }

        private struct Key: CodingKey {
            let stringValue: String
            var intValue: Int? { nil }
            init(_ text: String) { stringValue = text }
            init?(stringValue: String) { self.stringValue = stringValue }
            init?(intValue: Int) { nil }
        }

        /// Reads what `encode` wrote.
        public init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: Key.self)
            satisfied = try container.decode(Double.self, forKey: Key("satisfied"))
            var values: [String: [String: Double?]] = [:]
            for key in container.allKeys where key.stringValue != "satisfied" {
                values[key.stringValue] = try container.decode([String: Double?].self, forKey: key)
            }
            self.values = values
        }

        /// Writes `satisfied` and the metrics side by side.
        public func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: Key.self)
            try container.encode(satisfied, forKey: Key("satisfied"))
            for (name, row) in values { try container.encode(row, forKey: Key(name)) }
        }
    }

    /// One policy.
    public struct Row: Sendable, Hashable, Codable {
        /// Its name.
        public let policy: String
        /// 0 where no other policy has means that are all at least as good and one better; 1 where only those do; ...
        public let rank: Int
        /// How lonely its means are among those of its rank (`Crowding`); nil where it is at an end.
        public let crowding: Double?
        /// What the hypervolume would lose without it; nil where that would take too long.
        public let contribution: Double?
        /// A summary by the name of the outcome.
        public let outcomes: [String: Summary]
        /// How it holds against what is not known.
        public let robustness: Robustness
        /// How it keeps the limits, by the name of each outcome that has some; nil where none has.
        public let limits: [String: Limits.Keeping]?
    }

    /// What it would be worth to know before deciding, in an outcome's unit.
    public struct Worth: Sendable, Hashable, Codable {
        /// What knowing one input is worth.
        public struct Partial: Sendable, Hashable, Codable {
            /// The value found.
            public let value: Double
            /// What an input that tells nothing would show in as many scenarios.
            public let chance: Double
        }

        /// The value of perfect information.
        public let perfect: Double
        /// By the name of the input; empty where there are too few scenarios to tell.
        public let inputs: [String: Partial]
    }

    /// The policies, in the order of the table.
    public let policies: [Row]
    /// The volume that the policies' means dominate up to `referencePoint`, in the product of the outcomes' units; nil
    /// where many policies and outcomes would make it take more than `hypervolumeEffort`.
    public let hypervolume: Double?
    /// The reference point by the name of the outcome, in its unit.
    public let referencePoint: [String: Double]
    /// [metric][outcome]: the policies that it prefers, all of several as good.
    public let robustChoice: [String: [String: [String]]]
    /// By the name of the outcome: the best on average against those that follow it, scenario by scenario.
    public let differences: [String: [PairedDifference]]
    /// By the name of the outcome.
    public let information: [String: Worth]
    /// How unlike the policies of rank 0 are.
    public let diversity: Diversity
    /// The unit of every outcome.
    public let units: [String: String]
    /// `minimize` or `maximize` for every outcome.
    public let directions: [String: String]

    enum CodingKeys: String, CodingKey {
        case policies, hypervolume, differences, information, diversity, units, directions
        case referencePoint = "reference_point"
        case robustChoice = "robust_choice"
    }

    /// The share of scenarios that the tail mean `Robustness.cvar` covers.
    public static let tail = 0.2
    /// The comparisons of two points that a hypervolume may take: seconds on one core in nine coordinates.
    public static let hypervolumeEffort = 50_000_000
    /// How many policies the best one is set against in each outcome.
    public static let rivals = 12

    /// The comparison of a table's policies.
    ///
    /// - Parameters:
    ///   - referencePoint: a number for every outcome, worse than the policies worth counting; if left out, the
    ///     worst of the policies' means and a tenth of their spread beyond (where they don't differ: a tenth of the mean,
    ///     or 1 where that is 0).
    ///   - metrics: those of robustness; `RobustnessMetric.standard` where left out.
    ///   - satisficing: whether the share of scenarios within its limits is among the metrics of an outcome that has some.
    ///   - baseline: the policy that all others are set against; the best in each outcome where left out.
    ///   - seed: of the resamples behind intervals.
    public static func of(
        _ table: OutcomeTable, referencePoint: [String: Double]? = nil,
        metrics: [RobustnessMetric] = RobustnessMetric.standard, satisficing: Bool = true, baseline: Int? = nil,
        seed: UInt64 = 0
    ) throws(TableError) -> Comparison {
        let names = table.outcomes.map(\.name)
        let series = table.outcomes.indices.map { outcome in
            table.policies.indices.map { table.series(policy: $0, outcome: outcome) }
        }
        let means = series.map { rows in rows.map { Statistics.mean($0, weights: table.weights) } }
        let points = table.policies.indices.map { policy in
            table.outcomes.indices.map { -table.outcomes[$0].gain * means[$0][policy] }
        }
        let reference =
            try referencePoint.map { (given) throws(TableError) in try checked(given, outcomes: table.outcomes) }
            ?? standardReference(points)
        let ranks = Domination.ranks(points)
        let contributions = Hypervolume.contributions(points, reference: reference, effort: hypervolumeEffort)
        let crowding = crowding(points, ranks: ranks)
        let holds = table.outcomes.enumerated().map { outcome, measure in
            robustness(
                series[outcome], measure, metrics: metrics, satisficing: satisficing, weights: table.weights)
        }
        let limits = Limits(table)
        let rows = table.policies.indices.map { policy in
            var summaries: [String: Summary] = [:]
            var values: [String: [String: Double?]] = [:]
            for (outcome, measure) in table.outcomes.enumerated() {
                summaries[measure.name] = summary(
                    series[outcome][policy], mean: means[outcome][policy], measure, weights: table.weights)
                for metric in holds[outcome] {
                    values[metric.name, default: [:]][measure.name] = .some(metric.values[policy])
                }
            }
            let satisfied = table.values[policy].map { row -> Double in
                zip(row, table.outcomes).allSatisfy { $1.limits.contains($0) } ? 1 : 0
            }
            return Row(
                policy: table.policies[policy], rank: ranks[policy], crowding: crowding[policy],
                contribution: contributions?[policy], outcomes: summaries,
                robustness: Robustness(
                    satisfied: Statistics.mean(satisfied, weights: table.weights), values: values),
                limits: limits.map { limits in
                    Dictionary(uniqueKeysWithValues: zip(limits.outcomes.map { names[$0] }, limits.keeping[policy]))
                })
        }
        var choice: [String: [String: [String]]] = [:]
        for (measure, metrics) in zip(table.outcomes, holds) {
            for metric in metrics {
                choice[metric.name, default: [:]][measure.name] = metric.best.map { table.policies[$0] }
            }
        }
        func byName<Value>(_ values: [Value]) -> [String: Value] {
            Dictionary(uniqueKeysWithValues: zip(names, values))
        }
        return Comparison(
            policies: rows, hypervolume: Hypervolume.of(points, reference: reference, effort: hypervolumeEffort),
            referencePoint: byName(zip(reference, table.outcomes).map { $1.minimize ? $0 : 0 - $0 }),
            robustChoice: choice,
            differences: byName(differences(table, series, means, baseline: baseline, seed: seed)),
            information: byName(worth(table, series, seed: seed)),
            diversity: Diversity(zip(points, ranks).filter { $0.1 == 0 }.map(\.0), among: points),
            units: byName(table.outcomes.map(\.unit)),
            directions: byName(table.outcomes.map { $0.minimize ? "minimize" : "maximize" }))
    }

    private static func summary(
        _ values: [Double], mean: Double, _ measure: OutcomeTable.Measure, weights: [Double]?
    ) -> Summary {
        let live = weights.map { weights in zip(values, weights).filter { $0.1 > 0 }.map(\.0) } ?? values
        return Summary(
            mean: mean, p10: Statistics.percentile(values, 10, weights: weights),
            p90: Statistics.percentile(values, 90, weights: weights),
            worst: (measure.minimize ? live.max() : live.min()) ?? .nan)
    }

    /// A metric of all policies in one outcome.
    private struct Held {
        let name: String
        /// As the outcome's readers know them; nil where not finite.
        let values: [Double?]
        /// The policies that it prefers.
        let best: [Int]
    }

    private static func robustness(
        _ rows: [[Double]], _ measure: OutcomeTable.Measure, metrics: [RobustnessMetric], satisficing: Bool,
        weights: [Double]?
    ) -> [Held] {
        var metrics = metrics
        if satisficing, measure.isLimited {
            let (limits, gain) = (measure.limits, measure.gain)
            metrics.append(.satisficing { limits.contains(gain * $0) })
        }
        let gains = rows.map { row in row.map { measure.gain * $0 } }
        return metrics.map { metric in
            let found = metric.evaluate(gains, weights: weights)
            let finite = found.filter(\.isFinite)
            let best = metric.lessIsBetter ? finite.min() : finite.max()
            return Held(
                name: metric.name,
                values: found.map { value in
                    guard value.isFinite else { return nil }
                    return metric.kind == .value && measure.minimize ? 0 - value : value
                }, best: found.indices.filter { found[$0] == best })
        }
    }

    private static func crowding(_ points: [[Double]], ranks: [Int]) -> [Double?] {
        var crowding = [Double?](repeating: nil, count: points.count)
        for front in Domination.fronts(ranks: ranks) {
            for (index, distance) in zip(front, Crowding.distances(front.map { points[$0] })) where distance.isFinite {
                crowding[index] = distance
            }
        }
        return crowding
    }

    private static func differences(
        _ table: OutcomeTable, _ series: [[[Double]]], _ means: [[Double]], baseline: Int?, seed: UInt64
    ) -> [[PairedDifference]] {
        let bootstrap = Bootstrap(scenarios: table.scenarios.count, weights: table.weights, seed: seed)
        return table.outcomes.enumerated().map { outcome, measure in
            let order = table.policies.indices.sorted { a, b in
                let (x, y) = (measure.gain * means[outcome][a], measure.gain * means[outcome][b])
                return x == y ? a < b : x > y
            }
            func difference(_ policy: Int, _ other: Int) -> PairedDifference {
                bootstrap.difference(
                    table.policies[policy], series[outcome][policy], against: table.policies[other],
                    series[outcome][other], minimize: measure.minimize)
            }
            if let baseline { return order.filter { $0 != baseline }.map { difference($0, baseline) } }
            return order.dropFirst().prefix(rivals).map { difference(order[0], $0) }
        }
    }

    private static func worth(_ table: OutcomeTable, _ series: [[[Double]]], seed: UInt64) -> [Worth] {
        table.outcomes.enumerated().map { outcome, measure in
            let gains = series[outcome].map { row in row.map { measure.gain * $0 } }
            var inputs: [String: Worth.Partial] = [:]
            if table.policies.count > 1, let bins = Information.bins(scenarios: table.scenarios.count) {
                for input in table.inputs {
                    inputs[input.name] = Worth.Partial(
                        value: Information.partial(gains, input: input.values, bins: bins, weights: table.weights),
                        chance: Information.chance(
                            gains, input: input.values, bins: bins, weights: table.weights, seed: seed))
                }
            }
            return Worth(perfect: Information.perfect(gains, weights: table.weights), inputs: inputs)
        }
    }

    /// The given reference point with every coordinate to be small.
    private static func checked(
        _ given: [String: Double], outcomes: [OutcomeTable.Measure]
    ) throws(TableError) -> [Double] {
        let names = outcomes.map(\.name)
        for name in given.keys.sorted() where !names.contains(name) { throw .unknownOutcome(name, known: names) }
        var point: [Double] = []
        for outcome in outcomes {
            guard let value = given[outcome.name], value.isFinite else { throw .noReference(outcome.name) }
            point.append(-outcome.gain * value)
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
