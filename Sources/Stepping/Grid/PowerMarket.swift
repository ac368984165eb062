import Clearing
import Lanes
import WorldModel

/// The hours of the cleared days: who gives and takes how much power where, at what price.
final class PowerMarket: Sendable {
    let places: Places
    let calendar: Calendar
    let hasGrid: Bool
    /// Whether the 24 hours of a day are cleared at once.
    let clearsDays: Bool
    /// Whether a day's first hour follows the last of the day before.
    let rampsFollow: Bool
    let generators: Generators
    let stores: Stores
    let network: Network
    let demand: PowerDemand
    let plants: Plants
    let learned: LearnedPrices
    let survey: Survey
    let sums: PowerSums
    let names: ProgramNames

    let lostLoad, spillCost: Parameter
    /// Work that waits at each bus, MWh, and the output of ramped generators in the day's last hour, MW.
    let backlog, rampedPower: StateColumn
    /// Of each generator: energy of the day, MWh; its squares, MWh²; what was available; revenue of the day, currency.
    let dayEnergy, daySquares, dayAvailable, dayRevenue: ScratchColumn
    /// [hour][bus] of a day, currency/MWh.
    let prices: ScratchColumn

    init(
        _ plan: inout KernelPlan, _ places: Places, _ calendar: Calendar, weather: Weather, demand: PowerDemand,
        shapes: ShapeBook
    ) {
        let world = plan.world
        let clearsDays = world.text("grid", "clearing") == "day"
        self.places = places
        self.calendar = calendar
        self.clearsDays = clearsDays
        self.demand = demand
        hasGrid = world.hasSection("grid")
        generators = Generators(&plan, weather: weather, shapes: shapes, clearsDays: clearsDays)
        stores = Stores(&plan, places, calendar: calendar, shapes: shapes)
        network = Network(
            plan, places, generators: generators, stores: stores, computeBuses: demand.computeBuses,
            clearsDays: clearsDays)
        names = ProgramNames(world, network: network, computeBuses: demand.computeBuses)
        learned = LearnedPrices(&plan, places)
        plants = Plants(&plan)
        survey = Survey(&plan, generators: generators, stores: stores, network: network, demand: demand)
        sums = PowerSums(
            &plan, places, carriers: world.table("carriers").ids.count, flows: network.from.count)
        lostLoad = plan.number("grid", "value_of_lost_load")
        spillCost = plan.number("grid", "spill_cost")
        backlog = plan.state("backlog", places.buses, isLearned: true)
        let ramped = calendar.clearedDays.count == 365 ? generators.ramped.count : 0
        rampsFollow = ramped > 0
        rampedPower = plan.stateIfAny("ramped_power", ramped, isLearned: true)
        dayEnergy = plan.scratch(generators.count)
        daySquares = plan.scratch(generators.count)
        dayAvailable = plan.scratch(generators.count)
        dayRevenue = plan.scratch(generators.count)
        prices = plan.scratch(24 * places.buses)
    }

    /// Scratch memory of a worker.
    func makeClearing() -> Clearing { Clearing(pattern: network.pattern, hours: clearsDays ? 24 : 1) }

    /// Sets what stores hold and believe before the unrecorded first pass, and half of what ramped generators can give.
    func start(_ y: Year) {
        stores.start(y)
        learned.start(y, generators: generators)
        guard rampsFollow else { return }
        for (ramp, g) in generators.ramped.enumerated() { y[rampedPower, ramp] = 0.5 * y[generators.power, g] }
    }

    /// Clears the hours of the cleared days and sums up the year.
    ///
    /// - Parameter daysBefore: the days cleared before, the unrecorded pass included.
    func clearYear(_ y: Year, daysBefore: Int) {
        y.workspace.clearTotals()
        plants.beginMargins(y)
        guard hasGrid else {
            serveWithoutGrid(y)
            return
        }
        (y[sums.peak], y[sums.reserve]) = survey.hours(y)
        for (index, day) in calendar.clearedDays.enumerated() { clear(y, day: day, daysBefore: daysBefore + index) }
        plants.learnMargins(y)
        y.applyMeanShocks()
    }

    /// Clears a day, books it, and learns from its prices.
    func clear(_ y: Year, day: Int, daysBefore: Int) {
        y.applyShocks(day: day)
        let ceiling = prepareDay(y, day: day)
        if clearsDays {
            clearDay(y, day: day)
        } else {
            for hour in 0..<24 {
                prepareHour(y, day: day, hour: hour, block: 0)
                bid(y, day: day, hour: hour)
                boundSlack(y, block: 0)
                solve(y, warm: hour > 0, day: day, hours: hour..<hour + 1)
                settleHour(y, day: day, hour: hour, block: 0)
            }
        }
        settleDay(y)
        learned.learn(y, prices: prices, ceiling: ceiling, daysBefore: daysBefore)
    }

    /// Books the year's work of a world that has data centres and no market: capacity x utilisation.
    private func serveWithoutGrid(_ y: Year) {
        let sites = demand.sites
        for (site, city) in sites.cityOf.enumerated() {
            y[sums.served, city] += 8760 * y[sites.capacity, site] * y[demand.utilisation]
        }
    }

    /// Solves what is built, and keeps the programs that the probe wants.
    func solve(_ y: Year, warm: Bool, day: Int, hours: Range<Int>) {
        let (clearing, w) = (y.workspace.clearing, y.workspace)
        let clock = ContinuousClock()
        let begin = clock.now
        clearing.solve(warm: warm)
        w.timing.add(clock.now - begin, to: \.clearing)
        w.timing.programs += 1
        w.timing.iterations += clearing.iterations
        guard var probe = w.probe else { return }
        for hour in hours where probe.hours.contains(day * 24 + hour) {
            probe.programs.append(program(hour: day * 24 + hour, lane: probe.lane, clearing))
        }
        w.probe = probe
    }

    /// The year's price at a bus, weighted by load; the plain mean where there is none, currency/MWh.
    func meanPrice(_ bus: Int, _ y: Year) -> Lanes {
        let weight = y[sums.priceWeight, bus]
        return select(
            weight .> Lanes.zero, y[sums.price, bus] / maximum(weight, lanes(1e-300)),
            y[sums.plainPrice, bus] / Double(24 * calendar.clearedDays.count))
    }

    /// Energy at IT equipment of the year, MWh.
    func served(_ y: Year) -> Lanes {
        var served = Lanes.zero
        for city in 0..<places.cities { served += y[sums.served, city] }
        return served
    }

    /// Energy of data centres at the meter, MWh, and its price, currency.
    func computeEnergy(_ y: Year) -> (amount: Lanes, cost: Lanes) {
        var (amount, cost) = (Lanes.zero, Lanes.zero)
        guard demand.sites.hasCompute else { return (amount, cost) }
        for city in 0..<places.cities {
            let energy = y[sums.served, city] * y[demand.cityPUE, city]
            amount += energy
            if hasGrid { cost += energy * meanPrice(places.busOfCity[city], y) }
        }
        return (amount, cost)
    }

    /// What the power of a MWh of work has lately cost where compute stands, currency: the mean that stores learn by, at
    /// the PUE of the year.
    func powerCostOfWork(_ y: Year) -> Lanes {
        let sites = demand.sites
        var (cost, capacity) = (Lanes.zero, Lanes.zero)
        for (site, city) in sites.cityOf.enumerated() {
            let standing = y[sites.capacity, site]
            let price = hasGrid ? learned.worth(ofWorkAt: sites.busOf[site], y).m : .zero
            cost += standing * price * y[demand.cityPUE, city]
            capacity += standing
        }
        return quotient(cost, capacity)
    }
}

/// The sums of a year of cleared hours.
struct PowerSums: Sendable {
    /// By carrier: MWh, currency, t; by link and line: MWh and currency.
    let generation, revenue, carrierEmitted, flow, linkRent: TotalColumn
    /// By bus: prices weighted by load, the load, plain prices; currency, t, MWh.
    let price, priceWeight, plainPrice, busRevenue, busEmitted, busUnserved: TotalColumn
    /// Energy at IT equipment by city, MWh.
    let served: TotalColumn
    let payments, storageRevenue, storageLost, rent, load, peak, reserve: TotalColumn
    let unserved, curtailed, emitted, operation, gap, unconverged: TotalColumn

    init(_ plan: inout KernelPlan, _ places: Places, carriers: Int, flows: Int) {
        generation = plan.total(carriers)
        revenue = plan.total(carriers)
        carrierEmitted = plan.total(carriers)
        flow = plan.total(flows)
        linkRent = plan.total(flows)
        price = plan.total(places.buses)
        priceWeight = plan.total(places.buses)
        plainPrice = plan.total(places.buses)
        busRevenue = plan.total(places.buses)
        busEmitted = plan.total(places.buses)
        busUnserved = plan.total(places.buses)
        served = plan.total(places.cities)
        payments = plan.total()
        storageRevenue = plan.total()
        storageLost = plan.total()
        rent = plan.total()
        load = plan.total()
        peak = plan.total()
        reserve = plan.total()
        unserved = plan.total()
        curtailed = plan.total()
        emitted = plan.total()
        operation = plan.total()
        gap = plan.total()
        unconverged = plan.total()
    }
}
