import Lanes
import WorldModel

extension WorldKernel {
    /// IT power in operation, MW.
    func totalCapacity(_ state: WorldState) -> Lanes {
        var sum = Lanes.zero
        for site in cityOfSite.indices { sum += state.column.base[layout.computeCapacity + site] }
        return sum
    }

    /// Heat of the year that data centres sell, MWh: what their work gives off, as far as neighbours take it.
    ///
    ///     heat = 8760 Σ min(capacity utilisation heat_share, heat_demand)
    func heatSold(_ state: WorldState, _ w: YearWorkspace) -> Lanes {
        guard hasCompute else { return .zero }
        let P = w.parameters.base
        var sum = Lanes.zero
        for site in cityOfSite.indices {
            let given = state.column.base[layout.computeCapacity + site] * P[slots.utilisation] * P[slots.heatShare]
            sum += minimum(given, P[slots.siteHeat + site])
        }
        return 8760 * sum
    }

    /// Builds or closes at once what levers and trajectories change of `capacity` from one year to the next.
    func changeCapacity(_ state: WorldState, year: Int, samples: [Int], choices: [[Int]], _ w: YearWorkspace) {
        for site in cityOfSite.indices { (w.siteBuilt.base[site], w.siteClosed.base[site]) = (.zero, .zero) }
        guard hasCompute else { return }
        changeStart(
            of: slots.siteCapacity, state.column.base + layout.computeCapacity, count: cityOfSite.count, year: year,
            samples: samples, choices: choices, added: w.siteBuilt.base, removed: w.siteClosed.base, w)
    }

    /// Adds to a column that begins with a table's numbers what levers and trajectories change of them from one year to the
    /// next.
    ///
    /// - Parameters:
    ///   - first: the first slot of the numbers, of which there are `count`.
    ///   - added, removed: by how much each grew or shrank; it is never below 0.
    func changeStart(
        of first: Int, _ column: UnsafeMutablePointer<Lanes>, count: Int, year: Int, samples: [Int], choices: [[Int]],
        added: UnsafeMutablePointer<Lanes>, removed: UnsafeMutablePointer<Lanes>, _ w: YearWorkspace
    ) {
        let numbers = first..<(first + count)
        guard year > study.years.lowerBound, effectSlots.contains(where: numbers.contains) else { return }
        for lane in 0..<Lanes.scalarCount {
            study.effects.evaluate(year: year - 1, sample: samples[lane], choices: choices[lane], into: w.draws)
            for (index, slot) in effectSlots.enumerated() where numbers.contains(slot) {
                let change = calmValue(slot, w)[lane] - w.draws[index]
                let before = column[slot - first][lane]
                let after = max(before + change, 0)
                column[slot - first][lane] = after
                added[slot - first][lane] = max(change, 0)
                removed[slot - first][lane] = max(before - after, 0)
            }
        }
    }

    /// The orders of a bundle's sites, in its state.
    func conversion(_ state: WorldState) -> Conversion {
        Conversion(
            stages: state.column.base + layout.computeStages, waiting: state.column.base + layout.computeWaiting,
            sites: cityOfSite.count, stageCount: RecordedVariable.stages)
    }

    /// Mean times from order to connection, shell and chips, yr.
    func leadTimes(_ w: YearWorkspace) -> (Lanes, Lanes, Lanes) {
        let P = w.parameters.base
        return (P[slots.leadTime], P[slots.shellLeadTime], P[slots.chipLeadTime])
    }

    /// Moves the year's orders through the pipeline: those of `shareOrders`.
    func stepCompute(_ state: WorldState, year: Int, _ w: YearWorkspace) {
        guard hasCompute, !cityOfSite.isEmpty else { return }
        let P = w.parameters.base
        let orders = w.scratch.base
        shareOrders(orders, state, w)
        advancePipeline(
            conversion(state), capacity: state.column.base + layout.computeCapacity, orders: orders,
            leadTimes: leadTimes(w), retirement: P[slots.retirement], delivered: w.siteDelivered.base,
            closed: w.siteClosed.base)
        for site in cityOfSite.indices {
            w.siteDelivered.base[site] += w.siteBuilt.base[site]
            w.siteOrders.base[site] = orders[site]
        }
    }

    /// Shares out the year's orders by `order_share` relative to its sum, as far as sites have room for them.
    ///
    ///     want_i = orders share_i / Σ share;  room_i = (capacity_max_i - capacity_i - Σ pipeline_i)+
    ///     o_i = min(want_i, room_i) + min(Σ (want - room)+ / Σ (room - want)+, 1) (room_i - want_i)+
    ///
    /// What a site has no room for goes to all that have, by their room; what no site has room for isn't ordered.
    private func shareOrders(_ o: UnsafeMutablePointer<Lanes>, _ state: WorldState, _ w: YearWorkspace) {
        let P = w.parameters.base
        let S = state.column.base
        let sites = cityOfSite.count
        let zero = Lanes.zero
        var shares = zero
        for site in 0..<sites { shares += P[slots.orderShare + site] }
        let scale = P[slots.orders] / maximum(shares, Lanes(repeating: 1e-12))
        var beyond = zero
        var free = zero
        for site in 0..<sites {
            let want = P[slots.orderShare + site] * scale
            let left = room(site, P, S) - want
            beyond += maximum(negative(left), zero)
            free += maximum(left, zero)
        }
        let moved = minimum(beyond / maximum(free, Lanes(repeating: 1e-12)), Lanes(repeating: 1))
        for site in 0..<sites {
            let want = P[slots.orderShare + site] * scale
            let most = room(site, P, S)
            o[site] = minimum(want, most) + moved * maximum(most - want, zero)
        }
    }

    /// IT power that may still be ordered at a site, MW; one without a limit has room for all that is moved.
    @inline(__always)
    private func room(_ site: Int, _ P: UnsafeMutablePointer<Lanes>, _ S: UnsafeMutablePointer<Lanes>) -> Lanes {
        let most = P[slots.siteMaximum + site]
        var used = S[layout.computeCapacity + site] + S[layout.computeWaiting + site]
        for stage in 0..<RecordedVariable.stages { used += S[layout.computeStages + stage * cityOfSite.count + site] }
        return select(most .== most, maximum(most - used, .zero), Lanes(repeating: 1e9))
    }

    /// Sets the share of each bus's published load that the data centres of the start draw.
    ///
    /// Capacity x utilisation x PUE at normal weather over the load; the load excludes it from then on. Without the
    /// section `compute` they stay in it.
    func setComputeShareOfLoad(_ state: WorldState, _ w: YearWorkspace) {
        guard hasCompute else { return }
        let P = w.parameters.base
        let share = state.column.base + layout.computeShare
        for (site, city) in cityOfSite.enumerated() {
            var pue = Lanes.zero
            for day in 0..<365 {
                let T = Lanes(repeating: normal[day * areas.count + areaOfCity[city]])
                pue += powerUsageEffectiveness(
                    plantOfSite[site], dryBulb: T, wetBulb: cityWetBulb(city, T, day: day, w))
            }
            share[busOfSite[site]] += P[slots.siteCapacity + site] * P[slots.utilisation] * pue / 365
        }
        for bus in 0..<pattern.rows {
            var published = Lanes.zero
            for (load, at) in busOfLoad.enumerated() where at == bus { published += P[slots.load + load] }
            share[bus] = minimum(share[bus] / maximum(published, Lanes(repeating: 1e-9)), Lanes(repeating: 1))
        }
    }

    /// A city's temperature on a day, degC: its area's, with its own ratio of local to global warming and growth of its own.
    @inline(__always)
    func cityTemperature(
        _ city: Int, _ area: Int, _ day: Int, _ warming: Lanes, year: Int, _ w: YearWorkspace
    ) -> Lanes {
        let P = w.parameters.base
        let century = Double(year - world.start) / 100
        return w.temperature.base[day * areas.count + area]
            + (P[slots.warmingRatio + city] - areaWarmingRatio(area, P)) * warming
            + (P[slots.urbanWarming + city] - areaUrbanWarming(area, P)) * century
    }

    /// The power that loads and data centres ask for on each of 365 days.
    ///
    ///     load = base growth (1 + k_c ((T - 20)+ - (T_n - 20)+) + k_h ((12 - T)+ - (12 - T_n)+)), times its profile
    ///     rigid = Σ capacity utilisation (1 - training share) PUE, times the profile `compute` where the world has one;
    ///     deferrable, on average, the rest of utilisation
    func usePower(_ state: WorldState, year: Int, _ w: YearWorkspace) {
        let P = w.parameters.base
        let S = state.column.base
        let n = areas.count
        let zero = Lanes.zero
        let warming = S[layout.temperature] - S[layout.normalTemperature]
        for city in busOfCity.indices { w.cityPUE.base[city] = zero }
        for bus in 0..<pattern.rows { w.busCapacity.base[bus] = zero }
        for (site, bus) in busOfSite.enumerated() { w.busCapacity.base[bus] += S[layout.computeCapacity + site] }
        let compute = computeBuses.count
        for day in 0..<365 {
            applyShocks(year: year, day: day, w)
            for (load, bus) in busOfLoad.enumerated() {
                let area = areaOfBus[bus]
                let T = w.temperature.base[day * n + area]
                let Tn = Lanes(repeating: normal[day * n + area])
                let cooling = maximum(T - 20, zero) - maximum(Tn - 20, zero)
                let heating = maximum(12 - T, zero) - maximum(12 - Tn, zero)
                let response =
                    1 + 0.01
                    * (P[slots.coolingSensitivity + load] * cooling + P[slots.heatingSensitivity + load] * heating)
                w.basePower.base[day * busOfLoad.count + load] =
                    P[slots.load + load] * (1 - S[layout.computeShare + bus]) * S[layout.demandLevel]
                    * maximum(response, zero)
            }
            for (city, area) in areaOfCity.enumerated() {
                let T = cityTemperature(city, area, day, warming, year: year, w)
                w.cityPUE.base[city] +=
                    powerUsageEffectiveness(
                        plantOfCity[city], dryBulb: T, wetBulb: cityWetBulb(city, T, day: day, w)) / 365
            }
            for place in 0..<compute {
                w.rigid.base[day * compute + place] = zero
                w.deferrable.base[day * compute + place] = zero
                w.facility.base[day * compute + place] = zero
                w.busPUE.base[day * compute + place] = zero
            }
            for (site, city) in cityOfSite.enumerated() {
                let use = hasComputeMarket ? S[layout.workUse + city] : P[slots.utilisation]
                let patient = use * P[slots.trainingShare]
                let prompt = use - patient
                let area = areaOfCity[city]
                let place = day * compute + placeOfSite[site]
                let T = cityTemperature(city, area, day, warming, year: year, w)
                let pue = powerUsageEffectiveness(
                    plantOfSite[site], dryBulb: T, wetBulb: cityWetBulb(city, T, day: day, w))
                let power = S[layout.computeCapacity + site] * pue
                w.rigid.base[place] += power * prompt
                w.deferrable.base[place] += power * patient
                w.facility.base[place] += power
                w.busPUE.base[place] += power
            }
            for (index, bus) in computeBuses.enumerated() {
                let place = day * compute + index
                w.busPUE.base[place] = select(
                    w.busCapacity.base[bus] .> zero,
                    w.busPUE.base[place] / maximum(w.busCapacity.base[bus], Lanes(repeating: 1e-12)),
                    Lanes(repeating: 1))
            }
        }
        applyMeanShocks(w)
    }
}
