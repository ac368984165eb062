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

extension WorldKernel {
    /// The chips that stand, in a bundle's state; worlds without sites have none.
    func fleet(_ state: WorldState) -> ChipFleet {
        let S = state.column.base
        return ChipFleet(power: S + layout.chipPower, work: S + layout.chipWork, price: S + layout.chipPrice)
    }

    /// Work per energy of the chips that stand, FLOP/J.
    func fleetEfficiency(_ state: WorldState, _ w: YearWorkspace) -> Lanes {
        let start = w.parameters.base[slots.chipEfficiency]
        return hasFleet ? fleet(state).efficiency(orNew: start) : start
    }

    /// Whether there are sites with chips.
    var hasFleet: Bool { hasCompute && !cityOfSite.isEmpty }

    /// Fills what stands on the first day with chips of that day.
    func startFleet(_ state: WorldState, _ w: YearWorkspace) {
        guard hasFleet else { return }
        let P = w.parameters.base
        fleet(state).start(
            capacity: totalCapacity(state), efficiency: P[slots.chipEfficiency], price: orNothing(P[slots.chipCost]))
    }

    /// Ages the chips by a year: failures, wear, and what no longer pays its power make room for new ones.
    ///
    /// Power costs what it lately has (the mean that stores learn by), at the PUE of the year. Without a price of chips nothing
    /// is known of rents, and chips go by age alone.
    func renewChips(_ state: WorldState, year: Int, _ w: YearWorkspace) {
        w.fleet = FleetYear()
        guard hasFleet else { return }
        let P = w.parameters.base
        let S = state.column.base
        let years = Double(year - world.start)
        let new =
            followsResearch
            ? P[slots.chipEfficiency] * delayedHardware(S + layout.hardware, delay: P[slots.economy.hardwareDelay])
            : newEfficiency(
                initial: P[slots.chipEfficiency], doubling: P[slots.chipDoubling], yearsSinceStart: years)
        let price = newChipPrice(
            initial: P[slots.chipCost], efficiency: new, initialEfficiency: P[slots.chipEfficiency],
            halving: P[slots.chipCostHalving], yearsSinceStart: years)
        let annuity = price * capitalRecovery(P[slots.discountRate] / 100, life: P[slots.chipLifetime])
        let least = leastEfficiency(
            new: new, annuity: annuity, running: runningCost(state, w), utilisation: P[slots.utilisation])
        let capacity = totalCapacity(state)
        var delivered = Lanes.zero
        for site in cityOfSite.indices { delivered += w.siteDelivered.base[site] }
        let chips = fleet(state)
        let before = chips.sum(chips.power)
        let bought = chips.renew(
            capacity: capacity, stays: minimum(quotient(maximum(capacity - delivered, .zero), before), lanes(1)),
            keep: (1 - 1 / P[slots.chipLifetime]) * (1 - P[slots.chipFailure] / 100),
            least: select(price .== price, least, .zero), new: new, price: orNothing(price))
        w.fleet = FleetYear(
            bought: bought, replaced: maximum(bought - delivered, .zero), purchases: bought * orNothing(price))
    }

    /// What a MWh of work costs beside its chips: power at the mean price of where it stands, cooling, operation.
    private func runningCost(_ state: WorldState, _ w: YearWorkspace) -> Lanes {
        let S = state.column.base
        var (cost, capacity) = (Lanes.zero, Lanes.zero)
        for (site, city) in cityOfSite.enumerated() {
            let standing = S[layout.computeCapacity + site]
            let price = hasGrid ? learnedWorth(ofWorkAt: busOfSite[site], state).m : .zero
            cost += standing * price * w.cityPUE.base[city]
            capacity += standing
        }
        return quotient(cost, capacity) + w.parameters.base[slots.operationCost]
    }

    /// The annuity of the chips that stand, by what was paid for them, currency/yr.
    func fleetAnnuity(_ state: WorldState, _ w: YearWorkspace) -> Lanes {
        guard hasFleet else { return .zero }
        let P = w.parameters.base
        let chips = fleet(state)
        return chips.sum(chips.price) * capitalRecovery(P[slots.discountRate] / 100, life: P[slots.chipLifetime])
    }

    private func orNothing(_ value: Lanes) -> Lanes { select(value .== value, value, .zero) }

    /// Energy of data centres at the meter, MWh, and its price, currency.
    func computeEnergy(_ w: YearWorkspace) -> (amount: Lanes, cost: Lanes) {
        var (amount, cost) = (Lanes.zero, Lanes.zero)
        guard hasCompute else { return (amount, cost) }
        for city in busOfCity.indices {
            let energy = w.totals.base[totals.served + city] * w.cityPUE.base[city]
            amount += energy
            if hasGrid { cost += energy * meanPrice(busOfCity[city], w) }
        }
        return (amount, cost)
    }

    /// Records compute: its capacity and work in every world, its pipelines and chips where the world has compute.
    func recordCompute(_ r: borrowing YearRecord, _ state: WorldState, heat: Lanes, _ w: YearWorkspace) {
        let (keys, fleet) = (Records.compute, Records.fleet)
        let S = state.column.base
        let sites = cityOfSite.count
        let work = workDone(state, w)
        r.write(keys.computeCapacity) { city in
            var capacity = Lanes.zero
            for site in sitesOfCity[city] { capacity += S[layout.computeCapacity + site] }
            return capacity
        }
        r.write(keys.computeServed) { w.totals.base[totals.served + $0] }
        r.write(keys.computePipeline) { stage in
            var waiting = Lanes.zero
            for site in 0..<sites { waiting += S[layout.computeStages + stage * sites + site] }
            if stage == RecordedVariable.stages - 1 {
                for site in 0..<sites { waiting += S[layout.computeWaiting + site] }
            }
            return waiting
        }
        r.write(keys.computeWork, work)
        r.write(keys.pue) { w.cityPUE.base[$0] }
        r.write(Records.heat.heatSold, heat)
        guard hasCompute else { return }
        var (ordered, closed) = (Lanes.zero, Lanes.zero)
        var waiting = (Lanes.zero, Lanes.zero, Lanes.zero)
        for site in 0..<sites {
            ordered += w.siteOrders.base[site] + w.siteBuilt.base[site]
            closed += w.siteClosed.base[site]
            let here = S + layout.computeWaiting + site
            waiting = (waiting.0 + here[0], waiting.1 + here[sites], waiting.2 + here[2 * sites])
        }
        r.write(fleet.computeOrdered, ordered)
        r.write(fleet.computeRetired, closed)
        r.write(fleet.connectionsWaiting, waiting.0)
        r.write(fleet.shellsWaiting, waiting.1)
        r.write(fleet.chipsWaiting, waiting.2)
        r.write(fleet.chipsReplaced, w.fleet.replaced)
        r.write(fleet.chipPurchases, w.fleet.purchases)
        r.write(fleet.chipEfficiency, fleetEfficiency(state, w))
        let energy = computeEnergy(w)
        let hardware = w.books?.depreciation ?? fleetAnnuity(state, w)
        r.write(fleet.workPerEnergy, quotient(work, energy.amount * 3.6e9))
        r.write(fleet.workPerCost, quotient(work, hardware + energy.cost))
        r.write(
            fleet.workPerEmission,
            quotient(work, w.totals.base[totals.emitted] * quotient(energy.amount, w.totals.base[totals.load])))
    }
}
