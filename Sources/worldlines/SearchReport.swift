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
    /// The policies that nothing beats; where none meets all limits, those that miss them least.
    let front: [Policy]

    enum CodingKeys: String, CodingKey {
        case study, method, objectives, policies, segments, generations, end, hypervolume, front
        case referencePoint = "reference_point"
    }

    init(
        study: Study, objectives: StudyObjectives, method: String, outcome: SearchOutcome,
        simulated: [SearchRun.Simulated], front places: [Int], names: [String], space: StudySpace, segments: Int,
        reference: [Double]
    ) {
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
                violation: each.evaluation.violation)
        }
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

    /// The best policies as a table, at most forty of them.
    func lines(width: Int) -> [String] {
        var table = TextTable(left: [0])
        table.add(["policy"] + objectives.map(\.name) + ["limits"])
        for policy in front.prefix(40) {
            table.add(
                [policy.policy] + objectives.map { Scale.text(policy.objectives[$0.name] ?? .nan, unit: $0.unit) }
                    + [policy.violation == 0 ? "met" : "missed"])
        }
        var lines = table.lines
        if front.count > 40 { lines.append("and \(front.count - 40) more; --json has all") }
        let point = objectives.map { "\($0.name) \(Scale.text(referencePoint[$0.name] ?? .nan, unit: $0.unit))" }
        lines.append(
            "\(counted(policies, "policy", "policies")), \(counted(segments, "segment")), "
                + "\(counted(generations, "generation")), end: \(end)")
        if let hypervolume {
            lines.append("hypervolume \(String(format: "%.6g", hypervolume)) up to \(point.joined(separator: ", "))")
        }
        return lines
    }
}
