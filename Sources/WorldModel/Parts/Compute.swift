extension Schema {
    /// Data centres and their chips.
    static let compute = Part(
        sections: [
            Schema.Section(
                name: "compute",
                fields: [
                    text(
                        "allocation", .choice(["capacity", "market"]), "capacity",
                        "how work is allotted to sites: alike, or by prices at which the classes of `work` choose cities"
                    ),
                    number("lead_time", "yr", 0.25...20, 3, "mean time from order to a connection to the grid").from(
                        "assumed; grid connections of 24 to 55 months are published"),
                    number("shell_lead_time", "yr", 0.1...20, 2, "mean time from order to building and cooling").from(
                        "assumed; 1 to 3.6 years are published"),
                    number("chip_lead_time", "yr", 0.1...20, 1.25, "mean time from order to chips").from(
                        "assumed; 52 to 78 weeks of advanced packaging are published"),
                    number("orders", "MW/yr", positive, 0, "IT power ordered in a year"),
                    number("utilisation", "1", 0...1, 0.8, "mean use of IT power; the most of it in a market").from(
                        "assumed"),
                    number(
                        "training_share", "1", 0...1, 0.3,
                        "share of work that can wait; the rest has the profile `compute`, or is flat"
                    ).from("assumed"),
                    number("backlog_hours", "h", 1...168, 24, "training work that may wait, in hours of its mean power")
                        .from("assumed"),
                    number("retirement", "%/yr", 0...100, 0, "IT power that closes in a year without being replaced"),
                    number(
                        "efficiency", "FLOP/J", positive, 1.0e12, "useful work per energy of a chip bought at the start"
                    ).from("assumed: about a chip of 2023 at dense 16-bit work"),
                    number("efficiency_doubling", "yr", 0.5...100, 3, "time in which that of new chips doubles").from(
                        "work per energy of GPUs (Epoch AI), about 3 years"
                    ).idle { world, _ in
                        world.hasSection("economy") && world.text("economy", "hardware_progress") == "research"
                            ? .research : nil
                    },
                    number("chip_lifetime", "yr", 1...20, 5, "mean age at which a chip that works is replaced").from(
                        "assumed"),
                    number("chip_failure", "%/yr", 0...100, 9, "chips that fail in a year and are replaced").from(
                        "failures of Meta's training of Llama 3, per year (2024)"),
                    number(
                        "chip_cost", "currency/MW", positive, absent,
                        "price of chips per IT power at the start; with it, chips go that no longer pay their power"),
                    number(
                        "chip_cost_halving", "yr", 0.5...100, 2.1, "time in which the price of work per second halves"
                    ).from("price of work per second of GPUs (Epoch AI); 2 to 2.5 years are published").idle {
                        world, _ in world.isGiven("compute", "chip_cost") ? nil : .chipPrice
                    },
                    number(
                        "operation_cost", "currency/MWh", positive, 0,
                        "cost of work at IT equipment beside power, in a market"
                    ).idle { world, _ in
                        world.hasComputeMarket || world.isGiven("compute", "chip_cost") ? nil : .rents
                    },
                    number(
                        "supply_ramp", "currency/MWh", 0.001...1e6, 50,
                        "in a market, the rise of the price over which a site's supply begins"
                    ).idle { world, _ in world.hasComputeMarket ? nil : .market },
                    number(
                        "spot_price", "currency/MW/yr", positive, absent,
                        "price of a year of compute that nobody has contracted, per IT power; contracts follow it"
                    ).idle(.unlessContractsFollow),
                    number("heat_share", "1", 0...1, 0, "share of IT power that can be sold as heat"),
                    number("heat_price", "currency/MWh", positive, 0, "price of that heat, less pipes and heat pumps"),
                ])
        ],
        tables: [
            Schema.TableShape(
                name: "data_centres",
                fields: [
                    id("site"), text("city", .reference("cities"), nil, "city"),
                    number("capacity", "MW", positive, nil, "IT power on the first day").read(.start).paid(),
                    number(
                        "capacity_max", "MW", positive, absent,
                        "most IT power that land and water allow; orders beyond it go where there is room; no limit where empty"
                    ),
                    number("order_share", "1", 0...1, 0, "share of compute.orders").paid(),
                    number("heat_demand", "MW", positive, 0, "most heat that neighbours take, mean over the year"),
                    number("announced", "MW", positive, 0, "IT power announced beside `capacity`").forReaders(),
                    number(
                        "announced_year", "1", 0...3000, 0, "year by which it is said to stand; 0: none",
                        kind: .integer
                    ).forReaders(),
                    text(
                        "cooling", .choice(["air_chiller", "air_econ_evap", "wse_tower", "liquid_dry"]), "wse_tower",
                        "cooling plant"),
                    number(
                        "capital_cost", "currency/MW/yr", positive, absent, "annuity of added IT power and its shell"),
                ], hasIDs: true)
        ],
        rules: [{ $0.checkSites() }],
        records: [(.compute, Records.compute), (.compute, Records.heat), (.compute, Records.fleet)])
}

extension World.Idleness {
    static let rents = World.Idleness(
        "is read by the market for compute and by the rents of chips, which this world lacks",
        "write `allocation: market` or `chip_cost` in `compute`")
    static let chipPrice = World.Idleness(
        "is about a price of chips that is empty", "write `chip_cost` in `compute`")
    static let research = World.Idleness(
        "holds where chips don't follow research", "change `economy.hardware_returns` instead")
    static let work = World.Idleness(
        "is about the work of compute, and this world has none", "add the section `compute`")
}

/// What compute comes to in a year of any world.
///
/// The hours of the grid decide how much work is served.
package struct ComputeRecords: Sendable {
    package let computeCapacity = RecordedVariable(
        "compute_capacity", by: .city, "MW", "IT power in operation on 31 December", .point)
    package let computeServed = RecordedVariable(
        "compute_served", by: .city, "MWh", "energy at IT equipment", .sum, decidedBy: .grid)
    package let computePipeline = RecordedVariable(
        "compute_pipeline", by: .stage, "MW", "IT power ordered and not yet in operation", .point)
    package let computeWork = RecordedVariable(
        "compute_work", "FLOP", "useful floating-point operations", .sum, decidedBy: .grid)
    package let pue = RecordedVariable("pue", by: .city, "1", "power usage effectiveness", .mean)
}

/// Heat that data centres give to their neighbours.
package struct HeatRecords: Sendable {
    package let heatSold = RecordedVariable("heat_sold", "MWh", "heat of data centres that is sold", .sum)
}

/// Pipelines and chips, in worlds with compute.
///
/// The hours of the grid decide what work costs.
package struct FleetRecords: Sendable {
    package let computeOrdered = RecordedVariable(
        "compute_ordered", "MW", "IT power ordered, or built at once", .sum, in: .section("compute"))
    package let computeRetired = RecordedVariable(
        "compute_retired", "MW", "IT power that closed", .sum, in: .section("compute"))
    package let connectionsWaiting = RecordedVariable(
        "connections_waiting", "MW", "grid connections of compute that wait for shells or chips", .point,
        in: .section("compute"))
    package let shellsWaiting = RecordedVariable(
        "shells_waiting", "MW", "shells that wait for connections or chips", .point, in: .section("compute"))
    package let chipsWaiting = RecordedVariable(
        "chips_waiting", "MW", "chips that wait for connections or shells", .point, in: .section("compute"))
    package let chipsReplaced = RecordedVariable(
        "chips_replaced", "MW", "IT power whose chips failed, wore out or no longer paid, and were replaced", .sum,
        in: .section("compute"))
    package let chipPurchases = RecordedVariable(
        "chip_purchases", "currency", "price of chips bought; 0 where none is given", .sum, in: .section("compute"))
    package let chipEfficiency = RecordedVariable(
        "chip_efficiency", "FLOP/J", "useful work per energy of the chips that stand", .point, in: .section("compute"))
    package let workPerEnergy = RecordedVariable(
        "work_per_energy", "FLOP/J", "useful work per energy of data centres at the meter", .mean,
        in: .section("compute"), decidedBy: .grid)
    package let workPerCost = RecordedVariable(
        "work_per_cost", "FLOP/currency",
        "useful work per cost of power and hardware: written off where there are firms, else the chips' annuity", .mean,
        in: .section("compute"), decidedBy: .grid)
    package let workPerEmission = RecordedVariable(
        "work_per_emission", "FLOP/tCO2", "useful work per CO2 of its power at the mean of the grid", .mean,
        in: .section("compute"), decidedBy: .grid)
}

extension WorldRules {
    /// More can't stand than land and water allow.
    func checkSites() {
        let table = world.table("data_centres")
        for (row, (most, power)) in zip(table.slots("capacity_max"), table.slots("capacity")).enumerated()
        where world.values[most] < world.values[power] && !isDoubted(most, power) {
            add(
                table, row, "capacity_max",
                "capacity_max \(Numeral.text(world.values[most])) is below capacity "
                    + "\(Numeral.text(world.values[power]))",
                "raise capacity_max, or leave it empty for no limit")
        }
    }
}

extension Records {
    package static let compute = ComputeRecords()
    package static let heat = HeatRecords()
    package static let fleet = FleetRecords()
}
