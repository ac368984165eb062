import Yams

/// Warns about studies, and sums them up in a digest.
extension StudyReader {
    func warn(
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

    func warnAboutShares(_ world: World, _ effects: EffectReader) {
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

    static func canonical(_ node: Node) -> String {
        switch node {
        case .scalar(let scalar): "\(scalar.string.utf8.count):\(scalar.string)"
        case .mapping(let mapping):
            "{" + mapping.map { canonical($0.key) + canonical($0.value) }.joined() + "}"
        case .sequence(let sequence): "[" + sequence.map(canonical).joined() + "]"
        case .alias: "*"
        }
    }
}
