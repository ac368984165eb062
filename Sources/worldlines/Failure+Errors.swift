import Archive
import Foundation
import Optimizer
import WorldModel

extension Failure {
    /// How an error of another room ends a command; nil for the argument parser's own.
    init?(_ error: any Error) {
        switch error {
        case let failure as Failure: self = failure
        case let findings as Findings: self = .badData(findings.description)
        case let error as ArchiveError: self = Failure(status: Failure.status(of: error), message: error.description)
        case let error as HDF5Error: self = .inputOutput(error.description)
        case let error as TableError: self = .badData(error.description)
        case let error as CocoaError: self = .inputOutput(error.localizedDescription)
        default: return nil
        }
    }

    private static func status(of error: ArchiveError) -> Int32 {
        switch error {
        case .library, .system: ExitStatus.inputOutput
        case .notAnArchive, .unknownVersion, .otherDigest, .damagedPart, .missingParts: ExitStatus.badData
        case .unknownName, .outOfRange: ExitStatus.usage
        }
    }
}
