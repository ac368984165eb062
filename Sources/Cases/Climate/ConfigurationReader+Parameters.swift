import FaIR
import WorldModel

// What `config.json` says of members and species, and the tables beside it.

extension ConfigurationReader {
    func readMembers(_ model: inout ClimateCase) throws {
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

    func readParameters(_ model: inout ClimateCase) throws {
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

    func readSeries(_ folder: String, into model: inout ClimateCase, _ findings: Collector) {
        let run = model.run
        func place(_ chosen: [Int], of count: Int) -> [Int?] {
            var places = [Int?](repeating: nil, count: count)
            for (place, index) in chosen.enumerated() { places[index] = place }
            return places
        }
        func reader(
            _ name: String, _ noun: String, isPoint: Bool, units: [String], _ wanted: (ClimateSpecies) -> Bool
        ) -> ClimateSeriesReader {
            ClimateSeriesReader(
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
