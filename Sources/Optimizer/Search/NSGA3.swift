/// The genetic search NSGA-III, for four objectives and more: survivors are spread along reference directions.
///
/// Deb and Jain 2014, "An evolutionary many-objective optimization algorithm using reference-point-based nondominated
/// sorting approach, part I". Extreme points are kept from generation to generation; ties are broken by index.
public struct NSGA3: Search, Codable {
    /// What is searched.
    public let space: SearchSpace
    /// How often it was told.
    public private(set) var generation = 0
    /// The individuals of a generation.
    public let size: Int
    /// The reference directions: points of the unit simplex.
    public let directions: [[Double]]
    /// The survivors.
    public private(set) var population: [NSGA2.Member] = []

    private let draw: SearchDraw
    private let variation: Variation
    private var ideal: [Double] = []
    private var worst: [Double] = []
    private var extremes: [[Double]] = []

    /// A search whose first generation is random.
    ///
    /// - Parameters:
    ///   - objectives: their number, at least 2.
    ///   - divisions: parts of each edge of the simplex; the directions are all points with whole parts.
    ///   - size: individuals a generation, an even number not below that of directions; by default the least.
    public init(
        _ space: SearchSpace, objectives: Int, divisions: Int = 12, size: Int? = nil, seed: UInt64
    ) throws(SearchError) {
        if objectives < 2 {
            throw .unsuitableObjectives(method: "NSGA-III", found: objectives, wanted: "two objectives or more")
        }
        guard (1...200).contains(divisions), NSGA3.count(objectives, divisions) <= 100_000 else {
            throw .outOfRange(
                "the number of divisions", value: Double(divisions), allowed: "1 to 200, of at most 100000 directions")
        }
        directions = NSGA3.directions(objectives, divisions)
        let size = size ?? max(directions.count + directions.count % 2, 4)
        guard size >= 4, size % 2 == 0 else {
            throw .outOfRange("the population", value: Double(size), allowed: "an even number from 4 on")
        }
        self.space = space
        self.size = size
        draw = SearchDraw(seed: seed)
        variation = Variation(crossoverIndex: 30, crossoverChance: 1, mutationIndex: 20, mutationChance: 0.9)
    }

    /// Exhausted where every point of a small space has been in the population.
    public var end: SearchEnd? { generation > 0 && ask().isEmpty ? .exhausted : nil }

    /// The members that nothing in the population beats and that meet all limits.
    public var front: [NSGA2.Member] { population.filter { $0.rank == 0 && $0.evaluation.isFeasible } }

    /// The next generation.
    public func ask() -> [[Double]] {
        if generation == 0 { return Offspring.first(size, space, draw) }
        let parents = population
        return Offspring.make(size, space, draw, variation, generation, known: parents.map(\.point)) { a, b in
            let (x, y) = (parents[a].evaluation.violation, parents[b].evaluation.violation)
            return x == y ? a : x < y ? a : b
        }
    }

    /// Takes in what the generation is worth, and keeps the best of it and of the population.
    public mutating func tell(_ evaluations: [Evaluation]) throws(SearchError) {
        let points = ask()
        try check(evaluations, asked: points.count, objectives: directions[0].count)
        let all =
            population.map { ($0.point, $0.evaluation) } + zip(points, evaluations).map { ($0, $1) }
        let ranks = NSGA2.constrainedRanks(all.map(\.1))
        let order = ranks.indices.sorted { ranks[$0] != ranks[$1] ? ranks[$0] < ranks[$1] : $0 < $1 }
        let last = order.count > size ? ranks[order[size - 1]] : Int.max
        var chosen = order.filter { ranks[$0] < last }
        let contested = order.filter { ranks[$0] == last }
        if chosen.count < size, !contested.isEmpty {
            chosen += spread(all.map(\.1), ranks: ranks, chosen: chosen, contested: contested)
        }
        population = chosen.map {
            NSGA2.Member(point: all[$0].0, evaluation: all[$0].1, rank: ranks[$0], crowding: 0)
        }
        generation += 1
    }

    /// Those of the contested front that fill the emptiest directions.
    private mutating func spread(
        _ evaluations: [Evaluation], ranks: [Int], chosen: [Int], contested: [Int]
    ) -> [Int] {
        let wanted = size - chosen.count
        guard evaluations[contested[0]].isFeasible else { return Array(contested.prefix(wanted)) }
        let taken = (chosen + contested).filter { evaluations[$0].objectives.allSatisfy(\.isFinite) }
        let points = taken.map { evaluations[$0].objectives }
        guard !points.isEmpty else { return Array(contested.prefix(wanted)) }
        let front = taken.filter { ranks[$0] == 0 }.map { evaluations[$0].objectives }
        let nadir = normalise(points, front: front.isEmpty ? points : front)
        let scaled = points.map { f in f.indices.map { (f[$0] - ideal[$0]) / (nadir[$0] - ideal[$0]) } }
        let (nearest, distance) = associate(scaled)
        var seat: [Int: Int] = [:]
        for (place, index) in taken.enumerated() { seat[index] = place }
        var niche = [Int](repeating: 0, count: directions.count)
        for index in chosen { if let place = seat[index] { niche[nearest[place]] += 1 } }
        var waiting: [Int: [Int]] = [:]
        for index in contested { if let place = seat[index] { waiting[nearest[place], default: []].append(index) } }
        var picked: [Int] = []
        while picked.count < wanted, !waiting.isEmpty {
            let least = waiting.keys.map { niche[$0] }.min() ?? 0
            let open = waiting.keys.filter { niche[$0] == least }.sorted()
            let u = draw.uniforms(.niche, generation: generation, individual: picked.count)
            let direction = open[min(Int(u.0 * Double(open.count)), open.count - 1)]
            var members = waiting[direction, default: []]
            let place: Int
            if least == 0 {
                place =
                    members.indices.min {
                        let (a, b) = (distance[seat[members[$0], default: 0]], distance[seat[members[$1], default: 0]])
                        return a != b ? a < b : $0 < $1
                    } ?? 0
            } else {
                place = min(Int(u.1 * Double(members.count)), members.count - 1)
            }
            picked.append(members.remove(at: place))
            waiting[direction] = members.isEmpty ? nil : members
            niche[direction] += 1
        }
        let there = Set(picked)
        return picked + contested.filter { !there.contains($0) }.prefix(wanted - picked.count)
    }

    /// Moves the ideal, worst and extreme points; the nadir, by the hyperplane through the extremes where there is one.
    private mutating func normalise(_ points: [[Double]], front: [[Double]]) -> [Double] {
        let objectives = Array(directions[0].indices)
        if ideal.isEmpty {
            ideal = points[0]
            worst = points[0]
        }
        for point in points {
            for i in objectives {
                ideal[i] = min(ideal[i], point[i])
                worst[i] = max(worst[i], point[i])
            }
        }
        let candidates = extremes + front
        extremes = objectives.map { axis in
            func reach(_ point: [Double]) -> Double {
                objectives.map { i in
                    let d = point[i] - ideal[i]
                    return (d < 1e-3 ? 0 : d) * (i == axis ? 1 : 1e6)
                }.max() ?? 0
            }
            var best = candidates[0]
            var least = reach(best)
            for candidate in candidates.dropFirst() {
                let value = reach(candidate)
                if value < least { (best, least) = (candidate, value) }
            }
            return best
        }
        let worstOfFront = objectives.map { i in front.map { $0[i] }.max() ?? 0 }
        var nadir = worstOfFront
        let sides = extremes.map { point in objectives.map { point[$0] - ideal[$0] } }
        if let plane = NSGA3.solve(sides, [Double](repeating: 1, count: objectives.count)) {
            let intercepts = plane.map { 1 / $0 }
            let through = objectives.map { ideal[$0] + intercepts[$0] }
            if objectives.allSatisfy({ intercepts[$0] > 1e-6 && intercepts[$0].isFinite && through[$0] <= worst[$0] }) {
                nadir = through
            }
        }
        return objectives.map { i in
            if nadir[i] - ideal[i] > 1e-6 { return nadir[i] }
            let most = points.map { $0[i] }.max() ?? 0
            return most - ideal[i] > 1e-6 ? most : ideal[i] + 1
        }
    }

    /// The direction that each point is nearest to, and the distance from its line.
    private func associate(_ points: [[Double]]) -> (direction: [Int], distance: [Double]) {
        let lengths = directions.map { $0.reduce(0) { $0 + $1 * $1 }.squareRoot() }
        var nearest: [Int] = []
        var distances: [Double] = []
        for point in points {
            let square = point.reduce(0) { $0 + $1 * $1 }
            var best = 0
            var least = Double.infinity
            for (index, direction) in directions.enumerated() {
                var along = 0.0
                for i in direction.indices { along += point[i] * direction[i] }
                along /= lengths[index]
                let distance = max(square - along * along, 0)
                if distance < least { (best, least) = (index, distance) }
            }
            nearest.append(best)
            distances.append(least.squareRoot())
        }
        return (nearest, distances)
    }

    /// The solution of a small square system by elimination with partial pivoting; nil where it is singular.
    static func solve(_ matrix: [[Double]], _ right: [Double]) -> [Double]? {
        var a = matrix
        var b = right
        let n = b.count
        for column in 0..<n {
            let pivot = (column..<n).max { abs(a[$0][column]) < abs(a[$1][column]) } ?? column
            guard abs(a[pivot][column]) > 1e-14 else { return nil }
            a.swapAt(column, pivot)
            b.swapAt(column, pivot)
            for row in (column + 1)..<max(n, column + 1) {
                let factor = a[row][column] / a[column][column]
                if factor == 0 { continue }
                for k in column..<n { a[row][k] -= factor * a[column][k] }
                b[row] -= factor * b[column]
            }
        }
        for row in stride(from: n - 1, through: 0, by: -1) {
            for k in (row + 1)..<max(n, row + 1) { b[row] -= a[row][k] * b[k] }
            b[row] /= a[row][row]
        }
        return b.allSatisfy(\.isFinite) ? b : nil
    }

    /// How many directions so many divisions make: (divisions + objectives - 1) over (objectives - 1).
    static func count(_ objectives: Int, _ divisions: Int) -> Double {
        (1..<objectives).reduce(1.0) { $0 * Double(divisions + $1) / Double($1) }
    }

    /// All points of the simplex whose coordinates are whole parts (Das and Dennis 1998).
    static func directions(_ objectives: Int, _ divisions: Int) -> [[Double]] {
        func parts(_ left: Int, _ places: Int) -> [[Int]] {
            if places == 1 { return [[left]] }
            return (0...left).flatMap { first in parts(left - first, places - 1).map { [first] + $0 } }
        }
        return parts(divisions, objectives).map { $0.map { Double($0) / Double(divisions) } }
    }
}
