import Lanes
import Testing
import WorldModel

@testable import Stepping

/// A climate that is drawn has lived with its numbers before the start.
@Suite("The past of a drawn climate") struct ClimatePastTests {
    private static let drawnECS = "  climate.ecs: {uniform: [2.0, 5.0], unit: K}\n"

    /// The island, from another year and with another uncertainty in place of the climate sensitivity.
    private func bundle(start: Int = 2026, drawing uncertainty: String, world: String = "") throws -> Bundle {
        Bundle(
            try island([
                "world.yaml": {
                    $0.replacing("start: 2026", with: "start: \(start)").replacing(
                        "climate:\n", with: "climate:\n\(world)")
                },
                "studies/first.yaml": {
                    $0.replacing("years: 2026", with: "years: \(start)")
                        .replacing(Self.drawnECS, with: uncertainty)
                },
            ]))
    }

    /// The columns of the climate, lane by lane, and the warming at the start of each year.
    private func climate(_ bundle: Bundle) -> [Lanes] {
        let (y, state) = (bundle.year(), bundle.compiled.climate.state)
        return [
            state.carbonPools, state.cumulativeEmissions, state.filteredForcing, state.temperature,
            state.normalTemperature,
        ].flatMap { column in (0..<column.count).map { y[column, $0] } }
    }

    /// Steps the climate of a bundle, and nothing else; the warming at the end of each year.
    private func warming(_ bundle: Bundle, through years: ClosedRange<Int>) -> [Lanes] {
        years.map { year in
            let y = bundle.prepared(year)
            _ = bundle.compiled.climate.step(y, ownEmissions: .zero, pulse: 0)
            return bundle.compiled.climate.temperature(y)
        }
    }

    @Test(
        "a world that starts later has the state of one that started earlier and was stepped, bit for bit",
        arguments: [
            "  climate.ecs: {uniform: [2.0, 5.0], unit: K}\n", "  climate.ecs: {discrete: [2.2, 4.9], unit: K}\n",
            "  climate.other_forcing_ratio: {uniform: [0.1, 0.4]}\n",
            "  climate.iirf_0: {uniform: [28, 38], unit: yr}\n",
            "  climate.co2_preindustrial: {uniform: [276, 284], unit: ppm}\n",
            "  climate.ocean_heat_capacity_1: {uniform: [3, 8], unit: W yr/m2/K}\n", "",
        ]) func continuity(uncertainty: String) throws
    {
        let early = try bundle(start: 2020, drawing: uncertainty)
        _ = warming(early, through: 2020...2025)
        let late = try bundle(drawing: uncertainty)
        // The normals are those of the years before the start; all else is carried.
        #expect(climate(early).dropLast() == climate(late).dropLast())
    }

    /// The island's emissions grow by half a gigatonne a year until 2026, then stay.
    @Test("no sensitivity makes the world jump or cool at the start", arguments: [2.0, 2.2, 3.0, 4.9, 5.0])
    func noJump(ecs: Double) throws {
        let early = try bundle(start: 2015, drawing: "  climate.ecs: {uniform: [\(ecs), \(ecs + 1e-9)], unit: K}\n")
        let before = warming(early, through: 2015...2025).map { $0[0] }
        let late = try bundle(drawing: "  climate.ecs: {uniform: [\(ecs), \(ecs + 1e-9)], unit: K}\n")
        let start = late.compiled.climate.temperature(late.year())[0]
        let path = before.dropLast() + [start] + warming(late, through: 2026...2030).map { $0[0] }
        let rises = zip(path, path.dropFirst()).map { $1 - $0 }
        #expect(rises.allSatisfy { $0 > 0.01 && $0 < 0.06 }, "\(rises)")
        #expect(zip(rises, rises.dropFirst()).allSatisfy { abs($1 - $0) < 0.002 }, "\(rises)")
    }

    @Test("a lane has the start of the world whose own number is what it drew") func asTheWorldsOwn() throws {
        let drawn = try bundle(drawing: Self.drawnECS)
        for lane in [0, 3, 7] {
            let value = drawn.kernel.study.effects.draw(sample: drawn.samples[lane])[0]
            let given = try island([
                "world.yaml": { $0.replacing("ecs: 3 K", with: "ecs: \(value) K") },
                "studies/first.yaml": { $0.replacing(Self.drawnECS, with: "") },
            ])
            let state = climate(Bundle(given))
            #expect(climate(drawn).map { $0[lane] } == state.map { $0[0] })
        }
    }

    @Test("shocks and levers have not acted before the start") func choicesActLater() throws {
        func start(_ lever: String, _ shock: String) throws -> [Lanes] {
            let study = try island([
                "studies/first.yaml": {
                    $0.replacing("storage_units[anse-battery].p_nom: {times: 3}", with: lever)
                        .replacing("date: 2030-08-15, probability: 0.5", with: "date: 2026-01-01, probability: 1")
                        .replacing("\"links[crest-anse].p_nom\": {times: 0.2}", with: shock)
                }
            ])
            return climate(Bundle(study, choices: Array(repeating: [0, 1], count: 8)))
        }
        let plain = try start("climate.gamma_autocorrelation: 1.9", "climate.iirf_temperature: {plus: 0.1}")
        let other = try start("climate.gamma_autocorrelation: 3", "climate.iirf_temperature: {plus: 2}")
        #expect(plain == other)
    }

    @Test("what DICE starts with is drawn too") func dice() throws {
        let study = try SteppingTests.dice(
            "base",
            [("outcomes:", "uncertainties:\n  climate.warming_start: {uniform: [0.6, 1.1], unit: K}\noutcomes:")])
        let bundle = Bundle(try study.with(samples: 8, years: nil, seed: nil))
        for lane in 0..<8 {
            #expect(
                bundle.compiled.climate.temperature(bundle.year())[lane]
                    == study.effects.draw(sample: lane)[0])
        }
    }
}

/// Members of a calibrated ensemble, of which each has the forcing of all but CO2 of its own.
@Suite("Calibrated members") struct CalibratedMemberTests {
    @Test("the forcing of all else is linear between the years of the table") func otherForcing() throws {
        let study = try shipped("earth-climate/studies/warming.yaml")
        let member = study.world.climateMembers[0]
        func ratio(_ year: Int) -> Double { member.otherForcingRatio(in: year) }
        #expect(ratio(1750) == ratio(1980) && ratio(2100) == ratio(2050))
        #expect(abs(ratio(1995) - (ratio(1980) + ratio(2010)) / 2) < 1e-12)
        #expect(abs(ratio(2020) - (3 * ratio(2010) + ratio(2050)) / 4) < 1e-12)
        let bundle = Bundle(study)
        let y = bundle.prepared(2020)
        let climate = try #require(bundle.compiled.climate.world)
        for lane in 0..<8 {
            let own = study.world.climateMembers[Int(study.effects.draw(sample: lane)[0])]
            #expect(
                y[climate.otherForcing][lane] == own.otherForcingRatio(in: 2020))
        }
    }

    /// Warming of 2025 above 1750, of which FaIR without noise has 1.01 K (5 to 95 %: 0.84 to 1.16) in 2003-2022 above 1850-1900.
    @Test("every member of the shipped ensemble has the warming of today, and none jumps at the start")
    func shippedMembers()
        throws
    {
        let study = try shipped("earth-climate/studies/warming.yaml")
        let kernel = WorldKernel(study: study)
        let w = kernel.makeWorkspace()
        let seats = (0..<8).map { Seat(sample: $0, choices: study.decisions.map { _ in 0 }) }
        let climate = try #require(kernel.compiled.climate.world)
        var today: [Double] = []
        for first in stride(from: 0, to: study.world.climateMembers.count, by: 8) {
            let state = kernel.makeState()
            func year(_ number: Int) -> Year {
                let y = kernel.year(number, seats: seats, state, w)
                kernel.setNumbers(y)
                for lane in 0..<8 { y[climate.member][lane] = Double(min(first + lane, 840)) }
                climate.applyMembers(y)
                return y
            }
            climate.spinUp(year(2025))
            var path = [year(2025)[climate.state.temperature]]
            for number in 2025...2030 {
                let y = year(number)
                climate.step(y, ownEmissions: .zero, pulse: 0)
                path.append(y[climate.state.temperature])
            }
            for lane in 0..<8 where first + lane < study.world.climateMembers.count {
                let rises = zip(path, path.dropFirst()).map { $1[lane] - $0[lane] }
                #expect(rises.allSatisfy { $0 > 0.005 && $0 < 0.06 }, "member \(first + lane): \(rises)")
                #expect(
                    zip(rises, rises.dropFirst()).allSatisfy { abs($1 - $0) < 0.003 },
                    "member \(first + lane): \(rises)")
                today.append(path[0][lane])
            }
        }
        today.sort()
        #expect(
            abs(today[420] - 1.37) < 0.02 && today[42] > 1.1 && today[798] < 1.7,
            "\(today[42]), \(today[420]), \(today[798])")
    }
}
