/// Numbers that a world has and that nothing in it reads: what would change them would do nothing.
extension World {
    /// Why a number is read by nothing, and what would let it act.
    struct Idleness {
        let why: String
        let remedy: String

        init(_ why: String, _ remedy: String) {
            self.why = why
            self.remedy = remedy
        }
    }

    /// Why what a path names does nothing in this world; nil where it acts, or may.
    ///
    /// Only what follows from the world's words and from what its tables leave empty is said here: a number that is neutral as
    /// it stands, as a heat demand of 0, may be given a meaning by another lever.
    func idleness(of place: Place, section: String) -> Idleness? {
        if !doubts.sections.isEmpty || !doubts.tables.isEmpty || !doubts.columns.isEmpty { return nil }
        if place.field.summary.hasSuffix("; for readers") {
            return Idleness("is for readers: nothing that is simulated follows from it", "leave the path out")
        }
        if let table = place.table { return idleness(of: place.field.name, in: self.table(table), rows: place.rows) }
        return switch section {
        case "climate": idlenessOfClimate(place.field.name)
        case "grid": idlenessOfGrid(place.field.name)
        case "compute": idlenessOfCompute(place.field.name)
        default: idlenessOfEconomy(place.field.name)
        }
    }

    /// What a state begins with and carries on by itself; levers and trajectories add to it, and shocks can't.
    static let ofTheStart: Set<String> = ["cities.population", "data_centres.capacity"]

    /// What is read on the first day alone, before any choice.
    static let ofTheFirstDay: Set<String> = [
        "storage_units.state_of_charge_initial", "firms.cash", "firms.shares", "economy.software_research_share",
        "economy.hardware_research_share", "climate.carbon_atmosphere", "climate.carbon_upper_ocean",
        "climate.carbon_lower_ocean", "climate.warming_start", "climate.deep_warming_start",
    ]

    /// `section.key` or `table.column` of what a path names.
    static func name(of place: Place, _ path: String) -> String {
        (place.table ?? String(path.prefix { $0 != "." })) + "." + place.field.name
    }

    /// The finding about a path that would change nothing; nil where it acts, or may.
    func idle(_ place: Place, _ path: String) -> Finding? {
        let section = place.table == nil ? String(path.prefix { $0 != "." }) : ""
        return idleness(of: place, section: section).map {
            Finding(
                file: "", path: path, message: "the path would change nothing: `\(place.field.name)` \($0.why)",
                remedy: $0.remedy)
        }
    }

    private func idleness(of column: String, in table: Table, rows: [Int]) -> Idleness? {
        func isGiven(_ column: String, _ row: Int) -> Bool { !values[table.slots(column).lowerBound + row].isNaN }
        switch (table.name, column) {
        case ("cities", "trust") where !hasComputeMarket:
            return .market
        case ("generators", "ramp_limit_up"), ("generators", "ramp_limit_down"):
            return text("grid", "clearing") == "hourly"
                ? Idleness(
                    "limits what happens within a day, and hours are cleared one by one",
                    "write `clearing: day` in `grid`") : nil
        case (_, "lifetime"):
            let years = table.fixed("build_year")
            return rows.allSatisfy { years[$0] == 0 }
                ? Idleness("ages what has a `build_year`, and that is 0", "give the row a `build_year`") : nil
        case ("firms", "revenue"), ("firms", "compute_revenue"), ("firms", "opex"), ("firms", "cost_of_goods"):
            let roles = table.text("role")
            return rows.allSatisfy { roles[$0] != "firm" }
                ? Idleness("is read of those whose `role` is `firm`", "name such a row") : nil
        case ("firms", "tax_rate"):
            let roles = table.text("role")
            return rows.allSatisfy { roles[$0] != "firm" && roles[$0] != "project" }
                ? Idleness("is paid by firms and projects", "name such a row") : nil
        case ("cities", "rent") where table.ids.count < 3:
            return .oneWay
        case ("cities", "warming_ratio"), ("loads", "cooling_sensitivity"),
            ("loads", "heating_sensitivity"):
            return hasSection("climate") ? nil : .climate
        case ("cities", "wet_bulb_depression"):
            return rows.allSatisfy { isGiven("relative_humidity", $0) }
                ? Idleness("holds where no relative humidity is given", "change `relative_humidity` instead") : nil
        default: return nil
        }
    }

    private func idlenessOfClimate(_ key: String) -> Idleness? {
        switch key {
        case "temperature_sd" where table("buses").ids.isEmpty && table("cities").ids.isEmpty,
            "temperature_lag1" where table("buses").ids.isEmpty && table("cities").ids.isEmpty,
            "sun_spread" where !hasSection("grid"), "wind_spread" where !hasSection("grid"):
            Idleness("makes weather, which nothing in this world feels", "leave the path out")
        case "member" where text("climate", "members").isEmpty:
            Idleness("chooses among the members of an ensemble, and there is none", "name `members:` in `climate`")
        case _ where numbersOfMembers.contains(key):
            Idleness("is replaced by that of each member of the ensemble", "change `climate.member` instead")
        case "own_in_table" where text("climate", "own_emissions") != "added":
            Idleness(
                "is taken from what the world adds to the table, and it adds nothing",
                "write `own_emissions: added` in `climate`")
        default: nil
        }
    }

    private func idlenessOfGrid(_ key: String) -> Idleness? {
        key == "expansion_rate" && text("grid", "expansion") != "margin"
            ? Idleness("is read by a rule that this world lacks", "write `expansion: margin` in `grid`") : nil
    }

    private func idlenessOfCompute(_ key: String) -> Idleness? {
        let hasChipCost = !values[slot("compute", "chip_cost")].isNaN
        return switch key {
        case "supply_ramp" where !hasComputeMarket: .market
        case "operation_cost" where !hasComputeMarket && !hasChipCost:
            Idleness(
                "is read by the market for compute and by the rents of chips, which this world lacks",
                "write `allocation: market` or `chip_cost` in `compute`")
        case "chip_cost_halving" where !hasChipCost:
            Idleness("is about a price of chips that is empty", "write `chip_cost` in `compute`")
        case "efficiency_doubling" where hasSection("economy") && text("economy", "hardware_progress") == "research":
            Idleness("holds where chips don't follow research", "change `economy.hardware_returns` instead")
        case "spot_price" where table("firms").ids.isEmpty || hasComputeMarket:
            Idleness(
                "is what contracts follow without a market, and this world has "
                    + (hasComputeMarket ? "one" : "no contracts"), "leave the path out")
        default: nil
        }
    }

    private func idlenessOfEconomy(_ key: String) -> Idleness? {
        func isGiven(_ key: String) -> Bool { !values[slot("economy", key)].isNaN }
        func isControlled(_ column: String) -> Bool {
            table("controls").slots(column).contains { !values[$0].isNaN }
        }
        return switch key {
        case "runtime" where !hasSection("compute"), "task_elasticity" where !hasSection("compute"),
            "ownership_households" where !hasSection("compute"), "ownership_city" where !hasSection("compute"),
            "ownership_state" where !hasSection("compute"), "ownership_abroad" where !hasSection("compute"):
            Idleness("is about the work of compute, and this world has none", "add the section `compute`")
        case "population_limit" where !isGiven("population"), "population_approach" where !isGiven("population"):
            Idleness(
                "is about an economy's own people, and they are the cities'",
                "change `cities[*].population_growth` instead")
        case "capital_output_ratio" where isGiven("capital"):
            Idleness("holds where no capital is given", "change `economy.capital` instead")
        case "hardware_delay" where text("economy", "hardware_progress") != "research":
            Idleness("is read where chips follow research", "write `hardware_progress: research` in `economy`")
        case "abatement" where isControlled("miu"):
            Idleness("holds where `controls` has no `miu`", "change `controls[*].miu` instead")
        case "savings_rate" where isControlled("savings"):
            Idleness("holds where `controls` has no `savings`", "change `controls[*].savings` instead")
        case "migration_rate" where table("cities").ids.count < 2:
            Idleness("moves people between cities, of which there are not two", "leave the path out")
        case "wage_elasticity" where table("cities").ids.count < 3,
            "rent_elasticity" where table("cities").ids.count < 3:
            .oneWay
        case "damage_linear" where !hasSection("climate"), "damage_scale" where !hasSection("climate"),
            "damage_exponent" where !hasSection("climate"):
            .climate
        default: nil
        }
    }
}

extension World.Idleness {
    /// What weighs the places that people may move to.
    fileprivate static let oneWay = World.Idleness(
        "weighs where people move, and with less than three cities there is one way", "leave the path out")

    /// What warming and weather act on.
    fileprivate static let climate = World.Idleness(
        "answers to weather and warming, and this world has none", "add the section `climate`")

    /// What only a market for compute reads.
    fileprivate static let market = World.Idleness(
        "is read by the market for compute, which this world lacks", "write `allocation: market` in `compute`")
}
