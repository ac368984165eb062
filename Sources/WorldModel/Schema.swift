/// What a world may say: every section, table and column with its unit, range and default.
///
/// One table feeds the reader, the defaults, the checks, the paths and docs/WORLDS.md.
public enum Schema {
    /// A section of `world.yaml`.
    public struct Section: Sendable {
        /// The key in `world.yaml`.
        public let name: String
        /// Its keys.
        public let fields: [Field]
    }

    /// A table of a world.
    public struct TableShape: Sendable {
        /// The key under `tables:`.
        public let name: String
        /// Its columns; the first is the id where `hasIDs`.
        public let fields: [Field]
        /// Whether the first column is an id, so that paths can name the rows.
        public let hasIDs: Bool
    }

    /// A file of 8760 rows, one an hour, with a column for each row of a table that has such a series.
    public struct SeriesShape: Sendable {
        /// The table.
        public let table: String
        /// The column of the table that it resolves by hour.
        public let column: String
        /// The unit of its numbers.
        public let unit: String
        /// The values allowed.
        public let range: ClosedRange<Double>
        /// Whether the column keeps its own number and the series multiplies it; else the column is the series' mean.
        public let isShare: Bool
        /// The column of the profile that it stands for, which must be empty beside it.
        public let profile: String?
        /// What it means, in one line.
        public let summary: String

        /// The key under `tables:`, PyPSA's name of the file.
        public var name: String { table + "-" + column }
    }

    /// A column of a table or a key of a section.
    public struct Field: Sendable {
        /// What a field holds.
        public enum Kind: Sendable, Equatable {
            /// A number that a path can name.
            case number
            /// A number that fixes topology, geography or the calendar: the same in every lane, and no path names it.
            case fixed
            /// A whole number that no path can name.
            case integer
            /// Any text.
            case text
            /// One of these words.
            case choice([String])
            /// The id of a row of this table.
            case reference(String)
        }

        /// The header or key.
        public let name: String
        /// What it holds.
        public let kind: Kind
        /// The unit inside, and of a value without one.
        public let unit: String
        /// The values allowed.
        public internal(set) var range: ClosedRange<Double>
        /// The value where the file says nothing; NaN in a `number` that stays absent.
        public let standard: Double?
        /// The text where the file says nothing.
        public let standardText: String?
        /// Whether a file without it is an error.
        public let required: Bool
        /// What it means, in one line.
        public let summary: String
        /// The word under `model` of its section with which alone it may stand; empty with any.
        public var model = ""
    }
}

extension Schema {
    static let any = -Double.greatestFiniteMagnitude...Double.greatestFiniteMagnitude
    static let positive = 0.0...Double.greatestFiniteMagnitude

    static func id(_ summary: String) -> Field {
        Field(
            name: "name", kind: .text, unit: "", range: any, standard: nil, standardText: nil, required: true,
            summary: summary)
    }

    static func number(
        _ name: String, _ unit: String, _ range: ClosedRange<Double>, _ standard: Double?, _ summary: String,
        kind: Field.Kind = .number
    ) -> Field {
        Field(
            name: name, kind: kind, unit: unit, range: range, standard: standard, standardText: nil,
            required: standard == nil, summary: summary)
    }

    static func text(
        _ name: String, _ kind: Field.Kind = .text, _ standard: String? = "", _ summary: String
    ) -> Field {
        Field(
            name: name, kind: kind, unit: "", range: any, standard: nil, standardText: standard,
            required: standard == nil, summary: summary)
    }

    /// Fields that only one model of their section knows.
    static func of(_ model: String, _ fields: [Field]) -> [Field] {
        fields.map { field in
            var field = field
            field.model = model
            return field
        }
    }

    /// The value of a number that a row leaves out and that has no default.
    public static let absent = Double.nan

    /// A word by which paths select what stands in an area of several buses.
    private static let areaWord = text("area", .text, "", "its bus's area, to select rows by")

    /// What limits and ages the power of a row, and lets a rule build it.
    private static let building = [
        number(
            "build_year", "1", 0...3000, 0, "first year; what stood at the start retires `lifetime` later; 0: never",
            kind: .integer),
        text("p_nom_extendable", .choice(["False", "True"]), "False", "whether grid.expansion builds and closes it"),
        number("p_nom_max", "MW", positive, absent, "nothing is added beyond it; no limit where empty"),
        number("p_nom_build_max", "MW/yr", positive, absent, "most that is added in a year; no limit where empty"),
        number("fom_cost", "currency/MW/yr", positive, 0, "fixed cost of what stands, paid every year"),
    ]

    /// What limits the power of a line, and lets a rule build it: lines neither age nor close.
    private static let lineBuilding = [
        text("s_nom_extendable", .choice(["False", "True"]), "False", "whether grid.expansion builds it"),
        number("s_nom_max", "MW", positive, absent, "nothing is added beyond it; no limit where empty"),
        number("s_nom_build_max", "MW/yr", positive, absent, "most that is added in a year; no limit where empty"),
        number("fom_cost", "currency/MW/yr", positive, 0, "fixed cost of what stands, paid every year"),
    ]

    /// The sections of `world.yaml`, in the order in which their numbers stand in `World.values`.
    public static let sections: [Section] = [
        Section(
            name: "climate",
            fields: [
                text(
                    "model", .choice(["three_layer", "dice2016"]), "three_layer",
                    "climate model: FaIR's carbon cycle and three layers, or DICE-2016's in steps of 5 years"),
                number("ecs", "K", 0.5...10, 3.0, "equilibrium climate sensitivity"),
                number("forcing_2co2", "W/m2", 1...8, 3.93, "effective radiative forcing of doubled CO2"),
                number("temperature_sd", "K", 0...10, 1.5, "standard deviation of the daily temperature"),
                number("temperature_lag1", "1", 0...0.99, 0.7, "its correlation with the day before"),
                number(
                    "correlation_distance", "km", 1...20000, 500, "distance at which weather correlates by 1/e",
                    kind: .fixed),
                number("sun_spread", "1", 0...1, 0.5, "half-width of the day's sun about its month's mean"),
                number("wind_spread", "1", 0...1, 0.8, "half-width of the day's wind about its month's mean"),
            ] + threeLayerClimate + diceClimate),
        Section(
            name: "grid",
            fields: [
                text(
                    "network", .choice(["transport", "dc"]), "transport",
                    "network model; in `dc`, lines obey Kirchhoff and links do not"),
                text(
                    "clearing", .choice(["hourly", "day"]), "hourly", "what is cleared at once: an hour, or a day's 24"),
                number("days", "1", 1...365, 24, "cleared days of a year", kind: .integer),
                number("value_of_lost_load", "currency/MWh", 0...1e6, 3000, "price of a MWh that is not served"),
                number("spill_cost", "currency/MWh", 0...1000, 0.01, "price of a MWh that is spilled"),
                text(
                    "expansion", .choice(["none", "margin"]), "none",
                    "rule by which rows that are p_nom_extendable grow and close"),
                number(
                    "expansion_rate", "1/yr", 0...10, 0.25, "growth in a year per share by which margins exceed costs"),
                number(
                    "expansion_lead_time", "yr", 0...20, 0, "from the rule's order to operation, whole years",
                    kind: .integer),
            ]),
        Section(
            name: "compute",
            fields: [
                text(
                    "allocation", .choice(["capacity", "market"]), "capacity",
                    "how work is allotted to sites: alike, or by prices at which the classes of `work` choose cities"),
                number("lead_time", "yr", 0.25...20, 3, "mean time from order to a connection to the grid"),
                number("shell_lead_time", "yr", 0.1...20, 2, "mean time from order to building and cooling"),
                number("chip_lead_time", "yr", 0.1...20, 1.25, "mean time from order to chips"),
                number("orders", "MW/yr", positive, 0, "IT power ordered in a year"),
                number("utilisation", "1", 0...1, 0.8, "mean use of IT power; the most of it in a market"),
                number(
                    "training_share", "1", 0...1, 0.3,
                    "share of work that can wait; the rest has the profile `compute`, or is flat"),
                number("backlog_hours", "h", 1...168, 24, "training work that may wait, in hours of its mean power"),
                number("retirement", "%/yr", 0...100, 0, "IT power that closes in a year without being replaced"),
                number(
                    "efficiency", "FLOP/J", positive, 1.0e12, "useful work per energy of a chip bought at the start"),
                number("efficiency_doubling", "yr", 0.5...100, 3, "time in which that of new chips doubles"),
                number("chip_lifetime", "yr", 1...20, 5, "mean age at which a chip that works is replaced"),
                number("chip_failure", "%/yr", 0...100, 9, "chips that fail in a year and are replaced"),
                number(
                    "chip_cost", "currency/MW", positive, absent,
                    "price of chips per IT power at the start; with it, chips go that no longer pay their power"),
                number("chip_cost_halving", "yr", 0.5...100, 2.1, "time in which the price of work per second halves"),
                number(
                    "operation_cost", "currency/MWh", positive, 0,
                    "cost of work at IT equipment beside power, in a market"),
                number(
                    "supply_ramp", "currency/MWh", 0.001...1e6, 50,
                    "in a market, the rise of the price over which a site's supply begins"),
                number(
                    "spot_price", "currency/MW/yr", positive, absent,
                    "price of a year of compute that nobody has contracted, per IT power; contracts follow it"),
                number("heat_share", "1", 0...1, 0, "share of IT power that can be sold as heat"),
                number("heat_price", "currency/MWh", positive, 0, "price of that heat, less pipes and heat pumps"),
            ]),
        Section(
            name: "economy",
            fields: [text("model", .choice(["ces"]), "ces", "production function")] + growthOfProduct + carbonOfProduct
                + computeInProduct + welfareOfProduct),
    ]

    /// The tables of a world, in the order in which their numbers stand in `World.values`.
    public static let tables = simulated + hindcast

    /// The tables that a study reads.
    private static let simulated: [TableShape] = [
        TableShape(
            name: "carriers",
            fields: [
                id("energy carrier"),
                number("fuel_cost", "currency/MWh", any, 0, "price of fuel per MWh of its heat"),
                number("co2_emissions", "tCO2/MWh", positive, 0, "CO2 per MWh of fuel"),
                text("weather", .choice(["none", "sun", "wind"]), "none", "what varies its output from day to day"),
                text("color", .text, "", "colour in plots"), text("nice_name", .text, "", "name in plots"),
            ], hasIDs: true),
        TableShape(
            name: "buses",
            fields: [
                id("bus"), text("area", .text, "", "area whose profiles and weather it has; its name where empty"),
                number("x", "deg", -180...360, 0, "longitude", kind: .fixed),
                number("y", "deg", -90...90, 0, "latitude", kind: .fixed),
                number("v_nom", "kV", positive, 1, "nominal voltage", kind: .fixed),
            ], hasIDs: true),
        TableShape(
            name: "cities",
            fields: [
                id("city"), text("bus", .reference("buses"), nil, "bus that supplies it"),
                text("area", .text, "", "area whose weather it has; that of its bus where empty"),
                number("x", "deg", -180...360, 0, "longitude", kind: .fixed),
                number("y", "deg", -90...90, 0, "latitude", kind: .fixed),
                number("population", "person", positive, nil, "people on the first day"),
                number("population_growth", "%/yr", -20...20, 0, "births less deaths"),
                number("jobs_per_person", "1", 0...2, 0.5, "jobs per inhabitant"),
                number("wage", "1", 0.01...100, 1, "wage, relative"),
                number("rent", "1", 0.01...100, 1, "rent, relative"),
                number("gross_product", "currency/yr", positive, 0, "product on the first day"),
                number("warming_ratio", "1", 0...5, 1.2, "local over global warming"),
                number(
                    "urban_warming", "K", -10...20, 0,
                    "warming of the city beyond its region's in a century from the start, by its growth alone"),
                number(
                    "wet_bulb_depression", "K", 0...30, 3,
                    "dry-bulb less wet-bulb temperature where `relative_humidity` is empty"),
                number(
                    "relative_humidity", "%", 0...100, absent,
                    "of the day's mean; gives the wet-bulb temperature of cooling"),
                number("trust", "1", 0...1, 1, "how far users trust what is computed there"),
                number("households", "1", positive, absent, "households on the first day; for readers"),
                number("land_price", "currency/m2", positive, absent, "price of land; for readers"),
                text(
                    "water", .choice(["", "low", "medium", "high"]), "",
                    "how much water there is beside what is used; for readers"),
                number(
                    "seismic_probability", "%", 0...100, absent,
                    "chance within 30 years of shaking that damages buildings; for readers"),
                number(
                    "fibre_distance", "km", positive, absent,
                    "length of fibre to the nearest large internet exchange; for readers"),
            ], hasIDs: true),
        TableShape(
            name: "loads",
            fields: [
                id("load"), text("bus", .reference("buses"), nil, "bus"), areaWord,
                number("p_set", "MW", positive, nil, "mean power over the first year, data centres included"),
                text("profile", .text, "", "profile that shapes it; flat where empty"),
                number("cooling_sensitivity", "%/K", 0...50, 3, "k_c: growth per K above 20 degC"),
                number("heating_sensitivity", "%/K", 0...50, 1.5, "k_h: growth per K below 12 degC"),
            ], hasIDs: true),
        TableShape(
            name: "generators",
            fields: [
                id("generator"), text("bus", .reference("buses"), nil, "bus"), areaWord,
                text("carrier", .reference("carriers"), nil, "carrier"),
                number("p_nom", "MW", positive, nil, "nominal power"),
                number("p_min_pu", "1", 0...1, 0, "least output per p_nom: must-run"),
                number("p_max_pu", "1", 0...1, 1, "largest output per p_nom, times the profile"),
                number("efficiency", "1", 0.01...1, 1, "electricity per fuel"),
                number("marginal_cost", "currency/MWh", any, 0, "cost per MWh beside fuel"),
                number("marginal_cost_quadratic", "currency/MWh2", positive, 0, "q of c p + q p2 per hour, as PyPSA"),
                number(
                    "bid_adder", "currency/MWh", any, 0,
                    "added to what it bids, not to what it costs; negative: it also runs below its cost"),
                number("capital_cost", "currency/MW/yr", positive, absent, "annuity of added power"),
                number("lifetime", "yr", 1...1e9, 1e9, "technical lifetime"),
                number(
                    "ramp_limit_up", "1/h", positive, absent,
                    "most that output rises in an hour, per p_nom, where days are cleared"),
                number(
                    "ramp_limit_down", "1/h", positive, absent,
                    "most that output falls in an hour, per p_nom, where days are cleared"),
                text("profile", .text, "", "profile of its availability; 1 where empty"),
                text("kind", .text, "", "any word to select rows by"),
            ] + building, hasIDs: true),
        TableShape(
            name: "storage_units",
            fields: [
                id("storage unit"), text("bus", .reference("buses"), nil, "bus"), areaWord,
                text("carrier", .text, "", "carrier"),
                number("p_nom", "MW", positive, nil, "nominal power, both ways"),
                number("max_hours", "h", 0...1e5, 1, "energy over p_nom"),
                number("efficiency_store", "1", 0.01...1, 1, "stored per charged"),
                number("efficiency_dispatch", "1", 0.01...1, 1, "delivered per taken"),
                number("standing_loss", "1/h", 0...1, 0, "share lost in an hour"),
                number("inflow", "MW", positive, 0, "natural inflow"),
                text("inflow_profile", .text, "", "profile of the inflow; flat where empty"),
                number("marginal_cost", "currency/MWh", any, 0, "cost per MWh delivered"),
                number("capital_cost", "currency/MW/yr", positive, absent, "annuity of added power"),
                number("state_of_charge_initial", "MWh", positive, 0, "energy as the unrecorded first pass begins"),
                number("lifetime", "yr", 1...1e9, 1e9, "technical lifetime"),
            ] + building, hasIDs: true),
        TableShape(
            name: "links",
            fields: [
                id("link"), text("bus0", .reference("buses"), nil, "from"),
                text("bus1", .reference("buses"), nil, "to"),
                text("carrier", .text, "", "carrier"), text("kind", .text, "", "any word to select rows by"),
                number("p_nom", "MW", positive, nil, "nominal power: the larger limit of a corridor"),
                number("p_min_pu", "1", -1...1, 0, "least flow per p_nom; negative is from bus1 to bus0"),
                number("p_max_pu", "1", -1...1, 1, "largest flow per p_nom"),
                number("efficiency", "1", 0.01...1, 1, "delivered per sent"),
                number("marginal_cost", "currency/MWh", any, 0, "cost per MWh sent"),
                number("capital_cost", "currency/MW/yr", positive, absent, "annuity of added power"),
                number("length", "km", positive, 0, "length", kind: .fixed),
                number("lifetime", "yr", 1...1e9, 1e9, "technical lifetime"),
            ] + building, hasIDs: true),
        TableShape(
            name: "lines",
            fields: [
                id("line"), text("bus0", .reference("buses"), nil, "from"),
                text("bus1", .reference("buses"), nil, "to"),
                text("carrier", .text, "", "carrier"), text("kind", .text, "", "any word to select rows by"),
                number("x", "Ohm", positive, 0, "reactance, at the voltage of bus0", kind: .fixed),
                number("r", "Ohm", positive, 0, "resistance; lossless in every network model", kind: .fixed),
                number("s_nom", "MW", positive, nil, "largest flow, either way"),
                number("s_max_pu", "1", 0...1, 1, "share of s_nom that may be used"),
                number(
                    "secured", "1", 0...1, 0,
                    "1: were this line to fail, every other line would still carry at most s_nom (n-1); `dc` alone",
                    kind: .integer),
                number("capital_cost", "currency/MW/yr", positive, absent, "annuity of added power"),
                number("length", "km", positive, 0, "length", kind: .fixed),
            ] + lineBuilding, hasIDs: true),
        TableShape(
            name: "data_centres",
            fields: [
                id("site"), text("city", .reference("cities"), nil, "city"),
                number("capacity", "MW", positive, nil, "IT power on the first day"),
                number(
                    "capacity_max", "MW", positive, absent,
                    "most IT power that land and water allow; orders beyond it go where there is room; no limit where empty"
                ),
                number("order_share", "1", 0...1, 0, "share of compute.orders"),
                number("heat_demand", "MW", positive, 0, "most heat that neighbours take, mean over the year"),
                number("announced", "MW", positive, 0, "IT power announced beside `capacity`; for readers"),
                number(
                    "announced_year", "1", 0...3000, 0, "year by which it is said to stand; 0: none; for readers",
                    kind: .integer),
                text(
                    "cooling", .choice(["air_chiller", "air_econ_evap", "wse_tower", "liquid_dry"]), "wse_tower",
                    "cooling plant"),
                number("capital_cost", "currency/MW/yr", positive, absent, "annuity of added IT power and its shell"),
            ], hasIDs: true),
        TableShape(
            name: "work",
            fields: [
                id("class of work"),
                number("demand", "MW", positive, nil, "mean IT power that it asks for, by population of the cities"),
                number("outside_price", "currency/MWh", positive, nil, "price at which half of it goes elsewhere"),
                number("sensitivity", "MWh/currency", 1e-9...1e6, nil, "theta: how sharply it chooses by price"),
                number("round_trip_limit", "ms", 0.1...1e6, 1e6, "longest round trip that it bears"),
                number("trust_floor", "1", 0...1, 0, "least trust in the city"),
                number("latency_cost", "currency/MWh", positive, 0, "worth of a round trip as long as the limit"),
                number("trust_value", "currency/MWh", positive, 0, "worth of full trust"),
            ], hasIDs: true),
        TableShape(
            name: "firms",
            fields: [
                id("firm"),
                text(
                    "role", .choice(["firm", "project", "bank", "state", "rest"]), nil,
                    "`project`: a company that owns what a contract of that kind builds; one bank, one state and one "
                        + "rest (households, customers, other investors) stand beside"),
                number("cash", "currency", positive, nil, "cash on the first day"),
                number("shares", "1", positive, 0, "shares outstanding on the first day, held by the rest"),
                number("share_price", "currency", positive, absent, "price of a share; or `valuation`"),
                number("valuation", "currency", positive, absent, "worth of all shares before the year's new money"),
                number("revenue", "currency/yr", positive, 0, "from customers, whatever compute it has"),
                number("compute_revenue", "currency/MW/yr", positive, 0, "from customers, per compute at work"),
                number("opex", "currency/yr", positive, 0, "cost of operation, without power of its hardware"),
                number("tax_rate", "1", 0...0.35, 0.2, "tax on profits; firms and projects pay it"),
                number("cost_of_goods", "1", 0.25...0.7, 0.45, "cost of the hardware that it sells, per price"),
                number(
                    "asset_life", "yr", 4...6, 5, "years over which hardware is written off", kind: .integer),
            ], hasIDs: true),
        TableShape(
            name: "contracts",
            fields: [
                id("contract"), text("kind", .choice(ContractTerms.all.map(\.kind)), nil, "instrument"),
                text("buyer", .reference("firms"), nil, "who pays, holds or, of a project, owns"),
                text("supplier", .reference("firms"), nil, "who delivers, issues or sells"),
                text("sponsor", .reference("firms"), "", "of a project: an owner, and the buyer for whom it is built"),
                text("site", .reference("data_centres"), "", "whose deliveries it takes; all sites where empty"),
                number("share", "1", 0...1, absent, "share of the IT power that the site gets"),
                number("price", "currency/MW", positive, absent, "price of hardware"),
                number("deposit", "1", 0...0.5, absent, "paid a year ahead, per price of what is expected"),
                number("lease_rate", "%/yr", 5...14, absent, "interest of a lease"),
                number("lease_term", "yr", 3...6, absent, "years of a lease", kind: .integer),
                number("balloon", "1", 0...0.3, absent, "paid with the last rent, per price"),
                number("shell_cost", "currency/MW", positive, absent, "building, power and cooling of a project"),
                number("gearing", "1", 0.5...0.85, absent, "most that a project borrows, per cost"),
                number("loan_rate", "%/yr", 4...11, absent, "interest of a project's loan"),
                number("loan_term", "yr", 4...12, absent, "years of a project's loan", kind: .integer),
                number("target_cover", "1", 1.15...1.8, absent, "bankable cash flow per debt service, at close"),
                number("lock_up_cover", "1", 1.05...1.3, absent, "cover below which nothing is distributed"),
                number("reserve", "yr", 0...1, absent, "debt service that a project keeps in reserve"),
                number("opex", "currency/MW/yr", positive, absent, "operation of a project, without power"),
                number("sponsor_share", "1", 0...1, absent, "share of the equity that the sponsor pays in"),
                number("quantity", "1", 0...1, absent, "share of the project's power that is contracted"),
                number("demand", "1", 0...1, absent, "share of the project's power that the buyer could use"),
                number("minimum_take", "1", 0.6...1, absent, "least share of what can be delivered that is paid"),
                number("floor", "currency/MW/yr", positive, absent, "lowest price"),
                number("cap", "currency/MW/yr", positive, absent, "highest price"),
                number("damages", "1", 0...2, absent, "paid per price of what can't be delivered"),
                number("strike", "currency", positive, absent, "price at which a warrant buys a share"),
                number("exercise", "1", 0...1, absent, "share of what can be exercised that is, each year"),
                number("expiry", "1", 1700...3000, absent, "last year of a warrant", kind: .integer),
                number("equity_per_power", "currency/MW", positive, absent, "capital supplied per hardware delivered"),
                number("equity_limit", "currency", positive, absent, "most capital that is supplied"),
                number("equity_share", "1", 0...1, absent, "share of the equity that the state pays in"),
                number("reserved", "1", 0...1, absent, "share of the power that is kept for the state"),
                number("discount", "1", 0...1, absent, "discount on what is kept for it"),
                number("subsidy", "currency/MW", positive, absent, "granted at close"),
                number(
                    "clawback", "1", 0...1, absent, "share of all subsidies paid back in a year below `local_floor`"),
                number("local_floor", "1", 0...1, absent, "least share of use by the state's own"),
                number("local_share", "1", 0...1, absent, "share of use by the state's own"),
                number("units", "MW yr", positive, absent, "compute sold forward, in years of a MW"),
                number("forward", "currency/MW/yr", positive, absent, "price at which it is sold forward"),
                number("margin", "1", 1...2, absent, "collateral per worth of what is owed"),
                number("issue", "1", 1700...3000, absent, "year of the sale", kind: .integer),
                number("due", "1", 1700...3000, absent, "year of delivery", kind: .integer),
            ], hasIDs: true),
        TableShape(
            name: "tranches",
            fields: [
                id("tranche"), text("contract", .reference("contracts"), nil, "warrant"),
                number("power", "MW", positive, nil, "hardware delivered since the start from which it vests"),
                number("shares", "1", positive, nil, "shares that it buys"),
                number("hurdle", "currency", positive, 0, "share price that must have been reached"),
            ], hasIDs: true),
        TableShape(
            name: "controls",
            fields: [
                id("year from whose 1 January the row holds; linear between rows, the last holds on"),
                number("miu", "1", 0...1.2, absent, "abatement: share of industry's CO2 that is avoided"),
                number("savings", "1", 0...1, absent, "share of income that is invested"),
            ], hasIDs: true),
        TableShape(
            name: "profiles",
            fields: [
                Field(
                    name: "profile", kind: .text, unit: "", range: any, standard: nil, standardText: nil,
                    required: true,
                    summary:
                        "profile; `temperature` [degC] is the normal of the area's climate; optional, of mean 1: `compute` "
                        + "shapes work that can't wait, `relative_humidity` that of cities over the months"),
                text("area", .text, "", "area; all where empty"),
                number("month", "1", 1...12, absent, "month; all where empty", kind: .integer),
                text("daytype", .choice(["", "weekday", "weekend"]), "", "all days where empty"),
                number(
                    "hour", "1", 0...23, absent, "hour of the day that begins then; all where empty", kind: .integer),
                number("value", "1", any, nil, "factor", kind: .fixed),
            ], hasIDs: false),
        TableShape(
            name: "trajectories",
            fields: [
                Field(
                    name: "path", kind: .text, unit: "", range: any, standard: nil, standardText: nil, required: true,
                    summary: "what changes by itself"),
                number("year", "1", 1700...3000, nil, "1 January of this year", kind: .integer),
                number("factor", "1", any, nil, "on the value of the start; linear between years", kind: .fixed),
            ], hasIDs: false),
    ]

    /// The series of a world.
    public static let series: [SeriesShape] = [
        SeriesShape(
            table: "generators", column: "p_max_pu", unit: "1", range: 0...1, isShare: true, profile: "profile",
            summary: "largest output per p_nom, hour by hour, times the column `p_max_pu`"),
        SeriesShape(
            table: "generators", column: "p_min_pu", unit: "1", range: 0...1, isShare: false, profile: nil,
            summary: "least output per p_nom, hour by hour; `p_min_pu` is its mean"),
        SeriesShape(
            table: "loads", column: "p_set", unit: "MW", range: any, isShare: false, profile: "profile",
            summary: "power, hour by hour; `p_set` is its mean"),
        SeriesShape(
            table: "storage_units", column: "inflow", unit: "MW", range: positive, isShare: false,
            profile: "inflow_profile", summary: "natural inflow, hour by hour; `inflow` is its mean"),
    ]
}
