public import Branching
import CHDF5
import Foundation
public import WorldModel

/// The journal of a run: `<archive>.parts/`, one small HDF5 file for every finished segment of a bundle.
///
/// A part is written under a temporary name, brought to the disk and renamed, so that it is whole or absent; parts of
/// several processes may share the folder. The folder also holds the files of world and study under `source/` and
/// `run.json`, so that it can be resumed alone.
public final class PartsFolder: Recorder, Journal {
    /// The version of the format of a part.
    public static let formatVersion = 1
    private static let format = "worldlines part"

    /// The folder.
    public let path: String
    /// What is recorded into it.
    public let layout: ArchiveLayout
    private let digest: String
    private let lock: FolderLock

    /// The parts folder of an archive.
    public static func path(of archive: String) -> String { archive + ".parts" }

    /// Opens or makes the parts folder of an archive and keeps there what `resume` needs.
    ///
    /// Leftovers of processes that are gone are removed.
    /// - Throws: `ArchiveError.otherDigest` where the folder has parts of something else, `.outOfRange` where the run
    ///   would have more than `mostParts` parts or world lines than an archive can number.
    public init(archive: String, layout: ArchiveLayout) throws {
        let path = PartsFolder.path(of: archive)
        self.path = path
        self.layout = layout
        digest = layout.digest
        try PartsFolder.checkSize(layout, archive: archive)
        try Durable.makeFolder(path + "/source")
        try PartsFolder.removeLeftovers(in: path)
        let file = path + "/run.json"
        lock = try FolderLock(path, claim: { try PartsFolder.keepRun(of: layout, in: path) }) {
            try Durable.exists(file)
                && RunDescription.read(file, version: PartsFolder.formatVersion).digest == layout.digest
        }
        for folder in Set(layout.sources.map { Durable.split("\(path)/source/\($0.path)").folder }) {
            try PartsFolder.removeLeftovers(in: folder)
        }
    }

    /// The most parts that a run may have: each is a file.
    public static let mostParts = 10_000_000

    private static func checkSize(_ layout: ArchiveLayout, archive: String) throws {
        for (what, count, each, most) in [
            ("number of parts", (layout.samples - 1) / 8 + 1, layout.tree.nodes.count, mostParts),
            ("number of world lines", layout.samples, layout.tree.policies.count, Int(Int32.max)),
        ] {
            let (product, overflow) = count.multipliedReportingOverflow(by: each)
            if overflow || product > most {
                throw ArchiveError.outOfRange(
                    path: archive, what: what, value: overflow ? .max : product, allowed: 1..<most + 1)
            }
        }
    }

    private static func removeLeftovers(in folder: String) throws {
        for name in try Durable.names(in: folder) where Durable.isLeftover(name, in: folder) {
            unlink("\(folder)/\(name)")
        }
    }

    private static func keepRun(of layout: ArchiveLayout, in path: String) throws {
        let digest = layout.digest
        let file = path + "/run.json"
        if Durable.exists(path + "/search.json") {
            throw ArchiveError.system(
                path: path, attempt: "keep a run in it",
                message: "it has the parts of a search; choose another archive name, or delete it")
        }
        if Durable.exists(file) {
            let kept = try RunDescription.read(file, version: PartsFolder.formatVersion)
            if kept.digest != digest, let part = try partNames(in: path).first {
                throw ArchiveError.otherDigest(path: "\(path)/\(part)", found: kept.digest, expected: digest)
            }
        }
        try KeptSources.write(layout.sources, to: path)
        try RunDescription(
            formatVersion: PartsFolder.formatVersion, study: layout.sourcePath, samples: layout.samples,
            firstYear: layout.tree.years.lowerBound,
            lastYear: layout.tree.years.upperBound, seed: layout.seed, keepStates: layout.keepStates, digest: digest
        ).write(to: file)
    }

    /// Refuses to take an archive's parts folder from a process that simulates in it.
    public static func checkUnused(archive: String) throws { try FolderLock.checkUnused(path(of: archive)) }

    /// The run that an archive's parts folder keeps, and the files of its world and study.
    public static func kept(archive: String) throws -> (run: RunDescription, sources: [SourceFile]) {
        let folder = path(of: archive)
        let run = try RunDescription.read(folder + "/run.json", version: formatVersion)
        return (run, try KeptSources.read(from: folder))
    }

    private static func partNames(in path: String) throws -> [String] {
        try Durable.names(in: path).filter { !$0.hasPrefix(".") && $0.hasSuffix(".part.h5") }
    }

    /// The name of a bundle's part: the indices of its nodes from the root on, then the block.
    public func name(of bundle: BundleName) -> String {
        let nodes = layout.tree.nodes[bundle.node].path.map(String.init).joined(separator: ".")
        return "\(nodes)-\(bundle.block).part.h5"
    }

    /// The path of a bundle's part.
    public func path(of bundle: BundleName) -> String { "\(path)/\(name(of: bundle))" }

    /// Every bundle that the run consists of, block after block.
    public var bundles: [BundleName] {
        (0..<layout.blocks).flatMap { block in
            layout.tree.nodes.map { BundleName(node: $0.index, block: block) }
        }
    }

    /// The bundles whose parts are not there, or hold fewer samples than the run has.
    public func missing() throws -> [BundleName] {
        try bundles.filter { try !holds($0, live: layout.live(block: $0.block)) }
    }
}

extension PartsFolder {
    /// Keeps a segment; returns when it is on the disk under its name.
    ///
    /// A part with more live lanes, from a process that goes for more samples, stays as it is.
    public func record(_ segment: Segment) throws {
        let years = layout.tree.nodes[segment.bundle.node].times.count
        precondition(
            segment.record.count == years * layout.recordWidth * 8 && segment.state.count == layout.stateWidth * 8,
            "a segment has the columns of its layout")
        let isWider = { (try? self.holds(segment.bundle, live: segment.live + 1)) == true }
        try Durable.replace(path(of: segment.bundle), unless: isWider) { temporary in
            try withLibrary {
                let file = try HDF5File.create(temporary)
                try file.setAttribute("format", PartsFolder.format)
                try file.setAttribute("format_version", Int32(PartsFolder.formatVersion))
                try file.setAttribute("digest", digest)
                try file.setAttribute("node", Int32(segment.bundle.node))
                try file.setAttribute("block", Int32(segment.bundle.block))
                try file.setAttribute("live", Int32(segment.live))
                try file.setAttribute("first_year", Int32(segment.years.lowerBound))
                try file.setAttribute("years", Int32(years))
                for (name, values) in [("record", segment.record), ("state", segment.state)] {
                    try file.setAttribute("\(name)_crc32", PartsFolder.checksum(values, live: segment.live))
                }
                try PartsFolder.put(segment.record, [years, layout.recordWidth, 8], as: "record", into: file)
                try PartsFolder.put(segment.state, [layout.stateWidth, 8], as: "state", into: file)
                try file.flush()
            }
        }
    }

    private static func put(_ values: [Double], _ shape: [Int], as name: String, into file: HDF5File) throws {
        let storage: HDF5Group.Storage = values.isEmpty ? .contiguous : .checked(shape)
        let dataset = try file.makeDataset(name, type: Double.fileType, shape: shape, storage: storage)
        if !values.isEmpty { try dataset.write(values) }
    }

    /// Whether the part of a bundle with at least that many live lanes is there.
    ///
    /// - Throws: `ArchiveError` naming the part where it is damaged or made from something else.
    public func holds(_ bundle: BundleName, live: Int) throws -> Bool {
        guard Durable.exists(path(of: bundle)) else { return false }
        return try withPart(bundle) { _, kept in kept >= live }
    }

    /// The state at the end of a bundle's segment.
    public func state(of bundle: BundleName) throws -> [Double] {
        try withPart(bundle) { file, live in try numbers("state", of: file, live: live) }
    }

    /// The record and the end state of a bundle with at least that many live lanes.
    func contents(of bundle: BundleName, live: Int) throws -> (record: [Double], state: [Double]) {
        try withPart(bundle) { file, kept in
            guard kept >= live else {
                throw ArchiveError.missingParts(folder: path, first: name(of: bundle), count: 1)
            }
            return (try numbers("record", of: file, live: kept), try numbers("state", of: file, live: kept))
        }
    }

    /// A dataset of a part whose numbers are those that were written.
    private func numbers(_ name: String, of file: HDF5File, live: Int) throws -> [Double] {
        let values = try file.dataset(name).read(as: Double.self)
        guard try file.numberAttribute("\(name)_crc32", as: Int64.self) == PartsFolder.checksum(values, live: live)
        else {
            throw ArchiveError.damagedPart(path: file.file, reason: "the checksum of its \(name) doesn't fit")
        }
        return values
    }

    /// The CRC-32 of the live lanes' number and the values: HDF5's own checksums leave its headers out.
    static func checksum(_ values: [Double], live: Int) -> Int64 {
        let start = withUnsafeBytes(of: Int64(live).littleEndian) {
            crc32_z(0, $0.bindMemory(to: UInt8.self).baseAddress, 8)
        }
        return values.withUnsafeBytes { Int64(crc32_z(start, $0.bindMemory(to: UInt8.self).baseAddress, $0.count)) }
    }

    /// Opens a part, makes sure that it is what its name says, and hands it over with its live lanes.
    private func withPart<Value>(
        _ bundle: BundleName, _ body: (_ file: HDF5File, _ live: Int) throws -> Value
    ) throws -> Value {
        let part = path(of: bundle)
        return try withPartFile(
            part, format: PartsFolder.format, version: PartsFolder.formatVersion, digest: digest
        ) { file in
            func number(_ key: String) throws -> Int { Int(try file.numberAttribute(key, as: Int32.self)) }
            let node = layout.tree.nodes[bundle.node]
            let live = try number("live")
            guard try number("node") == bundle.node, try number("block") == bundle.block,
                try number("first_year") == node.years.lowerBound, try number("years") == node.times.count,
                (1...8).contains(live),
                try file.dataset("record").shape() == [node.times.count, layout.recordWidth, 8],
                try file.dataset("state").shape() == [layout.stateWidth, 8]
            else {
                throw ArchiveError.damagedPart(path: part, reason: "its contents don't fit its name")
            }
            return try body(file, live)
        }
    }
}
