import Foundation
import Testing

/// A number that a search or a list chose stands in names, tables, JSON, pages and exports.
@Suite struct ChosenNumberTests {
    @Test func chosenNumbersAreSaidEverywhere() throws {
        let shop = try OptimizeTests().shop()
        let searched = try shop.run(OptimizeTests.search)
        try #require(searched.status == 0, "\(searched.error)")
        let front = searched.output.split(separator: "\n")
        let head = try #require(front.first)
        #expect(head.contains("cable.stronger.links[cable].p_nom [MW]"), "\(head)")
        #expect(head.contains("sun.panel.generators[panel].p_nom [GW]"), "\(head)")

        let tables = try shop.run("export", "a.h5", "-o", "tables")
        try #require(tables.status == 0, "\(tables.error)")
        let rows = try shop.read("tables/outcomes.csv").split(separator: "\n").map {
            $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        }
        let policy = try #require(rows[0].firstIndex(of: "policy"))
        let sun = try #require(rows[0].firstIndex(of: "range_sun_panel_generators_panel_p_nom"))
        let cable = try #require(rows[0].firstIndex(of: "range_cable_stronger_links_cable_p_nom"))
        let compared = try shop.run("compare", "a.h5", "--json").json
        let numbers = try #require(compared["numbers"] as? [[String: Any]])
        #expect(numbers.map { $0["unit"] as? String } == ["MW", "MW"])
        for row in rows.dropFirst() {
            // c07_329MW_1230MW: the numbers that were chosen, in their order, to three digits.
            let chosen = [row[cable], row[sun]].compactMap(Double.init)
            let said = row[policy].split(separator: "_").dropFirst().map { $0.replacingOccurrences(of: "MW", with: "") }
            #expect(said.count == chosen.count && !chosen.isEmpty, "\(row[policy]): \(chosen)")
            for (text, number) in zip(said, chosen) {
                let value = try #require(Double(text.replacingOccurrences(of: "GW", with: "e3")), "\(row[policy])")
                #expect(abs(value - number) <= 0.006 * abs(number), "\(row[policy]): \(number)")
            }
            let inJSON = numbers.compactMap { ($0["values"] as? [String: Double])?[row[policy]] }
            #expect(inJSON == chosen, "\(row[policy])")
        }

        let table = try shop.run("compare", "a.h5").output
        #expect(table.contains("sun.panel.generators[panel].p_nom [GW]"))
        let page = try shop.run("report", "a.h5")
        try #require(page.status == 0, "\(page.error)")
        #expect(try shop.read("a.html").contains("Outcomes by chosen number"))
    }
}
