import FaIR
import WorldModel

/// Reads a CSV of series: a time, scenario and member, then a column a species.
struct ClimateSeriesReader {
    /// The file's path, and its name in findings.
    let path: String
    let name: String
    /// What stands in it, in a word: emission, concentration, forcing.
    let noun: String
    /// The head of the first column.
    let timeName: String
    /// Its times: start, step, number.
    let start: Double
    let step: Double
    let count: Int
    let species: [ClimateSpecies]
    /// The species whose series are wanted.
    let wanted: [Int]
    let units: [String]
    let scenarios: [String]
    let members: [String]
    /// The place of each scenario and member among those chosen; nil where it is not wanted.
    let scenarioPlace: [Int?]
    let memberPlace: [Int?]
    let chosenMembers: Int
    let chosenScenarios: Int

    /// The series by chosen scenario and species.
    func read(_ findings: Collector) -> [[ClimateSeries]] {
        var all = Array(repeating: species.map { _ in ClimateSeries() }, count: chosenScenarios)
        if wanted.isEmpty { return all }
        guard let file = LineFile(path: path) else {
            findings.add(name, nil, nil, "the file can't be read", "add it, or give leave to read it")
            return all
        }
        guard file.next() else {
            findings.add(name, nil, nil, "the file is empty", "write a header and a row for every \(timeName)")
            return all
        }
        guard let columns = header(file, findings) else { return all }
        for scenario in all.indices {
            for s in wanted { all[scenario][s] = ClimateSeries(Array(repeating: .nan, count: count)) }
        }
        fill(&all, file, columns, findings)
        return all
    }

    /// The column of each wanted species.
    private func header(_ file: LineFile, _ findings: Collector) -> [Int]? {
        let cells = (0..<file.count).map(file.text)
        let expected = [timeName, "scenario", "config"]
        if cells.count < 3 || Array(cells[..<3]) != expected {
            findings.add(
                name, 1, nil, "the header begins with `\(cells.prefix(3).joined(separator: ","))`",
                "begin it with `\(expected.joined(separator: ","))`, then one column a species")
            return nil
        }
        let index = Dictionary(species.enumerated().map { ($1.name, $0) }, uniquingKeysWith: { a, _ in a })
        var columns = species.map { _ in -1 }
        for (column, cell) in cells.enumerated().dropFirst(3) {
            var label = cell
            var unit: String?
            if label.hasSuffix("]"), let open = label.lastIndex(of: "[") {
                unit = String(label[label.index(after: open)...].dropLast())
                label = String(label[..<open])
                while label.last == " " { label.removeLast() }
            }
            guard let s = index[label] else {
                findings.add(
                    name, 1, label, "\(noun) of `\(label)`, which is no species of the case",
                    Nearest.remedy(label, among: species.map(\.name)) + ", or declare it in config.json")
                continue
            }
            if let unit, unit != units[s] {
                findings.add(
                    name, 1, label, "the unit is `\(unit)`, not `\(units[s])`",
                    "convert the column and write `\(label) [\(units[s])]`")
            }
            if columns[s] >= 0 {
                findings.add(name, 1, label, "the column `\(label)` stands twice", "take one out")
            }
            columns[s] = column
        }
        for s in wanted where columns[s] < 0 {
            findings.add(
                name, 1, species[s].name, "there is no column `\(species[s].name)`, whose \(noun) drives the case",
                "add the column, or change `input_mode` of the species in config.json")
        }
        return wanted.allSatisfy { columns[$0] >= 0 } && findings.isEmpty ? columns : nil
    }

    private func fill(
        _ all: inout [[ClimateSeries]], _ file: LineFile, _ columns: [Int], _ findings: Collector
    ) {
        let scenarioIndex = Dictionary(scenarios.enumerated().map { ($1, $0) }, uniquingKeysWith: { a, _ in a })
        let memberIndex = Dictionary(members.enumerated().map { ($1, $0) }, uniquingKeysWith: { a, _ in a })
        var seen = Array(repeating: false, count: chosenScenarios * chosenMembers * count)
        var first = Array(repeating: -1, count: chosenScenarios)
        var last = (scenario: "", config: "", time: -1, scenarioPlace: 0, memberPlace: 0, isWanted: false)
        let width = file.count
        while file.next() {
            guard file.count == width else {
                findings.add(
                    name, file.line, nil, "the row has \(counted(file.count, "cell")), the header \(width)",
                    "give every row a cell for each column")
                continue
            }
            guard let time = file.number(0), time.isFinite else {
                findings.add(
                    name, file.line, timeName, "`\(file.text(0))` is not a year", "write a number such as \(start)")
                continue
            }
            let place = ((time - start) / step).rounded()
            guard place >= 0, place < Double(count), abs(start + place * step - time) < 1e-6 * step else {
                findings.add(
                    name, file.line, timeName,
                    "\(time) is not a \(timeName) of the run, which has \(start), \(start + step) ... "
                        + "\(start + Double(count - 1) * step)", "mend the year, or `start` and `end` in config.json")
                continue
            }
            let index = Int(place)
            if !file.equals(1, last.scenario) || !file.equals(2, last.config) {
                last.scenario = file.text(1)
                last.config = file.text(2)
                last.time = -1
                guard let scenario = scenarioIndex[last.scenario] else {
                    findings.add(
                        name, file.line, "scenario", "there is no scenario `\(last.scenario)`",
                        Nearest.remedy(last.scenario, among: scenarios))
                    last.scenario = "\u{0}"
                    continue
                }
                guard let member = memberIndex[last.config] else {
                    findings.add(
                        name, file.line, "config", "there is no member `\(last.config)`",
                        Nearest.remedy(last.config, among: members))
                    last.config = "\u{0}"
                    continue
                }
                last.isWanted = scenarioPlace[scenario] != nil && memberPlace[member] != nil
                last.scenarioPlace = scenarioPlace[scenario] ?? 0
                last.memberPlace = memberPlace[member] ?? 0
            } else if index > last.time + 1, last.time >= 0 {
                gap(from: last.time, to: index, file.line, "\(last.scenario), \(last.config)", findings)
            }
            last.time = index
            if !last.isWanted { continue }
            let cell = (last.scenarioPlace * chosenMembers + last.memberPlace) * count + index
            if seen[cell] {
                findings.add(
                    name, file.line, timeName, "\(time) stands twice for \(last.scenario), \(last.config)",
                    "take one row out")
                continue
            }
            seen[cell] = true
            if first[last.scenarioPlace] < 0 { first[last.scenarioPlace] = last.memberPlace }
            for s in wanted {
                guard let value = file.number(columns[s]), value.isFinite else {
                    let text = file.text(columns[s])
                    findings.add(
                        name, file.line, species[s].name,
                        text.isEmpty ? "the cell is empty" : "`\(text)` is not a finite number",
                        "write the \(noun) of \(time) in \(units[s])")
                    continue
                }
                all[last.scenarioPlace][s].set(
                    value, at: index, member: last.memberPlace, of: chosenMembers, first: first[last.scenarioPlace])
            }
        }
        complain(seen, findings)
    }

    private func gap(from: Int, to: Int, _ line: Int, _ owner: String, _ findings: Collector) {
        findings.add(
            name, line, timeName,
            "\(start + Double(from + 1) * step)\(to - from > 2 ? " to \(start + Double(to - 1) * step)" : "") is missing "
                + "for \(owner)", "add the rows; nothing is filled in between")
    }

    /// Rows that never came.
    private func complain(_ seen: [Bool], _ findings: Collector) {
        if !findings.isEmpty { return }
        for scenario in scenarios.indices {
            guard let scenarioPlace = scenarioPlace[scenario] else { continue }
            for member in members.indices {
                guard let memberPlace = memberPlace[member] else { continue }
                let cell = (scenarioPlace * chosenMembers + memberPlace) * count
                guard let missing = (0..<count).first(where: { !seen[cell + $0] }) else { continue }
                findings.add(
                    name, nil, timeName,
                    "\(start + Double(missing) * step) is missing for \(scenarios[scenario]), \(members[member])",
                    "add the row; nothing is filled in between")
            }
        }
    }
}
