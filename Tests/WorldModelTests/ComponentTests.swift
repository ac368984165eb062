import Foundation
import Testing

@testable import WorldModel

@Suite struct ComponentTests {
    private static var folder: String {
        URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("../../Worlds")
            .standardizedFileURL.path
    }

    static let worlds = ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).filter {
        FileManager.default.fileExists(atPath: folder + "/\($0)/world.yaml")
    }.sorted()

    @Test(arguments: worlds)
    func everyVariableOfAShippedWorldIsMadeByAComponentThatItHas(name: String) throws {
        let world = try World.load(folder: ComponentTests.folder + "/" + name)
        for variable in world.recordedVariables {
            let component = variable.component(in: world)
            #expect(component.stands(in: world), "\(variable.name): \(component)")
            switch variable.presence {
            case .section(let section), .setting(let section, _, is: _):
                if !variable.name.hasPrefix("work_per_") { #expect(component.rawValue == section, "\(variable.name)") }
            case .everywhere, .table, .citiesOfEconomy: break
            }
        }
    }

    @Test func aWorldWithoutAGridHasItsCO2FromTheEconomy() throws {
        let world = try World.load(folder: ComponentTests.folder + "/dice2016")
        let made = Dictionary(uniqueKeysWithValues: world.recordedVariables.map { ($0.name, $0.component(in: world)) })
        #expect(made["co2_emissions"] == .economy && made["system_cost"] == .economy)
        #expect(made["carbon_atmosphere"] == .climate && made["global_temperature"] == .climate)
        #expect(!made.values.contains(.grid))
    }

    /// Every way to join entities and years, on numbers with ties and a debt.
    @Test(arguments: Outcome.OverTime.allCases, Outcome.OverEntities.allCases)
    func theTermsOfAnOutcomeSumToIt(time: Outcome.OverTime, over: Outcome.OverEntities) throws {
        let world = try World.load(folder: ComponentTests.folder + "/island")
        let variable = try #require(world.recordedVariables.first { $0.name == "compute_served" })
        let count = world.count(of: variable)
        let outcome = Outcome(
            name: "x", unit: "1", minimize: true, limits: -1...1, variable: variable, overTime: time,
            overEntities: over, entities: Array(0..<count - 1))
        let yearly = (0..<4 * count).map { (place: Int) -> Double in
            let number = Double((place * 7919) % 11)
            return place % 5 == 0 ? number - 0.5 : number + 1
        }
        let years = world.start...world.start + 3
        let value = outcome.evaluate(yearly, world: world, years: years, discountRate: 3)
        let terms = outcome.terms(yearly, world: world, years: years, discountRate: 3)
        #expect(abs(terms.values.reduce(0, +) - value) <= 1e-12 * max(abs(value), 1))
        if over != .shareOutside {
            #expect(stride(from: count - 1, to: terms.values.count, by: count).allSatisfy { terms.values[$0] == 0 })
        }
    }

    @Test func numbersOfACommandLineTakeUnits() throws {
        for (text, unit, value) in [
            ("50 GWh", "MWh", 50_000), ("50GWh", "MWh", 50_000), ("-1.5e3", "MWh", -1500), ("40 %", "1", 0.4),
            ("5 bn USD_2025", "USD_2025", 5e9), ("2 kUSD_2025/MWh", "USD_2025/MWh", 2000), ("3 points", "points", 3),
        ] {
            #expect(try abs(Numeral.value(text, in: unit) - value) <= 1e-12 * abs(value), "\(text)")
        }
        for (text, unit) in [
            ("50 GW", "MWh"), ("", "MWh"), ("nan", "1"), ("GWh", "MWh"), ("1e999", "1"), ("5 EUR", "USD_2025"),
        ] {
            #expect(throws: Numeral.Refusal.self, "\(text)") { try Numeral.value(text, in: unit) }
        }
    }
}
