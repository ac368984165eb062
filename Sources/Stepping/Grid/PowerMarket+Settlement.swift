import Lanes

/// What the cleared hours come to: stocks, flows, prices, lost load, cost and revenue.
extension PowerMarket {
    /// Where an hour's answer lies in the program.
    private struct Answer {
        let dispatch, upper, loads, prices: UnsafeMutablePointer<Lanes>
    }

    /// Books an hour.
    func settleHour(_ y: Year, day: Int, hour: Int, block: Int) {
        let clearing = y.workspace.clearing
        let (v, rows) = (block * network.pattern.variables, block * network.pattern.rows)
        let answer = Answer(
            dispatch: clearing.dispatch + v, upper: clearing.upper + v, loads: clearing.load + rows,
            prices: clearing.price + rows)
        settleGenerators(y, answer)
        for unit in 0..<stores.count { settleStore(unit, y, answer, day: day, hour: hour) }
        settleLoads(y, answer, day: day, hour: hour)
        settleFlows(y, answer)
        y[sums.gap] = maximum(y[sums.gap], clearing.gap)
        y[sums.unconverged] += select(clearing.unconverged, lanes(1), .zero)
    }

    private func settleGenerators(_ y: Year, _ answer: Answer) {
        let first = network.variables.generation
        for g in 0..<generators.count {
            let p = answer.dispatch[first + g]
            y[dayEnergy, g] += p
            y[daySquares, g] = fma(p, p, y[daySquares, g])
            y[dayAvailable, g] += answer.upper[first + g]
            y[dayRevenue, g] = fma(p, answer.prices[generators.busOf[g]], y[dayRevenue, g])
        }
    }

    private func settleStore(_ unit: Int, _ y: Year, _ answer: Answer, day: Int, hour: Int) {
        let weight = lanes(calendar.weight)
        let E = maximum(stores.capacity(unit, y), lanes(1e-9))
        let before = stores.before(unit, day: day, hour: hour, y)
        let charge = answer.dispatch[network.variables.charge + unit]
        let discharge = answer.dispatch[network.variables.discharge + unit]
        let leaked = y[stores.energy, unit] * (1 - y[stores.keeps, unit])
        let converted =
            charge * (1 - y[stores.storeEfficiency, unit])
            + discharge * (1 / y[stores.dispatchEfficiency, unit] - 1)
        y[sums.storageLost] += weight * (leaked + converted)
        // An hour alone overflows before it acts; in a day the program says what is left.
        let held = clearsDays ? before : minimum(before, E)
        let moved =
            held + y[stores.storeEfficiency, unit] * charge - discharge / y[stores.dispatchEfficiency, unit]
        let after =
            clearsDays ? y.workspace.clearing.stockLevel[hour * network.pattern.stocks.count + unit] : moved
        let lost = clearsDays ? maximum(moved - after, .zero) : before - held
        y[stores.energy, unit] = minimum(maximum(after, .zero), E)
        y[sums.curtailed] += weight * lost
        let revenue = weight * answer.prices[stores.busOf[unit]] * (discharge - charge)
        let cost = weight * y[stores.marginalCost, unit] * discharge
        y[sums.storageRevenue] += revenue
        y[sums.operation] += cost
        plants.earn(revenue - cost, plants.ruledStorage[unit], y)
    }

    private func settleLoads(_ y: Year, _ answer: Answer, day: Int, hour: Int) {
        let weight = lanes(calendar.weight)
        let variables = network.variables
        let buses = network.pattern.rows
        var load = Lanes.zero
        for bus in 0..<buses { load += answer.loads[bus] }
        for place in demand.computeBuses.indices {
            load += settleWork(place, y, answer, day: day, hour: hour)
        }
        y[sums.load] += weight * load
        var unserved = Lanes.zero
        var spilled = Lanes.zero
        for bus in 0..<buses {
            let price = answer.prices[bus]
            y[prices, hour * buses + bus] = price
            y[sums.price, bus] += price * answer.loads[bus]
            y[sums.priceWeight, bus] += answer.loads[bus]
            y[sums.plainPrice, bus] += price
            let (short, spill) = (answer.dispatch[variables.shed + bus], answer.dispatch[variables.spill + bus])
            unserved += short
            y[sums.busUnserved, bus] += weight * short
            spilled += spill
            y[sums.payments] += weight * price * (answer.loads[bus] - short + spill)
        }
        y[sums.unserved] += weight * unserved
        y[sums.curtailed] += weight * spilled
        y[sums.operation] += weight * y[lostLoad] * unserved
    }

    /// Books the work of an hour at a compute bus; returns the power of what waited and runs now, MW.
    private func settleWork(_ place: Int, _ y: Year, _ answer: Answer, day: Int, hour: Int) -> Lanes {
        let weight = lanes(calendar.weight)
        let bus = demand.computeBuses[place]
        let at = day * demand.computeBuses.count + place
        let z = answer.dispatch[network.variables.backlog + place]
        let waiting = y[backlog, bus] + y[demand.deferrable, at]
        y[backlog, bus] = maximum(waiting - z, .zero)
        y[sums.payments] += weight * answer.prices[bus] * z
        // Work per capacity, in hours: rigid and served, at IT equipment.
        let capacity = maximum(y[demand.busCapacity, bus] * y[demand.busPUE, at], lanes(1e-9))
        let busy = weight * (demand.rigidPower(place, day: day, hour: hour, y) + z) / capacity
        let sites = demand.sites
        for site in demand.sitesOfPlace[place] {
            y[sums.served, sites.cityOf[site]] += y[sites.capacity, site] * busy
        }
        return z
    }

    private func settleFlows(_ y: Year, _ answer: Answer) {
        let clearing = y.workspace.clearing
        let weight = lanes(calendar.weight)
        for l in network.from.indices {
            let f = answer.dispatch[network.variables.flow + l]
            let (here, there) = (answer.prices[network.from[l]], answer.prices[network.to[l]])
            y[sums.flow, l] += weight * f
            let arriving = l < network.pattern.pairs.count ? clearing.efficiency[l] * there : there
            let rent = weight * f * (arriving - here)
            y[sums.rent] += rent
            y[sums.linkRent, l] += rent
            let cost = weight * network.cost(l, y) * f
            y[sums.operation] += cost
            plants.earn(rent - cost, plants.ruledFlows[l], y)
        }
    }

    /// Books a day's generation: energy, fuel, CO2, what sun and wind could have given.
    func settleDay(_ y: Year) {
        let weight = lanes(calendar.weight)
        for g in 0..<generators.count {
            let (energy, carrier, bus) = (y[dayEnergy, g], generators.carrierOf[g], generators.busOf[g])
            y[sums.generation, carrier] += weight * energy
            let revenue = weight * y[dayRevenue, g]
            y[sums.revenue, carrier] += revenue
            y[sums.busRevenue, bus] += revenue
            let cost =
                weight * (generators.linearCost(g, y) * energy + y[generators.quadraticCost, g] * y[daySquares, g])
            y[sums.operation] += cost
            plants.earn(
                revenue - cost - weight * generators.carbonCost(g, y) * energy, plants.ruledGenerators[g], y)
            let emitted = generators.emissions(of: weight * energy, g, y)
            y[sums.emitted] += emitted
            y[sums.busEmitted, bus] += emitted
            y[sums.carrierEmitted, carrier] += emitted
            if generators.weatherOf[g] != .none {
                y[sums.curtailed] += weight * (y[dayAvailable, g] - energy)
            }
        }
    }
}
