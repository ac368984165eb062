import Foundation
import Testing

@testable import Optimizer

/// A tree whose leaves' worth is a table's.
struct TableTree: DecisionTree {
    let depth: Int
    let width: Int
    let worth: @Sendable ([Int]) -> [Double]

    func options(after choices: [Int]) -> Int { choices.count < depth ? width : 0 }

    var leaves: [[Int]] {
        (0..<depth).reduce([[]]) { leaves, _ in leaves.flatMap { leaf in (0..<width).map { leaf + [$0] } } }
    }
}

@Suite struct TreeSearchTests {
    @Test func theDICEOfTheTestsIsThePublishedOne() throws {
        let tree = DICETree(levels: DICETree.easy)
        // The best leaf of either tree as dice_tree.csv has it; welfare to the rounding of 100 periods.
        #expect(abs(tree.welfare([1, 2, 3, 4]) - 4518.116371856755) < 1e-8)
        #expect(abs(DICETree(levels: DICETree.hard).welfare([1, 2, 2, 3]) - 4516.991696413683) < 1e-8)
    }

    static let table = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appending(
        path: "../../../shared/reference/economy/dice_tree.csv"
    ).standardizedFileURL
    static let present = FileManager.default.fileExists(atPath: table.path)

    @Test(.enabled(if: present)) func allLeavesAreTheReferences() throws {
        let text = try String(contentsOf: Self.table, encoding: .utf8)
        let trees = ["easy": DICETree(levels: DICETree.easy), "hard": DICETree(levels: DICETree.hard)]
        var rows = 0
        for line in text.split(whereSeparator: \.isNewline) where !line.hasPrefix("#") && !line.hasPrefix("tree") {
            let cells = line.split(separator: ",")
            let tree = try #require(trees[String(cells[0])])
            let welfare = try #require(Double(cells[6]))
            #expect(abs(tree.welfare(cells[2..<6].compactMap { Int($0) }) - welfare) < 1e-8, "\(line)")
            rows += 1
        }
        #expect(rows == 1250)
        for tree in trees.values { #expect(tree.simulated == 780) }
    }

    @Test(arguments: [DICETree.easy, DICETree.hard]) func aBeamOfThreeFindsTheBestLeaf(levels: [Double]) throws {
        let tree = DICETree(levels: levels)
        var search = try BeamSearch(tree, width: 3)
        while !search.isOver { try search.tell(search.ask().map(tree.evaluate)) }
        #expect(tree.simulated == search.segments && search.segments * 5 < 780)
        let best = try #require(search.front.first)
        #expect(best.leaf == DICETree(levels: levels).ranked[0])
    }

    /// The same budget as the beam's bar: under a fifth of 780 segments.
    @Test(arguments: [(DICETree.easy, 1), (DICETree.hard, 2)])
    func treeSearchFindsTheBest(levels: ([Double], Int)) async throws {
        let ranked = DICETree(levels: levels.0).ranked
        let good = Set(ranked.prefix(levels.1))
        let found = try await runs(100) { run -> Bool in
            let tree = DICETree(levels: levels.0)
            var search = try TreeSearch(tree, budget: 155, seed: UInt64(run + 1))
            while !search.isOver { try search.tell(search.ask().map(tree.evaluate)) }
            #expect(tree.simulated == search.segments && search.segments <= 155)
            return good.contains(search.front.first?.leaf ?? [])
        }
        #expect(found.count { $0 } >= 95, "\(found.count { $0 }) of 100")
    }

    @Test func aBudgetBeyondAllLeavesAsksEachOnce() throws {
        let tree = TableTree(depth: 3, width: 3) { [Double($0.reduce(0) { 3 * $0 + $1 } * 7 % 27)] }
        var search = try TreeSearch(tree, budget: 1000, batch: 4, seed: 1)
        while !search.isOver { try search.tell(search.ask().map { Evaluation(objectives: tree.worth($0.leaf)) }) }
        #expect(search.rated.count == 27 && Set(search.rated.map(\.leaf)).count == 27 && search.segments == 39)
        #expect(search.front.first?.evaluation.objectives == [0])
    }

    @Test func theBeamKeepsWhatNothingDominates() throws {
        // Two objectives that trade off: all leaves of one coordinate sum are nondominated.
        let tree = TableTree(depth: 2, width: 4) { leaf in [Double(leaf[0]), Double(3 - leaf[0] + leaf[1])] }
        var search = try BeamSearch(tree, width: 1)
        while !search.isOver { try search.tell(search.ask().map { Evaluation(objectives: tree.worth($0.leaf)) }) }
        #expect(Set(search.front.map(\.leaf)) == [[0, 0], [1, 0], [2, 0], [3, 0]])
    }

    /// Sixteen options over 1 + 2 + 4 + 8 scenarios: each rung halves, the best goes through, and less is simulated.
    @Test func halvingSpendsScenariosOnTheBest() throws {
        let tree = TableTree(depth: 1, width: 16) { [Double($0[0] * 5 % 16)] }
        var search = try BeamSearch(tree, width: 2, scenarios: 8, firstScenarios: 1)
        var spent: [Int: Int] = [:]
        while !search.isOver {
            let asked = search.ask()
            for request in asked { spent[request.scenarios, default: 0] += 1 }
            try search.tell(asked.map { Evaluation(objectives: tree.worth($0.leaf)) })
        }
        #expect(spent == [1: 16, 2: 8, 4: 4, 8: 2])
        #expect(search.front.map(\.leaf) == [[0]])
    }

    /// A node that nothing dominates goes through every rung however many are better by crowding.
    @Test func halvingNeverDropsANondominatedNode() throws {
        let tree = TableTree(depth: 1, width: 12) { leaf in [Double(leaf[0]), Double(11 - leaf[0])] }
        var search = try BeamSearch(tree, width: 1, scenarios: 4, firstScenarios: 1)
        while !search.isOver {
            let asked = search.ask()
            #expect(asked.count == 12)
            try search.tell(asked.map { Evaluation(objectives: tree.worth($0.leaf)) })
        }
        #expect(search.front.count == 12)
    }

    @Test func whatCannotBeIsRefused() throws {
        let tree = TableTree(depth: 2, width: 2) { _ in [0] }
        #expect(throws: SearchError.self) { try BeamSearch(tree, width: 0) }
        #expect(throws: SearchError.self) { try TreeSearch(tree, budget: 0, seed: 1) }
        var search = try TreeSearch(tree, budget: 9, seed: 1)
        #expect(throws: SearchError.unsuitableObjectives(method: "tree search", found: 2, wanted: "one objective")) {
            try search.tell([Evaluation(objectives: [1, 2])])
        }
        #expect(throws: SearchError.unbounded(objective: 0)) {
            try search.tell([Evaluation(objectives: [-.infinity])])
        }
        try search.tell([Evaluation(objectives: [.nan])])
        #expect(search.front.first?.evaluation.objectives == [.infinity])
    }

    @Test func aTreeWithoutDecisionsHasOneLeaf() throws {
        let tree = TableTree(depth: 0, width: 3) { _ in [1] }
        var search = try BeamSearch(tree)
        #expect(search.ask().map(\.leaf) == [[]])
        try search.tell([Evaluation(objectives: [1])])
        #expect(search.isOver && search.front.map(\.leaf) == [[]])
        var other = try TreeSearch(tree, budget: 5, seed: 1)
        #expect(other.ask().map(\.leaf) == [[]])
        try other.tell([Evaluation(objectives: [1])])
        #expect(other.isOver)
    }
}

@Suite struct DICEOptimumTests {
    /// 20 rates of abatement from 2020 on and 13 knots of the savings rate, in 15,000 evaluations.
    @Test func theOptimumIsRecovered() async throws {
        let dice = TinyDICE()
        let knots = [0, 1, 3, 5, 8, 12, 17, 23, 31, 42, 56, 72, 89]
        let rates = (1...20).map { Gene("mu\($0)", from: 0.0, to: 1.0) }
        let space = try SearchSpace(rates + knots.map { Gene("s\($0)", from: 0.15, to: 0.35) })
        @Sendable func paths(_ point: [Double]) -> (mu: [Double], savings: [Double]) {
            let values = space.values(of: point)
            let mu = (0..<100).map { t -> Double in
                if t == 0 { return 0.03 }
                return t <= 20 ? values[t - 1] : t <= 28 ? 1 : 1.2
            }
            let savings = (0..<100).map { t -> Double in
                if t > 89 { return TinyDICE.longRunSavings }
                let next = knots.firstIndex { $0 >= t } ?? knots.count - 1
                if knots[next] == t { return values[20 + next] }
                let weight = Double(t - knots[next - 1]) / Double(knots[next] - knots[next - 1])
                return (1 - weight) * values[19 + next] + weight * values[20 + next]
            }
            return (mu, savings)
        }
        // Published optimum and the gain that it has over the published baseline.
        let (optimum, gain) = (4520.557774086901, 29.485167934923)
        // dice2016r2_optimal.csv, MIU and TATM of 2020 ... 2100.
        let gaps = try await runs(10) { run -> (Double, [Double], [Double], Int) in
            var search = try CMAES(space, restarts: 0, seed: UInt64(run + 1))
            while search.end == nil, search.evaluations + search.constants.samples <= 15_000 {
                try search.tell(
                    search.ask().map { point in
                        let (mu, savings) = paths(point)
                        return Evaluation(objectives: [-dice.run(mu: mu, savings: savings).welfare])
                    })
            }
            let (mu, savings) = paths(search.best?.point ?? [])
            let result = dice.run(mu: mu, savings: savings)
            return ((optimum - result.welfare) / gain, mu, result.warming, search.evaluations)
        }
        let gap = Statistics.percentile(gaps.map(\.0), 50)
        #expect(gap <= 1e-4, "\(gaps.map(\.0))")
        let ranked = gaps.sorted { $0.0 < $1.0 }
        for t in 1...17 {
            let mu = Statistics.percentile(ranked.map { abs($0.1[t] - DICEOptimumTests.mu[t - 1]) }, 50)
            let warming = Statistics.percentile(ranked.map { abs($0.2[t] - DICEOptimumTests.warming[t - 1]) }, 50)
            #expect(mu < 0.01 && warming < 0.01, "period \(t): \(mu), \(warming)")
        }
    }

    /// The share of emissions abated in the published optimum, 2020 to 2100.
    static let mu: [Double] = [
        0.1826027970, 0.2063305240, 0.2319296410, 0.2594558160, 0.2889680260, 0.3205278990,
        0.3541990960, 0.3900467500, 0.4281369350, 0.4685362060, 0.5113111960, 0.5565283410,
        0.6042538110, 0.6545538390, 0.7074958080, 0.7631508150, 0.8215990170,
    ]
    /// The warming in the published optimum, 2020 to 2100, K.
    static let warming: [Double] = [
        1.0163416484, 1.1844566221, 1.3540270526, 1.5245929405, 1.6955734439, 1.8662930082,
        2.0360079652, 2.2039309796, 2.3692519461, 2.5311547647, 2.6888299349, 2.8414832102,
        2.9883406963, 3.1286508162, 3.2616835349, 3.3867271517, 3.5030828420,
    ]
}
