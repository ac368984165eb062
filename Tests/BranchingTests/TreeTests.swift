import Foundation
import Testing
import WorldModel

@testable import Branching

@Suite struct TreeTests {
    let siting = Tree(
        years: 2026...2050,
        decisions: [
            .init(year: 2028, options: ["tokyo", "spread", "cool"]),
            .init(year: 2032, options: ["planned", "doubled"]),
        ])

    @Test func nodesArePrefixesOfChoices() {
        #expect(
            siting.nodes.map(\.name) == [
                "root", "tokyo", "tokyo/planned", "tokyo/doubled", "spread", "spread/planned", "spread/doubled", "cool",
                "cool/planned", "cool/doubled",
            ])
        #expect(siting.nodes[0].years == 2026..<2028)
        #expect(siting.nodes[4].years == 2028..<2032)
        #expect(siting.nodes[5].years == 2032..<2051)
        #expect(siting.nodes[6].path == [0, 4, 6])
        #expect(siting.nodes[6].choices == [1, 1])
        #expect(siting.nodes[4].children == [5, 6])
        #expect(siting.nodes[4].policies == 2..<4)
        #expect(siting.policies.map(\.name).last == "cool/doubled")
        #expect(siting.worldLine(sample: 2, policy: 5) == 17)
    }

    /// DESIGN's count by hand: 4 blocks of (1 x 2 + 3 x 4 + 6 x 19) years, or of 6 x 25.
    @Test func sharedPrefixesAreCountedOnce() {
        #expect(siting.bundleYears(samples: 32) == 512)
        #expect(siting.bundleYearsWithoutTree(samples: 32) == 600)
        #expect(siting.bundleYears(samples: 25) == 512)
    }

    @Test func everyPolicyLivesThroughEveryYearOnce() {
        let trees = [
            siting, Tree(years: 2026...2030, decisions: []),
            Tree(years: 2026...2030, decisions: [.init(year: 2026, options: ["a", "b"])]),
            Tree(
                years: 2026...2030,
                decisions: [.init(year: 2028, options: ["a", "b"]), .init(year: 2028, options: ["c", "d"])]),
            Tree(years: 2026...2030, decisions: [.init(year: 2030, options: ["a", "b"])]),
        ]
        for tree in trees {
            for policy in tree.policies {
                #expect(policy.nodes.flatMap { Array(tree.nodes[$0].years) } == Array(tree.years))
            }
            for node in tree.nodes {
                #expect(node.policies.allSatisfy { tree.policies[$0].nodes.contains(node.index) })
            }
        }
    }

    @Test func aSizeIsThatOfTheTree() {
        let decisions: [[Decision]] = [
            [], [.init(year: 2026, options: ["a", "b"])], [.init(year: 2040, options: ["a", "b"])],
            [
                .init(year: 2028, options: ["a", "b", "c"]),
                .init(year: 2028, options: ["d", "e"], conditions: [0: [1, 2]]),
                .init(year: 2031, options: ["f", "g"], conditions: [1: [0]]), .init(year: 2033, options: ["h", "i"]),
            ],
        ]
        for each in decisions {
            let tree = Tree(years: 2026...2035, decisions: each)
            let size = Tree.size(years: 2026...2035, decisions: each)
            #expect(size.policies == Double(tree.policies.count) && size.nodes == Double(tree.nodes.count))
            #expect(size.steps == Double(tree.nodes.reduce(0) { $0 + $1.times.count }))
        }
        let many = Array(repeating: Decision(year: 2030, options: ["a", "b"]), count: 100)
        #expect(Tree.size(years: 2026...2035, decisions: many).policies == pow(2, 100))
    }

    @Test func withoutDecisionsThereIsOnePolicy() {
        let tree = Tree(years: 2026...2030, decisions: [])
        #expect(tree.nodes.map(\.name) == ["root"])
        #expect(tree.policies.map(\.name) == ["base"])
        #expect(tree.nodes[0].years == 2026..<2031)
    }

    @Test func aDecisionOnTheFirstYearLeavesTheRootEmpty() {
        let tree = Tree(years: 2026...2030, decisions: [.init(year: 2026, options: ["a", "b"])])
        #expect(tree.nodes[0].years.isEmpty)
        #expect(tree.bundleYears(samples: 8) == 10)
    }

    @Test func twoDecisionsOfOneYearPartWithoutAYearBetween() {
        let tree = Tree(
            years: 2026...2030,
            decisions: [.init(year: 2028, options: ["a", "b"]), .init(year: 2028, options: ["c", "d"])])
        #expect(tree.policies.map(\.name) == ["a/c", "a/d", "b/c", "b/d"])
        #expect(tree.nodes[1].years.isEmpty)
        #expect(tree.bundleYears(samples: 8) == 2 + 4 * 3)
    }

    @Test func aDecisionWhoseConditionIsNotMetIsLeftOut() {
        let tree = Tree(
            years: 2026...2035,
            decisions: [
                .init(year: 2028, options: ["a", "b", "c"]),
                .init(year: 2032, options: ["d", "e"], conditions: [0: [1, 2]]),
                .init(year: 2034, options: ["f", "g"], conditions: [1: [0]]),
            ])
        #expect(tree.policies.map(\.name) == ["a", "b/d/f", "b/d/g", "b/e", "c/d/f", "c/d/g", "c/e"])
        #expect(tree.policies[0].choices == [0, -1, -1])
        #expect(tree.nodes[1].years == 2028..<2036)
        #expect(tree.policies[3].choices == [1, 1, -1])
    }

    @Test func decisionsOutsideTheYearsMoveToTheStartOrFallAway() {
        let tree = Tree(
            years: 2030...2035,
            decisions: [.init(year: 2028, options: ["a", "b"]), .init(year: 2040, options: ["c", "d"])])
        #expect(tree.policies.map(\.name) == ["a", "b"])
        #expect(tree.nodes[1].years == 2030..<2036)
    }

    /// A tree that lists its policies has their nodes only, in the order of the options.
    @Test func aListedTreeHasItsPoliciesOnly() {
        let listed = Tree(
            years: 2026...2035,
            decisions: [
                .init(year: 2028, options: ["stay", "go", "run"]), .init(year: 2030, options: ["stay", "go"]),
            ],
            policies: [
                .init(name: "b", choices: [2, 0]), .init(name: "a", choices: [0, 1]),
                .init(name: "c", choices: [2, 1]),
            ])
        #expect(listed.policies.map(\.name) == ["a", "b", "c"])
        #expect(listed.nodes.map(\.name) == ["root", "stay", "stay/go", "run", "run/stay", "run/go"])
        #expect(listed.nodes[3].policies == 1..<3 && listed.policies[2].nodes == [0, 3, 5])
    }
}
