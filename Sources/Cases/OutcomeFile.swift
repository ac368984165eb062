import Foundation
import WorldModel

/// A CSV of what came out: a row for each policy in each scenario.
///
/// The columns `policy`, `scenario` and `weight` say which row it is and how much the scenario counts; without `scenario`
/// the rows of a policy are its scenarios in their order. All other columns are outcomes. In a table that
/// `worldlines export` wrote, `outcome_<name>` are the outcomes, `uncertainty_<name>`, `shock_<name>`, `lever_<name>` and
/// `range_<name>` what the world line was given, and `sample` is the scenario. A header is `name` or `name [unit]`.
public struct OutcomeFile: Sendable {
    /// What a column is.
    public enum Role: Sendable, Hashable {
        /// Names the policy.
        case policy
        /// Names the scenario.
        case scenario
        /// How much the scenario counts.
        case weight
        /// Something measured, or in a table for discovery something given.
        case outcome
        /// An uncertainty of an exported archive, or whether a shock struck: 1 or 0.
        case uncertainty
        /// A lever of an exported archive.
        case lever
        /// A chosen number of an exported archive.
        case range
        /// A number of a row.
        case label
    }

    /// A column.
    public struct Column: Sendable, Hashable {
        /// Its name, without the prefix of an export.
        public let name: String
        /// Its unit; `1` where the header has none.
        public let unit: String
        /// What it is.
        public let role: Role
        /// Its cells, one a row.
        public let cells: [String]

        /// Whether every cell that is not empty is a number.
        public var isNumeric: Bool { cells.allSatisfy { $0.isEmpty || Double($0) != nil } }
    }

    /// Where it is.
    public let path: String
    /// The columns, in the order of the file.
    public let columns: [Column]
    /// The line of each row.
    public let lines: [Int]
    private let headerLine: Int

    /// Reads a table; every finding where it is none.
    public init(path: String) throws(Findings) {
        let collector = Collector()
        let bytes = try? PlainFile.read(path)
        guard let bytes, let table = CSVTable.parse(bytes, file: path, collector) else {
            if bytes == nil { collector.add(path, nil, nil, "the file can't be read", "ask for permission to read it") }
            try collector.check()
            throw Findings([])
        }
        let heads = table.header.map(CSVTable.parts(ofHeader:))
        let isExport = heads.contains { $0.name.hasPrefix("outcome_") }
        let names = Set(heads.map(\.name))
        let hasScenario = heads.contains { $0.name == "scenario" }
        var columns: [Column] = []
        var seen = Set<String>()
        for (index, head) in heads.enumerated() {
            if head.name.isEmpty {
                collector.add(
                    path, table.headerLine, nil, "column \(index + 1) has no name", "name it, or take the column out")
            } else if !seen.insert(head.name).inserted {
                collector.add(
                    path, table.headerLine, head.name, "two columns have this name", "rename one, or take it out")
            }
            // The date of a shock says no more than whether it struck.
            let isDate = head.name.hasSuffix("_date") && names.contains(String(head.name.dropLast(5)))
            let (role, name) =
                isExport && isDate && head.name.hasPrefix("shock_")
                ? (.label, head.name)
                : OutcomeFile.role(of: head.name, isExport: isExport, hasScenario: hasScenario)
            columns.append(
                Column(name: name, unit: head.unit ?? "1", role: role, cells: table.rows.map { $0.cells[index] }))
        }
        try collector.check()
        self.path = path
        self.columns = columns
        lines = table.rows.map(\.line)
        headerLine = table.headerLine
    }

    private static func role(of name: String, isExport: Bool, hasScenario: Bool) -> (Role, String) {
        switch name {
        case "policy": return (.policy, name)
        case "scenario": return (.scenario, name)
        case "weight": return (.weight, name)
        case "world_line" where isExport: return (.label, name)
        case "sample" where isExport && !hasScenario: return (.scenario, name)
        default: break
        }
        guard isExport else { return (.outcome, name) }
        if name.hasPrefix("shock_") { return (.uncertainty, name) }
        let roles: [(String, Role)] = [
            ("outcome_", .outcome), ("uncertainty_", .uncertainty), ("lever_", .lever), ("range_", .range),
        ]
        for (prefix, role) in roles where name.hasPrefix(prefix) { return (role, String(name.dropFirst(prefix.count))) }
        return (.label, name)
    }

    /// The columns of a role.
    public func columns(_ role: Role) -> [Column] { columns.filter { $0.role == role } }

    /// The rows by policy and scenario.
    public struct Grid: Sendable {
        /// The policies, in the order of their first rows.
        public let policies: [String]
        /// The scenarios, in the order in which the first policy has them.
        public let scenarios: [String]
        /// How much each scenario counts; nil where the table doesn't say.
        public let weights: [Double]?
        /// [policy][scenario]: the row.
        public let rows: [[Int]]
    }

    /// The rows by policy and scenario; every finding where a policy lacks one, has one twice, or weights differ.
    public func grid() throws(Findings) -> Grid {
        let collector = Collector()
        guard let policyColumn = columns(.policy).first else {
            let names = columns.map(\.name)
            throw Findings([
                Finding(
                    file: path, line: headerLine, path: "policy", message: "there is no column `policy`",
                    remedy: Nearest.nearest("policy", among: names).map { "did you mean `\($0)`? rename it" }
                        ?? "add a column that names the policy of each row")
            ])
        }
        let scenarioColumn = columns(.scenario).first
        var policies: [String] = []
        var places: [String: Int] = [:]
        var scenarios: [String] = []
        var scenarioPlaces: [String: Int] = [:]
        var found: [[Int: Int]] = []
        for (row, policy) in policyColumn.cells.enumerated() {
            if policy.isEmpty {
                collector.add(path, lines[row], "policy", "the row names no policy", "name its policy")
                continue
            }
            if places[policy] == nil {
                places[policy] = policies.count
                policies.append(policy)
                found.append([:])
            }
            let index = places[policy] ?? 0
            let scenario = scenarioColumn?.cells[row] ?? String(found[index].count)
            if scenario.isEmpty {
                collector.add(path, lines[row], "scenario", "the row names no scenario", "name its scenario")
                continue
            }
            if scenarioPlaces[scenario] == nil {
                scenarioPlaces[scenario] = scenarios.count
                scenarios.append(scenario)
            }
            let place = scenarioPlaces[scenario] ?? 0
            if let other = found[index][place] {
                collector.add(
                    path, lines[row], nil,
                    "policy `\(policy)` has scenario `\(scenario)` a second time, first in line \(lines[other])",
                    "take one of the rows out, or rename its scenario")
            }
            found[index][place] = row
        }
        for (policy, rows) in zip(policies, found) {
            let missing = scenarios.indices.filter { rows[$0] == nil }
            guard let first = missing.first else { continue }
            let more = missing.count > 1 ? " and \(missing.count - 1) more" : ""
            collector.add(
                path, rows.values.min().map { lines[$0] }, nil,
                scenarioColumn == nil
                    ? "policy `\(policy)` has \(counted(rows.count, "row")) where another has \(scenarios.count)"
                    : "policy `\(policy)` lacks scenario `\(scenarios[first])`\(more)",
                "every policy needs the same scenarios: add the rows, or take the scenario out of the others")
        }
        try collector.check()
        let rows = found.map { rows in scenarios.indices.map { rows[$0] ?? 0 } }
        return Grid(
            policies: policies, scenarios: scenarios, weights: try weights(rows, policies, scenarios), rows: rows)
    }

    private func weights(
        _ rows: [[Int]], _ policies: [String], _ scenarios: [String]
    ) throws(Findings) -> [Double]? {
        guard let column = columns(.weight).first else { return nil }
        let all = try numbers(of: column)
        let collector = Collector()
        for (row, weight) in all.enumerated() where weight < 0 {
            collector.add(
                path, lines[row], "weight", "the weight is \(column.cells[row]); it is not below 0", "mend the weight")
        }
        try collector.check()
        let weights = rows[0].map { all[$0] }
        for (policy, list) in zip(policies, rows).dropFirst() {
            for (scenario, row) in list.enumerated() where all[row] != weights[scenario] {
                collector.add(
                    path, lines[row], "weight",
                    "scenario `\(scenarios[scenario])` weighs \(column.cells[row]) under policy `\(policy)` and "
                        + "\(column.cells[rows[0][scenario]]) under `\(policies[0])`",
                    "a scenario has one weight, whatever the policy")
            }
        }
        if !weights.contains(where: { $0 > 0 }) {
            collector.add(path, headerLine, "weight", "all weights are 0", "give at least one scenario some weight")
        }
        try collector.check()
        return weights
    }

    /// The most findings about one column that are listed.
    private static let listed = 10

    /// A column's numbers, all finite; every finding where one is not, the first ten by line.
    public func numbers(of column: Column) throws(Findings) -> [Double] {
        let collector = Collector()
        var wrong = 0
        let values = column.cells.enumerated().map { row, cell in
            let value = Double(cell)
            if let value, value.isFinite { return value }
            wrong += 1
            if wrong <= OutcomeFile.listed {
                let isMissing = cell.isEmpty || value?.isNaN == true
                collector.add(
                    path, lines[row], column.name,
                    isMissing ? "there is no number" : "`\(cell)` is not a finite number",
                    isMissing
                        ? "fill it in, or take its scenario out of every policy"
                        : "write a finite number; columns of text can be left out by naming the others")
            }
            return 0
        }
        if wrong > OutcomeFile.listed {
            collector.add(
                path, headerLine, column.name, "\(wrong) cells of this column are not finite numbers",
                "mend them, or leave the column out")
        }
        try collector.check()
        return values
    }
}
