import Lanes
import WorldModel

/// What loads and data centres ask of the grid.
final class PowerDemand: Sendable {
    let places: Places
    let weather: Weather
    let sites: Sites
    let market: ComputeMarket?
    let busOfLoad: [Int]
    /// Buses with data centres; each has one variable for the work that can wait.
    let computeBuses: [Int]
    /// The sites at each of `computeBuses`, and the place there of each site's bus.
    let sitesOfPlace: [[Int]], placeOfSite: [Int]
    /// The plant whose PUE is the city's.
    let plantOfCity: [CoolingPlant]
    let profileOfLoad: [Int]
    private let profileOfPlace: [Int]

    let load, coolingSensitivity, heatingSensitivity, utilisation, trainingShare, backlogHours: Parameter
    /// Share of each bus's published load that the data centres of the start draw.
    let computeShare: StateColumn
    /// Power of each load before its profile, [day][load], MW.
    let basePower: ScratchColumn
    /// By day and compute bus, MW at the meter: work that can't wait, mean of work that can, all IT at work; and its PUE.
    let rigid, deferrable, facility, busPUE: ScratchColumn
    let cityPUE: ScratchColumn
    /// IT power in operation at each bus, MW.
    let busCapacity: ScratchColumn

    init(
        _ plan: inout KernelPlan, weather: Weather, sites: Sites, market: ComputeMarket?, shapes: ShapeBook
    ) {
        let places = weather.places
        let loads = plan.world.table("loads")
        let busOfLoad = loads.rows("bus")
        let computeBuses = Set(sites.busOf).sorted()
        let placeOfSite = sites.busOf.map { bus in computeBuses.firstIndex(of: bus) ?? 0 }
        var plantOfCity = (0..<places.cities).map { _ in CoolingPlant(named: "wse_tower") }
        for (site, city) in sites.cityOf.enumerated().reversed() { plantOfCity[city] = sites.plantOf[site] }
        self.places = places
        self.weather = weather
        self.sites = sites
        self.market = market
        self.busOfLoad = busOfLoad
        self.computeBuses = computeBuses
        self.placeOfSite = placeOfSite
        self.plantOfCity = plantOfCity
        sitesOfPlace = computeBuses.indices.map { place in
            placeOfSite.indices.filter { placeOfSite[$0] == place }
        }
        profileOfLoad = shapes.rows(
            loads, "p_set", profiles: "profile", areas: busOfLoad.map { places.areaOfBus[$0] })
        profileOfPlace = computeBuses.map { shapes.profile("compute", area: places.areaOfBus[$0]) }
        load = plan.column("loads", "p_set")
        coolingSensitivity = plan.column("loads", "cooling_sensitivity")
        heatingSensitivity = plan.column("loads", "heating_sensitivity")
        utilisation = plan.number("compute", "utilisation")
        trainingShare = plan.number("compute", "training_share")
        backlogHours = plan.number("compute", "backlog_hours")
        computeShare = plan.state("compute_share_of_load", places.buses)
        basePower = plan.scratch(365 * busOfLoad.count)
        rigid = plan.scratch(365 * computeBuses.count)
        deferrable = plan.scratch(365 * computeBuses.count)
        facility = plan.scratch(365 * computeBuses.count)
        busPUE = plan.scratch(365 * computeBuses.count)
        cityPUE = plan.scratch(places.cities)
        busCapacity = plan.scratch(places.buses)
    }

    /// Sets the share of each bus's published load that the data centres of the start draw.
    ///
    /// Capacity x utilisation x PUE at normal weather over the load; the load excludes it from then on. Without the
    /// section `compute` they stay in it.
    func start(_ y: Year) {
        guard sites.hasCompute else { return }
        for (site, city) in sites.cityOf.enumerated() {
            var pue = Lanes.zero
            for day in 0..<365 {
                let T = lanes(weather.normal[day * places.areas.count + places.areaOfCity[city]])
                pue += powerUsageEffectiveness(
                    sites.plantOf[site], dryBulb: T, wetBulb: weather.wetBulb(ofCity: city, T, day: day, y))
            }
            y[computeShare, sites.busOf[site]] += y[sites.capacityOfStart, site] * y[utilisation] * pue / 365
        }
        for bus in 0..<places.buses {
            var published = Lanes.zero
            for (row, at) in busOfLoad.enumerated() where at == bus { published += y[load, row] }
            y[computeShare, bus] = minimum(
                y[computeShare, bus] / maximum(published, lanes(1e-9)), lanes(1))
        }
    }

    /// The power that loads and data centres ask for on each of 365 days.
    ///
    /// - Parameters:
    ///   - warming: since the normals, K.
    ///   - level: of demand, relative to the start.
    func ask(_ y: Year, warming: Lanes, level: Lanes) {
        for city in 0..<places.cities { y[cityPUE, city] = .zero }
        for bus in 0..<places.buses { y[busCapacity, bus] = .zero }
        for (site, bus) in sites.busOf.enumerated() { y[busCapacity, bus] += y[sites.capacity, site] }
        for day in 0..<365 {
            y.applyShocks(day: day)
            askLoads(y, day: day, level: level)
            for city in 0..<places.cities {
                y[cityPUE, city] += pue(plantOfCity[city], city, day: day, warming: warming, y) / 365
            }
            askDataCentres(y, day: day, warming: warming)
        }
        y.applyMeanShocks()
    }

    /// Sets the power of loads on a day.
    ///
    ///     load = base growth (1 + k_c ((T - 20)+ - (T_n - 20)+) + k_h ((12 - T)+ - (12 - T_n)+)), times its profile
    private func askLoads(_ y: Year, day: Int, level: Lanes) {
        let zero = Lanes.zero
        for (row, bus) in busOfLoad.enumerated() {
            let at = day * places.areas.count + places.areaOfBus[bus]
            let T = y[weather.temperature, at]
            let Tn = lanes(weather.normal[at])
            let cooling = maximum(T - 20, zero) - maximum(Tn - 20, zero)
            let heating = maximum(12 - T, zero) - maximum(12 - Tn, zero)
            let response =
                1 + 0.01 * (y[coolingSensitivity, row] * cooling + y[heatingSensitivity, row] * heating)
            y[basePower, day * busOfLoad.count + row] =
                y[load, row] * (1 - y[computeShare, bus]) * level * maximum(response, zero)
        }
    }

    /// Sets the power of data centres on a day.
    ///
    ///     rigid = Σ capacity utilisation (1 - training share) PUE, times the profile `compute` where the world has one;
    ///     deferrable, on average, the rest of utilisation
    private func askDataCentres(_ y: Year, day: Int, warming: Lanes) {
        let compute = computeBuses.count
        for place in day * compute..<(day + 1) * compute {
            (y[rigid, place], y[deferrable, place]) = (.zero, .zero)
            (y[facility, place], y[busPUE, place]) = (.zero, .zero)
        }
        for (site, city) in sites.cityOf.enumerated() {
            let use = market.map { y[$0.use, city] } ?? y[utilisation]
            let patient = use * y[trainingShare]
            let prompt = use - patient
            let place = day * compute + placeOfSite[site]
            let power = y[sites.capacity, site] * pue(sites.plantOf[site], city, day: day, warming: warming, y)
            y[rigid, place] += power * prompt
            y[deferrable, place] += power * patient
            y[facility, place] += power
            y[busPUE, place] += power
        }
        for (index, bus) in computeBuses.enumerated() {
            let place = day * compute + index
            y[busPUE, place] = select(
                y[busCapacity, bus] .> .zero,
                y[busPUE, place] / maximum(y[busCapacity, bus], lanes(1e-12)), lanes(1))
        }
    }

    @inline(__always)
    private func pue(_ plant: CoolingPlant, _ city: Int, day: Int, warming: Lanes, _ y: Year) -> Lanes {
        let T = weather.temperature(ofCity: city, day: day, warming: warming, y)
        return powerUsageEffectiveness(
            plant, dryBulb: T, wetBulb: weather.wetBulb(ofCity: city, T, day: day, y))
    }

    /// Adds what loads ask for in an hour to the sums of the places where they stand, MW.
    ///
    /// - Parameter place: of a bus among the sums.
    @inline(__always)
    func addLoads(to sums: UnsafeMutablePointer<Lanes>, at place: (_ bus: Int) -> Int, day: Int, hour: Int, _ y: Year) {
        let first = day * busOfLoad.count
        for (row, bus) in busOfLoad.enumerated() {
            let shape = lanes(y.shapes[profileOfLoad[row] + day * 24 + hour])
            let at = place(bus)
            sums[at] = fma(y[basePower, first + row], shape, sums[at])
        }
    }

    /// Power of the work that can't wait at a compute bus, MW at the meter, in an hour.
    ///
    /// What the profile asks beyond the power of all IT is turned away.
    @inline(__always)
    func rigidPower(_ place: Int, day: Int, hour: Int, _ y: Year) -> Lanes {
        let at = day * computeBuses.count + place
        return minimum(y[rigid, at] * y.shapes[profileOfPlace[place] + day * 24 + hour], y[facility, at])
    }

    /// Records PUE.
    func record(_ r: borrowing YearRecord, _ y: Year) {
        r.write(Records.compute.pue) { y[cityPUE, $0] }
    }
}
