import TestWorlds
import Testing

@testable import WorldModel

/// What a world may say for a hindcast, and days of the calendar.
@Suite struct HindcastRulesTests {
    /// The pair of areas with a hub, oil that is held, and a row of each fitted table.
    private static let files = PairWorld.files.merging([
        "carriers.csv": (PairWorld.files["carriers.csv"] ?? "") + "oil,40\n",
        "buses.csv": (PairWorld.files["buses.csv"] ?? "") + "hub,East\n",
        "hindcast_carriers.csv": "name,role\nnuclear,given\ncoal,offered\noil,held\nwater,shaved\n",
        "hindcast_offers.csv": """
        carrier,part,share,efficiency,marginal_cost
        coal,must_run,0,0.4,-42
        coal,must_run,1,0.4,-38
        coal,range,0,0.4,0
        coal,range,1,0.4,40
        oil,reserve,0,0.4,0
        oil,reserve,1,0.4,10

        """,
        "hindcast_ties.csv": "name,area0,area1,column,sign\nW-E,West,East,a,1\nW,West,hub,b,closing\n",
        "hindcast_ranges.csv": "area,carrier,date,p_min,p_mean,p_max\nWest,coal,2026-05-02,20,60,100\n",
        "hindcast_flows.csv": "tie,date,p_min,p_mean,p_max\nW-E,2026-05-02,-20,6,10\n",
        "hindcast_residuals.csv": "area,month,hour,value\n" + (0..<24).map { "West,5,\($0),3\n" }.joined(),
    ]) { $1 }

    private func findings(_ file: String, _ old: String, _ new: String) -> [Finding] {
        var files = Self.files
        files[file] = files[file]?.replacing(old, with: new)
        do {
            _ = try World.load(files: files.map { SourceFile(path: $0.key, bytes: Array($0.value.utf8)) })
            return []
        } catch {
            return error.all
        }
    }

    @Test func aSoundWorldHasNoFindings() { #expect(findings("world.yaml", "x", "x") == []) }

    struct Mistake: CustomTestStringConvertible, Sendable {
        let name: String
        let file: String
        let old: String
        let new: String
        let line: Int?
        let words: String
        var testDescription: String { name }
    }

    static let mistakes = [
        Mistake(
            name: "a table is missing", file: "world.yaml", old: "  hindcast_offers: hindcast_offers.csv\n", new: "",
            line: nil, words: "needs the table `hindcast_offers`"),
        Mistake(
            name: "part of a fit", file: "world.yaml", old: "  hindcast_flows: hindcast_flows.csv\n", new: "",
            line: nil,
            words: "needs the table `hindcast_flows`"),
        Mistake(
            name: "role", file: "hindcast_carriers.csv", old: "offered", new: "ofered", line: 3,
            words: "not one of the words allowed"),
        Mistake(
            name: "offered without offers", file: "hindcast_carriers.csv", old: "water,shaved", new: "water,offered",
            line: 5, words: "no must_run or no range"),
        Mistake(
            name: "held with a range", file: "hindcast_carriers.csv", old: "coal,offered", new: "coal,held", line: 2,
            words: "which is held"),
        Mistake(
            name: "offer of nothing", file: "hindcast_carriers.csv", old: "oil,held\n", new: "", line: 6,
            words: "no row `oil` in `hindcast_carriers`"),
        Mistake(
            name: "share from", file: "hindcast_offers.csv", old: "range,0,", new: "range,0.1,", line: 4,
            words: "doesn't go from share 0 to share 1"),
        Mistake(
            name: "shares fall", file: "hindcast_offers.csv", old: "reserve,0,", new: "reserve,1,", line: 7,
            words: "share 1 after 1"),
        Mistake(
            name: "costs fall", file: "hindcast_offers.csv", old: "range,1,0.4,40", new: "range,1,0.4,-5", line: 5,
            words: "comes after 20"),
        Mistake(
            name: "end of a tie", file: "hindcast_ties.csv", old: "East", new: "Est", line: 2,
            words: "neither an area nor a bus"),
        Mistake(
            name: "tie to itself", file: "hindcast_ties.csv", old: "West,East", new: "West,West", line: 2,
            words: "begins and ends at `West`"),
        Mistake(
            name: "column twice", file: "hindcast_ties.csv", old: "hub,b", new: "hub,a", line: 3,
            words: "has the same column"),
        Mistake(
            name: "closing between areas", file: "hindcast_ties.csv", old: "a,1", new: "a,closing", line: 2,
            words: "no hub"),
        Mistake(
            name: "area of a range", file: "hindcast_ranges.csv", old: "West", new: "Wets", line: 2,
            words: "no load lies in the area"),
        Mistake(
            name: "carrier of a range", file: "hindcast_ranges.csv", old: "coal", new: "cole", line: 2,
            words: "no row `cole` in `hindcast_carriers`"),
        Mistake(
            name: "day", file: "hindcast_flows.csv", old: "2026-05-02", new: "2026-02-29", line: 2, words: "is no day"),
        Mistake(
            name: "day twice", file: "hindcast_flows.csv", old: "W-E,2026-05-02,-20,6,10\n",
            new: "W-E,2026-05-02,-20,6,10\nW-E,2026-05-02,-20,6,10\n", line: 3, words: "already on line 2"),
        Mistake(
            name: "powers out of order", file: "hindcast_ranges.csv", old: "20,60,100", new: "20,160,100", line: 2,
            words: "p_mean 160 is above p_max 100"),
        Mistake(
            name: "hour of a residual missing", file: "hindcast_residuals.csv", old: "West,5,7,3\n", new: "", line: 2,
            words: "has no hour 7"),
        Mistake(
            name: "hour of a residual twice", file: "hindcast_residuals.csv", old: "West,5,7,3\n",
            new: "West,5,7,3\nWest,5,7,3\n", line: 10, words: "already on line 9"),
        Mistake(
            name: "area of a residual", file: "hindcast_residuals.csv", old: "West,5,7,3", new: "South,5,7,3", line: 9,
            words: "no load lies in the area `South`"),
    ]

    @Test(arguments: mistakes) func mistakesAreNamed(_ mistake: Mistake) {
        let found = findings(mistake.file, mistake.old, mistake.new)
        let file =
            ["held with a range", "offer of nothing"].contains(mistake.name) ? "hindcast_offers.csv" : mistake.file
        #expect(
            found.contains {
                $0.file == file && $0.line == mistake.line && $0.message.contains(mistake.words) && !$0.remedy.isEmpty
            }, "\(found)")
    }

    // MARK: Days

    @Test func daysAreThoseOfTheCalendar() throws {
        #expect(CivilDate("1970-01-01")?.day == 0 && CivilDate("2000-03-01")?.day == 11_017)
        #expect(CivilDate("2026-11-26")?.day == 20_783)
        for day in stride(from: -800_000, through: 800_000, by: 997) {
            let date = CivilDate(day: day)
            if (0...9999).contains(date.parts.year) { #expect(CivilDate(date.description) == date) }
        }
        for text in [
            "2026-02-29", "1900-02-29", "2026-13-01", "2026-00-10", "2026-04-31", "26-04-01", "2026-4-01", "2026/04/01",
            "",
        ] {
            #expect(CivilDate(text) == nil, "\(text)")
        }
        #expect(CivilDate("2000-02-29") != nil && CivilDate("2024-02-29") != nil)
    }
}
