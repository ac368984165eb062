import WorldModel

/// Points that are chosen before anything is known.
public enum Design: Sendable, Hashable, Codable {
    /// Every combination of options and of so many evenly spaced values of each range, bounds included.
    case factorial(levels: Int)
    /// So many points, of which each share 1/n of every gene has one (McKay, Beckman and Conover 1979).
    case latinHypercube(Int)
    /// So many points of a Sobol sequence, scrambled by the seed (Owen 1995); its first points are those of a longer one.
    case sobol(Int)
    /// So many independent points.
    case uniform(Int)

    /// The genes that a Sobol sequence can have.
    public static let sobolGenes = Sobol.dimensions
    /// The points that a factorial design may have.
    public static let mostPoints = 10_000_000

    /// The points of the design in the unit cube of a space.
    ///
    /// - Throws: `SearchError.outOfRange` for a number of points, levels or genes that can't be.
    public func points(in space: SearchSpace, seed: UInt64) throws(SearchError) -> [[Double]] {
        let draw = SearchDraw(seed: seed)
        let genes = space.genes
        switch self {
        case .factorial(let levels): return try Design.factorial(space, levels: levels)
        case .latinHypercube(let count):
            try Design.check(count)
            let orders = genes.indices.map { draw.permutation(count, .shuffle, generation: 0, gene: $0) }
            return (0..<count).map { point in
                space.settled(
                    genes.indices.map { gene in
                        let u = draw.uniform(.first, generation: 0, individual: point, gene: gene)
                        return (Double(orders[gene][point]) + u) / Double(count)
                    })
            }
        case .sobol(let count):
            try Design.check(count)
            if genes.count > Design.sobolGenes {
                throw .outOfRange(
                    "the number of genes of a Sobol design", value: Double(genes.count),
                    allowed: "1 to \(Design.sobolGenes)")
            }
            let sequence = Sobol(seed: seed)
            return (0..<count).map { point in space.settled(genes.indices.map { sequence.point(point, $0) }) }
        case .uniform(let count):
            try Design.check(count)
            return (0..<count).map { point in
                space.settled(
                    genes.indices.map { draw.uniform(.first, generation: 0, individual: point, gene: $0) })
            }
        }
    }

    private static func check(_ count: Int) throws(SearchError) {
        guard (1...mostPoints).contains(count) else {
            throw .outOfRange("the number of points", value: Double(count), allowed: "1 to \(mostPoints)")
        }
    }

    private static func factorial(_ space: SearchSpace, levels: Int) throws(SearchError) -> [[Double]] {
        guard (1...mostPoints).contains(levels) else {
            throw .outOfRange("the number of levels", value: Double(levels), allowed: "1 to \(mostPoints)")
        }
        let values = space.genes.map { gene -> [Double] in
            if gene.isFixed { return [gene.settled(0)] }
            switch gene.kind {
            case .choice(let options): return (0..<options).map { (Double($0) + 0.5) / Double(options) }
            case .range:
                return levels == 1 ? [0.5] : (0..<levels).map { Double($0) / Double(levels - 1) }
            }
        }
        var points: [[Double]] = [[]]
        for list in values {
            guard points.count * list.count <= mostPoints else {
                throw .outOfRange(
                    "the number of combinations", value: values.reduce(1) { $0 * Double($1.count) },
                    allowed: "1 to \(mostPoints)")
            }
            points = points.flatMap { point in list.map { point + [$0] } }
        }
        return points
    }
}

/// The search that asks the points of a design, so many at a time.
public struct DesignSearch: Search, Codable {
    /// What is searched.
    public let space: SearchSpace
    /// How often it was told.
    public private(set) var generation = 0
    private let points: [[Double]]
    private let batch: Int

    /// A search of a design's points in batches.
    public init(_ space: SearchSpace, design: Design, batch: Int = 64, seed: UInt64) throws(SearchError) {
        self.space = space
        points = try design.points(in: space, seed: seed)
        self.batch = max(batch, 1)
    }

    /// Exhausted when every point was told.
    public var end: SearchEnd? { generation * batch >= points.count ? .exhausted : nil }

    /// The next batch.
    public func ask() -> [[Double]] {
        Array(points[min(generation * batch, points.count)..<min((generation + 1) * batch, points.count)])
    }

    /// Goes on to the next batch.
    public mutating func tell(_ evaluations: [Evaluation]) throws(SearchError) {
        try check(evaluations, asked: ask().count, objectives: nil)
        generation += 1
    }
}
