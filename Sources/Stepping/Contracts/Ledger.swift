import Lanes

/// The accounts of a balance sheet, and the flows of a year that explain how its net worth changed.
///
/// Equity is a claim: at market in the holder's assets and in the issuer's liabilities (the stock-flow convention of
/// Godley and Lavoie), so that net worth is what remains beyond the own shares.
enum Account: Int, CaseIterable, Sendable {
    case cash, plant, prepaid, leaseReceivable, loanReceivable, equityHeld, warrantsHeld, collateral, tokenClaim
    case depositsTaken, leaseLiability, loan, equityIssued, warrantsIssued, collateralOwed, tokenObligation
    case profit, gain, capital

    /// Accounts that are carried from year to year; the rest are flows.
    static let balances = 16
    /// Claims and what answers them on the other side.
    static let pairs: [(asset: Account, liability: Account)] = [
        (.prepaid, .depositsTaken), (.leaseReceivable, .leaseLiability), (.loanReceivable, .loan),
        (.equityHeld, .equityIssued), (.warrantsHeld, .warrantsIssued), (.collateral, .collateralOwed),
        (.tokenClaim, .tokenObligation),
    ]

    /// Whether a debit raises it, as it does assets; liabilities and flows rise by credits.
    @inline(__always)
    var isAsset: Bool { rawValue <= Account.tokenClaim.rawValue }
}

/// What a posting is for.
enum Posting: UInt8, CaseIterable, Sendable {
    case customers, operation, hardware, depositApplied, deposit
    case leaseInterest, leasePrincipal, leaseStart, leaseArrears, leaseWriteOff
    case loanDraw, subsidy, equityOfProject, shell, costOfGoods, equityOfBuyer
    case takeOrPay, damages, reservedCapacity, clawback, loanInterest, loanPrincipal, loanArrears
    case tokenSale, marginCall, marginReturn, tokenRevaluation, tokenDelivery, tokenLiquidation, tokenLoss
    case depreciation
    case warrantVesting, warrantRevaluation, warrantExercise, warrantConversion, shareSale
    case tax, distribution, equityRevaluation
}

/// One side of a posting: the account that is debited and the one that is credited, of the same entity.
struct Side: Equatable, Sendable {
    let debit: Account
    let credit: Account

    init(_ debit: Account, _ credit: Account) {
        self.debit = debit
        self.credit = credit
    }

    /// Pays cash, which buys or settles what is debited.
    static func pays(_ debit: Account) -> Side { Side(debit, .cash) }

    /// Receives cash for what is credited.
    static func receives(_ credit: Account) -> Side { Side(.cash, credit) }
}

/// A line of the journal, the same in every lane; the amounts are kept beside it.
struct JournalEntry: Sendable {
    let kind: Posting
    /// Who pays or owes, and who is paid or owed; the same where a posting stays within one.
    let payer: Int, payee: Int
    let payerSide: Side
    /// Nil where the posting has one side.
    let payeeSide: Side?
}

/// The balance sheets of all entities in a year, and the journal of what changed them.
///
/// Every world line has the same lines in its journal, some of them with an amount of zero: what is paid is a matter of
/// masks, who may pay whom is not. Memory is its owner's, and nothing is allocated.
struct Ledger {
    /// `Account.allCases` x entities, entity fastest.
    let accounts: UnsafeMutablePointer<Lanes>
    let entities: Int
    let entries: UnsafeMutablePointer<JournalEntry>
    let amounts: UnsafeMutablePointer<Lanes>
    let capacity: Int
    /// Lines of the journal so far.
    private(set) var count = 0

    init(
        accounts: UnsafeMutablePointer<Lanes>, entities: Int, entries: UnsafeMutablePointer<JournalEntry>,
        amounts: UnsafeMutablePointer<Lanes>, capacity: Int
    ) {
        self.accounts = accounts
        self.entities = entities
        self.entries = entries
        self.amounts = amounts
        self.capacity = capacity
    }

    /// A balance or flow.
    @inline(__always)
    subscript(account: Account, entity: Int) -> Lanes { accounts[account.rawValue * entities + entity] }

    /// Assets less liabilities.
    func netWorth(_ entity: Int) -> Lanes { Stepping.netWorth(accounts, entities: entities, entity) }

    /// Takes over the balances of the year before and begins a journal; flows are zero.
    mutating func open(_ balances: UnsafePointer<Lanes>) {
        let kept = Account.balances * entities
        accounts.update(from: balances, count: kept)
        for flow in kept..<(Account.allCases.count * entities) { accounts[flow] = .zero }
        count = 0
    }

    /// Posts a cash payment: the payer's cash falls and `debit` is debited; the payee's rises and `credit` is credited.
    mutating func pay(_ kind: Posting, _ payer: Int, _ debit: Account, _ payee: Int, _ credit: Account, _ x: Lanes) {
        post(kind, payer, .pays(debit), payee, .receives(credit), x)
    }

    /// Posts an amount on both sides without cash, or on one where `payeeSide` is nil.
    mutating func post(
        _ kind: Posting, _ payer: Int, _ payerSide: Side, _ payee: Int, _ payeeSide: Side?, _ x: Lanes
    ) {
        precondition(count < capacity, "a year's journal has more than \(capacity) lines")
        let entry = JournalEntry(
            kind: kind, payer: payer, payee: payee, payerSide: payerSide, payeeSide: payeeSide)
        (entries + count).initialize(to: entry)
        amounts[count] = x
        count += 1
        apply(entry, x, to: accounts, entities: entities)
    }
}

/// Assets less liabilities of an entity; `accounts` as in `Ledger`.
func netWorth(_ accounts: UnsafePointer<Lanes>, entities: Int, _ entity: Int) -> Lanes {
    var sum = Lanes.zero
    for account in 0..<Account.balances {
        let x = accounts[account * entities + entity]
        if account <= Account.tokenClaim.rawValue { sum += x } else { sum -= x }
    }
    return sum
}

/// Books a line: what is debited rises if it is an asset and falls if not, and the other way round for credits.
@inline(__always)
private func apply(_ entry: JournalEntry, _ x: Lanes, to accounts: UnsafeMutablePointer<Lanes>, entities: Int) {
    func book(_ entity: Int, _ side: Side) {
        let debit = side.debit.rawValue * entities + entity
        let credit = side.credit.rawValue * entities + entity
        if side.debit.isAsset { accounts[debit] += x } else { accounts[debit] -= x }
        if side.credit.isAsset { accounts[credit] -= x } else { accounts[credit] += x }
    }
    book(entry.payer, entry.payerSide)
    if let side = entry.payeeSide { book(entry.payee, side) }
}

/// The largest breach of a law of the books in a year, relative to the largest balance; 1 currency where all are smaller.
///
///     sum of cash constant; every claim equals what answers it, in sum; the change of each net worth is
///     profit + gain + capital; sum of net worth = sum of cash + sum of plant; the journal leads from the
///     opening balances to the closing ones
///
/// - Parameters:
///   - opening: balances of the year before, `Account.balances` x entities.
///   - replay: room for `Account.allCases` x entities.
func booksGap(_ ledger: Ledger, opening: UnsafePointer<Lanes>, replay: UnsafeMutablePointer<Lanes>) -> Lanes {
    let n = ledger.entities
    let kept = Account.balances * n
    var scale = lanes(1)
    for index in 0..<kept {
        scale = maximum(scale, maximum(absolute(opening[index]), absolute(ledger.accounts[index])))
    }
    func sum(_ account: Account) -> Lanes {
        var sum = Lanes.zero
        for entity in 0..<n { sum += ledger[account, entity] }
        return sum
    }
    var before = Lanes.zero
    for entity in 0..<n { before += opening[Account.cash.rawValue * n + entity] }
    let cash = sum(.cash)
    var gap = absolute(cash - before)
    for pair in Account.pairs { gap = maximum(gap, absolute(sum(pair.asset) - sum(pair.liability))) }
    var worth = Lanes.zero
    // Maxima pass over what is not a number; sums don't.
    var whole = Lanes.zero
    for entity in 0..<n {
        let (old, new) = (netWorth(opening, entities: n, entity), ledger.netWorth(entity))
        let explained = ledger[.profit, entity] + ledger[.gain, entity] + ledger[.capital, entity]
        gap = maximum(gap, absolute(new - old - explained))
        worth += new
        whole += new + explained
    }
    gap = maximum(gap, absolute(worth - cash - sum(.plant)))
    replay.update(from: opening, count: kept)
    for flow in kept..<(Account.allCases.count * n) { replay[flow] = .zero }
    for line in 0..<ledger.count { apply(ledger.entries[line], ledger.amounts[line], to: replay, entities: n) }
    for index in 0..<(Account.allCases.count * n) {
        gap = maximum(gap, absolute(replay[index] - ledger.accounts[index]))
    }
    return select(whole - whole .== .zero, gap / scale, lanes(.infinity))
}
