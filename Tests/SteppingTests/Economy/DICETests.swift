import Foundation
import Testing
import WorldModel

@testable import Stepping

/// A study of Worlds/dice2016, with a pulse of CO2 in each of these years.
func dice(_ name: String, pulses: [Int] = [], _ edits: [(String, String)] = []) throws -> Study {
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appending(path: "../../..")
        .standardizedFileURL
    let study = try Study.load(path: root.appending(path: "Worlds/dice2016/studies/\(name).yaml").path)
    let files = study.sources.map { file in
        var text = String(decoding: file.bytes, as: UTF8.self)
        if file.path == study.sourcePath {
            let outcomes = pulses.map { "  pulse_\($0): {of: scc, year: \($0), minimize: true}\n" }.joined()
            text = String(text[..<(text.range(of: "  scc_2015:")?.lowerBound ?? text.endIndex)]) + outcomes
        }
        for (old, new) in edits { text = text.replacingOccurrences(of: old, with: new) }
        return SourceFile(path: file.path, bytes: Array(text.utf8))
    }
    return try Study.load(files: files, study: study.sourcePath)
}

/// The years of a study, one policy in all lanes: [variable] -> [step] of the first entity and lane.
func path(of study: Study, option: Int) -> [String: [Double]] {
    var bundle = Bundle(study, samples: Array(repeating: 0, count: 8), choices: Array(repeating: [option], count: 8))
    var path: [String: [Double]] = [:]
    for year in study.times {
        for (name, values) in bundle.step(year) {
            if let first = values.first { path[name, default: []].append(first[0]) }
        }
    }
    return path
}

@Suite("DICE-2016 is the economy with no compute and an elasticity of one")
struct DICETests {
    /// Column of the references -> recorded variable and the unit of the column in that of the variable.
    static let columns: [String: (variable: String, unit: Double)] = [
        "L": ("people", 1e6), "AL": ("productivity", 1), "SIGMA": ("carbon_intensity", 1), "MIU": ("abatement", 1),
        "S": ("savings_rate", 1), "K": ("capital", 1e12), "YGROSS": ("gross_product", 1e12),
        "DAMFRAC": ("damage_share", 1), "DAMAGES": ("damages", 1e12), "ABATECOST": ("abatement_cost", 1e12),
        "Y": ("net_product", 1e12), "I": ("investment", 1e12), "C": ("consumption", 1e12),
        "CPC": ("consumption_per_person", 1e3), "E": ("emissions_to_air", 1), "EIND": ("industry_emissions", 1e9),
        "CCA": ("cumulative_carbon", 1), "MAT": ("carbon_atmosphere", 1), "MU": ("carbon_upper_ocean", 1),
        "ML": ("carbon_lower_ocean", 1), "FORC": ("forcing", 1), "TATM": ("warming", 1),
        "TOCEAN": ("deep_ocean_warming", 1), "CPRICE": ("marginal_abatement_cost", 1), "PERIODU": ("utility", 1),
    ]

    /// Control of a hundred percent leaves E of industry as a difference of equal numbers: held against emissions of 1 Gt.
    @Test(
        "every column of the published paths", .enabled(if: GoldenTable.isPresent),
        arguments: [
            ("base", 0, "dice2016r_base.csv", 4485.743454826446),
            ("optimal", 1, "dice2016r2_optimal.csv", 4520.55777408689),
        ])
    func columns(study: String, option: Int, file: String, welfare: Double) throws {
        let table = try GoldenTable(file)
        let path = path(of: try dice(study), option: option)
        #expect(Set(table.header).subtracting(DICETests.columns.keys) == ["year", "YNET"])
        for (column, (variable, unit)) in DICETests.columns {
            let expected = try table.numbers(column)
            let found = try #require(path[variable], "\(variable)").map { $0 / unit }
            #expect(found.count == expected.count && expected.count == 100)
            let scale = ["E", "EIND"].contains(column) ? 1 : 0.0
            let worst =
                zip(found, expected).map { abs($0 - $1) / max(abs($1), scale, 1e-300) * ($0 == $1 ? 0 : 1) }
                .max() ?? .nan
            #expect(worst < 1e-12, "\(column): \(worst)")
        }
        let gross = try #require(path["gross_product"])
        let damages = try #require(path["damages"])
        for (row, expected) in try table.numbers("YNET").enumerated() {
            #expect(relative((gross[row] - damages[row]) * 1e-12, expected) < 1e-12)
        }
        #expect(relative(path["welfare"]?.last ?? .nan, welfare) < 1e-13)
    }

    /// The baseline of the gain: the controls of R with the numbers of R2.
    @Test("welfare without a policy and with the best, in GAMS's variant")
    func gain() throws {
        let study = try dice("optimal")
        let base = path(of: study, option: 0)["welfare"]?.last ?? .nan
        let best = path(of: study, option: 1)["welfare"]?.last ?? .nan
        #expect(relative(base, 4491.072606151978) < 1e-13, "\(base)")
        #expect(relative(best, 4520.557774086901) < 1e-13, "\(best)")
    }

    /// Rounding of 1e-16 in a difference of 1e-6 of consumption leaves 1e-10.
    @Test(
        "the social cost of carbon of the table", .enabled(if: GoldenTable.isPresent),
        arguments: [("R_base", "base", 0), ("R2_gams_opt", "optimal", 1)])
    func socialCost(run: String, study: String, option: Int) throws {
        let table = try GoldenTable("dice2016_scc.csv")
        let rows = zip(
            try table.texts("run"), zip(try table.numbers("year"), try table.numbers("scc_2010USD_per_tCO2"))
        )
        .filter { $0.0 == run }.map { (year: Int($0.1.0), cost: $0.1.1) }
        #expect(rows.count == 10)
        let pulsed = try dice(study, pulses: rows.map(\.year))
        #expect(pulsed.world.carbonPulses == rows.map(\.year))
        var bundle = Bundle(
            pulsed, samples: Array(repeating: 0, count: 8), choices: Array(repeating: [option], count: 8))
        var last: [String: [[Double]]] = [:]
        for year in pulsed.times { last = bundle.step(year) }
        for (index, row) in rows.enumerated() {
            let found = last["scc"]?[index][0] ?? .nan
            #expect(relative(found, row.cost) < 1e-10, "\(row.year): \(found), not \(row.cost)")
        }
    }

    @Test("the social cost of carbon, typed in")
    func socialCostOfBase() throws {
        let path = path(of: try dice("base", pulses: [2020]), option: 0)
        #expect(relative(path["scc"]?.last ?? .nan, 37.252170252126355) < 1e-10)
        #expect(path["scc"]?.first == 0, "nothing before its pulse")
    }

    /// At the optimum a tonne costs what avoiding it costs; the pulse of 5 Gt is 3.6e-6 from the limit.
    @Test("at the optimum the last tonne avoided costs what the last tonne emitted does")
    func firstOrder() throws {
        let path = path(of: try dice("optimal", pulses: [2020]), option: 1)
        let price = path["marginal_abatement_cost"]?[1] ?? .nan
        #expect(relative(path["scc"]?.last ?? .nan, price) < 5e-6)
    }

    @Test("a pulse leaves the world line without it as it was, bit for bit")
    func pulseAside() throws {
        let with = path(of: try dice("base", pulses: [2020, 2050]), option: 0)
        let without = path(of: try dice("base"), option: 0)
        for (name, values) in without { #expect(with[name] == values, "\(name)") }
        #expect(without["scc"] == nil && with["scc"] != nil)
    }

    @Test("carbon is conserved: what is emitted is in one of the stocks")
    func carbonBudget() throws {
        let path = path(of: try dice("base"), option: 0)
        let stocks = try ["carbon_atmosphere", "carbon_upper_ocean", "carbon_lower_ocean"].map {
            try #require(path[$0])
        }
        let emitted = try #require(path["emissions_to_air"])
        for step in 1..<emitted.count {
            let before = stocks.reduce(0) { $0 + $1[step - 1] }
            let after = stocks.reduce(0) { $0 + $1[step] }
            #expect(abs(after - before - 5 * emitted[step - 1] / 3.666) < 1e-9 * after)
        }
    }

    @Test("a control between two rows lies on the line between them")
    func interpolation() throws {
        let study = try dice("base", [("2020,0.032297188500697314,0.2562495007\n", "")])
        let path = path(of: study, option: 0)
        let rows = try #require(path["abatement"])
        #expect(study.world.table("controls").ids.count == 99)
        #expect(abs(rows[1] - 0.5 * (rows[0] + rows[2])) < 1e-16)
    }
}
