import Lanes
import WorldModel

/// A year of a bundle: the year itself, who lives in the lanes, and the memories that components read and write.
final class Year {
    let number: Int
    /// Years since the start of the world.
    let sinceStart: Double
    let seats: [Seat]
    /// The study's effects on the numbers.
    let effects: BoundEffects
    let workspace: YearWorkspace
    /// Profiles and series, 8760 numbers each; components know where theirs begin.
    let shapes: UnsafePointer<Double>

    private let parameters: UnsafeMutablePointer<Lanes>
    private let state: UnsafeMutablePointer<Lanes>
    private let totals: UnsafeMutablePointer<Lanes>
    private let scratch: UnsafeMutablePointer<Lanes>

    init(
        _ number: Int, of world: CompiledWorld, seats: [Seat], effects: BoundEffects, state: WorldState,
        workspace: YearWorkspace
    ) {
        self.number = number
        sinceStart = Double(number - world.sorted.start)
        self.seats = seats
        self.effects = effects
        self.workspace = workspace
        shapes = UnsafePointer(world.shapes.base)
        parameters = workspace.parameters.base
        self.state = state.column.base
        totals = workspace.totals.base
        scratch = workspace.scratch.base
    }

    private init(_ other: Year, state: WorldState) {
        number = other.number
        sinceStart = other.sinceStart
        seats = other.seats
        effects = other.effects
        workspace = other.workspace
        shapes = other.shapes
        parameters = other.parameters
        self.state = state.column.base
        totals = other.totals
        scratch = other.scratch
    }

    /// The same year of the same world lines, with another state.
    func with(_ state: WorldState) -> Year { Year(self, state: state) }

    /// The first element of the state.
    var wholeState: UnsafePointer<Lanes> { UnsafePointer(state) }

    /// Every number that a path can name, by slot.
    var allParameters: UnsafeMutablePointer<Lanes> { parameters }

    @inline(__always)
    func pointer(_ column: Parameter) -> UnsafeMutablePointer<Lanes> { parameters + column.first }

    @inline(__always)
    func pointer(_ column: StateColumn) -> UnsafeMutablePointer<Lanes> { state + column.first }

    @inline(__always)
    func pointer(_ column: TotalColumn) -> UnsafeMutablePointer<Lanes> { totals + column.first }

    @inline(__always)
    func pointer(_ column: ScratchColumn) -> UnsafeMutablePointer<Lanes> { scratch + column.first }

    @inline(__always)
    subscript(column: Parameter, row: Int = 0) -> Lanes {
        get { parameters[column.first + row] }
        set { parameters[column.first + row] = newValue }
    }

    @inline(__always)
    subscript(column: StateColumn, row: Int = 0) -> Lanes {
        get { state[column.first + row] }
        set { state[column.first + row] = newValue }
    }

    @inline(__always)
    subscript(column: TotalColumn, row: Int = 0) -> Lanes {
        get { totals[column.first + row] }
        set { totals[column.first + row] = newValue }
    }

    @inline(__always)
    subscript(column: ScratchColumn, row: Int = 0) -> Lanes {
        get { scratch[column.first + row] }
        set { scratch[column.first + row] = newValue }
    }
}
