import Draws
import Lanes
import WorldModel

/// Draws the weather of 365 days of every area.
///
///     T(d) = T_n(d) + ratio (dT - dT_n) + urban + sd(d) x(d),  x(d) = phi x(d-1) + sqrt(1 - phi²) Σ_b L_ab z_b(d)
///     sun(d) = 1 + spread_s (2 u - 1), wind(d) = 1 + spread_w (2 u - 1)
///
/// z are normal, u uniform, each a function of (seed, sample, purpose, area, day) alone; L L' is the areas' correlation
/// exp(-distance / D). sd is that of the profile `temperature_sd` in the month, else of `climate.temperature_sd`. Pattern
/// scaling after Beusch et al. 2020, Earth Syst. Dynam. 11, 139; what cities add by their own growth stands apart. The day's sun and wind have mean one. Without a climate every day is normal.
extension WorldKernel {
    func drawWeather(_ state: WorldState, year: Int, samples: [Int], _ w: YearWorkspace) {
        var sample = SIMD8<UInt32>()
        for lane in 0..<Lanes.scalarCount { sample[lane] = UInt32(truncatingIfNeeded: samples[lane]) }
        let n = areas.count
        let P = w.parameters.base
        let phi = P[slots.temperatureLag1]
        let kick = squareRoot(1 - phi * phi)
        let century = Double(year - world.start) / 100
        let noise = state.column.base + layout.weatherNoise
        let warming = state.column.base[layout.temperature] - state.column.base[layout.normalTemperature]
        let deviates = w.scratch.base
        let one = Lanes(repeating: 1)
        guard hasClimate else {
            for index in 0..<(365 * n) {
                w.temperature.base[index] = Lanes(repeating: normal[index])
                w.sun.base[index] = one
                w.wind.base[index] = one
            }
            return
        }
        for day in 0..<365 {
            let step = year * 8760 + day * 24
            for area in 0..<n {
                let entity = areaEntities[area]
                deviates[area] = Chance.normal(
                    seed: study.seed, samples: sample, purpose: .temperature, entity: entity, step: step)
                w.sun.base[day * n + area] =
                    one + P[slots.sunSpread]
                    * (2 * Chance.uniform(seed: study.seed, samples: sample, purpose: .sun, entity: entity, step: step)
                        - 1)
                w.wind.base[day * n + area] =
                    one + P[slots.windSpread]
                    * (2 * Chance.uniform(seed: study.seed, samples: sample, purpose: .wind, entity: entity, step: step)
                        - 1)
            }
            for area in 0..<n {
                var mixed = Lanes.zero
                for other in 0...area { mixed += correlationFactor[area * n + other] * deviates[other] }
                noise[area] = phi * noise[area] + kick * mixed
                let spread = temperatureSpread[day * n + area]
                let sd = spread.isNaN ? P[slots.temperatureSD] : lanes(spread)
                w.temperature.base[day * n + area] =
                    normal[day * n + area] + areaWarmingRatio(area, P) * warming
                    + areaUrbanWarming(area, P) * century + sd * noise[area]
            }
        }
    }

    /// Local over global warming of an area: the mean of its cities, 1.2 without any.
    @inline(__always)
    func areaWarmingRatio(_ area: Int, _ P: UnsafeMutablePointer<Lanes>) -> Lanes {
        let members = citiesOfArea[area]
        guard !members.isEmpty else { return Lanes(repeating: 1.2) }
        var sum = Lanes.zero
        for city in members { sum += P[slots.warmingRatio + city] }
        return sum / Double(members.count)
    }

    /// What cities of an area add to its warming by their own growth, K a century: their mean.
    @inline(__always)
    func areaUrbanWarming(_ area: Int, _ P: UnsafeMutablePointer<Lanes>) -> Lanes {
        let members = citiesOfArea[area]
        guard !members.isEmpty else { return .zero }
        var sum = Lanes.zero
        for city in members { sum += P[slots.urbanWarming + city] }
        return sum / Double(members.count)
    }
}
