import Branching
import Foundation
import Testing

@testable import Archive

@Suite(.serialized)
struct ArchiveTests {
    @Test func everyNumberStandsWhereItsNameSays() throws {
        try inFolder { folder in
            let toy = Toy()
            try toy.write(folder + "/toy.h5")
            let archive = try ArchiveFile(path: folder + "/toy.h5")
            #expect(archive.policies == toy.layout.tree.policies.map(\.name))
            #expect(archive.samples == 11 && archive.years == 2026...2031 && archive.seed == .max)
            for (index, variable) in toy.layout.variables.enumerated() where variable.count > 0 {
                let all = try archive.values(of: variable.name)
                var expected: [Double] = []
                for sample in 0..<11 {
                    for policy in toy.layout.tree.policies {
                        let start = expected.count
                        for node in policy.nodes.map({ toy.layout.tree.nodes[$0] }) {
                            for year in node.years {
                                for entity in 0..<variable.count {
                                    expected.append(
                                        toy.value(
                                            variable: index, year: year, entity: entity, sample: sample,
                                            choices: node.choices))
                                }
                            }
                        }
                        let line = start / (6 * variable.count)
                        #expect(
                            try archive.values(of: variable.name, worldLine: line) == Array(expected[start...]),
                            "\(variable.name) of world line \(line)")
                    }
                }
                #expect(all == expected, "\(variable.name)")
            }
            #expect(throws: ArchiveError.self) { try archive.values(of: "flow") }
        }
    }

    @Test func aWorldLineEqualsItsParentUpToTheForkAndNotAfter() throws {
        try inFolder { folder in
            let toy = Toy(samples: 3)
            try toy.write(folder + "/toy.h5")
            let archive = try ArchiveFile(path: folder + "/toy.h5")
            let parents = try archive.values(of: "parent_world_line")
            let forks = try archive.values(of: "fork_time_index")
            #expect(Array(parents[6..<12]) == [-1, 6, 6, 8, 6, 10])
            #expect(Array(forks[6..<12]) == [0, 4, 2, 4, 2, 4])
            for line in parents.indices where parents[line] >= 0 {
                let own = try archive.values(of: "load", worldLine: line)
                let parent = try archive.values(of: "load", worldLine: Int(parents[line]))
                let fork = Int(forks[line])
                #expect(own[..<fork] == parent[..<fork])
                #expect(zip(own, parent).dropFirst(fork).allSatisfy { $0 != $1 })
            }
        }
    }

    @Test func coordinatesSayWhatWasChosenDrawnAndMeasured() throws {
        try inFolder { folder in
            let toy = Toy(samples: 2)
            try toy.write(folder + "/toy.h5")
            let archive = try ArchiveFile(path: folder + "/toy.h5")
            #expect(try archive.texts(of: "policy")[7] == "site0/doubled")
            #expect(try archive.texts(of: "lever_site")[8] == "site1")
            #expect(try archive.texts(of: "city_name") == ["City 0", "Zürich", "City 2", "City 3"])
            #expect(try archive.values(of: "sample") == Array(repeating: 0, count: 6) + Array(repeating: 1, count: 6))
            #expect(try archive.values(of: "uncertainty_climate_ecs")[6] == 3.01)
            #expect(try archive.uncertainties() == ["climate_ecs"])
            #expect(try archive.levers() == ["site", "ties"])
            #expect(try archive.outcomes() == ["cost", "price"])
            #expect(try archive.attribute("direction", of: "outcome_price") == "maximize")
            #expect(try archive.number("at_most", of: "outcome_cost") == 5e9)
            #expect(try archive.number("at_least", of: "outcome_cost") == nil)
            for line in 0..<12 {
                let load = try archive.values(of: "load", worldLine: line)
                #expect(try archive.values(of: "outcome_cost", worldLine: line) == [load.reduce(0, +)])
                let price = try archive.values(of: "electricity_price", worldLine: line)
                #expect(
                    try archive.values(of: "outcome_price", worldLine: line) == [
                        price[0] + Double(1000 * (line / 6) + line % 6)
                    ])
            }
        }
    }

    @Test func neitherOrderNorWorkersNorTimeShowInAnArchive() throws {
        try inFolder { folder in
            let toy = Toy()
            try toy.write(folder + "/a.h5", workers: 1)
            Thread.sleep(forTimeInterval: 1.1)
            try toy.write(folder + "/b.h5", reversed: true, workers: 2)
            #expect(try Durable.read(folder + "/a.h5") == Durable.read(folder + "/b.h5"))
            let different = Toy(digest: "another")
            try different.write(folder + "/c.h5")
            if has("h5diff") {
                #expect(try shell(["h5diff", folder + "/a.h5", folder + "/b.h5"]).status == 0)
                #expect(try shell(["h5diff", folder + "/a.h5", folder + "/c.h5"]).status == 1)
            }
        }
    }

    @Test func moreSamplesLeaveTheFirstOnesAlone() throws {
        try inFolder { folder in
            try Toy(samples: 8).write(folder + "/few.h5")
            try Toy(samples: 16).write(folder + "/many.h5")
            let few = try ArchiveFile(path: folder + "/few.h5")
            let many = try ArchiveFile(path: folder + "/many.h5")
            for variable in ["load", "electricity_price", "generation", "outcome_cost", "parent_world_line"] {
                let values = try few.values(of: variable)
                #expect(try many.values(of: variable).prefix(values.count) == values[...])
            }
        }
    }

    @Test func statesComeBackAsTheyWereSaved() throws {
        try inFolder { folder in
            let toy = Toy()
            let parts = try toy.write(folder + "/toy.h5")
            let archive = try ArchiveFile(path: folder + "/toy.h5")
            #expect(try archive.stateNodes() == toy.layout.tree.nodes.map(\.name))
            for name in toy.names {
                let kept = try archive.state(node: name.node.name, samples: name.samples)
                #expect(kept == toy.segment(name).state)
                #expect(try parts.contents(of: name).state == kept)
            }
            #expect(try archive.stateColumns(node: "root").map(\.name) == ["stock", "heat", "store"])
            #expect(throws: ArchiveError.self) { try archive.state(node: "root", samples: 8..<12) }
            #expect(throws: ArchiveError.self) { try archive.state(node: "site9", samples: 0..<8) }
        }
    }

    @Test(arguments: [(KeepStates.all, 10), (.last, 6), (.none, 0)])
    func onlyTheStatesAskedForAreKept(keep: KeepStates, count: Int) throws {
        try inFolder { folder in
            try Toy(samples: 1, keepStates: keep).write(folder + "/toy.h5")
            let archive = try ArchiveFile(path: folder + "/toy.h5")
            #expect(archive.keepStates == keep)
            #expect(try archive.stateNodes().count == count)
        }
    }

    @Test func anArchiveHoldsTheFilesItWasMadeFrom() throws {
        try inFolder { folder in
            let toy = Toy(samples: 1)
            try toy.write(folder + "/toy.h5")
            let (files, study) = try ArchiveFile(path: folder + "/toy.h5").sources()
            #expect(files == toy.layout.sources)
            #expect(study == "studies/toy.yaml")
        }
    }

    @Test func outcomesWhoseNamesWouldBeAlikeStandApart() throws {
        try inFolder { folder in
            var toy = Toy(samples: 1)
            let names = ["a b", "a_b", "費用", "a_b_0", String(repeating: "x", count: 300)]
            toy.layout.outcomes = names.enumerated().map { index, name in
                .init(name: name, unit: "1", variable: 0) { _, _, _ in Double(index) }
            }
            try toy.write(folder + "/toy.h5")
            let archive = try ArchiveFile(path: folder + "/toy.h5")
            let long = String(repeating: "x", count: 200)
            #expect(try archive.outcomes() == ["a_b_0_0", "a_b_1", "unnamed_2", "a_b_0", long])
            for (index, name) in try archive.outcomes().enumerated() {
                #expect(try archive.values(of: "outcome_\(name)")[0] == Double(index))
                #expect(
                    try archive.attribute("long_name", of: "outcome_\(name)")?.contains("'\(names[index])'") == true)
            }
        }
    }

    @Test func optionsThatNetCDFTakesForNoNameStillHaveStates() throws {
        try inFolder { folder in
            var toy = Toy(samples: 1)
            let words = [".", "..", " led", "trailing ", "tab\there", String(repeating: "y", count: 300), "source"]
            toy.layout.tree = Tree(years: 2026...2027, decisions: [.init(year: 2027, options: words)])
            toy.layout.levers = []
            try toy.write(folder + "/toy.h5")
            let archive = try ArchiveFile(path: folder + "/toy.h5")
            #expect(try archive.stateNodes() == ["root"] + words)
            for (index, word) in words.enumerated() {
                let state = try archive.state(node: word, samples: 0..<1)
                #expect(state[0] == toy.stateValue(node: index + 1, entity: 0, sample: 0))
            }
            if has("ncdump") {
                let header = try shell(["ncdump", "-h", folder + "/toy.h5"])
                #expect(header.status == 0, "\(header.output)")
            }
        }
    }

    @Test func aReaderRefusesWhatItDoesNotKnow() throws {
        try inFolder { folder in
            let path = folder + "/toy.h5"
            #expect(throws: ArchiveError.self) { try ArchiveFile(path: path) }
            try Durable.write(Array("not HDF5".utf8), to: path)
            #expect(try !ArchiveFile.isArchive(path))
            try withLibrary { try HDF5File.create(path).flush() }
            #expect(try !ArchiveFile.isArchive(path))
            #expect(throws: ArchiveError.self) { try ArchiveFile(path: path) }
            try withLibrary {
                let file = try HDF5File.create(path)
                try file.setAttribute("format", Assembly.format)
                try file.setAttribute("format_version", Int32(99))
            }
            let error = #expect(throws: ArchiveError.self) { try ArchiveFile(path: path) }
            #expect(
                error.map { "\($0)" } == "\(path): has format version 99; this program reads version 1: "
                    + "use the version of worldlines that wrote it, or delete it and make it anew")
        }
    }

    @Test func hdf5sOwnWordsReachTheUser() throws {
        let error = #expect(throws: ArchiveError.self) { try ArchiveFile(path: "/nowhere/toy.h5") }
        let text = error.map { "\($0)" } ?? ""
        #expect(text.contains("/nowhere/toy.h5") && text.contains("No such file or directory"), "\(text)")
    }

    @Test func chunksNeverStraddleBlocks() {
        for policies in [1, 2, 6, 7, 64, 1000] {
            for bytes in [8, 200, 8_000, 80_000, 300_000] {
                let lines = ArchiveTarget.linesOfChunk(bytesOfLine: bytes, policies: policies, worldLines: 1 << 20)
                #expect(8 * policies % lines == 0)
                #expect(lines == 1 || lines * bytes <= 256 * 1024)
            }
        }
        #expect(ArchiveTarget.linesOfChunk(bytesOfLine: 200, policies: 6, worldLines: 12) == 12)
        #expect(ArchiveTarget.linesOfChunk(bytesOfLine: 6400, policies: 6, worldLines: 4096) == 24)
    }

    @Test(arguments: [
        ("MWh", "MW h", nil), ("currency/MWh", "MW-1 h-1", "unit: USD_2025/MWh"), ("tCO2", "t", "unit: tCO2"),
        ("person", "1", "unit: person"), ("K", "K", nil), ("1", "1", nil), ("W/m2/K", "W m-2 K-1", nil),
        ("%/yr", "percent year-1", nil), ("GtCO2/yr", "Gt year-1", "unit: GtCO2/yr"), ("MW/yr", "MW year-1", nil),
        ("currency/MWh2", "MW-2 h-2", "unit: USD_2025/MWh2"), ("FLOP/J", "J-1", "unit: FLOP/J"), ("", "1", nil),
        ("USD_2025", "1", "unit: USD_2025"), ("W yr/m2/K", "W year m-2 K-1", nil), ("GWh", "GW h", nil),
    ])
    func unitsAreThoseOfUDUNITS(unit: String, units: String, comment: String?) {
        let translated = CFUnit(unit, currency: "USD_2025")
        #expect(translated.units == units)
        #expect(translated.comment == comment)
    }
}
