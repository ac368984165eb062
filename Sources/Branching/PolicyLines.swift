public import WorldModel

/// A stretch of a policy's world line, told by what was chosen up to it, so that it means the same in every study that
/// lists the policy.
public struct StretchKey: Sendable, Hashable, Codable {
    /// The option of every decision; -1 where it is not taken, or not yet.
    public let options: [Int]
    /// The numbers of the options' ranges, decision by decision.
    public let values: [[Double]]
    /// The sample.
    public let sample: Int

    /// A key.
    public init(options: [Int], values: [[Double]], sample: Int) {
        self.options = options
        self.values = values
        self.sample = sample
    }

    /// The stretch of a tree's node of a study that lists its policies.
    public init(node: Tree.Node, sample: Int, study: Study) {
        var options: [Int] = []
        var values: [[Double]] = []
        for (decision, choice) in node.choices.enumerated() {
            let alternative = choice < 0 ? nil : study.decisions[decision].alternatives[choice]
            options.append(alternative?.option ?? -1)
            values.append(alternative?.values ?? [])
        }
        self.init(options: options, values: values, sample: sample)
    }

    /// Whether nothing is chosen yet.
    var isRoot: Bool { options.allSatisfy { $0 < 0 } }
}

/// A stretch with what it left.
public struct KeptStretch: Sendable, Hashable {
    /// Which.
    public let key: StretchKey
    /// Its years.
    public let years: Range<Int>
    /// The records of the years: [year][column][entity].
    public let record: [Double]
    /// The state at the end, [column][entity]; empty where nothing goes on from it.
    public let state: [Double]
    /// The outcomes of the world line that ends with it, in the study's order; nil where none ends.
    public let outcomes: [Double]?

    /// A stretch.
    public init(key: StretchKey, years: Range<Int>, record: [Double], state: [Double], outcomes: [Double]?) {
        self.key = key
        self.years = years
        self.record = record
        self.state = state
        self.outcomes = outcomes
    }
}

/// Keeps stretches, and knows those that were kept before.
public protocol StretchJournal: Sendable {
    /// Keeps stretches; returns when they are safe, or cost little to simulate again.
    func keep(_ stretches: [KeptStretch]) throws
    /// Every stretch that is kept, with its outcomes.
    func kept() throws -> [StretchKey: [Double]?]
    /// The record and the state of a stretch that is kept.
    func contents(of key: StretchKey) throws -> (record: [Double], state: [Double])
}

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

/// The world lines that a search has had simulated: each stretch once, whatever policies share it.
///
/// What it leaves is what `Run` records of a study that lists the same policies.
public final class PolicyLines<Model: Steppable> {
    /// The study, without a list of policies.
    public let study: Study
    /// The distinct stretches so far, the shared first one left out, whatever the samples: what a brute-force search
    /// would count.
    public var segments: Int { counted.count }

    private let journal: any StretchJournal
    private let workers: Int
    private let keepsEnds: Bool
    private let model: (Study) -> Model
    private var outcomes: [StretchKey: [Double]?]
    private var cache: [StretchKey: (record: [Double], state: [Double])] = [:]
    private var counted: Set<StretchKey> = []

    /// The stretches that a cache in memory holds before it is emptied.
    private static var cached: Int { 2000 }

    /// The lines of a study's policies, beginning with those that the journal has.
    ///
    /// - Parameters:
    ///   - keepsEnds: whether the states at the ends of world lines are kept, too.
    ///   - model: the model of a study that lists policies; the shapes of its columns depend on the world alone.
    public init(
        study: Study, workers: Int, journal: any StretchJournal, keepsEnds: Bool = false,
        model: @escaping (Study) -> Model
    ) throws {
        precondition(study.policies == nil, "the policies are the search's to list")
        self.study = study
        self.workers = workers
        self.journal = journal
        self.keepsEnds = keepsEnds
        self.model = model
        outcomes = try journal.kept()
    }

    /// The outcomes of a policy in a sample; nil where it was not simulated.
    public func outcomes(of policy: ListedPolicy, sample: Int) -> [Double]? {
        outcomes[StretchKey(options: policy.options, values: policy.values, sample: sample)] ?? nil
    }

    /// Simulates what is missing of policies in samples; false where the flag was raised before all was kept.
    ///
    /// - Parameter report: called after each bundle with the world-line-stretches done and wanted by this call.
    public func simulate(
        _ policies: [ListedPolicy], samples: Range<Int>, stop: StopFlag = StopFlag(),
        report: @escaping @Sendable (Int) -> Void = { _ in }
    ) throws -> Bool {
        var seen = Set<StretchKey>()
        let distinct = policies.filter {
            seen.insert(StretchKey(options: $0.options, values: $0.values, sample: 0)).inserted
        }
        let listed = study.with(policies: distinct)
        let tree = Tree(study: listed)
        for node in tree.nodes where node.parent != nil {
            counted.insert(StretchKey(node: node, sample: 0, study: listed))
        }
        guard distinct.contains(where: { policy in samples.contains { outcomes(of: policy, sample: $0) == nil } })
        else { return true }
        let model = self.model(listed)
        let expedition = Expedition(model: model, workers: workers)
        for depth in 1...(tree.nodes.map(\.path.count).max() ?? 1) {
            var wanted: [(node: Tree.Node, key: StretchKey)] = []
            for node in tree.nodes where node.path.count == depth {
                for sample in samples {
                    let key = StretchKey(node: node, sample: sample, study: listed)
                    if outcomes[key] == nil { wanted.append((node, key)) }
                }
            }
            // A few bundles for each worker at a time, so that a crash loses little.
            let part = 8 * workers * 8
            for first in stride(from: 0, to: wanted.count, by: part) {
                let some = wanted[first..<min(first + part, wanted.count)]
                let tasks = try some.map { node, key in
                    let parent = try node.parent.map { index in
                        try contents(of: StretchKey(node: tree.nodes[index], sample: key.sample, study: listed))
                    }
                    let stretch = Stretch(
                        choices: node.choices, sample: key.sample, years: node.years, step: tree.step)
                    return Expedition<Model>.Task(stretch, from: parent?.state)
                }
                let found = expedition.segments(of: tasks, stop: stop, report: report)
                try keep(
                    zip(some, found).compactMap { some, segment in segment.map { (some.node, some.key, $0) } },
                    tree: tree, listed: listed)
                if found.contains(where: { $0 == nil }) || stop.isRaised { return false }
            }
        }
        if cache.count > Self.cached { cache = cache.filter { $0.key.isRoot } }
        return true
    }

    private func keep(
        _ found: [(node: Tree.Node, key: StretchKey, segment: LaneSegment)], tree: Tree, listed: Study
    ) throws {
        if found.isEmpty { return }
        let stretches = try found.map { node, key, segment in
            var values: [Double]?
            if node.children.isEmpty {
                var record: [Double] = []
                for index in node.path.dropLast() {
                    record += try contents(
                        of: StretchKey(node: tree.nodes[index], sample: key.sample, study: listed)
                    ).record
                }
                values = listed.values(
                    ofOutcomesIn: record + segment.record, sample: key.sample, choices: node.choices)
            }
            let isNeeded = keepsEnds || !node.children.isEmpty
            return KeptStretch(
                key: key, years: node.years, record: segment.record, state: isNeeded ? segment.state : [],
                outcomes: values)
        }
        try journal.keep(stretches)
        for stretch in stretches {
            outcomes[stretch.key] = .some(stretch.outcomes)
            if stretch.outcomes == nil { cache[stretch.key] = (stretch.record, stretch.state) }
        }
    }

    private func contents(of key: StretchKey) throws -> (record: [Double], state: [Double]) {
        if let there = cache[key] { return there }
        let found = try journal.contents(of: key)
        cache[key] = found
        return found
    }
}
