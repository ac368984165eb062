import Foundation
import Testing

@testable import Optimizer

@Suite("What chance does")
struct ChanceTests {
    /// Six policies in some samples; inputs and outcome have nothing to do with each other.
    private struct Noise {
        let experiments: Experiments
        let groups: CaseGroups
        let outcome: [Double]

        init(seed: UInt64, samples: Int, policies: Int, drawn: Int = 4) throws {
            var random = Pseudorandom(seed)
            func numbers(_ count: Int) -> [Double] { (0..<count).map { _ in random.next() } }
            let (ofSample, ofPolicy) = (numbers(samples), numbers(policies))
            let draws = (0..<drawn).map { _ in numbers(samples) }
            let struck = numbers(samples).map { $0 < 0.3 }
            let chosen = numbers(policies)
            let places = (0..<samples).flatMap { sample in (0..<policies).map { (sample, $0) } }
            var inputs = draws.enumerated().map { index, values in
                Experiments.Input(name: "drawn \(index)", numbers: places.map { values[$0.0] })
            }
            inputs.append(.init(name: "shock", texts: places.map { struck[$0.0] ? "struck" : "didn't strike" }))
            if policies > 1 { inputs.append(.init(name: "range", numbers: places.map { chosen[$0.1] })) }
            if policies == 6 { inputs.append(.init(name: "lever", texts: places.map { "option \($0.1 % 3)" })) }
            experiments = try Experiments(inputs)
            groups = CaseGroups(samples: places.map(\.0), policies: places.map(\.1))
            // What a sample does to all policies, a policy in all samples where there are many, and the rest.
            outcome = places.map { sample, policy in
                3 * ofSample[sample] + (policies > 9 ? 2 * ofPolicy[policy] : 0) + random.next()
            }
        }
    }

    @Test(
        "No input of noise gets a share in 95 of 100 seeds",
        arguments: [(32, 1), (32, 6), (10, 1), (8, 6), (2, 59), (16, 24)])
    func familyWise(samples: Int, policies: Int) throws {
        var quiet = 0
        for seed in 0..<100 {
            let noise = try Noise(seed: UInt64(seed + 1), samples: samples, policies: policies)
            let scores = Scores.of(
                noise.experiments, outcome: noise.outcome, groups: noise.groups, seed: UInt64(seed))
            if scores.allSatisfy({ $0.share == nil }) { quiet += 1 }
        }
        #expect(quiet >= 95, "\(quiet) of 100")
    }

    @Test("The share of an input that says nothing is 0 on average, that of one of two equal terms about a half")
    func unbiased() throws {
        for samples in [12, 24, 64] {
            var sums = (nothing: 0.0, half: 0.0)
            let seeds = 300
            for seed in 0..<seeds {
                var random = Pseudorandom(UInt64(1000 + seed))
                let names = (0..<samples).map { _ in random.next() < 0.5 ? "a" : "b" }
                let others = (0..<samples).map { _ in random.next() < 0.5 ? "a" : "b" }
                let outcome = names.map { ($0 == "a" ? 0.0 : 1) + (random.next() < 0.5 ? 0 : 1) }
                let shares = try [names, others].map { texts in
                    let groups = CaseGroups(count: samples)
                    let input = try Experiments([.init(name: "x", texts: texts)]).inputs[0]
                    return VarianceShare(input.values, outcome: outcome, groups: groups)?.share(nil) ?? 0
                }
                sums.half += shares[0] / Double(seeds)
                sums.nothing += shares[1] / Double(seeds)
            }
            #expect(abs(sums.nothing) < 0.02, "\(samples): \(sums.nothing)")
            // A ratio of two unbiased variances is a little low: 0.45 at 12 samples, 0.49 at 64.
            #expect(abs(sums.half - 0.5) < 0.03 + 0.6 / Double(samples), "\(samples): \(sums.half)")
        }
    }

    @Test("What drives an outcome is told with its share: a draw, a shock and a lever")
    func told() throws {
        var random = Pseudorandom(5)
        let demand = (0..<64).map { _ in random.next() }
        let struck = (0..<64).map { _ in random.next() < 0.3 }
        let idle = (0..<64).map { _ in random.next() }
        let places = (0..<64).flatMap { sample in (0..<6).map { (sample, $0) } }
        let experiments = try Experiments([
            .init(name: "idle", numbers: places.map { idle[$0.0] }),
            .init(name: "demand", numbers: places.map { demand[$0.0] }),
            .init(name: "shock", texts: places.map { struck[$0.0] ? "struck" : "didn't strike" }),
            .init(name: "site", texts: places.map { "site \($0.1 % 3)" }),
            .init(name: "ties", texts: places.map { $0.1 < 3 ? "planned" : "doubled" }),
        ])
        let outcome = places.map { sample, policy in
            2 * demand[sample] + (struck[sample] ? 1 : 0) + (policy < 3 ? 0.5 : 0) + 0.1 * random.next()
        }
        let groups = CaseGroups(samples: places.map(\.0), policies: places.map(\.1))
        let scores = Scores.of(experiments, outcome: outcome, groups: groups)
        #expect(Set(scores.filter { $0.share != nil }.map(\.input)) == ["demand", "shock", "ties"])
        // The variances of the terms: 4/12, 0.21 and 0.25/4.
        for (score, (input, share)) in zip(scores, [("demand", 0.55), ("shock", 0.35), ("ties", 0.10)]) {
            #expect(score.input == input && abs((score.share ?? 0) - share) < 0.15, "\(score)")
        }
        // Each lies above what chance reaches.
        for score in scores.prefix(3) { #expect(score.share ?? 0 > score.chance ?? 1) }
    }

    @Test("The p-value of a box is uniform where inputs say nothing: Kolmogorov-Smirnov over 200 seeds")
    func uniform() throws {
        for policies in [1, 3] {
            var found: [Double] = []
            for seed in 0..<200 {
                let noise = try Noise(seed: UInt64(7000 + seed), samples: 24, policies: policies, drawn: 2)
                let middle = Statistics.percentile(noise.outcome, 60)
                let prim = try PRIM(noise.experiments, interesting: noise.outcome.map { $0 > middle })
                found.append(
                    try prim.chance(groups: noise.groups, rounds: 49, seed: UInt64(seed)).p)
            }
            found.sort()
            let distance =
                found.enumerated().map { place, p in
                    max(abs(Double(place + 1) / 200 - p), abs(p - Double(place) / 200))
                }.max() ?? 1
            // 1.63 / sqrt(200): one in a hundred exceeds it; p comes in steps of 1/50.
            #expect(distance < 1.63 / 200.0.squareRoot() + 0.02, "\(policies): \(distance)")
        }
    }

    @Test("Fifty-nine policies in two samples are two draws: no box of a draw is better than chance")
    func twoSamples() throws {
        let noise = try Noise(seed: 3, samples: 2, policies: 59)
        // Of interest is what one sample brings, and so a box of any draw parts all cases.
        let interesting = noise.groups.samples.map { $0 == 1 }
        let draws = try Experiments(Array(noise.experiments.inputs.prefix(4)))
        let prim = try PRIM(draws, interesting: interesting)
        let chance = try prim.chance(groups: noise.groups)
        #expect(chance.p > 0.4)
        for (_, p) in prim.quasiP(prim.choice(), chance: chance) { #expect(p > 0.4) }
        // Beside what policies choose and what does matter, two draws stay two.
        let mixed = zip(noise.groups.samples, noise.experiments.inputs[5].numbers).map { $0 == 1 && $1 > 0.2 }
        let both = try PRIM(noise.experiments, interesting: mixed)
        let found = try both.chance(groups: noise.groups, rounds: 49)
        let p = both.quasiP(both.choice(), chance: found)
        #expect(p[5] ?? 1 <= 0.05 && p.filter { $0.key < 5 }.allSatisfy { $0.value > 0.4 }, "\(p)")
        let asCases = try prim.chance(rounds: 49)
        #expect(asCases.p < 0.05, "as independent cases they would look sure")
    }

    @Test("The same cases and seed give the same p-value, and a box that is there is no chance")
    func sure() throws {
        let (experiments, interesting) = try DiscoveryTests.cases()
        let prim = try PRIM(experiments, interesting: interesting)
        let chance = try prim.chance(rounds: 19)
        #expect(try prim.chance(rounds: 19) == chance)
        #expect(chance.p == 0.05)
        #expect(prim.quasiP(prim.choice(), chance: chance).filter { $0.value <= 0.05 }.keys.sorted() == [0, 3])
    }
}

extension Experiments.Input {
    fileprivate var numbers: [Double] {
        if case .numbers(let numbers) = values { return numbers }
        return []
    }
}

@Suite("Ties, limits and few scenarios")
struct LimitTests {
    @Test("Better, alike and worse add up; rounding is no difference")
    func ties() {
        let other = (0..<16).map { Double($0) * 1e6 }
        let values = other.enumerated().map { $0 < 7 ? $1 + 5 : $1 * (1 + 1e-13) + 1e-7 }
        let found = Bootstrap(scenarios: 16).difference("a", values, against: "b", other, minimize: true)
        #expect(found.worse == 7 / 16.0 && found.equal == 9 / 16.0 && found.better == 0)
        #expect(PairedDifference.areAlike(0, 0, largest: 0) && !PairedDifference.areAlike(0, 1e-6, largest: 1))
        #expect(
            PairedDifference.areAlike(5, 5 + 4e-9, largest: 5) && !PairedDifference.areAlike(5, 5.001, largest: 1e6))
    }

    @Test("Fewer than ten scenarios, or fewer by weight, have no interval")
    func few() {
        let values = (0..<12).map(Double.init)
        for count in 1...9 { #expect(Bootstrap(scenarios: count).interval(Array(values.prefix(count))) == nil) }
        #expect(Bootstrap(scenarios: 10).interval(Array(values.prefix(10))) != nil)
        let weights = (0..<12).map { $0 == 0 ? 1.0 : 0.01 }
        #expect(Bootstrap(scenarios: 12, weights: weights).interval(values) == nil)
    }

    private func table(_ rows: [[Double]], limit: ClosedRange<Double>) throws -> OutcomeTable {
        try OutcomeTable(
            policies: rows.indices.map { "p\($0)" },
            outcomes: [.init(name: "unserved", unit: "MWh", minimize: true, limits: limit)],
            values: rows.map { row in row.map { [$0] } })
    }

    @Test("Limits: who keeps them, how often and by how much they are missed")
    func limits() throws {
        let table = try table([[40, 50, 83, 60], [10, 20, 30, 50], [51, 51, 51, 51]], limit: -.infinity...50)
        let limits = try #require(Limits(table))
        #expect(limits.keepers == [1] && limits.candidates(in: [0, 1, 2, 3]) == [1])
        #expect(limits.keeping[0][0].missed == 2 && limits.keeping[0][0].kept == 0.5)
        #expect(limits.keeping[0][0].meanMiss == 21.5 && limits.keeping[0][0].largestMiss == 33)
        // Without the one that keeps it, the least mean miss: 4 x 1 against 33 + 10.
        let others = try #require(Limits(self.table([[40, 50, 83, 60], [51, 51, 51, 51]], limit: -.infinity...50)))
        #expect(others.keepers.isEmpty && others.candidates(in: [0, 1, 2, 3]) == [1])
        #expect(others.candidates(in: [0, 1]) == [0])
        #expect(try Limits(self.table([[1], [2]], limit: -.infinity...(.infinity))) == nil)
        // A limit of 0 has misses, too.
        #expect(try Limits(self.table([[1], [2]], limit: -.infinity...0))?.candidates(in: [0]) == [0])
        let comparison = try Comparison.of(table)
        #expect(comparison.policies[0].limits?["unserved"]?.missed == 2)
    }

    @Test("Values beyond all measure are refused, the largest that can be compared are compared")
    func enormous() throws {
        for value in [1e308, .infinity, .nan, -1e151] {
            #expect(throws: TableError.self) { try self.table([[value], [1]], limit: 0...1) }
        }
        let table = try table([[1e150, -1e150], [1e150, 1e150]], limit: -.infinity...(.infinity))
        #expect(try Comparison.of(table).policies[0].outcomes["unserved"]?.mean == 0)
    }
}
