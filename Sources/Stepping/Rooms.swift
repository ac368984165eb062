import WorldModel

extension WorldKernel {
    /// Lets those come or go at once whom levers and trajectories add to cities, or take from them.
    func changePopulation(_ state: WorldState, year: Int, samples: [Int], choices: [[Int]], _ w: YearWorkspace) {
        let cities = busOfCity.count
        changeStart(
            of: slots.cityPopulation, state.column.base + layout.population, count: cities, year: year,
            samples: samples, choices: choices, added: w.scratch.base, removed: w.scratch.base + cities, w)
    }

    /// Moves and multiplies people for a year.
    func stepPopulation(_ state: WorldState, _ w: YearWorkspace) {
        let P = w.parameters.base
        let rate = hasEconomy ? P[slots.economy.migrationRate] / 100 : Lanes.zero
        nearestCities.withUnsafeBufferPointer { order in
            guard let order = order.baseAddress ?? UnsafePointer(bitPattern: MemoryLayout<Int>.alignment) else {
                return
            }
            advancePopulation(
                population: state.column.base + layout.population, cities: busOfCity.count, order: order,
                migrationRate: rate, jobsPerPerson: P + slots.jobs, wage: P + slots.wage, rent: P + slots.rent,
                wageElasticity: P[slots.economy.wageElasticity],
                rentElasticity: P[slots.economy.rentElasticity],
                growth: P + slots.populationGrowth, scratch: w.scratch.base)
        }
    }

    /// Carries the climate from the start of a year to its end: by the table's emissions, by the world's own where they
    /// are added, and by a pulse, GtCO2/yr.
    func stepClimate(_ state: WorldState, year: Int, pulse: Double, _ w: YearWorkspace) {
        guard hasClimate else { return }
        let own = (w.totals.base[totals.emitted] + w.economy.emissions) * 1e-9
        if isDICE {
            stepDICEClimate(state, year: year, ownEmissions: own + pulse, w)
            return
        }
        var emissions = Lanes(repeating: emission(in: year) + pulse)
        if addsOwnEmissions { emissions += own - w.parameters.base[slots.ownInTable] }
        advanceClimate(state, emissions: emissions, w)
    }

    /// Runs the climate from the first emission to the start of the world.
    ///
    /// The normals are those of 1991-2020. Each lane has the past of its own drawn numbers. A past with other numbers would leave a state that those of the lane
    /// don't hold, and the first years would move towards one that they do.
    func spinUpClimate(_ state: WorldState, _ w: YearWorkspace) {
        guard hasClimate else { return }
        if isDICE {
            startDICEClimate(state, w)
            return
        }
        let S = state.column.base
        var years = 0
        var sum = Lanes.zero
        for year in min(firstEmissionYear, world.start)..<world.start {
            if (1991...2020).contains(year) {
                sum += S[layout.temperature]
                years += 1
            }
            applyOtherForcing(year: year, w)
            advanceClimate(state, emissions: Lanes(repeating: emission(in: year)), w)
        }
        applyOtherForcing(year: world.start, w)
        S[layout.normalTemperature] = years > 0 ? sum / Double(years) : S[layout.temperature]
    }

    /// The year's price at a bus, weighted by load; the plain mean where there is none.
    func meanPrice(_ bus: Int, _ w: YearWorkspace) -> Lanes {
        let (sums, t) = (w.totals.base, totals)
        let weight = sums[t.priceWeight + bus]
        return select(
            weight .> Lanes.zero, sums[t.price + bus] / maximum(weight, Lanes(repeating: 1e-300)),
            sums[t.plainPrice + bus] / Double(24 * calendar.clearedDays.count))
    }

    /// Writes a year's record: the world's `recordedVariables` in order, entity after entity, lanes fastest.
    func write(
        _ record: UnsafeMutableBufferPointer<Double>, _ state: WorldState, warmingBefore: Lanes, annuities: Lanes,
        _ w: YearWorkspace
    ) {
        let S = state.column.base
        let t = totals
        let sums = w.totals.base
        var place = 0
        func put(_ value: Lanes) {
            for lane in 0..<Lanes.scalarCount { record[place + lane] = value[lane] }
            place += Lanes.scalarCount
        }
        put(0.5 * (warmingBefore + S[layout.temperature]))
        for city in cityRows { put(S[layout.population + city]) }
        put(sums[t.load])
        put(sums[t.peak])
        put(sums[t.reserve])
        for carrier in carrierRows { put(sums[t.generation + carrier]) }
        put(sums[t.unserved])
        put(sums[t.curtailed])
        func price(_ bus: Int) -> Lanes { meanPrice(bus, w) }
        for city in cityRows { put(price(busOfCity[city])) }
        for link in linkRows { put(sums[t.flow + link]) }
        put(sums[t.emitted] + w.economy.emissions)
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
        for city in cityRows { put(sums[t.served + city]) }
        for stage in 0..<RecordedVariable.stages {
            var waiting = Lanes.zero
            for site in cityOfSite.indices { waiting += S[layout.computeStages + stage * cityOfSite.count + site] }
            if stage == RecordedVariable.stages - 1 {
                for site in cityOfSite.indices { waiting += S[layout.computeWaiting + site] }
            }
            put(waiting)
        }
        put(workDone(state, w))
        for city in cityRows { put(w.cityPUE.base[city]) }
        put(w.economy.grossProduct)
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
        writeMarket(state, w, put)
        writeBooks(state, w, put)
        writeCompute(state, w, put)
        if hasEconomy {
            writeEconomy(state, w, put)
            for pulse in world.carbonPulses.indices { put(S[layout.pulseCost + pulse]) }
        }
        if isDICE {
            put(w.dice.carbon.0)
            put(w.dice.carbon.1)
            put(w.dice.carbon.2)
            put(w.dice.forcing)
            put(w.dice.deepWarming)
            put(w.dice.emissions)
        }
        precondition(place == record.count, "a year's record has \(place) numbers, not \(record.count)")
    }
}
