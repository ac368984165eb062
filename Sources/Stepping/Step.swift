import Lanes
import WorldModel

extension WorldKernel {
    /// Advances a bundle by one year and writes the year's record.
    ///
    /// The order of the parts is fixed here and nowhere else; every loop between rooms is cut by one year's lag.
    ///
    /// - Parameters:
    ///   - lanes: sample and choices of each of the 8 lanes.
    ///   - record: the world's `recordedVariables` in order, entity after entity, lanes fastest.
    public func step(
        _ state: WorldState, year: Int, samples: [Int], choices: [[Int]], workspace w: YearWorkspace,
        record: UnsafeMutableBufferPointer<Double>
    ) {
        let clock = ContinuousClock()
        let begin = clock.now
        let warmingBefore = state.column.base[layout.temperature]
        livePulses(state, year: year, samples: samples, choices: choices, w)
        let annuities = live(state, year: year, samples: samples, choices: choices, pulse: 0, w)
        settlePulses(state, year: year, w)
        // 10 outcomes
        write(record, state, warmingBefore: warmingBefore, annuities: annuities, w)
        w.timing.add(clock.now - begin, to: \.year)
    }

    /// Writes the year's record, component by component.
    private func write(
        _ record: UnsafeMutableBufferPointer<Double>, _ state: WorldState, warmingBefore: Lanes, annuities: Lanes,
        _ w: YearWorkspace
    ) {
        let r = YearRecord(recordPlan, into: record, isWritten: w.isWritten)
        let heat = heatSold(state, w)
        recordClimate(r, state, warmingBefore: warmingBefore, w)
        recordCities(r, state)
        recordCompute(r, state, heat: heat, w)
        recordComputeMarket(r, state, w)
        recordGrid(r, annuities: annuities, heat: heat, w)
        recordContracts(r, state, w)
        recordEconomy(r, state, w)
        precondition(r.missing.isEmpty, "no component writes \(r.missing.joined(separator: ", "))")
    }

    /// Lives through a year, with a pulse of CO2 in GtCO2/yr beside what the world emits; returns what additions cost.
    @discardableResult
    func live(
        _ state: WorldState, year: Int, samples: [Int], choices: [[Int]], pulse: Double, _ w: YearWorkspace
    ) -> Lanes {
        let clock = ContinuousClock()
        // 1 decisions and shocks of the year
        setParameters(year: year, samples: samples, choices: choices, w)
        build(state, year: year, w)
        // 2 weather of 365 days
        drawWeather(state, year: year, samples: samples, w)
        // 3 people
        changePopulation(state, year: year, samples: samples, choices: choices, w)
        stepPopulation(state, w)
        // 4 compute
        changeCapacity(state, year: year, samples: samples, choices: choices, w)
        stepCompute(state, year: year, w)
        allotWork(state, w)
        usePower(state, year: year, w)
        renewChips(state, year: year, w)
        let annuities = annuitiesOfAdditions(state, w)
        // 5 hours, 6 settlement
        let hoursBegin = clock.now
        let daysBefore = (1 + year - study.years.lowerBound) * calendar.clearedDays.count
        clearYear(state, year: year, daysBefore: daysBefore, w)
        w.timing.add(clock.now - hoursBegin, to: \.hours)
        learnWorkCosts(state, w)
        // 7 contracts and balance sheets
        let booksBegin = clock.now
        stepContracts(state, year: year, w)
        w.timing.add(clock.now - booksBegin, to: \.books)
        // 8 economy
        stepEconomy(state, year: year, w)
        // 9 climate
        stepClimate(state, year: year, pulse: pulse, w)
        return annuities
    }

    /// The state of a bundle on 1 January of the study's first year.
    ///
    /// The first year's hours are cleared once unrecorded, from `state_of_charge_initial` and no backlog: what stores have
    /// learned, hold and keep waiting at its end is the start. A stock counts `Calendar.weight` times in the year's sums,
    /// so one that filled up in the recorded year would be a month's load too much.
    public func start(samples: [Int], choices: [[Int]], workspace w: YearWorkspace) -> WorldState {
        let year = study.years.lowerBound
        let state = WorldState(count: layout.count)
        let P = w.parameters.base
        let S = state.column.base
        // No lever and no shock has changed anything before the start.
        setParameters(year: year, samples: samples, choices: choices.map { $0.map { _ in -1 } }, w)
        calm(w)
        spinUpClimate(state, w)
        found(state, w)
        setComputeShareOfLoad(state, w)
        startEconomy(state, w)
        setParameters(year: year, samples: samples, choices: choices, w)
        calm(w)
        for city in busOfCity.indices { S[layout.population + city] = P[slots.cityPopulation + city] }
        if hasCompute {
            for site in cityOfSite.indices { S[layout.computeCapacity + site] = P[slots.siteCapacity + site] }
        }
        startFleet(state, w)
        for unit in busOfStorage.indices { S[layout.storedEnergy + unit] = initialEnergy(unit, P) }
        startPrices(state, w)
        startRamps(state, w)
        startWork(state, w)
        contracts?.start(S + layout.books, parameters: P)
        guard hasGrid else { return state }

        let rehearsal = WorldState(count: layout.count)
        rehearsal.copyContents(of: state)
        applyMeanShocks(w)
        build(rehearsal, year: year, w)
        drawWeather(rehearsal, year: year, samples: samples, w)
        stepCompute(rehearsal, year: year, w)
        usePower(rehearsal, year: year, w)
        clearYear(rehearsal, year: year, daysBefore: 0, w)
        // Without a year before, last year's margin and that of the year before it are those of the first.
        learnMargins(rehearsal, w)
        learnWorkCosts(rehearsal, w)
        let learned = rehearsal.column.base
        for (start, count) in [
            (layout.storedEnergy, busOfStorage.count), (layout.backlog, pattern.rows),
            (layout.priceMean, 24 * pattern.rows), (layout.priceSpread, pattern.rows),
            (layout.margin, ruled.count), (layout.marginBefore, ruled.count),
            (layout.rampedPower, layout.rampsFollow ? rampedGenerators.count : 0),
            (layout.workCost, hasComputeMarket ? busOfCity.count : 0),
        ] {
            (S + start).update(from: learned + start, count: count)
        }
        return state
    }

    /// Scratch memory for a worker.
    public func makeWorkspace() -> YearWorkspace { YearWorkspace(self) }

    /// An independent state with the same contents.
    public func copy(_ state: WorldState) -> WorldState {
        let other = WorldState(count: layout.count)
        other.copyContents(of: state)
        return other
    }

    /// The names and sizes of the columns of a state.
    public var stateShapes: [(name: String, count: Int)] { layout.columns }

    /// The contents of a state: column after column, entity after entity, lanes fastest.
    public func save(_ state: WorldState) -> [Double] {
        let elements = layout.count
        return Array(unsafeUninitializedCapacity: elements * Lanes.scalarCount) { buffer, count in
            for element in 0..<elements {
                for lane in 0..<Lanes.scalarCount {
                    buffer.initializeElement(
                        at: element * Lanes.scalarCount + lane, to: state.column.base[element][lane])
                }
            }
            count = elements * Lanes.scalarCount
        }
    }

    /// A state with these contents, in the order of `save`.
    public func load(_ contents: [Double]) -> WorldState {
        precondition(contents.count == layout.count * Lanes.scalarCount, "a state has \(layout.count) elements")
        let state = WorldState(count: layout.count)
        for element in 0..<layout.count {
            var lanes = Lanes.zero
            for lane in 0..<Lanes.scalarCount { lanes[lane] = contents[element * Lanes.scalarCount + lane] }
            state.column.base[element] = lanes
        }
        return state
    }
}
