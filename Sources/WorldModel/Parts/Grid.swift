extension Schema {
    /// Buses, carriers and how hours are cleared.
    static let grid = Part(
        sections: [
            Schema.Section(
                name: "grid",
                fields: [
                    text(
                        "network", .choice(["transport", "dc"]), "transport",
                        "network model; in `dc`, lines obey Kirchhoff and links do not"),
                    text(
                        "clearing", .choice(["hourly", "day"]), "hourly",
                        "what is cleared at once: an hour, or a day's 24"),
                    number("days", "1", 1...365, 24, "cleared days of a year", kind: .integer),
                    number("value_of_lost_load", "currency/MWh", 0...1e6, 3000, "price of a MWh that is not served")
                        .from("assumed, of the order of European price caps and adequacy studies"),
                    number("spill_cost", "currency/MWh", 0...1000, 0.01, "price of a MWh that is spilled"),
                    text(
                        "expansion", .choice(["none", "margin"]), "none",
                        "rule by which rows that are p_nom_extendable grow and close"),
                    number(
                        "expansion_rate", "1/yr", 0...10, 0.25,
                        "growth in a year per share by which margins exceed costs"
                    ).idle { world, _ in world.text("grid", "expansion") == "margin" ? nil : .rule },
                    number(
                        "expansion_lead_time", "yr", 0...20, 0, "from the rule's order to operation, whole years",
                        kind: .integer),
                ])
        ],
        tables: [
            Schema.TableShape(
                name: "carriers",
                fields: [
                    id("energy carrier"),
                    number("fuel_cost", "currency/MWh", any, 0, "price of fuel per MWh of its heat"),
                    number("co2_emissions", "tCO2/MWh", positive, 0, "CO2 per MWh of fuel"),
                    text(
                        "weather", .choice(["none", "sun", "wind"]), "none", "what varies its output from day to day"),
                    text("color", .text, "", "colour in plots"), text("nice_name", .text, "", "name in plots"),
                ], hasIDs: true),
            Schema.TableShape(
                name: "buses",
                fields: [
                    id("bus"), text("area", .text, "", "area whose profiles and weather it has; its name where empty"),
                    number("x", "deg", -180...360, 0, "longitude", kind: .fixed),
                    number("y", "deg", -90...90, 0, "latitude", kind: .fixed),
                    number("v_nom", "kV", positive, 1, "nominal voltage", kind: .fixed),
                ], hasIDs: true),
        ],
        rules: [{ $0.checkGrid() }, { $0.checkBuilding() }, { $0.checkNetwork() }, { $0.checkTemperatures() }],
        records: [(.grid, Records.grid), (.grid, Records.gridDetail)])
}

extension Schema {
    /// A word by which paths select what stands in an area of several buses.
    static let areaWord = text("area", .text, "", "its bus's area, to select rows by")

    /// What limits and ages the power of a row, and lets a rule build it.
    static let building = [
        number(
            "build_year", "1", 0...3000, 0, "first year; what stood at the start retires `lifetime` later; 0: never",
            kind: .integer),
        text("p_nom_extendable", .choice(["False", "True"]), "False", "whether grid.expansion builds and closes it"),
        number("p_nom_max", "MW", positive, absent, "nothing is added beyond it; no limit where empty"),
        number("p_nom_build_max", "MW/yr", positive, absent, "most that is added in a year; no limit where empty"),
        number("fom_cost", "currency/MW/yr", positive, 0, "fixed cost of what stands, paid every year"),
    ]

    /// What limits the power of a line, and lets a rule build it: lines neither age nor close.
    static let lineBuilding = [
        text("s_nom_extendable", .choice(["False", "True"]), "False", "whether grid.expansion builds it"),
        number("s_nom_max", "MW", positive, absent, "nothing is added beyond it; no limit where empty"),
        number("s_nom_build_max", "MW/yr", positive, absent, "most that is added in a year; no limit where empty"),
        number("fom_cost", "currency/MW/yr", positive, 0, "fixed cost of what stands, paid every year"),
    ]
}

extension Schema.Idle {
    static let unlessDaysAreCleared = Schema.Idle { world, _ in
        world.text("grid", "clearing") == "hourly" ? .hours : nil
    }

    static func unlessBuilt(_ table: String) -> Schema.Idle {
        Schema.Idle { world, rows in
            let years = world.table(table).fixed("build_year")
            return rows.allSatisfy { years[$0] == 0 } ? .age : nil
        }
    }
}

extension World.Idleness {
    static let hours = World.Idleness(
        "limits what happens within a day, and hours are cleared one by one", "write `clearing: day` in `grid`")
    static let age = World.Idleness(
        "ages what has a `build_year`, and that is 0", "give the row a `build_year`")
    static let rule = World.Idleness(
        "is read by a rule that this world lacks", "write `expansion: margin` in `grid`")
}

/// What the power system comes to in a year.
package struct GridRecords: Sendable {
    package let load = RecordedVariable("load", "MWh", "electricity consumed, shedding included, losses excluded", .sum)
    package let peakLoad = RecordedVariable("peak_load", "MW", "largest load of the 8760 hours", .maximum)
    package let reserveMargin = RecordedVariable(
        "reserve_margin", "1", "least of 8760 hours, over areas and all: power that can be had over load, less 1",
        .minimum)
    package let generation = RecordedVariable("generation", by: .carrier, "MWh", "electricity generated", .sum)
    package let unservedEnergy = RecordedVariable(
        "unserved_energy", "MWh", "load that was not served", .sum, resolvedBy: "bus_unserved")
    package let curtailedEnergy = RecordedVariable(
        "curtailed_energy", "MWh", "output available at no fuel, or spilled, that was not used", .sum)
    package let electricityPrice = RecordedVariable(
        "electricity_price", by: .city, "currency/MWh", "load-weighted price at the city's bus", .mean)
    package let flow = RecordedVariable("flow", by: .link, "MWh", "energy sent from bus0 to bus1, net", .sum)
    package let co2Emissions = RecordedVariable(
        "co2_emissions", "tCO2", "CO2 of generation and industry", .sum, resolvedBy: "carrier_emissions")
    package let systemCost = RecordedVariable(
        "system_cost", "currency", "operation, fixed costs, annuities, lost load; less heat sold", .sum,
        countsCost: true)
    package let payments = RecordedVariable(
        "payments", "currency", "paid for load that was served and for what was spilled", .sum, countsCost: true)
    package let generationRevenue = RecordedVariable(
        "generation_revenue", by: .carrier, "currency", "paid to generators", .sum)
    package let storageRevenue = RecordedVariable(
        "storage_revenue", "currency", "paid to stores less what they paid", .sum)
    package let storageLosses = RecordedVariable(
        "storage_losses", "MWh", "energy that stores lost by charging, discharging and standing", .sum)
    package let congestionRent = RecordedVariable(
        "congestion_rent", "currency", "price where flows arrive less price where they leave", .sum,
        resolvedBy: "link_rent")
}

/// How well the hours were cleared, and what the power system comes to by bus, carrier and link.
package struct GridDetailRecords: Sendable {
    package let optimalityGap = RecordedVariable(
        "optimality_gap", "1", "largest certified gap of the cleared hours", .maximum, isDiagnostic: true)
    package let unconvergedHours = RecordedVariable(
        "unconverged_hours", "1", "cleared hours whose gap is above 1e-6", .sum, isDiagnostic: true)
    package let busPrice = RecordedVariable(
        "bus_price", by: .bus, "currency/MWh", "load-weighted price at the bus", .mean)
    package let busRevenue = RecordedVariable(
        "bus_revenue", by: .bus, "currency", "paid to generators at the bus", .sum)
    package let busEmissions = RecordedVariable("bus_emissions", by: .bus, "tCO2", "CO2 of generation at the bus", .sum)
    package let busUnserved = RecordedVariable(
        "bus_unserved", by: .bus, "MWh", "load at the bus that was not served", .sum)
    package let carrierEmissions = RecordedVariable(
        "carrier_emissions", by: .carrier, "tCO2", "CO2 of generation of the carrier", .sum)
    package let capacity = RecordedVariable(
        "capacity", by: .carrier, "MW", "power of generators installed on 31 December, without shocks", .point)
    package let linkRent = RecordedVariable(
        "link_rent", by: .link, "currency", "price where the flow arrives less price where it leaves", .sum)
}

extension WorldRules {
    func checkGrid() {
        guard world.hasSection("grid") else { return }
        for name in ["buses", "loads", "generators"]
        where world.table(name).ids.isEmpty && !world.doubts.tables.contains(name) {
            collector.add(
                WorldReader.file, line(of: "grid"), "tables." + name, "a world with a `grid` needs the table `\(name)`",
                "add it under `tables:`, or take `grid` out")
        }
    }

    /// The tables whose rows have limits, and the column that these limit: PyPSA's.
    static let built: KeyValuePairs = [
        "generators": "p_nom", "storage_units": "p_nom", "links": "p_nom", "lines": "s_nom",
    ]

    /// What ages, has limits or is built by rule.
    func checkBuilding() {
        guard world.hasSection("grid") else { return }
        let rule = world.text("grid", "expansion")
        var extendable = 0
        for (name, column) in Self.built {
            let table = world.table(name)
            let (limit, builds) = (column + "_max", column + "_extendable")
            func value(_ column: String, _ row: Int) -> Double? {
                let slot = table.slots(column).lowerBound + row
                return isDoubted(slot) || world.values[slot].isNaN ? nil : world.values[slot]
            }
            for row in table.ids.indices {
                let power = value(column, row) ?? .nan
                if let most = value(limit, row), most < power {
                    add(
                        table, row, limit,
                        "\(limit) \(Numeral.text(most)) is below \(column) \(Numeral.text(power))",
                        "raise \(limit), or leave it empty for no limit")
                }
                let years = name == "lines" ? 0 : table.fixed("build_year")[row]
                if years > 0, let life = value("lifetime", row), years + life <= Double(world.start),
                    !world.doubts.start
                {
                    warn(
                        table, row, "build_year",
                        "built in \(Numeral.text(years)) for \(Numeral.text(life)) years, so it has retired before "
                            + "\(world.start)",
                        "mend build_year or lifetime, or take the row out")
                }
                guard table.text(builds)[row] == "True" else { continue }
                extendable += 1
                guard rule == "margin" else { continue }
                let cost = value("capital_cost", row)
                if cost == nil && !isDoubted(table.slots("capital_cost").lowerBound + row) || cost == 0 {
                    add(
                        table, row, "capital_cost", "grid.expansion builds the row, which has no `capital_cost`",
                        "give it one above 0, or write False under \(builds)")
                }
                if power == 0 {
                    add(
                        table, row, column, "grid.expansion builds in parts of what stands, and \(column) is 0",
                        "give the row a \(column) above 0, however small")
                }
            }
        }
        if (extendable > 0) != (rule == "margin"), Self.built.allSatisfy({ !world.doubts.tables.contains($0.key) }) {
            collector.warn(
                WorldReader.file, line(of: "grid.expansion"), "grid.expansion",
                rule == "margin"
                    ? "no row is p_nom_extendable, so the rule builds nothing"
                    : "\(extendable) rows are p_nom_extendable, and no rule builds them",
                rule == "margin" ? "write True under p_nom_extendable" : "write `expansion: margin` under `grid`")
        }
    }

    /// Cooling, heating and PUE follow the day's temperature, which varies about the normal of the area.
    func checkTemperatures() {
        guard world.hasSection("grid") else { return }
        if areProfilesDoubted { return }
        for area in world.areas where !area.isEmpty && world.profile("temperature", area: area) == nil {
            collector.add(
                world.tables["profiles"]?.file ?? WorldReader.file, nil, "profiles[temperature]",
                "the area `\(area)` has no profile `temperature`",
                "add rows `temperature,\(area),<month>,,,<degC>`, one a month, to the profiles")
        }
    }
}

extension Records {
    package static let grid = GridRecords()
    package static let gridDetail = GridDetailRecords()
}
