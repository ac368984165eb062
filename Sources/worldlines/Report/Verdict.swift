import Foundation
import Optimizer
import WorldModel

/// The difference of two policies that live through the same samples.
struct PairedDifference {
    /// The mean of the first less the second, sample by sample.
    let mean: Double
    /// The ends of an interval that would hold the true mean 95 times in 100, were samples drawn independently.
    let low: Double
    let high: Double
    /// The share of the samples in which the first is better; a tie counts half.
    let better: Double

    /// Two policies in the same samples; nil for fewer than two samples, which tell nothing of the spread.
    init?(_ first: [Double], _ second: [Double], minimize: Bool) {
        guard first.count == second.count, first.count > 1 else { return nil }
        let differences = zip(first, second).map { $0 - $1 }
        let count = Double(differences.count)
        let mean = differences.reduce(0, +) / count
        let variance = differences.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / (count - 1)
        let half = PairedDifference.quantile(differences.count - 1) * (variance / count).squareRoot()
        self.mean = mean
        low = mean - half
        high = mean + half
        better = differences.reduce(0) { $0 + ($1 == 0 ? 0.5 : ($1 < 0) == minimize ? 1 : 0) } / count
    }

    /// Whether the interval is on one side of 0.
    var isClear: Bool { low > 0 || high < 0 }

    /// The 97.5 % quantile of Student's t: a table, then the expansion of Cornish and Fisher, good to 1e-3 from 5 on.
    private static func quantile(_ freedom: Int) -> Double {
        let table = [12.706, 4.303, 3.182, 2.776]
        if freedom <= table.count { return table[freedom - 1] }
        let z = 1.959964
        let n = Double(freedom)
        let (z3, z5) = (z * z * z, z * z * z * z * z)
        return z + (z3 + z) / (4 * n) + (5 * z5 + 16 * z3 + 3 * z) / (96 * n * n)
    }
}

/// Which policy a report calls the best, by a rule that it states, and how much hangs on samples and on weights.
///
/// A lack is what a policy's mean is worse than the best policy's, as a share of the range between policies. The choice is
/// the policy with the least mean lack over all outcomes. Where the study has limits, the share of samples outside them is
/// one outcome more. Outcomes in which the best and the worst policy can't be told apart don't count.
struct Verdict {
    /// The policy.
    let chosen: Int
    /// The mean lack of every policy, from 0 to 1.
    let lacks: [Double]
    /// The outcomes that don't count, for their policies can't be told apart.
    let indistinct: [String]
    /// The share of resamples of the samples in which the same policy is chosen; nil for fewer than two samples.
    let constancy: Double?
    /// The number of resamples.
    let resamples: Int
    /// The share of all ways to weigh the outcomes under which each policy is best; empty for fewer than two outcomes.
    let weightShares: [Double]

    /// The number of ways to weigh the outcomes that are tried.
    static let weightings = 1000

    init(table: OutcomeTable) {
        let policies = table.policies.indices
        let samples = table.values[0].count
        var criteria: [Criterion] = []
        var indistinct: [String] = []
        for (outcome, measure) in table.outcomes.enumerated() {
            let series = policies.map { table.series(policy: $0, outcome: outcome) }
            let sign = measure.minimize ? 1.0 : -1.0
            let means = series.map { sign * Statistics.mean($0) }
            let order = policies.sorted { (means[$0], $0) < (means[$1], $1) }
            let (best, worst) = (order[0], order[order.count - 1])
            let pair = PairedDifference(series[best], series[worst], minimize: measure.minimize)
            if means[best] == means[worst] || pair.map({ !$0.isClear }) ?? false {
                indistinct.append(measure.name)
            } else {
                criteria.append(Criterion(values: series.map { $0.map { sign * $0 } }))
            }
        }
        if table.outcomes.contains(where: { $0.limits != -Double.infinity...Double.infinity }) {
            criteria.append(
                Criterion(
                    values: policies.map { policy in
                        table.values[policy].map { row in
                            zip(row, table.outcomes).allSatisfy { $1.limits.contains($0) } ? 0 : 1
                        }
                    }))
        }
        self.indistinct = policies.count > 1 ? indistinct : []
        let whole = Array(0..<samples)
        let each = Verdict.lacks(criteria, policies: policies.count, samples: whole)
        lacks = each.map(Verdict.mean)
        let chosen = Verdict.best(lacks)
        self.chosen = chosen
        weightShares =
            criteria.count > 1 && policies.count > 1
            ? Verdict.weightShares(each, criteria: criteria.count) : []
        guard samples > 1, policies.count > 1, !criteria.isEmpty else {
            constancy = nil
            resamples = 0
            return
        }
        let effort = policies.count * criteria.count * samples
        let count = max(50, min(1000, 100_000_000 / effort))
        var same = 0
        for resample in 0..<count {
            let drawn = whole.map { min(Int(Verdict.draw(resample, $0, 0) * Double(samples)), samples - 1) }
            let lacks = Verdict.lacks(criteria, policies: policies.count, samples: drawn).map(Verdict.mean)
            if Verdict.best(lacks) == chosen { same += 1 }
        }
        constancy = Double(same) / Double(count)
        resamples = count
    }

    /// What policies are compared by, by policy and sample; less is better.
    private struct Criterion {
        let values: [[Double]]
    }

    /// A number between 0 and 1: a function of what it is for, so that a report is the same every time.
    private static func draw(_ index: Int, _ place: Int, _ purpose: UInt32) -> Double {
        let words = Philox.block(
            counter: (UInt32(truncatingIfNeeded: index), UInt32(truncatingIfNeeded: place), purpose, 0), key: (0, 0))
        return Philox.deviate(words.0, words.1)
    }

    private static func mean(_ lacks: [Double]) -> Double {
        lacks.isEmpty ? 0 : lacks.reduce(0, +) / Double(lacks.count)
    }

    private static func best(_ lacks: [Double]) -> Int {
        lacks.indices.min { (lacks[$0], $0) < (lacks[$1], $1) } ?? 0
    }

    /// Weights are uniform over all that sum to 1: exponential draws over their sum.
    private static func weightShares(_ lacks: [[Double]], criteria: Int) -> [Double] {
        var wins = [Double](repeating: 0, count: lacks.count)
        for weighting in 0..<weightings {
            let weights = (0..<criteria).map { -log(draw(weighting, $0, 1)) }
            wins[best(lacks.map { zip($0, weights).reduce(0) { $0 + $1.0 * $1.1 } })] += 1
        }
        return wins.map { $0 / Double(weightings) }
    }

    /// The lacks of every policy, [policy][criterion].
    private static func lacks(_ criteria: [Criterion], policies: Int, samples: [Int]) -> [[Double]] {
        var result = [[Double]](repeating: [], count: policies)
        for criterion in criteria {
            let means = criterion.values.map { series in
                samples.reduce(0) { $0 + series[$1] } / Double(samples.count)
            }
            let (best, worst) = (means.min() ?? 0, means.max() ?? 0)
            for policy in 0..<policies {
                result[policy].append(worst > best ? (means[policy] - best) / (worst - best) : 0)
            }
        }
        return result
    }
}
