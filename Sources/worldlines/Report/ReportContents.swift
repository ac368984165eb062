import Archive
import Branching
import Drawing
import Optimizer
import WorldModel

/// What a report says of an archive, read from the archive alone.
struct ReportContents {
    /// A policy that the charts show.
    struct Shown {
        let index: Int
        let name: String
        let style: SeriesStyle
    }

    /// A yearly variable, or what a variable of many entities comes to in a year.
    struct Yearly {
        let name: String
        let longName: String
        /// Said beside the name: what was done with the entities.
        let remark: String
        let unit: String
        /// The numbers, [policy][year][sample].
        let values: [[[Double]]]
    }

    /// The policies that charts can tell apart.
    static let mostShown = 8

    let file: ArchiveFile
    let study: Study
    /// The comparison; nil where the study measures nothing.
    let report: ComparisonReport?
    let verdict: Verdict?
    let shown: [Shown]

    init(file: ArchiveFile) throws {
        self.file = file
        study = try file.study()
        report = try file.outcomes().isEmpty ? nil : ComparisonReport(archive: file)
        verdict = report.map { Verdict(table: $0.table) }
        let tree = try study.tree()
        let choices = tree.policies.map(\.name) == file.policies ? tree.policies.map(\.choices) : []
        shown = ReportContents.shown(file.policies, choices: choices, verdict: verdict, report: report)
    }

    var policies: [String] { file.policies }
    var samples: Int { file.samples }
    var years: ClosedRange<Int> { file.years }
    /// The years that have numbers: the first ones of the steps.
    var times: [Int] { file.times }
    var world: World { study.world }

    /// The policies of the charts: all of them, or where they are many the chosen one, those of low rank and low regret.
    private static func shown(
        _ policies: [String], choices: [[Int]], verdict: Verdict?, report: ComparisonReport?
    ) -> [Shown] {
        var taken = Array(policies.indices)
        if policies.count > mostShown {
            let rows = report?.comparison.policies ?? []
            taken.sort { a, b in
                guard let verdict, rows.count == policies.count else { return a < b }
                return (a == verdict.chosen ? -1 : rows[a].rank, verdict.lacks[a], a)
                    < (b == verdict.chosen ? -1 : rows[b].rank, verdict.lacks[b], b)
            }
            taken = taken.prefix(mostShown).sorted()
        }
        let styles = styles(taken.map { choices.isEmpty ? [] : choices[$0] })
        return zip(taken, styles).map { Shown(index: $0, name: policies[$0], style: $1) }
    }

    /// A hue for each option of the first decision and a dash for each of what follows, where there are enough of both.
    private static func styles(_ choices: [[Int]]) -> [SeriesStyle] {
        var firsts: [Int] = []
        var rests: [[Int]] = []
        for each in choices {
            if let first = each.first, !firsts.contains(first) { firsts.append(first) }
            let rest = Array(each.dropFirst())
            if !rests.contains(rest) { rests.append(rest) }
        }
        let isGrid = firsts.count > 1 && firsts.count <= SeriesStyle.hues && rests.count <= SeriesStyle.dashes
        return choices.enumerated().map { number, choice in
            guard isGrid, let first = choice.first, let hue = firsts.firstIndex(of: first),
                let dash = rests.firstIndex(of: Array(choice.dropFirst()))
            else { return SeriesStyle(number: number, hue: number, dash: number) }
            return SeriesStyle(number: number, hue: hue, dash: dash)
        }
    }
}

extension ReportContents {
    /// A variable as [line][year][entity], and the number of entities.
    private func raw(_ name: String) throws -> (values: [Double], count: Int) {
        let shape = try file.shape(of: name)
        return (try file.values(of: name), shape.count > 2 ? shape[2] : 1)
    }

    /// A variable over the years, entities summed, or averaged where the variable is a mean.
    func yearly(_ variable: ArchiveFile.YearlyVariable) throws -> Yearly {
        let (values, count) = try raw(variable.name)
        let isMean = try file.attribute("cell_methods", of: variable.name)?.contains("mean") ?? false
        let share = isMean ? 1 / Double(max(count, 1)) : 1
        var result = policies.map { _ in times.map { _ in [Double](repeating: 0, count: samples) } }
        for line in 0..<file.worldLines {
            for year in times.indices {
                let first = (line * times.count + year) * count
                let sum = values[first..<first + count].reduce(0, +)
                result[line % policies.count][year][line / policies.count] = sum * share
            }
        }
        let noun = variable.dimension.map { counted(count, $0) }
        return Yearly(
            name: variable.name, longName: try file.attribute("long_name", of: variable.name) ?? variable.name,
            remark: noun.map { count == 1 ? "" : isMean ? "mean of \($0)" : "sum of \($0)" } ?? "",
            unit: try file.unit(of: variable.name), values: result)
    }

    /// The means over the samples of a variable under a policy, [year][entity]; nil where the archive lacks it.
    func means(_ name: String) throws -> [[[Double]]]? {
        guard try file.variables().contains(name) else { return nil }
        let (values, count) = try raw(name)
        var result = policies.map { _ in times.map { _ in [Double](repeating: 0, count: count) } }
        for line in 0..<file.worldLines {
            for year in times.indices {
                let first = (line * times.count + year) * count
                for entity in 0..<count { result[line % policies.count][year][entity] += values[first + entity] }
            }
        }
        let share = 1 / Double(samples)
        return result.map { $0.map { $0.map { $0 * share } } }
    }

    /// The variables that are drawn as fans: those of one number a year, and what others come to if no total is recorded.
    func fanVariables() throws -> [ArchiveFile.YearlyVariable] {
        let measured = study.outcomes.map(\.variable.name)
        let all = try file.yearlyVariables().filter { variable in
            RecordedVariable.named(variable.name)?.isDiagnostic != true
                && !["carrier", "link", "bus"].contains(variable.dimension ?? "")
        }
        return measured.reduce(into: []) { found, name in
            if let variable = all.first(where: { $0.name == name }), !found.contains(where: { $0.name == name }) {
                found.append(variable)
            }
        } + all.filter { !measured.contains($0.name) }
    }
}
