import Foundation
import Lanes
import Testing
import WorldModel

@testable import Stepping

/// What stores are worth to a system that doesn't know the future, against one that does: 50 buses in two weeks, where
/// the reference folder is present.
@Suite("What stores are worth") struct StorageWorthTests {
    private static let folder = GoldenTable.shared.appending(path: "reference/grid/synth50/pypsa")

    /// Cost of the weeks from these hours without stores, and with perfect foresight from half full to half full: HiGHS,
    /// one program of 168 hours.
    private static let weeks: [(hour: Int, without: Double, foresight: Double)] = [
        (0, 49_812_315.887, 49_586_685.228), (4320, 24_940_345.356, 24_505_402.076),
    ]

    /// The folder as a world without weather; its places are left out, and its stores where there are to be none.
    private func kernel(_ clearing: String, stores: Bool = true) throws -> WorldKernel {
        func text(_ name: String) throws -> String {
            try String(contentsOf: Self.folder.appending(path: name + ".csv"), encoding: .utf8)
        }
        func lines(_ name: String) throws -> [Substring] { try text(name).split(whereSeparator: \.isNewline) }
        let buses = try lines("buses").map { $0.split(separator: ",").prefix(2).joined(separator: ",") }
        let loads = try lines("loads").enumerated().map {
            $1 + ($0 == 0 ? ",cooling_sensitivity,heating_sensitivity" : ",0,0")
        }
        var files = ["buses": buses.joined(separator: "\n"), "loads": loads.joined(separator: "\n")]
        for name in ["carriers", "generators", "lines", "generators-p_max_pu", "loads-p_set"] {
            files[name] = try text(name)
        }
        if stores { files["storage_units"] = try text("storage_units") }
        let grid = "network: transport, clearing: \(clearing), days: 365, value_of_lost_load: 6000"
        return WorldKernel(study: try tinyStudy(grid, files))
    }

    /// What weeks cost from a state that begins half full, with what lacks at the end of each charged at its dearest price.
    private func costs(_ kernel: WorldKernel, from hour: Int, passes: Int) -> Double {
        let (w, c) = (kernel.makeWorkspace(), kernel.compiled)
        let (power, stores) = (c.power, c.power.stores)
        let seats = (0..<8).map { Seat(sample: $0, choices: []) }
        let y = kernel.year(2026, seats: seats, kernel.makeState(), w)
        kernel.setNumbers(y)
        c.weather.draw(y, seed: kernel.study.seed, warming: .zero)
        c.demand.ask(y, warming: .zero, level: Lanes(repeating: 1))
        power.learned.start(y, generators: power.generators)
        let start = (0..<stores.count).map { 0.5 * stores.capacity($0, y) }
        var (dearest, lack) = (0.0, 0.0)
        for pass in 0..<passes {
            for (unit, energy) in start.enumerated() { y[stores.energy, unit] = energy }
            w.clearTotals()
            dearest = 0
            for day in 0..<7 {
                power.clear(y, day: hour / 24 + day, daysBefore: 7 * pass + day)
                for price in 0..<power.prices.count { dearest = max(dearest, y[power.prices, price][0]) }
            }
            lack = start.enumerated().reduce(0) { $0 + max($1.element[0] - y[stores.energy, $1.offset][0], 0) }
        }
        return y[power.sums.operation][0] + dearest * lack
    }

    /// m and k are what a first pass over the same week teaches.
    @Test(
        "of what perfect foresight makes of stores, days get at least 90 % and hours 60 %",
        .enabled(if: GoldenTable.isPresent), arguments: weeks)
    func share(hour: Int, without: Double, foresight: Double) throws {
        let none = costs(try kernel("hourly", stores: false), from: hour, passes: 1)
        #expect(abs(none - without) < 1e-6 * without)
        for (clearing, least) in [("day", 0.9), ("hourly", 0.6)] {
            let share = (without - costs(try kernel(clearing), from: hour, passes: 2)) / (without - foresight)
            #expect(share >= least, "from hour \(hour), \(clearing): \(share)")
        }
    }
}
