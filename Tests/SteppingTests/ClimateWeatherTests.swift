import Lanes
import Testing
import WorldModel

@testable import Stepping

/// What a city feels of the climate, on the island.
@Suite("Weather of cities") struct ClimateWeatherTests {
    /// The island with three areas, so that there is something to correlate, and its normals.
    private func bundle(_ edits: [String: (String) -> String] = [:]) throws -> Bundle { Bundle(try island(edits)) }

    /// Temperatures less their expected values: [area][lane][day].
    private func anomalies(_ bundle: Bundle, year: Int) -> [[[Double]]] {
        let (y, weather) = (bundle.weather(of: year), bundle.compiled.weather)
        let warming = bundle.compiled.climate.warming(y)
        let n = weather.places.areas.count
        return (0..<n).map { area in
            let shift = weather.warmingRatio(ofArea: area, y) * warming
            return (0..<8).map { lane in
                (0..<365).map { day in
                    y[weather.temperature, day * n + area][lane] - weather.normal[day * n + area] - shift[lane]
                }
            }
        }
    }

    private func moments(_ series: [[Double]]) -> (mean: Double, sd: Double, lag: Double) {
        let all = series.flatMap { $0 }
        let mean = all.reduce(0, +) / Double(all.count)
        let variance = all.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(all.count)
        var product = 0.0
        var pairs = 0.0
        for row in series {
            for day in 1..<row.count {
                product += (row[day] - mean) * (row[day - 1] - mean)
                pairs += 1
            }
        }
        return (mean, variance.squareRoot(), product / pairs / variance)
    }

    /// Forty years of eight samples.
    ///
    /// Of these 117,000 days some 20,000 are independent at a lag-1 correlation of 0.7. Four standard
    /// errors are 0.05 K of the mean, 3 % of the spread and 0.01 of the correlation.
    @Test("days spread by the standard deviation and follow each other by the lag-1 correlation") func distribution()
        throws
    {
        let bundle = try bundle()
        var series: [[Double]] = []
        for year in 2026..<2066 { series += anomalies(bundle, year: year)[0] }
        let (mean, sd, lag) = moments(series)
        #expect(abs(mean) < 0.06, "\(mean)")
        #expect(abs(sd - 1.5) < 0.045, "\(sd)")
        #expect(abs(lag - 0.7) < 0.012, "\(lag)")
    }

    @Test("areas correlate by exp(-distance / D)") func correlation() throws {
        let bundle = try bundle()
        let (factor, areas) = (bundle.compiled.weather.correlationFactor, bundle.compiled.places.areas)
        let n = areas.count
        try #require(n > 1)
        var sums = Array(repeating: 0.0, count: n * n)
        for year in 2026..<2066 {
            let x = anomalies(bundle, year: year)
            for a in 0..<n {
                for b in 0..<n {
                    for lane in 0..<8 { for day in 0..<365 { sums[a * n + b] += x[a][lane][day] * x[b][lane][day] } }
                }
            }
        }
        for a in 0..<n {
            for b in 0..<a {
                // The factor's row a times row b is the correlation that was asked for.
                var asked = 0.0
                for k in 0..<n { asked += factor[a * n + k] * factor[b * n + k] }
                let found = sums[a * n + b] / (sums[a * n + a] * sums[b * n + b]).squareRoot()
                #expect(abs(found - asked) < 0.03, "\(areas[a]), \(areas[b]): \(found), not \(asked)")
            }
        }
    }

    @Test("a profile `temperature_sd` gives every month a spread of its own") func monthlySpread() throws {
        let bundle = try bundle([
            "profiles.csv": { text in
                let months = (1...12).map { "temperature_sd,,\($0),,,\($0 <= 6 ? 1 : 2)" }
                return text + (text.hasSuffix("\n") ? "" : "\n") + months.joined(separator: "\n") + "\n"
            }
        ])
        var spring: [[Double]] = []
        var autumn: [[Double]] = []
        for year in 2026..<2046 {
            for row in anomalies(bundle, year: year)[0] {
                spring.append(Array(row[60..<130]))
                autumn.append(Array(row[230..<300]))
            }
        }
        #expect(abs(moments(spring).sd - 1) < 0.05)
        #expect(abs(moments(autumn).sd - 2) < 0.1)
    }

    @Test("a city's own growth warms it beside the world, and only it") func urban() throws {
        let plain = try bundle()
        let grown = try bundle([
            "cities.csv": { text in
                let lines = text.split(separator: "\n")
                return
                    ([lines[0] + ",urban_warming [K]"]
                    + lines.dropFirst().enumerated().map { index, line in
                        line + (index == 0 ? ",2" : ",0")
                    }).joined(separator: "\n") + "\n"
            }
        ])
        let (y, z) = (plain.weather(of: 2076), grown.weather(of: 2076))
        let cities = plain.kernel.world.table("cities").ids
        for (city, id) in cities.enumerated() {
            let without = plain.compiled.weather.temperature(ofCity: city, day: 200, warming: .zero, y)
            let with = grown.compiled.weather.temperature(ofCity: city, day: 200, warming: .zero, z)
            // Half a century at 2 K a century.
            let row = grown.kernel.world.table("cities").slots("urban_warming").lowerBound
            let share = z[grown.compiled.weather.urbanWarming, city][0]
            #expect(abs((with - without)[0] - 0.5 * share) < 1e-9, "\(id), slot \(row)")
        }
    }

    /// The longest spell above a threshold that is passed on a tenth of normal days grows with the world's warming.
    @Test("heat waves lengthen as the world warms") func heatWaves() throws {
        let bundle = try bundle()
        func longest(warming: Double) -> Double {
            let (climate, weather) = (bundle.compiled.climate.state, bundle.compiled.weather)
            let start = bundle.year()
            start[climate.temperature] = start[climate.normalTemperature] + warming
            var total = 0.0
            for year in 2026..<2036 {
                let y = bundle.weather(of: year)
                let n = weather.places.areas.count
                for lane in 0..<8 {
                    var run = 0
                    var best = 0
                    for day in 151..<243 {
                        let excess = y[weather.temperature, day * n][lane] - weather.normal[day * n]
                        run = excess > 1.28 * 1.5 ? run + 1 : 0
                        best = max(best, run)
                    }
                    total += Double(best)
                }
            }
            return total / 80
        }
        let lengths = [0.0, 1, 2, 3].map(longest)
        for (shorter, longer) in zip(lengths, lengths.dropFirst()) { #expect(longer > shorter * 1.2, "\(lengths)") }
    }

    /// Members live in histories of their own from the first emission on; a fraction falls to the member below.
    @Test("a member of a calibrated ensemble gives the climate its numbers") func members() throws {
        let heads =
            (0..<3).map { "ocean_heat_capacity[\($0)]" } + (0..<3).map { "ocean_heat_transfer[\($0)]" } + [
                "deep_ocean_efficacy", "gamma_autocorrelation", "iirf_0[CO2]", "iirf_uptake[CO2]",
                "iirf_temperature[CO2]", "iirf_airborne[CO2]", "forcing_scale[CO2]", "baseline_concentration[CO2]",
            ]
        let cool = "a,4,12,80,2.0,2,0.9,1.2,2,30,0.003,2,0.001,1,278"
        let warm = "b,4,12,80,0.8,2,0.9,1.2,2,30,0.003,2,0.001,1,278"
        func warming(_ member: String) throws -> Double {
            let study = try island(
                [
                    "world.yaml": {
                        $0.replacing("climate:\n", with: "climate:\n  members: members.csv\n  member: \(member)\n")
                            .replacing("  ecs: 3 K\n", with: "")
                    },
                    "studies/first.yaml": {
                        $0.replacing("  climate.ecs: {uniform: [2.0, 5.0], unit: K}\n", with: "")
                    },
                ],
                adding: [
                    "members.csv": ([("name," + heads.joined(separator: ","))] + [cool, warm]).joined(separator: "\n")
                ])
            let bundle = Bundle(study)
            return bundle.compiled.climate.temperature(bundle.year())[0]
        }
        let first = try warming("0")
        let second = try warming("1")
        #expect(second > first * 1.3)
        #expect(try warming("1.9") == second)
    }

    @Test("the world's own emissions drive the climate where they are added") func ownEmissions() throws {
        func warming(_ key: String) throws -> Double {
            var bundle = try bundle(["world.yaml": { $0.replacing("climate:\n", with: "climate:\n\(key)") }])
            for year in 2026...2030 { _ = bundle.step(year) }
            return bundle.year()[bundle.compiled.climate.state.cumulativeEmissions][0]
        }
        let without = try warming("")
        let with = try warming("  own_emissions: added\n")
        let less = try warming("  own_emissions: added\n  own_in_table: 0.001\n")
        #expect(with > without)
        #expect(abs(with - less - 5 * 0.001) < 1e-9)
    }
}
