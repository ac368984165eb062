import Archive
import Branching
import Dispatch
import Foundation
import Synchronization

/// What Ctrl-C and a polite kill (SIGTERM) do.
///
/// A program that simulates raises a flag at the first and ends at the second; any other ends at once. Either way it says
/// so, leaves no half-written file and ends with 130.
enum Interruption {
    private enum Answer: Sendable {
        case raise(StopFlag)
        case end(String)
    }

    private static let answer = Mutex<Answer>(.end("Interrupted."))
    /// Made once, by `begin`, before there are other threads.
    nonisolated(unsafe) private static var sources: [any DispatchSourceSignal] = []

    /// Takes the signals; from now on they end the program with words.
    static func begin() {
        // A serial queue of its own: workers fill the threads of the global queues, and the signal would wait for them.
        let queue = DispatchQueue(label: "worldlines.signals", qos: .userInteractive)
        for number in [SIGINT, SIGTERM] {
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: queue)
            source.setEventHandler { @Sendable in handle() }
            source.activate()
            sources.append(source)
        }
    }

    /// From now on the first signal raises a flag.
    static func raise(_ flag: StopFlag) { answer.withLock { $0 = .raise(flag) } }

    /// From now on a signal ends the program with these words.
    static func end(saying words: String) { answer.withLock { $0 = .end(words) } }

    private static func handle() {
        switch answer.withLock({ $0 }) {
        case .raise(let flag) where !flag.isRaised:
            flag.raise()
            Console.say("\nFinishing the parts in hand; once more to stop at once.")
        case .raise: leave()
        case .end(let words):
            Console.say("\n" + words)
            leave()
        }
    }

    private static func leave() -> Never {
        Durable.abandon()
        _exit(ExitStatus.interrupted)
    }
}
