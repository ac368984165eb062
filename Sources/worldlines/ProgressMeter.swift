import Branching
import Foundation
import Synchronization

/// Shows how far a run is: a bar on a terminal, a plain line every few seconds elsewhere.
final class ProgressMeter: Sendable {
    private let isWatched: Bool
    private let shown = Mutex<(at: Duration, width: Int)>((.zero, 0))

    init(isWatched: Bool = Console.isWatched) { self.isWatched = isWatched }

    func show(_ progress: RunProgress) {
        let interval: Duration = isWatched ? .milliseconds(100) : .seconds(5)
        shown.withLock { shown in
            guard progress.elapsed - shown.at >= interval else { return }
            shown.at = progress.elapsed
            if isWatched {
                let line = ProgressMeter.bar(progress, width: Console.width)
                let blank = String(repeating: " ", count: max(shown.width - line.count, 0))
                Console.draw("\r\(line)\(blank)")
                shown.width = line.count
            } else {
                Console.say(ProgressMeter.words(progress))
            }
        }
    }

    /// Wipes the bar away.
    func end() {
        shown.withLock { shown in
            if shown.width > 0 { Console.draw("\r" + String(repeating: " ", count: shown.width) + "\r") }
            shown.width = 0
        }
    }

    static func bar(_ progress: RunProgress, width: Int) -> String {
        let words = " " + words(progress)
        let room = min(max(width - words.count - 3, 0), 40)
        guard room >= 8 else { return String(words.dropFirst().prefix(width - 1)) }
        let filled = Int(Double(room) * fraction(progress))
        let done = String(repeating: "#", count: filled)
        let left = String(repeating: "-", count: room - filled)
        return "[\(done)\(left)]\(words)"
    }

    static func words(_ progress: RunProgress) -> String {
        var text = "\(progress.worldLines)/\(progress.worldLinesTotal) world lines"
        if progress.rate > 0 { text += ", " + String(format: "%.0f", progress.rate) + " world-line-years/s" }
        if let left = progress.remaining { text += ", \(clock(left)) left" }
        return text
    }

    static func clock(_ duration: Duration) -> String {
        let seconds = Int(duration.components.seconds)
        let minutes = String(format: "%02d:%02d", seconds / 60 % 60, seconds % 60)
        return seconds < 3600 ? minutes : "\(seconds / 3600):\(minutes)"
    }

    private static func fraction(_ progress: RunProgress) -> Double {
        guard progress.worldLineYearsTotal > 0 else { return 1 }
        return Double(progress.worldLineYears) / Double(progress.worldLineYearsTotal)
    }
}
