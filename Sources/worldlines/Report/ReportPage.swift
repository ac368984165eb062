import Drawing
import WorldModel

/// The page of a report: its sections in their order.
struct ReportPage {
    /// A section: what it is called, where links find it, and what it says.
    struct Section {
        let id: String
        let title: String
        let contents: [Markup]

        var markup: Markup {
            tag(
                "section", ["id": id, "aria-labelledby": "\(id)-title"],
                [tag("h2", ["id": "\(id)-title"], .text(title))] + contents)
        }
    }

    let markup: Markup
    /// The number of charts and maps.
    let figures: Int

    init(_ contents: ReportContents) throws {
        let charts = try ReportCharts(contents)
        let before = [contents.decision, try contents.question, contents.policyTables].compactMap { $0 }
        let after = [try contents.provenance]
        figures = charts.figures
        let file = contents.file
        let links = (before + charts.sections + after).map {
            tag("li", [:], tag("a", ["href": "#\($0.id)"], .text($0.title)))
        }
        let header = [
            tag("p", ["class": "where"], .text(contents.circumstances)),
            tag("h1", [:], .text(contents.study.question.isEmpty ? file.title : contents.study.question)),
            tag("nav", ["aria-label": "Sections"], tag("ul", [:], links)),
        ]
        let pictures = tag("div", ["class": "pictures"], charts.key + charts.sections.map(\.markup))
        markup = document(
            title: "\(file.title): report", policies: contents.shown.count, header: header,
            main: before.map(\.markup) + [pictures] + after.map(\.markup),
            footer: "A page of worldlines. It follows from the archive alone: the same archive gives the same bytes. "
                + "What it shows follows from the world's figures and the study's assumptions; it is no forecast.")
    }
}

/// A page that needs nothing from outside, in the style of all pages.
///
/// - Parameter policies: the number of policies that can be hidden.
func document(title: String, policies: Int = 0, header: [Markup], main: [Markup], footer: String) -> Markup {
    let head = tag(
        "head", [:], tag("meta", ["charset": "utf-8"]),
        tag("meta", ["name": "viewport", "content": "width=device-width, initial-scale=1"]),
        tag("meta", ["name": "color-scheme", "content": "light dark"]), tag("title", [:], .text(title)),
        .style(StyleSheet.text(policies: policies)))
    let body = tag(
        "body", [:], tag("header", [:], header), tag("main", [:], main),
        tag("footer", ["class": "soft"], tag("p", [:], .text(footer))))
    return tag("html", ["lang": "en"], head, body)
}

extension ReportContents {
    /// World, study, years, samples in one line.
    var circumstances: String {
        [
            world.title.isEmpty ? world.name : world.title, "study \(file.studyName)",
            "\(years.lowerBound)–\(years.upperBound)", counted(policies.count, "policy"),
            counted(samples, "sample"), counted(file.worldLines, "world line"),
        ].joined(separator: " · ")
    }
}

/// Words of a paragraph.
func paragraph(_ words: String, class name: String = "") -> Markup {
    name.isEmpty ? tag("p", [:], .text(words)) : tag("p", ["class": name], .text(words))
}

/// A number of a table: its exact value for machines, its text for people.
func cell(_ text: String, value: Double, class name: String = "", _ attributes: [(String, String)] = []) -> Markup {
    let number = tag("data", ["value": "\(value)"], .text(text))
    let all = (name.isEmpty ? [] : [("class", name)]) + attributes
    return .element("td", all.map { Markup.Attribute(name: $0.0, value: $0.1) }, [number])
}

/// A table in a frame that scrolls where the page is narrower.
func sheet(caption: [Markup], head: [Markup], rows: [Markup]) -> Markup {
    tag(
        "div", ["class": "scroll", "tabindex": "0", "role": "region", "aria-label": "table"],
        tag(
            "table", [:], tag("caption", [:], tag("div", [:], caption)), tag("thead", [:], tag("tr", [:], head)),
            tag("tbody", [:], rows)))
}

/// Headings of columns, the first ones flush left.
func headings(_ titles: [String], left: Int = 1) -> [Markup] {
    titles.enumerated().map { index, title in
        index < left
            ? tag("th", ["scope": "col", "class": "left"], .text(title)) : tag("th", ["scope": "col"], .text(title))
    }
}
