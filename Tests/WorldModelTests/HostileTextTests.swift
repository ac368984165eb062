import Foundation
import Testing

@testable import WorldModel

@Suite struct HostileTextTests {
    private func findings(study text: String) -> [Finding] {
        let files = Mini.files(replacing: [SourceFile(path: Mini.study, bytes: Array(text.utf8))])
        do throws(Findings) {
            _ = try Study.load(files: files, study: Mini.study)
            return []
        } catch {
            return error.all
        }
    }

    private var first: String {
        get throws {
            let file = try #require(Mini.files("mini").first { $0.path == Mini.study })
            return String(decoding: file.bytes, as: UTF8.self)
        }
    }

    /// Mappings of aliases, `width` at each of `depth` levels; the last is a key.
    static func bomb(depth: Int, width: Int, asKey: Bool) -> String {
        var text = "a0: &a0 {k: x}\n"
        for level in 1..<depth {
            let entries = (0..<width).map { "k\($0): *a\(level - 1)" }.joined(separator: ", ")
            text += "a\(level): &a\(level) {\(entries)}\n"
        }
        return text + (asKey ? "? *a\(depth - 1)\n: 1\n" : "a\(depth): [*a\(depth - 1)]\n")
    }

    @Test(arguments: [(9, 9), (12, 10), (30, 2), (64, 2)], [true, false])
    func aliasesOfAliasesAreRefusedWithoutUnfoldingThem(_ size: (depth: Int, width: Int), asKey: Bool) throws {
        let text = HostileTextTests.bomb(depth: size.depth, width: size.width, asKey: asKey)
        let clock = ContinuousClock()
        var found: [Finding] = []
        let time = try clock.measure { found = findings(study: try first + text) }
        #expect(time < .seconds(2))
        let finding = try #require(found.first)
        #expect(finding.file == Mini.study && finding.line != nil)
        #expect(finding.message.contains("alias"), "\(finding)")
    }

    @Test(arguments: [
        ("? [a, b]\n: 1\n", "a list"), ("? {a: 1}\n: 2\n", "a mapping"), ("b: &b word\n? *b\n: 2\n", "an alias"),
        ("{a: {[b]: 1}}\n", "a list"),
    ])
    func aKeyIsAWord(_ text: String, _ what: String) throws {
        let found = findings(study: text)
        #expect(found.count == 1 && found[0].message.contains("a key is \(what)"), "\(found)")
        #expect(found[0].line != nil)
    }

    @Test func aliasesOfWordsAndMappingsMeanWhatTheyName() throws {
        let reader = YAMLReader(file: "a.yaml", collector: Collector())
        let text = "a: &one 2*x\nb: *one\nc: &two {d: 'it *is', e: \"*one\"}\nf: [*two, *two]\n"
        let entries = try #require(reader.root(Array(text.utf8)))
        #expect(reader.text(entries[1].value, path: nil) == "2*x")
        let list = try #require(reader.sequence(entries[3].value, path: nil))
        let twice = try list.map { try #require(reader.mapping($0, path: nil)).compactMap { $0.value.scalar?.string } }
        #expect(twice == [["it *is", "*one"], ["it *is", "*one"]])
        #expect(reader.collector.findings.isEmpty)
    }

    @Test(arguments: [
        ("a: 1\nb:\n\tc: 2\n", 3, "by a tab"),
        ("a:\n  b: 1\n\tc: 2\n", 3, "by a tab"),
        ("a:\n    b: 1\n  c: 2\n", 3, "indented by 2 spaces, and the lines above by 0 spaces or 4 spaces"),
        ("a: 1\n  b: 2\n", 2, "indented by 2 spaces, the one that it follows (line 1) by 0 spaces"),
        ("- a: 1\n  b: 2\n   c: 3\n", 3, "indented by 3 spaces"),
        ("a:\r\n    b: 1\r\n  c: 2\r\n", 3, "indented by 2 spaces"),
        ("a: 1\n\u{FEFF}b: 2\n", 2, "byte order mark"),
    ])
    func mistakesOfIndentationAreNamedWithTheirLine(_ text: String, _ line: Int, _ words: String) throws {
        let collector = Collector()
        #expect(YAMLReader(file: "a.yaml", collector: collector).root(Array(text.utf8)) == nil)
        let finding = try #require(collector.findings.first)
        #expect(finding.line == line && finding.message.contains(words), "\(finding)")
        #expect(!finding.remedy.isEmpty)
    }

    @Test(arguments: ["a: b: c\n", "a: [1, 2\nb: 3\n", "a: \"x\n"])
    func otherMistakesKeepTheWordsOfTheParser(_ text: String) throws {
        let collector = Collector()
        #expect(YAMLReader(file: "a.yaml", collector: collector).root(Array(text.utf8)) == nil)
        let finding = try #require(collector.findings.first)
        #expect(finding.message.contains("not YAML: ") && finding.line != nil, "\(finding)")
    }

    @Test func aByteOrderMarkAtTheStartChangesNothing() throws {
        let plain = Mini.files("mini")
        let marked = plain.map { file in
            let isText = file.path.hasSuffix(".yaml") || file.path.hasSuffix(".csv")
            return SourceFile(path: file.path, bytes: (isText ? TextFile.mark : []) + file.bytes)
        }
        let (one, other) = try (World.load(files: plain), World.load(files: marked))
        #expect(one.values.map(\.bitPattern) == other.values.map(\.bitPattern) && one.name == other.name)
        #expect(
            try Study.load(files: marked, study: Mini.study).years == Study.load(files: plain, study: Mini.study).years)
    }

    @Test(arguments: ["world.yaml", "buses.csv"])
    func utf16IsNamed(_ path: String) throws {
        let files = Mini.files("mini").map { file in
            file.path == path
                ? SourceFile(path: path, bytes: [0xFF, 0xFE] + file.bytes.flatMap { [$0, 0] }) : file
        }
        let error = try #require(throws: Findings.self) { try World.load(files: files) }
        #expect(error.all.contains { $0.file == path && $0.message.contains("UTF-16") }, "\(error)")
    }

    @Test(arguments: ["=cmd|' /C calc'!A0", "+1", "-1", "@SUM(A1)", "\tx", "\u{202E}x", "x\u{1B}[31m"])
    func namesThatASpreadsheetOrATerminalWouldObeyAreRefused(_ name: String) throws {
        let quoted = name.unicodeScalars.map { $0.value < 0x20 ? String(format: "\\x%02x", $0.value) : "\($0)" }
            .joined()
        let option = findings(
            study: try first.replacingOccurrences(of: "    planned: {}", with: "    \"\(quoted)\": {}"))
        #expect(
            option.contains { $0.message.contains("begins with") || $0.message.contains("can't be seen") }, "\(option)")
        let rows = Mini.files("buses.csv", [("north,", "\"\(name)\",")])
        let error = try #require(throws: Findings.self) { try World.load(files: rows) }
        // A cell without quotes loses its spaces; in quotes it keeps a tab.
        #expect(error.all.contains { $0.file == "buses.csv" && $0.remedy == NameRule.remedy }, "\(error)")
    }

    @Test(arguments: ["two words", "été", "日本", "a.b", "x-1", "a_b", "a+b", "50 %", "(a)", "a@b"])
    func ordinaryNamesAreTaken(_ name: String) { #expect(NameRule.problem(name) == nil) }

    @Test func whatATerminalWouldObeyIsShown() {
        #expect("a\u{1B}[31m\u{9B}\u{202E}b\u{7F}\n".shown() == "a\\u{1B}[31m\\u{9B}\\u{202E}b\\u{7F}\\u{A}")
        #expect("a\nb".shown(keeping: ["\n"]) == "a\nb")
        #expect("übersicht → 日本 é".shown() == "übersicht → 日本 é")
        let finding = Finding(file: "a\u{7}.csv", message: "`\u{9B}31m`", remedy: "\u{2066}")
        #expect(finding.description == "a\\u{7}.csv: `\\u{9B}31m`; \\u{2066}")
        #expect("{\"a\":\"\u{9B}\u{202E}\u{7F}é\"}".withEscapedJSON == "{\"a\":\"\\u009b\\u202e\\u007fé\"}")
    }

    @Test func aFileHasAHundredFindingsAndTheNumberOfTheOthers() throws {
        let collector = Collector()
        for line in 1...1_000 { collector.add("a.csv", line, "p\(line)", "wrong", "mend it") }
        for _ in 0..<5 { collector.add("b.csv", 1, nil, "wrong", "mend it") }
        #expect(collector.count == 1_001 && collector.findings.count == 102)
        #expect(Findings(collector.findings).all[100].message == "and 900 more findings in this file")
        #expect(!collector.isClean("p999") && collector.isClean("p1001"))
    }

    @Test func manyUnknownColumnsAndOptionsAreReadInLinearTime() throws {
        func seconds(_ count: Int) throws -> Double {
            let head = (0..<count).map { "c\($0)" }.joined(separator: ",")
            let row = Array(repeating: "1", count: count).joined(separator: ",")
            let files = Mini.files(replacing: [
                SourceFile(path: "generators.csv", bytes: Array("\(head)\n\(row)\n".utf8))
            ])
            let time = ContinuousClock().measure { _ = try? World.load(files: files) }
            return time / .seconds(1)
        }
        _ = try seconds(1_000)
        let (small, large) = try (seconds(20_000), seconds(160_000))
        #expect(large < 24 * max(small, 0.01), "8 times as many columns take \(large / small) times as long")
    }

    @Test func aHeaderOfMegabytesIsRefusedInWordsOfReasonableLength() throws {
        let head = "name,bus," + String(repeating: "x", count: 4_000_000) + "\n"
        let files = Mini.files(replacing: [SourceFile(path: "generators.csv", bytes: Array((head + "a,b,1\n").utf8))])
        let error = try #require(throws: Findings.self) { try World.load(files: files) }
        #expect(error.description.utf8.count < 50_000 && error.description.contains("(4000"))
    }
}

@Suite struct HostilePlaceTests {
    private func inCopy<Value>(_ body: (_ folder: String, _ outside: String) throws -> Value) throws -> Value {
        let files = FileManager.default
        let base = files.temporaryDirectory.appendingPathComponent("worldlines-links-\(UUID().uuidString)").path
        try files.createDirectory(atPath: base, withIntermediateDirectories: true)
        defer { try? files.removeItem(atPath: base) }
        try files.copyItem(atPath: Mini.fixtures.appendingPathComponent("mini").path, toPath: base + "/world")
        return try body(base + "/world", base)
    }

    private func replace(_ path: String, byLinkTo target: String) throws {
        try FileManager.default.removeItem(atPath: path)
        try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: target)
    }

    @Test(arguments: ["buses.csv", "world.yaml", Mini.study])
    func aLinkOutOfTheWorldIsRefusedWithItsTarget(_ path: String) throws {
        try inCopy { folder, outside in
            try FileManager.default.copyItem(atPath: folder + "/" + path, toPath: outside + "/secret")
            try replace(folder + "/" + path, byLinkTo: outside + "/secret")
            let error = try #require(throws: Findings.self) { try Study.load(path: folder + "/" + Mini.study) }
            let finding = try #require(error.all.first { $0.message.contains("symbolic link") })
            #expect(
                finding.message.contains("`\((path as NSString).lastPathComponent)`") || finding.message.contains(path))
            #expect(finding.message.contains("/secret`"), "\(finding)")
        }
    }

    @Test func aFolderThatIsALinkOutOfTheWorldIsRefused() throws {
        try inCopy { folder, outside in
            try FileManager.default.moveItem(atPath: folder + "/buses.csv", toPath: outside + "/buses.csv")
            try FileManager.default.createSymbolicLink(atPath: folder + "/more", withDestinationPath: outside)
            let text = try String(contentsOfFile: folder + "/world.yaml", encoding: .utf8)
            try Data(text.replacing("buses.csv", with: "more/buses.csv").utf8)
                .write(to: URL(fileURLWithPath: folder + "/world.yaml"))
            let error = try #require(throws: Findings.self) { try World.load(folder: folder) }
            #expect(error.all.contains { $0.message.contains("`more` is a symbolic link") }, "\(error)")
        }
    }

    @Test func linksThatStayInsideAndAWorldThatIsALinkAreTaken() throws {
        try inCopy { folder, outside in
            try FileManager.default.moveItem(atPath: folder + "/buses.csv", toPath: folder + "/nodes.csv")
            try FileManager.default.createSymbolicLink(
                atPath: folder + "/buses.csv", withDestinationPath: "nodes.csv")
            try FileManager.default.createSymbolicLink(atPath: outside + "/there", withDestinationPath: folder)
            #expect(try Study.load(path: outside + "/there/" + Mini.study).digest == Mini.first().digest)
        }
    }

    @Test(arguments: ["buses.csv", "world.yaml"])
    func aNamedPipeIsRefusedWithoutWaiting(_ path: String) throws {
        try inCopy { folder, _ in
            try FileManager.default.removeItem(atPath: folder + "/" + path)
            #expect(mkfifo(folder + "/" + path, 0o600) == 0)
            let error = try #require(throws: Findings.self) { try World.load(folder: folder) }
            #expect(error.all.contains { $0.message == "`\(path)` is a named pipe, not a file" }, "\(error)")
        }
    }

    @Test func devicesAndSocketsAreNamed() throws {
        #expect(throws: PlainFile.Problem.special("a device")) { try PlainFile.read("/dev/zero") }
        #expect(throws: PlainFile.Problem.missing) { try PlainFile.read("/nowhere/at/all") }
        #expect(PlainFile.special("/dev/full") == "a device" && PlainFile.special("/tmp") == nil)
    }
}
