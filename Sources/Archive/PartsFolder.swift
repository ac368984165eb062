public import Branching
import Foundation
import Synchronization
import WorldModel
public import WorldModel

/// The journal of a run or a search: `<archive>.parts/`, small HDF5 files of finished segments.
///
/// A part is written under a temporary name, brought to the disk and renamed, so that it is whole or absent; parts of
/// several processes may share the folder. A run's part has one segment, and is on the disk when it is recorded. Segments
/// of a search that come within a second of a part wait for the next one, so that quick worlds don't wait for the disk: a
/// crash loses at most what a second made. The folder also holds the files of world and study under `source/` and a
/// description, so that it can be resumed alone.
public final class PartsFolder: Journal {
    /// The version of the format of the folder.
    public static let formatVersion = 3

    /// The folder.
    public let path: String
    /// What it is about.
    public let description: RunDescription
    private let store = Mutex(Store())
    private let lock: FolderLock

    /// The time for which segments of a search wait in memory at most while others come.
    private static let patience = Duration.seconds(1)
    /// The numbers that wait at most, and those of files that are held in memory.
    private static let (mostWaiting, mostRead) = (4 << 20, 32 << 20)

    /// Where segments are, those that wait for a file, and the files that were read last.
    private struct Store {
        var places: [SegmentKey: Place] = [:]
        var waiting: [SegmentKey: Segment] = [:]
        var waitingNumbers = 0
        var written: ContinuousClock.Instant?
        var read: [(file: String, record: [Double], state: [Double])] = []

        /// Removes and returns the waiting segments.
        mutating func take() -> [Segment] {
            defer { (waiting, waitingNumbers, written) = ([:], 0, ContinuousClock.now) }
            return Array(waiting.values)
        }

        /// Holds the numbers of a file in memory, and forgets those of the files read first.
        mutating func remember(_ record: [Double], _ state: [Double], of file: String) {
            read.append((file, record, state))
            var held = read.reduce(0) { $0 + $1.record.count + $1.state.count }
            while read.count > 1, held > PartsFolder.mostRead {
                let left = read.removeFirst()
                held -= left.record.count + left.state.count
            }
        }
    }

    private struct Place {
        let file: String
        let samples: Int
        let record: Range<Int>
        let state: Range<Int>
    }

    /// The parts folder of an archive.
    public static func path(of archive: String) -> String { archive + ".parts" }

    /// Opens or makes the parts folder of a run.
    ///
    /// - Throws: `ArchiveError.outOfRange` where the run would have more than `mostParts` parts or world lines than an
    ///   archive can number, and what the other initialiser throws.
    public convenience init(archive: String, layout: ArchiveLayout) throws {
        for (what, count, each, most) in [
            ("number of parts", layout.blocks, layout.tree.nodes.count, PartsFolder.mostParts),
            ("number of world lines", layout.samples, layout.tree.policies.count, Int(Int32.max)),
        ] {
            let (product, overflow) = count.multipliedReportingOverflow(by: each)
            if overflow || product > most {
                throw ArchiveError.outOfRange(
                    path: archive, what: what, value: overflow ? .max : product, allowed: 1..<most + 1)
            }
        }
        try self.init(archive: archive, description: layout.description, sources: layout.sources)
    }

    /// Opens or makes the parts folder of a study's search.
    ///
    /// - Parameter options: those of the search's own command line.
    public convenience init(archive: String, study: Study, keepStates: KeepStates, options: [String: String]) throws {
        try self.init(
            archive: archive,
            description: RunDescription(
                study: study.sourcePath, samples: study.samples, years: study.years, seed: study.seed,
                keepStates: keepStates, studyDigest: study.digest, options: options),
            sources: study.sources)
    }

    /// Opens or makes the parts folder of an archive, keeps there what `resume` needs, and reads which segments it has.
    ///
    /// Leftovers of processes that are gone are removed.
    /// - Throws: `ArchiveError.otherDigest` where the folder is of something else, `.damagedPart` where a part can't be
    ///   trusted.
    private init(archive: String, description: RunDescription, sources: [SourceFile]) throws {
        let path = PartsFolder.path(of: archive)
        self.path = path
        self.description = description
        try Durable.makeFolder(path + "/source")
        try PartsFolder.removeLeftovers(in: path)
        lock = try FolderLock(
            path, claim: { try PartsFolder.claim(path, for: description, sources) },
            isOurs: { try RunDescription.read(in: path)?.digest == description.digest })
        for folder in Set(sources.map { Durable.split("\(path)/source/\($0.path)").folder }) {
            try PartsFolder.removeLeftovers(in: folder)
        }
        for name in try PartsFolder.partNames(in: path) { enter(try part(name).entries(), of: name) }
    }

    /// The most parts that a run may have: each is a file.
    public static let mostParts = 10_000_000

    /// Refuses a name where something stands that holds no parts: a file, or a folder of somebody's.
    public static func refuseForeign(of archive: String) throws(ArchiveError) {
        let path = path(of: archive)
        var status = stat()
        guard stat(path, &status) == 0 else { return }
        let isFolder = status.st_mode & S_IFMT == S_IFDIR
        let names = isFolder ? (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? [] : []
        let ours = [RunDescription.runFile, RunDescription.searchFile, "source"]
        if isFolder, names.allSatisfy({ $0.hasPrefix(".") }) || names.contains(where: ours.contains) { return }
        throw .system(
            path: path, attempt: "keep the parts of the run there",
            message: (isFolder ? "it is a folder of something else" : "it is a file, where a folder is wanted")
                + "; move it away, or choose another name for the archive")
    }

    private static func removeLeftovers(in folder: String) throws {
        for name in try Durable.names(in: folder) where Durable.isLeftover(name, in: folder) {
            unlink("\(folder)/\(name)")
        }
    }

    /// Says in a folder what it is of.
    private static func claim(_ path: String, for wanted: RunDescription, _ sources: [SourceFile]) throws {
        let other = wanted.isOfSearch ? RunDescription.runFile : RunDescription.searchFile
        if Durable.exists("\(path)/\(other)") {
            throw ArchiveError.system(
                path: path, attempt: "keep a \(wanted.isOfSearch ? "search" : "run") in it",
                message: "it has the parts of a \(wanted.isOfSearch ? "run" : "search"); "
                    + "choose another archive name, or delete it")
        }
        // A run that has no parts yet may become another.
        let part = try partNames(in: path).first
        if let kept = try RunDescription.read(in: path), kept.digest != wanted.digest, wanted.isOfSearch || part != nil
        {
            throw ArchiveError.otherDigest(
                path: part.map { "\(path)/\($0)" } ?? path, found: kept.digest, expected: wanted.digest)
        }
        try KeptSources.write(sources, to: path)
        try wanted.write(to: "\(path)/\(wanted.file)")
    }

    /// Refuses to take an archive's parts folder from a process that simulates in it.
    public static func checkUnused(archive: String) throws { try FolderLock.checkUnused(path(of: archive)) }

    /// What the parts folder of an archive is about; nil where there is none.
    public static func description(of archive: String) throws -> RunDescription? {
        try RunDescription.read(in: path(of: archive))
    }

    private static func partNames(in path: String) throws -> [String] {
        try Durable.names(in: path).filter { !$0.hasPrefix(".") && $0.hasSuffix(PartFile.suffix) }
    }
}

extension PartsFolder {
    /// The name of a run's part: the indices of its nodes from the root on, then the block of eight samples.
    public func name(of segment: SegmentName) -> String {
        let nodes = segment.node.path.map(String.init).joined(separator: ".")
        return "\(nodes)-\(segment.samples.lowerBound / Seat.perBundle)\(PartFile.suffix)"
    }

    private func part(_ name: String) -> PartFile { PartFile(path: "\(path)/\(name)", digest: description.digest) }

    /// Keeps a segment; that of a run is on the disk when this returns.
    public func record(_ segment: Segment) throws {
        // Nothing goes on from the end of a search's world line.
        let isEnd = description.isOfSearch && description.keepStates == .none && segment.name.node.children.isEmpty
        let kept = isEnd ? Segment(name: segment.name, record: segment.record, state: []) : segment
        try write(
            store.withLock { store in
                store.waiting[kept.name.key] = kept
                store.waitingNumbers += kept.record.count + kept.state.count
                let isFresh = store.written.map { ContinuousClock.now - $0 < PartsFolder.patience } ?? false
                return description.isOfSearch && isFresh && store.waitingNumbers < PartsFolder.mostWaiting
                    ? [] : store.take()
            })
    }

    /// Brings what waits in memory to the disk.
    public func flush() throws { try write(store.withLock { $0.take() }) }

    private func write(_ segments: [Segment]) throws {
        guard let first = segments.first else { return }
        let index = try PartFile.index(of: segments)
        let name = description.isOfSearch ? PartsFolder.name(of: index) : name(of: first.name)
        let part = part(name)
        // A process that goes for more samples may have been faster.
        let isWider = {
            (try? part.entries().first?.samples).map { $0 > first.name.samples.count } ?? false
        }
        try part.write(segments, index: index, unless: isWider)
        enter(segments.map(PartFile.Entry.init), of: name)
    }

    /// The name of a search's part: 64 bits of FNV-1a over its index, in hexadecimal.
    private static func name(of index: [UInt8]) -> String {
        let hash = index.reduce(0xcbf2_9ce4_8422_2325 as UInt64) {
            ($0 ^ UInt64($1)) &* 0x0000_0100_0000_01b3
        }
        let digits = String(hash, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits + PartFile.suffix
    }

    private func enter(_ entries: [PartFile.Entry], of file: String) {
        store.withLock { store in
            var (record, state) = (0, 0)
            for entry in entries {
                if (store.places[entry.key]?.samples ?? 0) <= entry.samples {
                    store.places[entry.key] = Place(
                        file: file, samples: entry.samples, record: record..<record + entry.record,
                        state: state..<state + entry.state)
                }
                record += entry.record
                state += entry.state
            }
        }
    }

    /// Whether the segment is there with all of its samples.
    public func holds(_ name: SegmentName) -> Bool {
        let key = name.key
        return store.withLock { store in
            (store.waiting[key]?.name.samples.count ?? store.places[key]?.samples ?? 0) >= name.samples.count
        }
    }

    /// The record and the end state of a segment that is kept.
    ///
    /// - Throws: `ArchiveError` naming the part where it is damaged or made from something else.
    public func contents(of name: SegmentName) throws -> (record: [Double], state: [Double]) {
        let key = name.key
        return try store.withLock { store in
            if let waiting = store.waiting[key] { return (waiting.record, waiting.state) }
            guard let place = store.places[key] else { throw MissingSegment(name) }
            let found: (record: [Double], state: [Double])
            if let there = store.read.first(where: { $0.file == place.file }) {
                found = (there.record, there.state)
            } else {
                found = try part(place.file).contents()
                // A run reads each of its parts once.
                if description.isOfSearch { store.remember(found.record, found.state, of: place.file) }
            }
            guard place.record.upperBound <= found.record.count, place.state.upperBound <= found.state.count else {
                throw ArchiveError.damagedPart(
                    path: "\(path)/\(place.file)", reason: "it has fewer numbers than its index says")
            }
            return (Array(found.record[place.record]), Array(found.state[place.state]))
        }
    }
}
