import Drawing
import Foundation
import Optimizer

extension ReportContents {
    /// The tables of policies: all means beside each other, then each outcome with its spread and robustness.
    var policyTables: ReportPage.Section? {
        guard let report else { return nil }
        let table = report.table
        let rows = report.comparison.policies
        let hasLimits = table.outcomes.contains { $0.limits != -Double.infinity...Double.infinity }
        var columns: [(title: String, cells: [Markup])] = []
        columns.append(
            (
                "rank",
                rows.map {
                    cell("\($0.rank)", value: Double($0.rank), [("data-measure", "rank"), ("data-policy", $0.policy)])
                }
            ))
        if hasLimits {
            columns.append(
                (
                    "limits kept",
                    rows.map {
                        cell(
                            percent($0.robustness.satisfied), value: $0.robustness.satisfied,
                            [("data-measure", "satisfied"), ("data-policy", $0.policy)])
                    }
                ))
        }
        for number in report.numbers.prefix(ChosenNumber.mostShown) {
            columns.append(
                (
                    number.heading,
                    zip(number.values, number.texts).map { $0.isNaN ? tag("td", [:]) : cell($1, value: $0) }
                ))
        }
        for measure in table.outcomes {
            let means = rows.map { $0.outcomes[measure.name]?.mean ?? .nan }
            let scale = Scale(unit: measure.unit, largest: means.map(abs).max() ?? 0)
            let digits = scale.digits(largest: means.map(abs).max() ?? 0)
            let best = measure.minimize ? means.min() : means.max()
            columns.append(
                (
                    measure.name + (scale.unit.isEmpty ? "" : " [\(scale.unit)]") + (measure.minimize ? " ↓" : " ↑"),
                    means.map { cell(scale.text($0, digits: digits), value: $0, class: $0 == best ? "best" : "") }
                ))
        }
        let lines = rows.indices.map { row in
            policyRow(row, rows[row].rank == 0 ? "★ " : "", columns.map { $0.cells[row] })
        }
        let overview = sheet(
            caption: [
                "Means of all outcomes ",
                tag("span", ["class": "soft"], "★ no other policy is at least as good in every mean and better in one"),
            ], head: headings(["policy"] + columns.map(\.title)), rows: lines)
        var contents = [overview]
        if let remark = ChosenNumber.remark(on: report.numbers) { contents.append(paragraph(remark, class: "soft")) }
        contents.append(tag("div", ["class": "tables"], table.outcomes.map { details(of: $0, rows) }))
        contents.append(
            paragraph(
                "p10 and p90: a tenth of the samples lies below, a tenth above. Worst fifth: the mean of the worst 20 % of the "
                    + "samples. Largest regret: how much better the best of these policies does in the same sample, in the "
                    + "sample where that is most.", class: "soft"))
        return ReportPage.Section(id: "policies", title: "Policies", contents: contents)
    }

    private func policyRow(_ row: Int, _ mark: String, _ cells: [Markup]) -> Markup {
        let heading = tag("th", ["scope": "row"], .text(mark + policies[row]))
        return row == verdict?.chosen && policies.count > 1
            ? tag("tr", ["class": "chosen"], [heading] + cells) : tag("tr", [:], [heading] + cells)
    }

    /// An outcome under every policy.
    private func details(of measure: OutcomeTable.Measure, _ rows: [Comparison.Row]) -> Markup {
        let measures = ["mean", "p10", "p90", "worst", "cvar", "minimax_regret"]
        let values = rows.map { row -> [Double] in
            let name = measure.name
            let summary = row.outcomes[name]
            let robust = row.robustness
            return [
                summary?.mean, summary?.p10, summary?.p90, summary?.worst, robust.cvar[name],
                robust.minimaxRegret[name],
            ].map { $0 ?? .nan }
        }
        let largest = values.joined().map(abs).max() ?? 0
        let scale = Scale(unit: measure.unit, largest: largest)
        let digits = scale.digits(largest: largest)
        let best = measures.indices.map { column -> Double? in
            let all = values.map { $0[column] }
            let isLow = measure.minimize || measures[column] == "minimax_regret"
            return Set(all).count > 1 ? (isLow ? all.min() : all.max()) : nil
        }
        let lines = rows.indices.map { row in
            policyRow(
                row, "",
                zip(measures, values[row]).enumerated().map { column, each in
                    cell(
                        scale.text(each.1, digits: digits), value: each.1, class: each.1 == best[column] ? "best" : "",
                        [("data-policy", rows[row].policy), ("data-outcome", measure.name), ("data-measure", each.0)])
                })
        }
        let unit = scale.unit.isEmpty ? "" : " [\(scale.unit)]"
        return sheet(
            caption: [
                .text("\(measure.name)\(unit) "),
                tag(
                    "span", ["class": "soft"],
                    .text("\(measure.minimize ? "less" : "more") is better\(limits(measure))")),
            ], head: headings(["policy", "mean", "p10", "p90", "worst", "worst fifth", "largest regret"]), rows: lines)
    }

    /// The limits of an outcome, in words.
    func limits(_ measure: OutcomeTable.Measure) -> String {
        var words = ""
        if measure.limits.lowerBound.isFinite {
            words += "; at least \(Scale.plain(measure.limits.lowerBound, unit: measure.unit)) is asked"
        }
        if measure.limits.upperBound.isFinite {
            words += "; at most \(Scale.plain(measure.limits.upperBound, unit: measure.unit)) is asked"
        }
        return words
    }
}
