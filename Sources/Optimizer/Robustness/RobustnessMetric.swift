/// One number for how a policy does over all scenarios, made of three choices.
///
/// T1 says what is compared, T2 over which scenarios, T3 how these are summed; any three make a metric. After McPhail et
/// al. 2018, "Robustness metrics: how are they calculated, when should they be used and why do they give different
/// results?", Earth's Future 6.
public struct RobustnessMetric: Sendable {
    /// Values over scenarios, and how likely these are; nil: equally.
    public struct Sample: Sendable, Hashable {
        /// The values, at least one.
        public var values: [Double]
        /// As many weights; nil where all are equal.
        public var weights: [Double]?

        /// Values with their weights.
        public init(_ values: [Double], weights: [Double]? = nil) {
            self.values = values
            self.weights = weights
        }
    }

    /// T1: [policy][scenario], more is better, to numbers of the same shape.
    public typealias Transformation = @Sendable ([[Double]], [Double]?) -> [[Double]]
    /// T2: the scenarios, of one policy, that count.
    public typealias Selection = @Sendable (Sample) -> Sample
    /// T3: one number.
    public typealias Aggregation = @Sendable (Sample) -> Double

    /// What the number is, for those who read it.
    public enum Kind: String, Sendable, Hashable {
        /// A value of the outcome itself.
        case value
        /// A loss in the outcome's unit; less is better.
        case loss
        /// A deviation in the outcome's unit, never above 0; more is better.
        case deviation
        /// A share of the scenarios, in 0...1; more is better.
        case share
        /// A pure number made of values where more is better; more is better.
        case pure
    }

    /// Its name, as commands take and files keep it.
    public let name: String
    /// What its number is.
    public let kind: Kind
    /// What is compared.
    public let transformation: Transformation
    /// Over which scenarios.
    public let selection: Selection
    /// How they are summed.
    public let aggregation: Aggregation

    /// A metric of three choices.
    public init(
        name: String, kind: Kind, transformation: @escaping Transformation, selection: @escaping Selection,
        aggregation: @escaping Aggregation
    ) {
        self.name = name
        self.kind = kind
        self.transformation = transformation
        self.selection = selection
        self.aggregation = aggregation
    }

    /// The metric of every policy; NaN where it is 0/0.
    ///
    /// - Parameters:
    ///   - values: [policy][scenario], finite, where more is better.
    ///   - weights: of the scenarios, none below 0 and not all 0; nil where all are equally likely.
    public func evaluate(_ values: [[Double]], weights: [Double]? = nil) -> [Double] {
        var (values, weights) = (values, weights)
        if let given = weights {
            let live = given.indices.filter { given[$0] > 0 }
            values = values.map { row in live.map { row[$0] } }
            let kept = live.map { given[$0] }
            weights = kept.allSatisfy { $0 == kept.first } ? nil : kept
        }
        return transformation(values, weights).map { aggregation(selection(Sample($0, weights: weights))) }
    }

    /// Whether less of it is better, whatever the outcome's direction.
    public var lessIsBetter: Bool { kind == .loss }
}

// MARK: T1, what is compared

extension RobustnessMetric {
    /// The values themselves.
    public static let identity: Transformation = { values, _ in values }

    /// By how much the best policy of the scenario does better.
    public static let regret: Transformation = { values, _ in Statistics.regrets(values) }

    /// By how much a policy does better than its own median.
    public static let deviationFromMedian: Transformation = { values, weights in
        values.map { row in
            let median = Statistics.percentile(row, 50, weights: weights)
            return row.map { $0 - median }
        }
    }

    /// 1 where a condition is met, otherwise 0.
    public static func satisfice(_ isGood: @escaping @Sendable (Double) -> Bool) -> Transformation {
        { values, _ in values.map { row in row.map { isGood($0) ? 1 : 0 } } }
    }
}

// MARK: T2, over which scenarios

extension RobustnessMetric {
    /// All.
    public static let all: Selection = { $0 }

    /// The one of the smallest number.
    public static let smallest: Selection = { Sample([$0.values.min() ?? .nan]) }

    /// The one of the largest number.
    public static let largest: Selection = { Sample([$0.values.max() ?? .nan]) }

    /// The smallest and the largest number, in this order.
    public static let extremes: Selection = { Sample([$0.values.min() ?? .nan, $0.values.max() ?? .nan]) }

    /// The smallest numbers that make up a share of all, rounded up.
    public static func smallest(share: Double) -> Selection {
        { sample in
            let (values, weights) = Statistics.smallest(sample.values, share: share, weights: sample.weights)
            return Sample(values, weights: weights)
        }
    }

    /// The percentiles, in 0...100, in the given order.
    public static func percentiles(_ list: [Double], rule: Statistics.PercentileRule = .linear) -> Selection {
        { sample in
            Sample(list.map { Statistics.percentile(sample.values, $0, weights: sample.weights, rule: rule) })
        }
    }
}

// MARK: T3, how they are summed

extension RobustnessMetric {
    /// The mean.
    public static let mean: Aggregation = { Statistics.mean($0.values, weights: $0.weights) }

    /// The standard deviation of a sample.
    public static let standardDeviation: Aggregation = { Statistics.deviation($0.values, weights: $0.weights) }

    /// (mean + 1) / (standard deviation + 1): no ranking for different units, for it depends on the unit; NaN for one value.
    public static let meanVariance: Aggregation = { sample in
        (Statistics.mean(sample.values, weights: sample.weights) + 1)
            / (Statistics.deviation(sample.values, weights: sample.weights) + 1)
    }

    /// A weighted sum of what the selection left.
    public static func weighted(_ factors: [Double]) -> Aggregation {
        { zip($0.values, factors).reduce(0) { $0 + $1.0 * $1.1 } }
    }

    /// Of the percentiles 10, 50 and 90: (p50 - (p90 + p10)/2) / ((p90 - p10)/2); above 0 where the tail is on the bad side.
    public static let skew: Aggregation = { sample in
        let p = sample.values
        return (p[1] - (p[2] + p[0]) / 2) / ((p[2] - p[0]) / 2)
    }

    /// Of the percentiles 10, 25, 75 and 90: (p90 - p10) / (p75 - p25).
    public static let kurtosis: Aggregation = { sample in
        let p = sample.values
        return (p[3] - p[0]) / (p[2] - p[1])
    }
}

// MARK: The metrics in use

extension RobustnessMetric {
    /// The worst value (Wald 1950).
    public static let maximin = RobustnessMetric(
        name: "maximin", kind: .value, transformation: identity, selection: smallest, aggregation: mean)

    /// The best value.
    public static let maximax = RobustnessMetric(
        name: "maximax", kind: .value, transformation: identity, selection: largest, aggregation: mean)

    /// a times the worst and 1 - a times the best value (Hurwicz 1953).
    ///
    /// - Parameter worst: the weight a of the worst, in 0...1.
    public static func hurwicz(worst: Double = 0.5) -> RobustnessMetric {
        RobustnessMetric(
            name: worst == 0.5 ? "hurwicz" : "hurwicz:\(worst)", kind: .value, transformation: identity,
            selection: extremes, aggregation: weighted([worst, 1 - worst]))
    }

    /// The mean, weighted where the scenarios are (Laplace).
    public static let laplace = RobustnessMetric(
        name: "laplace", kind: .value, transformation: identity, selection: all, aggregation: mean)

    /// The largest regret (Savage 1951).
    public static let minimaxRegret = RobustnessMetric(
        name: "minimax_regret", kind: .loss, transformation: regret, selection: largest, aggregation: mean)

    /// The 90th percentile of the regret.
    ///
    /// Herman et al. 2015, "How should robustness be defined for water systems planning under change?".
    public static func regretPercentile(rule: Statistics.PercentileRule = .linear) -> RobustnessMetric {
        RobustnessMetric(
            name: rule == .linear ? "regret_p90" : "regret_p90_nearest", kind: .loss, transformation: regret,
            selection: percentiles([90], rule: rule), aggregation: mean)
    }

    /// The mean regret.
    public static let meanRegret = RobustnessMetric(
        name: "mean_regret", kind: .loss, transformation: regret, selection: all, aggregation: mean)

    /// (mean + 1) / (standard deviation + 1), more is better.
    public static let meanVarianceRatio = RobustnessMetric(
        name: "mean_variance", kind: .pure, transformation: identity, selection: all, aggregation: meanVariance)

    /// The mean of the worse half, rounded up, measured from the median.
    public static let undesirableDeviations = RobustnessMetric(
        name: "undesirable_deviations", kind: .deviation, transformation: deviationFromMedian,
        selection: smallest(share: 0.5), aggregation: mean)

    /// The skew by percentiles, NaN where the percentiles 10 and 90 are one.
    public static func percentileSkew(rule: Statistics.PercentileRule = .linear) -> RobustnessMetric {
        RobustnessMetric(
            name: rule == .linear ? "percentile_skew" : "percentile_skew_nearest", kind: .pure,
            transformation: identity, selection: percentiles([10, 50, 90], rule: rule), aggregation: skew)
    }

    /// The peakedness by percentiles; NaN where the percentiles 25 and 75 are one.
    public static func percentileKurtosis(rule: Statistics.PercentileRule = .linear) -> RobustnessMetric {
        RobustnessMetric(
            name: rule == .linear ? "percentile_kurtosis" : "percentile_kurtosis_nearest", kind: .pure,
            transformation: identity, selection: percentiles([10, 25, 75, 90], rule: rule), aggregation: kurtosis)
    }

    /// The mean of the worst share of the values, rounded up: the conditional value at risk.
    public static func cvar(share: Double = 0.2) -> RobustnessMetric {
        RobustnessMetric(
            name: share == 0.2 ? "cvar" : "cvar:\(share)", kind: .value, transformation: identity,
            selection: smallest(share: share), aggregation: mean)
    }

    /// The share of the scenarios in which a condition is met (Starr 1963).
    public static func satisficing(_ isGood: @escaping @Sendable (Double) -> Bool) -> RobustnessMetric {
        RobustnessMetric(
            name: "satisficing", kind: .share, transformation: satisfice(isGood), selection: all, aggregation: mean)
    }

    /// The metrics that need no parameter of their own, in the order in which reports have them.
    public static let standard: [RobustnessMetric] = [
        maximin, maximax, hurwicz(), laplace, minimaxRegret, regretPercentile(), regretPercentile(rule: .nearest),
        meanRegret, meanVarianceRatio, undesirableDeviations, percentileSkew(), percentileSkew(rule: .nearest),
        percentileKurtosis(), percentileKurtosis(rule: .nearest), cvar(),
    ]

    /// The names that `named` takes.
    public static let names = standard.map(\.name) + ["satisficing"]

    /// A metric by its name, such as `maximin`, `hurwicz:0.3` or `cvar:0.1`; nil for an unknown name or parameter.
    ///
    /// `satisficing` has no threshold of its own: each outcome has its limits.
    public static func named(_ text: String) -> RobustnessMetric? {
        let parts = text.replacing("-", with: "_").split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2 else { return standard.first { $0.name == text.replacing("-", with: "_") } }
        guard let number = Double(parts[1]), number.isFinite else { return nil }
        switch parts[0] {
        case "hurwicz" where (0...1).contains(number): return hurwicz(worst: number)
        case "cvar" where number > 0 && number <= 1: return cvar(share: number)
        default: return nil
        }
    }
}
