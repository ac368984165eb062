/// What is wrong with a table of outcomes, or with what was asked of it.
public enum TableError: Error, Hashable, CustomStringConvertible {
    /// There are no policies, no scenarios or no outcomes.
    case empty(String)
    /// A name stands twice.
    case duplicate(String)
    /// A policy has another number of scenarios than the first one, or a scenario another number of outcomes.
    case ragged(policy: String, found: Int, expected: Int, of: String)
    /// A value is infinite or not a number.
    case notFinite(policy: String, scenario: Int, outcome: String)
    /// The reference point names what is no outcome.
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
            "outcome '\(outcome)' of policy '\(policy)' is not a finite number in scenario \(scenario)"
        case .unknownOutcome(let name, let known):
            "the reference point names '\(name)', which is no outcome; there are \(known.joined(separator: ", "))"
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
    }

    /// The names of the policies.
    public let policies: [String]
    /// What is measured.
    public let outcomes: [Measure]
    /// The values, [policy][scenario][outcome].
    public let values: [[[Double]]]

    /// A table whose shape and numbers have been checked.
    ///
    /// - Parameter values: [policy][scenario][outcome], finite; scenario s is the same in every policy.
    public init(policies: [String], outcomes: [Measure], values: [[[Double]]]) throws(TableError) {
        if policies.isEmpty { throw .empty("policies") }
        if outcomes.isEmpty { throw .empty("outcomes") }
        for names in [policies, outcomes.map(\.name)] {
            var seen = Set<String>()
            for name in names where !seen.insert(name).inserted { throw .duplicate(name) }
        }
        if values.count != policies.count {
            throw .ragged(policy: policies[0], found: values.count, expected: policies.count, of: "rows of policies")
        }
        let scenarios = values[0].count
        if scenarios == 0 { throw .empty("scenarios") }
        for (policy, rows) in zip(policies, values) {
            if rows.count != scenarios {
                throw .ragged(policy: policy, found: rows.count, expected: scenarios, of: "scenarios")
            }
            for (scenario, row) in rows.enumerated() {
                if row.count != outcomes.count {
                    throw .ragged(policy: policy, found: row.count, expected: outcomes.count, of: "outcomes")
                }
                for (value, outcome) in zip(row, outcomes) where !value.isFinite {
                    throw .notFinite(policy: policy, scenario: scenario, outcome: outcome.name)
                }
            }
        }
        self.policies = policies
        self.outcomes = outcomes
        self.values = values
    }

    /// The values of an outcome under a policy, one a scenario.
    public func series(policy: Int, outcome: Int) -> [Double] { values[policy].map { $0[outcome] } }
}
