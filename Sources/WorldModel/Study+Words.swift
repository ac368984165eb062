extension Study {
    /// What an outcome is made of, in words: `discounted sum over the years of system_cost`.
    public func words(of outcome: Outcome) -> String {
        let time =
            switch outcome.overTime {
            case .sum: "sum over the years"
            case .mean: "mean of the years"
            case .max: "largest of the years"
            case .min: "least of the years"
            case .last: "last year"
            case .first: "first year"
            case .discountedSum: "discounted sum over the years"
            }
        guard let dimension = outcome.variable.dimension else { return "\(time) of \(outcome.variable.name)" }
        let names = world.entities(of: dimension)
        let listed = outcome.entities.count < names.count
        let place = listed ? outcome.entities.map { names[$0] }.joined(separator: ", ") : "all"
        let over =
            switch outcome.overEntities {
            case .sum: "summed over \(place)"
            case .mean: "averaged over \(place)"
            case .max: "the largest of \(place)"
            case .min: "the least of \(place)"
            case .shareOf: "share of \(place)"
            case .shareOutside: "share outside \(place)"
            case .gini: "Gini coefficient of \(place)"
            case .concentration: "concentration of \(place)"
            }
        return "\(time) of \(outcome.variable.name), \(over)"
    }

    /// How an uncertainty is distributed, in words: `factor: lognormal, median 1, sigma 0.25`.
    public func words(of uncertainty: Uncertainty) -> String {
        guard let index = uncertainties.firstIndex(where: { $0.path == uncertainty.path }) else { return "" }
        let effect = effects.uncertainties[index].effect
        let shape =
            switch effect.distribution {
            case .uniform(let a, let b): "uniform, \(Numeral.text(a)) to \(Numeral.text(b))"
            case .triangular(let a, let mode, let b):
                "triangular, \(Numeral.text(a)), \(Numeral.text(mode)), \(Numeral.text(b))"
            case .normal(let mean, let sd): "normal, mean \(Numeral.text(mean)), sd \(Numeral.text(sd))"
            case .lognormal(let median, let sigma):
                "lognormal, median \(Numeral.text(median)), sigma \(Numeral.text(sigma))"
            case .discrete(let values, _): "one of " + values.map { Numeral.text($0) }.joined(separator: ", ")
            }
        switch effect.operation {
        case .set: return shape
        case .times: return "factor: \(shape)"
        case .plus: return "added: \(shape)"
        }
    }
}
