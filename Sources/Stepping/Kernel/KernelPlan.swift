import WorldModel

/// The four memories of a year: the numbers of the world, what a bundle remembers, sums of the year, and scratch.
enum Memory {
    enum Parameters {}
    enum State {}
    enum Totals {}
    enum Scratch {}
}

/// Where a column lies in one of the memories.
struct Place<Room>: Sendable {
    let first: Int
    let count: Int

    /// `count` elements from `first` of this column on.
    func part(_ first: Int, count: Int) -> Place { Place(first: self.first + first, count: count) }
}

/// Numbers that a path can name, as a study leaves them in a year.
typealias Parameter = Place<Memory.Parameters>
/// What a bundle remembers from year to year.
typealias StateColumn = Place<Memory.State>
/// Sums that begin each year at zero.
typealias TotalColumn = Place<Memory.Totals>
/// What a year makes anew.
typealias ScratchColumn = Place<Memory.Scratch>

/// What the components of a world declare as they are compiled: where their columns lie, and the shapes of hours.
struct KernelPlan {
    /// The world, with every table in the order of ids.
    let world: World
    /// The slots that studies of this kernel may change.
    let adjustable: Set<Int>
    /// Names and sizes of the columns of a state, in order.
    private(set) var states: [(name: String, count: Int)] = []
    private(set) var stateCount = 0
    private(set) var totalCount = 0
    private(set) var scratchCount = 0
    /// The state columns that the rehearsal of the first year teaches.
    private(set) var learned: [StateColumn] = []

    init(_ world: World, adjustable: Set<Int>) {
        self.world = world
        self.adjustable = adjustable
    }

    /// The number of a section.
    func number(_ section: String, _ key: String) -> Parameter {
        Parameter(first: world.slot(section, key), count: 1)
    }

    /// A column of a table.
    func column(_ table: String, _ name: String) -> Parameter {
        let slots = world.table(table).slots(name)
        return Parameter(first: slots.lowerBound, count: slots.count)
    }

    /// Whether a row's number is given in the world's files, or may be changed by a study.
    func isGiven(_ column: Parameter, _ row: Int) -> Bool {
        let slot = column.first + row
        return !world.values[slot].isNaN || adjustable.contains(slot)
    }

    /// A column of the state, by its name in archives.
    ///
    /// - Parameter isLearned: whether its value at the end of the rehearsed first year is its value at the start.
    mutating func state(_ name: String, _ count: Int = 1, isLearned: Bool = false) -> StateColumn {
        states.append((name, count))
        stateCount += count
        let column = StateColumn(first: stateCount - count, count: count)
        if isLearned { learned.append(column) }
        return column
    }

    /// A column of the state that worlds without elements of it don't have.
    mutating func stateIfAny(_ name: String, _ count: Int, isLearned: Bool = false) -> StateColumn {
        count > 0 ? state(name, count, isLearned: isLearned) : StateColumn(first: stateCount, count: 0)
    }

    /// Sums of a year.
    mutating func total(_ count: Int = 1) -> TotalColumn {
        totalCount += count
        return TotalColumn(first: totalCount - count, count: count)
    }

    /// Scratch memory.
    mutating func scratch(_ count: Int = 1) -> ScratchColumn {
        scratchCount += count
        return ScratchColumn(first: scratchCount - count, count: count)
    }
}
