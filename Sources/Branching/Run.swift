import WorldModel
import Dispatch
import Synchronization

/// Simulates the segments of a tree that a journal doesn't hold, on a number of workers.
///
/// Ready bundles are taken depth first, a child copies its parent's state, and every finished segment goes to the
/// recorder at once. What is recorded depends on neither workers nor shards nor on what was held before.
public struct Run<Model: Steppable>: Sendable {
    private let model: Model
    private let tree: Tree
    private let samples: Int
    private let shard: Shard
    private let workers: Int
    private let recorder: any Recorder
    private let journal: any Journal

    /// A run of samples 0 ..< samples; each of the workers, at least one, owns the memory of one bundle.
    public init(
        model: Model, tree: Tree, samples: Int, shard: Shard = .whole, workers: Int, recorder: any Recorder,
        journal: any Journal
    ) {
        precondition(samples >= 1, "a run has at least one sample, not \(samples)")
        precondition(workers >= 1, "a run has at least one worker, not \(workers)")
        self.model = model
        self.tree = tree
        self.samples = samples
        self.shard = shard
        self.workers = workers
        self.recorder = recorder
        self.journal = journal
    }

    /// Runs to the end, or until the flag is raised and the parts in hand are recorded.
    ///
    /// - Parameter report: called at the start and after each year of a bundle, by one worker at a time; a brief one.
    /// - Returns: how far the run came; complete if all its bundles are kept.
    /// - Throws: the first error of the recorder or the journal, after the parts in hand.
    @discardableResult
    public func execute(
        stop: StopFlag = StopFlag(), report: @escaping @Sendable (RunProgress) -> Void = { _ in }
    ) throws -> RunProgress {
        let crew = Crew(
            model: model, samples: samples, recorder: recorder, journal: journal, stop: stop, report: report,
            schedule: try Schedule(tree: tree, samples: samples, shard: shard, journal: journal))
        return try crew.work(workers: workers)
    }
}

extension RunProgress {
    /// Whether every segment of the run's shard is kept.
    public var isComplete: Bool { bundles == bundlesTotal }
}

/// What the workers of a run share.
private final class Crew<Model: Steppable>: Sendable {
    let model: Model
    let tree: Tree
    let samples: Int
    let recorder: any Recorder
    let journal: any Journal
    let stop: StopFlag
    let report: @Sendable (RunProgress) -> Void
    let recordWidth: Int
    let began = ContinuousClock.now
    let schedule: Mutex<Schedule<Model>>
    /// Counts the ready bundles; at the end, one more for each worker.
    let ready = DispatchSemaphore(value: 0)

    init(
        model: Model, samples: Int, recorder: any Recorder, journal: any Journal, stop: StopFlag,
        report: @escaping @Sendable (RunProgress) -> Void, schedule: consuming sending Schedule<Model>
    ) {
        self.model = model
        tree = schedule.tree
        self.samples = samples
        self.recorder = recorder
        self.journal = journal
        self.stop = stop
        self.report = report
        recordWidth = model.recordColumns.reduce(0) { $0 + $1.count } * 8
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
                return (schedule.take(copy: model.copy), schedule.isFinished)
            }
            if let task = taken {
                let (children, finished) = live(task, workspace: workspace)
                for _ in 0..<children { ready.signal() }
                if finished { ready.signal() }
            } else if finished {
                // Each worker that leaves wakes the next.
                ready.signal()
                return
            }
        }
    }

    /// Brings a bundle to its end; the number of bundles that are ready thereby, and whether the run is over.
    private func live(_ task: Schedule<Model>.Task, workspace: Model.Workspace) -> (children: Int, finished: Bool) {
        do {
            let isNeeded = schedule.withLock { $0.isStateNeeded(of: task.bundle) }
            let state =
                task.isHeld
                ? (isNeeded ? model.load(try journal.state(of: task.bundle)) : nil)
                : try simulate(task, workspace: workspace)
            return schedule.withLock { schedule in
                let children = schedule.finish(task, state: isNeeded ? state : nil)
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
        let node = tree.nodes[task.bundle.node]
        let seats = (0..<8).map { lane in
            Seat(sample: 8 * task.bundle.block + min(lane, task.live - 1), choices: node.choices)
        }
        let state = task.state ?? model.start(seats: seats, workspace: workspace)
        var record = [Double](repeating: 0, count: node.times.count * recordWidth)
        record.withUnsafeMutableBufferPointer { record in
            for (place, year) in node.times.enumerated() {
                let own = UnsafeMutableBufferPointer(rebasing: record[place * recordWidth..<(place + 1) * recordWidth])
                model.step(state, year: year, seats: seats, workspace: workspace, record: own)
                schedule.withLock { schedule in
                    schedule.progress.worldLineYears += task.live
                    tell(&schedule)
                }
            }
        }
        let contents = model.save(state)
        try recorder.record(
            Segment(bundle: task.bundle, live: task.live, years: node.years, record: record, state: contents))
        return state
    }

    private func tell(_ schedule: inout Schedule<Model>) {
        schedule.progress.elapsed = ContinuousClock.now - began
        report(schedule.progress)
    }
}
