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
        try StudyReader(FileSource(files: files), study, Overrides(samples: samples, years: years, seed: seed)).read()
    }

    /// The study with other numbers; decisions and shocks after the last year fall away.
    public func with(samples: Int?, years: ClosedRange<Int>?, seed: UInt64?) throws(Findings) -> Study {
        let overrides = Overrides(
            samples: samples ?? self.samples, years: years ?? self.years, seed: seed ?? self.seed)
        if sourcePath.isEmpty {
            return Study(
                world: world, years: years ?? self.years, samples: samples ?? self.samples, seed: seed ?? self.seed)
        }
        return try StudyReader(FileSource(files: sources), sourcePath, overrides).read()
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

/// What a command line says instead of the file.
struct Overrides {
    var samples: Int?
    var years: ClosedRange<Int>?
    var seed: UInt64?
}

/// Reads a study file and the world it is about.
final class StudyReader {
    let source: FileSource
    let file: String
    let overrides: Overrides
    let collector = Collector()
    let yaml: YAMLReader

    init(_ source: FileSource, _ file: String, _ overrides: Overrides) {
        self.source = source
        self.file = file
        self.overrides = overrides
        yaml = YAMLReader(file: file, collector: collector)
    }

    /// The study; throws the findings of all files together.
    ///
    /// `withoutWorld` is why there is no world to hold it against.
    func read(withoutWorld reason: Finding? = nil) throws(Findings) -> Study {
        let reader = WorldReader(source, collector)
        if let reason { collector.add(reason) }
        var world = reason == nil ? reader.draft() : reader.blank()
        guard let bytes = source.open(file, namedIn: file, line: nil, collector), let root = yaml.root(bytes)
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
        let given = overrides.years ?? readYears(entry("years"))
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
    private func readRecord(_ entry: YAMLEntry?, _ world: World, _ outcomes: [Outcome]) -> Set<String>? {
        guard let entry, let names = yaml.texts(entry.value, path: "record") else { return nil }
        let known = world.computedVariables.map(\.name)
        for name in names where !known.contains(name) && world.doubts.sections.isEmpty {
            yaml.problem(
                entry.value, "record", "`\(name)` is not recorded in this world", Nearest.remedy(name, among: known))
        }
        return Set(names).union(outcomes.map(\.variable.name))
    }

    // MARK: Years, seed, decisions, shocks

    /// The most decisions of a study, as many as it may have steps.
    private static let mostDecisions = 1000

    /// The years that can be counted with; a world has far fewer.
    private static let possibleYears = 0...1_000_000

    private func readYears(_ entry: YAMLEntry?) -> ClosedRange<Int>? {
        guard let entry, let text = yaml.text(entry.value, path: "years") else { return nil }
        let parts = text.split(separator: "-").map { part in
            Int(String(part).trimmed).flatMap { StudyReader.possibleYears.contains($0) ? $0 : nil }
        }
        if parts.count == 1, let year = parts[0] { return year...year }
        guard parts.count == 2, let first = parts[0], let last = parts[1], first <= last else {
            yaml.problem(
                entry.value, "years", "`\(text)` is not a span of years", "write the first and the last, as 2026-2050")
            return nil
        }
        return first...last
    }

    private func checkYears(_ years: ClosedRange<Int>, _ world: World, _ line: Int?) {
        if years.lowerBound != world.start, !world.doubts.start {
            collector.add(
                file, line, "years", "the first year \(years.lowerBound) is not the world's start",
                "begin with \(world.start), which its tables describe")
        }
        let span = years.upperBound - years.lowerBound
        if span % world.step != 0 {
            let last = years.upperBound - span % world.step
            collector.add(
                file, line, "years",
                "the last year \(years.upperBound) begins no step: the world's steps of \(world.step) years begin in "
                    + "\(years.lowerBound), \(years.lowerBound + world.step) ...",
                "end with \(last) or \(last + world.step)")
        }
        if span / world.step >= 1000 {
            collector.add(file, line, "years", "\(span / world.step + 1) steps", "allowed: at most 1000")
        }
        guard world.hasSection("climate"), !world.doubts.emissions, let first = world.emissions.first,
            let last = world.emissions.last
        else {
            return
        }
        if first.year > years.lowerBound || last.year < years.upperBound {
            collector.add(
                file, line, "years",
                "the emissions cover \(first.year) to \(last.year), the study "
                    + "\(years.lowerBound) to \(years.upperBound)",
                "add the missing years to `\(world.text("climate", "emissions"))`, or shorten the study")
        }
    }

    private func readSeed(_ entry: YAMLEntry?) -> UInt64 {
        guard let entry, let text = yaml.text(entry.value, path: "seed") else { return 1 }
        guard let seed = UInt64(text) else {
            yaml.problem(
                entry.value, "seed", "`\(text)` is not a seed", "write a whole number from 0 to \(UInt64.max)")
            return 1
        }
        return seed
    }

    private func readDecisions(
        _ entry: YAMLEntry?, _ levers: [Lever], _ years: ClosedRange<Int>, step: Int
    ) -> [Decision] {
        guard let entry else { return [] }
        let names = levers.map(\.name)
        var isWhole = true
        var drafts: [(year: Int, lever: Int, when: YAMLEntry?)] = []
        for (index, node) in (yaml.sequence(entry.value, path: "decisions") ?? []).enumerated() {
            let path = "decisions[\(index)]"
            guard let written = yaml.mapping(node, path: path) else {
                isWhole = false
                continue
            }
            let keys = yaml.refuse(written, except: Schema.decisionKeys.names, path: path)
            guard let yearKey = keys.first(where: { $0.key == "year" }),
                let leverKey = keys.first(where: { $0.key == "lever" })
            else {
                yaml.problem(node, path, "a decision needs `year` and `lever`", "write `{year: 2028, lever: name}`")
                isWhole = false
                continue
            }
            let year = yaml.integer(yearKey.value, path: path + ".year", range: 1700...4000)
            let name = yaml.text(leverKey.value, path: path + ".lever")
            let lever = names.firstIndex { $0 == name }
            if let name, lever == nil, !names.isEmpty || collector.isClean("levers") {
                yaml.problem(
                    leverKey.value, path, "there is no lever `\(name)`", Nearest.remedy(name, among: names))
            }
            guard let year, let lever else {
                isWhole = false
                continue
            }
            if year > years.upperBound, overrides.years != nil { continue }
            if !years.contains(year) {
                yaml.problem(
                    yearKey.value, path, "the year \(year) is outside the study's",
                    "allowed: \(years.lowerBound) to \(years.upperBound)")
            }
            if (year - years.lowerBound) % step != 0 {
                yaml.problem(
                    yearKey.value, path, "the year \(year) begins no step of \(step) years",
                    "steps begin in \(years.lowerBound), \(years.lowerBound + step), \(years.lowerBound + 2 * step) ..."
                )
            }
            drafts.append((year, lever, keys.first { $0.key == "when" }))
        }
        if drafts.count > StudyReader.mostDecisions {
            collector.add(
                file, entry.line, "decisions", "\(drafts.count) decisions",
                "allowed: at most \(StudyReader.mostDecisions)")
            return []
        }
        let order = drafts.enumerated().sorted { ($0.element.year, $0.offset) < ($1.element.year, $1.offset) }
            .map(\.element)
        return order.enumerated().map { index, draft in
            let earlier = order[..<index].map(\.lever)
            return Decision(
                year: draft.year, lever: draft.lever,
                conditions: conditions(
                    draft.when, earlier: earlier, levers, "decisions[\(index)].when", isWhole: isWhole),
                alternatives: levers[draft.lever].options.enumerated().map {
                    Alternative(option: $0, values: [], label: $1)
                })
        }
    }

    private func conditions(
        _ when: YAMLEntry?, earlier: [Int], _ levers: [Lever], _ path: String, isWhole: Bool
    ) -> [Int: Set<Int>] {
        var conditions: [Int: Set<Int>] = [:]
        guard let when else { return conditions }
        for key in yaml.mapping(when.value, path: path) ?? [] {
            guard let decision = earlier.lastIndex(where: { levers[$0].name == key.key }) else {
                if !isWhole { continue }
                collector.add(
                    file, key.line, path, "`\(key.key)` is not decided earlier",
                    earlier.isEmpty
                        ? "no decision is earlier: take `when` out"
                        : Nearest.remedy(key.key, among: earlier.map { levers[$0].name }))
                continue
            }
            let options = levers[earlier[decision]].options
            conditions[decision] = []
            for name in yaml.texts(key.value, path: path) ?? [] {
                if let option = options.firstIndex(of: name) {
                    conditions[decision]?.insert(option)
                } else {
                    collector.add(
                        file, key.line, path, "`\(name)` is not an option of `\(key.key)`",
                        Nearest.remedy(name, among: options))
                }
            }
        }
        return conditions
    }

    private func readShocks(_ entry: YAMLEntry?, _ effects: EffectReader, _ years: ClosedRange<Int>) -> [Shock] {
        guard let entry else { return [] }
        var shocks: [Shock] = []
        for (index, node) in (yaml.sequence(entry.value, path: "shocks") ?? []).enumerated() {
            let path = "shocks[\(index)]"
            guard let written = yaml.mapping(node, path: path) else { continue }
            let keys = yaml.refuse(written, except: Schema.shockKeys.names, path: path)
            func value(_ key: String) -> Node? { keys.first { $0.key == key }?.value }
            guard let nameNode = value("name"), let dateNode = value("date"), let effectsNode = value("effects"),
                let name = yaml.text(nameNode, path: path), let date = yaml.text(dateNode, path: path)
            else {
                yaml.problem(
                    node, path, "a shock needs `name`, `date` and `effects`",
                    "write `{name: n, date: 2035-07-01, effects: {path: {times: 0.5}}}`")
                continue
            }
            if let problem = NameRule.problem(name) {
                yaml.problem(nameNode, path, problem, NameRule.remedy)
            } else if shocks.contains(where: { $0.name == name }) {
                yaml.problem(nameNode, path, "the shock `\(name)` stands twice", "give each shock its own name")
            }
            let day = Calendar365.date(date)
            if day == nil {
                yaml.problem(
                    dateNode, path + ".date", "`\(date)` is not a day of the 365-day calendar",
                    "write year-month-day, as 2035-07-01; 29 February does not exist")
            }
            let probability =
                value("probability").flatMap {
                    yaml.number($0, path: path + ".probability", unit: "1", units: effects.units, range: 0...1)
                } ?? 1
            let recovery = value("recovery").flatMap {
                yaml.number(
                    $0, path: path + ".recovery", unit: "yr", units: effects.units,
                    range: 1e-9...Double.greatestFiniteMagnitude)
            }
            let operations = effects.shock(effectsNode, path: path + ".effects")
            guard let (year, day) = day else { continue }
            if year > years.upperBound, overrides.years != nil { continue }
            if !years.contains(year) {
                yaml.problem(
                    dateNode, path + ".date", "`\(date)` is outside the study's years",
                    "allowed: \(years.lowerBound) to \(years.upperBound)")
            }
            shocks.append(
                Shock(
                    name: name, year: year, day: day, probability: probability, recovery: recovery ?? .infinity,
                    effects: operations))
        }
        return shocks
    }

    /// Levers come too late for what is read on the first day before any choice.
    private func refuseFirstDay(
        _ world: World, _ decisions: [Decision], _ effects: EffectReader, _ years: ClosedRange<Int>, _ line: Int?
    ) {
        var slots: [Int: String] = [:]
        for section in Schema.sections {
            for field in section.fields where field.reading == .firstDay {
                slots[world.slot(section.name, field.name)] = section.name
            }
        }
        for shape in Schema.tables {
            for field in shape.fields where field.reading == .firstDay {
                for slot in world.table(shape.name).slots(field.name) { slots[slot] = shape.name }
            }
        }
        for (index, decision) in decisions.enumerated() {
            for effect in effects.options[decision.lever].joined() {
                guard let name = slots[effect.slot] else { continue }
                let acts = name == "storage_units" && max(effect.from, decision.year) == years.lowerBound
                if acts { continue }
                collector.add(
                    file, line, "decisions[\(index)]",
                    "`\(world.path(of: effect.slot))` is read on the first day only, before any choice: "
                        + "the lever would not change it",
                    "make it an uncertainty, or change what the state goes on by")
            }
        }
    }

    // MARK: Warnings and digest

    private func warn(
        _ world: World, _ levers: [Lever], _ decisions: [Decision], _ outcomes: [Outcome], _ effects: EffectReader,
        _ entry: (String) -> YAMLEntry?
    ) {
        for (index, lever) in levers.enumerated()
        where overrides.years == nil && !decisions.contains(where: { $0.lever == index }) {
            collector.warn(
                file, entry("levers")?.line, "levers." + lever.name, "no decision chooses an option of `\(lever.name)`",
                "add `- {year: ..., lever: \(lever.name)}` to `decisions`, or take the lever out")
        }
        let days = world.fixed("grid", "days")
        let seesAllHours = outcomes.contains { $0.variable == Records.grid.reserveMargin }
        for outcome in outcomes
        where world.hasSection("grid") && days < 365 && !seesAllHours
            && [Records.grid.unservedEnergy, Records.gridDetail.busUnserved].contains(outcome.variable)
        {
            collector.warn(
                file, entry("outcomes")?.line, "outcomes." + outcome.name,
                "an outcome about shortage while only \(Numeral.text(days)) days of a year are cleared",
                "set `grid.days: 365` in world.yaml, or measure `reserve_margin` beside it, which sees all hours")
        }
        warnAboutShares(world, effects)
    }

    private func warnAboutShares(_ world: World, _ effects: EffectReader) {
        let slots = world.table("data_centres").slots("order_share")
        let orders = world.values[world.slot("compute", "orders")]
        if slots.isEmpty || !world.hasSection("compute") || orders == 0 { return }
        func warn(_ shares: [Double], _ path: String, _ file: String, _ line: Int?) {
            let sum = shares.reduce(0, +)
            if abs(sum - 1) > 1e-6 {
                collector.warn(
                    file, line, path, "the order shares sum to \(Numeral.text(sum))",
                    "let them sum to 1, or less of `compute.orders` than it says is built")
            }
        }
        let table = world.table("data_centres")
        warn(slots.map { world.values[$0] }, "data_centres[*].order_share", table.file, table.lines.first)
        for (lever, options) in effects.options.enumerated() {
            for (option, list) in options.enumerated() {
                var shares = Dictionary(uniqueKeysWithValues: slots.map { ($0, world.values[$0]) })
                let touched = list.filter { slots.contains($0.slot) }
                if touched.isEmpty { continue }
                for effect in touched {
                    shares[effect.slot] = effect.operation.apply(shares[effect.slot] ?? 0, effect.amount)
                }
                let place = "levers.\(effects.names[lever].name).\(effects.names[lever].options[option])"
                warn(Array(shares.values), place, file, effects.lines[lever][option])
            }
        }
    }

    /// Comments, order of files and `samples` don't show; the order of entries does.
    static func digest(
        world: World, years: ClosedRange<Int>, seed: UInt64, files: [SourceFile], entries: [YAMLEntry]
    ) -> String {
        var digest = Digest()
        digest.add(world.sources)
        digest.add("\(years.lowerBound)-\(years.upperBound)")
        digest.add("\(seed)")
        digest.add(files)
        for entry in entries where !["samples", "years", "seed", "world"].contains(entry.key) {
            digest.add(entry.key)
            digest.add(canonical(entry.value))
        }
        return digest.text
    }

    private static func canonical(_ node: Node) -> String {
        switch node {
        case .scalar(let scalar): "\(scalar.string.utf8.count):\(scalar.string)"
        case .mapping(let mapping):
            "{" + mapping.map { canonical($0.key) + canonical($0.value) }.joined() + "}"
        case .sequence(let sequence): "[" + sequence.map(canonical).joined() + "]"
        case .alias: "*"
        }
    }
}

/// The calendar of every world: 365 days, no 29 February.
enum Calendar365 {
    private static let lengths = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]

    /// Year and day, 0 = 1 January, of `2035-07-01`; nil where it is no date.
    static func date(_ text: String) -> (year: Int, day: Int)? {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 3, let year = Int(parts[0]), let month = Int(parts[1]), let day = Int(parts[2]),
            (0...1_000_000).contains(year), (1...12).contains(month), (1...lengths[month - 1]).contains(day)
        else { return nil }
        return (year, lengths[..<(month - 1)].reduce(0, +) + day - 1)
    }
}
