import Dispatch
import Synchronization
import WorldModel

/// Simulates the segments of a tree that a journal doesn't hold, on a number of workers.
///
/// A run steps eight samples of one node in a bundle. A search, whose samples may be few, steps one sample of each of eight
/// nodes. Ready bundles are taken depth first, a child forks its parent's state, and every finished segment goes to the
/// journal at once. What is recorded depends on neither workers, shards and packing nor on what was held before.
public struct Walk<Model: Steppable>: Sendable {
    private let model: Model
    private let tree: Tree
    private let samples: Int
    private let isMixed: Bool
    private let shard: Shard
    private let workers: Int
    private let journal: any Journal

    /// A walk of samples 0 ..< samples; each of the workers, at least one, owns the memory of one bundle.
    ///
    /// - Parameter isMixed: whether a segment is of one sample, and a bundle of several nodes.
    public init(
        model: Model, tree: Tree, samples: Int, isMixed: Bool = false, shard: Shard = .whole, workers: Int,
        journal: any Journal
    ) {
        precondition(samples >= 1, "a walk has at least one sample, not \(samples)")
        precondition(workers >= 1, "a walk has at least one worker, not \(workers)")
        self.model = model
        self.tree = tree
        self.samples = samples
        self.isMixed = isMixed
        self.shard = shard
        self.workers = workers
        self.journal = journal
    }

    /// Walks to the end, or until the flag is raised and the bundles in hand are recorded.
    ///
    /// - Parameter report: called at the start and after each year of a bundle, by one worker at a time; a brief one.
    /// - Returns: how far the walk came; complete if all its segments are kept.
    /// - Throws: the first error of the journal, after the bundles in hand.
    @discardableResult
    public func execute(
        stop: StopFlag = StopFlag(), report: @escaping @Sendable (RunProgress) -> Void = { _ in }
    ) throws -> RunProgress {
        let schedule = try Schedule<Model>(
            tree: tree, samples: samples, width: isMixed ? 1 : Seat.perBundle, shard: shard, journal: journal)
        return try Crew(model: model, journal: journal, stop: stop, report: report, schedule: schedule)
            .work(workers: workers)
    }
}

/// What the workers of a walk share.
private final class Crew<Model: Steppable>: Sendable {
    let model: Model
    let tree: Tree
    let width: Int
    let journal: any Journal
    let stop: StopFlag
    let report: @Sendable (RunProgress) -> Void
    let began = ContinuousClock.now
    let schedule: Mutex<Schedule<Model>>
    /// Counts the ready bundles; at the end, one more for each worker.
    let ready = DispatchSemaphore(value: 0)

    init(
        model: Model, journal: any Journal, stop: StopFlag, report: @escaping @Sendable (RunProgress) -> Void,
        schedule: consuming sending Schedule<Model>
    ) {
        self.model = model
        tree = schedule.tree
        width = schedule.width
        self.journal = journal
        self.stop = stop
        self.report = report
        self.schedule = Mutex(schedule)
    }

    func work(workers: Int) throws -> RunProgress {
        let (count, finished) = schedule.withLock { schedule in
            report(schedule.progress)
            return (schedule.readyCount, schedule.isFinished)
        }
        if !finished {
            let queue = DispatchQueue(label: "worldlines.workers", attributes: .concurrent)
            let group = DispatchGroup()
            for _ in 0..<count { ready.signal() }
            for _ in 0..<workers {
                queue.async(group: group) { self.serve() }
            }
            group.wait()
        }
        return try schedule.withLock { schedule in
            if let failure = schedule.failure { throw failure }
            schedule.progress.elapsed = ContinuousClock.now - began
            return schedule.progress
        }
    }

    private func serve() {
        let workspace = model.makeWorkspace()
        while true {
            ready.wait()
            let (taken, finished) = schedule.withLock { schedule in
                if stop.isRaised { schedule.stop() }
                return (schedule.take(fork: fork), schedule.isFinished)
            }
            if let task = taken {
                let (children, finished) = perform(task, workspace: workspace)
                for _ in 0..<children { ready.signal() }
                if finished { ready.signal() }
            } else if finished {
                // Each worker that leaves wakes the next.
                ready.signal()
                return
            }
        }
    }

    /// Brings a bundle to its end; the number of bundles that are ready thereby, and whether the walk is over.
    private func perform(_ task: Schedule<Model>.Task, workspace: Model.Workspace) -> (children: Int, finished: Bool) {
        do {
            let state = try simulate(task, workspace: workspace)
            return schedule.withLock { schedule in
                let children = schedule.finish(task, state: state)
                tell(&schedule)
                return (children, schedule.isFinished)
            }
        } catch {
            return schedule.withLock { schedule in
                schedule.fail(error)
                return (0, schedule.isFinished)
            }
        }
    }

    private func simulate(_ task: Schedule<Model>.Task, workspace: Model.Workspace) throws -> Model.State {
        let names = schedule.withLock { schedule in task.items.map(schedule.name) }
        // The last sample of the last segment fills the lanes that are left.
        let seats = (0..<Seat.perBundle).map { lane in
            let name = names[min(lane / width, names.count - 1)]
            return Seat(
                sample: min(name.samples.lowerBound + lane % width, name.samples.upperBound - 1),
                choices: name.node.choices)
        }
        let state = try task.state ?? start(names, seats: seats, workspace: workspace)
        let live = names.reduce(0) { $0 + $1.samples.count }
        let record = model.advance(state, through: names[0].node.times, seats: seats, workspace: workspace) {
            schedule.withLock { schedule in
                schedule.progress.worldLineYears += live
                tell(&schedule)
            }
        }
        let contents = model.save(state)
        for (place, name) in names.enumerated() {
            try journal.record(
                Segment(name: name, record: lanes(of: record, at: place), state: lanes(of: contents, at: place)))
        }
        return state
    }

    /// The state that a bundle begins with where no other bundle leaves it one.
    private func start(_ names: [SegmentName], seats: [Seat], workspace: Model.Workspace) throws -> Model.State {
        guard names[0].node.parent != nil else { return model.start(seats: seats, workspace: workspace) }
        let ends = try names.map { name in
            let parent = name.node.parent.map { SegmentName(tree.nodes[$0], samples: name.samples) } ?? name
            return try journal.contents(of: parent).state
        }
        if width == Seat.perBundle { return model.load(ends[0]) }
        return model.load(
            ends[0].indices.flatMap { element in (0..<Seat.perBundle).map { ends[min($0, ends.count - 1)][element] } })
    }

    /// A state with the same contents; where places are given, lane by lane with the contents of these.
    private func fork(_ state: Model.State, _ places: [Int]?) -> Model.State {
        guard let places else { return model.copy(state) }
        let contents = model.save(state)
        return model.load(
            contents.indices.map { index in
                let lane = index % Seat.perBundle
                return contents[index - lane + places[min(lane, places.count - 1)]]
            })
    }

    /// The numbers of one segment of a bundle.
    private func lanes(of values: [Double], at place: Int) -> [Double] {
        width == Seat.perBundle ? values : stride(from: place, to: values.count, by: Seat.perBundle).map { values[$0] }
    }

    private func tell(_ schedule: inout Schedule<Model>) {
        schedule.progress.elapsed = ContinuousClock.now - began
        report(schedule.progress)
    }
}
