/// The genetic search NSGA-II, with an epsilon archive and restarts where epsilons are given.
///
/// Deb, Pratap, Agarwal and Meyarivan 2002; restarts after Kollat and Reed 2006 ("Comparing state-of-the-art evolutionary
/// multi-objective algorithms for long-term groundwater monitoring design"): where the archive makes no epsilon-progress
/// for `patience` generations, the population becomes four times the archive: its members, and mutants of them. All ties
/// are broken by index.
public struct NSGA2: Search, Codable {
    /// A point and what it is worth, with its place in the population.
    public struct Member: Sendable, Hashable, Codable {
        /// Where it is in the unit cube.
        public let point: [Double]
        /// What it is worth.
        public let evaluation: Evaluation
        /// 0 for what nothing beats.
        public internal(set) var rank: Int
        /// How far its neighbours of the same rank are, in parts of the front; infinite at the ends.
        public internal(set) var crowding: Double
    }

    /// What is searched.
    public let space: SearchSpace
    /// How often it was told.
    public private(set) var generation = 0
    /// The individuals of a generation; restarts change it.
    public private(set) var size: Int
    /// The survivors, the best first.
    public private(set) var population: [Member] = []
    /// The archive; nil without epsilons.
    public private(set) var archive: SearchArchive?
    /// How often it began anew from its archive.
    public private(set) var restarts = 0
    /// Generations without epsilon-progress before a restart.
    public let patience: Int
    /// The smallest and the largest population after a restart.
    public static let restartSizes = 20...2000

    private let draw: SearchDraw
    private let variation: Variation
    private var lastProgress = 0
    private var idle = 0
    /// The points of a restart; empty where children are asked.
    private var seeds: [[Double]] = []

    /// A search whose first generation is random.
    ///
    /// - Parameters:
    ///   - size: individuals a generation, an even number from 4 on.
    ///   - epsilons: one an objective, the sides of the archive's boxes; without them there are no restarts.
    public init(
        _ space: SearchSpace, size: Int = 100, seed: UInt64, epsilons: [Double]? = nil, patience: Int = 10
    ) throws(SearchError) {
        guard size >= 4, size % 2 == 0, size <= 1_000_000 else {
            throw .outOfRange("the population", value: Double(size), allowed: "an even number from 4 to 1000000")
        }
        self.space = space
        self.size = size
        self.patience = max(patience, 1)
        draw = SearchDraw(seed: seed)
        variation = Variation(crossoverIndex: 15, crossoverChance: 0.9, mutationIndex: 20, mutationChance: 0.9)
        if let epsilons { archive = try SearchArchive(epsilons: epsilons) }
    }

    /// Exhausted where every point of a small space has been in the population.
    public var end: SearchEnd? { generation > 0 && ask().isEmpty ? .exhausted : nil }

    /// The members that nothing in the population beats and that meet all limits.
    public var front: [Member] { population.filter { $0.rank == 0 && $0.evaluation.isFeasible } }

    /// The next generation.
    public func ask() -> [[Double]] {
        if generation == 0 { return Offspring.first(size, space, draw) }
        if !seeds.isEmpty { return seeds }
        let parents = population
        return Offspring.make(size, space, draw, variation, generation, known: parents.map(\.point)) { a, b in
            let (x, y) = (parents[a], parents[b])
            if x.rank != y.rank { return x.rank < y.rank ? a : b }
            if x.crowding != y.crowding { return x.crowding > y.crowding ? a : b }
            return min(a, b)
        }
    }

    /// Takes in what the generation is worth, and keeps the best of it and of the population.
    public mutating func tell(_ evaluations: [Evaluation]) throws(SearchError) {
        let points = ask()
        try check(evaluations, asked: points.count, objectives: population.first?.evaluation.objectives.count)
        if var archive {
            for (point, evaluation) in zip(points, evaluations) { try archive.add(point, evaluation) }
            self.archive = archive
        }
        let all =
            population.map { ($0.point, $0.evaluation) } + zip(points, evaluations).map { ($0, $1) }
        population = NSGA2.survivors(all, size: size)
        seeds = []
        generation += 1
        restartWhereIdle()
    }

    private mutating func restartWhereIdle() {
        guard let archive, !archive.members.isEmpty else { return }
        idle = archive.progress > lastProgress ? 0 : idle + 1
        lastProgress = archive.progress
        if idle < patience { return }
        idle = 0
        restarts += 1
        let kept = archive.members
        let wanted = min(max(4 * kept.count, NSGA2.restartSizes.lowerBound), NSGA2.restartSizes.upperBound)
        size = wanted + wanted % 2
        population = NSGA2.survivors(kept.map { ($0.point, $0.evaluation) }, size: size)
        var known = Set(population.map(\.point))
        for individual in 0..<max(size - population.count, 0) {
            let parent = population[individual % population.count].point
            for attempt in 0..<Offspring.attempts {
                let mutant = variation.mutated(
                    parent, space, draw, generation, individual, attempt, chance: max(0.5, 1 / Double(parent.count)))
                if known.insert(mutant).inserted {
                    seeds.append(mutant)
                    break
                }
            }
        }
    }

    /// The best of all: by rank, in the last rank by crowding.
    static func survivors(_ all: [([Double], Evaluation)], size: Int) -> [Member] {
        let ranks = constrainedRanks(all.map(\.1))
        var fronts: [[Int]] = []
        for (index, rank) in ranks.enumerated() {
            while fronts.count <= rank { fronts.append([]) }
            fronts[rank].append(index)
        }
        var kept: [Member] = []
        for (rank, front) in fronts.enumerated() where kept.count < size && !front.isEmpty {
            let distances = crowding(front.map { all[$0].1.objectives })
            var order = Array(front.indices)
            if kept.count + front.count > size {
                order.sort { distances[$0] != distances[$1] ? distances[$0] > distances[$1] : $0 < $1 }
            }
            for place in order.prefix(size - kept.count) {
                let (point, evaluation) = all[front[place]]
                kept.append(
                    Member(point: point, evaluation: evaluation, rank: rank, crowding: distances[place]))
            }
        }
        return kept
    }

    /// Ranks with limits first: those that meet them by domination, then the others by how much they miss them.
    static func constrainedRanks(_ evaluations: [Evaluation]) -> [Int] {
        let feasible = evaluations.indices.filter { evaluations[$0].isFeasible }
        var ranks = [Int](repeating: 0, count: evaluations.count)
        var next = 0
        for (index, rank) in zip(feasible, Domination.ranks(feasible.map { evaluations[$0].objectives })) {
            ranks[index] = rank
            next = max(next, rank + 1)
        }
        let violations = Set(evaluations.lazy.filter { !$0.isFeasible }.map(\.violation)).sorted()
        let places = Dictionary(uniqueKeysWithValues: violations.enumerated().map { ($1, next + $0) })
        for (index, evaluation) in evaluations.enumerated() where !evaluation.isFeasible {
            ranks[index] = places[evaluation.violation, default: next]
        }
        return ranks
    }

    /// For every point of a front the sum over objectives of (next - previous) / (largest - smallest).
    static func crowding(_ front: [[Double]]) -> [Double] {
        var sums = [Double](repeating: 0, count: front.count)
        for objective in front[0].indices {
            let order = front.indices.sorted {
                let (x, y) = (front[$0][objective], front[$1][objective])
                return x != y ? x < y : $0 < $1
            }
            let (least, most) = (front[order[0]][objective], front[order[order.count - 1]][objective])
            sums[order[0]] = .infinity
            sums[order[order.count - 1]] = .infinity
            let span = most - least
            guard order.count > 2, span > 0, span.isFinite else { continue }
            for place in 1..<(order.count - 1) {
                sums[order[place]] +=
                    (front[order[place + 1]][objective] - front[order[place - 1]][objective]) / span
            }
        }
        return sums
    }
}

/// Generations of genetic searches.
enum Offspring {
    /// How often a pair tries to make children that are not there yet.
    static let attempts = 16

    /// The first generation: points at random, none twice.
    static func first(_ size: Int, _ space: SearchSpace, _ draw: SearchDraw) -> [[Double]] {
        var known = Set<[Double]>()
        var points: [[Double]] = []
        for individual in 0..<size {
            for attempt in 0..<attempts {
                let point = space.settled(
                    space.genes.indices.map { gene in
                        draw.uniform(.first, generation: 0, individual: individual, gene: gene, attempt: attempt)
                    })
                if known.insert(point).inserted {
                    points.append(point)
                    break
                }
            }
        }
        return points
    }

    /// As many children as wanted, fewer where pairs make nothing new; parents are the winners of contests of two.
    static func make(
        _ size: Int, _ space: SearchSpace, _ draw: SearchDraw, _ variation: Variation, _ generation: Int,
        known points: [[Double]], winner: (Int, Int) -> Int
    ) -> [[Double]] {
        var known = Set(points)
        var children: [[Double]] = []
        // Every individual is in as many contests as the others: contestants are dealt from permutations.
        let deals = (0...(2 * size + 2) / points.count).map {
            draw.permutation(points.count, .shuffle, generation: generation, gene: $0)
        }
        func dealt(_ number: Int) -> Int { deals[number / points.count][number % points.count] }
        for pair in 0..<((size + 1) / 2) {
            var wanted = min(2, size - children.count)
            for attempt in 0..<attempts where wanted > 0 {
                func parent(_ number: Int) -> Int {
                    if attempt == 0 { return winner(dealt(4 * pair + 2 * number), dealt(4 * pair + 2 * number + 1)) }
                    let (u, v) = draw.uniforms(
                        .contest, generation: generation, individual: 2 * pair + number, attempt: attempt)
                    let a = min(Int(u * Double(points.count)), points.count - 1)
                    return winner(a, min(Int(v * Double(points.count)), points.count - 1))
                }
                let made = variation.children(
                    points[parent(0)], points[parent(1)], space: space, draw: draw, generation: generation, pair: pair,
                    attempt: attempt)
                for child in made where wanted > 0 && known.insert(child).inserted {
                    children.append(child)
                    wanted -= 1
                }
            }
        }
        return children
    }
}
