/// The dispatch of least cost of a case, with its prices, or why there is none.
public struct CaseSolution: Sendable {
    /// How it ended.
    public enum Status: String, Sendable {
        /// Every hour is certified.
        case optimal
        /// In some hour load can't be met, or output can't be taken.
        case infeasible
        /// The solver gave up on some hour.
        case failed
    }

    /// What is short or long at a bus.
    public struct Shortage: Sendable, Equatable {
        /// The hour, from 0.
        public let hour: Int
        /// The bus.
        public let bus: Int
        /// MW that can't be served; negative where they can't be taken.
        public let power: Double
    }

    /// A limit that one line would reach if another failed.
    public struct Outage: Sendable, Equatable {
        /// The hour, from 0.
        public let hour: Int
        /// The line at its limit, and the one that fails.
        public let line: Int, outage: Int
        /// What the line would carry, MW.
        public let flow: Double
    }

    /// An hour's flows, MW, and what goes with them; an entry for each row of the case.
    public struct Hour: Sendable {
        /// How the hour ended.
        public internal(set) var status: Status
        /// The cost of the hour, without its weight, currency/h.
        public internal(set) var cost = 0.0
        /// How far the cost can be above the least, relative to it.
        public internal(set) var gap = 0.0
        /// MW by generator.
        public internal(set) var generation: [Double] = []
        /// MW by storage unit; charging is negative.
        public internal(set) var storage: [Double] = []
        /// MWh at the end of the hour by storage unit.
        public internal(set) var energy: [Double] = []
        /// MW of inflow that each storage unit lets go unused.
        public internal(set) var spill: [Double] = []
        /// MW by line, from `bus0` to `bus1`.
        public internal(set) var lineFlow: [Double] = []
        /// MW by link, as it leaves `bus0`.
        public internal(set) var linkFlow: [Double] = []
        /// rad by bus; empty in the transport model.
        public internal(set) var angle: [Double] = []
        /// The cost of one more MWh of load by bus, currency/MWh; NaN where the hour has no weight, and so no cost.
        public internal(set) var price: [Double] = []
        /// Lines around which no flows keep Kirchhoff's laws and all limits; empty where some do.
        public internal(set) var loop: [Int] = []
        /// MW that are short (positive) or long (negative) by bus; not 0 where the hour is infeasible.
        public internal(set) var shortage: [Double] = []
    }

    /// The hours that were cleared, from 0.
    public let range: Range<Int>
    /// What came of each.
    public internal(set) var hours: [Hour]
    /// Factorisations of all solves.
    public internal(set) var iterations = 0
    /// Outages that hold the dispatch back, of those that are secured.
    public internal(set) var outages: [Outage] = []
    /// Why there is no optimum; empty where there is one.
    public internal(set) var reason = ""

    /// How the worst hour ended.
    public var status: Status {
        if hours.contains(where: { $0.status == .failed }) { return .failed }
        return hours.contains { $0.status == .infeasible } ? .infeasible : .optimal
    }

    /// What is short or long, hour after hour.
    public var shortages: [Shortage] {
        zip(range, hours).flatMap { hour, found in
            found.shortage.enumerated().compactMap { bus, power in
                abs(power) > CaseClearing.leastShortage ? Shortage(hour: hour, bus: bus, power: power) : nil
            }
        }
    }

    /// The cost of all hours by their weights, currency.
    public func objective(of grid: GridCase) -> Double {
        zip(range, hours).reduce(0) { $0 + grid.hours.weights[$1.0] * $1.1.cost }
    }

    /// The largest gap of an hour.
    public var gap: Double { hours.map(\.gap).max() ?? 0 }
}
