public import WorldModel

extension Tree {
    /// The size of a tree, counted without building it; a count beyond all numbers is infinite.
    public struct Size: Sendable, Hashable {
        /// The leaves.
        public var policies = 0.0
        /// The nodes, leaves included.
        public var nodes = 0.0
        /// The years, or longer steps, of all nodes.
        public var steps = 0.0
    }

    /// The size of the tree of a study.
    public static func size(of study: Study) -> Size {
        if study.policies != nil {
            // The rows of the table bound a tree of listed policies.
            let tree = Tree(study: study)
            return Size(
                policies: Double(tree.policies.count), nodes: Double(tree.nodes.count),
                steps: Double(tree.nodes.reduce(0) { $0 + $1.times.count }))
        }
        return size(years: study.years, step: study.world.step, decisions: study.decisions)
    }

    /// The size of the tree that `init(years:step:decisions:)` builds.
    public static func size(years: ClosedRange<Int>, step: Int = 1, decisions: [Decision]) -> Size {
        var counting = Counting(end: years.upperBound + step, step: step, decisions: decisions)
        return counting.size(from: years.lowerBound, decision: 0, choices: Array(repeating: -1, count: decisions.count))
    }
}

/// Counts subtrees once each: two that begin alike, with the same choices where later conditions look, are alike.
private struct Counting {
    let end: Int
    let step: Int
    let decisions: [Decision]
    /// For each decision, the earlier ones that its conditions or those of a later one name.
    private let looked: [[Int]]
    private var known: [[Int]: Tree.Size] = [:]

    /// The different subtrees beyond which a tree counts as infinite.
    private static let most = 200_000

    init(end: Int, step: Int, decisions: [Decision]) {
        self.end = end
        self.step = step
        self.decisions = decisions
        var named: Set<Int> = []
        var looked: [[Int]] = []
        for (index, decision) in decisions.enumerated().reversed() {
            named.formUnion(decision.conditions.keys)
            looked.append(named.filter { $0 < index }.sorted())
        }
        self.looked = looked.reversed()
    }

    mutating func size(from start: Int, decision: Int, choices: [Int]) -> Tree.Size {
        let taken = (decision..<decisions.count).first { decisions[$0].isTaken(after: choices, before: end) }
        guard let next = taken else { return Tree.Size(policies: 1, nodes: 1, steps: steps(start, end)) }
        let key = [next, start] + looked[next].map { choices[$0] }
        if let found = known[key] { return found }
        if known.count >= Counting.most {
            return Tree.Size(policies: .infinity, nodes: .infinity, steps: .infinity)
        }
        let stop = max(start, decisions[next].year)
        var total = Tree.Size(policies: 0, nodes: 1, steps: steps(start, stop))
        for option in decisions[next].alternatives.indices {
            var choices = choices
            choices[next] = option
            let child = size(from: stop, decision: next + 1, choices: choices)
            total.policies += child.policies
            total.nodes += child.nodes
            total.steps += child.steps
        }
        known[key] = total
        return total
    }

    private func steps(_ start: Int, _ stop: Int) -> Double { Double(stop - start) / Double(step) }
}
