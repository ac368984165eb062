import Draws

/// What is done to numbers of the world, when, for which sample and choices.
///
/// A value of a year is the value of the start, times its trajectory, then changed by the uncertainties in the order of
/// the file, then by the levers in the order of the decisions: a later one acts on what it finds. At last it is kept in
/// the range that `Schema` allows.
public struct EffectPlan: Sendable {
    /// Every slot that something but a shock changes, ascending.
    public let slots: [Int]
    /// The shocks.
    public let shocks: [Shock]

    let start: [Double]
    let ranges: [ClosedRange<Double>]
    let trajectories: [Change<Trajectory>]
    let uncertainties: [Change<UncertainEffect>]
    /// By decision, then option.
    var levers: [(year: Int, options: [LeverOption])]
    let sobol: Sobol
    /// The Cholesky factor of the uncertainties' normal scores; empty where they are independent.
    let correlation: [Double]

    /// Something that changes several numbers alike; `targets` are places in `slots`.
    struct Change<Effect: Sendable>: Sendable {
        let effect: Effect
        let targets: [Int]
    }

    enum Operation: Sendable {
        case set, times, plus

        /// The value after the operation with a, at a strength from 0 to 1.
        func apply(_ value: Double, _ a: Double, strength: Double = 1) -> Double {
            switch self {
            case .set: strength == 1 ? a : value + (a - value) * strength
            case .times: strength == 1 ? value * a : value * (1 + (a - 1) * strength)
            case .plus: strength == 1 ? value + a : value + a * strength
            }
        }
    }

    struct UncertainEffect: Sendable {
        let operation: Operation
        let distribution: Distribution
    }

    struct LeverEffect: Sendable {
        let target: Int
        let operation: Operation
        let amount: Double
        /// The first year; the decision's where that is later.
        let from: Int
        /// Years from none to all of it: the first has 1/over.
        let over: Int
        /// Which of the option's ranges the amount is of, where a search chooses it.
        var blend: RangeBlend?

        /// The amount, with what was chosen for the option's ranges; its own where nothing was.
        func amount(_ values: [Double]) -> Double {
            guard let blend, !values.isEmpty else { return amount }
            let first = values[blend.first]
            return blend.weight == 0 ? first : first + (values[blend.second] - first) * blend.weight
        }
    }

    /// An option with what was chosen for its ranges; as many as there are policies share the effects.
    struct LeverOption: Sendable {
        let effects: [LeverEffect]
        /// One number a range; empty where there is none, or none is chosen.
        var values: [Double] = []
    }

    /// The values of `slots` that hold in a year.
    ///
    /// - Parameters:
    ///   - choices: the option of each decision of the study, -1 where it is not taken or not yet taken.
    ///   - values: as long as `slots`.
    public func evaluate(year: Int, sample: Int, choices: [Int], into values: UnsafeMutableBufferPointer<Double>) {
        precondition(values.count == slots.count && choices.count == levers.count)
        for index in start.indices { values[index] = start[index] }
        for change in trajectories {
            let factor = change.effect.factor(year)
            for target in change.targets { values[target] *= factor }
        }
        withUnsafeTemporaryAllocation(of: Double.self, capacity: uncertainties.count) { draws in
            draw(sample: sample, into: draws)
            for (index, change) in uncertainties.enumerated() {
                for target in change.targets {
                    values[target] = change.effect.operation.apply(values[target], draws[index])
                }
            }
        }
        for (decision, lever) in levers.enumerated() where choices[decision] >= 0 && year >= lever.year {
            let option = lever.options[choices[decision]]
            for effect in option.effects {
                let from = max(effect.from, lever.year)
                guard year >= from else { continue }
                let strength = min(1, Double(year - from + 1) / Double(effect.over))
                values[effect.target] = effect.operation.apply(
                    values[effect.target], effect.amount(option.values), strength: strength)
            }
        }
        for (index, range) in ranges.enumerated() where !values[index].isNaN {
            values[index] = min(max(values[index], range.lowerBound), range.upperBound)
        }
    }

    /// The drawn values of all uncertainties in a sample, in the order of `Study.uncertainties`.
    public func draw(sample: Int) -> [Double] {
        [Double](unsafeUninitializedCapacity: uncertainties.count) { buffer, count in
            let whole = UnsafeMutableBufferPointer(rebasing: buffer[..<uncertainties.count])
            draw(sample: sample, into: whole)
            count = uncertainties.count
        }
    }

    private func draw(sample: Int, into draws: UnsafeMutableBufferPointer<Double>) {
        let count = uncertainties.count
        for index in 0..<count { draws.initializeElement(at: index, to: sobol.point(sample, index)) }
        if !correlation.isEmpty {
            for index in 0..<count { draws[index] = Normal.quantile(draws[index]) }
            for row in stride(from: count - 1, through: 0, by: -1) {
                var score = 0.0
                for column in 0...row { score += correlation[row * count + column] * draws[column] }
                draws[row] = Normal.probability(score)
            }
        }
        for index in 0..<count { draws[index] = uncertainties[index].effect.distribution.quantile(draws[index]) }
    }

    /// Whether a shock strikes in a sample.
    public func strikes(shock: Int, sample: Int) -> Bool {
        let shock = shocks[shock]
        let draw = Draw(
            seed: sobol.seed, sample: sample, purpose: .shock, entity: Philox.entity(shock.name), step: 0)
        return draw.uniform < shock.probability
    }
}

/// An amount between the numbers of two ranges of an option: (1 - weight) times the first and weight times the second.
struct RangeBlend: Sendable, Hashable {
    /// The place of the first among the option's ranges.
    let first: Int
    /// The place of the second.
    let second: Int
    /// From 0 to 1.
    let weight: Double
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
