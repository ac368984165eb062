public import WorldModel

extension WorldKernel {
    /// Advances a bundle by one year and writes the year's record.
    ///
    /// - Parameters:
    ///   - seats: sample and choices of each of the 8 lanes.
    ///   - record: the world's `recordedVariables` in order, entity after entity, lanes fastest.
    public func step(
        _ state: WorldState, year: Int, seats: [Seat], workspace: YearWorkspace,
        record: UnsafeMutableBufferPointer<Double>
    ) {
        let clock = ContinuousClock()
        let begin = clock.now
        let y = self.year(year, seats: seats, state, workspace)
        let r = YearRecord(recordPlan, into: record, isWritten: workspace.isWritten)
        compiled.pulses.advance(y) { live($0, pulse: $1, YearRecord()) }
        compiled.pulses.settle(y, r, economy: live(y, pulse: 0, r))
        precondition(r.missing.isEmpty, "no component writes \(r.missing.joined(separator: ", "))")
        workspace.timing.add(clock.now - begin, to: \.year)
    }

    /// Lives through a year, with a pulse of CO2 in GtCO2/yr beside what the world emits, and records it.
    ///
    /// The order of the components is fixed here and nowhere else; every loop between them is cut by one year's lag.
    func live(_ y: Year, pulse: Double, _ r: borrowing YearRecord) -> EconomyYear {
        let (c, w, clock) = (compiled, y.workspace, ContinuousClock())
        let (climate, sites, power, memory) = (c.climate, c.sites, c.power, c.economy.memory)
        // 1 decisions and shocks of the year
        setNumbers(y)
        power.plants.build(y)
        // 2 weather of 365 days
        let (surface, warming) = (climate.temperature(y), climate.warming(y))
        c.weather.draw(y, seed: study.seed, warming: warming)
        // 3 people
        c.cities.step(y)
        c.cities.record(r, y)
        // 4 compute
        sites.applyChanges(y)
        sites.step(y)
        c.computeMarket?.allot(y, sites: sites, people: c.cities)
        c.demand.ask(y, warming: warming, level: y[memory.demandLevel])
        let renewed = c.fleet.renew(
            y, sites: sites, powerCost: power.powerCostOfWork(y), hardware: y.pointer(memory.hardware))
        var annuities = power.plants.annuities(y)
        sites.addAnnuities(to: &annuities, y)
        // 5 hours, 6 settlement
        let hours = clock.now
        let daysBefore = (1 + y.number - study.years.lowerBound) * c.calendar.clearedDays.count
        power.clearYear(y, daysBefore: daysBefore)
        w.timing.add(clock.now - hours, to: \.hours)
        c.computeMarket?.learnCosts(y, power: power, demand: c.demand)
        c.computeMarket?.record(r, y)
        let (emitted, energy) = (y[power.sums.emitted], power.computeEnergy(y))
        let work = power.served(y) * 3.6e9 * c.fleet.workPerEnergy(y)
        // 7 contracts and balance sheets
        let books = clock.now
        c.contracts?.settle(y)
        c.contracts?.record(r, y)
        w.timing.add(clock.now - books, to: \.books)
        c.fleet.record(
            r, y, renewed, work: work, energy: energy, hardware: w.books?.depreciation ?? c.fleet.annuity(y),
            emissions: emitted * quotient(energy.amount, y[power.sums.load]))
        // 8 economy
        let economy = c.economy.advance(
            y, work: sites.hasCompute ? work : .zero, warming: surface, emitted: emitted)
        c.economy.record(r, y, economy)
        // 9 climate
        let dice = climate.step(y, ownEmissions: (emitted + economy.emissions) * 1e-9, pulse: pulse)
        climate.record(r, y, before: surface, dice: dice)
        // 10 what the year comes to
        let heat = sites.heatSold(y)
        sites.record(r, y, heat: heat)
        c.demand.record(r, y)
        power.record(
            r, y, systemCost: y[power.sums.operation] + annuities - heat * y[sites.heatPrice],
            emissions: emitted + economy.emissions)
        return economy
    }

    /// Sets every number to its value in a year; shocks count with their mean.
    func setNumbers(_ y: Year) {
        y.applyEffects()
        compiled.climate.applyMembers(y)
        y.beginShocks()
    }

    /// The state of a bundle on 1 January of the study's first year.
    public func start(seats: [Seat], workspace: YearWorkspace) -> WorldState {
        let (c, state) = (compiled, makeState())
        // No lever and no shock has changed anything before the start.
        let undecided = seats.map { Seat(sample: $0.sample, choices: $0.choices.map { _ in -1 }) }
        let past = year(study.years.lowerBound, seats: undecided, state, workspace)
        setNumbers(past)
        past.removeShocks()
        c.climate.start(past)
        c.power.plants.start(past)
        c.demand.start(past)
        c.economy.start(past, sites: c.sites)
        let y = year(study.years.lowerBound, seats: seats, state, workspace)
        setNumbers(y)
        y.removeShocks()
        c.cities.start(y)
        c.sites.start(y)
        c.fleet.start(y, sites: c.sites)
        c.power.start(y)
        c.computeMarket?.start(y)
        c.contracts?.start(y)
        if c.power.hasGrid { rehearse(y) }
        return state
    }

    /// Clears the first year's hours once unrecorded, from `state_of_charge_initial` and no backlog.
    ///
    /// What stores have learned, hold and keep waiting at its end is the start. A stock counts `Calendar.weight` times in
    /// the year's sums, so one that filled up in the recorded year would be a month's load too much.
    private func rehearse(_ start: Year) {
        let (c, rehearsal) = (compiled, makeState())
        rehearsal.column.base.update(from: start.wholeState, count: rehearsal.column.count)
        let y = start.with(rehearsal)
        y.applyMeanShocks()
        let warming = c.climate.warming(y)
        c.power.plants.build(y)
        c.weather.draw(y, seed: study.seed, warming: warming)
        c.sites.step(y)
        c.demand.ask(y, warming: warming, level: y[c.economy.memory.demandLevel])
        c.power.clearYear(y, daysBefore: 0)
        // Without a year before, last year's margin and that of the year before it are those of the first.
        c.power.plants.learnMargins(y)
        c.computeMarket?.learnCosts(y, power: c.power, demand: c.demand)
        for column in c.plan.learned { start.pointer(column).update(from: y.pointer(column), count: column.count) }
    }
}
