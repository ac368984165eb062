import Foundation
import Optimizer
import WorldModel

extension ComparisonReport {
    /// What is to be said: limits first, then which policies are worth a look, then how sure that is.
    var words: [String] {
        let rows = comparison.policies
        var words = limitWords
        if rows.count > 1 {
            let front = rows.filter { $0.rank == 0 }.map(\.policy)
            words.append(
                front.count == rows.count
                    ? "None of the \(rows.count) policies is dominated by another: which is best depends on what counts."
                    : "\(front.count) of \(rows.count) policies are worth a look: \(listed(front))."
                        .replacing("1 of \(rows.count) policies are", with: "1 of \(rows.count) policies is"))
            if baseline == nil { words += differenceWords }
        } else {
            words.append("One policy: there is nothing to compare it with.")
        }
        if table.scenarios.count == 1 {
            words.append("One \(scenarioNoun): nothing can be said about what else might happen.")
        } else if !areEnough {
            words += fewWords
        } else if rows.count > 1 {
            words += table.outcomes.compactMap(worth)
        }
        return words
    }

    /// Whether there are scenarios enough to say how sure a mean is.
    private var areEnough: Bool { Bootstrap(scenarios: table.scenarios.count, weights: table.weights).areEnough }

    /// What so few scenarios can't say; empty where they are enough.
    var fewWords: [String] {
        if areEnough { return [] }
        let count = table.scenarios.count
        let what = "\(counted(count, scenarioNoun))" + (count < Bootstrap.least ? "" : " of so unlike weights")
        return ["\(what) are too few to say how sure this is; intervals need about \(Bootstrap.least)."]
    }

    // MARK: Limits

    /// Whether limits are kept, by how much they are missed and in how many scenarios.
    var limitWords: [String] {
        guard let limits else { return [] }
        var words = limits.outcomes.enumerated().map { place, outcome in
            limitWords(table.outcomes[outcome], limits.keeping.map { $0[place] }, limits)
        }
        guard table.policies.count > 1 else { return words }
        if limits.keepers.isEmpty {
            words.append(leastMissWords(limits))
        } else if limits.keepers.count < table.policies.count, limits.outcomes.count > 1 {
            let who = some(limits.keepers.map { table.policies[$0] }, most: 5)
            words.append("Every limit is kept \(everywhere) under \(who) alone.")
        }
        return words
    }

    /// The policy that misses least, where none keeps every limit.
    private func leastMissWords(_ limits: Limits) -> String {
        let nearest = limits.candidates(in: Array(table.scenarios.indices)).first ?? 0
        let parts = limits.outcomes.enumerated().compactMap { number, outcome -> String? in
            let keeping = limits.keeping[nearest][number]
            guard keeping.missed > 0 else { return nil }
            let measure = table.outcomes[outcome]
            return "\(measure.name) \(missWords(keeping, measure))"
        }
        let what = limits.outcomes.count == 1 ? "the limit" : "every limit"
        let whole = table.scenarios.count == 1 ? "" : " in every \(scenarioNoun)"
        return
            "No policy keeps \(what)\(whole). \(table.policies[nearest]) misses least: \(parts.joined(separator: ", and "))."
    }

    private var everywhere: String {
        table.scenarios.count == 1 ? "" : "in all \(table.scenarios.count) \(scenarioNoun)s"
    }

    private func limitWords(_ measure: OutcomeTable.Measure, _ keeping: [Limits.Keeping], _ limits: Limits) -> String {
        let sides = [
            measure.limits.lowerBound.isFinite
                ? "at least \(Scale.plain(measure.limits.lowerBound, unit: measure.unit))" : nil,
            measure.limits.upperBound.isFinite
                ? "at most \(Scale.plain(measure.limits.upperBound, unit: measure.unit))" : nil,
        ].compactMap(\.self)
        let keepers = keeping.indices.filter { keeping[$0].missed == 0 }
        let missers = keeping.indices.filter { keeping[$0].missed > 0 }.sorted { a, b in
            let (x, y) = (keeping[a].meanMiss * (1 - keeping[a].kept), keeping[b].meanMiss * (1 - keeping[b].kept))
            return x == y ? a < b : x < y
        }
        var parts: [String] = []
        if !keepers.isEmpty {
            let who =
                missers.isEmpty
                ? (table.policies.count == 1 ? "" : "under every policy")
                : "under \(some(keepers.map { table.policies[$0] }, most: 5))"
            parts.append(["kept", everywhere, who].filter { !$0.isEmpty }.joined(separator: " "))
        }
        let shown = missers.count > 3 ? 2 : missers.count
        if !missers.isEmpty {
            let misses = missers.prefix(shown).map { policy in
                (table.policies.count == 1 ? "" : "under \(table.policies[policy]) ")
                    + missWords(keeping[policy], measure)
            }
            let rest =
                missers.count > shown
                ? ["on average of all \(scenarioNoun)s by more under \(missers.count - shown) others"] : []
            parts.append("missed \((misses + rest).joined(separator: "; "))")
        }
        return "Limit: \(measure.name) \(listed(sides)) is \(parts.joined(separator: ", and "))."
    }

    /// How often and by how much a limit is missed.
    func missWords(_ keeping: Limits.Keeping, _ measure: OutcomeTable.Measure) -> String {
        let count = table.scenarios.count
        func amount(_ value: Double) -> String { Scale.text(value, unit: measure.unit) }
        let how =
            keeping.missed == 1
            ? "by \(amount(keeping.largestMiss))"
            : "by \(amount(keeping.meanMiss)) on average (at most \(amount(keeping.largestMiss)))"
        if count == 1 { return how }
        return
            "in \(keeping.missed == count ? "all \(count)" : "\(keeping.missed) of \(count)") \(scenarioNoun)s \(how)"
    }

    private func some(_ names: [String], most: Int) -> String {
        names.count > most
            ? names.prefix(most - 1).joined(separator: ", ") + " and \(names.count - most + 1) more" : listed(names)
    }

    // MARK: Differences

    /// A difference of means smaller than this fraction of them is none: a clearing is certified to 1e-6.
    private static let nothing = 1e-5

    /// Of each outcome, whether the best policy is really better than the next.
    var differenceWords: [String] { table.outcomes.compactMap(difference) }

    /// The first of the differences in an outcome.
    private func difference(_ measure: OutcomeTable.Measure) -> String? {
        guard let found = comparison.differences[measure.name]?.first else { return nil }
        let count = table.scenarios.count
        if found.equal > 1 - 1e-9 {
            let whole = count == 1 ? "" : " in every \(scenarioNoun)"
            return "\(measure.name): \(found.policy) and \(found.against) do alike\(whole)."
        }
        let means = comparison.policies.filter { [found.policy, found.against].contains($0.policy) }.map {
            abs($0.outcomes[measure.name]?.mean ?? 0)
        }
        if abs(found.mean) <= ComparisonReport.nothing * (means.max() ?? 0) {
            return "\(measure.name): \(found.policy) and \(found.against) have the same mean, to a hundred-thousandth."
        }
        let size = Scale.text(abs(found.mean), unit: measure.unit)
        var sentence =
            "\(measure.name): \(found.policy) has \(size) \(found.mean < 0 ? "less" : "more") than \(found.against)"
            + (count > 1 ? " on average" : "")
        if let low = found.low, let high = found.high {
            let ends = [abs(low), abs(high)].sorted()
            let isSharp = Scale.text(ends[0], unit: measure.unit) == Scale.text(ends[1], unit: measure.unit)
            sentence +=
                found.isDecided
                ? (isSharp ? "" : " (95 %: \(Scale.range(ends[0], ends[1], unit: measure.unit)))")
                : ", not distinguishable from zero in these \(scenarioNoun)s"
        }
        if count == 1 { return sentence + "." }
        return sentence + "; it does \(tallyWords(found))."
    }

    /// In how many scenarios the first policy of a pair does better, alike and worse; what is nil is left out.
    func tallyWords(_ pair: PairedDifference) -> String {
        tally(pair, scenarios: table.scenarios.count, isWeighted: table.weights != nil, noun: scenarioNoun)
    }

    /// What it would be worth to know more, where that is a hundredth of what the policies differ by.
    private func worth(_ measure: OutcomeTable.Measure) -> String? {
        let means = comparison.policies.compactMap { $0.outcomes[measure.name]?.mean }
        let spread = (means.max() ?? 0) - (means.min() ?? 0)
        guard let worth = comparison.information[measure.name], worth.perfect > 0.01 * spread else { return nil }
        var sentence =
            "Perfect information would improve \(measure.name) by "
            + "\(Scale.text(worth.perfect, unit: measure.unit)) on average"
        let best = worth.inputs.max { a, b in
            a.value.value - a.value.chance == b.value.value - b.value.chance
                ? a.key > b.key : a.value.value - a.value.chance < b.value.value - b.value.chance
        }
        if let best, best.value.value > 2 * best.value.chance {
            sentence += ", \(best.key) alone by \(Scale.text(best.value.value, unit: measure.unit))"
        }
        return sentence + "."
    }

    // MARK: Against one policy

    /// Every other policy against one, outcome by outcome.
    func againstLines(_ baseline: String, width: Int) -> [String] {
        let rivals = comparison.policies.map(\.policy).filter { $0 != baseline }
        let isWeighted = table.weights != nil
        let blocks = table.outcomes.map { measure in
            let pairs = Dictionary(
                (comparison.differences[measure.name] ?? []).map { ($0.policy, $0) },
                uniquingKeysWith: { first, _ in first }
            )
            let found = rivals.map { pairs[$0] }
            let scale = Scale(
                unit: measure.unit,
                largest: found.compactMap { $0.map { max(abs($0.mean), abs($0.low ?? 0), abs($0.high ?? 0)) } }.max()
                    ?? 0)
            let largest = found.compactMap { $0.map { abs($0.mean) } }.max() ?? 0
            let digits = max(scale.digits(largest: largest) - 1, 0)
            func text(_ value: Double) -> String {
                let text = scale.text(value, digits: digits)
                return text.contains { $0 != "0" && $0 != "." && $0 != "-" } ? text : "0"
            }
            let rows = found.map { pair -> [String] in
                guard let pair else { return [] }
                let interval = pair.low.flatMap { low in
                    pair.high.map { "\(text(low)) to \(text($0))" }
                }
                let shares = [pair.better, pair.equal, pair.worse]
                let counts =
                    isWeighted
                    ? percents(shares).map { "\($0) %" }
                    : shares.map { String(Int((Double(table.scenarios.count) * $0).rounded())) }
                let isAlike = pair.equal > 1 - 1e-9
                let mean = text(isAlike ? 0 : pair.mean)
                return [(pair.mean > 0 && mean != "0" ? "+" : "") + mean, isAlike ? "-" : interval ?? "-"] + counts
            }
            let cells = [["mean", "95 %", "better", "alike", "worse"]] + rows
            let widths = (0..<5).map { column in cells.map { column < $0.count ? $0[column].count : 0 }.max() ?? 0 }
            return Block(
                title: measure.name + (scale.unit.isEmpty ? "" : " [\(scale.unit)]"),
                rows: cells.map { row in zip(row, widths).map { $0.padded(toLeft: $1) }.joined(separator: "  ") })
        }
        let how = isWeighted ? "share of the weight" : "number of \(scenarioNoun)s"
        return ["", "Every policy less \(baseline) in the same \(scenarioNoun)s; better, alike and worse by \(how):"]
            + banded(blocks, names: rivals.map { "  " + $0 }, heading: "  policy", width: width)
    }
}

/// In how many scenarios the first policy of a pair does better, alike and worse; what is nil is left out.
func tally(_ pair: PairedDifference, scenarios: Int, isWeighted: Bool, noun: String) -> String {
    let words = ["better", "alike", "worse"]
    let shares = [pair.better, pair.equal, pair.worse]
    let counts = isWeighted ? percents(shares) : shares.map { Int((Double(scenarios) * $0).rounded()) }
    let kept = zip(words, counts).filter { $0.1 > 0 }
    if isWeighted {
        return kept.map { "\($0.0) in \($0.1) %" }.joined(separator: ", ") + " of the weight"
    }
    if kept.count == 1 { return "\(kept[0].0) in all \(scenarios) \(noun)s" }
    return kept.map { "\($0.0) in \($0.1)" }.joined(separator: ", ") + " of \(scenarios) \(noun)s"
}
