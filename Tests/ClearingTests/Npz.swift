import Foundation

/// Arrays of numbers from a NumPy archive, read by NumPy.
struct Npz {
    /// The Python that has NumPy; nil where the environment names none.
    static let python = ProcessInfo.processInfo.environment["WORLDLINES_PYTHON"]

    let url: URL

    /// The array `name` as numbers, flat in C order.
    func array(_ name: String) throws -> [Double] {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: Npz.python ?? "")
        process.arguments = [
            "-c",
            """
            import sys, numpy
            sys.stdout.buffer.write(numpy.load(sys.argv[1])[sys.argv[2]].astype("<f8").tobytes())
            """, url.path, name,
        ]
        let pipe = Pipe()
        process.standardOutput = pipe
        try process.run()
        let bytes = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return bytes.withUnsafeBytes { raw in
            (0..<(raw.count / 8)).map {
                Double(bitPattern: UInt64(littleEndian: raw.loadUnaligned(fromByteOffset: 8 * $0, as: UInt64.self)))
            }
        }
    }
}
