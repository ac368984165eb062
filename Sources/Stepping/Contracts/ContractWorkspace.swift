import Lanes

/// What the world tells its contracts in a year: of each contract, what was delivered and what it costs to run.
struct ContractInputs {
    /// Price of compute that nobody has contracted, currency/MW/yr.
    var spot: Lanes
    /// Share of own hardware that is at work.
    var utilisation: Lanes
    /// Share of power in operation that closes in a year.
    var retirement: Lanes
    /// Power delivered this year and expected the next, MW, and its price in the next, currency/MW.
    let delivered: UnsafeMutablePointer<Lanes>, expected: UnsafeMutablePointer<Lanes>
    let orderPrice: UnsafeMutablePointer<Lanes>
    /// Price of a year of electricity at the meter per IT power at full use, currency/MW/yr.
    let powerCost: UnsafeMutablePointer<Lanes>
    /// Share of the year in which what stands can be used.
    let availability: UnsafeMutablePointer<Lanes>
}

/// A payment or booking that falls due in a year, before it is known what can be paid.
struct Due: Sendable {
    let entry: JournalEntry
    /// Whether cash moves, so that a payer who lacks it pays a share.
    let isPayment: Bool
}

/// Scratch memory of a worker for the contracts of a year, and what the year leaves to be recorded.
final class ContractWorkspace {
    let accounts: Column, replay: Column, amounts: Column
    let entries: UnsafeMutablePointer<JournalEntry>
    let dues: UnsafeMutablePointer<Due>
    let dueAmounts: Column, duePaid: Column
    /// The first due of each contract, and of a project's debt service.
    let firstDue: UnsafeMutablePointer<Int>, serviceDue: UnsafeMutablePointer<Int>
    let owed: Column, outside: Column, paid: Column, share: Column, clearing: Column
    /// Hardware bought this year by each entity, at cost.
    let bought: Column
    /// Power of each hardware contract that was paid for this year, MW, and its price in all, currency.
    let counted: Column, countedPrice: Column
    /// Take-or-pay of the year.
    let takePrice: Column, taken: Column, takePayment: Column, takeDamages: Column, takeMakeUp: Column
    /// Power in operation before this year's deliveries.
    let active: Column
    /// Power, shares and hurdle of the tranches of one warrant.
    let tranches: Column
    /// What the world says of the year.
    let inputs: Column
    let lines: Int

    /// By entity: what was due and not paid, currency; 1 where it defaulted; power delivered, MW; its price; warrants
    /// that vested to it, at their intrinsic value; book value of idle hardware and of deposits, currency.
    let shortfall: Column, defaulted: Column, delivered: Column, spent: Column, relief: Column, idle: Column
    /// By contract: cash from buyer to supplier less what went back, currency; cash flow over debt service; shares that
    /// have vested or were issued; rent of the lease that began, or what a project distributed, currency.
    let flow: Column, cover: Column, shares: Column, rent: Column, distributed: Column
    /// Hardware written off in the year, of all, currency.
    var depreciation = Lanes.zero
    /// Capital that each entity supplied this year to buyers of its hardware.
    let supplied: Column
    /// The largest breach of a law of the books, relative.
    var gap = Lanes.zero
    /// Lines of the year's journal.
    var journal = 0

    init(_ plan: ContractPlan) {
        let n = plan.entities.count
        let c = plan.contracts.count
        lines = plan.mostLines
        accounts = Column(count: Account.allCases.count * n)
        replay = Column(count: Account.allCases.count * n)
        amounts = Column(count: lines)
        entries = .allocate(capacity: max(lines, 1))
        dues = .allocate(capacity: max(lines, 1))
        dueAmounts = Column(count: lines)
        duePaid = Column(count: lines)
        firstDue = .allocate(capacity: max(c, 1))
        firstDue.initialize(repeating: 0, count: c)
        serviceDue = .allocate(capacity: max(c, 1))
        serviceDue.initialize(repeating: 0, count: c)
        owed = Column(count: n * n)
        outside = Column(count: n)
        paid = Column(count: n)
        share = Column(count: n)
        clearing = Column(count: clearingScratch(n))
        bought = Column(count: n)
        counted = Column(count: c)
        countedPrice = Column(count: c)
        takePrice = Column(count: c)
        taken = Column(count: c)
        takePayment = Column(count: c)
        takeDamages = Column(count: c)
        takeMakeUp = Column(count: c)
        active = Column(count: c)
        tranches = Column(count: 3 * (plan.contracts.map(\.tranches.count).max() ?? 0))
        inputs = Column(count: 5 * c)
        shortfall = Column(count: n)
        defaulted = Column(count: n)
        delivered = Column(count: n)
        spent = Column(count: n)
        relief = Column(count: n)
        idle = Column(count: n)
        flow = Column(count: c)
        cover = Column(count: c)
        shares = Column(count: c)
        rent = Column(count: c)
        distributed = Column(count: c)
        supplied = Column(count: n)
    }

    deinit {
        entries.deallocate()
        dues.deallocate()
        firstDue.deallocate()
        serviceDue.deallocate()
    }

    /// The inputs of a year, to be filled.
    func makeInputs(spot: Lanes, utilisation: Lanes, retirement: Lanes) -> ContractInputs {
        let c = counted.count
        let base = inputs.base
        return ContractInputs(
            spot: spot, utilisation: utilisation, retirement: retirement, delivered: base, expected: base + c,
            orderPrice: base + 2 * c, powerCost: base + 3 * c, availability: base + 4 * c)
    }

    /// Sets what is summed up over a year to nothing.
    func clear() {
        for column in [
            bought.base, shortfall.base, defaulted.base, delivered.base, spent.base, relief.base, idle.base,
            supplied.base,
        ] {
            column.update(repeating: .zero, count: bought.count)
        }
        depreciation = .zero
        for column in [
            counted.base, countedPrice.base, flow.base, cover.base, shares.base, rent.base, distributed.base,
            taken.base,
        ] {
            column.update(repeating: .zero, count: counted.count)
        }
    }
}
