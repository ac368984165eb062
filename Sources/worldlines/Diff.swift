import Archive
import ArgumentParser
import Foundation
import WorldModel

/// Says where two world lines, or two policies, diverge, and what makes the difference.
struct Diff: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Say where two world lines or policies diverge, and what makes the difference in each outcome.",
        discussion: """
            --policy a --policy b compares two policies over all samples, sample by sample. --world-line takes two world \
            lines, each as sample/policy or as its number: sample x policies + policy.

            The components of a world are cities, compute, grid, contracts, economy and climate, in the order of its year. \
            A component makes the difference where it is the first that differs, in the first year that does. Each outcome \
            is taken apart over the years and entities that it counts, with its weights; the parts sum to the difference. \
            Rounding noise, below a billionth of the numbers that are compared, is left out.
            """)

    @Argument(help: "The archive.", completion: .file(extensions: ["h5", "nc"]))
    var archive: String

    @Option(parsing: .upToNextOption, help: "Two policies, compared over all samples.")
    var policy: [String] = []

    @Option(parsing: .upToNextOption, help: "Two world lines, such as 0/base 3/base, or 0 5.")
    var worldLine: [String] = []

    @Flag(help: "Print one JSON object.")
    var json = false

    func validate() throws {
        if policy.isEmpty == worldLine.isEmpty {
            throw ValidationError("name two policies with --policy, or two world lines with --world-line")
        }
        for (option, names) in [("--policy", policy), ("--world-line", worldLine)] where ![0, 2].contains(names.count) {
            throw ValidationError("\(option) takes two, such as \(option) a \(option) b; there are \(names.count)")
        }
    }

    func run() throws {
        let file = try Source(archive).archive()
        let report: DiffReport
        if worldLine.isEmpty {
            let places = try policy.map { try place(ofPolicy: $0, in: file, option: "--policy") }
            report = try DiffReport(file, policies: places[0], places[1])
        } else {
            let lines = try worldLine.map { try number(ofLine: $0, in: file) }
            report = try DiffReport(file, pairs: [(lines[0], lines[1])])
        }
        if json { try Console.put(json: report) } else { report.lines.forEach(Console.put) }
    }

    private func place(ofPolicy name: String, in file: ArchiveFile, option: String) throws -> Int {
        guard let place = file.policies.firstIndex(of: name) else {
            throw Failure.usage(unknown("\(option): '\(name)' is no policy of \(archive)", name, among: file.policies))
        }
        return place
    }

    /// The number of a world line that is written as a number or as `sample/policy`.
    private func number(ofLine text: String, in file: ArchiveFile) throws -> Int {
        if let number = Int(text) {
            guard (0..<file.worldLines).contains(number) else {
                throw Failure.usage("\(archive) has world lines 0 to \(file.worldLines - 1), not \(number)")
            }
            return number
        }
        let parts = text.split(separator: "/", maxSplits: 1).map(String.init)
        guard parts.count == 2, let sample = Int(parts[0]) else {
            throw Failure.usage(
                "--world-line: '\(text)' is neither a number nor sample/policy, such as 0/\(file.policies[0])")
        }
        guard (0..<file.samples).contains(sample) else {
            throw Failure.usage("\(archive) has samples 0 to \(file.samples - 1), not \(sample)")
        }
        return file.worldLine(
            sample: sample, policy: try place(ofPolicy: parts[1], in: file, option: "--world-line \(text)"))
    }
}
