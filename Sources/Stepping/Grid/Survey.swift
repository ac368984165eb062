import Lanes
import WorldModel

/// Generators of an area whose availability moves alike from hour to hour.
struct GeneratorGroup: Sendable {
    let area: Int
    let weather: Weather.Kind
    /// The first of 8760 numbers in `profiles`.
    let profile: Int
    let generators: [Int]

    /// The groups of an area follow each other; sun and wind stand alone, since each machine has its own limit.
    static func list(
        areas: [Int], weather: [Weather.Kind], profiles: [Int]
    ) -> [GeneratorGroup] {
        var groups: [GeneratorGroup] = []
        for area in Set(areas).sorted() {
            let here = areas.indices.filter { areas[$0] == area }
            for profile in Set(here.map { profiles[$0] }).sorted() {
                let alike = here.filter { profiles[$0] == profile }
                let steady = alike.filter { weather[$0] == .none }
                let moved = alike.filter { weather[$0] != .none }.map { [$0] }
                groups += ([steady] + moved).filter { !$0.isEmpty }.map {
                    GeneratorGroup(area: area, weather: weather[$0[0]], profile: profile, generators: $0)
                }
            }
        }
        return groups
    }
}

/// What is known of all 8760 hours, whatever days are cleared.
final class Survey: Sendable {
    let places: Places
    let weather: Weather
    let generators: Generators
    let stores: Stores
    let network: Network
    let demand: PowerDemand
    let groups: [GeneratorGroup]
    /// By area, the load of an hour and what is firm all year; by group, its power, MW.
    private let areaLoad, areaFirm, groupPower: ScratchColumn

    init(
        _ plan: inout KernelPlan, generators: Generators, stores: Stores, network: Network, demand: PowerDemand
    ) {
        let places = generators.places
        self.places = places
        weather = generators.weather
        self.generators = generators
        self.stores = stores
        self.network = network
        self.demand = demand
        groups = GeneratorGroup.list(
            areas: generators.busOf.map { places.areaOfBus[$0] }, weather: generators.weatherOf,
            profiles: generators.profileOf)
        areaLoad = plan.scratch(places.areas.count)
        areaFirm = plan.scratch(places.areas.count)
        groupPower = plan.scratch(groups.count)
    }

    /// The largest load of the year, MW, and the least margin of what can be had over it.
    ///
    ///     peak = max_h Σ_a load_ah
    ///     margin = min_h min(min_a (G_ah + D_a + I_a) / load_ah, Σ_a (G_ah + D_a) / Σ_a load_ah) - 1
    ///
    /// over the areas a that have load: G what generators could give in the hour, D the power of stores that hold something
    /// like it, I what links and lines could bring from other areas. A margin below 0 is a shortage that no dispatch avoids;
    /// one above 0 promises nothing about lines within areas, about what others have left to send, or about a store's next hour.
    /// Work that can wait counts with its mean. Without any load the margin is 0.
    func hours(_ y: Year) -> (peak: Lanes, margin: Lanes) {
        let firm = sumUp(y)
        let none = lanes(1e9)
        let some = lanes(1e-9)
        var peak = Lanes.zero
        var least = none
        for day in 0..<365 {
            for hour in 0..<24 {
                askAreas(y, day: day, hour: hour)
                var (load, power) = (Lanes.zero, firm)
                var next = 0
                for area in places.areas.indices {
                    var available = Lanes.zero
                    while next < groups.count, groups[next].area == area {
                        available += output(next, day: day, hour: hour, y)
                        next += 1
                    }
                    let here = y[areaLoad, area]
                    power += available
                    load += here
                    let ratio = (available + y[areaFirm, area]) / maximum(here, some)
                    least = minimum(least, select(here .> some, ratio, none))
                }
                least = minimum(least, select(load .> some, power / maximum(load, some), none))
                peak = maximum(load, peak)
            }
        }
        return (peak, select(least .< none, least - 1, .zero))
    }

    /// Sums up by area what is asked for in an hour.
    private func askAreas(_ y: Year, day: Int, hour: Int) {
        for area in places.areas.indices { y[areaLoad, area] = .zero }
        demand.addLoads(to: y.pointer(areaLoad), at: { places.areaOfBus[$0] }, day: day, hour: hour, y)
        let compute = demand.computeBuses.count
        for (place, bus) in demand.computeBuses.enumerated() {
            y[areaLoad, places.areaOfBus[bus]] +=
                y[demand.deferrable, day * compute + place] + demand.rigidPower(place, day: day, hour: hour, y)
        }
    }

    /// What a group could give in an hour, MW.
    @inline(__always)
    private func output(_ group: Int, day: Int, hour: Int, _ y: Year) -> Lanes {
        let (kind, area) = (groups[group].weather, groups[group].area)
        var most = y[groupPower, group] * y.shapes[groups[group].profile + day * 24 + hour]
        if let factor = weather.factor(kind, day: day, area: area, y) { most *= factor }
        return generators.available(most, kind, machine: y[generators.power, groups[group].generators[0]])
    }

    /// Sums up what holds all year: the power of groups, and by area that of stores and of ways in; returns that of all
    /// stores, MW.
    private func sumUp(_ y: Year) -> Lanes {
        for (index, group) in groups.enumerated() {
            var sum = Lanes.zero
            for g in group.generators { sum += y[generators.power, g] * y[generators.maximumPerUnit, g] }
            y[groupPower, index] = sum
        }
        for area in places.areas.indices { y[areaFirm, area] = .zero }
        var firm = Lanes.zero
        for unit in 0..<stores.count {
            let energy = stores.capacity(unit, y) * y[stores.dispatchEfficiency, unit]
            let power = minimum(y[stores.power, unit], energy)
            firm += power
            y[areaFirm, places.areaOfBus[stores.busOf[unit]]] += power
        }
        for l in network.from.indices {
            let (here, there) = (places.areaOfBus[network.from[l]], places.areaOfBus[network.to[l]])
            guard here != there else { continue }
            let (least, most) = network.limits(l, y)
            y[areaFirm, there] += maximum(most * network.efficiency(l, y), .zero)
            y[areaFirm, here] += maximum(negative(least), .zero)
        }
        return firm
    }
}
