import Foundation
import Testing

@testable import Optimizer

@Suite("Discovery")
struct DiscoveryTests {
    /// A thousand cases of three numbers and a text, of interest where x > 0.6 and the text is b.
    static func cases() throws -> (Experiments, [Bool]) {
        var random = Pseudorandom(21)
        let points = random.points(1000, 3)
        let texts = points.indices.map { ["a", "b", "c"][$0 % 3] }
        let experiments = try Experiments([
            .init(name: "x", numbers: points.map { $0[0] }), .init(name: "y", numbers: points.map { $0[1] }),
            .init(name: "z", numbers: points.map { $0[2] }), .init(name: "kind", texts: texts),
        ])
        return (experiments, zip(points, texts).map { $0[0] > 0.6 && $1 == "b" })
    }

    @Test("Peeling loses mass and gains density, pasting wins both, and the figures are those of the boxes")
    func trajectory() throws {
        let (experiments, interesting) = try Self.cases()
        let prim = try PRIM(experiments, interesting: interesting)
        let steps = prim.trajectory
        #expect(steps[0].figures.coverage == 1 && steps[0].figures.mass == 1 && steps[0].figures.restricted == 0)
        for (before, after) in zip(steps, steps.dropFirst()) {
            #expect(after.figures.density > before.figures.density)
            #expect(after.figures.mass >= 0.05)
        }
        for (before, after) in zip(steps.prefix(prim.peeled), steps.prefix(prim.peeled).dropFirst()) {
            #expect(after.count < before.count)
        }
        let total = interesting.count { $0 }
        for step in steps {
            let inside = experiments.members(of: step.box, among: Array(0..<experiments.count))
            #expect(inside.count == step.count && inside.count { interesting[$0] } == step.hits)
            #expect(step.figures.coverage == Double(step.hits) / Double(total))
        }
    }

    @Test("The box is found, its limits and its category, and its restrictions are no chance")
    func box() throws {
        let (experiments, interesting) = try Self.cases()
        let prim = try PRIM(experiments, interesting: interesting)
        let chosen = prim.choice()
        let step = prim.trajectory[chosen]
        #expect(step.figures.coverage >= 0.8 && step.figures.density > 0.95)
        #expect(step.box.limits[3] == .categories([1]))
        if case .range(let low, _) = step.box.limits[0] { #expect(abs(low - 0.6) < 0.03) }
        let p = prim.quasiP(chosen, chance: try prim.chance(rounds: 19))
        #expect(p[0] == 0.05 && p[3] == 0.05, "no deal of nineteen does as well")
        #expect(Set(p.keys) == Set(step.box.restricted(in: experiments.bounds)))
    }

    @Test("What may be chance is freed, and what is left is not")
    func simplified() throws {
        let (experiments, interesting) = try Self.cases()
        let prim = try PRIM(experiments, interesting: interesting)
        let chance = try prim.chance(rounds: 19)
        for step in prim.trajectory.indices {
            let simple = prim.simplified(step, chance: chance)
            let whole = experiments.bounds
            #expect(Set(simple.box.restricted(in: whole)).isSubset(of: prim.trajectory[step].box.restricted(in: whole)))
            #expect(simple.figures.coverage >= prim.trajectory[step].figures.coverage)
        }
        let chosen = prim.simplified(prim.choice(), chance: chance)
        #expect(chosen.box.restricted(in: experiments.bounds) == [0, 3])
    }

    @Test("A tree's leaves part the cases, hold the least mass and find the same box")
    func tree() throws {
        let (experiments, interesting) = try Self.cases()
        let tree = try BoxTree(experiments, interesting: interesting)
        #expect(tree.leaves.reduce(0) { $0 + $1.count } == 1000)
        #expect(tree.leaves.allSatisfy { $0.count >= 50 })
        let best = try #require(tree.leaves.max { $0.hits < $1.hits })
        #expect(best.isInteresting && best.figures.density > 0.95)
        #expect(best.box.limits[3] == .categories([1]))
        if case .range(let low, _) = best.box.limits[0] { #expect(abs(low - 0.6) < 0.01) }
        for case_ in 0..<experiments.count {
            let homes = tree.leaves.filter { !experiments.members(of: $0.box, among: [case_]).isEmpty }
            #expect(homes.count == 1)
        }
    }

    @Test("Cases of one kind, bad shares, missing and odd values are refused")
    func refusals() throws {
        let (experiments, interesting) = try Self.cases()
        #expect(throws: Experiments.Refusal.oneKind(interesting: 0, of: 1000)) {
            try PRIM(experiments, interesting: interesting.map { _ in false })
        }
        #expect(throws: Experiments.Refusal.oneKind(interesting: 1000, of: 1000)) {
            try BoxTree(experiments, interesting: interesting.map { _ in true })
        }
        #expect(throws: Experiments.Refusal.length(input: "interest", found: 1, expected: 1000)) {
            try PRIM(experiments, interesting: [true])
        }
        var settings = PRIM.Settings()
        settings.peel = 0.5
        #expect(throws: Experiments.Refusal.self) {
            try PRIM(experiments, interesting: interesting, settings: settings)
        }
        #expect(throws: Experiments.Refusal.self) {
            try BoxTree(experiments, interesting: interesting, leastMass: 0.6)
        }
        #expect(throws: Experiments.Refusal.empty("inputs")) { try Experiments([]) }
        #expect(throws: Experiments.Refusal.empty("cases")) { try Experiments([.init(name: "x", numbers: [])]) }
        #expect(throws: Experiments.Refusal.notFinite(input: "x", place: 1)) {
            try Experiments([.init(name: "x", numbers: [1, .nan])])
        }
        #expect(throws: Experiments.Refusal.length(input: "y", found: 1, expected: 2)) {
            try Experiments([.init(name: "x", numbers: [1, 2]), .init(name: "y", numbers: [1])])
        }
    }

    @Test("An input that never changes restricts nothing")
    func constant() throws {
        let experiments = try Experiments([
            .init(name: "x", numbers: (0..<100).map(Double.init)),
            .init(name: "flat", numbers: (0..<100).map { _ in 3 }),
        ])
        let prim = try PRIM(experiments, interesting: (0..<100).map { $0 >= 70 })
        let step = prim.trajectory[prim.choice()]
        #expect(step.box.restricted(in: experiments.bounds) == [0])
        let tree = try BoxTree(experiments, interesting: (0..<100).map { $0 >= 70 })
        #expect(tree.leaves.count == 2 && tree.leaves.map(\.hits) == [0, 30])
    }

    @Test("The tail of the binomial distribution")
    func binomial() {
        #expect(agree(BinomialTail.atLeast(2, of: 2, share: 0.5), 0.25))
        #expect(agree(BinomialTail.atLeast(1, of: 3, share: 0.5), 0.875))
        #expect(BinomialTail.atLeast(0, of: 3, share: 0.5) == 1 && BinomialTail.atLeast(1, of: 3, share: 0) == 0)
        #expect(BinomialTail.atLeast(3, of: 3, share: 1) == 1)
    }

    static func ishigami(_ u: [Double]) -> Double {
        let x = u.map { (2 * $0 - 1) * Double.pi }
        return sin(x[0]) + 7 * pow(sin(x[1]), 2) + 0.1 * pow(x[2], 4) * sin(x[0])
    }

    @Test("The shares of a sum are those of its terms, and pairs add nothing")
    func additive() throws {
        let points = try SaltelliDesign.points(dimension: 3, blocks: 2048, secondOrder: true, seed: 4)
        #expect(points.count == 2048 * 8)
        let indices = try SobolIndices(
            points.map { 2 * $0[0] + $0[1] }, dimension: 3, secondOrder: true)
        for (index, share) in [0.8, 0.2, 0].enumerated() {
            #expect(abs(indices.first[index].value - share) < 0.01 && abs(indices.total[index].value - share) < 0.01)
        }
        #expect(indices.second.joined().count == 3)
        #expect(indices.second.joined().allSatisfy { abs($0.value.value) < 0.02 })
        let first = indices.first[0]
        #expect(first.low ?? 1 < first.value && first.value < first.high ?? 0)
    }

    @Test("Ishigami's function: the analytic indices to 0.02")
    func ishigami() throws {
        let points = try SaltelliDesign.points(dimension: 3, blocks: 8192, secondOrder: true, seed: 1)
        let indices = try SobolIndices(points.map(Self.ishigami), dimension: 3, secondOrder: true)
        for (found, exact) in zip(indices.first, [0.31390519114781146, 0.4424111447900409, 0]) {
            #expect(abs(found.value - exact) < 0.02)
        }
        for (found, exact) in zip(indices.total, [0.5575888552099592, 0.4424111447900409, 0.24368366406214773]) {
            #expect(abs(found.value - exact) < 0.02)
        }
        #expect(abs((indices.second[0][2]?.value ?? 1) - 0.24368366406214773) < 0.02)
    }

    @Test("Rows that are no design, and an outcome that never changes, are refused")
    func badDesigns() throws {
        let points = try SaltelliDesign.points(dimension: 2, blocks: 4, seed: 1)
        let columns = (0..<2).map { axis in points.map { $0[axis] } }
        #expect(try !SaltelliDesign.secondOrder(of: columns))
        let pairs = try SaltelliDesign.points(dimension: 2, blocks: 4, secondOrder: true, seed: 1)
        #expect(try SaltelliDesign.secondOrder(of: (0..<2).map { axis in pairs.map { $0[axis] } }))
        var broken = columns
        broken[1][5] += 0.1
        #expect(throws: Experiments.Refusal.self) { try SaltelliDesign.secondOrder(of: broken) }
        #expect(throws: Experiments.Refusal.self) { try SaltelliDesign.secondOrder(of: columns.map { $0.dropLast() }) }
        #expect(throws: Experiments.Refusal.self) { try SobolIndices([1, 2, 3], dimension: 2) }
        #expect(throws: Experiments.Refusal.self) { try SobolIndices([1, 1, 1, 1], dimension: 2) }
        #expect(throws: Experiments.Refusal.self) { try SaltelliDesign.points(dimension: 33, blocks: 1, seed: 1) }
        #expect(throws: Experiments.Refusal.self) {
            try Morris.points(dimension: 2, trajectories: 1, levels: 3, seed: 1)
        }
        #expect(throws: Experiments.Refusal.self) { try Morris([[0, 1, 1], [0, 0, 0]], outputs: [1, 2, 3]) }
    }

    @Test("The elementary effects of a plane are its slopes, everywhere the same")
    func morris() throws {
        let points = try Morris.points(dimension: 3, trajectories: 40, seed: 9)
        let columns = (0..<3).map { axis in points.map { $0[axis] } }
        let effects = try Morris(columns, outputs: points.map { 2 * $0[0] - 3 * $0[1] + 1 }).effects
        for (effect, slope) in zip(effects, [2.0, -3, 0]) {
            #expect(abs(effect.mean - slope) < 1e-12 && abs(effect.magnitude - abs(slope)) < 1e-12)
            #expect(effect.deviation ?? 1 < 1e-12)
        }
        let bent = try Morris(columns, outputs: points.map { $0[0] * $0[1] }).effects
        #expect(bent[0].deviation ?? 0 > 0.1)
        let scaled = columns.map { column in column.map { 10 * $0 - 5 } }
        let same = try Morris(scaled, outputs: points.map { 2 * $0[0] - 3 * $0[1] + 1 }).effects
        #expect(abs(same[0].mean - 2) < 1e-12)
    }

    @Test("Scores: a rise is 1, a fall -1, a bow is seen by its share alone, what never changes has none")
    func scores() throws {
        let x = (0..<100).map(Double.init)
        #expect(Scores.spearman(x, x.map { $0 * $0 }) == 1)
        #expect(Scores.spearman(x, x.map { -exp($0 / 50) }) == -1)
        #expect(Scores.spearman(x, x.map { _ in 2 }) == nil)
        #expect(Scores.ranks([3, 1, 3, 2]) == [3.5, 1, 3.5, 2])
        let experiments = try Experiments([
            .init(name: "flat", numbers: x.map { _ in 1 }), .init(name: "x", numbers: x),
            .init(name: "side", texts: x.map { $0 < 50 ? "left" : "right" }),
        ])
        let found = Scores.of(experiments, outcome: x.map { ($0 - 49.5) * ($0 - 49.5) })
        #expect(found.map(\.input) == ["x", "side", "flat"])
        #expect(abs(found[0].spearman ?? 1) < 0.01 && found[0].share ?? 0 > 0.9)
        #expect(found[1].spearman == nil && found[1].share == nil && found[1].p == 1)
        #expect(found[2].spearman == nil && found[2].share == nil && found[2].p == nil)
    }
}

@Suite("Discovery against the references", .enabled(if: SharedReferences.present))
struct DiscoveryReferenceTests {
    @Test("PRIM: the boxes of the EMA Workbench, all the way")
    func prim() throws {
        let reference = try SharedReferences.json("prim.json")
        let rows = try SharedReferences.table("prim_data.csv")
        let names = ["a", "b", "c", "d"]
        let experiments = try Experiments(
            names.enumerated().map { index, name in .init(name: name, numbers: rows.map { $0[index] }) })
        let prim = try PRIM(experiments, interesting: rows.map { $0[4] > 0.5 })
        let trajectory = try #require(reference["trajectory"] as? [[String: Any]])
        let boxes = try #require(reference["boxes"] as? [[String: Any]])
        #expect(prim.trajectory.count == trajectory.count)
        for (step, (figures, box)) in zip(prim.trajectory, zip(trajectory, boxes)) {
            #expect(agree(step.figures.coverage, number(figures["coverage"])))
            #expect(agree(step.figures.density, number(figures["density"])))
            #expect(agree(step.figures.mass, number(figures["mass"])))
            #expect(Double(step.figures.restricted) == number(figures["n_restricted"]))
            for (limit, name) in zip(step.box.limits, names) {
                guard case .range(let low, let high) = limit else { continue }
                #expect(agree([low, high], list(box[name])))
            }
        }
        #expect(Double(prim.choice()) == number(reference["chosen_index_coverage_ge_0_8"]))
    }

    @Test("Sobol indices from the very rows that SALib had")
    func salib() throws {
        let reference = try SharedReferences.json("ishigami.json")
        let rows = try SharedReferences.table("ishigami_saltelli_n64.csv")
        let expected = try #require(reference["salib_n64_from_csv"] as? [String: Any])
        let indices = try SobolIndices(rows.map { $0[3] }, dimension: 3)
        #expect(agree(indices.first.map(\.value), list(expected["S1"])))
        #expect(agree(indices.total.map(\.value), list(expected["ST"])))
        #expect(try !SaltelliDesign.secondOrder(of: (0..<3).map { axis in rows.map { $0[axis] } }))
        for row in rows { #expect(agree(ishigami(row), row[3])) }
    }

    private func ishigami(_ x: [Double]) -> Double {
        sin(x[0]) + 7 * pow(sin(x[1]), 2) + 0.1 * pow(x[2], 4) * sin(x[0])
    }
}
