import Foundation
import TestWorlds
import Testing

/// The command `hindcast`, as a user runs it on two areas that burn coal and gas.
@Suite struct HindcastCommandTests {
    /// The pair of areas with coal and gas alone, fitted to nothing or to what the folder `pair` holds.
    private static func world(isFitted: Bool = false) -> [String: String] {
        PairWorld.files(
            in: "pair", isFitted: isFitted, ["hindcast_carriers.csv": "name,role\ncoal,offered\ngas,offered\n"])
    }

    /// Days of which coal follows the hour and gas the demand of the East.
    private static var observed: [String: String] {
        var demand = "time_jst,West_MW,East_MW\n"
        var generation = "time_jst,area,coal_MW,gas_MW\n"
        var flow = "time_jst,W-E:cable_MW\n"
        for day in ["2026-05-01", "2026-05-02", "2026-05-04", "2026-05-05"] {
            for hour in 0..<24 {
                let time = "\(day)T\(hour < 10 ? "0" : "")\(hour):00"
                let high = Double(hour < 12 ? hour : 24 - hour)
                demand += "\(time),60,\(80 + 2 * high)\n"
                generation += "\(time),West,\(80 + high),0\n\(time),East,0,\(60 + high)\n"
                flow += "\(time),\(20 + high)\n"
            }
        }
        return ["seen/demand.csv": demand, "seen/generation.csv": generation, "seen/interties.csv": flow]
    }

    private func shop(_ changes: [String: String] = [:]) throws -> Workshop {
        try Workshop(files: Self.world().merging(Self.observed) { $1 }.merging(changes) { $1 })
    }

    private func object(_ json: Any?, _ key: String) throws -> [String: Any] {
        try #require((json as? [String: Any])?[key] as? [String: Any])
    }

    /// Of a rise that coal and gas shared alike, coal takes the first part, being cheaper; no flow is above 50 MW.
    @Test func jsonHasTheNamesThatAreFixed() throws {
        let ending = try shop().run("hindcast", "pair", "--observed", "seen/", "--cross-validate", "--json")
        #expect(ending.status == 0, "\(ending.error)")
        let json = try ending.json
        for (place, fuel) in [("West", "coal"), ("East", "gas")] {
            let score = try object(object(json["areas"], place), fuel)
            #expect(Set(score.keys) == ["energy_error", "correlation", "rmse", "peak_error"])
            #expect(score["correlation"] as? Double ?? 0 > 0.95)
            let national = try object(json["national"], fuel)
            #expect(national["rmse"] as? Double == score["rmse"] as? Double)
        }
        let tie = try object(json["ties"], "W-E")
        #expect(Set(tie.keys) == ["sign_share", "correlation", "rmse"] && tie["sign_share"] is NSNull)
        let baselines = try #require(json["baselines"] as? [String: Any])
        #expect(Set(baselines.keys) == ["persistence", "merit_order"])
        let before = try object(object(object(baselines, "persistence"), "areas"), "West")
        #expect(abs((try object(before, "coal")["correlation"] as? Double ?? 0) - 1) < 1e-9)
        #expect(json["given"] as? String == "residual" && (json["days"] as? [String])?.count == 4)
    }

    /// `--fit` writes tables that a world can name, and then it says the same.
    @Test func aFitBecomesPartOfTheWorld() throws {
        let shop = try shop()
        let fitted = try shop.run("hindcast", "pair", "--observed", "seen", "--fit", "pair", "--json")
        #expect(fitted.status == 0, "\(fitted.error)")
        #expect(try shop.run("hindcast", "pair", "--observed", "seen", "--json").status == 65)
        try shop.write(Self.world(isFitted: true)["pair/world.yaml"] ?? "", to: "pair/world.yaml")
        #expect(try shop.run("check", "pair").status == 0)
        let used = try shop.run("hindcast", "pair", "--observed", "seen", "--json")
        #expect(used.status == 0, "\(used.error)")
        let scores = try (fitted.json, used.json)
        for key in ["national", "ties"] {
            #expect(try object(scores.0, key) as NSDictionary == object(scores.1, key) as NSDictionary)
        }
    }

    /// Days of another year than the fitted ones are made with those of the season, and it is said.
    @Test func daysOfAnotherYearAreMadeWithAWarning() throws {
        let shop = try Workshop(
            files: PairWorld.files(in: "pair", isFitted: true).merging(
                PairWorld.observations(days: ["2025-05-01", "2025-05-06", "2026-05-04"]).map { ("seen/" + $0, $1) }
            ) { $1 })
        let ending = try shop.run("hindcast", "pair", "--observed", "seen", "--json")
        #expect(ending.status == 0, "\(ending.error)")
        #expect(ending.error.contains("warning: 2 of 3 days, from 2025-05-01 on"), "\(ending.error)")
        #expect((try ending.json["days"] as? [String])?.count == 3)
        for (name, text) in PairWorld.observations(days: ["2025-12-24"]) { try shop.write(text, to: "seen/" + name) }
        let winter = try shop.run("hindcast", "pair", "--observed", "seen")
        #expect(winter.status == 65 && winter.error.contains("2025-12-24, nor of that season"), "\(winter.error)")
    }

    @Test func pagesAndHoursAreWritten() throws {
        let shop = try shop()
        let ending = try shop.run("hindcast", "pair", "--observed", "seen", "--cross-validate", "-o", "page.html")
        #expect(ending.status == 0 && ending.output.contains("W-E") && ending.output.contains("West"))
        let page = try shop.read("page.html")
        #expect(page.contains("<svg") && page.hasSuffix("</html>\n"))
        for word in ["http", "src=", "nan", "inf,"] { #expect(!page.contains(word), "\(word)") }
        #expect(page.contains("width=device-width") && page.contains("prefers-color-scheme: dark"))
        #expect(page.components(separatedBy: "<svg").count == page.components(separatedBy: "</svg>").count)
        #expect(try shop.run("hindcast", "pair", "--observed", "seen", "--cross-validate", "-o", "hours").status == 0)
        #expect(shop.names(in: "hours").sorted() == ["generation.csv", "interties.csv", "prices.csv"])
        #expect(try shop.read("hours/generation.csv").split(whereSeparator: \.isNewline).count == 1 + 4 * 24 * 2)
    }

    @Test func whatIsWrongEndsWithItsCode() throws {
        let shop = try shop()
        func status(_ arguments: String...) throws -> Int32 { try shop.run(["hindcast"] + arguments).status }
        #expect(try status("pair", "--observed", "nowhere") == 74)
        #expect(try status("nowhere", "--observed", "seen") == 74)
        #expect(try status("pair") == 64)
        #expect(try status("pair", "--observed", "seen", "--given", "everything") == 64)
        #expect(try status("pair", "--observed", "seen", "--fit", "x", "--cross-validate") == 64)
        #expect(try status("pair", "--observed", "pair") == 65)
        let bare = try Workshop(files: Workshop.world.merging(Self.observed) { $1 })
        let ending = try bare.run("hindcast", "world", "--observed", "seen")
        #expect(ending.status == 65 && ending.error.contains("hindcast_carriers"))
        try shop.write("time_jst,West_MW,East_GW\n2026-05-01T00:00,1,\n", to: "seen/demand.csv")
        let unit = try shop.run("hindcast", "pair", "--observed", "seen", "--cross-validate")
        #expect(unit.status == 65 && unit.error.contains("seen/demand.csv:1: ") && unit.error.contains("`GW`"))
    }
}
