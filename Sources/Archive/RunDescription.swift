import Foundation
import WorldModel

/// What `resume` must know beside the files of world and study; kept in `run.json` of a parts folder, and in `search.json`
/// where the parts are of a search.
public struct RunDescription: Codable, Sendable, Equatable {
    /// The version of the parts' format.
    public var formatVersion: Int
    /// The path of the study under `source/`.
    public var study: String
    /// The number of samples.
    public var samples: Int
    /// The first simulated year.
    public var firstYear: Int
    /// The last simulated year.
    public var lastYear: Int
    /// The seed of all draws.
    public var seed: UInt64
    /// Which states the archive keeps.
    public var keepStates: KeepStates
    /// What the parts were made from.
    public var digest: String
    /// A search's own options, as its command line has them; nil for a run.
    public var options: [String: String]?

    /// The first and the last simulated year.
    var years: ClosedRange<Int> { firstYear...lastYear }
    /// Whether it is of a search, whose parts hold segments of single samples.
    public var isOfSearch: Bool { options != nil }
    /// The name of its file.
    var file: String { isOfSearch ? RunDescription.searchFile : RunDescription.runFile }

    static let runFile = "run.json"
    static let searchFile = "search.json"

    /// The description in a parts folder, of a search or of a run; nil where there is none.
    static func read(in folder: String) throws -> RunDescription? {
        let file = [searchFile, runFile].map { "\(folder)/\($0)" }.first(where: Durable.exists)
        return try file.map(RunDescription.read)
    }

    /// The description in a file.
    ///
    /// - Throws: `ArchiveError` where it can't be understood, or is of another version.
    static func read(_ file: String) throws -> RunDescription {
        do {
            let found = try JSONDecoder().decode(RunDescription.self, from: Data(try Durable.read(file)))
            guard found.formatVersion == PartsFolder.formatVersion else {
                throw ArchiveError.unknownVersion(
                    path: Durable.split(file).folder, found: found.formatVersion, known: PartsFolder.formatVersion)
            }
            try found.check(file)
            return found
        } catch let error as DecodingError {
            throw ArchiveError.system(path: file, attempt: "understand it", message: "\(error)")
        }
    }

    /// Refuses numbers that no run has.
    private func check(_ file: String) throws(ArchiveError) {
        func refuse(_ message: String) -> ArchiveError {
            .system(
                path: file, attempt: "understand it",
                message: message + "; delete the parts folder and run the study anew")
        }
        guard (1...RunDescription.mostSamples).contains(samples) else {
            throw refuse("`samples` is \(samples); allowed are 1 to \(RunDescription.mostSamples)")
        }
        guard firstYear <= lastYear, RunDescription.possibleYears.contains(firstYear),
            RunDescription.possibleYears.contains(lastYear)
        else {
            throw refuse("`firstYear` is \(firstYear) and `lastYear` \(lastYear); the first comes before the last")
        }
    }

    /// Eight samples of the most parts that a run may have.
    private static let mostSamples = Seat.perBundle * PartsFolder.mostParts
    private static let possibleYears = -1_000_000...1_000_000

    /// Makes the file appear, unless it stands there already.
    func write(to file: String) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        let bytes = Array(try encoder.encode(self)) + [0x0A]
        if Durable.exists(file), try Durable.read(file) == bytes { return }
        try Durable.write(bytes, to: file)
    }
}

extension RunDescription {
    /// What a run or a search needs to be resumed.
    init(
        study: String, samples: Int, years: ClosedRange<Int>, seed: UInt64, keepStates: KeepStates, studyDigest: String,
        options: [String: String]? = nil
    ) {
        self.init(
            formatVersion: PartsFolder.formatVersion, study: study, samples: samples, firstYear: years.lowerBound,
            lastYear: years.upperBound, seed: seed, keepStates: keepStates,
            digest: Build.digest(study: studyDigest, years: years, seed: seed), options: options)
    }
}

/// The files of world and study in a parts folder, under `source/`.
enum KeptSources {
    /// Keeps files; what stands there already is left alone.
    static func write(_ sources: [SourceFile], to folder: String) throws {
        for source in sources {
            let target = "\(folder)/source/\(source.path)"
            guard !source.path.hasPrefix("/"), !source.path.split(separator: "/").contains("..") else {
                throw ArchiveError.system(path: source.path, attempt: "keep it", message: "not a path inside the world")
            }
            if Durable.exists(target), try Durable.read(target) == source.bytes { continue }
            try Durable.makeFolder(Durable.split(target).folder)
            try Durable.write(source.bytes, to: target)
        }
    }

    /// The files that are kept, by path.
    ///
    /// - Throws: `ArchiveError.system` where a symbolic link leads out of the folder, or is one to a folder.
    static func read(from folder: String) throws -> [SourceFile] {
        let root = folder + "/source"
        var sources: [SourceFile] = []
        func walk(_ relative: String) throws {
            for name in try Durable.names(in: "\(root)/\(relative)")
            where !(name.hasPrefix(".") && name.hasSuffix(Durable.temporarySuffix)) {
                let path = relative.isEmpty ? name : "\(relative)/\(name)"
                if let way = PlainFile.wayOut(of: root, along: path) {
                    throw ArchiveError.system(
                        path: "\(root)/\(way.link)", attempt: "use it",
                        message: "it is a symbolic link that leads out of its folder, to \(way.target); delete it")
                }
                var status = stat()
                let isThere = lstat("\(root)/\(path)", &status) == 0
                if isThere, status.st_mode & S_IFMT == S_IFDIR {
                    try walk(path)
                } else {
                    sources.append(.init(path: path, bytes: try Durable.read("\(root)/\(path)")))
                }
            }
        }
        try walk("")
        return sources.sorted { $0.path < $1.path }
    }
}
