import Foundation
import Testing

@testable import Optimizer

@Suite("Fronts")
struct FrontTests {
    /// Ranks by their definition: those that nothing dominates are taken out, again and again.
    private func peeled(_ points: [[Double]]) -> [Int] {
        var ranks = [Int](repeating: -1, count: points.count)
        var left = Array(points.indices)
        var rank = 0
        while !left.isEmpty {
            let front = left.filter { i in !left.contains { Domination.dominates(points[$0], points[i]) } }
            for i in front { ranks[i] = rank }
            left.removeAll(where: front.contains)
            rank += 1
        }
        return ranks
    }

    @Test("Ranks are those of the definition, with ties and equal points too", arguments: 1...6)
    func ranks(dimension: Int) {
        var random = Pseudorandom(UInt64(dimension))
        for (count, grid) in [(1, 0), (40, 0), (120, 3), (300, 0), (300, 5)] {
            let points = random.points(count, dimension, grid: grid)
            #expect(Domination.ranks(points) == peeled(points), "\(count) points on a grid of \(grid)")
        }
    }

    @Test("A chain has as many fronts as points, an antichain one, in any order", arguments: 1...5)
    func chains(dimension: Int) {
        let count = 600
        let chain = (0..<count).map { index in
            [Double](repeating: Double((index * 7) % count), count: dimension)
        }
        #expect(Domination.ranks(chain) == chain.map { Int($0[0]) })
        guard dimension > 1 else { return }
        let antichain = chain.map { row in [-row[0]] + row.dropFirst() }
        #expect(Domination.ranks(antichain).allSatisfy { $0 == 0 })
    }

    @Test("Negative and tiny numbers, both zeros and equal upper bits are in their order")
    func bits() {
        let values = [
            0.0, -0.0, 1, -1, .leastNonzeroMagnitude, -.leastNonzeroMagnitude, 1e300, -1e300, 1 + 1e-15, 1 + 2e-15,
            .infinity, -.infinity,
        ]
        var many: [Double] = []
        for index in 0..<40 { many += values.map { $0 + ($0.isFinite ? Double(index) * 1e-15 * $0 : 0) } }
        let order = SortedOrder.of(many.map { $0 + 0 })
        let expected = many.indices.sorted { (many[$0], $0) < (many[$1], $1) }
        #expect(order.map { Int($0) } == expected)
        #expect(Domination.ranks([[0.0, 1], [-0.0, 1]]) == [0, 0])
    }

    @Test("What is not a number counts as infinite")
    func notANumber() {
        #expect(Domination.ranks([[.nan, 1], [.infinity, 1], [5, 1], [.nan, .nan]]) == [1, 1, 0, 2])
        #expect(!Domination.dominates([.nan], [.infinity]) && !Domination.dominates([.infinity], [.nan]))
        #expect(Domination.dominates([1], [.nan]) && !Domination.dominates([.nan], [1]))
        #expect(Hypervolume.of([[.nan, 0.5], [0.5, 0.5]], reference: [1, 1]) == 0.25)
        #expect(Hypervolume.of([[-.infinity, 0.5]], reference: [1, 1]) == .infinity)
        #expect(Hypervolume.of([[0.5, 0.5]], reference: [.infinity, 1]) == .infinity)
    }

    @Test("No points, and points without coordinates")
    func nothing() {
        #expect(Domination.ranks([[Double]]()) == [])
        #expect(Domination.ranks([[], []]) == [0, 0])
        #expect(Hypervolume.contributions([], reference: [1]) == [])
        #expect(Crowding.distances([]) == [])
        #expect(Domination.fronts(ranks: [1, 0, 1]) == [[1], [0, 2]])
    }

    @Test("The ends of a coordinate are infinitely lonely; of three in a row the middle has the whole range")
    func crowding() {
        let distances = Crowding.distances([[0, 2], [1, 1], [2, 0]])
        #expect(distances == [.infinity, 2, .infinity])
        #expect(Crowding.distances([[0, 5], [1, 5], [4, 5]]) == [.infinity, 1, .infinity])
        #expect(Crowding.distances([[3, 5], [3, 5]]) == [0, 0])
    }

    /// The volume by inclusion and exclusion over all subsets.
    private func volume(_ points: [[Double]], _ reference: [Double]) -> Double {
        var sum = 0.0
        for subset in 1..<(1 << points.count) {
            let chosen = points.indices.filter { subset >> $0 & 1 == 1 }
            var part = 1.0
            for axis in reference.indices {
                part *= max(reference[axis] - (chosen.map { points[$0][axis] }.max() ?? 0), 0)
            }
            sum += chosen.count % 2 == 1 ? part : -part
        }
        return sum
    }

    @Test("The volume is that of inclusion and exclusion", arguments: 1...6)
    func volumes(dimension: Int) {
        var random = Pseudorandom(UInt64(100 + dimension))
        for grid in [0, 2, 4] {
            let points = random.points(9, dimension, grid: grid)
            let reference = [Double](repeating: 0.9, count: dimension)
            let expected = volume(points, reference)
            // 511 terms of at most 1, each with its rounding.
            #expect(abs(Hypervolume.of(points, reference: reference) - expected) < 1e-12)
            let own = Hypervolume.contributions(points, reference: reference)
            for (index, value) in own.enumerated() {
                var rest = points
                rest.remove(at: index)
                #expect(abs(value - (expected - volume(rest, reference))) < 1e-12)
            }
        }
    }

    @Test("Sweeping places, sweeping stairs and exclusive volumes make the same volume", arguments: [0, 6])
    func threeWays(grid: Int) {
        var random = Pseudorandom(7)
        let points = random.points(500, 3, grid: grid)
        let reference = [1.0, 1, 1]
        let whole = Hypervolume.of(points, reference: reference)
        var exclusion = VolumeExclusion(effort: .max)
        #expect(agree(whole, exclusion.volume(points.flatMap { $0 }, reference)))
        let deep = points.map { $0 + [0.5] }
        #expect(agree(whole * 0.5, Hypervolume.of(deep, reference: reference + [1])))
    }

    @Test("A front is at no distance from itself, and a worse one as far as it is worse")
    func distances() {
        let front = [[0.0, 2], [1, 1], [2, 0]]
        let worse = front.map { [$0[0] + 3, $0[1] + 4] }
        for measure in [FrontDistance.inverted, FrontDistance.generational, FrontDistance.invertedPlus] {
            #expect(measure(front, front) == 0)
            #expect(measure([], front) == .infinity)
        }
        #expect(FrontDistance.additiveEpsilon(front, reference: front) == 0)
        #expect(FrontDistance.additiveEpsilon(worse, reference: front) == 4)
        #expect(FrontDistance.additiveEpsilon(front, reference: worse) == -3)
        #expect(FrontDistance.invertedPlus(front, reference: worse) == 0)
        #expect(FrontDistance.inverted([[0, 0]], reference: [[3, 4], [0, 1]]) == 3)
    }

    @Test("An archive of boxes keeps one point a box, of boxes that do not dominate each other")
    func archiveOfBoxes() throws {
        var archive = try SearchArchive(epsilons: [0.1, 0.1])
        var random = Pseudorandom(3)
        for point in random.points(400, 2) {
            try archive.add(point, Evaluation(objectives: [point[0], 1 - point[0] + 0.3 * point[1]]))
        }
        let boxes = archive.members.map { $0.evaluation.objectives.map { ($0 / 0.1).rounded(.down) } }
        #expect(Set(boxes).count == boxes.count && boxes.count > 1)
        for a in boxes { #expect(!boxes.contains { Domination.dominates($0, a) }) }
        #expect(archive.progress >= boxes.count)
        let before = archive
        for objectives in [[2, 2], [.infinity, 0]] { try archive.add([0, 0], Evaluation(objectives: objectives)) }
        try archive.add([0, 0], Evaluation(objectives: [0, 0], violation: 1))
        #expect(archive == before)
    }

    @Test("In one box the point nearer to its corner stays, the earlier of two as near")
    func oneBox() throws {
        var archive = try SearchArchive(epsilons: [1, 1])
        func kept(after objectives: [Double], _ name: Double) throws -> [Double] {
            try archive.add([name], Evaluation(objectives: objectives))
            return archive.members.map { $0.point[0] }
        }
        #expect(try kept(after: [0.5, 0.5], 1) == [1])
        #expect(try kept(after: [0.5, 0.5], 2) == [1])
        #expect(try kept(after: [0.4, 0.4], 3) == [3] && archive.progress == 1)
        #expect(try kept(after: [-0.5, 0.5], 4) == [4] && archive.progress == 2)
    }

    @Test("Epsilons that are not positive numbers, or not as many as objectives, are refused")
    func badEpsilons() throws {
        #expect(throws: SearchError.self) { try SearchArchive(epsilons: [1, 0]) }
        var archive = try SearchArchive(epsilons: [1])
        #expect(throws: SearchError.wrongEpsilons(found: 1, expected: 2)) {
            try archive.add([0], Evaluation(objectives: [1, 2]))
        }
    }
}

@Suite("Fronts against the references", .enabled(if: SharedReferences.present))
struct FrontReferenceTests {
    @Test("All twelve sets: ranks, volumes, contributions, distances and crowding are pymoo's and moocore's")
    func fronts() throws {
        let cases = try SharedReferences.json("fronts.json")["cases"] as? [[String: Any]] ?? []
        #expect(cases.count >= 12)
        for set in cases {
            let points = table(set["points"])
            let reference = list(set["reference_point"])
            let ranks = Domination.ranks(points)
            #expect(ranks.map(Double.init) == list(set["rank"]))
            #expect(agree(Hypervolume.of(points, reference: reference), number(set["hypervolume"])))
            let front = zip(points, ranks).filter { $0.1 == 0 }.map(\.0)
            let own = Hypervolume.contributions(front, reference: reference)
            let expected = list(set["hv_exclusive_contribution_of_front0"])
            // A contribution is a difference of volumes: it has the absolute error of the whole.
            #expect(own.count == expected.count && zip(own, expected).allSatisfy { abs($0 - $1) < 1e-12 })
            let other = table(set["R"])
            #expect(agree(FrontDistance.inverted(front, reference: other), number(set["igd"])))
            #expect(agree(FrontDistance.generational(front, reference: other), number(set["gd"])))
            #expect(agree(FrontDistance.invertedPlus(front, reference: other), number(set["igd_plus"])))
            #expect(agree(FrontDistance.additiveEpsilon(front, reference: other), number(set["epsilon_additive"])))
            let distances = Crowding.distances(table(set["front0_unique_sorted"]))
            let crowding = list(set["crowding_distance_front0_unique"])
            #expect(distances.count == crowding.count)
            for (a, b) in zip(distances, crowding) { #expect(a == b || agree(a / Double(reference.count), b)) }
        }
    }

    @Test("Volumes by hand")
    func analytic() throws {
        let cases = try SharedReferences.json("hypervolume_analytic.json")["cases"] as? [[String: Any]] ?? []
        #expect(cases.count >= 5)
        for set in cases {
            #expect(agree(Hypervolume.of(table(set["points"]), reference: list(set["ref"])), number(set["hv"])))
        }
    }
}
