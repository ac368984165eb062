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
        /// Who has income: households, cities, the state, those abroad.
        case owner
        /// The pulses of CO2 that the study's outcomes ask for.
        case pulse
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
    /// The section without which a world doesn't record it; nil: every world does.
    public let section: String?
    /// The word under `model` of that section with which alone it is recorded; empty with any.
    public let model: String

    /// Stages between an order of compute and its operation.
    public static let stages = 3

    /// Every variable that can be recorded, in the order in which a year's record holds them.
    public static let all = general + compute + economy + diceClimate

    /// What worlds record whatever their models are; what belongs to firms stands in worlds that have some.
    private static let general: [RecordedVariable] = [
        .init("global_temperature", nil, "K", "global mean surface warming since 1750", "mean"),
        .init("population", .city, "person", "population on 31 December", "point"),
        .init("load", nil, "MWh", "electricity consumed, shedding included, losses excluded", "sum"),
        .init("peak_load", nil, "MW", "largest load of the 8760 hours", "maximum"),
        .init(
            "reserve_margin", nil, "1",
            "least of 8760 hours, over areas and all: power that can be had over load, less 1", "minimum"),
        .init("generation", .carrier, "MWh", "electricity generated", "sum"),
        .init("unserved_energy", nil, "MWh", "load that was not served", "sum"),
        .init("curtailed_energy", nil, "MWh", "output available at no fuel, or spilled, that was not used", "sum"),
        .init("electricity_price", .city, "currency/MWh", "load-weighted price at the city's bus", "mean"),
        .init("flow", .link, "MWh", "energy sent from bus0 to bus1, net", "sum"),
        .init("co2_emissions", nil, "tCO2", "CO2 of generation and industry", "sum"),
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
        .init("gross_product", nil, "currency", "gross product, before damages and abatement", "sum"),
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
        .init("books_gap", nil, "1", "largest breach of a law of the books per largest balance", "maximum"),
    ]

    /// Whether a world records it: what belongs to firms, to the market for compute or to a model is left out where these
    /// aren't.
    func isRecorded(in world: World) -> Bool {
        if let section {
            // Inequality is between the people of cities.
            if name == "income_gini" || name == "wealth_gini", world.table("cities").ids.isEmpty { return false }
            return world.hasSection(section) && (model.isEmpty || model == world.model(section))
        }
        return switch name {
        case "compute_price", "compute_elsewhere", "compute_market_gap": world.hasComputeMarket
        case "books_gap": !world.table("firms").ids.isEmpty
        default: dimension != .firm && dimension != .contract || !world.table("firms").ids.isEmpty
        }
    }

    /// What a world with compute records beside its capacity.
    private static let compute: [RecordedVariable] = [
        .init("compute_ordered", nil, "MW", "IT power ordered, or built at once", "sum", "compute"),
        .init("compute_retired", nil, "MW", "IT power that closed", "sum", "compute"),
        .init(
            "connections_waiting", nil, "MW", "grid connections of compute that wait for shells or chips", "point",
            "compute"),
        .init("shells_waiting", nil, "MW", "shells that wait for connections or chips", "point", "compute"),
        .init("chips_waiting", nil, "MW", "chips that wait for connections or shells", "point", "compute"),
        .init(
            "chips_replaced", nil, "MW", "IT power whose chips failed, wore out or no longer paid, and were replaced",
            "sum", "compute"),
        .init("chip_purchases", nil, "currency", "price of chips bought; 0 where none is given", "sum", "compute"),
        .init("chip_efficiency", nil, "FLOP/J", "useful work per energy of the chips that stand", "point", "compute"),
        .init(
            "work_per_energy", nil, "FLOP/J", "useful work per energy of data centres at the meter", "mean", "compute"),
        .init(
            "work_per_cost", nil, "FLOP/currency",
            "useful work per cost of power and hardware: written off where there are firms, else the chips' annuity",
            "mean", "compute"),
        .init(
            "work_per_emission", nil, "FLOP/tCO2", "useful work per CO2 of its power at the mean of the grid", "mean",
            "compute"),
    ]

    /// What a world with an economy records beside `gross_product`.
    private static let economy: [RecordedVariable] = [
        .init("people", nil, "person", "people of the economy, in the year", "mean", "economy"),
        .init(
            "productivity", nil, "1", "total factor productivity, in units of economy.productivity", "mean", "economy"),
        .init("capital", nil, "currency", "capital on 1 January", "point", "economy"),
        .init("warming", nil, "K", "warming that damages the year's product, on 1 January", "point", "economy"),
        .init("damage_share", nil, "1", "damages over the gross product", "mean", "economy"),
        .init("damages", nil, "currency", "product lost to warming", "sum", "economy"),
        .init("abatement", nil, "1", "share of industry's CO2 that is avoided", "mean", "economy"),
        .init("abatement_cost", nil, "currency", "product spent on avoiding CO2", "sum", "economy"),
        .init("marginal_abatement_cost", nil, "currency/tCO2", "cost of the last tonne avoided", "mean", "economy"),
        .init(
            "carbon_intensity", nil, "kgCO2/currency", "CO2 of industry per product, were none avoided", "mean",
            "economy"),
        .init("industry_emissions", nil, "tCO2", "CO2 of the product outside power plants", "sum", "economy"),
        .init("cumulative_carbon", nil, "GtC", "carbon of industry emitted before 1 January", "point", "economy"),
        .init("net_product", nil, "currency", "product after damages and abatement", "sum", "economy"),
        .init("savings_rate", nil, "1", "share of income that is invested", "mean", "economy"),
        .init("investment", nil, "currency", "income that is invested", "sum", "economy"),
        .init("consumption", nil, "currency", "income that is consumed", "sum", "economy"),
        .init("consumption_per_person", nil, "currency/person", "consumption of a person", "mean", "economy"),
        .init("utility", nil, "1", "utility of a person's consumption, in thousands a year", "mean", "economy"),
        .init("welfare", nil, "1", "discounted utility of all people of the years so far", "point", "economy"),
        .init("labour_share", nil, "1", "wages over the product", "mean", "economy"),
        .init("capital_share", nil, "1", "income of capital over the product", "mean", "economy"),
        .init("compute_share", nil, "1", "income of compute over the product", "mean", "economy"),
        .init("wage", nil, "currency/person", "marginal product of a person who works", "mean", "economy"),
        .init("compute_rent", nil, "currency/EFLOP", "marginal product of work done by compute", "mean", "economy"),
        .init("compute_labour", nil, "person", "people whose work the world's compute could do", "mean", "economy"),
        .init("automated_share", nil, "1", "share of tasks that compute can do", "mean", "economy"),
        .init("software", nil, "1", "maturity of software, over that of the start", "mean", "economy"),
        .init("hardware", nil, "1", "efficiency of new chips by research, over that of the start", "mean", "economy"),
        .init("carbon_revenue", nil, "currency", "paid for CO2", "sum", "economy"),
        .init("income", .owner, "currency", "income after transfers", "sum", "economy"),
        .init("city_income", .city, "currency", "income after transfers of the city's households", "sum", "economy"),
        .init("income_per_person", .city, "currency/person", "the same, of a person", "mean", "economy"),
        .init(
            "city_wealth", .city, "currency", "capital that the city's households own, on 1 January", "point", "economy"
        ),
        .init(
            "income_gini", nil, "1", "Gini coefficient of income between people, each with the mean of the city",
            "mean",
            "economy"),
        .init(
            "wealth_gini", nil, "1", "Gini coefficient of capital between people, each with the mean of the city",
            "mean", "economy"),
        .init("scc", .pulse, "currency/tCO2", "social cost of a tonne of CO2, of the years so far", "point", "economy"),
    ]

    /// What DICE's climate records.
    private static let diceClimate: [RecordedVariable] = [
        .init("carbon_atmosphere", nil, "GtC", "carbon in the air on 1 January", "point", "climate", "dice2016"),
        .init(
            "carbon_upper_ocean", nil, "GtC", "carbon in biosphere and upper ocean on 1 January", "point", "climate",
            "dice2016"),
        .init(
            "carbon_lower_ocean", nil, "GtC", "carbon in the deep ocean on 1 January", "point", "climate", "dice2016"),
        .init("forcing", nil, "W/m2", "radiative forcing on 1 January", "point", "climate", "dice2016"),
        .init(
            "deep_ocean_warming", nil, "K", "warming of the deep ocean on 1 January", "point", "climate", "dice2016"),
        .init("emissions_to_air", nil, "GtCO2", "CO2 emitted, land use included", "sum", "climate", "dice2016"),
    ]

    private init(
        _ name: String, _ dimension: Dimension?, _ unit: String, _ longName: String, _ cellMethod: String,
        _ section: String? = nil, _ model: String = ""
    ) {
        self.section = section
        self.model = model
        self.name = name
        self.dimension = dimension
        self.unit = unit
        self.longName = longName
        self.cellMethod = cellMethod
    }
}

extension World {
    /// The variables that the kernel tells of a year of this world, in the order in which it does.
    public var toldVariables: [RecordedVariable] { RecordedVariable.all.filter { $0.isRecorded(in: self) } }

    /// The variables that runs of this world record, in the order in which a year's record holds them: those that are
    /// told, or as many of them as the study asks for.
    public var recordedVariables: [RecordedVariable] { toldVariables.filter(isWanted) }

    private func isWanted(_ variable: RecordedVariable) -> Bool { recordedNames?.contains(variable.name) ?? true }

    /// Whether prices allot work to cities.
    public var hasComputeMarket: Bool { hasSection("compute") && text("compute", "allocation") == "market" }

    /// The dimensions that they are resolved by.
    public var recordedDimensions: [RecordedVariable.Dimension] {
        RecordedVariable.Dimension.allCases.filter { dimension in
            recordedVariables.contains { $0.dimension == dimension }
        }
    }

    /// The number of values of a variable in a year of this world; 0 where it isn't recorded.
    public func count(of variable: RecordedVariable) -> Int { isWanted(variable) ? toldCount(of: variable) : 0 }

    /// The number of values of a variable that the kernel tells of a year; 0 where this world has none.
    public func toldCount(of variable: RecordedVariable) -> Int {
        variable.isRecorded(in: self) ? variable.dimension.map { entities(of: $0).count } ?? 1 : 0
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
        case .owner: hasSection("economy") ? ["households", "city", "state", "abroad"] : []
        case .pulse: carbonPulses.map(String.init)
        }
    }
}
