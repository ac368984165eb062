import Lanes
import WorldModel

/// Where compute stands, and what is on order there.
final class Sites: Sendable {
    let count: Int
    /// Whether the world has compute; without it the columns are empty.
    let hasCompute: Bool
    let cityOf: [Int], busOf: [Int]
    let plantOf: [CoolingPlant]
    let ofCity: [[Int]]

    let orders, leadTime, shellLeadTime, chipLeadTime, retirement: Parameter
    let utilisation, heatShare, heatPrice: Parameter
    let capacityOfStart, capacityMost, orderShare, capitalCost, heatDemand: Parameter
    /// IT power in operation, MW.
    let capacity: StateColumn
    /// What is on its way, [part][stage][site], and what has come and waits, [part][site], MW.
    let stages, waiting: StateColumn
    /// IT power of each site, MW: ordered this year, built at once, delivered in all, closed.
    let ordered, built, delivered, closed: ScratchColumn
    /// The stages of one site's pipelines, then what waits there.
    private let forecast: ScratchColumn

    init(_ plan: inout KernelPlan, _ places: Places) {
        let table = plan.world.table("data_centres")
        let sites = table.ids.count
        let cityOf = table.rows("city")
        count = sites
        hasCompute = plan.world.hasSection("compute")
        self.cityOf = cityOf
        busOf = cityOf.map { places.busOfCity[$0] }
        plantOf = table.text("cooling").map { CoolingPlant(named: $0) }
        ofCity = (0..<places.cities).map { city in cityOf.indices.filter { cityOf[$0] == city } }
        orders = plan.number("compute", "orders")
        leadTime = plan.number("compute", "lead_time")
        shellLeadTime = plan.number("compute", "shell_lead_time")
        chipLeadTime = plan.number("compute", "chip_lead_time")
        retirement = plan.number("compute", "retirement")
        utilisation = plan.number("compute", "utilisation")
        heatShare = plan.number("compute", "heat_share")
        heatPrice = plan.number("compute", "heat_price")
        capacityOfStart = plan.column("data_centres", "capacity")
        capacityMost = plan.column("data_centres", "capacity_max")
        orderShare = plan.column("data_centres", "order_share")
        capitalCost = plan.column("data_centres", "capital_cost")
        heatDemand = plan.column("data_centres", "heat_demand")
        capacity = plan.state("compute_capacity", sites)
        stages = plan.state("compute_stages", conversionParts * sites * RecordedVariable.stages)
        waiting = plan.state("compute_waiting", conversionParts * sites)
        ordered = plan.scratch(sites)
        built = plan.scratch(sites)
        delivered = plan.scratch(sites)
        closed = plan.scratch(sites)
        forecast = plan.scratch(conversionParts * (RecordedVariable.stages + 1))
    }

    /// Sets the capacity of the start.
    func start(_ y: Year) {
        guard hasCompute else { return }
        for site in 0..<count { y[capacity, site] = y[capacityOfStart, site] }
    }

    /// IT power in operation, MW.
    func totalCapacity(_ y: Year) -> Lanes {
        var sum = Lanes.zero
        for site in 0..<count { sum += y[capacity, site] }
        return sum
    }

    /// IT power that was put to work in the year, MW.
    func totalDelivered(_ y: Year) -> Lanes {
        var sum = Lanes.zero
        for site in 0..<count { sum += y[delivered, site] }
        return sum
    }

    /// Heat of the year that data centres sell, MWh: what their work gives off, as far as neighbours take it.
    ///
    ///     heat = 8760 Σ min(capacity utilisation heat_share, heat_demand)
    func heatSold(_ y: Year) -> Lanes {
        guard hasCompute else { return .zero }
        var sum = Lanes.zero
        for site in 0..<count {
            let given = y[capacity, site] * y[utilisation] * y[heatShare]
            sum += minimum(given, y[heatDemand, site])
        }
        return 8760 * sum
    }

    /// Adds the annuities of what was built since the start, currency/yr.
    func addAnnuities(to sum: inout Lanes, _ y: Year) {
        for site in 0..<count {
            sum += annuity(
                of: y[capacity, site], beyond: y.effects.start[capacityOfStart.first + site],
                capitalCost: y[capitalCost, site])
        }
    }

    /// Applies this year's change of `data_centres.capacity` by levers and trajectories: it is built or closed at once.
    func applyChanges(_ y: Year) {
        for site in 0..<count { (y[built, site], y[closed, site]) = (.zero, .zero) }
        guard hasCompute else { return }
        y.applyChanges(of: capacityOfStart, to: capacity, added: built, removed: closed)
    }

    /// Moves the year's orders through the pipeline: those of `shareOrders`.
    func step(_ y: Year) {
        guard hasCompute, count > 0 else { return }
        shareOrders(y)
        advancePipeline(
            conversion(y), capacity: y.pointer(capacity), orders: y.pointer(ordered), leadTimes: leadTimes(y),
            retirement: y[retirement], delivered: y.pointer(delivered), closed: y.pointer(closed))
        for site in 0..<count { y[delivered, site] += y[built, site] }
    }

    private func conversion(_ y: Year) -> Conversion {
        Conversion(
            stages: y.pointer(stages), waiting: y.pointer(waiting), sites: count, stageCount: RecordedVariable.stages)
    }

    /// Mean times from order to connection, shell and chips, yr.
    private func leadTimes(_ y: Year) -> (Lanes, Lanes, Lanes) { (y[leadTime], y[shellLeadTime], y[chipLeadTime]) }

    /// Shares out the year's orders by `order_share` relative to its sum, as far as sites have room for them.
    ///
    ///     want_i = orders share_i / Σ share;  room_i = (capacity_max_i - capacity_i - Σ pipeline_i)+
    ///     o_i = min(want_i, room_i) + min(Σ (want - room)+ / Σ (room - want)+, 1) (room_i - want_i)+
    ///
    /// What a site has no room for goes to all that have, by their room; what no site has room for isn't ordered.
    private func shareOrders(_ y: Year) {
        let zero = Lanes.zero
        var shares = zero
        for site in 0..<count { shares += y[orderShare, site] }
        let scale = y[orders] / maximum(shares, lanes(1e-12))
        var beyond = zero
        var free = zero
        for site in 0..<count {
            let want = y[orderShare, site] * scale
            let left = room(site, y) - want
            beyond += maximum(negative(left), zero)
            free += maximum(left, zero)
        }
        let moved = minimum(beyond / maximum(free, lanes(1e-12)), lanes(1))
        for site in 0..<count {
            let want = y[orderShare, site] * scale
            let most = room(site, y)
            y[ordered, site] = minimum(want, most) + moved * maximum(most - want, zero)
        }
    }

    /// IT power that may still be ordered at a site, MW; one without a limit has room for all that is moved.
    @inline(__always)
    private func room(_ site: Int, _ y: Year) -> Lanes {
        let most = y[capacityMost, site]
        var used = y[capacity, site] + y[waiting, site]
        for stage in 0..<RecordedVariable.stages { used += y[stages, stage * count + site] }
        return select(most .== most, maximum(most - used, .zero), lanes(1e9))
    }

    /// What a site's pipeline will deliver in the year that comes if as much is ordered as this year, MW.
    func expectedDelivery(_ site: Int, _ y: Year) -> Lanes {
        let n = RecordedVariable.stages
        let (ahead, there) = (y.pointer(forecast), y.pointer(forecast) + conversionParts * n)
        for k in 0..<(conversionParts * n) { ahead[k] = y[stages, k * count + site] }
        for part in 0..<conversionParts { there[part] = y[waiting, part * count + site] }
        let alone = Conversion(stages: ahead, waiting: there, sites: 1, stageCount: n)
        let shares = alone.monthlyShares(leadTimes(y))
        var sum = Lanes.zero
        for _ in 0..<12 { sum += alone.deliver(site: 0, inflow: y[ordered, site] / 12, shares: shares) }
        return sum
    }

    /// Records capacity and pipelines; orders and what waits where the world has compute.
    func record(_ r: borrowing YearRecord, _ y: Year, heat: Lanes) {
        let (keys, fleet) = (Records.compute, Records.fleet)
        r.write(keys.computeCapacity) { city in
            var sum = Lanes.zero
            for site in ofCity[city] { sum += y[capacity, site] }
            return sum
        }
        r.write(keys.computePipeline) { stage in
            var sum = Lanes.zero
            for site in 0..<count { sum += y[stages, stage * count + site] }
            if stage == RecordedVariable.stages - 1 {
                for site in 0..<count { sum += y[waiting, site] }
            }
            return sum
        }
        r.write(Records.heat.heatSold, heat)
        guard hasCompute else { return }
        var (placed, gone) = (Lanes.zero, Lanes.zero)
        var parts = (Lanes.zero, Lanes.zero, Lanes.zero)
        for site in 0..<count {
            placed += y[ordered, site] + y[built, site]
            gone += y[closed, site]
            let here = y.pointer(waiting) + site
            parts = (parts.0 + here[0], parts.1 + here[count], parts.2 + here[2 * count])
        }
        r.write(fleet.computeOrdered, placed)
        r.write(fleet.computeRetired, gone)
        r.write(fleet.connectionsWaiting, parts.0)
        r.write(fleet.shellsWaiting, parts.1)
        r.write(fleet.chipsWaiting, parts.2)
    }
}

/// The annuity of what was added to a row since the start, currency/yr.
///
/// A row without a capital cost can't be raised by a lever; what rises by itself costs every policy alike.
func annuity(of power: Lanes, beyond start: Double, capitalCost: Lanes) -> Lanes {
    maximum(power - start, Lanes.zero) * select(capitalCost .== capitalCost, capitalCost, Lanes.zero)
}
