/// How a command ends, as in sysexits.h.
enum ExitStatus {
    /// The command line was wrong.
    static let usage: Int32 = 64
    /// A file that a user wrote is wrong.
    static let badData: Int32 = 65
    /// A file could not be read or written.
    static let inputOutput: Int32 = 74
    /// Ctrl-C.
    static let interrupted: Int32 = 130
}

/// Something that ends a command, with words for people.
struct Failure: Error {
    let status: Int32
    let message: String

    /// Data that cannot be used.
    static func badData(_ message: String) -> Failure { Failure(status: ExitStatus.badData, message: message) }
    /// A file that cannot be read or written.
    static func inputOutput(_ message: String) -> Failure {
        Failure(status: ExitStatus.inputOutput, message: message)
    }
    /// A command line that cannot be meant.
    static func usage(_ message: String) -> Failure { Failure(status: ExitStatus.usage, message: message) }
}
