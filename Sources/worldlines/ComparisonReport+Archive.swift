import Archive

extension ComparisonReport {
    /// Compares the policies of an archive by its outcomes.
    init(archive file: ArchiveFile) throws {
        let names = try file.outcomes()
        var headings: [Heading] = []
        var values: [[Double]] = []
        for name in names {
            let variable = "outcome_\(name)"
            headings.append(
                Heading(
                    name: name, unit: try file.unit(of: variable),
                    minimize: try file.attribute("direction", of: variable) != "maximize"))
            values.append(try file.values(of: variable))
        }
        self.init(
            title: "\(file.title): \(counted(file.policies.count, "policy", "policies")), "
                + "\(counted(file.samples, "sample")), \(file.years.lowerBound)-\(file.years.upperBound)",
            policies: file.policies, samples: file.samples, headings: headings, values: values)
    }
}
