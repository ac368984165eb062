/// Beam search over a tree: of each level it keeps the best nodes and whatever nothing dominates.
///
/// A node is worth what its line is worth when completed by the standard options: the objective so far misleads, since
/// costs come early and benefits late. Where there are several scenarios, the nodes of a level pass successive halving
/// (Jamieson and Talwalkar 2016): the best 1/eta of them go on to eta times the scenarios, and every nondominated one.
public struct BeamSearch<Tree: DecisionTree>: Sendable {
    /// The tree.
    public let tree: Tree
    /// The nodes kept of a level, nondominated ones beyond them.
    public let width: Int
    /// The scenarios of the last rung.
    public let scenarios: Int
    /// The scenarios of the first rung.
    public let firstScenarios: Int
    /// What a rung divides the nodes and multiplies the scenarios by.
    public let eta: Int
    /// Every leaf whose worth over all scenarios was told, in order.
    public private(set) var rated: [RatedLeaf] = []
    /// Whether it is over.
    public private(set) var isOver = false
    /// How often it was told.
    public private(set) var generation = 0

    private var nodes: [[Int]]
    private var rung: Int
    private var worth: [LeafRequest: Evaluation] = [:]
    private var count = SegmentCount()

    /// A search that keeps `width` nodes of a level.
    ///
    /// - Throws: `SearchError.outOfRange` for a width, a number of scenarios or an eta that can't be.
    public init(
        _ tree: Tree, width: Int = 3, scenarios: Int = 1, firstScenarios: Int? = nil, eta: Int = 2
    ) throws(SearchError) {
        if width < 1 { throw .outOfRange("the beam's width", value: Double(width), allowed: "1 or more") }
        if scenarios < 1 { throw .outOfRange("the scenarios", value: Double(scenarios), allowed: "1 or more") }
        if eta < 2 { throw .outOfRange("eta", value: Double(eta), allowed: "2 or more") }
        self.tree = tree
        self.width = width
        self.scenarios = scenarios
        self.firstScenarios = min(max(firstScenarios ?? scenarios, 1), scenarios)
        self.eta = eta
        rung = self.firstScenarios
        nodes = BeamSearch.expanded([[]], tree)
    }

    /// The segments that the leaves asked so far have in all, each once.
    public var segments: Int { count.total }

    /// The best of the leaves: nondominated ones, limits first.
    public var front: [RatedLeaf] { BeamSearch.nondominated(rated) }

    /// The leaves whose worth it wants to know next: those that were not told before.
    public func ask() -> [LeafRequest] {
        if isOver { return [] }
        var seen = Set<LeafRequest>()
        return nodes.map(request).filter { worth[$0] == nil && seen.insert($0).inserted }
    }

    /// What the leaves of `ask` are worth, in their order.
    public mutating func tell(_ evaluations: [Evaluation]) throws(SearchError) {
        let asked = ask()
        if evaluations.count != asked.count { throw .wrongCount(told: evaluations.count, asked: asked.count) }
        for (request, evaluation) in zip(asked, evaluations) {
            let expected = rated.first?.evaluation.objectives.count ?? evaluation.objectives.count
            if evaluation.objectives.count != expected {
                throw .wrongObjectives(found: evaluation.objectives.count, expected: expected)
            }
            if let place = evaluation.objectives.firstIndex(of: -.infinity) { throw .unbounded(objective: place) }
            worth[request] = evaluation
            count.add(request.leaf)
            if request.scenarios == scenarios { rated.append(RatedLeaf(leaf: request.leaf, evaluation: evaluation)) }
        }
        generation += 1
        repeat { advance() } while !isOver && ask().isEmpty
    }

    private func request(_ node: [Int]) -> LeafRequest {
        LeafRequest(leaf: tree.completed(node), scenarios: rung)
    }

    private mutating func advance() {
        let told = nodes.map { worth[request($0)] ?? Evaluation(objectives: [.infinity], violation: .infinity) }
        let isLast = rung == scenarios
        let wanted = isLast ? width : max(width, (nodes.count + eta - 1) / eta)
        let kept = BeamSearch.best(told, wanted)
        nodes = kept.map { nodes[$0] }
        if isLast {
            let next = BeamSearch.expanded(nodes, tree)
            if next == nodes { isOver = true }
            nodes = next
            rung = firstScenarios
        } else {
            rung = min(rung * eta, scenarios)
        }
    }

    /// The indices of the best so many, and of all that nothing beats.
    static func best(_ evaluations: [Evaluation], _ wanted: Int) -> [Int] {
        let ranks = NSGA2.constrainedRanks(evaluations)
        var order: [Int] = []
        for rank in 0...(ranks.max() ?? 0) {
            let front = ranks.indices.filter { ranks[$0] == rank }
            if front.isEmpty { continue }
            let distances = NSGA2.crowding(front.map { evaluations[$0].objectives })
            order += front.indices.sorted {
                distances[$0] != distances[$1] ? distances[$0] > distances[$1] : $0 < $1
            }.map { front[$0] }
        }
        let nondominated = ranks.count { $0 == 0 }
        return order.prefix(max(wanted, nondominated)).sorted()
    }

    private static func expanded(_ nodes: [[Int]], _ tree: Tree) -> [[Int]] {
        nodes.flatMap { node in
            let options = tree.options(after: node)
            return options == 0 ? [node] : (0..<options).map { node + [$0] }
        }
    }

    static func nondominated(_ rated: [RatedLeaf]) -> [RatedLeaf] {
        guard !rated.isEmpty else { return [] }
        let ranks = NSGA2.constrainedRanks(rated.map(\.evaluation))
        return rated.indices.filter { ranks[$0] == 0 }.map { rated[$0] }
    }
}
