import Foundation

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

    let overTime: OverTime
    let overEntities: OverEntities
    /// The entities that the file lists; all of them where it lists none.
    let entities: [Int]

    enum OverTime: String, Sendable, CaseIterable {
        case sum, mean, max, min, last, first
        case discountedSum = "discounted_sum"
    }

    enum OverEntities: String, Sendable, CaseIterable {
        case sum, mean, max, min
        case shareOf = "share_of"
        case shareOutside = "share_outside"
        case gini, concentration

        /// Whether its result is a pure number, whatever is measured.
        var isRatio: Bool {
            switch self {
            case .shareOf, .shareOutside, .gini, .concentration: true
            case .sum, .mean, .max, .min: false
            }
        }
    }

    /// The outcome of one world line: first over entities, year by year, then over the years.
    ///
    /// A share of nothing is 0. A discounted sum is the sum of value / (1 + rate)^(year - first year). Where steps are
    /// longer than a year, what a year brings counts in sums as often as the step has years.
    /// - Parameters:
    ///   - yearly: the variable's values, [year][entity], entity fastest.
    ///   - discountRate: in %/yr.
    public func evaluate(_ yearly: [Double], world: World, years: ClosedRange<Int>, discountRate: Double) -> Double {
        let count = world.count(of: variable)
        let steps = (years.upperBound - years.lowerBound) / world.step + 1
        precondition(yearly.count == steps * count)
        let series = (0..<steps).map { value(yearly[$0 * count..<($0 + 1) * count]) }
        let weight = variable.cellMethod == .sum ? Double(world.step) : 1
        switch overTime {
        case .sum: return weight * series.reduce(0, +)
        case .mean: return series.reduce(0, +) / Double(series.count)
        case .max: return series.max() ?? 0
        case .min: return series.min() ?? 0
        case .last: return series[series.count - 1]
        case .first: return series[0]
        case .discountedSum:
            return weight
                * series.enumerated().reduce(0) {
                    $0 + $1.element / pow(1 + discountRate / 100, Double($1.offset * world.step))
                }
        }
    }

    private func value(_ year: ArraySlice<Double>) -> Double {
        let chosen = entities.map { year[year.startIndex + $0] }
        switch overEntities {
        case .sum: return chosen.reduce(0, +)
        case .mean: return chosen.isEmpty ? 0 : chosen.reduce(0, +) / Double(chosen.count)
        case .max: return chosen.max() ?? 0
        case .min: return chosen.min() ?? 0
        case .shareOf, .shareOutside:
            let total = year.reduce(0, +)
            if total == 0 { return 0 }
            let share = chosen.reduce(0, +) / total
            return overEntities == .shareOf ? share : 1 - share
        case .gini: return Outcome.gini(chosen)
        case .concentration:
            let total = chosen.reduce(0, +)
            return total == 0 ? 0 : chosen.reduce(0) { $0 + $1 * $1 } / (total * total)
        }
    }

    /// The Gini coefficient: sum (2i - n - 1) x_(i) / (n sum x) over the sorted numbers; of nothing it is 0.
    ///
    /// With debts among the numbers it can exceed 1; where their sum is not above 0 it has no meaning and is 0.
    static func gini(_ values: [Double]) -> Double {
        let n = Double(values.count)
        let total = values.reduce(0, +)
        guard total > 0 else { return 0 }
        let ranked = values.sorted().enumerated().reduce(0) { $0 + (2 * Double($1.offset + 1) - n - 1) * $1.element }
        return ranked / (n * total)
    }
}
