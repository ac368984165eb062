import Lanes
import Testing

@testable import Stepping

/// Deals with random numbers, different in every lane, some of them beyond what anyone can pay.
enum Deals {
    /// Two buyers, two suppliers, a project with partners, and every instrument.
    static func random(_ seed: UInt64, cash: ClosedRange<Double> = 0...60) -> ContractBench {
        var dice = Dice(seed)
        let (lab, studio, chip, other, plant, state, rest) = (0, 1, 2, 3, 4, 6, 7)
        let bench = ContractBench(
            firms: [
                .init(name: "lab", pricing: .valuation, life: 4), .init(name: "studio", pricing: .price, life: 5),
                .init(name: "chip", pricing: .price, life: 6), .init(name: "other"),
                .init(name: "plant", role: .project, pricing: .book, life: 5), .init(name: "bank", role: .bank),
                .init(name: "state", role: .state), .init(name: "rest", role: .rest),
            ],
            contracts: [
                ("a", .init(kind: .purchase, buyer: lab, supplier: chip)),
                ("b", .init(kind: .purchase, buyer: studio, supplier: other)),
                ("c", .init(kind: .lease, buyer: lab, supplier: chip, term: 3)),
                ("d", .init(kind: .lease, buyer: studio, supplier: chip, term: 4)),
                ("e", .init(kind: .project, buyer: plant, supplier: chip, sponsor: lab, term: 6)),
                ("f", .init(kind: .takeOrPay, buyer: lab, supplier: plant)),
                ("g", .init(kind: .takeOrPay, buyer: studio, supplier: plant)),
                ("h", .init(kind: .sovereign, buyer: state, supplier: plant)),
                ("i", .init(kind: .token, buyer: rest, supplier: plant, year: 2027, due: 2030)),
                ("j", .init(kind: .token, buyer: studio, supplier: lab, year: 2026, due: 2029)),
                ("k", .init(kind: .warrant, buyer: lab, supplier: chip, year: 2030, tranches: [0, 1, 2])),
                ("l", .init(kind: .equity, buyer: lab, supplier: chip)),
                ("m", .init(kind: .equity, buyer: studio, supplier: chip)),
            ], tranches: 3)
        for firm in 0..<8 {
            bench.set("firms", "cash", firm, dice.lanes(firm < 5 ? cash : cash.lowerBound...20 * cash.upperBound))
            bench.set("firms", "tax_rate", firm, dice.lanes(0...0.35))
            bench.set("firms", "cost_of_goods", firm, dice.lanes(0.25...0.7))
            bench.set("firms", "shares", firm, dice.lanes(100...2000))
        }
        let columns: [(String, ClosedRange<Double>)] = [
            ("deposit", 0...0.5), ("lease_rate", 5...14), ("balloon", 0...0.3), ("shell_cost", 0...20),
            ("gearing", 0.5...0.85), ("loan_rate", 4...11), ("target_cover", 1.15...1.8), ("lock_up_cover", 1.05...1.3),
            ("reserve", 0...1), ("sponsor_share", 0...0.6), ("quantity", 0.2...0.5), ("minimum_take", 0.6...1),
            ("floor", 5...9), ("cap", 9...12), ("damages", 0...1), ("strike", 0...0.1), ("exercise", 0...1),
            ("equity_per_power", 0...10), ("equity_limit", 0...12), ("equity_share", 0...0.6), ("reserved", 0...0.3),
            ("discount", 0...0.5), ("subsidy", 0...4), ("clawback", 0...0.5), ("local_floor", 0...0.4),
            ("units", 0...0.5), ("forward", 5...12), ("margin", 1...2), ("opex", 0...4),
        ]
        for contract in bench.rows.indices {
            for (column, range) in columns { bench.set("contracts", column, contract, dice.lanes(range)) }
        }
        for tranche in 0..<3 {
            bench.set("tranches", "power", tranche, dice.lanes(0...4))
            bench.set("tranches", "shares", tranche, dice.lanes(0...60))
            bench.set("tranches", "hurdle", tranche, dice.lanes(0...0.6))
        }
        vary(bench, &dice)
        bench.start()
        return bench
    }

    /// The numbers of a year.
    static func vary(_ bench: ContractBench, _ dice: inout Dice) {
        for firm in 0..<8 {
            bench.set("firms", "share_price", firm, dice.lanes(0.05...0.8))
            bench.set("firms", "valuation", firm, dice.lanes(50...900))
            bench.set("firms", "revenue", firm, dice.lanes(0...40))
            bench.set("firms", "opex", firm, dice.lanes(0...40))
            bench.set("firms", "compute_revenue", firm, dice.lanes(0...12))
        }
        for contract in bench.rows.indices {
            bench.set("contracts", "price", contract, dice.lanes(13...40))
            bench.set("contracts", "demand", contract, dice.lanes(0...1))
            bench.set("contracts", "local_share", contract, dice.lanes(0...0.4))
            bench.inputs.delivered[contract] = dice.lanes(0...1)
            bench.inputs.expected[contract] = dice.lanes(0...1)
            bench.inputs.orderPrice[contract] = dice.lanes(13...40)
            bench.inputs.powerCost[contract] = dice.lanes(0...1)
            bench.inputs.availability[contract] = dice.lanes(0.5...1)
        }
        bench.inputs.spot = dice.lanes(4...16)
        bench.inputs.utilisation = dice.lanes(0...1)
        bench.inputs.retirement = dice.lanes(0...0.2)
    }
}

@Suite("The laws of the books")
struct LedgerTests {
    /// 400 deals x 8 lanes x 6 years, four in ten of which see somebody default.
    @Test("books close whatever is agreed and whoever fails to pay", arguments: 0..<20)
    func close(block: Int) {
        var defaults = 0
        for seed in (block * 20)..<(block * 20 + 20) {
            let bench = Deals.random(UInt64(seed))
            var dice = Dice(UInt64(seed) + 5000)
            let n = bench.firms.count
            for year in 2026...2031 {
                Deals.vary(bench, &dice)
                let before = (0..<n).map { firm in
                    (0..<Account.balances).map { bench.state[bench.plan.accounts + $0 * n + firm] }
                }
                bench.step(year)
                for lane in 0..<8 {
                    #expect(bench.workspace.gap[lane] < 1e-12, "deal \(seed), \(year)")
                    var cash = 0.0
                    for firm in 0..<n {
                        let now = bench.balance(.cash, firm)[lane]
                        #expect(now > -1e-9, "cash of \(bench.firms[firm]), deal \(seed), \(year)")
                        cash += now - before[firm][0][lane]
                    }
                    #expect(abs(cash) < 1e-9)
                    for account in [Account.leaseLiability, .loan, .depositsTaken, .warrantsIssued, .tokenObligation] {
                        for firm in 0..<n { #expect(bench.balance(account, firm)[lane] > -1e-9) }
                    }
                }
                for firm in 0..<n { defaults += Int(bench.workspace.defaulted[firm].sum()) }
            }
        }
        #expect(defaults > 100, "deals that nobody fails to meet show little")
    }

    @Test("a breach of each law is seen")
    func breaches() {
        let bench = Deals.random(1, cash: 200...400)
        bench.step(2026)
        #expect(bench.workspace.gap.max() < 1e-12)
        let opening = Column(count: Account.balances * 8)
        for index in 0..<opening.count { opening[index] = bench.state[bench.plan.accounts + index] }
        func gap(_ change: (inout Ledger) -> Void) -> Double {
            var ledger = Ledger(
                accounts: bench.workspace.accounts.base, entities: 8, entries: bench.workspace.entries,
                amounts: bench.workspace.amounts.base, capacity: bench.workspace.lines)
            ledger.open(opening.base)
            change(&ledger)
            return booksGap(ledger, opening: opening.base, replay: bench.workspace.replay.base).min()
        }
        let x = Lanes(repeating: 5)
        #expect(gap { $0.pay(.tax, 0, .profit, 6, .profit, x) } < 1e-15)
        #expect(gap { $0.post(.leaseStart, 0, Side(.plant, .leaseLiability), 2, Side(.cash, .profit), x) } > 1e-4)
        #expect(gap { $0.post(.loanDraw, 0, Side(.cash, .loan), 5, Side(.leaseReceivable, .cash), x) } > 1e-4)
        #expect(gap { $0.post(.depreciation, 0, Side(.loan, .plant), 0, nil, x) } > 1e-4)
        #expect(gap { $0.accounts[Account.plant.rawValue * 8] += x } > 1e-4, "a balance without a line in the journal")
        #expect(gap { $0.accounts[Account.profit.rawValue * 8] += x } > 1e-4)
        #expect(gap { $0.accounts[0] = Lanes(repeating: .nan) } == .infinity)
    }

    @Test("a lane's bits depend on no neighbour", arguments: [3, 11, 12])
    func alone(seed: Int) {
        let together = Deals.random(UInt64(seed))
        let apart = Deals.random(UInt64(seed))
        func spread() {
            for index in 0..<apart.parameters.count {
                apart.parameters[index] = Lanes(repeating: apart.parameters[index][6])
            }
            for index in 0..<apart.workspace.inputs.count {
                apart.workspace.inputs[index] = Lanes(repeating: apart.workspace.inputs[index][6])
            }
            apart.inputs.spot = Lanes(repeating: apart.inputs.spot[6])
            apart.inputs.utilisation = Lanes(repeating: apart.inputs.utilisation[6])
            apart.inputs.retirement = Lanes(repeating: apart.inputs.retirement[6])
        }
        spread()
        apart.start()
        var (a, b) = (Dice(UInt64(seed) + 9), Dice(UInt64(seed) + 9))
        for year in 2026...2031 {
            Deals.vary(together, &a)
            Deals.vary(apart, &b)
            spread()
            together.step(year)
            apart.step(year)
            for index in 0..<together.state.count {
                #expect(together.state[index][6].bitPattern == apart.state[index][0].bitPattern)
            }
        }
    }

    @Test("without contracts and without money nothing moves")
    func nothing() {
        let bench = ContractBench(
            firms: [
                .init(name: "bank", role: .bank), .init(name: "state", role: .state), .init(name: "rest", role: .rest),
            ], contracts: [], tranches: 0)
        bench.start()
        bench.step(2026)
        #expect(bench.workspace.gap == .zero)
        for index in 0..<bench.state.count { #expect(bench.state[index] == .zero) }
    }
}

@Suite("The clearing vector")
struct ClearingVectorTests {
    /// Dues among n, and cash that is short by a factor.
    private final class Case {
        let n: Int
        let dues: Column, outside: Column, paid: Column, scratch: Column

        init(_ n: Int) {
            self.n = n
            dues = Column(count: n * n)
            outside = Column(count: n)
            paid = Column(count: n)
            scratch = Column(count: clearingScratch(n))
        }

        func clear() -> Int {
            clearDues(dues.base, outside: outside.base, entities: n, paid: paid.base, scratch: scratch.base)
        }

        func total(_ i: Int) -> Lanes { (0..<n).reduce(Lanes.zero) { $0 + dues[i * n + $1] } }

        /// The right side of the fixed point.
        func payable(_ i: Int) -> Lanes {
            var sum = outside[i]
            for j in 0..<n { sum += quotient(paid[j] * dues[j * n + i], total(j)) }
            return minimum(total(i), sum)
        }
    }

    @Test("it is a fixed point; nobody pays more than is due or than there is", arguments: 0..<40)
    func fixedPoint(seed: Int) {
        var dice = Dice(UInt64(seed))
        let n = 3 + seed % 8
        let web = Case(n)
        for i in 0..<n {
            web.outside[i] = dice.lanes(0...4)
            for j in 0..<n where i != j && dice.number(0...1) < 0.5 { web.dues[i * n + j] = dice.lanes(0...10) }
        }
        _ = web.clear()
        for i in 0..<n {
            for lane in 0..<8 {
                #expect(agree(web.paid[i][lane], web.payable(i)[lane], 1e-11))
                #expect(web.paid[i][lane] <= web.total(i)[lane] * (1 + 1e-15) && web.paid[i][lane] >= 0)
            }
        }
        let before = (0..<n).map { web.paid[$0] }
        web.outside[seed % n] += Lanes(repeating: 1)
        _ = web.clear()
        for i in 0..<n { for lane in 0..<8 { #expect(web.paid[i][lane] >= before[i][lane] - 1e-9) } }
    }

    /// A owes B 100, B owes A 100 and C a part in ten thousand more: the sum falls by that part a round.
    @Test("a circle that leaks little is solved when sweeps do not settle it")
    func slowCircle() {
        let web = Case(3)
        web.dues[1] = Lanes(repeating: 100)
        web.dues[3] = Lanes(repeating: 100)
        web.dues[3 + 2] = Lanes(repeating: 0.01)
        web.outside[0] = Lanes(repeating: 0.001)
        #expect(web.clear() == 64)
        // B pays what A pays; A pays 0.001 and 100 / 100.01 of it.
        let share = 100 / 100.01
        #expect(agree(web.paid[0][0], 0.001 / (1 - share)) && agree(web.paid[1][0], 0.001 / (1 - share)))
        #expect(agree(web.payable(0)[0], web.paid[0][0], 1e-12))
    }

    @Test("a circle that owes only itself pays all: the greatest of many fixed points")
    func greatest() {
        let web = Case(2)
        web.dues[1] = Lanes(repeating: 7)
        web.dues[2] = Lanes(repeating: 7)
        _ = web.clear()
        #expect(web.paid[0][0] == 7 && web.paid[1][0] == 7)
    }

    @Test("who can pay pays exactly, to the last bit")
    func solvent() {
        var dice = Dice(8)
        let web = Case(5)
        for i in 0..<5 {
            web.outside[i] = Lanes(repeating: 1000)
            for j in 0..<5 where i != j { web.dues[i * 5 + j] = dice.lanes(0...10) }
        }
        _ = web.clear()
        for i in 0..<5 { #expect(web.paid[i] == web.total(i)) }
    }
}
