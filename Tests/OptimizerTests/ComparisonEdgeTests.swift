import Foundation
import Testing

@testable import Optimizer

@Suite("Comparisons at the edge")
struct ComparisonEdgeTests {
    private func table(
        _ values: [[[Double]]], weights: [Double]? = nil, inputs: [OutcomeTable.Input] = []
    ) throws -> OutcomeTable {
        try OutcomeTable(
            policies: values.indices.map { "p\($0)" },
            outcomes: values[0][0].indices.map { .init(name: "o\($0)", unit: "1", minimize: true) }, values: values,
            weights: weights, inputs: inputs)
    }

    @Test("One policy has no rival, no regret and nothing to learn")
    func onePolicy() throws {
        let comparison = try Comparison.of(table([[[1, 2], [3, 4]]]))
        #expect(comparison.policies[0].rank == 0 && comparison.policies[0].robustness.minimaxRegret["o0"] == 0)
        #expect(comparison.differences["o0"] == [])
        #expect(comparison.information["o0"]?.perfect == 0)
        #expect(comparison.diversity.mean == nil && comparison.diversity.policies == 1)
        #expect(comparison.robustChoice["maximin"]?["o0"] == ["p0"])
    }

    @Test("One scenario has no interval; what is 0/0 is null, not a number")
    func oneScenario() throws {
        let comparison = try Comparison.of(table([[[1]], [[2]]]))
        let difference = try #require(comparison.differences["o0"]?.first)
        #expect(difference.policy == "p0" && difference.mean == -1 && difference.low == nil)
        let data = try JSONEncoder().encode(comparison)
        let object = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
        let rows = try #require(object["policies"] as? [[String: Any]])
        let robustness = try #require(rows[0]["robustness"] as? [String: Any])
        #expect((robustness["percentile_skew"] as? [String: Any])?["o0"] is NSNull)
        #expect(comparison.robustChoice["percentile_skew"]?["o0"] == [])
    }

    @Test("Equal policies share their rank and every choice, and contribute nothing")
    func ties() throws {
        let row = [[1.0, 5], [2, 6]]
        let comparison = try Comparison.of(table([row, row, [[9, 9], [9, 9]]]))
        #expect(comparison.policies.map(\.rank) == [0, 0, 1])
        #expect(comparison.policies.map(\.contribution) == [0, 0, 0])
        #expect(comparison.robustChoice["maximin"]?["o0"] == ["p0", "p1"])
        #expect(comparison.differences["o0"]?.first?.equal == 1)
        #expect(comparison.diversity.distinct == 1)
    }

    @Test("An outcome that never changes neither ranks nor divides by its spread")
    func constant() throws {
        let comparison = try Comparison.of(table([[[1, 5], [2, 5]], [[3, 5], [4, 5]]]))
        #expect(comparison.policies.map(\.rank) == [0, 1])
        #expect(comparison.referencePoint["o1"] == 5.5)
        #expect(comparison.policies[0].robustness["percentile_kurtosis", "o1"] == nil)
        #expect(comparison.policies[0].robustness["mean_variance", "o1"] == -4)
    }

    @Test("Weights move the means, the ranks and what is kept")
    func weights() throws {
        let values = [[[0.0], [10.0]], [[4.0], [4.0]]]
        #expect(try Comparison.of(table(values)).policies.map(\.rank) == [1, 0])
        let weighted = try Comparison.of(table(values, weights: [3, 1]))
        #expect(weighted.policies.map(\.rank) == [0, 1])
        #expect(weighted.policies[0].outcomes["o0"]?.mean == 2.5)
        let certain = try Comparison.of(table(values, weights: [1, 0]))
        #expect(certain.policies[0].outcomes["o0"]?.worst == 0)
        #expect(try Comparison.of(table(values, weights: [2, 2])) == Comparison.of(table(values)))
    }

    @Test("All are set against a baseline where one is given, otherwise the best against the next")
    func baseline() throws {
        let values = table3
        let best = try Comparison.of(table(values))
        #expect(best.differences["o0"]?.map(\.against) == ["p1", "p0"])
        let set = try Comparison.of(table(values), baseline: 0)
        #expect(set.differences["o0"]?.map(\.policy) == ["p2", "p1"])
        #expect(set.differences["o0"]?.allSatisfy { $0.against == "p0" } == true)
    }

    private let table3: [[[Double]]] = [[[3], [4]], [[2], [3]], [[1], [1]]]

    @Test("Only the metrics that were asked for are there")
    func metrics() throws {
        let comparison = try Comparison.of(
            table(table3), metrics: [.maximin, .hurwicz(worst: 0.3)], satisficing: false)
        #expect(Set(comparison.robustChoice.keys) == ["maximin", "hurwicz:0.3"])
        // Less is better: 0.3 of the worst, 4, and 0.7 of the best, 3.
        #expect(agree(comparison.policies[0].robustness["hurwicz:0.3", "o0"] ?? .nan, 3.3))
    }

    @Test("An input that decides is worth what it decides")
    func information() throws {
        let input = (0..<32).map { Double($0) }
        let values = [input.map { [$0 < 16 ? 0.0 : 1] }, input.map { [$0 < 16 ? 1.0 : 0] }]
        let comparison = try Comparison.of(
            table(values, inputs: [.init(name: "tells", unit: "K", values: input)]))
        let worth = try #require(comparison.information["o0"])
        #expect(worth.perfect == 0.5 && worth.inputs["tells"]?.value == 0.5)
        #expect(worth.inputs["tells"]?.chance ?? 1 < 0.25)
    }

    @Test("Weights, names and inputs that don't fit the scenarios are refused")
    func badScenarios() {
        let one: [[[Double]]] = [[[1], [2]]]
        let measure = [OutcomeTable.Measure(name: "o0", unit: "1", minimize: true)]
        func made(
            _ scenarios: [String]? = nil, _ weights: [Double]? = nil, _ inputs: [OutcomeTable.Input] = []
        ) throws -> OutcomeTable {
            try OutcomeTable(
                policies: ["a"], outcomes: measure, values: one, scenarios: scenarios, weights: weights, inputs: inputs)
        }
        #expect(throws: TableError.badWeight(-1, scenario: "1")) { try made(nil, [1, -1]) }
        #expect(throws: TableError.self) { try made(nil, [1, .nan]) }
        #expect(throws: TableError.badScenarios("all weights are 0; at least one scenario must count")) {
            try made(nil, [0, 0])
        }
        #expect(throws: TableError.badScenarios("there are 1 weights for 2 scenarios; give one for each")) {
            try made(nil, [1])
        }
        #expect(throws: TableError.badScenarios("there are 3 names for 2 scenarios; give one for each")) {
            try made(["a", "b", "c"])
        }
        #expect(throws: TableError.duplicate("x")) { try made(["x", "x"]) }
        #expect(throws: TableError.self) { try made(nil, nil, [.init(name: "i", unit: "1", values: [1])]) }
        let message = TableError.unknownOutcome("coast", known: ["cost", "share"]).description
        #expect(message.contains("did you mean 'cost'?"))
    }
}
