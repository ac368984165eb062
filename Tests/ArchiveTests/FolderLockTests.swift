import Foundation
import Testing

@testable import Archive

/// Who may say what a folder is of.
@Suite struct FolderLockTests {
    private func inFolder(_ body: (String) throws -> Void) throws {
        let folder = NSTemporaryDirectory() + "lock-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try body(folder)
    }

    private func join(_ folder: String, as name: String) throws -> FolderLock {
        let file = folder + "/owner"
        return try FolderLock(
            folder, claim: { try Durable.write(Array(name.utf8), to: file) },
            isOurs: { try Durable.read(file) == Array(name.utf8) })
    }

    @Test func anotherRunIsRefusedWhileOneIsThere() throws {
        try inFolder { folder in
            let first = try join(folder, as: "a")
            let same = try join(folder, as: "a")
            let error = #expect(throws: ArchiveError.self) { try join(folder, as: "b") }
            #expect(error.map { "\($0)" }?.contains("another process does") == true)
            #expect(throws: ArchiveError.self) { try FolderLock.checkUnused(folder) }
            #expect(try Durable.read(folder + "/owner") == Array("a".utf8))
            withExtendedLifetime((first, same)) {}
        }
    }

    @Test func anEndedRunLeavesTheFolder() throws {
        try inFolder { folder in
            _ = try join(folder, as: "a")
            try FolderLock.checkUnused(folder)
            _ = try join(folder, as: "b")
            #expect(try Durable.read(folder + "/owner") == Array("b".utf8))
        }
    }

    @Test func ofManyAtOnceOneNameRemains() throws {
        for _ in 0..<20 {
            try inFolder { folder in
                let names = ["a", "b", "c", "d"]
                let held = names.map { _ in Held() }
                DispatchQueue.concurrentPerform(iterations: names.count) { index in
                    held[index].lock = try? join(folder, as: names[index])
                }
                let winners = names.indices.filter { held[$0].lock != nil }
                let owner = String(decoding: try Durable.read(folder + "/owner"), as: UTF8.self)
                #expect(winners.map { names[$0] } == [owner])
            }
        }
    }

    private final class Held: @unchecked Sendable {
        var lock: FolderLock?
    }

    @Test(arguments: [
        (1, 2026, 2025), (0, 2026, 2030), (.max, 2026, 2030), (2, .min, 2030), (2, 2026, .max), (2, 1, 0),
    ]) func runsThatCanNotBeAreRefused(samples: Int, first: Int, last: Int) throws {
        try inFolder { folder in
            let run = RunDescription(
                formatVersion: PartsFolder.formatVersion, study: "study.yaml", samples: samples, firstYear: first,
                lastYear: last, seed: 1,
                keepStates: .all, digest: "d")
            try run.write(to: folder + "/run.json")
            let error = #expect(throws: ArchiveError.self) { try RunDescription.read(folder + "/run.json") }
            let words = error.map { "\($0)" } ?? ""
            #expect(words.contains("run.json") && (words.contains("`samples` is") || words.contains("`firstYear` is")))
        }
    }
}
