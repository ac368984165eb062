import Testing
import WorldModel

@testable import Stepping

@Suite("What is known of all hours of a year")
struct SurveyTests {
    private func island(days: Int = 12, _ edits: [String: (String) -> String] = [:]) throws -> Study {
        var edits = edits
        let other = edits["world.yaml"] ?? { $0 }
        edits["world.yaml"] = { other($0).replacingOccurrences(of: "days: 12", with: "days: \(days)") }
        return try SteppingTests.island(edits)
    }

    private func margin(_ bundle: inout Bundle, _ year: Int = 2026) throws -> [Double] {
        try #require(bundle.step(year)["reserve_margin"]).map { $0 }[0]
    }

    @Test("neither the peak nor the margin depends on the days that are cleared")
    func anyDays() throws {
        var (few, many) = (Bundle(try island()), Bundle(try island(days: 60)))
        let (a, b) = (few.step(2026), many.step(2026))
        #expect(a["reserve_margin"] == b["reserve_margin"] && a["peak_load"] == b["peak_load"])
        #expect(a["load"] != b["load"])
    }

    /// Hour by hour and machine by machine: what could be given, and what could come from other areas, over the load.
    @Test("the margin is the least ratio of what can be had to the load, over areas and all of them")
    func byHand() throws {
        var bundle = Bundle(try island())
        let found = bundle.step(2026)
        let (y, power) = (bundle.year(), bundle.compiled.power)
        let (generators, network, demand, weather) = (
            power.generators, power.network, power.demand, bundle.compiled.weather
        )
        let (areas, areaOfBus) = (power.places.areas.count, power.places.areaOfBus)
        let basePower = demand.basePower
        for lane in [0, 5] {
            var (least, peak) = (Double.infinity, 0.0)
            for hour in 0..<8760 {
                let day = hour / 24
                var load = [Double](repeating: 0, count: areas)
                var available = load
                for (row, bus) in demand.busOfLoad.enumerated() {
                    let shape = y.shapes[demand.profileOfLoad[row] + hour]
                    load[areaOfBus[bus]] += y[basePower, day * demand.busOfLoad.count + row][lane] * shape
                }
                for (place, bus) in demand.computeBuses.enumerated() {
                    let wait = y[demand.deferrable, day * demand.computeBuses.count + place]
                    let rigid = demand.rigidPower(place, day: day, hour: hour % 24, y)
                    load[areaOfBus[bus]] += wait[lane] + rigid[lane]
                }
                for (g, bus) in generators.busOf.enumerated() {
                    let area = areaOfBus[bus]
                    let nominal = y[generators.power, g][lane]
                    var most = nominal * y[generators.maximumPerUnit, g][lane]
                    most *= y.shapes[generators.profileOf[g] + hour]
                    switch generators.weatherOf[g] {
                    case .none: break
                    case .sun: most = min(most * y[weather.sun, day * areas + area][lane], nominal)
                    case .wind: most = min(most * y[weather.wind, day * areas + area][lane], nominal)
                    }
                    available[area] += most
                }
                // A battery of 50 MW and four hours at nine tenths.
                available[areaOfBus[power.stores.busOf[0]]] += 50
                let all = available.reduce(0, +) / load.reduce(0, +)
                for l in network.from.indices {
                    let nominal = y[network.linkPower, l][lane]
                    let (there, back) = (y[network.linkMaximum, l][lane], y[network.linkMinimum, l][lane])
                    let arriving = nominal * there * y[network.linkEfficiency, l][lane]
                    available[areaOfBus[network.to[l]]] += max(arriving, 0)
                    available[areaOfBus[network.from[l]]] += max(-nominal * back, 0)
                }
                peak = max(peak, load.reduce(0, +))
                least = min(least, all, zip(available, load).map { $1 > 0 ? $0 / $1 : .infinity }.min() ?? all)
            }
            let margin = try #require(found["reserve_margin"])[0][lane]
            #expect(abs(margin - (least - 1)) < 1e-12, "\(margin), not \(least - 1)")
            let largest = try #require(found["peak_load"])[0][lane]
            #expect(abs(largest - peak) < 1e-12 * peak)
        }
    }

    @Test("below zero some load isn't served, whatever is dispatched")
    func shortage() throws {
        var bundle = Bundle(
            try island(
                days: 365,
                [
                    "generators.csv": {
                        $0.replacingOccurrences(of: "anse-gas,anse,gas,base,160", with: "anse-gas,anse,gas,base,20")
                            .replacingOccurrences(
                                of: "bight-coal,bight,coal,base,350", with: "bight-coal,bight,coal,base,150")
                    }
                ]))
        let record = bundle.step(2026)
        let margins = try #require(record["reserve_margin"])[0]
        let unserved = try #require(record["unserved_energy"])[0]
        #expect(margins.contains { $0 < -0.05 })
        for (margin, missing) in zip(margins, unserved) where margin < 0 { #expect(missing > 0, "\(margin)") }
    }

    @Test("more power and wider ways in never lower it")
    func monotonous() throws {
        var plain = Bundle(try island())
        let before = try margin(&plain)
        for edit in [
            [
                "generators.csv": { (text: String) in
                    text.replacingOccurrences(of: "gas,base,160", with: "gas,base,200")
                }
            ],
            [
                "links.csv": { (text: String) in
                    text.replacingOccurrences(of: "interconnector,100", with: "interconnector,150")
                }
            ],
        ] {
            var more = Bundle(try island(edit))
            let after = try margin(&more)
            #expect(zip(before, after).allSatisfy { $0 <= $1 } && before.count == 8)
        }
    }
}
