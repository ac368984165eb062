import Foundation
import Testing
import WorldModel

@testable import Interchange

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

    /// The reference is good to about 1e-8 of the cost, ours is certified to 1e-9.
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
        #expect(solution.status == .optimal, "\(solution.reason)")
        let objective = solution.objective(of: grid)
        #expect(abs(objective - expected) <= 1e-6 * expected, "\(objective) \(expected)")
        let hour = solution.hours[0]
        let reference = try Reference(name: row.name, convention: convention)
        let names = Dictionary(uniqueKeysWithValues: grid.buses.enumerated().map { ($1.name, $0) })
        var worst = 0.0
        for (name, price) in reference.prices {
            let bus = try #require(names[name])
            worst = max(worst, abs(hour.price[bus] - price))
        }
        print("PRICE \(row.name) \(convention) worst \(worst) gap \(hour.gap) iterations \(solution.iterations)")
    }

    struct Reference {
        let prices: [(bus: String, price: Double)]

        init(name: String, convention: SusceptanceConvention) throws {
            let data = try Data(contentsOf: ReferenceTests.grid.appending(path: "refs/\(name).json"))
            let json = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
            let found = try #require(json[convention == .powermodels ? "pm" : "mp"] as? [String: Any])
            let buses = try #require(json["bus_i"] as? [Int])
            let prices = try #require(found["lmp"] as? [Double])
            self.prices = zip(buses, prices).map { (bus: "\($0)", price: $1) }
        }
    }
}
