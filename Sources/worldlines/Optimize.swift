import Archive
import ArgumentParser
import Branching
import Foundation
import Optimizer
import WorldModel

/// Searches the policies of a study, and leaves an archive of all that were simulated.
struct Optimize: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Search the policies of a study, leave an archive of all that were simulated, print the best.",
        discussion: """
            Objectives, their directions and limits are the study's outcomes. Levers may have options and ranges. Finished \
            parts are kept in ARCHIVE.parts; a search that was interrupted goes on where it was with the same command, or \
            with `worldlines resume ARCHIVE`, and ends with the same bits. docs/SEARCH.md has the methods, and the \
            protocol of --method external.
            """)

    @OptionGroup var choices: StudyChoices

    @Option(help: "Which states the archive keeps for later forks: all, last or none.")
    var keepStates: KeepStates = .none

    @OptionGroup var search: SearchOptions
    @OptionGroup var machine: MachineOptions

    func run() throws {
        let (output, force) = (choices.output, choices.force)
        let source = try Source(choices.study)
        let study = try source.study(Overrides(samples: choices.samples, seed: choices.seed))
        for warning in study.warnings { Console.say(source.describe(warning, as: "warning: ")) }
        try Effort(study, policies: search.budget, workers: machine.count).refuse(in: source)
        try Destination.prepare(archive: output, force: force)
        if FileManager.default.fileExists(atPath: output) {
            throw Failure.inputOutput("\(output) already exists; choose another name, or replace it with --force")
        }
        try SearchRun(study: study, archive: output, keepStates: keepStates, options: search, machine: machine).run()
    }

    /// Goes on with the search that the parts of an archive keep.
    static func resume(_ archive: String, _ kept: KeptRun, machine: MachineOptions) throws {
        let arguments = (kept.description.options ?? [:]).sorted { $0.key < $1.key }.flatMap { [$0.key, $0.value] }
        try SearchRun(
            study: kept.study(), archive: archive, keepStates: kept.description.keepStates,
            options: SearchOptions.parse(arguments), machine: machine
        ).run()
    }
}
