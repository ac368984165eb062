import Foundation
import Testing

@testable import Stepping
@testable import WorldModel

/// A world line of the island: what a year recorded, and the numbers that held in it.
struct IslandYear {
    let record: [String: [[Double]]]
    let lane: Int
    /// What the lever makes of numbers of the start, by path.
    let changed: [String: Double]
    let world: World
    /// Years since the start.
    let t: Double

    /// What the year recorded of a variable; of its entity.
    func callAsFunction(_ name: String, _ entity: Int = 0) -> Double { record[name]?[entity][lane] ?? .nan }

    /// The sum over the entities.
    func sum(_ name: String) -> Double { record[name]?.reduce(0) { $0 + $1[lane] } ?? .nan }

    /// A number as it held; solar power grows from 1 to 3 in ten years by itself.
    func number(_ path: String) -> Double {
        let value = changed[path] ?? start(path)
        return path == "generators[anse-solar].p_nom" && changed[path] == nil ? value * (1 + 0.2 * t) : value
    }

    func start(_ path: String) -> Double { (try? world.resolve(path: path)).map { world.values[$0[0]] } ?? .nan }

    /// Energy of each generator: coal, hydro, sun and wind are their carriers; gas and oil are told apart by the CO2 of buses.
    var generation: [String: Double] {
        func perEnergy(_ generator: String, _ carrier: String) -> Double {
            number("carriers[\(carrier)].co2_emissions") / number("generators[\(generator)].efficiency")
        }
        let (coal, gas, oil) = (self("generation", 0), self("generation", 1), self("generation", 2))
        let bight = (self("bus_emissions", 1) - coal * perEnergy("bight-coal", "coal")) / perEnergy("bight-gas", "gas")
        let crest = self("bus_emissions", 2) / perEnergy("crest-oil", "oil")
        return [
            "bight-coal": coal, "anse-gas": gas - bight, "bight-gas": bight, "anse-oil": oil - crest,
            "crest-oil": crest,
            "crest-hydro": self("generation", 3), "anse-solar": self("generation", 4),
            "crest-wind": self("generation", 5),
        ]
    }

    static let carriers = [
        "bight-coal": "coal", "anse-gas": "gas", "bight-gas": "gas", "anse-oil": "oil", "crest-oil": "oil",
        "crest-hydro": "hydro", "anse-solar": "solar", "crest-wind": "wind",
    ]

    /// CO2 by hand: Σ energy x content of the fuel / efficiency, tCO2.
    var emissions: Double {
        generation.reduce(0) { sum, each in
            let carrier = IslandYear.carriers[each.key] ?? ""
            return sum + each.value * number("carriers[\(carrier)].co2_emissions")
                / number("generators[\(each.key)].efficiency")
        }
    }

    /// Heat sold by hand: 8760 h x the smaller of what is given off and what is taken, at each of two sites, MWh.
    var heat: Double {
        zip(["Anse", "Crest"], [0, 2]).reduce(0) { sum, site in
            let given = self("compute_capacity", site.1) * number("compute.utilisation") * number("compute.heat_share")
            return sum + 8760 * min(given, number("data_centres[\(site.0)].heat_demand"))
        }
    }

    /// The system's cost by hand, USD.
    ///
    ///     Σ energy (fuel / efficiency + marginal cost) + link's cost + lost load
    ///     + Σ (power - power at the start)+ capital cost + Σ power x fixed cost - heat x its price
    var cost: Double {
        var sum = number("grid.value_of_lost_load") * self("unserved_energy")
        for (generator, energy) in generation {
            let carrier = IslandYear.carriers[generator] ?? ""
            let path = "generators[\(generator)]"
            sum +=
                energy
                * (number("carriers[\(carrier)].fuel_cost") / number(path + ".efficiency")
                    + number(path + ".marginal_cost"))
            sum += fixed(path, "p_nom")
        }
        sum += fixed("storage_units[anse-battery]", "p_nom")
        for link in ["anse-bight", "crest-anse"] { sum += fixed("links[\(link)]", "p_nom") }
        sum += number("links[crest-anse].marginal_cost") * self("flow", 1)
        for (site, city) in [("Anse", 0), ("Crest", 2)] {
            let added = max(self("compute_capacity", city) - start("data_centres[\(site)].capacity"), 0)
            sum += added * number("data_centres[\(site)].capital_cost")
        }
        return sum - heat * number("compute.heat_price")
    }

    private func fixed(_ row: String, _ power: String) -> Double {
        let p = number("\(row).\(power)")
        return max(p - start("\(row).\(power)"), 0) * number(row + ".capital_cost") + p * number(row + ".fom_cost")
    }
}

/// A lever of the island and what it must do by hand: in its year, and a year later.
struct HandLever: Sendable, CustomTestStringConvertible {
    let path: String
    let effect: String
    /// Years without and with the lever, 2028 and 2029.
    let change: @Sendable (_ a: [IslandYear], _ b: [IslandYear]) -> [Change]

    var testDescription: String { path }

    init(_ path: String, _ effect: String, _ change: @escaping @Sendable ([IslandYear], [IslandYear]) -> [Change]) {
        self.path = path
        self.effect = effect
        self.change = change
    }
}

@Suite("The island's levers by hand")
struct IslandHandTests {
    /// Edits by which a year's cost is a sum of what is recorded: no quadratic costs, and nothing paid for each charge.
    static let plain: [String: @Sendable (String) -> String] = [
        "generators.csv": { $0.replacingOccurrences(of: ",4,0.1,", with: ",4,0,") },
        "storage_units.csv": { $0.replacingOccurrences(of: ",0.9,0.9,1,", with: ",0.9,0.9,0,") },
        "world.yaml": {
            $0.replacingOccurrences(
                of: "  training_share: 0.3",
                with: "  training_share: 0.3\n  heat_share: 0.5\n  heat_price: 30 USD/MWh\n  chip_cost: 20 MUSD/MW")
        },
        "data_centres.csv": { _ in
            "name,city,capacity,order_share,heat_demand [MW],cooling,capital_cost\n"
                + "Anse,Anse,20,0.5,4,wse_tower,1100000\nCrest,Crest,5,0.5,100,air_econ_evap,1000000\n"
        },
    ]

    /// Edits by which loads are all that asks for power, whatever the weather, and work is served as it comes.
    static let still: [String: @Sendable (String) -> String] = plain.merging([
        "loads.csv": {
            $0.replacingOccurrences(of: ",demand,3,1.5", with: ",demand,0,0")
                .replacingOccurrences(of: ",demand,2,2", with: ",demand,0,0")
        },
        "data_centres.csv": { _ in
            "name,city,capacity,order_share,cooling,capital_cost\nAnse,Anse,0,0.5,wse_tower,1100000\n"
        },
        "world.yaml": { $0.replacingOccurrences(of: "orders: 20 MW/yr", with: "orders: 0 MW/yr") },
    ]) { $1 }

    /// Work that is never put off.
    static let prompt: [String: @Sendable (String) -> String] = plain.merging([
        "world.yaml": {
            plain["world.yaml"]?($0).replacingOccurrences(of: "training_share: 0.3", with: "training_share: 0") ?? $0
        }
    ]) { $1 }

    private func text(_ levers: [(path: String, effect: String)]) -> String {
        var text = "study: hand\nworld: ..\nyears: 2026-2029\nseed: 1\nsamples: 1\nlevers:\n  each:\n    none: {}\n"
        for (index, lever) in levers.enumerated() { text += "    c\(index):\n      \(lever.path): \(lever.effect)\n" }
        return text + "decisions:\n  - {year: 2028, lever: each}\noutcomes:\n  one: {of: system_cost, minimize: true}\n"
    }

    /// The years 2027 to 2029 without a lever and with each.
    private func years(
        _ levers: [(path: String, effect: String)], _ edits: [String: @Sendable (String) -> String]
    ) throws -> [(without: [IslandYear], with: [IslandYear])] {
        let written = text(levers)
        let study = try island(
            edits.mapValues { edit in { edit($0) } }.merging(["studies/first.yaml": { _ in written }]) { $1 },
            samples: 1)
        var found: [(without: [IslandYear], with: [IslandYear])] = []
        for first in stride(from: 0, to: levers.count, by: 7) {
            let here = min(levers.count - first, 7)
            let choices = (0..<8).map { [$0 == 0 || $0 > here ? 0 : first + $0] }
            var bundle = Bundle(study, samples: Array(repeating: 0, count: 8), choices: choices)
            _ = bundle.step(2026)
            let records = [2027, 2028, 2029].map { bundle.step($0) }
            for lane in 1...here {
                let values = held(study, choices[lane])
                let changed = Dictionary(
                    zip(study.effects.slots.map { study.world.path(of: $0) }, values).filter {
                        !$0.0.hasPrefix("generators[anse-solar].p_nom") || levers[first + lane - 1].path == $0.0
                    }, uniquingKeysWith: { $1 })
                func year(_ index: Int, _ lane: Int, _ changed: [String: Double]) -> IslandYear {
                    IslandYear(
                        record: records[index], lane: lane, changed: index == 0 ? [:] : changed, world: study.world,
                        t: Double(index + 1))
                }
                found.append(((0...2).map { year($0, 0, [:]) }, (0...2).map { year($0, lane, changed) }))
            }
        }
        return found
    }

    /// The numbers that the study changes, as they hold in 2028.
    private func held(_ study: Study, _ choices: [Int]) -> [Double] {
        [Double](unsafeUninitializedCapacity: study.effects.slots.count) { buffer, count in
            buffer.initialize(repeating: 0)
            study.effects.evaluate(
                year: 2028, sample: 0, choices: choices, into: UnsafeMutableBufferPointer(rebasing: buffer[...]))
            count = study.effects.slots.count
        }
    }

    private func check(_ changes: [Change], _ path: String) {
        #expect(!changes.isEmpty)
        for (index, change) in changes.enumerated() {
            let scale = max(abs(change.byHand), abs(change.found))
            #expect(
                abs(change.found - change.byHand) <= 1e-9 * scale,
                "\(path) \(index): \(change.found), by hand \(change.byHand)")
        }
    }

    /// Every number of the island that acts: cost, CO2 and heat of the lever's year are the sums of `IslandYear`, so that they
    /// change by what those sums change by.
    @Test("whatever is changed, a year's cost, CO2 and heat are the sums by hand")
    func sums() throws {
        let plainStudy = try island(Self.plain.mapValues { edit in { edit($0) } }, samples: 1)
        var levers: [(path: String, effect: String)] = []
        for number in plainStudy.world.paths() {
            let place = try plainStudy.world.place(number.path)
            guard plainStudy.world.idle(place, number.path) == nil, let value = number.value, value != 0,
                !number.path.contains("ownership"),
                place.field.reading != .firstDay
            else { continue }
            levers.append((number.path, "{times: \(place.field.range.contains(1.1 * value) ? 1.1 : 0.9)}"))
        }
        for (generator, _) in IslandYear.carriers.sorted(by: { $0.key < $1.key }) {
            levers.append(("generators[\(generator)].fom_cost", "{to: 1000}"))
            levers.append(("generators[\(generator)].marginal_cost", "{plus: 1.5}"))
            levers.append(("generators[\(generator)].bid_adder", "{to: 2}"))
        }
        levers.append(("storage_units[anse-battery].fom_cost", "{to: 700}"))
        levers.append(("links[crest-anse].marginal_cost", "{to: 3}"))
        levers.append(("links[anse-bight].fom_cost", "{to: 40}"))
        for (lever, found) in zip(levers, try years(levers, Self.plain)) {
            let (a, b) = (found.without[1], found.with[1])
            check(
                [
                    (b("system_cost"), b.cost), (b("system_cost") - a("system_cost"), b.cost - a.cost),
                    (b("co2_emissions"), b.emissions), (b("heat_sold"), b.heat),
                ].filter {
                    $0.0.magnitude > 1e-3 * abs(a("system_cost")) || $0.0 == b("co2_emissions")
                        || $0.0 == b("heat_sold")
                },
                lever.path)
        }
    }

    @Test("grid: what is paid for power that stands or is added, and what is emitted", arguments: gridLevers)
    func grid(_ lever: HandLever) throws { try run(lever, Self.plain) }

    @Test("compute: chips, pipelines, work", arguments: computeLevers)
    func compute(_ lever: HandLever) throws { try run(lever, Self.prompt) }

    @Test("people, loads and the product", arguments: peopleLevers)
    func people(_ lever: HandLever) throws { try run(lever, Self.still) }

    private func run(_ lever: HandLever, _ edits: [String: @Sendable (String) -> String]) throws {
        for found in try years([(lever.path, lever.effect)], edits) {
            check(lever.change(found.without, found.with), lever.path)
        }
    }
}

// MARK: Grid

extension IslandHandTests {
    /// Power stands as in the tables in 2028, which is index 1; the sun's has grown from 100 to 140 MW.
    static let gridLevers: [HandLever] = [
        HandLever("generators[bight-coal].fom_cost", "{to: 1000}") { a, b in
            [(b[1]("system_cost") - a[1]("system_cost"), 350 * 1000)]
        },
        HandLever("generators[anse-solar].capital_cost", "{plus: 1000}") { a, b in
            [(b[1]("system_cost") - a[1]("system_cost"), 40 * 1000)]
        },
        HandLever("storage_units[anse-battery].fom_cost", "{to: 200}") { a, b in
            [(b[1]("system_cost") - a[1]("system_cost"), 50 * 200)]
        },
        HandLever("links[crest-anse].fom_cost", "{to: 300}") { a, b in
            [(b[1]("system_cost") - a[1]("system_cost"), 100 * 300)]
        },
        HandLever("carriers[coal].co2_emissions", "{times: 1.1}") { a, b in
            // No price of CO2: the dispatch doesn't change, and coal's CO2 grows by a tenth.
            [
                (b[1]("co2_emissions") - a[1]("co2_emissions"), 0.1 * a[1]("carrier_emissions", 0)),
                (b[1]("carrier_emissions", 0), a[1]("generation", 0) * 0.352 / 0.4),
                (b[1]("system_cost"), a[1]("system_cost")),
            ]
        },
        HandLever("generators[crest-hydro].p_nom", "{plus: 10}") { a, b in
            [
                (b[1]("capacity", 3) - a[1]("capacity", 3), 10),
                (b[1].cost - a[1].cost, b[1]("system_cost") - a[1]("system_cost")),
            ]
        },
        HandLever("generators[bight-gas].p_nom_max", "{to: 120}") { a, b in
            [(b[1]("capacity", 1), a[1]("capacity", 1))]
        },
        HandLever("data_centres[Anse].capital_cost", "{plus: 100000}") { a, b in
            [(b[1]("system_cost") - a[1]("system_cost"), 100_000 * (a[1]("compute_capacity", 0) - 20))]
        },
        HandLever("compute.heat_price", "{plus: 5}") { a, b in
            [(b[1]("system_cost") - a[1]("system_cost"), -5 * a[1].heat)]
        },
        HandLever("compute.heat_share", "{to: 0.25}") { a, b in
            // Anse gives off 20 MW x 0.8 x 0.25 = 4 MW and more, of which 4 are taken; Crest half of what it gave.
            [
                (b[1]("heat_sold") - a[1]("heat_sold"), -8760 * a[1]("compute_capacity", 2) * 0.8 * 0.25),
                (b[1]("system_cost") - a[1]("system_cost"), 30 * 8760 * a[1]("compute_capacity", 2) * 0.8 * 0.25),
            ]
        },
        HandLever("data_centres[Anse].heat_demand", "{plus: 1}") { a, b in
            [(b[1]("heat_sold") - a[1]("heat_sold"), 8760)]
        },
    ]
}

// MARK: Compute

/// The three pipelines of the island's two sites by hand, month by month; what stands at the end of each year.
private struct Pipelines {
    /// Numbers by year: MW/yr, shares of the sites, yr of grid, shell and chips, %/yr.
    var orders = { (_: Int) in 20.0 }
    var shares = { (_: Int) in [0.5, 0.5] }
    var leads = { (_: Int) in [2.0, 2, 1.25] }
    var retirement = { (_: Int) in 0.0 }
    var added = { (_: Int) in [0.0, 0] }

    func standing(_ last: Int) -> [Double] {
        var (capacity, stages) = ([20.0, 5], Array(repeating: Array(repeating: [0.0, 0, 0], count: 3), count: 2))
        var waiting = Array(repeating: [0.0, 0, 0], count: 2)
        for year in 2026...last {
            let (total, lead) = (shares(year).reduce(0, +), leads(year))
            for site in 0..<2 {
                capacity[site] += added(year)[site]
                for _ in 0..<12 {
                    for part in 0..<3 {
                        var inflow = orders(year) * shares(year)[site] / total / 12
                        for k in 0..<3 {
                            let out = stages[site][part][k] * min(3 / (12 * lead[part]), 1)
                            stages[site][part][k] += inflow - out
                            inflow = out
                        }
                        waiting[site][part] += inflow
                    }
                    let usable = waiting[site].min() ?? .nan
                    for part in 0..<3 { waiting[site][part] -= usable }
                    capacity[site] += usable - capacity[site] * retirement(year) / 1200
                }
            }
        }
        return capacity
    }
}

/// What stands in 2028 and 2029 by the pipelines.
private func standing(_ b: [IslandYear], _ pipelines: Pipelines) -> [Change] {
    [1, 2].flatMap { index in
        zip(pipelines.standing(2027 + index), [0, 2]).map { (b[index]("compute_capacity", $1), $0) }
    }
}

extension IslandHandTests {
    /// MW of chips bought in a year: what is replaced and what is delivered.
    private static func bought(_ b: [IslandYear], _ index: Int) -> Double {
        b[index]("chips_replaced") + b[index].sum("compute_capacity") - b[index - 1].sum("compute_capacity")
            + b[index]("compute_retired")
    }

    /// Chips of 2028 do 1e12 2^(2/3) FLOP/J and cost 20 MUSD/MW x 2^(2/3 - 2/2.1).
    static let computeLevers: [HandLever] = [
        HandLever("compute.orders", "{plus: 10}") { _, b in
            standing(b, Pipelines(orders: { $0 < 2028 ? 20 : 30 })) + [(b[1]("compute_ordered"), 30)]
        },
        HandLever("compute.lead_time", "{to: 1}") { _, b in
            // Shells take 2 years: the connections that come sooner wait for them.
            standing(b, Pipelines(leads: { $0 < 2028 ? [2, 2, 1.25] : [1, 2, 1.25] }))
        },
        HandLever("compute.shell_lead_time", "{to: 4}") { _, b in
            standing(b, Pipelines(leads: { $0 < 2028 ? [2, 2, 1.25] : [2, 4, 1.25] }))
        },
        HandLever("compute.chip_lead_time", "{to: 5}") { _, b in
            standing(b, Pipelines(leads: { $0 < 2028 ? [2, 2, 1.25] : [2, 2, 5] }))
        },
        HandLever("compute.retirement", "{to: 6}") { a, b in
            standing(b, Pipelines(retirement: { $0 < 2028 ? 0 : 6 })) + [
                (
                    b[1]("compute_retired"),
                    a[1].sum("compute_capacity") - b[1].sum("compute_capacity")
                )
            ]
        },
        HandLever("data_centres[Anse].order_share", "{to: 0.75}") { _, b in
            // 0.75 and 0.5: three fifths of the orders.
            standing(b, Pipelines(shares: { $0 < 2028 ? [0.5, 0.5] : [0.75, 0.5] }))
        },
        HandLever("data_centres[Crest].capacity", "{plus: 7}") { _, b in
            standing(b, Pipelines(added: { $0 == 2028 ? [0, 7] : [0, 0] })) + [(b[1]("compute_ordered"), 27)]
        },
        HandLever("compute.utilisation", "{times: 0.9}") { a, b in
            [
                (b[1].sum("compute_served"), 8760 * 0.72 * a[1].sum("compute_capacity")),
                (b[1]("compute_work") / a[1]("compute_work"), 0.9),
            ]
        },
        HandLever("compute.efficiency", "{times: 2}") { a, b in
            // The chips bought in the year do twice the work.
            [
                (
                    b[1]("chip_efficiency") - a[1]("chip_efficiency"),
                    bought(a, 1) / a[1].sum("compute_capacity") * 1e12 * pow(2, 2.0 / 3)
                ),
                (b[1]("compute_work"), b[1].sum("compute_served") * 3.6e9 * b[1]("chip_efficiency")),
            ]
        },
        HandLever("compute.efficiency_doubling", "{to: 2}") { a, b in
            [
                (
                    b[1]("chip_efficiency") - a[1]("chip_efficiency"),
                    bought(a, 1) / a[1].sum("compute_capacity") * 1e12 * (2 - pow(2, 2.0 / 3))
                )
            ]
        },
        HandLever("compute.chip_failure", "{to: 20}") { a, b in
            // Of 1, 1 - 0.8 x 0.91 are replaced, and 1 - 0.8 x 0.8.
            [
                (a[1]("chips_replaced"), (1 - 0.8 * 0.91) * a[0].sum("compute_capacity")),
                (b[1]("chips_replaced"), (1 - 0.8 * 0.8) * a[0].sum("compute_capacity")),
            ]
        },
        HandLever("compute.chip_lifetime", "{to: 4}") { a, b in
            [(b[1]("chips_replaced"), (1 - 0.75 * 0.91) * a[0].sum("compute_capacity"))]
        },
        HandLever("compute.chip_cost", "{times: 1.5}") { a, b in
            [
                (a[1]("chip_purchases"), bought(a, 1) * 20e6 * pow(2, 2.0 / 3 - 2 / 2.1)),
                (b[1]("chip_purchases"), 1.5 * a[1]("chip_purchases")),
            ]
        },
        HandLever("compute.chip_cost_halving", "{to: 4}") { a, b in
            [(b[1]("chip_purchases"), bought(a, 1) * 20e6 * pow(2, 2.0 / 3 - 2.0 / 4))]
        },
        HandLever("economy.discount_rate", "{to: 10}") { a, b in
            // Work per cost: chips' annuities at 10 instead of 3 % over 5 years, and power as before.
            let (cheap, dear) = (0.03 / (1 - pow(1.03, -5)), 0.1 / (1 - pow(1.1, -5)))
            let paid = a[1]("compute_work") / a[1]("work_per_cost")
            let power = zip([0, 2], [0, 2]).reduce(0) {
                $0 + a[1]("compute_served", $1.0) * a[1]("pue", $1.0) * a[1]("electricity_price", $1.0)
            }
            return [(b[1]("compute_work") / b[1]("work_per_cost"), power + (paid - power) * dear / cheap)]
        },
    ]
}

// MARK: People, loads and the product

/// People of the three cities a year later by the radiation model, with these pulls and this rate.
private func moved(
    _ P: [Double], jobs: [Double] = [0.5, 0.5, 0.5], wage: [Double] = [1.1, 1, 0.9], rent: [Double] = [1.2, 1, 0.8],
    rate: Double = 0.018, a: Double = 1, b: Double = 1, growth: [Double] = [0, 0.002, -0.002]
) -> [Double] {
    let all = P.reduce(0, +)
    func mean(_ x: [Double]) -> Double { zip(P, x).reduce(0) { $0 + $1.0 * $1.1 } / all }
    let n = P.indices.map {
        jobs[$0] * P[$0] * pow(wage[$0] / mean(wage), a) * pow(rent[$0] / mean(rent), -b)
    }
    // Anse (10, 40), Bight (10.6, 40.2), Crest (10.2, 40.7): 56 km from Anse to Bight, 80 to Crest, 65 between these.
    let order = [[1, 2], [0, 2], [1, 0]]
    var next = P
    for i in P.indices {
        var (weights, s) = ([0.0, 0, 0], 0.0)
        for j in order[i] {
            weights[j] = P[i] * n[j] / ((P[i] + s) * (P[i] + n[j] + s))
            s += P[j]
        }
        let total = weights.reduce(0, +)
        for j in order[i] {
            next[j] += rate * P[i] * weights[j] / total
            next[i] -= rate * P[i] * weights[j] / total
        }
    }
    return zip(next, growth).map { $0 * (1 + $1) }
}

extension IslandHandTests {
    private static func moves(_ b: [IslandYear], _ expected: ([Double]) -> [Double]) -> [Change] {
        let before = (0..<3).map { b[0]("population", $0) }
        return expected(before).enumerated().map { (b[1]("population", $0.offset), $0.element) }
    }

    /// Loads of 300, 150 and 50 MW with one profile, and no weather in them: the first is 0.6 of all.
    static let peopleLevers: [HandLever] = [
        HandLever("economy.migration_rate", "{to: 3}") { _, b in moves(b) { moved($0, rate: 0.03) } },
        HandLever("economy.wage_elasticity", "{to: 2}") { _, b in moves(b) { moved($0, a: 2) } },
        HandLever("economy.rent_elasticity", "{to: 0.5}") { _, b in moves(b) { moved($0, b: 0.5) } },
        HandLever("cities[Crest].wage", "{to: 1.5}") { _, b in moves(b) { moved($0, wage: [1.1, 1, 1.5]) } },
        HandLever("cities[Crest].rent", "{to: 1.2}") { _, b in moves(b) { moved($0, rent: [1.2, 1, 1.2]) } },
        HandLever("cities[Bight].population_growth", "{to: 1}") { _, b in
            moves(b) { moved($0, growth: [0, 0.01, -0.002]) }
        },
        HandLever("cities[Anse].population", "{plus: 1000}") { _, b in
            moves(b) { moved([$0[0] + 1000, $0[1], $0[2]]) }
        },
        HandLever("cities[Anse].jobs_per_person", "{to: 0.6}") { a, b in
            // Y^r = A^r (0.3 K^r + 0.7 L^r): the second term, 1 - s of it, grows by (L' / L)^r, r = 1 - 1/0.9.
            let r = 1 - 1 / 0.9
            let L = 0.5 * (a[1].sum("population"))
            let more = 0.6 * b[1]("population", 0) + 0.5 * (b[1]("population", 1) + b[1]("population", 2))
            let s = a[1]("capital_share")
            return moves(b) { moved($0, jobs: [0.6, 0.5, 0.5]) } + [
                (b[1]("gross_product") / a[1]("gross_product"), pow(s + (1 - s) * pow(more / L, r), 1 / r))
            ]
        },
        HandLever("cities[Anse].gross_product", "{plus: 1.85e9}") { a, b in
            // A tenth of 18.5 bn USD more.
            [(b[1]("gross_product") / a[1]("gross_product"), 1.1)]
        },
        HandLever("loads[anse-demand].p_set", "{times: 1.1}") { a, b in
            [(b[1]("load") - a[1]("load"), 0.1 * 0.6 * a[1]("load")), (b[1]("peak_load") / a[1]("peak_load"), 1.06)]
        },
        HandLever("economy.demand_growth", "{plus: 1}") { a, b in
            [(b[1]("load"), a[1]("load")), (b[2]("load") / a[2]("load"), 1.02 / 1.01)]
        },
        HandLever("economy.utility_scale", "{to: 2}") { a, b in
            let year = a[1]("welfare") - a[0]("welfare")
            return [(b[1]("welfare") - b[0]("welfare"), 2 * year)]
        },
        HandLever("economy.utility_offset", "{to: 7}") { a, b in [(b[1]("welfare"), a[1]("welfare") + 7)] },
        HandLever("economy.capital_output_ratio", "{times: 1.1}") { a, b in
            [(b[1]("capital"), 1.1 * a[1]("capital")), (b[1]("gross_product"), a[1]("gross_product"))]
        },
        HandLever("economy.cumulative_carbon", "{plus: 3}") { a, b in
            [(b[1]("cumulative_carbon"), a[1]("cumulative_carbon") + 3)]
        },
        HandLever("economy.damage_linear", "{to: 0.01}") { a, b in
            [(b[1]("damages"), 0.01 * a[1]("warming") * a[1]("gross_product"))]
        },
        HandLever("economy.software_research_growth", "{plus: 1}") { a, b in
            // R = (Y/Y_0) 1.06^2 instead of 1.05^2; S' = S + R^0.7; P' = P (S'/S)^(b 1.25/0.7), b = 1 - ln P / ln 1e12.
            func next(_ growth: Double) -> Double {
                // 2026 begins with S = 5 and P = 1, so that P = (S/5)^(1.25/0.7) a year later.
                var P = a[0]("software")
                var S = 5 * pow(P, 0.7 / 1.25)
                for (t, product) in [a[0], a[1]].map({ $0("gross_product") / 18.5e9 }).enumerated() {
                    let more = S + pow(product * pow(1 + (t == 1 ? growth : 0.05), Double(t + 1)), 0.7)
                    P *= pow(more / S, (1 - log(P) / log(1e12)) * 1.25 / 0.7)
                    S = more
                }
                return P
            }
            return [
                (b[1]("software"), a[1]("software")), (b[2]("software"), next(0.06)), (a[2]("software"), next(0.05)),
            ]
        },
    ]
}
