import Foundation
import Testing

@testable import WorldModel

/// Each folder of Fixtures/errors holds files of the small world with one mistake, and the findings in `expected.txt`.
///
/// Where there are no findings, it holds the warnings. An empty `x.removed` takes the file `x` away.
/// With WORLDLINES_GOLDEN=1 the tests write `expected.txt` anew: read its diff.
@Suite struct FixtureTests {
    static let cases =
        (try? FileManager.default.contentsOfDirectory(
            atPath: Mini.fixtures.appendingPathComponent("errors").path))?.sorted() ?? []

    @Test func everyKindOfErrorHasAFixture() { #expect(FixtureTests.cases.count >= 110) }

    @Test(arguments: FixtureTests.cases) func findings(_ name: String) throws {
        let changed = Mini.files("errors/" + name)
        let removed = changed.filter { $0.path.hasSuffix(".removed") }.map { String($0.path.dropLast(8)) }
        let files = Mini.files(replacing: changed).filter { !removed.contains($0.path) }
        var found = ""
        do {
            let study = try Study.load(files: files, study: Mini.study)
            found = study.warnings.map { "warning: " + $0.description }.joined(separator: "\n") + "\n"
        } catch {
            found = error.description + "\n"
        }
        if Golden.isWanted { try Golden.write(found, "Tests/WorldModelTests/Fixtures/errors/\(name)/expected.txt") }
        let expected = try #require(Mini.files("errors/" + name).first { $0.path == "expected.txt" })
        #expect(found == String(decoding: expected.bytes, as: UTF8.self))
    }

    /// Every line left out, cut short or doubled: the reader answers with a study or with findings, and never stops.
    @Test func mutilatedFilesAreRead() throws {
        let files = Mini.files("mini")
        for file in files {
            let lines = String(decoding: file.bytes, as: UTF8.self).split(
                separator: "\n", omittingEmptySubsequences: false)
            for index in lines.indices {
                let half = [lines[index].prefix(lines[index].count / 2)]
                for middle in [[], half, [lines[index], lines[index]]] {
                    let text = (lines[..<index] + middle + lines[(index + 1)...]).joined(separator: "\n")
                    let changed = SourceFile(path: file.path, bytes: Array(text.utf8))
                    do {
                        let study = try Study.load(files: Mini.files(replacing: [changed]), study: Mini.study)
                        #expect(study.values(year: 2026, sample: 0, choices: study.decisions.map { _ in -1 }).count > 0)
                    } catch {
                        #expect(!error.all.isEmpty)
                    }
                }
            }
        }
    }

    /// What a finding without a line may be about: a file, or something that is in none of its lines.
    static let ofWholeFiles = [
        "there is no file", "the file is empty", "the file is not UTF-8", "is missing", ", where a year has",
        "no row has the role", "has no profile",
    ]

    @Test func everyFindingSaysWhereWhatAndHow() {
        for name in FixtureTests.cases where !name.hasPrefix("warning") {
            let changed = Mini.files("errors/" + name)
            let removed = changed.filter { $0.path.hasSuffix(".removed") }.map { String($0.path.dropLast(8)) }
            let files = Mini.files(replacing: changed).filter { !removed.contains($0.path) }
            do {
                _ = try Study.load(files: files, study: Mini.study)
                Issue.record("\(name) is no error")
            } catch {
                for finding in error.all {
                    #expect(!finding.file.isEmpty && !finding.message.isEmpty && !finding.remedy.isEmpty)
                    let isOfWholeFile = FixtureTests.ofWholeFiles.contains { finding.message.contains($0) }
                    #expect(finding.line ?? 0 > 0 || finding.line == nil && isOfWholeFile, "\(finding)")
                }
            }
        }
    }
}

/// Files that tests write anew on demand.
enum Golden {
    static let isWanted = ProcessInfo.processInfo.environment["WORLDLINES_GOLDEN"] == "1"
    static let root = Mini.fixtures.deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    static func write(_ text: String, _ path: String) throws {
        try text.write(to: root.appendingPathComponent(path), atomically: true, encoding: .utf8)
    }
}
