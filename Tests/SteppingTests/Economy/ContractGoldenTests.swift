import Lanes
import Testing

@testable import Stepping

/// The worked example of six years against `contracts_golden.csv`: USD bn and GW there are currency and MW here, both to
/// the same numbers, so that no unit is changed; shares are in millions, and their prices in USD / 1000.
@Suite("Contracts: the worked example", .enabled(if: GoldenTable.isPresent))
struct ContractGoldenTests {
    static let names = ["Lab", "Chip", "SPV", "Bank", "State", "Rest"]

    /// What the table calls a kind of posting.
    static let kinds: [Posting: String] = [
        .customers: "customers", .operation: "opex", .hardware: "hw_cash", .depositApplied: "hw_deposit_applied",
        .deposit: "hw_deposit", .leaseInterest: "lease_interest", .leasePrincipal: "lease_principal",
        .leaseStart: "lease_start", .loanDraw: "loan_draw", .subsidy: "subsidy", .equityOfProject: "equity_spv",
        .shell: "shell", .costOfGoods: "cogs", .equityOfBuyer: "equity_lab", .takeOrPay: "take_or_pay",
        .damages: "liquidated_damages", .reservedCapacity: "sovereign_reserve", .clawback: "clawback",
        .loanInterest: "loan_interest", .loanPrincipal: "loan_principal", .tokenSale: "token_sale",
        .marginCall: "margin_call", .marginReturn: "margin_return", .tokenRevaluation: "token_reval",
        .tokenDelivery: "token_redeem_book", .depreciation: "depreciation", .warrantVesting: "warrant_vest",
        .warrantRevaluation: "warrant_reval", .warrantExercise: "warrant_exercise",
        .warrantConversion: "warrant_to_share", .shareSale: "share_sale", .tax: "tax", .distribution: "distribution",
        .equityRevaluation: "equity_reval",
    ]
    static let accounts: [Account: String] = [
        .cash: "cash", .plant: "ppe", .prepaid: "prepaid", .leaseReceivable: "lease_rec", .loanReceivable: "loan_rec",
        .equityHeld: "equity_held", .warrantsHeld: "warrants_held", .collateral: "collateral",
        .tokenClaim: "token_claim", .depositsTaken: "deposits_taken", .leaseLiability: "lease_liab", .loan: "loan",
        .equityIssued: "equity_issued", .warrantsIssued: "warrants_issued", .collateralOwed: "collateral_owed",
        .tokenObligation: "token_obl", .profit: "pl", .gain: "gain", .capital: "capital",
    ]

    struct Inputs {
        let byYear: [String: Double]
        func callAsFunction(_ name: String, _ year: Int = 0) -> Double { byYear["\(year) \(name)"] ?? .nan }
    }

    static func inputs(_ table: GoldenTable) -> Inputs {
        var byYear: [String: Double] = [:]
        for row in table.rows.indices where table.text(row, "table") == "input" {
            byYear["\(table.text(row, "year")) \(table.text(row, "kind"))"] = table.number(row, "amount")
        }
        return Inputs(byYear: byYear)
    }

    /// The example's firms and contracts with its constants; prices of shares as on the day before.
    static func bench(_ table: GoldenTable) -> ContractBench {
        let x = inputs(table)
        let (lab, chip, spv, state, rest) = (0, 1, 2, 4, 5)
        let bench = ContractBench(
            firms: [
                .init(name: "Lab", pricing: .valuation), .init(name: "Chip", pricing: .price),
                .init(name: "SPV", role: .project, pricing: .book), .init(name: "Bank", role: .bank),
                .init(name: "State", role: .state), .init(name: "Rest", role: .rest),
            ],
            contracts: [
                ("cash", .init(kind: .purchase, buyer: lab, supplier: chip)),
                ("lease", .init(kind: .lease, buyer: lab, supplier: chip, term: Int(x("lease_n")))),
                (
                    "project",
                    .init(kind: .project, buyer: spv, supplier: chip, sponsor: lab, term: Int(x("pf_n")))
                ),
                ("offtake", .init(kind: .takeOrPay, buyer: lab, supplier: spv)),
                ("partnership", .init(kind: .sovereign, buyer: state, supplier: spv)),
                (
                    "token",
                    .init(
                        kind: .token, buyer: rest, supplier: spv, year: Int(x("tok_issue")), due: Int(x("tok_due")))
                ),
                (
                    "warrant",
                    .init(
                        kind: .warrant, buyer: lab, supplier: chip, year: Int(x("w_expiry")),
                        tranches: Array(0..<6))
                ),
                ("stake", .init(kind: .equity, buyer: lab, supplier: chip)),
            ], tranches: 6)
        for (index, name) in names.enumerated() { bench.set("firms", "cash", index, x("opening_cash:\(name)", 2025)) }
        for firm in [lab, chip, spv] { bench.set("firms", "tax_rate", firm, x("tax")) }
        bench.set("firms", "shares", lab, x("N_lab0"))
        bench.set("firms", "shares", chip, x("N_chip0"))
        bench.set("firms", "cost_of_goods", chip, x("cogs"))
        func set(_ contract: String, _ values: [String: Double]) {
            for (column, value) in values { bench.set("contracts", column, bench.row(contract), value) }
        }
        set("cash", ["deposit": x("deposit")])
        set("lease", ["lease_rate": 100 * x("lease_r"), "balloon": x("lease_balloon")])
        set(
            "project",
            [
                "shell_cost": x("pf_shell"), "gearing": x("pf_gear"), "loan_rate": 100 * x("pf_r"),
                "target_cover": x("pf_dscr"), "lock_up_cover": x("pf_lock"), "reserve": x("pf_dsra"),
                "opex": x("spv_opex"), "sponsor_share": x("lab_eq_spv"),
            ])
        set(
            "offtake",
            [
                "quantity": x("top_Q"), "minimum_take": x("top_alpha"), "floor": x("top_floor"), "cap": x("top_cap"),
                "damages": x("top_short"),
            ])
        set(
            "partnership",
            [
                "equity_share": x("sov_eq"), "reserved": x("sov_res"), "discount": x("sov_disc"),
                "subsidy": x("sov_subsidy"), "local_floor": x("sov_floor"), "clawback": x("sov_claw"),
                "floor": x("top_floor"), "cap": x("top_cap"),
            ])
        set("token", ["units": x("tok_gw"), "forward": x("tok_fwd"), "margin": x("tok_margin")])
        set("warrant", ["strike": x("w_strike") / 1000, "exercise": x("w_ex")])
        set("stake", ["equity_per_power": x("eq_per_GW"), "equity_limit": x("eq_cap")])
        for tranche in 0..<6 {
            bench.set("tranches", "power", tranche, x("tranche\(tranche + 1):GW"))
            bench.set("tranches", "shares", tranche, x("tranche\(tranche + 1):shares_M"))
            bench.set("tranches", "hurdle", tranche, x("tranche\(tranche + 1):hurdle_USD") / 1000)
        }
        setPrices(bench, x, 2025)
        bench.start()
        return bench
    }

    private static func setPrices(_ bench: ContractBench, _ x: Inputs, _ year: Int) {
        bench.set("firms", "share_price", 1, x("S_chip_USD", year) / 1000)
        bench.set("firms", "valuation", 0, x("V_lab_premoney", year))
    }

    /// Sets the numbers of a year.
    static func setYear(_ bench: ContractBench, _ x: Inputs, _ year: Int) {
        setPrices(bench, x, year)
        bench.set("firms", "revenue", 0, x("rev_lab", year))
        bench.set("firms", "opex", 0, x("opex_lab", year))
        bench.set("firms", "revenue", 1, x("rev_chip", year))
        bench.set("firms", "opex", 1, x("opex_chip", year))
        for (contract, channel) in [("cash", "gw_cash"), ("lease", "gw_lease"), ("project", "gw_spv")] {
            let row = bench.row(contract)
            bench.set("contracts", "price", row, x("P_hw_per_GW", year))
            bench.inputs.delivered[row] = Lanes(repeating: x(channel, year))
            let next = x(channel, year + 1)
            bench.inputs.expected[row] = Lanes(repeating: next.isNaN ? 0 : next)
            let price = x("P_hw_per_GW", year + 1)
            bench.inputs.orderPrice[row] = Lanes(repeating: price.isNaN ? 0 : price)
        }
        bench.inputs.spot = Lanes(repeating: x("spot_per_GWy", year))
        bench.set("contracts", "demand", bench.row("offtake"), x("take_taken_GW", year))
        bench.set("contracts", "local_share", bench.row("partnership"), x("sov_local_share", year))
        for name in ["offtake", "partnership"] {
            bench.inputs.availability[bench.row(name)] = Lanes(repeating: x("spv_availability", year))
        }
    }

    @Test("every line of the journal, every balance and every state of six years")
    func example() throws {
        let table = try GoldenTable("contracts_golden.csv")
        let x = Self.inputs(table)
        let bench = Self.bench(table)
        var compared = 0
        for year in 2026...2031 {
            Self.setYear(bench, x, year)
            bench.step(year)
            #expect(bench.workspace.gap[0] < 1e-12)
            compared += compareJournal(table, bench, year)
            compared += compareBalances(table, bench, year)
            compared += compareState(table, bench, year)
        }
        #expect(compared > 990)
    }

    /// Line by line among those that name the same payer, payee and accounts; lines of rounding alone are left out.
    private func compareJournal(_ table: GoldenTable, _ bench: ContractBench, _ year: Int) -> Int {
        var expected: [String: [Double]] = [:]
        for row in table.rows.indices
        where table.text(row, "table") == "journal" && table.text(row, "year") == "\(year)" {
            let key = ["kind", "payer", "payee", "payer_account", "payee_account"].map { table.text(row, $0) }
                .joined(separator: ",")
            let amount = table.number(row, "amount")
            if abs(amount) > 1e-12 { expected[key, default: []].append(amount) }
        }
        var found: [String: [Double]] = [:]
        for (entry, amount) in bench.journal() where abs(amount) > 1e-12 {
            func name(_ account: Account) -> String { Self.accounts[account] ?? "" }
            func side(_ side: Side, pays: Bool) -> String {
                if pays { return side.credit == .cash ? name(side.debit) : "\(name(side.debit))|\(name(side.credit))" }
                return side.debit == .cash ? name(side.credit) : "\(name(side.debit))|\(name(side.credit))"
            }
            var (payer, payee) = (side(entry.payerSide, pays: true), "")
            if let other = entry.payeeSide {
                payee = side(other, pays: false)
            } else {
                (payer, payee) = (name(entry.payerSide.debit), name(entry.payerSide.credit))
            }
            let key = [
                Self.kinds[entry.kind] ?? "\(entry.kind)", Self.names[entry.payer], Self.names[entry.payee], payer,
                payee,
            ].joined(separator: ",")
            found[key, default: []].append(amount)
        }
        for key in Set(expected.keys).union(found.keys) {
            let (a, b) = (expected[key] ?? [], found[key] ?? [])
            #expect(a.count == b.count, "\(year) \(key): \(a) and \(b)")
            for (one, other) in zip(a, b) { #expect(agree(one, other), "\(year) \(key): \(one) and \(other)") }
        }
        return expected.count
    }

    private func compareBalances(_ table: GoldenTable, _ bench: ContractBench, _ year: Int) -> Int {
        var compared = 0
        for row in table.rows.indices
        where table.text(row, "table") == "balance" && table.text(row, "year") == "\(year)" {
            let kind = table.text(row, "kind")
            let firm = bench.firm(table.text(row, "payer"))
            let value: Double
            if kind == "net_worth" {
                value = netWorth(bench.workspace.accounts.base, entities: 6, firm)[0]
            } else {
                let name = kind.hasPrefix("flow_") ? String(kind.dropFirst(5)) : kind
                guard let account = Account.allCases.first(where: { Self.accounts[$0] == name }) else {
                    Issue.record("no account \(name)")
                    continue
                }
                value = bench.balance(account, firm)[0]
            }
            #expect(agree(value, table.number(row, "amount")), "\(year) \(kind) of \(table.text(row, "payer"))")
            compared += 1
        }
        return compared
    }

    private func compareState(_ table: GoldenTable, _ bench: ContractBench, _ year: Int) -> Int {
        let plan = bench.plan
        let (lab, chip) = (0, 1)
        func memory(_ name: String, _ index: Int) -> Double {
            bench.state[plan.contractPlaces[bench.row(name)] + index][0]
        }
        func state(_ place: Int) -> Double { bench.state[place][0] }
        let w = bench.workspace
        let project = bench.row("project")
        let stake = plan.stakes.firstIndex(of: .init(holder: chip, issuer: lab)) ?? -1
        let spent = state(plan.spent + lab)
        let call = bench.journal().reduce(0) {
            $0 + ($1.entry.kind == .marginCall ? $1.amount : $1.entry.kind == .marginReturn ? -$1.amount : 0)
        }
        let drawn = bench.journal().filter { $0.entry.kind == .loanDraw }.reduce(0) { $0 + $1.amount }
        let raised = bench.journal().filter { $0.entry.kind == .equityOfProject }.reduce(0) { $0 + $1.amount }
        let clawback = bench.journal().filter { $0.entry.kind == .clawback }.reduce(0) { $0 + $1.amount }
        let offtake = bench.row("offtake")
        var values: [String: Double] = [:]
        values["lease_payment"] = w.rent[bench.row("lease")][0]
        values["GW_cumulative"] = memory("warrant", 0)
        values["S_runmax"] = 1000 * memory("warrant", 1)
        values["warrants_vested_M"] = memory("warrant", 2)
        values["warrants_exercised_M"] = memory("warrant", 3)
        values["chip_shares_M"] = state(plan.outstanding + chip)
        values["lab_shares_M"] = state(plan.outstanding + lab)
        values["chip_stake_in_lab"] = state(plan.stakeShares + stake) / state(plan.outstanding + lab)
        values["supplier_capital_cum"] = state(plan.invested + chip)
        values["spend_on_supplier_cum"] = spent
        values["circularity_ratio"] = state(plan.sold + chip) / state(plan.invested + chip)
        values["dilution"] = 1 - state(plan.sharesAtStart + chip) / state(plan.outstanding + chip)
        values["effective_price_per_GW"] = (w.spent[lab] - w.relief[lab])[0] / w.delivered[lab][0]
        values["warrant_value_vested_this_year"] = w.relief[lab][0]
        values["pf_debt"] = drawn
        let service = (0..<5).reduce(0) { $0 + memory("project", 2 + $1) }
        values["pf_debt_service"] = service
        // The cover binds, not the gearing.
        values["pf_cfads_bankable"] = 1.3 * service
        values["pf_equity"] = raised
        values["clawback"] = clawback
        values["top_price"] = w.takePrice[offtake][0]
        values["top_paid_quantity"] = w.takePayment[offtake][0] / w.takePrice[offtake][0]
        values["top_makeup_GWy"] = memory("offtake", 0)
        values["dscr"] = w.cover[project][0]
        values["debt"] = bench.balance(.loan, 2)[0]
        values["margin_call"] = call
        values["distribution"] = w.distributed[project][0]
        var compared = 0
        for row in table.rows.indices
        where table.text(row, "table") == "state" && table.text(row, "year") == "\(year)" {
            let kind = table.text(row, "kind")
            guard let value = values[kind] else { continue }
            #expect(agree(value, table.number(row, "amount")), "\(year) \(kind): \(value)")
            compared += 1
        }
        return compared
    }

    @Test("the clearing vector of three who owe in a circle")
    func clearing() throws {
        let table = try GoldenTable("contracts_golden.csv")
        var known: [String: Double] = [:]
        for row in table.rows.indices where table.text(row, "table") == "clearing" {
            known["\(table.text(row, "kind")) \(table.text(row, "payer"))"] = table.number(row, "amount")
        }
        let names = ["A", "B", "C"]
        let dues = Column(count: 9)
        for (payer, name) in names.enumerated() {
            dues[payer * 3 + (payer + 1) % 3] = Lanes(repeating: known["due \(name)"] ?? .nan)
        }
        let outside = Column(count: 3)
        for (index, name) in names.enumerated() {
            outside[index] = Lanes(repeating: known["outside_cash \(name)"] ?? .nan)
        }
        let paid = Column(count: 3)
        let scratch = Column(count: clearingScratch(3))
        clearDues(dues.base, outside: outside.base, entities: 3, paid: paid.base, scratch: scratch.base)
        for (index, name) in names.enumerated() {
            #expect(agree(paid[index][0], known["paid \(name)"] ?? .nan))
        }
    }
}
