import Draws
import Foundation
import Optimizer
import WorldModel

/// Which policy a report calls the best, by a rule that it states, and how much hangs on samples and on weights.
///
/// Limits come first: where policies keep all of them in every sample, only these can be chosen, and where none does, only
/// those that miss least (`Limits`). A shortfall is how much worse a policy's mean is than the best policy's, as a share of the
/// range between policies; of those that can be chosen, the one with the least mean shortfall is. Outcomes in which the
/// best and the worst policy can't be told apart don't count.
struct Verdict {
    /// The policy.
    let chosen: Int
    /// The policies that limits leave to choose from; all of them where there are no limits.
    let candidates: [Int]
    /// The mean lack of every policy, from 0 to 1.
    let lacks: [Double]
    /// The outcomes that don't count, for their policies can't be told apart.
    let indistinct: [String]
    /// The share of resamples of the samples in which the same policy is chosen; nil for fewer than `Bootstrap.least`.
    let constancy: Double?
    /// The number of resamples.
    let resamples: Int
    /// What the samples might have been, for intervals of differences.
    let bootstrap: Bootstrap
    /// The share of all ways to weigh the outcomes under which each policy is best; empty where there is nothing to weigh.
    let weightShares: [Double]

    /// The number of ways to weigh the outcomes that are tried.
    static let weightings = 1000

    init(table: OutcomeTable) {
        let policies = table.policies.indices
        let samples = table.values[0].count
        bootstrap = Bootstrap(scenarios: samples)
        var criteria: [Criterion] = []
        var indistinct: [String] = []
        for (outcome, measure) in table.outcomes.enumerated() {
            let series = policies.map { table.series(policy: $0, outcome: outcome) }
            let sign = measure.minimize ? 1.0 : -1.0
            let means = series.map { sign * Statistics.mean($0) }
            let order = policies.sorted { (means[$0], $0) < (means[$1], $1) }
            let (best, worst) = (order[0], order[order.count - 1])
            let pair = bootstrap.difference(
                table.policies[best], series[best], against: table.policies[worst], series[worst],
                minimize: measure.minimize)
            let isDistinct = bootstrap.areEnough ? pair.isDecided : pair.equal < 1
            if means[best] == means[worst] || !isDistinct {
                indistinct.append(measure.name)
            } else {
                criteria.append(Criterion(values: series.map { $0.map { sign * $0 } }))
            }
        }
        self.indistinct = policies.count > 1 ? indistinct : []
        let whole = Array(0..<samples)
        let limits = Limits(table)
        let each = Verdict.lacks(criteria, policies: policies.count, samples: whole)
        lacks = each.map(Verdict.mean)
        candidates = limits?.candidates(in: whole) ?? Array(policies)
        let chosen = Verdict.best(lacks, of: candidates)
        self.chosen = chosen
        weightShares =
            criteria.count > 1 && candidates.count > 1
            ? Verdict.weightShares(each, of: candidates, criteria: criteria.count) : []
        guard bootstrap.areEnough, policies.count > 1, !criteria.isEmpty || limits != nil else {
            constancy = nil
            resamples = 0
            return
        }
        let effort = policies.count * max(criteria.count, 1) * samples
        let count = max(50, min(1000, 100_000_000 / effort))
        var same = 0
        for resample in 0..<count {
            let drawn = whole.map { min(Int(Verdict.draw(resample, $0, 0) * Double(samples)), samples - 1) }
            let lacks = Verdict.lacks(criteria, policies: policies.count, samples: drawn).map(Verdict.mean)
            if Verdict.best(lacks, of: limits?.candidates(in: drawn) ?? Array(policies)) == chosen { same += 1 }
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

    private static func best(_ lacks: [Double], of candidates: [Int]) -> Int {
        candidates.min { (lacks[$0], $0) < (lacks[$1], $1) } ?? 0
    }

    /// Weights are uniform over all that sum to 1: exponential draws over their sum.
    private static func weightShares(_ lacks: [[Double]], of candidates: [Int], criteria: Int) -> [Double] {
        var wins = [Double](repeating: 0, count: lacks.count)
        for weighting in 0..<weightings {
            let weights = (0..<criteria).map { -log(draw(weighting, $0, 1)) }
            wins[best(lacks.map { zip($0, weights).reduce(0) { $0 + $1.0 * $1.1 } }, of: candidates)] += 1
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
