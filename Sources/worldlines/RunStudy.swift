import Archive
import ArgumentParser
import Branching
import Foundation
import WorldModel

extension KeepStates {
    /// How much it keeps: what keeps more has all that the others have.
    fileprivate var keeps: Int {
        switch self {
        case .none: 0
        case .last: 1
        case .all: 2
        }
    }
}

/// Simulates a study and leaves an archive.
struct RunStudy: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run", abstract: "Simulate a study, leave an archive, print its comparison.",
        discussion: """
            Finished parts are kept in ARCHIVE.parts; a run that was interrupted goes on where it was with the same \
            command, or with `worldlines resume ARCHIVE`. The numbers depend on neither workers nor shards.
            """)

    @OptionGroup var choices: StudyChoices

    @Option(help: "Years: 3 for the first three, or 2026-2030.")
    var years: YearSelection?

    @Option(help: "Simulate share i of n, such as 2/8, and stop before the archive is made.")
    var shard: Shard?

    @Option(help: "Which states the archive keeps for later forks: all, last or none.")
    var keepStates: KeepStates = .all

    @OptionGroup var machine: MachineOptions

    func run() throws {
        let (output, force) = (choices.output, choices.force)
        let source = try Source(choices.study)
        let study = try source.study(
            Overrides(samples: choices.samples, years: years.map { $0.years(of:step:) }, seed: choices.seed))
        try years?.check(against: study)
        for warning in study.warnings { Console.say(source.describe(warning, as: "warning: ")) }
        if study.isOpen {
            throw Failure.badData(
                "\(choices.study): the range '\(study.ranges[0].name)' leaves a number open, and `run` simulates policies whose "
                    + "numbers are known; search it with `worldlines optimize`, or list the policies in a table: `policies: file.csv`"
            )
        }
        try Effort(study, workers: machine.count).refuse(in: source)
        try Destination.prepare(archive: output, force: force)
        if FileManager.default.fileExists(atPath: output), try isThere(study) {
            Console.say("\(output) already holds this study; --force simulates it again.")
            return try Simulation.conclude(study, archive: output, json: machine.json)
        }
        try Simulation(
            study: study, archive: output, keepStates: keepStates, machine: machine, shard: shard ?? .whole
        ).run()
    }

    /// Whether the archive has all that is asked for; a failure where it is of something else.
    private func isThere(_ study: Study) throws -> Bool {
        let output = choices.output
        guard try ArchiveFile.isArchive(output) else {
            throw Failure.inputOutput(
                "\(output) exists and is no archive; choose another name, or replace it with --force")
        }
        let file = try ArchiveFile(path: output)
        guard file.studyDigest == study.digest, file.seed == study.seed, file.years == study.years,
            file.codeVersion == Build.version
        else {
            throw Failure.badData(
                "\(output) holds another world, study, seed, years or version (\(file.title)); "
                    + "choose another name, or replace it with --force")
        }
        if file.samples > study.samples {
            throw Failure.badData(
                "\(output) holds \(counted(file.samples, "sample")) of this study, and \(study.samples) would replace them; "
                    + "say --samples \(file.samples), choose another name, or replace it with --force")
        }
        if file.keepStates.keeps > keepStates.keeps {
            throw Failure.badData(
                "\(output) keeps the states '\(file.keepStates.rawValue)', and '\(keepStates.rawValue)' would drop them; "
                    + "say --keep-states \(file.keepStates.rawValue), choose another name, or replace it with --force")
        }
        return file.samples == study.samples && file.keepStates == keepStates
    }
}
