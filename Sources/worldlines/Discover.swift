import Archive
import ArgumentParser
import Cases
import Optimizer
import WorldModel

/// Finds out under which conditions an outcome goes wrong, and what drives it.
struct Discover: ParsableCommand {
    /// How conditions, or drivers, are looked for.
    enum Method: String, ExpressibleByArgument, CaseIterable, Encodable {
        /// Boxes by peeling and pasting.
        case prim
        /// Boxes as the leaves of a tree.
        case cart
        /// Shares of variance, from a Saltelli design.
        case sobol
        /// Elementary effects, from trajectories of Morris.
        case morris

        var findsBoxes: Bool { self == .prim || self == .cart }
    }

    static let configuration = CommandConfiguration(
        abstract: "Say under which conditions an outcome is above or below a number, and what drives it.",
        discussion: """
            Of an archive the cases are its world lines, and the inputs its uncertainties, shocks and levers. Of a table the \
            inputs are all columns other than the outcome, scenario and weight; columns of text are taken as categories.

            prim peels a box around the cases of interest, cart grows a tree whose leaves are boxes. sobol and morris \
            take tables whose rows are a design made for them. docs/COMPARE.md says what each number means.
            """)

    @Argument(help: "The archive, or a table ending in .csv.", completion: .file(extensions: ["h5", "nc", "csv"]))
    var source: String

    @Option(help: "The outcome.")
    var outcome: String

    @Option(
        parsing: .unconditional,
        help: "Cases of interest have more than this, such as '50 GWh'; without a unit, in the outcome's.")
    var above: String?

    @Option(
        parsing: .unconditional,
        help: "Cases of interest have less than this. (default, of an archive: those beyond the study's limit)")
    var below: String?

    @Option(help: "prim, cart, sobol or morris.")
    var method: Method = .prim

    @Option(help: "Inputs to look at, parted by commas. (default: all)")
    var inputs: String?

    @Option(help: "Only the cases of this policy.")
    var policy: String?

    @Option(help: "prim: the share of the cases of interest that the chosen box holds at least.")
    var coverage = 0.8

    @Option(help: "prim: the share of a box that a peel takes off.")
    var peel = 0.05

    @Option(help: "The share of all cases that a box holds at least.")
    var leastMass = 0.05

    @Flag(help: "Print one JSON object.")
    var json = false

    func validate() throws {
        if above != nil, below != nil {
            throw ValidationError("--above and --below: choose one; for a band, run twice")
        }
        if !(coverage > 0 && coverage <= 1) { throw ValidationError("--coverage lies above 0, and is at most 1") }
        if !(peel > 0 && peel < 0.5) { throw ValidationError("--peel lies between 0 and 0.5") }
        if !(leastMass > 0 && leastMass <= 0.5) {
            throw ValidationError("--least-mass lies above 0, and is at most 0.5")
        }
    }

    func run() throws {
        let place = try Source(source)
        let wanted = inputs.map { $0.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) } }
        let cases =
            try place.isTable
            ? Cases(
                table: OutcomeFile(path: place.path), outcome: outcome, inputs: wanted, policy: policy,
                isDesign: !method.findsBoxes)
            : Cases(archive: place.archive(), outcome: outcome, inputs: wanted, policy: policy)
        for note in cases.notes { Console.say(note) }
        let condition = method.findsBoxes ? try condition(of: cases) : nil
        let report = try DiscoveryReport(
            cases: cases, method: method, condition: condition, coverage: coverage, peel: peel, leastMass: leastMass)
        if json { try Console.put(json: report) } else { report.lines(width: Console.width).forEach(Console.put) }
    }

    /// What makes a case one of interest; the study's limit where the command line doesn't say.
    private func condition(of cases: Cases) throws -> Condition {
        let condition: Condition
        if let above {
            condition = .above(try number(above, in: cases.unit, option: "--above"))
        } else if let below {
            condition = .below(try number(below, in: cases.unit, option: "--below"))
        } else if cases.limits.upperBound < .infinity, cases.limits.lowerBound == -.infinity {
            condition = .above(cases.limits.upperBound)
        } else if cases.limits.lowerBound > -.infinity, cases.limits.upperBound == .infinity {
            condition = .below(cases.limits.lowerBound)
        } else {
            let middle = Scale.text(Statistics.percentile(cases.values, 50), unit: cases.unit)
            throw Failure.usage(
                "say which cases are of interest: --above or --below a value of \(cases.outcome), such as "
                    + "--above \(Simulation.quoted(middle)), its median")
        }
        let hits = cases.values.count(where: condition.holds)
        guard hits > 0, hits < cases.values.count else {
            let (least, most) = (cases.values.min() ?? 0, cases.values.max() ?? 0)
            throw Failure.usage(
                "\(hits == 0 ? "no case has" : "all \(cases.values.count) cases have") \(cases.outcome) "
                    + "\(condition.words(unit: cases.unit)): it runs from \(Scale.text(least, unit: cases.unit)) to "
                    + "\(Scale.text(most, unit: cases.unit)); choose a number in between"
            )
        }
        return condition
    }
}

/// What makes a case one of interest.
enum Condition {
    case above(Double)
    case below(Double)

    func holds(_ value: Double) -> Bool {
        switch self {
        case .above(let threshold): value > threshold
        case .below(let threshold): value < threshold
        }
    }

    func words(unit: String) -> String {
        func text(_ threshold: Double) -> String {
            let scale = Scale(unit: unit, largest: threshold)
            return plain(threshold / scale.divisor) + (scale.unit.isEmpty ? "" : " \(scale.unit)")
        }
        return switch self {
        case .above(let threshold): "above \(text(threshold))"
        case .below(let threshold): "below \(text(threshold))"
        }
    }
}

/// A number without a needless point.
func plain(_ number: Double) -> String {
    let text = "\(number)"
    return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
}

/// The cases that are learned from: one outcome, and what each case was given.
struct Cases {
    let title: String
    let outcome: String
    let unit: String
    /// The acceptable values, where a study says so.
    let limits: ClosedRange<Double>
    let values: [Double]
    let experiments: Experiments
    /// Which cases share a sample and a policy.
    let groups: CaseGroups
    /// What is worth saying before the report.
    let notes: [String]

    /// World lines of an archive.
    init(archive file: ArchiveFile, outcome: String, inputs: [String]?, policy: String?) throws {
        let outcomes = try file.outcomes()
        guard outcomes.contains(outcome) else {
            throw Failure.usage(unknown("--outcome: '\(outcome)' is no outcome", outcome, among: outcomes))
        }
        let variable = "outcome_\(outcome)"
        let known = try Cases.rows(of: policy, in: file.texts(of: "policy"))
        let measured = try file.values(of: variable)
        let count = file.policies.count
        // A sample of which one line is no number is left out for all policies, so that each has the same samples.
        let unsound = Set(known.filter { !OutcomeTable.isComparable(measured[$0]) }.map { $0 / count })
        let rows = known.filter { !unsound.contains($0 / count) }
        guard !rows.isEmpty else {
            throw Failure.badData("\(file.path): \(outcome) is not a finite number below 1e150 in any sample")
        }
        func kept<Value>(_ values: [Value]) -> [Value] { rows.map { values[$0] } }
        var notes: [String] = []
        var all = try file.drawnInputs().map { input in
            input.isShock
                ? Experiments.Input(
                    name: input.name, texts: kept(input.values).map { $0 == 1 ? Cases.struck : Cases.notStruck })
                : Experiments.Input(
                    name: input.name, unit: Cases.plainUnit(input.unit), numbers: kept(input.values))
        }
        if policy == nil {
            for name in try file.ranges() {
                let chosen = kept(try file.values(of: "range_\(name)"))
                if chosen.allSatisfy(\.isFinite) {
                    all.append(
                        .init(name: name, unit: Cases.plainUnit(try file.unit(of: "range_\(name)")), numbers: chosen))
                } else if chosen.contains(where: \.isFinite) {
                    notes.append(
                        "\(try file.spokenName(of: "range_\(name)")) is left out: some policies chose another option and have no number"
                    )
                }
            }
            for name in try file.levers() {
                all.append(.init(name: name, texts: kept(try file.texts(of: "lever_\(name)"))))
            }
        }
        self.outcome = outcome
        unit = try file.unit(of: variable)
        let least = try file.number("at_least", of: variable) ?? -.infinity
        let most = try file.number("at_most", of: variable) ?? .infinity
        limits = least...most
        values = kept(measured)
        groups = CaseGroups(samples: rows.map { $0 / count }, policies: rows.map { $0 % count })
        let varying = try Cases.chosen(inputs, of: all).filter { inputs != nil || Cases.varies($0) }
        experiments = try Experiments(varying.isEmpty ? all : varying)
        let left =
            unsound.isEmpty
            ? nil
            : "warning: \(outcome) is not a finite number below 1e150 in a world line of \(unsound.count == 1 ? "sample" : "samples") "
                + "\(numbered(unsound.sorted())), which \(unsound.count == 1 ? "is" : "are") left out"
        self.notes = notes + [left, try file.uncertifiedWords].compactMap(\.self)
        title =
            "\(file.title): \(counted(rows.count, "world line"))" + (policy.map { " of \($0)" } ?? "")
    }

    /// Rows of a table.
    ///
    /// - Parameter isDesign: whether all inputs are looked at, those too that never change.
    init(table file: OutcomeFile, outcome: String, inputs: [String]?, policy: String?, isDesign: Bool = false) throws {
        let outcomes = file.columns(.outcome)
        guard let column = outcomes.first(where: { $0.name == outcome || "outcome_\($0.name)" == outcome }) else {
            throw Failure.usage(
                unknown("--outcome: '\(outcome)' is no column", outcome, among: outcomes.map(\.name)))
        }
        let policies = file.columns(.policy).first
        if policy != nil, policies == nil { throw Failure.usage("--policy: \(file.path) has no column policy") }
        let rows = try Cases.rows(of: policy, in: policies?.cells ?? file.lines.map { _ in "" })
        let isExport = file.columns.contains { $0.role == .uncertainty || $0.role == .lever }
        var sources = file.columns(.uncertainty) + file.columns(.range) + file.columns(.lever)
        if !isExport { sources += outcomes.filter { $0 != column } }
        // The policy is an input like any other where the table doesn't have its levers.
        if let policies, policy == nil, file.columns(.lever).isEmpty { sources.append(policies) }
        if let inputs {
            sources = sources.filter { inputs.contains($0.name) || inputs.contains("uncertainty_\($0.name)") }
        }
        let all = try sources.filter { !$0.cells.contains("") || $0.role != .range }.map {
            source -> Experiments.Input in
            if source.role == .uncertainty, source.name.hasPrefix("shock_") {
                return .init(
                    name: source.name,
                    texts: rows.map {
                        source.cells[$0] == "0" || source.cells[$0] == "0.0" ? Cases.notStruck : Cases.struck
                    })
            }
            if source.isNumeric, source.role != .policy, source.role != .lever {
                let numbers = try file.numbers(of: source)
                return .init(name: source.name, unit: source.unit, numbers: rows.map { numbers[$0] })
            }
            return .init(name: source.name, texts: rows.map { source.cells[$0] })
        }
        let numbers = try file.numbers(of: column)
        self.outcome = column.name
        unit = column.unit
        limits = -Double.infinity...Double.infinity
        values = rows.map { numbers[$0] }
        let names = file.columns.filter { $0 != column && $0.role != .weight && $0.role != .label }.map(\.name)
        if let name = inputs?.first(where: { name in !all.contains { $0.name == name } && !names.contains(name) }) {
            throw Failure.usage(unknown("--inputs: '\(name)' is no column", name, among: names))
        }
        // An input of a design may stay as it is: its shares are 0.
        experiments = try Experiments(isDesign ? all : all.filter { Cases.varies($0) })
        func places(_ cells: [String]) -> [Int] {
            var known: [String: Int] = [:]
            return rows.map { row in
                if known[cells[row]] == nil { known[cells[row]] = known.count }
                return known[cells[row]] ?? 0
            }
        }
        let scenarios = file.columns(.scenario).first.map { places($0.cells) }
        groups = CaseGroups(
            samples: scenarios ?? Array(rows.indices),
            policies: scenarios == nil ? rows.map { _ in 0 } : policies.map { places($0.cells) } ?? rows.map { _ in 0 })
        var notes = all.filter { !isDesign && !Cases.varies($0) }.map {
            "\($0.name) is the same in every case; it is left out"
        }
        if let weights = file.columns(.weight).first, Set(weights.cells).count > 1 {
            notes.append("the weights of scenarios are left aside: every row counts as one case")
        }
        self.notes = notes
        title = "\(file.path): \(counted(rows.count, "row"))" + (policy.map { " of \($0)" } ?? "")
    }

    /// What a shock did in a sample.
    static let struck = "struck"
    static let notStruck = "didn't strike"

    /// UDUNITS's words as studies write them.
    static func plainUnit(_ unit: String) -> String {
        ["percent year-1": "%/yr", "percent": "%", "year": "yr"][unit] ?? unit
    }

    private static func varies(_ input: Experiments.Input) -> Bool {
        switch input.values {
        case .numbers(let numbers): numbers.contains { $0 != numbers[0] }
        case .categories(_, let names): names.count > 1
        }
    }

    private static func rows(of policy: String?, in all: [String]) throws -> [Int] {
        guard let policy else { return Array(all.indices) }
        let rows = all.indices.filter { all[$0] == policy }
        if rows.isEmpty {
            throw Failure.usage(unknown("--policy: '\(policy)' is no policy", policy, among: Array(Set(all)).sorted()))
        }
        return rows
    }

    private static func chosen(_ names: [String]?, of all: [Experiments.Input]) throws -> [Experiments.Input] {
        guard let names else { return all }
        let known = all.map(\.name)
        for name in names where !known.contains(name) {
            throw Failure.usage(unknown("--inputs: '\(name)' is no uncertainty, shock or lever", name, among: known))
        }
        return all.filter { names.contains($0.name) }
    }
}
