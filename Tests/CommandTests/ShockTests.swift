import Foundation
import Testing

/// Shocks as what a sample was given: in archives, in what is discovered, compared and exported.
@Suite struct ShockTests {
    /// The pair of cities with a quake that takes power for a year, or with gas that gets dear.
    static func world(_ shock: String, samples: Int = 48) -> [String: String] {
        var files = Workshop.world
        files[ReportTests.study] = files[ReportTests.study]?
            .replacingOccurrences(of: "samples: 8", with: "samples: \(samples)")
            .replacingOccurrences(of: "outcomes:\n", with: "shocks:\n  - \(shock)\noutcomes:\n")
            .replacingOccurrences(
                of: "  cost:", with: "  unserved: {of: unserved_energy, over_time: sum, minimize: true}\n  cost:")
        return files
    }

    static let quake = """
        {name: quake, date: 2028-07-01, probability: 0.35, recovery: 2 yr, \
        effects: {"generators[turbine].p_nom": {times: 0.2}}}
        """
    static let gas = """
        {name: gas price, date: 2027-01-01, probability: 0.35, effects: {"carriers[gas].fuel_cost": {times: 4}}}
        """

    private func run(_ shock: String) throws -> Workshop {
        let shop = try Workshop(files: Self.world(shock))
        let ending = try shop.run("run", ReportTests.study, "-o", "a.h5")
        try #require(ending.status == 0, "\(ending.error)")
        return shop
    }

    private func middle(_ shop: Workshop, _ outcome: String) throws -> Double {
        let rows = try #require(try shop.run("compare", "a.h5", "--json").json["policies"] as? [[String: Any]])
        let all = try rows.map { try #require(($0["outcomes"] as? [String: [String: Double]])?[outcome]?["mean"]) }
        return all.reduce(0, +) / Double(all.count)
    }

    @Test(arguments: [(quake, "shock_quake", "unserved"), (gas, "shock_gas_price", "cost")])
    func discoverNamesTheShock(shock: String, name: String, outcome: String) throws {
        let shop = try run(shock)
        let arguments = ["discover", "a.h5", "--outcome", outcome, "--above", "\(try middle(shop, outcome))"]
        let text = try shop.run(arguments).output.replacing("\n", with: " ")
        #expect(text.contains("\(name) struck"), "\(text)")
        let json = try shop.run(arguments + ["--json"]).json
        let drivers = try #require(json["drivers"] as? [[String: Any]])
        #expect(drivers.first?["input"] as? String == name && drivers.first?["eta_squared"] as? Double ?? 0 > 0.3)
        let box = try #require((json["boxes"] as? [[String: Any]])?.first)
        #expect(box["p"] as? Double ?? 1 <= 0.05)
        #expect((box["limits"] as? [String: Any])?[name] as? [String] == ["struck"])
        // The table that export writes says the same.
        try #require(try shop.run("export", "a.h5", "-o", "t").status == 0)
        let table = try shop.run(["discover", "t/outcomes.csv"] + arguments.dropFirst(2) + ["--json"]).json
        #expect((table["drivers"] as? [[String: Any]])?.first?["input"] as? String == name)
        let information = try shop.run("compare", "a.h5", "--json").json["information"] as? [String: [String: Any]]
        #expect((information?[outcome]?["inputs"] as? [String: Any])?[name] != nil)
    }

    @Test func theTableSaysWhichSamplesWereStruckAndWhen() throws {
        let shop = try run(Self.quake)
        try #require(try shop.run("export", "a.h5", "-o", "t").status == 0)
        let rows = try shop.read("t/outcomes.csv").split(separator: "\r\n").map {
            $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        }
        let struck = try #require(rows[0].firstIndex(of: "shock_quake"))
        let date = try #require(rows[0].firstIndex(of: "shock_quake_date"))
        let sample = try #require(rows[0].firstIndex(of: "sample"))
        var bySample: [String: Set<String>] = [:]
        for row in rows.dropFirst() {
            #expect(
                row[struck] == "1.0" ? abs((Double(row[date]) ?? 0) - (2028 + 181 / 365.0)) < 1e-9 : row[date].isEmpty)
            bySample[row[sample], default: []].insert(row[struck])
        }
        #expect(bySample.values.allSatisfy { $0.count == 1 }, "a sample has one draw under all policies")
        let count = bySample.values.count { $0.contains("1.0") }
        #expect(count > 8 && count < 26)
        // The report's table of shocks counts as many.
        try #require(try shop.run("report", "a.h5").status == 0)
        #expect(try shop.read("a.html").contains("\(count) of 48"))
    }
}
