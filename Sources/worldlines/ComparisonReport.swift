import Archive
import Foundation
import Optimizer
import WorldModel

/// The comparison of an archive's policies, or of a table's, as text and as JSON.
struct ComparisonReport {
    let title: String
    let table: OutcomeTable
    let comparison: Comparison
    /// What is worth saying before the report.
    let notes: [String]
    /// The metrics of robustness that are shown.
    let metrics: [String]
    let scenarioNoun: String
    /// How policies keep the limits; nil where there are none.
    let limits: Limits?
    /// The policy that all others are set against, where one was named.
    let baseline: String?
    /// What of the archive no comparison can be made of.
    private let unsound: Unsound

    /// World lines whose numbers are missing or doubtful.
    private struct Unsound: Encodable {
        /// The samples that are left out for all policies, since an outcome of one is no number.
        var leftOut: [Int] = []
        /// World lines with hours that have no certificate.
        var uncertified: ArchiveFile.Uncertified?

        enum CodingKeys: String, CodingKey {
            case leftOut = "left_out_samples"
            case uncertified
        }
    }
    /// The numbers that the policies chose in ranges.
    private(set) var numbers: [ChosenNumber] = []

    /// Compares the policies of an archive by its outcomes.
    init(archive file: ArchiveFile, choices: ComparisonChoices = ComparisonChoices()) throws {
        var all: [OutcomeTable.Measure] = []
        for name in try file.outcomes() {
            let variable = "outcome_\(name)"
            let least = try file.number("at_least", of: variable) ?? -.infinity
            let most = try file.number("at_most", of: variable) ?? .infinity
            all.append(
                OutcomeTable.Measure(
                    name: name, unit: try file.unit(of: variable),
                    minimize: try file.attribute("direction", of: variable) != "maximize", limits: least...most))
        }
        guard !all.isEmpty else {
            throw Failure.badData("\(file.path): the study has no outcomes, so that there is nothing to compare")
        }
        let measures = try choices.measures(all)
        let values = try measures.map { try file.values(of: "outcome_\($0.name)") }
        let policies = file.policies.count
        let rows = (0..<file.samples).map { sample in
            (0..<policies).map { policy in values.map { $0[sample * policies + policy] } }
        }
        let sound = rows.indices.filter { rows[$0].allSatisfy { $0.allSatisfy(OutcomeTable.isComparable) } }
        guard !sound.isEmpty else {
            throw Failure.badData(
                "\(file.path): in every sample an outcome of some policy is not a finite number below 1e150, so that nothing "
                    + "is left to compare; name the outcomes that are sound with --outcomes")
        }
        let inputs = try file.drawnInputs().map { input in
            OutcomeTable.Input(name: input.name, unit: input.unit, values: sound.map { input.values[$0 * policies] })
        }
        let table = try OutcomeTable(
            policies: file.policies, outcomes: measures,
            values: (0..<policies).map { policy in sound.map { rows[$0][policy] } }, scenarios: sound.map(String.init),
            inputs: inputs)
        let whole = counted(file.samples, "sample")
        try self.init(
            title: "\(file.title): \(counted(policies, "policy", "policies")), "
                + (sound.count < file.samples ? "\(sound.count) of \(whole), " : "\(whole), ")
                + "\(file.years.lowerBound)-\(file.years.upperBound)",
            table: table, scenarioNoun: "sample", choices: choices,
            unsound: Unsound(
                leftOut: rows.indices.filter { !sound.contains($0) }, uncertified: try file.uncertified()),
            notes: ComparisonReport.leftOutWords(rows, measures) + [try file.uncertifiedWords].compactMap(\.self))
        numbers = try file.chosenNumbers()
    }

    /// Names the world lines that are no numbers, and the samples that are left out for them.
    private static func leftOutWords(_ all: [[[Double]]], _ measures: [OutcomeTable.Measure]) -> [String] {
        measures.enumerated().compactMap { place, measure in
            var lines: [Int] = []
            var samples: [Int] = []
            for (sample, rows) in all.enumerated() {
                let wrong = rows.indices.filter { !OutcomeTable.isComparable(rows[$0][place]) }
                if !wrong.isEmpty { samples.append(sample) }
                lines += wrong.map { sample * rows.count + $0 }
            }
            guard !lines.isEmpty else { return nil }
            return "warning: \(measure.name) is not a finite number below 1e150 in \(lines.count) of "
                + "\(counted(all.count * all[0].count, "world line")): \(numbered(lines)); the comparison leaves out "
                + "\(samples.count == 1 ? "sample" : "samples") \(numbered(samples)) for every policy"
        }
    }

    /// Compares the policies of a table.
    init(table source: OutcomeFileSource, choices: ComparisonChoices) throws {
        let table = try source.table(choices: choices)
        let weighted = table.weights == nil ? "" : ", weighted"
        try self.init(
            title: "\(source.file.path): \(counted(table.policies.count, "policy")), "
                + "\(counted(table.scenarios.count, "scenario"))\(weighted)",
            table: table, scenarioNoun: "scenario", choices: choices)
    }

    /// Compares the policies of a table that is at hand.
    init(title: String, table: OutcomeTable, scenarioNoun: String, choices: ComparisonChoices) throws {
        try self.init(
            title: title, table: table, scenarioNoun: scenarioNoun, choices: choices, unsound: Unsound(), notes: [])
    }

    private init(
        title: String, table: OutcomeTable, scenarioNoun: String, choices: ComparisonChoices, unsound: Unsound,
        notes: [String]
    ) throws {
        self.unsound = unsound
        limits = Limits(table)
        baseline = choices.against
        self.title = title
        self.table = table
        self.scenarioNoun = scenarioNoun
        comparison = try choices.compare(table)
        let isLimited = table.outcomes.contains(where: \.isLimited)
        let shown = choices.metrics.map { list in list.map { $0?.name ?? "satisficing" } }
        metrics =
            shown ?? ["laplace", "maximin", "cvar", "minimax_regret", "regret_p90"] + (isLimited ? ["satisficing"] : [])
        self.notes =
            notes
            + (shown?.contains("satisficing") == true && !isLimited
                ? ["satisficing needs limits: the study has none, and neither --at-most nor --at-least gives one"] : [])
    }

    /// The report as text in so many columns: bands of outcomes side by side, policies below each other.
    func lines(width: Int) -> [String] {
        let rows = comparison.policies
        let names = rows.map { ($0.rank == 0 ? "* " : "  ") + $0.policy }
        var lines = [title]
        lines += banded(
            numbers.prefix(ChosenNumber.mostShown).map(block) + table.outcomes.map(block) + limitsBlock, names: names,
            heading: "  policy", width: width)
        if let remark = ChosenNumber.remark(on: numbers) { lines += ["", remark] }
        if rows.count > 1 {
            lines += ["", "* no other policy is at least as good in every mean and better in one"]
            lines += robustLines(width: width)
            if let baseline { lines += againstLines(baseline, width: width) }
        }
        return lines + [""] + words.flatMap { wrapped($0, width: width) }
    }

    /// Some columns under one title; the first row heads them.
    struct Block {
        let title: String
        let rows: [String]
        var width: Int { (rows + [title]).map(\.count).max() ?? 0 }
    }

    func banded(_ blocks: [Block], names: [String], heading: String, width: Int) -> [String] {
        let nameWidth = (names + [heading]).map(\.count).max() ?? 0
        var lines: [String] = []
        var band: [Block] = []
        for block in blocks {
            let used = nameWidth + band.reduce(0) { $0 + $1.width + 3 }
            if !band.isEmpty, used + block.width + 3 > width {
                lines += [""] + draw(band, names: names, heading: heading, nameWidth: nameWidth)
                band = []
            }
            band.append(block)
        }
        return lines + [""] + draw(band, names: names, heading: heading, nameWidth: nameWidth)
    }

    private func draw(_ band: [Block], names: [String], heading: String, nameWidth: Int) -> [String] {
        func join(_ name: String, _ cells: [String]) -> String {
            zip(cells, band).reduce(name.padded(to: nameWidth)) { $0 + "   " + $1.0.padded(toLeft: $1.1.width) }
        }
        let top = [join("", band.map(\.title)), join(heading, band.map { $0.rows[0] })]
        return top + names.enumerated().map { index, name in join(name, band.map { $0.rows[index + 1] }) }
    }

    func scale(_ measure: OutcomeTable.Measure) -> (scale: Scale, digits: Int) {
        let values = comparison.policies.map { row in
            row.outcomes[measure.name].map { [$0.mean, $0.p10, $0.p90, $0.worst] } ?? []
        }
        let largest = values.joined().map(abs).max() ?? 0
        let scale = Scale(unit: measure.unit, largest: largest)
        return (scale, scale.digits(largest: largest))
    }

    private func block(_ measure: OutcomeTable.Measure) -> Block {
        let values = comparison.policies.map { row in
            row.outcomes[measure.name].map { [$0.mean, $0.p10, $0.p90, $0.worst] } ?? []
        }
        let (scale, digits) = scale(measure)
        let cells = [["mean", "p10", "p90", "worst"]] + values.map { $0.map { scale.text($0, digits: digits) } }
        let widths = (0..<4).map { column in cells.map { column < $0.count ? $0[column].count : 0 }.max() ?? 0 }
        let unit = scale.unit.isEmpty ? "" : " [\(scale.unit)]"
        return Block(
            title: "\(measure.name)\(unit), \(measure.minimize ? "less" : "more") is better",
            rows: cells.map { row in
                zip(row, widths).map { $0.padded(toLeft: $1) }.joined(separator: "  ")
            })
    }

    private func block(_ number: ChosenNumber) -> Block {
        Block(title: number.heading, rows: ["chosen"] + number.texts)
    }

    /// How often a policy keeps every limit of the study; nothing where there are none.
    private var limitsBlock: [Block] {
        guard table.outcomes.contains(where: \.isLimited) else { return [] }
        let shares = comparison.policies.map { percent($0.robustness.satisfied) }
        return [Block(title: "limits", rows: ["kept"] + shares)]
    }

    // MARK: Which policy each metric prefers

    /// A table of the policies that each metric prefers in each outcome.
    ///
    /// - Parameter withUnits: whether the outcomes' units are said, as a table before may have done.
    func robustLines(width: Int, withUnits: Bool = false) -> [String] {
        let blocks = table.outcomes.map { measure in
            Block(
                title: measure.name
                    + (withUnits && !scale(measure).scale.unit.isEmpty ? " [\(scale(measure).scale.unit)]" : ""),
                rows: ["preferred"] + metrics.map { metric in choice(metric, measure) })
        }
        return banded(blocks, names: metrics.map(meaning), heading: "robustness", width: width)
    }

    private func choice(_ metric: String, _ measure: OutcomeTable.Measure) -> String {
        guard let best = comparison.robustChoice[metric]?[measure.name], let first = best.first,
            let row = comparison.policies.first(where: { $0.policy == first })
        else { return "-" }
        guard let value = row.robustness[metric, measure.name] else { return "-" }
        let kind = metric == "satisficing" ? .share : RobustnessMetric.named(metric)?.kind ?? .value
        let name =
            best.count == comparison.policies.count
            ? "all alike" : best.count > 1 ? "\(first) and \(best.count - 1) more" : first
        switch kind {
        case .share: return "\(name)  \(percent(value))"
        case .pure: return "\(name)  \(Scale.significant(value))"
        case .value, .loss, .deviation:
            let (scale, digits) = scale(measure)
            return "\(name)  \(scale.text(value, digits: digits))"
        }
    }

    /// What a metric is, in a few words.
    func meaning(_ metric: String) -> String {
        let words = [
            "laplace": "mean", "maximin": "worst case", "maximax": "best case", "hurwicz": "halfway best and worst",
            "cvar": "mean of the worst fifth", "minimax_regret": "largest regret", "regret_p90": "regret, p90",
            "regret_p90_nearest": "regret, p90 nearest", "mean_regret": "mean regret",
            "satisficing": "limit kept", "undesirable_deviations": "below the median",
        ]
        return words[metric] ?? metric
    }
}

extension ComparisonReport: Encodable {
    /// Writes the comparison, and beside it what it leaves out or can't trust.
    func encode(to encoder: any Encoder) throws {
        try comparison.encode(to: encoder)
        try unsound.encode(to: encoder)
        try ChosenNumber.encode(numbers, of: table.policies, to: encoder)
    }
}

/// Numbers in a sentence, the first eight of many.
func numbered(_ numbers: [Int]) -> String {
    let names = numbers.prefix(8).map(String.init)
    return numbers.count > 8 ? names.joined(separator: ", ") + " and \(numbers.count - 8) more" : listed(names)
}

/// Names in a sentence: `a, b and c`.
func listed(_ names: [String]) -> String {
    names.count < 2 ? names.joined() : names.dropLast().joined(separator: ", ") + " and " + (names.last ?? "")
}

/// A paragraph in lines of at most so many columns.
func wrapped(_ text: String, width: Int) -> [String] {
    var lines: [String] = []
    var line = ""
    for word in text.split(separator: " ") {
        if !line.isEmpty, line.count + 1 + word.count > width {
            lines.append(line)
            line = ""
        }
        line += (line.isEmpty ? "" : " ") + word
    }
    return line.isEmpty ? lines : lines + [line]
}

extension String {
    /// The text and as many spaces as it takes to reach a width.
    func padded(to width: Int) -> String { self + String(repeating: " ", count: max(width - count, 0)) }

    /// As many spaces as it takes to reach a width, and the text.
    func padded(toLeft width: Int) -> String { String(repeating: " ", count: max(width - count, 0)) + self }
}
