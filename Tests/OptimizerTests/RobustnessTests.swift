import Foundation
import Testing

@testable import Optimizer

@Suite("Robustness")
struct RobustnessTests {
    static let metrics =
        RobustnessMetric.standard + [.hurwicz(worst: 0.3), .cvar(share: 0.1), .satisficing { $0 >= 2 }]

    @Test("Equal weights are no weights, and a scenario of weight 0 is absent", arguments: metrics.map(\.name))
    func weights(name: String) throws {
        let metric = try #require(Self.metrics.first { $0.name == name })
        let plain = metric.evaluate(robustnessValues)
        #expect(agree(metric.evaluate(robustnessValues, weights: [Double](repeating: 0.25, count: 40)), plain))
        let longer = robustnessValues.map { $0 + [1e6, -1e6] }
        #expect(metric.evaluate(longer, weights: [Double](repeating: 3, count: 40) + [0, 0]) == plain)
    }

    @Test("A weight of 2 is a scenario that stands twice, where only sums are taken")
    func repeated() {
        let weights = (0..<40).map { $0 % 3 == 0 ? 2.0 : 1 }
        let twice = robustnessValues.map { row in row + row.indices.filter { $0 % 3 == 0 }.map { row[$0] } }
        for metric: RobustnessMetric in [.maximin, .maximax, .laplace, .minimaxRegret, .meanRegret, .hurwicz()] {
            #expect(agree(metric.evaluate(robustnessValues, weights: weights), metric.evaluate(twice)))
        }
        let good = RobustnessMetric.satisficing { $0 >= 2 }
        #expect(agree(good.evaluate(robustnessValues, weights: weights), good.evaluate(twice)))
    }

    @Test("Weighted percentiles go over into plain ones as the weights become equal, and stay among the values")
    func percentiles() {
        let values = robustnessValues[0]
        var weights = values.map { _ in 1.0 }
        weights[7] += 1e-11
        for p in [0.0, 10, 33, 50, 90, 100] {
            #expect(abs(Statistics.percentile(values, p, weights: weights) - Statistics.percentile(values, p)) < 1e-9)
        }
        let steep = values.indices.map { Double($0 + 1) }
        var last = -Double.infinity
        for p in stride(from: 0.0, through: 100, by: 5) {
            let found = Statistics.percentile(values, p, weights: steep)
            #expect(found >= last && found >= values.min() ?? 0 && found <= values.max() ?? 0)
            last = found
        }
    }

    @Test("The metrics keep their order: worst, tail, mean, best")
    func order() {
        let of = { (metric: RobustnessMetric) in metric.evaluate(robustnessValues) }
        let (worst, tail, mean, best) = (of(.maximin), of(.cvar()), of(.laplace), of(.maximax))
        for policy in robustnessValues.indices {
            #expect(worst[policy] <= tail[policy] && tail[policy] <= mean[policy] && mean[policy] <= best[policy])
        }
        #expect(of(.hurwicz(worst: 1)) == worst && of(.hurwicz(worst: 0)) == best)
        #expect(of(.cvar(share: 1)) == mean || agree(of(.cvar(share: 1)), mean))
        #expect(of(.undesirableDeviations).allSatisfy { $0 <= 0 })
    }

    @Test("Regret depends on who else is there")
    func regret() {
        let alone = RobustnessMetric.minimaxRegret.evaluate([robustnessValues[0]])
        #expect(alone == [0])
        let two = RobustnessMetric.minimaxRegret.evaluate([[1, 5], [2, 3]])
        #expect(two == [1, 2])
        #expect(RobustnessMetric.minimaxRegret.evaluate([[1, 5], [2, 3], [9, 9]]) == [8, 7, 0])
    }

    @Test("Any three choices make a metric")
    func composed() {
        let metric = RobustnessMetric(
            name: "median regret", kind: .loss, transformation: RobustnessMetric.regret,
            selection: RobustnessMetric.percentiles([50]), aggregation: RobustnessMetric.mean)
        #expect(metric.evaluate([[0, 1, 2], [5, 1, 0]]) == [0, 0])
        #expect(metric.evaluate([[0, 1, 2], [5, 3, 0]]) == [2, 0])
    }

    @Test("0/0 is not a number: no spread, or one scenario")
    func undefined() {
        let flat = [[3.0, 3, 3]]
        #expect(RobustnessMetric.percentileSkew().evaluate(flat)[0].isNaN)
        #expect(RobustnessMetric.percentileKurtosis().evaluate(flat)[0].isNaN)
        #expect(RobustnessMetric.meanVarianceRatio.evaluate(flat) == [4])
        #expect(RobustnessMetric.meanVarianceRatio.evaluate([[3]])[0].isNaN)
        #expect(RobustnessMetric.maximin.evaluate([[3]]) == [3])
    }

    @Test("Names are read with their numbers, and nothing else is")
    func names() {
        for name in RobustnessMetric.standard.map(\.name) { #expect(RobustnessMetric.named(name)?.name == name) }
        #expect(RobustnessMetric.named("minimax-regret")?.name == "minimax_regret")
        #expect(RobustnessMetric.named("hurwicz:0.3")?.name == "hurwicz:0.3")
        #expect(RobustnessMetric.named("hurwicz:0.5")?.name == "hurwicz")
        for name in ["", "maximum", "hurwicz:2", "hurwicz:x", "cvar:0", "cvar:1.1", "maximin:1", "hurwicz:0.1:2"] {
            #expect(RobustnessMetric.named(name) == nil, "\(name)")
        }
    }
}

@Suite("Differences and information")
struct DifferenceTests {
    @Test("A difference is the other way round when the policies are, and the same in every run")
    func paired() throws {
        let bootstrap = Bootstrap(scenarios: 40, seed: 5)
        let (a, b) = (robustnessValues[0], robustnessValues[5])
        let one = bootstrap.difference("a", a, against: "b", b, minimize: false)
        let other = bootstrap.difference("b", b, against: "a", a, minimize: false)
        #expect(agree(one.mean, -other.mean))
        let (low, high) = (try #require(one.low), try #require(one.high))
        #expect(low < one.mean && one.mean < high)
        #expect(agree(low, -(other.high ?? .nan)) && agree(high, -(other.low ?? .nan)))
        #expect(agree(one.better + one.worse + one.equal, 1) && one.worse == other.better)
        #expect(Bootstrap(scenarios: 40, seed: 5).difference("a", a, against: "b", b, minimize: false) == one)
        #expect(Bootstrap(scenarios: 40, seed: 6).difference("a", a, against: "b", b, minimize: false) != one)
    }

    @Test("An interval is about as wide as the standard error says")
    func width() throws {
        let values = robustnessValues[3]
        let range = try #require(Bootstrap(scenarios: 40).interval(values))
        let error = Statistics.deviation(values) / 40.0.squareRoot()
        let width = (range.upperBound - range.lowerBound) / (2 * 1.96 * error)
        // 2000 resamples of 40 skewed values: the spread of such intervals is a few percent.
        #expect(width > 0.85 && width < 1.15)
        let many = (0..<6000).map { values[$0 % 40] }
        let normal = try #require(Bootstrap(scenarios: 6000).interval(many))
        #expect(abs(normal.upperBound - Statistics.mean(values) - 1.96 * error * (40.0 / 6000).squareRoot()) < 1e-3)
    }

    @Test("What differs by a constant is decided, what is alike or seen once is not")
    func decided() {
        let bootstrap = Bootstrap(scenarios: 12)
        let (low, high) = ((1...12).map(Double.init), (2...13).map(Double.init))
        let clear = bootstrap.difference("a", low, against: "b", high, minimize: true)
        #expect(clear.mean == -1 && clear.low == -1 && clear.high == -1 && clear.isDecided && clear.better == 1)
        let alike = bootstrap.difference("a", low, against: "b", low, minimize: true)
        #expect(alike.mean == 0 && !alike.isDecided && alike.equal == 1 && alike.better == 0)
        let once = Bootstrap(scenarios: 1).difference("a", [1], against: "b", [2], minimize: true)
        #expect(once.mean == -1 && once.low == nil && !once.isDecided && once.better == 1)
    }

    @Test("Information is worth nothing where one policy is always best, and all the regret where each is best once")
    func information() {
        #expect(Information.perfect([[1, 2, 3], [0, 1, 2]]) == 0)
        #expect(Information.perfect([[1, 0], [0, 1]]) == 0.5)
        #expect(Information.perfect([[1, 0], [0, 1]], weights: [3, 1]) == 0.25)
        #expect(Information.perfect([[5, 7]]) == 0)
        #expect(Information.partial([[1, 0], [0, 1]], input: [4, 4], bins: 2) == 0)
        #expect(Information.partial([[1, 0], [0, 1]], input: [3, 4], bins: 2) == 0.5)
    }

    @Test("One input is worth what it tells, no more than all, and chance little")
    func partialInformation() {
        var random = Pseudorandom(11)
        let input = (0..<800).map { _ in random.next() - 0.5 }
        let noise = (0..<800).map { _ in random.next() - 0.5 }
        let values = [input.map { _ in 0.0 }, zip(input, noise).map { $0 + 0.2 * $1 }]
        let all = Information.perfect(values)
        let told = Information.partial(values, input: input, bins: 8)
        let untold = Information.partial(values, input: noise, bins: 8)
        let chance = Information.chance(values, input: input, bins: 8)
        #expect(told <= all && told > 0.8 * all)
        #expect(untold < 0.3 * all && chance < 0.1 * all)
        #expect(Information.bins(scenarios: 15) == nil && Information.bins(scenarios: 16) == 2)
        #expect(Information.groups([1, 1, 2, 2, 2, 3], bins: 3) == [[0, 1], [2, 3, 4], [5]])
        #expect(Information.groups(Array(repeating: 1, count: 9) + [2, 3, 4], bins: 2).map(\.count) == [9, 3])
    }

    @Test("Diversity is 0 for equals, 1 for two corners, and nothing for one")
    func diversity() {
        let corners = [[0.0, 0], [2, 4]]
        #expect(Diversity(corners, among: corners).mean == 1)
        #expect(Diversity([[1, 1], [1, 1]], among: corners).nearest == 0)
        #expect(Diversity([[1, 1], [1, 1]], among: corners).distinct == 1)
        #expect(Diversity([[1, 1]], among: corners).mean == nil)
        #expect(Diversity([[1, 1], [1, 1]], among: [[1, 1], [1, 1]]).mean == 0)
    }
}

@Suite("Robustness against the references", .enabled(if: SharedReferences.present))
struct RobustnessReferenceTests {
    @Test("All metrics of McPhail et al. 2018, by nearest rank and by type 7")
    func metrics() throws {
        let reference = try SharedReferences.json("robustness.json")
        let values = table(reference["F"])
        let expected = try #require(reference["metrics"] as? [String: Any])
        let metrics: [(String, RobustnessMetric)] = [
            ("maximin", .maximin), ("maximax", .maximax), ("hurwicz_alpha0_3", .hurwicz(worst: 0.3)),
            ("laplace_mean", .laplace), ("minimax_regret", .minimaxRegret),
            ("regret_p90_nearest", .regretPercentile(rule: .nearest)), ("regret_p90_linear", .regretPercentile()),
            ("mean_regret", .meanRegret), ("mean_variance", .meanVarianceRatio),
            ("undesirable_deviations", .undesirableDeviations),
            ("percentile_skew_nearest", .percentileSkew(rule: .nearest)),
            ("percentile_skew_linear", .percentileSkew()),
            ("percentile_kurtosis_nearest", .percentileKurtosis(rule: .nearest)),
            ("percentile_kurtosis_linear", .percentileKurtosis()), ("starr_fraction_ge_2", .satisficing { $0 >= 2 }),
            ("cvar_worst_20pct", .cvar()),
        ]
        for (name, metric) in metrics { #expect(agree(metric.evaluate(values), list(expected[name])), "\(name)") }
        #expect(agree(values.map { Statistics.deviation($0) }, list(expected["std_sample"])))
        #expect(
            agree(
                values.map { Statistics.percentile($0, 75) - Statistics.percentile($0, 25) },
                list(expected["iqr_linear"])))
        let others = ["std_sample", "iqr_linear", "satisficing_regret_mean_thr2"]
        #expect(Set(expected.keys) == Set(metrics.map(\.0) + others))
        #expect(agree(Information.perfect(values), number(reference["evpi"])))
    }

    @Test("The policy that each rule takes")
    func choices() throws {
        let reference = try SharedReferences.json("robustness.json")
        let values = table(reference["F"])
        let best = try #require(reference["best_policy"] as? [String: Any])
        func most(_ metric: RobustnessMetric) -> Double {
            let found = metric.evaluate(values)
            let wanted = metric.lessIsBetter ? found.min() : found.max()
            return Double(found.firstIndex { $0 == wanted } ?? -1)
        }
        #expect(most(.maximin) == number(best["maximin"]))
        #expect(most(.minimaxRegret) == number(best["minimax_regret"]))
        #expect(most(.laplace) == number(best["laplace"]))
        #expect(most(.satisficing { $0 >= 2 }) == number(best["starr"]))
    }

    @Test("The value of perfect information about a normal number")
    func information() throws {
        let cases = try SharedReferences.json("voi_analytic.json")["cases"] as? [[String: Any]] ?? []
        #expect(cases.count >= 4)
        for set in cases {
            let (mu, sigma) = (number(set["mu"]), number(set["sigma"]))
            let z = (0...20_000).map { -9 + Double($0) * 9e-4 }
            let found = Information.perfect(
                [z.map { _ in 0 }, z.map { mu + sigma * $0 }], weights: z.map { exp(-0.5 * $0 * $0) })
            // The kink between two points of the quadrature costs sigma h² / 8 at most.
            #expect(abs(found - number(set["evpi"])) < sigma * 9e-4 * 9e-4 / 8)
        }
    }
}
