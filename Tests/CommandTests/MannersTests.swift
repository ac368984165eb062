import Foundation
import Testing

@Suite struct MannersTests {
    @Test func helpListsTheCommandsByWhatTheyActOn() throws {
        let help = try Workshop(files: ["empty": ""]).run("--help")
        #expect(help.status == 0)
        let words = ["WORLD AND STUDY", "check", "run", "ARCHIVE", "resume", "inspect", "compare", "export", "MACHINE"]
        var rest = help.output[...]
        for word in words {
            let place = try #require(rest.range(of: word), "\(word) follows in its order")
            rest = rest[place.upperBound...]
        }
    }

    @Test func aMisspeltCommandGetsTheNearest() throws {
        let ending = try Workshop().run("chek", "world")
        #expect(ending.status == 64 && ending.error.contains("did you mean 'check'"), "\(ending.error)")
    }

    @Test func versionAndCompletion() throws {
        let shop = try Workshop(files: ["empty": ""])
        #expect(try shop.run("--version").output.split(separator: ".").count == 3)
        #expect(try shop.run("--generate-completion-script", "bash").output.contains("--keep-states"))
    }

    @Test(arguments: [
        ["fly"], ["run"], ["run", "s.yaml", "-o", "tables"], ["run", "s.yaml", "-o", "a.h5", "--samples", "0"],
        ["run", "s.yaml", "-o", "a.h5", "--shard", "3/2"], ["run", "s.yaml", "-o", "a.h5", "--years", "x"],
        ["run", "s.yaml", "-o", "a.h5", "--workers", "0"], ["run", "s.yaml", "-o", "a.h5", "--keep-states", "some"],
        ["inspect", "a.h5", "--hour", "3"], ["export", "a.h5", "-o", "b.h5"],
        ["inspect", "a.h5", "--world-line", "0", "--year", "2026", "--hour", "8760"],
    ])
    func aWrongCommandLineEndsWith64(arguments: [String]) throws {
        let ending = try Workshop(files: ["empty": ""]).run(arguments)
        #expect(ending.status == 64)
        #expect(ending.output.isEmpty && !ending.error.isEmpty)
    }

    @Test(arguments: [
        ["check", "nowhere"], ["run", "nowhere.yaml", "-o", "a.h5"], ["resume", "nowhere.h5"],
        ["compare", "nowhere.h5"],
        ["export", "nowhere.h5", "-o", "tables"], ["inspect", "nowhere"],
    ])
    func aFileThatIsNotThereEndsWith74(arguments: [String]) throws {
        let ending = try Workshop(files: ["empty": ""]).run(arguments)
        #expect(ending.status == 74)
        #expect(ending.error.contains("nowhere") && ending.output.isEmpty)
    }

    @Test(arguments: [["compare", "notes.h5"], ["export", "notes.h5", "-o", "tables"], ["inspect", "notes.h5"]])
    func whatIsNoArchiveEndsWith65(arguments: [String]) throws {
        let ending = try Workshop(files: ["notes.h5": "notes"]).run(arguments)
        #expect(ending.status == 65)
        #expect(ending.error.contains("notes.h5: not an archive"))
    }

    @Test func onlyTheLastFolderOfAnOutputIsMade() throws {
        let shop = try Workshop()
        for output in ["no/where/a.h5", "world/world.yaml/a.h5"] {
            let ending = try shop.run("run", RunTests.study, "-o", output)
            #expect(ending.status == 74 && ending.output.isEmpty, "\(ending.error)")
        }
        #expect(!shop.names(in: "").contains("no"))
        #expect(try shop.run("run", RunTests.study, "-o", "new/a.h5", "--samples", "1").status == 0)
        let ending = try shop.run("export", "new/a.h5", "-o", "no/where")
        #expect(ending.status == 74 && ending.error.contains("mkdir -p no/where"))
        #expect(try shop.run("export", "new/a.h5", "-o", "tables").status == 0)
    }

    @Test func doctorFindsThisMachineFit() throws {
        let ending = try Workshop(files: ["empty": ""]).run("doctor", "--json")
        #expect(ending.status == 0)
        let checks = try #require(try ending.json["checks"] as? [[String: Any]])
        #expect(checks.allSatisfy { $0["good"] as? Bool == true })
    }
}
