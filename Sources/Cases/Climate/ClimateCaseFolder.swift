import FaIR
import Foundation
import WorldModel

/// Reads a climate case from a folder: `config.json` with every parameter, and tables of what drives it.
///
/// The tables are `emissions.csv`, `concentration.csv` and `forcing.csv`, of which those columns are read whose species
/// are given so, and `stochastic_d.csv` with noise from outside. docs/CLIMATE.md describes the format.
public enum ClimateCaseFolder {
    /// Whether a path is a folder of this kind.
    public static func isOne(_ path: String) -> Bool { FileManager.default.fileExists(atPath: path + "/config.json") }

    /// The case; throws every finding of its files at once.
    public static func read(_ folder: String, choice: ClimateChoice = ClimateChoice()) throws(Findings) -> ClimateCase {
        let findings = ClimateFindings()
        let path = folder + "/config.json"
        guard let bytes = try? PlainFile.read(path) else {
            throw Findings([
                Finding(
                    file: path, message: "the file can't be read", remedy: "name a folder with a config.json in it")
            ])
        }
        let reader = ConfigurationReader(JSONText(bytes), file: path, findings)
        guard var model = reader.read(choice) else {
            try findings.check()
            throw Findings([])
        }
        try findings.check()
        reader.readSeries(folder, into: &model, findings)
        if findings.isEmpty { readNoise(folder, reader, &model, findings) }
        try findings.check()
        ClimateOverrides.apply(choice.overrides, to: &model, findings)
        try findings.check()
        ClimateRules(model: model, findings: findings, place: reader.place).check()
        try findings.check()
        return model
    }

    /// `stochastic_d.csv`: a row a bound and member, whose noise enters at that bound.
    private static func readNoise(
        _ folder: String, _ reader: ConfigurationReader, _ model: inout ClimateCase, _ findings: ClimateFindings
    ) {
        let path = folder + "/stochastic_d.csv"
        guard model.numbers(.stochasticRun).values.contains(where: { $0 != 0 }), let file = LineFile(path: path),
            file.next()
        else { return }
        let width = model.run.layers + 1
        let bounds = model.run.steps + 1
        let expected = ["timebound", "config"] + (0..<width).map { "w\($0)" }
        guard (0..<file.count).map(file.text) == expected else {
            findings.add(
                path, 1, nil, "the header is not that of \(model.run.layers) layers",
                "write `\(expected.joined(separator: ","))`")
            return
        }
        var seen = Array(repeating: 0, count: model.members.count)
        let index = Dictionary(model.members.enumerated().map { ($1, $0) }, uniquingKeysWith: { a, _ in a })
        let known = Set(reader.members)
        while file.next() {
            let name = file.count > 1 ? file.text(1) : ""
            if file.count == expected.count, known.contains(name), index[name] == nil { continue }
            guard file.count == expected.count, let time = file.number(0), let member = index[name] else {
                findings.add(
                    path, file.line, nil, "the row is not a bound, a member and \(counted(width, "number"))",
                    "mend the row")
                continue
            }
            let place = ((time - model.run.start) / model.run.timestep).rounded()
            let values = (0..<width).map { file.number(2 + $0) ?? .nan }
            guard place >= 0, place < Double(bounds), values.allSatisfy(\.isFinite) else {
                findings.add(
                    path, file.line, nil, "\(time) is no bound of the run, or a number is none", "mend the row")
                continue
            }
            if model.noise[member].isEmpty {
                model.noise[member] = Array(repeating: .nan, count: bounds * width)
            }
            for (k, value) in values.enumerated() { model.noise[member][Int(place) * width + k] = value }
            seen[member] += 1
        }
        for member in model.members.indices where seen[member] != bounds && seen[member] != 0 {
            findings.add(
                path, nil, model.members[member], "\(seen[member]) of \(bounds) bounds have noise",
                "add a row for every bound, or take the member out")
        }
    }
}

/// Reads `config.json`.
final class ConfigurationReader {
    let text: JSONText
    let file: String
    let findings: ClimateFindings
    private(set) var members: [String] = []
    private var scenarios: [String] = []
    private var chosenMembers: [Int] = []
    private var chosenScenarios: [Int] = []
    private var sections: [String: Int] = [:]

    init(_ text: JSONText, file: String, _ findings: ClimateFindings) {
        self.text = text
        self.file = file
        self.findings = findings
    }

    /// The line of a path of keys.
    func place(_ path: [String]) -> (file: String, line: Int?) {
        (file, text.find(path).map(text.line))
    }

    private func add(_ path: [String], _ message: String, _ remedy: String) {
        let (file, line) = place(path)
        findings.add(file, line, path.joined(separator: "."), message, remedy)
    }

    /// The case without its series; nil after findings that leave none.
    func read(_ choice: ClimateChoice) -> ClimateCase? {
        do {
            try text.object { key in
                _ = text.peek()
                sections[key] = text.position
                try text.skip()
            }
            return try readSections(choice)
        } catch let fault as JSONText.Fault {
            findings.add(file, text.line(of: fault.position), nil, fault.message, "mend the file: it is not JSON")
        } catch {
            findings.add(file, nil, nil, "\(error)", "mend the file")
        }
        return nil
    }

    private func enter(_ section: String) -> Bool {
        guard let position = sections[section] else {
            findings.add(file, 1, section, "`\(section)` is missing", "add it; docs/CLIMATE.md describes config.json")
            return false
        }
        text.position = position
        return true
    }

    private func readSections(_ choice: ClimateChoice) throws -> ClimateCase? {
        let needed = ["run", "scenarios", "configs", "species", "properties", "climate_configs", "species_configs"]
        let missing = needed.filter { sections[$0] == nil }
        for section in missing { _ = enter(section) }
        if !missing.isEmpty { return nil }
        guard let run = try readRun() else { return nil }
        scenarios = try names("scenarios")
        members = try names("configs")
        let species = try readSpecies()
        chosenMembers = ClimateChoice.pick(
            choice.members, of: members, option: "--members", noun: "member", findings)
        chosenScenarios = ClimateChoice.pick(
            choice.scenarios, of: scenarios, option: "--scenarios", noun: "scenario", findings)
        if !findings.isEmpty || species.isEmpty || chosenMembers.isEmpty || chosenScenarios.isEmpty { return nil }
        var model = ClimateCase(
            run: run, species: species, members: chosenMembers.map { members[$0] },
            scenarios: chosenScenarios.map { scenarios[$0] })
        if let position = sections["description"] {
            text.position = position
            if text.peek() == CChar(UInt8(ascii: "\"")) { model.title = try text.string() }
        }
        if let position = sections["initial"] {
            text.position = position
            if text.isObject || text.isList {
                add(
                    ["initial"], "an initial state as numbers is not read",
                    "give a state file with `--from STATE`, and a text here or nothing")
            }
        }
        try readMembers(&model)
        try readParameters(&model)
        return findings.isEmpty ? model : nil
    }

    private func names(_ section: String) throws -> [String] {
        guard enter(section) else { return [] }
        var names: [String] = []
        try text.list { _ in names.append(try text.string()) }
        if Set(names).count < names.count { add([section], "a name stands twice", "give every one a name of its own") }
        if names.isEmpty { add([section], "the list is empty", "name at least one") }
        return names
    }

    private func readRun() throws -> ClimateRunSettings? {
        guard enter("run") else { return nil }
        var numbers: [String: Double] = [:]
        var words: [String: String] = [:]
        let known = [
            "start", "end", "timestep", "n_gasboxes", "n_layers", "iirf_max", "br_cl_ods_potential", "ghg_method",
            "ch4_method", "ch4_min",
        ]
        let isWord: Set = ["ghg_method", "ch4_method"]
        var unknown: [String] = []
        try text.object { key in
            if !known.contains(key) {
                unknown.append(key)
                try text.skip()
            } else if isWord.contains(key) {
                words[key] = try text.string().lowercased()
            } else {
                numbers[key] = try text.number()
            }
        }
        for key in unknown { add(["run", key], "`\(key)` is no setting", Nearest.remedy(key, among: known)) }
        for key in ["start", "end"] where numbers[key]?.isFinite != true {
            add(
                ["run", key], "`run.\(key)` is missing",
                "write the year of the \(key == "start" ? "first" : "last") bound")
        }
        let layers = numbers["n_layers"] ?? 3
        let pools = numbers["n_gasboxes"] ?? 4
        let timestep = numbers["timestep"] ?? 1
        if !(2...20).contains(layers) || layers != layers.rounded() {
            add(["run", "n_layers"], "`run.n_layers` is \(Numeral.text(layers))", "write a whole number from 2 to 20")
        }
        if !(1...20).contains(pools) || pools != pools.rounded() {
            add(
                ["run", "n_gasboxes"], "`run.n_gasboxes` is \(Numeral.text(pools))", "write a whole number from 1 to 20"
            )
        }
        if !(timestep > 0) || !timestep.isFinite {
            add(["run", "timestep"], "`run.timestep` is \(Numeral.text(timestep)) years", "write a number above zero")
        }
        let forcing = ClimateRunSettings.ForcingMethod(rawValue: words["ghg_method"] ?? "meinshausen2020")
        if forcing == nil {
            add(
                ["run", "ghg_method"], "`\(words["ghg_method"] ?? "")` is no method",
                Nearest.allowed(ClimateRunSettings.ForcingMethod.allCases.map(\.rawValue)))
        }
        let methane = ClimateRunSettings.MethaneMethod(rawValue: words["ch4_method"] ?? "leach2021")
        if methane == nil {
            add(
                ["run", "ch4_method"], "`\(words["ch4_method"] ?? "")` is no method",
                Nearest.allowed(ClimateRunSettings.MethaneMethod.allCases.map(\.rawValue)))
        }
        guard findings.isEmpty, let forcing, let methane, let start = numbers["start"], let end = numbers["end"] else {
            return nil
        }
        // FaIR's last bound is the last of start, start + step ... below end + step / 2.
        let steps = ((end - start) / timestep).rounded()
        if !(steps >= 1) || steps > 1e6 {
            add(["run", "end"], "\(steps) steps from \(start) to \(end)", "write an end after the start")
            return nil
        }
        return ClimateRunSettings(
            start: start, end: start + steps * timestep, timestep: timestep, layers: Int(layers), pools: Int(pools),
            iirfMax: numbers["iirf_max"] ?? 100, bromineToChlorine: numbers["br_cl_ods_potential"] ?? 45,
            forcingMethod: forcing, methaneMethod: methane, methaneFloor: numbers["ch4_min"] ?? 0.01)
    }

    private func readSpecies() throws -> [ClimateSpecies] {
        let names = try names("species")
        guard enter("properties") else { return [] }
        var found: [String: ClimateSpecies] = [:]
        let wanted = Set(names)
        var wrong: [(String, String, String)] = []
        try text.object { name in
            var words: [String: String] = [:]
            var flags: [String: Double] = [:]
            try text.object { key in
                if key == "type" || key == "input_mode" {
                    words[key] = try text.string()
                } else {
                    flags[key] = try text.number()
                }
            }
            guard wanted.contains(name) else { return }
            guard let kind = ClimateSpecies.Kind(rawValue: words["type"] ?? "") else {
                wrong.append(
                    (
                        name, "`\(words["type"] ?? "")` is no type of species",
                        Nearest.remedy(words["type"] ?? "", among: ClimateSpecies.Kind.allCases.map(\.rawValue))
                    ))
                return
            }
            guard let mode = ClimateSpecies.Mode(rawValue: words["input_mode"] ?? ""), kind.modes.contains(mode) else {
                wrong.append(
                    (
                        name, "`\(words["input_mode"] ?? "")` is no input_mode of \(kind.rawValue)",
                        Nearest.allowed(kind.modes.map(\.rawValue))
                    ))
                return
            }
            found[name] = ClimateSpecies(
                name: name, kind: kind, mode: mode, isGreenhouseGas: flags["greenhouse_gas"] ?? 0 != 0,
                actsByEmissions: flags["aerosol_chemistry_from_emissions"] ?? 0 != 0,
                actsByConcentration: flags["aerosol_chemistry_from_concentration"] ?? 0 != 0)
        }
        for (name, message, remedy) in wrong { add(["properties", name], message, remedy) }
        let isKnown = Set(found.keys).union(wrong.map(\.0))
        for name in names where !isKnown.contains(name) {
            add(["properties"], "the species `\(name)` has no properties", "add `\"\(name)\": {...}` to `properties`")
        }
        return names.compactMap { found[$0] }
    }

    // MARK: Parameters

    private func readMembers(_ model: inout ClimateCase) throws {
        guard enter("climate_configs") else { return }
        let places = chosenPlaces
        let layers = model.run.layers
        var single: [ClimateCase.MemberParameter: [Double]] = [:]
        var capacity = Array(repeating: Array(repeating: Double.nan, count: chosenMembers.count), count: layers)
        var transfer = capacity
        for parameter in ClimateCase.MemberParameter.allCases {
            single[parameter] = Array(repeating: parameter.standard, count: chosenMembers.count)
        }
        var seen: Set<Int> = []
        var wrong: [([String], String, String)] = []
        try text.object { name in
            guard let place = places[name] else {
                try text.skip()
                return
            }
            seen.insert(place)
            try text.object { key in
                if key == "ocean_heat_capacity" || key == "ocean_heat_transfer" {
                    var count = 0
                    try text.list { layer in
                        let value = try text.number()
                        count += 1
                        if layer >= layers { return }
                        if key == "ocean_heat_capacity" {
                            capacity[layer][place] = value
                        } else {
                            transfer[layer][place] = value
                        }
                    }
                    if count != layers {
                        wrong.append(
                            (
                                ["climate_configs", name, key],
                                "\(counted(count, "value")) for \(counted(layers, "layer"))",
                                "give one value a layer, or change `run.n_layers`"
                            ))
                    }
                } else if let parameter = ClimateCase.MemberParameter(rawValue: key) {
                    single[parameter]?[place] = try text.number()
                } else {
                    wrong.append(
                        (
                            ["climate_configs", name, key], "`\(key)` is no parameter",
                            Nearest.remedy(
                                key,
                                among: ["ocean_heat_capacity", "ocean_heat_transfer"]
                                    + ClimateCase.MemberParameter.allCases.map(\.rawValue))
                        ))
                    try text.skip()
                }
            }
        }
        for (path, message, remedy) in wrong { add(path, message, remedy) }
        for (place, name) in model.members.enumerated() where !seen.contains(place) {
            add(["climate_configs"], "the member `\(name)` has no parameters", "add `\"\(name)\": {...}`")
        }
        for (parameter, values) in single { model.memberNumbers[parameter] = MemberNumbers(values) }
        model.heatCapacity = capacity.map { MemberNumbers($0) }
        model.heatTransfer = transfer.map { MemberNumbers($0) }
    }

    private var chosenPlaces: [String: Int] {
        Dictionary(chosenMembers.enumerated().map { (members[$1], $0) }, uniquingKeysWith: { a, _ in a })
    }

    private func readParameters(_ model: inout ClimateCase) throws {
        guard enter("species_configs") else { return }
        let pools = ["partition_fraction", "unperturbed_lifetime"]
        let single: [ClimateCase.MemberParameter] = [.cloudScale, .methaneTemperatureSensitivity]
        var unknown: [String] = []
        try text.object { key in
            if let parameter = ClimateCase.SpeciesParameter(rawValue: key) {
                let table = try readTable(key, model, width: 1)
                model.speciesNumbers[parameter] = table.map { $0[0] }
            } else if pools.contains(key) {
                let table = try readTable(key, model, width: model.run.pools)
                if key == pools[0] { model.poolShares = table } else { model.poolLifetimes = table }
            } else if let parameter = single.first(where: { $0.rawValue == key }) {
                var values = Array(repeating: Double.nan, count: chosenMembers.count)
                let places = chosenPlaces
                try text.object { name in
                    let value = try text.number()
                    if let place = places[name] { values[place] = value }
                }
                model.memberNumbers[parameter] = MemberNumbers(values)
            } else {
                unknown.append(key)
                try text.skip()
            }
        }
        for key in unknown {
            add(
                ["species_configs", key], "`\(key)` is no parameter of a species",
                Nearest.remedy(key, among: pools + ClimateCase.SpeciesParameter.allCases.map(\.rawValue)))
        }
    }

    /// One parameter of all species and members: by member and species, or by species alone.
    private func readTable(_ key: String, _ model: ClimateCase, width: Int) throws -> [[MemberNumbers]] {
        let count = chosenMembers.count
        let places = chosenPlaces
        let index = Dictionary(model.species.enumerated().map { ($1.name, $0) }, uniquingKeysWith: { a, _ in a })
        let standard = ClimateCase.SpeciesParameter(rawValue: key)?.standard ?? .nan
        var values = Array(
            repeating: Array(repeating: Array(repeating: standard, count: 1), count: width), count: model.species.count)
        var missing: [([String], String)] = []
        var wrong: [([String], Int)] = []
        func put(_ value: Double, _ s: Int, _ slot: Int, _ member: Int?) {
            if let member, count > 1 {
                if values[s][slot].count == 1 {
                    values[s][slot] = Array(repeating: standard, count: count)
                }
                values[s][slot][member] = value
            } else {
                values[s][slot] = [value]
            }
        }
        func readSpecies(_ name: String, member: Int?, path: [String]) throws -> Int? {
            guard let s = index[name] else {
                try text.skip()
                return nil
            }
            if text.isList {
                var length = 0
                try text.list { slot in
                    let value = try text.number()
                    length += 1
                    if slot < width { put(value, s, slot, member) }
                }
                if length != width { wrong.append((path + [name], length)) }
            } else {
                put(try text.number(), s, 0, member)
                if width != 1 { wrong.append((path + [name], 1)) }
            }
            return s
        }
        func readAll(member: Int?, path: [String]) throws {
            var seen: Set<Int> = []
            try text.object { if let s = try readSpecies($0, member: member, path: path) { seen.insert(s) } }
            for (s, each) in model.species.enumerated() where !seen.contains(s) { missing.append((path, each.name)) }
        }
        let begin = text.position
        var isByMember = false
        try text.object { _ in
            isByMember = isByMember || text.isObject
            try text.skip()
        }
        let end = text.position
        text.position = begin
        if isByMember {
            var seen: Set<Int> = []
            try text.object { name in
                guard let place = places[name] else {
                    try text.skip()
                    return
                }
                seen.insert(place)
                try readAll(member: place, path: ["species_configs", key, name])
            }
            for (place, name) in model.members.enumerated() where !seen.contains(place) {
                missing.append((["species_configs", key], name))
            }
        } else {
            try readAll(member: nil, path: ["species_configs", key])
        }
        text.position = end
        for (path, name) in missing {
            add(path, "there is no value for `\(name)`", "add `\"\(name)\": number`, or null where it means nothing")
        }
        for (path, length) in wrong {
            add(
                path, "\(counted(length, "value")) where \(width) are wanted",
                width == 1 ? "write one number" : "write one number for each of the \(width) gas boxes")
        }
        text.position = end
        return values.map { $0.map { MemberNumbers($0) } }
    }

    // MARK: Series

    func readSeries(_ folder: String, into model: inout ClimateCase, _ findings: ClimateFindings) {
        let run = model.run
        func place(_ chosen: [Int], of count: Int) -> [Int?] {
            var places = [Int?](repeating: nil, count: count)
            for (place, index) in chosen.enumerated() { places[index] = place }
            return places
        }
        func reader(
            _ name: String, _ noun: String, isPoint: Bool, units: [String], _ wanted: (ClimateSpecies) -> Bool
        ) -> SeriesReader {
            SeriesReader(
                path: folder + "/" + name, name: folder + "/" + name, noun: noun,
                timeName: isPoint ? "timepoint" : "timebound", start: isPoint ? run.point(0) : run.start,
                step: run.timestep, count: isPoint ? run.steps : run.steps + 1, species: model.species,
                wanted: model.species.indices.filter { wanted(model.species[$0]) }, units: units,
                scenarios: scenarios, members: members,
                scenarioPlace: place(chosenScenarios, of: scenarios.count),
                memberPlace: place(chosenMembers, of: members.count), chosenMembers: chosenMembers.count,
                chosenScenarios: chosenScenarios.count)
        }
        model.emissions = reader(
            "emissions.csv", "emission", isPoint: true, units: model.species.map(ClimateUnits.emissions)
        ) { $0.mode == .emissions }.read(findings)
        model.concentrations = reader(
            "concentration.csv", "concentration", isPoint: false, units: model.species.map(ClimateUnits.concentration)
        ) { $0.mode == .concentration }.read(findings)
        model.forcings = reader(
            "forcing.csv", "forcing", isPoint: false, units: model.species.map { _ in "W/m2" }
        ) { $0.mode == .forcing }.read(findings)
    }
}
