import Archive
import Optimizer

/// The comparison of an archive's policies, as text and as JSON.
struct ComparisonReport {
    let title: String
    let table: OutcomeTable
    let comparison: Comparison

    /// Compares the policies of an archive by its outcomes.
    init(archive file: ArchiveFile) throws {
        var measures: [OutcomeTable.Measure] = []
        var values: [[Double]] = []
        for name in try file.outcomes() {
            let variable = "outcome_\(name)"
            let least = try file.number("at_least", of: variable) ?? -.infinity
            let most = try file.number("at_most", of: variable) ?? .infinity
            measures.append(
                OutcomeTable.Measure(
                    name: name, unit: try file.unit(of: variable),
                    minimize: try file.attribute("direction", of: variable) != "maximize", limits: least...most))
            values.append(try file.values(of: variable))
        }
        guard !measures.isEmpty else {
            throw Failure.badData("\(file.path): the study has no outcomes, so that there is nothing to compare")
        }
        let policies = file.policies.count
        title =
            "\(file.title): \(counted(policies, "policy", "policies")), \(counted(file.samples, "sample")), "
            + "\(file.years.lowerBound)-\(file.years.upperBound)"
        table = try OutcomeTable(
            policies: file.policies, outcomes: measures,
            values: (0..<policies).map { policy in
                (0..<file.samples).map { sample in values.map { $0[sample * policies + policy] } }
            })
        comparison = try Comparison.of(table)
    }

    /// The report as text in so many columns: bands of outcomes side by side, policies below each other.
    func lines(width: Int) -> [String] {
        let rows = comparison.policies
        let nameWidth = 2 + (rows.map(\.policy.count) + ["policy".count]).reduce(0, max)
        var lines = [title]
        var band: [Block] = []
        for block in table.outcomes.map(block) + limitsBlock {
            let used = nameWidth + band.reduce(0) { $0 + $1.width + 3 }
            if !band.isEmpty, used + block.width + 3 > width {
                lines += [""] + draw(band, nameWidth: nameWidth)
                band = []
            }
            band.append(block)
        }
        lines += [""] + draw(band, nameWidth: nameWidth)
        if rows.count > 1 { lines += ["", "* no other policy is at least as good in every mean and better in one"] }
        return lines
    }

    /// Some columns under one title; the first row heads them.
    private struct Block {
        let title: String
        let rows: [String]
        var width: Int { (rows + [title]).map(\.count).max() ?? 0 }
    }

    private func block(_ measure: OutcomeTable.Measure) -> Block {
        let values = comparison.policies.map { row in
            row.outcomes[measure.name].map { [$0.mean, $0.p10, $0.p90, $0.worst] } ?? []
        }
        let largest = values.joined().map(abs).max() ?? 0
        let scale = Scale(unit: measure.unit, largest: largest)
        let digits = scale.digits(largest: largest)
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
        guard table.outcomes.contains(where: { $0.limits != -Double.infinity...Double.infinity }) else { return [] }
        let shares = comparison.policies.map { "\(Int((100 * $0.robustness.satisfied).rounded())) %" }
        return [Block(title: "limits", rows: ["kept"] + shares)]
    }

    private func draw(_ band: [Block], nameWidth: Int) -> [String] {
        func join(_ name: String, _ cells: [String]) -> String {
            zip(cells, band).reduce(name.padded(to: nameWidth)) { $0 + "   " + $1.0.padded(toLeft: $1.1.width) }
        }
        let heading = [join("", band.map(\.title)), join("  policy", band.map { $0.rows[0] })]
        return heading
            + comparison.policies.enumerated().map { index, row in
                join((row.rank == 0 ? "* " : "  ") + row.policy, band.map { $0.rows[index + 1] })
            }
    }
}

extension String {
    /// The text and as many spaces as it takes to reach a width.
    func padded(to width: Int) -> String { self + String(repeating: " ", count: max(width - count, 0)) }

    /// As many spaces as it takes to reach a width, and the text.
    func padded(toLeft width: Int) -> String { String(repeating: " ", count: max(width - count, 0)) + self }
}
