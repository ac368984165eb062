import Foundation
import Testing

@Suite struct RunTests {
    static let study = "world/studies/cable.yaml"

    /// A workshop in which the study was run.
    func archive(_ options: String...) throws -> Workshop {
        let shop = try Workshop()
        let ending = try shop.run(["run", RunTests.study, "-o", "a.h5"] + options)
        try #require(ending.status == 0, "\(ending.error)")
        return shop
    }

    /// Everything in an archive, as text.
    func tables(_ shop: Workshop, _ archive: String = "a.h5") throws -> [String] {
        let ending = try shop.run("export", archive, "-o", "tables")
        try #require(ending.status == 0, "\(ending.error)")
        return try ["outcomes.csv", "yearly.csv"].map { try shop.read("tables/\($0)") }
    }

    @Test func aRunLeavesAnArchiveAndPrintsItsTable() throws {
        let shop = try Workshop()
        let ending = try shop.run("run", RunTests.study, "-o", "a.h5", "--workers", "2")
        #expect(ending.status == 0, "\(ending.error)")
        for word in ["planned", "doubled", "mean", "p10", "p90", "worst", "cost", "USD_2025", "* "] {
            #expect(ending.output.contains(word), "the table lacks \(word)")
        }
        #expect(ending.output.split(separator: "\n").allSatisfy { $0.count <= 100 })
        #expect(ending.error.contains("16 world lines") && ending.error.contains("worldlines report a.h5"))
        #expect(try shop.run("compare", "a.h5").output == ending.output)
        #expect(shop.names(in: "").contains("a.h5.log.json"))
        let again = try shop.run("run", RunTests.study, "-o", "a.h5")
        #expect(again.status == 0 && again.output == ending.output && again.error.contains("already"))
    }

    @Test func forceNeverRemovesAFolder() throws {
        let shop = try Workshop()
        try shop.write("precious", to: "folder.h5/notes.txt")
        let ending = try shop.run("run", RunTests.study, "-o", "folder.h5", "--force")
        #expect(ending.status == 74 && ending.error.contains("is a folder"), "\(ending.error)")
        #expect(try shop.read("folder.h5/notes.txt") == "precious")
    }

    @Test func aStudyWithoutOutcomesIsSimulatedAndNotCompared() throws {
        let shop = try Workshop()
        let study = try shop.read(RunTests.study)
        let outcomes = try #require(study.range(of: "outcomes:"))
        try shop.write(String(study[..<outcomes.lowerBound]), to: RunTests.study)
        for _ in 0..<2 {
            let ending = try shop.run("run", RunTests.study, "-o", "a.h5")
            #expect(ending.status == 0 && ending.output.isEmpty, "\(ending.error)")
            #expect(ending.error.contains("no outcomes"))
        }
        #expect(try shop.run("compare", "a.h5").status == 65)
    }

    @Test func compareSpeaksJSON() throws {
        let json = try archive().run("compare", "a.h5", "--json").json
        let policies = try #require(json["policies"] as? [[String: Any]])
        #expect(policies.map { $0["policy"] as? String } == ["planned", "doubled"])
        #expect(policies.contains { $0["rank"] as? Int == 0 })
        let outcomes = try #require(policies[0]["outcomes"] as? [String: [String: Double]])
        #expect(Set(outcomes.keys) == ["cost", "emitted", "share"])
        let cost = try #require(outcomes["cost"])
        let (p10, p90, worst) = (cost["p10"] ?? .nan, cost["p90"] ?? .nan, cost["worst"] ?? .nan)
        #expect(p10 <= p90 && p90 <= worst)
        let share = try #require(outcomes["share"])
        #expect(share["worst"] ?? .nan <= share["p10"] ?? .nan)
    }

    @Test func numbersDoNotDependOnWorkersOrShards() throws {
        let whole = try tables(archive("--samples", "20", "--workers", "1"))
        #expect(try tables(archive("--samples", "20", "--workers", "3")) == whole)
        let shop = try Workshop()
        for shard in ["2/2", "1/2"] {
            let ending = try shop.run("run", RunTests.study, "-o", "a.h5", "--samples", "20", "--shard", shard)
            #expect(ending.status == 0 && ending.output.isEmpty, "\(ending.error)")
        }
        #expect(!shop.names(in: "").contains("a.h5"))
        #expect(try shop.run("resume", "a.h5").status == 0)
        #expect(try tables(shop) == whole)
    }

    @Test func addedSamplesLeaveTheOthersAsTheyWere() throws {
        let shop = try archive("--samples", "8")
        let before = try tables(shop)[0].split(separator: "\r\n")
        let ending = try shop.run("resume", "a.h5", "--samples", "16")
        #expect(ending.status == 0 && ending.error.contains("3 parts simulated, 3 were there"), "\(ending.error)")
        let after = try tables(shop)[0].split(separator: "\r\n")
        #expect(after.count == 33 && Array(after.prefix(17)) == before)
        #expect(try shop.run("resume", "a.h5", "--samples", "4").status == 64)
    }

    /// The flag is raised when the first part is there; 600 parts take much longer than that.
    @Test func anInterruptedRunNamesTheLineThatResumesIt() throws {
        let shop = try Workshop()
        let arguments = ["run", RunTests.study, "-o", "a.h5", "--samples", "1600", "--workers", "2"]
        let ending = try shop.run(arguments) { process in
            while process.isRunning, !shop.names(in: "a.h5.parts").contains(where: { $0.hasSuffix(".part.h5") }) {
                usleep(2000)
            }
            process.interrupt()
        }
        #expect(ending.status == 130)
        #expect(ending.output.isEmpty)
        #expect(ending.error.contains("worldlines resume a.h5"))
        #expect(!shop.names(in: "").contains("a.h5"))
        let parts = try shop.run("inspect", "a.h5.parts", "--json").json["parts"] as? [String: Any]
        let complete = try #require(parts?["complete"] as? Int)
        #expect(complete >= 1 && complete < 600)
    }

    @Test func aKilledRunGoesOnWhereItWas() throws {
        let shop = try Workshop()
        let arguments = ["run", RunTests.study, "-o", "a.h5", "--samples", "64", "--workers", "1"]
        let ending = try shop.run(arguments) { process in
            while process.isRunning, shop.names(in: "a.h5.parts").count(where: { $0.hasSuffix(".part.h5") }) < 3 {
                usleep(500)
            }
            kill(process.processIdentifier, SIGKILL)
        }
        try #require(ending.status == SIGKILL, "it was killed before its end")
        let resumed = try shop.run("resume", "a.h5")
        #expect(resumed.status == 0, "\(resumed.error)")
        #expect(resumed.error.contains("were there"))
        let whole = try archive("--samples", "64")
        let (found, expected) = (try tables(shop), try tables(whole))
        #expect(found == expected)
    }

    @Test func anotherStudyIsNotOverwritten() throws {
        let shop = try archive()
        let refused = try shop.run("run", RunTests.study, "-o", "a.h5", "--seed", "8")
        #expect(refused.status == 65 && refused.error.contains("--force"))
        #expect(try shop.run("run", RunTests.study, "-o", "a.h5", "--seed", "8", "--force").status == 0)
        try shop.write("notes", to: "notes.h5")
        #expect(try shop.run("run", RunTests.study, "-o", "notes.h5").status == 74)
        #expect(try shop.read("notes.h5") == "notes")
    }

    @Test func fewerSamplesOrStatesReplaceNothingUnasked() throws {
        let shop = try archive()
        for options in [["--samples", "4"], ["--keep-states", "none"]] {
            let ending = try shop.run(["run", InspectTests.study, "-o", "a.h5"] + options)
            #expect(ending.status == 65 && ending.error.contains("--force"), "\(ending.error)")
        }
        #expect(try shop.run("inspect", "a.h5", "--json").json["samples"] as? Int == 8)
        #expect(try shop.run("run", InspectTests.study, "-o", "a.h5", "--samples", "4", "--force").status == 0)
    }

    @Test func aFinishedRunSaysThatItsPartsMayGo() throws {
        let shop = try Workshop()
        let ending = try shop.run("run", InspectTests.study, "-o", "a.h5")
        #expect(ending.error.contains("a.h5.parts: ") && ending.error.contains("rm -r a.h5.parts"), "\(ending.error)")
    }

    @Test func samplesThatNoArchiveHoldsAreToldByCheckAndBeforeARun() throws {
        let shop = try Workshop()
        let study = try shop.read(InspectTests.study)
        try shop.write(study.replacing("samples: 8", with: "samples: 1000000000"), to: "world/studies/big.yaml")
        try shop.write(study.replacing("samples: 8", with: "samples: 2000000000"), to: "world/studies/more.yaml")
        for arguments in [["check", "world/studies/big.yaml"], ["run", "world/studies/big.yaml", "-o", "b.h5"]] {
            let ending = try shop.run(arguments)
            #expect(ending.status == 65, "\(ending.error)")
            for word in ["big.yaml:6: samples", "of memory", "of disk", "(estimates)", "world lines"] {
                #expect(ending.error.contains(word), "\(ending.error)")
            }
        }
        #expect(try shop.run("check", "world/studies/more.yaml").status == 65)
        #expect(shop.names(in: "").allSatisfy { !$0.hasPrefix("b.h5") })
        for samples in ["0", "9223372036854775807"] {
            #expect(try shop.run("run", InspectTests.study, "-o", "b.h5", "--samples", samples).status == 64)
        }
        #expect(try shop.run("run", InspectTests.study, "-o", "b.h5", "--years", "9223372036854775807").status == 64)
    }

    /// 2 to the power of 60 policies: a tree of them would need all memory there is.
    @Test func policiesAreCountedBeforeTheirTreeIsBuilt() throws {
        let shop = try Workshop()
        let study = try shop.read(InspectTests.study)
        let line = "  - {year: 2028, lever: cable}\n"
        try shop.write(
            study.replacing(line, with: String(repeating: line, count: 60)), to: "world/studies/many.yaml")
        let began = ContinuousClock.now
        for arguments in [["run", "world/studies/many.yaml", "-o", "b.h5"], ["inspect", "world/studies/many.yaml"]] {
            let ending = try shop.run(arguments)
            #expect(ending.status == 65 && ending.error.contains("1.2e+18"), "\(ending.error)")
        }
        let check = try shop.run("check", "world/studies/many.yaml")
        #expect(check.status == 0 && check.error.contains("1.2e+18"), "\(check.error)")
        #expect(ContinuousClock.now - began < .seconds(10))
    }

    @Test func yearsCanBeFewer() throws {
        let json = try archive("--years", "2").run("inspect", "a.h5", "--json").json
        #expect(json["years"] as? [Int] == [2026, 2027])
        #expect(json["policies"] as? [String] == ["base"])
        let ending = try Workshop().run("run", RunTests.study, "-o", "a.h5", "--years", "2028-2030")
        #expect(ending.status == 64 && ending.error.contains("2026-2030"))
    }
}
