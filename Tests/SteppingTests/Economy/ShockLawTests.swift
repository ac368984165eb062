import Foundation
import Testing

@testable import Stepping
@testable import WorldModel

/// A shock of the island, and what the years of its strike record by hand.
struct HandShock: Sendable, CustomTestStringConvertible {
    let path: String
    let effect: String
    var section = ""
    /// From a year without and with the shock, and the mean over the year of what is left of it.
    let change: @Sendable (_ a: [String: Double], _ b: [String: Double], _ left: Double) -> [Change]

    var testDescription: String { path }
}

@Suite("Shocks on the island")
struct ShockLawTests {
    private func study(_ shocks: String, section: String = "", years: String = "2026-2031") throws -> Study {
        try island(
            [
                "world.yaml": {
                    $0.replacingOccurrences(
                        of: "  demand_growth: 1 %/yr\n", with: "  demand_growth: 1 %/yr\n" + section)
                },
                "studies/first.yaml": { _ in
                    "study: struck\nworld: ..\nyears: \(years)\nseed: 1\nsamples: 1\n" + shocks
                        + "outcomes:\n  one: {of: system_cost, minimize: true}\n"
                },
            ], samples: 1)
    }

    private func bundle(_ study: Study) -> Bundle {
        Bundle(study, samples: Array(repeating: 0, count: 8), choices: nil)
    }

    /// 1 July is day 181 of 365; t years later exp(-t / 0.5) is left, and a year sees the mean of its days.
    private func left(_ year: Int) -> Double {
        (0..<365).reduce(0) { sum, day in
            let t = Double(year - 2029) + Double(day - 181) / 365
            return sum + (t < 0 ? 0 : exp(-t / 0.5)) / 365
        }
    }

    static let shocks = [
        HandShock(path: "economy.productivity", effect: "{times: 0.9}") { a, b, left in
            [("gross_product", 1.0), ("consumption", 1.0), ("wage", 1.0)].map {
                (b[$0.0] ?? .nan, (1 - 0.1 * left) * (a[$0.0] ?? .nan))
            }
        },
        HandShock(path: "economy.savings_rate", effect: "{plus: -0.05}") { a, b, left in
            [(b["consumption"] ?? .nan, (a["net_product"] ?? .nan) * (1 - 0.25 + 0.05 * left))]
        },
        HandShock(path: "economy.carbon_price", effect: "{to: 0}", section: "  carbon_price: 1 USD/tCO2\n") {
            _, b, left in
            [(b["carbon_revenue"] ?? .nan, (1 - left) * (b["co2_emissions"] ?? .nan))]
        },
        HandShock(path: "economy.damage_linear", effect: "{plus: 0.05}") { _, b, left in
            [(b["damages"] ?? .nan, 0.05 * left * (b["warming"] ?? .nan) * (b["gross_product"] ?? .nan))]
        },
        HandShock(path: "compute.orders", effect: "{times: 0.5}") { _, b, left in
            [(b["compute_ordered"] ?? .nan, 20 * (1 - 0.5 * left))]
        },
        HandShock(path: "carriers[coal].co2_emissions", effect: "{plus: 0.1}") { a, b, _ in
            // The dispatch stays; which days of the year are struck is the calendar's, so only the direction is by hand.
            [
                (b["generation"] ?? .nan, a["generation"] ?? .nan),
                ((b["co2_emissions"] ?? 0) > (a["co2_emissions"] ?? 0) ? 1 : 0, 1),
            ]
        },
    ]

    @Test("a shock does what is left of it by hand, nothing before its date, and nothing at no size", arguments: shocks)
    func byHand(_ shock: HandShock) throws {
        let strike = { (effect: String) in
            "shocks:\n  - {name: it, date: 2029-07-01, recovery: 0.5 yr, effects: {\"\(shock.path)\": \(effect)}}\n"
        }
        var quiet = bundle(try study("", section: shock.section))
        var struck = bundle(try study(strike(shock.effect), section: shock.section))
        var nothing = bundle(try study(strike("{plus: 0}"), section: shock.section))
        for year in 2026...2030 {
            let (a, b, c) = (quiet.step(year), struck.step(year), nothing.step(year))
            #expect(a == c, "no size, \(year)")
            if year < 2029 {
                #expect(a == b, "before its date, \(year)")
                continue
            }
            #expect(a != b)
            // What the struck year carries on (capital, chips) differs afterwards, so later years are by the struck one's own.
            if year > 2029,
                !["carbon_revenue", "damages", "compute_ordered"].contains(where: { name in
                    shock.path.contains("carbon_price") && name == "carbon_revenue"
                        || shock.path.contains("damage") && name == "damages"
                        || shock.path.contains("orders") && name == "compute_ordered"
                })
            {
                continue
            }
            let (x, y) = (a.compactMapValues { $0.first?[0] }, b.compactMapValues { $0.first?[0] })
            for change in shock.change(x, y, left(year)) {
                let scale = max(abs(change.found), abs(change.byHand))
                #expect(
                    abs(change.found - change.byHand) <= 1e-9 * scale,
                    "\(shock.path) in \(year): \(change.found), by hand \(change.byHand)")
            }
        }
    }

    /// Parts of the paths that a shock in the last year leaves silent, and why.
    private static let silences = [
        // Nothing is shed or spilled that day, or nothing is added to the row.
        "value_of_lost_load", "spill_cost", ".capital_cost",
        // Growth, saving and research of a year are seen on the next 1 January.
        "_growth", "depreciation", "software_", "hardware_", "research_exponent",
        "research_elasticity",
        // They shape damages, abatement and automation, which are 0; or weigh outcomes.
        "damage_exponent", "backstop_", "abatement_exponent", "task_elasticity", "automation_", "automatable",
        "frontier_",
        "ownership_", "transfer_share", "discount_rate",
        // Fuel that costs nothing.
        "solar].efficiency", "hydro].efficiency", "wind].efficiency",
    ]

    @Test("a shock on any number leaves the years before its date bit for bit alone, and none has size at size zero")
    func everyNumber() throws {
        let plain = try study("", years: "2026-2027")
        var base = bundle(plain)
        let years = [base.step(2026), base.step(2027)]
        var paths: [String] = []
        for number in plain.world.paths() {
            let place = try plain.world.place(number.path)
            if number.value == nil || plain.world.idle(place, number.path) != nil { continue }
            if place.field.reading != .everyYear { continue }
            paths.append(number.path)
        }
        #expect(paths.count > 150)
        let none = paths.enumerated().map {
            "  - {name: s\($0.offset), date: 2027-07-01, effects: {\"\($0.element)\": {times: 1}}}\n"
        }.joined()
        var nothing = bundle(try study("shocks:\n" + none, years: "2026-2027"))
        for (index, year) in [2026, 2027].enumerated() { #expect(nothing.step(year) == years[index]) }
        var silent: [String] = []
        for path in paths {
            guard let value = plain.world.values[safe: try plain.world.resolve(path: path)[0]], value != 0 else {
                continue
            }
            let strike = "shocks:\n  - {name: it, date: 2027-07-01, effects: {\"\(path)\": {times: 0.8}}}\n"
            var struck = bundle(try study(strike, years: "2026-2027"))
            #expect(struck.step(2026) == years[0], "\(path) before its date")
            if struck.step(2027) == years[1] { silent.append(path) }
        }
        // The rest acts in the year of its date: what is silent shapes what is 0 here, or acts on the next year's start.
        let later = silent.filter { path in !Self.silences.contains { path.contains($0) } }
        #expect(later == [])
    }
}

extension Array {
    /// The element at an index, if there is one.
    fileprivate subscript(safe index: Int) -> Element? { indices.contains(index) ? self[index] : nil }
}
