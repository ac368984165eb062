import Foundation

extension Outcome {
    /// The numbers that an outcome sums, so that a difference of two outcomes is shared out exactly.
    public struct Terms: Sendable {
        /// The terms, [step][entity], whose sum is the outcome.
        ///
        /// Years and entities that it does not count have 0.
        public let values: [Double]
        /// The weight of every step, 0 where the outcome doesn't count it.
        public let weights: [Double]
    }

    /// The terms of one world line: `evaluate` taken apart over steps and entities.
    ///
    /// A largest or least number has one term. A share has the shares of the entities that it counts, a concentration
    /// their squares, a Gini coefficient the addends of its formula.
    public func terms(_ yearly: [Double], world: World, years: ClosedRange<Int>, discountRate: Double) -> Terms {
        let count = world.count(of: variable)
        let steps = (years.upperBound - years.lowerBound) / world.step + 1
        precondition(yearly.count == steps * count)
        let parts = (0..<steps).map { entityTerms(Array(yearly[$0 * count..<($0 + 1) * count])) }
        let weights = timeWeights(parts.map { $0.reduce(0, +) }, step: world.step, discountRate: discountRate)
        return Terms(values: zip(parts, weights).flatMap { part, weight in part.map { $0 * weight } }, weights: weights)
    }

    private func timeWeights(_ series: [Double], step: Int, discountRate: Double) -> [Double] {
        let weight = variable.cellMethod == .sum ? Double(step) : 1
        func only(_ chosen: Int?) -> [Double] { series.indices.map { $0 == chosen ? 1 : 0 } }
        switch overTime {
        case .sum: return series.map { _ in weight }
        case .mean: return series.map { _ in 1 / Double(series.count) }
        case .max: return only(series.indices.max { series[$0] < series[$1] })
        case .min: return only(series.indices.min { series[$0] < series[$1] })
        case .last: return only(series.count - 1)
        case .first: return only(0)
        case .discountedSum:
            return series.indices.map { weight / pow(1 + discountRate / 100, Double($0 * step)) }
        }
    }

    private func entityTerms(_ year: [Double]) -> [Double] {
        var terms = [Double](repeating: 0, count: year.count)
        let total = year.reduce(0, +)
        switch overEntities {
        case .sum: for entity in entities { terms[entity] = year[entity] }
        case .mean: for entity in entities { terms[entity] = year[entity] / Double(entities.count) }
        case .max: if let entity = entities.max(by: { year[$0] < year[$1] }) { terms[entity] = year[entity] }
        case .min: if let entity = entities.min(by: { year[$0] < year[$1] }) { terms[entity] = year[entity] }
        case .shareOf:
            if total != 0 { for entity in entities { terms[entity] = year[entity] / total } }
        case .shareOutside:
            if total != 0 {
                let inside = Set(entities)
                for entity in year.indices where !inside.contains(entity) { terms[entity] = year[entity] / total }
            }
        case .gini:
            let sum = entities.reduce(0) { $0 + year[$1] }
            let n = Double(entities.count)
            guard sum > 0 else { break }
            for (place, entity) in entities.sorted(by: { year[$0] < year[$1] }).enumerated() {
                terms[entity] = (2 * Double(place + 1) - n - 1) * year[entity] / (n * sum)
            }
        case .concentration:
            let sum = entities.reduce(0) { $0 + year[$1] }
            if sum != 0 { for entity in entities { terms[entity] = pow(year[entity] / sum, 2) } }
        }
        return terms
    }

    /// How it sums over the years, in words.
    public var timeWords: String {
        switch overTime {
        case .sum: "summed over the years"
        case .mean: "the mean of the years"
        case .max: "the largest year"
        case .min: "the least year"
        case .last: "the last year"
        case .first: "the first year"
        case .discountedSum: "discounted and summed over the years"
        }
    }

    /// How it joins entities, in words; empty where it sums all of them, or has none.
    public func entityWords(of world: World) -> String {
        guard let dimension = variable.dimension else { return "" }
        let names = world.entities(of: dimension)
        let isAll = entities.count == names.count
        let list =
            isAll
            ? ""
            : entities.prefix(4).map { names[$0] }.joined(separator: ", ")
                + (entities.count > 4 ? " and \(entities.count - 4) more" : "")
        switch overEntities {
        case .sum: return isAll ? "" : list
        case .mean: return isAll ? "mean of all" : "mean of " + list
        case .max: return isAll ? "largest of all" : "largest of " + list
        case .min: return isAll ? "least of all" : "least of " + list
        case .shareOf: return "share of " + list
        case .shareOutside: return "share outside " + list
        case .gini: return "Gini coefficient"
        case .concentration: return "concentration"
        }
    }

    /// Whether the terms of entities are in the unit of the variable.
    public var isInUnitOfVariable: Bool { !overEntities.isRatio }
}
