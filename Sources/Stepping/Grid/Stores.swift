import Lanes
import WorldModel

/// Storage units and reservoirs.
final class Stores: Sendable {
    let count: Int
    let busOf: [Int]
    /// 365 over the days that are cleared.
    let weight: Double
    private let profileOfInflow: [Int]
    let power, hours, storeEfficiency, dispatchEfficiency, standingLoss, inflow: Parameter
    let marginalCost, initialCharge: Parameter
    /// MWh.
    let energy: StateColumn
    /// Share of its energy that each store keeps from one cleared hour to the next.
    let keeps: ScratchColumn

    init(_ plan: inout KernelPlan, _ places: Places, calendar: Calendar, shapes: ShapeBook) {
        let table = plan.world.table("storage_units")
        count = table.ids.count
        busOf = table.rows("bus")
        weight = calendar.weight
        profileOfInflow = shapes.rows(
            table, "inflow", profiles: "inflow_profile", areas: busOf.map { places.areaOfBus[$0] })
        power = plan.column("storage_units", "p_nom")
        hours = plan.column("storage_units", "max_hours")
        storeEfficiency = plan.column("storage_units", "efficiency_store")
        dispatchEfficiency = plan.column("storage_units", "efficiency_dispatch")
        standingLoss = plan.column("storage_units", "standing_loss")
        inflow = plan.column("storage_units", "inflow")
        marginalCost = plan.column("storage_units", "marginal_cost")
        initialCharge = plan.column("storage_units", "state_of_charge_initial")
        energy = plan.state("stored_energy", count, isLearned: true)
        keeps = plan.scratch(count)
    }

    /// Where a store holds more than a week.
    @inline(__always)
    func isLong(_ unit: Int, _ y: Year) -> LaneMask { y[hours, unit] .> lanes(168) }

    /// Energy that a store holds at most, MWh.
    ///
    /// Stores of more than a week shrink with the days that are cleared.
    @inline(__always)
    func capacity(_ unit: Int, _ y: Year) -> Lanes { scaled(y[power, unit] * y[hours, unit], unit, y) }

    /// Energy in a store on the first day, MWh: a reservoir that is half full is so on any calendar.
    func initialEnergy(_ unit: Int, _ y: Year) -> Lanes {
        minimum(scaled(y[initialCharge, unit], unit, y), capacity(unit, y))
    }

    @inline(__always)
    private func scaled(_ energy: Lanes, _ unit: Int, _ y: Year) -> Lanes {
        select(isLong(unit, y), energy / weight, energy)
    }

    /// Share of its energy that a store keeps from one cleared hour to the next.
    ///
    ///     1 - standing_loss, and (1 - standing_loss)^(365 / N) for stores on the scale of N cleared days
    ///
    /// Such a store lives through its year in 24 N hours, so an hour takes what 365 / N hours would.
    func shareKept(_ unit: Int, _ y: Year) -> Lanes {
        let kept = 1 - y[standingLoss, unit]
        let long = exponential(weight * logarithm(maximum(kept, lanes(1e-300))))
        return select(isLong(unit, y), long, kept)
    }

    /// What flows into a store in an hour, MWh.
    @inline(__always)
    func inflow(_ unit: Int, day: Int, hour: Int, _ y: Year) -> Lanes {
        y[inflow, unit] * y.shapes[profileOfInflow[unit] + day * 24 + hour]
    }

    /// Energy in a store after an hour's loss and inflow, before it acts, MWh; it may exceed what the store holds.
    @inline(__always)
    func before(_ unit: Int, day: Int, hour: Int, _ y: Year) -> Lanes {
        y[energy, unit] * y[keeps, unit] + inflow(unit, day: day, hour: hour, y)
    }

    /// Sets what stores hold on the first day.
    func start(_ y: Year) {
        for unit in 0..<count { y[energy, unit] = initialEnergy(unit, y) }
    }
}
