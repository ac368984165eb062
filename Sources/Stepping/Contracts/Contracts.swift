import Lanes
import WorldModel

/// Firms, and the contracts between them: worlds without firms have none.
final class Contracts: Sendable {
    let plan: ContractPlan
    let sites: Sites
    let power: PowerMarket
    let market: ComputeMarket?
    /// The sites whose deliveries each contract takes, or whose power it is about.
    let sitesOf: [[Int]]
    let spotPrice, utilisation, discountRate: Parameter
    /// The columns of `ContractPlan` in the state.
    let books: StateColumn

    init?(_ plan: inout KernelPlan, sites: Sites, power: PowerMarket, market: ComputeMarket?) {
        guard let contracts = ContractPlan(world: plan.world) else { return nil }
        self.plan = contracts
        self.sites = sites
        self.power = power
        self.market = market
        sitesOf = contracts.sites(of: plan.world)
        spotPrice = plan.number("compute", "spot_price")
        utilisation = plan.number("compute", "utilisation")
        discountRate = plan.number("economy", "discount_rate")
        let first = plan.stateCount
        for column in contracts.columns { _ = plan.state(column.name, column.count) }
        books = StateColumn(first: first, count: contracts.count)
    }

    /// Sets the books of the start.
    func start(_ y: Year) { plan.start(y.pointer(books), parameters: y.allParameters) }

    /// Settles the contracts of a year: by what was delivered, what it was used for, and what power cost.
    func settle(_ y: Year) {
        guard let books = y.workspace.books else { return }
        let inputs = books.makeInputs(
            spot: plan.followsSpot ? spot(y) : .zero, utilisation: use(y),
            retirement: sites.hasCompute ? y[sites.retirement] / 100 : .zero)
        setDeliveries(y, inputs)
        setPower(y, inputs)
        var year = ContractYear(
            plan, year: y.number, parameters: y.allParameters, state: y.pointer(self.books), inputs: inputs,
            workspace: books)
        year.run()
    }

    /// What a MW of compute for a year costs without a contract, currency/MW/yr: the market's mean price where there is one.
    private func spot(_ y: Year) -> Lanes { market?.yearlyPrice(y) ?? y[spotPrice] }

    /// Energy at IT equipment over what it could use.
    private func use(_ y: Year) -> Lanes {
        guard sites.hasCompute else { return .zero }
        return minimum(quotient(power.served(y), 8760 * sites.totalCapacity(y)), lanes(1))
    }

    /// What each contract gets of the sites' deliveries.
    ///
    /// Where levers bring the shares of a site above 1, all are cut back in proportion.
    private func setDeliveries(_ y: Year, _ inputs: ContractInputs) {
        for c in plan.contracts.indices {
            inputs.delivered[c] = .zero
            inputs.expected[c] = .zero
            inputs.orderPrice[c] = plan.contracts[c].kind.isHardware ? term(plan.terms.price, c, y) : .zero
        }
        guard sites.hasCompute else { return }
        for site in 0..<sites.count {
            var shares = Lanes.zero
            for c in plan.hardware where sitesOf[c].contains(site) { shares += term(plan.terms.share, c, y) }
            let scale = 1 / maximum(shares, lanes(1))
            let expected = sites.expectedDelivery(site, y)
            for c in plan.hardware where sitesOf[c].contains(site) {
                let share = term(plan.terms.share, c, y) * scale
                inputs.delivered[c] += share * y[sites.delivered, site]
                inputs.expected[c] += share * expected
            }
        }
    }

    /// What the power of each contract's sites costs, and how often there is some.
    private func setPower(_ y: Year, _ inputs: ContractInputs) {
        for c in plan.contracts.indices { (inputs.powerCost[c], inputs.availability[c]) = (.zero, lanes(1)) }
        guard sites.hasCompute, power.hasGrid else { return }
        let weight = lanes(power.calendar.weight)
        for c in plan.contracts.indices where !sitesOf[c].isEmpty {
            var capacity = Lanes.zero
            var cost = Lanes.zero
            var short = Lanes.zero
            for site in sitesOf[c] {
                // Sites that have nothing yet count a little, so that there is a price before the first delivery.
                let here = y[sites.capacity, site] + 1e-6
                let bus = sites.busOf[site]
                let load = weight * y[power.sums.priceWeight, bus]
                capacity += here
                cost += here * power.meanPrice(bus, y) * y[power.demand.cityPUE, sites.cityOf[site]] * 8760
                short += here * minimum(quotient(y[power.sums.busUnserved, bus], load), lanes(1))
            }
            inputs.powerCost[c] = cost / capacity
            inputs.availability[c] = 1 - short / capacity
        }
    }

    private func term(_ column: Int, _ row: Int, _ y: Year) -> Lanes { y.allParameters[column + row] }

    /// Records firms and contracts, where there are firms.
    func record(_ r: borrowing YearRecord, _ y: Year) {
        guard let books = y.workspace.books else { return }
        let keys = Records.contracts
        let S = y.pointer(self.books)
        let n = plan.entities.count
        func balance(_ account: Account, _ firm: Int) -> Lanes { books.accounts.base[account.rawValue * n + firm] }
        r.write(keys.firmCash) { balance(.cash, $0) }
        r.write(keys.firmIncome) { balance(.profit, $0) }
        r.write(keys.firmWealth) { netWorth(books.accounts.base, entities: n, $0) + balance(.equityIssued, $0) }
        r.write(keys.firmDebt) { balance(.leaseLiability, $0) + balance(.loan, $0) }
        r.write(keys.deliveredPower) { books.delivered.base[$0] }
        r.write(keys.hardwareSpend) { books.spent.base[$0] }
        r.write(keys.warrantsReceived) { books.relief.base[$0] }
        r.write(keys.effectiveCost) {
            quotient(S[plan.spent + $0] - S[plan.relief + $0], S[plan.delivered + $0])
        }
        r.write(keys.dilution) { firm in
            let shares = S[plan.outstanding + firm]
            // A project's shares are units of what was paid in: nobody is diluted by them.
            let isFirm = plan.entities[firm].role == .firm
            return isFirm ? quotient(shares - S[plan.sharesAtStart + firm], shares) : .zero
        }
        r.write(keys.circularity) { quotient(S[plan.sold + $0], S[plan.invested + $0]) }
        r.write(keys.idleCapital) { books.idle.base[$0] }
        r.write(keys.paymentShortfall) { books.shortfall.base[$0] }
        r.write(keys.defaulted) { books.defaulted.base[$0] }
        r.write(keys.contractPayments) { books.flow.base[$0] }
        r.write(keys.powerTaken) { books.taken.base[$0] }
        r.write(keys.contractShares) { books.shares.base[$0] }
        r.write(keys.debtCover) {
            let cover = books.cover.base[$0]
            return select(cover .< lanes(.infinity), cover, .zero)
        }
        r.write(keys.unitCost) { unitCost(of: $0, y, books) }
        r.write(keys.booksGap, books.gap)
    }

    /// What work costs on the hardware that a contract delivers, currency per MWh at IT equipment; zero for other contracts.
    private func unitCost(of c: Int, _ y: Year, _ books: ContractWorkspace) -> Lanes {
        let row = plan.contracts[c]
        guard row.kind.isHardware, sites.hasCompute else { return .zero }
        let terms = plan.terms
        let rate =
            switch row.kind {
            case .lease: term(terms.leaseRate, c, y)
            case .project: term(terms.loanRate, c, y)
            default: y[discountRate]
            }
        let shell = row.kind == .project ? term(terms.shellCost, c, y) : .zero
        let powerCost = books.inputs.base[3 * plan.contracts.count + c]
        return Stepping.unitCost(
            capital: term(terms.price, c, y) + shell, years: plan.entities[row.buyer].life,
            rate: maximum(rate / 100, lanes(1e-9)), power: lanes(1), electricity: powerCost / 8760,
            utilisation: maximum(y[utilisation], lanes(1e-9)))
    }
}
