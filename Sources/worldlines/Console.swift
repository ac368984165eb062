import Foundation

/// Where words go: results to stdout, everything meant for people to stderr.
enum Console {
    /// Writes a line to stderr.
    static func say(_ text: String) { write(text + "\n", to: .standardError) }

    /// Writes a line to stdout.
    static func put(_ text: String) { write(text + "\n", to: .standardOutput) }

    /// Writes one JSON object to stdout.
    static func put(json value: some Encodable) throws { put(try text(json: value)) }

    /// A value as one JSON object.
    static func text(json value: some Encodable) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        encoder.nonConformingFloatEncodingStrategy = .convertToString(
            positiveInfinity: "Infinity", negativeInfinity: "-Infinity", nan: "NaN")
        return String(decoding: try encoder.encode(value), as: UTF8.self)
    }

    /// Writes to stderr without ending the line.
    static func draw(_ text: String) { write(text, to: .standardError) }

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

    private static func write(_ text: String, to file: FileHandle) {
        // A reader that has gone away (`| head`) is not an error worth a message.
        try? file.write(contentsOf: Data(text.utf8))
    }
}
