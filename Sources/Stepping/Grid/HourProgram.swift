/// Hours of a year whose programs are kept as they are solved.
public struct HourProbe: Sendable {
    /// The hours wanted, 0 ..< 8760.
    public var hours: Set<Int>
    /// The lane wanted.
    public var lane: Int
    /// The programs seen.
    public var programs: [HourProgram] = []

    /// A probe for hours of one lane.
    public init(hours: Set<Int>, lane: Int) {
        self.hours = hours
        self.lane = lane
    }
}

/// What is cleared at once, an hour or a day of one world line, as a quadratic program with its answer:
/// min c'x + ½ Σ q x², A x = b, l <= x <= u.
public struct HourProgram: Sendable, Codable {
    /// The hour of the year.
    public var hour: Int
    /// The hours cleared at once: 1, or the 24 of the day that holds `hour`.
    public var hours: Int
    /// Names of the variables, `generator:<id>` and so on; `@` and the hour of the day follow in a day.
    public var variables: [String]
    /// Names of the rows: the balances, hour by hour, then cycles, stocks and ramps where there are any.
    public var rows: [String]
    /// Linear cost, currency/MWh.
    public var c: [Double]
    /// Quadratic cost, currency/MWh².
    public var q: [Double]
    /// The coefficients, row after row.
    public var A: [[Double]]
    /// The right-hand sides: the load of each balance, MW.
    public var b: [Double]
    /// Lower bounds, MW.
    public var l: [Double]
    /// Upper bounds, MW.
    public var u: [Double]
    /// The recorded dispatch, MW.
    public var dispatch: [Double]
    /// The recorded prices of the balances, currency/MWh.
    public var prices: [Double]
    /// The certified gap.
    public var gap: Double
}
