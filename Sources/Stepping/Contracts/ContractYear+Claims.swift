import Lanes

/// Tokens and warrants: claims whose worth follows a price.
extension ContractYear {
    // MARK: 5 tokens

    /// Revalues, delivers and margins forward tokens; a seller who can't pay the margin is liquidated.
    ///
    ///     call = m units spot - collateral; where cash < call the holder is paid min(cash + collateral, obligation)
    ///     and takes the rest as a loss
    mutating func settleTokens() {
        for c in contracts where plan.contracts[c].kind == .token { settleToken(c) }
    }

    private mutating func settleToken(_ c: Int) {
        let row = plan.contracts[c]
        let (holder, seller, bank) = (row.buyer, row.supplier, plan.bank)
        let state = memory(c)
        let worth = state[0] * inputs.spot
        ledger.post(
            .tokenRevaluation, seller, Side(.gain, .tokenObligation), holder, Side(.tokenClaim, .gain),
            worth - state[1])
        state[1] = worth
        let delivered = year >= row.due ? worth : .zero
        ledger.post(
            .tokenDelivery, seller, Side(.profit, .tokenObligation), holder, Side(.tokenClaim, .profit),
            negative(delivered))
        state[1] -= delivered
        if year >= row.due { state[0] = .zero }

        let call = term(terms.margin, c) * state[1] - state[2]
        let cash = maximum(ledger[.cash, seller], .zero)
        let fails = call .> cash * (1 + 1e-12)
        let called = select(fails, .zero, minimum(maximum(call, .zero), cash))
        // The custodian returns what it has.
        let wanted = select(fails, state[2], maximum(negative(call), .zero))
        let returned = minimum(wanted, maximum(ledger[.cash, bank], .zero))
        ledger.pay(.marginCall, seller, .collateral, bank, .collateralOwed, called)
        ledger.pay(.marginReturn, bank, .collateralOwed, seller, .collateral, returned)
        noteShortfall(bank, due: wanted, paid: returned)
        state[2] += called - returned

        let obligation = select(fails, state[1], .zero)
        let paid = minimum(maximum(ledger[.cash, seller], .zero), obligation)
        ledger.pay(.tokenLiquidation, seller, .tokenObligation, holder, .tokenClaim, paid)
        ledger.post(
            .tokenLoss, seller, Side(.tokenObligation, .gain), holder, Side(.gain, .tokenClaim), obligation - paid)
        w.flow.base[c] += paid
        noteShortfall(seller, due: select(fails, call, .zero), paid: .zero)
        state[1] = select(fails, .zero, state[1])
        state[0] = select(fails, .zero, state[0])
    }

    // MARK: 7 warrants

    /// Vests, revalues and exercises warrants, and sells the shares at once.
    ///
    /// At vesting the intrinsic value is income of the buyer and reduces the supplier's revenue. A share of what can be
    /// exercised is exercised each year, and all of it in the last.
    mutating func settleWarrants() {
        for c in contracts where plan.contracts[c].kind == .warrant { settleWarrant(c) }
    }

    private mutating func settleWarrant(_ c: Int) {
        let row = plan.contracts[c]
        let (holder, issuer) = (row.buyer, row.supplier)
        let state = memory(c)
        let price = w.share.base[issuer]
        let strike = term(terms.strike, c)
        let intrinsic = intrinsicValue(sharePrice: price, strike: strike)
        var g = Lanes.zero
        for h in plan.counted[c] { g += w.counted.base[h] }
        let count = row.tranches.count
        let terms = plan.terms
        for (j, tranche) in row.tranches.enumerated() {
            w.tranches.base[j] = P[terms.tranchePower + tranche]
            w.tranches.base[count + j] = P[terms.trancheShares + tranche]
            w.tranches.base[2 * count + j] = P[terms.trancheHurdle + tranche]
        }
        let vesting = vestWarrants(
            delivered: g, sharePrice: price, isOpen: year <= row.year, cumulative: state, runningMaximum: state + 1,
            flags: state + 5, tranches: count, power: w.tranches.base, shares: w.tranches.base + count,
            hurdles: w.tranches.base + 2 * count)
        revalueWarrants(c, after: false)
        let value = vesting * intrinsic
        ledger.post(
            .warrantVesting, issuer, Side(.profit, .warrantsIssued), holder, Side(.warrantsHeld, .profit), value)
        state[2] += vesting
        state[4] += value
        w.relief.base[holder] += value
        S[plan.relief + holder] += value

        let exercisable = state[2] - state[3]
        let wanted = year < row.year ? term(terms.exercise, c) * exercisable : year == row.year ? exercisable : .zero
        let isWorth = (intrinsic .> .zero) .& (exercisable .> .zero)
        let affordable = minimum(
            select(
                strike .> .zero, quotient(maximum(ledger[.cash, holder], .zero), strike), lanes(.infinity)),
            quotient(maximum(ledger[.cash, plan.rest], .zero), price))
        let x = select(isWorth, minimum(wanted, affordable), .zero)
        ledger.pay(.warrantExercise, holder, .equityHeld, issuer, .equityIssued, strike * x)
        ledger.post(
            .warrantConversion, issuer, Side(.warrantsIssued, .equityIssued), holder,
            Side(.equityHeld, .warrantsHeld), x * intrinsic)
        ledger.pay(.shareSale, plan.rest, .equityHeld, holder, .equityHeld, strike * x + x * intrinsic)
        state[3] += x
        state[4] -= x * intrinsic
        let stake = stakeIndex(plan.rest, issuer)
        S[plan.outstanding + issuer] += x
        S[plan.stakeShares + stake] += x
        S[plan.stakeValues + stake] += strike * x + x * intrinsic
        w.shares.base[c] = state[2]
        w.flow.base[c] = strike * x
    }

    /// Marks what has vested and is not exercised at its intrinsic value; after the last year it is worth nothing.
    ///
    /// - Parameter after: whether the year's exercises are done, so that what is left in the last year has lapsed.
    mutating func revalueWarrants(_ c: Int, after: Bool) {
        let row = plan.contracts[c]
        let state = memory(c)
        let intrinsic = intrinsicValue(sharePrice: w.share.base[row.supplier], strike: term(terms.strike, c))
        let lapsed = after ? year >= row.year : year > row.year
        let worth = lapsed ? .zero : (state[2] - state[3]) * intrinsic
        ledger.post(
            .warrantRevaluation, row.supplier, Side(.gain, .warrantsIssued), row.buyer, Side(.warrantsHeld, .gain),
            worth - state[4])
        state[4] = worth
    }
}
