import Lanes
import WorldModel

/// A day's 24 hours cleared at once: stores, reservoirs and work that can wait are stocks, which end the day with a worth.
///
///     store:  e_h = keep e_(h-1) + inflow + eta_store charge - discharge / eta_dispatch - overflow, 0 <= e <= E,
///             worth at the end of the day m + k (1 - 2 e / E) at the margin
///     work:   b_h = b_(h-1) + arrivals - z, worth -(m - k + 2 k b / B) at the margin, B the work that may wait
///
/// k is at most m, so that nothing stored is worth less than nothing. What work overflows, for want of power, goes on waiting.
extension WorldKernel {
    /// Builds, solves and settles a day.
    func clearDay(_ state: WorldState, day: Int, _ w: YearWorkspace) {
        for hour in 0..<24 {
            prepareHour(state, day: day, hour: hour, block: hour, w)
            boundMoves(day: day, hour: hour, w)
            boundSlack(block: hour, w)
        }
        prepareStores(state, day: day, w)
        prepareWork(state, day: day, w)
        prepareRamps(state, w)
        solve(warm: false, day: day, hours: 0..<24, w)
        for hour in 0..<24 { settleHour(state, day: day, hour: hour, block: hour, w) }
        keepRamped(state, w)
    }

    /// Sets the limits of an hour on what moves stocks; what they are worth shows at the end of the day.
    private func boundMoves(day: Int, hour: Int, _ w: YearWorkspace) {
        let P = w.parameters.base
        let market = w.market
        let zero = Lanes.zero
        let first = hour * pattern.variables
        let offset = day * 24 + hour
        let compute = computeBuses.count
        for unit in busOfStorage.indices {
            let (out, into) = (first + variables.discharge + unit, first + variables.charge + unit)
            let power = P[slots.storagePower + unit]
            market.cost[out] = P[slots.storageCost + unit]
            market.cost[into] = zero
            market.quadratic[out] = zero
            market.quadratic[into] = zero
            market.lower[out] = zero
            market.lower[into] = zero
            market.upper[out] = power
            market.upper[into] = power
        }
        for place in 0..<compute {
            let z = first + variables.backlog + place
            market.cost[z] = zero
            market.quadratic[z] = zero
            market.lower[z] = zero
            market.upper[z] = maximum(
                w.facility.base[day * compute + place] - rigidPower(place, day, offset, w), zero)
        }
    }

    private func prepareStores(_ state: WorldState, day: Int, _ w: YearWorkspace) {
        let P = w.parameters.base
        let S = state.column.base
        let market = w.market
        let stocks = pattern.stocks.count
        for unit in busOfStorage.indices {
            let E = maximum(energyCapacity(unit, P), Lanes(repeating: 1e-9))
            let stored = S[layout.storedEnergy + unit]
            let start = minimum(stored, E)
            // What no longer fits is lost.
            w.totals.base[totals.curtailed] += calendar.weight * (stored - start)
            S[layout.storedEnergy + unit] = start
            let learned = learnedWorth(ofStore: unit, after: 23, state, w)
            let (m, k) = (learned.m, minimum(learned.k, learned.m))
            market.stockGain[2 * unit] = P[slots.storeEfficiency + unit]
            market.stockGain[2 * unit + 1] = negative(1 / P[slots.dispatchEfficiency + unit])
            market.stockKeep[unit] = w.storeKeeps.base[unit]
            market.stockStart[unit] = start
            market.overflowCost[unit] = .zero
            market.endSlope[unit] = m + k
            market.endCurvature[unit] = slope(k, over: E)
            for hour in 0..<24 {
                market.stockInflow[hour * stocks + unit] =
                    P[slots.inflow + unit] * profiles.base[profileOfInflow[unit] + day * 24 + hour]
                market.stockUpper[hour * stocks + unit] = E
            }
        }
    }

    private func prepareWork(_ state: WorldState, day: Int, _ w: YearWorkspace) {
        let P = w.parameters.base
        let S = state.column.base
        let market = w.market
        let stocks = pattern.stocks.count
        let compute = computeBuses.count
        for place in 0..<compute {
            let bus = computeBuses[place]
            let stock = busOfStorage.count + place
            let arrivals = w.deferrable.base[day * compute + place]
            let most = arrivals * P[slots.backlogHours]
            let start = S[layout.backlog + bus]
            var waiting = start
            // No less can be left waiting than with all equipment at work from the first hour on.
            var unavoidable = maximum(start, Lanes(repeating: 1e-6))
            for hour in 0..<24 {
                let served = market.upper[hour * pattern.variables + variables.backlog + place]
                waiting = maximum(waiting + arrivals - served, .zero)
                unavoidable = maximum(unavoidable, waiting)
            }
            let learned = learnedWorth(ofWorkAt: bus, state)
            let (m, k) = (learned.m, minimum(learned.k, learned.m))
            market.stockGain[2 * busOfStorage.count + place] = Lanes(repeating: -1)
            market.stockKeep[stock] = Lanes(repeating: 1)
            market.stockStart[stock] = start
            market.overflowCost[stock] = P[slots.lostLoad]
            market.endSlope[stock] = k - m
            market.endCurvature[stock] = slope(k, over: most)
            for hour in 0..<24 {
                market.stockInflow[hour * stocks + stock] = arrivals
                market.stockUpper[hour * stocks + stock] = maximum(most, unavoidable)
            }
        }
    }

    /// 2 k / E; none where next to nothing can be stored.
    private func slope(_ k: Lanes, over E: Lanes) -> Lanes {
        select(E .> Lanes(repeating: 1e-6), 2 * k / maximum(E, Lanes(repeating: 1e-6)), .zero)
    }

    /// Sets the ramps, wider where must-run and availability leave no other way.
    ///
    /// The first hour follows the last of the day before only where every day is cleared.
    private func prepareRamps(_ state: WorldState, _ w: YearWorkspace) {
        let P = w.parameters.base
        let S = state.column.base
        let market = w.market
        market.rampsFromStart = layout.rampsFollow
        for (ramp, g) in rampedGenerators.enumerated() {
            let power = P[slots.generatorPower + g]
            var up = ramped(P[slots.generatorUp + g]) * power
            var down = ramped(P[slots.generatorDown + g]) * power
            func bounds(_ hour: Int) -> (low: Lanes, high: Lanes) {
                if hour < 0 { return (S[layout.rampedPower + ramp], S[layout.rampedPower + ramp]) }
                let v = hour * pattern.variables + variables.generation + g
                return (market.lower[v], market.upper[v])
            }
            for hour in (layout.rampsFollow ? -1 : 0)..<24 {
                for later in hour + 1..<24 {
                    let (a, b) = (bounds(hour), bounds(later))
                    up = maximum(up, (b.low - a.high) / Double(later - hour))
                    down = maximum(down, (a.low - b.high) / Double(later - hour))
                }
            }
            market.rampUp[ramp] = up
            market.rampDown[ramp] = down
            market.rampStart[ramp] = layout.rampsFollow ? S[layout.rampedPower + ramp] : .zero
        }
    }

    /// An absent limit is none: more than all of p_nom in an hour.
    private func ramped(_ limit: Lanes) -> Lanes { select(limit .== limit, limit, Lanes(repeating: 2)) }

    /// Output before the unrecorded first pass: half of what can be.
    func startRamps(_ state: WorldState, _ w: YearWorkspace) {
        guard layout.rampsFollow else { return }
        for (ramp, g) in rampedGenerators.enumerated() {
            state.column.base[layout.rampedPower + ramp] = 0.5 * w.parameters.base[slots.generatorPower + g]
        }
    }

    private func keepRamped(_ state: WorldState, _ w: YearWorkspace) {
        guard layout.rampsFollow else { return }
        for (ramp, g) in rampedGenerators.enumerated() {
            state.column.base[layout.rampedPower + ramp] =
                w.market.dispatch[23 * pattern.variables + variables.generation + g]
        }
    }
}
