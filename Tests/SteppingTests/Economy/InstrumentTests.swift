import Lanes
import Testing

@testable import Stepping

/// Instruments one by one, with figures small enough to follow by hand.
@Suite("Instruments")
struct InstrumentTests {
    /// A buyer, a supplier and the three who take the other side; numbers that are not set are zero.
    private func bench(_ contracts: [(String, ContractPlan.Contract)], cash: Double, tranches: Int = 0) -> ContractBench
    {
        let bench = ContractBench(
            firms: [
                .init(name: "lab", pricing: .valuation), .init(name: "chip", pricing: .price),
                .init(name: "bank", role: .bank), .init(name: "state", role: .state),
                .init(name: "rest", role: .rest),
            ], contracts: contracts, tranches: tranches)
        bench.set("firms", "cash", 0, cash)
        bench.set("firms", "cash", 1, 50)
        bench.set("firms", "cash", 2, 100)
        bench.set("firms", "cash", 4, 1000)
        for firm in 0...1 { bench.set("firms", "shares", firm, 100) }
        bench.set("firms", "valuation", 0, 200)
        bench.set("firms", "share_price", 1, 3)
        return bench
    }

    private func amounts(_ bench: ContractBench, _ kind: Posting) -> Double {
        bench.journal().filter { $0.entry.kind == kind }.reduce(0) { $0 + $1.amount }
    }

    @Test("a lease of 100 over three years at 10 % with a balloon of 20 ends at exactly nothing")
    func lease() {
        let bench = bench([("lease", .init(kind: .lease, buyer: 0, supplier: 1, term: 3))], cash: 500)
        bench.set("contracts", "price", 0, 100)
        bench.set("contracts", "lease_rate", 0, 10)
        bench.set("contracts", "balloon", 0, 0.2)
        bench.inputs.delivered[0] = Lanes(repeating: 1)
        bench.start()
        bench.step(2026)
        #expect(bench.balance(.leaseLiability, 0)[0] == 100 && bench.balance(.leaseReceivable, 1)[0] == 100)
        bench.inputs.delivered[0] = .zero
        // R = (100 - 20 / 1.331) x 0.1 / (1 - 1 / 1.331)
        let R = (100 - 20 / 1.331) * 0.1 / (1 - 1 / 1.331)
        #expect(agree(bench.workspace.rent[0][0], R, 1e-13))
        var owed = 100.0
        for year in 2027...2029 {
            bench.step(year)
            let interest = 0.1 * owed
            let paid = amounts(bench, .leaseInterest) + amounts(bench, .leasePrincipal)
            #expect(agree(amounts(bench, .leaseInterest), interest, 1e-12))
            #expect(agree(paid, year == 2029 ? R + 20 : R, 1e-12))
            owed -= paid - interest
            #expect(abs(bench.balance(.leaseLiability, 0)[0] - owed) < 1e-11)
        }
        #expect(bench.balance(.leaseLiability, 0)[0] == 0)
        bench.step(2030)
        #expect(bench.workspace.flow[0] == .zero)
    }

    @Test("rent that can't be paid: the interest is added, and at the end the lessor writes off what is left")
    func leaseDefault() {
        let bench = bench([("lease", .init(kind: .lease, buyer: 0, supplier: 1, term: 3))], cash: 10)
        bench.set("contracts", "price", 0, 100)
        bench.set("contracts", "lease_rate", 0, 10)
        bench.inputs.delivered[0] = Lanes(repeating: 1)
        bench.start()
        bench.step(2026)
        bench.inputs.delivered[0] = .zero
        bench.step(2027)
        // Due: 100 x 0.1 / (1 - 1.1^-3) = 40.21, of which 10 is interest; 10 of cash pay a share of each.
        let share = 10 / (100 * 0.1 / (1 - 1 / 1.331))
        #expect(agree(amounts(bench, .leaseInterest), 10 * share))
        #expect(bench.balance(.cash, 0)[0] < 1e-12 && bench.workspace.defaulted[0][0] == 1)
        // 110 less the 10 that were paid.
        #expect(agree(bench.balance(.leaseLiability, 0)[0], 100))
        bench.step(2028)
        #expect(agree(bench.balance(.leaseLiability, 0)[0], 110))
        bench.step(2029)
        #expect(bench.balance(.leaseLiability, 0)[0] == 0 && bench.balance(.leaseReceivable, 1)[0] == 0)
        // 110, grown by 10 % that is not paid either.
        #expect(agree(amounts(bench, .leaseWriteOff), 121))
        #expect(bench.workspace.gap[0] < 1e-12)
    }

    @Test("hardware that is paid in part is booked and counted in part")
    func partialPayment() {
        let bench = bench(
            [
                ("buy", .init(kind: .purchase, buyer: 0, supplier: 1)),
                ("stake", .init(kind: .equity, buyer: 0, supplier: 1)),
            ], cash: 6)
        bench.set("contracts", "price", 0, 20)
        bench.set("contracts", "equity_per_power", 1, 4)
        bench.set("contracts", "equity_limit", 1, 3)
        bench.set("firms", "cost_of_goods", 1, 0.5)
        bench.inputs.delivered[0] = Lanes(repeating: 1)
        bench.start()
        bench.step(2026)
        // 20 are due; there are 6, and 3 come from the supplier: 9.
        #expect(agree(amounts(bench, .hardware), 9))
        #expect(agree(bench.balance(.plant, 0)[0], 9))
        #expect(agree(bench.workspace.delivered[0][0], 9.0 / 20))
        #expect(agree(bench.workspace.shortfall[0][0], 11) && bench.workspace.defaulted[0][0] == 1)
        // The supplier has 50, pays 10 for its goods and 3 for shares at 2 each.
        #expect(agree(bench.balance(.cash, 1)[0], 50 - 10 - 3 + 9))
        #expect(agree(bench.workspace.shares[1][0], 1.5))
    }

    @Test("a deposit is applied to the delivery that it was paid for")
    func deposit() {
        let bench = bench([("buy", .init(kind: .purchase, buyer: 0, supplier: 1))], cash: 100)
        bench.set("contracts", "price", 0, 20)
        bench.set("contracts", "deposit", 0, 0.25)
        bench.inputs.expected[0] = Lanes(repeating: 2)
        bench.inputs.orderPrice[0] = Lanes(repeating: 20)
        bench.start()
        bench.step(2026)
        #expect(bench.balance(.prepaid, 0)[0] == 10 && bench.balance(.depositsTaken, 1)[0] == 10)
        bench.inputs.delivered[0] = Lanes(repeating: 2)
        bench.inputs.expected[0] = .zero
        bench.step(2027)
        #expect(amounts(bench, .hardware) == 30 && amounts(bench, .depositApplied) == 10)
        #expect(bench.balance(.prepaid, 0)[0] == 0 && bench.balance(.plant, 0)[0] == 40)
        bench.inputs.delivered[0] = .zero
        // Written off by a fifth in each of the five years that follow.
        for year in 2028...2032 {
            bench.step(year)
            #expect(agree(bench.balance(.plant, 0)[0], 40 - 8 * Double(year - 2027)))
        }
        bench.step(2033)
        #expect(abs(bench.balance(.plant, 0)[0]) < 1e-12)
    }

    @Test("make-up: what was paid and not taken is taken later without payment, as far as the least take is exceeded")
    func makeUp() {
        func year(_ demand: Double, _ M: Lanes) -> TakeOrPayYear {
            takeOrPay(
                spot: Lanes(repeating: 10), floor: Lanes(repeating: 9), cap: Lanes(repeating: 11),
                quantity: Lanes(repeating: 1), availability: Lanes(repeating: 1), demand: Lanes(repeating: demand),
                minimum: Lanes(repeating: 0.5), damages: Lanes(repeating: 0.5), makeUp: M)
        }
        let first = year(0.25, .zero)
        #expect(first.payment[0] == 5 && first.makeUp[0] == 0.25)
        let second = year(0.625, first.makeUp)
        // 0.125 above the least take come from the make-up.
        #expect(second.payment[0] == 5 && second.makeUp[0] == 0.125)
        let third = year(1, second.makeUp)
        #expect(third.payment[0] == 8.75 && third.makeUp[0] == 0)
        // Taken in all: 1.875; paid for: 0.5 + 0.5 + 0.875. Nothing is paid twice, nothing is free.
        #expect(year(2, .zero).taken[0] == 1, "no more than can be delivered")
    }

    @Test("the larger loan is bound by the share of the cost, the smaller by debt cover")
    func sizing() {
        func close(_ flow: Double) -> ProjectClose {
            closeProject(
                cost: Lanes(repeating: 30), cashFlow: Lanes(repeating: flow), gearing: Lanes(repeating: 0.75),
                cover: Lanes(repeating: 1.3), rate: Lanes(repeating: 0.07), years: 5, reserve: Lanes(repeating: 0.5),
                subsidy: Lanes(repeating: 1))
        }
        let CRF = capitalRecovery(Lanes(repeating: 0.07), years: 5)[0]
        #expect(agree(close(20).debt[0], 22.5) && agree(close(6.54).debt[0], 6.54 / 1.3 / CRF))
        let small = close(6.54)
        #expect(agree(small.equity[0], 30 + 0.5 * small.service[0] - small.debt[0] - 1))
        #expect(close(-5).debt[0] == 0, "what loses money borrows nothing")
        // The annuity repays the loan.
        var debt = small.debt
        for _ in 0..<5 {
            let year = serveDebt(
                debt: debt, rate: Lanes(repeating: 0.07), scheduled: small.service, cashFlow: Lanes(repeating: 6.54),
                reserve: .zero)
            #expect(agree(year.cover[0], 1.3))
            debt -= year.principal
        }
        #expect(abs(debt[0]) < 1e-12)
    }

    @Test("debt is served from cash flow, then from the reserve; interest first")
    func service() {
        let year = serveDebt(
            debt: Lanes(repeating: 20), rate: Lanes(repeating: 0.1), scheduled: Lanes(repeating: 5),
            cashFlow: Lanes(repeating: 1), reserve: Lanes(repeating: 0.5))
        #expect(year.interest[0] == 1.5 && year.principal[0] == 0 && year.interestDue[0] == 2 && year.cover[0] == 0.2)
        let none = serveDebt(
            debt: .zero, rate: Lanes(repeating: 0.1), scheduled: .zero, cashFlow: Lanes(repeating: -1),
            reserve: .zero)
        #expect(none.due[0] == 0 && none.cover[0] == .infinity)
    }

    @Test("a seller of tokens who can't pay the margin is liquidated, and the holder takes the rest as a loss")
    func liquidation() {
        let bench = bench(
            [("token", .init(kind: .token, buyer: 4, supplier: 0, year: 2026, due: 2030))], cash: 3)
        bench.set("contracts", "units", 0, 1)
        bench.set("contracts", "forward", 0, 9)
        bench.set("contracts", "margin", 0, 1.2)
        bench.inputs.spot = Lanes(repeating: 8)
        bench.start()
        bench.step(2026)
        // 3 + 9 of cash, 9.6 of it to the custodian.
        #expect(agree(bench.balance(.cash, 0)[0], 2.4) && agree(bench.balance(.collateral, 0)[0], 9.6))
        #expect(bench.balance(.tokenObligation, 0)[0] == 8 && bench.workspace.defaulted[0][0] == 0)
        bench.inputs.spot = Lanes(repeating: 20)
        bench.step(2027)
        // A call of 24 - 9.6 = 14.4 on 2.4: the holder gets 12 of 20.
        #expect(agree(amounts(bench, .tokenLiquidation), 12) && agree(amounts(bench, .tokenLoss), 8))
        #expect(bench.balance(.tokenObligation, 0)[0] == 0 && bench.balance(.collateral, 0)[0] == 0)
        #expect(bench.balance(.cash, 0)[0] < 1e-12 && bench.workspace.defaulted[0][0] == 1)
        bench.step(2030)
        #expect(amounts(bench, .tokenDelivery) == 0, "nothing is left to be delivered")
        #expect(bench.workspace.gap[0] < 1e-12)
    }

    @Test("warrants: the maximum remembers a price, a tranche vests once, what is late is lost")
    func warrants() {
        let bench = bench(
            [
                ("buy", .init(kind: .purchase, buyer: 0, supplier: 1)),
                ("warrant", .init(kind: .warrant, buyer: 0, supplier: 1, year: 2028, tranches: [0, 1, 2])),
            ], cash: 900, tranches: 3)
        bench.set("contracts", "price", 0, 1)
        bench.set("contracts", "strike", 1, 1)
        bench.set("contracts", "exercise", 1, 0.5)
        for (tranche, (power, hurdle)) in [(1.0, 0.0), (2, 4), (4, 0)].enumerated() {
            bench.set("tranches", "power", tranche, power)
            bench.set("tranches", "hurdle", tranche, hurdle)
            bench.set("tranches", "shares", tranche, 8)
        }
        bench.inputs.delivered[0] = Lanes(repeating: 1)
        bench.start()
        // 1 MW, and a price of 5 that is gone when the second tranche's power is reached.
        bench.set("firms", "share_price", 1, 5)
        bench.step(2026)
        #expect(bench.workspace.shares[1][0] == 8 && bench.workspace.relief[0][0] == 8 * 4)
        #expect(amounts(bench, .warrantExercise) == 4 && amounts(bench, .shareSale) == 20)
        bench.set("firms", "share_price", 1, 3)
        bench.step(2027)
        #expect(bench.workspace.shares[1][0] == 16 && bench.workspace.relief[0][0] == 8 * 2)
        // 4 were left and 8 came: half of 12 are exercised, and 6 are marked at 2.
        #expect(amounts(bench, .warrantExercise) == 6 && bench.balance(.warrantsHeld, 0)[0] == 12)
        bench.step(2028)
        #expect(bench.workspace.shares[1][0] == 16 && amounts(bench, .warrantExercise) == 6)
        #expect(bench.balance(.warrantsHeld, 0)[0] == 0)
        bench.step(2029)
        #expect(bench.workspace.shares[1][0] == 16, "4 MW are reached a year too late")
        #expect(bench.state[bench.plan.outstanding + 1][0] == 116)
    }

    @Test("a warrant that is under water is neither worth anything nor exercised, and lapses")
    func underWater() {
        let bench = bench(
            [
                ("buy", .init(kind: .purchase, buyer: 0, supplier: 1)),
                ("warrant", .init(kind: .warrant, buyer: 0, supplier: 1, year: 2027, tranches: [0])),
            ], cash: 900, tranches: 1)
        bench.set("contracts", "strike", 1, 7)
        bench.set("contracts", "price", 0, 1)
        bench.set("contracts", "exercise", 1, 0.5)
        bench.set("tranches", "shares", 0, 8)
        bench.inputs.delivered[0] = Lanes(repeating: 1)
        bench.start()
        for year in 2026...2028 {
            bench.step(year)
            #expect(bench.balance(.warrantsHeld, 0)[0] == 0 && amounts(bench, .warrantExercise) == 0)
            bench.set("firms", "share_price", 1, year == 2027 ? 20 : 5)
        }
        #expect(bench.state[bench.plan.outstanding + 1][0] == 100)
    }

    @Test("unit cost falls with use, and capital and power are what it is made of")
    func unit() {
        func cost(_ u: Double, capital: Double = 100, price: Double = 0.05) -> Double {
            unitCost(
                capital: Lanes(repeating: capital), years: 5, rate: Lanes(repeating: 0.1), power: Lanes(repeating: 2),
                electricity: Lanes(repeating: price), utilisation: Lanes(repeating: u))[0]
        }
        #expect(agree(cost(0.5), 2 * cost(1)))
        #expect(agree(cost(1), cost(1, price: 0) + cost(1, capital: 0)) && agree(cost(1, capital: 0), 0.1))
    }
}
