/// Summaries of the values that a policy reaches over the scenarios, all equally likely.
public enum Statistics {
    /// The arithmetic mean of at least one value.
    public static func mean(_ values: [Double]) -> Double { values.reduce(0, +) / Double(values.count) }

    /// The percentile `p`, in 0...100, of at least one value, linear between order statistics.
    ///
    /// With n values sorted from x_0 it is x at position p/100 (n - 1): type 7 of Hyndman and Fan (1996), numpy's default.
    public static func percentile(_ values: [Double], _ p: Double) -> Double {
        let sorted = values.sorted()
        let position = p / 100 * Double(sorted.count - 1)
        let below = min(Int(position), sorted.count - 1)
        let above = min(below + 1, sorted.count - 1)
        return sorted[below] + (position - Double(below)) * (sorted[above] - sorted[below])
    }

    /// The mean of the worst `share` of the values, where more is better: the worst ceil(share n), and at least one.
    ///
    /// This is the conditional value at risk of n equally likely scenarios.
    public static func conditionalValueAtRisk(_ values: [Double], share: Double) -> Double {
        let count = max(1, min(values.count, Int((share * Double(values.count)).rounded(.up))))
        return mean(Array(values.sorted().prefix(count)))
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
}
