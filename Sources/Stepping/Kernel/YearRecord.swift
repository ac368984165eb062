import Lanes
import WorldModel

/// Where each variable of a world lies in a year's record.
public struct RecordPlan: Sendable {
    struct Place: Sendable {
        let variable: RecordedVariable
        /// The first element; nil where the study doesn't ask for the variable.
        let offset: Int?
        /// The row inside the kernel of each entity, in the order of the world's files.
        let rows: [Int]
    }

    let places: [Place]
    private let placeOfName: [String: Int]
    /// The numbers of a lane.
    public let count: Int

    /// The plan of a world.
    ///
    /// - Parameter rows: the row inside the kernel of each entity of a dimension, in the order of the world's files.
    init(_ world: World, rows: (RecordedVariable.Dimension) -> [Int]) {
        var next = 0
        let recorded = Set(world.recordedVariables)
        places = world.computedVariables.map { variable in
            let rows = variable.dimension.map(rows) ?? [0]
            guard recorded.contains(variable) else { return Place(variable: variable, offset: nil, rows: rows) }
            precondition(rows.count == world.count(of: variable))
            next += rows.count
            return Place(variable: variable, offset: next - rows.count, rows: rows)
        }
        count = next
        placeOfName = Dictionary(uniqueKeysWithValues: places.enumerated().map { ($1.variable.name, $0) })
    }

    func place(of variable: RecordedVariable) -> Int? { placeOfName[variable.name] }
}

/// A year's record while the components write it: by key, each variable of the world once.
///
/// It lies entity after entity in the order of the world's files, lanes fastest.
struct YearRecord: ~Copyable {
    /// Nil in a year that nobody records.
    private let plan: RecordPlan?
    private let numbers: UnsafeMutableBufferPointer<Double>
    private let isWritten: UnsafeMutableBufferPointer<Bool>

    /// An empty record.
    ///
    /// - Parameters:
    ///   - numbers: `plan.count` numbers for each lane.
    ///   - isWritten: scratch memory, an element for each variable of the world.
    init(
        _ plan: RecordPlan, into numbers: UnsafeMutableBufferPointer<Double>,
        isWritten: UnsafeMutableBufferPointer<Bool>
    ) {
        precondition(
            numbers.count == plan.count * Lanes.scalarCount,
            "a year's record has \(plan.count * Lanes.scalarCount) numbers, not \(numbers.count)")
        self.plan = plan
        self.numbers = numbers
        self.isWritten = isWritten
        isWritten.update(repeating: false)
    }

    /// A record that keeps nothing, for the years of a world with a pulse.
    init() {
        plan = nil
        numbers = UnsafeMutableBufferPointer(start: nil, count: 0)
        isWritten = UnsafeMutableBufferPointer(start: nil, count: 0)
    }

    /// Writes a variable that is one number a year.
    func write(_ variable: RecordedVariable, _ value: Lanes) {
        precondition(variable.dimension == nil, "`\(variable.name)` has a number for each entity")
        write(variable) { _ in value }
    }

    /// Writes a variable of many entities; the rows are those inside the kernel.
    func write(_ variable: RecordedVariable, _ value: (_ row: Int) -> Lanes) {
        guard let plan else { return }
        guard let place = plan.place(of: variable) else {
            preconditionFailure("`\(variable.name)` is written, and this world has no such variable")
        }
        precondition(!isWritten[place], "`\(variable.name)` is written twice in a year")
        isWritten[place] = true
        guard var next = plan.places[place].offset.map({ $0 * Lanes.scalarCount }) else { return }
        for row in plan.places[place].rows {
            let value = value(row)
            for lane in 0..<Lanes.scalarCount { numbers[next + lane] = value[lane] }
            next += Lanes.scalarCount
        }
    }

    /// The variables that no component has written.
    var missing: [String] {
        (plan?.places ?? []).enumerated().filter { !isWritten[$0.offset] }.map(\.element.variable.name)
    }
}
