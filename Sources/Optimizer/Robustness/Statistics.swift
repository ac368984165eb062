/// Summaries of the values that a policy reaches over the scenarios.
///
/// Weights say how likely the scenarios are; without them all are equally likely. They need not sum to 1, and each
/// summary with equal weights is the one without. Values are finite and there is at least one; weights are none below 0
/// and not all 0, and a value of weight 0 counts as absent.
public enum Statistics {
    /// How a percentile is read off n values sorted from x_0.
    public enum PercentileRule: Sendable, Hashable {
        /// At position p/100 (n - 1), linear between neighbours: type 7 of Hyndman and Fan (1996), numpy's default.
        case linear
        /// The value nearest to that position, the even one of two as near: numpy's `nearest`.
        case nearest
    }

    /// The arithmetic mean.
    public static func mean(_ values: [Double], weights: [Double]? = nil) -> Double {
        guard let weights else { return values.reduce(0, +) / Double(values.count) }
        let sum = zip(values, weights).reduce(0) { $0 + ($1.1 > 0 ? $1.0 * $1.1 : 0) }
        return sum / weights.reduce(0, +)
    }

    /// The percentile `p`, in 0...100.
    ///
    /// Weights w_i (normalised, values in order) spread a value over the stretch of length w_i of the unit interval; the
    /// linear rule averages over a stretch of length 1/n, the nearest takes its middle, n = 1/Σ w² being the number of
    /// values that the weights are worth (Akinshin 2023, "Weighted quantile estimators").
    public static func percentile(
        _ values: [Double], _ p: Double, weights: [Double]? = nil, rule: PercentileRule = .linear
    ) -> Double {
        guard let weights else {
            let sorted = values.sorted()
            let position = p / 100 * Double(sorted.count - 1)
            if rule == .nearest { return sorted[Int(position.rounded(.toNearestOrEven))] }
            let below = min(Int(position), sorted.count - 1)
            let above = min(below + 1, sorted.count - 1)
            return sorted[below] + (position - Double(below)) * (sorted[above] - sorted[below])
        }
        let sorted = ordered(values, weights)
        let total = sorted.reduce(0) { $0 + $1.weight }
        let size = total * total / sorted.reduce(0) { $0 + $1.weight * $1.weight }
        let start = (size - 1) * p / 100 / size
        let middle = start + 0.5 / size
        var sum = 0.0
        var low = 0.0
        for (value, weight) in sorted {
            let high = low + weight / total
            if rule == .nearest, middle < high { return value }
            sum += value * max(min(high, start + 1 / size) - max(low, start), 0) * size
            low = high
        }
        return rule == .nearest ? sorted[sorted.count - 1].value : sum
    }

    /// The standard deviation of a sample: n - 1 in the denominator, or 1 - Σ w² of normalised weights; NaN for one value.
    public static func deviation(_ values: [Double], weights: [Double]? = nil) -> Double {
        let mean = mean(values, weights: weights)
        let weights = weights ?? values.map { _ in 1 }
        let total = weights.reduce(0, +)
        let squares = zip(values, weights).reduce(0) { $0 + $1.1 * ($1.0 - mean) * ($1.0 - mean) }
        let freedom = total - weights.reduce(0) { $0 + $1 * $1 } / total
        return freedom > 0 ? (squares / freedom).squareRoot() : .nan
    }

    /// The mean of the worst `share` of the values, where more is better: the worst ceil(share n), and at least one.
    ///
    /// This is the conditional value at risk. With weights: the worst values until theirs reach the share of all.
    public static func conditionalValueAtRisk(
        _ values: [Double], share: Double, weights: [Double]? = nil
    ) -> Double {
        let worst = smallest(values, share: share, weights: weights)
        return mean(worst.values, weights: worst.weights)
    }

    /// The regrets of every policy in every scenario: what the best policy of that scenario would have gained more.
    ///
    /// They depend on which policies are in the set. After McPhail et al. 2018, "Robustness metrics: how are they
    /// calculated, when should they be used and why do they give different results?", Earth's Future 6.
    /// - Parameter values: [policy][scenario], where more is better.
    public static func regrets(_ values: [[Double]]) -> [[Double]] {
        guard var best = values.first else { return [] }
        for row in values { for (scenario, value) in row.enumerated() { best[scenario] = max(best[scenario], value) } }
        return values.map { row in zip(best, row).map { $0 - $1 } }
    }

    /// The smallest values that make up a share of all, at least one.
    static func smallest(
        _ values: [Double], share: Double, weights: [Double]?
    ) -> (values: [Double], weights: [Double]?) {
        guard let weights else {
            let count = max(1, min(values.count, Int((share * Double(values.count)).rounded(.up))))
            return (Array(values.sorted().prefix(count)), nil)
        }
        let sorted = ordered(values, weights)
        let goal = share * sorted.reduce(0) { $0 + $1.weight }
        var sum = 0.0
        var count = 0
        // What rounding alone keeps below the goal has reached it.
        repeat {
            sum += sorted[count].weight
            count += 1
        } while count < sorted.count && sum < goal * (1 - 1e-12)
        return (sorted.prefix(count).map(\.value), sorted.prefix(count).map(\.weight))
    }

    /// Values that count, smallest first, with their weights.
    private static func ordered(_ values: [Double], _ weights: [Double]) -> [(value: Double, weight: Double)] {
        zip(values, weights).filter { $0.1 > 0 }.sorted { $0.0 < $1.0 }.map { (value: $0.0, weight: $0.1) }
    }
}
