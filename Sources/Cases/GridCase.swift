public import WorldModel

/// One power network in plain numbers, as somebody else's file describes it.
///
/// Powers are in MW, angles in radians, costs in the file's currency per MWh. References between rows are indices.
public struct GridCase: Sendable {
    /// Where a row stands in the file that it was read from.
    public struct Origin: Sendable, Hashable {
        /// The file.
        public let file: String
        /// The line, from 1; nil where the format has none.
        public let line: Int?

        /// A place in a file.
        public init(file: String, line: Int? = nil) {
            self.file = file
            self.line = line
        }
    }

    /// A number that is the same in all hours, or one for each.
    public enum Course: Sendable, Equatable {
        /// The same in all hours.
        case constant(Double)
        /// One for each hour.
        case hourly([Double])

        /// The value in an hour.
        @inlinable
        public subscript(hour: Int) -> Double {
            switch self {
            case .constant(let value): value
            case .hourly(let values): values[hour]
            }
        }

        /// The values without their hours.
        public var values: [Double] {
            switch self {
            case .constant(let value): [value]
            case .hourly(let values): values
            }
        }

        /// Each value changed.
        public func map(_ change: (Double) -> Double) -> Course {
            switch self {
            case .constant(let value): .constant(change(value))
            case .hourly(let values): .hourly(values.map(change))
            }
        }
    }

    /// The cost of p MW for an hour: constant + linear p + ½ quadratic p², or a convex chain of straight pieces.
    public struct Cost: Sendable, Equatable {
        /// A corner of a chain: power, MW, and the cost there, currency/h.
        public struct Corner: Sendable, Equatable {
            /// The power, MW.
            public let power: Double
            /// The cost of an hour at that power.
            public let cost: Double

            /// A corner.
            public init(power: Double, cost: Double) {
                self.power = power
                self.cost = cost
            }
        }

        /// The cost of an hour at 0 MW, currency/h.
        public var constant: Double
        /// currency/MWh.
        public var linear: Course
        /// The slope of the marginal cost, at least 0, currency/MWh per MW.
        public var quadratic: Course
        /// The chain; where it isn't empty, it is the whole cost.
        public var corners: [Corner]

        /// A cost.
        public init(
            constant: Double = 0, linear: Course = .constant(0), quadratic: Course = .constant(0),
            corners: [Corner] = []
        ) {
            self.constant = constant
            self.linear = linear
            self.quadratic = quadratic
            self.corners = corners
        }
    }

    /// A place where power balances.
    public struct Bus: Sendable {
        /// The bus number or id.
        public var name: String
        /// Its own name where the file numbers its buses; else the same.
        public var title: String
        /// kV.
        public var nominalVoltage: Double
        /// Longitude and latitude, deg.
        public var x: Double, y: Double
        /// Whether its angle is held.
        public var isReference: Bool
        /// What its angle is held at where it is a reference, rad.
        public var angle = 0.0
        /// Where it stands.
        public var origin: Origin

        /// A bus.
        package init(
            name: String, title: String, nominalVoltage: Double, x: Double, y: Double, isReference: Bool,
            angle: Double = 0, origin: Origin
        ) {
            self.name = name
            self.title = title
            self.nominalVoltage = nominalVoltage
            self.x = x
            self.y = y
            self.isReference = isReference
            self.angle = angle
            self.origin = origin
        }
    }

    /// A source of power, or a sink where its output is negative.
    public struct Generator: Sendable {
        /// Its id.
        public var name: String
        /// The bus.
        public var bus: Int
        /// The carrier, if it has one.
        public var carrier: Int?
        /// MW.
        public var nominal: Double
        /// The least output per `nominal`.
        public var minimum: Course
        /// The largest output per `nominal`.
        public var maximum: Course
        /// The cost of an hour.
        public var cost: Cost
        /// Electricity per fuel.
        public var efficiency: Double
        /// The largest rise and fall from one hour to the next per `nominal`; nil where any is allowed.
        public var rampUp: Double?, rampDown: Double?
        /// What its output before the first hour and its ramp limits leave of the first hour's, MW.
        public var firstOutput = -Double.infinity...Double.infinity
        /// Where it stands.
        public var origin: Origin

        /// A generator.
        package init(
            name: String, bus: Int, carrier: Int?, nominal: Double, minimum: Course, maximum: Course, cost: Cost,
            efficiency: Double, rampUp: Double?, rampDown: Double?, origin: Origin
        ) {
            self.name = name
            self.bus = bus
            self.carrier = carrier
            self.nominal = nominal
            self.minimum = minimum
            self.maximum = maximum
            self.cost = cost
            self.efficiency = efficiency
            self.rampUp = rampUp
            self.rampDown = rampDown
            self.origin = origin
        }
    }

    /// What is drawn from a bus.
    public struct Load: Sendable {
        /// Its id.
        public var name: String
        /// The bus.
        public var bus: Int
        /// MW; negative is a feed-in.
        public var power: Course
        /// Where it stands.
        public var origin: Origin

        /// A load.
        package init(name: String, bus: Int, power: Course, origin: Origin) {
            self.name = name
            self.bus = bus
            self.power = power
            self.origin = origin
        }
    }

    /// A store of energy at a bus.
    public struct StorageUnit: Sendable {
        /// Its id.
        public var name: String
        /// The bus.
        public var bus: Int
        /// The carrier, if it has one.
        public var carrier: Int?
        /// MW.
        public var nominal: Double
        /// Least (charging is negative) and largest power per `nominal`.
        public var minimum: Course, maximum: Course
        /// The least and the largest energy at the end of an hour, MWh.
        public var leastEnergy: Course, mostEnergy: Course
        /// The energy as the first hour begins, MWh; it has had its losses, and may be any.
        public var initialEnergy: Double
        /// Whether it ends with what it began with, instead of beginning with `initialEnergy`.
        public var isCyclic: Bool
        /// Stored per charged, and delivered per taken.
        public var storeEfficiency: Course, dispatchEfficiency: Course
        /// The share lost in an hour.
        public var standingLoss: Course
        /// Natural inflow, MW.
        public var inflow: Course
        /// currency/MWh delivered, charged and spilled.
        public var dispatchCost: Course, chargeCost: Course, spillCost: Course
        /// Where it stands.
        public var origin: Origin
    }

    /// An AC branch: θ0 − θ1 = reactance · flow + shift.
    public struct Line: Sendable {
        /// Its id.
        public var name: String
        /// Where its flow counts as leaving.
        public var bus0: Int
        /// Where its flow counts as arriving.
        public var bus1: Int
        /// rad/MW, which is per unit on a base of 1 MVA; negative where a series capacitor rules.
        public var reactance: Double
        /// rad.
        public var shift: Double
        /// MW both ways; infinite where it has no limit.
        public var nominal: Double
        /// The largest flow per `nominal`.
        public var maximum: Course
        /// The bounds of θ0 − θ1, rad; infinite where there are none.
        public var angles: ClosedRange<Double>
        /// Whether the file calls it a transformer.
        public var isTransformer: Bool
        /// km.
        public var length: Double
        /// Where it stands.
        public var origin: Origin
    }

    /// A controlled connection: what leaves `bus0` reaches `bus1` times `efficiency`.
    public struct Link: Sendable {
        /// Its id.
        public var name: String
        /// Where it takes.
        public var bus0: Int
        /// Where it delivers.
        public var bus1: Int
        /// The carrier, if it has one.
        public var carrier: Int?
        /// MW at `bus0`.
        public var nominal: Double
        /// Least and largest flow per `nominal`.
        public var minimum: Course, maximum: Course
        /// Delivered per taken.
        public var efficiency: Course
        /// The cost of an hour by the MW that leave `bus0`.
        public var cost: Cost
        /// km.
        public var length: Double
        /// Where it stands.
        public var origin: Origin

        /// A link.
        package init(
            name: String, bus0: Int, bus1: Int, carrier: Int?, nominal: Double, minimum: Course, maximum: Course,
            efficiency: Course, cost: Cost, length: Double, origin: Origin
        ) {
            self.name = name
            self.bus0 = bus0
            self.bus1 = bus1
            self.carrier = carrier
            self.nominal = nominal
            self.minimum = minimum
            self.maximum = maximum
            self.efficiency = efficiency
            self.cost = cost
            self.length = length
            self.origin = origin
        }
    }

    /// What a generator turns into electricity.
    public struct Carrier: Sendable {
        /// Its id.
        public var name: String
        /// tCO2 per MWh of fuel.
        public var emissions: Double
        /// Where it stands.
        public var origin: Origin
    }

    /// The hours of the case.
    public struct Hours: Sendable {
        /// What the file calls each, such as `2030-01-01 00:00:00`.
        public var labels: [String]
        /// How often each counts in the cost.
        public var weights: [Double]
        /// How many hours each lasts for a store.
        public var durations: [Double]
        /// Where each stands; empty where the case has no table of them.
        public var origins: [Origin] = []

        /// The only hour of a case without a calendar.
        public static let one = Hours(labels: ["now"], weights: [1], durations: [1])

        /// How many there are.
        public var count: Int { labels.count }

        /// The hours of a case.
        package init(labels: [String], weights: [Double], durations: [Double], origins: [Origin] = []) {
            self.labels = labels
            self.weights = weights
            self.durations = durations
            self.origins = origins
        }
    }

    /// Its short name.
    public var name: String
    /// One line about it; empty where the file has none.
    public var title = ""
    /// The currency; empty where the file doesn't say.
    public var currency = ""
    /// The hours; at least one.
    public var hours = Hours.one
    /// Carriers.
    public var carriers: [Carrier] = []
    /// Buses.
    public var buses: [Bus] = []
    /// Generators.
    public var generators: [Generator] = []
    /// Loads.
    public var loads: [Load] = []
    /// Stores.
    public var storageUnits: [StorageUnit] = []
    /// AC lines and transformers.
    public var lines: [Line] = []
    /// Controlled connections.
    public var links: [Link] = []
    /// What is dubious or left aside and yet stops nothing.
    public var warnings: [Finding] = []

    /// A case without rows.
    public init(name: String) { self.name = name }
}

extension GridCase {
    /// Whether something joins one hour to the next: a store, or a limit of how fast output may change.
    public var couplesHours: Bool {
        !storageUnits.isEmpty || generators.contains { $0.rampUp != nil || $0.rampDown != nil }
    }

    /// tCO2 per MWh that a generator delivers.
    public func emissions(of generator: Generator) -> Double {
        generator.carrier.map { carriers[$0].emissions / generator.efficiency } ?? 0
    }
}
