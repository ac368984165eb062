import Foundation
import Testing
import WorldModel

@testable import Stepping

private typealias Record = [String: [[Double]]]

/// What a year's record has of a variable without entities, in a lane.
private func value(_ record: Record, _ name: String, lane: Int = 0) -> Double { record[name]?[0][lane] ?? .nan }

/// What was found, and what was worked out by hand.
typealias Change = (found: Double, byHand: Double)

/// A year's numbers in the first lane, of the first entity; what is missing is NaN.
struct Numbers: Sendable {
    var values: [String: Double]
    subscript(_ name: String) -> Double { values[name] ?? .nan }
}

/// A lever of the island's economy, and what it must do by hand in its first year.
struct EconomyLever: Sendable, CustomTestStringConvertible {
    let path: String
    /// The option, and one of no size.
    let effect: String, nothing: String
    /// Lines of the section `economy` besides the island's.
    var section = ""
    /// What changes in its year: found without and with the lever, and worked out by hand.
    var change: @Sendable (_ without: Numbers, _ with: Numbers) -> [Change] = { _, _ in [] }
    /// What changes a year later, from both years without the lever and with it.
    var later: @Sendable (_ without: [Numbers], _ with: [Numbers]) -> [Change] = { _, _ in [] }

    var testDescription: String { path }
}

/// The island where the option `tripled`, chosen in 2028, does something to the economy.
private func island(option: String, section: String) throws -> Study {
    try island([
        "world.yaml": {
            $0.replacingOccurrences(of: "  demand_growth: 1 %/yr\n", with: "  demand_growth: 1 %/yr\n" + section)
        },
        "studies/first.yaml": {
            $0.replacingOccurrences(of: "storage_units[anse-battery].p_nom: {times: 3}", with: option)
                .replacingOccurrences(of: "{year: 2029, lever: storage}", with: "{year: 2028, lever: storage}")
        },
    ])
}

private func bundle(_ study: Study, option: Int) -> Bundle {
    Bundle(
        study,
        choices: Array(
            repeating: study.decisions.map { study.levers[$0.lever].name == "storage" ? option : 0 }, count: 8))
}

/// An economy whose compute can do half of the tasks from the first year on, with income to share out.
private let automated = "  frontier_training: 5.18e33 FLOP\n  frontier_growth: 0 %/yr\n  software_returns: 0\n"
private let carbon = "  carbon_intensity: 0.2 kgCO2/USD\n"

@Suite("The island's economy by hand")
struct IslandEconomyTests {
    /// The island: Y_0 = 12 + 5 + 1.5 = 18.5 bn USD, capital share 0.3, sigma 0.9, savings 0.25, no damages; 2028 is two
    /// years from the start, so the backstop costs 550 x 0.975² = 522.84375 USD/t.
    static let levers = [
        savingsRate, depreciation, productivityGrowth, carbonIntensityGrowth, transferShare, productivity, damageScale,
        abatement, carbonPrice, carbonIntensity, runtime, ownershipAbroad, automationTraining, timePreference,
        marginalUtility,
    ]

    /// 0.05 of income more is saved: C falls by 0.05 Y, nothing else this year.
    static let savingsRate = EconomyLever(
        path: "savings_rate", effect: "{plus: 0.05}", nothing: "{plus: 0}",
        change: { a, b in
            [
                (b["consumption"] - a["consumption"], -0.05 * a["net_product"]),
                (b["gross_product"], a["gross_product"]),
            ]
        },
        later: { a, b in [(b[1]["capital"] - a[1]["capital"], 0.05 * a[0]["net_product"])] })

    /// A hundredth more of the capital wears out, and is missing a year later.
    static let depreciation = EconomyLever(
        path: "depreciation", effect: "{plus: 1 %/yr}", nothing: "{plus: 0}",
        change: { a, b in [(b["consumption"], a["consumption"])] },
        later: { a, b in [(b[1]["capital"] - a[1]["capital"], -0.01 * a[0]["capital"])] })

    /// 1.6 instead of 0.6 % more productive, from the next year on.
    static let productivityGrowth = EconomyLever(
        path: "productivity_growth", effect: "{plus: 1 %/yr}", nothing: "{plus: 0}",
        change: { a, b in [(b["gross_product"], a["gross_product"])] },
        later: { a, b in [(b[1]["gross_product"] / a[1]["gross_product"], 1.016 / 1.006)] })

    /// Two percent less a year of CO2 per product: exp(-0.02).
    static let carbonIntensityGrowth = EconomyLever(
        path: "carbon_intensity_growth", effect: "{plus: -2 %/yr}", nothing: "{plus: 0}", section: carbon,
        change: { a, b in [(b["industry_emissions"], a["industry_emissions"])] },
        later: { a, b in [(b[1]["industry_emissions"] / a[1]["industry_emissions"], exp(-0.02))] })

    /// What is paid for CO2 stays with the state.
    static let transferShare = EconomyLever(
        path: "transfer_share", effect: "{to: 0}", nothing: "{to: 1}",
        section: carbon + "  carbon_price: 50 USD/tCO2\n",
        change: { a, b in
            [
                (b["income"] - a["income"], -50 * a["co2_emissions"]),
                (b["consumption"], a["consumption"]),
            ]
        })

    /// Ten percent more productive: everything that is made grows by a tenth.
    static let productivity = EconomyLever(
        path: "productivity", effect: "{times: 1.1}", nothing: "{times: 1}",
        change: { a, b in
            ["gross_product", "net_product", "consumption", "investment", "wage"].map {
                (b[$0] - a[$0], 0.1 * a[$0])
            }
        })

    /// D = 0.00236 T² of Y; consumption is 0.75 of what is left.
    static let damageScale = EconomyLever(
        path: "damage_scale", effect: "{to: 0.00236}", nothing: "{to: 0}",
        change: { a, b in
            let lost = 0.00236 * a["warming"] * a["warming"] * a["gross_product"]
            return [
                (b["damages"], lost),
                (b["consumption"] - a["consumption"], -0.75 * lost),
                (b["damage_share"] * b["gross_product"], lost),
            ]
        })

    /// Half of 0.2 kg/USD avoided: E falls by 0.1e-3 t/USD of Y, at 522.84375 x 0.2 / 2600 x 0.5^2.6 of it.
    static let abatement = EconomyLever(
        path: "abatement", effect: "{to: 0.5}", nothing: "{to: 0}", section: carbon,
        change: { a, b in
            let share = 522.84375 * 0.2 / 2600 * pow(0.5, 2.6)
            return [
                (b["industry_emissions"] - a["industry_emissions"], -0.1e-3 * a["gross_product"]),
                (b["co2_emissions"] - a["co2_emissions"], -0.1e-3 * a["gross_product"]),
                (b["abatement_cost"], share * a["gross_product"]),
                (b["consumption"] - a["consumption"], -0.75 * share * a["gross_product"]),
                (b["marginal_abatement_cost"], 522.84375 * pow(0.5, 1.6)),
            ]
        })

    /// At 522.84375 x 0.25^1.6 USD/t industry avoids a quarter; what is emitted all the same pays the price.
    static let carbonPrice = EconomyLever(
        path: "carbon_price", effect: "{to: \(522.84375 * pow(0.25, 1.6))}", nothing: "{to: 0}", section: carbon,
        change: { a, b in
            [
                (b["abatement"], 0.25),
                (b["industry_emissions"], 0.75 * 0.2e-3 * a["gross_product"]),
                (b["carbon_revenue"], 522.84375 * pow(0.25, 1.6) * b["co2_emissions"]),
                (b["income"], b["net_product"]),
            ]
        })

    /// A doubled intensity doubles what industry emits.
    static let carbonIntensity = EconomyLever(
        path: "carbon_intensity", effect: "{times: 2}", nothing: "{times: 1}", section: carbon,
        change: { a, b in
            [
                (b["industry_emissions"] - a["industry_emissions"], 0.2e-3 * a["gross_product"]),
                (b["carbon_intensity"], 0.4),
            ]
        })

    /// Compute that needs half as much for a person's work does twice the work: with few computers H = L + X.
    static let runtime = EconomyLever(
        path: "runtime", effect: "{times: 0.5}", nothing: "{times: 1}", section: automated,
        change: { a, b in
            let X = a["compute_labour"]
            let (L, r) = (a["wage-earners"], 1 - 1 / 0.9)
            // Y^r = A^r (0.3 K^r + 0.7 H^r): the second term grows by ((L + 2X) / (L + X))^r.
            let s = a["capital_share"]
            let growth = pow(s + (1 - s) * pow((L + 2 * X) / (L + X), r), 1 / r)
            return [
                (b["compute_labour"], 2 * X),
                (b["gross_product"] / a["gross_product"] - 1, growth - 1),
            ]
        })

    /// A fifth of compute's income leaves, of which three quarters would have been consumed.
    static let ownershipAbroad = EconomyLever(
        path: "ownership_abroad", effect: "{to: 0.2}\n      economy.ownership_households: {to: 0.8}",
        nothing: "{to: 0}\n      economy.ownership_households: {to: 1}", section: automated,
        change: { a, b in
            let income = a["compute_share"] * a["net_product"]
            return [
                (b["consumption"] - a["consumption"], -0.75 * 0.2 * income),
                (b["gross_product"], a["gross_product"]),
            ]
        })

    /// Half of the tasks at 5.18e33 of 1e36 FLOP; at the training run of all of them f = 1, which people don't notice
    /// where compute is scarce.
    static let automationTraining = EconomyLever(
        path: "automation_training", effect: "{to: 5.18e33}", nothing: "{times: 1}", section: automated,
        change: { a, b in
            [(b["automated_share"], 1), (b["gross_product"], a["gross_product"])]
        })

    /// Utility of 2028 counts for (1.015 / 1.03)² as much; nothing that is made changes.
    static let timePreference = EconomyLever(
        path: "time_preference", effect: "{to: 3 %/yr}", nothing: "{to: 1.5 %/yr}",
        change: { a, b in
            [
                (b["welfare of the year"], a["welfare of the year"] * pow(1.015 / 1.03, 2)),
                (b["consumption"], a["consumption"]),
            ]
        })

    /// u = (c^-1 - 1) / -1 - 1 = -1 / c, c in thousands.
    static let marginalUtility = EconomyLever(
        path: "marginal_utility", effect: "{to: 2}", nothing: "{to: 1.45}",
        change: { a, b in [(b["utility"], -1000 / a["consumption_per_person"])] })

    /// The year's numbers, what welfare the year brought, and people with work.
    private func numbers(_ record: Record, before: Record?) -> Numbers {
        var numbers = record.compactMapValues { $0.first?[0] }
        numbers["welfare of the year"] = value(record, "welfare") - (before.map { value($0, "welfare") } ?? 0)
        numbers["wage-earners"] = 0.5 * value(record, "people")
        return Numbers(values: numbers)
    }

    @Test("a lever does what it does by hand, from its year on, and nothing at no size", arguments: levers)
    func lever(_ lever: EconomyLever) throws {
        let study = try island(option: "economy.\(lever.path): \(lever.effect)", section: lever.section)
        let empty = try island(option: "economy.\(lever.path): \(lever.nothing)", section: lever.section)
        var (without, with, nothing) = (
            bundle(study, option: 0), bundle(study, option: 1), bundle(empty, option: 1)
        )
        var (a, b): ([Record], [Record]) = ([], [])
        for year in 2026...2029 {
            a.append(without.step(year))
            b.append(with.step(year))
            #expect(a[year - 2026] == nothing.step(year), "no size, \(year)")
            if year < 2028 { #expect(a[year - 2026] == b[year - 2026], "before its year, \(year)") }
        }
        #expect(a[2] != b[2] || a[3] != b[3])
        let (before, after) = (
            [2, 3].map { numbers(a[$0], before: a[$0 - 1]) }, [2, 3].map { numbers(b[$0], before: b[$0 - 1]) }
        )
        let changes = lever.change(before[0], after[0]) + lever.later(before, after)
        #expect(!changes.isEmpty)
        for (index, change) in changes.enumerated() {
            let scale = max(abs(change.byHand), abs(change.found))
            #expect(
                abs(change.found - change.byHand) <= 1e-9 * scale,
                "\(lever.path) \(index): \(change.found), by hand \(change.byHand)")
        }
    }

    /// On 1 July 2030 a tenth of productivity goes: 184 of 365 days of that year are struck, and all of 2031.
    @Test("a shock takes its share of the year that it strikes, and nothing at no size", arguments: [0.9, 1])
    func shock(times: Double) throws {
        let strike = "economy.productivity: {times: \(times)}"
        let study = try island([
            "studies/first.yaml": {
                $0.replacingOccurrences(
                    of: "{name: storm, date: 2030-08-15, probability: 0.5, recovery: 0.25 yr,",
                    with: "{name: storm, date: 2030-07-01, probability: 1,"
                ).replacingOccurrences(of: "\"links[crest-anse].p_nom\": {times: 0.2}", with: strike)
            }
        ])
        let calm = try island(["studies/first.yaml": { $0.replacing(/shocks:\n.*\n.*\n/, with: "") }])
        var (struck, quiet) = (bundle(study, option: 0), bundle(calm, option: 0))
        for year in 2026...2030 {
            let (a, b) = (quiet.step(year), struck.step(year))
            if year < 2030 || times == 1 {
                #expect(a == b, "\(year)")
            } else {
                let byHand = 1 - 0.1 * 184 / 365
                #expect(relative(value(b, "gross_product"), byHand * value(a, "gross_product")) < 1e-12)
                #expect(relative(value(b, "consumption"), byHand * value(a, "consumption")) < 1e-12)
            }
        }
    }

    @Test("a world without compute is one whose table of data centres is empty, bit for bit")
    func computeRemoved() throws {
        let study: (String) -> String = {
            $0.replacing(/levers:\n(.*\n)*?  storage:/, with: "levers:\n  storage:")
                .replacingOccurrences(of: "  - {year: 2027, lever: site}\n", with: "")
        }
        let empty = try island([
            "studies/first.yaml": study,
            "data_centres.csv": { $0.split(separator: "\n").prefix(1).joined() + "\n" },
            "world.yaml": { $0.replacingOccurrences(of: "economy:\n", with: "economy:\n" + automated) },
        ])
        let absent = try island([
            "studies/first.yaml": study,
            "data_centres.csv": { $0.split(separator: "\n").prefix(1).joined() + "\n" },
            "world.yaml": {
                $0.replacing(/compute:\n(  .*\n)*/, with: "")
                    .replacingOccurrences(of: "  compute: {from: invented, status: example}\n", with: "")
                    .replacingOccurrences(of: "economy:\n", with: "economy:\n" + automated)
            },
        ])
        #expect(empty.world.hasSection("compute") && !absent.world.hasSection("compute"))
        var (a, b) = (bundle(empty, option: 0), bundle(absent, option: 0))
        for year in 2026...2028 {
            let (x, y) = (a.step(year), b.step(year))
            // A world without the section records nothing of compute's own.
            for (name, values) in y { #expect(x[name] == values, "\(name) in \(year)") }
            #expect(x.count - y.count == 11)
            #expect(value(x, "compute_labour") == 0 && value(x, "automated_share") > 0.4)
        }
    }

    @Test("wages, capital's and compute's income are the product, and incomes are it again")
    func shares() throws {
        var bundle = bundle(
            try island(option: "{}", section: automated + "  ownership_households: 0.5\n  ownership_abroad: 0.5\n"),
            option: 0)
        for year in 2026...2027 {
            let record = bundle.step(year)
            for lane in 0..<8 {
                let shares = ["labour_share", "capital_share", "compute_share"].map { value(record, $0, lane: lane) }
                #expect(abs(shares.reduce(0, +) - 1) < 1e-15 && shares.allSatisfy { $0 > 0 })
                let incomes = record["income"]?.reduce(0) { $0 + $1[lane] } ?? .nan
                #expect(relative(incomes, value(record, "net_product", lane: lane)) < 1e-15)
                let spent = ["consumption", "investment"].reduce(0) { $0 + value(record, $1, lane: lane) }
                let abroad = record["income"]?[3][lane] ?? .nan
                #expect(relative(spent + abroad, value(record, "net_product", lane: lane)) < 1e-14)
            }
        }
    }

    /// 38 GtCO2 in 2027, and 39: what is consumed less, year by year, counts (c_2027 / c)^1.45 1.015^-t a tonne.
    @Test("a pulse costs what the same emission in the table would")
    func pulse() throws {
        let harm: (String) -> String = {
            $0.replacingOccurrences(of: "economy:\n", with: "economy:\n  damage_scale: 0.00236\n")
        }
        let carbon: (String) -> String = { $0 + "  carbon: {of: scc, year: 2027, minimize: true}\n" }
        var base = bundle(try island(["world.yaml": harm, "studies/first.yaml": carbon]), option: 0)
        var more = bundle(
            try island([
                "world.yaml": harm,
                "emissions.csv": { $0.replacingOccurrences(of: "\n2027,38\n", with: "\n2027,39\n") },
            ]), option: 0)
        var (byHand, found, first) = (0.0, 0.0, 0.0)
        for year in 2026...2031 {
            let (a, b) = (base.step(year), more.step(year))
            if year == 2027 { first = value(a, "consumption_per_person") }
            if year >= 2027 {
                let lost = (value(a, "consumption") - value(b, "consumption")) / 1e9
                byHand += lost * pow(first / value(a, "consumption_per_person"), 1.45) * pow(1.015, Double(2027 - year))
            }
            found = value(a, "scc")
            if year <= 2027 { #expect(found == 0, "a year's emission warms the next") }
        }
        #expect(byHand > 0 && relative(found, byHand) < 1e-9, "\(found), by hand \(byHand)")
    }
}
