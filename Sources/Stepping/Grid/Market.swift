import Lanes
import WorldModel

extension WorldKernel {
    /// Energy that a store holds at most, MWh.
    ///
    /// Stores of more than a week shrink with the days that are cleared.
    @inline(__always)
    func energyCapacity(_ unit: Int, _ P: UnsafeMutablePointer<Lanes>) -> Lanes {
        scaledEnergy(P[slots.storagePower + unit] * P[slots.storageHours + unit], unit, P)
    }

    /// Share of its energy that a store keeps from one cleared hour to the next.
    ///
    ///     1 - standing_loss, and (1 - standing_loss)^(365 / N) for stores on the scale of N cleared days
    ///
    /// Such a store lives through its year in 24 N hours, so an hour takes what 365 / N hours would.
    func shareKept(_ unit: Int, _ P: UnsafeMutablePointer<Lanes>) -> Lanes {
        let kept = 1 - P[slots.standingLoss + unit]
        let long = exponential(calendar.weight * logarithm(maximum(kept, Lanes(repeating: 1e-300))))
        return select(P[slots.storageHours + unit] .> Lanes(repeating: 168), long, kept)
    }

    /// Energy in a store on the first day, MWh: a reservoir that is half full is so on any calendar.
    func initialEnergy(_ unit: Int, _ P: UnsafeMutablePointer<Lanes>) -> Lanes {
        minimum(scaledEnergy(P[slots.initialCharge + unit], unit, P), energyCapacity(unit, P))
    }

    @inline(__always)
    private func scaledEnergy(_ energy: Lanes, _ unit: Int, _ P: UnsafeMutablePointer<Lanes>) -> Lanes {
        select(P[slots.storageHours + unit] .> Lanes(repeating: 168), energy / calendar.weight, energy)
    }

    /// Fuel and other cost of a generator per MWh at no output: fuel_cost / efficiency + marginal_cost.
    @inline(__always)
    func linearCost(_ g: Int, _ P: UnsafeMutablePointer<Lanes>) -> Lanes {
        P[slots.fuelCost + carrierOfGenerator[g]] / P[slots.generatorEfficiency + g] + P[slots.generatorCost + g]
    }

    /// What a generator pays for its CO2 per MWh; a transfer, so that it is bid and is no cost of the system.
    @inline(__always)
    func carbonCost(_ g: Int, _ P: UnsafeMutablePointer<Lanes>) -> Lanes {
        hasEconomy
            ? P[slots.economy.carbonPrice] * P[slots.carbonContent + carrierOfGenerator[g]]
                / P[slots.generatorEfficiency + g] : .zero
    }

    /// What stores believe before they have seen a price: the mean cost of the fleet.
    func startPrices(_ state: WorldState, _ w: YearWorkspace) {
        let P = w.parameters.base
        var power = Lanes(repeating: 1e-9)
        var cost = Lanes.zero
        for g in busOfGenerator.indices {
            power += P[slots.generatorPower + g]
            cost += P[slots.generatorPower + g] * linearCost(g, P)
        }
        let mean = maximum(cost / power, Lanes.zero)
        for bus in 0..<pattern.rows {
            for hour in 0..<24 { state.column.base[layout.priceMean + hour * pattern.rows + bus] = mean }
            state.column.base[layout.priceSpread + bus] = 0.05 * mean
        }
    }

    /// The worth of power at a bus after an hour: mean over the hours that come next, and for what waits longer than a
    /// week, or is work, over the day.
    @inline(__always)
    func learnedMean(_ bus: Int, after hour: Int, _ state: WorldState) -> (next: Lanes, day: Lanes) {
        let p = state.column.base + (layout.priceMean + bus)
        var (next, day) = (Lanes.zero, Lanes.zero)
        for each in 0..<24 { day += p[each * pattern.rows] }
        for each in 1...LearnedPrices.window { next += p[(hour + each) % 24 * pattern.rows] }
        return (next / Double(LearnedPrices.window), day / 24)
    }

    /// m and k of a store after an hour.
    @inline(__always)
    func learnedWorth(ofStore unit: Int, after hour: Int, _ state: WorldState, _ w: YearWorkspace) -> (
        m: Lanes, k: Lanes
    ) {
        let mean = learnedMean(busOfStorage[unit], after: hour, state)
        let isLong = w.parameters.base[slots.storageHours + unit] .> Lanes(repeating: 168)
        return (select(isLong, mean.day, mean.next), 2 * state.column.base[layout.priceSpread + busOfStorage[unit]])
    }

    /// m and k of work that waits at a bus.
    @inline(__always)
    func learnedWorth(ofWorkAt bus: Int, _ state: WorldState) -> (m: Lanes, k: Lanes) {
        (learnedMean(bus, after: 0, state).day, 2 * state.column.base[layout.priceSpread + bus])
    }

    /// Clears the hours of the cleared days and sums up the year.
    ///
    /// - Parameter daysBefore: the days cleared before, the unrecorded pass included.
    func clearYear(_ state: WorldState, year: Int, daysBefore: Int, _ w: YearWorkspace) {
        let t = totals
        let sums = w.totals.base
        for index in 0..<t.count { sums[index] = .zero }
        for rule in ruled.indices { w.margins.base[rule] = .zero }
        guard hasGrid else {
            serveWithoutGrid(state, w)
            return
        }
        (sums[t.peak], sums[t.reserve]) = surveyHours(w)
        for (index, day) in calendar.clearedDays.enumerated() {
            clear(state, year: year, day: day, daysBefore: daysBefore + index, w)
        }
        learnMargins(state, w)
        applyMeanShocks(w)
    }

    /// Clears a day, books it, and learns from its prices.
    func clear(_ state: WorldState, year: Int, day: Int, daysBefore: Int, _ w: YearWorkspace) {
        applyShocks(year: year, day: day, w)
        let ceiling = prepareDay(day, w)
        if clearsDays {
            clearDay(state, day: day, w)
        } else {
            for hour in 0..<24 {
                prepareHour(state, day: day, hour: hour, block: 0, w)
                bid(state, day: day, hour: hour, w)
                boundSlack(block: 0, w)
                solve(warm: hour > 0, day: day, hours: hour..<hour + 1, w)
                settleHour(state, day: day, hour: hour, block: 0, w)
            }
        }
        settleDay(w)
        LearnedPrices.learn(
            mean: state.column.base + layout.priceMean, spread: state.column.base + layout.priceSpread,
            prices: w.prices.base, buses: pattern.rows, ceiling: ceiling, daysBefore: daysBefore)
    }

    /// Books the year's work of a world that has data centres and no market: capacity x utilisation.
    private func serveWithoutGrid(_ state: WorldState, _ w: YearWorkspace) {
        for (site, city) in cityOfSite.enumerated() {
            w.totals.base[totals.served + city] +=
                8760 * state.column.base[layout.computeCapacity + site] * w.parameters.base[slots.utilisation]
        }
    }

    /// Power of the work that can't wait at a compute bus, MW at the meter, in the hour of the year at `offset`.
    ///
    /// What the profile asks beyond the power of all IT is turned away.
    @inline(__always)
    func rigidPower(_ place: Int, _ day: Int, _ offset: Int, _ w: YearWorkspace) -> Lanes {
        let at = day * computeBuses.count + place
        return minimum(w.rigid.base[at] * profiles.base[profileOfPlace[place] + offset], w.facility.base[at])
    }

    /// Sets what holds all day: costs, the day's availability, flow limits.
    ///
    /// Returns the dearest generator's cost.
    func prepareDay(_ day: Int, _ w: YearWorkspace) -> Lanes {
        let P = w.parameters.base
        let market = w.market
        let zero = Lanes.zero
        var ceiling = zero
        for g in busOfGenerator.indices {
            let v = variables.generation + g
            let area = areaOfBus[busOfGenerator[g]]
            var available = P[slots.generatorPower + g] * P[slots.generatorMaximum + g]
            switch weatherOfGenerator[g] {
            case .none: break
            case .sun: available *= w.sun.base[day * areas.count + area]
            case .wind: available *= w.wind.base[day * areas.count + area]
            }
            w.dayUpper.base[g] = available
            w.dayEnergy.base[g] = zero
            w.daySquares.base[g] = zero
            w.dayAvailable.base[g] = zero
            w.dayRevenue.base[g] = zero
            let cost = linearCost(g, P) + P[slots.generatorBid + g] + carbonCost(g, P)
            let quadratic = 2 * P[slots.generatorQuadratic + g]
            for block in 0..<market.hours {
                market.cost[block * pattern.variables + v] = cost
                market.quadratic[block * pattern.variables + v] = quadratic
            }
            // What isn't built yet can't be the dearest.
            let dearest = fma(quadratic, available, cost)
            ceiling = maximum(ceiling, select(P[slots.generatorPower + g] .> zero, dearest, zero))
        }
        for unit in busOfStorage.indices { w.storeKeeps.base[unit] = shareKept(unit, P) }
        for l in 0..<pattern.pairs.count {
            market.efficiency[l] = l < links ? P[slots.linkEfficiency + l] : Lanes(repeating: 1)
        }
        for block in 0..<market.hours {
            let first = block * pattern.variables
            for bus in 0..<pattern.rows {
                market.cost[first + variables.shed + bus] = P[slots.lostLoad]
                market.cost[first + variables.spill + bus] = P[slots.spillCost]
                market.quadratic[first + variables.shed + bus] = zero
                market.quadratic[first + variables.spill + bus] = zero
            }
            for l in 0..<links {
                let v = first + variables.flow + l
                market.cost[v] = P[slots.linkCost + l]
                market.quadratic[v] = zero
                // A lever may bring the largest flow below the least: the limit holds, as for generators.
                let most = P[slots.linkPower + l] * P[slots.linkMaximum + l]
                market.lower[v] = minimum(P[slots.linkPower + l] * P[slots.linkMinimum + l], most)
                market.upper[v] = most
            }
            for line in 0..<(from.count - links) {
                let v = first + variables.flow + links + line
                let most = P[slots.linePower + line] * P[slots.lineMaximum + line]
                market.cost[v] = zero
                market.quadratic[v] = zero
                market.lower[v] = negative(most)
                market.upper[v] = most
            }
            let (line, after) = (first + variables.flow + links, first + variables.flow + from.count)
            for (index, each) in pattern.guards.enumerated() {
                market.cost[after + index] = zero
                market.quadratic[after + index] = zero
                market.lower[after + index] = market.lower[line + each.line]
                market.upper[after + index] = market.upper[line + each.line]
            }
        }
        return ceiling
    }

    /// Builds an hour's balances and generators in a block of the market: the only one, or the hour's of a day.
    func prepareHour(_ state: WorldState, day: Int, hour: Int, block: Int, _ w: YearWorkspace) {
        let P = w.parameters.base
        let market = w.market
        let zero = Lanes.zero
        let offset = day * 24 + hour
        let loads = busOfLoad.count
        let first = block * pattern.variables
        let load = market.load + block * pattern.rows
        let lower = market.lower + first
        let upper = market.upper + first
        let shed = upper + variables.shed
        let spill = upper + variables.spill

        for bus in 0..<pattern.rows {
            load[bus] = zero
            lower[variables.shed + bus] = zero
            lower[variables.spill + bus] = zero
        }
        for row in 0..<loads {
            let shape = Lanes(repeating: profiles.base[profileOfLoad[row] + offset])
            load[busOfLoad[row]] += w.basePower.base[day * loads + row] * shape
        }
        for place in computeBuses.indices { load[computeBuses[place]] += rigidPower(place, day, offset, w) }
        for bus in 0..<pattern.rows {
            shed[bus] = maximum(load[bus], zero)
            spill[bus] = maximum(negative(load[bus]), zero)
        }

        for g in busOfGenerator.indices {
            let v = variables.generation + g
            var most = maximum(w.dayUpper.base[g] * profiles.base[profileOfGenerator[g] + offset], zero)
            // A windy day multiplies the month's mean, but not beyond the machine.
            if weatherOfGenerator[g] != .none { most = minimum(most, P[slots.generatorPower + g]) }
            let share = P[slots.generatorMinimum + g] * profiles.base[profileOfMinimum[g] + offset]
            let least = minimum(P[slots.generatorPower + g] * share, most)
            upper[v] = most
            lower[v] = least
            spill[busOfGenerator[g]] += least
        }
    }

    /// Lets what can wait bid in an hour that is cleared alone.
    private func bid(_ state: WorldState, day: Int, hour: Int, _ w: YearWorkspace) {
        let P = w.parameters.base
        let S = state.column.base
        let market = w.market
        let zero = Lanes.zero
        let offset = day * 24 + hour
        let compute = computeBuses.count
        let shed = market.upper + variables.shed
        for unit in busOfStorage.indices {
            let power = P[slots.storagePower + unit]
            let E = maximum(energyCapacity(unit, P), Lanes(repeating: 1e-9))
            let e = minimum(storedBefore(unit, state, offset, w), E)
            let store = P[slots.storeEfficiency + unit]
            let dispatch = P[slots.dispatchEfficiency + unit]
            let (m, k) = learnedWorth(ofStore: unit, after: hour, state, w)
            let v = marginalValue(energy: e, capacity: E, mean: m, spread: k)
            let curvature = 2 * k / E
            let out = variables.discharge + unit
            market.cost[out] = v / dispatch + P[slots.storageCost + unit]
            market.quadratic[out] = curvature / (dispatch * dispatch)
            market.lower[out] = zero
            market.upper[out] = minimum(power, e * dispatch)
            let into = variables.charge + unit
            market.cost[into] = negative(v * store)
            market.quadratic[into] = curvature * store * store
            market.lower[into] = zero
            market.upper[into] = minimum(power, maximum(E - e, zero) / store)
        }
        for place in 0..<compute {
            let bus = computeBuses[place]
            let z = variables.backlog + place
            let arrivals = w.deferrable.base[day * compute + place]
            let most = maximum(arrivals * P[slots.backlogHours], Lanes(repeating: 1e-9))
            let waiting = S[layout.backlog + bus] + arrivals
            let free = w.facility.base[day * compute + place] - rigidPower(place, day, offset, w)
            let room = minimum(maximum(free, zero), waiting)
            let (m, k) = learnedWorth(ofWorkAt: bus, state)
            let v = marginalValue(energy: most - waiting, capacity: most, mean: m, spread: k)
            market.cost[z] = negative(v)
            market.quadratic[z] = 2 * k / most
            market.upper[z] = room
            market.lower[z] = minimum(maximum(waiting - most, zero), room)
            shed[bus] += market.lower[z]
        }
    }

    /// Lets shedding and spilling take up whatever must flow, and what the solver leaves.
    func boundSlack(block: Int, _ w: YearWorkspace) {
        let market = w.market
        let zero = Lanes.zero
        let first = block * pattern.variables
        let load = market.load + block * pattern.rows
        let shed = market.upper + (first + variables.shed)
        let spill = market.upper + (first + variables.spill)
        // What must flow must be spilled or shed where nothing else takes or gives it.
        for l in 0..<pattern.pairs.count {
            let out = maximum(market.lower[first + variables.flow + l], zero)
            let back = maximum(negative(market.upper[first + variables.flow + l]), zero)
            shed[from[l]] += out
            spill[to[l]] += out * market.efficiency[l]
            spill[from[l]] += back
            shed[to[l]] += back
        }
        // A balance without load or must-run (a hub) still needs room for the residual that the solver leaves.
        var mean = Lanes(repeating: 1)
        for bus in 0..<pattern.rows { mean += absolute(load[bus]) / Double(pattern.rows) }
        for bus in 0..<pattern.rows {
            shed[bus] += 1e-6 * mean
            spill[bus] += 1e-6 * mean
        }
    }

    /// Solves what is built, and keeps the programs that the probe wants.
    func solve(warm: Bool, day: Int, hours: Range<Int>, _ w: YearWorkspace) {
        let market = w.market
        let clock = ContinuousClock()
        let begin = clock.now
        market.solve(warm: warm)
        w.timing.add(clock.now - begin, to: \.clearing)
        w.timing.programs += 1
        w.timing.iterations += market.iterations
        guard var probe = w.probe else { return }
        for hour in hours where probe.hours.contains(day * 24 + hour) {
            probe.programs.append(program(hour: day * 24 + hour, lane: probe.lane, market))
        }
        w.probe = probe
    }

    /// Energy in a store after an hour's loss and inflow, before it acts, MWh; it may exceed what the store holds.
    @inline(__always)
    func storedBefore(
        _ unit: Int, _ state: WorldState, _ offset: Int, _ w: YearWorkspace
    ) -> Lanes {
        let inflow = w.parameters.base[slots.inflow + unit] * profiles.base[profileOfInflow[unit] + offset]
        return state.column.base[layout.storedEnergy + unit] * w.storeKeeps.base[unit] + inflow
    }

    /// Books an hour: stocks, flows, prices, lost load.
    func settleHour(_ state: WorldState, day: Int, hour: Int, block: Int, _ w: YearWorkspace) {
        let P = w.parameters.base
        let S = state.column.base
        let market = w.market
        let x = market.dispatch + block * pattern.variables
        let upper = market.upper + block * pattern.variables
        let loads = market.load + block * pattern.rows
        let prices = market.price + block * pattern.rows
        let t = totals
        let sums = w.totals.base
        let weight = Lanes(repeating: calendar.weight)
        let offset = day * 24 + hour
        let zero = Lanes.zero

        for g in busOfGenerator.indices {
            let p = x[variables.generation + g]
            w.dayEnergy.base[g] += p
            w.daySquares.base[g] = fma(p, p, w.daySquares.base[g])
            w.dayAvailable.base[g] += upper[variables.generation + g]
            w.dayRevenue.base[g] = fma(p, prices[busOfGenerator[g]], w.dayRevenue.base[g])
        }
        for unit in busOfStorage.indices {
            let E = maximum(energyCapacity(unit, P), Lanes(repeating: 1e-9))
            let before = storedBefore(unit, state, offset, w)
            let (charge, discharge) = (x[variables.charge + unit], x[variables.discharge + unit])
            let leaked = S[layout.storedEnergy + unit] * (1 - w.storeKeeps.base[unit])
            let converted =
                charge * (1 - P[slots.storeEfficiency + unit])
                + discharge * (1 / P[slots.dispatchEfficiency + unit] - 1)
            sums[t.storageLost] += weight * (leaked + converted)
            // An hour alone overflows before it acts; in a day the market says what is left.
            let held = clearsDays ? before : minimum(before, E)
            let moved =
                held + P[slots.storeEfficiency + unit] * charge
                - discharge / P[slots.dispatchEfficiency + unit]
            let after = clearsDays ? market.stockLevel[hour * pattern.stocks.count + unit] : moved
            let lost = clearsDays ? maximum(moved - after, zero) : before - held
            S[layout.storedEnergy + unit] = minimum(maximum(after, zero), E)
            sums[t.curtailed] += weight * lost
            let revenue = weight * prices[busOfStorage[unit]] * (discharge - charge)
            let cost = weight * P[slots.storageCost + unit] * discharge
            sums[t.storageRevenue] += revenue
            sums[t.operation] += cost
            if ruledStorage[unit] >= 0 { w.margins.base[ruledStorage[unit]] += revenue - cost }
        }
        var load = zero
        for bus in 0..<pattern.rows { load += loads[bus] }
        let compute = computeBuses.count
        for place in 0..<compute {
            let bus = computeBuses[place]
            let z = x[variables.backlog + place]
            let waiting = S[layout.backlog + bus] + w.deferrable.base[day * compute + place]
            S[layout.backlog + bus] = maximum(waiting - z, zero)
            load += z
            sums[t.payments] += weight * prices[bus] * z
            // Work per capacity, in hours: rigid and served, at IT equipment.
            let capacity = maximum(
                w.busCapacity.base[bus] * w.busPUE.base[day * compute + place], Lanes(repeating: 1e-9))
            let busy = weight * (rigidPower(place, day, offset, w) + z) / capacity
            for site in sitesOfPlace[place] {
                sums[t.served + cityOfSite[site]] += S[layout.computeCapacity + site] * busy
            }
        }
        sums[t.load] += weight * load
        var unserved = zero
        var spilled = zero
        for bus in 0..<pattern.rows {
            let price = prices[bus]
            w.prices.base[hour * pattern.rows + bus] = price
            sums[t.price + bus] += price * loads[bus]
            sums[t.priceWeight + bus] += loads[bus]
            sums[t.plainPrice + bus] += price
            let (short, spill) = (x[variables.shed + bus], x[variables.spill + bus])
            unserved += short
            sums[t.busUnserved + bus] += weight * short
            spilled += spill
            sums[t.payments] += weight * price * (loads[bus] - short + spill)
        }
        sums[t.unserved] += weight * unserved
        sums[t.curtailed] += weight * spilled
        sums[t.operation] += weight * P[slots.lostLoad] * unserved
        for l in from.indices {
            let f = x[variables.flow + l]
            sums[t.flow + l] += weight * f
            let arriving = l < pattern.pairs.count ? market.efficiency[l] * prices[to[l]] : prices[to[l]]
            let rent = weight * f * (arriving - prices[from[l]])
            sums[t.rent] += rent
            sums[t.linkRent + l] += rent
            let cost = l < links ? weight * P[slots.linkCost + l] * f : zero
            sums[t.operation] += cost
            if ruledFlows[l] >= 0 { w.margins.base[ruledFlows[l]] += rent - cost }
        }
        sums[t.gap] = maximum(sums[t.gap], market.gap)
        sums[t.unconverged] += select(market.unconverged, Lanes(repeating: 1), zero)
    }

    /// Books a day's generation: energy, fuel, CO2, what sun and wind could have given.
    private func settleDay(_ w: YearWorkspace) {
        let P = w.parameters.base
        let t = totals
        let sums = w.totals.base
        let weight = Lanes(repeating: calendar.weight)
        for g in busOfGenerator.indices {
            let energy = w.dayEnergy.base[g]
            let carrier = carrierOfGenerator[g]
            sums[t.generation + carrier] += weight * energy
            let revenue = weight * w.dayRevenue.base[g]
            sums[t.revenue + carrier] += revenue
            sums[t.busRevenue + busOfGenerator[g]] += revenue
            let cost = weight * (linearCost(g, P) * energy + P[slots.generatorQuadratic + g] * w.daySquares.base[g])
            sums[t.operation] += cost
            if ruledGenerators[g] >= 0 {
                w.margins.base[ruledGenerators[g]] += revenue - cost - weight * carbonCost(g, P) * energy
            }
            let emitted = weight * energy * P[slots.carbonContent + carrier] / P[slots.generatorEfficiency + g]
            sums[t.emitted] += emitted
            sums[t.busEmitted + busOfGenerator[g]] += emitted
            sums[t.carrierEmitted + carrier] += emitted
            if weatherOfGenerator[g] != .none { sums[t.curtailed] += weight * (w.dayAvailable.base[g] - energy) }
        }
    }
}
