import Archive
import Foundation
import Optimizer

/// The comparison of an archive's policies, or of a table's, as text and as JSON.
struct ComparisonReport {
    let title: String
    let table: OutcomeTable
    let comparison: Comparison
    /// What is worth saying before the report.
    let notes: [String]
    /// The metrics of robustness that are shown.
    let metrics: [String]
    private let scenarioNoun: String

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
        let inputs = try file.uncertainties().map { name in
            let drawn = try file.values(of: "uncertainty_\(name)")
            return OutcomeTable.Input(
                name: name, unit: try file.unit(of: "uncertainty_\(name)"),
                values: (0..<file.samples).map { drawn[$0 * policies] })
        }
        let table = try OutcomeTable(
            policies: file.policies, outcomes: measures,
            values: (0..<policies).map { policy in
                (0..<file.samples).map { sample in values.map { $0[sample * policies + policy] } }
            }, inputs: inputs)
        try self.init(
            title: "\(file.title): \(counted(policies, "policy", "policies")), \(counted(file.samples, "sample")), "
                + "\(file.years.lowerBound)-\(file.years.upperBound)",
            table: table, scenarioNoun: "sample", choices: choices)
    }

    /// Compares the policies of a table.
    init(table source: OutcomeFileSource, choices: ComparisonChoices) throws {
        let table = try source.table(choices: choices)
        let weighted = table.weights == nil ? "" : ", weighted"
        try self.init(
            title: "\(source.file.path): \(counted(table.policies.count, "policy", "policies")), "
                + "\(counted(table.scenarios.count, "scenario"))\(weighted)",
            table: table, scenarioNoun: "scenario", choices: choices)
    }

    /// Compares the policies of a table that is at hand.
    init(title: String, table: OutcomeTable, scenarioNoun: String, choices: ComparisonChoices) throws {
        self.title = title
        self.table = table
        self.scenarioNoun = scenarioNoun
        comparison = try choices.compare(table)
        let isLimited = table.outcomes.contains(where: \.isLimited)
        let shown = choices.metrics.map { list in list.map { $0?.name ?? "satisficing" } }
        metrics =
            shown ?? ["laplace", "maximin", "cvar", "minimax_regret", "regret_p90"] + (isLimited ? ["satisficing"] : [])
        notes =
            shown?.contains("satisficing") == true && !isLimited
            ? ["satisficing needs limits: the study has none, and neither --at-most nor --at-least gives one"] : []
    }

    /// The report as text in so many columns: bands of outcomes side by side, policies below each other.
    func lines(width: Int) -> [String] {
        let rows = comparison.policies
        let names = rows.map { ($0.rank == 0 ? "* " : "  ") + $0.policy }
        var lines = [title]
        lines += banded(table.outcomes.map(block) + limitsBlock, names: names, heading: "  policy", width: width)
        if rows.count > 1 {
            lines += ["", "* no other policy is at least as good in every mean and better in one"]
            lines += robustLines(width: width)
        }
        return lines + [""] + words.flatMap { wrapped($0, width: width) }
    }

    /// Some columns under one title; the first row heads them.
    private struct Block {
        let title: String
        let rows: [String]
        var width: Int { (rows + [title]).map(\.count).max() ?? 0 }
    }

    private func banded(_ blocks: [Block], names: [String], heading: String, width: Int) -> [String] {
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

    private func scale(_ measure: OutcomeTable.Measure) -> (scale: Scale, digits: Int) {
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

    /// How often a policy keeps every limit of the study; nothing where there are none.
    private var limitsBlock: [Block] {
        guard table.outcomes.contains(where: \.isLimited) else { return [] }
        let shares = comparison.policies.map { "\(Int((100 * $0.robustness.satisfied).rounded())) %" }
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
        case .share: return "\(name)  \(Int((100 * value).rounded())) %"
        case .pure: return "\(name)  " + String(format: "%.4g", value)
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

    // MARK: In words

    private var words: [String] {
        let rows = comparison.policies
        var words: [String] = []
        if rows.count > 1 {
            let front = rows.filter { $0.rank == 0 }.map(\.policy)
            words.append(
                front.count == rows.count
                    ? "None of the \(rows.count) policies is dominated by another: which is best depends on what counts."
                    : "\(front.count) of \(rows.count) policies are worth a look: \(listed(front))."
                        .replacing("1 of \(rows.count) policies are", with: "1 of \(rows.count) policies is"))
            words += differenceWords
        } else {
            words.append("One policy: there is nothing to compare it with.")
        }
        if table.scenarios.count == 1 {
            words.append("One \(scenarioNoun): nothing can be said about what else might happen.")
        } else if rows.count > 1 {
            words += table.outcomes.compactMap(worth)
        }
        words.append(volume)
        return words
    }

    /// Of each outcome, whether the best policy is really better than the next.
    var differenceWords: [String] { table.outcomes.compactMap(difference) }

    /// The first of the differences in an outcome.
    private func difference(_ measure: OutcomeTable.Measure) -> String? {
        guard let found = comparison.differences[measure.name]?.first else { return nil }
        let (scale, digits) = scale(measure)
        func text(_ value: Double) -> String {
            // A difference is smaller than what differs: two digits more.
            let number = scale.text(value, digits: min(digits + 2, 9))
            return scale.unit.isEmpty ? number : "\(number) \(scale.unit)"
        }
        if found.equal == 1 {
            return "\(measure.name): \(found.policy) and \(found.against) do alike in every \(scenarioNoun)."
        }
        let sign = found.mean < 0 ? "less" : "more"
        var sentence =
            "\(measure.name): \(found.policy) has \(text(abs(found.mean))) \(sign) than \(found.against) on average"
        if let low = found.low, let high = found.high {
            let ends = [abs(low), abs(high)].sorted()
            sentence +=
                found.isDecided
                ? " (95 %: \(scale.text(ends[0], digits: min(digits + 2, 9))) to \(text(ends[1])))"
                : ", which these \(scenarioNoun)s can't tell from nothing"
        }
        let share = table.weights == nil ? Double(table.scenarios.count) * found.better : 100 * found.better
        let among = table.weights == nil ? "of \(table.scenarios.count) \(scenarioNoun)s" : "% of the weight"
        return sentence + "; it does better in \(Int(share.rounded())) \(among)."
    }

    /// What it would be worth to know more, where that is a hundredth of what the policies differ by.
    private func worth(_ measure: OutcomeTable.Measure) -> String? {
        let means = comparison.policies.compactMap { $0.outcomes[measure.name]?.mean }
        let spread = (means.max() ?? 0) - (means.min() ?? 0)
        guard let worth = comparison.information[measure.name], worth.perfect > 0.01 * spread else { return nil }
        var sentence =
            "To know the \(scenarioNoun) before deciding would be worth "
            + "\(Scale.text(worth.perfect, unit: measure.unit)) in \(measure.name)"
        let best = worth.inputs.max { a, b in
            a.value.value - a.value.chance == b.value.value - b.value.chance
                ? a.key > b.key : a.value.value - a.value.chance < b.value.value - b.value.chance
        }
        if let best, best.value.value > 2 * best.value.chance {
            sentence += ", to know \(best.key) alone \(Scale.text(best.value.value, unit: measure.unit))"
        }
        return sentence + "."
    }

    private var volume: String {
        let ends = table.outcomes.map { measure in
            "\(measure.name) \(Scale.text(comparison.referencePoint[measure.name] ?? .nan, unit: measure.unit))"
        }
        let point = ends.joined(separator: ", ")
        guard let volume = comparison.hypervolume else {
            return "The hypervolume of so many policies and outcomes would take too long; give fewer --outcomes."
        }
        return volume > 0
            ? "The means dominate a hypervolume of \(String(format: "%.6g", volume)) up to the reference point \(point)."
            : "No policy's means are better than the reference point in every outcome (\(point)): the hypervolume is 0."
    }

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
