import Foundation
import WorldModel

/// What an archive itself must not tell: when, where, how fast and by how many workers it was made.
public struct RunLog: Codable, Sendable, Equatable {
    /// The version of the code.
    public var version: String
    /// The CPU class that the code was compiled for.
    public var cpuClass: String
    /// When the run began, ISO 8601.
    public var started: String
    /// When the archive was finished, ISO 8601.
    public var ended: String
    /// The machine.
    public var host: String
    /// The threads that simulated.
    public var workers: Int
    /// The time that it took, in seconds.
    public var wallSeconds: Double
    /// The bundles that this run simulated; those found in the parts folder are not among them.
    public var simulatedBundles: Int

    /// A log of a run on this machine.
    public init(started: Date, ended: Date, workers: Int, wallSeconds: Double, simulatedBundles: Int) {
        let style = Date.ISO8601FormatStyle()
        version = Build.version
        cpuClass = Build.cpuClass
        self.started = started.formatted(style)
        self.ended = ended.formatted(style)
        host = ProcessInfo.processInfo.hostName
        self.workers = workers
        self.wallSeconds = wallSeconds
        self.simulatedBundles = simulatedBundles
    }

    /// The path of the log of an archive: `<archive>.log.json`.
    public static func path(of archive: String) -> String { archive + ".log.json" }

    /// Refuses a name where something stands that is no log of a run.
    public static func refuseForeign(besides archive: String) throws(ArchiveError) {
        let path = path(of: archive)
        if !Durable.exists(path) { return }
        let bytes = (try? PlainFile.read(path)) ?? []
        if (try? JSONDecoder().decode(RunLog.self, from: Data(bytes))) != nil { return }
        throw .system(
            path: path, attempt: "keep the log of the run there",
            message: "it is there and no log of worldlines; move it away, or choose another name for the archive")
    }

    /// Writes the log beside its archive.
    public func write(besides archive: String) throws {
        try RunLog.refuseForeign(besides: archive)
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        try Durable.write(Array(try encoder.encode(self)) + [0x0A], to: RunLog.path(of: archive))
    }
}
