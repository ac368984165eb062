import Archive
import Cases
import Optimizer
import WorldModel

/// What a user wants compared, and how.
struct ComparisonChoices {
    /// The outcomes; nil for all.
    var outcomes: [String]?
    /// Those of which less is better.
    var minimize: [String] = []
    /// Those of which more is better.
    var maximize: [String] = []
    /// Largest acceptable values, with or without units.
    var atMost: [(String, String)] = []
    /// Smallest acceptable values, with or without units.
    var atLeast: [(String, String)] = []
    /// The metrics, nil standing for satisficing; nil for all of them.
    var metrics: [RobustnessMetric?]?
    /// `name=number`, or numbers in the order of the outcomes; empty for the standard point.
    var referencePoint: [String] = []
    /// The policy that all others are set against.
    var against: String?
    /// The seed of resamples.
    var seed: UInt64 = 0

    /// The measures that are compared, of those that there are, with directions and limits as they are asked for.
    func measures(_ all: [OutcomeTable.Measure]) throws -> [OutcomeTable.Measure] {
        let known = all.map(\.name)
        func check(_ option: String, _ names: [String]) throws {
            for name in names where !known.contains(name) {
                throw Failure.usage(unknown("\(option): '\(name)' is no outcome", name, among: known))
            }
        }
        try check("--outcomes", outcomes ?? [])
        try check("--minimize", minimize)
        try check("--maximize", maximize)
        try check("--at-most", atMost.map(\.0))
        try check("--at-least", atLeast.map(\.0))
        if let name = minimize.first(where: maximize.contains) {
            throw Failure.usage("'\(name)' is both in --minimize and in --maximize")
        }
        let chosen = all.filter { outcomes?.contains($0.name) ?? true }
        if chosen.isEmpty { throw Failure.usage("--outcomes names none; there are \(known.joined(separator: ", "))") }
        return try chosen.map { measure in
            let most =
                try atMost.last { $0.0 == measure.name }.map { try measure.number($0.1, option: "--at-most") }
                ?? measure.limits.upperBound
            let least =
                try atLeast.last { $0.0 == measure.name }.map { try measure.number($0.1, option: "--at-least") }
                ?? measure.limits.lowerBound
            guard least <= most else {
                let (low, high) = (Scale.plain(least, unit: measure.unit), Scale.plain(most, unit: measure.unit))
                throw Failure.usage("'\(measure.name)' is to be at least \(low) and at most \(high): nothing is both")
            }
            return OutcomeTable.Measure(
                name: measure.name, unit: measure.unit,
                minimize: minimize.contains(measure.name) || measure.minimize && !maximize.contains(measure.name),
                limits: least...most)
        }
    }

    /// The comparison of a table.
    func compare(_ table: OutcomeTable) throws -> Comparison {
        let baseline = try against.map { name in
            guard let index = table.policies.firstIndex(of: name) else {
                throw Failure.usage(unknown("--against: '\(name)' is no policy", name, among: table.policies))
            }
            return index
        }
        let point = try referencePoint(of: table)
        do {
            return try Comparison.of(
                table, referencePoint: point, metrics: metrics?.compactMap { $0 } ?? RobustnessMetric.standard,
                satisficing: metrics?.contains { $0 == nil } ?? true, baseline: baseline, seed: seed)
        } catch {
            throw misuse(error)
        }
    }

    /// What is wrong with the command line, where it is that and not the table.
    private func misuse(_ error: TableError) -> any Error {
        switch error {
        case .unknownOutcome(let name, let known):
            Failure.usage(unknown("--reference-point: '\(name)' is no outcome", name, among: known))
        case .noReference(let name):
            Failure.usage("--reference-point has no number for '\(name)'; give one for each outcome")
        default: error
        }
    }

    private func referencePoint(of table: OutcomeTable) throws -> [String: Double]? {
        if referencePoint.isEmpty { return nil }
        let names = table.outcomes.map(\.name)
        if referencePoint.allSatisfy({ $0.contains("=") }) {
            var point: [String: Double] = [:]
            for text in referencePoint {
                let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
                // A name that is none is refused with the comparison, which knows all.
                let measure = table.outcomes.first { $0.name == parts[0] }
                point[String(parts[0])] = try measure?.number(String(parts[1]), option: "--reference-point") ?? .nan
            }
            return point
        }
        guard referencePoint.count == names.count else {
            throw Failure.usage(
                "--reference-point has \(counted(referencePoint.count, "number")) for "
                    + "\(counted(names.count, "outcome")): \(names.joined(separator: ", "))")
        }
        return Dictionary(
            uniqueKeysWithValues: zip(
                names, try zip(table.outcomes, referencePoint).map { try $0.number($1, option: "--reference-point") }))
    }
}

extension OutcomeTable.Measure {
    /// A number of the command line in the outcome's unit.
    func number(_ text: String, option: String) throws -> Double {
        try worldlines.number(text, in: unit, option: option)
    }
}

/// A number of the command line, with or without a unit, in a unit.
func number(_ text: String, in unit: String, option: String) throws -> Double {
    do {
        return try Numeral.value(text, in: unit)
    } catch {
        let example = unit == "1" || unit.isEmpty ? "0.5" : "'50 \(unit)'"
        throw Failure.usage("\(option): \(error.message); write a number with or without its unit, such as \(example)")
    }
}

/// A message with the name that may have been meant, or those that there are.
func unknown(_ message: String, _ name: String, among names: [String]) -> String {
    message + "; " + Nearest.remedy(name, among: names).replacing("`", with: "'")
}

/// Somebody's table of outcomes, with the message of a failure where it is none.
struct OutcomeFileSource {
    let file: OutcomeFile

    init(_ path: String) throws { file = try OutcomeFile(path: path) }

    /// The table of some of its outcomes.
    func table(choices: ComparisonChoices) throws -> OutcomeTable {
        let grid = try file.grid()
        let columns = file.columns(.outcome)
        if columns.isEmpty {
            throw Failure.badData("\(file.path): there is no column of an outcome beside policy, scenario and weight")
        }
        let measures = try choices.measures(
            columns.map { OutcomeTable.Measure(name: $0.name, unit: $0.unit, minimize: true) })
        var findings: [Finding] = []
        var values: [[Double]] = []
        for measure in measures {
            for column in columns where column.name == measure.name {
                do {
                    let numbers = try file.numbers(of: column)
                    values.append(numbers)
                    for (row, number) in numbers.enumerated() where !OutcomeTable.isComparable(number) {
                        findings.append(
                            Finding(
                                file: file.path, line: file.lines[row], path: column.name,
                                message: "`\(column.cells[row])` is beyond 1e150, and can't be compared",
                                remedy: "write the column in a larger unit"))
                    }
                } catch { findings += error.all }
            }
        }
        let inputs = try file.columns(.uncertainty).map { column in
            let numbers = try file.numbers(of: column)
            for (policy, rows) in zip(grid.policies, grid.rows) {
                for (row, first) in zip(rows, grid.rows[0]) where numbers[row] != numbers[first] {
                    findings.append(
                        Finding(
                            file: file.path, line: file.lines[row], path: column.name,
                            message: "the uncertainty differs between policy `\(policy)` and `\(grid.policies[0])`",
                            remedy: "a scenario has one value, whatever the policy"))
                }
            }
            return OutcomeTable.Input(
                name: column.name, unit: column.unit, values: grid.rows[0].map { numbers[$0] })
        }
        if !findings.isEmpty { throw Findings(findings) }
        return try OutcomeTable(
            policies: grid.policies, outcomes: measures,
            values: grid.rows.map { rows in rows.map { row in values.map { $0[row] } } },
            scenarios: grid.scenarios, weights: grid.weights, inputs: inputs)
    }
}
