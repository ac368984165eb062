/// A tree of decisions: each node is the options taken so far, each leaf a whole line of them.
///
/// Whoever searches it asks for leaves; whoever answers simulates the segments, one from each decision to the next, that
/// no earlier leaf has simulated.
public protocol DecisionTree: Sendable {
    /// The options after a prefix of choices; 0 at a leaf.
    func options(after choices: [Int]) -> Int
    /// The option by which a line is completed where nothing better is known.
    func standard(after choices: [Int]) -> Int
}

extension DecisionTree {
    /// The first option.
    public func standard(after choices: [Int]) -> Int { 0 }

    /// A prefix completed by the standard options.
    public func completed(_ choices: [Int]) -> [Int] {
        var line = choices
        while options(after: line) > 0 { line.append(standard(after: line)) }
        return line
    }
}

/// A leaf whose worth a search over a tree wants to know, over the first so many scenarios.
public struct LeafRequest: Sendable, Hashable, Codable {
    /// The option of every decision on the way.
    public let leaf: [Int]
    /// The scenarios 0 ..< scenarios, the same for all leaves: common random numbers.
    public let scenarios: Int

    /// A request.
    public init(leaf: [Int], scenarios: Int) {
        self.leaf = leaf
        self.scenarios = scenarios
    }
}

/// A leaf and what it is worth.
public struct RatedLeaf: Sendable, Hashable, Codable {
    /// The option of every decision on the way.
    public let leaf: [Int]
    /// What it is worth.
    public let evaluation: Evaluation
}

/// Counts the segments that leaves need, each prefix of choices once.
struct SegmentCount: Sendable, Hashable, Codable {
    private(set) var total = 0
    private var seen: Set<[Int]> = []

    /// The segments of a leaf that no earlier one had.
    func missing(_ leaf: [Int]) -> Int { (1...max(leaf.count, 1)).count { !seen.contains(Array(leaf.prefix($0))) } }

    mutating func add(_ leaf: [Int]) {
        for depth in 1...max(leaf.count, 1) where seen.insert(Array(leaf.prefix(depth))).inserted { total += 1 }
    }
}
