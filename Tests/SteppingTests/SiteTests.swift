import Testing
import WorldModel

@testable import Stepping

@Suite("Sites of data centres: room, heat, climate")
struct SiteTests {
    private func limited(_ anse: String, _ crest: String) throws -> Bundle {
        Bundle(
            try island([
                "data_centres.csv": { _ in
                    "name,city,capacity [MW],capacity_max [MW],order_share [1],cooling,capital_cost [USD/MW/yr]\n"
                        + "Anse,Anse,20,\(anse),0.5,wse_tower,1100000\nCrest,Crest,5,\(crest),0.5,air_econ_evap,1000000\n"
                }
            ]))
    }

    @Test("what a site has no room for goes where there is room, and no MW is lost")
    func room() throws {
        var bundle = try limited("30", "")
        for year in 2026...2031 {
            let record = bundle.step(year)
            let capacity = try #require(record["compute_capacity"])
            let waiting = try #require(record["compute_pipeline"])
            for lane in 0..<8 {
                let held = (capacity + waiting).reduce(0) { $0 + $1[lane] }
                #expect(abs(held - (25 + 20 * Double(year - 2025))) < 1e-9 * held)
                #expect(capacity[0][lane] <= 30 * (1 + 1e-12))
            }
        }
    }

    @Test("what no site has room for is not ordered")
    func full() throws {
        var bundle = try limited("28", "9")
        for year in 2026...2030 { _ = bundle.step(year) }
        let record = bundle.step(2031)
        let held = ((record["compute_capacity"] ?? []) + (record["compute_pipeline"] ?? [])).reduce(0) { $0 + $1[3] }
        #expect(abs(held - 37) < 1e-9 * 37)
    }

    @Test("a limit that is far away changes no bit")
    func far() throws {
        var (near, far) = (try limited("", ""), try limited("1000000", "1000000"))
        for year in 2026...2028 { #expect(near.step(year) == far.step(year)) }
    }

    @Test("heat is sold as far as work gives it off and neighbours take it, and is taken from the cost")
    func heat() throws {
        func bundle(_ compute: String) throws -> Bundle {
            Bundle(
                try island([
                    "world.yaml": {
                        $0.replacingOccurrences(of: "training_share: 0.3", with: "training_share: 0.3\n" + compute)
                    },
                    "data_centres.csv": { _ in
                        "name,city,capacity,order_share,heat_demand [MW],cooling,capital_cost\n"
                            + "Anse,Anse,20,0.5,4,wse_tower,1100000\nCrest,Crest,5,0.5,100,air_econ_evap,1000000\n"
                    },
                ]))
        }
        var (without, sold) = (try bundle(""), try bundle("  heat_share: 0.5\n  heat_price: 30 USD/MWh"))
        let (a, b) = (without.step(2026), sold.step(2026))
        let capacity = try #require(b["compute_capacity"])
        for lane in 0..<8 {
            // Anse gives off more than the 4 MW that its neighbours take, Crest all that it gives off.
            let heat = 8760 * (4 + capacity[2][lane] * 0.8 * 0.5)
            #expect(capacity[0][lane] * 0.8 * 0.5 > 4)
            #expect(abs((b["heat_sold"]?[0][lane] ?? .nan) - heat) < 1e-12 * heat)
            #expect(a["heat_sold"]?[0][lane] == 0)
            let (dear, cheap) = (a["system_cost"]?[0][lane] ?? .nan, b["system_cost"]?[0][lane] ?? .nan)
            #expect(abs(dear - cheap - 30 * heat) < 1e-12 * dear)
        }
    }

    /// The normals of the cities are those of their buses' areas, so nothing may change but rounding.
    @Test("cities with climates of their own speak for the warming of the areas that their buses lie in")
    func climates() throws {
        let study = try island([
            "cities.csv": { text in
                let lines = text.split(separator: "\n").map(String.init)
                return lines.enumerated().map { index, line in
                    index == 0
                        ? line + ",area" : line + "," + (line.split(separator: ",").first ?? "").lowercased() + "-city"
                }.joined(separator: "\n") + "\n"
            },
            "profiles.csv": { text in
                let normals = text.split(separator: "\n").filter { $0.hasPrefix("temperature,") }
                let own = normals.map { line in
                    var cells = line.split(separator: ",", omittingEmptySubsequences: false)
                    cells[1] += "-city"
                    return cells.joined(separator: ",")
                }
                return text + own.joined(separator: "\n") + "\n"
            },
        ])
        let (apart, together) = (Bundle(study), Bundle(try island()))
        for (area, name) in together.compiled.places.areas.enumerated() {
            let place = try #require(apart.compiled.places.areas.firstIndex(of: name))
            let expected = together.compiled.weather.warmingRatio(ofArea: area, together.year())
            #expect(apart.compiled.weather.warmingRatio(ofArea: place, apart.year()) == expected)
        }
    }
}
