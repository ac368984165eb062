import Archive
import ArgumentParser
import Branching
import Foundation
import Stepping
import WorldModel

/// Says what a world, a study, an archive or the parts of a run hold.
struct Inspect: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Say what a world, a study, an archive or the parts of a run hold.",
        discussion: """
            With --paths: the numbers of the world that levers and uncertainties can name, a row for each table and column. \
            A pattern, such as --paths cable or --paths 'links[*].p_nom', shows those that match one by one, and --long \
            every number with its source.

            With --world-line, --year and --hour: the hour's market as a quadratic program, as JSON. \
            min c'x + 1/2 sum q x^2, A x = b, l <= x <= u in MW and currency/MWh; A is dense, row after row; \
            dispatch and prices are the answer that the archive is made of. More than one hour, \
            such as --hour 12,13: {hours: [...]}, one program each. The hour of the year counts from 0; \
            only cleared days have programs. Where a world clears days, the program is that of the whole day: \
            24 hours one after the other, then the stocks and ramps that couple them.
            """)

    @Argument(help: "A world's folder, a study, an archive, or ARCHIVE.parts.", completion: .file())
    var path: String

    @Argument(help: "With --paths: a part of a path, or a whole path with * for any characters.")
    var pattern: String?

    @Flag(help: "List the numbers that paths can name, with value, unit and range.")
    var paths = false

    @Flag(help: "With --paths: every number, with its source.")
    var long = false

    @Flag(help: "Print one JSON object.")
    var json = false

    @Option(help: "A world line of the archive: sample x policies + policy.")
    var worldLine: Int?

    @Option(help: "A simulated year.")
    var year: Int?

    @Option(help: "Hours of the year, 0 to 8759, parted by commas.")
    var hour: String?

    func validate() throws {
        let given = [worldLine != nil, year != nil, hour != nil]
        guard given.allSatisfy({ $0 }) || !given.contains(true) else {
            throw ValidationError("--world-line, --year and --hour go together")
        }
        if !paths, let word = long ? "--long" : pattern {
            throw ValidationError("'\(word)' belongs to --paths")
        }
        _ = try hours()
    }

    private func hours() throws -> [Int] {
        guard let hour else { return [] }
        return try hour.split(separator: ",", omittingEmptySubsequences: false).map { text in
            guard let number = Int(text), (0..<8760).contains(number) else {
                throw ValidationError("--hour takes numbers from 0 to 8759 parted by commas, not '\(hour)'")
            }
            return number
        }
    }

    func run() throws {
        let source = try Source(path)
        if let worldLine, let year {
            guard source.kind == .archive else {
                throw Failure.usage("--world-line belongs to an archive; \(path) is none")
            }
            return try program(of: worldLine, year: year, hours: try hours(), in: source.archive())
        }
        if paths { return try list(pathsOf: source) }
        switch source.kind {
        case .world: try show(world: try source.world())
        case .study: try show(StudyReport(study: source.study(), kind: "study"))
        case .archive: try show(archive: source.archive())
        case .parts: try show(partsOf: String(source.path.dropLast(".parts".count)))
        }
    }

    // MARK: Worlds

    private struct WorldReport: Encodable {
        let kind = "world"
        let world: String
        let title: String
        let licence: String
        let currency: String
        let start: Int
        let sections: [String]
        let tables: [String: Int]
        let digest: String
    }

    private func show(world: World) throws {
        let counts = Schema.tables.map { ($0.name, world.table($0.name).ids.count) }.filter { $0.1 > 0 }
        let sections = Schema.sections.map(\.name).filter(world.hasSection)
        if json {
            return try Console.put(
                json: WorldReport(
                    world: world.name, title: world.title, licence: world.licence, currency: world.currency,
                    start: world.start, sections: sections, tables: Dictionary(uniqueKeysWithValues: counts),
                    digest: world.digest))
        }
        Console.put("world     \(world.name): \(world.title)")
        Console.put("licence   \(world.licence)")
        Console.put("start     \(world.start), in \(world.currency)")
        Console.put("sections  \(sections.joined(separator: ", "))")
        Console.put("tables    \(Source.rows(counts))")
    }

    private func list(pathsOf source: Source) throws {
        let world: World
        switch source.kind {
        case .world: world = try source.world()
        case .study: world = try source.study().world
        case .archive: world = try source.archive().study().world
        case .parts: world = try KeptRun(archive: String(source.path.dropLast(".parts".count))).study().world
        }
        let list = try PathList(world.paths(), pattern: pattern)
        if json { return try Console.put(json: ["paths": list.paths]) }
        let isGrouped = pattern == nil && !long
        (isGrouped ? list.grouped : list.single(isLong: long)).forEach(Console.put)
        if isGrouped {
            Console.say(
                "\(counted(list.paths.count, "number")); --paths PATTERN shows some one by one, --long all with their sources"
            )
        }
    }

    // MARK: Studies, archives and parts

    private func show(archive file: ArchiveFile) throws {
        var report = try StudyReport(study: file.study(), kind: "archive")
        report.formatVersion = file.formatVersion
        report.codeVersion = file.codeVersion
        report.flaggedHours = try file.flaggedHours()
        report.openBooks = try file.openBooks()
        report.keepStates = file.keepStates.rawValue
        report.stateNodes = try file.stateNodes()
        report.variables = try file.variables()
        let parts = PartsFolder.path(of: file.path)
        if FileManager.default.fileExists(atPath: parts + "/run.json") { report.count(partsIn: parts) }
        try show(report)
    }

    private func show(partsOf archive: String) throws {
        let kept = try KeptRun(archive: archive)
        var report = try StudyReport(study: kept.study(), kind: "parts")
        report.keepStates = kept.description.keepStates.rawValue
        report.count(partsIn: PartsFolder.path(of: archive))
        try show(report)
    }

    private func show(_ report: StudyReport) throws {
        if json { try Console.put(json: report) } else { report.lines.forEach(Console.put) }
    }

    // MARK: One hour

    private func program(of worldLine: Int, year: Int, hours: [Int], in file: ArchiveFile) throws {
        guard (0..<file.worldLines).contains(worldLine) else {
            throw Failure.usage("\(path) has world lines 0 to \(file.worldLines - 1), not \(worldLine)")
        }
        guard file.times.contains(year) else {
            let steps = file.step > 1 ? " in steps of \(file.step)" : ""
            throw Failure.usage(
                "\(path) has the years \(file.years.lowerBound)-\(file.years.upperBound)\(steps), not \(year)")
        }
        let study = try file.study()
        let days = WorldKernel.clearedDays(of: study.world)
        if let hour = hours.first(where: { !days.contains($0 / 24) }) {
            let near = days.min { abs($0 - hour / 24) < abs($1 - hour / 24) }
            throw Failure.usage(
                "hour \(hour) is on day \(hour / 24), which this world doesn't clear"
                    + (near.map { "; the nearest cleared day is \($0): hours \(24 * $0) to \(24 * $0 + 23)" } ?? ""))
        }
        let programs = try Replay(file: file, study: study).programs(
            worldLine: worldLine, year: year, hours: Set(hours))
        let found = Dictionary(programs.map { ($0.hour, $0) }, uniquingKeysWith: { first, _ in first })
        let ordered = try hours.map { hour in
            guard let program = found[hour] else {
                throw Failure.badData("\(path): hour \(hour) of \(year) has no market to clear")
            }
            return program
        }
        if ordered.count == 1 {
            try Console.put(json: ordered[0])
        } else {
            try Console.put(json: ["hours": ordered])
        }
    }
}
