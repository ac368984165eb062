public import Branching
import CHDF5
import Foundation
import Synchronization
public import WorldModel

/// The journal of a search: `<archive>.parts/`, one small HDF5 file for every batch of stretches.
///
/// A file is written under a temporary name, brought to the disk and renamed, so that it is whole or absent; its name is a
/// hash of what it holds. Batches that come within a second of a file wait for the next one, so that quick worlds don't
/// wait for the disk: a crash loses at most what a second made. The folder also has the files of world and study under
/// `source/`, and `search.json`.
public final class StretchFolder: StretchJournal {
    /// The version of the format of the folder.
    public static let formatVersion = 2
    private static let format = "worldlines stretches"
    private static let suffix = ".lines.h5"

    /// The folder.
    public let path: String
    /// What it is about.
    public let description: RunDescription
    private let places: Mutex<Places>
    private let lock: FolderLock

    /// The time for which stretches wait in memory at most while others come.
    private static let patience = Duration.seconds(1)
    /// The numbers that wait at most, and those of files that are held in memory.
    private static let (mostWaiting, mostRead) = (4 << 20, 32 << 20)

    /// Where stretches are, those that wait for a file, and the files that were read last.
    private struct Places {
        var found: [StretchKey: Place] = [:]
        var waiting: [StretchKey: KeptStretch] = [:]
        /// The keys of `waiting` in the order of their coming.
        var order: [StretchKey] = []
        var waitingNumbers = 0
        var written: ContinuousClock.Instant?
        var read: [(file: String, record: [Double], state: [Double])] = []

        /// The stretches that waited, of which none does any more.
        mutating func take() -> [KeptStretch] {
            defer { (waiting, order, waitingNumbers, written) = ([:], [], 0, ContinuousClock.now) }
            return order.compactMap { waiting[$0] }
        }
    }

    private struct Place {
        let file: String
        let record: Range<Int>
        let state: Range<Int>
        let outcomes: [Double]?
    }

    /// A line of a file's index.
    private struct Entry: Codable {
        let options: [Int]
        /// How many numbers each decision has in `chosen`.
        let chosen: [Int]
        let sample: Int
        let firstYear: Int
        let years: Int
        let record: Int
        let state: Int
        let outcomes: [Double]?
    }

    /// Opens or makes the folder of an archive's search, and reads what is there.
    ///
    /// - Throws: `ArchiveError.otherDigest` where it is of something else, `.damagedPart` where a file can't be trusted.
    public init(
        archive: String, study: Study, keepStates: KeepStates, options: [String: String]
    ) throws {
        path = PartsFolder.path(of: archive)
        let digest = Build.digest(study: study.digest, years: study.years, seed: study.seed)
        description = RunDescription(
            formatVersion: StretchFolder.formatVersion, study: study.sourcePath, samples: study.samples,
            firstYear: study.years.lowerBound,
            lastYear: study.years.upperBound, seed: study.seed, keepStates: keepStates, digest: digest,
            options: options)
        places = Mutex(Places())
        try Durable.makeFolder(path + "/source")
        for name in try Durable.names(in: path) where Durable.isLeftover(name, in: path) { unlink("\(path)/\(name)") }
        let (folder, wanted) = (path, description)
        lock = try FolderLock(
            folder,
            claim: {
                if Durable.exists(folder + "/run.json") {
                    throw ArchiveError.system(
                        path: folder, attempt: "keep a search in it",
                        message: "it has the parts of a run; choose another archive name, or delete it")
                }
                if let kept = try StretchFolder.description(archive: archive), kept.digest != digest {
                    throw ArchiveError.otherDigest(path: folder, found: kept.digest, expected: digest)
                }
                try KeptSources.write(study.sources, to: folder)
                try wanted.write(to: folder + "/search.json")
            }, isOurs: { try StretchFolder.description(archive: archive)?.digest == digest })
        for name in try Durable.names(in: path) where !name.hasPrefix(".") && name.hasSuffix(StretchFolder.suffix) {
            try index(name)
        }
    }

    /// What the folder of an archive's search says of itself; nil where there is none.
    public static func description(archive: String) throws -> RunDescription? {
        let file = PartsFolder.path(of: archive) + "/search.json"
        return Durable.exists(file) ? try RunDescription.read(file, version: formatVersion) : nil
    }

    /// The study that the folder of an archive's search keeps.
    public static func study(archive: String, description: RunDescription) throws -> Study {
        try Study.load(
            files: try KeptSources.read(from: PartsFolder.path(of: archive)), study: description.study,
            samples: description.samples, years: description.years, seed: description.seed)
    }

    // MARK: The journal

    /// Keeps a batch: in a file at once, or in memory where a file was made within the last second.
    public func keep(_ stretches: [KeptStretch]) throws {
        let due = places.withLock { places -> [KeptStretch] in
            for stretch in stretches where places.waiting.updateValue(stretch, forKey: stretch.key) == nil {
                places.order.append(stretch.key)
                places.waitingNumbers += stretch.record.count + stretch.state.count
            }
            let isFresh = places.written.map { ContinuousClock.now - $0 < StretchFolder.patience } ?? false
            return isFresh && places.waitingNumbers < StretchFolder.mostWaiting ? [] : places.take()
        }
        try write(due)
    }

    /// Brings what waits in memory to the disk.
    public func flush() throws { try write(places.withLock { $0.take() }) }

    private func write(_ stretches: [KeptStretch]) throws {
        if stretches.isEmpty { return }
        let entries = stretches.map {
            Entry(
                options: $0.key.options, chosen: $0.key.values.map(\.count), sample: $0.key.sample,
                firstYear: $0.years.lowerBound, years: $0.years.count, record: $0.record.count,
                state: $0.state.count, outcomes: $0.outcomes)
        }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        encoder.nonConformingFloatEncodingStrategy = .convertToString(
            positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
        let bytes = Array(try encoder.encode(entries))
        let numbers = [
            ("chosen", stretches.flatMap { $0.key.values.joined() }), ("record", stretches.flatMap(\.record)),
            ("state", stretches.flatMap(\.state)),
        ]
        let name = StretchFolder.name(of: bytes, numbers[0].1)
        try Durable.replace("\(path)/\(name)") { temporary in
            try withLibrary {
                let file = try HDF5File.create(temporary)
                try file.setAttribute("format", StretchFolder.format)
                try file.setAttribute("format_version", Int32(StretchFolder.formatVersion))
                try file.setAttribute("digest", description.digest)
                let index = try file.makeDataset("index", type: UInt8.fileType, shape: [bytes.count])
                try index.write(bytes)
                for (name, values) in numbers {
                    try file.setAttribute(
                        "\(name)_crc32", PartsFolder.checksum(values, live: stretches.count))
                    let dataset = try file.makeDataset(name, type: Double.fileType, shape: [values.count])
                    if !values.isEmpty { try dataset.write(values) }
                }
                try file.flush()
            }
        }
        add(zip(stretches.map(\.key), entries), of: name)
    }

    /// Every stretch that is kept, with its outcomes.
    public func kept() -> [StretchKey: [Double]?] {
        places.withLock { places in
            places.found.mapValues(\.outcomes).merging(places.waiting.mapValues(\.outcomes)) { $1 }
        }
    }

    /// The record and the state of a stretch.
    public func contents(of key: StretchKey) throws -> (record: [Double], state: [Double]) {
        try places.withLock { places in
            if let waiting = places.waiting[key] { return (waiting.record, waiting.state) }
            guard let place = places.found[key] else { throw MissingStretch(key: key) }
            let file: (file: String, record: [Double], state: [Double])
            if let there = places.read.firstIndex(where: { $0.file == place.file }) {
                file = places.read[there]
            } else {
                let count = try entries(of: place.file).count
                let numbers = try numbers(["record", "state"], of: place.file, count: count)
                file = (place.file, numbers[0], numbers[1])
                places.read.append(file)
                var held = places.read.reduce(0) { $0 + $1.record.count + $1.state.count }
                while places.read.count > 1, held > StretchFolder.mostRead {
                    let left = places.read.removeFirst()
                    held -= left.record.count + left.state.count
                }
            }
            return (Array(file.record[place.record]), Array(file.state[place.state]))
        }
    }

    /// 64 bits of FNV-1a over the index and the chosen numbers, in hexadecimal.
    private static func name(of index: [UInt8], _ chosen: [Double]) -> String {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        func add(_ byte: UInt8) { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01b3 }
        index.forEach(add)
        chosen.withUnsafeBytes { $0.forEach(add) }
        let digits = String(hash, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits + suffix
    }

    private func add(_ entries: some Sequence<(StretchKey, Entry)>, of file: String) {
        places.withLock { places in
            var (record, state) = (0, 0)
            for (key, entry) in entries {
                places.found[key] = Place(
                    file: file, record: record..<record + entry.record, state: state..<state + entry.state,
                    outcomes: entry.outcomes)
                record += entry.record
                state += entry.state
            }
        }
    }

    private func index(_ name: String) throws {
        let entries = try entries(of: name)
        let chosen = try numbers(["chosen"], of: name, count: entries.count)[0]
        var place = 0
        var keys: [StretchKey] = []
        for entry in entries {
            guard place + entry.chosen.reduce(0, +) <= chosen.count else {
                throw ArchiveError.damagedPart(path: "\(path)/\(name)", reason: "its index doesn't fit what was chosen")
            }
            let values = entry.chosen.map { count -> [Double] in
                defer { place += count }
                return Array(chosen[place..<place + count])
            }
            keys.append(StretchKey(options: entry.options, values: values, sample: entry.sample))
        }
        add(zip(keys, entries), of: name)
    }

    private func entries(of name: String) throws -> [Entry] {
        let bytes = try withFile(name) { try $0.dataset("index").read(as: UInt8.self) }
        let decoder = JSONDecoder()
        decoder.nonConformingFloatDecodingStrategy = .convertFromString(
            positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
        guard let entries = try? decoder.decode([Entry].self, from: Data(bytes)) else {
            throw ArchiveError.damagedPart(path: "\(path)/\(name)", reason: "its index can't be read")
        }
        return entries
    }

    /// Datasets of a file whose numbers are those that were written.
    private func numbers(_ names: [String], of file: String, count: Int) throws -> [[Double]] {
        try withFile(file) { file in
            try names.map { name in
                let values = try file.dataset(name).read(as: Double.self)
                guard
                    try file.numberAttribute("\(name)_crc32", as: Int64.self)
                        == PartsFolder.checksum(values, live: count)
                else {
                    throw ArchiveError.damagedPart(path: file.file, reason: "the checksum of its \(name) doesn't fit")
                }
                return values
            }
        }
    }

    private func withFile<Value>(_ name: String, _ body: (HDF5File) throws -> Value) throws -> Value {
        try withPartFile(
            "\(path)/\(name)", format: StretchFolder.format, version: StretchFolder.formatVersion,
            digest: description.digest, body)
    }
}

/// The stretches of a search as the segments of a study that lists its policies.
struct StretchSegments: SegmentSource {
    let folder: StretchFolder
    let layout: ArchiveLayout
    let study: Study

    var path: String { folder.path }

    func name(of bundle: BundleName) -> String { layout.tree.nodes[bundle.node].name }

    private func keys(of bundle: BundleName) -> [StretchKey] {
        let node = layout.tree.nodes[bundle.node]
        return (8 * bundle.block..<8 * bundle.block + layout.live(block: bundle.block)).map {
            StretchKey(node: node, sample: $0, study: study)
        }
    }

    func missing() -> [BundleName] {
        let kept = folder.kept()
        return (0..<layout.blocks).flatMap { block in
            layout.tree.nodes.map { BundleName(node: $0.index, block: block) }
        }.filter { keys(of: $0).contains { kept[$0] == nil } }
    }

    func segment(of bundle: BundleName, live: Int) throws -> SourceSegment {
        let lanes = try keys(of: bundle).map(folder.contents)
        func woven(_ columns: [[Double]]) -> [Double] {
            guard let first = columns.first else { return [] }
            if columns.count == 1 { return first }
            return first.indices.flatMap { element in columns.map { $0[element] } }
        }
        return SourceSegment(record: woven(lanes.map(\.record)), state: woven(lanes.map(\.state)), lanes: lanes.count)
    }
}
