import Archive
import ArgumentParser
import Branching
import Foundation
import WorldModel

extension Shard: ExpressibleByArgument {
    /// A share as it stands on the command line.
    public init?(argument: String) { self.init(argument) }
}

extension KeepStates: ExpressibleByArgument {}

/// The years of `--years`: `3` for the first three, or `2026-2030`.
enum YearSelection: ExpressibleByArgument, Equatable {
    case first(Int)
    case range(ClosedRange<Int>)

    private static let most = 1_000_000

    init?(argument: String) {
        let parts = argument.split(separator: "-", omittingEmptySubsequences: false).map { Int($0) }
        switch parts.count {
        case 1:
            guard let count = parts[0], (1...YearSelection.most).contains(count) else { return nil }
            self = .first(count)
        case 2:
            guard let first = parts[0], let last = parts[1], first <= last, last <= YearSelection.most else {
                return nil
            }
            self = .range(first...last)
        default: return nil
        }
    }

    /// The years of a study that begins with its world; so many first ones are so many steps.
    func years(of study: ClosedRange<Int>, step: Int) -> ClosedRange<Int> {
        switch self {
        case .first(let count): study.lowerBound...study.lowerBound + (count - 1) * step
        case .range(let range): study.lowerBound...max(range.upperBound, study.lowerBound)
        }
    }

    /// Refuses years that begin elsewhere than their study.
    func check(against study: Study) throws {
        guard case .range(let range) = self, range.lowerBound != study.years.lowerBound else { return }
        throw Failure.usage(
            "--years begins with \(range.lowerBound), but the world describes \(study.years.lowerBound): "
                + "write \(study.years.lowerBound)-\(study.years.upperBound)")
    }
}

/// Which study is simulated, and where its archive goes.
struct StudyChoices: ParsableArguments {
    @Argument(help: "The study file.", completion: .file(extensions: ["yaml", "yml"]))
    var study: String

    @Option(name: [.short, .customLong("output")], help: "The archive, ending in .h5 or .nc.", completion: .file())
    var output: String

    @Option(help: "Samples of the uncertainties, instead of the study's number.")
    var samples: Int?

    @Option(help: "The seed of all draws, instead of the study's.")
    var seed: UInt64?

    @Flag(help: "Replace an archive, and parts, of something else.")
    var force = false

    func validate() throws {
        try Destination.checkArchiveName(output)
        try checkSamples(samples)
    }
}

/// Refuses a number of samples that no study can have.
func checkSamples(_ samples: Int?) throws {
    if let samples, !(1...1_000_000_000).contains(samples) {
        throw ValidationError("--samples is a number from 1 to 1,000,000,000, not \(samples)")
    }
}

/// How a run uses this machine.
struct MachineOptions: ParsableArguments {
    @Option(help: "Threads that simulate; results don't depend on it. (default: the CPUs of this machine)")
    var workers: Int?

    @Flag(help: "Print the comparison as JSON.")
    var json = false

    var count: Int { workers ?? max(ProcessInfo.processInfo.activeProcessorCount, 1) }

    func validate() throws {
        if let workers, !(1...4096).contains(workers) {
            throw ValidationError("--workers is a number from 1 to 4096, not \(workers)")
        }
    }
}
