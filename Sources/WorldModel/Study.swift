/// A study: a world, what can be chosen, what is not known, what is measured.
public struct Study: Sendable {
    /// `study:`, the short name.
    public let name: String
    /// `question:`.
    public let question: String
    /// The world with trajectories but no lever applied.
    public let world: World
    /// First and last simulated year; where steps are longer, the first years of the first and the last.
    public let years: ClosedRange<Int>
    /// The first years of its steps, one or as many years apart as the world's `step` says.
    public var times: [Int] { Array(stride(from: years.lowerBound, through: years.upperBound, by: world.step)) }
    /// The seed of all draws.
    public let seed: UInt64
    /// The number of samples asked for.
    public internal(set) var samples: Int
    /// The levers, in the file's order.
    public let levers: [Lever]
    /// The decision points, by year, then in the file's order.
    public let decisions: [Decision]
    /// The policies that the study lists; nil where every combination of options is one.
    public let policies: [StudyPolicy]?
    /// The uncertainties, in the file's order.
    public let uncertainties: [Uncertainty]
    /// The outcomes, in the file's order.
    public let outcomes: [Outcome]
    /// What changes numbers: trajectories, uncertainties, levers, shocks.
    public let effects: EffectPlan
    /// The study's path in `sources`; empty for a study without a file.
    public let sourcePath: String
    /// The files that world and study were read from, by path.
    public let sources: [SourceFile]
    /// What is allowed but dubious.
    public let warnings: [Finding]
    /// A 128-bit hash, in hexadecimal, of the world, the study but for its `samples`, the years and the seed.
    public let digest: String
}

/// Something that a planner chooses.
public struct Lever: Sendable {
    /// Its name.
    public let name: String
    /// The names of its options.
    public let options: [String]
    /// What is left open in each option: the numbers that a search, or a list of policies, chooses.
    public let ranges: [[OptionRange]]
}

/// A number of an option that lies between two bounds.
public struct OptionRange: Sendable, Hashable {
    /// The path that it changes.
    public let path: String
    /// The year from which it holds; 0 where that is the decision's.
    public let from: Int
    /// The least number, in `unit`.
    public let lower: Double
    /// The largest number, in `unit`.
    public let upper: Double
    /// The unit: "1" where it multiplies.
    public let unit: String
}

/// A year in which the option of a lever is chosen.
public struct Decision: Sendable {
    /// The choice holds from 1 January of this year.
    public let year: Int
    /// The index of the lever in `Study.levers`.
    public let lever: Int
    /// `when:`: earlier decision (index) -> alternatives (indices) for which this decision is taken; empty: always.
    public let conditions: [Int: Set<Int>]
    /// What can be chosen: the lever's options, or as many of them as listed policies differ in.
    public let alternatives: [Alternative]
}

extension Decision {
    /// Whether it is taken before a year when so much was chosen earlier, by alternatives; -1 where nothing is.
    package func isTaken(after choices: [Int], before end: Int) -> Bool {
        year < end && conditions.allSatisfy { $0.value.contains(choices[$0.key]) }
    }

    /// A decision among options without numbers; without conditions it is always taken.
    public init(year: Int, options: [String], conditions: [Int: Set<Int>] = [:]) {
        self.init(
            year: year, lever: 0, conditions: conditions,
            alternatives: options.enumerated().map { Alternative(option: $0, values: [], label: $1) })
    }
}

/// An option with a number for each of its ranges.
public struct Alternative: Sendable, Hashable {
    /// The index of the option in the lever.
    public let option: Int
    /// The numbers; none where the option has no range, or where it is left open.
    public let values: [Double]
    /// How it is called in names of nodes.
    public let label: String
}

/// A policy that a study lists.
public struct StudyPolicy: Sendable, Hashable {
    /// Its name.
    public let name: String
    /// The alternative of every decision; -1 where it is not taken.
    public let choices: [Int]

    /// A policy.
    public init(name: String, choices: [Int]) {
        self.name = name
        self.choices = choices
    }
}

/// Something that the planner does not know, drawn once a sample.
public struct Uncertainty: Sendable {
    /// The path as written.
    public let path: String
    /// Its name in the archive: `uncertainty_<name>` (the path with every run of other characters made one `_`).
    public let name: String
    /// The unit of the drawn value ("1" for factors).
    public let unit: String

    package init(path: String, name: String, unit: String) {
        self.path = path
        self.name = name
        self.unit = unit
    }
}
