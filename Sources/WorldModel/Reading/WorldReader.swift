import Yams

extension World {
    /// The world of a folder that holds `world.yaml`; throws every finding of all its files at once.
    public static func load(folder: String) throws(Findings) -> World {
        try WorldReader(FileSource(folder: folder), Collector()).read()
    }

    /// The world of files kept elsewhere, `world.yaml` among them; files that it does not name are left aside.
    public static func load(files: [SourceFile]) throws(Findings) -> World {
        try WorldReader(FileSource(files: files), Collector()).read()
    }
}

/// Reads `world.yaml` and what it names.
final class WorldReader {
    static let file = "world.yaml"

    let source: FileSource
    let collector: Collector
    let yaml: YAMLReader
    var units = Units(currency: "currency")
    var values: [Double] = []
    var tables: [String: Table] = [:]
    var series: [String: Series] = [:]
    var sections: Set<String> = []
    var texts: [String: [String: String]] = [:]
    var fixedNumbers: [String: [String: Double]] = [:]
    var provenance: [String: Provenance] = [:]
    var emissions: [(year: Int, co2: Double)] = []
    var doubts = Doubts()
    var climateMembers: [ClimateMember] = []
    var step = 1
    var lines: [String: Int] = [:]

    let dayNames = ["weekday", "weekend"]

    init(_ source: FileSource, _ collector: Collector) {
        self.source = source
        self.collector = collector
        yaml = YAMLReader(file: WorldReader.file, collector: collector)
    }

    func read() throws(Findings) -> World {
        let world = draft()
        try collector.check()
        return world
    }

    /// The world, or what could be read of it: every finding is with the collector, and `doubts` says what is missing.
    func draft() -> World {
        guard let bytes = source.open(WorldReader.file, namedIn: WorldReader.file, line: nil, collector),
            let root = yaml.root(bytes)
        else { return blank() }
        let entries = yaml.refuse(root, except: Schema.worldKeys.names + Schema.sections.map(\.name), path: nil)
        func entry(_ key: String) -> YAMLEntry? { entries.first { $0.key == key } }
        func text(_ key: String) -> String? { entry(key).flatMap { yaml.text($0.value, path: key) } }
        for key in ["world", "start"] where entry(key) == nil {
            collector.add(
                WorldReader.file, nil, key, "`\(key)` is missing",
                key == "start" ? "write `start: 2026`, the year that the tables describe" : "write `world: name`")
        }
        if let currency = text("currency"), !currency.isEmpty { units = Units(currency: currency) }
        doubts.currency = entry("currency") != nil && text("currency") == nil
        units.isCurrencyUnknown = doubts.currency
        let start = entry("start").flatMap { yaml.integer($0.value, path: "start", range: 1700...3000) }
        doubts.start = start == nil
        for entry in entries { lines[entry.key] = entry.line }
        if let step = entry("step") { readStep(step) }
        readSections(entries)
        if let tables = entry("tables") { readTables(tables) }
        crossCheckReferences()
        completeContracts()
        let profiles = readProfiles()
        if sections.contains("climate"), (texts["climate"]?["model"] ?? "three_layer") == "three_layer" {
            readEmissions()
            climateMembers = readClimateMembers()
        }
        if let sources = entry("sources") { readSources(sources) }
        let draft = world(text, start ?? 0, profiles, trajectories: [])
        let trajectories = readTrajectories(draft, start: start)
        WorldRules(world: draft, collector: collector).check()
        return world(text, start ?? 0, profiles, trajectories: trajectories)
    }

    /// A world of which nothing is known.
    func blank() -> World {
        doubts.sections = Set(Schema.sections.map(\.name))
        doubts.tables = Set(Schema.tables.map(\.name))
        (doubts.start, doubts.emissions, doubts.currency) = (true, true, true)
        readSections([])
        doubts.slots = Set(values.indices)
        return world({ _ in nil }, 0, [:], trajectories: [])
    }

    func world(
        _ text: (String) -> String?, _ start: Int, _ profiles: [String: Profile], trajectories: [Trajectory]
    ) -> World {
        var world = World(
            name: text("world") ?? "", title: text("title") ?? "", licence: text("licence") ?? "",
            currency: units.currency, start: start, values: values, emissions: emissions, sources: source.sources,
            tables: tables, sections: sections, texts: texts, fixedNumbers: fixedNumbers, profiles: profiles,
            series: series, trajectories: trajectories, provenance: provenance)
        world.climateMembers = climateMembers
        world.step = step
        world.lines = lines
        world.warnings = collector.warnings
        world.doubts = doubts
        return world
    }

    /// `step: 5 yr`.
    func readStep(_ entry: YAMLEntry) {
        guard let years = yaml.number(entry.value, path: "step", unit: "yr", units: units, range: 1...100) else {
            return
        }
        if years == years.rounded() {
            step = Int(years)
        } else {
            yaml.problem(
                entry.value, "step", "a step of \(Numeral.text(years)) years", "write whole years, as `step: 5 yr`")
        }
    }
}
