import WorldModel

/// One coordinate of what is searched: a number between two bounds, or one of several options.
public struct Gene: Sendable, Hashable, Codable {
    /// What values it may have.
    public enum Kind: Sendable, Hashable, Codable {
        /// Any number from the first to the second.
        case range(Double, Double)
        /// One of so many options, numbered from 0.
        case choice(Int)
    }

    /// Its name.
    public let name: String
    /// What values it may have.
    public let kind: Kind

    /// A number from `lower` to `upper`.
    public init(_ name: String, from lower: Double, to upper: Double) {
        self.name = name
        kind = .range(lower, upper)
    }

    /// One of so many options.
    public init(_ name: String, options: Int) {
        self.name = name
        kind = .choice(options)
    }

    /// The value of a coordinate u in 0...1: the number, or the option's index.
    public func value(_ u: Double) -> Double {
        switch kind {
        case .range(let lower, let upper): min(max(lower + u * (upper - lower), lower), upper)
        case .choice(let options): Double(option(u, of: options))
        }
    }

    /// The coordinate nearest to u that has a value of its own: u itself, or the middle of its option's share.
    func settled(_ u: Double) -> Double {
        switch kind {
        case .range: min(max(u, 0), 1)
        case .choice(let options): (Double(option(u, of: options)) + 0.5) / Double(options)
        }
    }

    /// Whether it has one value only.
    var isFixed: Bool {
        switch kind {
        case .range(let lower, let upper): lower == upper
        case .choice(let options): options == 1
        }
    }

    private func option(_ u: Double, of options: Int) -> Int { min(max(Int(u * Double(options)), 0), options - 1) }
}

/// What is searched: a cube with one coordinate in 0...1 a gene.
public struct SearchSpace: Sendable, Hashable, Codable {
    /// The genes.
    public let genes: [Gene]

    /// A space of genes.
    ///
    /// - Throws: `SearchError` where there is no gene, a name stands twice, a range is empty or not finite, or a choice
    ///   has no option.
    public init(_ genes: [Gene]) throws(SearchError) {
        if genes.isEmpty { throw .emptySpace }
        var seen = Set<String>()
        for gene in genes {
            if !seen.insert(gene.name).inserted { throw .duplicateGene(gene.name) }
            switch gene.kind {
            case .range(let lower, let upper):
                guard lower.isFinite, upper.isFinite, lower <= upper else {
                    throw .badRange(gene.name, lower: lower, upper: upper)
                }
            case .choice(let options): if options < 1 { throw .noOptions(gene.name) }
            }
        }
        self.genes = genes
    }

    /// The values of a point of the cube, gene by gene.
    public func values(of point: [Double]) -> [Double] { zip(genes, point).map { $0.value($1) } }

    /// The number of points that differ; nil where a range makes them countless.
    public var size: Int? {
        var product = 1
        for gene in genes where !gene.isFixed {
            guard case .choice(let options) = gene.kind else { return nil }
            let (next, overflow) = product.multipliedReportingOverflow(by: options)
            if overflow { return nil }
            product = next
        }
        return product
    }

    func settled(_ point: [Double]) -> [Double] { zip(genes, point).map { $0.settled($1) } }
}

/// What a point turned out to be worth.
public struct Evaluation: Sendable, Hashable, Codable {
    /// The objectives, all to be small; one that is not a number counts as infinitely bad.
    public let objectives: [Double]
    /// By how much the limits are missed, summed over them; 0 where all are met.
    public let violation: Double

    /// An evaluation.
    public init(objectives: [Double], violation: Double = 0) {
        self.objectives = objectives.map { $0.isNaN ? .infinity : $0 }
        self.violation = violation.isNaN ? .infinity : max(violation, 0)
    }

    /// Whether all limits are met.
    public var isFeasible: Bool { violation == 0 }

    /// Whether this one is better in Deb's sense: limits first, then domination.
    public func beats(_ other: Evaluation) -> Bool {
        if violation != other.violation { return violation < other.violation }
        return Domination.dominates(objectives, other.objectives)
    }

    /// Whether this one comes first where there is one objective: limits first, then the objective.
    func precedes(_ other: Evaluation) -> Bool {
        violation != other.violation ? violation < other.violation : objectives[0] < other.objectives[0]
    }
}

/// What is wrong with a search, or with what it was told.
public enum SearchError: Error, Hashable, CustomStringConvertible {
    /// There is nothing to search.
    case emptySpace
    /// Two genes have one name.
    case duplicateGene(String)
    /// The bounds of a gene are crossed or not finite.
    case badRange(String, lower: Double, upper: Double)
    /// A choice has no option.
    case noOptions(String)
    /// A number of the search's own is out of its range.
    case outOfRange(String, value: Double, allowed: String)
    /// The method can't search genes of this kind.
    case wrongKind(method: String, gene: String, wanted: String)
    /// Another number of evaluations was told than asked for.
    case wrongCount(told: Int, asked: Int)
    /// An evaluation has another number of objectives than the first.
    case wrongObjectives(found: Int, expected: Int)
    /// The method needs another number of objectives.
    case unsuitableObjectives(method: String, found: Int, wanted: String)
    /// The list of epsilons has another length than the objectives.
    case wrongEpsilons(found: Int, expected: Int)
    /// An objective has no lower bound: it reached minus infinity.
    case unbounded(objective: Int)

    /// What is wrong, and what would be right.
    public var description: String {
        switch self {
        case .emptySpace: "there is nothing to search: no lever has a range or options"
        case .duplicateGene(let name): "the name '\(name)' stands twice in what is searched; names must differ"
        case .badRange(let name, let lower, let upper):
            "'\(name)' ranges from \(lower) to \(upper); both must be finite and the first not above the second"
        case .noOptions(let name): "'\(name)' has no options; it needs at least one"
        case .outOfRange(let what, let value, let allowed): "\(what) is \(value); allowed: \(allowed)"
        case .wrongKind(let method, let gene, let wanted):
            "\(method) searches \(wanted) only, and '\(gene)' is none; choose another method"
        case .wrongCount(let told, let asked): "told \(counted(told, "evaluation")), asked for \(asked)"
        case .wrongObjectives(let found, let expected):
            "an evaluation has \(counted(found, "objective")), where the others have \(expected)"
        case .unsuitableObjectives(let method, let found, let wanted):
            "\(method) needs \(wanted), and there are \(found)"
        case .wrongEpsilons(let found, let expected):
            "\(counted(found, "epsilon")) for \(counted(expected, "objective")); give each objective one, above 0"
        case .unbounded(let objective):
            "objective \(objective) reached minus infinity: it has no bound, and nothing can be the best; bound it or a gene"
        }
    }
}

/// Proposes points, learns what they are worth, proposes better ones.
///
/// A search has no generator: what it asks is a function of its seed, its generation and what it was told. So `ask` may be
/// called again, a copy goes on as the original, and one that is told the same from the start is the same.
public protocol Search: Sendable {
    /// What is searched.
    var space: SearchSpace { get }
    /// How often it was told.
    var generation: Int { get }
    /// Why it is over; nil while it goes on.
    var end: SearchEnd? { get }
    /// The points whose worth it wants to know next; none where it is over.
    func ask() -> [[Double]]
    /// What the points of `ask` are worth, in their order.
    mutating func tell(_ evaluations: [Evaluation]) throws(SearchError)
}

/// Why a search is over.
public enum SearchEnd: String, Sendable, Hashable, Codable {
    /// Every point has been asked.
    case exhausted
    /// It stands still, and no restart is left.
    case converged
}

extension Search {
    /// Throws where evaluations don't fit what was asked.
    func check(_ evaluations: [Evaluation], asked: Int, objectives: Int?) throws(SearchError) {
        if evaluations.count != asked { throw .wrongCount(told: evaluations.count, asked: asked) }
        let expected = objectives ?? evaluations.first?.objectives.count ?? 0
        for evaluation in evaluations {
            if evaluation.objectives.count != expected {
                throw .wrongObjectives(found: evaluation.objectives.count, expected: expected)
            }
            if let place = evaluation.objectives.firstIndex(of: -.infinity) { throw .unbounded(objective: place) }
        }
    }
}
