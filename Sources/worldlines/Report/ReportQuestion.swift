import Drawing
import Foundation
import Optimizer
import WorldModel

extension ReportContents {
    /// What the study asked, and of which world.
    var question: ReportPage.Section {
        get throws {
            var contents: [Markup] = [facts]
            if !study.decisions.isEmpty { contents.append(decisions) }
            if !study.uncertainties.isEmpty { contents.append(try uncertainties) }
            if !study.effects.shocks.isEmpty { contents.append(shocks) }
            if !study.outcomes.isEmpty { contents.append(try outcomes) }
            if let text = try studyFile {
                contents.append(
                    tag(
                        "details", [:], tag("summary", [:], "The study file, word for word"),
                        tag("pre", [:], .text(text))))
            }
            return ReportPage.Section(id: "question", title: "What was asked", contents: contents)
        }
    }

    private var facts: Markup {
        var pairs: [(String, String)] = []
        if !study.question.isEmpty { pairs.append(("question", study.question)) }
        pairs.append(("world", world.title.isEmpty ? world.name : "\(world.name): \(world.title)"))
        let tables = Schema.tables.map { ($0.name, world.table($0.name).ids.count) }.filter { $0.1 > 0 }
        let sections = Schema.sections.map(\.name).filter(world.hasSection)
        pairs.append(("parts", sections.joined(separator: ", ")))
        if !tables.isEmpty {
            pairs.append(
                (
                    "tables",
                    tables.map { "\($0.1) \($0.0.replacingOccurrences(of: "_", with: " "))" }.joined(separator: ", ")
                ))
        }
        if !world.currency.isEmpty, world.currency != "currency" {
            pairs.append(("money", "\(world.currency), real prices"))
        }
        pairs.append(("years", "\(years.lowerBound) to \(years.upperBound)"))
        pairs.append(
            (
                "world lines",
                "\(file.worldLines): \(counted(policies.count, "policy")), each in the same \(counted(samples, "sample"))"
            ))
        pairs.append(("seed", "\(file.seed)"))
        return tag(
            "dl", [:], pairs.flatMap { [tag("dt", [:], .text($0.0)), tag("dd", [:], .text($0.1))] })
    }

    private var decisions: Markup {
        let rows = study.decisions.map { decision -> Markup in
            let lever = study.levers[decision.lever]
            let conditions = decision.conditions.sorted { $0.key < $1.key }.map { earlier, options in
                let lever = study.levers[study.decisions[earlier].lever]
                return "if \(lever.name) is " + options.sorted().map { lever.options[$0] }.joined(separator: " or ")
            }
            return tag(
                "tr", [:], tag("th", ["scope": "row"], "\(decision.year)"),
                tag("td", ["class": "left"], .text(lever.name)),
                tag("td", ["class": "left wrap"], .text(lever.options.joined(separator: ", "))),
                tag(
                    "td", ["class": "left wrap"],
                    .text(conditions.isEmpty ? "always" : conditions.joined(separator: ", "))))
        }
        return sheet(
            caption: ["Decisions"], head: headings(["year", "lever", "options", "taken"], left: 4), rows: rows)
    }

    private var uncertainties: Markup {
        get throws {
            let names = try file.uncertainties()
            let rows = try zip(study.uncertainties, names).map { uncertainty, name -> Markup in
                let values = try file.values(of: "uncertainty_\(name)")
                let drawn = (0..<samples).map { values[$0 * policies.count] }
                let digits = Scale(unit: "1", largest: 1).digits(largest: drawn.map(abs).max() ?? 0)
                func text(_ value: Double) -> String { Numerals.text(value, digits: digits) }
                return tag(
                    "tr", [:], tag("th", ["scope": "row"], tag("code", [:], .text(uncertainty.path))),
                    tag("td", ["class": "left"], .text(uncertainty.unit == "1" ? "" : uncertainty.unit)),
                    tag("td", ["class": "left wrap"], .text(study.words(of: uncertainty))),
                    tag("td", [:], .text(text(drawn.min() ?? .nan))),
                    tag("td", [:], .text(text(Statistics.percentile(drawn, 50)))),
                    tag("td", [:], .text(text(drawn.max() ?? .nan))))
            }
            return sheet(
                caption: ["Not known, drawn once a sample"],
                head: headings(["path", "unit", "distribution", "least drawn", "median", "largest"], left: 3),
                rows: rows)
        }
    }

    private var shocks: Markup {
        let rows = study.effects.shocks.enumerated().map { index, shock -> Markup in
            let struck = (0..<samples).count { study.effects.strikes(shock: index, sample: $0) }
            return tag(
                "tr", [:], tag("th", ["scope": "row"], .text(shock.name)),
                tag("td", ["class": "left"], .text(date(shock))),
                tag("td", [:], .text(percent(shock.probability))),
                tag("td", [:], .text("\(struck) of \(samples)")),
                tag(
                    "td", ["class": "left"],
                    .text(
                        shock.recovery.isFinite ? "as exp(−t / \(Scale.plain(shock.recovery, unit: "1")) yr)" : "stays")
                ),
                tag("td", [:], "\(shock.effects.count)"))
        }
        return sheet(
            caption: ["Shocks"],
            head: headings(["name", "date", "probability", "struck samples", "fades", "numbers hit"], left: 2),
            rows: rows)
    }

    private func date(_ shock: Shock) -> String {
        var day = shock.day
        for (month, length) in CivilDate.monthLengths.enumerated() {
            if day < length { return String(format: "%d-%02d-%02d", shock.year, month + 1, day + 1) }
            day -= length
        }
        return "\(shock.year)"
    }

    private var outcomes: Markup {
        get throws {
            let rows = study.outcomes.map { outcome -> Markup in
                let measure = OutcomeTable.Measure(
                    name: outcome.name, unit: outcome.unit, minimize: outcome.minimize, limits: outcome.limits)
                let limit = limits(measure)
                return tag(
                    "tr", [:], tag("th", ["scope": "row"], .text(outcome.name)),
                    tag("td", ["class": "left"], .text(outcome.unit == "1" ? "" : outcome.unit)),
                    tag("td", ["class": "left wrap"], .text(study.words(of: outcome))),
                    tag("td", ["class": "left"], .text(outcome.minimize ? "less is better" : "more is better")),
                    tag("td", ["class": "left wrap"], .text(limit.isEmpty ? "" : String(limit.dropFirst(2)))))
            }
            return sheet(
                caption: ["Measured"], head: headings(["outcome", "unit", "what", "direction", "limit"], left: 5),
                rows: rows)
        }
    }

    /// The text of the study's file; nil where the archive keeps none.
    private var studyFile: String? {
        get throws {
            let (files, path) = try file.sources()
            return files.first { $0.path == path }.map { String(decoding: $0.bytes, as: UTF8.self) }
        }
    }
}
