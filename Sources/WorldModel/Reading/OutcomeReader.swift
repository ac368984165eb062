import Yams

/// Reads the outcomes of a study.
struct OutcomeReader {
    static let entityKeys: [(dimension: RecordedVariable.Dimension, over: String, list: String)] = [
        (.city, "over_cities", "cities"), (.carrier, "over_carriers", "carriers"), (.link, "over_links", "links"),
        (.bus, "over_buses", "buses"), (.stage, "over_stages", "stages"), (.owner, "over_owners", "owners"),
        (.firm, "over_firms", "firms"), (.contract, "over_contracts", "contracts"),
    ]

    /// The world, with the pulses of CO2 that the outcomes ask for once they are read.
    private(set) var world: World
    let yaml: YAMLReader
    /// The study's years; nil where they could not be read.
    let years: ClosedRange<Int>?
    /// Whether the command line says these years, so that what lies beyond falls away.
    let isShortened: Bool

    init(world: World, yaml: YAMLReader, years: ClosedRange<Int>?, isShortened: Bool) {
        self.world = world
        self.yaml = yaml
        self.years = years
        self.isShortened = isShortened
    }

    mutating func outcomes(_ entry: YAMLEntry?) -> [Outcome] {
        guard let entry else { return [] }
        let items = yaml.mapping(entry.value, path: "outcomes") ?? []
        world.carbonPulses = Set(items.compactMap { pulse($0) }.filter { !isBeyond($0) }).sorted()
        for item in items {
            guard let problem = NameRule.problem(item.key) else { continue }
            yaml.collector.add(yaml.file, item.line, "outcomes", problem, NameRule.remedy)
        }
        return items.compactMap(outcome)
    }

    /// The year of the pulse whose social cost an outcome asks for; a finding where there can be none.
    private func pulse(_ item: YAMLEntry) -> Int? {
        let keys = item.value.mapping?.map { YAMLEntry(key: $0.key.string ?? "", line: nil, value: $0.value) } ?? []
        guard keys.contains(where: { $0.key == "of" && $0.value.string == Records.economy.scc.name }) else {
            return nil
        }
        let path = "outcomes." + item.key
        for section in ["economy", "climate"]
        where !world.hasSection(section) && !world.doubts.sections.contains(section) {
            yaml.collector.add(
                yaml.file, item.line, path, "the social cost of carbon in a world without `\(section)`",
                "add `\(section):` to world.yaml, or take the outcome out")
        }
        guard let key = keys.first(where: { $0.key == "year" }) else {
            yaml.collector.add(
                yaml.file, item.line, path, "the year of the pulse is missing",
                "write `{of: scc, year: \((years?.lowerBound ?? 2030) + world.step)}`")
            return nil
        }
        guard let year = yaml.integer(key.value, path: path + ".year", range: 1700...4000) else { return nil }
        if let years, !isBeyond(year), !years.contains(year) || (year - years.lowerBound) % world.step != 0 {
            yaml.problem(
                key.value, path + ".year", "the year \(year) begins no step of the study",
                "allowed: \(years.lowerBound) to \(years.upperBound)"
                    + (world.step > 1 ? " in steps of \(world.step)" : ""))
            return nil
        }
        return year
    }

    private func isBeyond(_ year: Int) -> Bool { isShortened && year > years?.upperBound ?? year }

    private func outcome(_ item: YAMLEntry) -> Outcome? {
        let path = "outcomes." + item.key
        guard let written = yaml.mapping(item.value, path: path) else { return nil }
        let keys = yaml.refuse(written, except: (Schema.outcomeKeys + Schema.outcomeEntityKeys).names, path: path)
        func value(_ key: String) -> YAMLEntry? { keys.first { $0.key == key } }
        guard let of = value("of"), let name = yaml.text(of.value, path: path) else {
            yaml.collector.add(
                yaml.file, item.line, path, "`of` is missing", "name a recorded variable, as `of: system_cost`")
            return nil
        }
        guard let variable = RecordedVariable.named(name) else {
            yaml.collector.add(
                yaml.file, of.line, path, "`\(name)` is not a recorded variable",
                Nearest.remedy(name, among: RecordedVariable.all.map(\.name)))
            return nil
        }
        if let absence = absence(of: variable) {
            yaml.collector.add(yaml.file, of.line, path, absence.message, absence.remedy)
            return nil
        }
        let isPulsed = variable == Records.economy.scc
        if let year = value("year"), !isPulsed {
            yaml.collector.add(
                yaml.file, year.line, path, "`year` says when a pulse is emitted, and `\(name)` has none",
                "take `year` out, or write `of: scc`")
        }
        var pulse = 0
        if isPulsed {
            guard let year = value("year").flatMap({ $0.value.string }).flatMap({ Int($0) }),
                let place = world.carbonPulses.firstIndex(of: year)
            else { return nil }
            pulse = place
        }
        let overTime = word(value("over_time"), Outcome.OverTime.self, path) ?? standardOverTime(variable)
        guard var (overEntities, entities) = entities(keys, variable, path) else { return nil }
        if isPulsed { (overEntities, entities) = (.sum, [pulse]) }
        let inside = overEntities.isRatio ? "1" : variable.unit
        func limit(_ key: String) -> Double? {
            value(key).flatMap { yaml.number($0.value, path: path + "." + key, unit: inside, units: world.units) }
        }
        let (least, most) = (limit("at_least") ?? -.infinity, limit("at_most") ?? .infinity)
        if least > most {
            yaml.collector.add(
                yaml.file, item.line, path, "`at_least` is above `at_most`", "exchange them or take one out")
            return nil
        }
        guard let minimize = direction(keys, item, path) else { return nil }
        return Outcome(
            name: item.key, unit: world.units.text(inside), minimize: minimize, limits: least...most,
            variable: variable, overTime: overTime, overEntities: overEntities, entities: entities)
    }

    /// Why this world doesn't record a variable, and what to do; nil where it does, or where its reading failed.
    private func absence(of variable: RecordedVariable) -> (message: String, remedy: String)? {
        if variable.isRecorded(in: world) { return nil }
        let others = Nearest.allowed(RecordedVariable.all.filter { world.count(of: $0) > 0 }.map(\.name))
        func without(_ section: String) -> (message: String, remedy: String)? {
            if world.doubts.sections.contains(section) { return nil }
            return ("`\(variable.name)` is not recorded in this world, which has no `\(section)`", others)
        }
        switch variable.presence {
        case .everywhere: return nil
        case .section(let section): return without(section)
        case .citiesOfEconomy:
            if world.doubts.tables.contains("cities") { return nil }
            return without(world.hasSection("economy") ? "cities" : "economy")
        case .table(let table):
            if world.doubts.tables.contains(table) { return nil }
            return (
                "`\(variable.name)` is recorded in worlds with `\(table)`, and this world has no table `\(table)`",
                "add `\(table)` under `tables:` in world.yaml, or name another variable"
            )
        case .setting(let section, let key, is: let word):
            guard world.hasSection(section) else { return without(section) }
            if world.doubts.sections.contains(section) { return nil }
            return (
                "`\(variable.name)` is recorded with `\(section): {\(key): \(word)}`, and this world's `\(section).\(key)` is "
                    + "`\(world.text(section, key))`",
                "write `\(key): \(word)` in `\(section)`, or name another variable"
            )
        }
    }

    private func direction(_ keys: [YAMLEntry], _ item: YAMLEntry, _ path: String) -> Bool? {
        func flag(_ name: String) -> Bool? {
            guard let key = keys.first(where: { $0.key == name }), let text = yaml.text(key.value, path: path) else {
                return nil
            }
            if text != "true", text != "false" {
                yaml.collector.add(
                    yaml.file, key.line, path + "." + name, "`\(text)` is neither true nor false", "write `true`")
            }
            return text == "true"
        }
        let (minimize, maximize) = (flag("minimize"), flag("maximize"))
        switch (minimize, maximize) {
        case (true, nil), (true, false), (nil, false): return true
        case (nil, true), (false, true), (false, nil): return false
        default: break
        }
        let (most, least) = (keys.contains { $0.key == "at_most" }, keys.contains { $0.key == "at_least" })
        if minimize == nil, maximize == nil, most != least { return most }
        yaml.collector.add(
            yaml.file, item.line, path, "it is not said which way is better",
            "write `minimize: true` or `maximize: true`, one of them")
        return nil
    }

    private func standardOverTime(_ variable: RecordedVariable) -> Outcome.OverTime {
        switch variable.cellMethod {
        case .sum: .sum
        case .maximum: .max
        case .minimum: .min
        case .point: .last
        case .mean: .mean
        }
    }

    private func word<Word: RawRepresentable & CaseIterable>(
        _ entry: YAMLEntry?, _ type: Word.Type, _ path: String
    ) -> Word? where Word.RawValue == String {
        guard let entry, let text = yaml.text(entry.value, path: path) else { return nil }
        if let word = Word(rawValue: text) { return word }
        yaml.collector.add(
            yaml.file, entry.line, path + "." + entry.key, "`\(text)` is not one of the words allowed",
            Nearest.remedy(text, among: Word.allCases.map(\.rawValue)))
        return nil
    }

    private func entities(
        _ keys: [YAMLEntry], _ variable: RecordedVariable, _ path: String
    ) -> (Outcome.OverEntities, [Int])? {
        var over: Outcome.OverEntities = variable.cellMethod == .mean ? .mean : .sum
        var chosen = Array(0..<world.count(of: variable))
        for each in OutcomeReader.entityKeys {
            let overKey = keys.first { $0.key == each.over }
            let listKey = keys.first { $0.key == each.list }
            guard let any = overKey ?? listKey else { continue }
            guard variable.dimension == each.dimension else {
                yaml.collector.add(
                    yaml.file, any.line, path, "`\(variable.name)` is not resolved by \(each.list)",
                    variable.dimension == nil
                        ? "take `\(any.key)` out" : "write `\(key(of: variable))` instead of `\(each.over)`")
                return nil
            }
            over = word(overKey, Outcome.OverEntities.self, path) ?? over
            if let listKey {
                guard let list = list(listKey, each.dimension, each.list, path) else { return nil }
                chosen = list
            } else if over == .shareOf || over == .shareOutside {
                yaml.collector.add(
                    yaml.file, any.line, path, "`\(over.rawValue)` needs a list of \(each.list)",
                    "add `\(each.list): [...]`")
                return nil
            }
        }
        return (over, chosen)
    }

    private func key(of variable: RecordedVariable) -> String {
        OutcomeReader.entityKeys.first { $0.dimension == variable.dimension }?.over ?? ""
    }

    private func list(
        _ entry: YAMLEntry, _ dimension: RecordedVariable.Dimension, _ table: String, _ path: String
    ) -> [Int]? {
        let ids =
            dimension == .stage ? (1...RecordedVariable.stages).map(String.init) : world.entities(of: dimension)
        let isDoubted =
            world.doubts.tables.contains(table) || dimension == .link && world.doubts.tables.contains("lines")
        var result: [Int] = []
        for name in yaml.texts(entry.value, path: path) ?? [] {
            guard let index = ids.firstIndex(of: name) else {
                if isDoubted { continue }
                yaml.collector.add(
                    yaml.file, entry.line, path + "." + entry.key, "there is no row `\(name)` in `\(table)`",
                    Nearest.remedy(name, among: ids))
                return nil
            }
            if !result.contains(index) { result.append(index) }
        }
        return result
    }
}
