/// A netCDF-4 file of somebody else's, open for reading: variables of its root group, as plain numbers and texts.
public final class NetCDFFile: Sendable {
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

    private let file: any AnsweringFile

    /// Opens a file.
    public init(path: String) throws(ArchiveError) {
        file = try ForeignFiles.open(path, as: .netCDF)
        names = try file.texts(.netCDFNames)
        self.path = path
    }

    /// The lengths of a variable's axes.
    public func shape(of name: String) throws(ArchiveError) -> [Int] { try file.extents(.netCDFShape(name)) }

    /// All values of a variable, unpacked.
    public func values(of name: String) throws(ArchiveError) -> Values {
        switch try file.answer(.netCDFValues(name)) {
        case .texts(let texts): return .texts(texts)
        case .numbers(let numbers): return .numbers(numbers)
        default: throw .system(path: path, attempt: "read '\(name)'", message: "it holds neither numbers nor texts")
        }
    }

    /// A text attribute of a variable, or of the file where `name` is nil; nil where there is none.
    public func text(_ key: String, of name: String? = nil) throws(ArchiveError) -> String? {
        try file.text(.netCDFText(key, variable: name))
    }
}

/// A netCDF-4 file that this process reads.
final class NetCDFContents: AnsweringFile, @unchecked Sendable {
    // Touched on the library's queue only; that makes the class safe to share.
    private let file: HDF5File

    private static let bareDimension = "This is a netCDF dimension but not a netCDF variable"

    init(path: String) throws(ArchiveError) {
        file = try withLibrary { try HDF5File.open(path) }
    }

    func answer(_ question: FileQuestion) throws(ArchiveError) -> FileAnswer {
        try withLibrary { try find(question) }
    }

    private func find(_ question: FileQuestion) throws -> FileAnswer {
        switch question {
        case .netCDFNames:
            return .texts(
                try file.members().filter { name in
                    guard try file.isDataset(name) else { return false }
                    let dataset = try file.dataset(name)
                    let title = dataset.hasAttribute("NAME") ? try dataset.textAttribute("NAME") : ""
                    return !title.hasPrefix(NetCDFContents.bareDimension)
                })
        case .netCDFShape(let name): return .extents(try file.dataset(name).shape())
        case .netCDFValues(let name): return try values(of: file.dataset(name))
        case .netCDFText(let key, let name):
            let object: HDF5Object = if let name { try file.dataset(name) } else { file }
            guard object.hasAttribute(key), let text = try? object.textAttribute(key) else { return .nothing }
            return .text(text)
        default: return .nothing
        }
    }

    private func values(of dataset: HDF5Dataset) throws -> FileAnswer {
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
