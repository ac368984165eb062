/// Whether one policy is really better than another: their difference, scenario by scenario.
///
/// Policies that share their scenarios share their luck (common random numbers), so that the spread of the difference,
/// not that of the values, says what is known.
public struct PairedDifference: Sendable, Hashable, Codable {
    /// The policy that does better on average, or is looked at.
    public let policy: String
    /// The policy that it is set against.
    public let against: String
    /// The mean of the first policy's value minus the other's, in the outcome's unit.
    public let mean: Double
    /// The lower end of the 95 % interval of that mean; nil for fewer scenarios than `Bootstrap.least`.
    public let low: Double?
    /// The upper end.
    public let high: Double?
    /// The share of the scenarios in which the first policy does better.
    public let better: Double
    /// The share in which both do alike (`PairedDifference.areAlike`).
    public let equal: Double
    /// The share in which the first policy does worse.
    public let worse: Double

    /// Whether the interval leaves 0 out.
    public var isDecided: Bool {
        guard let low, let high else { return false }
        return low > 0 || high < 0
    }

    /// Two values that differ by less are alike: rounding, not a difference.
    static let rounding = 1e-9
    /// The same as a fraction of the largest value in any scenario, for what is next to nothing where it is small.
    static let roundingOfLargest = 1e-12

    /// Whether two values of an outcome are alike: within 1e-9 of the larger, or 1e-12 of the largest in any scenario.
    public static func areAlike(_ value: Double, _ other: Double, largest: Double) -> Bool {
        let size = max(abs(value), abs(other))
        return abs(value - other) <= max(rounding * size, roundingOfLargest * largest)
    }
}

/// Scenarios drawn again and again with replacement: what another sample of the same size might have been.
///
/// The draws are a function of seed, resample and place, and the same for all differences. Beyond
/// `largest` scenarios a mean is as good as normal, and nothing is drawn.
public struct Bootstrap: Sendable {
    /// How many resamples an interval is made of.
    public static let resamples = 2000
    /// The most scenarios that are resampled.
    public static let largest = 500
    /// The fewest scenarios of which an interval is told.
    public static let least = 10
    /// The scenarios of every resample, one resample after the other.
    private let choices: [Int32]
    private let scenarios: Int
    private let weights: [Double]?
    /// The number of equally weighted scenarios that these are worth: (Σ w)² / Σ w².
    private let worth: Double

    /// Whether the scenarios are enough to say how sure a mean is.
    public var areEnough: Bool { worth.rounded() >= Double(Bootstrap.least) }

    /// Resamples of so many scenarios.
    ///
    /// - Parameter weights: of the scenarios; nil where all are equally likely.
    public init(scenarios: Int, weights: [Double]? = nil, seed: UInt64 = 0) {
        self.scenarios = scenarios
        self.weights = weights
        let squares = weights.map { $0.reduce(0) { $0 + $1 * $1 } } ?? 0
        let total = weights.map { $0.reduce(0, +) } ?? 0
        worth = weights == nil ? Double(scenarios) : total * total / squares
        var choices: [Int32] = []
        if worth.rounded() >= Double(Bootstrap.least), scenarios <= Bootstrap.largest {
            var places = [Int32](repeating: 0, count: scenarios)
            choices.reserveCapacity(Bootstrap.resamples * scenarios)
            for resample in 0..<Bootstrap.resamples {
                Resampling.fill(&places, count: scenarios, resample: resample, seed: seed)
                choices += places
            }
        }
        self.choices = choices
    }

    /// The 95 % interval of the mean of values, one a scenario: between the percentiles 2.5 and 97.5 of the resamples'
    /// means, or 1.96 standard errors to either side of `largest` and more; nil for fewer than `least`.
    public func interval(_ values: [Double]) -> ClosedRange<Double>? {
        guard areEnough else { return nil }
        if choices.isEmpty {
            let mean = Statistics.mean(values, weights: weights)
            let total = weights.map { $0.reduce(0, +) } ?? Double(scenarios)
            let squares = weights.map { $0.reduce(0) { $0 + $1 * $1 } } ?? Double(scenarios)
            let error = Statistics.deviation(values, weights: weights) * squares.squareRoot() / total
            return error.isFinite ? mean - 1.96 * error...mean + 1.96 * error : nil
        }
        var means: [Double] = []
        for start in stride(from: 0, to: choices.count, by: scenarios) {
            var sum = 0.0
            var total = 0.0
            for choice in choices[start..<start + scenarios] {
                let weight = weights?[Int(choice)] ?? 1
                if weight > 0 { sum += values[Int(choice)] * weight }
                total += weight
            }
            if total > 0 { means.append(sum / total) }
        }
        guard !means.isEmpty, means.allSatisfy(\.isFinite) else { return nil }
        let low = Statistics.percentile(means, 2.5)
        return low...max(low, Statistics.percentile(means, 97.5))
    }

    /// The difference of two policies in an outcome.
    ///
    /// - Parameters:
    ///   - values: of the first policy, one a scenario.
    ///   - others: of the other one, in the same scenarios.
    ///   - minimize: whether less is better.
    public func difference(
        _ policy: String, _ values: [Double], against: String, _ others: [Double], minimize: Bool
    ) -> PairedDifference {
        let differences = zip(values, others).map { $0 - $1 }
        let largest = max(values.reduce(0) { max($0, abs($1)) }, others.reduce(0) { max($0, abs($1)) })
        let areAlike = zip(values, others).map { PairedDifference.areAlike($0, $1, largest: largest) }
        let sign = minimize ? -1.0 : 1.0
        let range = interval(differences)
        func share(_ holds: (Int) -> Bool) -> Double {
            Statistics.mean(differences.indices.map { holds($0) ? 1 : 0 }, weights: weights)
        }
        return PairedDifference(
            policy: policy, against: against, mean: Statistics.mean(differences, weights: weights),
            low: range?.lowerBound, high: range?.upperBound,
            better: share { !areAlike[$0] && sign * differences[$0] > 0 }, equal: share { areAlike[$0] },
            worse: share { !areAlike[$0] && sign * differences[$0] < 0 })
    }
}
