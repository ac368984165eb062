import Foundation
import Testing
import WorldModel

@testable import Cases

/// Agreement with another engine's optimum of every PGLib case that is there.
@Suite struct ReferenceTests {
    static let grid = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appending(
        path: "../../../shared/reference/grid"
    )
    .standardizedFileURL
    static let present = FileManager.default.fileExists(atPath: grid.path)

    /// A row of dcopf_reference.csv: the case and the least cost in either convention; nil where it is infeasible.
    struct Row: Sendable, CustomTestStringConvertible {
        let name: String
        let powermodels: Double?, matpower: Double?
        var testDescription: String { name }

        func objective(_ convention: SusceptanceConvention) -> Double? {
            convention == .powermodels ? powermodels : matpower
        }
    }

    static let rows: [Row] = {
        let text = try? String(contentsOf: grid.appending(path: "dcopf_reference.csv"), encoding: .utf8)
        let lines = (text ?? "").split(whereSeparator: \.isNewline).map {
            $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        }
        guard let header = lines.first, let pm = header.firstIndex(of: "pm_obj"),
            let mp = header.firstIndex(of: "mp_obj")
        else { return [] }
        return lines.dropFirst().map { Row(name: $0[0], powermodels: Double($0[pm]), matpower: Double($0[mp])) }
    }()

    @Test(.enabled(if: present)) func everyCaseIsThere() { #expect(Self.rows.count == 36) }

    /// The reference is good to about 1e-8 of the cost, ours is certified to 1e-8 or better.
    @Test(.enabled(if: present), arguments: rows, SusceptanceConvention.allCases)
    func costsAndPrices(row: Row, convention: SusceptanceConvention) throws {
        let path = Self.grid.appending(path: "cases/pglib/\(row.name).m").path
        let grid = try CaseFile(path: path).read(convention: convention)
        let solution = try CaseClearing.solve(grid)
        guard let expected = row.objective(convention) else {
            #expect(solution.status == .infeasible, "\(solution.reason)")
            #expect(!solution.shortages.isEmpty && solution.reason.contains("bus "))
            return
        }
        try #require(solution.status == .optimal, "\(solution.reason)")
        let objective = solution.objective(of: grid)
        #expect(abs(objective - expected) <= 1e-6 * expected, "\(objective) \(expected)")
        let reference = try Reference(name: row.name, convention: convention)
        let names = Dictionary(uniqueKeysWithValues: grid.buses.enumerated().map { ($1.name, $0) })
        #expect(reference.prices.count == grid.buses.count)
        var differing: [(bus: Int, ours: Double, theirs: Double)] = []
        for (name, price) in reference.prices {
            let bus = try #require(names[name])
            let ours = solution.hours[0].price[bus]
            if abs(ours - price) > 1e-4 { differing.append((bus, ours, price)) }
        }
        // Degenerate optima, of which these cases have two: there every price between those is right.
        #expect(differing.isEmpty || row.name == "pglib_opf_case24_ieee_rts__sad")
        for (bus, ours, theirs) in differing {
            let range = try Self.prices(grid, bus: bus)
            #expect(range.upperBound - range.lowerBound > 0.01, "unique at \(grid.buses[bus].name): \(ours) \(theirs)")
            #expect(range.contains(ours) && range.contains(theirs), "\(range) \(ours) \(theirs)")
        }
    }

    /// The prices at a bus that are right: from what one less MW saves to what one more costs.
    ///
    /// The cost is convex in the load, and its slopes to both sides are the ends of the interval of all dual solutions. Over
    /// a step of 0.1 MW the certificates leave them uncertain by about 1e-3.
    static func prices(_ grid: GridCase, bus: Int) throws -> ClosedRange<Double> {
        let step = 0.1
        var grid = grid
        grid.hours = GridCase.Hours(labels: ["less", "as it is", "more"], weights: [1, 1, 1], durations: [1, 1, 1])
        grid.loads.append(
            GridCase.Load(
                name: "step", bus: bus, power: .hourly([-step, 0, step]), origin: GridCase.Origin(file: "")))
        let costs = try CaseClearing.solve(grid).hours.map(\.cost)
        let slack = 2e-3
        return (costs[1] - costs[0]) / step - slack...(costs[2] - costs[1]) / step + slack
    }

    struct Reference {
        let prices: [(bus: String, price: Double)]

        init(name: String, convention: SusceptanceConvention) throws {
            // Python writes NaN where there is no optimum.
            let text = try String(contentsOf: ReferenceTests.grid.appending(path: "refs/\(name).json"), encoding: .utf8)
                .replacing("NaN", with: "null")
            let json = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
            let found = try #require(json[convention == .powermodels ? "pm" : "mp"] as? [String: Any])
            let buses = try #require(json["bus_i"] as? [Int])
            let prices = try #require(found["lmp"] as? [Double])
            self.prices = zip(buses, prices).map { (bus: "\($0)", price: $1) }
        }
    }
}
