/// The bundles that wait, the states that their children need, and how far a run is.
///
/// The deepest ready bundle is taken first. So a bundle of some depth begins only when no state of that depth or below
/// waits for a child, and at most workers x (decisions + 1) states are alive.
struct Schedule<Model: Steppable> {
    /// A bundle that a worker has in hand.
    struct Task: Sendable {
        let bundle: BundleName
        let live: Int
        /// Whether the journal has it, so that its state is loaded instead of simulated.
        let isHeld: Bool
        /// A state of its own to begin with; nil at a root, and where the journal has it.
        var state: Model.State?
    }

    /// A state that waits for children.
    private final class Parent {
        var state: Model.State?
        var waiting: Int

        init(state: Model.State?, waiting: Int) {
            self.state = state
            self.waiting = waiting
        }
    }

    let tree: Tree
    /// What is not in the journal.
    private let missing: Set<BundleName>
    /// The bundles below which something is missing, themselves included.
    private let needed: Set<BundleName>
    /// Ready bundles by depth, the next one last.
    private var ready: [[(task: Task, parent: Parent?)]]
    private(set) var running = 0
    private(set) var failure: (any Error)?
    private(set) var isStopped = false
    var progress: RunProgress

    init(tree: Tree, samples: Int, shard: Shard, journal: any Journal) throws {
        self.tree = tree
        let depths = (tree.nodes.map(\.path.count).max() ?? 1)
        ready = Array(repeating: [], count: depths)
        var missing: Set<BundleName> = []
        var needed: Set<BundleName> = []
        var progress = RunProgress()
        for block in (0..<Tree.blocks(samples: samples)).reversed() where shard.owns(block: block) {
            let live = min(8, samples - 8 * block)
            for node in tree.nodes.reversed() {
                let bundle = BundleName(node: node.index, block: block)
                let isHeld = try journal.holds(bundle, live: live)
                progress.count(node, live: live, isHeld: isHeld)
                if !isHeld { missing.insert(bundle) }
                if !isHeld || node.children.contains(where: { needed.contains(BundleName(node: $0, block: block)) }) {
                    needed.insert(bundle)
                }
            }
            let root = BundleName(node: 0, block: block)
            if needed.contains(root) {
                ready[0].append((Task(bundle: root, live: live, isHeld: !missing.contains(root)), nil))
            }
        }
        self.missing = missing
        self.needed = needed
        self.progress = progress
    }

    /// Whether no bundle will ever be ready again.
    var isFinished: Bool { isStopped || (running == 0 && ready.allSatisfy(\.isEmpty)) }

    var readyCount: Int { ready.reduce(0) { $0 + $1.count } }

    /// The next bundle, with a copy of its parent's state; the last child has the state itself.
    mutating func take(copy: (Model.State) -> Model.State) -> Task? {
        guard !isStopped, let depth = ready.lastIndex(where: { !$0.isEmpty }) else { return nil }
        var (task, parent) = ready[depth].removeLast()
        running += 1
        guard let parent, let state = parent.state else { return task }
        parent.waiting -= 1
        if parent.waiting == 0 {
            parent.state = nil
            task.state = state
        } else {
            task.state = copy(state)
        }
        return task
    }

    /// Whether a child of a bundle begins with the bundle's state.
    func isStateNeeded(of bundle: BundleName) -> Bool {
        tree.nodes[bundle.node].children.contains { missing.contains(BundleName(node: $0, block: bundle.block)) }
    }

    /// Puts the children of a finished bundle where they are taken, the first option first.
    ///
    /// - Returns: how many there are.
    mutating func finish(_ task: Task, state: Model.State?) -> Int {
        running -= 1
        let node = tree.nodes[task.bundle.node]
        if !task.isHeld { progress.finish(node, live: task.live) }
        guard !isStopped else { return 0 }
        let children = node.children.map { BundleName(node: $0, block: task.bundle.block) }.filter(needed.contains)
        let parent = Parent(state: state, waiting: children.count(where: missing.contains))
        for child in children.reversed() {
            let isHeld = !missing.contains(child)
            ready[node.path.count].append(
                (Task(bundle: child, live: task.live, isHeld: isHeld), isHeld ? nil : parent))
        }
        return children.count
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
