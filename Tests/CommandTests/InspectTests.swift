import Foundation
import Testing

@Suite struct InspectTests {
    static let study = "world/studies/cable.yaml"

    @Test func aWorldAStudyAnArchiveAndItsPartsSayWhatTheyAre() throws {
        let shop = try Workshop()
        #expect(try shop.run("run", InspectTests.study, "-o", "a.h5", "--samples", "12").status == 0)
        for (path, kind) in [
            ("world", "world"), (InspectTests.study, "study"), ("a.h5", "archive"), ("a.h5.parts", "parts"),
        ] {
            let ending = try shop.run("inspect", path, "--json")
            #expect(ending.status == 0, "\(ending.error)")
            #expect(try ending.json["kind"] as? String == kind)
            #expect(try !shop.run("inspect", path).output.isEmpty)
        }
        let json = try shop.run("inspect", "a.h5", "--json").json
        #expect(json["policies"] as? [String] == ["planned", "doubled"])
        #expect(json["samples"] as? Int == 12 && json["world_lines"] as? Int == 24)
        // Two blocks of 2 shared years and 3 of each policy, or of 5 of each.
        #expect(json["bundle_years"] as? Int == 16 && json["bundle_years_without_tree"] as? Int == 20)
        #expect(json["flagged_hours"] as? Double == 0)
        #expect(json["cleared_days"] as? [Int] == [91, 273])
        #expect((json["parts"] as? [String: Any])?["complete"] as? Int == 6)
    }

    @Test func everyPathIsListedWithItsValueAndUnit() throws {
        let shop = try Workshop()
        let paths = try #require(
            try shop.run("inspect", "world", "--paths", "--json").json["paths"] as? [[String: Any]])
        let cable = try #require(paths.first { $0["path"] as? String == "links[cable].p_nom" })
        #expect(cable["value"] as? Double == 300 && cable["unit"] as? String == "MW")
        #expect(try shop.run("inspect", "world", "--paths").output.contains("links[cable].p_nom"))
    }

    @Test func pathsAreGroupedUnlessAPatternOrLongAsksForMore() throws {
        let shop = try Workshop()
        let grouped = try shop.run("inspect", "world", "--paths").output
        #expect(grouped.contains("generators[*].p_nom") && !grouped.contains("generators[panel].p_nom"))
        let some = try shop.run("inspect", "world", "--paths", "generators[*].p_nom").output
        #expect(some.contains("generators[panel].p_nom") && !some.contains("links[cable].p_nom"))
        #expect(try shop.run("inspect", "world", "--paths", "panel").output.contains("generators[panel].efficiency"))
        let all = try shop.run("inspect", "world", "--paths", "--long").output
        #expect(all.contains("generators[panel].p_nom") && all.contains("source"))
        let none = try shop.run("inspect", "world", "--paths", "links[*].p_nmo")
        #expect(none.status == 64 && none.error.contains("did you mean 'links[*].p_nom'"), "\(none.error)")
        #expect(try shop.run("inspect", "world", "--long").status == 64)
    }

    @Test func anHourIsAProgramWhoseAnswerIsFeasible() throws {
        let shop = try Workshop()
        #expect(try shop.run("run", InspectTests.study, "-o", "a.h5").status == 0)
        // Day 91 is the first of two cleared ones.
        let hour = String(91 * 24 + 18)
        let ending = try shop.run("inspect", "a.h5", "--world-line", "3", "--year", "2029", "--hour", hour)
        #expect(ending.status == 0, "\(ending.error)")
        let json = try ending.json
        func vector(_ key: String) throws -> [Double] { try #require(json[key] as? [Double], "\(key)") }
        #expect(json["hours"] as? Int == 1)
        let rows = try #require(json["A"] as? [[Double]])
        let (b, x, l, u) = (try vector("b"), try vector("dispatch"), try vector("l"), try vector("u"))
        let (prices, c, q) = (try vector("prices"), try vector("c"), try vector("q"))
        #expect(rows.count == 2 && b.count == 2 && prices.count == 2)
        #expect(c.count == x.count && q.count == x.count)
        for (row, load) in zip(rows, b) {
            let balance = zip(row, x).reduce(0) { $0 + $1.0 * $1.1 }
            #expect(abs(balance - load) <= 1e-9 * load)
        }
        for index in x.indices { #expect(l[index] <= x[index] && x[index] <= u[index]) }

        let both = try shop.run(
            "inspect", "a.h5", "--world-line", "3", "--year", "2029", "--hour", "\(hour),\(91 * 24)")
        let hours = try #require(try both.json["hours"] as? [[String: Any]])
        #expect(hours.map { $0["hour"] as? Int } == [91 * 24 + 18, 91 * 24])
        #expect(hours[0]["dispatch"] as? [Double] == x)
        #expect(try shop.run("inspect", "a.h5", "--world-line", "3", "--year", "2029", "--hour", "0").status == 64)
        #expect(try shop.run("inspect", "a.h5", "--world-line", "16", "--year", "2029", "--hour", hour).status == 64)
        #expect(try shop.run("inspect", "a.h5", "--world-line", "3", "--year", "2031", "--hour", hour).status == 64)
    }

    /// 24 hours of two buses, then the balances of the stocks.
    @Test func whereDaysAreClearedTheProgramIsTheDays() throws {
        let shop = try Workshop()
        let world = try shop.read("world/world.yaml")
        try shop.write(
            world.replacingOccurrences(of: "clearing: hourly", with: "clearing: day"), to: "world/world.yaml")
        #expect(try shop.run("run", InspectTests.study, "-o", "a.h5").status == 0)
        let hour = 91 * 24 + 18
        let ending = try shop.run("inspect", "a.h5", "--world-line", "3", "--year", "2029", "--hour", "\(hour)")
        #expect(ending.status == 0, "\(ending.error)")
        let json = try ending.json
        #expect(json["hour"] as? Int == hour && json["hours"] as? Int == 24)
        let names = try #require(json["rows"] as? [String])
        let (rows, x) = try (#require(json["A"] as? [[Double]]), #require(json["dispatch"] as? [Double]))
        #expect((json["prices"] as? [Double])?.count == 48 && names.count == rows.count && names.count > 48)
        for (index, load) in try #require(json["b"] as? [Double]).prefix(48).enumerated() {
            let balance = zip(rows[index], x).reduce(0) { $0 + $1.0 * $1.1 }
            #expect(abs(balance - load) <= 1e-9 * load, "\(names[index])")
        }
    }

    @Test func exportIsTidy() throws {
        let shop = try Workshop()
        #expect(try shop.run("run", InspectTests.study, "-o", "a.h5").status == 0)
        let ending = try shop.run("export", "a.h5", "-o", "tables")
        #expect(ending.status == 0 && ending.output.contains("tables/outcomes.csv: 16 rows"))
        let outcomes = try shop.read("tables/outcomes.csv").components(separatedBy: "\r\n")
        #expect(outcomes[0].hasPrefix("world_line,policy,sample,lever_cable,uncertainty_"))
        #expect(outcomes[0].contains("outcome_cost"))
        #expect(outcomes[2].hasPrefix("1,doubled,0,doubled,"))
        let yearly = try shop.read("tables/yearly.csv").components(separatedBy: "\r\n")
        #expect(yearly[0] == "world_line,policy,sample,year,variable,entity,unit,value")
        #expect(yearly.contains { $0.hasPrefix("0,planned,0,2026,electricity_price,\"Borgo, Sud\",") })
        #expect(yearly.contains { $0.hasPrefix("0,planned,0,2026,load,,MWh,") })
    }

    @Test func benchSpeaksJSON() throws {
        let ending = try Workshop().run(
            "bench", InspectTests.study, "--json", "--years", "1", "--world-lines", "8", "--workers", "2")
        #expect(ending.status == 0, "\(ending.error)")
        let json = try ending.json
        let single = try #require(json["single"] as? [String: Any])
        #expect(try #require(single["world_hours_per_s"] as? Double) > 0)
        let share = try #require(single["share_of_peak"] as? Double)
        #expect(share > 0 && share < 1)
        let split = try #require(single["split"] as? [String: Double])
        #expect(abs(split.values.reduce(0, +) - 1) < 1e-9)
        #expect((json["by_workers"] as? [[String: Any]])?.count == 2)
        #expect((json["by_world_lines"] as? [[String: Any]])?.count == 4)
    }
}
