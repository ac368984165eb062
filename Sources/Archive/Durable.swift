import Foundation
import Synchronization

/// Files that are either there, whole and on the disk, or not there.
enum Durable {
    private static let counter = Atomic<Int>(0)
    static let temporarySuffix = ".tmp"

    /// A name beside `path` that no other process or call takes: `.<name>.<host>.<process>.<n>.tmp`.
    static func temporaryPath(for path: String) -> String {
        let (folder, name) = split(path)
        let host = ProcessInfo.processInfo.hostName.replacing(".", with: "-")
        let number = counter.wrappingAdd(1, ordering: .relaxed).newValue
        return "\(folder)/.\(name).\(host).\(getpid()).\(number)\(temporarySuffix)"
    }

    /// The folder and the name of a path.
    static func split(_ path: String) -> (folder: String, name: String) {
        guard let slash = path.lastIndex(of: "/") else { return (".", path) }
        let folder = path[..<slash]
        return (folder.isEmpty ? "/" : String(folder), String(path[path.index(after: slash)...]))
    }

    /// Makes a file appear at `path` at once, after its bytes and its name are on the disk.
    ///
    /// - Parameter isBetter: whether what stands there at the last moment is kept instead.
    static func replace(
        _ path: String, unless isBetter: () -> Bool = { false }, by write: (_ temporary: String) throws -> Void
    ) throws {
        let temporary = temporaryPath(for: path)
        do {
            try write(temporary)
            try sync(temporary, flags: O_RDWR)
            if isBetter() {
                unlink(temporary)
                return
            }
            if rename(temporary, path) != 0 { throw failure(path, "rename the finished file") }
        } catch {
            unlink(temporary)
            throw error
        }
        try sync(split(path).folder, flags: O_RDONLY | O_DIRECTORY)
    }

    /// Makes a file with these bytes appear at `path`.
    static func write(_ bytes: [UInt8], to path: String) throws {
        try replace(path) { temporary in
            let file = open(temporary, O_WRONLY | O_CREAT | O_TRUNC, 0o644)
            if file < 0 { throw failure(temporary, "create it") }
            defer { close(file) }
            var done = 0
            while done < bytes.count {
                let count = bytes.withUnsafeBytes { buffer in
                    Glibc.write(file, buffer.baseAddress.map { $0 + done }, bytes.count - done)
                }
                if count < 0 && errno == EINTR { continue }
                if count <= 0 { throw failure(temporary, "write it") }
                done += count
            }
        }
    }

    /// The bytes of a file.
    static func read(_ path: String) throws -> [UInt8] {
        let file = open(path, O_RDONLY)
        if file < 0 { throw failure(path, "open it") }
        defer { close(file) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = Glibc.read(file, &buffer, buffer.count)
            if count < 0 && errno == EINTR { continue }
            if count < 0 { throw failure(path, "read it") }
            if count == 0 { return bytes }
            bytes += buffer[..<count]
        }
    }

    static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

    static func makeFolder(_ path: String) throws {
        do {
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        } catch {
            throw ArchiveError.system(path: path, attempt: "make the folder", message: error.localizedDescription)
        }
    }

    static func names(in folder: String) throws -> [String] {
        do {
            return try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
        } catch {
            throw ArchiveError.system(path: folder, attempt: "list the folder", message: error.localizedDescription)
        }
    }

    /// Whether nobody will finish a temporary file: its process is gone, or, from another host, it is an hour old.
    static func isLeftover(_ name: String, in folder: String) -> Bool {
        guard name.hasPrefix("."), name.hasSuffix(temporarySuffix) else { return false }
        let fields = name.dropLast(temporarySuffix.count).split(separator: ".")
        guard fields.count >= 3, let process = Int32(fields[fields.count - 2]) else { return false }
        if fields[fields.count - 3] == ProcessInfo.processInfo.hostName.replacing(".", with: "-") {
            return process != getpid() && kill(process, 0) != 0 && errno == ESRCH
        }
        var status = stat()
        guard stat("\(folder)/\(name)", &status) == 0 else { return false }
        return time(nil) - status.st_mtim.tv_sec > 3600
    }

    private static func sync(_ path: String, flags: Int32) throws {
        let file = open(path, flags)
        if file < 0 { throw failure(path, "open it") }
        defer { close(file) }
        if fsync(file) != 0 && errno != EINVAL { throw failure(path, "bring it to the disk") }
    }

    private static func failure(_ path: String, _ attempt: String) -> ArchiveError {
        .system(path: path, attempt: attempt, message: String(cString: strerror(errno)))
    }
}
