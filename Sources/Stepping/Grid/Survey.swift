import Lanes
import WorldModel

/// Generators of an area whose availability moves alike from hour to hour.
struct Source: Sendable {
    let area: Int
    let weather: WorldKernel.Weather
    /// The first of 8760 numbers in `profiles`.
    let profile: Int
    let generators: [Int]

    /// The sources of an area follow each other; sun and wind stand alone, since each machine has its own limit.
    static func list(
        areas: [Int], weather: [WorldKernel.Weather], profiles: [Int]
    ) -> [Source] {
        var sources: [Source] = []
        for area in Set(areas).sorted() {
            let here = areas.indices.filter { areas[$0] == area }
            for profile in Set(here.map { profiles[$0] }).sorted() {
                let alike = here.filter { profiles[$0] == profile }
                let steady = alike.filter { weather[$0] == .none }
                let moved = alike.filter { weather[$0] != .none }.map { [$0] }
                sources += ([steady] + moved).filter { !$0.isEmpty }.map {
                    Source(area: area, weather: weather[$0[0]], profile: profile, generators: $0)
                }
            }
        }
        return sources
    }
}

/// What is known of all 8760 hours, whatever days are cleared.
extension WorldKernel {
    /// The largest load of the year, MW, and the least margin of what can be had over it.
    ///
    ///     peak = max_h Σ_a load_ah
    ///     margin = min_h min(min_a (G_ah + D_a + I_a) / load_ah, Σ_a (G_ah + D_a) / Σ_a load_ah) - 1
    ///
    /// over the areas a that have load: G what generators could give in the hour, D the power of stores that hold something
    /// like it, I what links and lines could bring from other areas. A margin below 0 is a shortage that no dispatch avoids;
    /// one above 0 promises nothing about lines within areas, about what others have left to send, or about a store's next hour.
    /// Work that can wait counts with its mean. Without any load the margin is 0.
    func surveyHours(_ w: YearWorkspace) -> (peak: Lanes, margin: Lanes) {
        let P = w.parameters.base
        let zero = Lanes.zero
        let loads = busOfLoad.count
        let compute = computeBuses.count
        let firm = prepareSurvey(w)
        let none = Lanes(repeating: 1e9)
        let some = Lanes(repeating: 1e-9)
        var peak = zero
        var least = none
        for day in 0..<365 {
            for hour in 0..<24 {
                let offset = day * 24 + hour
                for area in areas.indices { w.areaLoad.base[area] = zero }
                for load in 0..<loads {
                    let area = areaOfBus[busOfLoad[load]]
                    let shape = Lanes(repeating: profiles.base[profileOfLoad[load] + offset])
                    w.areaLoad.base[area] = fma(w.basePower.base[day * loads + load], shape, w.areaLoad.base[area])
                }
                for place in 0..<compute {
                    w.areaLoad.base[areaOfBus[computeBuses[place]]] +=
                        w.deferrable.base[day * compute + place] + rigidPower(place, day, offset, w)
                }
                var (load, power) = (zero, firm)
                var next = 0
                for area in areas.indices {
                    var available = zero
                    while next < sources.count, sources[next].area == area {
                        available += output(next, day, offset, P, w)
                        next += 1
                    }
                    let here = w.areaLoad.base[area]
                    power += available
                    load += here
                    let ratio = (available + w.areaFirm.base[area]) / maximum(here, some)
                    least = minimum(least, select(here .> some, ratio, none))
                }
                least = minimum(least, select(load .> some, power / maximum(load, some), none))
                peak = maximum(load, peak)
            }
        }
        return (peak, select(least .< none, least - 1, zero))
    }

    /// What a source could give in an hour, MW.
    @inline(__always)
    private func output(
        _ source: Int, _ day: Int, _ offset: Int, _ P: UnsafeMutablePointer<Lanes>, _ w: YearWorkspace
    ) -> Lanes {
        let each = sources[source]
        let most = w.sourcePower.base[source] * profiles.base[each.profile + offset]
        let area = day * areas.count + each.area
        switch each.weather {
        case .none: return maximum(most, .zero)
        case .sun: return clamp(most * w.sun.base[area], .zero, P[slots.generatorPower + each.generators[0]])
        case .wind: return clamp(most * w.wind.base[area], .zero, P[slots.generatorPower + each.generators[0]])
        }
    }

    /// Sums up what holds all year: the power of sources, and by area that of stores and of ways in; returns that of all
    /// stores, MW.
    private func prepareSurvey(_ w: YearWorkspace) -> Lanes {
        let P = w.parameters.base
        for (index, source) in sources.enumerated() {
            var sum = Lanes.zero
            for g in source.generators { sum += P[slots.generatorPower + g] * P[slots.generatorMaximum + g] }
            w.sourcePower.base[index] = sum
        }
        for area in areas.indices { w.areaFirm.base[area] = .zero }
        var firm = Lanes.zero
        for unit in busOfStorage.indices {
            let energy = energyCapacity(unit, P) * P[slots.dispatchEfficiency + unit]
            let power = minimum(P[slots.storagePower + unit], energy)
            firm += power
            w.areaFirm.base[areaOfBus[busOfStorage[unit]]] += power
        }
        for l in from.indices where areaOfBus[from[l]] != areaOfBus[to[l]] {
            let there: Lanes
            let back: Lanes
            if l < links {
                let power = P[slots.linkPower + l]
                there = power * P[slots.linkMaximum + l] * P[slots.linkEfficiency + l]
                back = negative(power * P[slots.linkMinimum + l])
            } else {
                there = P[slots.linePower + l - links] * P[slots.lineMaximum + l - links]
                back = there
            }
            w.areaFirm.base[areaOfBus[to[l]]] += maximum(there, .zero)
            w.areaFirm.base[areaOfBus[from[l]]] += maximum(back, .zero)
        }
        return firm
    }
}
