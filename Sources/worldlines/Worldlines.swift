import Archive
import ArgumentParser
import CLanes
import Foundation

@main
struct Worldlines: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "worldlines",
        abstract: "Simulate many futures of a world, fork them at decisions, and compare them.",
        discussion: """
            A world is a folder with world.yaml and tables; a study names what can be chosen, what is not known and \
            what is measured; an archive is the HDF5 file that a study leaves.

            Exit codes: 0 done, 64 wrong command line, 65 wrong data, 74 a file can't be read or written, \
            130 interrupted.
            """,
        version: Build.version,
        groupedSubcommands: [
            CommandGroup(name: "World and study", subcommands: [Check.self, New.self, RunStudy.self, Optimize.self]),
            CommandGroup(
                name: "Archive",
                subcommands: [
                    Resume.self, Inspect.self, Compare.self, Diff.self, Discover.self, Export.self, Report.self,
                ]),
            CommandGroup(name: "Someone's case", subcommands: [Climate.self, Grid.self, HindcastCommand.self]),
            CommandGroup(name: "Machine", subcommands: [Bench.self, Doctor.self]),
        ])

    static func main() {
        if let missing = cl_missing_instructions() {
            Console.say(
                """
                worldlines was built for CPUs with \(String(cString: missing)), which this one lacks.
                Build it here, or for a class of CPUs: WORLDLINES_CPU=haswell swift build -c release
                """)
            Foundation.exit(ExitStatus.badData)
        }
        ForeignFiles.serveIfAsked(CommandLine.arguments)
        ForeignFiles.readInChildren()
        // A reader that goes away (`| head`) ends the output, not the run.
        signal(SIGPIPE, SIG_IGN)
        do {
            try refuseUnknownCommand()
            var command = try parseAsRoot()
            try command.run()
        } catch {
            end(error)
        }
    }

    /// Names the nearest command where the first word is none.
    private static func refuseUnknownCommand() throws {
        let known = configuration.subcommands.map { $0._commandName } + ["help"]
        guard let word = CommandLine.arguments.dropFirst().first, !word.hasPrefix("-"), !known.contains(word) else {
            return
        }
        throw Failure.usage(
            unknown("'\(word)' is no command", word, among: known.filter { $0 != "help" })
                + "\n    `worldlines help` says what each does")
    }

    /// Says what went wrong and leaves with its exit code.
    private static func end(_ error: any Error) -> Never {
        guard let failure = Failure(error) else { exit(withError: error) }
        if !failure.message.isEmpty { Console.say(failure.message) }
        Foundation.exit(failure.status)
    }
}
