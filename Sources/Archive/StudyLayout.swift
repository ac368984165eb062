public import Branching
public import WorldModel

extension ArchiveLayout {
    /// The layout of a study's archive.
    ///
    /// - Parameter stateColumns: those of the kernel that steps its world.
    public init(study: Study, tree: Tree, stateColumns: [ColumnShape], keepStates: KeepStates = .all) {
        let world = study.world
        let cities = world.table("cities")
        self.init(
            title: world.title.isEmpty ? study.name : "\(world.title): \(study.name)", study: study.name,
            question: study.question, world: world.name, licence: world.licence, currency: world.currency,
            epoch: world.start, seed: study.seed, samples: study.samples, tree: tree,
            variables: world.recordedVariables.map {
                // What a year brings is recorded by the year, whatever the step.
                let isRate = world.step > 1 && $0.cellMethod == .sum
                return Variable(
                    name: $0.name, dimension: $0.dimension?.rawValue, count: world.count(of: $0),
                    unit: isRate ? $0.unit + "/yr" : $0.unit, longName: $0.longName,
                    cellMethod: isRate ? "mean" : $0.cellMethod.rawValue)
            },
            entities: [
                Entities(
                    dimension: "city", names: cities.ids, latitudes: cities.fixed("y"), longitudes: cities.fixed("x"))
            ]
                + world.recordedDimensions.filter { $0 != .city }.map {
                    Entities(dimension: $0.rawValue, names: world.entities(of: $0))
                },
            levers: study.levers.enumerated().map { index, lever in
                Lever(name: lever.name, options: tree.policies.map { study.option(of: index, policy: $0) })
            },
            ranges: study.policies == nil
                ? []
                : study.ranges.map { range in
                    Range(
                        name: range.name, unit: range.range.unit,
                        values: tree.policies.map { study.value(of: range, policy: $0) })
                },
            uncertainties: study.uncertainties,
            draw: study.effects.draw(sample:),
            shocks: study.effects.shocks.enumerated().map { index, shock in
                Shock(
                    name: shock.name, date: Double(shock.year) + Double(shock.day) / 365,
                    strikes: (0..<study.samples).map { study.effects.strikes(shock: index, sample: $0) })
            },
            outcomes: study.outcomes.compactMap { outcome in
                world.recordedVariables.firstIndex(of: outcome.variable).map { variable in
                    Outcome(
                        name: outcome.name, unit: outcome.unit, variable: variable, minimize: outcome.minimize,
                        limits: outcome.limits
                    ) { yearly, sample, policy in
                        study.value(of: outcome, yearly, sample: sample, choices: tree.policies[policy].choices)
                    }
                }
            },
            stateColumns: stateColumns, keepStates: keepStates, studyDigest: study.digest,
            sources: study.sources, sourcePath: study.sourcePath)
    }
}

extension Study {
    /// The option of a lever that a policy ends with; empty where it never decides.
    func option(of lever: Int, policy: Tree.Policy) -> String {
        let taken = decisions.indices.last { decisions[$0].lever == lever && policy.choices[$0] >= 0 }
        return taken.map { decisions[$0].alternatives[policy.choices[$0]].label } ?? ""
    }

    /// The number that a policy has in a range; not a number where it chose another option.
    func value(of range: DecisionRange, policy: Tree.Policy) -> Double {
        let choice = policy.choices[range.decision]
        guard choice >= 0 else { return .nan }
        let alternative = decisions[range.decision].alternatives[choice]
        return alternative.option == range.option && range.place < alternative.values.count
            ? alternative.values[range.place] : .nan
    }

    /// The study that these files and numbers describe, as an archive or a parts folder keeps them.
    init(
        files: [SourceFile], path: String, samples: Int, years: ClosedRange<Int>, seed: UInt64
    ) throws(Findings) {
        if path.isEmpty {
            let world = try World.load(files: files)
            guard years.lowerBound == world.start, (years.upperBound - years.lowerBound) % world.step == 0 else {
                throw Findings([
                    Finding(
                        file: "world.yaml", path: "start",
                        message: "the kept run has the years \(years.lowerBound) to \(years.upperBound)",
                        remedy: "its years begin in \(world.start), in steps of \(world.step)")
                ])
            }
            self.init(world: world, years: years, samples: samples, seed: seed)
        } else {
            self = try Study.load(files: files, study: path, samples: samples, years: years, seed: seed)
        }
    }
}

extension ArchiveFile {
    /// The study that it was made from, with the samples, years and seed that it has.
    ///
    /// - Throws: `ArchiveError` or `Findings`.
    public func study() throws -> Study {
        let (files, path) = try sources()
        let study = try Study(files: files, path: path, samples: samples, years: years, seed: seed)
        guard study.world.step == step, Tree(study: study).policies.count == policies.count else {
            throw ArchiveError.damagedArchive(
                path: self.path,
                reason: "its \(policies.count) policies or its steps aren't those of the study that it keeps")
        }
        return study
    }
}

extension PartsFolder {
    /// The study of the run or search that an archive's parts folder keeps.
    ///
    /// - Parameter samples: other than the run had.
    /// - Throws: `ArchiveError` or `Findings`.
    public static func study(
        of archive: String, _ description: RunDescription, samples: Int? = nil
    ) throws -> Study {
        try Study(
            files: KeptSources.read(from: path(of: archive)), path: description.study,
            samples: samples ?? description.samples, years: description.years, seed: description.seed)
    }
}
