import Foundation
import Testing
import WorldModel

@testable import Cases

/// Worlds made of cases: each is read without a finding, and says what the case says.
@Suite struct WorldFolderTests {
    private func world(_ grid: GridCase, start: Int? = nil) throws -> (World, WorldFolder) {
        let folder = try WorldFolder(of: grid, name: "made", source: "case.m", start: start, currency: "EUR_2025")
        return (try World.load(files: folder.files), folder)
    }

    private func values(_ world: World, _ table: String, _ column: String) -> [Double] {
        world.table(table).slots(column).map { world.values[$0] }
    }

    @Test func aMatpowerCase() throws {
        let (world, folder) = try world(Fixtures.read("matpower/triangle.m"))
        #expect(world.start == 2026 && world.currency == "EUR_2025")
        #expect(world.table("buses").ids == ["1", "2", "3"])
        #expect(world.table("loads").ids == ["load2", "load3", "shunt3"])
        #expect(values(world, "loads", "p_set") == [100, 150, 5])
        #expect(values(world, "generators", "p_nom") == [200, 150])
        #expect(values(world, "generators", "p_min_pu") == [0.05, 0])
        #expect(values(world, "generators", "marginal_cost") == [10, 30])
        // PyPSA's quadratic cost is c p², as MATPOWER's.
        #expect(values(world, "generators", "marginal_cost_quadratic") == [0.01, 0])
        // x V² / base: 0.1 · 230² / 100 ohm; a limit of 30 deg is (π/6) / (0.1 / 100) MW, of which no more than all is used.
        for x in world.table("lines").fixed("x") { #expect(abs(x - 52.9) < 1e-9) }
        #expect(values(world, "lines", "s_nom")[0] == 60)
        #expect(folder.warnings.contains { $0.message.contains("costs of 5 an hour") })
    }

    @Test func aPyPSANetwork() throws {
        let (world, folder) = try world(Fixtures.read("pypsa/network"))
        #expect(world.start == 2030)
        #expect(world.table("carriers").ids == ["gas", "wind", "AC"])
        #expect(values(world, "storage_units", "max_hours") == [4])
        #expect(world.table("links").ids == ["cable", "cable_back"])
        #expect(values(world, "links", "p_max_pu") == [1, 0.5])
        for word in ["its mean stands for its 4 values", "phase shift", "two links"] {
            #expect(folder.warnings.contains { $0.message.contains(word) }, "\(word)")
        }
    }

    @Test func aYearOfHoursIsASeries() throws {
        var grid = try Fixtures.read("matpower/triangle.m")
        let hours = 0..<8760
        grid.hours = GridCase.Hours(
            labels: hours.map { "2031-01-01 00:00:00 + \($0) h" }, weights: hours.map { _ in 1 },
            durations: hours.map { _ in 1 })
        let demand = hours.map { 100 + Double($0 % 24) }
        grid.loads[0].power = .hourly(demand)
        grid.generators[1].maximum = .hourly(hours.map { $0 % 2 == 0 ? 0.5 : 1 })
        let (world, folder) = try world(grid)
        #expect(world.start == 2031)
        #expect(folder.files.map(\.path).contains("loads-p_set.csv"))
        let factors = try #require(world.series("loads", "p_set", id: "load2"))
        let mean = values(world, "loads", "p_set")[0]
        for hour in [0, 23, 8759] { #expect(abs(factors[hour] * mean - demand[hour]) < 1e-9) }
        #expect(world.series("generators", "p_max_pu", id: "gen2")?[1] == 1)
    }

    /// A generator that takes power is a load and a generator, which together cost the same but for a constant.
    @Test func aLoadThatBids() throws {
        var grid = try Fixtures.read("matpower/triangle.m")
        grid.generators[0].nominal = 50
        grid.generators[0].minimum = .constant(-1)
        grid.generators[0].maximum = .constant(0.4)
        let (world, _) = try world(grid)
        #expect(world.table("loads").ids.last == "gen1_load")
        #expect(values(world, "loads", "p_set").last == 50)
        #expect(values(world, "generators", "p_nom")[0] == 70)
        #expect(abs(values(world, "generators", "marginal_cost")[0] - (10 - 0.02 * 50)) < 1e-12)
    }

    @Test func whatFeedsInIsAGenerator() throws {
        var grid = try Fixtures.read("matpower/triangle.m")
        grid.loads[2].power = .constant(-5)
        let (world, _) = try world(grid)
        #expect(world.table("generators").ids.last == "shunt3")
        #expect(values(world, "generators", "p_min_pu").last == 1)
    }

    @Test func piecesAreGenerators() throws {
        var grid = try Fixtures.read("matpower/triangle.m")
        let corners = [(0.0, 0.0), (80, 800), (200, 3200)].map { GridCase.Cost.Corner(power: $0.0, cost: $0.1) }
        grid.generators[0].cost = GridCase.Cost(corners: corners)
        let (world, _) = try world(grid)
        #expect(world.table("generators").ids == ["gen1_1", "gen1_2", "gen2"])
        #expect(values(world, "generators", "p_nom") == [80, 120, 150])
        #expect(values(world, "generators", "marginal_cost") == [10, 20, 30])
        #expect(values(world, "generators", "p_min_pu") == [10.0 / 80, 0, 0])
    }

    @Test func whatAWorldWouldGetWrongStopsIt() throws {
        var grid = try Fixtures.read("matpower/triangle.m")
        grid.lines[0].reactance = -0.001
        grid.generators[0].efficiency = 3
        let findings = #expect(throws: Findings.self) {
            try WorldFolder(of: grid, name: "made", source: "case.m", currency: "EUR_2025")
        }
        #expect(findings?.all.map(\.line) == [15, 21])
    }

    @Test func namesThatNoPathCanBearAreChanged() throws {
        var grid = try Fixtures.read("matpower/triangle.m")
        grid.generators[0].name = "unit[1]"
        #expect(try world(grid).0.table("generators").ids[0] == "unit_1_")
    }

    @Test func theExampleIsGood() throws {
        let files = WorldFolder.example(name: "first \"one\"", start: 2027, currency: "USD_2025")
        let study = try Study.load(files: files, study: "studies/cable.yaml")
        #expect(study.world.start == 2027 && study.world.name == "first \"one\"")
        #expect(study.warnings.isEmpty && study.world.warnings.isEmpty)
    }

    /// Every PGLib case becomes a world.
    @Test(.enabled(if: ReferenceTests.present), arguments: ReferenceTests.rows)
    func everyReferenceCase(row: ReferenceTests.Row) throws {
        let path = ReferenceTests.grid.appending(path: "cases/pglib/\(row.name).m").path
        let grid = try CaseFile(path: path).read()
        let (world, _) = try world(grid)
        #expect(world.table("lines").ids.count == grid.lines.count)
        #expect(world.table("buses").ids.count == grid.buses.count)
    }
}
