import ArgumentParser

/// Compares the policies of an archive.
struct Compare: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Compare the policies of an archive: mean, p10, p90 and worst of each outcome.",
        discussion: "A star marks the policies that no other dominates in the means of all outcomes.")

    @Argument(help: "The archive.", completion: .file(extensions: ["h5", "nc"]))
    var archive: String

    @Flag(help: "Print one JSON object: policies with rank, outcomes and robustness.")
    var json = false

    func run() throws {
        try Simulation.conclude(archive: archive, json: json)
    }
}
