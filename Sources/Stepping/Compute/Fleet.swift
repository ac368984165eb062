import Lanes
import WorldModel

/// What a year did to the fleet of chips.
struct FleetYear {
    /// IT power of chips bought, new places and renewed ones, MW.
    var bought = Lanes.zero
    /// Of which in places that stood, MW.
    var replaced = Lanes.zero
    /// Their price, currency.
    var purchases = Lanes.zero
}

/// The chips that stand at all sites together.
final class Fleet: Sendable {
    let hasCompute: Bool
    /// Whether there are sites with chips.
    let hasChips: Bool
    let followsResearch: Bool
    let efficiency, efficiencyDoubling, lifetime, failure, cost, costHalving: Parameter
    let operationCost, utilisation, discountRate, hardwareDelay: Parameter
    /// Of each vintage, youngest first: IT power, work per second and price.
    let power, work, price: StateColumn

    init(_ plan: inout KernelPlan, _ sites: Sites) {
        let world = plan.world
        hasCompute = sites.hasCompute
        hasChips = sites.hasCompute && sites.count > 0
        followsResearch = world.hasSection("economy") && world.text("economy", "hardware_progress") == "research"
        efficiency = plan.number("compute", "efficiency")
        efficiencyDoubling = plan.number("compute", "efficiency_doubling")
        lifetime = plan.number("compute", "chip_lifetime")
        failure = plan.number("compute", "chip_failure")
        cost = plan.number("compute", "chip_cost")
        costHalving = plan.number("compute", "chip_cost_halving")
        operationCost = plan.number("compute", "operation_cost")
        utilisation = plan.number("compute", "utilisation")
        discountRate = plan.number("economy", "discount_rate")
        hardwareDelay = plan.number("economy", "hardware_delay")
        let vintages = sites.count > 0 ? chipVintages : 0
        power = plan.stateIfAny("chip_power", vintages)
        work = plan.stateIfAny("chip_work", vintages)
        price = plan.stateIfAny("chip_price", vintages)
    }

    private func chips(_ y: Year) -> ChipFleet {
        ChipFleet(power: y.pointer(power), work: y.pointer(work), price: y.pointer(price))
    }

    /// Work per energy of the chips that stand, FLOP/J.
    func workPerEnergy(_ y: Year) -> Lanes {
        hasChips ? chips(y).efficiency(orNew: y[efficiency]) : y[efficiency]
    }

    /// Fills what stands on the first day with chips of that day.
    func start(_ y: Year, sites: Sites) {
        guard hasChips else { return }
        chips(y).start(capacity: sites.totalCapacity(y), efficiency: y[efficiency], price: known(y[cost]))
    }

    /// Ages the chips by a year: failures, wear, and what no longer pays its power make room for new ones.
    ///
    /// Without a price of chips nothing is known of rents, and chips go by age alone.
    ///
    /// - Parameters:
    ///   - powerCost: of a MWh at IT equipment, as it lately was, currency.
    ///   - hardware: the hardware of research by age, `hardwareMemory` numbers.
    func renew(_ y: Year, sites: Sites, powerCost: Lanes, hardware: UnsafePointer<Lanes>) -> FleetYear {
        guard hasChips else { return FleetYear() }
        let new =
            followsResearch
            ? y[efficiency] * delayedHardware(hardware, delay: y[hardwareDelay])
            : newEfficiency(
                initial: y[efficiency], doubling: y[efficiencyDoubling], yearsSinceStart: y.sinceStart)
        let each = newChipPrice(
            initial: y[cost], efficiency: new, initialEfficiency: y[efficiency], halving: y[costHalving],
            yearsSinceStart: y.sinceStart)
        let annuity = each * capitalRecovery(y[discountRate] / 100, life: y[lifetime])
        let least = leastEfficiency(
            new: new, annuity: annuity, running: powerCost + y[operationCost], utilisation: y[utilisation])
        let capacity = sites.totalCapacity(y)
        let delivered = sites.totalDelivered(y)
        let chips = chips(y)
        let before = chips.sum(chips.power)
        let bought = chips.renew(
            capacity: capacity, stays: minimum(quotient(maximum(capacity - delivered, .zero), before), lanes(1)),
            keep: (1 - 1 / y[lifetime]) * (1 - y[failure] / 100),
            least: select(each .== each, least, .zero), new: new, price: known(each))
        return FleetYear(
            bought: bought, replaced: maximum(bought - delivered, .zero), purchases: bought * known(each))
    }

    /// The annuity of the chips that stand, by what was paid for them, currency/yr.
    func annuity(_ y: Year) -> Lanes {
        guard hasChips else { return .zero }
        let chips = chips(y)
        return chips.sum(chips.price) * capitalRecovery(y[discountRate] / 100, life: y[lifetime])
    }

    /// Records what the year did to chips, and what their work takes of power, money and CO2.
    ///
    /// - Parameters:
    ///   - work: useful work of the year, FLOP.
    ///   - energy: of data centres at the meter, MWh, and its price, currency.
    ///   - hardware: what the hardware cost in the year, currency.
    ///   - emissions: CO2 of that energy, t.
    func record(
        _ r: borrowing YearRecord, _ y: Year, _ year: FleetYear, work: Lanes, energy: (amount: Lanes, cost: Lanes),
        hardware: Lanes, emissions: Lanes
    ) {
        r.write(Records.compute.computeWork, work)
        guard hasCompute else { return }
        let keys = Records.fleet
        r.write(keys.chipsReplaced, year.replaced)
        r.write(keys.chipPurchases, year.purchases)
        r.write(keys.chipEfficiency, workPerEnergy(y))
        r.write(keys.workPerEnergy, quotient(work, energy.amount * 3.6e9))
        r.write(keys.workPerCost, quotient(work, hardware + energy.cost))
        r.write(keys.workPerEmission, quotient(work, emissions))
    }
}
