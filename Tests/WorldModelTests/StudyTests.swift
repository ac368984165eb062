import Foundation
import Testing

@testable import WorldModel

@Suite struct StudyTests {
    // Decision 0 is `site` in 2027, decision 1 `wires` in 2028: by year, not by place in the file.
    private let planned = [1, 0]
    private let doubled = [1, 1]

    @Test func decisionsStandByYear() throws {
        let study = try Mini.first()
        #expect(study.decisions.map(\.year) == [2027, 2028] && study.decisions.map(\.lever) == [0, 1])
        #expect(study.decisions[1].conditions == [0: [1]] && study.decisions[0].conditions.isEmpty)
        #expect(study.levers.map(\.options) == [["up", "down"], ["planned", "doubled"]])
    }

    @Test func effectsComeInOrder() throws {
        let study = try Mini.first()
        let draw = study.effects.draw(sample: 3)
        func value(_ path: String, _ year: Int, _ choices: [Int]) throws -> Double {
            try study.value(path, year: year, sample: 3, choices: choices)
        }
        // Trajectory 1, 1.5, 2 over 2026, 2027, 2028; then the draw; then the lever replaces what it finds.
        #expect(try value("carriers[gas].fuel_cost", 2026, [-1, -1]) == 30 * draw[1])
        #expect(try value("carriers[gas].fuel_cost", 2027, [1, -1]) == 30 * 1.5 * draw[1])
        #expect(try value("carriers[gas].fuel_cost", 2030, planned) == 30 * 2 * draw[1])
        #expect(try value("carriers[gas].fuel_cost", 2028, doubled) == 20)
        #expect(abs(try value("loads[north load].p_set", 2028, planned) - (100 * 1.2 + draw[2])) < 1e-12)
        #expect(abs(try value("loads[south load].p_set", 2029, planned) - (300 * 1.3 + draw[2])) < 1e-12)
        #expect(try value("climate.ecs", 2026, [-1, -1]) == draw[0])
        #expect(try value("compute.lead_time", 2030, planned) == draw[3])
        // `from` delays, `over: 2` brings half a year earlier than the whole, no lever acts before its decision.
        #expect(
            try [2027, 2028, 2029, 2030].map { try value("links[line].p_nom", $0, doubled) } == [80, 80, 160, 160])
        #expect(
            try [2027, 2028, 2029, 2030].map { try value("generators[south gas].p_nom", $0, doubled) }
                == [300, 350, 400, 400])
        #expect(try value("data_centres[barn].order_share", 2026, doubled) == 0.75)
        #expect(try value("data_centres[barn].order_share", 2027, [1, -1]) == 1)
        #expect(try value("data_centres[barn].order_share", 2027, [0, -1]) == 0)
    }

    @Test func slotsAreThoseThatSomethingButAShockChanges() throws {
        let study = try Mini.first()
        let paths = [
            "climate.ecs", "compute.lead_time", "carriers[gas].fuel_cost", "loads[north load].p_set",
            "loads[south load].p_set", "generators[south gas].p_nom", "links[line].p_nom",
            "data_centres[hall].order_share", "data_centres[barn].order_share",
        ]
        #expect(study.effects.slots == study.effects.slots.sorted())
        #expect(Set(study.effects.slots.map(study.world.path(of:))) == Set(paths))
    }

    @Test(arguments: [
        "{}", "{\"links[line].p_nom\": {times: 1}}", "{\"links[line].p_nom\": {plus: 0 MW, over: 3}}",
        "{\"links[line].p_nom\": 80, \"carriers[gas].fuel_cost\": {times: 1, over: 4}}",
    ])
    func aLeverOfSizeZeroChangesNoBit(_ option: String) throws {
        let files = Mini.files(Mini.study, [("planned: {}", "planned: \(option)")])
        let (study, plain) = (try Study.load(files: files, study: Mini.study), try Mini.first())
        for year in 2026...2030 {
            for sample in 0..<8 {
                for path in plain.effects.slots.map(plain.world.path(of:)) {
                    let a = try study.value(path, year: year, sample: sample, choices: planned)
                    #expect(
                        a.bitPattern == (try plain.value(path, year: year, sample: sample, choices: planned)).bitPattern
                    )
                }
            }
        }
    }

    @Test func valuesAreKeptInTheirRange() throws {
        let change = ("{uniform: [2, 5], unit: K}", "{normal: [3, 20]}")
        let study = try Study.load(files: Mini.files(Mini.study, [change]), study: Mini.study)
        let values = try (0..<64).map { try study.value("climate.ecs", year: 2026, sample: $0, choices: [-1, -1]) }
        #expect(values.min() == 0.5 && values.max() == 10)
    }

    @Test func uncertaintiesHaveNamesAndUnits() throws {
        let study = try Mini.first()
        #expect(
            study.uncertainties.map(\.name)
                == ["climate_ecs", "carriers_gas_fuel_cost", "loads_p_set", "compute_lead_time"])
        #expect(study.uncertainties.map(\.unit) == ["K", "1", "MW", "yr"])
    }

    @Test func samplesNest() throws {
        let study = try Mini.first()
        let more = try study.with(samples: 64, years: nil, seed: nil)
        #expect(more.samples == 64 && more.digest == study.digest)
        for sample in 0..<8 {
            #expect(study.effects.draw(sample: sample) == more.effects.draw(sample: sample))
            #expect(study.effects.strikes(shock: 0, sample: sample) == more.effects.strikes(shock: 0, sample: sample))
        }
        let other = try study.with(samples: nil, years: nil, seed: 8)
        #expect(other.effects.draw(sample: 0) != study.effects.draw(sample: 0) && other.digest != study.digest)
    }

    @Test func ranksCorrelateAsAskedAndMarginalsStay() throws {
        let study = try Mini.first()
        let draws = (0..<1024).map { study.effects.draw(sample: $0) }
        func ranks(_ column: Int) -> [Double] {
            var ranks = [Double](repeating: 0, count: draws.count)
            for (rank, row) in draws.indices.sorted(by: { draws[$0][column] < draws[$1][column] }).enumerated() {
                ranks[row] = Double(rank) / Double(draws.count) - 0.5
            }
            return ranks
        }
        func correlation(_ a: Int, _ b: Int) -> Double {
            zip(ranks(a), ranks(b)).map { $0 * $1 }.reduce(0, +) * 12 / 1024
        }
        // Three standard errors of 1024 independent pairs are 0.06 at 0.6 and 0.09 at 0; the sequence does better.
        #expect(abs(correlation(0, 1) - 0.6) < 0.06 && abs(correlation(0, 2)) < 0.09)
        let ecs = draws.map { $0[0] }.sorted()
        #expect(abs(ecs[511] - 3.5) < 0.01 && ecs[0] > 2 && ecs[1023] < 5)
        let lead = draws.map { $0[3] }
        #expect(lead.filter { $0 == 2 }.count == 256 && lead.filter { $0 == 3 }.count == 512)
    }

    @Test func shocksStrikeAsOftenAsTheyShould() throws {
        let study = try Mini.first()
        let shock = study.effects.shocks[0]
        #expect(shock.year == 2029 && shock.day == 59 && abs(shock.recovery - 0.2) < 1e-15)
        #expect(shock.effects.map(\.slot) == (try study.world.resolve(path: "links[line].p_nom")))
        let count = (0..<10_000).filter { study.effects.strikes(shock: 0, sample: $0) }.count
        // Three standard deviations of a binomial with n = 10000, p = 0.3.
        #expect(abs(Double(count) - 3000) < 3 * (10_000 * 0.3 * 0.7).squareRoot())
    }

    @Test func fewerYearsDropWhatComesLater() throws {
        let study = try Mini.first()
        let short = try study.with(samples: nil, years: 2026...2027, seed: nil)
        #expect(short.decisions.map(\.year) == [2027] && short.effects.shocks.isEmpty && short.digest != study.digest)
        #expect(try short.value("climate.ecs", year: 2026, choices: [-1]) == study.effects.draw(sample: 0)[0])
        #expect(throws: Findings.self) { try study.with(samples: nil, years: 2027...2030, seed: nil) }
        #expect(throws: Findings.self) { try study.with(samples: nil, years: 2026...2031, seed: nil) }
    }

    @Test func aStudyWithoutAFileHasOnePolicy() throws {
        let study = Study(world: try Mini.world(), years: 2026...2028, samples: 3, seed: 4)
        #expect(study.decisions.isEmpty && study.outcomes.isEmpty && study.uncertainties.isEmpty)
        #expect(abs(try study.value("loads[north load].p_set", year: 2028, choices: []) - 120) < 1e-12)
        let other = try study.with(samples: 5, years: nil, seed: nil)
        #expect(other.samples == 5 && other.digest == study.digest)
    }

    @Test func digestIgnoresSamplesCommentsAndOrder() throws {
        let whole = try Mini.first().digest
        func digest(_ path: String, _ old: String, _ new: String) throws -> String {
            try Study.load(files: Mini.files(path, [(old, new)]).reversed(), study: Mini.study).digest
        }
        #expect(whole == (try digest(Mini.study, "samples: 8", "samples: 9 # more")))
        #expect(whole != (try digest(Mini.study, "seed: 7", "seed: 9")))
        #expect(whole != (try digest(Mini.study, "rho: 0.6", "rho: 0.5")))
        #expect(whole != (try digest("studies/shares.csv", "hall,1,0", "hall,1.0,0")))
        #expect(whole != (try digest("links.csv", "80", "81")))
    }

    @Test func aStudyIsTheSameWhereverItLies() throws {
        let study = try Mini.first()
        let path = Mini.fixtures.appendingPathComponent("mini/" + Mini.study).path
        let inside = try Study.load(path: path)
        #expect(inside.digest == study.digest && inside.sourcePath == Mini.study)
        #expect(inside.sources.map(\.path).contains("studies/shares.csv"))
        let copy = try Study.load(files: inside.sources, study: inside.sourcePath)
        #expect(copy.digest == study.digest && copy.sources == inside.sources)

        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("worldlines-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        for file in inside.sources where file.path.hasPrefix("studies/") {
            try Data(file.bytes).write(to: folder.appendingPathComponent(String(file.path.dropFirst(8))))
        }
        try FileManager.default.createSymbolicLink(
            at: folder.appendingPathComponent("world"), withDestinationURL: Mini.fixtures.appendingPathComponent("mini")
        )
        let text = try String(contentsOf: folder.appendingPathComponent("first.yaml"), encoding: .utf8)
        try text.replacingOccurrences(of: "world: ..", with: "world: world")
            .write(to: folder.appendingPathComponent("first.yaml"), atomically: true, encoding: .utf8)
        let outside = try Study.load(path: folder.appendingPathComponent("first.yaml").path)
        #expect(outside.sourcePath == "studies/first.yaml" && outside.digest == study.digest)
        let missing = folder.appendingPathComponent("none.yaml").path
        #expect(throws: Findings.self) { try Study.load(path: missing) }
    }
}

@Suite struct OutcomeTests {
    private func outcome(_ text: String) throws -> (Outcome, World) {
        let old = "unserved: {of: unserved_energy, over_time: sum, at_most: 1 GWh}"
        let study = try Study.load(files: Mini.files(Mini.study, [(old, "unserved: {\(text)}")]), study: Mini.study)
        return (study.outcomes[1], study.world)
    }

    @Test(arguments: [
        ("of: load, over_time: sum", 60), ("of: load, over_time: mean", 20), ("of: load, over_time: max", 30),
        ("of: load, over_time: min", 10), ("of: load, over_time: last", 30), ("of: load, over_time: first", 10),
        ("of: load, over_time: discounted_sum", 36.666666666666667), ("of: load", 60), ("of: peak_load", 30),
        ("of: global_temperature", 20), ("of: optimality_gap", 30),
    ])
    func overTime(_ text: String, _ expected: Double) throws {
        let (outcome, world) = try outcome(text + ", minimize: true")
        let value = outcome.evaluate([10, 20, 30], world: world, years: 2026...2028, discountRate: 50)
        #expect(abs(value - expected) < 1e-12)
    }

    @Test(arguments: [
        ("over_time: sum", 100.0), ("over_time: last", 70), ("over_cities: mean, over_time: sum", 50),
        ("over_cities: max, over_time: sum", 60), ("over_cities: min, over_time: sum", 40),
        ("over_cities: share_of, cities: [Upton], over_time: first", 0.333333333333333),
        ("over_cities: share_outside, cities: [Upton], over_time: mean", 0.619047619047619),
        ("cities: [Downton], over_time: sum", 60),
    ])
    func overCities(_ text: String, _ expected: Double) throws {
        let (outcome, world) = try outcome("of: compute_served, \(text), maximize: true")
        let value = outcome.evaluate([10, 20, 30, 40], world: world, years: 2026...2027, discountRate: 3)
        #expect(abs(value - expected) < 1e-12 && !outcome.minimize)
        #expect(outcome.unit == (text.contains("share") ? "1" : "MWh"))
    }

    @Test func pricesAverageByDefaultAndAShareOfNothingIsNothing() throws {
        let (price, world) = try outcome("of: electricity_price, minimize: true")
        #expect(price.evaluate([10, 20, 30, 40], world: world, years: 2026...2027, discountRate: 3) == 25)
        #expect(price.unit == "USD_2025/MWh")
        let (share, _) = try outcome("of: generation, over_carriers: share_of, carriers: [sun], maximize: true")
        #expect(share.evaluate([0, 0], world: world, years: 2026...2026, discountRate: 3) == 0)
    }

    @Test func limitsAreInTheUnitOfTheOutcome() throws {
        let (most, _) = try outcome("of: unserved_energy, at_most: 1 GWh")
        #expect(most.limits == -.infinity...1000 && most.minimize)
        let (both, _) = try outcome("of: system_cost, at_least: 1 kUSD, at_most: 2 MUSD, minimize: true")
        #expect(both.limits == 1000...2e6)
        let (share, _) = try outcome("of: pue, at_least: 110 %")
        #expect(abs(share.limits.lowerBound - 1.1) < 1e-15 && !share.minimize)
    }
}
