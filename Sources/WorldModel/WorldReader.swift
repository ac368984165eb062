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

    private func world(
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
    private func readStep(_ entry: YAMLEntry) {
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

    // MARK: Sections

    private func readSections(_ entries: [YAMLEntry]) {
        for section in Schema.sections {
            let entry = entries.first { $0.key == section.name }
            var keys: [YAMLEntry]?
            if let entry {
                sections.insert(section.name)
                keys = yaml.mapping(entry.value, path: section.name).map {
                    yaml.refuse($0, except: section.fields.map(\.name), path: section.name)
                }
                for key in keys ?? [] { lines[section.name + "." + key.key] = key.line }
            }
            let model = self.model(of: section, keys)
            for field in section.fields {
                let key = keys?.first { $0.key == field.name }
                if entry != nil, keys == nil, field.kind == .number { doubts.slots.insert(values.count) }
                let belongs = field.model.isEmpty || field.model == model
                if let key, !belongs, !model.isEmpty { refuse(key, field, of: section.name, model) }
                read(
                    field, of: section.name, belongs ? key : nil, present: keys != nil && belongs, line: entry?.line)
            }
        }
    }

    /// The word under `model`, or its default; empty where it is none of those allowed.
    private func model(of section: Schema.Section, _ keys: [YAMLEntry]?) -> String {
        guard let field = section.field("model"), case .choice(let words) = field.kind else { return "" }
        guard let key = keys?.first(where: { $0.key == "model" }) else { return field.standardText ?? "" }
        return key.value.scalar.flatMap { words.contains($0.string) ? $0.string : nil } ?? ""
    }

    private func refuse(_ key: YAMLEntry, _ field: Schema.Field, of section: String, _ model: String) {
        collector.add(
            WorldReader.file, key.line, section + "." + field.name,
            "`\(field.name)` belongs to the model `\(field.model)`, and the model is `\(model)`",
            "take it out, or write `model: \(field.model)`")
    }

    private func read(_ field: Schema.Field, of section: String, _ key: YAMLEntry?, present: Bool, line: Int?) {
        let path = section + "." + field.name
        if key == nil, present, field.required {
            collector.add(
                WorldReader.file, line, path, "`\(path)` is missing",
                "write `\(field.name):` in `\(section)`: \(field.summary)")
        }
        if field.kind.isNumeric {
            var value = field.standard ?? Schema.absent
            if let key, let text = yaml.text(key.value, path: path) {
                if let number = number(text, field, nil, WorldReader.file, key.line, path) {
                    value = number
                } else if field.kind == .number {
                    doubts.slots.insert(values.count)
                }
            }
            if field.kind == .number {
                values.append(value)
            } else {
                fixedNumbers[section, default: [:]][field.name] = value
            }
        } else if let key, let text = yaml.text(key.value, path: path) {
            check(text, field, WorldReader.file, key.line, path)
            texts[section, default: [:]][field.name] = text
        }
    }

    private func number(
        _ text: String, _ field: Schema.Field, _ unit: String?, _ file: String, _ line: Int?, _ path: String
    ) -> Double? {
        do {
            let value = try Reading(units: units).number(
                text, unit: unit ?? field.unit, inside: field.unit, range: field.range)
            if field.kind == .integer, value != value.rounded() {
                collector.add(
                    file, line, path, "`\(text)` is not a whole number",
                    "allowed: whole numbers, \(Numeral.text(field.range))")
                return nil
            }
            return value
        } catch {
            collector.add(file, line, path, error.message, error.remedy)
            return nil
        }
    }

    /// Whether a text may stand there; a finding where it may not.
    @discardableResult
    private func check(
        _ text: String, _ field: Schema.Field, _ file: String, _ line: Int?, _ path: String
    ) -> Bool {
        guard case .choice(let words) = field.kind, !words.contains(text) else { return true }
        collector.add(
            file, line, path, "`\(text)` is not one of the words allowed", Nearest.remedy(text, among: words))
        return false
    }

    // MARK: Tables

    private func readTables(_ entry: YAMLEntry) {
        guard let written = yaml.mapping(entry.value, path: "tables") else {
            doubts.tables = Set(Schema.tables.map(\.name))
            return
        }
        let names = Schema.tables.map(\.name)
        let known = names + Schema.series.map(\.name)
        let files = yaml.refuse(written, except: known, path: "tables")
        if files.contains(where: { !known.contains($0.key) }) {
            doubts.tables = Set(names).subtracting(files.map(\.key))
        }
        for shape in Schema.series {
            guard let entry = files.first(where: { $0.key == shape.name }) else { continue }
            series[shape.name] = readSeries(shape, entry)
        }
        for shape in Schema.tables {
            guard let entry = files.first(where: { $0.key == shape.name }) else { continue }
            let before = collector.count
            defer { if tables[shape.name] == nil { doubts.tables.insert(shape.name) } }
            guard let file = yaml.text(entry.value, path: "tables." + shape.name),
                let bytes = source.open(file, namedIn: WorldReader.file, line: entry.line, collector),
                let csv = CSVTable.parse(bytes, file: file, mayBeEmpty: shape.name == "data_centres", collector)
            else { continue }
            if collector.count > before { doubts.tables.insert(shape.name) }
            let numeric = csv.header.indices.filter { column in
                shape.field(CSVTable.parts(ofHeader: csv.header[column]).name)?.kind.isNumeric == true
            }
            if csv.refusesDecimalCommas(in: numeric, file: file, collector) { continue }
            tables[shape.name] = read(shape, csv, file)
        }
    }

    private func readSeries(_ shape: Schema.SeriesShape, _ entry: YAMLEntry) -> Series {
        guard let file = yaml.text(entry.value, path: "tables." + shape.name),
            let bytes = source.open(file, namedIn: WorldReader.file, line: entry.line, collector)
        else { return Series(shape: shape, file: "", values: [:], isBroken: true) }
        return SeriesReader(shape: shape, file: file, units: units, collector: collector).read(bytes)
    }

    private func read(_ shape: Schema.TableShape, _ csv: CSVTable, _ file: String) -> Table {
        let columns = columns(shape, csv, file)
        var ids: [String] = []
        var texts: [String: [String]] = [:]
        var numbers: [String: [Double]] = [:]
        var slotRanges: [String: Range<Int>] = [:]
        if let first = shape.fields.first {
            ids =
                columns[first.name].map { column in csv.rows.map { $0.cells[column.index] } }
                ?? csv.rows.map { _ in "" }
            if ids.contains("") { doubts.tables.insert(shape.name) }
            if shape.hasIDs, columns[first.name] != nil { checkIDs(ids, shape, csv, file) }
        }
        for field in shape.fields {
            let column = columns[field.name]
            if field.kind.isNumeric {
                let series = series[shape.name + "-" + field.name]
                let found = csv.rows.enumerated().map { index, row in
                    let path = { self.rowPath(shape, ids, index) + "." + field.name }
                    if let series, let number = series.number(ids[index]) {
                        return cell(row, column, field, file, besides: number, of: series, path)
                    }
                    if series != nil, column == nil, field.required { missing(path(), field, file, row.line) }
                    return cell(row, column, field, file, path)
                }
                let cells = found.map { $0 ?? field.standard ?? Schema.absent }
                let lost = found.indices.filter { found[$0] == nil || series?.isBroken == true }
                if !lost.isEmpty { doubts.columns.insert(shape.name + "." + field.name) }
                if field.kind == .number { doubts.slots.formUnion(lost.map { values.count + $0 }) }
                if field.kind == .number {
                    slotRanges[field.name] = values.count..<values.count + cells.count
                    values += cells
                } else {
                    numbers[field.name] = cells
                }
            } else {
                texts[field.name] = csv.rows.enumerated().map { index, row in
                    let path = rowPath(shape, ids, index) + "." + field.name
                    let text = column.map { row.cells[$0.index] } ?? ""
                    if text.isEmpty {
                        if field.required {
                            if column != nil { missing(path, field, file, row.line) }
                            doubts.columns.insert(shape.name + "." + field.name)
                        }
                        return field.standardText ?? ""
                    }
                    if !check(text, field, file, row.line, path) {
                        doubts.columns.insert(shape.name + "." + field.name)
                    }
                    return text
                }
            }
        }
        func free(_ name: String) -> [String] {
            columns[name].map { column in csv.rows.map { $0.cells[column.index] } } ?? csv.rows.map { _ in "" }
        }
        return Table(
            name: shape.name, ids: ids, texts: texts, numbers: numbers, slotRanges: slotRanges, references: [:],
            lines: csv.rows.map(\.line), file: file, rowSources: free("source"), rowStatuses: free("status"))
    }

    /// Columns in which PyPSA writes that there is no limit.
    private static let unlimited: Set<String> = [
        "lifetime", "p_nom_max", "s_nom_max", "ramp_limit_up", "ramp_limit_down",
    ]

    private struct Column {
        let index: Int
        let unit: String?
        /// From the header's unit to that inside; nil where the header is wrong, so that no cell can be read.
        let factor: Double?
    }

    private func columns(_ shape: Schema.TableShape, _ csv: CSVTable, _ file: String) -> [String: Column] {
        var columns: [String: Column] = [:]
        let names = shape.fields.map(\.name)
        let headers = csv.header.map(CSVTable.parts(ofHeader:))
        for (index, header) in headers.enumerated() {
            var (name, unit) = header
            if index == 0, shape.hasIDs, name.isEmpty { name = names[0] }
            let path = shape.name + "." + name
            if name.isEmpty {
                let isEmpty = csv.rows.allSatisfy { $0.cells[index].isEmpty }
                collector.add(
                    file, csv.headerLine, shape.name, "column \(index + 1) has no name",
                    isEmpty ? "take out the comma at the end of each row" : "name the column, or take it out")
                continue
            }
            guard let field = shape.field(name) else {
                if Schema.freeColumns.contains(name) {
                    columns[name] = Column(index: index, unit: nil, factor: 1)
                } else if let attribute = PyPSAAttributes.attribute(shape.name, name) {
                    refuseUnlessStandard(csv, index, attribute, path, file)
                } else {
                    collector.add(
                        file, csv.headerLine, path, "`\(name)` is not a column of `\(shape.name)`",
                        Nearest.remedy(name, among: names + Schema.freeColumns))
                    if !collector.isFull(file), let meant = Nearest.nearest(name, among: names),
                        !headers.contains(where: { $0.name == meant })
                    {
                        columns[meant] = Column(index: index, unit: unit, factor: nil)
                    }
                }
                continue
            }
            if columns[name] != nil {
                collector.add(file, csv.headerLine, path, "the column `\(name)` stands twice", "keep one of them")
                continue
            }
            columns[name] = Column(
                index: index, unit: unit, factor: factor(unit, field, shape, csv, path, file))
        }
        for field in shape.fields
        where field.required && columns[field.name] == nil && series[shape.name + "-" + field.name] == nil {
            collector.add(
                file, csv.headerLine, shape.name + "." + field.name, "the column `\(field.name)` is missing",
                "add it: \(field.summary)" + (field.unit.isEmpty ? "" : " [\(units.text(field.unit))]"))
        }
        return columns
    }

    private func factor(
        _ unit: String?, _ field: Schema.Field, _ shape: Schema.TableShape, _ csv: CSVTable, _ path: String,
        _ file: String
    ) -> Double? {
        guard let unit else { return 1 }
        if shape.name == "profiles", unit == "degC" { return 1 }
        guard field.kind.isNumeric else {
            collector.add(
                file, csv.headerLine, path, "the unit `\(unit)` on a column of words", "take it out of the header")
            return 1
        }
        do {
            return try units.factor(from: unit, to: field.unit)
        } catch {
            collector.add(file, csv.headerLine, path, error.message, error.remedy)
            return nil
        }
    }

    /// A finding where a column of PyPSA that a world doesn't have says something.
    private func refuseUnlessStandard(
        _ csv: CSVTable, _ index: Int, _ attribute: PyPSAAttribute, _ path: String, _ file: String
    ) {
        var extendable: Int?
        if case .silent(let reason) = attribute.use {
            if !reason.actsInWorlds { return }
            if reason == .capacity {
                extendable = csv.header.firstIndex { $0.hasSuffix("_nom_extendable") }
                if extendable == nil { return }
            }
        }
        let odd = csv.rows.first { row in
            if let extendable, row.cells[extendable] != "True" { return false }
            return !attribute.isStandard(row.cells[index])
        }
        guard let odd else { return }
        collector.add(
            file, odd.line, path, "PyPSA's `\(path)` is not supported, and `\(odd.cells[index])` asks for it",
            "take the column out, or leave it at PyPSA's default"
                + (attribute.standard.isEmpty ? ", an empty cell" : " `\(attribute.standard)`") + ", which is ignored")
    }

    private func cell(
        _ row: CSVTable.Row, _ column: Column?, _ field: Schema.Field, _ file: String, _ path: () -> String
    ) -> Double? {
        guard let column else { return field.standard }
        let text = row.cells[column.index]
        if text.isEmpty {
            if field.required { missing(path(), field, file, row.line) }
            return field.standard
        }
        if ["inf", "nan"].contains(text.lowercased()), WorldReader.unlimited.contains(field.name) {
            return field.standard
        }
        guard let factor = column.factor else { return nil }
        if let plain = Double(text), plain.isFinite {
            let value = plain * factor
            let whole = field.kind != .integer || value == value.rounded()
            if whole, field.range.contains(value) { return value }
        }
        let unit = column.unit == "degC" ? nil : column.unit
        return number(text, field, unit, file, row.line, path())
    }

    /// The number of a row that has a series: the series' own, whatever default stands beside it.
    private func cell(
        _ row: CSVTable.Row, _ column: Column?, _ field: Schema.Field, _ file: String, besides number: Double,
        of series: Series, _ path: () -> String
    ) -> Double? {
        guard let column, !row.cells[column.index].isEmpty else { return number }
        guard let value = cell(row, column, field, file, path) else { return nil }
        if !series.isBroken, value != field.standard ?? 0, abs(value - number) > 1e-3 * abs(number) {
            collector.add(
                file, row.line, path(),
                "`\(row.cells[column.index])` beside the series in `\(series.file)`, whose number is "
                    + Numeral.text(number),
                "leave the cell empty, or take the column out of the series")
        }
        return number
    }

    private func missing(_ path: String, _ field: Schema.Field, _ file: String, _ line: Int?) {
        collector.add(file, line, path, "the cell is empty", "fill it: \(field.summary)")
    }

    private func rowPath(_ shape: Schema.TableShape, _ ids: [String], _ row: Int) -> String {
        shape.hasIDs ? "\(shape.name)[\(ids[row])]" : shape.name
    }

    private func checkIDs(_ ids: [String], _ shape: Schema.TableShape, _ csv: CSVTable, _ file: String) {
        var seen: [String: Int] = [:]
        for (id, row) in zip(ids, csv.rows) {
            let path = "\(shape.name)[\(id)]"
            if id.isEmpty { continue }
            let before = collector.count
            defer { if collector.count > before { doubts.tables.insert(shape.name) } }
            if let problem = NameRule.problem(id) {
                collector.add(file, row.line, path, problem, NameRule.remedy)
            } else if id == "*" || id.contains(where: { "[]=".contains($0) }) {
                collector.add(
                    file, row.line, path, "`\(id)` can't stand in a path", "use an id without `*`, `[`, `]` and `=`")
            }
            if let line = seen[id] {
                collector.add(
                    file, row.line, path, "the id `\(id)` stands already on line \(line)", "give each row its own id")
            }
            seen[id] = row.line
        }
    }

    private func crossCheckReferences() {
        var wanting: Set<String> = []
        for shape in Schema.tables {
            guard let table = tables[shape.name] else { continue }
            var references: [String: [Int]] = [:]
            for field in shape.fields {
                guard case .reference(let target) = field.kind else { continue }
                let ids = tables[target]?.ids ?? []
                let rows = Dictionary(ids.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
                references[field.name] = (table.texts[field.name] ?? []).enumerated().map { row, id in
                    if let found = rows[id] { return found }
                    if !id.isEmpty, !doubts.tables.contains(target) {
                        let hint = ids.isEmpty ? "the world has no table `\(target)`: add it" : nil
                        if ids.isEmpty { wanting.insert(target) }
                        collector.add(
                            table.file, table.lines[row], rowPath(shape, table.ids, row) + "." + field.name,
                            "there is no row `\(id)` in `\(target)`", hint ?? Nearest.remedy(id, among: ids))
                    }
                    return -1
                }
            }
            tables[shape.name] = Table(
                name: table.name, ids: table.ids, texts: table.texts, numbers: table.numbers,
                slotRanges: table.slotRanges, references: references, lines: table.lines, file: table.file,
                rowSources: table.rowSources, rowStatuses: table.rowStatuses)
        }
        doubts.tables.formUnion(wanting)
    }

    // MARK: Profiles, trajectories, emissions, sources

    /// The profiles; a row that leaves a key out holds for all its values.
    ///
    /// Of the rows that hold for an hour, one that names the area rules over one that doesn't; then the one that leaves
    /// out fewest; two that leave out equally many are an error.
    private func readProfiles() -> [String: Profile] {
        guard let table = tables["profiles"] else { return [:] }
        let isWhole =
            !doubts.tables.contains("profiles") && !doubts.columns.contains { $0.hasPrefix("profiles.") }
        let areas = table.text("area")
        let daytypes = table.text("daytype")
        let (months, hours, values) = (table.fixed("month"), table.fixed("hour"), table.fixed("value"))
        var profiles: [String: Profile] = [:]
        for (name, rows) in Dictionary(grouping: table.ids.indices, by: { table.ids[$0] }) {
            var byArea: [String: [Double]] = [:]
            for area in Set(rows.map { areas[$0] }) {
                var shape = [Double](repeating: .nan, count: Profile.count)
                var rank = [Int](repeating: -1, count: Profile.count)
                for row in rows where areas[row] == area || areas[row].isEmpty {
                    let filled =
                        (areas[row].isEmpty ? 0 : 4) + (months[row].isNaN ? 0 : 1) + (daytypes[row].isEmpty ? 0 : 1)
                        + (hours[row].isNaN ? 0 : 1)
                    var clash = false
                    for month in months[row].isNaN ? 0...11 : Int(months[row]) - 1...Int(months[row]) - 1 {
                        for daytype in 0...1 where daytypes[row].isEmpty || daytypes[row] == dayNames[daytype] {
                            for hour in hours[row].isNaN ? 0...23 : Int(hours[row])...Int(hours[row]) {
                                let cell = (month * 2 + daytype) * 24 + hour
                                clash = clash || rank[cell] == filled
                                if filled >= rank[cell] {
                                    shape[cell] = values[row]
                                    rank[cell] = filled
                                }
                            }
                        }
                    }
                    if clash, isWhole {
                        collector.add(
                            table.file, table.lines[row], "profiles[\(name)]",
                            "the row speaks of hours of area `\(area)` that another row fills as exactly",
                            "keep one of them, or make one more exact: the row that leaves fewer cells empty rules")
                    }
                }
                if isWhole, let gap = shape.firstIndex(where: \.isNaN) {
                    let (month, daytype, hour) = (gap / 48 + 1, dayNames[gap / 24 % 2], gap % 24)
                    collector.add(
                        table.file, table.lines[rows[0]], "profiles[\(name)]",
                        "area `\(area)` has no value for month \(month), \(daytype), hour \(hour)",
                        "add the row, or leave month, daytype or hour empty to mean all of them")
                }
                byArea[area] = shape
            }
            profiles[name] = Profile(byArea: byArea)
        }
        return profiles
    }

    private let dayNames = ["weekday", "weekend"]

    private func readTrajectories(_ world: World, start: Int?) -> [Trajectory] {
        let table = world.table("trajectories")
        let (years, factors) = (table.fixed("year"), table.fixed("factor"))
        var order: [String] = []
        var rows: [String: [Int]] = [:]
        for (row, path) in table.ids.enumerated() where !path.isEmpty && years[row].isFinite {
            if rows[path] == nil { order.append(path) }
            rows[path, default: []].append(row)
        }
        var owner: [Int: String] = [:]
        var trajectories: [Trajectory] = []
        for path in order {
            guard let rows = rows[path], let first = rows.first else { continue }
            var slots: [Int] = []
            do {
                let place = try world.place(path)
                slots = place.slots
                if let idle = world.idle(place, path) { collector.add(idle.at(table.file, table.lines[first])) }
            } catch {
                collector.add(error.at(table.file, table.lines[first]))
                continue
            }
            for slot in slots {
                if world.values[slot].isNaN, !doubts.slots.contains(slot) {
                    collector.add(
                        table.file, table.lines[first], path, "`\(world.path(of: slot))` has no value to multiply",
                        "give it one in its table")
                }
                if let other = owner.updateValue(path, forKey: slot) {
                    collector.add(
                        table.file, table.lines[first], path,
                        "the trajectory `\(other)` also moves `\(world.path(of: slot))`", "keep one of them")
                }
            }
            var points: [(year: Int, factor: Double)] = []
            for row in rows.sorted(by: { (years[$0], $0) < (years[$1], $1) }) {
                if points.last?.year == Int(years[row]) {
                    collector.add(
                        table.file, table.lines[row], path, "the year \(Int(years[row])) stands twice",
                        "keep one of them")
                }
                points.append((Int(years[row]), factors[row]))
            }
            if let start, let first = points.first, first.year > start { points.insert((start, 1), at: 0) }
            trajectories.append(
                Trajectory(path: path, slots: slots, years: points.map(\.year), factors: points.map(\.factor)))
        }
        return trajectories
    }

    private func readEmissions() {
        let before = collector.count
        defer { if emissions.isEmpty || collector.count > before { doubts.emissions = true } }
        guard let file = texts["climate"]?["emissions"],
            let bytes = source.open(file, namedIn: WorldReader.file, line: nil, collector),
            let csv = CSVTable.parse(bytes, file: file, collector)
        else { return }
        let headers = csv.header.map(CSVTable.parts(ofHeader:))
        let known = ["year", "co2", "scenario"] + Schema.freeColumns
        for header in headers where !known.contains(header.name) {
            collector.add(
                file, csv.headerLine, header.name, "`\(header.name)` is not a column of the emissions",
                Nearest.remedy(header.name, among: known))
        }
        guard let year = headers.firstIndex(where: { $0.name == "year" }),
            let co2 = headers.firstIndex(where: { $0.name == "co2" })
        else {
            collector.add(
                file, csv.headerLine, nil, "the columns `year` and `co2` are wanted", "write `year,co2 [GtCO2/yr]`")
            return
        }
        let scenario = texts["climate"]?["scenario"] ?? ""
        let scenarioColumn = headers.firstIndex { $0.name == "scenario" }
        let names = scenarioColumn.map { column in Set(csv.rows.map { $0.cells[column] }).sorted() } ?? []
        if scenarioColumn != nil, !names.contains(scenario) {
            collector.add(
                WorldReader.file, lines["climate.scenario"] ?? lines["climate"], "climate.scenario",
                "`\(scenario)` is not a scenario of `\(file)`",
                Nearest.remedy(scenario, among: names))
            return
        }
        let reading = Reading(units: units)
        var points: [(year: Int, co2: Double, line: Int)] = []
        for row in csv.rows where scenarioColumn == nil || row.cells[scenarioColumn ?? 0] == scenario {
            do {
                let amount = try reading.number(
                    row.cells[co2], unit: headers[co2].unit ?? "GtCO2/yr", inside: "GtCO2/yr", range: -1000...1000)
                let time = try reading.number(row.cells[year], unit: "1", inside: "1", range: -10_000...10_000)
                points.append((Int(time), amount, row.line))
            } catch {
                collector.add(file, row.line, "climate.emissions", error.message, error.remedy)
            }
        }
        fillEmissions(points, file)
    }

    /// Every year from the first to the last, linear between those given.
    private func fillEmissions(_ points: [(year: Int, co2: Double, line: Int)], _ file: String) {
        for point in points.sorted(by: { ($0.year, $0.line) < ($1.year, $1.line) }) {
            if let last = emissions.last {
                if point.year == last.year {
                    collector.add(
                        file, point.line, "climate.emissions", "the year \(point.year) stands twice", "keep one of them"
                    )
                    continue
                }
                for between in last.year + 1..<point.year {
                    let share = Double(between - last.year) / Double(point.year - last.year)
                    emissions.append((between, last.co2 + (point.co2 - last.co2) * share))
                }
            }
            emissions.append((point.year, point.co2))
        }
    }

    private func readSources(_ entry: YAMLEntry) {
        for item in yaml.mapping(entry.value, path: "sources") ?? [] {
            let path = "sources." + item.key
            let parts = item.key.split(separator: ".", maxSplits: 1).map(String.init)
            let fields = parts.first.flatMap { Schema.table($0)?.fields ?? Schema.section($0)?.fields }
            let names = Schema.tables.map(\.name) + Schema.sections.map(\.name)
            if fields == nil {
                collector.add(
                    WorldReader.file, item.line, path, "`\(item.key)` is neither a table nor a section",
                    Nearest.remedy(parts.first ?? "", among: names))
            } else if parts.count == 2, fields?.contains(where: { $0.name == parts[1] }) == false {
                collector.add(
                    WorldReader.file, item.line, path, "`\(parts[1])` is not a column of `\(parts[0])`",
                    Nearest.remedy(parts[1], among: fields?.map(\.name) ?? []))
            }
            let keys = yaml.refuse(
                yaml.mapping(item.value, path: path) ?? [], except: Schema.sourceKeys.names,
                path: path)
            func text(_ name: String) -> String {
                keys.first { $0.key == name }.flatMap { yaml.text($0.value, path: path) } ?? ""
            }
            provenance[item.key] = Provenance(source: text("from"), status: text("status"))
        }
    }
}
