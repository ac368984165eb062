import Foundation
import Synchronization
import WorldModel

/// Files that are either there, whole and on the disk, or not there.
package enum Durable {
    private static let counter = Atomic<Int>(0)
    /// The temporary files and folders that are being written.
    private static let pending = Mutex<Set<String>>([])
    static let temporarySuffix = ".tmp"

    /// Removes every temporary file and folder that is being written, for a program that ends before its time.
    package static func abandon() {
        pending.withLock { pending in
            for path in pending { try? FileManager.default.removeItem(atPath: path) }
            pending = []
        }
    }

    /// Notes a temporary file or folder, so that `abandon` removes it.
    static func begin(_ temporary: String) { _ = pending.withLock { $0.insert(temporary) } }

    /// Forgets a temporary file or folder.
    static func end(_ temporary: String) { _ = pending.withLock { $0.remove(temporary) } }

    /// The bytes that the name of a temporary file has beyond that of its file.
    package static var temporaryOverhead: Int { split(temporaryPath(for: "x")).name.utf8.count + 5 }

    /// A name beside `path` that no other process or call takes: `.<name>.<host>.<process>.<n>.tmp`.
    static func temporaryPath(for path: String) -> String {
        let (folder, name) = split(path)
        let host = ProcessInfo.processInfo.hostName.replacing(".", with: "-")
        let number = counter.wrappingAdd(1, ordering: .relaxed).newValue
        return "\(folder)/.\(name).\(host).\(getpid()).\(number)\(temporarySuffix)"
    }

    /// The folder and the name of a path.
    package static func split(_ path: String) -> (folder: String, name: String) {
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
        begin(temporary)
        defer { end(temporary) }
        do {
            try write(temporary)
            try sync(temporary, of: path)
            if isBetter() {
                unlink(temporary)
                return
            }
            if rename(temporary, path) != 0 { throw failure(path, "rename the finished file") }
        } catch {
            unlink(temporary)
            throw named(error, path, temporary)
        }
        try syncFolder(of: path)
    }

    /// Makes a file with these bytes appear at `path`.
    package static func write(_ bytes: [UInt8], to path: String) throws {
        let file = try DurableFile(path: path)
        try file.write(bytes)
        try file.finish()
    }

    /// The bytes of a file.
    static func read(_ path: String) throws -> [UInt8] {
        do {
            return try PlainFile.read(path)
        } catch {
            switch error {
            case .missing: errno = ENOENT
            case .closed: errno = EACCES
            case .special(let what):
                throw ArchiveError.system(path: path, attempt: "read it", message: "it is \(what), not a file")
            case .system(let message): throw ArchiveError.system(path: path, attempt: "read it", message: message)
            case .outside(_, let target):
                throw ArchiveError.system(path: path, attempt: "read it", message: "it leads to \(target)")
            }
            throw failure(path, "open it")
        }
    }

    /// An error of the library under the name that the file was to have.
    static func named(_ error: any Error, _ path: String, _ temporary: String) -> any Error {
        guard case ArchiveError.library(let found) = error, found.file == temporary else { return error }
        return ArchiveError.library(
            HDF5Error(
                file: path, attempt: found.attempt, message: found.message, isOfLibrary: found.isOfLibrary))
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

    /// Brings a temporary file's bytes to the disk.
    private static func sync(_ temporary: String, of path: String) throws {
        let file = open(temporary, O_RDWR | O_CLOEXEC)
        if file < 0 { throw failure(path, "open it") }
        defer { close(file) }
        if fsync(file) != 0 && errno != EINVAL { throw failure(path, "bring it to the disk") }
    }

    /// Brings the names of the folder that holds a path to the disk.
    static func syncFolder(of path: String) throws {
        let folder = split(path).folder
        let file = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        if file < 0 { throw failure(folder, "open it") }
        defer { close(file) }
        if fsync(file) != 0 && errno != EINVAL { throw failure(folder, "bring it to the disk") }
    }

    static func failure(_ path: String, _ attempt: String) -> ArchiveError {
        .system(path: path, attempt: attempt, message: String(cString: strerror(errno)))
    }
}
