import Foundation
import Optimizer
import WorldModel

/// What a search says beside its front: which policy each metric of robustness prefers, and why policies fail.
struct SearchFindings {
    /// Why an outcome's limit is missed.
    struct Failing: Encodable {
        let outcome: String
        let unit: String
        let atMost: Double?
        let atLeast: Double?
        /// World lines that were looked at, and those that miss the limit.
        let cases: Int
        let missed: Int
        /// The share of the samples in which each policy misses it.
        let policies: [String: Double]
        let finding: String
        /// Where it is missed; absent where that is everywhere, nowhere, or known of too few world lines.
        let discovery: DiscoveryReport?

        enum CodingKeys: String, CodingKey {
            case outcome, unit, cases, missed, policies, finding, discovery
            case atMost = "at_most"
            case atLeast = "at_least"
        }
    }

    /// The policies that are compared: all that were simulated or, of very many, those that nothing beats.
    let policies: [String]
    /// Whether these are all.
    let areAll: Bool
    /// The comparison; nil for one policy.
    let comparison: ComparisonReport?
    let failures: [Failing]

    /// The policies of which not only the front is compared.
    static let mostPolicies = 1000
    /// The world lines without which nothing is said about where limits are missed.
    static let leastCases = 20

    init(
        study: Study, simulated: [SearchRun.Simulated], front: [Int], names: [String]
    ) throws {
        areAll = simulated.count <= SearchFindings.mostPolicies
        let chosen = areAll ? Array(simulated.indices) : Array(front.prefix(SearchFindings.mostPolicies))
        let policies = chosen.map { names[$0] }
        self.policies = policies
        let values = chosen.map { simulated[$0].outcomes }
        let table = try OutcomeTable(
            policies: policies,
            outcomes: study.outcomes.map {
                OutcomeTable.Measure(name: $0.name, unit: $0.unit, minimize: $0.minimize, limits: $0.limits)
            }, values: values)
        comparison =
            chosen.count > 1
            ? try ComparisonReport(
                title: study.name, table: table, scenarioNoun: "sample", choices: ComparisonChoices()) : nil
        let experiments = try SearchFindings.experiments(of: study, chosen.map { simulated[$0].policy })
        let groups = CaseGroups(
            samples: policies.flatMap { _ in 0..<study.samples },
            policies: policies.indices.flatMap { policy in (0..<study.samples).map { _ in policy } })
        failures = try study.outcomes.enumerated().compactMap { place, outcome in
            guard let condition = Condition.beyond(outcome.limits, values.joined().map { $0[place] }) else {
                return nil
            }
            return try SearchFindings.failing(
                study, outcome, values.joined().map { $0[place] }, experiments, groups, condition,
                shares: values.map { rows in
                    Double(rows.count { condition.holds($0[place]) }) / Double(rows.count)
                }, policies: policies)
        }
    }

    /// What every world line was given: its draws, and what its policy chose; nil where nothing differs.
    private static func experiments(of study: Study, _ policies: [ListedPolicy]) throws -> Experiments? {
        let draws = (0..<study.samples).map { study.effects.draw(sample: $0) }
        var inputs = study.uncertainties.enumerated().map { place, uncertainty in
            Experiments.Input(
                name: uncertainty.name, unit: uncertainty.unit,
                numbers: policies.flatMap { _ in draws.map { $0[place] } })
        }
        for (place, shock) in study.effects.shocks.enumerated() {
            let struck = (0..<study.samples).map { study.effects.strikes(shock: place, sample: $0) }
            if Set(struck).count > 1 {
                let words = struck.map { $0 ? Cases.struck : Cases.notStruck }
                inputs.append(.init(name: "shock_\(shock.name)", texts: policies.flatMap { _ in words }))
            }
        }
        for (place, name) in study.decisionNames.enumerated() {
            let options = study.levers[study.decisions[place].lever].options
            let chosen = policies.map { $0.options[place] < 0 ? "not decided" : options[$0.options[place]] }
            if Set(chosen).count > 1 {
                inputs.append(.init(name: name, texts: chosen.flatMap { text in draws.map { _ in text } }))
            }
        }
        for range in study.ranges where policies.allSatisfy({ $0.options[range.decision] == range.option }) {
            let chosen = policies.map { $0.values[range.decision][range.place] }
            if Set(chosen).count > 1 {
                inputs.append(
                    .init(
                        name: range.name, unit: range.range.unit, numbers: chosen.flatMap { n in draws.map { _ in n } })
                )
            }
        }
        return inputs.isEmpty ? nil : try Experiments(inputs)
    }

    private static func failing(
        _ study: Study, _ outcome: Outcome, _ values: [Double], _ experiments: Experiments?, _ groups: CaseGroups,
        _ condition: Condition, shares: [Double], policies: [String]
    ) throws -> Failing {
        let missed = values.count(where: condition.holds)
        let isMixed = missed > 0 && missed < values.count
        let known = experiments.flatMap { values.count >= leastCases ? $0 : nil }
        let discovery = try known.flatMap { experiments in
            isMixed
                ? try DiscoveryReport(
                    cases: Cases(
                        title: study.name, outcome: outcome.name, unit: outcome.unit, limits: outcome.limits,
                        values: values, experiments: experiments, groups: groups), method: .prim, condition: condition,
                    coverage: 0.8,
                    peel: 0.05, leastMass: 0.05) : nil
        }
        let what = "\(outcome.name) is \(condition.words(unit: outcome.unit)), its limit, in "
        var sentences: [String]
        if let discovery {
            sentences = [discovery.finding]
        } else if isMixed {
            sentences = [what + "\(missed) of \(values.count) world lines."]
        } else if missed == 0 {
            sentences = [what + "none of \(values.count) world lines: no policy fails there."]
        } else {
            let nearest = condition.isAbove ? values.min() : values.max()
            sentences = [
                what + "all \(values.count) world lines: no policy keeps it in any sample.",
                "The nearest to it is \(Scale.text(nearest ?? .nan, unit: outcome.unit)).",
            ]
        }
        if missed > 0, let driver = known.flatMap({ strongest(of: $0, values, groups, outcome) }) {
            sentences.append(driver)
        }
        if isMixed, let least = shares.min(), let most = shares.max(), shares.count > 1 {
            func who(_ share: Double) -> String {
                let found = zip(policies, shares).filter { $0.1 == share }.map(\.0)
                return found.count > 3 ? "\(found[0]) and \(found.count - 1) more" : listed(found)
            }
            sentences.append(
                least == most
                    ? "Every policy misses it in \(percent(least)) of the samples: it is not the policy that fails."
                    : "It is missed in \(percent(least)) of the samples under \(who(least)), in \(percent(most)) under "
                        + "\(who(most)).")
        }
        let limits = outcome.limits
        return Failing(
            outcome: outcome.name, unit: outcome.unit, atMost: limits.upperBound < .infinity ? limits.upperBound : nil,
            atLeast: limits.lowerBound > -.infinity ? limits.lowerBound : nil, cases: values.count, missed: missed,
            policies: Dictionary(zip(policies, shares), uniquingKeysWith: { first, _ in first }),
            finding: sentences.joined(separator: " "), discovery: discovery)
    }

    /// The input that goes with the outcome most, where one does so beyond chance.
    private static func strongest(
        of experiments: Experiments, _ values: [Double], _ groups: CaseGroups, _ outcome: Outcome
    ) -> String? {
        guard let first = Scores.of(experiments, outcome: values, groups: groups).first, let share = first.share
        else { return nil }
        let how =
            first.spearman.map { abs($0) < 0.3 ? "" : $0 > 0 ? ", rising with it" : ", falling as it rises" } ?? ""
        return "What goes with it most is \(first.input): \(percent(share)) of the variance of \(outcome.name)\(how) "
            + "(above \(percent(max(first.chance ?? 0, 0))), which chance exceeds in one of a hundred deals of the samples)."
    }

    // MARK: In words

    /// Which policies the metrics prefer.
    var robustWords: [String] {
        guard let comparison else { return [] }
        if comparison.table.scenarios.count == 1 {
            return ["One sample: nothing can be said about robustness; give more with --samples."]
        }
        var wins: [String: Int] = [:]
        var pairs = 0
        var words: [String] = []
        for measure in comparison.table.outcomes {
            var byChoice: [(policy: String, metrics: [String])] = []
            for metric in comparison.metrics {
                guard let best = comparison.comparison.robustChoice[metric]?[measure.name], let first = best.first
                else { continue }
                pairs += 1
                let areAlike = best.count == policies.count
                if !areAlike { for name in best { wins[name, default: 0] += 1 } }
                let meaning = comparison.meaning(metric).replacing("regret, p90", with: "p90 of regret")
                let who = areAlike ? "all alike" : best.count > 1 ? "\(first) and \(best.count - 1) more" : first
                if let place = byChoice.firstIndex(where: { $0.policy == who }) {
                    byChoice[place].metrics.append(meaning)
                } else {
                    byChoice.append((who, [meaning]))
                }
            }
            let parts = byChoice.map { choice in
                byChoice.count == 1
                    ? "\(choice.policy) by every metric"
                    : "\(choice.policy) by \(choice.metrics.joined(separator: ", "))"
            }
            if !parts.isEmpty { words.append("\(measure.name): \(parts.joined(separator: "; "))") }
        }
        let ranked = wins.sorted { $0.value != $1.value ? $0.value > $1.value : $0.key < $1.key }
        guard let first = ranked.first else { return ["Robust choice: the metrics tell no policy from another."] }
        let ties = ranked.filter { $0.value == first.value }.map(\.key)
        let who =
            ties.count > 3
            ? "\(ties[0]) and \(ties.count - 1) more are" : listed(ties) + (ties.count > 1 ? " are" : " is")
        return [
            "Robust choice, by outcome: \(words.joined(separator: ". ")). All told, \(who) preferred most often: "
                + "\(first.value) of \(pairs) times."
        ] + comparison.differenceWords + comparison.fewWords
    }

    /// Why policies fail.
    var failureWords: [String] {
        failures.isEmpty
            ? ["No outcome has a limit, so that no policy fails; `at_most` or `at_least` in the study gives one."]
            : failures.map(\.finding)
    }
}

extension Condition {
    /// Beyond the limits of an outcome, on the side that is missed more often; nil where there are none.
    static func beyond(_ limits: ClosedRange<Double>, _ values: [Double]) -> Condition? {
        let sides = [
            limits.upperBound < .infinity ? Condition.above(limits.upperBound) : nil,
            limits.lowerBound > -.infinity ? Condition.below(limits.lowerBound) : nil,
        ].compactMap(\.self)
        return sides.max { a, b in values.count(where: a.holds) < values.count(where: b.holds) }
    }

    var isAbove: Bool {
        if case .above = self { return true }
        return false
    }
}

extension Cases {
    /// World lines that are at hand.
    init(
        title: String, outcome: String, unit: String, limits: ClosedRange<Double>, values: [Double],
        experiments: Experiments, groups: CaseGroups
    ) {
        self.title = title
        self.outcome = outcome
        self.unit = unit
        self.limits = limits
        self.values = values
        self.experiments = experiments
        self.groups = groups
        notes = []
    }
}
