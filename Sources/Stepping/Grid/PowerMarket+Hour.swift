import Lanes

/// An hour's program: balances, what generators and links may do, and the bids of what can wait.
extension PowerMarket {
    /// Sets what holds all day: costs, the day's availability, flow limits.
    ///
    /// Returns the dearest generator's cost.
    func prepareDay(_ y: Year, day: Int) -> Lanes {
        let ceiling = prepareGenerators(y, day: day)
        let clearing = y.workspace.clearing
        for unit in 0..<stores.count { y[stores.keeps, unit] = stores.shareKept(unit, y) }
        for l in 0..<network.pattern.pairs.count { clearing.efficiency[l] = network.efficiency(l, y) }
        for block in 0..<clearing.hours { prepareNetwork(y, first: block * network.pattern.variables) }
        return ceiling
    }

    private func prepareGenerators(_ y: Year, day: Int) -> Lanes {
        let clearing = y.workspace.clearing
        let zero = Lanes.zero
        var ceiling = zero
        for g in 0..<generators.count {
            let v = network.variables.generation + g
            let available = generators.prepare(g, day: day, y)
            y[dayEnergy, g] = zero
            y[daySquares, g] = zero
            y[dayAvailable, g] = zero
            y[dayRevenue, g] = zero
            let cost = generators.linearCost(g, y) + y[generators.bidAdder, g] + generators.carbonCost(g, y)
            let quadratic = 2 * y[generators.quadraticCost, g]
            for block in 0..<clearing.hours {
                clearing.cost[block * network.pattern.variables + v] = cost
                clearing.quadratic[block * network.pattern.variables + v] = quadratic
            }
            // What isn't built yet can't be the dearest.
            let dearest = fma(quadratic, available, cost)
            ceiling = maximum(ceiling, select(y[generators.power, g] .> zero, dearest, zero))
        }
        return ceiling
    }

    /// Sets costs of shedding and spilling, and cost and limits of flows, in the block of variables that begins at `first`.
    private func prepareNetwork(_ y: Year, first: Int) {
        let clearing = y.workspace.clearing
        let variables = network.variables
        let buses = network.pattern.rows
        let zero = Lanes.zero
        for bus in 0..<buses {
            clearing.cost[first + variables.shed + bus] = y[lostLoad]
            clearing.cost[first + variables.spill + bus] = y[spillCost]
            clearing.quadratic[first + variables.shed + bus] = zero
            clearing.quadratic[first + variables.spill + bus] = zero
        }
        for l in network.from.indices {
            let v = first + variables.flow + l
            clearing.cost[v] = network.cost(l, y)
            clearing.quadratic[v] = zero
            (clearing.lower[v], clearing.upper[v]) = network.limits(l, y)
        }
        let (line, after) = (first + variables.flow + network.links, first + variables.flow + network.from.count)
        for (index, each) in network.pattern.guards.enumerated() {
            clearing.cost[after + index] = zero
            clearing.quadratic[after + index] = zero
            clearing.lower[after + index] = clearing.lower[line + each.line]
            clearing.upper[after + index] = clearing.upper[line + each.line]
        }
    }

    /// Builds an hour's balances and generators in a block of the program: the only one, or the hour's of a day.
    func prepareHour(_ y: Year, day: Int, hour: Int, block: Int) {
        let clearing = y.workspace.clearing
        let variables = network.variables
        let zero = Lanes.zero
        let buses = network.pattern.rows
        let load = clearing.load + block * buses
        let lower = clearing.lower + block * network.pattern.variables
        let upper = clearing.upper + block * network.pattern.variables
        let shed = upper + variables.shed
        let spill = upper + variables.spill
        for bus in 0..<buses {
            load[bus] = zero
            lower[variables.shed + bus] = zero
            lower[variables.spill + bus] = zero
        }
        demand.addLoads(to: load, at: { $0 }, day: day, hour: hour, y)
        for (place, bus) in demand.computeBuses.enumerated() {
            load[bus] += demand.rigidPower(place, day: day, hour: hour, y)
        }
        for bus in 0..<buses {
            shed[bus] = maximum(load[bus], zero)
            spill[bus] = maximum(negative(load[bus]), zero)
        }
        for g in 0..<generators.count {
            let v = variables.generation + g
            (lower[v], upper[v]) = generators.limits(g, day: day, hour: hour, y)
            spill[generators.busOf[g]] += lower[v]
        }
    }

    /// Lets what can wait bid in an hour that is cleared alone.
    func bid(_ y: Year, day: Int, hour: Int) {
        for unit in 0..<stores.count { bidStore(unit, y, day: day, hour: hour) }
        for place in demand.computeBuses.indices { bidWork(place, y, day: day, hour: hour) }
    }

    private func bidStore(_ unit: Int, _ y: Year, day: Int, hour: Int) {
        let clearing = y.workspace.clearing
        let power = y[stores.power, unit]
        let E = maximum(stores.capacity(unit, y), lanes(1e-9))
        let e = minimum(stores.before(unit, day: day, hour: hour, y), E)
        let store = y[stores.storeEfficiency, unit]
        let dispatch = y[stores.dispatchEfficiency, unit]
        let (m, k) = learned.worth(ofStore: unit, stores, after: hour, y)
        let v = marginalValue(energy: e, capacity: E, mean: m, spread: k)
        let curvature = 2 * k / E
        let out = network.variables.discharge + unit
        clearing.cost[out] = v / dispatch + y[stores.marginalCost, unit]
        clearing.quadratic[out] = curvature / (dispatch * dispatch)
        clearing.lower[out] = .zero
        clearing.upper[out] = minimum(power, e * dispatch)
        let into = network.variables.charge + unit
        clearing.cost[into] = negative(v * store)
        clearing.quadratic[into] = curvature * store * store
        clearing.lower[into] = .zero
        clearing.upper[into] = minimum(power, maximum(E - e, .zero) / store)
    }

    private func bidWork(_ place: Int, _ y: Year, day: Int, hour: Int) {
        let clearing = y.workspace.clearing
        let bus = demand.computeBuses[place]
        let at = day * demand.computeBuses.count + place
        let z = network.variables.backlog + place
        let arrivals = y[demand.deferrable, at]
        let most = maximum(arrivals * y[demand.backlogHours], lanes(1e-9))
        let waiting = y[backlog, bus] + arrivals
        let free = y[demand.facility, at] - demand.rigidPower(place, day: day, hour: hour, y)
        let room = minimum(maximum(free, .zero), waiting)
        let (m, k) = learned.worth(ofWorkAt: bus, y)
        let v = marginalValue(energy: most - waiting, capacity: most, mean: m, spread: k)
        clearing.cost[z] = negative(v)
        clearing.quadratic[z] = 2 * k / most
        clearing.upper[z] = room
        clearing.lower[z] = minimum(maximum(waiting - most, .zero), room)
        clearing.upper[network.variables.shed + bus] += clearing.lower[z]
    }

    /// Lets shedding and spilling take up whatever must flow, and what the solver leaves.
    func boundSlack(_ y: Year, block: Int) {
        let clearing = y.workspace.clearing
        let variables = network.variables
        let (buses, width) = (network.pattern.rows, network.pattern.variables)
        let first = block * width
        let load = clearing.load + block * buses
        let shed = clearing.upper + (first + variables.shed)
        let spill = clearing.upper + (first + variables.spill)
        // What must flow must be spilled or shed where nothing else takes or gives it.
        for l in 0..<network.pattern.pairs.count {
            let (from, to) = (network.from[l], network.to[l])
            let out = maximum(clearing.lower[first + variables.flow + l], .zero)
            let back = maximum(negative(clearing.upper[first + variables.flow + l]), .zero)
            shed[from] += out
            spill[to] += out * clearing.efficiency[l]
            spill[from] += back
            shed[to] += back
        }
        // A balance without load or must-run (a hub) still needs room for the residual that the solver leaves.
        var mean = lanes(1)
        for bus in 0..<buses { mean += absolute(load[bus]) / Double(buses) }
        for bus in 0..<buses {
            shed[bus] += 1e-6 * mean
            spill[bus] += 1e-6 * mean
        }
    }
}
