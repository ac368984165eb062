import Foundation
import Testing

@testable import WorldModel

/// Ranges with a number for each row, or at some of them.
@Suite struct RangesOfRowsTests {
    private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appending(
        path: "../../Worlds/dice2016"
    ).standardizedFileURL.path

    /// A study of dice2016 with these effects of its one lever.
    private func study(_ effects: String) throws -> Study {
        let text = """
            study: rows
            world: ..
            years: 2015-2510
            levers:
              controls:
                \(effects)
            decisions:
              - {year: 2015, lever: controls}
            outcomes:
              welfare: {of: welfare, maximize: true}

            """
        let files = try ["world.yaml", "controls.csv"].map { name in
            SourceFile(path: name, bytes: try PlainFile.read(Self.folder + "/" + name))
        }
        return try Study.load(
            files: files + [SourceFile(path: "studies/rows.yaml", bytes: Array(text.utf8))], study: "studies/rows.yaml")
    }

    @Test func aSpanNamesTheRowsFromOneToTheOther() throws {
        let world = try study("controls[2020].miu: {range: [0, 1]}").world
        let all = try world.resolve(path: "controls[*].miu")
        #expect(try world.resolve(path: "controls[2020..2155].miu") == Array(all[1...28]))
        #expect(try world.resolve(path: "controls[2510..2510].miu") == [all[99]])
        #expect(try world.resolve(path: "controls[2015..2510].miu") == all)
    }

    /// A range of each row is so many ranges of one row.
    @Test func eachRowHasANumberOfItsOwn() throws {
        let each = try study("controls[2020..2030].miu: {range: [0, 1], each: row}")
        #expect(
            each.ranges.map(\.name) == [
                "controls.value.controls[2020].miu", "controls.value.controls[2025].miu",
                "controls.value.controls[2030].miu",
            ])
        let listed = each.with(policies: [ListedPolicy(name: "a", options: [0], values: [[0.1, 0.2, 0.3]])])
        for (year, value) in [(2020, 0.1), (2025, 0.2), (2030, 0.3)] {
            #expect(try listed.value("controls[\(year)].miu", year: 2015, choices: [0]) == value)
        }
        let untouched = try listed.world.resolve(path: "controls[2035].miu")[0]
        #expect(!listed.effects.slots.contains(untouched))
    }

    /// Linear in the years between knots, however many rows lie there; beyond the first and the last as those.
    @Test func rowsBetweenKnotsFollowInStraightLines() throws {
        let study = try study("controls[2015..2060].savings: {range: [0.1, 0.5], knots: [2020, 2030, 2055]}")
        #expect(study.ranges.map(\.range.path) == [2020, 2030, 2055].map { "controls[\($0)].savings" })
        #expect(study.ranges.allSatisfy { $0.range.lower == 0.1 && $0.range.upper == 0.5 })
        let listed = study.with(policies: [ListedPolicy(name: "a", options: [0], values: [[0.2, 0.4, 0.15]])])
        let expected = [
            2015: 0.2, 2020: 0.2, 2025: 0.3, 2030: 0.4, 2035: 0.35, 2040: 0.3, 2045: 0.25, 2050: 0.2, 2055: 0.15,
            2060: 0.15,
        ]
        for (year, value) in expected {
            let found = try listed.value("controls[\(year)].savings", year: 2015, choices: [0])
            #expect(abs(found - value) < 1e-15, "\(year): \(found)")
        }
        for year in [2020, 2030, 2055] {
            #expect(try listed.value("controls[\(year)].savings", year: 2015, choices: [0]) == expected[year])
        }
    }

    @Test func oneKnotIsOneNumberForAll() throws {
        let study = try study("controls[*].savings: {range: [0.1, 0.5], knots: 2100}")
        let listed = study.with(policies: [ListedPolicy(name: "a", options: [0], values: [[0.3]])])
        for year in [2015, 2100, 2510] {
            #expect(try listed.value("controls[\(year)].savings", year: 2015, choices: [0]) == 0.3)
        }
    }

    /// What is written into a table reads back as the same numbers.
    @Test func aListOfManyNumbersReadsBack() throws {
        let study = try study("controls[2015..2510].savings: {range: [0.15, 0.35], each: row}")
        let values = (0..<100).map { 0.15 + 0.2 * Double($0 * 37 % 100) / 99.5 }
        let policies = [ListedPolicy(name: "a", options: [0], values: [values])]
        let read = try Study.load(files: study.sources(listing: policies), study: study.sourcePath)
        #expect(read.decisions[0].alternatives.map(\.values) == [values])
    }
}
