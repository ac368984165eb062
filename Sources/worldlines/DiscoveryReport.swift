import Foundation
import Optimizer

/// Under which conditions an outcome goes wrong, and what drives it, as text and as JSON.
struct DiscoveryReport: Encodable {
    /// The limits of an input in a box, as JSON has them: [from, to] or the categories.
    enum Limit: Encodable {
        case range(Double, Double)
        case categories([String])

        func encode(to encoder: any Encoder) throws {
            var container = encoder.singleValueContainer()
            switch self {
            case .range(let low, let high): try container.encode([low, high])
            case .categories(let names): try container.encode(names)
            }
        }
    }

    /// A box with its figures.
    struct BoxRow: Encodable {
        let coverage: Double
        let density: Double
        let mass: Double
        let restricted: [String]
        let limits: [String: Limit]
        /// How likely chance finds a box with a limit as sharp; by the name of the input.
        let quasiP: [String: Double]?
        /// How likely chance finds a box as good.
        var p: Double?

        enum CodingKeys: String, CodingKey {
            case coverage, density, mass, restricted, limits, p
            case quasiP = "quasi_p"
        }
    }

    /// The share of the variance that an input explains.
    struct IndexRow: Encodable {
        let input: String
        let first: SobolIndices.Index
        let total: SobolIndices.Index
        /// By the name of the other input.
        let second: [String: SobolIndices.Index]
    }

    /// The elementary effects of an input.
    struct EffectRow: Encodable {
        let input: String
        let mean: Double
        let magnitude: Double
        let deviation: Double?
        let confidence: Double?

        enum CodingKeys: String, CodingKey {
            case input, deviation, confidence
            case mean = "mu"
            case magnitude = "mu_star"
        }
    }

    let outcome: String
    let unit: String
    let method: Discover.Method
    let cases: Int
    /// The cases of interest; absent where none were asked for.
    let interesting: Int?
    let above: Double?
    let below: Double?
    let finding: String
    /// The boxes worth reading: PRIM's chosen one, a tree's leaves of interest with the largest coverage first.
    let boxes: [BoxRow]
    /// PRIM's chosen box without the limits that may be chance; absent where none may.
    let simplified: BoxRow?
    /// PRIM's whole trajectory.
    let trajectory: [BoxFigures]?
    /// Every box on the trajectory, every input in it.
    let trajectoryBoxes: [[String: Limit]]?
    /// The place of the chosen box on the trajectory.
    let chosen: Int?
    let drivers: [Scores]
    let indices: [IndexRow]?
    let effects: [EffectRow]?
    private let title: String
    private let experiments: Experiments

    enum CodingKeys: String, CodingKey {
        case outcome, unit, method, cases, interesting, above, below, finding, boxes, simplified, trajectory, chosen,
            drivers
        case indices, effects
        case trajectoryBoxes = "trajectory_boxes"
    }

    init(
        cases: Cases, method: Discover.Method, condition: Condition?, coverage: Double, peel: Double, leastMass: Double
    ) throws {
        outcome = cases.outcome
        unit = cases.unit
        title = cases.title
        self.method = method
        self.cases = cases.values.count
        let experiments = cases.experiments
        self.experiments = experiments
        drivers = Scores.of(experiments, outcome: cases.values, groups: cases.groups)
        var (low, high): (Double?, Double?) = (nil, nil)
        switch condition {
        case .above(let threshold): high = threshold
        case .below(let threshold): low = threshold
        case nil: break
        }
        (above, below) = (high, low)
        var boxes: [BoxRow] = []
        var simplified: BoxRow?
        var path: (figures: [BoxFigures], boxes: [[String: Limit]], chosen: Int)?
        var indices: [IndexRow]?
        var effects: [EffectRow]?
        let isOfInterest = condition.map { condition in cases.values.map(condition.holds) }
        switch method {
        case .prim:
            var settings = PRIM.Settings()
            settings.peel = peel
            settings.paste = peel
            settings.leastMass = leastMass
            let prim = try PRIM(experiments, interesting: isOfInterest ?? [], settings: settings)
            let chosen = prim.choice(coverage: coverage)
            let step = prim.trajectory[chosen]
            let chance = try prim.chance(coverage: coverage, groups: cases.groups)
            boxes = [
                BoxRow(step.box, step.figures, experiments, quasiP: prim.quasiP(chosen, chance: chance), p: chance.p)
            ]
            let simple = prim.simplified(chosen, chance: chance)
            if simple.box != step.box { simplified = BoxRow(simple.box, simple.figures, experiments, quasiP: nil) }
            path = (
                prim.trajectory.map(\.figures), prim.trajectory.map { limitsByName($0.box, experiments) }, chosen
            )
        case .cart:
            let tree = try BoxTree(experiments, interesting: isOfInterest ?? [], leastMass: leastMass)
            boxes = tree.leaves.filter(\.isInteresting).sorted { $0.figures.coverage > $1.figures.coverage }.map {
                BoxRow($0.box, $0.figures, experiments, quasiP: nil)
            }
        case .sobol: indices = try DiscoveryReport.indices(cases)
        case .morris: effects = try DiscoveryReport.effects(cases)
        }
        self.boxes = boxes
        self.simplified = simplified
        trajectory = path?.figures
        trajectoryBoxes = path?.boxes
        chosen = path?.chosen
        self.indices = indices
        self.effects = effects
        interesting = isOfInterest.map { $0.count { $0 } }
        finding =
            DiscoveryReport.sentence(cases, indices) ?? DiscoveryReport.sentence(cases, effects)
            ?? DiscoveryReport.sentence(
                cases: cases, condition: condition, interesting: interesting ?? 0, box: simplified ?? boxes.first,
                doubtful: boxes.first.map { box in box.restricted.filter { box.quasiP?[$0] ?? 0 > BoxChance.level } }
                    ?? [],
                chance: boxes.first?.p, driver: drivers.first { $0.share != nil })
    }

    /// What a design has: the inputs and their numbers.
    private struct Design {
        let names: [String]
        let columns: [[Double]]
    }

    /// What a method finds of a design of all inputs or, where the rows are none, of those that change.
    private static func analysis<Result>(
        _ cases: Cases, _ method: (Design) throws -> Result
    ) throws -> Result {
        let inputs = try cases.experiments.inputs.map { input in
            guard case .numbers(let numbers) = input.values else {
                throw Failure.badData(
                    "the input '\(input.name)' is text; a design has numbers: name its inputs with --inputs")
            }
            return (name: input.name, numbers: numbers)
        }
        let varying = inputs.filter { input in input.numbers.contains { $0 != input.numbers[0] } }
        let whole = Design(names: inputs.map(\.name), columns: inputs.map(\.numbers))
        do { return try method(whole) } catch let refusal as Experiments.Refusal {
            guard varying.count < inputs.count, !varying.isEmpty else { throw refusal }
            do {
                return try method(Design(names: varying.map(\.name), columns: varying.map(\.numbers)))
            } catch is Experiments.Refusal { throw refusal }
        }
    }

    private static func indices(_ cases: Cases) throws -> [IndexRow] {
        try analysis(cases) { design in
            let secondOrder = try SaltelliDesign.secondOrder(of: design.columns)
            let found = try SobolIndices(cases.values, dimension: design.columns.count, secondOrder: secondOrder)
            return design.names.indices.map { index in
                let pairs = secondOrder ? found.second[index] : [:]
                return IndexRow(
                    input: design.names[index], first: found.first[index], total: found.total[index],
                    second: Dictionary(uniqueKeysWithValues: pairs.map { (design.names[$0.key], $0.value) }))
            }
        }
    }

    private static func effects(_ cases: Cases) throws -> [EffectRow] {
        try analysis(cases) { design in
            zip(design.names, try Morris(design.columns, outputs: cases.values).effects).map {
                EffectRow(
                    input: $0, mean: $1.mean, magnitude: $1.magnitude, deviation: $1.deviation,
                    confidence: $1.confidence)
            }
        }
    }

    // MARK: In words

    private static func sentence(_ cases: Cases, _ indices: [IndexRow]?) -> String? {
        indices?.max { $0.total.value < $1.total.value }.map { strongest in
            "\(strongest.input) drives \(cases.outcome) most: by itself it explains "
                + "\(percent(strongest.first.value)) of the variance, and it has a part in "
                + "\(percent(strongest.total.value))."
        }
    }

    private static func sentence(_ cases: Cases, _ effects: [EffectRow]?) -> String? {
        effects?.max { $0.magnitude < $1.magnitude }.map { strongest in
            "\(strongest.input) drives \(cases.outcome) most: over its range it moves it by "
                + "\(Scale.text(strongest.magnitude, unit: cases.unit)) on average."
        }
    }

    private static func sentence(
        cases: Cases, condition: Condition?, interesting: Int, box: BoxRow?, doubtful: [String], chance: Double?,
        driver: Scores?
    ) -> String {
        let what = "\(cases.outcome) is \(condition?.words(unit: cases.unit) ?? "")"
        let start = "\(what) in \(interesting) of \(cases.values.count) cases."
        if let chance, chance > BoxChance.level {
            return start
                + " Chance finds a box as good \(chance < 0.95 ? "in \(percent(chance)) of all deals of the samples" : "nearly always"): "
                + "no box tells the cases apart."
                + (driver.map {
                    " What goes with \(cases.outcome) most is \($0.input): \(percent($0.share ?? 0)) of its variance."
                } ?? "")
        }
        guard let box, !box.restricted.isEmpty else {
            return start
                + " No box of the inputs holds most of them: what is known of the cases doesn't tell them apart."
        }
        let places = box.restricted.map { words(box, $0, cases.experiments) }
        let dropped = doubtful.filter { !box.restricted.contains($0) }
        let doubt =
            dropped.isEmpty
            ? "" : " A limit of \(dropped.joined(separator: ", ")) may be chance and is left out here."
        return start
            + " \(percent(box.coverage)) of these, and \(percent(box.density)) of all cases there, are where "
            + places.joined(separator: " and ") + " (\(percent(box.mass)) of the cases)." + doubt
    }

    /// An input's limits in a box: `climate.ecs is at least 3.2 K`.
    private static func words(_ box: BoxRow, _ name: String, _ experiments: Experiments) -> String {
        guard let limit = box.limits[name], let input = experiments.inputs.first(where: { $0.name == name }) else {
            return name
        }
        let suffix = input.unit == "1" || input.unit.isEmpty ? "" : " \(input.unit)"
        func text(_ number: Double) -> String { Scale.significant(number) }
        switch (limit, input.values) {
        case (.range(let low, let high), .numbers(let numbers)):
            let (isCutBelow, isCutAbove) = (low > numbers.min() ?? low, high < numbers.max() ?? high)
            if isCutBelow, isCutAbove { return "\(name) is between \(text(low)) and \(text(high))\(suffix)" }
            return isCutBelow
                ? "\(name) is at least \(text(low))\(suffix)" : "\(name) is at most \(text(high))\(suffix)"
        case (.categories(let names), _) where name.hasPrefix("shock_") && names == [Cases.struck]:
            return "\(name) struck"
        case (.categories(let names), _) where name.hasPrefix("shock_") && names == [Cases.notStruck]:
            return "\(name) didn't strike"
        case (.categories(let names), _): return "\(name) is \(names.joined(separator: " or "))"
        default: return name
        }
    }

    // MARK: As text

    /// The report in so many columns.
    func lines(width: Int) -> [String] {
        var lines = [title, ""] + wrapped(finding, width: width)
        if let box = boxes.first, method == .prim { lines += [""] + boxTable(box) }
        if let trajectory, let chosen { lines += [""] + trajectoryTable(trajectory, chosen: chosen) }
        if method == .cart { lines += [""] + leafTable(width: width) }
        if let indices { lines += [""] + indexTable(indices) }
        if let effects { lines += [""] + effectTable(effects) }
        return lines + [""] + driverLines(width: width)
    }

    private func number(_ value: Double?, _ format: String = "%.4g") -> String {
        value.map { String(format: format, $0) } ?? "-"
    }

    private func boxTable(_ box: BoxRow) -> [String] {
        var table = TextTable(left: [0])
        table.add(["the box", "from", "to", "of all", "quasi-p"])
        for name in box.restricted {
            guard let limit = box.limits[name], let input = experiments.inputs.first(where: { $0.name == name }) else {
                continue
            }
            let unit = input.unit == "1" || input.unit.isEmpty ? "" : " [\(input.unit)]"
            switch (limit, input.values) {
            case (.range(let low, let high), .numbers(let numbers)):
                table.add([
                    name + unit, number(low), number(high),
                    "\(number(numbers.min())) ... \(number(numbers.max()))", number(box.quasiP?[name], "%.2g"),
                ])
            case (.categories(let inside), .categories(_, let all)):
                table.add([
                    name, inside.joined(separator: ", "), "", "\(inside.count) of \(all.count)",
                    number(box.quasiP?[name], "%.2g"),
                ])
            default: break
            }
        }
        return table.lines
    }

    /// Some boxes of the way, the chosen one with an arrow.
    private func trajectoryTable(_ trajectory: [BoxFigures], chosen: Int) -> [String] {
        var table = TextTable(left: [])
        table.add(["box", "coverage", "density", "mass", "inputs"])
        let stride = max((trajectory.count + 9) / 10, 1)
        for (index, figures) in trajectory.enumerated()
        where index % stride == 0 || index == chosen || index == trajectory.count - 1 {
            table.add([
                "\(index == chosen ? "> " : "")\(index)", number(figures.coverage, "%.3f"),
                number(figures.density, "%.3f"), number(figures.mass, "%.3f"), String(figures.restricted),
            ])
        }
        return table.lines
    }

    private func leafTable(width: Int) -> [String] {
        guard !boxes.isEmpty else { return ["No leaf of the tree holds more cases of interest than others."] }
        var table = TextTable(left: [])
        table.add(["coverage", "density", "mass"])
        for box in boxes {
            table.add([
                number(box.coverage, "%.3f"), number(box.density, "%.3f"), number(box.mass, "%.3f"),
            ])
        }
        let indent = table.lines[0].count + 2
        var lines = [table.lines[0] + "  where"]
        for (figures, box) in zip(table.lines.dropFirst(), boxes) {
            let places = box.restricted.map { DiscoveryReport.words(box, $0, experiments) }.joined(separator: ", ")
            for (index, text) in wrapped(places, width: max(width - indent, 30)).enumerated() {
                lines.append((index == 0 ? figures : "").padded(to: indent) + text)
            }
        }
        return lines
    }

    private func indexTable(_ rows: [IndexRow]) -> [String] {
        func interval(_ index: SobolIndices.Index) -> String {
            let ends = index.low.map { "  (\(number($0, "%.3f")) ... \(number(index.high, "%.3f")))" }
            return number(index.value, "%.4f") + (ends ?? "")
        }
        var table = TextTable(left: [0])
        table.add(["share of variance", "S1 (95 %)", "ST (95 %)"])
        for row in rows { table.add([row.input, interval(row.first), interval(row.total)]) }
        for row in rows {
            for (other, index) in row.second.sorted(by: { $0.key < $1.key }) {
                table.add(["\(row.input) with \(other)", interval(index)])
            }
        }
        return table.lines
    }

    private func effectTable(_ rows: [EffectRow]) -> [String] {
        var table = TextTable(left: [0])
        table.add(["effect over the range", "mu", "mu*", "sigma"])
        for row in rows { table.add([row.input, number(row.mean), number(row.magnitude), number(row.deviation)]) }
        return table.lines
    }

    /// What goes with the outcome beyond chance, and the names of what doesn't.
    private func driverLines(width: Int) -> [String] {
        let told = drivers.filter { $0.share != nil }
        let others = drivers.filter { $0.share == nil }.map(\.input)
        var lines: [String] = []
        if !told.isEmpty {
            var table = TextTable(left: [0])
            table.add(["what goes with \(outcome)", "rank correlation", "share of variance", "chance reaches"])
            for score in told {
                table.add([
                    score.input, number(score.spearman, "%+.2f"), number(score.share, "%.2g"),
                    number(score.chance.map { max($0, 0) }, "%.2g"),
                ])
            }
            lines = table.lines
        }
        if !others.isEmpty {
            lines += wrapped(
                "\(told.isEmpty ? "No input goes" : "No more than chance goes") with \(outcome)"
                    + (told.isEmpty ? " beyond chance: " : ": ") + "\(listed(others)).", width: width)
        }
        return lines
    }
}

/// A box as JSON has it.
private func limitsByName(_ box: Box, _ experiments: Experiments) -> [String: DiscoveryReport.Limit] {
    var limits: [String: DiscoveryReport.Limit] = [:]
    for (input, limit) in zip(experiments.inputs, box.limits) {
        switch (limit, input.values) {
        case (.range(let low, let high), _): limits[input.name] = .range(low, high)
        case (.categories(let inside), .categories(_, let names)):
            limits[input.name] = .categories(inside.sorted().map { names[$0] })
        default: break
        }
    }
    return limits
}

extension DiscoveryReport.BoxRow {
    fileprivate init(
        _ box: Box, _ figures: BoxFigures, _ experiments: Experiments, quasiP: [Int: Double]?, p: Double? = nil
    ) {
        func name(_ input: Int) -> String { experiments.inputs[input].name }
        self.init(
            coverage: figures.coverage, density: figures.density, mass: figures.mass,
            restricted: box.restricted(in: experiments.bounds).map(name), limits: limitsByName(box, experiments),
            quasiP: quasiP.map { Dictionary(uniqueKeysWithValues: $0.map { (name($0.key), $0.value) }) }, p: p)
    }
}
