import WorldModel

public import WorldModel

/// A named run of numbers in a state or in a year's record.
public struct ColumnShape: Sendable, Hashable {
    /// Its name.
    public let name: String
    /// The number of entities; each has one number a lane.
    public let count: Int

    /// A column.
    public init(name: String, count: Int) {
        self.name = name
        self.count = count
    }
}

/// Something that the tree can drive: it starts, steps a year, copies, and shows its columns.
///
/// Calls cross this protocol once a bundle and year, never inside.
public protocol Steppable: Sendable {
    /// The complete memory of a bundle between two years, owned by one worker at a time.
    associatedtype State: AnyObject & Sendable
    /// Scratch memory of one worker; holds nothing that a later year needs.
    associatedtype Workspace: AnyObject

    /// The columns of a state, in the order of its memory.
    var stateColumns: [ColumnShape] { get }
    /// The columns of a year's record, in the order of its memory.
    var recordColumns: [ColumnShape] { get }

    /// Scratch memory for a worker.
    func makeWorkspace() -> Workspace
    /// The state of a bundle before its first year. `seats` has one element a lane (8).
    func start(seats: [Seat], workspace: Workspace) -> State
    /// Advances a bundle by a year.
    ///
    /// - Parameter record: receives the year, column after column, entity after entity, the 8 lanes fastest.
    func step(
        _ state: State, year: Int, seats: [Seat], workspace: Workspace, record: UnsafeMutableBufferPointer<Double>)
    /// An independent state with the same contents.
    func copy(_ state: State) -> State
    /// A state with these contents: `stateColumns` in order, entity after entity, the 8 lanes fastest.
    func load(_ contents: [Double]) -> State
    /// The contents of a state, in the order of `load`.
    func save(_ state: State) -> [Double]
}

extension Steppable {
    /// Steps a bundle through years.
    ///
    /// - Parameter report: called after each year.
    /// - Returns: the years' records, [year][column][entity][lane].
    public func advance(
        _ state: State, through times: [Int], seats: [Seat], workspace: Workspace, report: () -> Void = {}
    ) -> [Double] {
        let width = recordColumns.reduce(0) { $0 + $1.count } * Seat.perBundle
        var records = [Double](repeating: 0, count: times.count * width)
        records.withUnsafeMutableBufferPointer { records in
            for (place, year) in times.enumerated() {
                let own = UnsafeMutableBufferPointer(rebasing: records[place * width..<(place + 1) * width])
                step(state, year: year, seats: seats, workspace: workspace, record: own)
                report()
            }
        }
        return records
    }
}
