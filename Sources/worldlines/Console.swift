import Foundation
import Synchronization
import WorldModel

/// Where words go: results to stdout, everything meant for people to stderr.
enum Console {
    /// Writes a line to stderr.
    static func say(_ text: String) { write(text + "\n", to: STDERR_FILENO) }

    /// Writes a line to stdout.
    static func put(_ text: String) { write(text + "\n", to: STDOUT_FILENO) }

    /// Writes one JSON object to stdout.
    static func put(json value: some Encodable) throws { put(try text(json: value)) }

    /// A value as one JSON object, over several lines or in one.
    static func text(json value: some Encodable, inOneLine: Bool = false) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        if !inOneLine { encoder.outputFormatting.insert(.prettyPrinted) }
        encoder.nonConformingFloatEncodingStrategy = .convertToString(
            positiveInfinity: "Infinity", negativeInfinity: "-Infinity", nan: "NaN")
        return String(decoding: try encoder.encode(value), as: UTF8.self).withEscapedJSON
    }

    /// Why results were lost on the way to stdout; nil where none were, or where nobody reads them any more.
    static var failure: Failure? {
        lost.withLock { $0 }.map { number in
            .inputOutput(
                "stdout: can't be written: \(String(cString: strerror(number))); what was to be printed there is lost or cut off"
            )
        }
    }

    /// The first error of stdout.
    private static let lost = Mutex<Int32?>(nil)

    /// Gives a closed stdin, stdout or stderr its number back, or the next file that is opened gets it.
    static func holdDescriptors() {
        for (descriptor, flags) in [(STDIN_FILENO, O_RDONLY), (STDOUT_FILENO, O_RDONLY), (STDERR_FILENO, O_WRONLY)]
        where fcntl(descriptor, F_GETFD) < 0 {
            _ = open("/dev/null", flags)
        }
    }

    /// Writes to stderr without ending the line.
    static func draw(_ text: String) { write(text, to: STDERR_FILENO) }

    /// Whether people watch stderr.
    static var isWatched: Bool { isatty(STDERR_FILENO) == 1 }

    /// The columns of the terminal; 100 where there is none.
    static var width: Int {
        var size = winsize()
        for descriptor in [STDOUT_FILENO, STDERR_FILENO] where isatty(descriptor) == 1 {
            if ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col >= 40 { return Int(size.ws_col) }
        }
        return 100
    }

    /// Writes a text whose hidden characters are shown; our own ends of lines stay.
    private static func write(_ text: String, to descriptor: Int32) {
        let bytes = Array(text.shown(keeping: ["\n", "\r"]).utf8)
        var done = 0
        while done < bytes.count {
            let count = bytes.withUnsafeBytes { buffer in
                Glibc.write(descriptor, buffer.baseAddress.map { $0 + done }, bytes.count - done)
            }
            if count > 0 {
                done += count
            } else if errno == EAGAIN {
                var wait = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
                poll(&wait, 1, -1)
            } else if errno != EINTR {
                // A reader that has gone away (`| head`) is not an error worth a message.
                let number = errno
                if descriptor == STDOUT_FILENO, number != EPIPE { lost.withLock { $0 = $0 ?? number } }
                return
            }
        }
    }
}
