import Foundation

/// Monte Carlo tree search for one objective: goes down where lines were best or are little known.
///
/// Kocsis and Szepesvari 2006 (UCT). A child is worth the best line through it, in parts of the range from the median of all
/// lines so far to the best, plus `exploration` sqrt(ln visits of the parent / visits of the child), which fades in proportion to the decisions that
/// are left: early ones weigh most. From a new child on, a line follows the best line so far where it can, else a random
/// option. No leaf is asked twice: a child whose leaves are all told is passed
/// over. Scenarios are common to all leaves, so that a leaf's worth is one number.
public struct TreeSearch<Tree: DecisionTree>: Sendable {
    /// The tree.
    public let tree: Tree
    /// How much a little-known child is preferred, in parts of the range of the objective.
    public let exploration: Double
    /// The segments that it may ask for, each once.
    public let budget: Int
    /// The leaves of one `ask`, which are chosen without knowing of each other.
    public let batch: Int
    /// The scenarios of every leaf.
    public let scenarios: Int
    /// Every leaf whose worth was told, in order.
    public private(set) var rated: [RatedLeaf] = []
    /// How often it was told.
    public private(set) var generation = 0

    private let draw: SearchDraw
    /// The decisions on the way of the standard options.
    private let depth: Int
    private var visits: [[Int]: Int] = [:]
    private var best: [[Int]: Double] = [:]
    private var closed: Set<[Int]> = []
    private var count = SegmentCount()
    private var asked: [(leaf: [Int], path: [[Int]])] = []
    private var bestLeaf: RatedLeaf?
    /// The objectives told so far, ascending; those that miss a limit or are infinite left out.
    private var told: [Double] = []

    /// A search for the leaf whose objective is least.
    ///
    /// - Parameters:
    ///   - budget: segments; a leaf that would need more than is left ends the search.
    ///   - exploration: anything from 0.2 to 0.4 found the best of DICE's trees with any of 100 seeds.
    ///   - batch: more than one leaf at a time costs some of the certainty: 80 to 95 seeds of 100.
    public init(
        _ tree: Tree, budget: Int, exploration: Double = 0.2, batch: Int = 1, scenarios: Int = 1, seed: UInt64
    ) throws(SearchError) {
        if budget < 1 { throw .outOfRange("the budget", value: Double(budget), allowed: "1 or more") }
        if batch < 1 { throw .outOfRange("the batch", value: Double(batch), allowed: "1 or more") }
        guard exploration >= 0, exploration.isFinite else {
            throw .outOfRange("the exploration", value: exploration, allowed: "0 or more")
        }
        self.tree = tree
        self.budget = budget
        self.exploration = exploration
        self.batch = batch
        self.scenarios = scenarios
        draw = SearchDraw(seed: seed)
        depth = max(tree.completed([]).count, 1)
        choose()
    }

    /// Whether it is over: the budget is spent or every leaf told.
    public var isOver: Bool { asked.isEmpty }
    /// The segments that the leaves asked so far have in all, each once.
    public var segments: Int { count.total }
    /// The best leaf so far, limits first; the first of equals.
    public var front: [RatedLeaf] { bestLeaf.map { [$0] } ?? [] }

    /// The leaves whose worth it wants to know next.
    public func ask() -> [LeafRequest] { asked.map { LeafRequest(leaf: $0.leaf, scenarios: scenarios) } }

    /// What the leaves of `ask` are worth, in their order.
    public mutating func tell(_ evaluations: [Evaluation]) throws(SearchError) {
        if evaluations.count != asked.count { throw .wrongCount(told: evaluations.count, asked: asked.count) }
        for (each, evaluation) in zip(asked, evaluations) {
            guard evaluation.objectives.count == 1 else {
                throw .unsuitableObjectives(
                    method: "tree search", found: evaluation.objectives.count, wanted: "one objective")
            }
            if evaluation.objectives[0] == -.infinity { throw .unbounded(objective: 0) }
            let leaf = RatedLeaf(leaf: each.leaf, evaluation: evaluation)
            rated.append(leaf)
            if bestLeaf.map({ evaluation.precedes($0.evaluation) }) ?? true { bestLeaf = leaf }
            let value = evaluation.objectives[0]
            guard evaluation.isFeasible, value.isFinite else { continue }
            told.insert(value, at: told.firstIndex { $0 > value } ?? told.count)
            for node in each.path { best[node] = min(best[node] ?? .infinity, value) }
        }
        generation += 1
        asked = []
        choose()
    }

    private mutating func choose() {
        while asked.count < batch, !closed.contains([]) {
            let (leaf, path) = next(number: asked.count)
            if count.total + count.missing(leaf) > budget { return }
            count.add(leaf)
            for node in path { visits[node, default: 0] += 1 }
            close(leaf)
            asked.append((leaf, path))
        }
    }

    private mutating func close(_ leaf: [Int]) {
        closed.insert(leaf)
        for depth in stride(from: leaf.count - 1, through: 0, by: -1) {
            let node = Array(leaf.prefix(depth))
            guard (0..<tree.options(after: node)).allSatisfy({ closed.contains(node + [$0]) }) else { return }
            closed.insert(node)
        }
    }

    /// The next leaf, and the nodes on its way that are known or become so.
    private func next(number: Int) -> (leaf: [Int], path: [[Int]]) {
        var node: [Int] = []
        var path: [[Int]] = [[]]
        while true {
            let open = (0..<tree.options(after: node)).filter { !closed.contains(node + [$0]) }
            if open.isEmpty { break }
            let unknown = open.filter { visits[node + [$0]] == nil }
            if !unknown.isEmpty {
                let u = draw.uniform(
                    .expand, generation: generation, individual: number, gene: node.count)
                node.append(unknown[min(Int(u * Double(unknown.count)), unknown.count - 1)])
                path.append(node)
                break
            }
            let logarithm = log(Double(visits[node, default: 1]))
            let weight = exploration * Double(max(depth - node.count, 1)) / Double(depth)
            var chosen = open[0]
            var highest = -Double.infinity
            for option in open {
                let child = node + [option]
                let doubt = (logarithm / Double(visits[child, default: 1])).squareRoot()
                let score = worth(child) + weight * doubt
                if score > highest { (chosen, highest) = (option, score) }
            }
            node.append(chosen)
            path.append(node)
        }
        while true {
            let options = tree.options(after: node)
            if options == 0 { break }
            let open = (0..<options).filter { !closed.contains(node + [$0]) }
            let followed = bestLeaf.flatMap { $0.leaf.count > node.count ? $0.leaf[node.count] : nil }
            if let followed, open.contains(followed) {
                node.append(followed)
            } else if bestLeaf == nil {
                let standard = tree.standard(after: node)
                node.append(open.contains(standard) ? standard : open[0])
            } else {
                let u = draw.uniform(.rollout, generation: generation, individual: number, gene: node.count)
                node.append(open[min(Int(u * Double(open.count)), open.count - 1)])
            }
        }
        return (node, path)
    }

    /// The best line through a node: 1 is the best of all, 0 what is no better than the median of all.
    ///
    /// The worst lines don't count: one that is far off would make all others look alike.
    private func worth(_ node: [Int]) -> Double {
        guard let value = best[node], let first = told.first else { return 0 }
        let middle = told[told.count / 2]
        return middle > first ? max(middle - value, 0) / (middle - first) : 0
    }
}
