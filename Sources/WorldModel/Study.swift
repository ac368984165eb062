/// A study: a world, what can be chosen, what is not known, what is measured.
public struct Study: Sendable {
    /// `study:`, the short name.
    public let name: String
    /// `question:`.
    public let question: String
    /// The world with trajectories but no lever applied.
    public let world: World
    /// First and last simulated year.
    public let years: ClosedRange<Int>
    /// The seed of all draws.
    public let seed: UInt64
    /// The number of samples asked for.
    public let samples: Int
    /// The levers, in the file's order.
    public let levers: [Lever]
    /// The decision points, by year, then in the file's order.
    public let decisions: [Decision]
    /// The uncertainties, in the file's order.
    public let uncertainties: [Uncertainty]
    /// The outcomes, in the file's order.
    public let outcomes: [Outcome]
    /// What changes numbers: trajectories, uncertainties, levers, shocks.
    public let effects: EffectPlan
}

/// Something that a planner chooses.
public struct Lever: Sendable {
    /// Its name.
    public let name: String
    /// The names of its options.
    public let options: [String]
}

/// A year in which the option of a lever is chosen.
public struct Decision: Sendable {
    /// The choice holds from 1 January of this year.
    public let year: Int
    /// The index of the lever in `Study.levers`.
    public let lever: Int
    /// `when:`: earlier decision (index) -> options (indices) for which this decision is taken; empty: always.
    public let conditions: [Int: Set<Int>]
}

/// Something that the planner does not know, drawn once a sample.
public struct Uncertainty: Sendable {
    /// The path as written.
    public let path: String
    /// Its name in the archive: `uncertainty_<name>` (the path with every run of other characters made one `_`).
    public let name: String
    /// The unit of the drawn value ("1" for factors).
    public let unit: String
}

/// What is done to numbers of the world, when, for which sample and choices.
public struct EffectPlan: Sendable {
    /// Every slot that something but a shock changes, ascending.
    public let slots: [Int]
    /// The shocks.
    public let shocks: [Shock]

    /// The values of `slots` that hold in a year.
    ///
    /// - Parameters:
    ///   - choices: the option of each decision of the study, -1 where it is not taken or not yet taken.
    ///   - values: as long as `slots`.
    public func evaluate(year: Int, sample: Int, choices: [Int], into values: UnsafeMutableBufferPointer<Double>) {
        fatalError()
    }

    /// The drawn values of all uncertainties in a sample, in the order of `Study.uncertainties`.
    public func draw(sample: Int) -> [Double] { fatalError() }
    /// Whether a shock strikes in a sample.
    public func strikes(shock: Int, sample: Int) -> Bool { fatalError() }
}

/// Something that strikes on a date and fades.
public struct Shock: Sendable {
    /// What a shock does to a slot at full strength.
    public enum Operation: Sendable {
        /// Multiplies by 1 + (a - 1) fade.
        case times(Double)
        /// Adds a fade.
        case plus(Double)
        /// Goes to a: v + (a - v) fade.
        case set(Double)
    }
    /// Its name.
    public let name: String
    /// The year of its date.
    public let year: Int
    /// The day of the 365-day year, 0 = 1 January.
    public let day: Int
    /// The chance that it strikes in a sample.
    public let probability: Double
    /// The time after which 1/e of it is left, in years; infinite without `recovery`.
    public let recovery: Double
    /// What it does.
    public let effects: [(slot: Int, operation: Operation)]
}

/// A number by which policies are compared.
public struct Outcome: Sendable {
    /// Its name.
    public let name: String
    /// Its unit.
    public let unit: String
    /// Whether less is better.
    public let minimize: Bool
    /// `at_most` and `at_least`, in `unit`.
    public let limits: ClosedRange<Double>
    /// The recorded variable that it is made of.
    public let variable: RecordedVariable

    /// The outcome of one world line.
    ///
    /// - Parameter yearly: the variable's values, [year][entity], entity fastest.
    public func evaluate(_ yearly: [Double], world: World, years: ClosedRange<Int>, discountRate: Double) -> Double {
        fatalError()
    }
}
