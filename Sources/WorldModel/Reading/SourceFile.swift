import Foundation

/// A file that a world or study was read from, with its bytes.
public struct SourceFile: Sendable, Hashable {
    /// Its path relative to the folder of the world, separated by `/`, without `..`.
    public let path: String
    /// Its contents.
    public let bytes: [UInt8]

    /// A file.
    public init(path: String, bytes: [UInt8]) {
        self.path = path
        self.bytes = bytes
    }
}

/// Where the reader finds the files that another file names; remembers which were read.
final class FileSource {
    private let lookUp: (String) throws(PlainFile.Problem) -> [UInt8]
    private(set) var read: [String: [UInt8]] = [:]

    init(_ lookUp: @escaping (String) throws(PlainFile.Problem) -> [UInt8]) { self.lookUp = lookUp }

    convenience init(files: [SourceFile]) {
        let table = Dictionary(files.map { ($0.path, $0.bytes) }, uniquingKeysWith: { first, _ in first })
        self.init { path throws(PlainFile.Problem) in
            guard let bytes = table[path] else { throw .missing }
            return bytes
        }
    }

    convenience init(folder: String) {
        self.init { path throws(PlainFile.Problem) in try PlainFile.read(path, inside: folder) }
    }

    /// The bytes of a file; a finding where the name leaves the folder or the file can't be read.
    func open(_ path: String, namedIn file: String, line: Int?, _ collector: Collector) -> [UInt8]? {
        let parts = path.split(separator: "/", omittingEmptySubsequences: false)
        guard !path.isEmpty, !parts.contains(".."), !parts.contains("") else {
            collector.add(
                file, line, nil, "`\(path)` is not a file name inside the folder of the world",
                "write a relative name without `..`")
            return nil
        }
        if let bytes = read[path] { return bytes }
        do {
            let bytes = try lookUp(path)
            read[path] = bytes
            return bytes
        } catch {
            let (message, remedy) = error.words(path)
            collector.add(file, line, nil, message, remedy)
            return nil
        }
    }

    /// The files read so far, by path.
    var sources: [SourceFile] {
        read.map { SourceFile(path: $0.key, bytes: $0.value) }.sorted { $0.path < $1.path }
    }
}

/// A 128-bit FNV-1a hash.
struct Digest {
    private var state: UInt128 = 0x6c62272e07bb014262b821756295c58d
    private static let prime: UInt128 = 0x0000000001000000000000000000013B

    mutating func add(_ bytes: some Sequence<UInt8>) {
        for byte in bytes {
            state ^= UInt128(byte)
            state = state &* Digest.prime
        }
    }

    /// Adds a text and its length, so that neighbours can't run together.
    mutating func add(_ text: String) {
        add("\(text.utf8.count):".utf8)
        add(text.utf8)
    }

    /// Adds files in the order of their paths.
    mutating func add(_ files: [SourceFile]) {
        for file in files.sorted(by: { $0.path < $1.path }) {
            add(file.path)
            add("\(file.bytes.count):".utf8)
            add(file.bytes)
        }
    }

    var text: String {
        let digits = String(state, radix: 16)
        return String(repeating: "0", count: 32 - digits.count) + digits
    }
}
