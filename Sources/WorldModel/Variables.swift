/// A yearly variable that every run records.
public struct RecordedVariable: Sendable, Hashable {
    /// What a variable is resolved by beside world line and time.
    public enum Dimension: String, Sendable, Hashable, CaseIterable {
        /// The rows of `cities`.
        case city
        /// The rows of `carriers`.
        case carrier
        /// The rows of `links`, then those of `lines`.
        case link
        /// The rows of `buses`.
        case bus
        /// The stages between order and operation of compute.
        case stage
    }

    /// Its name in the archive.
    public let name: String
    /// What it is resolved by; nil is one number a year.
    public let dimension: Dimension?
    /// Its unit inside; "currency" stands for the world's.
    public let unit: String
    /// One line for readers.
    public let longName: String
    /// CF's `cell_methods` over time.
    public let cellMethod: String

    /// Stages between an order of compute and its operation.
    public static let stages = 3

    /// Every recorded variable, in the order in which a year's record holds them.
    public static let all: [RecordedVariable] = [
        .init("global_temperature", nil, "K", "global mean surface warming since 1750", "mean"),
        .init("population", .city, "person", "population on 31 December", "point"),
        .init("load", nil, "MWh", "electricity consumed, shedding included, losses excluded", "sum"),
        .init("peak_load", nil, "MW", "largest load of the 8760 hours", "maximum"),
        .init("generation", .carrier, "MWh", "electricity generated", "sum"),
        .init("unserved_energy", nil, "MWh", "load that was not served", "sum"),
        .init("curtailed_energy", nil, "MWh", "output available at no fuel, or spilled, that was not used", "sum"),
        .init("electricity_price", .city, "currency/MWh", "load-weighted price at the city's bus", "mean"),
        .init("flow", .link, "MWh", "energy sent from bus0 to bus1, net", "sum"),
        .init("co2_emissions", nil, "tCO2", "CO2 of generation", "sum"),
        .init("system_cost", nil, "currency", "operation, fixed costs, annuities, lost load; less heat sold", "sum"),
        .init("payments", nil, "currency", "paid for load that was served and for what was spilled", "sum"),
        .init("generation_revenue", .carrier, "currency", "paid to generators", "sum"),
        .init("storage_revenue", nil, "currency", "paid to stores less what they paid", "sum"),
        .init("congestion_rent", nil, "currency", "price where flows arrive less price where they leave", "sum"),
        .init("compute_capacity", .city, "MW", "IT power in operation on 31 December", "point"),
        .init("compute_served", .city, "MWh", "energy at IT equipment", "sum"),
        .init("compute_pipeline", .stage, "MW", "IT power ordered and not yet in operation", "point"),
        .init("compute_work", nil, "FLOP", "useful floating-point operations", "sum"),
        .init("pue", .city, "1", "power usage effectiveness", "mean"),
        .init("gross_product", nil, "currency", "gross product", "sum"),
        .init("optimality_gap", nil, "1", "largest certified gap of the cleared hours", "maximum"),
        .init("unconverged_hours", nil, "1", "cleared hours whose gap is above 1e-6", "sum"),
        .init("bus_price", .bus, "currency/MWh", "load-weighted price at the bus", "mean"),
        .init("bus_revenue", .bus, "currency", "paid to generators at the bus", "sum"),
        .init("bus_emissions", .bus, "tCO2", "CO2 of generation at the bus", "sum"),
        .init("bus_unserved", .bus, "MWh", "load at the bus that was not served", "sum"),
        .init("carrier_emissions", .carrier, "tCO2", "CO2 of generation of the carrier", "sum"),
        .init("capacity", .carrier, "MW", "power of generators installed on 31 December, without shocks", "point"),
        .init("link_rent", .link, "currency", "price where the flow arrives less price where it leaves", "sum"),
        .init("heat_sold", nil, "MWh", "heat of data centres that is sold", "sum"),
    ]

    private init(
        _ name: String, _ dimension: Dimension?, _ unit: String, _ longName: String, _ cellMethod: String
    ) {
        self.name = name
        self.dimension = dimension
        self.unit = unit
        self.longName = longName
        self.cellMethod = cellMethod
    }
}

extension World {
    /// The number of values of a variable in a year of this world.
    public func count(of variable: RecordedVariable) -> Int {
        variable.dimension.map { entities(of: $0).count } ?? 1
    }

    /// The names of what a dimension resolves, in the order of a year's record.
    public func entities(of dimension: RecordedVariable.Dimension) -> [String] {
        switch dimension {
        case .city: table("cities").ids
        case .carrier: table("carriers").ids
        case .link: table("links").ids + table("lines").ids
        case .bus: table("buses").ids
        case .stage: (1...RecordedVariable.stages).map { "stage \($0)" }
        }
    }
}
