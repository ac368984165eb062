import Drawing
import Foundation
import Optimizer

extension ReportContents {
    /// The best decision in plain words, and how sure it is.
    var decision: ReportPage.Section? {
        guard let report, let verdict else {
            return ReportPage.Section(
                id: "decision", title: "Best decision",
                contents: [paragraph("The study measures nothing, so that there is nothing to compare.")])
        }
        let table = report.table
        if policies.count == 1 {
            return ReportPage.Section(
                id: "decision", title: "What comes out", contents: [tag("ul", [:], spans(report))])
        }
        let front = report.comparison.policies.filter { $0.rank == 0 }.map(\.policy)
        var words: [Markup] = [
            tag(
                "p", ["class": "lead"], .text(front.count == 1 ? "Best in every mean: " : "Most balanced: "),
                tag("strong", [:], .text(policies[verdict.chosen])), .text(front.count == 1 ? "." : balance(verdict)))
        ]
        if let constancy = verdict.constancy {
            words.append(
                paragraph(
                    "How sure of the samples: the same policy is chosen in \(percent(constancy)) of \(verdict.resamples) "
                        + "resamples of the \(counted(samples, "sample")). \(sureness(constancy))"))
        } else if samples == 1 {
            words.append(paragraph("How sure: one sample says nothing of that; run more."))
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
        if samples > 1 { contents += differences(report, verdict) }
        return ReportPage.Section(id: "decision", title: "Best decision", contents: contents)
    }

    private func balance(_ verdict: Verdict) -> String {
        let lack = verdict.lacks[verdict.chosen]
        return lack == 0
            ? ", which lacks nothing to the best in any outcome that tells policies apart."
            : ", which lacks least to the best of each outcome: \(percent(lack)) of the range between policies in the mean."
    }

    /// What hangs on how outcomes are weighed; nil where there is but one.
    private func weighing(_ verdict: Verdict) -> String? {
        guard !verdict.weightShares.isEmpty else { return nil }
        let order = policies.indices.filter { verdict.weightShares[$0] > 0 }
            .sorted { (-verdict.weightShares[$0], $0) < (-verdict.weightShares[$1], $1) }
        let parts = order.prefix(5).map { "\(policies[$0]) in \(percent(verdict.weightShares[$0]))" }
        let rest = order.count > 5 ? ", and \(counted(order.count - 5, "other")) in the rest" : ""
        return "How sure of the weights: of all ways to weigh the outcomes, the best policy is "
            + parts.joined(separator: ", ") + rest + "."
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
            : " Left out, for their best and worst policies can't be told apart in \(counted(samples, "sample")): "
                + verdict.indistinct.joined(separator: ", ") + "."
        let limits =
            report.map { $0.table.outcomes.contains { $0.limits != -Double.infinity...Double.infinity } } ?? false
        return tag(
            "details", [:], tag("summary", [:], "The rule by which it is chosen"),
            paragraph(
                "For every outcome\(limits ? ", and for the share of samples outside the study's limits," : "") a policy's lack "
                    + "is what its mean is worse than that of the best policy, as a share of the range between the best and the "
                    + "worst policy. The policy whose mean lack is smallest is chosen. So every outcome counts alike, however "
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
        let scale = Scale(unit: measure.unit, largest: means.map(abs).max() ?? 0)
        let digits = scale.digits(largest: means.map(abs).max() ?? 0)
        let unit = scale.unit.isEmpty ? "" : " \(scale.unit)"
        let start: [Markup] = [tag("strong", [:], .text(measure.name)), ": "]
        if means[best] == means[order[order.count - 1]] {
            return tag(
                "li", [:],
                start + [.text("the same under every policy, \(scale.text(means[best], digits: digits))\(unit).")])
        }
        // What is as good as the best to four digits is called best with it.
        let ties = order.filter { abs(means[$0] - means[best]) <= 1e-4 * abs(means[best]) }
        let adjective = measure.minimize ? "least" : "most"
        let who = ties.map { policies[$0] }.joined(separator: ", ")
        var words = "\(adjective) under \(who), \(scale.text(means[best], digits: digits))\(unit) in the mean"
        guard ties.count < order.count else {
            return tag(
                "li", [:],
                start + [
                    .text("all but the same under every policy, \(scale.text(means[best], digits: digits))\(unit).")
                ])
        }
        let rival = order[ties.count]
        if samples > 1 {
            let pair = verdict.bootstrap.difference(
                policies[best], report.table.series(policy: best, outcome: outcome), against: policies[rival],
                report.table.series(policy: rival, outcome: outcome), minimize: measure.minimize)
            words +=
                "; the next, \(policies[rival]), is \(size(-pair.mean, measure))\(measure.minimize ? " more" : " less"), "
                + "and worse in \(percent(pair.better + pair.equal / 2)) of the samples"
            words += pair.isDecided ? "." : ": too little to be told apart."
        } else {
            words += "."
        }
        return tag("li", [:], start + [.text(words)])
    }

    /// Mean and spread of each outcome of the only policy.
    private func spans(_ report: ComparisonReport) -> [Markup] {
        report.table.outcomes.map { measure in
            let row = report.comparison.policies[0].outcomes[measure.name]
            let numbers = row.map { [$0.mean, $0.p10, $0.p90] } ?? []
            let scale = Scale(unit: measure.unit, largest: numbers.map(abs).max() ?? 0)
            let digits = scale.digits(largest: numbers.map(abs).max() ?? 0)
            let texts = numbers.map { scale.text($0, digits: digits) }
            let unit = scale.unit.isEmpty ? "" : " \(scale.unit)"
            return tag(
                "li", [:], tag("strong", [:], .text(measure.name)),
                .text(
                    texts.count < 3
                        ? ""
                        : ": \(texts[0])\(unit) in the mean; four of five samples lie from \(texts[1]) to \(texts[2])\(unit)"
                            + kept(measure, report) + "."
                ))
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

    /// The size of a difference, in a unit that suits it.
    private func size(_ difference: Double, _ measure: OutcomeTable.Measure) -> String {
        let size = abs(difference)
        let scale = Scale(unit: measure.unit, largest: size)
        let text = scale.text(size, digits: max(scale.digits(largest: size) - 1, 0))
        return scale.unit.isEmpty ? text : "\(text) \(scale.unit)"
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
            let largest = pairs.map { max(abs($0.low ?? 0), abs($0.high ?? 0)) }.max() ?? 0
            let scale = Scale(unit: measure.unit, largest: largest)
            let digits = max(scale.digits(largest: largest) - 1, 0)
            func text(_ value: Double) -> String {
                let text = scale.text(abs(value), digits: digits)
                let isNothing = text.allSatisfy { $0 == "0" || $0 == "." }
                return (isNothing ? "" : value > 0 ? "+" : "−") + text
            }
            let cells = zip(others, pairs).map { policy, pair -> Markup in
                guard let low = pair.low, let high = pair.high else { return tag("td", [:]) }
                let isBetter = (pair.mean < 0) == measure.minimize && pair.isDecided
                return cell(
                    "\(text(pair.mean)) (\(text(low)) to \(text(high)))", value: pair.mean,
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
                        "mean (95 % interval); green is clearly better, grey can't be told apart"),
                ], head: headings(["policy"] + columns.map(\.title)), rows: rows)
        ]
    }
}

/// A share as whole percents; more than none and less than all are said so.
func percent(_ share: Double) -> String {
    let whole = (100 * share).rounded()
    if whole == 0, share > 0 { return "under 1 %" }
    if whole == 100, share < 1 { return "over 99 %" }
    return String(format: "%.0f %%", whole)
}
