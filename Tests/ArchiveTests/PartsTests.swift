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
            #expect(try parts.missing() == parts.bundles)
            for bundle in parts.bundles.prefix(12) { try parts.record(toy.segment(bundle)) }
            let again = try PartsFolder(archive: folder + "/toy.h5", layout: toy.layout)
            #expect(try again.missing() == Array(parts.bundles.dropFirst(12)))
            let error = #expect(throws: ArchiveError.self) {
                try Assembly(parts: again, archive: folder + "/toy.h5").run()
            }
            #expect(error.map { "\($0)" }?.contains("8 parts are missing, the first is 0.1.2-1.part.h5") == true)
            #expect(!Durable.exists(folder + "/toy.h5"))
        }
    }

    @Test func aPartHoldsAtMostTheLanesThatWereLive() throws {
        try inFolder { folder in
            let toy = Toy(samples: 3)
            let parts = try PartsFolder(archive: folder + "/toy.h5", layout: toy.layout)
            let bundle = BundleName(node: 0, block: 0)
            #expect(try !parts.holds(bundle, live: 1))
            try parts.record(toy.segment(bundle))
            #expect(try parts.holds(bundle, live: 3) && parts.holds(bundle, live: 2))
            #expect(try !parts.holds(bundle, live: 4))
            try parts.record(toy.segment(bundle, live: 8))
            #expect(try parts.holds(bundle, live: 8))
            try parts.record(toy.segment(bundle))
            #expect(try parts.holds(bundle, live: 8), "a process with fewer samples takes nothing away")
        }
    }

    @Test func fewerSamplesAreMadeFromTheSameParts() throws {
        try inFolder { folder in
            let archive = folder + "/toy.h5"
            try Toy(samples: 16).write(archive)
            let parts = try PartsFolder(archive: archive, layout: Toy(samples: 3).layout)
            #expect(try parts.missing().isEmpty)
            try Assembly(parts: parts, archive: archive).run()
            try Toy(samples: 3).write(folder + "/fresh.h5")
            #expect(try Durable.read(archive) == Durable.read(folder + "/fresh.h5"))
        }
    }

    @Test func resumeNeedsNothingButTheFolder() throws {
        try inFolder { folder in
            let toy = Toy(samples: 5, keepStates: .last)
            _ = try PartsFolder(archive: folder + "/toy.h5", layout: toy.layout)
            let (run, sources) = try PartsFolder.kept(archive: folder + "/toy.h5")
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
            let part = parts.path(of: parts.bundles[3])
            let bytes = try Durable.read(part)
            try Durable.write(Array(length < 0 ? bytes.dropLast(-length) : bytes.prefix(length)), to: part)
            for attempt in [
                { _ = try parts.holds(parts.bundles[3], live: 1) }, { _ = try parts.state(of: parts.bundles[3]) },
                { try Assembly(parts: parts, archive: folder + "/again.h5").run() },
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
            let part = parts.path(of: parts.bundles[0])
            var bytes = try Durable.read(part)
            let number = withUnsafeBytes(of: toy.segment(parts.bundles[0]).record[100]) { Array($0) }
            let place = try #require(bytes.indices.first { bytes[$0...].starts(with: number) })
            bytes[place] ^= 1
            try Durable.write(bytes, to: part)
            let error = #expect(throws: ArchiveError.self) {
                try Assembly(parts: parts, archive: folder + "/again.h5").run()
            }
            #expect(error.map { "\($0)" }?.contains(part) == true)
        }
    }

    @Test func noFlippedBitOfAPartChangesAnArchiveUnseen() throws {
        try inFolder { folder in
            let toy = Toy(samples: 5)
            let parts = try toy.write(folder + "/toy.h5")
            let bundle = parts.bundles[3]
            let whole = toy.segment(bundle)
            let bytes = try Durable.read(parts.path(of: bundle))
            var refused = 0
            for place in stride(from: 0, to: bytes.count, by: 13) {
                var damaged = bytes
                damaged[place] ^= 1 << UInt8(place % 8)
                try Durable.write(damaged, to: parts.path(of: bundle))
                do {
                    let contents = try parts.contents(of: bundle, live: 5)
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
            try Durable.write(try Durable.read(parts.path(of: parts.bundles[4])), to: parts.path(of: parts.bundles[5]))
            let error = #expect(throws: ArchiveError.self) { try parts.holds(parts.bundles[5], live: 1) }
            #expect(error.map { "\($0)" }?.contains(parts.name(of: parts.bundles[5])) == true)
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
            let stray = parts.path(of: parts.bundles[2])
            try Durable.write(try Durable.read(others.path(of: parts.bundles[2])), to: stray)
            let error = #expect(throws: ArchiveError.self) { try parts.holds(parts.bundles[2], live: 1) }
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
            #expect(try parts.missing() == parts.bundles)
            _ = try PartsFolder(archive: folder + "/toy.h5", layout: toy.layout)
            #expect(Durable.exists(names[0]), "a living process still writes it")
            #expect(!Durable.exists(names[1]) && !Durable.exists(names[2]))
        }
    }

    @Test func aSourceWithAHiddenNameIsKept() throws {
        try inFolder { folder in
            var toy = Toy()
            toy.layout.sources.append(.init(path: ".tables/.loads.csv", bytes: [65]))
            _ = try PartsFolder(archive: folder + "/toy.h5", layout: toy.layout)
            let kept = try PartsFolder.kept(archive: folder + "/toy.h5").sources
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
            let bundles = parts.bundles
            let failures = parallel(bundles.count, workers: 4) { index in
                do {
                    try parts.record(toy.segment(bundles[index]))
                    return try parts.state(of: bundles[index]) == toy.segment(bundles[index]).state ? 0 : 1
                } catch {
                    return 1
                }
            }
            #expect(failures.reduce(0, +) == 0)
            #expect(try parts.missing().isEmpty)
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
