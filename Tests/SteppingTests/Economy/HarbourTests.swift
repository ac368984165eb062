import Testing
import WorldModel

@testable import Stepping

/// The world `harbour`: contracts that follow a simulated fleet and its power.
@Suite("Contracts in a world, on the harbour")
struct HarbourTests {
    static let years = 2026...2033

    /// The harbour without levers, uncertainties and shocks.
    private func calm(_ edits: [String: (String) -> String] = [:], adding: [String: String] = [:]) throws -> Study {
        let study = try shipped("harbour/studies/deals.yaml", edits, adding: adding)
        return Study(world: study.world, years: Self.years, samples: 8, seed: 7)
    }

    /// The harbour with a study of one lever, decided in 2028: to do nothing, or `effects`.
    private func choice(_ effects: String, shock: String = "") throws -> Study {
        try shipped(
            "harbour/studies/deals.yaml",
            [
                "studies/deals.yaml": { _ in
                    """
                    study: one
                    world: ..
                    years: 2026-2031
                    samples: 8
                    levers:
                      it:
                        left: {}
                        done: {\(effects)}
                    decisions:
                      - {year: 2028, lever: it}
                    \(shock)
                    """
                }
            ])
    }

    private func index(_ bundle: Bundle, _ table: String, _ id: String) -> Int {
        bundle.kernel.world.table(table).ids.firstIndex(of: id) ?? -1
    }

    @Test("books close to 1e-9 in every year, policy and sample; nobody's cash is below zero")
    func books() throws {
        let study = try shipped("harbour/studies/deals.yaml", samples: 16)
        var defaults = 0.0
        for policy in 0..<8 {
            for block in 0..<2 {
                var bundle = Bundle(
                    study, samples: (0..<8).map { block * 8 + $0 },
                    choices: Array(repeating: [policy / 2, policy % 2], count: 8))
                for year in study.years {
                    let record = bundle.step(year)
                    for gap in record["books_gap"]?[0] ?? [] { #expect(gap < 1e-9, "\(policy) in \(year)") }
                    for firm in record["firm_cash"] ?? [] { for cash in firm { #expect(cash > -1) } }
                    for firm in record["default"] ?? [] { defaults += firm.reduce(0, +) }
                    for values in record.values.joined() { for value in values { #expect(value.isFinite) } }
                }
            }
        }
        #expect(defaults > 0, "the study has lines in which somebody defaults")
    }

    @Test("without firms and contracts the same bits, and nothing of theirs is kept or recorded")
    func absent() throws {
        let with = try calm()
        let without = try calm([
            "world.yaml": { text in
                text.split(separator: "\n").filter { line in
                    !["firms", "contracts", "tranches"].contains { line.contains($0) }
                }.joined(separator: "\n")
            },
            "trajectories.csv": { _ in "path,year,factor\ncompute.utilisation,2026,1\n" },
            "studies/deals.yaml": { _ in "study: none\nworld: ..\nyears: 2026-2033\n" },
        ])
        var (a, b) = (Bundle(with), Bundle(without))
        #expect(!b.kernel.stateShapes.contains { $0.name == "ledger" })
        #expect(
            b.kernel.world.recordedVariables.allSatisfy {
                $0.dimension != RecordedVariable.Dimension.firm && $0.name != "books_gap"
            })
        for year in 2026...2029 {
            let (x, y) = (a.step(year), b.step(year))
            #expect(y.count == b.kernel.world.recordedVariables.count)
            // Hardware is what the books write off, or where there are none the annuity of chips.
            for (name, values) in y where name != "work_per_cost" {
                #expect(x[name] == values, "\(name) in \(year)")
            }
        }
    }

    /// Orders of 240 and 160 MW a year pass three stages, each of which hands on 3 / 12 / 1.5 = 1/6 of what it holds a month.
    @Test("the first years by hand: what is delivered, what it costs, what vests")
    func byHand() throws {
        var bundle = Bundle(try calm())
        let (lab, chip) = (index(bundle, "firms", "lab"), index(bundle, "firms", "chip"))
        let offtake = index(bundle, "contracts", "offtake")
        var stages = [0.0, 0, 0]
        var total = 0.0
        var spent = 0.0
        var relief = 0.0
        var vested = 0.0
        var halls = 0.0
        for year in 2026...2029 {
            let record = bundle.step(year)
            var delivered = 0.0
            for _ in 0..<12 {
                var inflow = 400.0 / 12
                for k in 0..<3 {
                    let out = stages[k] / 6
                    stages[k] += inflow - out
                    inflow = out
                }
                delivered += inflow
            }
            func value(_ name: String, _ entity: Int) -> Double { record[name]?[entity][0] ?? .nan }
            #expect(agree(value("delivered_power", lab), delivered))
            // 20 bn USD/GW in 2026, 30 % less by 2033, on all that is delivered: 0.4 bought, 0.3 leased, 0.3 the project's.
            let price = 20e6 * (1 - 0.3 * Double(year - 2026) / 7)
            #expect(agree(value("hardware_spend", lab), price * delivered))
            total += delivered
            spent += price * delivered
            // Tranche t1 at 250 MW and any price, t2 at 500 MW and 250 USD; the price is 214 to 278.2 in 2028 and 535 in 2030.
            let share = 214 * (year <= 2028 ? 1 + 0.15 * Double(year - 2026) : 1.3 + 0.6 * Double(year - 2028))
            var now = total >= 250 ? 26_666_667.0 : 0
            if total >= 500, share >= 250 { now += 26_666_667 }
            if total >= 750, share >= 300 { now += 26_666_667 }
            if total >= 1000, share >= 400 { now += 26_666_667 }
            #expect(agree(value("contract_shares", index(bundle, "contracts", "warrant")), now))
            relief += (now - vested) * (share - 0.01)
            vested = now
            #expect(agree(value("effective_cost", lab), (spent - relief) / total))
            // Capital of 2 bn USD/GW; circularity is what was sold over it.
            #expect(agree(value("circularity", chip), spent / min(2e6 * total, 10e9)))
            // 0.3 of the deliveries are the project's; the lab takes 0.75 of what stood on 1 January.
            #expect(agree(value("power_taken", offtake), 0.75 * halls))
            halls += 0.3 * delivered
            #expect(value("books_gap", 0) < 1e-12)
        }
        #expect(vested >= 3 * 26_666_667)
    }

    /// What a lever does in 2028, by hand, and that it leaves the years before it alone.
    private func difference(_ effects: String, shock: String = "") throws -> (
        before: [String: [[Double]]], after: [String: [[Double]]], kernel: WorldKernel
    ) {
        let study = try choice(effects, shock: shock)
        var left = Bundle(study, choices: Array(repeating: [0], count: 8))
        var done = Bundle(study, choices: Array(repeating: [1], count: 8))
        for year in 2026...2027 { #expect(left.step(year) == done.step(year), "in \(year)") }
        return (left.step(2028), done.step(2028), left.kernel)
    }

    @Test("a lever on revenue: 1 bn USD more is taxed by a fifth, and the rest is cash")
    func revenue() throws {
        let (left, done, kernel) = try difference("\"firms[chip].revenue\": {plus: 1 bnUSD/yr}")
        let firms = kernel.world.table("firms").ids
        func change(_ name: String, _ firm: String) -> Double {
            let index = firms.firstIndex(of: firm) ?? -1
            return (done[name]?[index][3] ?? .nan) - (left[name]?[index][3] ?? .nan)
        }
        #expect(agree(change("firm_income", "chip"), 0.8e9))
        #expect(agree(change("firm_cash", "chip"), 0.8e9))
        #expect(agree(change("firm_cash", "state"), 0.2e9))
        #expect(agree(change("firm_cash", "rest"), -1e9))
        #expect(change("firm_cash", "lab") == 0)
    }

    @Test("a lever on the price of a lease: 1 bn USD/GW more on what is delivered under it")
    func leasePrice() throws {
        let (left, done, kernel) = try difference("\"contracts[lease].price\": {plus: 1 bnUSD/GW}")
        let firms = kernel.world.table("firms").ids
        let lab = firms.firstIndex(of: "lab") ?? -1
        func change(_ name: String) -> Double { (done[name]?[lab][3] ?? .nan) - (left[name]?[lab][3] ?? .nan) }
        let delivered = left["delivered_power"]?[lab][3] ?? .nan
        // 0.3 of the deliveries; nothing is paid in the first year, all of it is owed.
        #expect(agree(change("hardware_spend"), 1e6 * 0.3 * delivered))
        #expect(agree(change("firm_debt"), 1e6 * 0.3 * delivered))
        #expect(change("firm_cash") == 0)
    }

    @Test("a lever on the floor of take-or-pay: 1 bn USD/GW more on the least take at a spot price below it")
    func floor() throws {
        let low = "\"compute.spot_price\": 5 bnUSD/GW/yr"
        let study = try choice("\(low), \"contracts[offtake].floor\": 10 bnUSD/GW/yr")
        let base = try choice(low)
        var (a, b) = (
            Bundle(base, choices: Array(repeating: [1], count: 8)),
            Bundle(study, choices: Array(repeating: [1], count: 8))
        )
        for year in 2026...2027 { #expect(a.step(year) == b.step(year)) }
        let (left, done) = (a.step(2028), b.step(2028))
        let ids = a.kernel.world.table("contracts").ids
        let offtake = ids.firstIndex(of: "offtake") ?? -1
        // Taken: 0.75 of what stands. Paid: the larger of it and 0.9 x 0.8 = 0.72 of it; no make-up is open.
        let taken = left["power_taken"]?[offtake][0] ?? .nan
        let change = (done["contract_payments"]?[offtake][0] ?? .nan) - (left["contract_payments"]?[offtake][0] ?? .nan)
        #expect(taken > 0 && agree(change, 1e6 * taken))
    }

    @Test(
        "levers and shocks of no size change no bit",
        arguments: [
            "\"firms[lab].revenue\": {plus: 0}", "\"contracts[*].price\": {times: 1}",
            "\"contracts[forward].units\": {plus: 0}",
            "\"tranches[*].hurdle\": {times: 1}",
        ])
    func nothing(effects: String) throws {
        let (left, done, _) = try difference(effects)
        #expect(left == done)
    }

    @Test("a shock leaves the years before it alone, and one of no size all years")
    func shock() throws {
        func shock(_ factor: Double) -> String {
            """
            shocks:
              - {name: winter, date: 2028-01-01, effects: {"firms[chip].revenue": {times: \(factor)}}}
            """
        }
        var none = Bundle(try choice("", shock: shock(1)), choices: Array(repeating: [0], count: 8))
        var calm = Bundle(try choice(""), choices: Array(repeating: [0], count: 8))
        var less = Bundle(try choice("", shock: shock(0.9)), choices: Array(repeating: [0], count: 8))
        for year in 2026...2027 {
            let left = calm.step(year)
            #expect(left == none.step(year) && left == less.step(year))
        }
        let (left, done) = (calm.step(2028), less.step(2028))
        #expect(left == none.step(2028))
        let chip = index(calm, "firms", "chip")
        // A tenth of 34 bn USD, less a fifth of it in tax.
        let change = (done["firm_income"]?[chip][0] ?? .nan) - (left["firm_income"]?[chip][0] ?? .nan)
        #expect(agree(change, -0.1 * 34e9 * 0.8))
    }

    @Test("a power cut at the project's bus is paid for by damages")
    func outage() throws {
        // Without generators that can be spared, part of the load goes unserved.
        var whole = Bundle(try calm())
        var short = Bundle(
            try calm([
                "generators.csv": {
                    $0.replacingOccurrences(of: "gas,4000", with: "gas,300")
                        .replacingOccurrences(of: "oil,1000", with: "oil,50")
                }
            ]))
        for year in 2026...2027 {
            _ = whole.step(year)
            _ = short.step(year)
        }
        let (a, b) = (whole.step(2028), short.step(2028))
        #expect((b["unserved_energy"]?[0][0] ?? 0) > 0)
        let offtake = index(whole, "contracts", "offtake")
        #expect((b["contract_payments"]?[offtake][0] ?? .nan) < (a["contract_payments"]?[offtake][0] ?? .nan))
        #expect(
            (b["debt_cover"]?[index(whole, "contracts", "build")][0] ?? .nan)
                < (a["debt_cover"]?[index(whole, "contracts", "build")][0] ?? .nan))
        #expect((b["books_gap"]?[0][0] ?? .nan) < 1e-9)
    }

    @Test("a lab without customers defaults, and its suppliers get less")
    func poor() throws {
        var bundle = Bundle(
            try calm([
                "firms.csv": {
                    $0.replacingOccurrences(
                        of: "lab,firm,12,1000000000,,300,10,12,8", with: "lab,firm,1,1000000000,,300,0,0,0.1")
                }
            ]))
        let lab = index(bundle, "firms", "lab")
        var failed = false
        for year in 2026...2030 {
            let record = bundle.step(year)
            failed = failed || record["default"]?[lab][0] == 1
            #expect((record["books_gap"]?[0][0] ?? .nan) < 1e-9)
            #expect((record["firm_cash"]?[lab][0] ?? .nan) > -1)
            if record["default"]?[lab][0] == 1 { #expect((record["payment_shortfall"]?[lab][0] ?? 0) > 0) }
        }
        #expect(failed)
    }

    /// The firms of the harbour, with the sites of Japan: their books may take a fiftieth of a year.
    @Test("books take little of a year of Japan")
    func time() throws {
        func file(_ name: String) throws -> String {
            let study = try shipped("harbour/studies/deals.yaml")
            return String(decoding: try #require(study.sources.first { $0.path == name }).bytes, as: UTF8.self)
        }
        let study = try shipped(
            "japan/studies/siting.yaml",
            [
                "world.yaml": {
                    $0.replacingOccurrences(
                        of: "\ntables:\n",
                        with: "\ntables:\n  firms: firms.csv\n  contracts: contracts.csv\n  tranches: tranches.csv\n"
                    ).replacingOccurrences(of: "\ncompute:\n", with: "\ncompute:\n  spot_price: 11 bnUSD/GW/yr\n")
                }
            ],
            adding: [
                "firms.csv": try file("firms.csv"), "contracts.csv": try file("contracts.csv"),
                "tranches.csv": try file("tranches.csv"),
            ])
        var bundle = Bundle(study)
        for year in 2026...2028 { #expect((bundle.step(year)["books_gap"]?[0].max() ?? 1) < 1e-9) }
        let timing = bundle.workspace.timing
        #expect(timing.books < 0.02 * timing.year, "\(timing.books) s of \(timing.year) s")
    }
}
