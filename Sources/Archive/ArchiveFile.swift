import WorldModel

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

    private let file: any AnsweringFile

    /// The number of what was never written, netCDF's `_FillValue`.
    public static var fillValue: Double { NetCDFWriter.fill }

    /// Whether a file is an archive of worldlines, of whatever version.
    ///
    /// - Throws: `ArchiveError` where it can't be told, for the file is damaged.
    public static func isArchive(_ path: String) throws(ArchiveError) -> Bool {
        do {
            _ = try ArchiveFile(path: path)
            return true
        } catch {
            switch error {
            case .unknownVersion: return true
            case .notAnArchive: return false
            default: throw error
            }
        }
    }

    /// Opens an archive.
    public init(path: String) throws(ArchiveError) {
        file = try ForeignFiles.open(path, as: .archive)
        let header = try file.header()
        self.path = path
        formatVersion = Assembly.formatVersion
        title = header.title
        studyName = header.studyName
        studyDigest = header.studyDigest
        codeVersion = header.codeVersion
        seed = header.seed
        samples = header.samples
        policies = header.policies
        years = header.firstYear...header.lastYear
        step = header.step
        keepStates = header.keepStates
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
    public func variables() throws(ArchiveError) -> [String] { try file.texts(.variables) }

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

    /// The extents of a variable.
    public func shape(of variable: String) throws(ArchiveError) -> [Int] { try file.extents(.shape(variable)) }

    /// A text attribute of a variable, such as `units`; nil where it has none.
    public func attribute(_ name: String, of variable: String) throws(ArchiveError) -> String? {
        try file.text(.attribute(name, variable: variable))
    }

    /// A numeric attribute of a variable, such as `at_most`; nil where it has none.
    public func number(_ name: String, of variable: String) throws(ArchiveError) -> Double? {
        try file.numbers(.number(name, variable: variable)).first
    }

    /// All values of a variable, its last dimension fastest.
    public func values(of variable: String) throws(ArchiveError) -> [Double] { try file.numbers(.values(variable)) }

    /// The values of a variable in one world line: [year][entity] of a yearly one.
    public func values(of variable: String, worldLine: Int) throws(ArchiveError) -> [Double] {
        try file.numbers(.line(variable, worldLine: worldLine))
    }

    /// A text variable, such as `policy`, `lever_site` or `city_name`.
    public func texts(of variable: String) throws(ArchiveError) -> [String] { try file.texts(.texts(variable)) }

    /// The nodes whose end states it keeps.
    public func stateNodes() throws(ArchiveError) -> [String] { try file.texts(.stateNodes) }

    /// The columns of the state at the end of a node.
    public func stateColumns(node: String) throws(ArchiveError) -> [ColumnShape] {
        try file.columns(.stateColumns(node))
    }

    /// The states of consecutive samples at the end of a node, in the form of `Steppable.load`:
    /// column after column, entity after entity, samples fastest.
    ///
    /// - Parameter lanes: how many lanes each entity has; those beyond the samples repeat the last sample.
    public func state(node: String, samples range: Range<Int>, lanes: Int = Seat.perBundle) throws(ArchiveError)
        -> [Double]
    {
        try file.numbers(.state(node, samples: range, lanes: lanes))
    }

    /// The files that world and study were read from, and the path of the study among them.
    public func sources() throws(ArchiveError) -> (files: [SourceFile], study: String) { try file.sources() }

    /// Makes sure that every group can be read, before something is added.
    func checkDimensions() throws(ArchiveError) { _ = try file.answer(.dimensions) }
}
