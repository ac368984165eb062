import FaIR
import Foundation
import WorldModel

/// Reads a calibrated ensemble as fair-calibrate publishes it: a table of members, one of species, and what drives them.
///
/// - Members: a row a member, a column a parameter (`deep_ocean_efficacy`, `ocean_heat_capacity[0]`, `forcing_scale[CH4]`).
/// - Species: a row a species with its properties and the parameters that members don't change.
/// - Emissions: scenario, region, variable, unit, then a column a year (its middle, `1750.5`).
/// - Forcing: the same with a column a bound (`1750`), for species whose forcing is given; each member scales it.
public struct ClimateCalibration: Sendable {
    /// The members.
    public var members: String
    /// The species.
    public var species: String
    /// The emissions.
    public var emissions: String
    /// The forcings; none where no species needs one.
    public var forcing: String?

    /// The files by name.
    public init(members: String, species: String, emissions: String, forcing: String?) {
        self.members = members
        self.species = species
        self.emissions = emissions
        self.forcing = forcing
    }

    /// The files of a folder, or of the folder of a table of members, known by their heads; findings where one is missing.
    public static func find(
        _ path: String, species: String? = nil, emissions: String? = nil, forcing: String? = nil
    ) throws(Findings) -> ClimateCalibration {
        var isFolder: ObjCBool = false
        let exists = FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
        guard exists else {
            throw Findings([Finding(file: path, message: "there is no such file or folder", remedy: "mend the name")])
        }
        let folder = isFolder.boolValue ? path : (path as NSString).deletingLastPathComponent
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.isEmpty ? "." : folder)) ?? []
        var found: [TableKind: [String]] = [:]
        for name in names.sorted() where name.hasSuffix(".csv") {
            let file = folder.isEmpty ? name : folder + "/" + name
            if let kind = TableKind(file) { found[kind, default: []].append(file) }
        }
        if !isFolder.boolValue { found[.members] = [path] }
        let findings = Collector()
        func one(_ kind: TableKind, _ given: String?, _ option: String) -> String {
            if let given { return given }
            let files = found[kind] ?? []
            if files.count != 1 {
                findings.add(
                    path, nil, nil,
                    files.isEmpty
                        ? "there is no \(kind.rawValue) beside it"
                        : "there are \(files.count) of \(kind.rawValue) beside it",
                    "name one with \(option)")
            }
            return files.first ?? ""
        }
        let calibration = ClimateCalibration(
            members: one(.members, nil, "the path of a file"), species: one(.species, species, "--species"),
            emissions: one(.emissions, emissions, "--emissions"), forcing: forcing ?? found[.forcing]?.first)
        try findings.check()
        return calibration
    }

    /// What a table is, by its head.
    private enum TableKind: String {
        case members = "table of members"
        case species = "table of species"
        case emissions = "table of emissions"
        case forcing = "table of forcings"

        init?(_ path: String) {
            guard let file = LineFile(path: path), file.next() else { return nil }
            let heads = (0..<file.count).map { file.text($0).lowercased() }
            if heads.contains("deep_ocean_efficacy") {
                self = .members
            } else if heads.contains("input_mode") {
                self = .species
            } else if heads.prefix(4).contains("scenario"), heads.prefix(4).contains("variable"), file.next() {
                let unit = heads.firstIndex(of: "unit").map { file.text($0) } ?? ""
                self = unit.hasPrefix("W/m") ? .forcing : .emissions
            } else {
                return nil
            }
        }
    }

    /// The case; throws every finding of its files at once.
    public func read(choice: ClimateChoice = ClimateChoice()) throws(Findings) -> ClimateCase {
        let findings = Collector()
        guard let read = readSpecies(choice, findings) else {
            try findings.check()
            throw Findings([])
        }
        var model = read.model
        let lines = read.lines
        readMembers(choice, &model, findings)
        try findings.check()
        readEmissions(&model, findings)
        try findings.check()
        readForcing(&model, findings)
        try findings.check()
        ClimateOverrides.apply(choice.overrides, to: &model, findings)
        try findings.check()
        let places = (members: members, species: species)
        ClimateRules(model: model, findings: findings) { path in
            if path.first == "climate_configs" { return (places.members, 1) }
            return (places.species, path.reversed().lazy.compactMap { lines[$0] }.first ?? 1)
        }.check()
        try findings.check()
        return model
    }

    // MARK: Species

    /// The case with what the table of species gives, and the line of each species and of those numbers that a member has
    /// once though they stand in the row of a species.
    private func readSpecies(
        _ choice: ClimateChoice, _ findings: Collector
    ) -> (model: ClimateCase, lines: [String: Int])? {
        guard let file = LineFile(path: species), file.next() else {
            findings.add(species, nil, nil, "the file can't be read", "name a table of species with --species")
            return nil
        }
        let heads = (0..<file.count).map(file.text)
        let place = Dictionary(heads.enumerated().map { ($1, $0) }, uniquingKeysWith: { a, _ in a })
        let flags = ["greenhouse_gas", "aerosol_chemistry_from_emissions", "aerosol_chemistry_from_concentration"]
        let missing = (["type", "input_mode"] + flags).filter { place[$0] == nil }
        for name in missing {
            findings.add(species, 1, name, "there is no column `\(name)`", "add it; FaIR's species tables have it")
        }
        let pools = heads.count { $0.hasPrefix("partition_fraction") }
        if pools == 0 { findings.add(species, 1, nil, "there is no column `partition_fraction0`", "add it") }
        if !findings.isEmpty { return nil }
        var list: [ClimateSpecies] = []
        var rows: [[Double]] = []
        var lines: [String: Int] = [:]
        while file.next() {
            guard file.count == heads.count else {
                findings.add(
                    species, file.line, nil, "the row has \(counted(file.count, "cell")), the header \(heads.count)",
                    "give every row a cell for each column")
                continue
            }
            func flag(_ name: String) -> Bool {
                guard let cell = place[name] else { return false }
                return ["1", "TRUE", "True", "true"].contains(file.text(cell))
            }
            let typeCell = place["type"] ?? 1
            let modeCell = place["input_mode"] ?? 2
            guard let kind = ClimateSpecies.Kind(rawValue: file.text(typeCell)) else {
                findings.add(
                    species, file.line, "type", "`\(file.text(typeCell))` is no type of species",
                    Nearest.remedy(file.text(typeCell), among: ClimateSpecies.Kind.allCases.map(\.rawValue)))
                continue
            }
            guard let mode = ClimateSpecies.Mode(rawValue: file.text(modeCell)), kind.modes.contains(mode) else {
                findings.add(
                    species, file.line, "input_mode",
                    "`\(file.text(modeCell))` is no input_mode of \(kind.rawValue)",
                    Nearest.allowed(kind.modes.map(\.rawValue)))
                continue
            }
            if list.contains(where: { $0.name == file.text(0) }) {
                findings.add(species, file.line, file.text(0), "the species stands twice", "take one row out")
            }
            lines[file.text(0)] = file.line
            if kind == .aerosolCloud { lines[ClimateCase.MemberParameter.cloudScale.rawValue] = file.line }
            if kind == .methane {
                lines[ClimateCase.MemberParameter.methaneTemperatureSensitivity.rawValue] = file.line
            }
            list.append(
                ClimateSpecies(
                    name: file.text(0), kind: kind, mode: mode, isGreenhouseGas: flag(flags[0]),
                    actsByEmissions: flag(flags[1]), actsByConcentration: flag(flags[2])))
            rows.append(
                heads.indices.map { cell in
                    if cell == 0 || cell == typeCell || cell == modeCell { return .nan }
                    if let value = file.number(cell) { return value }
                    if !["TRUE", "FALSE", "True", "False"].contains(file.text(cell)) {
                        findings.add(
                            species, file.line, heads[cell], "`\(file.text(cell))` is not a number",
                            "write a number, or nan where it means nothing")
                    }
                    return .nan
                })
        }
        guard let run = readRun(choice, pools: pools, findings), findings.isEmpty else { return nil }
        let chosen = chooseMembers(choice, findings)
        let scenarios = chooseScenarios(choice, findings)
        if !findings.isEmpty { return nil }
        var model = ClimateCase(run: run, species: list, members: chosen, scenarios: scenarios)
        model.title = "calibrated ensemble"
        fill(&model, rows, place)
        return (model, lines)
    }

    /// Writes the numbers of the table of species.
    private func fill(_ model: inout ClimateCase, _ rows: [[Double]], _ place: [String: Int]) {
        for parameter in ClimateCase.SpeciesParameter.allCases {
            guard let cell = place[parameter.rawValue] else { continue }
            model.speciesNumbers[parameter] = rows.map { MemberNumbers($0[cell]) }
        }
        for (s, row) in rows.enumerated() {
            for pool in 0..<model.run.pools {
                if let cell = place["partition_fraction\(pool)"] {
                    model.poolShares[s][pool] = MemberNumbers(row[cell])
                }
                if let cell = place["unperturbed_lifetime\(pool)"] {
                    model.poolLifetimes[s][pool] = MemberNumbers(row[cell])
                }
            }
            // The air's mass, 5.1352e18 kg, and its molecular weight, as FaIR has them.
            if let cell = place["molecular_weight"] {
                model.speciesNumbers[.concentrationPerEmission]?[s] = MemberNumbers(
                    1 / (5.1352e18 / 1e18 * row[cell] / 28.97))
            }
        }
        func single(_ parameter: ClimateCase.MemberParameter, of kind: ClimateSpecies.Kind) {
            guard let cell = place[parameter.rawValue], let s = model.first(kind) else { return }
            model.memberNumbers[parameter] = MemberNumbers(rows[s][cell])
        }
        single(.cloudScale, of: .aerosolCloud)
        single(.methaneTemperatureSensitivity, of: .methane)
    }

    // MARK: Time, members, scenarios

    private func readRun(_ choice: ClimateChoice, pools: Int, _ findings: Collector) -> ClimateRunSettings? {
        guard let wide = WideTable(emissions, findings) else { return nil }
        let step = wide.times.count > 1 ? wide.times[1] - wide.times[0] : 1
        let start = choice.years?.first ?? wide.times[0] - step / 2
        let whole = wide.times.indices.dropFirst().first { wide.times[$0] - wide.times[$0 - 1] > step * 1.001 }
        let end = choice.years?.last ?? wide.times[(whole ?? wide.times.count) - 1] + step / 2
        let steps = ((end - start) / step).rounded()
        guard steps >= 1, steps <= 1e6, abs(start + steps * step - end) < 1e-6 * step else {
            findings.add(
                "--years", nil, nil, "\(start) to \(end) is no whole number of steps of \(step) years, at most 1000000",
                "write FIRST-LAST with the first before the last")
            return nil
        }
        guard let file = LineFile(path: members), file.next() else {
            findings.add(members, nil, nil, "the file can't be read", "name a table of members")
            return nil
        }
        let layers = (0..<file.count).count { file.text($0).hasPrefix("ocean_heat_capacity[") }
        if layers < 2 {
            findings.add(
                members, 1, nil, "the header has \(counted(layers, "column")) `ocean_heat_capacity[...]`",
                "give at least two layers")
            return nil
        }
        return ClimateRunSettings(
            start: start, end: start + steps * step, timestep: step, layers: layers, pools: pools,
            forcingMethod: .meinshausen2020, methaneMethod: .thornhill2021)
    }

    private func chooseMembers(_ choice: ClimateChoice, _ findings: Collector) -> [String] {
        var names: [String] = []
        var seen: Set<String> = []
        if let file = LineFile(path: members), file.next() {
            while file.next(cells: 1) {
                names.append(file.text(0))
                if !seen.insert(file.text(0)).inserted {
                    findings.add(
                        members, file.line, nil, "the member `\(file.text(0))` stands twice",
                        "give every member a name of its own")
                }
            }
        }
        if names.isEmpty { findings.add(members, nil, nil, "the table has no rows", "add a row a member") }
        return ClimateChoice.pick(choice.members, of: names, option: "--members", noun: "member", findings).map {
            names[$0]
        }
    }

    private func chooseScenarios(_ choice: ClimateChoice, _ findings: Collector) -> [String] {
        guard let wide = WideTable(emissions, findings) else { return [] }
        var names: [String] = []
        while wide.file.next(cells: wide.scenario + 1) {
            guard wide.file.count > wide.scenario else { continue }
            let name = wide.file.text(wide.scenario)
            if names.last != name, !names.contains(name) { names.append(name) }
        }
        return ClimateChoice.pick(choice.scenarios, of: names, option: "--scenarios", noun: "scenario", findings).map {
            names[$0]
        }
    }

    // MARK: Members

    private func readMembers(_ choice: ClimateChoice, _ model: inout ClimateCase, _ findings: Collector) {
        guard let file = LineFile(path: members), file.next() else { return }
        let heads = (0..<file.count).map(file.text)
        var columns = Array(repeating: [Double](), count: heads.count)
        let index = Dictionary(model.members.enumerated().map { ($1, $0) }, uniquingKeysWith: { a, _ in a })
        for cell in heads.indices { columns[cell] = Array(repeating: .nan, count: model.members.count) }
        while file.next() {
            guard file.count == heads.count else {
                findings.add(
                    members, file.line, nil, "the row has \(counted(file.count, "cell")), the header \(heads.count)",
                    "give every row a cell for each column")
                continue
            }
            guard let place = index[file.text(0)] else { continue }
            for cell in heads.indices.dropFirst() {
                var value = file.number(cell)
                if value == nil { value = ["true": 1, "false": 0][file.text(cell).lowercased()] }
                if let value, value.isFinite {
                    columns[cell][place] = value
                } else {
                    findings.add(
                        members, file.line, heads[cell],
                        file.text(cell).isEmpty ? "the cell is empty" : "`\(file.text(cell))` is not a finite number",
                        "write the parameter of member `\(file.text(0))`, or take the member out")
                }
            }
        }
        if !findings.isEmpty { return }
        for cell in heads.indices.dropFirst() {
            ClimateOverrides.set(
                heads[cell], MemberNumbers(columns[cell]), in: &model, place: members, 1, findings, lenient: true)
        }
    }

    // MARK: What drives

    private func readEmissions(_ model: inout ClimateCase, _ findings: Collector) {
        guard let wide = WideTable(emissions, findings) else { return }
        let wanted = model.species.indices.filter { model.species[$0].mode == .emissions }
        let series = wide.read(
            model, wanted: wanted, noun: "emission", count: model.run.steps, first: model.run.point(0),
            unit: ClimateUnits.emissions, findings)
        for (scenario, each) in series.enumerated() {
            for (s, values) in each { model.emissions[scenario][s] = ClimateSeries(values) }
        }
    }

    private func readForcing(_ model: inout ClimateCase, _ findings: Collector) {
        let wanted = model.species.indices.filter { model.species[$0].mode == .forcing }
        if wanted.isEmpty { return }
        for s in model.species.indices where model.species[s].mode == .concentration {
            findings.add(
                species, nil, model.species[s].name, "its concentration drives it, which no table here gives",
                "give it by emissions, or run the case from a folder with a config.json")
        }
        guard let forcing else {
            findings.add(
                species, nil, model.species[wanted[0]].name, "its forcing is given, and there is no table of forcings",
                "name one with --forcing")
            return
        }
        guard let wide = WideTable(forcing, findings) else { return }
        let series = wide.read(
            model, wanted: wanted, noun: "forcing", count: model.run.steps + 1, first: model.run.start,
            unit: { _ in "W/m2" }, findings)
        for (scenario, each) in series.enumerated() {
            for (s, values) in each {
                // FaIR starts from no forcing at all; the scale that it ignores here is in the drivers of its examples.
                model.forcings[scenario][s] = ClimateSeries(
                    [0] + values.dropFirst(), scale: model.numbers(.forcingScale, of: s))
            }
        }
    }
}

/// A table with a row a scenario and species, and a column a time.
private final class WideTable {
    let name: String
    let file: LineFile
    let scenario, variable, region, unit: Int
    /// The cell of the first time, and the times.
    let firstTime: Int
    let times: [Double]

    init?(_ path: String, _ findings: Collector) {
        name = path
        guard let file = LineFile(path: path), file.next() else {
            findings.add(path, nil, nil, "the file can't be read", "mend the name")
            return nil
        }
        self.file = file
        let heads = (0..<file.count).map { file.text($0).lowercased() }
        guard let scenario = heads.firstIndex(of: "scenario"), let variable = heads.firstIndex(of: "variable"),
            let region = heads.firstIndex(of: "region"), let unit = heads.firstIndex(of: "unit"),
            let firstTime = heads.firstIndex(where: { Double($0) != nil })
        else {
            findings.add(
                path, 1, nil, "the header lacks scenario, region, variable, unit or years",
                "write `scenario,region,variable,unit`, then a column a year")
            return nil
        }
        (self.scenario, self.variable, self.region, self.unit) = (scenario, variable, region, unit)
        self.firstTime = firstTime
        var times: [Double] = []
        for cell in firstTime..<heads.count {
            guard let time = Double(heads[cell]), time.isFinite else {
                findings.add(
                    path, 1, heads[cell], "`\(heads[cell])` stands among the years", "move it before the years")
                return nil
            }
            times.append(time)
        }
        self.times = times
        let step = times.count > 1 ? times[1] - times[0] : 1
        if step <= 0 {
            findings.add(path, 1, nil, "the years don't rise", "put them in order")
            return nil
        }
    }

    /// The series of the wanted species, by scenario.
    func read(
        _ model: ClimateCase, wanted: [Int], noun: String, count: Int, first: Double,
        unit unitOf: (ClimateSpecies) -> String, _ findings: Collector
    ) -> [[Int: [Double]]] {
        var all = Array(repeating: [Int: [Double]](), count: model.scenarios.count)
        let step = model.run.timestep
        let offset = Int(exactly: ((first - times[0]) / step).rounded()) ?? -1
        guard offset >= 0, abs(times[0] + Double(offset) * step - first) < 1e-6 * step, offset < times.count,
            first + Double(count - 1) * step <= times[times.count - 1] + 1e-6 * step
        else {
            findings.add(
                name, 1, nil,
                "the years \(first) to \(first + Double(count - 1) * step) are wanted, and the table has \(times[0]) to "
                    + "\(times[times.count - 1])", "add the years, or choose others with --years")
            return all
        }
        for column in 0..<count {
            let wanted = first + Double(column) * step
            if offset + column < times.count, abs(times[offset + column] - wanted) < 1e-6 * step { continue }
            findings.add(
                name, 1, "\(wanted)", "the year \(wanted) is missing after \(times[offset + column - 1])",
                "add the column; nothing is filled in between")
            return all
        }
        let index = Dictionary(model.species.enumerated().map { ($1.name, $0) }, uniquingKeysWith: { a, _ in a })
        let scenarios = Dictionary(model.scenarios.enumerated().map { ($1, $0) }, uniquingKeysWith: { a, _ in a })
        let isWanted = Set(wanted)
        while file.next(cells: firstTime) {
            guard file.count == firstTime else {
                findings.add(
                    name, file.line, nil,
                    "the row has \(counted(file.count, "cell")), and the years begin behind \(firstTime)",
                    "give every row a cell for each column")
                continue
            }
            guard let place = scenarios[file.text(scenario)], file.text(region) == "World" else { continue }
            file.readOn()
            let label = file.text(variable)
            guard let s = index[label] else {
                findings.add(
                    name, file.line, label, "\(noun) of `\(label)`, which is no species of the case",
                    Nearest.remedy(label, among: model.species.map(\.name)) + ", or declare it in the table of species")
                continue
            }
            let expected = unitOf(model.species[s])
            if file.text(unit) != expected {
                findings.add(
                    name, file.line, label, "the unit is `\(file.text(unit))`, not `\(expected)`",
                    "convert the row and write `\(expected)`")
                continue
            }
            if !isWanted.contains(s) { continue }
            if all[place][s] != nil {
                findings.add(name, file.line, label, "the row stands twice in this scenario", "take one out")
            }
            var values: [Double] = []
            values.reserveCapacity(count)
            for column in 0..<count {
                let cell = firstTime + offset + column
                guard cell < file.count, let value = file.number(cell), value.isFinite else {
                    let text = cell < file.count ? file.text(cell) : ""
                    findings.add(
                        name, file.line, label,
                        (text.isEmpty ? "the cell" : "`\(text)`") + " of \(times[offset + column]) is no finite number",
                        "write the \(noun) in \(expected)")
                    break
                }
                values.append(value)
            }
            all[place][s] = values
        }
        for (place, series) in all.enumerated() {
            for s in wanted where series[s] == nil {
                missing(model.species[s].name, in: model.scenarios[place], findings)
            }
        }
        return all
    }

    private func missing(_ species: String, in scenario: String, _ findings: Collector) {
        findings.add(
            name, nil, species, "there is no row of `\(species)` in the scenario `\(scenario)`",
            "add it, or change `input_mode` of the species")
    }
}
