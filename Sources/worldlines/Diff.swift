import Archive
import ArgumentParser
import Branching
import Foundation
import WorldModel

/// Says where two world lines of an archive part, and what makes the difference.
struct Diff: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Say where two world lines part, and which room makes the difference in each outcome.",
        discussion: """
            Rooms are the components of a world in the order of its year: climate, cities, compute, grid, economy. A room \
            makes the difference where it is the first that differs, in the first year that does; what comes after it \
            follows. Each outcome is taken apart over years, and over carriers, buses, cities or links where what it is \
            made of is recorded so.
            """)

    @Argument(help: "The archive.", completion: .file(extensions: ["h5", "nc"]))
    var archive: String

    @Option(parsing: .upToNextOption, help: "Two world lines: sample x policies + policy.")
    var worldLine: [Int]

    @Flag(help: "Print one JSON object.")
    var json = false

    func validate() throws {
        if worldLine.count != 2 {
            throw ValidationError(
                "--world-line takes two world lines, as --world-line 0 5; there are \(worldLine.count)")
        }
    }

    func run() throws {
        let file = try Source(archive).archive()
        for line in worldLine where !(0..<file.worldLines).contains(line) {
            throw Failure.usage("\(archive) has world lines 0 to \(file.worldLines - 1), not \(line)")
        }
        let report = try DiffReport(file, worldLine[0], worldLine[1])
        if json {
            try Console.put(json: report)
        } else {
            report.lines.forEach(Console.put)
        }
    }
}
