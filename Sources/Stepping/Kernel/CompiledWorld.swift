import WorldModel

/// A world made ready to step: its components, each with its topology and its places in the memories of a year.
///
/// A study's effects are bound to it (`WorldKernel`); as many studies as change the same numbers share one.
final class CompiledWorld: Sendable {
    /// The world with every table in the order of ids, which is the order in here; the record has the file's order.
    let sorted: World
    /// Where a slot of the world lies in `sorted`.
    let sortedSlot: [Int]
    /// The row in `sorted` of each row of a table.
    private let rows: [String: [Int]]
    /// What the components have declared.
    let plan: KernelPlan

    let places: Places
    let calendar: Calendar
    let shapes: HourShapes
    let climate: Climate
    let weather: Weather
    let cities: Cities
    let sites: Sites
    let computeMarket: ComputeMarket?
    let fleet: Fleet
    let demand: PowerDemand
    let power: PowerMarket
    let economy: Economy
    let contracts: Contracts?
    let pulses: CarbonPulses

    /// - Parameter adjustable: the slots that studies change, in the order of the world's files.
    init(_ world: World, adjustable: [Int]) {
        let (sorted, sortedSlot, rows) = world.sortedByID()
        self.sorted = sorted
        self.sortedSlot = sortedSlot
        self.rows = rows
        var plan = KernelPlan(sorted, adjustable: Set(adjustable.map { sortedSlot[$0] }))
        places = Places(sorted)
        calendar = Calendar(days: Int(sorted.fixed("grid", "days")), start: sorted.start)
        let book = ShapeBook(sorted, calendar, areas: places.areas)
        climate = Climate(&plan)
        weather = Weather(&plan, places, calendar)
        cities = Cities(&plan, places)
        sites = Sites(&plan, places)
        computeMarket = ComputeMarket(&plan, places)
        demand = PowerDemand(&plan, weather: weather, sites: sites, market: computeMarket, shapes: book)
        power = PowerMarket(&plan, places, calendar, weather: weather, demand: demand, shapes: book)
        economy = Economy(&plan, cities)
        fleet = Fleet(&plan, sites)
        contracts = Contracts(&plan, sites: sites, power: power, market: computeMarket)
        pulses = CarbonPulses(&plan)
        shapes = book.shapes
        self.plan = plan
    }

    /// The row inside the kernel of each entity of a dimension, in the order of the world's files.
    func rows(of dimension: RecordedVariable.Dimension) -> [Int] {
        switch dimension {
        case .city: rows["cities"] ?? []
        case .carrier: rows["carriers"] ?? []
        case .link: (rows["links"] ?? []) + (rows["lines"] ?? []).map { power.network.links + $0 }
        case .bus: rows["buses"] ?? []
        case .firm: rows["firms"] ?? []
        case .contract: rows["contracts"] ?? []
        case .stage, .owner, .pulse: Array(sorted.entities(of: dimension).indices)
        }
    }
}
