import Branching
import Foundation
import Testing

@testable import Archive

@Suite(.serialized)
struct PartsTests {
    @Test func aFolderKnowsWhatItHoldsAndWhatIsMissing() throws {
        try inFolder { folder in
            let toy = Toy()
            let parts = try PartsFolder(archive: folder + "/toy.h5", layout: toy.layout)
            #expect(parts.missing(of: toy.layout).map(\.key) == toy.names.map(\.key))
            for name in toy.names.prefix(12) { try parts.record(toy.segment(name)) }
            let again = try PartsFolder(archive: folder + "/toy.h5", layout: toy.layout)
            #expect(again.missing(of: toy.layout).map(\.key) == toy.names.dropFirst(12).map(\.key))
            let error = #expect(throws: ArchiveError.self) {
                try Assembly(parts: again, layout: toy.layout, archive: folder + "/toy.h5").run()
            }
            #expect(error.map { "\($0)" }?.contains("8 parts are missing, the first is 0.1.2-1.part.h5") == true)
            #expect(!Durable.exists(folder + "/toy.h5"))
        }
    }

    @Test func aPartHoldsAtMostTheLanesThatWereLive() throws {
        try inFolder { folder in
            let toy = Toy(samples: 3)
            let parts = try PartsFolder(archive: folder + "/toy.h5", layout: toy.layout)
            func name(_ samples: Int) -> SegmentName { SegmentName(toy.layout.tree.nodes[0], samples: 0..<samples) }
            #expect(!parts.holds(name(1)))
            try parts.record(toy.segment(name(3)))
            #expect(parts.holds(name(3)) && parts.holds(name(2)) && !parts.holds(name(4)))
            try parts.record(toy.segment(name(8)))
            #expect(parts.holds(name(8)))
            try parts.record(toy.segment(name(3)))
            let again = try PartsFolder(archive: folder + "/toy.h5", layout: toy.layout)
            #expect(again.holds(name(8)), "a process with fewer samples takes nothing away")
        }
    }

    @Test func fewerSamplesAreMadeFromTheSameParts() throws {
        try inFolder { folder in
            let archive = folder + "/toy.h5"
            try Toy(samples: 16).write(archive)
            let parts = try PartsFolder(archive: archive, layout: Toy(samples: 3).layout)
            #expect(parts.missing(of: Toy(samples: 3).layout).isEmpty)
            try Assembly(parts: parts, layout: Toy(samples: 3).layout, archive: archive).run()
            try Toy(samples: 3).write(folder + "/fresh.h5")
            #expect(try Durable.read(archive) == Durable.read(folder + "/fresh.h5"))
        }
    }

    @Test func resumeNeedsNothingButTheFolder() throws {
        try inFolder { folder in
            let toy = Toy(samples: 5, keepStates: .last)
            _ = try PartsFolder(archive: folder + "/toy.h5", layout: toy.layout)
            let run = try #require(try PartsFolder.description(of: folder + "/toy.h5"))
            let sources = try KeptSources.read(from: folder + "/toy.h5.parts")
            #expect(run.study == "studies/toy.yaml" && run.samples == 5 && run.seed == .max)
            #expect(run.firstYear == 2026 && run.lastYear == 2031 && run.keepStates == .last)
            #expect(sources == toy.layout.sources.sorted { $0.path < $1.path })
        }
    }

    @Test(arguments: [0, 100, 3000, -1])
    func aTruncatedPartIsNamed(length: Int) throws {
        try inFolder { folder in
            let toy = Toy()
            let parts = try toy.write(folder + "/toy.h5")
            let part = "\(parts.path)/\(parts.name(of: toy.names[3]))"
            let bytes = try Durable.read(part)
            try Durable.write(Array(length < 0 ? bytes.dropLast(-length) : bytes.prefix(length)), to: part)
            for attempt in [
                { _ = try PartsFolder(archive: folder + "/toy.h5", layout: toy.layout) },
                { _ = try parts.contents(of: toy.names[3]) },
                { try Assembly(parts: parts, layout: toy.layout, archive: folder + "/again.h5").run() },
            ] {
                let error = #expect(throws: ArchiveError.self) { try attempt() }
                let text = error.map { "\($0)" } ?? ""
                #expect(text.contains(part) && text.contains("delete it and resume"), "\(text)")
            }
            #expect(!Durable.exists(folder + "/again.h5"))
        }
    }

    @Test func aPartWithAChangedNumberIsNamed() throws {
        try inFolder { folder in
            let toy = Toy()
            let parts = try toy.write(folder + "/toy.h5")
            let part = "\(parts.path)/\(parts.name(of: toy.names[0]))"
            var bytes = try Durable.read(part)
            let number = withUnsafeBytes(of: toy.segment(toy.names[0]).record[100]) { Array($0) }
            let place = try #require(bytes.indices.first { bytes[$0...].starts(with: number) })
            bytes[place] ^= 1
            try Durable.write(bytes, to: part)
            let error = #expect(throws: ArchiveError.self) {
                try Assembly(parts: parts, layout: toy.layout, archive: folder + "/again.h5").run()
            }
            #expect(error.map { "\($0)" }?.contains(part) == true)
        }
    }

    @Test func noFlippedBitOfAPartChangesAnArchiveUnseen() throws {
        try inFolder { folder in
            let toy = Toy(samples: 5)
            let archive = folder + "/toy.h5"
            let name = toy.names[3]
            let (parts, whole) = (try PartsFolder(archive: archive, layout: toy.layout), toy.segment(name))
            try parts.record(whole)
            let part = "\(parts.path)/\(parts.name(of: name))"
            let bytes = try Durable.read(part)
            var refused = 0
            for place in stride(from: 0, to: bytes.count, by: 13) {
                var damaged = bytes
                damaged[place] ^= 1 << UInt8(place % 8)
                try Data(damaged).write(to: URL(fileURLWithPath: part))
                do {
                    let contents = try PartsFolder(archive: archive, layout: toy.layout).contents(of: name)
                    #expect(contents.record == whole.record && contents.state == whole.state, "byte \(place)")
                } catch is ArchiveError {
                    refused += 1
                }
            }
            #expect(refused > 0)
        }
    }

    @Test func aPartUnderAnotherNameIsNamed() throws {
        try inFolder { folder in
            let toy = Toy()
            let parts = try toy.write(folder + "/toy.h5")
            let (one, other) = (parts.name(of: toy.names[4]), parts.name(of: toy.names[5]))
            try Durable.write(try Durable.read("\(parts.path)/\(one)"), to: "\(parts.path)/\(other)")
            let error = #expect(throws: ArchiveError.self) {
                try PartsFolder(archive: folder + "/toy.h5", layout: toy.layout)
            }
            #expect(error.map { "\($0)" }?.contains(other) == true)
        }
    }

    @Test func partsOfSomethingElseStopTheRunWithTheirName() throws {
        try inFolder { folder in
            let toy = Toy()
            _ = try toy.write(folder + "/toy.h5")
            let opened = #expect(throws: ArchiveError.self) {
                try PartsFolder(archive: folder + "/toy.h5", layout: Toy(digest: "other").layout)
            }
            #expect(opened.map { "\($0)" }?.contains("0-0.part.h5") == true)
            let parts = try PartsFolder(archive: folder + "/toy.h5", layout: toy.layout)
            let busy = #expect(throws: ArchiveError.self) {
                try PartsFolder(archive: folder + "/toy.h5", layout: Toy(digest: "other").layout)
            }
            #expect(busy.map { "\($0)" }?.contains("another process does") == true)
            let others = try Toy(digest: "other").write(folder + "/other.h5")
            let name = parts.name(of: toy.names[2])
            let stray = "\(parts.path)/\(name)"
            try Durable.write(try Durable.read("\(others.path)/\(name)"), to: stray)
            let error = #expect(throws: ArchiveError.self) {
                try PartsFolder(archive: folder + "/toy.h5", layout: toy.layout)
            }
            let text = error.map { "\($0)" } ?? ""
            #expect(text.contains(stray) && text.contains("study other") && text.contains("study toy"), "\(text)")
        }
    }

    @Test func leftoversOfDeadProcessesAreIgnoredAndRemoved() throws {
        try inFolder { folder in
            let toy = Toy()
            let parts = try PartsFolder(archive: folder + "/toy.h5", layout: toy.layout)
            let dead = try #require(try deadProcess())
            let names = [
                Durable.temporaryPath(for: parts.path + "/0-0.part.h5"),
                Durable.temporaryPath(for: parts.path + "/0-0.part.h5").replacing(".\(getpid()).", with: ".\(dead)."),
                Durable.temporaryPath(for: parts.path + "/source/studies/toy.yaml")
                    .replacing(".\(getpid()).", with: ".\(dead)."),
            ]
            for name in names { try Data("half a part".utf8).write(to: URL(fileURLWithPath: name)) }
            #expect(parts.missing(of: toy.layout).count == toy.names.count)
            _ = try PartsFolder(archive: folder + "/toy.h5", layout: toy.layout)
            #expect(Durable.exists(names[0]), "a living process still writes it")
            #expect(!Durable.exists(names[1]) && !Durable.exists(names[2]))
        }
    }

    /// Parts of an older version, of a run or a search, are refused as a folder, and left as they are.
    @Test(arguments: [("run.json", 1), ("search.json", 2)])
    func aFolderOfAnotherVersionIsRefused(file: String, version: Int) throws {
        try inFolder { folder in
            let toy = Toy()
            let parts = try toy.write(folder + "/toy.h5").path
            let text = String(decoding: try Durable.read(parts + "/run.json"), as: UTF8.self)
                .replacing("\"formatVersion\" : 3", with: "\"formatVersion\" : \(version)")
            try FileManager.default.removeItem(atPath: parts + "/run.json")
            try Durable.write(Array(text.utf8), to: "\(parts)/\(file)")
            for attempt in [
                { _ = try PartsFolder(archive: folder + "/toy.h5", layout: toy.layout) },
                { _ = try PartsFolder.description(of: folder + "/toy.h5") },
            ] {
                let error = #expect(throws: ArchiveError.self) { try attempt() }
                let words = error.map { "\($0)" } ?? ""
                #expect(
                    file == "search.json" && words.contains("the parts of a search")
                        || words.contains("\(parts): has format version \(version)"), "\(words)")
            }
            #expect(try Durable.names(in: parts).contains("0-0.part.h5"))
        }
    }

    @Test func aSourceWithAHiddenNameIsKept() throws {
        try inFolder { folder in
            var toy = Toy()
            toy.layout.sources.append(.init(path: ".tables/.loads.csv", bytes: [65]))
            _ = try PartsFolder(archive: folder + "/toy.h5", layout: toy.layout)
            let kept = try KeptSources.read(from: folder + "/toy.h5.parts")
            #expect(kept.contains { $0.path == ".tables/.loads.csv" })
        }
    }

    @Test(arguments: [1 << 33, Int.max])
    func aRunThatNoFolderHoldsIsRefusedBeforeItBegins(samples: Int) throws {
        try inFolder { folder in
            let error = #expect(throws: ArchiveError.self) {
                try PartsFolder(archive: folder + "/toy.h5", layout: Toy(samples: samples).layout)
            }
            #expect(error.map { "\($0)" }?.contains("number of parts") == true)
            #expect(!Durable.exists(folder + "/toy.h5.parts"))
        }
    }

    private func deadProcess() throws -> Int32? {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["true"]
        try process.run()
        process.waitUntilExit()
        return process.processIdentifier
    }

    @Test func partsMayBeRecordedFromManyThreads() throws {
        try inFolder { folder in
            let toy = Toy(samples: 64, policiesOfSite: 2)
            let parts = try PartsFolder(archive: folder + "/toy.h5", layout: toy.layout)
            let failures = parallel(toy.names.count, workers: 4) { index in
                let name = toy.names[index]
                do {
                    try parts.record(toy.segment(name))
                    return try parts.contents(of: name).state == toy.segment(name).state ? 0 : 1
                } catch {
                    return 1
                }
            }
            #expect(failures.reduce(0, +) == 0)
            #expect(parts.missing(of: toy.layout).isEmpty)
        }
    }

    @Test func theLogStandsBesideTheArchive() throws {
        try inFolder { folder in
            let log = RunLog(
                started: Date(timeIntervalSince1970: 0), ended: Date(timeIntervalSince1970: 60), workers: 2,
                wallSeconds: 60,
                simulatedBundles: 40)
            try log.write(besides: folder + "/toy.h5")
            let kept = try JSONDecoder().decode(
                RunLog.self, from: Data(try Durable.read(folder + "/toy.h5.log.json")))
            #expect(kept == log)
            #expect(kept.started == "1970-01-01T00:00:00Z")
        }
    }
}
