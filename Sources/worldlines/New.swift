import Archive
import ArgumentParser
import Cases
import Foundation
import WorldModel

/// Makes a world: from somebody's network, or a small one to begin with.
struct New: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Make a world's folder: from a MATPOWER or PyPSA case, or a small one to begin with.",
        discussion: """
            With --from CASE: world.yaml and tables with PyPSA's column names, of the section `grid` alone. What a world \
            can't say of the case is named, and stops it where the world would mean something else. Without: two cities \
            and a cable, with comments. Nothing that is there is written over.
            """)

    @Argument(help: "The folder; its last part is the world's name.", completion: .directory)
    var name: String

    @Option(help: "A .m file, a PyPSA folder of CSV, or a PyPSA netCDF file.", completion: .file())
    var from: String?

    @Option(help: "How a MATPOWER branch becomes a line: matpower or powermodels.")
    var convention = SusceptanceConvention.matpower

    @Option(help: "The year whose 1 January the tables describe. (default: that of the case's snapshots, or 2026)")
    var start: Int?

    @Option(help: "The world's currency.")
    var currency = "EUR_2025"

    @Flag(help: "Print one JSON object: the folder, its files, what was left aside.")
    var json = false

    private struct Report: Encodable {
        let world: String
        let folder: String
        let files: [String]
        let warnings: [String]
    }

    func validate() throws {
        if let start, !(1700...3000).contains(start) {
            throw ValidationError("--start is a year from 1700 to 3000, not \(start)")
        }
    }

    func run() throws {
        var folder = name
        while folder.count > 1, folder.hasSuffix("/") { folder.removeLast() }
        let title = (folder as NSString).lastPathComponent
        guard !title.isEmpty, title != ".", title != "..", title != "/" else {
            throw Failure.usage("'\(name)' names no world; write the folder that is to be made")
        }
        if FileManager.default.fileExists(atPath: folder) {
            throw Failure.inputOutput("\(folder): it is there already; choose another name, or move it away")
        }
        var files: [SourceFile]
        var warnings: [String] = []
        if let from {
            let grid = try CaseFile(path: from).read(convention: convention)
            let world = try WorldFolder(
                of: grid, name: title, source: (from as NSString).lastPathComponent, start: start, currency: currency)
            files = world.files
            warnings = (grid.warnings + world.warnings).map(\.description)
        } else {
            files = WorldFolder.example(name: title, start: start ?? 2026, currency: currency)
        }
        // What is written must be what `check` accepts, or the fault is this program's.
        _ = try World.load(files: files)
        let target = try Destination.folder(folder)
        for file in files { try target.write(file.bytes, to: file.path) }
        try target.finish()
        for warning in warnings { Console.say("warning: \(warning)") }
        let paths = files.map { folder + "/" + $0.path }
        if json {
            try Console.put(json: Report(world: title, folder: folder, files: paths, warnings: warnings))
        } else {
            paths.forEach(Console.put)
        }
    }
}
