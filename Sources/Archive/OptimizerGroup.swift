import CHDF5
import Foundation

/// What a comparison or a search adds to an archive: the group `/optimizer`, with dimensions of its own.
public struct OptimizerGroup: Sendable {
    /// The numbers or texts of a variable.
    public enum Values: Sendable {
        /// Numbers; NaN where there is none.
        case numbers([Double])
        /// Whole numbers.
        case integers([Int32])
        /// Texts, over one dimension.
        case texts([String])
    }

    /// One variable.
    public struct Variable: Sendable {
        /// Its name.
        public let name: String
        /// Its dimensions, the last fastest.
        public let axes: [String]
        /// What it holds.
        public let values: Values
        /// `long_name`, and `units` of what is a number.
        public let attributes: [(String, String)]

        /// A variable.
        public init(_ name: String, over axes: [String], _ values: Values, longName: String, units: String? = nil) {
            self.name = name
            self.axes = axes
            self.values = values
            attributes = [("long_name", longName)] + (units.map { [("units", $0)] } ?? [])
        }
    }

    /// The dimensions and their lengths, none of them 0.
    public var dimensions: [(name: String, count: Int)]
    /// The variables.
    public var variables: [Variable]
    /// Text attributes of the group.
    public var texts: [(String, String)]
    /// Numeric attributes of the group.
    public var numbers: [(String, Double)]

    static let name = "optimizer"
    /// The groups that an archive has inside each other at most; a file may lead from a group back to itself.
    private static let deepest = 8

    /// A group.
    public init(
        dimensions: [(name: String, count: Int)], variables: [Variable], texts: [(String, String)] = [],
        numbers: [(String, Double)] = []
    ) {
        self.dimensions = dimensions
        self.variables = variables
        self.texts = texts
        self.numbers = numbers
    }

    /// Writes the group into an archive in the place of an earlier one; nothing else in it changes.
    ///
    /// It is written into a copy beside the archive, which then takes its name: a crash leaves the archive as it was.
    /// - Throws: `ArchiveError`.
    public func write(into archive: String) throws {
        try ArchiveFile(path: archive).checkDimensions()
        try Durable.replace(archive) { temporary in
            do {
                try FileManager.default.copyItem(atPath: archive, toPath: temporary)
            } catch {
                throw ArchiveError.system(path: archive, attempt: "copy it", message: error.localizedDescription)
            }
            try withLibrary {
                let file = try HDF5File.openForWriting(temporary)
                if file.contains(OptimizerGroup.name) { try file.remove(OptimizerGroup.name) }
                try fill(file)
                try file.flush()
            }
        }
    }

    private func fill(_ file: HDF5File) throws {
        let writer = NetCDFWriter(file: file, firstNumber: try OptimizerGroup.nextNumber(in: file))
        let group = try file.makeGroup(OptimizerGroup.name)
        for (key, text) in texts { try group.setAttribute(key, text) }
        for (key, number) in numbers { try group.setAttribute(key, number) }
        for (name, count) in dimensions { try writer.bareDimension(name, count, in: group) }
        for variable in variables {
            switch variable.values {
            case .numbers(let values):
                let dataset = try writer.variable(
                    variable.name, type: Double.fileType, over: variable.axes, in: group, fill: NetCDFWriter.fill,
                    attributes: variable.attributes)
                try dataset.write(values.map { $0.isFinite ? $0 : NetCDFWriter.fill })
            case .integers(let values):
                let dataset = try writer.variable(
                    variable.name, type: Int32.fileType, over: variable.axes, in: group,
                    attributes: variable.attributes)
                try dataset.write(values)
            case .texts(let texts):
                try writer.text(
                    variable.name, texts, over: variable.axes[0], in: group, attributes: variable.attributes)
            }
        }
    }

    /// The first number that no dimension of the file has.
    static func nextNumber(in group: HDF5Group, depth: Int = 0) throws -> Int32 {
        guard depth < deepest else {
            throw HDF5Error(
                file: group.file, attempt: "number the dimensions", message: "its groups are nested too deep")
        }
        var next: Int32 = 0
        for name in try group.members() {
            if try group.isDataset(name) {
                let dataset = try group.dataset(name)
                if dataset.hasAttribute("_Netcdf4Dimid") {
                    next = max(next, try dataset.numberAttribute("_Netcdf4Dimid", as: Int32.self) &+ 1)
                }
            } else {
                next = max(next, try nextNumber(in: group.group(name), depth: depth + 1))
            }
        }
        return next
    }
}
