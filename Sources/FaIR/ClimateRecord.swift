import Lanes

/// What a climate run can record; the raw values are the names of the files that hold it.
public enum ClimateQuantity: String, Sendable, CaseIterable {
    /// Emissions of a step, per year.
    case emissions
    /// Concentrations at bounds.
    case concentration
    /// Effective radiative forcing at bounds, W/m2.
    case forcing
    /// Emissions that are still in the air, at bounds.
    case airborneEmissions = "airborne_emissions"
    /// Emissions since the first bound.
    case cumulativeEmissions = "cumulative_emissions"
    /// The factor on lifetimes in the step from a bound.
    case alphaLifetime = "alpha_lifetime"
    /// Temperature of each layer, K.
    case temperature
    /// Filtered forcing, sum of forcings and imbalance, W/m2; heat taken up, J.
    case energy

    /// Whether it belongs to the step that begins at a bound.
    public var isOfStep: Bool { self == .emissions || self == .alphaLifetime }

    /// The indices of what it has a series for: species of the case, layers, or the four of `energy`.
    public func entities(of model: ClimateCase) -> [Int] {
        let species = model.species
        let gases = species.indices.filter { species[$0].isGreenhouseGas }
        switch self {
        case .temperature: return Array(0..<model.run.layers)
        case .energy: return Array(0..<4)
        case .airborneEmissions, .alphaLifetime: return gases
        case .concentration:
            return species.indices.filter { species[$0].isGreenhouseGas || species[$0].kind == .stratosphericChlorine }
        case .emissions, .forcing, .cumulativeEmissions: return Array(species.indices)
        }
    }

    /// The names of `energy`, as in FaIR's files.
    public static let energyNames = ["state0_forcing", "forcing_sum", "toa_imbalance", "ohc_change_J"]

    func slot(of entity: Int, in columns: ClimateColumns) -> Int {
        switch self {
        case .emissions: columns.emissions[entity]
        case .concentration: columns.concentration[entity]
        case .forcing: columns.forcing[entity]
        case .airborneEmissions: columns.airborne[entity]
        case .cumulativeEmissions: columns.cumulative[entity]
        case .alphaLifetime: columns.alpha[entity]
        case .temperature: columns.thermal + 1 + entity
        case .energy: [columns.thermal, columns.forcingSum, columns.imbalance, columns.heat][entity]
        }
    }
}

/// What one bundle lived through under one scenario; valid while it is handed over.
public struct ClimatePart {
    /// The scenario.
    public let scenario: Int
    /// The members of the lanes.
    public let members: [Int]
    /// The first bound recorded.
    public let firstBound: Int
    /// The number of bounds recorded.
    public let bounds: Int
    let quantities: [ClimateQuantity]
    let model: ClimateCase
    let width: Int
    let record: UnsafeMutablePointer<Lanes>
    /// What went wrong.
    public let flags: ClimateFlags

    /// The place of a quantity's first series; nil where it is not recorded.
    public func place(of quantity: ClimateQuantity) -> Int? {
        var place = 0
        for each in quantities {
            if each == quantity { return place }
            place += each.entities(of: model).count
        }
        return nil
    }

    /// The number at a place of a quantity's series (see `place`), at a bound counted from `firstBound`.
    @inlinable
    public func value(place: Int, bound: Int, lane: Int) -> Double { number(place, bound, lane) }

    /// The number of a recorded quantity; `entity` counts those of `ClimateQuantity.entities`.
    public func value(_ quantity: ClimateQuantity, entity: Int, bound: Int, lane: Int) -> Double {
        guard let place = place(of: quantity) else { return .nan }
        return number(place + entity, bound, lane)
    }

    @usableFromInline
    func number(_ place: Int, _ bound: Int, _ lane: Int) -> Double { record[bound * width + place][lane] }
}

/// When something went wrong first in each lane, as a year; infinite where nothing did.
public struct ClimateFlags: Sendable {
    private let clamped, negative, notFinite: Lanes

    init(clamped: Lanes, negative: Lanes, notFinite: Lanes, start: Double) {
        self.clamped = clamped + start
        self.negative = negative + start
        self.notFinite = notFinite + start
    }

    /// The year of a flag in a lane; nil where nothing happened.
    public func year(_ flag: ClimateFlag, lane: Int) -> Double? {
        let years =
            switch flag {
            case .clampedLifetime: clamped
            case .negativeConcentration: negative
            case .notFinite: notFinite
            }
        return years[lane].isFinite ? years[lane] : nil
    }
}

/// What can go wrong in a run that FaIR says nothing about.
public enum ClimateFlag: String, Sendable, CaseIterable {
    /// The integrated airborne fraction of a gas was held at its maximum.
    case clampedLifetime = "lifetime_clamped"
    /// The concentration of a gas fell below zero.
    case negativeConcentration = "negative_concentration"
    /// The temperature of the surface is no finite number.
    case notFinite = "not_finite"

    /// What it means.
    public var summary: String {
        switch self {
        case .clampedLifetime: "the 100-year integrated airborne fraction of a gas is held at iirf_max"
        case .negativeConcentration: "the concentration of a gas is below zero"
        case .notFinite: "the temperature is not a finite number"
        }
    }
}

/// The state of every member under every scenario at one bound: all that a run needs to go on.
public struct ClimateSnapshot: Sendable, Equatable {
    /// The bound.
    public let bound: Int
    /// Names and sizes of the columns.
    public let columns: [ClimateColumn]
    /// Members and scenarios by name.
    public let members: [String]
    /// The names of the scenarios.
    public let scenarios: [String]
    /// Numbers by scenario, member, column.
    public var values: [Double]

    /// A column of a snapshot.
    public struct ClimateColumn: Sendable, Equatable {
        /// Its name.
        public let name: String
        /// Its size.
        public let count: Int

        /// A column.
        public init(name: String, count: Int) {
            self.name = name
            self.count = count
        }
    }

    /// A snapshot with these contents.
    public init(bound: Int, columns: [ClimateColumn], members: [String], scenarios: [String], values: [Double]) {
        self.bound = bound
        self.columns = columns
        self.members = members
        self.scenarios = scenarios
        self.values = values
    }

    init(_ plan: ClimatePlan, _ model: ClimateCase, bound: Int) {
        let columns = ClimateSnapshot.columns(plan)
        let width = plan.columns.stateCount
        self.init(
            bound: bound, columns: columns, members: model.members, scenarios: model.scenarios,
            values: Array(repeating: 0, count: width * model.members.count * model.scenarios.count))
    }

    private static func columns(_ plan: ClimatePlan) -> [ClimateColumn] {
        var columns: [ClimateColumn] = []
        var count = 0
        for each in plan.columns.named where count < plan.columns.stateCount {
            columns.append(ClimateColumn(name: each.name, count: each.count))
            count += each.count
        }
        return columns
    }

    /// The columns of the states of a case.
    public static func columns(of model: ClimateCase) -> [ClimateColumn] { columns(ClimatePlan(model)) }

    /// The numbers of a member.
    public var width: Int { columns.reduce(0) { $0 + $1.count } }

    mutating func store(_ W: UnsafeMutablePointer<Lanes>, members chosen: [Int], scenario: Int) {
        let width = self.width
        for (lane, member) in chosen.enumerated() {
            let first = (scenario * members.count + member) * width
            for slot in 0..<width { values[first + slot] = W[slot][lane] }
        }
    }

    func load(_ W: UnsafeMutablePointer<Lanes>, members chosen: [Int], scenario: Int) {
        let width = self.width
        for lane in 0..<Lanes.scalarCount {
            let first = (scenario * members.count + chosen[lane]) * width
            for slot in 0..<width { W[slot][lane] = values[first + slot] }
        }
    }

    func differs(slot: Int, columns: ClimateColumns, model: ClimateCase) -> Bool {
        let width = self.width
        for scenario in scenarios.indices {
            let first = scenario * members.count * width + slot
            for member in members.indices where values[first].bitPattern != values[first + member * width].bitPattern {
                return true
            }
        }
        return false
    }
}
