import Foundation
import Synchronization

/// How HDF5 files that somebody else may have made are read.
///
/// The library crashes or hangs over some damaged files, so that a command lets a child process read them: the child may die,
/// and what it dies of becomes an error. In a program that doesn't ask for it, such as a test, files are read in the process.
public enum ForeignFiles {
    /// What a file is taken for.
    enum Kind: String {
        case archive, netCDF
    }

    /// The first argument of the child.
    public static let servingArgument = "--serve-foreign-file"

    private static let executable = Mutex<String?>(nil)

    /// Lets children read from now on: this program must call `serveIfAsked` when it starts.
    public static func readInChildren() { executable.withLock { $0 = "/proc/self/exe" } }

    /// Serves a file to the parent and ends, where the arguments say so.
    public static func serveIfAsked(_ arguments: [String]) {
        guard arguments.count == 4, arguments[1] == servingArgument, let kind = Kind(rawValue: arguments[2]) else {
            return
        }
        FileServer.serve(arguments[3], as: kind)
    }

    static func open(_ path: String, as kind: Kind) throws(ArchiveError) -> any AnsweringFile {
        guard let executable = executable.withLock({ $0 }) else { return try openHere(path, as: kind) }
        return try FileChild(executable: executable, path: path, kind: kind)
    }

    static func openHere(_ path: String, as kind: Kind) throws(ArchiveError) -> any AnsweringFile {
        switch kind {
        case .archive: try ArchiveContents(path: path)
        case .netCDF: try NetCDFContents(path: path)
        }
    }
}

/// Messages between parent and child: the lengths of both parts, an object as JSON, numbers as they are in memory.
enum FileWire {
    static func put(_ value: some Encodable, numbers: [Double] = [], to socket: Int32) throws {
        let text = [UInt8](try JSONEncoder().encode(value))
        let lengths = [UInt64(text.count), UInt64(numbers.count)]
        for part in [lengths.withUnsafeBytes { [UInt8]($0) }, text] { try part.withUnsafeBytes { try put($0, socket) } }
        try numbers.withUnsafeBytes { try put($0, socket) }
    }

    private static func put(_ bytes: UnsafeRawBufferPointer, _ socket: Int32) throws {
        var done = 0
        while done < bytes.count, let base = bytes.baseAddress {
            let count = send(socket, base + done, bytes.count - done, Int32(MSG_NOSIGNAL))
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { throw Closed() }
            done += count
        }
    }

    /// The other side is gone.
    struct Closed: Error {}
    /// The other side keeps silent.
    struct Silent: Error {}

    /// The next message; nil where the other side ended before it.
    ///
    /// - Parameter patience: the seconds after which the other side has said nothing for too long.
    static func take<Value: Decodable>(
        _: Value.Type, from socket: Int32, patience: Int32? = nil
    ) throws -> (value: Value, numbers: [Double]) {
        var lengths: [UInt64] = [0, 0]
        try lengths.withUnsafeMutableBytes { try take($0, socket, patience) }
        guard let length = Int(exactly: lengths[0]), let count = Int(exactly: lengths[1]) else { throw Closed() }
        var text = [UInt8](repeating: 0, count: length)
        try text.withUnsafeMutableBytes { try take($0, socket, patience) }
        var numbers = [Double](repeating: 0, count: count)
        try numbers.withUnsafeMutableBytes { try take($0, socket, patience) }
        return (try JSONDecoder().decode(Value.self, from: Data(text)), numbers)
    }

    private static func take(_ bytes: UnsafeMutableRawBufferPointer, _ socket: Int32, _ patience: Int32?) throws {
        var done = 0
        while done < bytes.count, let base = bytes.baseAddress {
            if let patience {
                var wait = pollfd(fd: socket, events: Int16(POLLIN), revents: 0)
                let ready = poll(&wait, 1, 1000 * patience)
                if ready < 0 && errno == EINTR { continue }
                if ready == 0 { throw Silent() }
            }
            let count = recv(socket, base + done, bytes.count - done, 0)
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { throw Closed() }
            done += count
        }
    }
}

/// The child's side: answers what the parent asks of one file, until the parent is gone.
private enum FileServer {
    static func serve(_ path: String, as kind: ForeignFiles.Kind) -> Never {
        var none = rlimit()
        setrlimit(__rlimit_resource_t(RLIMIT_CORE.rawValue), &none)
        // The library may hang while the parent ends.
        Thread.detachNewThread {
            var parent = pollfd(fd: STDIN_FILENO, events: 0, revents: 0)
            while poll(&parent, 1, -1) < 0 {}
            _exit(0)
        }
        let file = Result { () throws(ArchiveError) in try ForeignFiles.openHere(path, as: kind) }
        while let question = try? FileWire.take(FileQuestion.self, from: STDIN_FILENO).value {
            let answer: FileAnswer
            do throws(ArchiveError) { answer = try file.get().answer(question) } catch { answer = .failure(error) }
            let isSent: Void?
            if case .numbers(let numbers) = answer {
                isSent = try? FileWire.put(FileAnswer.numbers([]), numbers: numbers, to: STDOUT_FILENO)
            } else {
                isSent = try? FileWire.put(answer, to: STDOUT_FILENO)
            }
            if isSent == nil { break }
        }
        _exit(0)
    }
}

/// The parent's side: a file that a child process reads.
final class FileChild: AnsweringFile {
    private let path: String
    private let process: pid_t
    private let socket: Int32
    private let state = Mutex(State())
    /// Seconds that an answer may take to begin and to go on.
    private let patience: Int32

    private struct State {
        /// What every question is answered with, once the child is gone.
        var failure: ArchiveError?
    }

    init(
        executable: String, path: String, kind: ForeignFiles.Kind, leastPatience: Int = FileChild.leastPatience
    ) throws(ArchiveError) {
        var ends: [Int32] = [0, 0]
        func refused(_ code: Int32) -> ArchiveError {
            .system(path: path, attempt: "start a process that reads it", message: String(cString: strerror(code)))
        }
        let isPaired = socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0, &ends) == 0
        guard isPaired else { throw refused(errno) }
        // Where a standard stream is closed, its number must not become ours: words for it would go to the child.
        for index in ends.indices where ends[index] <= STDERR_FILENO {
            let higher = fcntl(ends[index], F_DUPFD_CLOEXEC, STDERR_FILENO + 1)
            close(ends[index])
            ends[index] = higher
        }
        defer { close(ends[1]) }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, ends[1], STDIN_FILENO)
        posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO)
        posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0)
        var environment = ProcessInfo.processInfo.environment
        // A trace of the library's crash would cost seconds, and nobody reads it.
        environment["SWIFT_BACKTRACE"] = "enable=no"
        let words = ["worldlines", ForeignFiles.servingArgument, kind.rawValue, path]
        let arguments: [UnsafeMutablePointer<CChar>?] = words.map { strdup($0) } + [nil]
        let variables: [UnsafeMutablePointer<CChar>?] = environment.map { strdup("\($0)=\($1)") } + [nil]
        defer { (arguments + variables).forEach { free($0) } }
        var process: pid_t = 0
        let code = posix_spawn(&process, executable, &actions, nil, arguments, variables)
        if code != 0 {
            close(ends[0])
            throw refused(code)
        }
        self.path = path
        self.process = process
        socket = ends[0]
        var status = stat()
        let megabytes = stat(path, &status) == 0 ? status.st_size >> 20 : 0
        patience = Int32(clamping: leastPatience + megabytes / FileChild.slowest)
    }

    static let leastPatience = 20
    /// Megabytes a second of the slowest disk that is waited for.
    private static let slowest = 10

    deinit {
        close(socket)
        if state.withLock({ $0.failure == nil }) { _ = end() }
    }

    func answer(_ question: FileQuestion) throws(ArchiveError) -> FileAnswer {
        let result = state.withLock { state -> Result<FileAnswer, ArchiveError> in
            if let failure = state.failure { return .failure(failure) }
            do {
                try FileWire.put(question, to: socket)
                let (answer, numbers) = try FileWire.take(FileAnswer.self, from: socket, patience: patience)
                if case .numbers = answer { return .success(.numbers(numbers)) }
                if case .failure(let error) = answer { return .failure(error) }
                return .success(answer)
            } catch {
                let isSilent = error is FileWire.Silent
                let status = end(isSilent: isSilent)
                let reason =
                    isSilent
                    ? "gave no answer in \(patience) s"
                    : status & 0x7F == 0 ? "broke off" : "crashed (signal \(status & 0x7F))"
                let broken = ArchiveError.broken(path: path, attempt: question.attempt, reason: reason)
                state.failure = broken
                return .failure(broken)
            }
        }
        return try result.get()
    }

    /// Ends the child, or finds out how it ended by itself.
    private func end(isSilent: Bool = true) -> Int32 {
        var status: Int32 = 0
        if isSilent { kill(process, SIGKILL) }
        while waitpid(process, &status, 0) < 0 && errno == EINTR {}
        return status
    }
}
