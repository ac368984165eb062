import Branching
import CHDF5
import Foundation

/// A file of a parts folder: segments one after the other, and an index that says which they are.
struct PartFile {
    private static let format = "worldlines part"
    /// What the names of parts end in.
    static let suffix = ".part.h5"

    /// A line of the index.
    struct Entry: Codable {
        let options: [Int]
        let values: [[Double]]
        /// The first sample.
        let sample: Int
        let samples: Int
        let firstYear: Int
        let steps: Int
        /// How many numbers the record and the state have.
        let record: Int
        let state: Int

        init(_ segment: Segment) {
            let (name, key) = (segment.name, segment.name.key)
            options = key.options
            values = key.values
            sample = key.sample
            samples = name.samples.count
            firstYear = name.node.years.lowerBound
            steps = name.node.times.count
            record = segment.record.count
            state = segment.state.count
        }

        var key: SegmentKey { SegmentKey(options: options, values: values, sample: sample) }
    }

    let path: String
    /// What the part must have been made from.
    let digest: String

    private var name: String { Durable.split(path).name }

    /// The bytes of an index.
    static func index(of segments: [Segment]) throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        return Array(try encoder.encode(segments.map(Entry.init)))
    }

    /// Writes segments under a temporary name, brings them to the disk and renames the file.
    ///
    /// - Parameter isBetter: whether what stands there at the last moment is kept instead.
    func write(_ segments: [Segment], index: [UInt8], unless isBetter: () -> Bool) throws {
        try Durable.replace(path, unless: isBetter) { temporary in
            try withLibrary {
                let file = try HDF5File.create(temporary)
                try file.setAttribute("format", PartFile.format)
                try file.setAttribute("format_version", Int32(PartsFolder.formatVersion))
                try file.setAttribute("digest", digest)
                try file.setAttribute("name", name)
                try PartFile.put(index, as: "index", into: file)
                try PartFile.put(segments.flatMap(\.record), as: "record", into: file)
                try PartFile.put(segments.flatMap(\.state), as: "state", into: file)
                try file.flush()
            }
        }
    }

    private static func put<Scalar: HDF5Scalar>(_ values: [Scalar], as name: String, into file: HDF5File) throws {
        try file.setAttribute("\(name)_crc32", checksum(values))
        let dataset = try file.makeDataset(name, type: Scalar.fileType, shape: [values.count])
        if !values.isEmpty { try dataset.write(values) }
    }

    /// HDF5's own checksums leave its headers out.
    private static func checksum<Scalar>(_ values: [Scalar]) -> Int64 {
        values.withUnsafeBytes { Int64(crc32_z(0, $0.bindMemory(to: UInt8.self).baseAddress, $0.count)) }
    }

    /// The segments that the part holds, in their order.
    func entries() throws -> [Entry] {
        let bytes = try read { try numbers("index", of: $0, as: UInt8.self) }
        guard let entries = try? JSONDecoder().decode([Entry].self, from: Data(bytes)) else {
            throw ArchiveError.damagedPart(path: path, reason: "its index can't be read")
        }
        return entries
    }

    /// The numbers of all its segments.
    func contents() throws -> (record: [Double], state: [Double]) {
        try read {
            (try numbers("record", of: $0, as: Double.self), try numbers("state", of: $0, as: Double.self))
        }
    }

    /// A dataset whose numbers are those that were written.
    private func numbers<Scalar: HDF5Scalar>(_ name: String, of file: HDF5File, as: Scalar.Type) throws -> [Scalar] {
        let values = try file.dataset(name).read(as: Scalar.self)
        guard try file.numberAttribute("\(name)_crc32", as: Int64.self) == PartFile.checksum(values) else {
            throw ArchiveError.damagedPart(path: path, reason: "the checksum of its \(name) doesn't fit")
        }
        return values
    }

    /// Opens the part, makes sure that it is what its name says, and hands it over.
    private func read<Value>(_ body: (HDF5File) throws -> Value) throws -> Value {
        try withLibrary {
            do {
                let file = try HDF5File.open(path)
                guard try file.textAttribute("format") == PartFile.format else {
                    throw ArchiveError.damagedPart(path: path, reason: "not a part of worldlines")
                }
                let version = Int(try file.numberAttribute("format_version", as: Int32.self))
                guard version == PartsFolder.formatVersion else {
                    throw ArchiveError.unknownVersion(path: path, found: version, known: PartsFolder.formatVersion)
                }
                let madeFrom = try file.textAttribute("digest")
                guard madeFrom == digest else {
                    throw ArchiveError.otherDigest(path: path, found: madeFrom, expected: digest)
                }
                guard try file.textAttribute("name") == name else {
                    throw ArchiveError.damagedPart(path: path, reason: "its contents don't fit its name")
                }
                return try body(file)
            } catch let error as HDF5Error {
                throw ArchiveError.damagedPart(path: path, reason: "can't \(error.attempt): \(error.message)")
            }
        }
    }
}
