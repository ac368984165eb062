import Foundation
import Testing

@testable import WorldModel

/// docs/WORLDS.md holds a table for each section and table of the schema, and docs/ARCHIVE-FORMAT.md one of all recorded
/// variables, between marks; with WORLDLINES_GOLDEN=1 the tests write them anew.
@Suite struct PageTests {
    /// Compares what stands between two marks of a page, or writes it anew.
    private func compare(_ path: String, _ name: String, with text: String) throws {
        var page = try String(contentsOf: Golden.root.appendingPathComponent(path), encoding: .utf8)
        let from = try #require(page.range(of: "<!-- \(name): written by PageTests -->\n")?.upperBound)
        let to = try #require(page.range(of: "<!-- end of \(name) -->\n")?.lowerBound)
        if Golden.isWanted {
            page.replaceSubrange(from..<to, with: text)
            try Golden.write(page, path)
        } else {
            #expect(page[from..<to] == text)
        }
    }

    @Test func pageOfWorldsAgreesWithSchema() throws {
        try compare("docs/WORLDS.md", "schema", with: PageTests.schema)
    }

    @Test func pageOfArchivesListsEveryVariable() throws {
        var text = "\n| variable | component | over world_line, time and | recorded |\n|---|---|---|---|\n"
        for variable in RecordedVariable.all {
            text +=
                "| `\(variable.name)` | \(variable.component.rawValue) | \(variable.dimension?.rawValue ?? "") "
                + "| \(variable.presence.words) |\n"
        }
        try compare("docs/ARCHIVE-FORMAT.md", "variables", with: text + "\n")
    }

    /// Every source belongs to a field that has a default, so that none outlives its field.
    @Test func everySourceIsOfADefault() {
        let fields = Schema.sections.flatMap(\.fields) + Schema.tables.flatMap(\.fields)
        #expect(fields.contains { $0.source != nil })
        for field in fields where field.source != nil { #expect(!field.required, "\(field.name)") }
    }

    static var schema: String {
        var text = "\n### `world.yaml`\n\n" + keys(Schema.worldKeys)
        text += "\nThe sections below are further keys. An entry of `sources:` has\n\n" + keys(Schema.sourceKeys)
        for section in Schema.sections {
            text += "\n### Section `\(section.name)`\n\n" + rows(section.fields, of: section.name)
        }
        for table in Schema.tables { text += "\n### Table `\(table.name)`\n\n" + rows(table.fields, of: table.name) }
        text += "\n### Series\n\n| name | unit | allowed | meaning |\n|---|---|---|---|\n"
        for series in Schema.series {
            text += "| `\(series.name)` | \(series.unit) | \(Numeral.text(series.range)) | \(series.summary) |\n"
        }
        for (title, each) in [
            ("The study file", Schema.studyKeys), ("Decisions", Schema.decisionKeys), ("Effects", Schema.effectKeys),
            ("Distributions", Schema.distributionKeys), ("Correlations", Schema.correlationKeys),
            ("Shocks", Schema.shockKeys), ("Outcomes", Schema.outcomeKeys + Schema.outcomeEntityKeys),
        ] { text += "\n### \(title)\n\n" + keys(each) }
        text += "\n### Recorded variables\n\n| name | by | unit | in a year | meaning |\n|---|---|---|---|---|\n"
        for variable in RecordedVariable.all {
            text +=
                "| `\(variable.name)` | \(variable.dimension?.rawValue ?? "") | \(variable.unit) | \(variable.cellMethod.rawValue) "
                + "| \(variable.longName) |\n"
        }
        return text + "\n"
    }

    private static func keys(_ keys: [Schema.Key]) -> String {
        "| key | allowed | left out | meaning |\n|---|---|---|---|\n"
            + keys.map { "| `\($0.name)` | \($0.allowed) | \($0.standard) | \($0.summary) |\n" }.joined()
    }

    private static func rows(_ fields: [Schema.Field], of owner: String) -> String {
        "| name | unit | allowed | default | meaning |\n|---|---|---|---|---|\n"
            + fields.map { field in
                let source = field.source.map { ". *Default: \($0).*" } ?? ""
                return "| `\(field.name)` | \(field.unit) | \(allowed(field)) | \(standard(field)) "
                    + "| \(field.summary)\(source) |\n"
            }.joined()
    }

    private static func allowed(_ field: Schema.Field) -> String {
        switch field.kind {
        case .number: Numeral.text(field.range)
        case .fixed: Numeral.text(field.range) + "; no path"
        case .integer: Numeral.text(field.range) + ", whole; no path"
        case .text: "text"
        case .choice(let words): words.map { $0.isEmpty ? "empty" : "`\($0)`" }.joined(separator: ", ")
        case .reference(let table): "id in `\(table)`"
        }
    }

    private static func standard(_ field: Schema.Field) -> String {
        if field.required { return "required" }
        if let number = field.standard { return number.isNaN ? "absent" : Numeral.text(number) }
        return field.standardText.map { $0.isEmpty ? "empty" : "`\($0)`" } ?? ""
    }
}
