import Foundation
import Testing
import WorldModel

@testable import Cases

/// Laws that every solution keeps, and cases that can be cleared by hand.
///
/// Powers are compared to 1e-4 MW: a certified gap of 1e-9 of the bill leaves a dispatch free by about that much where costs
/// are nearly equal.
@Suite struct ClearingTests {
    private let triangle = "matpower/triangle.m"

    // MARK: Laws

    /// At each bus what is given, drawn and carried away sums to 0, and flows obey Kirchhoff, in every hour.
    @Test(arguments: ["matpower/triangle.m", "matpower/real-world.m", "pypsa/network"])
    func balancesAndKirchhoff(name: String) throws {
        let grid = try Fixtures.read(name)
        let solution = try CaseClearing.solve(grid)
        #expect(solution.status == .optimal && solution.gap <= 1e-8)
        for (hour, found) in zip(solution.range, solution.hours) {
            var open = [Double](repeating: 0, count: grid.buses.count)
            for load in grid.loads { open[load.bus] -= load.power[hour] }
            for (generator, power) in zip(grid.generators, found.generation) {
                open[generator.bus] += power
                let (low, high) = (generator.minimum[hour], generator.maximum[hour])
                #expect(power >= generator.nominal * low - 1e-9 && power <= generator.nominal * high + 1e-9)
            }
            for (unit, power) in zip(grid.storageUnits, found.storage) { open[unit.bus] += power }
            for (line, flow) in zip(grid.lines, found.lineFlow) {
                open[line.bus0] -= flow
                open[line.bus1] += flow
                #expect(abs(flow) <= line.nominal * line.maximum[hour] * (1 + 1e-12))
                let fall = found.angle[line.bus0] - found.angle[line.bus1]
                #expect(abs(fall - line.reactance * flow - line.shift) < 1e-9)
                #expect(fall >= line.angles.lowerBound - 1e-9 && fall <= line.angles.upperBound + 1e-9)
            }
            for (link, flow) in zip(grid.links, found.linkFlow) {
                open[link.bus0] -= flow
                open[link.bus1] += link.efficiency[hour] * flow
            }
            for value in open { #expect(abs(value) < 1e-6) }
            #expect(found.angle.indices.contains { grid.buses[$0].isReference && found.angle[$0] == 0 })
        }
    }

    /// What a store holds follows from what it does, and ramps are kept.
    @Test func storesAndRamps() throws {
        var grid = try Fixtures.read("pypsa/network")
        grid.generators[0].rampUp = 0.3
        grid.generators[0].rampDown = 0.1
        let solution = try CaseClearing.solve(grid)
        let unit = grid.storageUnits[0]
        var level = unit.initialEnergy
        for (index, hour) in solution.hours.enumerated() {
            let power = hour.storage[0]
            let kept = index == 0 ? level : level * (1 - unit.standingLoss[index])
            level =
                power > 0 ? kept - power / unit.dispatchEfficiency[index] : kept - power * unit.storeEfficiency[index]
            // Where power is free, a store may burn some, charging and discharging at once.
            #expect(hour.energy[0] < level + 1e-4)
            if hour.price[unit.bus] > 0.01 { #expect(hour.energy[0] > level - 1e-4) }
            #expect(hour.energy[0] > -1e-9 && hour.energy[0] < 200 + 1e-9)
            level = hour.energy[0]
            if index > 0 {
                let change = hour.generation[0] - solution.hours[index - 1].generation[0]
                #expect(change <= 0.3 * 400 + 1e-6 && change >= -0.1 * 400 - 1e-6)
            }
        }
    }

    /// An hour in a lane beside others is the hour alone, bit for bit.
    @Test func hoursAreAlone() throws {
        var grid = try Fixtures.read("pypsa/network")
        grid.storageUnits = []
        let together = try CaseClearing.solve(grid)
        for hour in 0..<4 {
            let alone = try CaseClearing.solve(grid, hours: hour..<hour + 1)
            #expect(alone.hours[0].generation == together.hours[hour].generation)
            #expect(alone.hours[0].price == together.hours[hour].price)
        }
    }

    /// Fewer laws can't cost more.
    @Test(arguments: ["matpower/triangle.m", "pypsa/network"])
    func transportCostsNoMore(name: String) throws {
        let grid = try Fixtures.read(name)
        let dc = try CaseClearing.solve(grid).objective(of: grid)
        let solution = try CaseClearing.solve(grid, model: .transport)
        #expect(solution.objective(of: grid) <= dc * (1 + 1e-8))
        #expect(solution.hours.allSatisfy { $0.angle.isEmpty })
    }

    // MARK: By hand

    /// 100 MW at bus 2, 155 at bus 3, units at 1 and 2; the line from 1 to 2 is limited to 60 MW.
    @Test func aTriangle() throws {
        let grid = try Fixtures.read(triangle)
        let hour = try CaseClearing.solve(grid).hours[0]
        let (a, b) = (hour.generation[0], hour.generation[1])
        #expect(abs(a + b - 255) < 1e-6)
        // θ3 = 0: injections a at 1 and b − 100 at 2 into a delta of equal reactances give f12 = (a − (b − 100)) / 3.
        #expect(abs(hour.lineFlow[0] - (a - (b - 100)) / 3) < 1e-6)
        #expect(abs(hour.lineFlow[0] - 60) < 1e-4)
        #expect(abs(a - 167.5) < 1e-4 && abs(b - 87.5) < 1e-4)
        #expect(abs(hour.cost - (5 + 10 * 167.5 + 0.01 * 167.5 * 167.5 + 30 * 87.5)) < 1e-4)
        // One more MW at 3 splits evenly between the units: 1 = Δa + Δb, 0 = Δa − Δb.
        let slope = 10 + 0.02 * 167.5
        #expect(abs(hour.price[0] - slope) < 1e-4 && abs(hour.price[1] - 30) < 1e-4)
        #expect(abs(hour.price[2] - (slope + 30) / 2) < 1e-4)
    }

    /// A chain of pieces, and the same cost as three generators.
    @Test func piecesAreAsGoodAsGenerators() throws {
        let corners = [(20.0, 100.0), (80, 700), (120, 1500), (200, 4700)]
        var grid = try Fixtures.read(triangle)
        grid.generators[0].cost = GridCase.Cost(
            corners: corners.map { GridCase.Cost.Corner(power: $0.0, cost: $0.1) })
        let whole = try CaseClearing.solve(grid)
        // At 167.5 MW the marginal cost is 40, above the other unit's 30: it gives 120, where the slope rises from 20.
        #expect(abs(whole.hours[0].generation[0] - 120) < 1e-4)
        #expect(abs(whole.hours[0].cost - (1500 + 30 * 135)) < 1e-4)
        // Outside its corners a chain goes on as straight as it ends.
        #expect(grid.generators[0].cost.value(10, hour: 0) == 0 && grid.generators[0].cost.value(210, hour: 0) == 5100)
    }

    @Test func whatCannotBeServedIsNamed() throws {
        var grid = try Fixtures.read(triangle)
        grid.loads[1].power = .constant(400)
        let solution = try CaseClearing.solve(grid)
        #expect(solution.status == .infeasible)
        // 505 MW are drawn and 350 can be given.
        #expect(abs(solution.shortages.reduce(0) { $0 + $1.power } - 155) < 1e-3)
        #expect(solution.reason.hasPrefix("load can't be met at bus"))
        #expect(solution.hours[0].price.isEmpty)
    }

    @Test func whatCannotBeTakenIsNamed() throws {
        var grid = try Fixtures.read(triangle)
        grid.generators[0].minimum = .constant(1)
        grid.generators[1].minimum = .constant(1)
        let solution = try CaseClearing.solve(grid)
        #expect(solution.status == .infeasible)
        #expect(abs(solution.shortages.reduce(0) { $0 + $1.power } + 95) < 1e-3)
        #expect(solution.reason.hasPrefix("output can't be taken at bus"))
    }

    @Test func limitsThatExcludeEachOtherAreNamed() throws {
        var grid = try Fixtures.read(triangle)
        grid.lines[0].angles = 0.5...0.6
        let solution = try CaseClearing.solve(grid)
        #expect(solution.status == .infeasible && solution.reason.contains("branch1"))
    }

    /// Without the line from 1 to 3 all of unit 1 leaves by the line to 2, which carries 120 MW.
    @Test func anOutageIsSurvived() throws {
        var grid = try Fixtures.read(triangle)
        grid.lines[0].nominal = 120
        #expect(try abs(CaseClearing.solve(grid).hours[0].generation[0] - 200) < 1e-4)
        #expect(grid.outages.survived == [0, 1, 2])
        let solution = try CaseClearing.solve(grid, secured: [0, 1, 2])
        let hour = solution.hours[0]
        #expect(solution.status == .optimal && solution.gap <= 1e-8)
        #expect(abs(hour.generation[0] - 120) < 1e-4 && abs(hour.generation[1] - 135) < 1e-4)
        #expect(abs(hour.cost - (5 + 10 * 120 + 0.01 * 120 * 120 + 30 * 135)) < 1e-4)
        #expect(solution.outages.map { [$0.hour, $0.line, $0.outage] } == [[0, 0, 1]])
        // A unit at bus 1 may give no more, whatever a MW more is worth elsewhere.
        #expect(abs(hour.price[0] - (10 + 0.02 * 120)) < 1e-4 && abs(hour.price[1] - 30) < 1e-4)
    }

    @Test func anOutageThatCantBeSurvivedIsInfeasible() throws {
        let grid = try Fixtures.read(triangle)
        let solution = try CaseClearing.solve(grid, secured: [0, 1, 2])
        #expect(solution.status == .infeasible)
        #expect(solution.reason.hasSuffix("with every outage of a line survived"))
    }

    @Test func aLineWithoutAnotherWayCantBeSecured() throws {
        var grid = try Fixtures.read(triangle)
        grid.lines.remove(at: 1)
        let (survived, splitting) = grid.outages
        #expect(survived.isEmpty && splitting == [0, 1])
    }

    /// 10 degrees over 0.001 rad/MW and twice as much beside it: 58 MW go around, with 50 MW of room.
    @Test func aShiftThatNoFlowsBearIsInfeasible() throws {
        var grid = try Fixtures.read(triangle)
        for index in grid.lines.indices { grid.lines[index].nominal = 50 }
        grid.loads = grid.loads.map { load in
            var load = load
            load.power = .constant(0)
            return load
        }
        grid.generators[0].minimum = .constant(0)
        grid.lines[0].shift = 10 * Double.pi / 180
        let solution = try CaseClearing.solve(grid)
        #expect(solution.status == .infeasible)
        #expect(solution.reason.contains("Kirchhoff"))
        for line in ["branch1", "branch2", "branch3"] { #expect(solution.reason.contains(line)) }
    }

    @Test func anHourThatCantBeServedLeavesTheOthers() throws {
        var grid = try Fixtures.read("pypsa/network")
        grid.storageUnits = []
        grid.loads[1].power = .hourly([20, 20, 400, 20])
        let solution = try CaseClearing.solve(grid)
        #expect(solution.hours.map(\.status) == [.optimal, .optimal, .infeasible, .optimal])
        #expect(solution.reason.hasPrefix("2030-01-01 02:00:00: load can't be met at bus island"))
    }

    /// A store that a snapshot doesn't last for could give any power: the finding names its line.
    @Test func aSnapshotOfNoLengthIsRefused() throws {
        var grid = try Fixtures.read("pypsa/network")
        grid.hours.durations[2] = 0
        let error = #expect(throws: CaseClearing.Unsupported.self) { try CaseClearing.solve(grid) }
        #expect(
            error?.description.contains("snapshots.csv:4: the snapshot `2030-01-01 02:00:00` lasts 0 hours") == true)
        #expect(try CaseClearing.solve(grid, hours: 0..<2).status == .optimal)
    }

    @Test func aFailureIsSaidPlainly() {
        #expect(
            CaseClearing.failure(gap: 0.4127)
                == "the solver gave up, and there is no answer: its best dispatch may be above the least cost by 0.41 of it, "
                + "where 1e-6 is allowed")
    }

    @Test func tooManyJoinedHoursAreRefused() throws {
        var grid = try Fixtures.read("pypsa/network")
        let count = CaseClearing.mostCoupledHours + 1
        grid.hours = GridCase.Hours(
            labels: (0..<count).map(String.init), weights: .init(repeating: 1, count: count),
            durations: .init(repeating: 1, count: count))
        let error = #expect(throws: CaseClearing.Unsupported.self) { try CaseClearing.solve(grid) }
        #expect(error?.description.contains("storage_units.csv:2: \(count) hours") == true)
    }

    // MARK: Another engine

    /// The network without its quadratic cost, as PyPSA 1.4.0 with HiGHS clears it.
    @Test(arguments: [("as it is", 38727.22149197128), ("cyclic", 39703.11119041029), ("ramps", 56668.23711340207)])
    func pypsa(kind: String, cost: Double) throws {
        var grid = try Fixtures.read("pypsa/network")
        for index in grid.generators.indices { grid.generators[index].cost.quadratic = .constant(0) }
        if kind == "cyclic" { grid.storageUnits[0].isCyclic = true }
        if kind == "ramps" {
            grid.generators[0].rampUp = 0.1
            grid.generators[0].rampDown = 0.05
        }
        let solution = try CaseClearing.solve(grid)
        #expect(solution.status == .optimal)
        // Weights count the last hour twice.
        #expect(abs(solution.objective(of: grid) - cost) < 1e-7 * cost)
        if kind == "as it is" {
            for (hour, price) in [0.0, 50, 50, 50].enumerated() {
                #expect(abs(solution.hours[hour].price[2] - price) < 1e-4)
                #expect(abs(solution.hours[hour].price[3] - (price + 0.5) / 0.97) < 1e-4)
            }
        }
        if kind == "cyclic" {
            let unit = grid.storageUnits[0]
            let first = solution.hours[0]
            let start = first.energy[0] + min(first.storage[0], 0) * unit.storeEfficiency[0]
            #expect(abs(start - (solution.hours.last?.energy[0] ?? -1)) < 1e-3)
        }
    }
}
