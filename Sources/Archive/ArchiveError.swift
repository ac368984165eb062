/// Why an archive or its parts can't be read or written.
public enum ArchiveError: Error, Sendable, Codable, CustomStringConvertible {
    /// The HDF5 library refused.
    case library(HDF5Error)
    /// The operating system refused: the file, what was tried, its message.
    case system(path: String, attempt: String, message: String)
    /// The file is HDF5 perhaps, but no archive of worldlines.
    case notAnArchive(path: String)
    /// The file's format version is not one that this program reads.
    case unknownVersion(path: String, found: Int, known: Int)
    /// A part or a parts folder was made from something else.
    case otherDigest(path: String, found: String, expected: String)
    /// A part can't be trusted.
    case damagedPart(path: String, reason: String)
    /// An archive states what can't be.
    case damagedArchive(path: String, reason: String)
    /// The HDF5 library broke off over a file: what was tried, how it ended.
    case broken(path: String, attempt: String, reason: String)
    /// Parts that an assembly needs are not there.
    case missingParts(folder: String, first: String, count: Int)
    /// The archive has no such thing: what it was, the name, those that are there.
    case unknownName(path: String, kind: String, name: String, known: [String])
    /// A number outside what the archive holds.
    case outOfRange(path: String, what: String, value: Int, allowed: Range<Int>)

    /// What happened and what to do.
    public var description: String {
        switch self {
        case .library(let error): error.description
        case .system(let path, let attempt, let message): "\(path): can't \(attempt): \(message)"
        case .notAnArchive(let path): "\(path): not an archive of worldlines"
        case .unknownVersion(let path, let found, let known):
            "\(path): has format version \(found); this program reads version \(known): use the version of worldlines "
                + "that wrote it, or delete it and make it anew"
        case .otherDigest(let path, let found, let expected):
            """
            \(path): was made from another world, study, years, seed, version or CPU class (\(found)) than this run \
            (\(expected)); choose another archive name, or delete the parts folder
            """
        case .damagedPart(let path, let reason):
            "\(path): this part is damaged (\(reason)); delete it and resume: its years are then simulated again"
        case .damagedArchive(let path, let reason):
            "\(path): this archive is damaged: \(reason); delete it and make it again with `worldlines run` or `resume`"
        case .broken(let path, let attempt, let reason):
            "\(path): can't \(attempt): the HDF5 library \(reason) over it, so the file is damaged; get it or make it anew"
        case .missingParts(let folder, let first, let count):
            "\(folder): \(count) part\(count == 1 ? " is" : "s are") missing, the first is \(first); resume simulates them"
        case .unknownName(let path, let kind, let name, let known):
            "\(path): has no \(kind) '\(name)'; it has \(known.isEmpty ? "none" : known.joined(separator: ", "))"
        case .outOfRange(let path, let what, let value, let allowed):
            "\(path): \(what) \(value) is outside \(allowed.lowerBound) ..< \(allowed.upperBound)"
        }
    }
}

/// Runs `body` on the library's queue and gives every failure one type.
func withLibrary<Value>(_ body: () throws -> Value) throws(ArchiveError) -> Value {
    do {
        return try HDF5.perform(body)
    } catch let error as ArchiveError {
        throw error
    } catch let error as HDF5Error {
        throw .library(error)
    } catch {
        throw .system(path: "", attempt: "finish", message: String(describing: error))
    }
}
