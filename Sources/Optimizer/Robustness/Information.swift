import Draws
import WorldModel

/// What it is worth to know before deciding, in the outcome's unit; never negative.
public enum Information {
    /// The value of perfect information: E_s[max_p F] - max_p E_s[F].
    ///
    /// - Parameters:
    ///   - values: [policy][scenario], where more is better.
    ///   - weights: of the scenarios; nil where all are equally likely.
    public static func perfect(_ values: [[Double]], weights: [Double]? = nil) -> Double {
        let scenarios = values.first.map { Array($0.indices) } ?? []
        return value(values, weights, groups: scenarios.map { [$0] })
    }

    /// The value of knowing one uncertain input: E_g[max_p E[F | g]] - max_p E[F] over groups g of scenarios.
    ///
    /// Groups are the input's values where there are at most `bins`, otherwise as many classes of equally many
    /// scenarios in its order. Chance alone makes it positive; `chance` says by how much.
    /// - Parameter input: one number a scenario.
    public static func partial(
        _ values: [[Double]], input: [Double], bins: Int, weights: [Double]? = nil
    ) -> Double {
        value(values, weights, groups: groups(input, bins: bins))
    }

    /// What `partial` finds on average for the same input dealt to the scenarios anew, twenty times.
    public static func chance(
        _ values: [[Double]], input: [Double], bins: Int, weights: [Double]? = nil, seed: UInt64 = 0
    ) -> Double {
        let rounds = 20
        let entity = Philox.entity("shuffle")
        let found = (0..<rounds).map { round in
            let keys = input.indices.map { step in
                Draw(seed: seed, sample: round, purpose: .search, entity: entity, step: step).uniform
            }
            let dealt = input.indices.sorted { (keys[$0], $0) < (keys[$1], $1) }.map { input[$0] }
            return partial(values, input: dealt, bins: bins, weights: weights)
        }
        return Statistics.mean(found)
    }

    /// How many classes so many scenarios carry: of at least eight each, eight at most; nil where not two.
    public static func bins(scenarios: Int) -> Int? {
        let count = min(scenarios / 8, 8)
        return count < 2 ? nil : count
    }

    /// The scenarios by value or class of an input.
    static func groups(_ input: [Double], bins: Int) -> [[Int]] {
        let order = input.indices.sorted { (input[$0], $0) < (input[$1], $1) }
        var byValue: [[Int]] = []
        for index in order {
            if let last = byValue.last?.last, input[last] == input[index] {
                byValue[byValue.count - 1].append(index)
            } else {
                byValue.append([index])
            }
        }
        if byValue.count <= bins { return byValue }
        // Equal values stay in one class.
        var classes = [[Int]](repeating: [], count: bins)
        var seen = 0
        for group in byValue {
            classes[min(seen * bins / order.count, bins - 1)] += group
            seen += group.count
        }
        return classes.filter { !$0.isEmpty }
    }

    private static func value(_ values: [[Double]], _ weights: [Double]?, groups: [[Int]]) -> Double {
        func weight(_ scenario: Int) -> Double { weights?[scenario] ?? 1 }
        let total = groups.joined().reduce(0) { $0 + weight($1) }
        func sum(_ row: [Double], _ group: [Int]) -> Double {
            group.reduce(0) { $0 + (weight($1) > 0 ? row[$1] * weight($1) : 0) }
        }
        let informed = groups.reduce(0) { total, group in total + (values.map { sum($0, group) }.max() ?? 0) }
        let everything = Array(groups.joined())
        let blind = values.map { sum($0, everything) }.max() ?? 0
        return max((informed - blind) / total, 0)
    }
}
