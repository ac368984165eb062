import WorldModel
import Dispatch
import Synchronization

/// A stretch of one world line: from a decision to the next, under what was chosen before.
public struct Stretch: Sendable, Hashable {
    /// The option of every decision of the study; -1 where it is not taken, or not yet.
    public let choices: [Int]
    /// The sample.
    public let sample: Int
    /// The years that it spans; empty where the next decision falls on the same year.
    public let years: Range<Int>
    /// The years from one state to the next.
    public let step: Int

    /// A stretch.
    public init(choices: [Int], sample: Int, years: Range<Int>, step: Int = 1) {
        self.choices = choices
        self.sample = sample
        self.years = years
        self.step = step
    }

    /// The years in which its steps begin.
    public var times: [Int] { Array(stride(from: years.lowerBound, to: years.upperBound, by: step)) }
}

/// What a stretch leaves: the numbers of one lane.
public struct LaneSegment: Sendable, Hashable {
    /// Whose it is.
    public let stretch: Stretch
    /// The records of the years: [year][column][entity].
    public let record: [Double]
    /// The state at the end: [column][entity].
    public let state: [Double]

    /// A segment.
    public init(stretch: Stretch, record: [Double], state: [Double]) {
        self.stretch = stretch
        self.record = record
        self.state = state
    }
}

/// Simulates stretches of unlike world lines, eight in a bundle.
///
/// A lane is alone, so that what a stretch leaves depends neither on which others share its bundle nor on workers: it is
/// what `Run` records of the same node and sample.
public struct Expedition<Model: Steppable>: Sendable {
    /// A stretch to simulate, from the state at the end of its parent's, or from the start of the world.
    public struct Task: Sendable {
        /// What is simulated.
        public let stretch: Stretch
        /// The state that it begins with, [column][entity]; nil for the start of the world.
        public let start: [Double]?

        /// A task.
        public init(_ stretch: Stretch, from start: [Double]?) {
            self.stretch = stretch
            self.start = start
        }
    }

    private let model: Model
    private let workers: Int

    /// An expedition on so many workers, at least one.
    public init(model: Model, workers: Int) {
        precondition(workers >= 1, "an expedition has at least one worker, not \(workers)")
        self.model = model
        self.workers = workers
    }

    /// The segments of all tasks, in their order; nil for those that a raised flag left out.
    ///
    /// - Parameter report: called after each bundle with the number of tasks that it had.
    public func segments(
        of tasks: [Task], stop: StopFlag = StopFlag(), report: @escaping @Sendable (Int) -> Void = { _ in }
    ) -> [LaneSegment?] {
        // Lanes of a bundle share the calendar, and begin alike.
        var groups: [[Int]] = []
        var places: [Group: Int] = [:]
        for (index, task) in tasks.enumerated() {
            let group = Group(years: task.stretch.years, isStart: task.start == nil)
            if let place = places[group] {
                groups[place].append(index)
            } else {
                places[group] = groups.count
                groups.append([index])
            }
        }
        let bundles = groups.flatMap { group in
            stride(from: 0, to: group.count, by: 8).map { Array(group[$0..<min($0 + 8, group.count)]) }
        }
        let kept = Mutex<[LaneSegment?]>(Array(repeating: nil, count: tasks.count))
        let next = Atomic<Int>(0)
        DispatchQueue.concurrentPerform(iterations: min(workers, max(bundles.count, 1))) { _ in
            let workspace = model.makeWorkspace()
            while !stop.isRaised {
                let number = next.wrappingAdd(1, ordering: .relaxed).oldValue
                guard number < bundles.count else { return }
                let bundle = bundles[number]
                let segments = live(bundle.map { tasks[$0] }, workspace: workspace)
                kept.withLock { kept in for (index, segment) in zip(bundle, segments) { kept[index] = segment } }
                report(bundle.count)
            }
        }
        return kept.withLock { $0 }
    }

    private struct Group: Hashable {
        let years: Range<Int>
        let isStart: Bool
    }

    /// Brings up to eight tasks that begin alike to their end; the last one fills the lanes that are left.
    private func live(_ tasks: [Task], workspace: Model.Workspace) -> [LaneSegment] {
        let lanes = (0..<8).map { tasks[min($0, tasks.count - 1)] }
        let seats = lanes.map { Seat(sample: $0.stretch.sample, choices: $0.stretch.choices) }
        let state: Model.State
        if let first = lanes[0].start {
            var contents = [Double](repeating: 0, count: first.count * 8)
            for (lane, task) in lanes.enumerated() {
                for (element, value) in (task.start ?? []).enumerated() { contents[element * 8 + lane] = value }
            }
            state = model.load(contents)
        } else {
            state = model.start(seats: seats, workspace: workspace)
        }
        let width = model.recordColumns.reduce(0) { $0 + $1.count } * 8
        let years = tasks[0].stretch.times
        var record = [Double](repeating: 0, count: years.count * width)
        record.withUnsafeMutableBufferPointer { record in
            for (place, year) in years.enumerated() {
                let own = UnsafeMutableBufferPointer(rebasing: record[place * width..<(place + 1) * width])
                model.step(state, year: year, seats: seats, workspace: workspace, record: own)
            }
        }
        let contents = model.save(state)
        func lane(_ values: [Double], _ lane: Int) -> [Double] {
            stride(from: lane, to: values.count, by: 8).map { values[$0] }
        }
        return tasks.enumerated().map { index, task in
            LaneSegment(stretch: task.stretch, record: lane(record, index), state: lane(contents, index))
        }
    }
}
