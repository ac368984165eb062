import Archive
import ArgumentParser
import Branching
import WorldModel

/// Simulates what is missing of an archive and assembles it.
struct Resume: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Simulate what is missing of a run, then make its archive.",
        discussion: """
            For a run that was interrupted or killed, whose shards are all done, or that should have more samples. \
            ARCHIVE.parts keeps the world and the study as they were.
            """)

    @Argument(help: "The archive, there or to be.", completion: .file(extensions: ["h5", "nc"]))
    var archive: String

    @Option(help: "Go on to so many samples; those that are there are kept.")
    var samples: Int?

    @Option(help: "Simulate what is missing of share i of n, and stop before the archive is made.")
    var shard: Shard?

    @OptionGroup var machine: MachineOptions

    func validate() throws {
        try checkSamples(samples)
    }

    func run() throws {
        try RunLog.refuseForeign(besides: archive)
        let kept = try KeptRun(archive: archive)
        if kept.description.isOfSearch {
            if samples != nil || shard != nil {
                throw Failure.usage("\(archive) is of a search, which has its samples and is not dealt to shards")
            }
            return try Optimize.resume(archive, kept, machine: machine)
        }
        if let samples, samples < kept.description.samples {
            throw Failure.usage(
                "\(archive) has \(kept.description.samples) samples; --samples can only add to them, not \(samples)")
        }
        let study = try kept.study(samples: samples)
        for warning in study.warnings { Console.say("warning: \(warning)") }
        try Effort(study, workers: machine.count).refuse()
        try Simulation(
            study: study, archive: archive, keepStates: kept.description.keepStates,
            machine: machine, shard: shard ?? .whole
        ).run()
    }
}
