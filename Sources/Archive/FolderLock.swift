import Foundation

/// Keeps processes that simulate different things out of one parts folder.
///
/// All processes of one run share the lock of the folder's file `.lock`; the system takes it back when a process ends, however
/// it ends. Who has it alone may say what the folder is of.
final class FolderLock: Sendable {
    private let file: Int32

    /// Joins the processes that simulate the same thing in a folder.
    ///
    /// - Parameters:
    ///   - claim: writes what the folder is of, after making sure that it isn't of something else.
    ///   - isOurs: whether it is of this run.
    /// - Throws: `ArchiveError.system` where a process that simulates something else is there.
    init(_ folder: String, claim: () throws -> Void, isOurs: () throws -> Bool) throws {
        let path = folder + "/.lock"
        file = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
        guard file >= 0 else {
            throw ArchiveError.system(path: path, attempt: "open it", message: String(cString: strerror(errno)))
        }
        do {
            let isAlone = FolderLock.take(file, LOCK_EX | LOCK_NB)
            if isAlone { try claim() }
            // Between the two locks, another process may be alone in its turn.
            _ = FolderLock.take(file, LOCK_SH)
            guard try isOurs() else { throw FolderLock.refusal(folder) }
            if !isAlone { try claim() }
        } catch {
            close(file)
            throw error
        }
    }

    deinit { close(file) }

    /// Refuses to take a folder from a process that simulates in it.
    static func checkUnused(_ folder: String) throws {
        let file = open(folder + "/.lock", O_RDWR | O_CLOEXEC)
        if file < 0 { return }
        defer { close(file) }
        if !take(file, LOCK_EX | LOCK_NB), errno == EWOULDBLOCK { throw refusal(folder) }
    }

    private static func refusal(_ folder: String) -> ArchiveError {
        .system(
            path: folder, attempt: "simulate in it",
            message:
                "another process does, of another world, study, seed or years; wait for its end, or choose another archive name"
        )
    }

    private static func take(_ file: Int32, _ kind: Int32) -> Bool {
        while true {
            if flock(file, kind) == 0 { return true }
            if errno != EINTR { return false }
        }
    }
}
