import Archive
import Branching
import Foundation
import WorldModel

/// What a run of a study takes: exact counts, and estimates of time, memory and disk.
///
/// The constants were fitted to `worldlines bench` and to runs of the shipped worlds on one core of an AMD EPYC with
/// AVX-512; a machine may well take half as long, or three times.
struct Effort {
    let size: Tree.Size
    let samples: Int
    let worldLines: Double
    /// The files of ARCHIVE.parts.
    let parts: Double
    let seconds: Double
    /// Bytes of memory.
    let memory: Double
    /// Bytes of ARCHIVE.parts.
    let partsDisk: Double
    /// Bytes of ARCHIVE.parts and the archive.
    let disk: Double
    let workers: Int
    private let study: Study

    /// Seconds of one core for an hour of a world line, per variable of the hour's program.
    private static let secondsPerVariable = 2e-8
    /// Seconds of one core for a year of a world line without an hour.
    private static let secondsPerYear = 3e-6
    /// Seconds for bringing a part to the disk.
    private static let secondsPerPart = 5e-3
    /// A day that is cleared as one program takes so many times as long as its hours alone.
    private static let dayFactor = 4.0
    /// Bytes of a part beside its numbers.
    private static let partBytes = 12_000.0
    /// Bytes of memory for a part.
    private static let partMemory = 350.0
    /// Numbers of a state for one of a year's record.
    private static let stateShare = 2.7

    /// - Parameter policies: those that a search simulates at most; nil for every policy of the study.
    init(
        _ study: Study, policies limit: Int? = nil,
        workers: Int = ProcessInfo.processInfo.activeProcessorCount
    ) {
        var size = Tree.size(of: study)
        if let limit, Double(limit) < size.policies {
            let depth = Double(study.decisions.count + 1)
            size.policies = Double(limit)
            size.nodes = Double(limit) * depth
            size.steps = Double(limit) * Double(study.times.count)
        }
        self.study = study
        self.size = size
        self.workers = workers
        samples = study.samples
        let blocks = Double((study.samples - 1) / 8 + 1)
        worldLines = size.policies * Double(study.samples)
        parts = size.nodes * blocks
        let world = study.world
        func rows(_ table: String) -> Double { Double(world.table(table).ids.count) }
        let variables =
            rows("generators") + 2 * rows("storage_units") + rows("links") + rows("lines") + 2 * rows("buses")
            + rows("data_centres")
        let hours = world.hasSection("grid") ? 24 * world.fixed("grid", "days") : 0
        let isByDay = world.hasSection("grid") && world.text("grid", "clearing") == "day"
        let perYear =
            Effort.secondsPerYear + Effort.secondsPerVariable * variables * hours * (isByDay ? Effort.dayFactor : 1)
        seconds = 8 * (size.steps + 1) * blocks * perYear / Double(max(workers, 1)) + parts * Effort.secondsPerPart
        let record = Double(world.recordedVariables.reduce(0) { $0 + world.count(of: $1) })
        let state = Effort.stateShare * record
        partsDisk = blocks * (size.nodes * (Effort.partBytes + 64 * state) + 64 * size.steps * record)
        disk = 2 * partsDisk
        let perWorker = 64 * (60 * variables + state * Double(study.decisions.count + 2))
        memory =
            6e7 + size.nodes * Effort.nodeBytes(study) + parts * Effort.partMemory
            + worldLines * Effort.lineBytes(study) + Double(workers) * perWorker
            + 16 * rows("cities") * rows("cities")
    }

    /// Bytes of a node of a tree.
    private static func nodeBytes(_ study: Study) -> Double { 300 + 32 * Double(study.decisions.count) }

    /// Bytes of a world line in a comparison.
    private static func lineBytes(_ study: Study) -> Double { 64 + 40 * Double(study.outcomes.count) }

    /// Whether the tree of a study can be built in the memory of this machine.
    static func canBuildTree(of study: Study) -> Bool {
        Tree.size(of: study).nodes * nodeBytes(study) < MachineLimits.memory / 2
    }

    // MARK: In words

    /// What it takes, in words.
    var words: String {
        "about \(Effort.time(seconds)) on \(counted(workers, "CPU")), \(Effort.bytes(memory)) of memory and "
            + "\(Effort.bytes(disk)) of disk"
    }

    /// Whether it is worth a warning that it takes long, or much.
    var isLarge: Bool { seconds > 600 || disk > 1e10 || memory > 4e9 }

    /// Why it can't run, and what to change; nil where it can.
    var refusal: Finding? {
        guard let limit else { return nil }
        let what =
            "\(Effort.count(Double(samples))) \(samples == 1 ? "sample" : "samples") of \(Effort.count(size.policies)) policies are "
            + "\(Effort.count(worldLines)) world lines: \(words) (estimates). \(limit)"
        let (key, remedy) =
            hasTooManyPolicies
            ? (
                "decisions",
                "take decisions or options out, list the policies in a table (`policies: file.csv`), or search them with "
                    + "`worldlines optimize`"
            ) : ("samples", "write `samples: \(mostSamples)` or fewer, or say --samples")
        return Finding(file: study.sourcePath, line: line(of: key), path: key, message: what, remedy: remedy)
    }

    /// The limit that it breaks, in words.
    private var limit: String? {
        if worldLines > Double(Int32.max) {
            return "An archive numbers at most \(Effort.count(Double(Int32.max))) world lines."
        }
        if parts > Double(PartsFolder.mostParts) {
            return
                "The run would have \(Effort.count(parts)) parts, each a file; at most "
                + "\(Effort.count(Double(PartsFolder.mostParts))) are allowed."
        }
        if memory > MachineLimits.memory { return "This machine has \(Effort.bytes(MachineLimits.memory)) of memory." }
        return nil
    }

    /// Whether its policies alone are too many, whatever the samples.
    private var hasTooManyPolicies: Bool {
        size.policies > Double(Int32.max) || size.nodes > Double(PartsFolder.mostParts)
            || size.nodes * Effort.nodeBytes(study) > MachineLimits.memory
    }

    /// Samples that fit, to one digit.
    private var mostSamples: Int {
        let each = (size.nodes * Effort.partMemory / 8 + size.policies * Effort.lineBytes(study))
        let fixed = memory - each * Double(samples)
        let most = min(
            Double(Int32.max) / size.policies, 8 * Double(PartsFolder.mostParts) / size.nodes,
            (MachineLimits.memory - fixed) / each)
        let digit = pow(10, max(log10(max(most, 1)).rounded(.down), 0))
        return max(Int((most / digit).rounded(.down) * digit), 1)
    }

    /// The line of the study's file on which a key stands; nil where it isn't written.
    private func line(of key: String) -> Int? {
        guard let source = study.sources.first(where: { $0.path == study.sourcePath }) else { return nil }
        let lines = String(decoding: source.bytes, as: UTF8.self).split(
            omittingEmptySubsequences: false, whereSeparator: \.isNewline)
        return lines.firstIndex { $0.hasPrefix(key + ":") }.map { $0 + 1 }
    }

    /// A count such as `2,000,000` or `1.1e+12`.
    static func count(_ number: Double) -> String {
        if !number.isFinite { return "more than 1e+300" }
        if number >= 1e12 { return String(format: "%.2g", number) }
        let digits = String(Int(number))
        return String(
            digits.reversed().enumerated().flatMap { $0 > 0 && $0 % 3 == 0 ? [",", $1] : [$1] }.reversed())
    }

    /// A time such as `40 s`, `3 h` or `2 years`.
    static func time(_ seconds: Double) -> String {
        let units = [(3.156e7, "year"), (86_400, "day"), (3600, "hour"), (60, "minute"), (1, "second")]
        guard seconds.isFinite else { return "more than 1e+300 years" }
        let (divisor, noun) = units.first { seconds >= 2 * $0.0 } ?? (1, "second")
        let number = max((seconds / divisor).rounded(), 1)
        return "\(count(number)) \(noun)\(number == 1 ? "" : "s")"
    }

    /// Bytes such as `1.5 GB`.
    static func bytes(_ bytes: Double) -> String {
        let units = [(1e18, "EB"), (1e15, "PB"), (1e12, "TB"), (1e9, "GB"), (1e6, "MB"), (1e3, "kB")]
        guard bytes.isFinite else { return "more than 1e+300 bytes" }
        let (divisor, noun) = units.first { bytes >= $0.0 } ?? (1e3, "kB")
        let number = bytes / divisor
        return (number >= 1e4 ? count(number) : String(format: number < 10 ? "%.1f" : "%.0f", number)) + " " + noun
    }
}

/// What this machine has for a run.
enum MachineLimits {
    /// Bytes of memory that a process may have.
    static var memory: Double {
        let physical = Double(ProcessInfo.processInfo.physicalMemory)
        let text = try? String(contentsOfFile: "/sys/fs/cgroup/memory.max", encoding: .utf8)
        let limit = text.flatMap { Double($0.trimmingCharacters(in: .whitespacesAndNewlines)) }
        return min(physical, limit ?? physical)
    }

    /// Bytes that are free on the disk of a file; nil where they can't be told.
    static func freeDisk(for path: String) -> Double? {
        let folder = (path as NSString).deletingLastPathComponent
        let found = try? FileManager.default.attributesOfFileSystem(forPath: folder.isEmpty ? "." : folder)
        return (found?[.systemFreeSize] as? NSNumber)?.doubleValue
    }

    /// Bytes of the files in a folder.
    static func size(of folder: String) -> Double {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        return names.reduce(0) { sum, name in
            let found = try? FileManager.default.attributesOfItem(atPath: folder + "/" + name)
            return sum + ((found?[.size] as? NSNumber)?.doubleValue ?? 0)
        }
    }
}

extension Effort {
    /// Ends the command where this machine can't hold the run.
    ///
    /// - Parameter source: the study as the user named it; nil for one that an archive or its parts keep.
    func refuse(in source: Source? = nil) throws {
        guard let refusal else { return }
        throw Failure.badData(source?.describe(refusal) ?? refusal.description)
    }

    /// Ends the command where the disk can't hold the parts, and warns where it may not hold the archive beside them.
    func checkDisk(archive: String) throws {
        guard let free = MachineLimits.freeDisk(for: archive) else { return }
        let folder = PartsFolder.path(of: archive)
        let there = FileManager.default.fileExists(atPath: folder) ? MachineLimits.size(of: folder) : 0
        let remedy =
            "free some, write to another disk, give fewer samples, or record fewer variables with `record:` in the study"
        if partsDisk / 2 > free + there {
            throw Failure.inputOutput(
                "\(archive): the run takes \(words) (estimates), and \(Effort.bytes(free)) of disk are free; \(remedy)")
        }
        if disk > free + there {
            Console.say(
                "warning: the run takes \(words) (estimates), and \(Effort.bytes(free)) of disk are free; \(remedy)")
        }
    }
}

extension Study {
    /// The tree of its policies; a failure where this machine can't hold it.
    func tree() throws -> Tree {
        guard policies != nil || Effort.canBuildTree(of: self) else {
            throw Failure.badData(
                "\(name) has \(Effort.count(Tree.size(of: self).policies)) policies, more than this machine can list")
        }
        return Tree(study: self)
    }
}
