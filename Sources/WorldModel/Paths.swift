/// A number of a world that a path can name.
public struct PathDescription: Sendable, Hashable, Codable {
    /// Its path.
    public let path: String
    /// Its value at the start; nil where it is absent.
    public let value: Double?
    /// Its unit, with the world's currency.
    public let unit: String
    /// The values allowed, in words.
    public let range: String
    /// Where the figure is from: of the row, else of the column, else of the table.
    public let source: String
    /// How good the figure is, from the same place.
    public let status: String
    /// What it means.
    public let summary: String
}

extension World {
    /// Every number that a path can name, in the order of its slot; those of absent sections left out.
    public func paths() -> [PathDescription] {
        var result: [PathDescription] = []
        for section in Schema.sections where hasSection(section.name) {
            for field in section.fields
            where field.kind == .number && (field.model.isEmpty || field.model == model(section.name)) {
                let path = section.name + "." + field.name
                let origin = provenance[path] ?? provenance[section.name]
                result.append(
                    description(path, slot(section.name, field.name), field, origin?.source, origin?.status))
            }
        }
        for shape in Schema.tables where shape.hasIDs {
            let table = table(shape.name)
            for field in shape.fields where field.kind == .number {
                let origin = provenance[shape.name + "." + field.name] ?? provenance[shape.name]
                for (row, slot) in table.slots(field.name).enumerated() where has(shape.name, row, field.name) {
                    let (source, status) = (table.rowSources[row], table.rowStatuses[row])
                    result.append(
                        description(
                            "\(shape.name)[\(table.ids[row])].\(field.name)", slot, field,
                            source.isEmpty ? origin?.source : source, status.isEmpty ? origin?.status : status))
                }
            }
        }
        return result
    }

    private func description(
        _ path: String, _ slot: Int, _ field: Schema.Field, _ source: String?, _ status: String?
    ) -> PathDescription {
        PathDescription(
            path: path, value: values[slot].isNaN ? nil : values[slot], unit: units.text(field.unit),
            range: Numeral.text(field.range), source: source ?? "", status: status ?? "", summary: field.summary)
    }

    /// The slots that a path names: `section.key`, `table[id].column`, `table[first..last].column`,
    /// `table[column=value].column`, `table[*].column`.
    ///
    /// Throws a finding without file or line where it names none, or something that can't vary from lane to lane.
    public func resolve(path: String) throws(Finding) -> [Int] { try place(path).slots }

    /// What a path names.
    struct Place {
        let field: Schema.Field
        let table: String?
        let rows: [Int]
        let slots: [Int]
    }

    func place(_ path: String) throws(Finding) -> Place {
        func problem(_ message: String, _ remedy: String) -> Finding {
            Finding(file: "", path: path, message: message, remedy: remedy)
        }
        let tableNames = Schema.tables.filter(\.hasIDs).map(\.name)
        guard let open = path.firstIndex(of: "[") else {
            let parts = path.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
            guard parts.count == 2 else {
                throw problem(
                    "`\(path)` is not a path", "write `section.key`, `table[id].column` or `table[*].column`")
            }
            if tableNames.contains(parts[0]) {
                throw problem("`\(path)` does not say which rows", "write `\(parts[0])[*].\(parts[1])`")
            }
            guard let section = Schema.section(parts[0]) else {
                throw problem(
                    "`\(parts[0])` is not a section",
                    Nearest.remedy(parts[0], among: Schema.sections.map(\.name) + tableNames))
            }
            guard hasSection(section.name) || doubts.sections.contains(section.name) else {
                throw problem(
                    "this world has no section `\(section.name)`, so the path would change nothing",
                    "add `\(section.name):` to world.yaml, or leave the path out")
            }
            var field = try number(section.fields, parts[1], in: section.name, path)
            if !climateMembers.isEmpty, section.name == "climate", field.name == "member" {
                field.range = 0...Double(climateMembers.count)
            }
            let model = model(section.name)
            guard field.model.isEmpty || field.model == model || doubts.sections.contains(section.name) else {
                throw problem(
                    "`\(field.name)` belongs to the model `\(field.model)`, and that of this world is `\(model)`",
                    "leave the path out")
            }
            return Place(field: field, table: nil, rows: [], slots: [slot(section.name, field.name)])
        }
        let name = String(path[..<open])
        guard let shape = Schema.table(name), shape.hasIDs else {
            throw problem("`\(name)` is not a table that a path can name", Nearest.remedy(name, among: tableNames))
        }
        let rest = path[path.index(after: open)...]
        guard let close = rest.lastIndex(of: "]"), rest[close...].hasPrefix("].") else {
            throw problem("`\(path)` is not a path", "write `\(name)[id].column` or `\(name)[*].column`")
        }
        let table = table(name)
        guard !table.ids.isEmpty || doubts.tables.contains(name) else {
            throw problem("this world has no table `\(name)`", Nearest.allowed(tables.keys.sorted()))
        }
        let field = try number(shape.fields, String(rest[rest.index(close, offsetBy: 2)...]), in: name, path)
        let named = try self.rows(String(rest[..<close]), of: table, shape, path)
        let rows = named.filter { has(name, $0, field.name) }
        if rows.isEmpty, let row = named.first, let terms = ContractTerms.of(table.text("kind")[row]) {
            throw problem(
                "a contract of the kind `\(terms.kind)` has no `\(field.name)`",
                Nearest.remedy(field.name, among: terms.terms.map(\.name)))
        }
        let slots = table.slots(field.name)
        return Place(field: field, table: name, rows: rows, slots: rows.map { slots.lowerBound + $0 })
    }

    private func number(
        _ fields: [Schema.Field], _ name: String, in owner: String, _ path: String
    ) throws(Finding) -> Schema.Field {
        let numbers = fields.filter { $0.kind == .number }.map(\.name)
        guard let field = fields.first(where: { $0.name == name }) else {
            throw Finding(
                file: "", path: path, message: "`\(name)` is not a number of `\(owner)`",
                remedy: Nearest.remedy(name, among: numbers))
        }
        guard field.kind == .number else {
            let kind =
                switch field.kind {
                case .fixed, .integer: "fixes topology, geography or the calendar"
                default: "is a text"
                }
            throw Finding(
                file: "", path: path, message: "`\(owner).\(name)` \(kind): no path can name it",
                remedy: Nearest.nearest(name, among: numbers).map { "did you mean `\($0)`?" }
                    ?? Nearest.allowed(numbers))
        }
        return field
    }

    private func rows(
        _ selector: String, of table: Table, _ shape: Schema.TableShape, _ path: String
    ) throws(Finding) -> [Int] {
        if selector == "*" { return Array(table.ids.indices) }
        if let span = try span(selector, of: table, path) { return span }
        guard let equals = selector.firstIndex(of: "=") else {
            if let row = table.ids.firstIndex(of: selector) { return [row] }
            if doubts.tables.contains(table.name) { return [] }
            throw Finding(
                file: "", path: path, message: "`\(table.name)` has no row `\(selector)`",
                remedy: Nearest.remedy(selector, among: table.ids))
        }
        let column = String(selector[..<equals]).trimmed
        let value = String(selector[selector.index(after: equals)...]).trimmed
        let columns = shape.fields.filter { !$0.kind.isNumeric }.map(\.name)
        guard columns.contains(column) else {
            throw Finding(
                file: "", path: path, message: "rows of `\(table.name)` can't be selected by `\(column)`",
                remedy: Nearest.remedy(column, among: columns))
        }
        let texts = table.text(column)
        let rows = texts.indices.filter { texts[$0] == value }
        let isDoubted = doubts.tables.contains(table.name) || doubts.columns.contains(table.name + "." + column)
        guard !rows.isEmpty || isDoubted else {
            throw Finding(
                file: "", path: path, message: "no row of `\(table.name)` has `\(column)` = `\(value)`",
                remedy: Nearest.remedy(value, among: Set(texts).subtracting([""]).sorted()))
        }
        return rows
    }

    /// The rows from one id to another, in the order of the table; nil where the selector is no `first..last`.
    private func span(_ selector: String, of table: Table, _ path: String) throws(Finding) -> [Int]? {
        if table.ids.contains(selector) || selector.contains("=") { return nil }
        guard let dots = selector.firstRange(of: "..") else { return nil }
        let ends = [String(selector[..<dots.lowerBound]).trimmed, String(selector[dots.upperBound...]).trimmed]
        if doubts.tables.contains(table.name) { return [] }
        var rows: [Int] = []
        for end in ends {
            guard let row = table.ids.firstIndex(of: end) else {
                throw Finding(
                    file: "", path: path,
                    message: "`\(table.name)` has no row `\(end)` for a span to begin or end with",
                    remedy: Nearest.remedy(end, among: table.ids))
            }
            rows.append(row)
        }
        guard rows[0] <= rows[1] else {
            throw Finding(
                file: "", path: path, message: "in `\(table.name)` the row `\(ends[1])` stands before `\(ends[0])`",
                remedy: "write `\(table.name)[\(ends[1])..\(ends[0])]`")
        }
        return Array(rows[0]...rows[1])
    }

    var units: Units { Units(currency: currency, isCurrencyUnknown: doubts.currency) }

    /// The path of one slot.
    func path(of slot: Int) -> String {
        for (section, keys) in Layout.sectionSlots {
            if let key = keys.first(where: { $0.value == slot })?.key { return section + "." + key }
        }
        for table in tables.values {
            for (column, range) in table.slotRanges where range.contains(slot) {
                return "\(table.name)[\(table.ids[slot - range.lowerBound])].\(column)"
            }
        }
        return "slot \(slot)"
    }

    /// The field of one slot.
    func field(of slot: Int) -> Schema.Field? {
        for section in Schema.sections {
            if let key = Layout.sectionSlots[section.name]?.first(where: { $0.value == slot })?.key {
                return section.field(key)
            }
        }
        for shape in Schema.tables {
            guard let table = tables[shape.name] else { continue }
            for (column, range) in table.slotRanges where range.contains(slot) { return shape.field(column) }
        }
        return nil
    }
}
