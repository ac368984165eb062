public import Branching
import CHDF5
import Foundation
import Synchronization
public import WorldModel

/// What goes on with a search must know beside the files of world and study; kept in `search.json` of a parts folder.
public struct SearchDescription: Codable, Sendable, Equatable {
    /// The version of the format of the folder.
    public var formatVersion = StretchFolder.formatVersion
    /// The path of the study under `source/`.
    public var study: String
    /// The number of samples.
    public var samples: Int
    /// The first simulated year.
    public var firstYear: Int
    /// The last simulated year.
    public var lastYear: Int
    /// The seed of the study's draws.
    public var seed: UInt64
    /// Which states the archive keeps.
    public var keepStates: KeepStates
    /// What the stretches were made from.
    public var digest: String
    /// The search's own options, as its command line has them.
    public var options: [String: String]
}

/// The journal of a search: `<archive>.parts/`, one small HDF5 file for every batch of stretches.
///
/// A file is written under a temporary name, brought to the disk and renamed, so that it is whole or absent; its name is a
/// hash of what it holds. The folder also has the files of world and study under `source/`, and `search.json`.
public final class StretchFolder: StretchJournal {
    /// The version of the format of the folder.
    public static let formatVersion = 1
    private static let format = "worldlines stretches"
    private static let suffix = ".lines.h5"

    /// The folder.
    public let path: String
    /// What it is about.
    public let description: SearchDescription
    private let places: Mutex<Places>

    /// Where stretches are, and the files that were read last.
    private struct Places {
        var found: [StretchKey: Place] = [:]
        var read: [(file: String, record: [Double], state: [Double])] = []
    }

    private struct Place {
        let file: String
        let record: Range<Int>
        let state: Range<Int>
        let outcomes: [Double]?
    }

    /// A line of a file's index.
    private struct Entry: Codable {
        let key: StretchKey
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
        description = SearchDescription(
            study: study.sourcePath, samples: study.samples, firstYear: study.years.lowerBound,
            lastYear: study.years.upperBound, seed: study.seed, keepStates: keepStates, digest: digest,
            options: options)
        places = Mutex(Places())
        try Durable.makeFolder(path + "/source")
        for name in try Durable.names(in: path) where Durable.isLeftover(name, in: path) { unlink("\(path)/\(name)") }
        if Durable.exists(path + "/run.json") {
            throw ArchiveError.system(
                path: path, attempt: "keep a search in it",
                message: "it has the parts of a run; choose another archive name, or delete it")
        }
        if let kept = try StretchFolder.description(archive: archive), kept.digest != digest {
            throw ArchiveError.otherDigest(path: path, found: kept.digest, expected: digest)
        }
        for source in study.sources {
            let target = "\(path)/source/\(source.path)"
            guard !source.path.hasPrefix("/"), !source.path.split(separator: "/").contains("..") else {
                throw ArchiveError.system(path: source.path, attempt: "keep it", message: "not a path inside the world")
            }
            try Durable.makeFolder(Durable.split(target).folder)
            try Durable.write(source.bytes, to: target)
        }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        try Durable.write(Array(try encoder.encode(description)) + [0x0A], to: path + "/search.json")
        for name in try Durable.names(in: path) where !name.hasPrefix(".") && name.hasSuffix(StretchFolder.suffix) {
            try index(name)
        }
    }

    /// What the folder of an archive's search says of itself; nil where there is none.
    public static func description(archive: String) throws -> SearchDescription? {
        let file = PartsFolder.path(of: archive) + "/search.json"
        guard Durable.exists(file) else { return nil }
        do {
            let found = try JSONDecoder().decode(SearchDescription.self, from: Data(try Durable.read(file)))
            guard found.formatVersion == formatVersion else {
                throw ArchiveError.unknownVersion(path: file, found: found.formatVersion, known: formatVersion)
            }
            return found
        } catch let error as DecodingError {
            throw ArchiveError.system(path: file, attempt: "understand it", message: "\(error)")
        }
    }

    /// The study that the folder of an archive's search keeps.
    public static func study(archive: String, description: SearchDescription) throws -> Study {
        let files = try PartsFolder.sources(archive: archive)
        return try Study.load(files: files, study: description.study).with(
            samples: description.samples, years: description.firstYear...description.lastYear, seed: description.seed)
    }

    // MARK: The journal

    /// Keeps a batch in one file.
    public func keep(_ stretches: [KeptStretch]) throws {
        if stretches.isEmpty { return }
        let entries = stretches.map {
            Entry(
                key: $0.key, firstYear: $0.years.lowerBound, years: $0.years.count, record: $0.record.count,
                state: $0.state.count, outcomes: $0.outcomes)
        }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        encoder.nonConformingFloatEncodingStrategy = .convertToString(
            positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
        let bytes = Array(try encoder.encode(entries))
        let record = stretches.flatMap(\.record)
        let state = stretches.flatMap(\.state)
        let name = StretchFolder.name(of: bytes)
        try Durable.replace("\(path)/\(name)") { temporary in
            try withLibrary {
                let file = try HDF5File.create(temporary)
                try file.setAttribute("format", StretchFolder.format)
                try file.setAttribute("format_version", Int32(StretchFolder.formatVersion))
                try file.setAttribute("digest", description.digest)
                try file.setAttribute("record_crc32", PartsFolder.checksum(record, live: stretches.count))
                try file.setAttribute("state_crc32", PartsFolder.checksum(state, live: stretches.count))
                let index = try file.makeDataset("index", type: UInt8.fileType, shape: [bytes.count])
                try index.write(bytes)
                for (name, values) in [("record", record), ("state", state)] {
                    let dataset = try file.makeDataset(name, type: Double.fileType, shape: [values.count])
                    if !values.isEmpty { try dataset.write(values) }
                }
                try file.flush()
            }
        }
        add(entries, of: name)
    }

    /// Every stretch that is kept, with its outcomes.
    public func kept() -> [StretchKey: [Double]?] { places.withLock { $0.found.mapValues(\.outcomes) } }

    /// The record and the state of a stretch.
    public func contents(of key: StretchKey) throws -> (record: [Double], state: [Double]) {
        try places.withLock { places in
            guard let place = places.found[key] else { throw MissingStretch(key: key) }
            let file: (file: String, record: [Double], state: [Double])
            if let there = places.read.firstIndex(where: { $0.file == place.file }) {
                file = places.read[there]
            } else {
                let (record, state) = try numbers(place.file)
                file = (place.file, record, state)
                places.read.append(file)
                if places.read.count > 16 { places.read.removeFirst() }
            }
            return (Array(file.record[place.record]), Array(file.state[place.state]))
        }
    }

    /// 64 bits of FNV-1a over the index, in hexadecimal.
    private static func name(of index: [UInt8]) -> String {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in index { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01b3 }
        let digits = String(hash, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits + suffix
    }

    private func add(_ entries: [Entry], of file: String) {
        places.withLock { places in
            var (record, state) = (0, 0)
            for entry in entries {
                places.found[entry.key] = Place(
                    file: file, record: record..<record + entry.record, state: state..<state + entry.state,
                    outcomes: entry.outcomes)
                record += entry.record
                state += entry.state
            }
        }
    }

    private func index(_ name: String) throws {
        let bytes = try withFile(name) { try $0.dataset("index").read(as: UInt8.self) }
        let decoder = JSONDecoder()
        decoder.nonConformingFloatDecodingStrategy = .convertFromString(
            positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
        guard let entries = try? decoder.decode([Entry].self, from: Data(bytes)) else {
            throw ArchiveError.damagedPart(path: "\(path)/\(name)", reason: "its index can't be read")
        }
        add(entries, of: name)
    }

    private func numbers(_ name: String) throws -> (record: [Double], state: [Double]) {
        try withFile(name) { file in
            let record = try file.dataset("record").read(as: Double.self)
            let state = try file.dataset("state").read(as: Double.self)
            let bytes = try file.dataset("index").read(as: UInt8.self)
            let decoder = JSONDecoder()
            decoder.nonConformingFloatDecodingStrategy = .convertFromString(
                positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
            let count = (try? decoder.decode([Entry].self, from: Data(bytes)))?.count ?? 0
            for (name, values) in [("record", record), ("state", state)] {
                let kept = try file.numberAttribute("\(name)_crc32", as: Int64.self)
                guard kept == PartsFolder.checksum(values, live: count) else {
                    throw ArchiveError.damagedPart(path: file.file, reason: "the checksum of its \(name) doesn't fit")
                }
            }
            return (record, state)
        }
    }

    private func withFile<Value>(_ name: String, _ body: (HDF5File) throws -> Value) throws -> Value {
        let whole = "\(path)/\(name)"
        return try withLibrary {
            do {
                let file = try HDF5File.open(whole)
                guard try file.textAttribute("format") == StretchFolder.format else {
                    throw ArchiveError.damagedPart(path: whole, reason: "not a part of worldlines")
                }
                let version = Int(try file.numberAttribute("format_version", as: Int32.self))
                guard version == StretchFolder.formatVersion else {
                    throw ArchiveError.unknownVersion(path: whole, found: version, known: StretchFolder.formatVersion)
                }
                let found = try file.textAttribute("digest")
                guard found == description.digest else {
                    throw ArchiveError.otherDigest(path: whole, found: found, expected: description.digest)
                }
                return try body(file)
            } catch let error as HDF5Error {
                throw ArchiveError.damagedPart(path: whole, reason: "can't \(error.attempt): \(error.message)")
            }
        }
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
