import Foundation
import Lanes
import Testing

@testable import Clearing

/// Agreement with an exact simplex solution of another engine, where the reference folder is present.
@Suite struct ClearingReferenceTests {
    static let shared = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appending(
        path: "../../../shared"
    )
    .standardizedFileURL
    static let present = FileManager.default.fileExists(atPath: shared.path)

    private func rows(_ path: String) throws -> [[Substring]] {
        try String(contentsOf: Self.shared.appending(path: path), encoding: .utf8).split(whereSeparator: \.isNewline)
            .map { $0.split(separator: ",", omittingEmptySubsequences: false) }
    }

    private func number(_ text: Substring) throws -> Double { try #require(Double(text)) }

    /// 50 buses, 80 lines, 200 generators, 10 stores; all 8760 hours, an eighth of the year in each lane, cold at midnight.
    @Test(
        .enabled(if: present, "../shared is absent"),
        .enabled(if: Npz.python != nil, "WORLDLINES_PYTHON names no Python"), arguments: ["tr", "dc"])
    func aFiftyBusYearCostsWhatSimplexSays(model: String) throws {
        let folder = "reference/grid/synth50/"
        let buses = try rows(folder + "pypsa/buses.csv").dropFirst().map { $0[0] }
        let bus = Dictionary(uniqueKeysWithValues: zip(buses, buses.indices))
        let generators = try rows(folder + "pypsa/generators.csv").dropFirst().filter { $0[2] != "load_shedding" }
        let stores = try rows(folder + "pypsa/storage_units.csv").dropFirst()
        let lines = try rows(folder + "pypsa/lines.csv").dropFirst()
        let demand = try rows(folder + "pypsa/loads-p_set.csv")
        let available = try rows(folder + "pypsa/generators-p_max_pu.csv")
        let reference = Npz(url: Self.shared.appending(path: folder + "ref/\(model)_year.npz"))
        let costs = try reference.array("obj")
        let limits = try reference.array("stolim")
        #expect(costs.count == 8760 && limits.count == 8760 * 20)
        #expect(demand[0].dropFirst().map { $0.dropFirst(5) } == buses.map { $0[...] })

        var market = Market(load: [Double](repeating: 0, count: buses.count))
        for row in buses.indices { market.singles[row].cost = 5000 + Double(row) }
        for generator in generators {
            market.singles.append((try #require(bus[generator[1]]), 1, try number(generator[4]), 0, 0, 0))
        }
        for (index, store) in stores.enumerated() {
            let row = try #require(bus[store[1]])
            market.singles.append((row, 1, 30 + 0.37 * Double(index), 0, 0, 0))
            market.singles.append((row, -1, -22 - 0.23 * Double(index), 0, 0, 0))
        }
        for line in lines {
            let limit = try number(line[5])
            let (from, to) = (try #require(bus[line[1]]), try #require(bus[line[2]]))
            if model == "dc" {
                market.lines.append((from, to, try number(line[3]), 0, limit))
            } else {
                market.pairs.append((from, to, 1, 0, -limit, limit))
            }
        }
        let column = Dictionary(uniqueKeysWithValues: zip(available[0], available[0].indices))
        let clearing = Clearing(pattern: market.pattern)
        let firstUnit = 2 * buses.count
        let firstStore = firstUnit + generators.count
        for step in 0..<1095 {
            let hours = (0..<8).map { 1095 * $0 + step }
            for (lane, hour) in hours.enumerated() {
                for row in buses.indices {
                    market.load[row] = try number(demand[hour + 1][row + 1])
                    market.singles[row].upper = market.load[row]
                }
                for (index, generator) in generators.enumerated() {
                    let share = try column[generator[0]].map { try number(available[hour + 1][$0]) } ?? 1
                    market.singles[firstUnit + index].upper = try number(generator[3]) * share
                }
                for index in 0..<stores.count {
                    market.singles[firstStore + 2 * index].upper = limits[hour * 20 + index]
                    market.singles[firstStore + 2 * index + 1].upper = limits[hour * 20 + 10 + index]
                }
                market.fill(clearing, lane: lane)
            }
            clearing.solve(warm: step % 24 != 0)
            #expect(!any(clearing.unconverged))
            for (lane, hour) in hours.enumerated() {
                let (cost, gap, exact) = (clearing.objective[lane], clearing.gap[lane], costs[hour])
                let scale = max(abs(cost), clearing.load.sum(lane, buses.count))
                #expect(abs(cost - exact) <= 1e-6 * exact)
                // The certificate encloses the exact cost; the reference itself is good to 1e-9.
                #expect(exact <= cost + 1e-9 * scale && exact >= cost - (gap + 1e-9) * scale)
            }
        }
    }
}

extension UnsafeMutablePointer<Lanes> {
    /// The sum of the first `count` elements in a lane.
    fileprivate func sum(_ lane: Int, _ count: Int) -> Double { (0..<count).reduce(0) { $0 + self[$1][lane] } }
}
