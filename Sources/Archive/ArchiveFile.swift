public import Branching
public import WorldModel

/// An archive that is open for reading.
public final class ArchiveFile: @unchecked Sendable {
    /// Where it is.
    public let path: String
    /// The version of its format.
    public let formatVersion: Int
    /// One line about what was simulated.
    public let title: String
    /// The study's short name.
    public let studyName: String
    /// The digest of world and study.
    public let studyDigest: String
    /// The version of the code that made it.
    public let codeVersion: String
    /// The seed of all draws.
    public let seed: UInt64
    /// The number of samples.
    public let samples: Int
    /// The names of the policies, in their order.
    public let policies: [String]
    /// The years of every world line: the first years of its first and its last step.
    public let years: ClosedRange<Int>
    /// The years from one state to the next.
    public let step: Int
    /// Which states it keeps.
    public let keepStates: KeepStates

    // Touched on the library's queue only; that makes the class safe to share.
    private let file: HDF5File

    /// The number of what was never written, netCDF's `_FillValue`.
    public static var fillValue: Double { NetCDFWriter.fill }

    /// Whether a file is an archive of worldlines, of whatever version.
    public static func isArchive(_ path: String) -> Bool {
        let format = try? withLibrary { try HDF5File.open(path).textAttribute("format") }
        return format == Assembly.format
    }

    /// Opens an archive.
    public init(path: String) throws(ArchiveError) {
        let opened = try withLibrary { try Header(path: path) }
        self.path = path
        file = opened.file
        formatVersion = Assembly.formatVersion
        title = opened.title
        studyName = opened.studyName
        studyDigest = opened.studyDigest
        codeVersion = opened.codeVersion
        seed = opened.seed
        samples = opened.samples
        policies = opened.policies
        years = opened.years
        step = opened.step
        keepStates = opened.keepStates
    }

    /// What is read when an archive is opened; where one of it is missing, none is trusted.
    private struct Header {
        let file: HDF5File
        let title: String
        let studyName: String
        let studyDigest: String
        let codeVersion: String
        let seed: UInt64
        let samples: Int
        let policies: [String]
        let years: ClosedRange<Int>
        let step: Int
        let keepStates: KeepStates

        init(path: String) throws {
            file = try HDF5File.open(path)
            guard file.hasAttribute("format"), try file.textAttribute("format") == Assembly.format else {
                throw ArchiveError.notAnArchive(path: path)
            }
            let version = Int(try file.numberAttribute("format_version", as: Int32.self))
            guard version == Assembly.formatVersion else {
                throw ArchiveError.unknownVersion(path: path, found: version, known: Assembly.formatVersion)
            }
            title = try file.textAttribute("title")
            studyName = try file.textAttribute("study")
            studyDigest = try file.textAttribute("study_digest")
            codeVersion = try file.textAttribute("code_version")
            samples = Int(try file.numberAttribute("samples", as: Int32.self))
            let count = Int(try file.numberAttribute("policies", as: Int32.self))
            let first = Int(try file.numberAttribute("first_year", as: Int32.self))
            let last = Int(try file.numberAttribute("last_year", as: Int32.self))
            // Archives of before there were longer steps don't say it.
            step = file.hasAttribute("step_years") ? Int(try file.numberAttribute("step_years", as: Int32.self)) : 1
            let names = try file.dataset("policy").readText()
            guard let seed = UInt64(try file.textAttribute("seed")),
                let keep = KeepStates(rawValue: try file.textAttribute("keep_states")),
                first <= last, count > 0, samples > 0, step > 0, (last - first) % step == 0,
                names.count == count * samples
            else { throw ArchiveError.notAnArchive(path: path) }
            self.seed = seed
            keepStates = keep
            years = first...last
            policies = Array(names.prefix(count))
        }
    }
}

extension ArchiveFile {
    /// The first years of the steps of every world line.
    public var times: [Int] { Array(stride(from: years.lowerBound, through: years.upperBound, by: step)) }

    /// The number of world lines.
    public var worldLines: Int { samples * policies.count }

    /// The number of a world line.
    public func worldLine(sample: Int, policy: Int) -> Int { sample * policies.count + policy }

    /// All variables over world lines, in the archive's order: coordinates, outcomes, yearly variables.
    public func variables() throws(ArchiveError) -> [String] {
        try withLibrary {
            try file.members().filter { name in
                guard file.isDataset(name) else { return false }
                let dataset = try file.dataset(name)
                return try !dataset.isScale && dataset.shape().first == worldLines && name != "time_bnds"
            }
        }
    }

    /// The names of the uncertainties, without `uncertainty_`.
    public func uncertainties() throws(ArchiveError) -> [String] { try variables(after: "uncertainty_") }
    /// The names of the outcomes, without `outcome_`.
    public func outcomes() throws(ArchiveError) -> [String] { try variables(after: "outcome_") }
    /// The names of the levers, without `lever_`.
    public func levers() throws(ArchiveError) -> [String] { try variables(after: "lever_") }

    /// The names of the numbers of levers that were chosen between bounds, without `range_`.
    public func ranges() throws(ArchiveError) -> [String] { try variables(after: "range_") }

    /// The names of the shocks, without `shock_`; archives of before shocks were written have none.
    public func shocks() throws(ArchiveError) -> [String] {
        let names = try variables(after: "shock_")
        return names.filter { name in !name.hasSuffix("_date") || !names.contains(String(name.dropLast(5))) }
    }

    private func variables(after prefix: String) throws(ArchiveError) -> [String] {
        try variables().filter { $0.hasPrefix(prefix) }.map { String($0.dropFirst(prefix.count)) }
    }

    private func dataset(_ name: String) throws -> HDF5Dataset {
        guard file.contains(name), file.isDataset(name) else {
            throw ArchiveError.unknownName(path: path, kind: "variable", name: name, known: try variables())
        }
        return try file.dataset(name)
    }

    /// The extents of a variable.
    public func shape(of variable: String) throws(ArchiveError) -> [Int] {
        try withLibrary { try dataset(variable).shape() }
    }

    /// A text attribute of a variable, such as `units`; nil where it has none.
    public func attribute(_ name: String, of variable: String) throws(ArchiveError) -> String? {
        try withLibrary {
            let dataset = try dataset(variable)
            return dataset.hasAttribute(name) ? try dataset.textAttribute(name) : nil
        }
    }

    /// A numeric attribute of a variable, such as `at_most`; nil where it has none.
    public func number(_ name: String, of variable: String) throws(ArchiveError) -> Double? {
        try withLibrary {
            let dataset = try dataset(variable)
            return dataset.hasAttribute(name) ? try dataset.numberAttribute(name, as: Double.self) : nil
        }
    }

    /// All values of a variable, its last dimension fastest.
    public func values(of variable: String) throws(ArchiveError) -> [Double] {
        try withLibrary { try dataset(variable).read(as: Double.self) }
    }

    /// The values of a variable in one world line: [year][entity] of a yearly one.
    public func values(of variable: String, worldLine: Int) throws(ArchiveError) -> [Double] {
        try withLibrary {
            let dataset = try dataset(variable)
            let shape = try dataset.shape()
            guard let lines = shape.first, (0..<lines).contains(worldLine) else {
                throw ArchiveError.outOfRange(
                    path: path, what: "world line", value: worldLine, allowed: 0..<(shape.first ?? 0))
            }
            return try dataset.read(
                as: Double.self, from: [worldLine] + shape.dropFirst().map { _ in 0 }, count: [1] + shape.dropFirst())
        }
    }

    /// A text variable, such as `policy`, `lever_site` or `city_name`.
    public func texts(of variable: String) throws(ArchiveError) -> [String] {
        try withLibrary { try dataset(variable).readText() }
    }

    /// The nodes whose end states it keeps.
    public func stateNodes() throws(ArchiveError) -> [String] {
        try withLibrary { try stateGroups().map(\.node) }
    }

    private func stateGroups() throws -> [(node: String, group: HDF5Group)] {
        let states = try file.group("states")
        return try states.members().filter { $0 != ArchiveLayout.sourceGroup }.map { name in
            let group = try states.group(name)
            return (try group.textAttribute("node"), group)
        }
    }

    private func stateGroup(_ node: String) throws -> HDF5Group {
        let groups = try stateGroups()
        guard let found = groups.first(where: { $0.node == node }) else {
            throw ArchiveError.unknownName(path: path, kind: "state of node", name: node, known: groups.map(\.node))
        }
        return found.group
    }

    private func stateDatasets(_ node: String) throws -> [(name: String, dataset: HDF5Dataset)] {
        let group = try stateGroup(node)
        return try group.members().map { ($0, try group.dataset($0)) }.filter { !$0.1.isScale }
    }

    /// The columns of the state at the end of a node.
    public func stateColumns(node: String) throws(ArchiveError) -> [ColumnShape] {
        try withLibrary {
            try stateDatasets(node).map { ColumnShape(name: $0.name, count: try $0.dataset.shape()[1]) }
        }
    }

    /// The states of consecutive samples at the end of a node, in the form of `Steppable.load`:
    /// column after column, entity after entity, samples fastest.
    ///
    /// - Parameter lanes: how many lanes each entity has; those beyond the samples repeat the last sample.
    public func state(node: String, samples range: Range<Int>, lanes: Int = 8) throws(ArchiveError) -> [Double] {
        try withLibrary {
            guard !range.isEmpty, range.lowerBound >= 0, range.upperBound <= samples, range.count <= lanes else {
                throw ArchiveError.outOfRange(
                    path: path, what: "last sample", value: range.upperBound - 1, allowed: 0..<samples)
            }
            var contents: [Double] = []
            for (_, dataset) in try stateDatasets(node) {
                let count = try dataset.shape()[1]
                let values = try dataset.read(
                    as: Double.self, from: [range.lowerBound, 0], count: [range.count, count])
                for entity in 0..<count {
                    for lane in 0..<lanes { contents.append(values[min(lane, range.count - 1) * count + entity]) }
                }
            }
            return contents
        }
    }

    /// The files that world and study were read from, and the path of the study among them.
    public func sources() throws(ArchiveError) -> (files: [SourceFile], study: String) {
        try withLibrary {
            let group = try file.group("states").group(ArchiveLayout.sourceGroup)
            var files: [SourceFile] = []
            for name in try group.members() where name.hasPrefix("file_") {
                let dataset = try group.dataset(name)
                let count = Int(try dataset.numberAttribute("byte_count", as: Int64.self))
                files.append(
                    .init(
                        path: try dataset.textAttribute("path"),
                        bytes: Array(try dataset.read(as: UInt8.self).prefix(count))))
            }
            return (files, try group.textAttribute("study"))
        }
    }
}
