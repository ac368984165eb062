import Clearing
import Lanes
import WorldModel

/// Scratch memory of one worker; everything in it is made anew in every year.
public final class YearWorkspace {
    let parameters: Column
    /// Matrices of a year's energy balance.
    let climate: Column
    /// Values of the slots that shocks touch, without the shock.
    let calm: Column
    let temperature: Column
    let sun: Column
    let wind: Column
    /// Power of work that can't wait and mean power of work that can, by day and compute bus, MW at the meter.
    let rigid: Column
    let deferrable: Column
    /// Power with all IT at work, by day and compute bus, MW at the meter.
    let facility: Column
    /// PUE by day and compute bus, weighted by capacity.
    let busPUE: Column
    let cityPUE: Column
    /// Income and wealth of each city's households, currency/yr and currency.
    let cityIncome: Column, cityWealth: Column
    /// Power of each load before its profile, by day, MW.
    let basePower: Column
    /// Of each generator: what the day allows at most, MW; energy of the day, MWh; its squares, MWh²; what was available.
    let dayUpper: Column
    let dayEnergy: Column
    let daySquares: Column
    let dayAvailable: Column
    let dayRevenue: Column
    /// Revenue less operating cost of the year of each row that grows by rule, currency.
    let margins: Column
    /// By area, the load of an hour and what is firm all year; by source, its power, MW.
    let areaLoad: Column, areaFirm: Column, sourcePower: Column
    /// Share of its energy that each store keeps from one cleared hour to the next.
    let storeKeeps: Column
    /// IT power in operation at each bus, MW.
    let busCapacity: Column
    let prices: Column
    let scratch: Column
    let totals: Column
    /// IT power of each site, MW: ordered this year, built at once, delivered in all, closed.
    let siteOrders: Column, siteBuilt: Column, siteDelivered: Column, siteClosed: Column
    /// The market for compute; nil where work is allotted by capacity.
    let computeMarket: InformationMarket?
    /// The stages of one site's pipelines, then what waits there.
    let stages: Column
    /// The books of the year; nil in worlds without firms.
    let books: ContractWorkspace?
    /// The world with a pulse of CO2, as long as it is stepped, and what is consumed there in the year, currency.
    let twin: WorldState
    let pulsedConsumption: Column
    /// What economy and DICE's climate made of the year.
    var economy = EconomyYear()
    /// What the year did to the fleet of chips.
    var fleet = FleetYear()
    var dice = DICEClimateYear()
    let draws: UnsafeMutableBufferPointer<Double>
    /// Which variables of the year's record are written.
    let isWritten: UnsafeMutableBufferPointer<Bool>
    /// 1 in the lanes that a shock strikes, and the mean over the year of what is left of it.
    var strikes: [Lanes]
    var meanFade: [Double]
    let market: Clearing

    /// Hours whose programs are kept, and those kept so far.
    public var probe: HourProbe?
    /// Where the time of the years went.
    public var timing = YearTiming()

    init(_ kernel: WorldKernel) {
        let areas = kernel.areas.count
        let cities = kernel.busOfCity.count
        let buses = kernel.pattern.rows
        parameters = Column(count: kernel.sorted.values.count)
        climate = Column(count: WorldClimate.scratch)
        calm = Column(count: kernel.shockedSlots.count)
        temperature = Column(count: 365 * areas)
        sun = Column(count: 365 * areas)
        wind = Column(count: 365 * areas)
        rigid = Column(count: 365 * kernel.computeBuses.count)
        deferrable = Column(count: 365 * kernel.computeBuses.count)
        facility = Column(count: 365 * kernel.computeBuses.count)
        busPUE = Column(count: 365 * kernel.computeBuses.count)
        cityPUE = Column(count: cities)
        cityIncome = Column(count: cities)
        cityWealth = Column(count: cities)
        basePower = Column(count: 365 * kernel.busOfLoad.count)
        dayUpper = Column(count: kernel.busOfGenerator.count)
        dayEnergy = Column(count: kernel.busOfGenerator.count)
        daySquares = Column(count: kernel.busOfGenerator.count)
        dayAvailable = Column(count: kernel.busOfGenerator.count)
        dayRevenue = Column(count: kernel.busOfGenerator.count)
        margins = Column(count: kernel.ruled.count)
        areaLoad = Column(count: areas)
        areaFirm = Column(count: areas)
        sourcePower = Column(count: kernel.sources.count)
        storeKeeps = Column(count: kernel.busOfStorage.count)
        busCapacity = Column(count: buses)
        prices = Column(count: 24 * buses)
        scratch = Column(count: 2 * cities + areas + kernel.cityOfSite.count)
        totals = Column(count: kernel.totals.count)
        siteOrders = Column(count: kernel.cityOfSite.count)
        siteBuilt = Column(count: kernel.cityOfSite.count)
        siteDelivered = Column(count: kernel.cityOfSite.count)
        siteClosed = Column(count: kernel.cityOfSite.count)
        computeMarket =
            kernel.hasComputeMarket
            ? InformationMarket(cities: cities, classes: kernel.workClasses, cityOfBlock: kernel.cityOfSite) : nil
        stages = Column(count: conversionParts * (RecordedVariable.stages + 1))
        books = kernel.contracts.map { ContractWorkspace($0) }
        let pulses = kernel.world.carbonPulses.count
        twin = WorldState(count: pulses > 0 ? kernel.layout.ordinary : 0)
        pulsedConsumption = Column(count: pulses)
        draws = .allocate(capacity: max(kernel.study.effects.slots.count, 1))
        isWritten = .allocate(capacity: kernel.recordPlan.places.count)
        isWritten.initialize(repeating: false)
        strikes = Array(repeating: .zero, count: kernel.study.effects.shocks.count)
        meanFade = Array(repeating: 0, count: kernel.study.effects.shocks.count)
        market = Clearing(pattern: kernel.pattern, hours: kernel.clearsDays ? 24 : 1)
    }

    deinit {
        draws.deallocate()
        isWritten.deallocate()
    }
}

/// Where the time of a worker's years went, in seconds.
public struct YearTiming: Sendable {
    /// Everything.
    public var year = 0.0
    /// The hourly market, assembling included.
    public var hours = 0.0
    /// The solver alone.
    public var clearing = 0.0
    /// Contracts and balance sheets.
    public var books = 0.0
    /// Programs solved, each for all lanes.
    public var programs = 0
    /// Iterations of the solver.
    public var iterations = 0

    /// Nothing yet.
    public init() {}

    mutating func add(_ duration: Duration, to part: WritableKeyPath<YearTiming, Double>) {
        self[keyPath: part] += Double(duration.components.attoseconds) * 1e-18 + Double(duration.components.seconds)
    }
}

/// Hours of a year whose programs are kept as they are solved.
public struct HourProbe: Sendable {
    /// The hours wanted, 0 ..< 8760.
    public var hours: Set<Int>
    /// The lane wanted.
    public var lane: Int
    /// The programs seen.
    public var programs: [HourProgram] = []

    /// A probe for hours of one lane.
    public init(hours: Set<Int>, lane: Int) {
        self.hours = hours
        self.lane = lane
    }
}

/// What is cleared at once, an hour or a day of one world line, as a quadratic program with its answer:
/// min c'x + ½ Σ q x², A x = b, l <= x <= u.
public struct HourProgram: Sendable, Codable {
    /// The hour of the year.
    public var hour: Int
    /// The hours cleared at once: 1, or the 24 of the day that holds `hour`.
    public var hours: Int
    /// Names of the variables, `generator:<id>` and so on; `@` and the hour of the day follow in a day.
    public var variables: [String]
    /// Names of the rows: the balances, hour by hour, then cycles, stocks and ramps where there are any.
    public var rows: [String]
    /// Linear cost, currency/MWh.
    public var c: [Double]
    /// Quadratic cost, currency/MWh².
    public var q: [Double]
    /// The coefficients, row after row.
    public var A: [[Double]]
    /// The right-hand sides: the load of each balance, MW.
    public var b: [Double]
    /// Lower bounds, MW.
    public var l: [Double]
    /// Upper bounds, MW.
    public var u: [Double]
    /// The recorded dispatch, MW.
    public var dispatch: [Double]
    /// The recorded prices of the balances, currency/MWh.
    public var prices: [Double]
    /// The certified gap.
    public var gap: Double
}

/// Where each sum of a year lies in `totals`.
struct YearTotals: Sendable {
    let generation, flow, price, priceWeight, plainPrice, served: Int
    let revenue, payments, storageRevenue, storageLost, rent: Int
    let busRevenue, busEmitted, busUnserved, carrierEmitted, linkRent: Int
    let load, peak, reserve, unserved, curtailed, emitted, operation, gap, unconverged: Int
    let count: Int

    init(carriers: Int, links: Int, buses: Int, cities: Int) {
        var next = 0
        func add(_ count: Int) -> Int {
            next += count
            return next - count
        }
        generation = add(carriers)
        revenue = add(carriers)
        flow = add(links)
        price = add(buses)
        priceWeight = add(buses)
        plainPrice = add(buses)
        served = add(cities)
        busRevenue = add(buses)
        busEmitted = add(buses)
        busUnserved = add(buses)
        carrierEmitted = add(carriers)
        linkRent = add(links)
        payments = add(1)
        storageRevenue = add(1)
        storageLost = add(1)
        rent = add(1)
        load = add(1)
        peak = add(1)
        reserve = add(1)
        unserved = add(1)
        curtailed = add(1)
        emitted = add(1)
        operation = add(1)
        gap = add(1)
        unconverged = add(1)
        count = next
    }
}
