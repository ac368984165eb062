/// Where the time of a worker's years went, in seconds.
public struct YearTiming: Sendable {
    /// Everything.
    public var year = 0.0
    /// The hourly market, assembling included.
    public var hours = 0.0
    /// The solver alone.
    public var clearing = 0.0
    /// Contracts and balance sheets.
    public var books = 0.0
    /// Programs solved, each for all lanes.
    public var programs = 0
    /// Iterations of the solver.
    public var iterations = 0

    /// Nothing yet.
    public init() {}

    mutating func add(_ duration: Duration, to part: WritableKeyPath<YearTiming, Double>) {
        self[keyPath: part] += Double(duration.components.attoseconds) * 1e-18 + Double(duration.components.seconds)
    }
}
