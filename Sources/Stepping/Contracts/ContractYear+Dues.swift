import Lanes

/// Steps 2 to 5: what falls due, what of it can be paid, and what that leaves in the contracts.
extension ContractYear {
    /// Sets a payment or booking down.
    private mutating func due(
        _ kind: Posting, _ payer: Int, _ payerSide: Side, _ payee: Int, _ payeeSide: Side, _ x: Lanes,
        isPayment: Bool
    ) {
        precondition(dueCount < w.lines, "a year has more than \(w.lines) dues")
        let entry = JournalEntry(kind: kind, payer: payer, payee: payee, payerSide: payerSide, payeeSide: payeeSide)
        (w.dues + dueCount).initialize(to: Due(entry: entry, isPayment: isPayment))
        w.dueAmounts.base[dueCount] = x
        dueCount += 1
    }

    private mutating func payment(
        _ kind: Posting, _ payer: Int, _ debit: Account, _ payee: Int, _ credit: Account, _ x: Lanes
    ) {
        due(kind, payer, .pays(debit), payee, .receives(credit), x, isPayment: true)
    }

    mutating func setDownDues() {
        dueCount = 0
        for c in contracts where plan.contracts[c].kind == .purchase { setDownPurchase(c) }
        for c in contracts where plan.contracts[c].kind == .lease { setDownLease(c) }
        for c in contracts where plan.contracts[c].kind == .project { setDownClose(c) }
        setDownCostOfGoods()
        for c in contracts where plan.contracts[c].kind == .equity { setDownEquity(c) }
        for c in contracts where plan.contracts[c].kind == .takeOrPay {
            let (buyer, supplier) = (plan.contracts[c].buyer, plan.contracts[c].supplier)
            w.firstDue[c] = dueCount
            payment(.takeOrPay, buyer, .profit, supplier, .profit, w.takePayment.base[c])
            payment(.damages, supplier, .profit, buyer, .profit, w.takeDamages.base[c])
        }
        for c in contracts where plan.contracts[c].kind == .sovereign { setDownPartnership(c) }
        for c in contracts where plan.contracts[c].kind == .project { setDownService(c) }
        for c in contracts where plan.contracts[c].kind == .token {
            let (holder, seller) = (plan.contracts[c].buyer, plan.contracts[c].supplier)
            w.firstDue[c] = dueCount
            let sold = plan.contracts[c].year == year ? term(terms.units, c) : .zero
            payment(.tokenSale, holder, .tokenClaim, seller, .tokenObligation, term(terms.forward, c) * sold)
        }
    }

    /// The price in full of what a hardware contract delivers, currency.
    private func price(_ c: Int) -> Lanes { term(terms.price, c) * inputs.delivered[c] }

    /// Cash less the deposit that is applied, and the deposit for the year that comes.
    private mutating func setDownPurchase(_ c: Int) {
        let (buyer, supplier) = (plan.contracts[c].buyer, plan.contracts[c].supplier)
        let held = memory(c)[1]
        let applied = minimum(held, price(c))
        let wanted = term(terms.deposit, c) * inputs.orderPrice[c] * inputs.expected[c]
        w.firstDue[c] = dueCount
        payment(.hardware, buyer, .plant, supplier, .profit, price(c) - applied)
        due(
            .depositApplied, buyer, Side(.plant, .prepaid), supplier, Side(.depositsTaken, .profit), applied,
            isPayment: false)
        payment(.deposit, buyer, .prepaid, supplier, .depositsTaken, maximum(wanted - (held - applied), .zero))
    }

    /// Interest and principal of the leases that run, oldest first, and the start of a new one.
    private mutating func setDownLease(_ c: Int) {
        let (lessee, lessor) = (plan.contracts[c].buyer, plan.contracts[c].supplier)
        let n = plan.contracts[c].term
        let (balance, regular, rate) = (memory(c) + 1, memory(c) + 1 + n, memory(c) + 1 + 2 * n)
        w.firstDue[c] = dueCount
        for age in stride(from: n, through: 1, by: -1) {
            let k = slot(year - age, of: n)
            let interest = rate[k] * balance[k]
            // The balloon is in the balance: the last payment takes all that is left.
            let principal = age == n ? balance[k] : maximum(regular[k] - interest, .zero)
            payment(.leaseInterest, lessee, .profit, lessor, .profit, interest)
            payment(.leasePrincipal, lessee, .leaseLiability, lessor, .leaseReceivable, principal)
        }
        due(
            .leaseStart, lessee, Side(.plant, .leaseLiability), lessor, Side(.leaseReceivable, .profit), price(c),
            isPayment: false)
    }

    /// What a MW of a project earns for certain, currency/MW/yr: least take at the floor, less operation and power.
    private func bankableFlow(_ c: Int) -> Lanes {
        var flow = negative(term(terms.projectOperation, c) + inputs.powerCost[c] * inputs.utilisation)
        for o in plan.offtakes[c] {
            flow += term(terms.minimumTake, o) * term(terms.quantity, o) * term(terms.floor, o)
        }
        for s in plan.partnerships[c] {
            flow += term(terms.reserved, s) * (1 - term(terms.discount, s)) * term(terms.floor, s)
        }
        return flow
    }

    /// Loan, subsidies, equity, hardware and shell of what a project builds this year.
    private mutating func setDownClose(_ c: Int) {
        let row = plan.contracts[c]
        let company = row.buyer
        let g = inputs.delivered[c]
        var subsidy = Lanes.zero
        var stateShare = Lanes.zero
        for s in plan.partnerships[c] {
            subsidy += term(terms.subsidy, s) * g
            stateShare += term(terms.equityShare, s)
        }
        let shell = term(terms.shellCost, c) * g
        let close = closeProject(
            cost: price(c) + shell, cashFlow: bankableFlow(c) * g, gearing: term(terms.gearing, c),
            cover: term(terms.targetCover, c), rate: term(terms.loanRate, c) / 100, years: row.term,
            reserve: term(terms.reserve, c), subsidy: subsidy)
        w.firstDue[c] = dueCount
        payment(.loanDraw, plan.bank, .loanReceivable, company, .loan, close.debt)
        for s in plan.partnerships[c] {
            payment(.subsidy, plan.contracts[s].buyer, .profit, company, .capital, term(terms.subsidy, s) * g)
        }
        // Shares of the equity beyond the whole are cut back in proportion.
        let sponsorShare = row.sponsor >= 0 ? term(terms.sponsorShare, c) : .zero
        let scale = 1 / maximum(stateShare + sponsorShare, lanes(1))
        for s in plan.partnerships[c] {
            payment(
                .equityOfProject, plan.contracts[s].buyer, .equityHeld, company, .equityIssued,
                term(terms.equityShare, s) * scale * close.equity)
        }
        payment(
            .equityOfProject, row.sponsor >= 0 ? row.sponsor : plan.rest, .equityHeld, company, .equityIssued,
            sponsorShare * scale * close.equity)
        payment(
            .equityOfProject, plan.rest, .equityHeld, company, .equityIssued,
            maximum(1 - (stateShare + sponsorShare) * scale, .zero) * close.equity)
        payment(.hardware, company, .plant, row.supplier, .profit, price(c))
        payment(.shell, company, .plant, plan.rest, .profit, shell)
    }

    private mutating func setDownCostOfGoods() {
        for entity in entities where plan.entities[entity].role == .firm {
            var sales = Lanes.zero
            var sells = false
            for c in plan.hardware where plan.contracts[c].supplier == entity {
                sales += price(c)
                sells = true
            }
            guard sells else { continue }
            payment(
                .costOfGoods, entity, .profit, plan.rest, .profit, P[terms.costOfGoods + entity] * sales)
        }
    }

    /// Capital from the supplier per power delivered, up to a limit.
    private mutating func setDownEquity(_ c: Int) {
        var g = Lanes.zero
        for h in plan.counted[c] { g += inputs.delivered[h] }
        let wanted = minimum(term(terms.equityPerPower, c) * g, term(terms.equityLimit, c) - memory(c)[0])
        w.firstDue[c] = dueCount
        payment(
            .equityOfBuyer, plan.contracts[c].supplier, .equityHeld, plan.contracts[c].buyer, .equityIssued,
            maximum(wanted, .zero))
    }

    /// What the state pays for what is kept for it.
    private mutating func setDownPartnership(_ c: Int) {
        let pe = clampedPrice(inputs.spot, floor: term(terms.floor, c), cap: term(terms.cap, c))
        let reserved = term(terms.reserved, c) * power(ofProject: plan.projectOf[c])
        w.firstDue[c] = dueCount
        payment(
            .reservedCapacity, plan.contracts[c].buyer, .profit, plan.contracts[c].supplier, .profit,
            reserved * (1 - term(terms.discount, c)) * pe * inputs.availability[c])
    }

    /// Operation, clawback and debt service of a project, from what is due to it.
    private mutating func setDownService(_ c: Int) {
        let row = plan.contracts[c]
        let company = row.buyer
        let G = w.active.base[c]
        let operation = (term(terms.projectOperation, c) + inputs.powerCost[c] * inputs.utilisation) * G
        var flow = negative(operation)
        for o in plan.offtakes[c] { flow += w.takePayment.base[o] - w.takeDamages.base[o] }
        payment(.operation, company, .profit, plan.rest, .profit, operation)
        for s in plan.partnerships[c] {
            flow += w.dueAmounts.base[w.firstDue[s]]
            let isBreached = term(terms.localShare, s) .< term(terms.localFloor, s)
            let clawback = select(isBreached, term(terms.clawback, s) * memory(c)[1], .zero)
            flow -= clawback
            payment(.clawback, company, .profit, plan.contracts[s].buyer, .profit, clawback)
        }
        let scheduled = scheduledService(c)
        let service = serveDebt(
            debt: S[plan.accounts + Account.loan.rawValue * plan.entities.count + company],
            rate: term(terms.loanRate, c) / 100, scheduled: scheduled, cashFlow: flow,
            reserve: minimum(
                S[plan.accounts + Account.cash.rawValue * plan.entities.count + company],
                term(terms.reserve, c) * scheduled))
        w.cover.base[c] = service.cover
        w.serviceDue[c] = dueCount
        noteShortfall(company, due: service.due, paid: service.interest + service.principal)
        payment(.loanInterest, company, .profit, plan.bank, .profit, service.interest)
        payment(.loanPrincipal, company, .loan, plan.bank, .loanReceivable, service.principal)
    }

    // MARK: Payment

    /// Clears what is due, books it, and lets every contract take note of what was paid.
    mutating func settleDues() {
        let n = plan.entities.count
        w.owed.base.update(repeating: .zero, count: n * n)
        for index in 0..<dueCount where w.dues[index].isPayment {
            let entry = w.dues[index].entry
            w.owed.base[entry.payer * n + entry.payee] += w.dueAmounts.base[index]
        }
        for i in 0..<n {
            // What one owes oneself is no claim on cash.
            w.owed.base[i * n + i] = .zero
            w.outside.base[i] = maximum(ledger[.cash, i], .zero)
        }
        clearDues(
            w.owed.base, outside: w.outside.base, entities: n, paid: w.paid.base, scratch: w.clearing.base)
        for i in 0..<n {
            var total = Lanes.zero
            for j in 0..<n { total += w.owed.base[i * n + j] }
            noteShortfall(i, due: total, paid: w.paid.base[i])
            w.outside.base[i] = select(
                w.paid.base[i] .< total, quotient(w.paid.base[i], total), lanes(1))
        }
        for index in 0..<dueCount {
            let due = w.dues[index]
            let x = w.dueAmounts.base[index] * (due.isPayment ? w.outside.base[due.entry.payer] : lanes(1))
            w.duePaid.base[index] = x
            ledger.post(
                due.entry.kind, due.entry.payer, due.entry.payerSide, due.entry.payee,
                due.entry.payeeSide, x)
        }
        for c in contracts { conclude(c) }
    }

    private mutating func conclude(_ c: Int) {
        let paid = w.duePaid.base + w.firstDue[c]
        switch plan.contracts[c].kind {
        case .purchase: concludePurchase(c, paid)
        case .lease: concludeLease(c, paid)
        case .project: concludeProject(c, paid)
        case .takeOrPay:
            memory(c)[0] = w.takeMakeUp.base[c]
            w.flow.base[c] = paid[0] - paid[1]
        case .equity:
            concludeEquity(c, paid)
        case .sovereign: w.flow.base[c] += paid[0]
        case .token:
            let sold = quotient(paid[0], term(terms.forward, c))
            memory(c)[0] += sold
            memory(c)[1] += paid[0]
            w.flow.base[c] = paid[0]
        case .warrant: break
        }
    }

    /// Books hardware that came: to the fleet, to what was bought, and to what is counted for the buyer.
    private func count(_ c: Int, price: Lanes, worth: Lanes) {
        let row = plan.contracts[c]
        let power = inputs.delivered[c] * quotient(worth, price)
        memory(c)[0] = memory(c)[0] * (1 - inputs.retirement) + inputs.delivered[c]
        w.counted.base[c] = power
        w.countedPrice.base[c] = worth
        let buyer = plan.beneficiary(c)
        w.delivered.base[buyer] += power
        w.spent.base[buyer] += worth
        S[plan.delivered + buyer] += power
        S[plan.spent + buyer] += worth
        for e in contracts where plan.contracts[e].kind == .equity && plan.counted[e].contains(c) {
            S[plan.sold + row.supplier] += worth
        }
    }

    private func concludePurchase(_ c: Int, _ paid: UnsafeMutablePointer<Lanes>) {
        let worth = paid[0] + paid[1]
        memory(c)[1] += paid[2] - paid[1]
        w.bought.base[plan.contracts[c].buyer] += worth
        w.flow.base[c] = paid[0] + paid[2]
        count(c, price: price(c), worth: worth)
    }

    private mutating func concludeLease(_ c: Int, _ paid: UnsafeMutablePointer<Lanes>) {
        let (lessee, lessor) = (plan.contracts[c].buyer, plan.contracts[c].supplier)
        let n = plan.contracts[c].term
        let (balance, regular, rate) = (memory(c) + 1, memory(c) + 1 + n, memory(c) + 1 + 2 * n)
        var line = 0
        for age in stride(from: n, through: 1, by: -1) {
            let k = slot(year - age, of: n)
            let arrears = rate[k] * balance[k] - paid[line]
            ledger.post(
                .leaseArrears, lessee, Side(.profit, .leaseLiability), lessor, Side(.leaseReceivable, .profit), arrears)
            balance[k] += arrears - paid[line + 1]
            w.flow.base[c] += paid[line] + paid[line + 1]
            line += 2
        }
        let k = slot(year, of: n)
        ledger.post(
            .leaseWriteOff, lessee, Side(.leaseLiability, .gain), lessor, Side(.gain, .leaseReceivable), balance[k])
        let P = price(c)
        balance[k] = P
        rate[k] = term(terms.leaseRate, c) / 100
        regular[k] = leasePayment(price: P, rate: rate[k], years: n, balloon: term(terms.balloon, c))
        w.bought.base[lessee] += P
        w.rent.base[c] = regular[k]
        count(c, price: P, worth: P)
    }

    private mutating func concludeProject(_ c: Int, _ paid: UnsafeMutablePointer<Lanes>) {
        let row = plan.contracts[c]
        let company = row.buyer
        let rate = term(terms.loanRate, c) / 100
        memory(c)[2 + slot(year, of: row.term)] = paid[0] * capitalRecovery(rate, years: row.term)
        var line = 1
        for s in plan.partnerships[c] {
            memory(c)[1] += paid[line]
            w.flow.base[s] -= paid[line]
            line += 1
        }
        for s in plan.partnerships[c] {
            issue(paid[line], of: company, to: plan.contracts[s].buyer)
            line += 1
        }
        issue(paid[line], of: company, to: row.sponsor >= 0 ? row.sponsor : plan.rest)
        issue(paid[line + 1], of: company, to: plan.rest)
        line += 2
        w.bought.base[company] += paid[line] + paid[line + 1]
        w.flow.base[c] = paid[line]
        count(c, price: price(c), worth: paid[line])
        // Interest that is not paid is added to the loan.
        let interest = rate * S[plan.accounts + Account.loan.rawValue * plan.entities.count + company]
        ledger.post(
            .loanArrears, company, Side(.profit, .loan), plan.bank, Side(.loanReceivable, .profit),
            interest - w.duePaid.base[w.serviceDue[c]])
    }

    /// Issues shares of a project at par: a share is a unit of what was paid in.
    private func issue(_ paid: Lanes, of company: Int, to holder: Int) {
        let index = stakeIndex(holder, company)
        S[plan.stakeShares + index] += paid
        S[plan.stakeValues + index] += paid
        S[plan.outstanding + company] += paid
    }

    /// The stake of a holder in an issuer.
    func stakeIndex(_ holder: Int, _ issuer: Int) -> Int {
        plan.stakesIn[issuer].first { plan.stakes[$0].holder == holder } ?? 0
    }

    private func concludeEquity(_ c: Int, _ paid: UnsafeMutablePointer<Lanes>) {
        let (investor, issuer) = (plan.contracts[c].supplier, plan.contracts[c].buyer)
        let shares = quotient(paid[0], w.share.base[issuer])
        let stake = stakeIndex(investor, issuer)
        S[plan.stakeShares + stake] += shares
        S[plan.stakeValues + stake] += paid[0]
        S[plan.outstanding + issuer] += shares
        S[plan.invested + investor] += paid[0]
        memory(c)[0] += paid[0]
        w.supplied.base[investor] += paid[0]
        w.flow.base[c] = negative(paid[0])
        w.shares.base[c] = shares
    }
}
