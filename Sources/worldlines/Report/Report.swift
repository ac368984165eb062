import Archive
import ArgumentParser
import Foundation
import WorldModel

/// Writes what an archive holds as one page for people.
struct Report: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Write an archive as one page of HTML: question, policies, best decision, charts, map.",
        discussion: """
            The page stands alone: it loads nothing, runs no script, and opens from a file. All that it says is in the \
            archive; the same archive gives the same bytes.
            """)

    @Argument(help: "The archive.", completion: .file(extensions: ["h5", "nc"]))
    var archive: String

    @Option(
        name: [.short, .customLong("output")],
        help: "The page, ending in .html. (default: beside the archive, under its name)", completion: .file())
    var output: String?

    @Flag(help: "Print one JSON object: the page, its bytes, its figures.")
    var json = false

    private struct Summary: Encodable {
        let report: String
        let bytes: Int
        let figures: Int
    }

    func validate() throws {
        if let output, !Report.isPage(output) {
            throw ValidationError("a report's name ends in .html or .htm; '\(output)' does not")
        }
    }

    func run() throws {
        let source = try Source(archive)
        if source.kind == .parts {
            let whole = String(source.path.dropLast(".parts".count))
            throw Failure.badData(
                "\(archive): the parts of a run; `worldlines resume \(Simulation.quoted(whole))` makes their archive")
        }
        let file = try source.archive()
        let path = output ?? Report.standardPath(of: archive)
        try Destination.prepare((path as NSString).deletingLastPathComponent)
        try Destination.checkName(path)
        var isFolder: ObjCBool = false
        if FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), isFolder.boolValue {
            throw Failure.inputOutput("\(path) is a folder; choose another name for the report")
        }
        let page = try ReportPage(ReportContents(file: file))
        let bytes = Array(page.markup.page.utf8)
        try Durable.write(bytes, to: path)
        if json {
            try Console.put(json: Summary(report: path, bytes: bytes.count, figures: page.figures))
        } else {
            Console.put("\(path): \(counted(page.figures, "figure")), \(bytes.count / 1024) KiB")
        }
    }

    /// The archive's name with the ending of a page.
    static func standardPath(of archive: String) -> String {
        (archive as NSString).deletingPathExtension + ".html"
    }

    private static func isPage(_ path: String) -> Bool {
        let name = (path as NSString).lastPathComponent
        return (path.hasSuffix(".html") || path.hasSuffix(".htm")) && name != ".html" && name != ".htm"
    }
}
