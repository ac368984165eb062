import Foundation
import Testing

@testable import Optimizer

@Suite struct SearchSpaceTests {
    @Test func valuesStayInTheirBoundsAndOptionsShareTheGeneAlike() throws {
        let space = try SearchSpace([Gene("a", from: -2, to: 6), Gene("b", options: 4)])
        #expect(space.values(of: [0, 0]) == [-2, 0])
        #expect(space.values(of: [1, 1]) == [6, 3])
        #expect(space.values(of: [0.25, 0.49]) == [0, 1])
        #expect(space.settled([0.3, 0.9]) == [0.3, 0.875])
        #expect(space.size == nil)
        #expect(try SearchSpace([Gene("b", options: 4), Gene("c", options: 3)]).size == 12)
    }

    @Test func whatCannotBeSearchedIsRefused() {
        #expect(throws: SearchError.emptySpace) { try SearchSpace([]) }
        #expect(throws: SearchError.duplicateGene("a")) {
            try SearchSpace([Gene("a", options: 2), Gene("a", options: 2)])
        }
        #expect(throws: SearchError.badRange("a", lower: 2, upper: 1)) { try SearchSpace([Gene("a", from: 2, to: 1)]) }
        #expect(throws: SearchError.badRange("a", lower: 0, upper: .infinity)) {
            try SearchSpace([Gene("a", from: 0, to: .infinity)])
        }
        #expect(throws: SearchError.noOptions("a")) { try SearchSpace([Gene("a", options: 0)]) }
    }
}

@Suite struct DesignTests {
    let space: SearchSpace

    init() throws {
        space = try SearchSpace([Gene("a", from: 0, to: 1), Gene("b", from: 0, to: 1), Gene("c", options: 5)])
    }

    @Test func aFactorialHasEveryCombinationOnce() throws {
        let points = try Design.factorial(levels: 3).points(in: space, seed: 1)
        #expect(points.count == 45 && Set(points).count == 45)
        #expect(Set(points.map { $0[0] }) == [0, 0.5, 1])
        #expect(Set(points.map { space.values(of: $0)[2] }) == [0, 1, 2, 3, 4])
    }

    @Test(arguments: [1, 7, 100]) func aLatinHypercubeHasOnePointInEveryShare(count: Int) throws {
        let points = try Design.latinHypercube(count).points(in: space, seed: 3)
        for gene in 0..<2 {
            #expect(points.map { Int($0[gene] * Double(count)) }.sorted() == Array(0..<count))
        }
    }

    @Test func aSobolDesignGrowsWithoutMovingAndFillsEveryBox() throws {
        let few = try Design.sobol(64).points(in: space, seed: 5)
        let many = try Design.sobol(256).points(in: space, seed: 5)
        #expect(Array(many.prefix(64)) == few)
        // A digital net of 2^8 points in base 2: 16 x 16 boxes in the first two genes hold one each.
        #expect(Set(many.map { Int($0[0] * 16) * 16 + Int($0[1] * 16) }).count == 256)
        #expect(try Design.sobol(64).points(in: space, seed: 6) != few)
    }

    @Test func whatCannotBeIsRefused() throws {
        #expect(throws: SearchError.self) { try Design.sobol(0).points(in: space, seed: 1) }
        #expect(throws: SearchError.self) { try Design.factorial(levels: 0).points(in: space, seed: 1) }
        #expect(throws: SearchError.self) { try Design.factorial(levels: 4000).points(in: space, seed: 1) }
        let wide = try SearchSpace((0...64).map { Gene("x\($0)", from: 0, to: 1) })
        #expect(throws: SearchError.self) { try Design.sobol(8).points(in: wide, seed: 1) }
    }

    @Test func theSearchAsksEveryPointOnceInBatches() throws {
        var search = try DesignSearch(space, design: .uniform(10), batch: 4, seed: 2)
        var asked: [[Double]] = []
        while search.end == nil {
            let points = search.ask()
            asked += points
            try search.tell(points.map { _ in Evaluation(objectives: [0]) })
        }
        #expect(asked == (try Design.uniform(10).points(in: space, seed: 2)))
        #expect(search.generation == 3 && search.ask().isEmpty && search.end == .exhausted)
    }
}

@Suite struct GeneticSearchTests {
    /// Median over 20 seeds against the reference's median less its interquartile range.
    @Test(arguments: Problem.zdt + [.dtlz2]) func hypervolumeOfNSGA2(problem: Problem) async throws {
        let reference = Quartiles(try #require(SearchReference.nsga2[problem.name]))
        let isDTLZ = problem.name == "dtlz2"
        let volumes = try await runs(20) { run in
            var search = try NSGA2(problem.space, size: isDTLZ ? 92 : 100, seed: UInt64(run + 1))
            try problem.drive(&search, generations: 200)
            let front = search.front.map(\.evaluation.objectives)
            return Hypervolume.of(front, reference: front[0].map { _ in 1.1 })
        }
        let bar = reference.median - reference.interquartileRange
        let median = Statistics.percentile(volumes, 50)
        #expect(median >= bar, "\(problem.name): \(median) against \(bar)")
    }

    @Test func hypervolumeOfNSGA3() async throws {
        let reference = Quartiles(SearchReference.nsga3)
        let volumes = try await runs(20) { run in
            var search = try NSGA3(Problem.dtlz2.space, objectives: 3, seed: UInt64(run + 1))
            #expect(search.directions.count == 91 && search.size == 92)
            try Problem.dtlz2.drive(&search, generations: 200)
            return Hypervolume.of(search.front.map(\.evaluation.objectives), reference: [1.1, 1.1, 1.1])
        }
        let median = Statistics.percentile(volumes, 50)
        #expect(median >= reference.median - reference.interquartileRange, "\(median)")
    }

    @Test func aSearchThatIsStoredAndReadGoesOnBitForBit() throws {
        let problem = Problem.zdt[3]
        func check<S: Search & Codable>(_ fresh: S, _ limit: Int) throws {
            var whole = fresh
            try problem.drive(&whole, generations: 12)
            var half = fresh
            try problem.drive(&half, generations: 5)
            let encoder = JSONEncoder()
            encoder.nonConformingFloatEncodingStrategy = .convertToString(
                positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
            let decoder = JSONDecoder()
            decoder.nonConformingFloatDecodingStrategy = .convertFromString(
                positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
            var read = try decoder.decode(S.self, from: encoder.encode(half))
            try problem.drive(&read, generations: 7)
            #expect(read.ask() == whole.ask())
            #expect(read.generation == whole.generation)
        }
        try check(NSGA2(problem.space, size: 20, seed: 9, epsilons: [0.5, 0.5], patience: 2), 12)
        try check(NSGA3(problem.space, objectives: 2, size: 20, seed: 9), 12)
        try check(DesignSearch(problem.space, design: .latinHypercube(40), batch: 3, seed: 9), 12)
    }

    @Test func askingTwiceIsAskingOnceAndSeedsDiffer() throws {
        let search = try NSGA2(Problem.dtlz2.space, size: 12, seed: 4)
        #expect(search.ask() == search.ask())
        #expect(search.ask() != (try NSGA2(Problem.dtlz2.space, size: 12, seed: 5).ask()))
    }

    /// Constraints first: x >= 0.5 although less is better.
    @Test func limitsComeFirst() throws {
        let space = try SearchSpace([Gene("x", from: 0, to: 1), Gene("y", from: 0, to: 1)])
        var search = try NSGA2(space, size: 20, seed: 1)
        for _ in 0..<300 {
            try search.tell(
                search.ask().map { Evaluation(objectives: [$0[0], $0[1]], violation: max(0, 1 - $0[0] - $0[1])) })
        }
        #expect(search.front.count == 20)
        // Twenty points on a line of length 1: what lies above it is undominated within two of their distances.
        for member in search.front {
            #expect(member.evaluation.isFeasible && member.point[0] + member.point[1] - 1 < 2.0 / 19)
        }
    }

    @Test func optionsAreFoundAndASmallSpaceIsExhausted() throws {
        let space = try SearchSpace((0..<4).map { Gene("g\($0)", options: 3) })
        var search = try NSGA2(space, size: 8, seed: 2)
        var seen = Set<[Double]>()
        for _ in 0..<60 where search.end == nil {
            let points = search.ask()
            seen.formUnion(points)
            try search.tell(
                points.map { point in
                    let values = space.values(of: point)
                    return Evaluation(objectives: [values.reduce(0) { $0 + abs($1 - 2) }])
                })
        }
        #expect(search.population[0].evaluation.objectives == [0])
        #expect(seen.count <= 81)
        let single = try SearchSpace([Gene("only", options: 1)])
        var alone = try NSGA2(single, size: 8, seed: 2)
        #expect(alone.ask() == [[0.5]])
        try alone.tell([Evaluation(objectives: [3])])
        #expect(alone.end == .exhausted && alone.front.count == 1)
    }

    @Test func epsilonsKeepOnePointABoxAndIdleSearchesBeginAnew() throws {
        let problem = Problem.zdt[0]
        var search = try NSGA2(problem.space, size: 40, seed: 3, epsilons: [0.1, 0.1], patience: 3)
        try problem.drive(&search, generations: 120)
        let archive = try #require(search.archive)
        #expect(search.restarts > 0)
        let boxes = archive.members.map { $0.evaluation.objectives.map { ($0 / 0.1).rounded(.down) } }
        #expect(Set(boxes).count == boxes.count && boxes.count <= 11)
        for a in boxes { for b in boxes { #expect(!Domination.dominates(a, b)) } }
    }

    @Test func whatIsNotANumberIsWorstAndWhatHasNoBoundIsRefused() throws {
        let space = try SearchSpace([Gene("x", from: 0, to: 1)])
        var search = try NSGA2(space, size: 4, seed: 1)
        let points = search.ask()
        try search.tell([
            .init(objectives: [.nan]), .init(objectives: [1]), .init(objectives: [.infinity]), .init(objectives: [2]),
        ])
        #expect(search.population[0].point == points[1])
        #expect(search.front.count == 1)
        #expect(throws: SearchError.unbounded(objective: 0)) {
            try search.tell(search.ask().map { _ in Evaluation(objectives: [-.infinity]) })
        }
        #expect(throws: SearchError.wrongCount(told: 1, asked: 4)) { try search.tell([Evaluation(objectives: [1])]) }
        #expect(throws: SearchError.wrongObjectives(found: 2, expected: 1)) {
            try search.tell(search.ask().map { _ in Evaluation(objectives: [1, 2]) })
        }
        var boxes = try NSGA2(space, size: 4, seed: 1, epsilons: [0.1, 0.1])
        #expect(throws: SearchError.wrongEpsilons(found: 2, expected: 1)) {
            try boxes.tell(boxes.ask().map { _ in Evaluation(objectives: [1]) })
        }
        #expect(throws: SearchError.self) { try NSGA2(space, size: 5, seed: 1) }
        #expect(throws: SearchError.self) { try NSGA2(space, size: 4, seed: 1, epsilons: [0]) }
        #expect(throws: SearchError.self) { try NSGA3(space, objectives: 1, seed: 1) }
    }

    @Test func anObjectiveThatNeverMovesIsNoHarm() throws {
        var search = try NSGA2(Problem.zdt[0].space, size: 8, seed: 1)
        for _ in 0..<5 { try search.tell(search.ask().map { _ in Evaluation(objectives: [1, 1]) }) }
        #expect(search.front.count == 8)
        var many = try NSGA3(Problem.zdt[0].space, objectives: 2, divisions: 7, seed: 1)
        for _ in 0..<5 { try many.tell(many.ask().map { _ in Evaluation(objectives: [1, 1]) }) }
        #expect(many.front.count == 8)
    }

    @Test func directionsFillTheSimplex() {
        let directions = NSGA3.directions(3, 12)
        #expect(directions.count == 91 && Set(directions).count == 91)
        for direction in directions { #expect(abs(direction.reduce(0, +) - 1) < 1e-15) }
        #expect(NSGA3.count(3, 12) == 91 && NSGA3.count(5, 6) == 210)
    }
}

@Suite struct EvolutionStrategyTests {
    /// Householder and QL against the definition: A v = lambda v, V'V = 1.
    ///
    /// To the rounding of a backward stable method, n u |A|.
    @Test(arguments: [1, 2, 3, 10, 40]) func eigenvectorsAreEigenvectors(n: Int) throws {
        let draw = SearchDraw(seed: 7)
        var matrix = [Double](repeating: 0, count: n * n)
        for i in 0..<n {
            for j in 0...i {
                let value = draw.uniform(.first, generation: i, individual: j) - 0.5
                matrix[i * n + j] = value
                matrix[j * n + i] = value
            }
        }
        let eigen = try #require(SymmetricEigen(matrix, n))
        #expect(eigen.values == eigen.values.sorted())
        for k in 0..<n {
            for row in 0..<n {
                let product: Double = (0..<n).reduce(0.0) { $0 + matrix[row * n + $1] * eigen.vectors[$1 * n + k] }
                #expect(abs(product - eigen.values[k] * eigen.vectors[row * n + k]) < 1e-13)
            }
            for other in 0..<n {
                let dot: Double = (0..<n).reduce(0.0) { $0 + eigen.vectors[$1 * n + k] * eigen.vectors[$1 * n + other] }
                let expected = k == other ? 1.0 : 0.0
                #expect(abs(dot - expected) < 1e-13)
            }
        }
        let trace: Double = (0..<n).reduce(0.0) { $0 + matrix[$1 * n + $1] }
        #expect(abs(eigen.values.reduce(0, +) - trace) < 1e-12)
        #expect(SymmetricEigen(Array(repeating: .nan, count: n * n), n) == nil)
    }

    @Test func diagonalAndRepeatedEigenvalues() throws {
        let diagonal = try #require(SymmetricEigen([3, 0, 0, 0, 1, 0, 0, 0, 1], 3))
        #expect(diagonal.values == [1, 1, 3])
        let ones = try #require(SymmetricEigen(Array(repeating: 1, count: 16), 4))
        for (value, expected) in zip(ones.values, [0.0, 0, 0, 4]) { #expect(abs(value - expected) < 1e-14) }
    }

    /// Hansen's formulas as the reference has them (cmaes_constants.json), to rounding.
    @Test(arguments: [
        (
            5, 8, 2.60017882611318, 0.36508837609348543, 0.4501995579928079, 0.047292304159400896, 0.03816916070385784,
            2.1285237557247996
        ),
        (
            10, 10, 3.1672992814410177, 0.28442858794636744, 0.29499038303562225, 0.015283824524751714,
            0.02015428276120837, 3.0847265651690123
        ),
    ])
    func constants(
        n: Int, samples: Int, mass: Double, step: Double, path: Double, one: Double, mu: Double, length: Double
    ) {
        let c = CMAConstants(dimension: n)
        #expect(c.samples == samples && c.parents == samples / 2)
        #expect(agree(c.selectionMass, mass) && agree(c.stepRate, step) && agree(c.pathRate, path))
        #expect(agree(c.rankOneRate, one) && agree(c.rankMuRate, mu) && agree(c.expectedLength, length))
        #expect(agree(c.weights.prefix(c.parents).reduce(0, +), 1))
        #expect(c.weights.dropFirst(c.parents).allSatisfy { $0 <= 0 })
    }

    @Test func theBoundsTransformIsContinuousMonotoneAndItsOwnInverse() {
        for k in 0...1000 {
            let u = Double(k) / 1000
            #expect(abs(CMAES.folded(CMAES.unfolded(u)) - u) < 1e-12)
        }
        var last = -1.0
        for k in 0...1100 {
            let u = CMAES.folded(-CMAES.zone + Double(k) / 1000)
            #expect(u >= last && (0...1).contains(u))
            last = u
        }
        // Mirrored beyond the zones: periodic and even about their ends.
        #expect(abs(CMAES.folded(-0.35) - CMAES.folded(0.25)) < 1e-12)
        #expect(abs(CMAES.folded(1.35) - CMAES.folded(0.75)) < 1e-12)
    }

    @Test func samplesOfABlockAreOrthogonalAndKeepTheirLengths() {
        let vectors = [[3.0, 4], [1, 1], [2, 0]]
        let turned = CMAES.orthogonal(vectors, 2)
        func dot(_ a: [Double], _ b: [Double]) -> Double { a[0] * b[0] + a[1] * b[1] }
        #expect(abs(dot(turned[0], turned[1])) < 1e-15)
        #expect(turned[2] == [2, 0])
        for (a, b) in zip(vectors, turned) { #expect(abs(dot(a, a) - dot(b, b)) < 1e-14) }
    }

    /// From 0.5 in every coordinate with steps of 0.5, as the reference; its bounds are far away.
    @Test(arguments: [
        Problem.sphere(5), .sphere(10), .rosenbrock(5), .rosenbrock(10), .ellipsoid(5), .ellipsoid(10),
    ])
    func evaluationsToTheMinimum(problem: Problem) async throws {
        let reference = Quartiles(try #require(SearchReference.evaluations[problem.name]))
        let counts = try await runs(15) { run -> Double in
            var search = try CMAES(
                problem.space, start: problem.space.genes.map { _ in 0.525 }, step: 0.025, restarts: 0,
                seed: UInt64(run + 1))
            while search.end == nil, search.best?.evaluation.objectives[0] ?? 1 > 1e-10, search.evaluations < 20000 {
                try problem.drive(&search, generations: 1)
            }
            return search.best?.evaluation.objectives[0] ?? 1 <= 1e-10 ? Double(search.evaluations) : .infinity
        }
        let median = Statistics.percentile(counts.map { min($0, 1e9) }, 50)
        #expect(median <= reference.median + reference.interquartileRange, "\(problem.name): \(median) of \(counts)")
    }

    /// The default population ends in a local minimum and says that it stands; restarts find the global one.
    @Test func rastriginFailsWithoutRestartsAndSaysSo() throws {
        let problem = Problem.rastrigin(5)
        var failures = 0
        for seed in 1...10 {
            var search = try CMAES(
                problem.space, start: problem.space.genes.map { _ in 0.6 }, step: 0.025, restarts: 0,
                seed: UInt64(seed))
            try problem.drive(&search, generations: 5000)
            #expect(search.end == .converged && search.halts.count == 1)
            if search.best?.evaluation.objectives[0] ?? 0 > 1e-8 { failures += 1 }
        }
        #expect(failures == 10)
        var restarted = try CMAES(problem.space, step: 0.1, restarts: 6, seed: 1)
        while restarted.end == nil, restarted.best?.evaluation.objectives[0] ?? 1 > 1e-8 {
            try problem.drive(&restarted, generations: 1)
        }
        #expect(restarted.best?.evaluation.objectives[0] ?? 1 <= 1e-8, "\(restarted.evaluations)")
        #expect(!restarted.halts.isEmpty && restarted.constants.samples > 8)
    }

    @Test func aMinimumAtABoundIsReached() throws {
        let space = try SearchSpace((0..<4).map { Gene("x\($0)", from: 0, to: 1) })
        var search = try CMAES(space, restarts: 0, seed: 3)
        while search.end == nil, search.evaluations < 4000 {
            try search.tell(
                search.ask().map { Evaluation(objectives: [$0[0] - $0[1] + ($0[2] - 0.3) * ($0[2] - 0.3) + $0[3]]) })
        }
        let best = try #require(search.best?.point)
        #expect(best[0] < 1e-5 && best[1] > 1 - 1e-5 && abs(best[2] - 0.3) < 1e-4 && best[3] < 1e-5)
    }

    @Test func aStrategyThatIsStoredAndReadGoesOnBitForBit() throws {
        let problem = Problem.rosenbrock(5)
        var whole = try CMAES(problem.space, seed: 2)
        try problem.drive(&whole, generations: 30)
        var half = try CMAES(problem.space, seed: 2)
        try problem.drive(&half, generations: 11)
        var read = try JSONDecoder().decode(CMAES.self, from: JSONEncoder().encode(half))
        try problem.drive(&read, generations: 19)
        #expect(read.ask() == whole.ask() && read.best == whole.best)
    }

    @Test func flatFixedAndUnsuitableSpaces() throws {
        let problem = Problem.sphere(3)
        var flat = try CMAES(problem.space, restarts: 0, seed: 1)
        for _ in 0..<500 where flat.end == nil { try flat.tell(flat.ask().map { _ in Evaluation(objectives: [7]) }) }
        #expect(flat.end == .converged && flat.halts == [.flat])
        var fixed = try CMAES(SearchSpace([Gene("x", from: 2, to: 2)]), seed: 1)
        #expect(fixed.ask().count == 1)
        try fixed.tell([Evaluation(objectives: [1])])
        #expect(fixed.end == .exhausted && fixed.best?.evaluation.objectives == [1])
        #expect(throws: SearchError.wrongKind(method: "CMA-ES", gene: "b", wanted: "ranges")) {
            try CMAES(SearchSpace([Gene("b", options: 2)]), seed: 1)
        }
        var two = try CMAES(problem.space, seed: 1)
        #expect(throws: SearchError.unsuitableObjectives(method: "CMA-ES", found: 2, wanted: "one objective")) {
            try two.tell(two.ask().map { _ in Evaluation(objectives: [1, 2]) })
        }
    }
}
