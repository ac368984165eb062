/// What compute comes to in a year of any world. The hours of the grid decide how much work is served.
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

/// Pipelines and chips, in worlds with compute. The hours of the grid decide what work costs.
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
