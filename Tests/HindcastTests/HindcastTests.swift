import Foundation
import TestWorlds
import Testing
import WorldModel

@testable import Hindcast

/// Laws of a hindcast, hours that can be cleared by hand, and what is said of wrong observations.
///
/// Powers are compared to 1e-4 MW, prices to 1e-4: a certified gap of 1e-9 of the bill leaves them free by about that much.
@Suite struct HindcastTests {
    private func run(
        _ files: [String: String], given: Hindcast.Given = .residual, world changes: [String: String] = [:]
    ) throws -> Hindcast {
        let world = try HindcastWorld.world(changes)
        let plan = try HindcastPlan(world)
        return try Hindcast.run(
            HindcastWorld.read(files, plan), plan: plan, fit: HindcastFit(world, plan: plan), given: given)
    }

    // MARK: By hand

    /// 130 MW are to be cleared: 20 + x of coal and 10 + y of gas with 20 + x/2 = 40 + y/2, so x = 70 and y = 30.
    ///
    /// West then makes 90 and needs 60; the price is 55.
    @Test func twoAreasShareWhatIsToBeMade() throws {
        let hindcast = try run(PairWorld.observations())
        let width = hindcast.plan.carriers.count
        #expect(
            hindcast.plan.areas == ["West", "East"] && hindcast.plan.carriers.map(\.name)[1...2] == ["coal", "gas"])
        for hour in 0..<hindcast.observed.hours {
            #expect(abs(hindcast.generation[hour * 2 * width + 1] - 90) < 1e-4)
            #expect(abs(hindcast.generation[(hour * 2 + 1) * width + 2] - 40) < 1e-4)
            #expect(abs(hindcast.flow[hour] - 30) < 1e-4)
            #expect(abs(hindcast.price[hour * 2] - 55) < 1e-4 && abs(hindcast.price[hour * 2 + 1] - 55) < 1e-4)
        }
        #expect(hindcast.unserved < 1e-4 && hindcast.spilled < 1e-4 && hindcast.gap < 1e-6)
    }

    /// With 15 MW of room West makes 75 at 20 + 55/2 = 47.5 USD/MWh and East 55 at 40 + 45/2 = 62.5.
    @Test func aFullTiePartsPrices() throws {
        let flows = "tie,date,p_min,p_mean,p_max\nW-E,2026-05-02,-5,9,15\nW-E,2026-05-05,-5,9,10\n"
        let hindcast = try run(PairWorld.observations(), world: ["hindcast_flows.csv": flows])
        #expect(abs(hindcast.flow[7] - 15) < 1e-4)
        #expect(abs(hindcast.price[14] - 47.5) < 1e-4 && abs(hindcast.price[15] - 62.5) < 1e-4)
    }

    /// A tie with a schedule carries the mean of the days about, the nearer one counting for more: (2 x 20 + 1 x 8) / 3.
    @Test func aScheduleIsKept() throws {
        let changes = [
            "hindcast_ties.csv": "name,area0,area1,column,role\nW-E,West,East,W-E:cable,scheduled\n",
            "hindcast_flows.csv":
                "tie,date,p_min,p_mean,p_max\nW-E,2026-05-02,-5,20,20\nW-E,2026-05-05,-5,8,20\n",
        ]
        let hindcast = try run(PairWorld.observations(days: ["2026-05-03"]), world: changes)
        #expect(abs(hindcast.flow[0] - 16) < 1e-9)
    }

    /// Of 24 hours with a load of 10 and 20 in turn, 48 MWh of water go to the high ones: 4 MW each, out of 8.
    @Test func waterGoesWhereTheLoadIsHigh() {
        let load = (0..<24).map { $0 % 2 == 0 ? 10.0 : 20.0 }
        let given = HindcastDay.shaved(load, energy: 48, power: 8)
        #expect(abs(given.reduce(0, +) - 48) < 1e-9)
        for hour in 0..<24 { #expect(abs(given[hour] - (hour % 2 == 0 ? 0 : 4)) < 1e-9) }
        // All that the plant can give, and no more.
        #expect(HindcastDay.shaved(load, energy: 1000, power: 8).allSatisfy { abs($0 - 8) < 1e-9 })
        #expect(HindcastDay.shaved(load, energy: 0, power: 8) == load.map { _ in 0 })
        let flat = HindcastDay.shaved(load.map { _ in 10 }, energy: 48, power: 8)
        #expect(flat.allSatisfy { abs($0 - 2) < 1e-9 })
    }

    @Test func scoresByHand() throws {
        let score = HindcastScore([100, 200, 400, -60], observed: [110, 210, 300, 60])
        // Means 160 and 170; deviations -60, 40, 240, -220 and -60, 40, 130, -110.
        #expect(abs((score.energyError ?? 0) - (640.0 / 680 - 1)) < 1e-12)
        #expect(abs((score.correlation ?? 0) - 60_600 / (111_200.0 * 34_200).squareRoot()) < 1e-12)
        #expect(abs(score.rmse - (24_600.0 / 4).squareRoot()) < 1e-9)
        #expect(abs((score.peakError ?? 0) - 1.0 / 3) < 1e-12)
        #expect(score.signShare == 0.75)
        let flat = HindcastScore([5, 5], observed: [0, 0])
        #expect(flat.energyError == nil && flat.correlation == nil && flat.peakError == nil && flat.signShare == nil)
        #expect(HindcastScore([0, 100], observed: [60, 60]).signShare == 0.5)
    }

    /// The day before has what was seen on it; the first day has no score.
    ///
    /// A merit order burns coal before gas, wherever.
    @Test func baselinesByHand() throws {
        let hindcast = try run(
            PairWorld.observations { day, hour, values in
                values.coal = day == "2026-05-01" ? 80 + Double(hour) : 90
            })
        let before = try #require(hindcast.persistence.areas["West"]?["coal"])
        #expect(before.correlation == nil && abs((before.energyError ?? 0) - (91.5 / 90 - 1)) < 1e-12)
        #expect(hindcast.persistence.ties["W-E"]?.rmse == 0)
        let merit = hindcast.meritOrderGeneration
        for hour in 0..<hindcast.observed.hours {
            let seen = hindcast.observed.generation[hour * 8 + 1] + 40
            #expect(abs(merit[hour * 8 + 1] - min(seen, 120)) < 1e-3)
            #expect(abs(merit[hour * 8 + 6] - max(seen - 120, 0)) < 1e-3)
        }
        #expect(hindcast.meritOrder.ties.isEmpty)
    }

    // MARK: Laws

    /// In each area and hour, what is made, not reported and brought in is the demand.
    @Test(arguments: Hindcast.Given.allCases) func areasBalance(given: Hindcast.Given) throws {
        let hindcast = try run(
            PairWorld.observations { _, hour, values in
                values.demand = (50 + Double(hour), 90 - Double(hour))
                values.coal = 70 + Double(hour)
                values.flow = hour < 12 ? 25 : -5
            }, given: given)
        let observed = hindcast.observed
        for hour in 0..<observed.hours {
            for area in 0..<2 {
                let made = (0..<4).reduce(0) { $0 + hindcast.generation[(hour * 2 + area) * 4 + $1] }
                let residual = given == .residual ? observed.residual[hour * 2 + area] : 0
                let brought = area == 0 ? -hindcast.flow[hour] : hindcast.flow[hour]
                #expect(abs(made + residual + brought - observed.demand[hour * 2 + area]) < 1e-4)
            }
        }
        #expect(hindcast.unserved < 1e-3 && hindcast.spilled < 1e-3)
    }

    /// Of the day that is made again nothing is known but demand, what is given, and the residual where that is given.
    @Test func noDayIsMadeWithWhatWasSeenOnIt() throws {
        let plan = try HindcastPlan(HindcastWorld.world())
        let days = (1...6).map { "2026-05-0\($0)" }
        func course(_ odd: Double) throws -> Hindcast {
            let files = PairWorld.observations(days: days) { day, hour, values in
                values.demand.west += Double(hour)
                if day == "2026-05-03" {
                    values.coal += odd
                    values.gas -= odd / 2
                    values.flow -= odd
                }
            }
            let observed = try HindcastWorld.read(files, plan)
            return try Hindcast.run(
                observed, plan: plan, fit: HindcastFit(HindcastWorld.read(files, plan), plan: plan), given: .residual)
        }
        let (a, b) = (try course(0), try course(7))
        // The residual is an input; where it is the same, so is the day.
        let fit = HindcastFit(b.observed, plan: plan)
        let same = try #require(
            HindcastDay(2, of: a.observed, plan: plan, fit: fit, residual: { a.observed.residual[(48 + $0) * 2 + $1] }))
        let own = try #require(
            HindcastDay(
                2, of: a.observed, plan: plan, fit: HindcastFit(a.observed, plan: plan),
                residual: { a.observed.residual[(48 + $0) * 2 + $1] }))
        #expect(same.load == own.load && same.parts == own.parts && same.flows == own.flows && same.fixed == own.fixed)
        // Other days do see it.
        #expect(a.generation.dropFirst(3 * 24 * 8) != b.generation.dropFirst(3 * 24 * 8))
    }

    @Test func weightsSumToOneAndLeaveTheDayOut() throws {
        let plan = try HindcastPlan(HindcastWorld.world())
        let fit = HindcastFit(
            try HindcastWorld.read(
                PairWorld.observations(days: ["2026-05-01", "2026-05-03", "2026-05-04", "2026-05-20"]), plan),
            plan: plan)
        func about(_ day: String) throws -> [(Int, Double)] {
            fit.about(try #require(CivilDate(day)), reach: 3).map { ($0.index, $0.weight) }
        }
        let near = try about("2026-05-03")
        #expect(near.map(\.0) == [0, 2] && abs(near[0].1 - 1.0 / 3) < 1e-12 && abs(near[1].1 - 2.0 / 3) < 1e-12)
        let between = try about("2026-05-12")
        #expect(between.map(\.0) == [2, 3] && between.map(\.1) == [0.5, 0.5])
        #expect(try about("2026-06-30").isEmpty)
    }

    /// What is fitted, written and read again makes the same hours, to the tenth of a MW that is written.
    @Test func tablesAreReadAsTheyWereWritten() throws {
        let plan = try HindcastPlan(HindcastWorld.world())
        let files = PairWorld.observations(days: ["2026-05-01", "2026-05-02", "2026-05-03"]) { day, hour, values in
            values.coal += Double(hour)
            values.flow -= Double(hour)
        }
        let fit = HindcastFit(try HindcastWorld.read(files, plan), plan: plan)
        let tables = Dictionary(
            uniqueKeysWithValues: fit.files(plan: plan).map { ($0.path, String(decoding: $0.bytes, as: UTF8.self)) })
        let again = try HindcastFit(HindcastWorld.world(tables), plan: plan)
        #expect(again.days == fit.days)
        for (place, (a, b)) in zip(again.ranges, fit.ranges).enumerated() where place % 4 > 0 {
            #expect(abs(a.mean - b.mean) < 0.051)
        }
        for (a, b) in zip(again.flows, fit.flows) { #expect(abs(a.largest - b.largest) < 0.051) }
        for (a, b) in zip(again.residual, fit.residual) where b.isFinite { #expect(abs(a - b) < 0.051) }
    }

    /// Three net positions at a hub; those of North and East are published with a sign that changes, once within a day.
    @Test func signsCloseTheHub() throws {
        let changes = [
            "buses.csv": "name,area\nw,West\nn,North\ne,East\nHUB,East\n",
            "loads.csv": "name,bus,p_set\nw,w,60\ne,e,80\nn,n,10\n",
            "generators.csv": "name,bus,carrier,p_nom\na,w,coal,70\n",
            "links.csv": "name,bus0,bus1,p_nom\na,w,HUB,9\nb,n,HUB,9\nc,e,HUB,9\n",
            "hindcast_ties.csv": """
            name,area0,area1,column,sign
            W,West,HUB,w,-1
            N,North,HUB,n,closing
            E,East,HUB,e,closing

            """,
            "hindcast_ranges.csv": "area,carrier,date,p_min,p_mean,p_max\nWest,coal,2026-05-02,20,60,100\n",
            "hindcast_flows.csv": "tie,date,p_min,p_mean,p_max\nW,2026-05-02,-50,20,50\n",
        ]
        let plan = try HindcastPlan(try HindcastWorld.world(changes))
        #expect(plan.nodes == ["West", "North", "East", "HUB"] && plan.hubs == 3..<4)
        // Published: West's import 30, so it gives -30; North 50 and East 20 close as +50 and -20, or as -50 and +80.
        let days = try ["2026-05-01", "2026-05-02", "2026-05-03", "2026-05-04"].map { try #require(CivilDate($0)) }
        func day(_ hours: Int, _ flows: [Double]) -> [Double] { (0..<hours).flatMap { _ in flows } }
        let first: [Double] = day(24, [30, 50, 20])
        let second: [Double] = day(24, [30, -50, -80])
        let fourth: [Double] = day(9, [30, 50, 20]) + day(15, [30, -50, 20])
        let flow: [Double] = first + second + day(24, [0, 0, 0]) + fourth
        let collector = Collector()
        let signed = ClosingSigns(plan: plan).applied(to: flow, days, file: "f", collector)
        #expect(Array(signed[0..<3]) == [-30, 50, -20])
        #expect(Array(signed[72..<75]) == [-30, -50, 80])
        #expect(Array(signed[240..<246]) == [-30, 50, -20, -30, 50, -20])
        #expect(collector.warnings.map(\.path) == ["2026-05-03", "2026-05-04"])
        #expect(collector.warnings.last?.message == "the signs of the flows change at hour 9")
    }

    // MARK: Errors

    private func findings(_ change: (inout [String: String]) -> Void) throws -> [Finding] {
        var files = PairWorld.observations()
        change(&files)
        do {
            _ = try HindcastWorld.read(files, try HindcastPlan(HindcastWorld.world()))
            return []
        } catch let findings as Findings {
            return findings.all
        }
    }

    /// A name of the mistake, what makes it, and the file, the line and words of what is said.
    struct Mistake: CustomTestStringConvertible, Sendable {
        let name: String
        let file: String
        let line: Int?
        let words: String
        let change: @Sendable (inout String) -> Void
        var testDescription: String { name }
    }

    private static func replacing(_ a: String, _ b: String) -> @Sendable (inout String) -> Void {
        { text in
            guard let place = text.range(of: a) else { return }
            text.replaceSubrange(place, with: b)
        }
    }

    static let mistakes = [
        Mistake(
            name: "unknown area", file: "demand.csv", line: 1, words: "no area `Wset`",
            change: replacing("West_MW", "Wset_MW")),
        Mistake(
            name: "missing column", file: "generation.csv", line: 1, words: "no column of the carrier `gas`",
            change: replacing("gas_MW", "peat_MW")),
        Mistake(
            name: "unit", file: "demand.csv", line: 1, words: "the unit is `GW`, not MW",
            change: replacing("West_MW", "West_GW")),
        Mistake(
            name: "no unit", file: "interties.csv", line: 1, words: "the column has no unit",
            change: replacing("cable_MW", "cable")),
        Mistake(
            name: "missing tie", file: "interties.csv", line: 1, words: "no column of the tie `W-E:cable`",
            change: replacing("W-E:cable", "W-E:bridge")),
        Mistake(
            name: "not a number", file: "interties.csv", line: 4, words: "`NaN` is not a number",
            change: replacing("02:00,30.0", "02:00,NaN")),
        Mistake(
            name: "infinite", file: "demand.csv", line: 3, words: "`inf` is not a number",
            change: replacing("T01:00,60.0", "T01:00,inf")),
        Mistake(
            name: "negative demand", file: "demand.csv", line: 3, words: "is below 0",
            change: replacing("T01:00,60.0", "T01:00,-60.0")),
        Mistake(
            name: "hour twice", file: "demand.csv", line: 3, words: "stands already on line 2",
            change: replacing("2026-05-01T01:00", "2026-05-01T00:00")),
        Mistake(
            name: "hour twice in an area", file: "generation.csv", line: 4, words: "of West stands already on line 2",
            change: replacing("2026-05-01T01:00,West", "2026-05-01T00:00,West")),
        Mistake(
            name: "no hour", file: "demand.csv", line: 3, words: "is not the beginning of an hour",
            change: replacing("2026-05-01T01:00", "2026-05-01T01:30")),
        Mistake(
            name: "no day", file: "interties.csv", line: 2, words: "is not the beginning of an hour",
            change: replacing("2026-05-01T00:00", "2026-02-30T00:00")),
        Mistake(
            name: "area of a row", file: "generation.csv", line: 2, words: "no area `Wets`",
            change: replacing("T00:00,West", "T00:00,Wets")),
        Mistake(
            name: "area without rows", file: "generation.csv", line: nil, words: "no row of the area `West`",
            change: { $0 = $0.split(separator: "\n").filter { !$0.contains(",West,") }.joined(separator: "\n") }),
        Mistake(
            name: "date in two files only", file: "interties.csv", line: nil, words: "no hour of 2026-05-03",
            change: { $0 = $0.split(separator: "\n").filter { !$0.contains("05-03") }.joined(separator: "\n") }),
        Mistake(
            name: "first column", file: "demand.csv", line: 1, words: "the first column is `when`",
            change: replacing("time_jst", "when")),
        Mistake(
            name: "column twice", file: "demand.csv", line: 1, words: "stands twice",
            change: replacing("East_MW\n", "East_MW,West_MW\n")),
        Mistake(
            name: "short row", file: "demand.csv", line: 2, words: "the row has 2 cells",
            change: replacing("T00:00,60.0,80.0", "T00:00,60.0")),
    ]

    @Test(arguments: mistakes) func mistakesAreNamed(_ mistake: Mistake) throws {
        let found = try findings { files in
            if var text = files[mistake.file] {
                mistake.change(&text)
                files[mistake.file] = text
            }
        }
        let named = found.contains {
            $0.file == mistake.file && $0.line == mistake.line && $0.message.contains(mistake.words)
                && !$0.remedy.isEmpty
        }
        #expect(named, "\(found)")
    }

    @Test func aMissingFileIsNamed() throws {
        let found = try findings { $0["interties.csv"] = nil }
        #expect(found.count == 1 && found[0].file == "interties.csv" && found[0].message.contains("no such file"))
    }

    /// A wrong head of a column hides nothing of what is wrong below it, nor in another file.
    @Test func allMistakesAreNamedAtOnce() throws {
        let found = try findings { files in
            files["demand.csv"] = files["demand.csv"]?.replacing("West_MW", with: "West_GW")
                .replacing("2026-05-03T04:00,60.0", with: "2026-05-03T04:00,sixty")
            files["interties.csv"] = files["interties.csv"]?.replacing(
                "2026-05-01T02:00,30.0", with: "2026-05-01T02:00,x")
        }
        #expect(found.map(\.line) == [1, 30, 4])
        #expect(found.map(\.file) == ["demand.csv", "demand.csv", "interties.csv"])
        let many = try findings { $0["interties.csv"] = $0["interties.csv"]?.replacing(",30.0", with: ",x") }
        #expect(many.count == 41 && many.contains { $0.message == "more findings follow" })
    }

    /// An empty cell is no mistake: the day is left out, with a warning that names the line.
    @Test func aDayWithAnEmptyCellIsLeftOut() throws {
        var files = PairWorld.observations()
        files["interties.csv"] = files["interties.csv"]?.replacing("2026-05-03T05:00,30.0", with: "2026-05-03T05:00,")
        let observed = try HindcastWorld.read(files, try HindcastPlan(HindcastWorld.world()))
        #expect(observed.days.map(\.description) == ["2026-05-01"] && observed.leftOut.count == 1)
        #expect(observed.warnings.count == 1 && observed.warnings[0].line == 31)
    }

    /// In another year the days of the season stand for those about a day: the same hours come out, and it is said.
    @Test func anotherYearHasItsSeasons() throws {
        let here = try run(PairWorld.observations(days: ["2026-05-03", "2026-05-04"]))
        for days in [["2025-05-03", "2025-05-04"], ["2030-05-03", "2030-05-04"]] {
            let there = try run(PairWorld.observations(days: days))
            #expect(there.generation == here.generation && there.flow == here.flow)
            #expect(there.farDays.map(\.description) == days && here.farDays.isEmpty)
        }
        // The day itself in another year is another day.
        #expect(try run(PairWorld.observations(days: ["2025-05-02"])).farDays.count == 1)
    }

    /// Neither the order of rows and columns nor hours left out of a day matter to the days that are whole.
    @Test func rowsStandInAnyOrder() throws {
        let plan = try HindcastPlan(HindcastWorld.world())
        let files = PairWorld.observations(days: ["2026-05-01", "2026-05-03", "2026-05-04"]) { day, hour, values in
            values.coal += Double(hour)
            values.flow -= Double(hour % 5)
            values.demand.east += day.hasSuffix("04") ? 3 : 0
        }
        let plain = try HindcastWorld.read(files, plan)
        let turned = try HindcastWorld.read(
            files.mapValues { text in
                let lines = text.split(separator: "\n")
                return ([lines[0]] + lines.dropFirst().reversed()).joined(separator: "\n") + "\n"
            }, plan)
        #expect(turned.days == plain.days && turned.generation == plain.generation && turned.flow == plain.flow)
        #expect(turned.demand == plain.demand && turned.residual == plain.residual)
        let holed = try HindcastWorld.read(
            files.mapValues { text in
                text.split(separator: "\n").filter { !$0.hasPrefix("2026-05-03T07") }.joined(separator: "\n") + "\n"
            }, plan)
        #expect(holed.days.map(\.description) == ["2026-05-01", "2026-05-04"])
        #expect(holed.leftOut.map(\.description) == ["2026-05-03"] && !holed.warnings.isEmpty)
    }

    @Test func daysFarFromAnyFitAreAnError() throws {
        #expect(throws: Findings.self) { try run(PairWorld.observations(days: ["2026-09-01"])) }
        #expect(throws: Findings.self) { try run(PairWorld.observations(days: ["2025-11-20", "2026-01-31"])) }
        #expect(throws: Findings.self) {
            try run(PairWorld.observations(days: ["2026-06-01"]), given: .climatology)
        }
    }

    @Test func aWorldWithoutAHindcastSaysSo() throws {
        let bare = PairWorld.files["world.yaml"]?.split(separator: "\n").filter { !$0.contains("hindcast") }
            .joined(separator: "\n")
        let world = try HindcastWorld.world(["world.yaml": (bare ?? "") + "\n"])
        #expect(throws: Findings.self) { try HindcastPlan(world) }
    }
}
