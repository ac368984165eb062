import Archive
import Foundation
import WorldModel

/// The study that an archive or its parts keep, as it was simulated.
struct KeptRun {
    let description: RunDescription
    private let archive: String

    /// What the parts folder of an archive keeps.
    init(archive: String) throws {
        let folder = PartsFolder.path(of: archive)
        guard FileManager.default.fileExists(atPath: folder + "/run.json") else {
            throw Failure.inputOutput(
                "\(folder): no parts of a run are there; `worldlines run STUDY -o \(archive)` begins one")
        }
        description = try PartsFolder.kept(archive: archive).run
        self.archive = archive
    }

    /// The study, with other samples where they are named.
    func study(samples: Int? = nil) throws -> Study {
        try PartsFolder.study(archive: archive, samples: samples).study
    }
}
