import Lanes
import Testing
import WorldModel

@testable import Stepping

@Suite("Wet-bulb temperature") struct WetBulbTests {
    private func wetBulb(_ T: Double, _ RH: Double) -> Double {
        wetBulbTemperature(lanes(T), relativeHumidity: lanes(RH))[0]
    }

    @Test("saturated air is as warm as its wet bulb, drier air warmer, and the drier the more") func humidity() {
        for T in stride(from: -20.0, through: 45, by: 5) {
            #expect(abs(wetBulb(T, 100) - T) < 1e-9)
            var last = T
            for RH in stride(from: 90.0, through: 0, by: -10) {
                let found = wetBulb(T, RH)
                #expect(found < last, "\(T) degC, \(RH) %")
                last = found
            }
        }
    }

    /// The psychrometer's equation holds at what Newton's steps end with: within 1e-3 K of the solution.
    @Test("it solves the psychrometer's equation") func equation() {
        for T in stride(from: -20.0, through: 45, by: 5) {
            for RH in stride(from: 5.0, through: 95, by: 10) {
                func excess(_ Tw: Double) -> Double {
                    let A = MoistAir.psychrometer * (1 + MoistAir.psychrometerSlope * Tw) * MoistAir.pressure
                    return saturationPressure(lanes(Tw))[0] - A * (T - Tw) - 0.01 * RH * saturationPressure(lanes(T))[0]
                }
                let Tw = wetBulb(T, RH)
                #expect(excess(Tw - 1e-3) < 0 && excess(Tw + 1e-3) > 0, "\(T) degC, \(RH) %")
            }
        }
    }

    /// That of Stull 2011 (Journal of Applied Meteorology and Climatology 50, 2267, equation 1) is off by -1 to 0.65 K.
    @Test(
        "it is near a published fit",
        arguments: [(20.0, 50.0, 13.70), (30, 50, 22.30), (10, 60, 6.02), (35, 40, 24.51), (25, 90, 23.69)])
    func published(T: Double, RH: Double, expected: Double) { #expect(abs(wetBulb(T, RH) - expected) < 0.65) }

    /// With a humidity that stays, a hot day is further above its wet bulb, as a fixed depression can't say.
    @Test("a city with a humidity cools by it, one without by its depression") func cities() throws {
        let humid = Bundle(
            try island([
                "cities.csv": { text in
                    let lines = text.split(separator: "\n")
                    return
                        ([lines[0] + ",relative_humidity [%]"]
                        + lines.dropFirst().enumerated().map { index, line in line + (index == 0 ? ",60" : ",") })
                        .joined(separator: "\n") + "\n"
                }
            ]))
        let weather = humid.compiled.weather
        let y = humid.prepared(2026)
        let given = try #require(weather.hasHumidity.firstIndex(of: true))
        let other = try #require(weather.hasHumidity.firstIndex(of: false))
        func depression(_ city: Int, _ T: Double) -> Double {
            T - weather.wetBulb(ofCity: city, lanes(T), day: 100, y)[0]
        }
        #expect(depression(given, 35) > depression(given, 15) + 1)
        #expect(abs(depression(given, 20) - (20 - wetBulb(20, 60))) < 1e-12)
        let fixed = y[weather.wetBulbDepression, other][0]
        #expect(abs(depression(other, 35) - fixed) < 1e-12 && abs(depression(other, 15) - fixed) < 1e-12)
    }

    /// Half of January's humidity in January, twice as much in July, which is more than air can hold; the middle of a month has its own.
    @Test("the profile of humidity says what it is over the months") func months() throws {
        let shape = (1...12).map { "relative_humidity,,\($0),,,\($0 == 1 ? 0.5 : $0 == 7 ? 2 : 1)\n" }.joined()
        let humid = Bundle(
            try island([
                "cities.csv": { text in
                    let lines = text.split(separator: "\n")
                    return ([lines[0] + ",relative_humidity [%]"] + lines.dropFirst().map { $0 + ",60" })
                        .joined(separator: "\n") + "\n"
                },
                "profiles.csv": { $0 + shape },
            ]))
        let weather = humid.compiled.weather
        let y = humid.prepared(2026)
        for (day, RH) in [(15, 30.0), (105, 60), (196, 100)] {
            let found = weather.wetBulb(ofCity: 0, lanes(20), day: day, y)[0]
            // Days lie at half past noon, months at their middles: within half a day of each other.
            #expect(abs(found - wetBulb(20, RH)) < 0.2, "day \(day): \(found), not \(wetBulb(20, RH))")
        }
    }
}
