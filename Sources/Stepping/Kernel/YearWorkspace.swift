import Clearing
import Lanes
import WorldModel

/// Scratch memory of one worker; everything in it is made anew in every year.
public final class YearWorkspace {
    let parameters: Column
    let totals: Column
    let scratch: Column
    /// The state of a world with a pulse of CO2, as long as it is stepped.
    let twin: WorldState
    let clearing: Clearing
    /// The market for compute; nil where work is allotted by capacity.
    let computeMarket: InformationMarket?
    /// The books of the year; nil in worlds without firms.
    let books: ContractWorkspace?
    /// Values of the slots that shocks touch, without the shock.
    let unshocked: Column
    /// 1 in the lanes that a shock strikes, and the mean over the year of what is left of it.
    var strikes: [Lanes]
    var meanFade: [Double]
    /// The values of the slots that a study changes, in one lane.
    let draws: UnsafeMutableBufferPointer<Double>
    /// Which variables of the year's record are written.
    let isWritten: UnsafeMutableBufferPointer<Bool>

    /// Hours whose programs are kept, and those kept so far.
    public var probe: HourProbe?
    /// Where the time of the years went.
    public var timing = YearTiming()

    init(_ world: CompiledWorld, effects: BoundEffects, variables: Int) {
        parameters = Column(count: effects.start.count)
        totals = Column(count: world.plan.totalCount)
        scratch = Column(count: world.plan.scratchCount)
        twin = WorldState(count: world.pulses.years.isEmpty ? 0 : world.pulses.ordinary)
        clearing = world.power.makeClearing()
        computeMarket = world.computeMarket?.makeMarket(world.sites)
        books = (world.contracts?.plan).map { ContractWorkspace($0) }
        unshocked = Column(count: effects.shockedSlots.count)
        strikes = Array(repeating: .zero, count: effects.plan.shocks.count)
        meanFade = Array(repeating: 0, count: effects.plan.shocks.count)
        draws = .allocate(capacity: max(effects.slots.count, 1))
        isWritten = .allocate(capacity: variables)
        isWritten.initialize(repeating: false)
    }

    deinit {
        draws.deallocate()
        isWritten.deallocate()
    }

    /// Begins the sums of a year.
    func clearTotals() { totals.base.update(repeating: .zero, count: totals.count) }
}
