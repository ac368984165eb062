import Archive
import ArgumentParser
import Foundation
import Optimizer

/// Compares the policies of an archive, or of somebody's table.
struct Compare: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Compare the policies of an archive or a table: means, spread, fronts, robustness.",
        discussion: """
            A table is a CSV with the columns policy, optionally scenario and weight, and outcomes: a row for each policy \
            in each scenario. Less of an outcome is better unless --maximize, or the study, says otherwise.

            A star marks the policies that no other dominates in the means of all outcomes. docs/COMPARE.md says what \
            each number means.
            """)

    @Argument(help: "The archive, or a table ending in .csv.", completion: .file(extensions: ["h5", "nc", "csv"]))
    var source: String

    @Option(help: "Outcomes to compare, separated by commas. (default: all)")
    var outcomes: String?

    @Option(help: "Outcomes of which less is better, separated by commas.")
    var minimize: String?

    @Option(help: "Outcomes of which more is better, separated by commas.")
    var maximize: String?

    @Option(
        help:
            "Largest acceptable values, such as 'cost=5 bn USD_2025,unserved=50 GWh'; without a unit, in the outcome's."
    )
    var atMost: String?

    @Option(help: "Smallest acceptable values, such as 'share=40 %'.")
    var atLeast: String?

    @Option(
        help: ArgumentHelp(
            "Metrics of robustness, separated by commas.",
            discussion: RobustnessMetric.names.joined(separator: ", ") + "; hurwicz:0.3 weighs the worst with 0.3, "
                + "cvar:0.1 is the mean of the worst tenth."))
    var metric: String?

    @Option(
        help:
            "Where the hypervolume ends: 'cost=10 bn USD_2025,share=20 %', or numbers in the order of the outcomes. (default: beyond the means)"
    )
    var referencePoint: String?

    @Option(help: "The policy that all others are set against. (default: the best in each outcome)")
    var against: String?

    @Option(help: "The seed of the resamples behind intervals.")
    var seed: UInt64 = 0

    @Flag(help: "Write the comparison into the archive, as its group /optimizer.")
    var write = false

    @Flag(help: "Print one JSON object: policies with rank, outcomes and robustness.")
    var json = false

    private func names(_ list: String?) -> [String] {
        (list ?? "").split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }.filter { !$0.isEmpty }
    }

    private func numbers(_ list: String?, of option: String) throws -> [(String, String)] {
        try names(list).map { text in
            let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2 else {
                throw Failure.usage(
                    "\(option) takes name=number separated by commas, such as 'cost=5 bn USD_2025'; not '\(text)'")
            }
            return (String(parts[0]), String(parts[1]))
        }
    }

    private func choices() throws -> ComparisonChoices {
        var choices = ComparisonChoices()
        choices.outcomes = outcomes == nil ? nil : names(outcomes)
        choices.minimize = names(minimize)
        choices.maximize = names(maximize)
        choices.atMost = try numbers(atMost, of: "--at-most")
        choices.atLeast = try numbers(atLeast, of: "--at-least")
        if metric != nil {
            choices.metrics = try names(metric).map { text in
                if text == "satisficing" { return nil }
                guard let metric = RobustnessMetric.named(text) else {
                    let stem = text.split(separator: ":").first.map(String.init) ?? text
                    throw Failure.usage(
                        RobustnessMetric.names.contains(stem)
                            ? "--metric \(text): the weight of the worst in hurwicz lies in 0...1, the share of cvar above 0 "
                                + "and not above 1; the others have no number"
                            : unknown("--metric \(text)", stem, among: RobustnessMetric.names))
                }
                return metric
            }
        }
        choices.referencePoint = names(referencePoint)
        choices.against = against
        choices.seed = seed
        return choices
    }

    func run() throws {
        let place = try Source(source)
        let choices = try choices()
        if place.isTable {
            if write { throw Failure.usage("--write adds to an archive; \(source) is a table") }
            return try show(ComparisonReport(table: OutcomeFileSource(place.path), choices: choices))
        }
        let report = try ComparisonReport(archive: place.archive(), choices: choices)
        if write { try report.group.write(into: place.path) }
        try show(report)
    }

    private func show(_ report: ComparisonReport) throws {
        for note in report.notes { Console.say(note) }
        if json {
            try Console.put(json: report)
        } else {
            report.lines(width: Console.width).forEach(Console.put)
        }
    }
}
