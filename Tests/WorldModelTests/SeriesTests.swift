import Foundation
import Testing

@testable import WorldModel

/// A series file: the hours of a year from a date on, in a non-leap year by default.
func series(_ columns: [(id: String, hours: (Int) -> String)], rows: Int = 8760, dates: (Int) -> String = { "\($0)" })
    -> SourceFile
{
    var text = "snapshot," + columns.map(\.id).joined(separator: ",") + "\n"
    for hour in 0..<rows { text += dates(hour) + "," + columns.map { $0.hours(hour) }.joined(separator: ",") + "\n" }
    return SourceFile(path: "hours.csv", bytes: Array(text.utf8))
}

/// The small world with a series and other edits.
private func mini(_ key: String, _ file: SourceFile, _ edits: [(String, String, String)] = []) -> [SourceFile] {
    var changed = [file]
    for (path, old, new) in [("world.yaml", "  links: links.csv", "  links: links.csv\n  \(key): hours.csv")] + edits {
        changed += Mini.files(path, [(old, new)]).filter { $0.path == path }
    }
    return Mini.files(replacing: changed)
}

private func findings(_ files: [SourceFile]) -> [String] {
    do {
        _ = try World.load(files: files)
        return []
    } catch {
        return error.all.map(\.description)
    }
}

@Suite struct SeriesTests {
    @Test func aLoadIsTheMeanOfItsSeriesTimesFactors() throws {
        let file = series([("south load [GW]", { $0 < 4380 ? "0.1" : "0.3" })])
        let world = try World.load(files: mini("loads-p_set", file, [("loads.csv", ",0.3,", ",,")]))
        let slot = try world.resolve(path: "loads[south load].p_set")[0]
        #expect(abs(world.values[slot] - 200) < 1e-9)
        let factors = try #require(world.series("loads", "p_set", id: "south load"))
        #expect(factors.count == 8760 && abs(factors[0] - 0.5) < 1e-12 && abs(factors[8759] - 1.5) < 1e-12)
        #expect(world.series("loads", "p_set", id: "north load") == nil)
        #expect(world.values[try world.resolve(path: "loads[north load].p_set")[0]] == 100)
    }

    @Test func availabilityKeepsItsNumbers() throws {
        let file = series([("south gas", { "\(Double($0 % 24) / 24)" })])
        let world = try World.load(files: mini("generators-p_max_pu", file))
        let factors = try #require(world.series("generators", "p_max_pu", id: "south gas"))
        #expect(factors == (0..<8760).map { Double($0 % 24) / 24 })
        #expect(world.values[try world.resolve(path: "generators[south gas].p_max_pu")[0]] == 1)
    }

    @Test func loadsNeedNoPowerBesideASeries() throws {
        let loads = SourceFile(path: "loads.csv", bytes: Array("name,bus\nnorth load,north\nsouth load,south\n".utf8))
        let both = series([("north load", { _ in "5" }), ("south load", { _ in "7" })])
        let files = mini("loads-p_set", both).filter { $0.path != "loads.csv" } + [loads]
        let world = try World.load(files: files)
        #expect(world.table("loads").slots("p_set").map { world.values[$0] } == [5, 7])
        let one = series([("north load", { _ in "5" })])
        let missing = findings(mini("loads-p_set", one).filter { $0.path != "loads.csv" } + [loads])
        #expect(missing.count == 1 && missing[0].hasPrefix("loads.csv:3: loads[south load].p_set: the cell is empty"))
    }

    @Test func theTwentyNinthOfFebruaryIsLeftOut() throws {
        func date(_ hour: Int) -> String {
            let day = hour / 24
            return day < 31 ? "2028-01-01" : day < 60 ? "2028-02-\(day - 30)" : "2028-03-01"
        }
        let file = series([("south load", { "\($0 + 1)" })], rows: 8784, dates: date)
        let world = try World.load(files: mini("loads-p_set", file, [("loads.csv", ",0.3,", ",,")]))
        let kept = (1...1416).map(Double.init) + (1441...8784).map(Double.init)
        let mean = kept.reduce(0, +) / 8760
        #expect(world.series("loads", "p_set", id: "south load") == kept.map { $0 / mean })
        #expect(world.warnings.map(\.description).contains { $0.contains("hours.csv:1418: 29 February is left out") })
        let other = findings(
            mini("loads-p_set", series([("south load", { _ in "1" })], rows: 8784, dates: { _ in "2028-01-01" })))
        #expect(other.count == 1 && other[0].contains("are not 29 February"))
    }

    @Test(arguments: [
        ("generators-p_max_pu", "south sun", "0.5", "generators.csv:4: generators[south sun].profile: the profile"),
        ("generators-p_max_pu", "soth sun", "0.5", "hours.csv:1: generators[soth sun].p_max_pu: there is no row"),
        ("loads-p_set", "south load", "200", "loads.csv:3: loads[south load].p_set: `0.3` beside the series"),
        ("loads-p_set", "south load", "-300", "hours.csv: loads[south load].p_set: the mean of the series is -300"),
        ("storage_units-inflow", "battery", "-1", "hours.csv:2: storage_units[battery].inflow: `-1` is not a number"),
        ("generators-p_min_pu", "south gas", "2", "hours.csv:2: generators[south gas].p_min_pu: `2` is not a number"),
    ])
    func whatASeriesMayNotSay(_ key: String, _ id: String, _ value: String, _ beginning: String) {
        let found = findings(mini(key, series([(id, { _ in value })])))
        #expect(found.count == 1 && found[0].hasPrefix(beginning), "\(found)")
    }

    @Test func aSeriesBeginsOnTheFirstOfJanuary() {
        let found = findings(
            mini("loads-p_set", series([("south load", { _ in "300" })], dates: { _ in "2030-07-01" })))
        #expect(found.count == 1 && found[0].contains("the series begins on `2030-07-01`"))
    }

    /// Some of 15 digits, of more, with exponents, in quotes; each as Swift reads it.
    @Test func numbersAreReadToTheLastBit() throws {
        let texts = (0..<8760).map { hour -> String in
            let x = Double(hour + 1) * 0.12345678901234
            switch hour % 5 {
            case 0: return "\(x)"
            case 1: return String(format: "%.3f", x)
            case 2: return String(format: "%.17e", x)
            case 3: return "\"\(Int(x))\""
            default: return String(format: " %.1f", x)
            }
        }
        let file = series([("south load", { texts[$0] })])
        let values = texts.compactMap { Double($0.trimmingCharacters(in: ["\"", " "])) }
        let units = Units(currency: "EUR")
        let reader = SeriesReader(
            shape: try #require(Schema.series.first { $0.name == "loads-p_set" }), file: "hours.csv", units: units,
            collector: Collector())
        let read = reader.read(file.bytes)
        #expect(read.values["south load"] == values)
        #expect(
            reader.read(Array(String(decoding: file.bytes, as: UTF8.self).replacing("\n", with: "\r\n").utf8)).values
                == read.values)
    }
}
