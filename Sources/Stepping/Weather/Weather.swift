import Draws
import Lanes
import WorldModel

/// The weather of 365 days of every area, and what cities make of it.
///
///     T(d) = T_n(d) + ratio (dT - dT_n) + urban + sd(d) x(d),  x(d) = phi x(d-1) + sqrt(1 - phi²) Σ_b L_ab z_b(d)
///     sun(d) = 1 + spread_s (2 u - 1), wind(d) = 1 + spread_w (2 u - 1)
///
/// z are normal, u uniform, each a function of (seed, sample, purpose, area, day) alone; L L' is the areas' correlation
/// exp(-distance / D). sd is that of the profile `temperature_sd` in the month, else of `climate.temperature_sd`. Pattern
/// scaling after Beusch et al. 2020, Earth Syst. Dynam. 11, 139; what cities add by their own growth stands apart. The day's sun and wind have mean one. Without a climate every day is normal.
final class Weather: Sendable {
    /// What varies a generator's output from day to day.
    enum Kind: Sendable { case none, sun, wind }

    let places: Places
    /// Whether days differ: worlds without a climate have normal days.
    let varies: Bool
    let seedOfArea: [UInt32]
    /// Normal temperature, degC: [day][area].
    let normal: [Double]
    /// Standard deviation of the temperature, K, [day][area], where the profile `temperature_sd` gives it; else NaN.
    let spread: [Double]
    /// Lower triangle of the Cholesky factor of the areas' correlation, row after row.
    let correlationFactor: [Double]
    /// Whether a city's relative humidity is given, in the table or by what a study changes.
    let hasHumidity: [Bool]
    /// What its `relative_humidity` is multiplied by, [day][area]: the profile of that name, 1 without one.
    let humidityShape: [Double]

    let standardDeviation, lag1, sunSpread, windSpread: Parameter
    let warmingRatio, urbanWarming, wetBulbDepression, relativeHumidity: Parameter
    let noise: StateColumn
    /// [day][area]: degC, and factors of mean one.
    let temperature, sun, wind: ScratchColumn
    private let deviates: ScratchColumn

    init(_ plan: inout KernelPlan, _ places: Places, _ calendar: Calendar) {
        let world = plan.world
        let areas = places.areas.count
        self.places = places
        varies = world.hasSection("climate")
        seedOfArea = places.areas.map { Philox.entity($0) }
        normal = places.daily("temperature", world, calendar, or: 15)
        spread = places.daily("temperature_sd", world, calendar, or: .nan)
        humidityShape = places.daily("relative_humidity", world, calendar, or: 1)
        correlationFactor = Self.choleskyOfCorrelation(
            places.centres, distance: world.fixed("climate", "correlation_distance"))
        standardDeviation = plan.number("climate", "temperature_sd")
        lag1 = plan.number("climate", "temperature_lag1")
        sunSpread = plan.number("climate", "sun_spread")
        windSpread = plan.number("climate", "wind_spread")
        warmingRatio = plan.column("cities", "warming_ratio")
        urbanWarming = plan.column("cities", "urban_warming")
        wetBulbDepression = plan.column("cities", "wet_bulb_depression")
        let humidity = plan.column("cities", "relative_humidity")
        relativeHumidity = humidity
        hasHumidity = (0..<places.cities).map { plan.isGiven(humidity, $0) }
        noise = plan.state("weather_noise", areas)
        temperature = plan.scratch(365 * areas)
        sun = plan.scratch(365 * areas)
        wind = plan.scratch(365 * areas)
        deviates = plan.scratch(areas)
    }

    private static func choleskyOfCorrelation(_ places: [(x: Double, y: Double)], distance: Double) -> [Double] {
        let n = places.count
        var factor = Array(repeating: 0.0, count: n * n)
        for i in 0..<n {
            for j in 0...i {
                let km = greatCircle(places[i], places[j])
                var sum = exponential(lanes(-km / distance))[0]
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

    /// Draws the days of a year at a global warming since the normals, K.
    func draw(_ y: Year, seed: UInt64, warming: Lanes) {
        let n = places.areas.count
        guard varies else {
            for index in 0..<(365 * n) {
                y[temperature, index] = lanes(normal[index])
                y[sun, index] = lanes(1)
                y[wind, index] = lanes(1)
            }
            return
        }
        var samples = SIMD8<UInt32>()
        for lane in 0..<Lanes.scalarCount { samples[lane] = UInt32(truncatingIfNeeded: y.seats[lane].sample) }
        let phi = y[lag1]
        let kick = squareRoot(1 - phi * phi)
        let century = y.sinceStart / 100
        for day in 0..<365 {
            drawDay(day, y, seed: seed, samples: samples)
            for area in 0..<n {
                var mixed = Lanes.zero
                for other in 0...area { mixed += correlationFactor[area * n + other] * y[deviates, other] }
                y[noise, area] = phi * y[noise, area] + kick * mixed
                let spread = spread[day * n + area]
                let sd = spread.isNaN ? y[standardDeviation] : lanes(spread)
                y[temperature, day * n + area] =
                    normal[day * n + area] + warmingRatio(ofArea: area, y) * warming
                    + urbanWarming(ofArea: area, y) * century + sd * y[noise, area]
            }
        }
    }

    /// Draws a day's sun, wind and the deviates of its temperature.
    private func drawDay(_ day: Int, _ y: Year, seed: UInt64, samples: SIMD8<UInt32>) {
        let step = y.number * 8760 + day * 24
        let one = lanes(1)
        for area in places.areas.indices {
            func uniform(_ purpose: Draw.Purpose) -> Lanes {
                Chance.uniform(seed: seed, samples: samples, purpose: purpose, entity: seedOfArea[area], step: step)
            }
            y[deviates, area] = Chance.normal(
                seed: seed, samples: samples, purpose: .temperature, entity: seedOfArea[area], step: step)
            let at = day * places.areas.count + area
            y[sun, at] = one + y[sunSpread] * (2 * uniform(.sun) - 1)
            y[wind, at] = one + y[windSpread] * (2 * uniform(.wind) - 1)
        }
    }

    /// What the weather of a day does to what is available; nil for what it doesn't touch.
    @inline(__always)
    func factor(_ kind: Kind, day: Int, area: Int, _ y: Year) -> Lanes? {
        switch kind {
        case .none: nil
        case .sun: y[sun, day * places.areas.count + area]
        case .wind: y[wind, day * places.areas.count + area]
        }
    }

    /// Local over global warming of an area: the mean of its cities, 1.2 without any.
    @inline(__always)
    func warmingRatio(ofArea area: Int, _ y: Year) -> Lanes {
        mean(warmingRatio, ofArea: area, y) ?? lanes(1.2)
    }

    /// What cities of an area add to its warming by their own growth, K a century: their mean.
    @inline(__always)
    func urbanWarming(ofArea area: Int, _ y: Year) -> Lanes { mean(urbanWarming, ofArea: area, y) ?? .zero }

    @inline(__always)
    private func mean(_ column: Parameter, ofArea area: Int, _ y: Year) -> Lanes? {
        let members = places.citiesOfArea[area]
        guard !members.isEmpty else { return nil }
        var sum = Lanes.zero
        for city in members { sum += y[column, city] }
        return sum / Double(members.count)
    }

    /// A city's temperature on a day, degC: its area's, with its own ratio of local to global warming and growth of its own.
    @inline(__always)
    func temperature(ofCity city: Int, day: Int, warming: Lanes, _ y: Year) -> Lanes {
        let area = places.areaOfCity[city]
        let century = y.sinceStart / 100
        return y[temperature, day * places.areas.count + area]
            + (y[warmingRatio, city] - warmingRatio(ofArea: area, y)) * warming
            + (y[urbanWarming, city] - urbanWarming(ofArea: area, y)) * century
    }

    /// What wet plants of a city reject heat at on a day of temperature T, degC.
    ///
    /// By its relative humidity where the table gives one, times the profile of that name, which stays as the world warms, so
    /// that hot days are further above their wet bulb; else by a fixed depression.
    @inline(__always)
    func wetBulb(ofCity city: Int, _ T: Lanes, day: Int, _ y: Year) -> Lanes {
        let plain = T - y[wetBulbDepression, city]
        if !hasHumidity[city] { return plain }
        let shape = humidityShape[day * places.areas.count + places.areaOfCity[city]]
        let RH = y[relativeHumidity, city] * shape
        return whereEqual(RH, RH, wetBulbTemperature(T, relativeHumidity: minimum(RH, lanes(100))), plain)
    }
}
