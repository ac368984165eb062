public import WorldModel

extension Study {
    /// Policies in the order of the tree that a list in this order makes: the archive's order and the list's are one.
    ///
    /// - Precondition: the study lists none yet, and names differ.
    public func inOrderOfTree(_ listed: [ListedPolicy]) -> [ListedPolicy] {
        let byName = Dictionary(listed.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        // The tree's order follows from the places at which alternatives first stand in the list, so that a list in the
        // tree's order may have another tree; branch by branch it comes to rest.
        var order = listed
        while true {
            let leaves = Tree(study: with(policies: order)).policies.compactMap { byName[$0.name] }
            if leaves == order { return order }
            order = leaves
        }
    }
}

extension ListedPolicy {
    /// The key of the last segment of its world line in a sample.
    public func key(sample: Int) -> SegmentKey { SegmentKey(options: options, values: values, sample: sample) }
}

/// The walks of a search: each segment is simulated once, whatever policies share it.
///
/// What they leave is what a run of a study that lists the same policies records.
public final class SearchWalk<Model: Steppable> {
    /// The study, without a list of policies.
    public let study: Study
    /// The distinct segments so far, the shared first one left out, whatever the samples: what a brute-force search
    /// would count.
    public var segments: Int { counted.count }

    private let journal: any Journal
    private let workers: Int
    private let model: (Study) -> Model
    private var outcomes: [SegmentKey: [Double]] = [:]
    private var counted: Set<SegmentKey> = []

    /// The walks of a study's policies, beginning with what the journal has.
    ///
    /// - Parameter model: the model of a study that lists policies; the shapes of its columns depend on the world alone.
    public init(study: Study, workers: Int, journal: any Journal, model: @escaping (Study) -> Model) {
        precondition(study.policies == nil, "the policies are the search's to list")
        self.study = study
        self.workers = workers
        self.journal = journal
        self.model = model
    }

    /// The outcomes of a policy in a sample; nil where it was not simulated.
    public func outcomes(of policy: ListedPolicy, sample: Int) -> [Double]? { outcomes[policy.key(sample: sample)] }

    /// Simulates what is missing of policies in samples 0 ..< samples; false where the flag was raised before all was kept.
    public func simulate(_ policies: [ListedPolicy], samples: Int, stop: StopFlag = StopFlag()) throws -> Bool {
        var seen = Set<SegmentKey>()
        let distinct = policies.filter { seen.insert($0.key(sample: 0)).inserted }
        let listed = study.with(policies: distinct)
        let tree = Tree(study: listed)
        for node in tree.nodes where node.parent != nil { counted.insert(SegmentName(node, samples: 0..<1).key) }
        func names(_ node: Tree.Node) -> [SegmentName] { (0..<samples).map { SegmentName(node, samples: $0..<$0 + 1) } }
        let ends = tree.nodes.filter(\.children.isEmpty).flatMap(names).filter { outcomes[$0.key] == nil }
        if ends.isEmpty { return true }
        if try !tree.nodes.flatMap(names).allSatisfy(journal.holds) {
            let walk = Walk(
                model: model(listed), tree: tree, samples: samples, isMixed: true, workers: workers, journal: journal)
            guard try walk.execute(stop: stop).isComplete, !stop.isRaised else { return false }
        }
        for end in ends {
            let record = try end.node.path.flatMap {
                try journal.contents(of: SegmentName(tree.nodes[$0], samples: end.samples)).record
            }
            outcomes[end.key] = listed.values(
                ofOutcomesIn: record, sample: end.samples.lowerBound, choices: end.node.choices)
        }
        return true
    }
}
