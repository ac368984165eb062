import Foundation
import Lanes
import Testing
import WorldModel

@testable import Stepping

@Suite("Chips, and what compute waits for")
struct ChipTests {
    private func one(_ x: Double) -> Lanes { Lanes(repeating: x) }

    /// Does something with a fleet in memory of its own.
    private func withFleet(_ body: (ChipFleet) -> Void) {
        let columns = Column(count: 3 * chipVintages)
        let base = columns.base
        body(ChipFleet(power: base, work: base + chipVintages, price: base + 2 * chipVintages))
        #expect(columns.count == 3 * chipVintages)
    }

    /// Without failures all chips are replaced at 1/lifetime a year: e' = e + (e_new - e) (1 - stays (1 - 1/L) C / C').
    @Test("the fleet's efficiency follows that of new chips, and every MW has chips")
    func fleet() {
        withFleet { chips in
            chips.start(capacity: one(100), efficiency: one(2), price: one(3))
            var (e, C) = (2.0, 100.0)
            var paid = 300.0
            for year in 1...40 {
                let (closed, delivered, new) = (0.02 * C, 7.0, 2 * pow(1.2, Double(year)))
                let next = C - closed + delivered
                let kept = (C - closed) * 0.8
                let bought = chips.renew(
                    capacity: one(next), stays: one((C - closed) / C), keep: one(0.8), least: .zero, new: one(new),
                    price: one(5))
                e = (kept * e + (next - kept) * new) / next
                paid = 0.98 * 0.8 * paid + 5 * (next - kept)
                #expect(relative(chips.sum(chips.power)[0], next) < 1e-12)
                #expect(relative(bought[0], next - kept) < 1e-12)
                #expect(relative(chips.efficiency(orNew: .zero)[0], e) < 1e-12)
                #expect(relative(chips.sum(chips.price)[0], paid) < 1e-12)
                C = next
            }
        }
    }

    /// c = 50 x 1.2 = 60 USD/MWh; K CRF / (8760 u) = 2 MUSD / 7008 h = 285.4: below e_new 60 / 345.4 = 0.174 e_new chips go.
    @Test("chips go when their work no longer pays their power, and are replaced")
    func rent() {
        let least = leastEfficiency(new: one(8), annuity: one(2e6), running: one(60), utilisation: one(0.8))[0]
        let byHand = 8 * 60 / (2e6 / 7008 + 60)
        #expect(relative(least, byHand) < 1e-14)
        // At the least efficiency the rent of a MWh is what it costs: (e / e_new) (annuity + c) = c.
        #expect(relative(least / 8 * (2e6 / 7008 + 60), 60) < 1e-14)
        for (efficiency, stays) in [(byHand * 0.999, 0.0), (byHand * 1.001, 0.9)] {
            withFleet { chips in
                chips.start(capacity: one(100), efficiency: one(efficiency), price: .zero)
                let bought = chips.renew(
                    capacity: one(100), stays: one(1), keep: one(0.9), least: one(least), new: one(8), price: .zero)
                #expect(relative(bought[0], 100 * (1 - stays)) < 1e-12)
            }
        }
        #expect(leastEfficiency(new: one(8), annuity: .zero, running: one(-3), utilisation: one(1))[0] == 0)
    }

    @Test("a life that is whole years repays as whole payments do", arguments: [1, 5, 12])
    func recovery(years: Int) {
        for rate in [0.01, 0.1] {
            let whole = capitalRecovery(one(rate), years: years)[0]
            #expect(relative(capitalRecovery(one(rate), life: one(Double(years)))[0], whole) < 1e-13)
        }
        #expect(relative(capitalRecovery(.zero, life: one(4))[0], 0.25) < 1e-7)
    }

    /// Orders are waiting, working or closed: of grid, shells and chips alike.
    @Test("GW are conserved in every part of the pipeline, whatever takes longest", arguments: [0.3, 2, 6])
    func conserved(shell: Double) throws {
        var bundle = Bundle(
            try island([
                "world.yaml": {
                    $0.replacingOccurrences(
                        of: "  lead_time: 2 yr",
                        with: "  lead_time: 2 yr\n  shell_lead_time: \(shell) yr\n  retirement: 3 %/yr")
                }
            ]))
        let (place, sites) = (bundle.compiled.sites, 2)
        var (ordered, closed) = (25.0, 0.0)
        for year in 2026...2031 {
            let record = bundle.step(year)
            func value(_ name: String) -> Double { record[name]?[0][0] ?? .nan }
            ordered += value("compute_ordered")
            closed += value("compute_retired")
            let standing = (record["compute_capacity"] ?? []).reduce(0) { $0 + $1[0] }
            let y = bundle.year(year)
            for part in 0..<conversionParts {
                var held = standing + closed
                for k in 0..<(RecordedVariable.stages * sites) {
                    held += y[place.stages, part * RecordedVariable.stages * sites + k][0]
                }
                for site in 0..<sites { held += y[place.waiting, part * sites + site][0] }
                #expect(relative(held, ordered) < 1e-9, "part \(part) in \(year)")
            }
            let pipeline = (record["compute_pipeline"] ?? []).reduce(0) { $0 + $1[0] }
            #expect(relative(standing + closed + pipeline, ordered) < 1e-9)
            let parts = ["connections_waiting", "shells_waiting", "chips_waiting"].map(value)
            #expect(parts.allSatisfy { $0 >= 0 } && parts.contains(0), "one part is what the others wait for")
            #expect((parts[0] > 0) == (shell > 2))
        }
    }

    @Test("shells and chips that come sooner than the grid change no bit of what stands")
    func sooner() throws {
        func bundle(_ shell: Double, _ chips: Double) throws -> Bundle {
            Bundle(
                try island([
                    "world.yaml": {
                        $0.replacingOccurrences(
                            of: "  lead_time: 2 yr",
                            with: "  lead_time: 2 yr\n  shell_lead_time: \(shell) yr\n  chip_lead_time: \(chips) yr")
                    }
                ]))
        }
        var (a, b) = (try bundle(2, 1.25), try bundle(0.5, 0.3))
        for year in 2026...2030 {
            let (x, y) = (a.step(year), b.step(year))
            for name in ["compute_capacity", "compute_served", "system_cost", "gross_product"] {
                #expect(x[name] == y[name], "\(name) in \(year)")
            }
        }
    }

    @Test("dear power makes chips go earlier, and the least price of chips lets none grow old")
    func earlier() throws {
        func efficiency(_ cost: String) throws -> Double {
            var bundle = Bundle(
                try island([
                    "world.yaml": {
                        $0.replacingOccurrences(of: "  lead_time: 2 yr", with: "  lead_time: 2 yr\n" + cost)
                    }
                ]))
            var last = 0.0
            for year in 2026...2031 { last = bundle.step(year)["chip_efficiency"]?[0][0] ?? .nan }
            return last
        }
        let (none, dear, cheap) = (
            try efficiency(""), try efficiency("  chip_cost: 20 MUSD/MW"), try efficiency("  chip_cost: 1 USD/MW")
        )
        #expect(none == dear, "at 20 MUSD/MW a chip of five years still pays its power")
        // Chips that cost nothing are bought anew each year: 2^(5/3).
        #expect(relative(cheap, 1e12 * pow(2, 5.0 / 3)) < 1e-6)
        #expect(cheap > none)
    }
}

@Suite("Income and wealth of cities")
struct CityIncomeTests {
    private func one(_ x: Double) -> Lanes { Lanes(repeating: x) }

    /// Two people with 1 each, one with 4: |1 - 4| twice over 3 x 6 = 1/3, as three people would have it.
    @Test("Gini between people of groups is that of the people")
    func gini() {
        let x = Column(count: 2)
        let n = Column(count: 2)
        (x[0], n[0], x[1], n[1]) = (one(2), one(2), one(4), one(1))
        #expect(relative(Stepping.gini(x.base, people: n.base, count: 2)[0], 1.0 / 3) < 1e-15)
        let three = Column(count: 3)
        for (i, each) in [1.0, 1, 4].enumerated() { three[i] = one(each) }
        #expect(relative(Stepping.gini(three.base, count: 3)[0], 1.0 / 3) < 1e-15)
    }

    /// The island's cities have 12, 5 and 1.5 of 18.5 bn USD, so as much of the capital of 3.5 x 18.5 bn USD.
    @Test("cities' incomes are the households', their wealth is all capital, and both by hand in the first year")
    func island() throws {
        var bundle = Bundle(try islandAsItIs())
        for year in 2026...2031 {
            let record = bundle.step(year)
            for lane in 0..<8 {
                func value(_ name: String, _ entity: Int = 0) -> Double { record[name]?[entity][lane] ?? .nan }
                func sum(_ name: String) -> Double { record[name]?.reduce(0) { $0 + $1[lane] } ?? .nan }
                #expect(relative(sum("city_income"), value("income")) < 1e-12)
                #expect(relative(sum("city_wealth"), value("capital")) < 1e-12)
                let people = (0..<3).map { value("population", $0) }
                let pay = zip(people, [1.1, 1, 0.9]).map { 0.5 * $0 * $1 }
                let wages = value("labour_share") * value("net_product")
                let profits = value("capital_share") * value("net_product")
                let byHand = (0..<3).map { city in
                    wages * pay[city] / pay.reduce(0, +) + profits * value("city_wealth", city) / value("capital")
                        + (value("income") - wages - profits) * people[city] / people.reduce(0, +)
                }
                var (differences, wealth) = (0.0, 0.0)
                for i in 0..<3 {
                    #expect(relative(value("city_income", i), byHand[i]) < 1e-12)
                    #expect(relative(value("income_per_person", i), byHand[i] / people[i]) < 1e-12)
                    for j in 0..<i {
                        differences += abs(people[j] * byHand[i] - people[i] * byHand[j])
                        wealth += abs(
                            people[j] * value("city_wealth", i) - people[i] * value("city_wealth", j))
                    }
                }
                let all = people.reduce(0, +)
                #expect(relative(value("income_gini"), differences / (all * byHand.reduce(0, +))) < 1e-9)
                #expect(relative(value("wealth_gini"), wealth / (all * value("capital"))) < 1e-9)
                if year == 2026 { #expect(relative(value("city_wealth", 0), 3.5 * 12e9) < 1e-12) }
            }
        }
    }
}

/// The island without edits: a method of the same name hides the function.
private func islandAsItIs() throws -> Study { try island() }
