import Lanes

/// A year of all contracts and balance sheets of a bundle.
///
/// The order, from the state at the start of the year and what was delivered in it (docs/CONTRACTS.md):
///
/// 1. customers and operation
/// 2. hardware: cash, deposits, leases
/// 3. projects close, cost of goods
/// 4. suppliers' equity
/// 5. take-or-pay, damages, partnerships, operation of projects, debt service, tokens and their margin
/// 6. depreciation
/// 7. warrants
/// 8. tax, distributions of projects
/// 9. marks
///
/// Payments of 2 to 5 are first set down as dues; who lacks cash pays the share that the clearing vector gives, of each.
struct ContractYear {
    let plan: ContractPlan
    let year: Int
    let P: UnsafePointer<Lanes>
    let S: UnsafeMutablePointer<Lanes>
    let inputs: ContractInputs
    let w: ContractWorkspace
    var ledger: Ledger
    var dueCount = 0

    /// - Parameters:
    ///   - parameters: every number that a path can name; `plan.terms` says where.
    ///   - state: `plan.count` elements.
    init(
        _ plan: ContractPlan, year: Int, parameters: UnsafePointer<Lanes>, state: UnsafeMutablePointer<Lanes>,
        inputs: ContractInputs, workspace: ContractWorkspace
    ) {
        self.plan = plan
        self.year = year
        P = parameters
        S = state
        self.inputs = inputs
        w = workspace
        ledger = Ledger(
            accounts: w.accounts.base, entities: plan.entities.count, entries: w.entries, amounts: w.amounts.base,
            capacity: w.lines)
    }

    var entities: Range<Int> { plan.entities.indices }
    var contracts: Range<Int> { plan.contracts.indices }
    var terms: TermSlots { plan.terms }

    /// A column of a contract's row.
    @inline(__always)
    func term(_ column: Int, _ contract: Int) -> Lanes { P[column + contract] }

    /// The state of a contract.
    @inline(__always)
    func memory(_ contract: Int) -> UnsafeMutablePointer<Lanes> { S + plan.contractPlaces[contract] }

    /// Advances the state by a year; `w` holds what is to be recorded.
    mutating func run() {
        w.clear()
        ledger.open(S + plan.accounts)
        for c in plan.hardware { w.active.base[c] = memory(c)[0] }
        for entity in entities { w.share.base[entity] = sharePrice(entity) }
        measureTakes()
        payCustomersAndOperation()
        setDownDues()
        settleDues()
        settleTokens()
        depreciate()
        settleWarrants()
        payTaxes()
        distribute()
        mark()
        measureIdleCapital()
        w.gap = maximum(
            booksGap(ledger, opening: S + plan.accounts, replay: w.replay.base), sharesGap())
        w.journal = ledger.count
        (S + plan.accounts).update(from: w.accounts.base, count: Account.balances * plan.entities.count)
    }

    /// The price of a share this year, by the shares at its start, currency; zero where there are none.
    private func sharePrice(_ entity: Int) -> Lanes {
        switch plan.entities[entity].pricing {
        case .price: P[terms.sharePrice + entity]
        case .valuation:
            quotient(P[terms.valuation + entity], S[plan.outstanding + entity])
        case .book, .none: .zero
        }
    }

    // MARK: 1 customers and operation

    /// Take-or-pay by what stood at the start of the year.
    private func measureTakes() {
        for c in contracts where plan.contracts[c].kind == .takeOrPay {
            let G = power(ofProject: plan.projectOf[c])
            let year = takeOrPay(
                spot: inputs.spot, floor: term(terms.floor, c), cap: term(terms.cap, c),
                quantity: term(terms.quantity, c) * G, availability: inputs.availability[c],
                demand: term(terms.demand, c) * G, minimum: term(terms.minimumTake, c),
                damages: term(terms.damages, c), makeUp: memory(c)[0])
            w.takePrice.base[c] = year.price
            w.taken.base[c] = year.taken
            w.takePayment.base[c] = year.payment
            w.takeDamages.base[c] = year.damages
            w.takeMakeUp.base[c] = year.makeUp
        }
    }

    /// The power of a project at the start of the year, MW.
    func power(ofProject c: Int) -> Lanes { c >= 0 ? w.active.base[c] : .zero }

    /// Power that works for an entity in the year, MW: own hardware at work, and what it takes of others.
    private func powerAtWork(_ entity: Int) -> Lanes {
        var sum = Lanes.zero
        for c in contracts where plan.contracts[c].buyer == entity {
            switch plan.contracts[c].kind {
            case .purchase, .lease: sum += w.active.base[c] * inputs.utilisation * inputs.availability[c]
            case .takeOrPay: sum += w.taken.base[c]
            default: break
            }
        }
        return sum
    }

    private mutating func payCustomersAndOperation() {
        let rest = plan.rest
        var asked = Lanes.zero
        for entity in entities where plan.entities[entity].role == .firm { asked += revenue(entity) }
        let share = minimum(quotient(maximum(ledger[.cash, rest], .zero), asked), lanes(1))
        for entity in entities where plan.entities[entity].role == .firm {
            ledger.pay(.customers, rest, .profit, entity, .profit, revenue(entity) * share)
            var due = P[terms.operation + entity]
            for c in plan.hardware where plan.contracts[c].kind != .project && plan.contracts[c].buyer == entity {
                due += inputs.powerCost[c] * w.active.base[c] * inputs.utilisation
            }
            let paid = minimum(due, maximum(ledger[.cash, entity], .zero))
            ledger.pay(.operation, entity, .profit, rest, .profit, paid)
            noteShortfall(entity, due: due, paid: paid)
        }
    }

    private func revenue(_ entity: Int) -> Lanes {
        P[terms.revenue + entity] + P[terms.computeRevenue + entity] * powerAtWork(entity)
    }

    /// Notes what an entity did not pay; less than a part in 10⁹ is rounding.
    func noteShortfall(_ entity: Int, due: Lanes, paid: Lanes) {
        let lack = due - paid
        let fails = lack .> 1e-9 * absolute(due)
        w.shortfall.base[entity] += select(fails, lack, .zero)
        w.defaulted.base[entity] = select(fails, lanes(1), w.defaulted.base[entity])
    }

    // MARK: 6 depreciation

    /// Writes off what was bought in equal parts over the years that follow, and keeps this year's purchases.
    private mutating func depreciate() {
        for entity in entities where plan.entities[entity].role != .rest {
            let life = plan.entities[entity].life
            guard life > 0 else { continue }
            let vintages = S + plan.vintagePlaces[entity]
            var sum = Lanes.zero
            for age in 0..<life { sum += vintages[age] }
            w.depreciation += sum / Double(life)
            ledger.post(
                .depreciation, entity, Side(.profit, .plant), entity, nil, sum / Double(life))
            vintages[slot(year, of: life)] = w.bought.base[entity]
        }
    }

    /// The place of a year in a ring of `length`.
    @inline(__always)
    func slot(_ year: Int, of length: Int) -> Int { (year % length + length) % length }

    // MARK: 8 tax, distributions

    private mutating func payTaxes() {
        for entity in entities {
            guard plan.entities[entity].role == .firm || plan.entities[entity].role == .project else { continue }
            let due = P[terms.taxRate + entity] * maximum(ledger[.profit, entity], .zero)
            let paid = minimum(due, maximum(ledger[.cash, entity], .zero))
            ledger.pay(.tax, entity, .profit, plan.state, .profit, paid)
            noteShortfall(entity, due: due, paid: paid)
        }
    }

    /// What projects have beyond their reserve goes to their owners, unless debt cover locks it up.
    private mutating func distribute() {
        for c in contracts where plan.contracts[c].kind == .project {
            let company = plan.contracts[c].buyer
            let reserve = term(terms.reserve, c) * scheduledService(c)
            let free = maximum(ledger[.cash, company] - reserve, .zero)
            let sum = select(w.cover.base[c] .>= term(terms.lockUpCover, c), free, .zero)
            let shares = S[plan.outstanding + company]
            for stake in plan.stakesIn[company] {
                let paid = sum * quotient(S[plan.stakeShares + stake], shares)
                ledger.pay(
                    .distribution, company, .equityIssued, plan.stakes[stake].holder, .equityHeld, paid)
                S[plan.stakeValues + stake] -= paid
                w.distributed.base[c] += paid
            }
        }
    }

    /// Debt service of the year that comes, of all loans of a project.
    func scheduledService(_ c: Int) -> Lanes {
        var sum = Lanes.zero
        for slot in 0..<plan.contracts[c].term { sum += memory(c)[2 + slot] }
        return sum
    }

    // MARK: 9 marks

    /// Values every stake at the price of its share, or at what the project's books leave to its owners.
    private mutating func mark() {
        for issuer in entities {
            let stakes = plan.stakesIn[issuer]
            if stakes.isEmpty { continue }
            let shares = S[plan.outstanding + issuer]
            let price: Lanes
            if case .book = plan.entities[issuer].pricing {
                let worth = ledger.netWorth(issuer) + ledger[.equityIssued, issuer]
                price = quotient(maximum(worth, .zero), shares)
            } else {
                price = w.share.base[issuer]
            }
            for stake in stakes {
                let value = S[plan.stakeShares + stake] * price
                let change = value - S[plan.stakeValues + stake]
                ledger.post(
                    .equityRevaluation, issuer, Side(.gain, .equityIssued), plan.stakes[stake].holder,
                    Side(.equityHeld, .gain), change)
                S[plan.stakeValues + stake] = value
            }
        }
        for c in contracts where plan.contracts[c].kind == .warrant { revalueWarrants(c, after: true) }
    }

    /// Book value of hardware without work, and of deposits.
    private func measureIdleCapital() {
        for entity in entities {
            var standing = Lanes.zero
            var working = Lanes.zero
            for c in plan.hardware where plan.contracts[c].buyer == entity {
                standing += w.active.base[c]
                guard plan.contracts[c].kind == .project else {
                    working += w.active.base[c] * inputs.utilisation * inputs.availability[c]
                    continue
                }
                for offtake in plan.offtakes[c] { working += w.taken.base[offtake] }
                for partnership in plan.partnerships[c] {
                    working += term(terms.reserved, partnership) * w.active.base[c] * inputs.availability[partnership]
                }
            }
            let idle = maximum(1 - quotient(working, standing), .zero)
            w.idle.base[entity] =
                select(standing .> .zero, ledger[.plant, entity] * idle, .zero) + ledger[.prepaid, entity]
        }
    }

    /// The largest difference of shares held from shares outstanding, relative.
    private func sharesGap() -> Lanes {
        var gap = Lanes.zero
        for issuer in entities {
            if plan.stakesIn[issuer].isEmpty { continue }
            var held = Lanes.zero
            for stake in plan.stakesIn[issuer] { held += S[plan.stakeShares + stake] }
            let shares = S[plan.outstanding + issuer]
            gap = maximum(gap, absolute(held - shares) / maximum(shares, lanes(1)))
        }
        return gap
    }
}

/// a / b, and zero where b is not above zero.
@inline(__always)
func quotient(_ a: Lanes, _ b: Lanes) -> Lanes {
    select(b .> .zero, a / maximum(b, lanes(.leastNormalMagnitude)), .zero)
}
