import Foundation

/// Reads regular files alone: a named pipe would block, and a device would never end.
package enum PlainFile {
    /// Why a path can't be read as a file.
    package enum Problem: Error, Hashable {
        /// Nothing has this path.
        case missing
        /// The system forbids it.
        case closed
        /// Neither a file nor a folder; the text says what, such as `a named pipe`.
        case special(String)
        /// A symbolic link inside a folder leads out of it.
        case outside(link: String, target: String)
        /// The system refused; its message.
        case system(String)

        /// What is wrong with a file, and how to mend it.
        package func words(_ path: String) -> (message: String, remedy: String) {
            switch self {
            case .missing: ("there is no file `\(path)`", "mend the name or add the file")
            case .closed: ("the file `\(path)` can't be read", "ask for permission to read it")
            case .special(let what): ("`\(path)` is \(what), not a file", "name a file")
            case .outside(let link, let target):
                (
                    "`\(link)` is a symbolic link that leads out of the folder of the world, to `\(target)`",
                    "copy what it names into the folder"
                )
            case .system(let message): ("the file `\(path)` can't be read: \(message)", "mend the file or its disk")
            }
        }
    }

    /// The bytes of a file; a folder counts as missing.
    package static func read(_ path: String) throws(Problem) -> [UInt8] {
        let file = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
        if file < 0 { throw problem(errno) }
        defer { close(file) }
        var status = stat()
        if fstat(file, &status) != 0 { throw problem(errno) }
        if status.st_mode & S_IFMT == S_IFDIR { throw .missing }
        if let what = kind(status.st_mode) { throw .special(what) }
        var bytes: [UInt8] = []
        let step = max(Int(status.st_size) + 1, 1 << 16)
        while true {
            var count = 0
            let start = bytes.count
            bytes.append(contentsOf: repeatElement(0, count: step))
            repeat {
                count = bytes.withUnsafeMutableBytes { Glibc.read(file, $0.baseAddress.map { $0 + start }, step) }
            } while count < 0 && errno == EINTR
            if count < 0 { throw .system(String(cString: strerror(errno))) }
            bytes.removeLast(step - count)
            if count == 0 { return bytes }
        }
    }

    /// The bytes of a file inside a folder, whose links may not lead out of it.
    package static func read(_ path: String, inside folder: String) throws(Problem) -> [UInt8] {
        if let way = wayOut(of: folder, along: path) { throw .outside(link: way.link, target: way.target) }
        return try read(folder + "/" + path)
    }

    /// What a path is where it is neither a file nor a folder, such as `a named pipe`; nil for these and for nothing.
    package static func special(_ path: String) -> String? {
        var status = stat()
        return stat(path, &status) == 0 ? kind(status.st_mode) : nil
    }

    private static func kind(_ mode: mode_t) -> String? {
        switch mode & S_IFMT {
        case S_IFREG, S_IFDIR: nil
        case S_IFIFO: "a named pipe"
        case S_IFSOCK: "a socket"
        default: "a device"
        }
    }

    private static func problem(_ number: Int32) -> Problem {
        switch number {
        case ENOENT, ENOTDIR: .missing
        case EACCES, EPERM: .closed
        // A socket can't be opened at all.
        case ENXIO: .special("a socket")
        default: .system(String(cString: strerror(number)))
        }
    }

    /// The link along a path, and its target, by which the path leaves the folder; nil where it stays inside.
    package static func wayOut(of folder: String, along path: String) -> (link: String, target: String)? {
        guard let root = whole(folder), let end = whole(folder + "/" + path),
            end != root, !end.hasPrefix(root == "/" ? root : root + "/")
        else { return nil }
        var place = folder
        var walked: [Substring] = []
        for part in path.split(separator: "/") {
            place += "/" + part
            walked.append(part)
            var status = stat()
            guard lstat(place, &status) == 0, status.st_mode & S_IFMT == S_IFLNK else { continue }
            return (walked.joined(separator: "/"), whole(place) ?? end)
        }
        return (path, end)
    }

    /// A path without links; nil where nothing is there.
    private static func whole(_ path: String) -> String? {
        guard let found = realpath(path, nil) else { return nil }
        defer { free(found) }
        return String(cString: found)
    }
}
