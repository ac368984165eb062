import Foundation
import Testing

/// Full disks, closed outputs, pipes, links, long names and signals.
@Suite struct HostileOutputTests {
    private static let network = fixtures + "/pypsa/network"
    private static let climate = fixtures + "/climate/everything"
    private static let fixtures = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent()
        .appendingPathComponent("CasesTests/Fixtures").path
    private static let study = "world/studies/cable.yaml"

    /// A workshop with the archive `a.h5` of two samples and two years.
    private func shop() throws -> Workshop {
        let shop = try Workshop()
        let made = try shop.script("$W run \(Self.study) -o a.h5 --samples 2 --years 2 --workers 1")
        try #require(made.status == 0, "\(made.error)")
        return shop
    }

    // MARK: stdout

    @Test func resultsThatAreLostOnTheWayEndWith74() throws {
        let shop = try shop()
        for command in [
            "compare a.h5", "compare a.h5 --json", "inspect a.h5", "check world", "export a.h5 -o csv --json",
            "report a.h5",
            "diff a.h5 --world-line 0 --world-line 1", "grid \(Self.network)", "doctor", "--help", "--version",
            "run --help",
            "run \(Self.study) -o b.h5 --samples 1 --years 1 --workers 1",
        ] {
            for (place, reason) in [("> /dev/full", "No space left on device"), (">&-", "Bad file descriptor")] {
                let ending = try shop.script("$W \(command) \(place)")
                #expect(ending.status == 74, "\(command) \(place): \(ending.error)")
                #expect(ending.error.contains("stdout: can't be written: \(reason)"), "\(command): \(ending.error)")
            }
        }
        #expect(shop.names(in: "").contains("b.h5"), "the archive is there all the same")
    }

    @Test func aReaderThatGoesAwayIsNoError() throws {
        let ending = try shop().script("$W inspect a.h5 --json | head -n 1; exit ${PIPESTATUS[0]}")
        #expect(ending.status == 0 && ending.error.isEmpty && ending.output == "{\n")
    }

    @Test func anArchiveDoesNotTakeThePlaceOfAClosedOutput() throws {
        let shop = try shop()
        let ending = try shop.script("cp a.h5 copy.h5; $W compare a.h5 >&- 2>&-; cmp a.h5 copy.h5")
        #expect(ending.status == 0, "\(ending.error)")
    }

    // MARK: Full disks

    /// Commands that write, and what they would leave.
    private static let writers = [
        ("export a.h5 -o out", "out/"), ("new out", "out/"), ("grid \(network) -o out", "out/"),
        ("grid \(network) -o out.json", "out.json"), ("climate \(climate) -o out", "out/"),
        ("climate \(climate) -o out.h5", "out.h5"), ("report a.h5 -o out.html", "out.html"),
        ("climate \(climate) -o folder --save-state out.csv", "folder/"),
    ]

    /// With no block, and with one that is filled; the files of a dispatch are shorter than one.
    private static let full = writers.flatMap { command, _ in
        (command == "grid \(network) -o out" ? [0] : [0, 1]).map { (command, $0) }
    }

    @Test(arguments: full)
    func aFullDiskLeavesNothingHalfWritten(_ command: String, _ blocks: Int) throws {
        let shop = try shop()
        let named = Self.writers.first { $0.0 == command }?.1 ?? ""
        // The shell writes the error through a pipe: the limit would hold for it too.
        let ending = try shop.script(
            "(ulimit -f \(blocks); exec $W \(command)) 2>&1 > /dev/null | cat >&2; exit ${PIPESTATUS[0]}")
        #expect(ending.status == 74, "\(ending.error)")
        #expect(ending.error.lowercased().contains("file too large"), "\(ending.error)")
        #expect(ending.error.contains(named) && !ending.error.contains(".tmp"), "\(ending.error)")
        #expect(!shop.names(in: "").contains { $0.hasPrefix("out") || $0.hasSuffix(".tmp") }, "\(shop.names(in: ""))")
    }

    @Test func aFolderThatIsThereKeepsItsFilesUntilTheNewOnesAreWhole() throws {
        let shop = try shop()
        try shop.write("old", to: "out/yearly.csv")
        try shop.write("mine", to: "out/notes.txt")
        let failed = try shop.script("(ulimit -f 1; exec $W export a.h5 -o out) 2>&1 | cat >&2; exit ${PIPESTATUS[0]}")
        #expect(failed.status == 74 && failed.error.contains("out/yearly.csv"), "\(failed.error)")
        #expect(try shop.read("out/yearly.csv") == "old")
        #expect(Set(shop.names(in: "out")) == ["yearly.csv", "notes.txt"])
        #expect(try shop.run("export", "a.h5", "-o", "out").status == 0)
        #expect(try shop.read("out/yearly.csv") != "old" && shop.read("out/notes.txt") == "mine")
        #expect(Set(shop.names(in: "out")) == ["yearly.csv", "outcomes.csv", "notes.txt"])
    }

    @Test func aRunThatOutgrowsItsLimitCanGoOn() throws {
        let shop = try shop()
        let run = "run \(Self.study) -o b.h5 --samples 2 --years 2 --workers 1"
        let failed = try shop.script("(ulimit -f 8; exec $W \(run)) 2>&1 | cat >&2; exit ${PIPESTATUS[0]}")
        #expect(failed.status == 74, "\(failed.error)")
        let ending = try shop.script("$W \(run) && cmp a.h5 b.h5")
        #expect(ending.status == 0, "\(ending.error)")
    }

    // MARK: Pipes, devices, links, names

    @Test func aNamedPipeIsRefusedWithoutWaiting() throws {
        let shop = try shop()
        _ = try shop.script("mkfifo p.h5 p.yaml p.m p.nc p.csv p.html")
        for command in [
            "inspect p.h5", "compare p.h5", "compare p.csv", "check p.yaml", "grid p.m", "grid p.nc",
            "climate p.csv -o c",
            "run \(Self.study) -o p.h5", "run \(Self.study) -o p.h5 --force", "run p.yaml -o b.h5",
            "report a.h5 -o p.html",
            "optimize \(Self.study) -o p.h5", "resume p.h5",
        ] {
            let ending = try shop.script("$W \(command)")
            #expect(ending.status == 74, "\(command): \(ending.error)")
            #expect(command.hasPrefix("resume") || ending.error.contains("a named pipe"), "\(command): \(ending.error)")
        }
        #expect(try shop.script("test -p p.h5 -a -p p.html").status == 0, "they are still there")
    }

    @Test func aPartThatIsAPipeIsDamaged() throws {
        let shop = try shop()
        let ending = try shop.script("rm a.h5 a.h5.parts/0-0.part.h5; mkfifo a.h5.parts/0-0.part.h5; $W resume a.h5")
        #expect(ending.status == 65 && ending.error.contains("0-0.part.h5") && ending.error.contains("a named pipe"))
    }

    @Test func resumeDoesNotLeaveItsFolder() throws {
        let shop = try shop()
        for target in ["/", "/etc/passwd", "../.."] {
            let ending = try shop.script(
                "rm -f a.h5; ln -s \(target) a.h5.parts/source/link; $W resume a.h5; s=$?; rm a.h5.parts/source/link; exit $s"
            )
            #expect(ending.status == 74, "\(ending.error)")
            #expect(ending.error.contains("source/link") && ending.error.contains("symbolic link"), "\(ending.error)")
        }
        #expect(try shop.run("resume", "a.h5").status == 0)
    }

    @Test func whatIsNotOursStaysWhereTheLogAndThePartsWouldBe() throws {
        let shop = try Workshop()
        try shop.write("precious", to: "a.h5.log.json")
        try shop.write("precious", to: "b.h5.parts")
        try shop.write("precious", to: "c.h5.parts/thesis.txt")
        for (name, kept) in [("a.h5", "a.h5.log.json"), ("b.h5", "b.h5.parts"), ("c.h5", "c.h5.parts/thesis.txt")] {
            for force in ["", "--force"] {
                let ending = try shop.script("$W run \(Self.study) -o \(name) --samples 1 --years 1 \(force)")
                #expect(ending.status == 74 && ending.error.contains("move it away"), "\(ending.error)")
                #expect(try shop.read(kept) == "precious")
                #expect(!shop.names(in: "").contains(name))
            }
        }
    }

    @Test func ourOwnLogIsReplaced() throws {
        let shop = try shop()
        #expect(try shop.run("run", Self.study, "-o", "a.h5", "--samples", "1", "--years", "1", "--force").status == 0)
    }

    @Test(arguments: [240, 300, 5_000])
    func aNameThatIsTooLongIsRefusedBeforeTheRun(_ bytes: Int) throws {
        let shop = try Workshop()
        let name = String(repeating: "x", count: bytes - 3)
        for command in ["run \(Self.study) -o \(name).h5", "optimize \(Self.study) -o \(name).h5", "new \(name)"] {
            let ending = try shop.script("$W \(command)")
            #expect(ending.status == 74 && ending.error.contains("bytes"), "\(ending.error)")
            #expect(ending.error.contains("at most") && ending.error.utf8.count < 400)
        }
        #expect(!shop.names(in: "").contains { $0.hasPrefix("x") })
    }

    @Test func commandsThatAreNamedCanBeTyped() throws {
        let shop = try Workshop()
        for name in ["-dash.h5", "new\nline.h5", "it's.h5", "two words.h5"] {
            let ending = try shop.run("run", Self.study, "-o=\(name)", "--samples", "1", "--years", "1")
            let next = try #require(ending.error.range(of: "Next:  worldlines "), "\(ending.error)")
            let command = ending.error[next.upperBound...].prefix { $0 != ";" }.replacing(
                " makes a page of charts", with: "")
            let typed = try shop.script("$W \(command)")
            #expect(typed.status == 0, "\(command): \(typed.error)")
        }
    }

    // MARK: Texts

    @Test func noTextOfAFileReachesTheTerminalRaw() throws {
        let hostile = "\\e[31mRED\\a\\u202eX\\x9b31m\\u2066"
        var files = Workshop.world
        files["world/world.yaml"] = files["world/world.yaml"]?
            .replacing("title: Two cities and a cable", with: "title: \"\(hostile)\"")
        files[Self.study] = files[Self.study]?
            .replacing("question: Should the cable be doubled?", with: "question: \"\(hostile)\"")
        let shop = try Workshop(files: files)
        try shop.write("policy,cost\n\u{1B}[31ma,1\nb,2\n", to: "t.csv")
        for command in [
            "check \(Self.study)", "run \(Self.study) -o a.h5 --samples 1 --years 1", "inspect a.h5",
            "inspect a.h5 --json",
            "compare a.h5", "report a.h5", "check $'no\\e[31m\\nwhere'", "compare t.csv", "compare t.csv --json",
        ] {
            let ending = try shop.script("$W \(command)")
            let hidden = (ending.output + ending.error).unicodeScalars.filter {
                $0 != "\n"
                    && ($0.value < 0x20 || (0x7F..<0xA0).contains($0.value) || $0 == "\u{202E}" || $0 == "\u{2066}")
            }
            #expect(hidden.isEmpty, "\(command): \(ending.output)\(ending.error)")
        }
        let told = try shop.run("inspect", "a.h5", "--json").json["question"] as? String
        #expect(told == "\u{1B}[31mRED\u{7}\u{202E}X\u{9B}31m\u{2066}", "JSON means the text itself")
        let page = try shop.read("a.html")
        #expect(page.contains("\\u{202E}") && !page.contains("\u{202E}") && !page.contains("\u{1B}"))
    }

    // MARK: Signals

    @Test(arguments: [SIGINT, SIGTERM], [0.1, 0.4, 0.8, 1.2])
    func aSignalAtAnyMomentEndsWith130AndWords(_ signal: Int32, _ delay: Double) throws {
        let shop = try Workshop()
        let run = ["run", Self.study, "-o", "a.h5", "--samples", "64", "--workers", "1"]
        let ending = try shop.run(run) { process in
            Thread.sleep(forTimeInterval: delay)
            kill(process.processIdentifier, signal)
        }
        let isWhole = ending.status == 0
        #expect(isWhole || ending.status == 130, "\(ending.status) \(ending.error)")
        #expect(isWhole || ending.error.contains("Interrupted"), "\(ending.error)")
        #expect(!(shop.names(in: "") + shop.names(in: "a.h5.parts")).contains { $0.hasSuffix(".tmp") })
        let isMade = ending.error.contains("Interrupted after a.h5 was made")
        #expect(isWhole || shop.names(in: "").contains("a.h5") == isMade)
    }

    @Test func compareShowsNumbersBeyondMeasureInFewDigits() throws {
        let shop = try Workshop(files: ["t.csv": "policy,cost\na,1e100\nb,3e99\nc,2e100\n"])
        let ending = try shop.run("compare", "t.csv")
        #expect(ending.status == 0, "\(ending.error)")
        #expect(!ending.output.contains(String(repeating: "0", count: 12)), "\(ending.output)")
    }
}
