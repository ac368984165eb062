import WorldModel
import Foundation
import Synchronization

@testable import Branching
import WorldModel

/// Ten lines of physics: each year multiplies by a number of the sample and adds one of the choices.
///
/// It counts what is alive and what was stepped, so that the tests can see how a run treats it.
final class Counter: Steppable {
    final class State: Sendable {
        let value: Mutex<[Double]>
        private let alive: Tally

        init(_ value: [Double], alive: Tally) {
            self.value = Mutex(value)
            self.alive = alive
            alive.add(1)
        }

        deinit { alive.add(-1) }
    }

    final class Workspace {}

    let alive = Tally()
    let starts = Tally()
    let stepped = Mutex<[[Int]: Int]>([:])
    let stateColumns = [ColumnShape(name: "value", count: 1), ColumnShape(name: "age", count: 1)]
    let recordColumns = [ColumnShape(name: "value", count: 1)]
    let pause: UInt32

    init(pause: UInt32 = 0) { self.pause = pause }

    func makeWorkspace() -> Workspace { Workspace() }

    func start(seats: [Seat], workspace: Workspace) -> State {
        starts.add(1)
        return State(seats.map { Double($0.sample) } + Array(repeating: 0, count: 8), alive: alive)
    }

    func step(
        _ state: State, year: Int, seats: [Seat], workspace: Workspace, record: UnsafeMutableBufferPointer<Double>
    ) {
        stepped.withLock { $0[[seats[0].sample, year] + seats[0].choices, default: 0] += 1 }
        if pause > 0 { usleep(pause) }
        state.value.withLock { value in
            for (lane, seat) in seats.enumerated() {
                let lever = seat.choices.reduce(0) { $0 + max($1, 0) }
                value[lane] = value[lane] * (1 + 0.01 * Double(seat.sample + 1)) + Double(lever)
                value[8 + lane] += 1
                record[lane] = value[lane]
            }
        }
    }

    func copy(_ state: State) -> State { State(save(state), alive: alive) }

    func load(_ contents: [Double]) -> State { State(contents, alive: alive) }

    func save(_ state: State) -> [Double] { state.value.withLock { $0 } }
}

/// A count that many share, and the largest value that it has had.
final class Tally: Sendable {
    private let value = Mutex((now: 0, most: 0))

    var now: Int { value.withLock(\.now) }
    var most: Int { value.withLock(\.most) }

    func add(_ step: Int) {
        value.withLock { value in
            value.now += step
            value.most = max(value.most, value.now)
        }
    }
}
