import Foundation
import Yams

extension Study {
    /// The study of files kept elsewhere, as `sources` lists them; `study` is its path among them.
    ///
    /// - Parameters:
    ///   - samples: instead of the file's number.
    ///   - years: instead of the file's.
    ///   - seed: instead of the file's.
    public static func load(
        files: [SourceFile], study: String, samples: Int? = nil, years: ClosedRange<Int>? = nil, seed: UInt64? = nil
    ) throws(Findings) -> Study {
        let overrides = Overrides(samples: samples, years: years.map { years in { _, _ in years } }, seed: seed)
        return try StudyReader(FileSource(files: files), study, overrides).read()
    }

    /// The study with other numbers; decisions and shocks after the last year fall away.
    ///
    /// Other years or another seed read its files again: where they are known before, `load` takes them.
    public func with(samples: Int?, years: ClosedRange<Int>?, seed: UInt64?) throws(Findings) -> Study {
        let (last, draws) = (years ?? self.years, seed ?? self.seed)
        var study = self
        if last != self.years || draws != self.seed {
            study =
                sourcePath.isEmpty
                ? Study(world: world, years: last, samples: self.samples, seed: draws)
                : try Study.load(files: sources, study: sourcePath, samples: self.samples, years: last, seed: draws)
        }
        study.samples = samples ?? self.samples
        return study
    }

    /// A study without levers, uncertainties, shocks and outcomes: one policy.
    public init(world: World, years: ClosedRange<Int>, samples: Int, seed: UInt64) {
        let builder = EffectBuilder(world: world)
        self.init(
            name: world.name, question: "", world: world, years: years, seed: seed, samples: samples, levers: [],
            decisions: [], policies: nil, uncertainties: [], outcomes: [],
            effects: builder.plan(levers: [], shocks: [], seed: seed),
            sourcePath: "", sources: world.sources, warnings: [],
            digest: StudyReader.digest(world: world, years: years, seed: seed, files: [], entries: []))
    }
}

/// What a command line says instead of a study's file.
public struct Overrides {
    /// Instead of the file's number.
    public var samples: Int?
    /// The years instead of the file's, from these and the years of a step.
    public var years: ((_ written: ClosedRange<Int>, _ step: Int) -> ClosedRange<Int>)?
    /// Instead of the file's.
    public var seed: UInt64?

    /// What is nil stays as it is written.
    public init(
        samples: Int? = nil, years: ((_ written: ClosedRange<Int>, _ step: Int) -> ClosedRange<Int>)? = nil,
        seed: UInt64? = nil
    ) {
        self.samples = samples
        self.years = years
        self.seed = seed
    }
}

/// Reads a study file and the world it is about.
final class StudyReader {
    let source: FileSource
    let file: String
    let overrides: Overrides
    /// What the file holds, where it was parsed before.
    let parsed: [YAMLEntry]?
    let collector = Collector()
    let yaml: YAMLReader

    init(_ source: FileSource, _ file: String, _ overrides: Overrides, parsed: [YAMLEntry]? = nil) {
        self.source = source
        self.file = file
        self.overrides = overrides
        self.parsed = parsed
        yaml = YAMLReader(file: file, collector: collector)
    }

    /// The study; throws the findings of all files together.
    ///
    /// `withoutWorld` is why there is no world to hold it against.
    func read(withoutWorld reason: Finding? = nil) throws(Findings) -> Study {
        let reader = WorldReader(source, collector)
        if let reason { collector.add(reason) }
        var world = reason == nil ? reader.draft() : reader.blank()
        guard let bytes = source.open(file, namedIn: file, line: nil, collector), let root = parsed ?? yaml.root(bytes)
        else { throw Findings(collector.findings) }
        let entries = yaml.refuse(root, except: Schema.studyKeys.names, path: nil)
        func entry(_ key: String) -> YAMLEntry? { entries.first { $0.key == key } }
        func text(_ key: String) -> String? { entry(key).flatMap { yaml.text($0.value, path: key) } }
        for key in ["study", "years"] where entry(key) == nil {
            collector.add(
                file, nil, key, "`\(key)` is missing",
                key == "study"
                    ? "write `study: name`"
                    : "write `years: "
                        + (world.doubts.start ? "2026-2050`" : "\(world.start)-\(world.start + 24)`"))
        }
        let given = readYears(entry("years")).map { overrides.years?($0, world.step) ?? $0 }
        let years = given ?? 1700...4000
        if let given { checkYears(given, world, entry("years")?.line) }
        let samples =
            overrides.samples
            ?? entry("samples").flatMap { yaml.integer($0.value, path: "samples", range: 1...1_000_000_000) } ?? 1
        if samples < 1 { collector.add(file, nil, "samples", "\(samples) samples", "allowed: 1 or more") }
        let seed = overrides.seed ?? readSeed(entry("seed"))

        let builder = EffectBuilder(world: world)
        let effects = EffectReader(world: world, yaml: yaml, source: source, builder: builder)
        let levers = effects.levers(entry("levers"))
        let decisions = readDecisions(entry("decisions"), levers, years, step: world.step)
        refuseFirstDay(world, decisions, effects, years, entry("decisions")?.line)
        let listed = readPolicies(entry("policies"), levers, decisions)
        let uncertainties = effects.uncertainties(entry("uncertainties"))
        effects.correlations(entry("correlation"), uncertainties)
        let shocks = readShocks(entry("shocks"), effects, years)
        var outcomeReader = OutcomeReader(world: world, yaml: yaml, years: given, isShortened: overrides.years != nil)
        let outcomes = outcomeReader.outcomes(entry("outcomes"))
        world.carbonPulses = outcomeReader.world.carbonPulses
        world.recordedNames = readRecord(entry("record"), world, outcomes)
        warn(world, levers, decisions, outcomes, effects, entry)
        try collector.check()
        let plan = builder.plan(
            levers: decisions.map { ($0.year, effects.options[$0.lever]) }, shocks: shocks, seed: seed)
        let all = source.sources
        let columns = all.filter { each in !world.sources.contains { $0.path == each.path } && each.path != file }
        let study = Study(
            name: text("study") ?? "", question: text("question") ?? "", world: world, years: years, seed: seed,
            samples: samples, levers: levers, decisions: decisions, policies: nil, uncertainties: uncertainties,
            outcomes: outcomes,
            effects: plan, sourcePath: file, sources: all, warnings: collector.warnings,
            digest: StudyReader.digest(world: world, years: years, seed: seed, files: columns, entries: entries))
        return listed.map(study.with(policies:)) ?? study
    }

    /// What `record:` lists and what outcomes are of; nil without it, for everything.
    func readRecord(_ entry: YAMLEntry?, _ world: World, _ outcomes: [Outcome]) -> Set<String>? {
        guard let entry, let names = yaml.texts(entry.value, path: "record") else { return nil }
        let known = world.computedVariables.map(\.name)
        for name in names where !known.contains(name) && world.doubts.sections.isEmpty {
            yaml.problem(
                entry.value, "record", "`\(name)` is not recorded in this world", Nearest.remedy(name, among: known))
        }
        return Set(names).union(outcomes.map(\.variable.name))
    }
}

/// The calendar of every world: 365 days, no 29 February.
enum Calendar365 {
    /// Year and day, 0 = 1 January, of `2035-07-01`; nil where it is no date.
    static func date(_ text: String) -> (year: Int, day: Int)? {
        let lengths = CivilDate.monthLengths
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 3, let year = Int(parts[0]), let month = Int(parts[1]), let day = Int(parts[2]),
            (0...1_000_000).contains(year), (1...12).contains(month), (1...lengths[month - 1]).contains(day)
        else { return nil }
        return (year, lengths[..<(month - 1)].reduce(0, +) + day - 1)
    }
}
