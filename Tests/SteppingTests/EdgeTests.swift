import Foundation
import Lanes
import Testing
import WorldModel

@testable import Stepping

/// A text without a section of `world.yaml`, nor words about its source.
private func without(_ section: String, _ text: String) -> String {
    var inside = false
    return text.split(separator: "\n", omittingEmptySubsequences: false).filter { line in
        if let first = line.first, first != " " { inside = line.hasPrefix(section + ":") }
        return !inside && !line.hasPrefix("  " + section)
    }.joined(separator: "\n")
}

/// The island where the option `tripled` does something else in another year.
private func island(
    option: String, year: Int, and edits: [String: (String) -> String] = [:]
) throws -> Study {
    var edits = edits
    edits["studies/first.yaml"] = {
        $0.replacingOccurrences(of: "storage_units[anse-battery].p_nom: {times: 3}", with: option)
            .replacingOccurrences(of: "{year: 2029, lever: storage}", with: "{year: \(year), lever: storage}")
    }
    return try island(edits)
}

/// Bundles that never and always take that option.
private func both(_ study: Study) -> (Bundle, Bundle) {
    let options = [0, 1].map { chosen in
        study.decisions.map { study.levers[$0.lever].name == "storage" ? chosen : 0 }
    }
    return (
        Bundle(study, choices: Array(repeating: options[0], count: 8)),
        Bundle(study, choices: Array(repeating: options[1], count: 8))
    )
}

@Suite("A section that is absent is a component that is absent")
struct AbsentSectionTests {
    @Test("without compute, data centres stay in the published load")
    func noCompute() throws {
        var absent = Bundle(try island(["world.yaml": { without("compute", $0) }]))
        var empty = Bundle(
            try island([
                "world.yaml": { $0.replacingOccurrences(of: "orders: 20 MW/yr", with: "orders: 0 MW/yr") },
                "data_centres.csv": {
                    $0.replacingOccurrences(of: ",20,", with: ",0,").replacingOccurrences(of: ",5,", with: ",0,")
                },
            ]))
        let a = absent.step(2026)
        let b = empty.step(2026)
        for name in ["load", "peak_load", "generation", "system_cost", "compute_served"] {
            #expect(a[name] == b[name], "\(name)")
        }
        #expect(a["compute_served"]?.allSatisfy { $0.allSatisfy { $0 == 0 } } == true)
    }

    @Test("without a climate every day is normal")
    func noClimate() throws {
        var bundle = Bundle(
            try island([
                "world.yaml": { without("climate", $0) },
                "studies/first.yaml": {
                    $0.replacingOccurrences(of: "  climate.ecs: {uniform: [2.0, 5.0], unit: K}\n", with: "")
                },
            ]))
        _ = bundle.step(2026)
        let (y, weather) = (bundle.year(), bundle.compiled.weather)
        for index in 0..<weather.temperature.count {
            #expect(y[weather.temperature, index] == Lanes(repeating: weather.normal[index]))
            #expect(y[weather.sun, index] == Lanes(repeating: 1) && y[weather.wind, index] == Lanes(repeating: 1))
        }
    }

    /// 25 MW at the start, of which 0.8 work, and what arrives of 20 MW/yr.
    @Test("without a grid nothing is cleared or lost, and data centres work")
    func noGrid() throws {
        var bundle = Bundle(
            try island([
                "world.yaml": { without("grid", $0) },
                "studies/first.yaml": { $0.replacing(/\ \ economy.demand_growth: .*\n/, with: "") },
            ]))
        let record = bundle.step(2026)
        for name in ["load", "unserved_energy", "generation", "payments"] {
            #expect(record[name]?.allSatisfy { $0.allSatisfy { $0 == 0 } } == true, "\(name)")
        }
        let served = record["compute_served"]?.reduce(0) { $0 + $1[0] } ?? .nan
        let capacity = record["compute_capacity"]?.reduce(0) { $0 + $1[0] } ?? .nan
        #expect(abs(served - 0.8 * 8760 * capacity) < 1e-9 * served && capacity > 25)
    }
}

@Suite("What can be asked of a world at its edges")
struct EdgeTests {
    @Test("wind and sun give at most their nominal power")
    func nominalPower() throws {
        var bundle = Bundle(
            try island(["profiles.csv": { $0.replacingOccurrences(of: "wind,,,,,0.35", with: "wind,,,,,1") }]))
        bundle.workspace.probe = HourProbe(hours: Set(0..<8760), lane: 0)
        _ = bundle.step(2026)
        let programs = try #require(bundle.workspace.probe?.programs)
        let place = try #require(programs.first?.variables.firstIndex(of: "generator:crest-wind"))
        #expect(programs.map { $0.u[place] }.max() == 80)
    }

    /// 100 MW x 0.8 x PUE x 8760 h; the cleared days differ from all days by the weather of PUE.
    @Test("what a lever adds in the first year was not in the published load")
    func firstYear() throws {
        var (a, b) = both(try island(option: "data_centres[Anse].capacity: {plus: 100}", year: 2026))
        let (x, y) = (a.step(2026), b.step(2026))
        for lane in 0..<8 {
            let added = (y["load"]?[0][lane] ?? .nan) - (x["load"]?[0][lane] ?? .nan)
            let expected = 100 * 0.8 * 8760 * (y["pue"]?[0][lane] ?? .nan)
            #expect(abs(added - expected) < 0.01 * expected, "\(added) MWh, not \(expected)")
        }
    }

    @Test("a lever on the power of data centres acts in its year, and is paid")
    func laterCapacity() throws {
        var (a, b) = both(try island(option: "data_centres[Anse].capacity: {plus: 100}", year: 2028))
        for year in 2026...2029 {
            let (x, y) = (a.step(year), b.step(year))
            for lane in 0..<8 {
                let added = (y["compute_capacity"]?[0][lane] ?? .nan) - (x["compute_capacity"]?[0][lane] ?? .nan)
                #expect(abs(added - (year < 2028 ? 0 : 100)) < 1e-9, "\(added) MW in \(year)")
                let cost = (y["system_cost"]?[0][lane] ?? .nan) - (x["system_cost"]?[0][lane] ?? .nan)
                #expect(year < 2028 ? cost == 0 : cost > 100 * 1.1e6, "\(cost) USD in \(year)")
            }
        }
    }

    @Test("a path to the product of cities changes the product")
    func grossProduct() throws {
        var (a, b) = both(try island(option: "cities[*].gross_product: {times: 2}", year: 2027))
        for year in 2026...2027 {
            let (x, y) = (a.step(year)["gross_product"]?[0][0] ?? .nan, b.step(year)["gross_product"]?[0][0] ?? .nan)
            #expect(abs(y / x - (year < 2027 ? 1 : 2)) < 1e-12)
        }
    }

    /// 60 MW x 0.5 of the trajectory - 50 MW would be less than nothing.
    @Test("a shock leaves numbers in their range")
    func shockInRange() throws {
        let study = try island([
            "trajectories.csv": {
                $0 + "generators[anse-oil].p_nom,2026,1\ngenerators[anse-oil].p_nom,2030,0.5\n"
            },
            "studies/first.yaml": {
                $0.replacingOccurrences(
                    of: "\"links[crest-anse].p_nom\": {times: 0.2}",
                    with: "\"generators[anse-oil].p_nom\": {plus: -50}"
                ).replacingOccurrences(of: "probability: 0.5", with: "probability: 1")
            },
        ])
        let bundle = Bundle(study)
        let power = bundle.compiled.power.generators.power
        let row = try #require(bundle.compiled.sorted.table("generators").ids.firstIndex(of: "anse-oil"))
        let y = bundle.prepared(2030)
        #expect(y[power, row][0] > 10 && y[power, row][0] < 30)
        y.applyShocks(day: 227)
        #expect(y[power, row] == Lanes.zero)
    }

    /// A must-flow of 50 MW through a link that is cut to 20 MW; demand below zero, and wind that would take power.
    @Test("whatever levers and profiles say, every hour is feasible")
    func feasible() throws {
        var (_, bundle) = both(
            try island(
                option: "links[crest-anse].p_min_pu: 0.5\n      links[crest-anse].p_max_pu: 0.2", year: 2026,
                and: [
                    "profiles.csv": {
                        $0.replacingOccurrences(of: "demand,,,,3,0.8", with: "demand,,,,3,-0.5")
                            .replacingOccurrences(of: "wind,,,,,0.35", with: "wind,,,,,-0.1")
                    }
                ]))
        bundle.workspace.probe = HourProbe(hours: Set(0..<8760), lane: 0)
        let record = bundle.step(2026)
        let programs = try #require(bundle.workspace.probe?.programs)
        for program in programs {
            for v in program.c.indices {
                #expect(program.l[v] <= program.u[v], "\(program.variables[v]) in hour \(program.hour)")
            }
        }
        #expect(record["unconverged_hours"]?[0].max() == 0)
        #expect(record["unserved_energy"]?[0].min() ?? -1 >= 0)
    }

    /// A battery of 4 h begins with its 100 MWh; a reservoir of 1000 h has 12/365 of 25,000 MWh, half of what it holds.
    @Test("a store that is half full on the first day is so on any calendar", arguments: [4.0, 1000])
    func initialCharge(hours: Double) throws {
        let half = 50 * hours / 2
        let bundle = Bundle(
            try island([
                "storage_units.csv": {
                    $0.replacingOccurrences(of: ",50,4,", with: ",50,\(Int(hours)),")
                        .replacingOccurrences(of: ",90000,100", with: ",90000,\(Int(half))")
                }
            ]))
        let (stores, y) = (bundle.compiled.power.stores, bundle.year())
        y.setStartParameters()
        let held = stores.initialEnergy(0, y)[0]
        let expected = hours > 168 ? half * 12 / 365 : half
        #expect(abs(held - expected) < 1e-9 * expected, "\(held) MWh")
        #expect(abs(held / stores.capacity(0, y)[0] - 0.5) < 1e-12)
    }

    /// Left alone, a store of (1 - 0.0001)^8760 = 0.416 after a year of 365 days has as much after one of 12 days of 24 h.
    @Test("a reservoir loses as much in a year on any calendar; a battery loses as much in an hour")
    func standingLoss() throws {
        for (hours, expected) in [(1000, 0.41642), (4, 1 - 0.0001)] {
            let bundle = Bundle(
                try island([
                    "storage_units.csv": {
                        $0.replacingOccurrences(of: ",50,4,", with: ",50,\(hours),")
                            .replacingOccurrences(of: "capital_cost [USD/MW/yr]", with: "standing_loss [1/h]")
                            .replacingOccurrences(of: ",90000,", with: ",0.0001,")
                    },
                    "studies/first.yaml": { $0.replacingOccurrences(of: "{times: 3}", with: "{times: 1}") },
                ]))
            let y = bundle.year()
            y.setStartParameters()
            let kept = bundle.compiled.power.stores.shareKept(0, y)[0]
            let year = (0..<(hours > 168 ? 12 * 24 : 1)).reduce(1.0) { all, _ in all * kept }
            #expect(abs(year - expected) < 1e-5, "\(year)")
        }
    }

    /// Prices are clipped at the dearest generator's cost; scarce hours cost 3000.
    @Test("what a plant that isn't built would cost teaches stores nothing")
    func unbuilt() throws {
        func learned(_ cost: Int) throws -> Lanes {
            let bundle = Bundle(
                try island([
                    "generators.csv": {
                        $0.replacingOccurrences(of: "base,350,", with: "base,100,")
                            + "anse-plan,anse,oil,peak,0,0,1,1,\(cost),0,60000,40,\n"
                    }
                ]))
            return bundle.year()[bundle.compiled.power.learned.mean]
        }
        let (cheap, dear) = (try learned(150), try learned(2900))
        for lane in 0..<8 { #expect(abs(cheap[lane] - dear[lane]) < 1e-3 * cheap[lane]) }
    }

    /// 0.8 of the IT works on average; 3 times that at noon would be 2.4 of it.
    @Test("no hour asks more of data centres than they have")
    func fullCentres() throws {
        var bundle = Bundle(
            try island([
                "profiles.csv": { text in
                    text + (0..<24).map { "compute,,,,\($0),\($0 == 12 ? 3 : 0)\n" }.joined()
                },
                "world.yaml": { $0.replacingOccurrences(of: "training_share: 0.3", with: "training_share: 0") },
            ]))
        let record = bundle.step(2026)
        let served = record["compute_served"]?.reduce(0) { $0 + $1[0] } ?? .nan
        let capacity = record["compute_capacity"]?.reduce(0) { $0 + $1[0] } ?? .nan
        #expect(abs(served - 365 * capacity) < 1e-3 * served, "\(served) MWh")
    }
}
