import Yams

/// Reads the sections of `world.yaml`.
extension WorldReader {
    func readSections(_ entries: [YAMLEntry]) {
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
    func model(of section: Schema.Section, _ keys: [YAMLEntry]?) -> String {
        guard let field = section.field("model"), case .choice(let words) = field.kind else { return "" }
        guard let key = keys?.first(where: { $0.key == "model" }) else { return field.standardText ?? "" }
        return key.value.scalar.flatMap { words.contains($0.string) ? $0.string : nil } ?? ""
    }

    func refuse(_ key: YAMLEntry, _ field: Schema.Field, of section: String, _ model: String) {
        collector.add(
            WorldReader.file, key.line, section + "." + field.name,
            "`\(field.name)` belongs to the model `\(field.model)`, and the model is `\(model)`",
            "take it out, or write `model: \(field.model)`")
    }

    func read(_ field: Schema.Field, of section: String, _ key: YAMLEntry?, present: Bool, line: Int?) {
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

    func number(
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
    func check(
        _ text: String, _ field: Schema.Field, _ file: String, _ line: Int?, _ path: String
    ) -> Bool {
        guard case .choice(let words) = field.kind, !words.contains(text) else { return true }
        collector.add(
            file, line, path, "`\(text)` is not one of the words allowed", Nearest.remedy(text, among: words))
        return false
    }
}
