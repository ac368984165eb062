import Foundation
import Optimizer
import WorldModel

/// What a search found, as text and as JSON.
struct SearchReport: Encodable {
    struct Objective: Encodable {
        let name: String
        let unit: String
        let direction: String
    }

    struct Policy: Encodable {
        let policy: String
        let choices: [String: ChosenValue]
        /// The objectives in their own units and directions, summed up over the samples.
        let objectives: [String: Double]
        /// The means of all outcomes.
        let outcomes: [String: Double]
        let violation: Double
        /// The outcomes whose limits it misses.
        let missed: [String]
    }

    let study: String
    let method: String
    let objectives: [Objective]
    /// Policies simulated in all samples.
    let policies: Int
    let segments: Int
    let generations: Int
    /// budget, complete, exhausted, converged or finished.
    let end: String
    let hypervolume: Double?
    let referencePoint: [String: Double]
    /// Policies that meet all limits.
    let feasible: Int
    /// The policies that nothing beats.
    ///
    /// Limits come first: where a policy meets all, those that don't are out; where none does, how far they are missed
    /// counts as one objective more.
    let front: [Policy]
    /// [metric][outcome]: the policies that a metric of robustness prefers; empty for one policy.
    let robustChoice: [String: [String: [String]]]
    let failures: [SearchFindings.Failing]
    /// What is to be said, sentence by sentence: of the front, of robustness, of failures.
    let words: [String]
    private let findings: SearchFindings
    /// The numbers that the front chose in ranges.
    private let numbers: [ChosenNumber]

    enum CodingKeys: String, CodingKey {
        case study, method, objectives, policies, segments, generations, end, hypervolume, front,
            feasible, failures, words
        case referencePoint = "reference_point"
        case robustChoice = "robust_choice"
    }

    init(
        study: Study, objectives: StudyObjectives, method: String, outcome: SearchOutcome,
        simulated: [SearchRun.Simulated], front places: [Int], names: [String], space: StudySpace, segments: Int,
        reference: [Double]
    ) throws {
        self.study = study.name
        self.method = method
        self.objectives = objectives.objectives.map {
            let outcome = study.outcomes[$0]
            return Objective(
                name: outcome.name, unit: outcome.unit, direction: outcome.minimize ? "minimize" : "maximize")
        }
        policies = simulated.count
        self.segments = segments
        generations = outcome.generations
        end = outcome.end
        let best = places.sorted {
            let (a, b) = (simulated[$0].evaluation.objectives, simulated[$1].evaluation.objectives)
            return a[0] != b[0] ? a[0] < b[0] : $0 < $1
        }
        let point =
            reference.isEmpty ? SearchReport.referencePoint(simulated.map(\.evaluation.objectives)) : reference
        hypervolume = Hypervolume.of(
            best.map { simulated[$0].evaluation.objectives }, reference: point, effort: 100_000_000)
        referencePoint = Dictionary(
            objectives.names.enumerated().map {
                ($1, objectives.natural($0, point.indices.contains($0) ? point[$0] : 0))
            },
            uniquingKeysWith: { first, _ in first })
        front = best.map { index in
            let each = simulated[index]
            let values = each.evaluation.objectives.enumerated().map { objectives.natural($0, $1) }
            return Policy(
                policy: names[index], choices: space.choices(of: each.policy),
                objectives: Dictionary(zip(objectives.names, values), uniquingKeysWith: { first, _ in first }),
                outcomes: Dictionary(
                    study.outcomes.enumerated().map { place, outcome in
                        (outcome.name, each.outcomes.map { $0[place] }.reduce(0, +) / Double(each.outcomes.count))
                    }, uniquingKeysWith: { first, _ in first }),
                violation: each.evaluation.violation,
                missed: study.outcomes.enumerated().filter { place, outcome in
                    outcome.limits != -Double.infinity...Double.infinity
                        && !outcome.limits.contains(objectives.summary(of: place, each.outcomes))
                }.map(\.element.name))
        }
        numbers = study.chosenNumbers(of: best.map { simulated[$0].policy })
        feasible = simulated.count(where: \.evaluation.isFeasible)
        findings = try SearchFindings(study: study, simulated: simulated, front: best, names: names)
        robustChoice = findings.comparison?.comparison.robustChoice ?? [:]
        failures = findings.failures
        let samples = best.map { simulated[$0].outcomes }
        words =
            SearchReport.words(study, objectives, front: front, samples, policies: policies, feasible: feasible)
            + findings.robustWords + findings.failureWords
    }

    /// The worst of points and a tenth of their spread beyond, coordinate by coordinate; where they don't differ a tenth
    /// of the value, or 1 where that is 0.
    static func referencePoint(_ points: [[Double]]) -> [Double] {
        (points.first?.indices ?? 0..<0).map { objective in
            let values = points.map { $0[objective] }.filter(\.isFinite)
            let worst = values.max() ?? 0
            let spread = worst - (values.min() ?? 0)
            if spread > 0 { return worst + 0.1 * spread }
            return worst == 0 ? 1 : worst + 0.1 * abs(worst)
        }
    }

    // MARK: In words

    /// What is to be said of limits and of the front.
    private static func words(
        _ study: Study, _ objectives: StudyObjectives, front: [Policy], _ samples: [[[Double]]], policies: Int,
        feasible: Int
    ) -> [String] {
        var words: [String] = []
        let over =
            switch objectives.summary {
            case _ where study.samples == 1: ""
            case .mean: " in the mean of \(study.samples) samples"
            case .worst: " in the worst of \(study.samples) samples"
            case .cvar: " in the mean of the worst fifth of \(study.samples) samples"
            }
        let isLimited = study.outcomes.contains { $0.limits != -Double.infinity...Double.infinity }
        if isLimited, feasible == 0 {
            let nearest = front.min { $0.violation < $1.violation }
            let missed = study.outcomes.enumerated().filter { nearest?.missed.contains($0.element.name) ?? false }
            let place = front.firstIndex { $0.policy == nearest?.policy } ?? 0
            let misses = missed.map { place, outcome in (place, outcome) }.map { outcome, measure in
                "\(measure.name) is \(Scale.text(objectives.summary(of: outcome, samples[place]), unit: measure.unit))"
            }
            words.append(
                "No policy meets all limits\(over). \(nearest?.policy ?? "") comes nearest: \(listed(misses)).")
        } else if isLimited {
            let whole = zip(front, samples).filter { _, samples in
                samples.allSatisfy { row in zip(row, study.outcomes).allSatisfy { $1.limits.contains($0) } }
            }.map(\.0.policy)
            words.append(
                (feasible == policies
                    ? "Every policy meets all limits\(over)"
                    : "\(feasible) of \(counted(policies, "policy")) meet\(feasible == 1 ? "s" : "") all "
                        + "limits\(over), and the front has only such")
                    + (study.samples == 1
                        ? "."
                        : whole.count == front.count
                            ? "; all of the front do in every sample."
                            : whole.isEmpty
                                ? "; none of the front does in every sample."
                                : "; in every sample do \(whole.count) of the \(front.count) of the front."))
        }
        let rivals = isLimited && feasible > 0 ? feasible : policies
        let among = isLimited && feasible > 0 && feasible < policies ? " that meet all limits" : ""
        let misses = isLimited && feasible == 0 ? " or in how far limits are missed" : ""
        if rivals == 1 {
            words.append(
                policies == 1
                    ? "One policy: there is nothing to choose."
                    : "\(front.first?.policy ?? "") alone meets all limits: nothing is left to choose.")
        } else if front.count == 1, let only = front.first {
            words.append(
                objectives.names.count == 1 && misses.isEmpty
                    ? "\(only.policy) is best of \(rivals) policies\(among)."
                    : "\(only.policy) dominates: it is at least as good as each of the other \(rivals - 1) policies\(among) in "
                        + "every objective\(misses.replacing(" or", with: " and")), and better in one. Nothing has to be weighed."
            )
        } else if objectives.names.count == 1, misses.isEmpty {
            words.append(
                "\(front.first?.policy ?? "") is best of \(rivals) policies\(among), and \(front.count - 1) are as good."
            )
        } else if front.count == rivals {
            words.append(
                "None of the \(rivals) policies\(among) beats another: which is best depends on what counts.")
        } else {
            words.append(
                "\(front.count) of the \(rivals) policies\(among) are beaten by none; every other is no better than one of them in "
                    + "any objective\(misses), and worse in one.")
        }
        return words
    }

    /// The best policies as a table, at most forty of them, the metrics' choices, and what is to be said.
    func lines(width: Int) -> [String] {
        var table = TextTable(left: [0])
        let shown = numbers.prefix(ChosenNumber.mostShown).map { (heading: $0.heading, texts: $0.texts) }
        table.add(["policy"] + shown.map(\.heading) + objectives.map(\.name) + ["limits"])
        for (place, policy) in front.prefix(40).enumerated() {
            table.add(
                [policy.policy] + shown.map { $0.texts[place] }
                    + objectives.map { Scale.text(policy.objectives[$0.name] ?? .nan, unit: $0.unit) }
                    + [policy.missed.isEmpty ? "met" : "missed: \(policy.missed.joined(separator: ", "))"])
        }
        var lines = table.lines
        if let remark = ChosenNumber.remark(on: numbers) { lines.append(remark) }
        if front.count > 40 { lines.append("and \(front.count - 40) more; --json has all") }
        lines.append(
            "\(counted(policies, "policy")), \(counted(segments, "segment")), "
                + "\(counted(generations, "generation")), end: \(end)")
        if let comparison = findings.comparison, comparison.table.scenarios.count > 1 {
            lines += comparison.robustLines(width: width, withUnits: true)
            if !findings.areAll { lines.append("(among the \(findings.policies.count) policies of the front)") }
        }
        return lines + words.flatMap { [""] + wrapped($0, width: width) }
    }
}
