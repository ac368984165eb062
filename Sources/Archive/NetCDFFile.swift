/// A netCDF-4 file of somebody else's, open for reading: variables of its root group, as plain numbers and texts.
public final class NetCDFFile: @unchecked Sendable {
    /// What a variable holds, in the order of the file: the last axis runs fastest.
    public enum Values: Sendable, Equatable {
        /// Numbers of whatever type; NaN where the file says that there is none.
        case numbers([Double])
        /// Texts.
        case texts([String])
    }

    /// Where it is.
    public let path: String
    /// The names of its variables, in the order of the file.
    public let names: [String]

    // Touched on the library's queue only; that makes the class safe to share.
    private let file: HDF5File

    private static let bareDimension = "This is a netCDF dimension but not a netCDF variable"

    /// Opens a file.
    public init(path: String) throws(ArchiveError) {
        let (file, names) = try withLibrary {
            let file = try HDF5File.open(path)
            let names = try file.members().filter { name in
                guard file.isDataset(name) else { return false }
                let dataset = try file.dataset(name)
                let title = dataset.hasAttribute("NAME") ? try dataset.textAttribute("NAME") : ""
                return !title.hasPrefix(NetCDFFile.bareDimension)
            }
            return (file, names)
        }
        self.path = path
        self.file = file
        self.names = names
    }

    /// The lengths of a variable's axes.
    public func shape(of name: String) throws(ArchiveError) -> [Int] {
        try withLibrary { try file.dataset(name).shape() }
    }

    /// All values of a variable, unpacked.
    public func values(of name: String) throws(ArchiveError) -> Values {
        try withLibrary {
            let dataset = try file.dataset(name)
            if try dataset.isText() { return .texts(try dataset.readTexts()) }
            let stored = try dataset.read(as: Double.self)
            func attribute(_ key: String) throws -> Double? {
                dataset.hasAttribute(key) ? try dataset.numberAttribute(key, as: Double.self) : nil
            }
            let missing = try [attribute("_FillValue"), attribute("missing_value")].compactMap { $0 }
            let (scale, offset) = (try attribute("scale_factor") ?? 1, try attribute("add_offset") ?? 0)
            if missing.allSatisfy(\.isNaN), scale == 1, offset == 0 { return .numbers(stored) }
            return .numbers(stored.map { missing.contains($0) ? .nan : $0 * scale + offset })
        }
    }

    /// A text attribute of a variable, or of the file where `name` is nil; nil where there is none.
    public func text(_ key: String, of name: String? = nil) throws(ArchiveError) -> String? {
        try withLibrary {
            let object: HDF5Object = if let name { try file.dataset(name) } else { file }
            return object.hasAttribute(key) ? try? object.textAttribute(key) : nil
        }
    }
}
