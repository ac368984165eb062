internal import Archive
import Foundation
import WorldModel

/// A path that names somebody's network, and what it is.
public struct CaseFile: Sendable {
    /// The formats that are read.
    public enum Format: String, Sendable {
        /// A MATPOWER case, `.m`.
        case matpower
        /// A folder of CSV files as PyPSA writes it.
        case pypsaFolder
        /// A netCDF file as PyPSA writes it.
        case pypsaNetCDF
    }

    /// Where it is.
    public let path: String
    /// What it is.
    public let format: Format

    /// Looks at a path; throws `CaseError` where there is nothing that could be read.
    public init(path: String) throws(CaseError) {
        let files = FileManager.default
        var plain = path
        while plain.count > 1, plain.hasSuffix("/") { plain.removeLast() }
        self.path = plain
        var isFolder: ObjCBool = false
        guard !path.isEmpty, files.fileExists(atPath: plain, isDirectory: &isFolder) else {
            throw .missing(path: path)
        }
        if isFolder.boolValue {
            guard files.fileExists(atPath: plain + "/buses.csv") else {
                throw .unknownFormat(
                    path: path,
                    reason: files.fileExists(atPath: plain + "/world.yaml")
                        ? "a world, which `worldlines run` simulates" : "a folder without `buses.csv`")
            }
            format = .pypsaFolder
            return
        }
        if let what = PlainFile.special(plain) { throw .special(path: path, what: what) }
        guard files.isReadableFile(atPath: plain) else { throw .closed(path: path) }
        let start = FileHandle(forReadingAtPath: plain).flatMap { try? $0.read(upToCount: 8) } ?? Data()
        if start.starts(with: [0x89, 0x48, 0x44, 0x46]) {
            format = .pypsaNetCDF
        } else if start.starts(with: Array("CDF".utf8)) {
            throw .unknownFormat(
                path: path, reason: "a netCDF file of the classic format: write it as netCDF-4 (`format=\"NETCDF4\"`)")
        } else if start.starts(with: Array("MATLAB".utf8)) {
            throw .unknownFormat(
                path: path, reason: "a MATLAB data file: write it as text with `savecase('case.m', mpc)`")
        } else if plain.hasSuffix(".m") {
            format = .matpower
        } else {
            throw .unknownFormat(path: path, reason: "neither a `.m` file nor netCDF-4")
        }
    }

    /// Reads the case; throws every finding of all its files at once, or what the system or the HDF5 library said.
    public func read(convention: SusceptanceConvention = .matpower) throws -> GridCase {
        let collector = Collector()
        var grid: GridCase
        switch format {
        case .matpower:
            guard let bytes = try? PlainFile.read(path) else { throw CaseError.closed(path: path) }
            grid = MatpowerReader.read(bytes, file: path, convention: convention, collector)
        case .pypsaFolder:
            grid = PyPSAReader.read(try PyPSAFolder.read(path, collector), place: path, collector)
        case .pypsaNetCDF:
            grid = PyPSAReader.read(try PyPSANetCDF.read(path, collector), place: path, collector)
        }
        try collector.check()
        grid.warnings = collector.warnings
        return grid
    }

    /// The last part of a path without its ending.
    static func stem(of path: String) -> String {
        ((path as NSString).lastPathComponent as NSString).deletingPathExtension
    }
}

/// Why a path can't be read as a case.
public enum CaseError: Error, Sendable, CustomStringConvertible {
    /// There is nothing.
    case missing(path: String)
    /// It may not be read.
    case closed(path: String)
    /// It is neither a file nor a folder, but for example a named pipe.
    case special(path: String, what: String)
    /// It is something else.
    case unknownFormat(path: String, reason: String)

    /// What is wrong, and what is read.
    public var description: String {
        switch self {
        case .missing(let path): path.isEmpty ? "an empty text is no path" : "\(path): no such file or folder"
        case .closed(let path): "\(path): you may not read it"
        case .special(let path, let what): "\(path): \(what), where a file or a folder is wanted"
        case .unknownFormat(let path, let reason):
            """
            \(path): \(reason); a case is a MATPOWER `.m` file, a PyPSA folder with `buses.csv`, or a PyPSA netCDF file
            """
        }
    }
}
