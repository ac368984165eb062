import Foundation
public import WorldModel

extension Observed {
    /// Reads a folder with `demand.csv`, `generation.csv` and `interties.csv`; throws every finding at once.
    ///
    /// The first column is `time_jst` (or `time`), hours as `2026-03-21T00:00`. `demand.csv` has a column `<area>_MW` for each
    /// area; `generation.csv` a row for each hour and `area`, with a column `<carrier>_MW` for each carrier of the plan;
    /// `interties.csv` a column for each tie, as the world names it. Days of which hours or cells are empty are left
    /// out with a warning.
    public static func read(folder: String, plan: HindcastPlan) throws(Findings) -> Observed {
        let collector = Collector()
        let observed = ObservedReader(folder: folder, plan: plan, collector: collector).read()
        try collector.check()
        guard let observed else { throw Findings([]) }
        return observed
    }
}

/// Reads the three files of a folder of observations.
private struct ObservedReader {
    let folder: String
    let plan: HindcastPlan
    let collector: Collector

    private static let unit = "MW"

    /// Hours of a file by what they hold, with NaN where a cell is empty.
    private struct Rows {
        var values: [Int: [Double]] = [:]
        var lines: [Int: Int] = [:]
    }

    func read() -> Observed? {
        let demand = readTable(path("demand.csv"), plan.areas, noun: "area")
        let flow = readTable(path("interties.csv"), plan.ties.map(\.column), noun: "tie", spare: plan.unusedColumns)
        let generation = readGeneration()
        guard let demand, let flow, let generation, collector.findings.isEmpty else { return nil }
        let files = [
            (path("demand.csv"), demand), (path("generation.csv"), generation), (path("interties.csv"), flow),
        ]
        let dates = files.map { Set($0.1.values.keys.map { $0 >= 0 ? $0 / 24 : ($0 - 23) / 24 }) }
        let all = dates.reduce(Set()) { $0.union($1) }.sorted()
        for (file, found) in zip(files, dates) {
            for day in all where !found.contains(day) {
                collector.add(
                    file.0, nil, "time", "there is no hour of \(CivilDate(day: day)), which another file has",
                    "add its 24 hours, or take the day out of the other files")
            }
        }
        guard collector.findings.isEmpty else { return nil }
        var days: [CivilDate] = []
        var leftOut: [CivilDate] = []
        for day in all {
            if isWhole(day, files) { days.append(CivilDate(day: day)) } else { leftOut.append(CivilDate(day: day)) }
        }
        if days.isEmpty {
            collector.add(
                path("demand.csv"), nil, nil, "there is no whole day in the files", "add the 24 hours of a day")
            return nil
        }
        func hours(_ rows: Rows) -> [Double] {
            days.flatMap { day in (0..<24).flatMap { rows.values[24 * day.day + $0] ?? [] } }
        }
        let signed = ClosingSigns(plan: plan).applied(to: hours(flow), days, file: path("interties.csv"), collector)
        return Observed(
            plan: plan, days: days, demand: hours(demand), generation: hours(generation), flow: signed,
            leftOut: leftOut, warnings: collector.warnings)
    }

    /// Whether a day has all its hours and cells; a warning where not.
    private func isWhole(_ day: Int, _ files: [(name: String, rows: Rows)]) -> Bool {
        for (name, rows) in files {
            for hour in 24 * day..<24 * day + 24 {
                let cells = rows.values[hour]
                if let cells, !cells.contains(where: \.isNaN) { continue }
                collector.warn(
                    name, rows.lines[hour], CivilDate(day: day).description,
                    cells == nil ? "hour \(hour - 24 * day) is missing" : "a cell is empty at hour \(hour - 24 * day)",
                    "the day is left out")
                return false
            }
        }
        return true
    }

    // MARK: Files

    private func open(_ path: String) -> CSVTable? {
        guard FileManager.default.fileExists(atPath: path) else {
            collector.add(
                path, nil, nil, "there is no such file",
                "add it; observations are `demand.csv`, `generation.csv` and `interties.csv`")
            return nil
        }
        do {
            return CSVTable.parse(try PlainFile.read(path), file: path, collector)
        } catch {
            let (message, remedy) = error.words(path)
            collector.add(path, nil, nil, message, remedy)
            return nil
        }
    }

    private func path(_ name: String) -> String { folder.isEmpty ? name : folder + "/" + name }

    /// `HKD_MW` or `HKD [MW]` as name and unit.
    private func parts(_ header: String) -> (name: String, unit: String?) {
        let parts = CSVTable.parts(ofHeader: header)
        if parts.unit != nil { return parts }
        guard let bar = header.lastIndex(of: "_"), header[bar...].hasSuffix("W") || header[bar...].hasSuffix("Wh")
        else { return (header, nil) }
        return (String(header[..<bar]), String(header[header.index(after: bar)...]))
    }

    /// The place of each name among the columns; nil where it has none, after a finding.
    private func columns(
        _ csv: CSVTable, _ file: String, _ names: [String], noun: String, from first: Int, spare: [String]
    ) -> [Int?] {
        if !["time_jst", "time"].contains(csv.header[0]) {
            collector.add(
                file, csv.headerLine, csv.header[0], "the first column is `\(csv.header[0])`", "call it `time_jst`")
        }
        var places: [String: Int] = [:]
        for (index, header) in csv.header.enumerated().dropFirst(first) {
            let (name, unit) = parts(header)
            if spare.contains(name) { continue }
            guard names.contains(name) else {
                if noun == "area" {
                    collector.add(
                        file, csv.headerLine, header, "there is no area `\(name)` with loads in the world",
                        Nearest.remedy(name, among: names))
                } else {
                    collector.warn(
                        file, csv.headerLine, header, "the world has no \(noun) of that name",
                        "the column is left aside; \(Nearest.remedy(name, among: names))")
                }
                continue
            }
            if unit != ObservedReader.unit {
                collector.add(
                    file, csv.headerLine, header,
                    unit.map { "the unit is `\($0)`, not MW" } ?? "the column has no unit",
                    "give powers in MW and write `\(name)_MW`")
            }
            if places.updateValue(index, forKey: name) != nil {
                collector.add(file, csv.headerLine, header, "the column `\(name)` stands twice", "keep one of them")
            }
        }
        for name in names where places[name] == nil {
            collector.add(
                file, csv.headerLine, name, "there is no column of the \(noun) `\(name)`", "add a column `\(name)_MW`")
        }
        return names.map { places[$0] }
    }

    private func readTable(_ file: String, _ names: [String], noun: String, spare: [String] = []) -> Rows? {
        guard let csv = open(file) else { return nil }
        let columns = columns(csv, file, names, noun: noun, from: 1, spare: spare)
        var rows = Rows()
        for row in csv.rows {
            guard let hour = hour(row, file) else { continue }
            if let line = rows.lines.updateValue(row.line, forKey: hour) {
                complain(
                    file, row.line, "time", "\(row.cells[0]) stands already on line \(line)", "keep one of them")
            }
            rows.values[hour] = columns.map { column in
                column.map { cell(row, $0, csv, file, isDemand: noun == "area") } ?? .nan
            }
        }
        return rows
    }

    private func readGeneration() -> Rows? {
        let file = path("generation.csv")
        let names = plan.carriers.map(\.name)
        guard let csv = open(file) else { return nil }
        guard csv.header.count > 1, csv.header[1] == "area" else {
            complain(
                file, csv.headerLine, "area", "the second column is not `area`", "begin the header with `time_jst,area`"
            )
            return nil
        }
        let columns = columns(csv, file, names, noun: "carrier", from: 2, spare: [])
        let width = plan.areas.count * names.count
        var rows = Rows()
        var lines: [Int: [Int]] = [:]
        var unknown: Set<String> = []
        for row in csv.rows {
            guard let hour = hour(row, file) else { continue }
            guard let area = plan.areas.firstIndex(of: row.cells[1]) else {
                if unknown.insert(row.cells[1]).inserted {
                    complain(
                        file, row.line, "area", "there is no area `\(row.cells[1])` with loads in the world",
                        Nearest.remedy(row.cells[1], among: plan.areas))
                }
                continue
            }
            if rows.values[hour] == nil {
                rows.values[hour] = [Double](repeating: .nan, count: width)
                rows.lines[hour] = row.line
                lines[hour] = [Int](repeating: 0, count: plan.areas.count)
            }
            if let line = lines[hour]?[area], line > 0 {
                complain(
                    file, row.line, "time", "\(row.cells[0]) of \(row.cells[1]) stands already on line \(line)",
                    "keep one of them")
            }
            lines[hour]?[area] = row.line
            for case (let carrier, let column?) in columns.enumerated() {
                rows.values[hour]?[area * names.count + carrier] = cell(row, column, csv, file, isDemand: false)
            }
        }
        for (area, name) in plan.areas.enumerated() where !lines.values.contains(where: { $0[area] > 0 }) {
            complain(file, nil, "area", "there is no row of the area `\(name)`", "add a row for each hour of it")
        }
        return rows
    }

    /// More findings than these are not told one by one.
    private static let most = 40

    private func complain(_ file: String, _ line: Int?, _ path: String?, _ message: String, _ remedy: String) {
        if collector.findings.count < ObservedReader.most {
            collector.add(file, line, path, message, remedy)
        } else if collector.findings.count == ObservedReader.most {
            collector.add(file, nil, nil, "more findings follow", "mend those above and try again")
        }
    }

    /// Hours since 1 January 1970; nil after a finding.
    private func hour(_ row: CSVTable.Row, _ file: String) -> Int? {
        let text = row.cells[0].replacing(" ", with: "T")
        let parts = text.split(separator: "T", maxSplits: 1)
        let clock = parts.count == 2 ? parts[1].split(separator: ":") : []
        guard parts.count == 2, let date = CivilDate(parts[0]), clock.count >= 2, let hour = Int(clock[0]),
            (0..<24).contains(hour), clock.dropFirst().allSatisfy({ $0 == "00" })
        else {
            complain(
                file, row.line, "time", "`\(row.cells[0])` is not the beginning of an hour",
                "write it as 2026-03-21T00:00")
            return nil
        }
        return 24 * date.day + hour
    }

    /// A number; NaN where the cell is empty, or after a finding.
    private func cell(_ row: CSVTable.Row, _ column: Int, _ csv: CSVTable, _ file: String, isDemand: Bool) -> Double {
        let text = row.cells[column]
        if text.isEmpty { return .nan }
        guard let value = Double(text), value.isFinite else {
            complain(
                file, row.line, csv.header[column], "`\(text)` is not a number",
                "write MW, or leave the cell empty and the day is left out")
            return .nan
        }
        if isDemand, value < 0 {
            complain(file, row.line, csv.header[column], "the demand `\(text)` is below 0", "mend the sign")
        }
        return value
    }
}
