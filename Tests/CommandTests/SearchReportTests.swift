import Foundation
import Testing

/// What `optimize` says beside its front.
@Suite struct SearchReportTests {
    private func search(_ changes: [(String, String)], _ more: [String] = []) throws -> (Workshop, Workshop.Ending) {
        let shop = try OptimizeTests().shop(changes)
        let ending = try shop.run(OptimizeTests.search + more)
        try #require(ending.status == 0, "\(ending.error)")
        return (shop, ending)
    }

    private static func limit(_ text: String) -> [(String, String)] {
        [
            (
                "of: co2_emissions, over_time: sum, minimize: true",
                "of: co2_emissions, over_time: sum, minimize: true, \(text)"
            )
        ]
    }

    private func words(_ json: [String: Any]) -> String {
        (json["words"] as? [String] ?? []).joined(separator: " ")
    }

    /// The emissions of all world lines, by policy.
    private func emissions(_ shop: Workshop) throws -> [String: [Double]] {
        try #require(shop.run("export", "a.h5", "-o", "tables").status == 0)
        let rows = try shop.read("tables/outcomes.csv").split(separator: "\r\n").map {
            $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        }
        let (policy, outcome) = (rows[0].firstIndex(of: "policy") ?? 0, rows[0].firstIndex(of: "outcome_emitted") ?? 0)
        return Dictionary(grouping: rows.dropFirst(), by: { $0[policy] }).mapValues {
            $0.compactMap { Double($0[outcome]) }
        }
    }

    @Test func frontRobustChoiceAndFailuresAreInWordsAndNumbers() throws {
        let (shop, plain) = try search([], ["--json"])
        let json = try plain.json
        #expect(words(json).contains("No outcome has a limit") && (json["failures"] as? [Any])?.isEmpty == true)
        let values = try emissions(shop).values.joined().sorted()
        let middle = (values[0] + values[values.count - 1]) / 2
        let (limited, ending) = try search(Self.limit("at_most: \(middle) tCO2"), ["--json"])
        let report = try ending.json
        let lines = try emissions(limited)
        let missed = lines.values.joined().count { $0 > middle }
        let failures = try #require(report["failures"] as? [[String: Any]])
        try #require(failures.count == 1 && missed > 0)
        #expect(failures[0]["outcome"] as? String == "emitted" && failures[0]["missed"] as? Int == missed)
        #expect(failures[0]["cases"] as? Int == lines.values.joined().count)
        let shares = try #require(failures[0]["policies"] as? [String: Double])
        for (policy, emissions) in lines {
            #expect(shares[policy] == Double(emissions.count { $0 > middle }) / Double(emissions.count))
        }
        let discovery = try #require(failures[0]["discovery"] as? [String: Any])
        #expect(discovery["interesting"] as? Int == missed)
        #expect(
            words(report).contains("emitted is above") && words(report).contains("Robust choice, by outcome: cost: "))
        // The choices are those of `compare`.
        let choice = try #require(report["robust_choice"] as? [String: [String: [String]]])
        let compared = try limited.run("compare", "a.h5", "--json").json
        let expected = compared["robust_choice"] as? [String: [String: [String]]]
        #expect(choice.mapValues { $0.mapValues(Set.init) } == expected?.mapValues { $0.mapValues(Set.init) })
        #expect(Set(choice["maximin"]?.keys ?? [:].keys) == ["cost", "emitted"])
        let text = try search(Self.limit("at_most: \(middle) tCO2")).1.output
        for part in [
            "robustness", "worst case", "largest regret", "meet all limits in the mean of 2 samples",
            "emitted is above",
        ] {
            #expect(text.replacingOccurrences(of: "\n", with: " ").contains(part), "\(part): \(text)")
        }
    }

    @Test func limitsThatAllOrNoneMissAreSaid() throws {
        let (_, all) = try search(Self.limit("at_most: 1 tCO2"), ["--json"])
        #expect(words(try all.json).contains("No policy meets all limits in the mean of 2 samples."))
        #expect(words(try all.json).contains("no policy keeps it in any sample. The nearest to it is"))
        let front = try #require(try all.json["front"] as? [[String: Any]])
        #expect(!front.isEmpty && front.allSatisfy { $0["missed"] as? [String] == ["emitted"] })
        let (_, none) = try search(Self.limit("at_most: 1e12 tCO2"), ["--json"])
        #expect(
            words(try none.json).contains(
                "Every policy meets all limits in the mean of 2 samples; all of the front do in every"))
        #expect(words(try none.json).contains("no policy fails there"))
        #expect((try none.json["failures"] as? [[String: Any]])?.first?["discovery"] == nil)
    }

    @Test func oneSampleSaysNothingOfRobustnessAndOneBestIsCalledSo() throws {
        let shop = try Workshop()
        let ending = try shop.run(
            "optimize", RunTests.study, "-o", "a.h5", "--objective", "cost", "--samples", "1", "--json")
        try #require(ending.status == 0, "\(ending.error)")
        #expect(words(try ending.json).contains("is best of 2 policies."))
        #expect(words(try ending.json).contains("One sample: nothing can be said about robustness"))
    }

    /// What a study doesn't record is nowhere, and nobody stumbles over it.
    @Test func anArchiveMayHoldLittle() throws {
        let shop = try OptimizeTests().shop()
        try shop.write(OptimizeTests.ranges + "record: load\n", to: "world/studies/ranges.yaml")
        let ending = try shop.run(OptimizeTests.search)
        try #require(ending.status == 0, "\(ending.error)")
        let inspected = try shop.run("inspect", "a.h5", "--json")
        #expect(inspected.status == 0, "\(inspected.error)")
        for arguments in [
            ["compare", "a.h5"], ["export", "a.h5", "-o", "tables"], ["diff", "a.h5", "--world-line", "0", "1"],
            ["report", "a.h5"], ["discover", "a.h5", "--outcome", "cost", "--above", "1"], ["inspect", "a.h5"],
        ] {
            let each = try shop.run(arguments)
            #expect(each.status == 0 || arguments[0] == "discover" && each.status == 64, "\(arguments): \(each.error)")
        }
        let rows = try shop.read("tables/yearly.csv").split(separator: "\r\n").dropFirst()
        #expect(Set(rows.map { $0.split(separator: ",")[4] }) == ["load", "system_cost", "co2_emissions"])
        let misspelt = try Workshop()
        try misspelt.write(OptimizeTests.ranges + "record: lod\n", to: "world/studies/ranges.yaml")
        let refused = try misspelt.run(OptimizeTests.search)
        #expect(refused.status == 65 && refused.error.contains("did you mean `load`?"), "\(refused.error)")
    }
}
