import Lanes
public import WorldModel

/// A study made ready to step: a compiled world, and the study's effects bound to it.
public final class WorldKernel: Sendable {
    /// The study.
    public let study: Study
    /// Its world.
    public var world: World { study.world }
    /// Where each variable of a year lies in its record.
    public let recordPlan: RecordPlan

    let compiled: CompiledWorld
    let effects: BoundEffects

    /// Compiles a study.
    ///
    /// The study's first year must be the start of its world: every table describes that day.
    public convenience init(study: Study) {
        self.init(study, CompiledWorld(study.world, adjustable: study.effects.slots))
    }

    /// The same world with another study, which must change the same numbers of the same world.
    ///
    /// Nothing is compiled anew where it does: a search binds each generation's policies to one world.
    public func bound(to study: Study) -> WorldKernel {
        let isSame =
            study.effects.slots == self.study.effects.slots && study.world.carbonPulses == world.carbonPulses
            && study.world.recordedVariables == world.recordedVariables
        return isSame ? WorldKernel(study, compiled) : WorldKernel(study: study)
    }

    private init(_ study: Study, _ compiled: CompiledWorld) {
        self.study = study
        self.compiled = compiled
        effects = BoundEffects(
            study, start: compiled.sorted.values, sortedSlot: compiled.sortedSlot, world: compiled.sorted)
        recordPlan = RecordPlan(study.world) { compiled.rows(of: $0) }
    }

    /// The days of a year that a world clears, ascending, 0 = 1 January; none without a grid.
    public static func clearedDays(of world: World) -> [Int] {
        world.hasSection("grid") ? Calendar.clearedDays(Int(world.fixed("grid", "days"))) : []
    }

    /// Scratch memory for a worker.
    public func makeWorkspace() -> YearWorkspace {
        YearWorkspace(compiled, effects: effects, variables: recordPlan.places.count)
    }

    /// A year of a bundle.
    func year(_ number: Int, seats: [Seat], _ state: WorldState, _ workspace: YearWorkspace) -> Year {
        Year(number, of: compiled, seats: seats, effects: effects, state: state, workspace: workspace)
    }

    /// The names and sizes of the columns of a state.
    public var stateShapes: [(name: String, count: Int)] { compiled.plan.states }

    /// A state in which everything is zero.
    func makeState() -> WorldState { WorldState(count: compiled.plan.stateCount) }

    /// An independent state with the same contents.
    public func copy(_ state: WorldState) -> WorldState {
        let other = makeState()
        other.copyContents(of: state)
        return other
    }

    /// The contents of a state: column after column, entity after entity, lanes fastest.
    public func save(_ state: WorldState) -> [Double] {
        let elements = compiled.plan.stateCount
        return Array(unsafeUninitializedCapacity: elements * Lanes.scalarCount) { buffer, count in
            for element in 0..<elements {
                for lane in 0..<Lanes.scalarCount {
                    buffer.initializeElement(
                        at: element * Lanes.scalarCount + lane, to: state.column.base[element][lane])
                }
            }
            count = elements * Lanes.scalarCount
        }
    }

    /// A state with these contents, in the order of `save`.
    public func load(_ contents: [Double]) -> WorldState {
        let state = makeState()
        let elements = compiled.plan.stateCount
        precondition(contents.count == elements * Lanes.scalarCount, "a state has \(elements) elements")
        for element in 0..<elements {
            var lanes = Lanes.zero
            for lane in 0..<Lanes.scalarCount { lanes[lane] = contents[element * Lanes.scalarCount + lane] }
            state.column.base[element] = lanes
        }
        return state
    }
}
