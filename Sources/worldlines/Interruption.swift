import Branching
import Dispatch
import Foundation

/// Turns the first Ctrl-C, or a polite kill, into a raised flag, and lets the second end the program at once.
final class Interruption {
    private let sources: [any DispatchSourceSignal]

    init(_ flag: StopFlag) {
        // A serial queue of its own: workers fill the threads of the global queues, and the signal would wait for them.
        let queue = DispatchQueue(label: "worldlines.signals", qos: .userInteractive)
        sources = [SIGINT, SIGTERM].map { number in
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: queue)
            source.setEventHandler { @Sendable in
                if flag.isRaised { _exit(ExitStatus.interrupted) }
                flag.raise()
                Console.say("\nFinishing the parts in hand; once more to stop at once.")
            }
            source.activate()
            return source
        }
    }

    /// Gives the signals their usual meaning again.
    func end() {
        sources.forEach { $0.cancel() }
        for number in [SIGINT, SIGTERM] { signal(number, SIG_DFL) }
    }
}
