import Foundation
import Testing
import WorldModel

@testable import Cases

@Suite struct MatpowerTests {
    @Test func aFileAsTheyCirculateIsRead() throws {
        let grid = try Fixtures.read("matpower/real-world.m")
        #expect(grid.name == "real_world")
        #expect(grid.buses.map(\.name) == ["10", "20", "30", "50"])
        #expect(grid.buses.map(\.title) == ["Alba", "Borgo", "30", "Costa d'Oro"])
        #expect(grid.buses.map(\.isReference) == [true, false, false, false])
        #expect(grid.loads.map(\.name) == ["load20", "shunt20", "load30", "dcline1_loss"])
        #expect(grid.loads.map { $0.power[0] } == [50, -2, 70, 0.5])
        #expect(grid.generators.map(\.name) == ["gen1", "gen4", "gen5"])
        #expect(grid.generators.map { $0.nominal * $0.minimum[0] } == [0, 20, -15])
        #expect(grid.generators.map { $0.nominal * $0.maximum[0] } == [100, 80, 0])
        let corners = [(0.0, 0.0), (50, 500), (100, 1500)].map { GridCase.Cost.Corner(power: $0.0, cost: $0.1) }
        #expect(grid.generators[0].cost.corners == corners)
        #expect(
            grid.generators[1].cost == GridCase.Cost(constant: 30, linear: .constant(12), quadratic: .constant(0.04)))
        #expect(grid.generators[2].cost == GridCase.Cost(constant: 0, linear: .constant(100)))
        #expect(grid.lines.map(\.name) == ["branch1", "branch2", "branch3", "branch5"])
        #expect(grid.lines.map(\.nominal) == [90, .infinity, .infinity, 40])
        #expect(grid.lines.map(\.origin.line) == [46, 47, 48, 50])
        // Below 0 a limit is one of what arrives: 0.96 Pf − 0.5 is at least −10.
        #expect(grid.links.map { $0.nominal * $0.minimum[0] } == [-9.5 / 0.96])
        #expect(grid.links.map { $0.nominal * $0.maximum[0] } == [30])
        #expect(grid.links[0].efficiency[0] == 0.96 && grid.links[0].cost.linear[0] == 1.5)
    }

    /// b = 1/(x tap), f = b (θ0 − θ1 − shift) · baseMVA.
    @Test func theMatpowerConventionHonoursTapsAndShifts() throws {
        let lines = try Fixtures.read("matpower/real-world.m").lines
        let expected = [0.04, 0.08 * 0.95, -0.05, 0.1].map { $0 / 100 }
        for (line, reactance) in zip(lines, expected) { #expect(abs(line.reactance - reactance) < 1e-17) }
        #expect(lines.map(\.shift) == [0, -2.5 * .pi / 180, 0, 0])
    }

    /// b = x/(r² + x²), taps and shifts ignored.
    @Test func thePowerModelsConventionIgnoresThem() throws {
        let lines = try Fixtures.read("matpower/real-world.m", .powermodels).lines
        let impedances: [(r: Double, x: Double)] = [(0.003, 0.04), (0, 0.08), (0.01, -0.05), (0, 0.1)]
        for (line, z) in zip(lines, impedances) {
            let susceptance = z.x / (z.r * z.r + z.x * z.x)
            #expect(abs(line.reactance - 0.01 / susceptance) < 1e-17)
        }
        #expect(lines.allSatisfy { $0.shift == 0 })
    }

    /// As in MATPOWER, 0 on both sides is no bound, 0 on one is; a full turn is none.
    @Test func angleLimits() throws {
        let angles = try Fixtures.read("matpower/real-world.m").lines.map(\.angles)
        let none = Double.infinity
        let degree = Double.pi / 180
        #expect(angles == [-none...none, -none...none, -20 * degree...0, 0...15 * degree])
    }

    @Test func theLastOfTwoAssignmentsHolds() throws {
        let text = try String(contentsOfFile: Fixtures.path("matpower/triangle.m"), encoding: .utf8)
        let grid = try Fixtures.read(matpower: text + "mpc.baseMVA = 50;\n")
        #expect(abs(grid.lines[0].reactance - 0.1 / 50) < 1e-17)
    }

    @Test func carriageReturnsAndAMissingLastNewlineChangeNothing() throws {
        let text = try String(contentsOfFile: Fixtures.path("matpower/triangle.m"), encoding: .utf8)
        let plain = try Fixtures.read(matpower: text)
        for other in [text.replacingOccurrences(of: "\n", with: "\r\n"), String(text.dropLast()), "\u{FEFF}" + text] {
            let grid = try Fixtures.read(matpower: other)
            #expect(grid.buses.map(\.origin) == plain.buses.map(\.origin))
            #expect(grid.generators.map(\.cost) == plain.generators.map(\.cost))
            #expect(grid.lines.map(\.reactance) == plain.lines.map(\.reactance))
        }
    }

    @Test(arguments: [
        ("1", 1), ("-1.5e+3", -1500), ("+.5", 0.5), ("7.", 7), ("1D2", 100), ("2.5d-1", 0.25), ("Inf", Double.infinity),
        ("-inf", -Double.infinity),
    ])
    func numbersAsMATLABWritesThem(text: String, value: Double) { #expect(MatpowerNumber.parse(text) == value) }

    @Test(arguments: ["", "-", "+", "1e", "0x10", "1/2", "pi", "1-2", "'1'", "infinity", "--1"])
    func whatIsNoNumber(text: String) { #expect(MatpowerNumber.parse(text) == nil) }

    @Test func twoIslandsHaveAReferenceEach() throws {
        let text = try String(contentsOfFile: Fixtures.path("matpower/triangle.m"), encoding: .utf8)
            .replacing("\t3\t1\t150", with: "\t4\t1\t0\t0\t0\t0\t1\t1\t0\t230\t1\t1.1\t0.9;\n\t3\t1\t150")
            .replacing("\t1\t3\t0.01", with: "\t3\t4\t0.01").replacing("\t2\t3\t0.01", with: "\t1\t2\t0.01")
        #expect(try Fixtures.read(matpower: text).buses.map(\.isReference) == [true, false, true, false])
    }
}
