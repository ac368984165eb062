import Drawing
import Foundation
import Optimizer
import WorldModel

extension ReportContents {
    /// The best decision in plain words, and how sure it is.
    var decision: ReportPage.Section? {
        guard let report, let verdict else {
            return ReportPage.Section(
                id: "decision", title: "Best decision",
                contents: [paragraph("The study measures nothing, so that there is nothing to compare.")])
        }
        let table = report.table
        let warnings = report.notes.map {
            paragraph("\($0.prefix(1).uppercased())\($0.dropFirst()).", class: "warning")
        }
        let limits = report.limitWords.map { paragraph($0) }
        if policies.count == 1 {
            return ReportPage.Section(
                id: "decision", title: "What comes out",
                contents: warnings + limits + [tag("ul", [:], spans(report))])
        }
        let front = report.comparison.policies.filter { $0.rank == 0 }.map(\.policy)
        var words = warnings + limits + [lead(report, verdict, isAlone: front == [policies[verdict.chosen]])]
        if let constancy = verdict.constancy {
            words.append(
                paragraph(
                    "How sure of the samples: the same policy is chosen in \(percent(constancy)) of \(verdict.resamples) "
                        + "resamples of the \(counted(used(report), "sample")). \(sureness(constancy))"))
        } else if used(report) < Bootstrap.least {
            words.append(
                paragraph(
                    used(report) == 1
                        ? "How sure: one sample says nothing of that; run more."
                        : "How sure: \(used(report)) samples are too few to say; run at least \(Bootstrap.least)."))
        }
        if let weighing = weighing(verdict) { words.append(paragraph(weighing)) }
        var contents: [Markup] = [tag("div", ["class": "verdict"], words)]
        contents.append(tag("ul", [:], table.outcomes.indices.map { lead(of: $0, report, verdict) }))
        if front.count > 1 {
            contents.append(
                paragraph(
                    front.count == policies.count
                        ? "No policy is better than another in all means: each is best at something."
                        : "Not dominated, that is without another policy that is at least as good in every mean and better in "
                            + "one: \(front.joined(separator: ", "))."))
        }
        contents.append(rule(verdict))
        if used(report) > 1 { contents += differences(report, verdict) }
        return ReportPage.Section(id: "decision", title: "Best decision", contents: contents)
    }

    /// The samples that are compared.
    private func used(_ report: ComparisonReport) -> Int { report.table.scenarios.count }

    /// The chosen policy: limits first, then what it is worse than the best at.
    private func lead(_ report: ComparisonReport, _ verdict: Verdict, isAlone: Bool) -> Markup {
        let lack = verdict.lacks[verdict.chosen]
        let count = verdict.candidates.count
        let shortfall =
            lack == 0
            ? "It has the best mean of every outcome that tells policies apart."
            : "Its mean falls short of the best policy's by \(percent(lack)) of the range between policies, on average of the outcomes."
        let start: String
        let end: String
        switch report.limits {
        case nil where isAlone: (start, end) = ("Best in every mean: ", ".")
        case nil: (start, end) = ("Most balanced: ", ". \(shortfall)")
        case let limits? where limits.keepers.isEmpty:
            let among = count > 1 ? ", the most balanced of \(count) that do so equally" : ""
            (start, end) = ("Misses the limits least: ", "\(among). \(shortfall)")
        case _ where count == 1: (start, end) = ("Alone in keeping every limit: ", ". \(shortfall)")
        case _ where count == policies.count:
            (start, end) = ("Most balanced, and all policies keep every limit: ", ". \(shortfall)")
        default: (start, end) = ("Most balanced of the \(count) policies that keep every limit: ", ". \(shortfall)")
        }
        return tag(
            "p", ["class": "lead"], .text(start), tag("strong", [:], .text(policies[verdict.chosen])), .text(end))
    }

    /// What hangs on how outcomes are weighed; nil where there is but one.
    private func weighing(_ verdict: Verdict) -> String? {
        guard !verdict.weightShares.isEmpty else { return nil }
        let whole = percents(verdict.weightShares)
        let order = policies.indices.filter { whole[$0] > 0 }.sorted { (-whole[$0], $0) < (-whole[$1], $1) }
        let shown = order.count > 5 ? 4 : order.count
        let rest = order.dropFirst(shown).reduce(0) { $0 + whole[$1] }
        let parts =
            order.prefix(shown).map { "\(policies[$0]) in \(whole[$0]) %" }
            + (rest > 0 ? ["one of \(order.count - shown) others in \(rest) %"] : [])
        return "How sure of the weights: of all ways to weigh the outcomes, the best policy is \(listed(parts))."
    }

    private func sureness(_ constancy: Double) -> String {
        let few = samples < 16 ? " So few samples are a first hint." : ""
        switch constancy {
        case 0.95...:
            return samples < 16 ? few.trimmingCharacters(in: .whitespaces) : "More samples would hardly change it."
        case 0.75..<0.95: return "More samples might change it." + few
        default: return "That is no decision yet: more samples may well change it."
        }
    }

    private func rule(_ verdict: Verdict) -> Markup {
        let left =
            verdict.indistinct.isEmpty
            ? ""
            : " Left out, since their best and worst policies can't be told apart in these samples: "
                + verdict.indistinct.joined(separator: ", ") + "."
        return tag(
            "details", [:], tag("summary", [:], "The rule by which it is chosen"),
            paragraph(
                (report?.limits == nil
                    ? ""
                    : "Limits come first: policies that keep every limit in every sample are chosen from; where there is none, "
                        + "those whose misses are smallest, as a share of the limit, on average of the samples. ")
                    + "For every outcome a policy's shortfall is how much worse its mean is than the best policy's, as a share "
                    + "of the range between the best and the worst policy. The policy whose mean shortfall is smallest is "
                    + "chosen. So every outcome counts alike, however "
                    + "small its range. Ways to weigh them: \(Verdict.weightings) draws, uniform over all weights that sum to 1."
                    + left))
    }

    /// Best policy of an outcome and its lead.
    private func lead(of outcome: Int, _ report: ComparisonReport, _ verdict: Verdict) -> Markup {
        let measure = report.table.outcomes[outcome]
        let means = policies.indices.map { Statistics.mean(report.table.series(policy: $0, outcome: outcome)) }
        let sign = measure.minimize ? 1.0 : -1.0
        let order = policies.indices.sorted { (sign * means[$0], $0) < (sign * means[$1], $1) }
        let best = order[0]
        let amount = Scale.text(means[best], unit: measure.unit)
        let start: [Markup] = [tag("strong", [:], .text(measure.name)), ": "]
        if means[best] == means[order[order.count - 1]] {
            return tag(
                "li", [:],
                start + [.text("the same under every policy, \(amount).")])
        }
        // What is as good as the best to four digits is called best with it.
        let ties = order.filter { abs(means[$0] - means[best]) <= 1e-4 * abs(means[best]) }
        let adjective = measure.minimize ? "least" : "most"
        let who = ties.map { policies[$0] }.joined(separator: ", ")
        var words = "\(adjective) under \(who), \(amount) in the mean"
        guard ties.count < order.count else {
            return tag(
                "li", [:],
                start + [
                    .text("all but the same under every policy, \(amount).")
                ])
        }
        let rival = order[ties.count]
        if used(report) > 1 {
            let pair = verdict.bootstrap.difference(
                policies[best], report.table.series(policy: best, outcome: outcome), against: policies[rival],
                report.table.series(policy: rival, outcome: outcome), minimize: measure.minimize)
            words +=
                "; the next, \(policies[rival]), has \(Scale.text(abs(pair.mean), unit: measure.unit))"
                + "\(measure.minimize ? " more" : " less"): \(policies[best]) is \(report.tallyWords(pair))"
            words += pair.isDecided || pair.low == nil ? "." : ", too little to be told apart."
        } else {
            words += "."
        }
        return tag("li", [:], start + [.text(words)])
    }

    /// Mean and spread of each outcome of the only policy.
    private func spans(_ report: ComparisonReport) -> [Markup] {
        report.table.outcomes.map { measure in
            let row = report.comparison.policies[0].outcomes[measure.name]
            let words = row.map { row in
                ": \(Scale.text(row.mean, unit: measure.unit)) in the mean"
                    + (used(report) < Bootstrap.least
                        ? "" : "; four of five samples lie from \(Scale.range(row.p10, row.p90, unit: measure.unit))")
                    + kept(measure, report) + "."
            }
            return tag(
                "li", [:], tag("strong", [:], .text(measure.name)),
                .text(words ?? ""))
        }
    }

    /// How often the limits of an outcome of the only policy are kept; empty where it has none.
    private func kept(_ measure: OutcomeTable.Measure, _ report: ComparisonReport) -> String {
        let limits = limits(measure)
        guard !limits.isEmpty, let outcome = report.table.outcomes.firstIndex(where: { $0.name == measure.name }) else {
            return ""
        }
        let values = report.table.series(policy: 0, outcome: outcome)
        let share = Double(values.count { measure.limits.contains($0) }) / Double(values.count)
        return "\(limits), and kept in \(percent(share)) of the samples"
    }

    /// What every other policy differs by from the chosen one.
    private func differences(_ report: ComparisonReport, _ verdict: Verdict) -> [Markup] {
        let table = report.table
        var columns: [(title: String, cells: [Markup])] = []
        let others = policies.indices.filter { $0 != verdict.chosen }
        for (outcome, measure) in table.outcomes.enumerated() {
            let base = table.series(policy: verdict.chosen, outcome: outcome)
            let pairs = others.map {
                verdict.bootstrap.difference(
                    policies[$0], table.series(policy: $0, outcome: outcome), against: policies[verdict.chosen], base,
                    minimize: measure.minimize)
            }
            let largest = pairs.map { max(abs($0.mean), abs($0.low ?? 0), abs($0.high ?? 0)) }.max() ?? 0
            let scale = Scale(unit: measure.unit, largest: largest)
            let digits = max(scale.digits(largest: largest) - 1, 0)
            func text(_ value: Double) -> String {
                let text = scale.text(abs(value), digits: digits)
                let isNothing = text.allSatisfy { $0 == "0" || $0 == "." }
                return (isNothing ? "" : value > 0 ? "+" : "−") + text
            }
            let cells = zip(others, pairs).map { policy, pair -> Markup in
                let isBetter = (pair.mean < 0) == measure.minimize && pair.isDecided
                var words = text(pair.mean)
                if let low = pair.low, let high = pair.high { words += " (\(text(low)) to \(text(high)))" }
                return cell(
                    words, value: pair.mean,
                    class: isBetter ? "best" : pair.isDecided ? "" : "soft",
                    [
                        ("data-policy", policies[policy]), ("data-outcome", measure.name),
                        ("data-measure", "paired_difference"),
                    ])
            }
            columns.append((measure.name + (scale.unit.isEmpty ? "" : " [\(scale.unit)]"), cells))
        }
        let rows = others.enumerated().map { row, policy in
            tag(
                "tr", [:], [tag("th", ["scope": "row"], .text(policies[policy]))] + columns.map { $0.cells[row] })
        }
        return [
            sheet(
                caption: [
                    .text("Every other policy less \(policies[verdict.chosen]), in the same samples "),
                    tag(
                        "span", ["class": "soft"],
                        verdict.bootstrap.areEnough
                            ? "mean (95 % interval); green is clearly better, grey can't be told apart"
                            : "mean; too few samples for intervals"),
                ], head: headings(["policy"] + columns.map(\.title)), rows: rows)
        ]
    }
}
