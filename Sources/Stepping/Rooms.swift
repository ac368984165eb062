import WorldModel

extension WorldKernel {
    /// Moves and multiplies people for a year.
    func stepPopulation(_ state: WorldState, _ w: YearWorkspace) {
        let P = w.parameters.base
        let rate = hasEconomy ? P[slots.migrationRate] / 100 : Lanes.zero
        nearestCities.withUnsafeBufferPointer { order in
            guard let order = order.baseAddress ?? UnsafePointer(bitPattern: MemoryLayout<Int>.alignment) else {
                return
            }
            advancePopulation(
                population: state.column.base + layout.population, cities: busOfCity.count, order: order,
                migrationRate: rate, jobsPerPerson: P + slots.jobs, wage: P + slots.wage, rent: P + slots.rent,
                wageElasticity: P[slots.wageElasticity], rentElasticity: P[slots.rentElasticity],
                growth: P + slots.populationGrowth, scratch: w.scratch.base)
        }
    }

    /// Advances product, capital, productivity and the level of demand; returns the year's product, currency.
    func stepEconomy(_ state: WorldState, _ w: YearWorkspace) -> Lanes {
        let P = w.parameters.base
        let S = state.column.base
        var productOfStart = Lanes.zero
        for city in busOfCity.indices { productOfStart += P[slots.grossProduct + city] }
        guard hasEconomy else { return productOfStart }
        var people = Lanes.zero
        var peopleAtStart = 0.0
        for city in busOfCity.indices {
            people += S[layout.population + city]
            peopleAtStart += sorted.values[slots.cityPopulation + city]
        }
        let one = Lanes(repeating: 1)
        let start = S[layout.computeStart]
        let compute = select(
            start .> Lanes.zero,
            totalCapacity(state) * S[layout.computeEfficiency] / maximum(start, Lanes(repeating: 1e-300)), one)
        let product = production(
            productivity: S[layout.productivity], capital: S[layout.capital],
            labour: peopleAtStart > 0 ? people / peopleAtStart : one, compute: compute,
            capitalShare: P[slots.capitalShare], computeShare: P[slots.computeShare], elasticity: P[slots.elasticity])
        S[layout.capital] =
            S[layout.capital] * (1 - P[slots.depreciation] / 100)
            + P[slots.savingsRate] * product / P[slots.capitalOutputRatio]
        S[layout.productivity] *= 1 + P[slots.productivityGrowth] / 100
        S[layout.demandLevel] *= 1 + P[slots.demandGrowth] / 100
        return productOfStart * product
    }

    /// Carries the climate from the start of a year to its end: by the table's emissions, and by the world's own where
    /// they are added.
    func stepClimate(_ state: WorldState, year: Int, _ w: YearWorkspace) {
        guard hasClimate else { return }
        var emissions = Lanes(repeating: emission(in: year))
        if addsOwnEmissions {
            emissions += w.totals.base[totals.emitted] * 1e-9 - w.parameters.base[slots.ownInTable]
        }
        advanceClimate(state, emissions: emissions, w)
    }

    /// Runs the climate from the first emission to the start of the world; the normals are those of 1991-2020.
    ///
    /// The past happened once: it runs with the world's own numbers, and uncertainties act from the start on. Only the member
    /// of a calibrated ensemble is one from the beginning: its past is part of what it was calibrated for.
    func spinUpClimate(_ state: WorldState, member: Lanes, _ w: YearWorkspace) {
        guard hasClimate else { return }
        w.parameters.base[slots.climateMember] = member
        applyClimateMembers(w)
        let S = state.column.base
        var years = 0
        var sum = Lanes.zero
        for year in min(firstEmissionYear, world.start)..<world.start {
            if (1991...2020).contains(year) {
                sum += S[layout.temperature]
                years += 1
            }
            advanceClimate(state, emissions: Lanes(repeating: emission(in: year)), w)
        }
        S[layout.normalTemperature] = years > 0 ? sum / Double(years) : S[layout.temperature]
    }

    /// Writes a year's record: `RecordedVariable.all` in order, entity after entity, lanes fastest.
    func write(
        _ record: UnsafeMutableBufferPointer<Double>, _ state: WorldState, warmingBefore: Lanes, annuities: Lanes,
        product: Lanes, _ w: YearWorkspace
    ) {
        let S = state.column.base
        let t = totals
        let sums = w.totals.base
        let hours = Double(24 * calendar.clearedDays.count)
        var place = 0
        func put(_ value: Lanes) {
            for lane in 0..<Lanes.scalarCount { record[place + lane] = value[lane] }
            place += Lanes.scalarCount
        }
        put(0.5 * (warmingBefore + S[layout.temperature]))
        for city in cityRows { put(S[layout.population + city]) }
        put(sums[t.load])
        put(sums[t.peak])
        for carrier in carrierRows { put(sums[t.generation + carrier]) }
        put(sums[t.unserved])
        put(sums[t.curtailed])
        func price(_ bus: Int) -> Lanes {
            let weight = sums[t.priceWeight + bus]
            return select(
                weight .> Lanes.zero, sums[t.price + bus] / maximum(weight, Lanes(repeating: 1e-300)),
                sums[t.plainPrice + bus] / hours)
        }
        for city in cityRows { put(price(busOfCity[city])) }
        for link in linkRows { put(sums[t.flow + link]) }
        put(sums[t.emitted])
        let heat = heatSold(state, w)
        put(sums[t.operation] + annuities - heat * w.parameters.base[slots.heatPrice])
        put(sums[t.payments])
        for carrier in carrierRows { put(sums[t.revenue + carrier]) }
        put(sums[t.storageRevenue])
        put(sums[t.rent])
        for city in cityRows {
            var capacity = Lanes.zero
            for site in sitesOfCity[city] { capacity += S[layout.computeCapacity + site] }
            put(capacity)
        }
        var served = Lanes.zero
        for city in busOfCity.indices { served += sums[t.served + city] }
        for city in cityRows { put(sums[t.served + city]) }
        for stage in 0..<RecordedVariable.stages {
            var waiting = Lanes.zero
            for site in cityOfSite.indices { waiting += S[layout.computeStages + stage * cityOfSite.count + site] }
            put(waiting)
        }
        put(served * 3.6e9 * S[layout.computeEfficiency])
        for city in cityRows { put(w.cityPUE.base[city]) }
        put(product)
        put(sums[t.gap])
        put(sums[t.unconverged])
        for bus in busRows { put(price(bus)) }
        for bus in busRows { put(sums[t.busRevenue + bus]) }
        for bus in busRows { put(sums[t.busEmitted + bus]) }
        for bus in busRows { put(sums[t.busUnserved + bus]) }
        for carrier in carrierRows { put(sums[t.carrierEmitted + carrier]) }
        for carrier in carrierRows {
            var installed = Lanes.zero
            for g in generatorsOfCarrier[carrier] { installed += calmValue(slots.generatorPower + g, w) }
            put(installed)
        }
        for link in linkRows { put(sums[t.linkRent + link]) }
        put(heat)
        precondition(place == record.count, "a year's record has \(place) numbers, not \(record.count)")
    }
}
