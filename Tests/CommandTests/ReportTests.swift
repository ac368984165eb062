import Foundation
import Testing

#if canImport(FoundationXML)
    import FoundationXML
#endif

/// What a page says, read as XML: its elements with their attributes and words.
private final class PageReader: NSObject, XMLParserDelegate {
    struct Element {
        let name: String
        let attributes: [String: String]
        var words = ""
    }

    private(set) var elements: [Element] = []
    private var open: [Int] = []

    init?(_ page: String) {
        super.init()
        let parser = XMLParser(data: Data(page.utf8))
        parser.delegate = self
        guard parser.parse() else { return nil }
    }

    func parser(
        _ parser: XMLParser, didStartElement name: String, namespaceURI: String?, qualifiedName: String?,
        attributes: [String: String] = [:]
    ) {
        open.append(elements.count)
        elements.append(Element(name: name, attributes: attributes))
    }

    func parser(_ parser: XMLParser, didEndElement name: String, namespaceURI: String?, qualifiedName: String?) {
        open.removeLast()
    }

    func parser(_ parser: XMLParser, foundCharacters words: String) {
        for index in open { elements[index].words += words }
    }

    func all(_ name: String) -> [Element] { elements.filter { $0.name == name } }
}

@Suite struct ReportTests {
    static let study = "world/studies/cable.yaml"

    /// A workshop in which the study was run, and its report.
    func page(_ files: [String: String] = Workshop.world, _ options: String...) throws -> (shop: Workshop, text: String)
    {
        let shop = try Workshop(files: files)
        let run = try shop.run(["run", ReportTests.study, "-o", "a.h5"] + options)
        try #require(run.status == 0, "\(run.error)")
        let ending = try shop.run("report", "a.h5")
        try #require(ending.status == 0, "\(ending.error)")
        return (shop, try shop.read("a.html"))
    }

    @Test func aReportStandsBesideItsArchive() throws {
        let (shop, text) = try page()
        let reader = try #require(PageReader(text), "the page is well-formed")
        #expect(reader.all("title").contains { $0.words.contains("Two cities and a cable") })
        #expect(reader.all("h1").map(\.words) == ["Should the cable be doubled?"])
        for section in ["Best decision", "What was asked", "Policies", "Outcomes", "Over the years", "Map"] {
            #expect(reader.all("h2").contains { $0.words == section }, "no section \(section)")
        }
        let ending = try shop.run("report", "a.h5", "-o", "pages/b.htm", "--json")
        #expect(try ending.json["report"] as? String == "pages/b.htm")
        #expect(try ending.json["figures"] as? Int == reader.all("figure").count)
        #expect(try ending.json["bytes"] as? Int == text.utf8.count)
        #expect(try shop.read("pages/b.htm") == text, "the name of the page does not show")
    }

    /// What the report chooses is dominated by no other policy, and stands marked in its tables.
    @Test func theChosenPolicyIsNotDominated() throws {
        let reader = try #require(PageReader(try page().text))
        let chosen = reader.all("tr").filter { $0.attributes["class"] == "chosen" }.map(\.words)
        #expect(chosen.count == 4 && chosen[0].hasPrefix("★ "))
        let named = try #require(reader.all("strong").first?.words)
        for row in chosen { #expect(row.contains(named)) }
    }

    @Test func nothingComesFromOutside() throws {
        let reader = try #require(PageReader(try page().text))
        for element in reader.elements {
            #expect(!["script", "link", "img", "iframe", "object", "use", "image"].contains(element.name))
            for (name, value) in element.attributes {
                #expect(!value.contains("//") && !value.contains("url("), "\(name)=\(value)")
                if name == "href" { #expect(value.hasPrefix("#")) }
                #expect(!name.hasPrefix("on") && name != "src")
            }
        }
        let ids = reader.elements.compactMap { $0.attributes["id"] }
        #expect(Set(ids).count == ids.count)
        for link in reader.all("a") { #expect(ids.contains(String((link.attributes["href"] ?? "").dropFirst()))) }
    }

    @Test func everyPictureHasWordsAndEveryTableHeadings() throws {
        let reader = try #require(PageReader(try page().text))
        let charts = reader.all("svg").filter { $0.attributes["class"] == "chart" }
        #expect(charts.count >= reader.all("figure").count && reader.all("figure").count > 10)
        for chart in charts {
            #expect(chart.attributes["role"] == "img" && (chart.attributes["aria-label"] ?? "").count > 10)
        }
        #expect(reader.all("caption").count == reader.all("table").count)
        for heading in reader.all("th") { #expect(["row", "col"].contains(heading.attributes["scope"] ?? "")) }
        #expect(reader.all("html").allSatisfy { $0.attributes["lang"] == "en" })
    }

    /// Whether two numbers are the same, but for the last bits, which JSONSerialization doesn't always read as they are written.
    private func isSame(_ a: Double?, _ b: Double?) -> Bool {
        guard let a, let b else { return false }
        return abs(a - b) <= 1e-15 * abs(a)
    }

    @Test func theNumbersAreThoseOfCompare() throws {
        let (shop, text) = try page()
        let reader = try #require(PageReader(text))
        var found: [String: Double] = [:]
        for (index, element) in reader.elements.enumerated() where element.name == "td" {
            guard let measure = element.attributes["data-measure"], let policy = element.attributes["data-policy"],
                index + 1 < reader.elements.count
            else { continue }
            let value = try #require(Double(reader.elements[index + 1].attributes["value"] ?? ""))
            found["\(policy)|\(element.attributes["data-outcome"] ?? "")|\(measure)"] = value
        }
        let policies = try #require(try shop.run("compare", "a.h5", "--json").json["policies"] as? [[String: Any]])
        #expect(policies.count == 2)
        for row in policies {
            let policy = try #require(row["policy"] as? String)
            #expect(found["\(policy)||rank"] == row["rank"] as? Double)
            let robustness = try #require(row["robustness"] as? [String: Any])
            let outcomes = try #require(row["outcomes"] as? [String: [String: Double]])
            #expect(outcomes.count == 3)
            for (outcome, summary) in outcomes {
                for (measure, value) in summary { #expect(isSame(found["\(policy)|\(outcome)|\(measure)"], value)) }
                for measure in ["cvar", "minimax_regret"] {
                    let values = try #require(robustness[measure] as? [String: Double])
                    #expect(isSame(found["\(policy)|\(outcome)|\(measure)"], values[outcome]))
                }
            }
        }
    }

    /// Not a byte depends on workers, on the archive's name, or on when the page is made.
    @Test func theSameArchiveGivesTheSameBytes() throws {
        let first = try page(Workshop.world, "--workers", "1")
        let second = try page(Workshop.world, "--workers", "2")
        #expect(first.text == second.text)
        #expect(try first.shop.run("report", "a.h5").status == 0)
        #expect(try first.shop.read("a.html") == first.text)
    }

    @Test func namesInAWorldNeverBecomeMarkup() throws {
        var files = Workshop.world
        let nasty = "\"<script>alert('1')</script> & </style> ]]> <b>?\""
        files[ReportTests.study] = files[ReportTests.study]?
            .replacingOccurrences(of: "Should the cable be doubled?", with: nasty)
        files["world/world.yaml"] = files["world/world.yaml"]?
            .replacingOccurrences(of: "Two cities and a cable", with: nasty)
        let text = try page(files).text
        let reader = try #require(PageReader(text))
        #expect(reader.all("script").isEmpty && reader.all("b").isEmpty)
        #expect(reader.all("h1").first?.words == "<script>alert('1')</script> & </style> ]]> <b>?")
    }

    @Test func oneSampleAndOneYearAreEnough() throws {
        // The decision of 2028 falls away with its year, and with it the second policy.
        let short = try #require(PageReader(try page(Workshop.world, "--samples", "1", "--years", "2026-2026").text))
        #expect(short.all("figure").count > 10 && short.all("h2").first?.words == "What comes out")
        let text = try page(Workshop.world, "--samples", "1").text
        #expect(PageReader(text) != nil && text.contains("one sample says nothing"))
    }

    /// What a world lacks is left out: a climate alone has neither map nor carriers.
    @Test func aClimateAloneHasItsReport() throws {
        let world = """
            world: air
            start: 2026
            climate: {model: three_layer, emissions: emissions.csv}

            """
        let study = """
            study: warm
            world: ..
            years: 2026-2060
            samples: 4
            uncertainties:
              climate.ecs: {uniform: [2.0, 5.0], unit: K}
            outcomes:
              warming: {of: global_temperature, over_time: max, minimize: true, at_most: 2 K}

            """
        let text = try page([
            "world/world.yaml": world, "world/emissions.csv": Workshop.world["world/emissions.csv"] ?? "",
            ReportTests.study: study,
        ]).text
        let reader = try #require(PageReader(text))
        #expect(!reader.all("h2").contains { $0.words == "Map" || $0.words == "Electricity by carrier" })
        #expect(reader.all("figure").count == 2 && text.contains("at most 2 K is asked"))
    }

    @Test func placesWithoutCoordinatesHaveNoMap() throws {
        var files = Workshop.world
        files["world/buses.csv"] = "name\nnorth\nsouth\n"
        files["world/cities.csv"] =
            "name,bus,population,gross_product\nAlba,north,1000000,5e10\n"
            + "\"Borgo, Sud\",south,500000,2e10\n"
        let reader = try #require(PageReader(try page(files).text))
        #expect(!reader.all("h2").contains { $0.words == "Map" })
    }

    @Test func aStudyThatMeasuresNothingHasItsReport() throws {
        var files = Workshop.world
        let study = try #require(files[ReportTests.study])
        let outcomes = try #require(study.range(of: "outcomes:"))
        files[ReportTests.study] = String(study[..<outcomes.lowerBound])
        let reader = try #require(PageReader(try page(files).text))
        #expect(!reader.all("h2").contains { $0.words == "Policies" })
        #expect(reader.all("figure").count > 10)
    }

    // MARK: Errors

    @Test func whatIsNoArchiveIsSaidSo() throws {
        let shop = try Workshop(files: ["notes.h5": "notes", "folder/notes.txt": "notes", "b.h5.parts/run.json": "{}"])
        for (arguments, status, words) in [
            (["report", "nowhere.h5"], 74, "no such file"), (["report", "notes.h5"], 65, "not an archive"),
            (["report", "folder"], 65, "neither a world"), (["report", "b.h5"], 74, "worldlines resume b.h5"),
            (["report", "b.h5.parts"], 65, "worldlines resume b.h5"), (["report"], 64, "archive"),
            (["report", "notes.h5", "-o", "b.h5"], 64, ".html"), (["report", "notes.h5", "-o", ".html"], 64, ".html"),
        ] {
            let ending = try shop.run(arguments)
            #expect(Int(ending.status) == status && ending.output.isEmpty, "\(arguments): \(ending.error)")
            #expect(ending.error.contains(words), "\(arguments): \(ending.error)")
        }
        #expect(!shop.names(in: "").contains { $0.hasSuffix(".html") })
    }

    @Test func whatCannotBeWrittenIsSaidSo() throws {
        let (shop, _) = try page()
        try shop.write("notes", to: "folder.html/notes.txt")
        for (output, words) in [("no/where/b.html", "mkdir -p no/where"), ("folder.html", "is a folder")] {
            let ending = try shop.run("report", "a.h5", "-o", output)
            #expect(ending.status == 74 && ending.output.isEmpty && ending.error.contains(words), "\(ending.error)")
        }
        #expect(try shop.read("folder.html/notes.txt") == "notes")
    }
}
