import Yams

/// Reads years, seed, decisions and shocks.
extension StudyReader {
    /// The most decisions of a study, as many as it may have steps.
    static let mostDecisions = 1000

    /// The years that can be counted with; a world has far fewer.
    static let possibleYears = 0...1_000_000

    func readYears(_ entry: YAMLEntry?) -> ClosedRange<Int>? {
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

    func checkYears(_ years: ClosedRange<Int>, _ world: World, _ line: Int?) {
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

    func readSeed(_ entry: YAMLEntry?) -> UInt64 {
        guard let entry, let text = yaml.text(entry.value, path: "seed") else { return 1 }
        guard let seed = UInt64(text) else {
            yaml.problem(
                entry.value, "seed", "`\(text)` is not a seed", "write a whole number from 0 to \(UInt64.max)")
            return 1
        }
        return seed
    }

    func readDecisions(
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

    func conditions(
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

    func readShocks(_ entry: YAMLEntry?, _ effects: EffectReader, _ years: ClosedRange<Int>) -> [Shock] {
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
    func refuseFirstDay(
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
}
