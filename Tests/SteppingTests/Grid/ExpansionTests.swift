import Foundation
import Testing
import WorldModel

@testable import Stepping

/// A table with more columns; a row that is not named has them empty.
private func adding(_ columns: [String], _ cells: [String: [String]], to text: String) -> String {
    text.split(separator: "\n").enumerated().map { index, line in
        let id = String(line.prefix { $0 != "," })
        let more = index == 0 ? columns : cells[id] ?? columns.map { _ in "" }
        return line + "," + more.joined(separator: ",")
    }.joined(separator: "\n") + "\n"
}

/// The island where a rule builds sun, wind and gas, closes hydro, and old oil retires in 2028.
func growingIsland(leadTime: Int = 1, rate: Double = 0.5, samples: Int = 8) throws -> Study {
    try island(
        [
            "world.yaml": {
                $0.replacingOccurrences(
                    of: "  clearing: hourly\n",
                    with: "  clearing: hourly\n  expansion: margin\n  expansion_rate: \(rate)\n"
                        + "  expansion_lead_time: \(leadTime)\n")
            },
            "generators.csv": {
                adding(
                    ["build_year", "p_nom_extendable", "p_nom_max", "p_nom_build_max", "fom_cost"],
                    [
                        "crest-wind": ["", "True", "", "", ""], "anse-solar": ["", "True", "400", "15", "10000"],
                        "anse-gas": ["", "True", "", "10", "20000"], "crest-hydro": ["", "True", "", "", "5000000"],
                        "anse-oil": ["1988", "False", "", "", ""],
                    ], to: $0)
            },
            "storage_units.csv": {
                adding(["p_nom_extendable", "p_nom_max"], ["anse-battery": ["True", "400"]], to: $0)
            },
            "links.csv": { adding(["p_nom_extendable", "p_nom_max"], ["anse-bight": ["True", "300"]], to: $0) },
        ], samples: samples)
}

/// The island where the levers `site` and `storage` have these effects on generators with these columns.
private func island(
    generators columns: [String], _ cells: [String: [String]], site: String = "", option: String = "{}",
    _ edits: [String: (String) -> String] = [:]
) throws -> Study {
    var edits = edits
    edits["generators.csv"] = { adding(columns, cells, to: $0) }
    edits["studies/first.yaml"] = {
        $0.replacingOccurrences(of: "as_is: {}", with: "as_is: \(option)")
            .replacingOccurrences(of: "    anse:\n", with: "    anse:\n" + site)
    }
    return try island(edits)
}

private let carriers = ["coal", "gas", "oil", "hydro", "solar", "wind"]

/// The annuities of everything but data centres in the first lane, and the fixed cost of what stands.
private func annuities(_ bundle: Bundle) -> Double {
    bundle.compiled.power.plants.annuities(bundle.year())[0]
}

extension [String: [[Double]]] {
    /// The power of a carrier in a lane.
    fileprivate func capacity(_ carrier: String, _ lane: Int = 0) -> Double {
        carriers.firstIndex(of: carrier).flatMap { self["capacity"]?[$0][lane] } ?? .nan
    }
}

@Suite("What is built and what retires")
struct ExpansionTests {
    @Test("limits that never bind change no bit")
    func looseLimits() throws {
        func loose(_ text: String) -> String {
            let ids = text.split(separator: "\n").dropFirst().map { String($0.prefix { $0 != "," }) }
            return adding(
                ["build_year", "p_nom_max", "p_nom_build_max"],
                Dictionary(uniqueKeysWithValues: ids.map { ($0, ["2020", "1e6", "1e6"]) }), to: text)
        }
        var a = Bundle(try island())
        var b = Bundle(
            try island(["generators.csv": loose, "storage_units.csv": loose, "links.csv": loose]))
        #expect(b.compiled.power.plants.plants.count == 8 + 1 + 2)
        for year in 2026...2031 { #expect(a.step(year) == b.step(year)) }
    }

    /// Neither of two levers passes the limit of 200 MW, both together do.
    @Test("what levers ask beyond the limit of a year comes in the years after", arguments: [nil, 200.0])
    func buildLimit(most: Double?) throws {
        let site = "      generators[anse-gas].p_nom: {plus: 40, from: 2029}\n"
        let option = "{\"generators[anse-gas].p_nom\": {plus: 40}}"
        let study = try island(
            generators: ["p_nom_build_max", "p_nom_max"], ["anse-gas": ["40", most.map { "\($0)" } ?? ""]],
            site: site, option: option)
        let unlimited = try island(generators: ["note"], [:], site: site, option: option)
        var (limited, free) = (Bundle(study), Bundle(unlimited))
        for year in 2026...2031 {
            let (a, b) = (limited.step(year), free.step(year))
            let added = min(max(0, 40 * Double(year - 2028)), most == nil ? 80 : 40)
            for lane in 0..<8 {
                #expect(a.capacity("gas", lane) == 280 + added, "\(year)")
                #expect(b.capacity("gas", lane) == (year < 2029 ? 280 : 360))
            }
            // 85,000 USD/MW/yr, of what is built and not of what is asked.
            let annuity = annuities(limited)
            let sun = 100 * 0.2 * Double(year - 2026) * 100_000
            #expect(abs(annuity - (added * 85_000 + sun)) < 1e-3, "\(annuity) in \(year)")
        }
    }

    @Test("a row retires in the year build_year + lifetime, unless a lever lets it live")
    func ages() throws {
        let cells = ["anse-oil": ["1990"], "crest-wind": ["2020"]]
        var dies = Bundle(try island(generators: ["build_year"], cells))
        var lives = Bundle(
            try island(
                generators: ["build_year"], cells, option: "{\"generators[anse-oil].lifetime\": {plus: 10}}"))
        for year in 2026...2031 {
            let (a, b) = (dies.step(year), lives.step(year))
            #expect(a.capacity("oil") == (year < 2030 ? 100 : 40) && b.capacity("oil") == 100, "\(year)")
            #expect(a.capacity("wind") == 80)
        }
        #expect(abs(annuities(dies) - 100 * 100_000) < 1e-3)
    }

    @Test("what is added to a row outlives what stood at the start")
    func addedStays() throws {
        var bundle = Bundle(
            try island(
                generators: ["build_year"], ["anse-oil": ["1990"]],
                option: "{\"generators[anse-oil].p_nom\": {plus: 25}}"))
        for year in 2026...2031 {
            let record = bundle.step(year)
            #expect(record.capacity("oil") == (year < 2029 ? 100 : year < 2030 ? 125 : 65), "\(year)")
        }
        let sun = 100.0 * 100_000
        let annuity = annuities(bundle)
        #expect(abs(annuity - (25 * 60_000 + sun)) < 1e-3)
    }

    @Test("a row whose build_year is to come stands from then on, and is paid")
    func planned() throws {
        var bundle = Bundle(try island(generators: ["build_year"], ["crest-wind": ["2028"]]))
        for year in 2026...2029 {
            let record = bundle.step(year)
            #expect(record.capacity("wind") == (year < 2028 ? 0 : 80))
            #expect((record["generation"]?[5][0] ?? .nan > 0) == (year >= 2028))
            let annuity = annuities(bundle)
            let sun = 100 * 0.2 * Double(year - 2026) * 100_000
            #expect(abs(annuity - (sun + (year < 2028 ? 0 : 80 * 190_000))) < 1e-3)
        }
    }

    /// Wind costs nothing to run and is alone in its carrier: its margin is the recorded revenue over its power.
    @Test("wind grows by the rate times what last year's revenue exceeds its annuity by", arguments: [0, 2])
    func margin(leadTime: Int) throws {
        var bundle = Bundle(try growingIsland(leadTime: leadTime))
        var power = Array(repeating: 80.0, count: 8)
        var orders = Array(repeating: Array(repeating: 0.0, count: 8), count: leadTime)
        var grown = false
        var revenue = try (0..<8).map { lane in
            bundle.year()[bundle.compiled.power.plants.margin, try wind(bundle)][lane] * 80
        }
        for year in 2026...2031 {
            let record = bundle.step(year)
            for lane in 0..<8 {
                let margin = revenue[lane] / power[lane]
                let ordered = min(max(0.5 * (margin / 190_000 - 1), 0), 1) * power[lane]
                var built = ordered
                if leadTime > 0 {
                    built = orders[0][lane]
                    for place in 1..<leadTime { orders[place - 1][lane] = orders[place][lane] }
                    orders[leadTime - 1][lane] = ordered
                }
                grown = grown || built > 1
                power[lane] += built
                let found = record.capacity("wind", lane)
                #expect(abs(found - power[lane]) < 1e-9 * found, "\(year): \(found) MW, not \(power[lane])")
                revenue[lane] = record["generation_revenue"]?[5][lane] ?? .nan
            }
        }
        #expect(grown)
    }

    private func wind(_ bundle: Bundle) throws -> Int {
        let row = try #require(bundle.compiled.sorted.table("generators").ids.firstIndex(of: "crest-wind"))
        let plants = bundle.compiled.power.plants
        return try #require(plants.ruled.firstIndex { plants.plants[$0].row == row })
    }

    /// Hydro of 5,000,000 USD/MW/yr earns less than that, gas and sun are held by 10 and 15 MW a year.
    @Test("a rule keeps limits, closes what earns less than its fixed cost, and pays")
    func rules() throws {
        var bundle = Bundle(try growingIsland())
        var last: [String: [[Double]]] = [:]
        for year in 2026...2031 {
            let record = bundle.step(year)
            for lane in 0..<8 {
                #expect(record.capacity("oil", lane) == (year < 2028 ? 100 : 40))
                if year > 2026 {
                    let left = record.capacity("hydro", lane) / last.capacity("hydro", lane)
                    #expect(left >= 0.5 && left < 0.99)
                    #expect(record.capacity("gas", lane) <= last.capacity("gas", lane) + 10 + 1e-9)
                    // A trajectory asks for 20 MW of sun a year, more than may be built.
                    #expect(abs(record.capacity("solar", lane) - last.capacity("solar", lane) - 15) < 1e-9)
                }
            }
            let (plants, y) = (bundle.compiled.power.plants, bundle.year())
            var expected = 0.0
            for (index, plant) in plants.plants.enumerated() {
                let cost = y[plant.capital, plant.row][0]
                expected += plants.powerAdded(index, y)[0] * (cost.isNaN ? 0 : cost)
                expected += y[plant.power, plant.row][0] * y[plant.fixed, plant.row][0]
            }
            #expect(abs(annuities(bundle) - expected) < 1e-9 * expected)
            last = record
        }
    }

    /// Wind, gas, hydro, a battery and a link, whose p_nom nothing else moves.
    @Test("generators, stores and links follow one rule, within their limits")
    func everyKind() throws {
        var bundle = Bundle(try growingIsland(leadTime: 0))
        let plants = bundle.compiled.power.plants
        var grown: Set<PlantKind> = []
        for year in 2026...2031 {
            let y = bundle.year()
            let rows = plants.ruled.enumerated().map { rule, place in
                (
                    plants.plants[place], y[plants.standing, place][0], y[plants.margin, rule][0],
                    y[plants.marginBefore, rule][0]
                )
            }
            _ = bundle.step(year)
            for (plant, standing, margin, earlier) in rows
            where bundle.compiled.sorted.table(plant.kind.rawValue).ids[plant.row] != "anse-solar" {
                func number(_ column: Parameter) -> Double { y[column, plant.row][0] }
                let (capital, fixed) = (number(plant.capital), number(plant.fixed))
                let closing = fixed > 0 ? min(max(0.5 * (1 - max(margin, earlier) / fixed), 0), 1) * standing : 0
                let ordered = min(max(0.5 * (margin / (capital + fixed) - 1), 0), 1) * standing
                let limits = [number(plant.mostAdded), number(plant.most) - (standing - closing)].filter { !$0.isNaN }
                let expected = standing - closing + min(ordered, limits.min() ?? .infinity)
                let found = number(plant.power)
                #expect(
                    abs(found - expected) < 1e-9 * max(found, 1), "\(plant.kind) in \(year): \(found), not \(expected)")
                if found > standing + 1e-6 { grown.insert(plant.kind) }
            }
        }
        #expect(grown.contains(.generators))
    }

    @Test("a rule that never moves changes no bit")
    func idleRule() throws {
        var a = Bundle(try growingIsland(rate: 0))
        var b = Bundle(
            try island(
                generators: ["build_year", "p_nom_build_max", "fom_cost"],
                [
                    "anse-oil": ["1988", "", ""], "anse-gas": ["", "10", "20000"], "anse-solar": ["", "15", "10000"],
                    "crest-hydro": ["", "", "5000000"],
                ]))
        for year in 2026...2031 { #expect(a.step(year) == b.step(year)) }
    }
}
