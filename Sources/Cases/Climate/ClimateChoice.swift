import WorldModel

/// What of a climate case is wanted.
public struct ClimateChoice: Sendable {
    /// The members by name; all where there are none.
    public var members: [String]
    /// The scenarios by name; all where there are none.
    public var scenarios: [String]
    /// Numbers to use instead of the case's: `parameter`, `parameter[species]` or `run.key`, and a value.
    public var overrides: [(name: String, value: String)]
    /// First and last bound, yr; the case's own, or those of its emissions, without them.
    public var years: (first: Double, last: Double)?

    /// A choice; everything as it is without arguments.
    public init(
        members: [String] = [], scenarios: [String] = [], overrides: [(name: String, value: String)] = [],
        years: (first: Double, last: Double)? = nil
    ) {
        self.members = members
        self.scenarios = scenarios
        self.overrides = overrides
        self.years = years
    }

    /// The indices of the wanted names; a finding for each name that does not occur.
    static func pick(
        _ wanted: [String], of names: [String], option: String, noun: String, _ findings: Collector
    ) -> [Int] {
        if wanted.isEmpty { return Array(names.indices) }
        let index = Dictionary(names.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
        return wanted.compactMap { name in
            if let found = index[name] { return found }
            findings.add(
                option, nil, name, "there is no \(noun) `\(name)`", Nearest.remedy(name, among: names))
            return nil
        }
    }
}
