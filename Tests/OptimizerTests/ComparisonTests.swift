import Foundation
import Testing

@testable import Optimizer

/// Whether two numbers agree to 1e-9 of the larger, to which the references are given, or to 1e-12 near zero.
func agree(_ a: Double, _ b: Double) -> Bool { abs(a - b) <= max(1e-9 * max(abs(a), abs(b)), 1e-12) }

@Suite("Domination")
struct DominationTests {
    @Test("Nothing dominates itself or its equal, and never both ways")
    func order() {
        for points in frontReferences.map(\.points) {
            for a in points {
                for b in points {
                    #expect(!(Domination.dominates(a, b) && Domination.dominates(b, a)))
                    if a == b { #expect(!Domination.dominates(a, b)) }
                }
            }
        }
        #expect(Domination.ranks([[1, 1], [1, 1], [2, 1]]) == [0, 0, 1])
    }

    @Test("A point is one rank behind the last of those that dominate it")
    func ranksAreLongestChains() {
        for set in frontReferences {
            let ranks = Domination.ranks(set.points)
            for (point, rank) in zip(set.points, ranks) {
                let above = zip(set.points, ranks).filter { Domination.dominates($0.0, point) }.map(\.1)
                #expect(rank == (above.max() ?? -1) + 1)
            }
        }
    }

    @Test("Ranks are pymoo's")
    func ranksAgree() {
        for set in frontReferences { #expect(Domination.ranks(set.points) == set.ranks) }
    }
}

@Suite("Hypervolume")
struct HypervolumeTests {
    @Test("A dominated point, a repeated one and one beyond the reference change nothing; order doesn't count")
    func invariance() {
        for set in frontReferences {
            let volume = Hypervolume.of(set.points, reference: set.reference)
            let front = zip(set.points, set.ranks).filter { $0.1 == 0 }.map(\.0)
            #expect(agree(Hypervolume.of(front, reference: set.reference), volume))
            #expect(agree(Hypervolume.of(front + front, reference: set.reference), volume))
            #expect(agree(Hypervolume.of(set.points.reversed(), reference: set.reference), volume))
            var beyond = front[0].map { $0 - 1 }
            beyond[0] = set.reference[0]
            #expect(agree(Hypervolume.of(front + [beyond], reference: set.reference), volume))
        }
    }

    @Test("A coordinate that all points share multiplies the volume by its depth")
    func oneMoreCoordinate() {
        for set in frontReferences.prefix(3) {
            let flat = Hypervolume.of(set.points, reference: set.reference)
            for place in 0...set.reference.count {
                let points = set.points.map { Array($0[..<place]) + [2] + Array($0[place...]) }
                let reference = Array(set.reference[..<place]) + [2.5] + Array(set.reference[place...])
                #expect(agree(Hypervolume.of(points, reference: reference), 0.5 * flat))
            }
        }
    }

    @Test(
        "Volumes by hand",
        arguments: [
            ([[0.5]], [1], 0.5), ([[0.5, 0.5]], [1, 1], 0.25),
            ([[0.25, 0.75], [0.5, 0.5], [0.75, 0.25]], [1, 1], 0.375),
            ([[1, 2, 2], [2, 1, 2], [2, 2, 1]], [3, 3, 3], 4), ([[1, 0]], [1, 1], 0),
            ([[0.5, 0.5], [1.5, 0.1]], [1, 1], 0.25), ([], [1, 1], 0),
            ([[0, 0, 0, 1], [1, 1, 1, 0]], [2, 2, 2, 2], 9),
        ] as [([[Double]], [Double], Double)])
    func byHand(points: [[Double]], reference: [Double], volume: Double) {
        #expect(agree(Hypervolume.of(points, reference: reference), volume))
    }

    @Test("A volume that would take too long is left out, and does not take long to leave out")
    func effortIsBounded() {
        var seed: UInt64 = 1
        let points = (0..<400).map { _ in
            let raw = (0..<9).map { _ in
                seed = seed &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                return Double(seed >> 11) / 0x1p53 + 0.01
            }
            let length = raw.reduce(0) { $0 + $1 * $1 }.squareRoot()
            return raw.map { 1 - $0 / length }
        }
        let reference = [Double](repeating: 1.1, count: 9)
        let clock = ContinuousClock()
        // It takes 0.1 s; the exact volume, which needs between 50 and 500 million comparisons, takes up to 26 s.
        let time = clock.measure {
            #expect(Hypervolume.of(points, reference: reference, effort: 1_000_000) == nil)
        }
        #expect(time < .seconds(10))
        let few = Array(points.prefix(12))
        #expect(
            Hypervolume.of(few, reference: reference, effort: 1_000_000) == Hypervolume.of(few, reference: reference))
    }

    @Test("Volumes and exclusive contributions are moocore's")
    func volumesAgree() {
        for set in frontReferences {
            #expect(agree(Hypervolume.of(set.points, reference: set.reference), set.hypervolume))
            let front = zip(set.points, set.ranks).filter { $0.1 == 0 }.map(\.0)
            let own = Hypervolume.contributions(front, reference: set.reference)
            #expect(own.count == set.contributions.count)
            // A contribution is a difference of volumes: it has the absolute error of the whole.
            #expect(zip(own, set.contributions).allSatisfy { abs($0 - $1) <= 1e-12 })
        }
    }
}

@Suite("Statistics")
struct StatisticsTests {
    @Test("Percentiles are linear between order statistics")
    func percentiles() {
        #expect(Statistics.percentile([4, 1, 3, 2], 0) == 1)
        #expect(Statistics.percentile([4, 1, 3, 2], 100) == 4)
        #expect(agree(Statistics.percentile([4, 1, 3, 2], 10), 1.3))
        #expect(agree(Statistics.percentile([4, 1, 3, 2], 90), 3.7))
        #expect(Statistics.percentile([5], 90) == 5)
    }

    @Test("Mean, tail mean and regrets are those of the references")
    func robustnessAgrees() {
        let regrets = Statistics.regrets(robustnessValues)
        for (policy, values) in robustnessValues.enumerated() {
            #expect(values.count == 40)
            #expect(agree(Statistics.mean(values), RobustnessReference.mean[policy]))
            #expect(agree(Statistics.conditionalValueAtRisk(values, share: 0.2), RobustnessReference.cvar[policy]))
            #expect(agree(Statistics.percentile(regrets[policy], 90), RobustnessReference.regretP90[policy]))
        }
    }

    @Test("The tail mean runs from the worst to the mean, and no scenario regrets all policies")
    func laws() {
        for values in robustnessValues {
            #expect(Statistics.conditionalValueAtRisk(values, share: 0) == values.min())
            #expect(agree(Statistics.conditionalValueAtRisk(values, share: 1), Statistics.mean(values)))
        }
        let regrets = Statistics.regrets(robustnessValues)
        for scenario in 0..<40 { #expect(regrets.map { $0[scenario] }.min() == 0) }
    }
}

@Suite("Comparison")
struct ComparisonTests {
    /// Two policies, four scenarios; cost is to be small and share to be large.
    static func small() throws -> OutcomeTable {
        try OutcomeTable(
            policies: ["stay", "move"],
            outcomes: [
                .init(name: "cost", unit: "USD", minimize: true, limits: -Double.infinity...10),
                .init(name: "share", unit: "1", minimize: false, limits: 0.2...Double.infinity),
            ],
            values: [[[8, 0.1], [9, 0.3], [10, 0.3], [13, 0.5]], [[9, 0.4], [11, 0.4], [9, 0.6], [11, 0.6]]])
    }

    @Test("A table by hand")
    func byHand() throws {
        let comparison = try Comparison.of(Self.small(), referencePoint: ["cost": 12, "share": 0.1])
        let stay = comparison.policies[0]
        let move = comparison.policies[1]
        #expect(stay.policy == "stay" && move.policy == "move")
        #expect(move.rank == 0 && stay.rank == 1)
        let cost = try #require(stay.outcomes["cost"])
        #expect(agree(cost.mean, 10) && agree(cost.p10, 8.3) && agree(cost.p90, 12.1) && cost.worst == 13)
        let share = try #require(stay.outcomes["share"])
        #expect(agree(share.mean, 0.3) && agree(share.p10, 0.16) && agree(share.p90, 0.44) && share.worst == 0.1)
        #expect(stay.robustness.satisfied == 0.5 && move.robustness.satisfied == 0.5)
        #expect(stay.robustness.minimaxRegret["cost"] == 2)
        #expect(move.robustness.minimaxRegret["cost"] == 2)
        #expect(agree(stay.robustness.minimaxRegret["share"] ?? .nan, 0.3))
        #expect(stay.robustness.maximin["cost"] == 13 && stay.robustness.cvar["cost"] == 13)
        #expect(stay.robustness.maximin["share"] == 0.1 && stay.robustness.cvar["share"] == 0.1)
        #expect(agree(comparison.hypervolume ?? .nan, 2 * 0.4))
        #expect(comparison.referencePoint == ["cost": 12, "share": 0.1])
    }

    @Test("Measuring the opposite in the opposite direction changes no rank, volume or robustness")
    func directions() throws {
        let table = try OutcomeTable(
            policies: (0..<6).map { "p\($0)" },
            outcomes: [.init(name: "gain", unit: "1", minimize: false, limits: 2...Double.infinity)],
            values: robustnessValues.map { $0.map { [$0] } })
        let mirror = try OutcomeTable(
            policies: table.policies,
            outcomes: [.init(name: "gain", unit: "1", minimize: true, limits: -Double.infinity...(-2))],
            values: robustnessValues.map { $0.map { [-$0] } })
        let a = try Comparison.of(table)
        let b = try Comparison.of(mirror)
        #expect(a.hypervolume == b.hypervolume)
        for (policy, (x, y)) in zip(a.policies, b.policies).enumerated() {
            #expect(x.rank == y.rank && x.robustness.minimaxRegret == y.robustness.minimaxRegret)
            #expect(x.robustness.cvar["gain"] == y.robustness.cvar["gain"].map { -$0 })
            #expect(agree(x.robustness.maximin["gain"] ?? .nan, RobustnessReference.maximin[policy]))
            #expect(agree(x.robustness.minimaxRegret["gain"] ?? .nan, RobustnessReference.minimaxRegret[policy]))
            #expect(agree(x.robustness.cvar["gain"] ?? .nan, RobustnessReference.cvar[policy]))
            #expect(agree(x.robustness.satisfied, RobustnessReference.shareAtLeastTwo[policy]))
            #expect(y.robustness.satisfied == x.robustness.satisfied)
        }
    }

    @Test("The standard reference point lies beyond every policy, also where all are equal")
    func standardReference() throws {
        let comparison = try Comparison.of(Self.small())
        #expect(agree(comparison.referencePoint["cost"] ?? .nan, 11))
        #expect(agree(comparison.referencePoint["share"] ?? .nan, 0.28))
        #expect(agree(comparison.hypervolume ?? .nan, 1 * 0.22))
        let nothing = try OutcomeTable(
            policies: ["a"], outcomes: [.init(name: "share", unit: "1", minimize: false)], values: [[[0]]])
        #expect(try Comparison.of(nothing).referencePoint == ["share": -1])
    }

    @Test("The JSON has the documented keys and reads back as it was")
    func json() throws {
        let comparison = try Comparison.of(Self.small())
        let data = try JSONEncoder().encode(comparison)
        let object = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
        #expect(Set(object.keys).isSuperset(of: ["policies", "hypervolume", "reference_point"]))
        let row = try #require((object["policies"] as? [[String: Any]])?.first)
        #expect(Set(row.keys).isSuperset(of: ["policy", "rank", "outcomes", "robustness"]))
        let summary = try #require((row["outcomes"] as? [String: [String: Any]])?["cost"])
        #expect(Set(summary.keys) == ["mean", "p10", "p90", "worst"])
        let robustness = try #require(row["robustness"] as? [String: Any])
        #expect(Set(robustness.keys) == Set(RobustnessMetric.standard.map(\.name) + ["satisfied", "satisficing"]))
        #expect(try JSONDecoder().decode(Comparison.self, from: data) == comparison)
    }

    static let cost = OutcomeTable.Measure(name: "cost", unit: "USD", minimize: true)

    @Test("A table without policies, outcomes or scenarios is refused")
    func empty() {
        #expect(throws: TableError.empty("policies")) {
            try OutcomeTable(policies: [], outcomes: [Self.cost], values: [])
        }
        #expect(throws: TableError.empty("outcomes")) {
            try OutcomeTable(policies: ["a"], outcomes: [], values: [[[]]])
        }
        #expect(throws: TableError.empty("scenarios")) {
            try OutcomeTable(policies: ["a"], outcomes: [Self.cost], values: [[]])
        }
    }

    @Test("A name that stands twice is refused")
    func duplicates() {
        #expect(throws: TableError.duplicate("a")) {
            try OutcomeTable(policies: ["a", "a"], outcomes: [Self.cost], values: [[[1]], [[1]]])
        }
        #expect(throws: TableError.duplicate("cost")) {
            try OutcomeTable(policies: ["a"], outcomes: [Self.cost, Self.cost], values: [[[1, 2]]])
        }
    }

    @Test("A ragged table is refused")
    func ragged() {
        #expect(throws: TableError.ragged(policy: "b", found: 1, expected: 2, of: "scenarios")) {
            try OutcomeTable(policies: ["a", "b"], outcomes: [Self.cost], values: [[[1], [2]], [[1]]])
        }
        #expect(throws: TableError.ragged(policy: "a", found: 2, expected: 1, of: "outcomes")) {
            try OutcomeTable(policies: ["a"], outcomes: [Self.cost], values: [[[1, 2]]])
        }
        #expect(throws: TableError.ragged(policy: "a", found: 2, expected: 1, of: "rows of policies")) {
            try OutcomeTable(policies: ["a"], outcomes: [Self.cost], values: [[[1]], [[2]]])
        }
    }

    @Test("A value that is not finite is refused", arguments: [Double.nan, .infinity, -.infinity])
    func notFinite(value: Double) {
        #expect(throws: TableError.notFinite(policy: "a", scenario: 1, outcome: "cost")) {
            try OutcomeTable(policies: ["a"], outcomes: [Self.cost], values: [[[1], [value]]])
        }
    }

    @Test("A reference point that names too much or too little is refused")
    func referencePoints() throws {
        let table = try Self.small()
        #expect(throws: TableError.unknownOutcome("coast", known: ["cost", "share"])) {
            try Comparison.of(table, referencePoint: ["coast": 1, "cost": 1, "share": 1])
        }
        #expect(throws: TableError.noReference("share")) { try Comparison.of(table, referencePoint: ["cost": 1]) }
        #expect(throws: TableError.noReference("share")) {
            try Comparison.of(table, referencePoint: ["cost": 1, "share": .nan])
        }
    }
}
