import Foundation
import Testing
import WorldModel

@testable import Cases

/// One file for each kind of mistake, named after it, and what is said of it.
///
/// Fixtures/matpower/errors/x.m is said to be what x.txt says; the files of a folder in Fixtures/pypsa/errors replace
/// those of the network, and what is then said stands in its expected.txt.
@Suite struct ErrorTests {
    static let matpower = Fixtures.names("matpower/errors", ending: ".m")
    static let pypsa = Fixtures.names("pypsa/errors")

    @Test func everyKindOfMistakeHasAFixture() {
        #expect(Self.matpower.count >= 44)
        #expect(Self.pypsa.count >= 48)
    }

    private func compare(_ found: String, with name: String) throws {
        if Fixtures.isGolden {
            try found.write(toFile: Fixtures.path(name), atomically: true, encoding: .utf8)
        }
        let expected = try String(contentsOfFile: Fixtures.path(name), encoding: .utf8)
        #expect(found == expected)
        #expect(!found.isEmpty)
    }

    @Test(arguments: matpower) func matpowerFindings(_ name: String) throws {
        let found = try Fixtures.findings(Fixtures.path("matpower/errors/" + name))
        try compare(found, with: "matpower/errors/" + name.dropLast(2) + ".txt")
    }

    @Test(arguments: pypsa) func pypsaFindings(_ name: String) throws {
        try Fixtures.network(changedBy: "pypsa/errors/" + name) { path in
            try compare(try Fixtures.findings(path), with: "pypsa/errors/\(name)/expected.txt")
        }
    }

    /// Every line left out, cut short or doubled: the reader answers with a case or with findings, and never stops.
    @Test(arguments: ["triangle", "real-world"]) func mutilatedCasesAreRead(_ name: String) throws {
        let whole = try String(contentsOfFile: Fixtures.path("matpower/\(name).m"), encoding: .utf8)
        let lines = whole.split(separator: "\n", omittingEmptySubsequences: false)
        var readable = 0
        for index in lines.indices {
            for middle in [[], [lines[index].prefix(lines[index].count / 2)], [lines[index], lines[index]]] {
                let text = (lines[..<index] + middle + lines[(index + 1)...]).joined(separator: "\n")
                do {
                    let grid = try Fixtures.read(matpower: text)
                    #expect(!grid.buses.isEmpty)
                    readable += 1
                } catch let findings as Findings {
                    #expect(!findings.all.isEmpty)
                }
            }
        }
        #expect(readable > 0)
    }

    @Test func whatIsNoCaseIsSaid() throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("cases-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let files: [(name: String, bytes: [UInt8], word: String)] = [
            ("case.mat", Array("MATLAB 5.0 MAT-file".utf8), "savecase"), ("old.nc", Array("CDF\u{1}".utf8), "NETCDF4"),
            ("notes.txt", Array("notes".utf8), "neither"),
        ]
        for file in files {
            let path = folder.appendingPathComponent(file.name).path
            try Data(file.bytes).write(to: URL(fileURLWithPath: path))
            let error = #expect(throws: CaseError.self) { try CaseFile(path: path) }
            #expect(error?.description.contains(file.word) == true)
        }
        #expect(throws: CaseError.self) { try CaseFile(path: folder.path) }
        #expect(throws: CaseError.self) { try CaseFile(path: folder.path + "/nowhere.m") }
    }
}
