import WorldModel

/// The bundles that wait, the states that their children need, and how far a walk is.
///
/// The deepest ready bundle is taken first. So a bundle of some depth begins only when no state of that depth or below
/// waits for a child, and at most workers x (decisions + 1) states are alive.
struct Schedule<Model: Steppable> {
    /// A segment by numbers alone.
    struct Item: Hashable {
        let node: Int
        /// The first sample.
        let sample: Int
    }

    /// Segments in the lanes of one bundle: all begin and end in the same years.
    struct Bundle {
        let items: [Item]
        /// The state from which they fork, and the place in its bundle of each one's parent; nil where the journal has it,
        /// or the world starts.
        let parent: Parent?
        let places: [Int]
    }

    /// A bundle that a worker has in hand.
    struct Task {
        let items: [Item]
        /// A state of its own to begin with; nil where the journal has it, or the world starts.
        let state: Model.State?
    }

    /// A state that waits for children.
    final class Parent {
        var state: Model.State?
        var waiting: Int

        init(state: Model.State, waiting: Int) {
            self.state = state
            self.waiting = waiting
        }
    }

    let tree: Tree
    /// The samples of a segment: eight, or one.
    let width: Int
    private let samples: Int
    /// What is not in the journal.
    private var missing: Set<Item> = []
    /// Ready bundles by depth, the next one last.
    private var ready: [[Bundle]]
    private(set) var running = 0
    private(set) var failure: (any Error)?
    private(set) var isStopped = false
    var progress = RunProgress()

    init(tree: Tree, samples: Int, width: Int, shard: Shard, journal: any Journal) throws {
        self.tree = tree
        self.samples = samples
        self.width = width
        ready = Array(repeating: [], count: tree.nodes.map(\.path.count).max() ?? 1)
        var first: [Item] = []
        for sample in stride(from: 0, to: samples, by: width) where shard.owns(block: sample / width) {
            for node in tree.nodes {
                let item = Item(node: node.index, sample: sample)
                let isHeld = try journal.holds(name(of: item))
                progress.count(node, live: live(item), isHeld: isHeld)
                if isHeld { continue }
                missing.insert(item)
                if node.parent.map({ missing.contains(Item(node: $0, sample: sample)) }) != true { first.append(item) }
            }
        }
        add(first.map { ($0, 0) }, parent: { _ in nil })
    }

    /// The samples of a segment.
    private func live(_ item: Item) -> Int { min(width, samples - item.sample) }

    func name(of item: Item) -> SegmentName {
        SegmentName(tree.nodes[item.node], samples: item.sample..<item.sample + live(item))
    }

    /// Whether no bundle will ever be ready again.
    var isFinished: Bool { isStopped || (running == 0 && ready.allSatisfy(\.isEmpty)) }

    var readyCount: Int { ready.reduce(0) { $0 + $1.count } }

    /// The next bundle, with a state forked from its parent's; the last child has the state itself if its lanes are the same.
    mutating func take(fork: (_ state: Model.State, _ places: [Int]?) -> Model.State) -> Task? {
        guard !isStopped, let depth = ready.lastIndex(where: { !$0.isEmpty }) else { return nil }
        let bundle = ready[depth].removeLast()
        running += 1
        guard let parent = bundle.parent, let state = parent.state else { return Task(items: bundle.items, state: nil) }
        parent.waiting -= 1
        if parent.waiting == 0 { parent.state = nil }
        let isAlike = bundle.places == Array(bundle.items.indices)
        return Task(
            items: bundle.items,
            state: isAlike && parent.waiting == 0 ? state : fork(state, isAlike ? nil : bundle.places))
    }

    /// Puts the children of a finished bundle where they are taken, the first option first.
    ///
    /// - Returns: how many bundles they are.
    mutating func finish(_ task: Task, state: Model.State) -> Int {
        running -= 1
        for item in task.items { progress.finish(tree.nodes[item.node], live: live(item)) }
        guard !isStopped else { return 0 }
        let children = task.items.enumerated().flatMap { place, item in
            tree.nodes[item.node].children.map { (Item(node: $0, sample: item.sample), place) }
        }
        return add(children.filter { missing.contains($0.0) }) { Parent(state: state, waiting: $0) }
    }

    /// Packs segments into bundles of eight lanes, those together that share depth and years, and makes them ready.
    @discardableResult
    private mutating func add(_ items: [(item: Item, place: Int)], parent: (_ bundles: Int) -> Parent?) -> Int {
        var groups: [Group: Int] = [:]
        var packs: [[(item: Item, place: Int)]] = []
        for each in items {
            let node = tree.nodes[each.item.node]
            let group = Group(depth: node.path.count, years: node.years)
            if let pack = groups[group], (packs[pack].count + 1) * width <= Seat.perBundle {
                packs[pack].append(each)
            } else {
                groups[group] = packs.count
                packs.append([each])
            }
        }
        let shared = packs.isEmpty ? nil : parent(packs.count)
        for pack in packs.reversed() {
            let depth = tree.nodes[pack[0].item.node].path.count
            ready[depth - 1].append(Bundle(items: pack.map(\.item), parent: shared, places: pack.map(\.place)))
        }
        return packs.count
    }

    private struct Group: Hashable {
        let depth: Int
        let years: Range<Int>
    }

    mutating func fail(_ error: any Error) {
        running -= 1
        failure = failure ?? error
        stop()
    }

    mutating func stop() {
        isStopped = true
        for depth in ready.indices { ready[depth].removeAll() }
    }
}
