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
        /// The rows of `firms`.
        case firm
        /// The rows of `contracts`.
        case contract
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

    /// Every variable that can be recorded, in the order in which a year's record holds them; those of firms and
    /// contracts come last and stand in worlds that have firms.
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
        .init("system_cost", nil, "currency", "operation, fixed costs, annuities of additions, lost load", "sum"),
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
        .init("compute_price", .city, "currency/MWh", "price of work at IT equipment in the market", "mean"),
        .init("compute_elsewhere", nil, "MWh", "work that the market's prices sent elsewhere", "sum"),
        .init(
            "compute_market_gap", nil, "1", "largest excess of work over supply in the market, per all supply",
            "maximum"),
        .init("firm_cash", .firm, "currency", "cash on 31 December", "point"),
        .init("firm_income", .firm, "currency", "profit after tax, without marks of what is held", "sum"),
        .init("firm_wealth", .firm, "currency", "what is owned less what is owed to others than owners", "point"),
        .init("firm_debt", .firm, "currency", "leases and loans owed on 31 December", "point"),
        .init("delivered_power", .firm, "MW", "IT power delivered to the buyer and paid for", "sum"),
        .init("hardware_spend", .firm, "currency", "price of that power, over all contracts", "sum"),
        .init("warrants_received", .firm, "currency", "warrants that vested to the buyer, at their worth then", "sum"),
        .init(
            "effective_cost", .firm, "currency/MW",
            "hardware less warrants since the start, per power; 0 without power",
            "point"),
        .init("dilution", .firm, "1", "shares issued since the start per shares outstanding", "point"),
        .init(
            "circularity", .firm, "1", "hardware sold to those it supplied with capital, per that capital; 0 without",
            "point"),
        .init("idle_capital", .firm, "currency", "book value of hardware without work, and deposits", "point"),
        .init("payment_shortfall", .firm, "currency", "what was due and not paid", "sum"),
        .init("default", .firm, "1", "1 where something due was not paid", "maximum"),
        .init("contract_payments", .contract, "currency", "cash from buyer to supplier less cash back", "sum"),
        .init("power_taken", .contract, "MW", "mean power that the buyer takes of a project", "mean"),
        .init(
            "contract_shares", .contract, "1",
            "shares that have vested by a warrant, or were issued for capital this year",
            "point"),
        .init("debt_cover", .contract, "1", "cash flow per debt service of a project; 0 without debt", "point"),
        .init(
            "unit_cost", .contract, "currency/MWh", "hardware bought this year and its power, per work at IT equipment",
            "mean"),
        .init("work_per_energy", nil, "FLOP/J", "useful work per energy of data centres at the meter", "mean"),
        .init("work_per_cost", nil, "FLOP/currency", "useful work per cost of hardware and power", "mean"),
        .init(
            "work_per_emission", nil, "FLOP/tCO2", "useful work per CO2 of its power at the mean of the grid", "mean"),
        .init("books_gap", nil, "1", "largest breach of a law of the books per largest balance", "maximum"),
    ]

    /// Whether a world records it: what belongs to firms or to the market for compute is left out where these are.
    func isRecorded(in world: World) -> Bool {
        switch name {
        case "compute_price", "compute_elsewhere", "compute_market_gap": world.hasComputeMarket
        case "work_per_energy", "work_per_cost", "work_per_emission", "books_gap": !world.table("firms").ids.isEmpty
        default: dimension != .firm && dimension != .contract || !world.table("firms").ids.isEmpty
        }
    }

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
    /// The variables that runs of this world record, in the order in which a year's record holds them.
    public var recordedVariables: [RecordedVariable] {
        RecordedVariable.all.filter { $0.isRecorded(in: self) }
    }

    /// Whether prices allot work to cities.
    public var hasComputeMarket: Bool { hasSection("compute") && text("compute", "allocation") == "market" }

    /// The dimensions that they are resolved by.
    public var recordedDimensions: [RecordedVariable.Dimension] {
        RecordedVariable.Dimension.allCases.filter { dimension in
            recordedVariables.contains { $0.dimension == dimension }
        }
    }

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
        case .firm: table("firms").ids
        case .contract: table("contracts").ids
        }
    }
}
