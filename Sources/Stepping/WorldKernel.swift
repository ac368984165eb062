import Clearing
import Draws
import Lanes
public import WorldModel

/// A study made ready to step: topology, indices and calendar as plain numbers, everything that a path can name as a slot.
public final class WorldKernel: @unchecked Sendable {
    /// The study.
    public let study: Study
    /// Its world.
    public var world: World { study.world }

    /// The world with every table in the order of ids, which is the order in here; the record has the file's order.
    let sorted: World
    /// Where a slot of `world` lies in `sorted`, and in `effectSlots` those that the study changes.
    let sortedSlot: [Int]
    let effectSlots: [Int]
    /// Where each variable of a year lies in its record.
    public let recordPlan: RecordPlan

    let calendar: Calendar
    let layout: StateLayout
    let totals: YearTotals
    let slots: Slots

    let areas: [String]
    let areaEntities: [UInt32]
    /// Whether the world's own emissions are added to the table's.
    let addsOwnEmissions: Bool
    /// Standard deviation of the temperature by day and area, K, where the profile `temperature_sd` gives it; else NaN.
    let temperatureSpread: [Double]
    /// Lower triangle of the Cholesky factor of the areas' correlation, row after row.
    let correlationFactor: [Double]
    let areaOfBus: [Int]
    let areaOfCity: [Int]
    let citiesOfArea: [[Int]]
    /// The other cities of each city from near to far, `cities - 1` a city.
    let nearestCities: [Int]

    let busOfLoad: [Int]
    let busOfGenerator: [Int]
    let carrierOfGenerator: [Int]
    let generatorsOfCarrier: [[Int]]
    /// Generators whose availability moves alike, by area.
    let sources: [Source]
    let weatherOfGenerator: [Weather]
    let busOfStorage: [Int]
    let busOfCity: [Int]
    let cityOfSite: [Int]
    let busOfSite: [Int]
    let plantOfSite: [CoolingPlant]
    let sitesOfCity: [[Int]]
    /// Whether prices allot work, its classes, and the round trips from city to city, ms.
    let hasComputeMarket: Bool
    let workClasses: Int
    let roundTrips: [Double]
    /// Who is bound to whom; nil in worlds without firms.
    let contracts: ContractPlan?
    /// The sites whose deliveries each contract takes, or whose power it is about.
    let sitesOfContract: [[Int]]
    /// The sites at each of `computeBuses`, and the place there of each site's bus.
    let sitesOfPlace: [[Int]]
    let placeOfSite: [Int]
    let plantOfCity: [CoolingPlant]
    /// The ends of links, then of lines.
    let from: [Int]
    let to: [Int]
    let links: Int

    /// Rows whose power ages, has limits, or grows by rule; in `ruled` those that grow by rule.
    let plants: [Plant]
    let ruled: [Int]
    /// The place of each row in `plants`, and in `ruled`; -1 where it has none.
    let plantOfGenerator: [Int], plantOfStorage: [Int], plantOfLink: [Int], plantOfLine: [Int]
    /// Of links, then of lines: `ruledFlows`.
    let ruledGenerators: [Int], ruledStorage: [Int], ruledFlows: [Int]
    /// Years from the rule's order to operation.
    let leadTime: Int

    /// Whether the 24 hours of a day are cleared at once.
    let clearsDays: Bool
    /// Generators whose output changes from hour to hour within limits, where days are cleared.
    let rampedGenerators: [Int]

    /// Buses with data centres; each has one variable for the work that can wait.
    let computeBuses: [Int]
    let pattern: ClearingPattern
    let variables: Variables

    /// Profiles and series, 8760 numbers each; `profileOf...` point at the first.
    let profiles: Column1
    let profileOfLoad: [Int]
    let profileOfGenerator: [Int]
    let profileOfMinimum: [Int]
    let profileOfInflow: [Int]
    let profileOfPlace: [Int]
    /// Normal temperature, degC: [day][area].
    let normal: [Double]
    /// Emissions by year from `firstEmissionYear` on, GtCO2/yr.
    let emissions: [Double]
    let firstEmissionYear: Int
    /// The slots that shocks touch, ascending, and the values that they may have.
    let shockedSlots: [Int]
    let shockedRanges: [ClosedRange<Double>]
    let hasClimate: Bool
    /// Whether a city's relative humidity is given, in the table or by what a study changes.
    let hasHumidity: [Bool]
    /// What its `relative_humidity` is multiplied by, [day][area]: the profile of that name, 1 without one.
    let humidityShape: [Double]
    let hasGrid: Bool
    let hasEconomy: Bool
    let hasCompute: Bool
    /// Whether the climate is DICE's.
    let isDICE: Bool
    /// Whether the economy has people, product and capital of its own; else they are the cities', or follow the product.
    let hasOwnPeople: Bool, hasOwnProduct: Bool, hasOwnCapital: Bool
    /// Whether new chips follow research.
    let followsResearch: Bool
    let abatementControl: Control
    let savingsControl: Control

    /// What varies a generator's output from day to day.
    enum Weather { case none, sun, wind }

    /// The first of each kind of variable in an hour's program.
    struct Variables {
        var generation = 0, discharge = 0, charge = 0, backlog = 0, shed = 0, spill = 0, flow = 0
    }

    /// Plain numbers in memory of their own.
    final class Column1: @unchecked Sendable {
        let base: UnsafeMutablePointer<Double>

        init(_ values: [Double]) {
            base = .allocate(capacity: max(values.count, 1))
            base.initialize(from: values, count: values.count)
        }

        deinit { base.deallocate() }
    }

    /// Compiles a study.
    ///
    /// The study's first year must be the start of its world: every table describes that day.
    public init(study: Study) {
        let (world, sortedSlot, rows) = study.world.sortedByID()
        sorted = world
        self.sortedSlot = sortedSlot
        let linkCount = world.table("links").ids.count
        effectSlots = study.effects.slots.map { sortedSlot[$0] }
        self.study = study
        recordPlan = RecordPlan(study.world) { dimension in
            switch dimension {
            case .city: rows["cities"] ?? []
            case .carrier: rows["carriers"] ?? []
            case .link: (rows["links"] ?? []) + (rows["lines"] ?? []).map { linkCount + $0 }
            case .bus: rows["buses"] ?? []
            case .firm: rows["firms"] ?? []
            case .contract: rows["contracts"] ?? []
            case .stage, .owner, .pulse: Array(study.world.entities(of: dimension).indices)
            }
        }
        slots = Slots(world)
        shockedSlots = Set(study.effects.shocks.flatMap { $0.effects.map { sortedSlot[$0.slot] } }).sorted()
        shockedRanges = shockedSlots.map { Self.range(of: $0, in: world) }
        calendar = Calendar(days: Int(world.fixed("grid", "days")), start: world.start)
        hasClimate = world.hasSection("climate")
        hasGrid = world.hasSection("grid")
        hasEconomy = world.hasSection("economy")
        hasCompute = world.hasSection("compute")
        isDICE = hasClimate && world.model("climate") == "dice2016"
        let economy = slots.economy
        hasOwnPeople = hasEconomy && !world.values[economy.population].isNaN
        hasOwnProduct = hasEconomy && !world.values[economy.grossProduct].isNaN
        hasOwnCapital = hasEconomy && !world.values[economy.capital].isNaN
        followsResearch = hasEconomy && world.text("economy", "hardware_progress") == "research"
        abatementControl = Control("miu", of: world)
        savingsControl = Control("savings", of: world)

        let buses = world.table("buses")
        let cities = world.table("cities")
        let busAreas = zip(buses.ids, buses.text("area")).map { $1.isEmpty ? $0 : $1 }
        busOfCity = cities.rows("bus")
        let cityAreas = zip(cities.text("area"), busOfCity).map { $0.isEmpty ? busAreas[$1] : $0 }
        // By name, not by row: the order decides which deviates make an area's weather.
        let areas = Set(busAreas + cityAreas).sorted()
        let areaIndex = Dictionary(uniqueKeysWithValues: areas.enumerated().map { ($1, $0) })
        self.areas = areas
        areaEntities = areas.map { Philox.entity($0) }
        let areaOfBus = busAreas.map { areaIndex[$0, default: 0] }
        self.areaOfBus = areaOfBus
        areaOfCity = cityAreas.map { areaIndex[$0, default: 0] }
        var members = areas.map { _ in [Int]() }
        for (city, area) in areaOfCity.enumerated() { members[area].append(city) }
        // Where cities have climates of their own, those on an area's buses speak for it.
        let homes = cities.rows("bus").map { areaOfBus[$0] }
        for (area, none) in members.enumerated() where none.isEmpty {
            members[area] = homes.indices.filter { homes[$0] == area }
        }
        citiesOfArea = members

        let cityX = cities.fixed("x")
        let cityY = cities.fixed("y")
        let busX = buses.fixed("x")
        let busY = buses.fixed("y")
        let busOfArea = areaOfBus
        let centres = areas.indices.map { area -> (x: Double, y: Double) in
            let here = busOfArea.indices.filter { busOfArea[$0] == area }
            let points =
                here.isEmpty
                ? members[area].map { (cityX[$0], cityY[$0]) } : here.map { (busX[$0], busY[$0]) }
            let n = Double(max(points.count, 1))
            return (points.reduce(0) { $0 + $1.0 } / n, points.reduce(0) { $0 + $1.1 } / n)
        }
        correlationFactor = Self.choleskyOfCorrelation(
            centres, distance: world.fixed("climate", "correlation_distance"))
        nearestCities = cities.ids.indices.flatMap { i in
            cities.ids.indices.filter { $0 != i }.map { (distance: squaredDistance(i, $0), city: $0) }
                .sorted { ($0.distance, cities.ids[$0.city]) < ($1.distance, cities.ids[$1.city]) }.map(\.city)
        }
        func squaredDistance(_ i: Int, _ j: Int) -> Double {
            greatCircle((cityX[i], cityY[i]), (cityX[j], cityY[j]))
        }

        let loads = world.table("loads")
        let generators = world.table("generators")
        let carriers = world.table("carriers")
        let storage = world.table("storage_units")
        let links = world.table("links")
        let sites = world.table("data_centres")
        busOfLoad = loads.rows("bus")
        busOfGenerator = generators.rows("bus")
        let carrierOfGenerator = generators.rows("carrier")
        self.carrierOfGenerator = carrierOfGenerator
        generatorsOfCarrier = carriers.ids.indices.map { carrier in
            carrierOfGenerator.indices.filter { carrierOfGenerator[$0] == carrier }
        }
        let weather = carriers.text("weather").map { ["sun": Weather.sun, "wind": .wind][$0] ?? .none }
        weatherOfGenerator = carrierOfGenerator.map { weather[$0] }
        busOfStorage = storage.rows("bus")
        cityOfSite = sites.rows("city")
        let busOfCity = self.busOfCity
        busOfSite = cityOfSite.map { busOfCity[$0] }
        plantOfSite = sites.text("cooling").map { CoolingPlant(named: $0) }
        var plantOfCity = cities.ids.map { _ in CoolingPlant(named: "wse_tower") }
        for (site, city) in cityOfSite.enumerated().reversed() { plantOfCity[city] = plantOfSite[site] }
        self.plantOfCity = plantOfCity
        let lines = world.table("lines")
        from = links.rows("bus0") + lines.rows("bus0")
        to = links.rows("bus1") + lines.rows("bus1")
        self.links = linkCount
        let computeBuses = Set(busOfSite).sorted()
        self.computeBuses = computeBuses
        let placeOfSite = busOfSite.map { bus in computeBuses.firstIndex(of: bus) ?? 0 }
        self.placeOfSite = placeOfSite
        sitesOfPlace = computeBuses.indices.map { place in placeOfSite.indices.filter { placeOfSite[$0] == place } }
        let cityOfSite = self.cityOfSite
        sitesOfCity = cities.ids.indices.map { city in cityOfSite.indices.filter { cityOfSite[$0] == city } }

        var singles: [ClearingPattern.Single] = []
        func add(_ rows: [Int], _ sign: Int) -> Int {
            singles += rows.map { .init(row: $0, sign: sign) }
            return singles.count - rows.count
        }
        let everyBus = Array(buses.ids.indices)
        var variables = Variables()
        variables.generation = add(busOfGenerator, 1)
        variables.discharge = add(busOfStorage, 1)
        variables.charge = add(busOfStorage, -1)
        variables.backlog = add(computeBuses, -1)
        variables.shed = add(everyBus, 1)
        variables.spill = add(everyBus, -1)
        variables.flow = singles.count
        self.variables = variables
        let clearsDays = world.text("grid", "clearing") == "day"
        self.clearsDays = clearsDays
        let effects = Set(effectSlots)
        let rampedGenerators = generators.ids.indices.filter { g in
            clearsDays
                && ["ramp_limit_up", "ramp_limit_down"].contains { column in
                    let slot = generators.slots(column).lowerBound + g
                    return !world.values[slot].isNaN || effects.contains(slot)
                }
        }
        self.rampedGenerators = rampedGenerators
        hasHumidity = world.table("cities").slots("relative_humidity").map { slot in
            !world.values[slot].isNaN || effects.contains(slot)
        }
        let obeysKirchhoff = world.text("grid", "network") == "dc"
        let pairs = obeysKirchhoff ? 0..<linkCount : from.indices
        let stocks =
            busOfStorage.indices.map { [variables.charge + $0, variables.discharge + $0] }
            + computeBuses.indices.map { [variables.backlog + $0] }
        let (from, to) = (self.from, self.to)
        let reactances = Self.reactances(of: world)
        let kirchhoff = (pairs.upperBound..<from.count).map {
            ClearingPattern.Line(from: from[$0], to: to[$0], reactance: reactances[$0 - linkCount])
        }
        pattern = ClearingPattern(
            rows: buses.ids.count, singles: singles, pairs: pairs.map { .init(from: from[$0], to: to[$0]) },
            lines: kirchhoff, guards: Self.guards(of: world, lines: kirchhoff),
            shed: everyBus.map { variables.shed + $0 }, spill: everyBus.map { variables.spill + $0 },
            stocks: clearsDays ? stocks.map { .init(moves: $0) } : [],
            ramps: rampedGenerators.map { variables.generation + $0 })

        let calendar = self.calendar
        // The first is flat: it serves whatever has neither a profile nor a series.
        var numbers = Array(repeating: 1.0, count: 8760)
        var known: [String: Int] = ["": 0]
        func offset(_ key: String, _ hours: () -> [Double]?) -> Int {
            if let place = known[key] { return place }
            let hours = hours() ?? Array(repeating: 1.0, count: 8760)
            let place = hours.allSatisfy { $0 == 1 } ? 0 : numbers.count
            if place > 0 { numbers += hours }
            known[key] = place
            return place
        }
        func offset(_ profile: String, area: Int) -> Int {
            offset(profile.isEmpty ? "" : "\(profile)\u{0}\(areas[area])") {
                world.profile(profile, area: areas[area]).map(calendar.hours(of:))
            }
        }
        func offsets(_ table: Table, _ column: String, _ profiles: String?, _ rows: [Int]) -> [Int] {
            let names = profiles.map(table.text) ?? table.ids.map { _ in "" }
            return table.ids.indices.map { row in
                guard let series = world.series(table.name, column, id: table.ids[row]) else {
                    return offset(names[row], area: busOfArea[rows[row]])
                }
                return offset("\(table.name)-\(column)\u{0}\(table.ids[row])\u{0}") { series }
            }
        }
        profileOfLoad = offsets(loads, "p_set", "profile", busOfLoad)
        profileOfGenerator = offsets(generators, "p_max_pu", "profile", busOfGenerator)
        sources = Source.list(
            areas: busOfGenerator.map { areaOfBus[$0] }, weather: weatherOfGenerator, profiles: profileOfGenerator)
        profileOfMinimum = offsets(generators, "p_min_pu", nil, busOfGenerator)
        profileOfInflow = offsets(storage, "inflow", "inflow_profile", busOfStorage)
        profileOfPlace = computeBuses.map { offset("compute", area: busOfArea[$0]) }
        profiles = Column1(numbers)

        let monthly = areas.map { area in world.profile("temperature", area: area) }
        normal = (0..<365).flatMap { day in
            monthly.map { values in
                values.map { values in calendar.interpolate({ values[$0 * 48] }, day: day) } ?? 15
            }
        }

        let humidity = areas.map { area in world.profile("relative_humidity", area: area) }
        humidityShape = (0..<365).flatMap { day in
            humidity.map { values in
                values.map { values in calendar.interpolate({ values[$0 * 48] }, day: day) } ?? 1
            }
        }

        addsOwnEmissions = world.hasSection("climate") && world.text("climate", "own_emissions") == "added"
        let sdByMonth = areas.map { area in world.profile("temperature_sd", area: area) }
        temperatureSpread = (0..<365).flatMap { day in
            sdByMonth.map { values in
                values.map { values in calendar.interpolate({ values[$0 * 48] }, day: day) } ?? .nan
            }
        }
        let table = hasClimate ? world.emissions : []
        emissions = table.map(\.co2)
        firstEmissionYear = table.first?.year ?? world.start

        leadTime = Int(world.fixed("grid", "expansion_lead_time"))
        let plants = hasGrid ? Self.plants(of: world, study: study, effects: Set(effectSlots)) : []
        self.plants = plants
        let ruled = plants.indices.filter { plants[$0].isRuled }
        self.ruled = ruled
        func places(_ kind: PlantKind, _ list: [Int]) -> [Int] {
            world.table(kind.rawValue).ids.indices.map { row in
                list.firstIndex { plants[$0].kind == kind && plants[$0].row == row } ?? -1
            }
        }
        let all = Array(plants.indices)
        plantOfGenerator = places(.generators, all)
        plantOfStorage = places(.storage, all)
        plantOfLink = places(.links, all)
        plantOfLine = places(.lines, all)
        ruledGenerators = places(.generators, ruled)
        ruledStorage = places(.storage, ruled)
        ruledFlows = places(.links, ruled) + places(.lines, ruled)

        hasComputeMarket = world.hasComputeMarket
        workClasses = world.hasComputeMarket ? world.table("work").ids.count : 0
        roundTrips =
            world.hasComputeMarket
            ? cities.ids.indices.flatMap { i in
                cities.ids.indices.map { j in
                    roundTrip(kilometres: Lanes(repeating: greatCircle((cityX[i], cityY[i]), (cityX[j], cityY[j]))))[0]
                }
            } : []
        let contractPlan = ContractPlan(world: world)
        contracts = contractPlan
        sitesOfContract = contractPlan?.sites(of: world) ?? []
        totals = YearTotals(
            carriers: carriers.ids.count, links: from.count, buses: buses.ids.count, cities: cities.ids.count)
        layout = StateLayout(
            areas: areas.count, cities: cities.ids.count, buses: buses.ids.count, storageUnits: storage.ids.count,
            sites: sites.ids.count, plants: plants.count, ruled: ruled.count, leadTime: leadTime,
            ramped: calendar.clearedDays.count == 365 ? rampedGenerators.count : 0,
            marketCities: world.hasComputeMarket ? cities.ids.count : 0, books: contractPlan?.columns ?? [],
            pulses: world.carbonPulses.count)
    }

    /// The reactance of each line in parts of the largest, all at one voltage: x / v_nom² of bus0, as in PyPSA.
    private static func reactances(of world: World) -> [Double] {
        let lines = world.table("lines")
        let voltages = world.table("buses").fixed("v_nom")
        let reactances = zip(lines.fixed("x"), lines.rows("bus0")).map { $0 / (voltages[$1] * voltages[$1]) }
        let largest = reactances.max() ?? 1
        return reactances.map { $0 / largest }
    }

    /// What each line carries after each outage that is secured.
    private static func guards(of world: World, lines: [ClearingPattern.Line]) -> [ClearingPattern.Guard] {
        let secured = world.table("lines").fixed("secured")
        guard !lines.isEmpty, secured.contains(1) else { return [] }
        let outages = LineOutages(nodes: world.table("buses").ids.count, lines: lines)
        return lines.indices.filter { secured[$0] == 1 }.flatMap { outages.guards(of: $0) }
    }

    /// The values that `Schema` allows in a slot.
    private static func range(of slot: Int, in world: World) -> ClosedRange<Double> {
        for section in Schema.sections {
            for field in section.fields where field.kind == .number && world.slot(section.name, field.name) == slot {
                return field.range
            }
        }
        for shape in Schema.tables where shape.hasIDs {
            for field in shape.fields where field.kind == .number {
                if world.table(shape.name).slots(field.name).contains(slot) { return field.range }
            }
        }
        preconditionFailure("slot \(slot) is no number of the schema")
    }

    /// The days of a year that a world clears, ascending, 0 = 1 January; none without a grid.
    public static func clearedDays(of world: World) -> [Int] {
        world.hasSection("grid") ? Calendar.clearedDays(Int(world.fixed("grid", "days"))) : []
    }

    /// Emissions of a year, GtCO2/yr; beyond the table its last.
    func emission(in year: Int) -> Double {
        guard let last = emissions.last else { return 0 }
        let index = year - firstEmissionYear
        return index < 0 ? 0 : index < emissions.count ? emissions[index] : last
    }

    private static func choleskyOfCorrelation(_ places: [(x: Double, y: Double)], distance: Double) -> [Double] {
        let n = places.count
        var factor = Array(repeating: 0.0, count: n * n)
        for i in 0..<n {
            for j in 0...i {
                let km = greatCircle(places[i], places[j])
                var sum = exponential(Lanes(repeating: -km / distance))[0]
                for k in 0..<j { sum -= factor[i * n + k] * factor[j * n + k] }
                if i == j {
                    factor[i * n + i] = max(sum, 1e-12).squareRoot()
                } else {
                    factor[i * n + j] = sum / factor[j * n + j]
                }
            }
        }
        return factor
    }
}

/// The distance of two places (longitude, latitude in degrees) on a sphere of 6371 km, km; the chord's haversine.
func greatCircle(_ a: (x: Double, y: Double), _ b: (x: Double, y: Double)) -> Double {
    let radians = 3.141592653589793 / 180
    func sin(_ x: Double) -> Double { sine(Lanes(repeating: x))[0] }
    func cos(_ x: Double) -> Double { cosine(Lanes(repeating: x))[0] }
    let h =
        sin((a.y - b.y) * radians / 2) * sin((a.y - b.y) * radians / 2)
        + cos(a.y * radians) * cos(b.y * radians) * sin((a.x - b.x) * radians / 2) * sin((a.x - b.x) * radians / 2)
    // The chord through the sphere: within 4 % of the arc up to 6000 km, and free of an inverse sine.
    return 2 * 6371 * h.squareRoot()
}

/// The first slot of every column that the kernel reads.
struct Slots: Sendable {
    let ecs, forcing2co2, otherForcing, heatCapacity, heatTransfer2, heatTransfer3, efficacy, gamma: Int
    let climateMember, ownInTable, preindustrial: Int
    let iirf0, iirfUptake, iirfTemperature, iirfAirborne, temperatureSD, temperatureLag1, sunSpread, windSpread: Int
    let lostLoad, spillCost, expansionRate: Int
    let leadTime, shellLeadTime, chipLeadTime, orders, utilisation, trainingShare, backlogHours, retirement: Int
    let chipEfficiency, chipDoubling, chipLifetime, chipFailure, chipCost, chipCostHalving, spotPrice, operationCost,
        supplyRamp: Int
    let cityTrust, workDemand, workOutside, workSensitivity, workLimit, workTrust, workLatency, workTrustValue: Int
    let discountRate: Int
    let economy: EconomySlots
    let dice: DICESlots
    let fuelCost, carbonContent: Int
    let cityPopulation, populationGrowth, jobs, wage, rent, grossProduct, warmingRatio, urbanWarming: Int
    let wetBulbDepression, relativeHumidity: Int
    let load, coolingSensitivity, heatingSensitivity: Int
    let generatorPower, generatorMinimum, generatorMaximum, generatorEfficiency, generatorCost: Int
    let generatorQuadratic, generatorBid, generatorCapital, generatorFixed, generatorUp, generatorDown: Int
    let storagePower, storageHours, storeEfficiency, dispatchEfficiency, standingLoss, inflow: Int
    let storageCost, storageCapital, storageFixed, initialCharge: Int
    let linkPower, linkMinimum, linkMaximum, linkEfficiency, linkCost, linkCapital, linkFixed: Int
    let linePower, lineMaximum, lineCapital, lineFixed: Int
    let siteCapacity, siteMaximum, orderShare, siteCapital, siteHeat, heatShare, heatPrice: Int

    init(_ world: World) {
        func column(_ table: String, _ name: String) -> Int { world.table(table).slots(name).lowerBound }
        ecs = world.slot("climate", "ecs")
        forcing2co2 = world.slot("climate", "forcing_2co2")
        otherForcing = world.slot("climate", "other_forcing_ratio")
        heatCapacity = world.slot("climate", "ocean_heat_capacity_1")
        heatTransfer2 = world.slot("climate", "ocean_heat_transfer_2")
        heatTransfer3 = world.slot("climate", "ocean_heat_transfer_3")
        efficacy = world.slot("climate", "deep_ocean_efficacy")
        gamma = world.slot("climate", "gamma_autocorrelation")
        climateMember = world.slot("climate", "member")
        ownInTable = world.slot("climate", "own_in_table")
        preindustrial = world.slot("climate", "co2_preindustrial")
        iirf0 = world.slot("climate", "iirf_0")
        iirfUptake = world.slot("climate", "iirf_uptake")
        iirfTemperature = world.slot("climate", "iirf_temperature")
        iirfAirborne = world.slot("climate", "iirf_airborne")
        temperatureSD = world.slot("climate", "temperature_sd")
        temperatureLag1 = world.slot("climate", "temperature_lag1")
        sunSpread = world.slot("climate", "sun_spread")
        windSpread = world.slot("climate", "wind_spread")
        lostLoad = world.slot("grid", "value_of_lost_load")
        spillCost = world.slot("grid", "spill_cost")
        expansionRate = world.slot("grid", "expansion_rate")
        leadTime = world.slot("compute", "lead_time")
        shellLeadTime = world.slot("compute", "shell_lead_time")
        chipLeadTime = world.slot("compute", "chip_lead_time")
        orders = world.slot("compute", "orders")
        utilisation = world.slot("compute", "utilisation")
        trainingShare = world.slot("compute", "training_share")
        backlogHours = world.slot("compute", "backlog_hours")
        retirement = world.slot("compute", "retirement")
        chipEfficiency = world.slot("compute", "efficiency")
        chipDoubling = world.slot("compute", "efficiency_doubling")
        chipLifetime = world.slot("compute", "chip_lifetime")
        chipFailure = world.slot("compute", "chip_failure")
        chipCost = world.slot("compute", "chip_cost")
        chipCostHalving = world.slot("compute", "chip_cost_halving")
        spotPrice = world.slot("compute", "spot_price")
        operationCost = world.slot("compute", "operation_cost")
        supplyRamp = world.slot("compute", "supply_ramp")
        cityTrust = column("cities", "trust")
        workDemand = column("work", "demand")
        workOutside = column("work", "outside_price")
        workSensitivity = column("work", "sensitivity")
        workLimit = column("work", "round_trip_limit")
        workTrust = column("work", "trust_floor")
        workLatency = column("work", "latency_cost")
        workTrustValue = column("work", "trust_value")
        discountRate = world.slot("economy", "discount_rate")
        economy = EconomySlots(world)
        dice = DICESlots(world)
        fuelCost = column("carriers", "fuel_cost")
        carbonContent = column("carriers", "co2_emissions")
        cityPopulation = column("cities", "population")
        populationGrowth = column("cities", "population_growth")
        jobs = column("cities", "jobs_per_person")
        wage = column("cities", "wage")
        rent = column("cities", "rent")
        grossProduct = column("cities", "gross_product")
        warmingRatio = column("cities", "warming_ratio")
        urbanWarming = column("cities", "urban_warming")
        wetBulbDepression = column("cities", "wet_bulb_depression")
        relativeHumidity = column("cities", "relative_humidity")
        load = column("loads", "p_set")
        coolingSensitivity = column("loads", "cooling_sensitivity")
        heatingSensitivity = column("loads", "heating_sensitivity")
        generatorPower = column("generators", "p_nom")
        generatorMinimum = column("generators", "p_min_pu")
        generatorMaximum = column("generators", "p_max_pu")
        generatorEfficiency = column("generators", "efficiency")
        generatorCost = column("generators", "marginal_cost")
        generatorQuadratic = column("generators", "marginal_cost_quadratic")
        generatorBid = column("generators", "bid_adder")
        generatorCapital = column("generators", "capital_cost")
        generatorFixed = column("generators", "fom_cost")
        generatorUp = column("generators", "ramp_limit_up")
        generatorDown = column("generators", "ramp_limit_down")
        storagePower = column("storage_units", "p_nom")
        storageHours = column("storage_units", "max_hours")
        storeEfficiency = column("storage_units", "efficiency_store")
        dispatchEfficiency = column("storage_units", "efficiency_dispatch")
        standingLoss = column("storage_units", "standing_loss")
        inflow = column("storage_units", "inflow")
        storageCost = column("storage_units", "marginal_cost")
        storageCapital = column("storage_units", "capital_cost")
        storageFixed = column("storage_units", "fom_cost")
        initialCharge = column("storage_units", "state_of_charge_initial")
        linkPower = column("links", "p_nom")
        linkMinimum = column("links", "p_min_pu")
        linkMaximum = column("links", "p_max_pu")
        linkEfficiency = column("links", "efficiency")
        linkCost = column("links", "marginal_cost")
        linkCapital = column("links", "capital_cost")
        linkFixed = column("links", "fom_cost")
        linePower = column("lines", "s_nom")
        lineMaximum = column("lines", "s_max_pu")
        lineCapital = column("lines", "capital_cost")
        lineFixed = column("lines", "fom_cost")
        siteCapacity = column("data_centres", "capacity")
        siteMaximum = column("data_centres", "capacity_max")
        siteHeat = column("data_centres", "heat_demand")
        heatShare = world.slot("compute", "heat_share")
        heatPrice = world.slot("compute", "heat_price")
        orderShare = column("data_centres", "order_share")
        siteCapital = column("data_centres", "capital_cost")
    }
}
