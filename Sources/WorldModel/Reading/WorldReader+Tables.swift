import Yams

/// Reads the tables and series of a world.
extension WorldReader {
    func readTables(_ entry: YAMLEntry) {
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

    func readSeries(_ shape: Schema.SeriesShape, _ entry: YAMLEntry) -> Series {
        guard let file = yaml.text(entry.value, path: "tables." + shape.name),
            let bytes = source.open(file, namedIn: WorldReader.file, line: entry.line, collector)
        else { return Series(shape: shape, file: "", values: [:], isBroken: true) }
        return SeriesReader(shape: shape, file: file, units: units, collector: collector).read(bytes)
    }

    func read(_ shape: Schema.TableShape, _ csv: CSVTable, _ file: String) -> Table {
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
    static let unlimited: Set<String> = [
        "lifetime", "p_nom_max", "s_nom_max", "ramp_limit_up", "ramp_limit_down",
    ]

    struct Column {
        let index: Int
        let unit: String?
        /// From the header's unit to that inside; nil where the header is wrong, so that no cell can be read.
        let factor: Double?
    }

    func columns(_ shape: Schema.TableShape, _ csv: CSVTable, _ file: String) -> [String: Column] {
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

    func factor(
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
    func refuseUnlessStandard(
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

    func cell(
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
    func cell(
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

    func missing(_ path: String, _ field: Schema.Field, _ file: String, _ line: Int?) {
        collector.add(file, line, path, "the cell is empty", "fill it: \(field.summary)")
    }

    func rowPath(_ shape: Schema.TableShape, _ ids: [String], _ row: Int) -> String {
        shape.hasIDs ? "\(shape.name)[\(ids[row])]" : shape.name
    }

    func checkIDs(_ ids: [String], _ shape: Schema.TableShape, _ csv: CSVTable, _ file: String) {
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

    func crossCheckReferences() {
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
}
