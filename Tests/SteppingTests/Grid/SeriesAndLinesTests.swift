import Foundation
import Testing
import WorldModel

@testable import Stepping

/// The island with edits to its files and more files, named in its world.
func island(
    adding files: [SourceFile], tables: String, _ edits: [String: (String) -> String] = [:]
) throws -> Study {
    let plain = try island()
    let edited = plain.sources.map { file in
        var text = String(decoding: file.bytes, as: UTF8.self)
        if let edit = edits[file.path] { text = edit(text) }
        if file.path == "world.yaml" { text = text.replacingOccurrences(of: "tables:\n", with: "tables:\n" + tables) }
        return SourceFile(path: file.path, bytes: Array(text.utf8))
    }
    return try Study.load(files: edited + files, study: plain.sourcePath)
}

private func file(_ path: String, _ text: String) -> SourceFile { SourceFile(path: path, bytes: Array(text.utf8)) }

private func hours(_ path: String, _ id: String, _ values: [Double]) -> SourceFile {
    file(path, "snapshot,\(id)\n" + values.enumerated().map { "\($0),\($1)\n" }.joined())
}

@Suite("Series of 8760 hours")
struct SeriesTests {
    /// The profile of the sun, written out for 8760 hours: availability is the same number, so every bit is the same.
    @Test("a series that says what a profile says changes no bit of a generator, and 1e-9 of a load")
    func likeProfiles() throws {
        let plain = try island()
        let calendar = WorldKernel(study: plain).compiled.calendar
        func written(_ name: String, _ area: String) throws -> [Double] {
            calendar.hours(of: try #require(plain.world.profile(name, area: area)))
        }
        let sun = try island(
            adding: [hours("sun.csv", "anse-solar", try written("solar", "anse"))],
            tables: "  generators-p_max_pu: sun.csv\n",
            ["generators.csv": { $0.replacingOccurrences(of: ",25,solar", with: ",25,") }])
        let demand = try written("demand", "anse").map { 300 * $0 }
        let load = try island(
            adding: [hours("load.csv", "anse-demand", demand)], tables: "  loads-p_set: load.csv\n",
            ["loads.csv": { $0.replacingOccurrences(of: "anse,300,demand", with: "anse,,") }])
        var (a, b, c) = (Bundle(plain), Bundle(sun), Bundle(load))
        for year in 2026...2027 {
            let (x, y, z) = (a.step(year), b.step(year), c.step(year))
            #expect(x == y)
            for name in ["load", "peak_load", "system_cost"] {
                for lane in 0..<8 {
                    let (p, q) = (x[name]?[0][lane] ?? .nan, z[name]?[0][lane] ?? .nan)
                    // The mean of the profile's hours is not quite 1; the solver's tolerance is 1e-6 of the cost.
                    #expect(abs(p - q) < (name == "system_cost" ? 2e-6 : 1e-9) * p, "\(name): \(p), \(q)")
                }
            }
        }
    }

    @Test("must-run follows its series")
    func mustRun() throws {
        let least = (0..<8760).map { $0 % 24 < 12 ? 0.2 : 0.6 }
        var bundle = Bundle(
            try island(
                adding: [hours("least.csv", "bight-coal", least)], tables: "  generators-p_min_pu: least.csv\n",
                ["generators.csv": { $0.replacingOccurrences(of: "350,0.3,", with: "350,,") }]))
        bundle.workspace.probe = HourProbe(hours: Set(0..<8760), lane: 0)
        _ = bundle.step(2026)
        let programs = try #require(bundle.workspace.probe?.programs)
        let place = try #require(programs.first?.variables.firstIndex(of: "generator:bight-coal"))
        for program in programs {
            #expect(abs(program.l[place] - 350 * (program.hour % 24 < 12 ? 0.2 : 0.6)) < 1e-9)
        }
    }
}

@Suite("Lines in the transport model")
struct LineTests {
    private static let table = """
        name,bus0,bus1,x [Ohm],r [Ohm],s_nom [MVA],s_max_pu,capital_cost [USD/MW/yr]
        anse-bight,anse,bight,0.1,0.01,250,0.8,12000

        """

    private func wired(_ option: String = "{}") throws -> Study {
        try island(
            adding: [file("lines.csv", LineTests.table)], tables: "  lines: lines.csv\n",
            [
                "links.csv": { text in
                    text.split(separator: "\n").filter { !$0.hasPrefix("anse-bight") }.joined(separator: "\n") + "\n"
                },
                "studies/first.yaml": {
                    $0.replacingOccurrences(of: "as_is: {}", with: "as_is: \(option)")
                },
            ])
    }

    /// 250 MW x 0.8 either way is the link of 200 MW.
    @Test("a line is a link without losses, recorded after the links")
    func likeLinks() throws {
        var (a, b) = (Bundle(try island()), Bundle(try wired()))
        #expect(b.kernel.world.entities(of: .link) == ["crest-anse", "anse-bight"])
        for year in 2026...2027 {
            let (x, y) = (a.step(year), b.step(year))
            for lane in 0..<8 {
                for name in ["system_cost", "load", "congestion_rent"] {
                    let (p, q) = (x[name]?[0][lane] ?? .nan, y[name]?[0][lane] ?? .nan)
                    // Costs to the solver's tolerance; prices, and so rents, jump where two dispatches cost the same.
                    #expect(abs(p - q) < (name == "congestion_rent" ? 1e-2 : 2e-6) * p, "\(name): \(p), \(q)")
                }
                let (p, q) = (x["flow"]?[0][lane] ?? .nan, y["flow"]?[1][lane] ?? .nan)
                #expect(abs(p - q) < 1e-3 * abs(p), "flow: \(p), \(q)")
            }
        }
    }

    /// A line with these limits, in the study in which a lever asks for more.
    private func limited(_ columns: String, _ cells: String, option: String, expansion: String = "") throws -> Study {
        let lines = LineTests.table.split(separator: "\n")
        let text = "\(lines[0]),\(columns)\n\(lines[1]),\(cells)\n"
        let plain = try wired(option)
        let files = plain.sources.map { each -> SourceFile in
            switch each.path {
            case "lines.csv": file("lines.csv", text)
            case "world.yaml":
                file(
                    each.path,
                    String(decoding: each.bytes, as: UTF8.self).replacingOccurrences(
                        of: "  clearing: hourly\n", with: "  clearing: hourly\n" + expansion))
            default: each
            }
        }
        return try Study.load(files: files, study: plain.sourcePath)
    }

    @Test("a line widens by at most s_nom_build_max a year and pays what stands")
    func limits() throws {
        var bundle = Bundle(
            try limited(
                "s_nom_max [MW],s_nom_build_max [MW/yr],fom_cost [USD/MW/yr]", "340,30,100",
                option: "{\"lines[anse-bight].s_nom\": {plus: 90}}"))
        let (plants, power) = (bundle.compiled.power.plants, bundle.compiled.power.network.linePower)
        #expect(plants.plants.count == 1 && plants.plants[0].kind == .lines)
        for year in 2026...2031 {
            _ = bundle.step(year)
            let added = min(max(0, 30 * Double(year - 2028)), 90)
            #expect(bundle.year()[power][0] == 250 + added, "\(year)")
            let plain = Bundle(try wired())
            let without = plain.prepared(year)
            for site in 0..<plain.compiled.sites.count {
                without[plain.compiled.sites.capacity, site] = bundle.year()[bundle.compiled.sites.capacity, site]
            }
            let paid = bundle.annuities(bundle.year())[0] - plain.annuities(without)[0]
            #expect(abs(paid - (added * 12_000 + (250 + added) * 100)) < 1e-3, "\(paid) in \(year)")
        }
    }

    @Test("limits of a line that never bind change no bit, and a lever beyond s_nom_max is refused")
    func looseAndTight() throws {
        let option = "{\"lines[anse-bight].s_nom\": {plus: 90}}"
        var (a, b) = (
            Bundle(try wired(option)), Bundle(try limited("s_nom_max,s_nom_build_max", "1e6,1e6", option: option))
        )
        for year in 2026...2030 { #expect(a.step(year) == b.step(year)) }
        #expect {
            _ = try limited("s_nom_max", "300", option: option)
        } throws: { error in
            let found = (error as? Findings)?.all ?? []
            return found.count == 1
                && found[0].message.contains("`lines[anse-bight].s_nom` to 340, beyond its s_nom_max")
        }
    }

    /// The rent of the year before, per MW, against the annuity of 12,000 USD.
    @Test("a rule widens a line by what its rent exceeds its cost by, and never closes it")
    func rule() throws {
        var bundle = Bundle(
            try limited(
                "s_nom_extendable,s_nom_max,fom_cost", "True,270,1000", option: "{}",
                expansion: "  expansion: margin\n  expansion_rate: 0.5\n"))
        var power = Array(repeating: 250.0, count: 8)
        let linePower = bundle.compiled.power.network.linePower
        var margin = (0..<8).map { bundle.year()[bundle.compiled.power.plants.margin][$0] }
        for year in 2026...2031 {
            let record = bundle.step(year)
            for lane in 0..<8 {
                let ordered = min(max(0.5 * (margin[lane] / 13_000 - 1), 0), 1) * power[lane]
                power[lane] = min(power[lane] + ordered, 270)
                let found = bundle.year()[linePower][lane]
                #expect(abs(found - power[lane]) < 1e-9 * found, "\(year): \(found) MW, not \(power[lane])")
                margin[lane] = (record["link_rent"]?[1][lane] ?? .nan) / found
            }
        }
    }

    @Test("a lever that widens a line is paid")
    func paid() throws {
        let plain = Bundle(try wired())
        let wide = Bundle(try wired("{\"lines[anse-bight].s_nom\": {plus: 100}}"))
        func annuity(_ bundle: Bundle) -> Double {
            bundle.annuities(bundle.prepared(2029))[0]
        }
        #expect(abs(annuity(wide) - annuity(plain) - 100 * 12_000) < 1e-3)
    }
}
