import Archive
import Foundation
import WorldModel

/// The study that an archive or its parts keep, as it was simulated.
struct KeptRun {
    let description: RunDescription
    private let files: [ArchiveLayout.Source]

    /// What the parts folder of an archive keeps.
    init(archive: String) throws {
        let folder = PartsFolder.path(of: archive)
        guard FileManager.default.fileExists(atPath: folder + "/run.json") else {
            throw Failure.inputOutput(
                "\(folder): no parts of a run are there; `worldlines run STUDY -o \(archive)` begins one")
        }
        (description, files) = try PartsFolder.kept(archive: archive)
    }

    /// The study, with other samples where they are named.
    func study(samples: Int? = nil) throws -> Study {
        try Study.load(files: files.map { SourceFile(path: $0.path, bytes: $0.bytes) }, study: description.study).with(
            samples: samples ?? description.samples, years: description.firstYear...description.lastYear,
            seed: description.seed)
    }
}

extension ArchiveFile {
    /// The study that the archive keeps, as it was simulated.
    func study() throws -> Study {
        let kept = try sources()
        return try Study.load(
            files: kept.files.map { SourceFile(path: $0.path, bytes: $0.bytes) }, study: kept.study
        ).with(samples: samples, years: years, seed: seed)
    }
}
