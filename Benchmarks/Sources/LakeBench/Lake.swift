import WorldlinesKit

/// The lake problem in its form of direct policy search, eight experiments at once.
///
/// Carpenter, Ludwig and Brock 1999; Quinn, Reed and Keller 2017. Phosphorus X in a lake, of which a town releases a part of
/// its own choosing, in 100 series of natural inflows that all experiments share:
/// X' = (1 - b) X + X^q / (1 + X^q) + a + inflow, a = w |(X - c1) / r1|^3 + (1 - w) |(X - c2) / r2|^3 in 0.01...0.1,
/// inflow = exp(m + s z), lognormal with the experiment's mean and deviation. The first release is 0.1.
final class Lake: Steppable {
    /// The columns of an experiment.
    static let parameters = ["b", "q", "mean", "stdev", "delta", "c1", "c2", "r1", "r2", "w1"]
    /// Years, and series of inflows.
    static let years = 100
    static let series = 100
    /// What a unit of release is worth.
    static let alpha = 0.4

    final class State: @unchecked Sendable {
        let values: UnsafeMutablePointer<Lanes>
        let count: Int

        init(count: Int) {
            self.count = count
            let raw = UnsafeMutableRawPointer.allocate(byteCount: count * 64, alignment: 64)
            values = raw.bindMemory(to: Lanes.self, capacity: count)
            values.initialize(repeating: .zero, count: count)
        }

        deinit { UnsafeMutableRawPointer(values).deallocate() }
    }

    /// The parameters of a bundle's lanes.
    final class Workspace {
        var samples: [Int] = []
        var p: [Lanes] = Array(repeating: .zero, count: Lake.parameters.count)
        var location = Lanes.zero
        var scale = Lanes.zero
        var critical = Lanes.zero
        var worth = Lanes(repeating: 1)
    }

    let stateColumns = [
        ColumnShape(name: "phosphorus", count: Lake.series), ColumnShape(name: "release", count: Lake.series),
    ]
    /// Mean phosphorus, what releases are worth, the share of series that change them by more than 0.02, and of those
    /// below the critical point.
    let recordColumns = [
        ColumnShape(name: "phosphorus", count: 1), ColumnShape(name: "utility", count: 1),
        ColumnShape(name: "inertia", count: 1), ColumnShape(name: "reliability", count: 1),
    ]

    private let experiments: [[Double]]
    private let critical: [Double]
    /// Standard normal numbers, [series][year].
    private let normals: [Double]

    init(experiments: [[Double]], normals: [Double]) {
        self.experiments = experiments
        self.normals = normals
        critical = experiments.map { Lake.criticalPoint(b: $0[0], q: $0[1]) }
    }

    /// Where X^q / (1 + X^q) = b X between 0.01 and 1.5, by bisection.
    static func criticalPoint(b: Double, q: Double) -> Double {
        func f(_ x: Double) -> Double {
            let p = power(Lanes(repeating: x), Lanes(repeating: q))[0]
            return p / (1 + p) - b * x
        }
        var (low, high) = (0.01, 1.5)
        for _ in 0..<60 {
            let middle = 0.5 * (low + high)
            if f(middle) < 0 { low = middle } else { high = middle }
        }
        return 0.5 * (low + high)
    }

    func makeWorkspace() -> Workspace { Workspace() }

    func start(seats: [Seat], workspace: Workspace) -> State { State(count: 2 * Lake.series) }

    private func prepare(_ seats: [Seat], _ w: Workspace, year: Int) {
        let samples = seats.map(\.sample)
        if samples != w.samples {
            w.samples = samples
            for (lane, sample) in samples.enumerated() {
                for column in Lake.parameters.indices { w.p[column][lane] = experiments[sample][column] }
                w.critical[lane] = critical[sample]
            }
            let (mean, deviation) = (w.p[2], w.p[3])
            w.location = logarithm(mean * mean / squareRoot(deviation * deviation + mean * mean))
            w.scale = squareRoot(logarithm(1 + deviation * deviation / (mean * mean)))
        }
        w.worth = power(w.p[4], Lanes(repeating: Double(year)))
    }

    func step(
        _ state: State, year: Int, seats: [Seat], workspace w: Workspace, record: UnsafeMutableBufferPointer<Double>
    ) {
        prepare(seats, w, year: year)
        let (b, q, c1, c2, r1, r2, w1) = (w.p[0], w.p[1], w.p[5], w.p[6], w.p[7], w.p[8], w.p[9])
        let x = state.values
        let released = state.values + Lake.series
        var (sum, worth, changes, below) = (Lanes.zero, Lanes.zero, Lanes.zero, Lanes.zero)
        for series in 0..<Lake.series {
            let before = released[series]
            var release = Lanes(repeating: 0.1)
            if year > 0 {
                let level = x[series]
                let (d1, d2) = (absolute((level - c1) / r1), absolute((level - c2) / r2))
                let rule = w1 * d1 * d1 * d1 + (1 - w1) * d2 * d2 * d2
                release = clamp(rule, Lanes(repeating: 0.01), Lanes(repeating: 0.1))
                let recycled = power(level, q)
                let inflow = exponential(w.location + w.scale * normals[series * Lake.years + year - 1])
                x[series] = (1 - b) * level + recycled / (1 + recycled) + release + inflow
                changes += select(absolute(release - before) .> 0.02, Lanes(repeating: 1), .zero)
            }
            released[series] = release
            sum += x[series]
            worth += release
            below += select(x[series] .< w.critical, Lanes(repeating: 1), .zero)
        }
        let share = 1 / Double(Lake.series)
        for lane in 0..<8 {
            record[lane] = sum[lane] * share
            record[8 + lane] = Lake.alpha * worth[lane] * w.worth[lane] * share
            record[16 + lane] = changes[lane] * share
            record[24 + lane] = below[lane] * share
        }
    }

    func copy(_ state: State) -> State {
        let other = State(count: state.count)
        other.values.update(from: state.values, count: state.count)
        return other
    }

    func load(_ contents: [Double]) -> State {
        let state = State(count: 2 * Lake.series)
        for element in 0..<state.count {
            for lane in 0..<8 { state.values[element][lane] = contents[element * 8 + lane] }
        }
        return state
    }

    func save(_ state: State) -> [Double] {
        (0..<state.count).flatMap { element in (0..<8).map { state.values[element][$0] } }
    }

    /// The four outcomes of an experiment: the largest mean phosphorus, and the sums and means of the others.
    static func outcomes(_ record: [Double]) -> [Double] {
        var result = [0.0, 0, 0, 0]
        for year in 0..<years {
            result[0] = max(result[0], record[4 * year])
            result[1] += record[4 * year + 1]
            result[2] += record[4 * year + 2] / Double(years)
            result[3] += record[4 * year + 3] / Double(years)
        }
        return result
    }
}

/// A model that does nothing: what running an experiment costs by itself.
final class Nothing: Steppable {
    final class State: Sendable {}
    final class Workspace {}

    let stateColumns = [ColumnShape(name: "nothing", count: 1)]
    let recordColumns = [ColumnShape(name: "nothing", count: 1)]

    func makeWorkspace() -> Workspace { Workspace() }
    func start(seats: [Seat], workspace: Workspace) -> State { State() }
    func step(
        _ state: State, year: Int, seats: [Seat], workspace: Workspace, record: UnsafeMutableBufferPointer<Double>
    ) {
        for lane in 0..<8 { record[lane] = Double(seats[lane].sample) }
    }
    func copy(_ state: State) -> State { State() }
    func load(_ contents: [Double]) -> State { State() }
    func save(_ state: State) -> [Double] { Array(repeating: 0, count: 8) }
}
