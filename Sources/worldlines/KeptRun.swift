import Archive
import WorldModel

/// The run or the search that the parts of an archive keep.
struct KeptRun {
    let description: RunDescription
    private let archive: String

    /// What the parts folder of an archive keeps.
    init(archive: String) throws {
        guard let description = try PartsFolder.description(of: archive) else {
            let folder = PartsFolder.path(of: archive)
            throw Failure.inputOutput(
                "\(folder): no parts of a run are there; `worldlines run STUDY -o \(archive)` begins one")
        }
        self.description = description
        self.archive = archive
    }

    /// The study, with other samples where they are named.
    func study(samples: Int? = nil) throws -> Study {
        try PartsFolder.study(of: archive, description, samples: samples)
    }
}
