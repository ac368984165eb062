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
        let weight = variable.cellMethod == "sum" ? Double(world.step) : 1
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
        }
    }
}
