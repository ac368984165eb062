import Archive
import Branching
import Cases
import Foundation
import Optimizer
import WorldModel

extension Failure {
    /// How an error of another module ends a command; nil for the argument parser's own.
    init?(_ error: any Error) {
        guard let plain = Failure(plain: error) else { return nil }
        let isFull = ["no space left on device", "disk quota exceeded"].contains(
            where: plain.message.lowercased().contains)
        self =
            isFull
            ? Failure(
                status: plain.status,
                message: plain.message
                    + "\n    free space on that disk, or write to another, and give the same command again; "
                    + "finished parts are kept, and parts of archives that are complete (*.parts) may go")
            : plain
    }

    private init?(plain error: any Error) {
        switch error {
        case let failure as Failure: self = failure
        case let findings as Findings: self = .badData(findings.description)
        case let error as ArchiveError:
            self = Failure(status: Failure.status(of: error), message: Failure.brief(error.description))
        case let error as CaseError:
            self = Failure(status: Failure.status(of: error), message: error.description)
        case let error as CaseClearing.Unsupported: self = .badData(error.description)
        case let error as HDF5Error: self = .inputOutput(Failure.brief(error.description))
        case let error as TableError: self = .badData(error.description)
        case let error as Experiments.Refusal: self = .badData(error.description)
        case let error as SearchError: self = .badData(error.description)
        case let error as ObjectiveError: self = .badData(error.description)
        case let error as ChoiceError: self = .badData(error.description)
        case let error as MissingSegment: self = .badData(error.description)
        case let error as CocoaError:
            let place = error.filePath ?? error.url?.path
            self = .inputOutput((place.map { "\($0): " } ?? "") + error.localizedDescription)
        default: return nil
        }
    }

    /// What the system said, where HDF5 wraps it in a report of its own.
    private static func brief(_ text: String) -> String {
        guard let report = text.range(of: "HDF5 says"), let found = text.range(of: "error message = '"),
            let end = text[found.upperBound...].firstIndex(of: "'")
        else { return text }
        return text[..<report.lowerBound] + text[found.upperBound..<end].lowercased()
    }

    private static func status(of error: CaseError) -> Int32 {
        switch error {
        case .missing, .closed, .special: ExitStatus.inputOutput
        case .unknownFormat: ExitStatus.badData
        }
    }

    private static func status(of error: ArchiveError) -> Int32 {
        switch error {
        case .library, .system, .broken: ExitStatus.inputOutput
        case .notAnArchive, .unknownVersion, .otherDigest, .damagedPart, .damagedArchive, .missingParts:
            ExitStatus.badData
        case .unknownName, .outOfRange: ExitStatus.usage
        }
    }
}
