import FaIR
import WorldModel

/// Reads `config.json`.
final class ConfigurationReader {
    let text: JSONText
    let file: String
    let findings: Collector
    private(set) var members: [String] = []
    private(set) var scenarios: [String] = []
    private(set) var chosenMembers: [Int] = []
    private(set) var chosenScenarios: [Int] = []
    private var sections: [String: Int] = [:]

    init(_ text: JSONText, file: String, _ findings: Collector) {
        self.text = text
        self.file = file
        self.findings = findings
    }

    /// The line of a path of keys.
    func place(_ path: [String]) -> (file: String, line: Int?) {
        (file, text.find(path).map(text.line))
    }

    func add(_ path: [String], _ message: String, _ remedy: String) {
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

    func enter(_ section: String) -> Bool {
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
}
