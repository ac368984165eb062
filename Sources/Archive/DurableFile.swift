import Foundation
import WorldModel

/// A file that is written piece by piece under a temporary name and appears whole, on the disk, when it is finished.
package final class DurableFile {
    private let path: String
    /// Its name in errors.
    private let name: String
    private let temporary: String
    private let descriptor: Int32
    private var isOpen = true
    private var isFinished = false

    /// Begins a file; what stands at `path` stays there until `finish`.
    ///
    /// - Parameter name: its name in errors, where its folder is still to be renamed.
    package init(path: String, name: String? = nil) throws(ArchiveError) {
        self.path = path
        self.name = name ?? path
        if let what = PlainFile.special(path) {
            throw .system(path: self.name, attempt: "write it", message: "it is \(what), not a file")
        }
        temporary = Durable.temporaryPath(for: path)
        descriptor = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o666)
        if descriptor < 0 { throw Durable.failure(self.name, "write it") }
        Durable.begin(temporary)
    }

    deinit {
        if isOpen { close(descriptor) }
        if !isFinished {
            unlink(temporary)
            Durable.end(temporary)
        }
    }

    /// Adds bytes.
    package func write(_ bytes: [UInt8]) throws(ArchiveError) {
        var done = 0
        while done < bytes.count {
            let count = bytes.withUnsafeBytes { buffer in
                Glibc.write(descriptor, buffer.baseAddress.map { $0 + done }, bytes.count - done)
            }
            if count < 0 && errno == EINTR { continue }
            if count <= 0 { throw Durable.failure(name, "write it") }
            done += count
        }
    }

    /// Brings the bytes to the disk.
    func sync() throws(ArchiveError) {
        guard isOpen else { return }
        if fsync(descriptor) != 0 && errno != EINVAL { throw Durable.failure(name, "bring it to the disk") }
        isOpen = false
        // Some file systems tell of a full disk only here.
        if close(descriptor) != 0 { throw Durable.failure(name, "write it") }
    }

    /// Gives the file its name.
    package func finish() throws {
        try sync()
        if rename(temporary, path) != 0 { throw Durable.failure(name, "rename the finished file") }
        isFinished = true
        Durable.end(temporary)
        try Durable.syncFolder(of: path)
    }
}

/// Files of a folder that appear together.
///
/// Where the folder is not there, it is written under a temporary name and renamed. Where it is, its files are written
/// under temporary names and replace the old ones when all are whole.
package final class DurableFolder {
    /// Its final name.
    package let path: String
    /// Its name while it is made; nil where it is there already.
    private let temporary: String?
    private var files: [DurableFile] = []
    private var removed: [String] = []
    private var isFinished = false

    /// Begins a folder, whose parent is there.
    package init(path: String) throws(ArchiveError) {
        self.path = path
        var status = stat()
        if stat(path, &status) == 0 {
            guard status.st_mode & S_IFMT == S_IFDIR else {
                throw .system(path: path, attempt: "write into it", message: "it is not a folder")
            }
            temporary = nil
        } else {
            let name = Durable.temporaryPath(for: path)
            if mkdir(name, 0o777) != 0 { throw Durable.failure(path, "make the folder") }
            temporary = name
            Durable.begin(name)
        }
    }

    deinit {
        guard let temporary, !isFinished else { return }
        try? FileManager.default.removeItem(atPath: temporary)
        Durable.end(temporary)
    }

    /// Begins a file of the folder; `name` may have folders of its own.
    package func file(_ name: String) throws -> DurableFile {
        let place = (temporary ?? path) + "/" + name
        if name.contains("/") { try Durable.makeFolder(Durable.split(place).folder) }
        let file = try DurableFile(path: place, name: path + "/" + name)
        files.append(file)
        return file
    }

    /// Writes a whole file of the folder.
    package func write(_ bytes: [UInt8], to name: String) throws {
        let file = try file(name)
        try file.write(bytes)
        try file.sync()
    }

    /// Lets a file of an earlier run go when the folder is finished.
    package func remove(_ name: String) { removed.append(name) }

    /// Makes everything appear.
    package func finish() throws {
        for file in files { try file.sync() }
        for file in files { try file.finish() }
        for name in removed { unlink("\(temporary ?? path)/\(name)") }
        if let temporary {
            if rename(temporary, path) != 0 { throw Durable.failure(path, "rename the finished folder") }
            isFinished = true
            Durable.end(temporary)
            try Durable.syncFolder(of: path)
        }
    }
}
