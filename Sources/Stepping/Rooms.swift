import Lanes
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

    /// Records people.
    func recordCities(_ r: borrowing YearRecord, _ state: WorldState) {
        r.write(Records.cities.population) { state.column.base[layout.population + $0] }
    }

    /// Records warming, the mean of the year, and DICE's carbon.
    func recordClimate(_ r: borrowing YearRecord, _ state: WorldState, warmingBefore: Lanes, _ w: YearWorkspace) {
        r.write(Records.climate.globalTemperature, 0.5 * (warmingBefore + state.column.base[layout.temperature]))
        guard isDICE else { return }
        let keys = Records.dice
        r.write(keys.carbonAtmosphere, w.dice.carbon.0)
        r.write(keys.carbonUpperOcean, w.dice.carbon.1)
        r.write(keys.carbonLowerOcean, w.dice.carbon.2)
        r.write(keys.forcing, w.dice.forcing)
        r.write(keys.deepOceanWarming, w.dice.deepWarming)
        r.write(keys.emissionsToAir, w.dice.emissions)
    }
}
