import WorldModel

public import WorldModel

/// The tree of a study: nodes are prefixes of choices, leaves are policies.
///
/// World lines that share a prefix share its node, so that its years are simulated once. The tree depends on neither
/// samples nor workers: `worldLine(sample:policy:)` keeps its number when samples are added.
public struct Tree: Sendable {
    /// A prefix of choices and the years that it spans.
    public struct Node: Sendable, Hashable {
        /// Its place in `Tree.nodes`; parents stand before their children.
        public let index: Int
        /// The chosen options, joined by `/`; `root` where nothing is chosen.
        public let name: String
        /// The indices of the nodes from the root to this one, both included.
        public let path: [Int]
        /// The node that it forks from; nil for the root.
        public let parent: Int?
        /// The option of every decision; -1 where it is not taken, or not yet.
        public let choices: [Int]
        /// The option of the lever that each of the choices means: other than the choice where policies are listed.
        public let options: [Int]
        /// The numbers of the options' ranges, decision by decision; empty where no option has one.
        public let values: [[Double]]
        /// From its decision to the next; empty where the next falls on the same year, or on the first.
        public let years: Range<Int>
        /// The nodes that fork from it, in the order of the options.
        public let children: [Int]
        /// The policies that pass through it.
        public let policies: Range<Int>
        /// The years from one of its states to the next.
        public let step: Int

        /// The first years of its steps.
        public var times: [Int] { Array(stride(from: years.lowerBound, to: years.upperBound, by: step)) }
    }

    /// One option at every decision that is taken; a leaf.
    public struct Policy: Sendable, Hashable {
        /// The name of its leaf; `base` where nothing is decided.
        public let name: String
        /// The option of every decision; -1 where it is not taken.
        public let choices: [Int]
        /// The indices of its nodes, from the root to the leaf.
        public let nodes: [Int]
    }

    /// The years of every world line: the first years of its first and its last step.
    public let years: ClosedRange<Int>
    /// The years from one state to the next.
    public let step: Int
    /// All nodes, depth first in the order of the options.
    public let nodes: [Node]
    /// The leaves, in the same order.
    public let policies: [Policy]

    /// The tree of a study.
    public init(study: Study) {
        self.init(
            years: study.years, step: study.world.step, decisions: study.decisions, policies: study.policies)
    }

    /// The tree of decisions that stand in the order of their years.
    ///
    /// What is decided before the first year is chosen in the first; what is decided after the last is not taken.
    ///
    /// - Parameters:
    ///   - years: first and last; steps begin in both.
    ///   - step: years from one state to the next; steps begin in the decisions' years.
    ///   - decisions: in the order of their years.
    ///   - policies: the leaves that it has; nil for every combination of options.
    public init(years: ClosedRange<Int>, step: Int = 1, decisions: [Decision], policies listed: [StudyPolicy]? = nil) {
        precondition(
            step >= 1 && (years.upperBound - years.lowerBound) % step == 0,
            "\(years) holds no whole number of steps of \(step)")
        self.years = years
        self.step = step
        var growth = Growth(end: years.upperBound + step, step: step, decisions: decisions, listed: listed)
        growth.grow(
            parent: nil, name: "root", path: [], choices: Array(repeating: -1, count: decisions.count),
            start: years.lowerBound, decision: 0, through: listed.map { Array($0.indices) } ?? [])
        nodes = growth.nodes.compactMap(\.self)
        policies = growth.policies
    }

    /// The number of a world line, the same for any number of samples.
    public func worldLine(sample: Int, policy: Int) -> Int { sample * policies.count + policy }

    /// The blocks of eight samples that so many samples fill, the last perhaps in part.
    public static func blocks(samples: Int) -> Int { samples / Seat.perBundle + (samples % Seat.perBundle > 0 ? 1 : 0) }

    /// The first years of the steps of every world line.
    public var times: [Int] { Array(stride(from: years.lowerBound, through: years.upperBound, by: step)) }

    /// The bundle-years that a run of so many samples simulates; a longer step counts as one.
    public func bundleYears(samples: Int) -> Int {
        nodes.reduce(0) { $0 + $1.times.count } * Tree.blocks(samples: samples)
    }

    /// The bundle-years that it would simulate if every policy began at the first year.
    public func bundleYearsWithoutTree(samples: Int) -> Int {
        policies.count * times.count * Tree.blocks(samples: samples)
    }
}

/// The nodes and policies found so far.
private struct Growth {
    let end: Int
    let step: Int
    let decisions: [Decision]
    let listed: [StudyPolicy]?
    var nodes: [Tree.Node?] = []
    var policies: [Tree.Policy] = []

    @discardableResult
    mutating func grow(
        parent: Int?, name: String, path: [Int], choices: [Int], start: Int, decision: Int, through: [Int]
    ) -> Int {
        let index = nodes.count
        nodes.append(nil)
        let path = path + [index]
        let firstPolicy = policies.count
        var children: [Int] = []
        var stop = end
        if let next = next(from: decision, choices: choices) {
            stop = max(start, decisions[next].year)
            var takers: [Int: [Int]] = [:]
            if let listed {
                for policy in through { takers[listed[policy].choices[next], default: []].append(policy) }
            }
            for (option, word) in decisions[next].alternatives.map(\.label).enumerated()
            where listed == nil || takers[option] != nil {
                var choices = choices
                choices[next] = option
                children.append(
                    grow(
                        parent: index, name: parent == nil ? word : "\(name)/\(word)", path: path, choices: choices,
                        start: stop, decision: next + 1, through: takers[option] ?? []))
            }
        } else {
            let own = listed.flatMap { list in through.first.map { list[$0].name } }
            policies.append(Tree.Policy(name: own ?? (parent == nil ? "base" : name), choices: choices, nodes: path))
        }
        // Without a list, the alternatives of a decision are the options of its lever.
        let chosen = listed == nil ? [] : zip(decisions, choices).map { $1 < 0 ? nil : $0.alternatives[$1] }
        nodes[index] = Tree.Node(
            index: index, name: name, path: path, parent: parent, choices: choices,
            options: listed == nil ? choices : chosen.map { $0?.option ?? -1 }, values: chosen.map { $0?.values ?? [] },
            years: start..<stop, children: children, policies: firstPolicy..<policies.count, step: step)
        return index
    }

    func next(from decision: Int, choices: [Int]) -> Int? {
        (decision..<decisions.count).first { decisions[$0].isTaken(after: choices, before: end) }
    }
}
