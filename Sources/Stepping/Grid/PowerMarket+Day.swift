import Lanes

/// A day's 24 hours cleared at once: stores, reservoirs and work that can wait are stocks, which end the day with a worth.
///
///     store:  e_h = keep e_(h-1) + inflow + eta_store charge - discharge / eta_dispatch - overflow, 0 <= e <= E,
///             worth at the end of the day m + k (1 - 2 e / E) at the margin
///     work:   b_h = b_(h-1) + arrivals - z, worth -(m - k + 2 k b / B) at the margin, B the work that may wait
///
/// k is at most m, so that nothing stored is worth less than nothing. What work overflows, for want of power, goes on waiting.
extension PowerMarket {
    /// Builds, solves and settles a day.
    func clearDay(_ y: Year, day: Int) {
        for hour in 0..<24 {
            prepareHour(y, day: day, hour: hour, block: hour)
            boundMoves(y, day: day, hour: hour)
            boundSlack(y, block: hour)
        }
        for unit in 0..<stores.count { prepareStore(unit, y, day: day) }
        for place in demand.computeBuses.indices { prepareWork(place, y, day: day) }
        prepareRamps(y)
        solve(y, warm: false, day: day, hours: 0..<24)
        for hour in 0..<24 { settleHour(y, day: day, hour: hour, block: hour) }
        keepRamped(y)
    }

    /// Sets the limits of an hour on what moves stocks; what they are worth shows at the end of the day.
    private func boundMoves(_ y: Year, day: Int, hour: Int) {
        let clearing = y.workspace.clearing
        let first = hour * network.pattern.variables
        func bound(_ variable: Int, cost: Lanes, most: Lanes) {
            clearing.cost[variable] = cost
            clearing.quadratic[variable] = .zero
            clearing.lower[variable] = .zero
            clearing.upper[variable] = most
        }
        for unit in 0..<stores.count {
            let power = y[stores.power, unit]
            bound(first + network.variables.discharge + unit, cost: y[stores.marginalCost, unit], most: power)
            bound(first + network.variables.charge + unit, cost: .zero, most: power)
        }
        for place in demand.computeBuses.indices {
            let facility = y[demand.facility, day * demand.computeBuses.count + place]
            bound(
                first + network.variables.backlog + place, cost: .zero,
                most: maximum(facility - demand.rigidPower(place, day: day, hour: hour, y), .zero))
        }
    }

    private func prepareStore(_ unit: Int, _ y: Year, day: Int) {
        let clearing = y.workspace.clearing
        let stocks = network.pattern.stocks.count
        let E = maximum(stores.capacity(unit, y), lanes(1e-9))
        let stored = y[stores.energy, unit]
        let start = minimum(stored, E)
        // What no longer fits is lost.
        y[sums.curtailed] += calendar.weight * (stored - start)
        y[stores.energy, unit] = start
        let worth = learned.worth(ofStore: unit, stores, after: 23, y)
        let (m, k) = (worth.m, minimum(worth.k, worth.m))
        clearing.stockGain[2 * unit] = y[stores.storeEfficiency, unit]
        clearing.stockGain[2 * unit + 1] = negative(1 / y[stores.dispatchEfficiency, unit])
        clearing.stockKeep[unit] = y[stores.keeps, unit]
        clearing.stockStart[unit] = start
        clearing.overflowCost[unit] = .zero
        clearing.endSlope[unit] = m + k
        clearing.endCurvature[unit] = slope(k, over: E)
        for hour in 0..<24 {
            clearing.stockInflow[hour * stocks + unit] = stores.inflow(unit, day: day, hour: hour, y)
            clearing.stockUpper[hour * stocks + unit] = E
        }
    }

    private func prepareWork(_ place: Int, _ y: Year, day: Int) {
        let clearing = y.workspace.clearing
        let stocks = network.pattern.stocks.count
        let bus = demand.computeBuses[place]
        let stock = stores.count + place
        let arrivals = y[demand.deferrable, day * demand.computeBuses.count + place]
        let most = arrivals * y[demand.backlogHours]
        let start = y[backlog, bus]
        var waiting = start
        // No less can be left waiting than with all equipment at work from the first hour on.
        var unavoidable = maximum(start, lanes(1e-6))
        for hour in 0..<24 {
            let served = clearing.upper[hour * network.pattern.variables + network.variables.backlog + place]
            waiting = maximum(waiting + arrivals - served, .zero)
            unavoidable = maximum(unavoidable, waiting)
        }
        let worth = learned.worth(ofWorkAt: bus, y)
        let (m, k) = (worth.m, minimum(worth.k, worth.m))
        clearing.stockGain[2 * stores.count + place] = lanes(-1)
        clearing.stockKeep[stock] = lanes(1)
        clearing.stockStart[stock] = start
        clearing.overflowCost[stock] = y[lostLoad]
        clearing.endSlope[stock] = k - m
        clearing.endCurvature[stock] = slope(k, over: most)
        for hour in 0..<24 {
            clearing.stockInflow[hour * stocks + stock] = arrivals
            clearing.stockUpper[hour * stocks + stock] = maximum(most, unavoidable)
        }
    }

    /// 2 k / E; none where next to nothing can be stored.
    private func slope(_ k: Lanes, over E: Lanes) -> Lanes {
        select(E .> lanes(1e-6), 2 * k / maximum(E, lanes(1e-6)), .zero)
    }

    /// Sets the ramps, wider where must-run and availability leave no other way.
    ///
    /// The first hour follows the last of the day before only where every day is cleared.
    private func prepareRamps(_ y: Year) {
        let clearing = y.workspace.clearing
        clearing.rampsFromStart = rampsFollow
        for (ramp, g) in generators.ramped.enumerated() {
            var up = limit(generators.rampUp, g, y) * y[generators.power, g]
            var down = limit(generators.rampDown, g, y) * y[generators.power, g]
            func bounds(_ hour: Int) -> (low: Lanes, high: Lanes) {
                if hour < 0 { return (y[rampedPower, ramp], y[rampedPower, ramp]) }
                let v = hour * network.pattern.variables + network.variables.generation + g
                return (clearing.lower[v], clearing.upper[v])
            }
            for hour in (rampsFollow ? -1 : 0)..<24 {
                for later in hour + 1..<24 {
                    let (a, b) = (bounds(hour), bounds(later))
                    up = maximum(up, (b.low - a.high) / Double(later - hour))
                    down = maximum(down, (a.low - b.high) / Double(later - hour))
                }
            }
            clearing.rampUp[ramp] = up
            clearing.rampDown[ramp] = down
            clearing.rampStart[ramp] = rampsFollow ? y[rampedPower, ramp] : .zero
        }
    }

    /// An absent limit is none: more than all of p_nom in an hour.
    private func limit(_ column: Parameter, _ g: Int, _ y: Year) -> Lanes {
        select(y[column, g] .== y[column, g], y[column, g], lanes(2))
    }

    private func keepRamped(_ y: Year) {
        guard rampsFollow else { return }
        let last = 23 * network.pattern.variables + network.variables.generation
        for (ramp, g) in generators.ramped.enumerated() {
            y[rampedPower, ramp] = y.workspace.clearing.dispatch[last + g]
        }
    }
}
