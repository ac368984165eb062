import ArgumentParser
import WorldModel

/// Reads worlds and studies and reports everything that is wrong, or dubious, at once.
struct Check: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Check worlds and studies; every finding names its file, line and remedy.",
        discussion: "Exits with 65 where a path has an error; warnings alone leave 0.")

    @Argument(help: "A world's folder, its world.yaml, or a study file.", completion: .file())
    var paths: [String]

    @Flag(help: "Print one JSON object: findings with file, line, path, message, remedy.")
    var json = false

    private struct Report: Encodable {
        struct Item: Encodable {
            let file: String
            let line: Int?
            let path: String?
            let message: String
            let remedy: String
            let severity: String
        }

        let findings: [Item]
    }

    func run() throws {
        var items: [Report.Item] = []
        var unread: [String] = []
        for path in paths {
            let source: Source
            do {
                source = try Source(path)
            } catch let failure as Failure {
                unread.append(failure.message)
                items.append(
                    Report.Item(
                        file: path, line: nil, path: nil, message: failure.message, remedy: "mend the name",
                        severity: "error"))
                continue
            }
            do {
                let (summary, warnings) = try source.check()
                items += warnings.map { item($0, of: source, severity: "warning") }
                if !json {
                    for warning in warnings { Console.say(source.describe(warning, as: "warning: ")) }
                    Console.put("\(path): \(summary)")
                }
            } catch let findings as Findings {
                items += findings.all.map { item($0, of: source, severity: "error") }
                if !json { for finding in findings.all { Console.say(source.describe(finding)) } }
            }
        }
        if json { try Console.put(json: Report(findings: items)) }
        if !unread.isEmpty { throw Failure.inputOutput(unread.joined(separator: "\n")) }
        let errors = items.count { $0.severity == "error" }
        if errors > 0 {
            throw Failure.badData(json ? "" : errors == 1 ? "1 error" : "\(errors) errors")
        }
    }

    private func item(_ finding: Finding, of source: Source, severity: String) -> Report.Item {
        Report.Item(
            file: source.file(of: finding), line: finding.line, path: finding.path, message: finding.message,
            remedy: finding.remedy, severity: severity)
    }
}
