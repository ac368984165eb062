import WorldModel

/// What is wrong with a table of outcomes, or with what was asked of it.
public enum TableError: Error, Hashable, CustomStringConvertible {
    /// There are no policies, no scenarios or no outcomes.
    case empty(String)
    /// A name stands twice.
    case duplicate(String)
    /// A policy has another number of scenarios than the first one, or a scenario another number of outcomes.
    case ragged(policy: String, found: Int, expected: Int, of: String)
    /// A value is infinite, not a number, or beyond `OutcomeTable.largest`.
    case notFinite(policy: String, scenario: Int, outcome: String)
    /// The weight of a scenario is below 0 or not finite.
    case badWeight(Double, scenario: String)
    /// There are not as many weights, names or inputs as scenarios, or all weights are 0.
    case badScenarios(String)
    /// Something names what is no outcome.
    case unknownOutcome(String, known: [String])
    /// The reference point leaves an outcome out, or its number there is not finite.
    case noReference(String)

    /// What is wrong, and what would be right.
    public var description: String {
        switch self {
        case .empty(let what): "the table has no \(what); it needs at least one"
        case .duplicate(let name): "the name '\(name)' stands twice; names must differ"
        case .ragged(let policy, let found, let expected, let what):
            "policy '\(policy)' has \(found) \(what), not \(expected) as the table's first; every policy needs the same"
        case .notFinite(let policy, let scenario, let outcome):
            "outcome '\(outcome)' of policy '\(policy)' is not a finite number below 1e150 in scenario \(scenario)"
        case .badWeight(let value, let scenario):
            "the weight of scenario '\(scenario)' is \(value); a weight is a finite number, not below 0"
        case .badScenarios(let what): what
        case .unknownOutcome(let name, let known):
            "'\(name)' is no outcome; " + Nearest.remedy(name, among: known).replacing("`", with: "'")
        case .noReference(let name): "the reference point needs a finite number for outcome '\(name)'"
        }
    }
}

/// Outcomes of policies in scenarios, as plain numbers: from an archive, or from somebody's table.
public struct OutcomeTable: Sendable, Hashable {
    /// One thing that is measured.
    public struct Measure: Sendable, Hashable {
        /// Its name.
        public let name: String
        /// Its unit, in which its values, limits and summaries are.
        public let unit: String
        /// Whether less is better.
        public let minimize: Bool
        /// The values that are acceptable; all of them unless the study says otherwise.
        public let limits: ClosedRange<Double>

        /// A measure.
        public init(
            name: String, unit: String, minimize: Bool,
            limits: ClosedRange<Double> = -Double.infinity...Double.infinity
        ) {
            self.name = name
            self.unit = unit
            self.minimize = minimize
            self.limits = limits
        }

        /// Whether some values are not acceptable.
        public var isLimited: Bool { limits != -Double.infinity...Double.infinity }
        /// What turns a value into one where more is better.
        var gain: Double { minimize ? -1 : 1 }
    }

    /// Something that differs between scenarios and not between policies: what nobody knows.
    public struct Input: Sendable, Hashable {
        /// Its name.
        public let name: String
        /// Its unit.
        public let unit: String
        /// One number a scenario.
        public let values: [Double]

        /// An input.
        public init(name: String, unit: String, values: [Double]) {
            self.name = name
            self.unit = unit
            self.values = values
        }
    }

    /// The largest size of a value: of what is larger, squares and volumes are no numbers any more.
    public static let largest = 1e150

    /// Whether a value can be compared.
    public static func isComparable(_ value: Double) -> Bool { abs(value) <= largest }

    /// The names of the policies.
    public let policies: [String]
    /// The names of the scenarios.
    public let scenarios: [String]
    /// How likely the scenarios are, in any unit; nil where all are equally likely.
    public let weights: [Double]?
    /// What is measured.
    public let outcomes: [Measure]
    /// What is not known.
    public let inputs: [Input]
    /// The values, [policy][scenario][outcome].
    public let values: [[[Double]]]

    /// A table whose shape and numbers have been checked.
    ///
    /// - Parameters:
    ///   - values: [policy][scenario][outcome], finite; scenario s is the same in every policy.
    ///   - scenarios: their names; 0, 1, 2 ... where left out.
    ///   - weights: one a scenario, none below 0, not all 0.
    ///   - inputs: with a number for every scenario.
    public init(
        policies: [String], outcomes: [Measure], values: [[[Double]]], scenarios: [String]? = nil,
        weights: [Double]? = nil, inputs: [Input] = []
    ) throws(TableError) {
        if policies.isEmpty { throw .empty("policies") }
        if outcomes.isEmpty { throw .empty("outcomes") }
        for names in [policies, outcomes.map(\.name), inputs.map(\.name), scenarios ?? []] {
            var seen = Set<String>()
            for name in names where !seen.insert(name).inserted { throw .duplicate(name) }
        }
        if values.count != policies.count {
            throw .ragged(policy: policies[0], found: values.count, expected: policies.count, of: "rows of policies")
        }
        let count = values[0].count
        if count == 0 { throw .empty("scenarios") }
        for (policy, rows) in zip(policies, values) {
            if rows.count != count {
                throw .ragged(policy: policy, found: rows.count, expected: count, of: "scenarios")
            }
            for (scenario, row) in rows.enumerated() {
                if row.count != outcomes.count {
                    throw .ragged(policy: policy, found: row.count, expected: outcomes.count, of: "outcomes")
                }
                for (value, outcome) in zip(row, outcomes) where !OutcomeTable.isComparable(value) {
                    throw .notFinite(policy: policy, scenario: scenario, outcome: outcome.name)
                }
            }
        }
        self.scenarios = scenarios ?? (0..<count).map(String.init)
        for (what, found) in [("names", self.scenarios.count), ("weights", weights?.count ?? count)]
            + inputs.map({ ("values of input '\($0.name)'", $0.values.count) })
        where found != count {
            throw .badScenarios("there are \(found) \(what) for \(count) scenarios; give one for each")
        }
        for (weight, scenario) in zip(weights ?? [], self.scenarios) where !(weight >= 0 && weight.isFinite) {
            throw .badWeight(weight, scenario: scenario)
        }
        if let weights, !weights.contains(where: { $0 > 0 }) {
            throw .badScenarios("all weights are 0; at least one scenario must count")
        }
        self.policies = policies
        self.outcomes = outcomes
        self.values = values
        self.inputs = inputs
        self.weights = weights.flatMap { list in list.allSatisfy { $0 == list[0] } ? nil : list }
    }

    /// The values of an outcome under a policy, one a scenario.
    public func series(policy: Int, outcome: Int) -> [Double] { values[policy].map { $0[outcome] } }
}
