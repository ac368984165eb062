import Foundation
import WorldModel

extension DiffReport {
    /// The report for people.
    var lines: [String] {
        var result = worldLines.map { line in
            line.worldLine.map { "world line \($0): \(line.policy), sample \(line.sample ?? 0)" }
                ?? "policy \(line.policy), \(counted(samples, "sample"))"
        }
        for choice in choices + draws {
            let year = choice.year.map { "\($0) " } ?? ""
            result.append("  \(year)\(choice.lever): \(choice.values[0]) | \(choice.values[1])")
        }
        guard let partYear else { return result + ["nothing that is recorded differs"] }
        result.append("they diverge in \(partYear)")
        for room in rooms {
            result.append(
                "  \(room.room) from \(room.firstYear): \(room.variables.prefix(3).map(words).joined(separator: "; "))")
        }
        result += table
        for outcome in outcomes where outcome.madeBy != nil { result += words(outcome) }
        return result
    }

    private func words(_ variable: Variable) -> String {
        let place = variable.entity.map { " of \($0)" } ?? ""
        let size = DiffReport.signed(variable.largest, unit: variable.unit)
        return "\(variable.name)\(place) \(size) in \(variable.largestYear)"
    }

    private var table: [String] {
        let isPaired = samples > 1
        var table = TextTable(left: [0, isPaired ? 5 : 4])
        let heads = worldLines.map { line in line.worldLine.map(String.init) ?? line.policy }
        table.add(
            ["outcome"] + heads + ["difference"] + (isPaired ? ["better, alike, worse"] : []) + ["made by"])
        for outcome in outcomes {
            let cause = outcome.madeBy.map { $0 == outcome.room ? $0 : "\($0), through \(outcome.room)" } ?? "-"
            table.add(
                [outcome.name] + outcome.values.map { Scale.text($0, unit: outcome.unit) }
                    + [outcome.difference == 0 ? "none" : DiffReport.signed(outcome.difference, unit: outcome.unit)]
                    + (isPaired ? ["\(outcome.better), \(outcome.alike), \(outcome.worse)"] : []) + [cause])
        }
        return [""] + table.lines + [""]
    }

    /// What an outcome counts, where it differs, and the entities that differ most.
    private func words(_ outcome: Outcome) -> [String] {
        var words = "\(outcome.name) is \(outcome.of), \(outcome.counts)"
        if outcome.difference == 0 { words += "; no difference in all" }
        if let first = outcome.firstYear, let year = outcome.largestYear {
            words += first == year ? "; it differs in \(year)" : "; it differs from \(first) on, most in \(year)"
        }
        let parts = outcome.parts.prefix(5).map {
            "\($0.entity) \(DiffReport.signed($0.difference, unit: outcome.partUnit))"
        }
        if parts.isEmpty { return [words] }
        let left = outcome.parts.dropFirst(5)
        let more =
            left.isEmpty
            ? ""
            : ", and \(left.count) more with "
                + DiffReport.signed(left.reduce(0) { $0 + $1.difference }, unit: outcome.partUnit)
        return [words + ":", "    " + parts.joined(separator: ", ") + more]
    }

    /// A difference with its sign and unit.
    static func signed(_ value: Double, unit: String) -> String {
        Scale.text(value, unit: unit, signed: true)
    }
}
