import Lanes
import WorldModel

extension ContractPlan {
    /// The firms and contracts of a world, in the order of its tables; nil without firms.
    init?(world: World) {
        let firms = world.table("firms")
        if firms.ids.isEmpty { return nil }
        let rows = world.table("contracts")
        let owners = world.table("tranches").rows("contract")
        let roles = firms.text("role").map { Role(rawValue: $0) ?? .firm }
        let lives = firms.fixed("asset_life")
        func value(_ column: String, _ row: Int) -> Double { world.values[firms.slots(column).lowerBound + row] }
        let entities = firms.ids.indices.map { row in
            let hasPrice = !value("share_price", row).isNaN
            let pricing: Pricing =
                roles[row] == .project
                ? .book : value("shares", row) == 0 ? .none : hasPrice ? .price : .valuation
            return Entity(role: roles[row], pricing: pricing, life: Int(lives[row]))
        }
        func whole(_ column: String, _ row: Int) -> Int {
            let number = rows.fixed(column)[row]
            return number.isNaN ? 0 : Int(number)
        }
        let kinds = rows.text("kind").map { Kind(rawValue: $0) ?? .purchase }
        let contracts = rows.ids.indices.map { row in
            Contract(
                kind: kinds[row], buyer: rows.rows("buyer")[row], supplier: rows.rows("supplier")[row],
                sponsor: rows.rows("sponsor")[row],
                term: whole(kinds[row] == .lease ? "lease_term" : "loan_term", row),
                year: whole(kinds[row] == .warrant ? "expiry" : "issue", row), due: whole("due", row),
                tranches: owners.indices.filter { owners[$0] == row })
        }
        self.init(
            entities: entities, contracts: contracts,
            terms: TermSlots { table, column in world.table(table).slots(column).lowerBound })
    }

    /// The sites that each contract is about: those of its hardware, or of the project that it belongs to.
    func sites(of world: World) -> [[Int]] {
        let all = Array(world.table("data_centres").ids.indices)
        let places = world.table("contracts").rows("site")
        return contracts.indices.map { c in
            let hardware = contracts[c].kind.isHardware ? c : projectOf[c]
            if hardware < 0 { return [] }
            return places[hardware] < 0 ? all : [places[hardware]]
        }
    }
}

extension WorldKernel {
    /// Settles the contracts of a year: by what was delivered, what it was used for, and what power cost.
    func stepContracts(_ state: WorldState, year: Int, _ w: YearWorkspace) {
        guard let plan = contracts, let books = w.books else { return }
        let P = w.parameters.base
        let inputs = books.makeInputs(
            spot: plan.followsSpot ? spotPrice(state, w) : .zero, utilisation: utilisation(state, w),
            retirement: hasCompute ? P[slots.retirement] / 100 : .zero)
        setDeliveries(state, plan, inputs, w)
        var step = ContractYear(
            plan, year: year, parameters: P, state: state.column.base + layout.books, inputs: inputs, workspace: books)
        step.run()
    }

    /// What a MW of compute for a year costs without a contract, currency/MW/yr: the market's mean price where there is one.
    private func spotPrice(_ state: WorldState, _ w: YearWorkspace) -> Lanes {
        guard let market = w.computeMarket else { return w.parameters.base[slots.spotPrice] }
        var (worth, work) = (Lanes.zero, Lanes.zero)
        for city in busOfCity.indices {
            worth += market.supply.base[city] * state.column.base[layout.workPrice + city]
            work += market.supply.base[city]
        }
        return 8760 * quotient(worth, work)
    }

    /// Energy at IT equipment over what it could use.
    private func utilisation(_ state: WorldState, _ w: YearWorkspace) -> Lanes {
        guard hasCompute else { return .zero }
        var served = Lanes.zero
        for city in busOfCity.indices { served += w.totals.base[totals.served + city] }
        return minimum(quotient(served, 8760 * totalCapacity(state)), lanes(1))
    }

    /// What each contract gets of the sites' deliveries, what its power costs and how often there is some.
    ///
    /// Where levers bring the shares of a site above 1, all are cut back in proportion.
    private func setDeliveries(_ state: WorldState, _ plan: ContractPlan, _ inputs: ContractInputs, _ w: YearWorkspace)
    {
        let P = w.parameters.base
        let S = state.column.base
        let one = lanes(1)
        for c in plan.contracts.indices {
            inputs.delivered[c] = .zero
            inputs.expected[c] = .zero
            inputs.orderPrice[c] = plan.contracts[c].kind.isHardware ? P[plan.terms.price + c] : .zero
            inputs.powerCost[c] = .zero
            inputs.availability[c] = one
        }
        guard hasCompute else { return }
        for site in cityOfSite.indices {
            var shares = Lanes.zero
            for c in plan.hardware where sitesOfContract[c].contains(site) { shares += P[plan.terms.share + c] }
            let scale = 1 / maximum(shares, one)
            let expected = expectedDelivery(site, state, w)
            for c in plan.hardware where sitesOfContract[c].contains(site) {
                let share = P[plan.terms.share + c] * scale
                inputs.delivered[c] += share * w.siteDelivered.base[site]
                inputs.expected[c] += share * expected
            }
        }
        guard hasGrid else { return }
        let weight = Lanes(repeating: calendar.weight)
        for c in plan.contracts.indices where !sitesOfContract[c].isEmpty {
            var power = Lanes.zero
            var cost = Lanes.zero
            var short = Lanes.zero
            for site in sitesOfContract[c] {
                // Sites that have nothing yet count a little, so that there is a price before the first delivery.
                let capacity = S[layout.computeCapacity + site] + 1e-6
                let bus = busOfSite[site]
                let load = weight * w.totals.base[totals.priceWeight + bus]
                power += capacity
                cost += capacity * meanPrice(bus, w) * w.cityPUE.base[cityOfSite[site]] * 8760
                short += capacity * minimum(quotient(w.totals.base[totals.busUnserved + bus], load), one)
            }
            inputs.powerCost[c] = cost / power
            inputs.availability[c] = 1 - short / power
        }
    }

    /// What a site's pipeline will deliver in the year that comes if as much is ordered as this year.
    private func expectedDelivery(_ site: Int, _ state: WorldState, _ w: YearWorkspace) -> Lanes {
        let n = RecordedVariable.stages
        let sites = cityOfSite.count
        let S = state.column.base
        let (stages, waiting) = (w.stages.base, w.stages.base + conversionParts * n)
        for k in 0..<(conversionParts * n) { stages[k] = S[layout.computeStages + k * sites + site] }
        for part in 0..<conversionParts { waiting[part] = S[layout.computeWaiting + part * sites + site] }
        let alone = Conversion(stages: stages, waiting: waiting, sites: 1, stageCount: n)
        let shares = alone.monthlyShares(leadTimes(w))
        var sum = Lanes.zero
        for _ in 0..<12 { sum += alone.deliver(site: 0, inflow: w.siteOrders.base[site] / 12, shares: shares) }
        return sum
    }

    /// Records firms and contracts, where there are firms.
    func recordContracts(_ r: borrowing YearRecord, _ state: WorldState, _ w: YearWorkspace) {
        guard let plan = contracts, let books = w.books else { return }
        let keys = Records.contracts
        let S = state.column.base + layout.books
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
        r.write(keys.unitCost) { unitCost(of: $0, plan, books, w) }
        r.write(keys.booksGap, books.gap)
    }

    /// What work costs on the hardware that a contract delivers, currency per MWh at IT equipment; zero for other contracts.
    private func unitCost(
        of c: Int, _ plan: ContractPlan, _ books: ContractWorkspace, _ w: YearWorkspace
    ) -> Lanes {
        let row = plan.contracts[c]
        guard row.kind.isHardware, hasCompute else { return .zero }
        let P = w.parameters.base
        let terms = plan.terms
        let rate =
            switch row.kind {
            case .lease: P[terms.leaseRate + c]
            case .project: P[terms.loanRate + c]
            default: P[slots.discountRate]
            }
        let shell = row.kind == .project ? P[terms.shellCost + c] : .zero
        let powerCost = books.inputs.base[3 * plan.contracts.count + c]
        return Stepping.unitCost(
            capital: P[terms.price + c] + shell, years: plan.entities[row.buyer].life,
            rate: maximum(rate / 100, lanes(1e-9)), power: lanes(1), electricity: powerCost / 8760,
            utilisation: maximum(P[slots.utilisation], lanes(1e-9)))
    }
}
