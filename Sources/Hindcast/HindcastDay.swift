import WorldModel

/// What the hours of a day are cleared with, MW; [24] hours each.
struct HindcastDay {
    /// What is taken as it is, by hour and area: demand less the residual and all that isn't cleared.
    var load: [Double]
    /// What isn't cleared, by hour, area and carrier.
    var fixed: [Double]
    /// What the parts of an offer may give, by area and carrier; `[must_run, range, reserve]`.
    var parts: [[Double]]
    /// Flow by tie: least and largest; the same where it is scheduled.
    var flows: [ClosedRange<Double>]

    /// A day of observations as its plan has it, without a look at what is to be made again.
    ///
    /// - Returns: nil where no fitted day is near enough.
    init?(
        _ day: Int, of observed: Observed, plan: HindcastPlan, fit: HindcastFit,
        residual: (_ hour: Int, _ area: Int) -> Double
    ) {
        let (areas, carriers) = (plan.areas.count, plan.carriers.count)
        let date = observed.days[day]
        load = [Double](repeating: 0, count: 24 * areas)
        fixed = [Double](repeating: 0, count: 24 * areas * carriers)
        parts = [[Double]](repeating: [0, 0, 0], count: areas * carriers)
        flows = []
        for hour in 0..<24 {
            for area in 0..<areas {
                load[hour * areas + area] =
                    observed.demand[(24 * day + hour) * areas + area] - residual(hour, area)
            }
        }
        // Water comes last: it goes where the load is that all else leaves.
        let order = plan.carriers.indices.sorted {
            (plan.carriers[$0].role == .shaved ? 1 : 0, $0) < (plan.carriers[$1].role == .shaved ? 1 : 0, $1)
        }
        for carrier in order {
            let kind = plan.carriers[carrier]
            let about = fit.about(date, reach: kind.reach)
            if about.isEmpty { return nil }
            for area in 0..<areas {
                func powers(_ index: Int) -> HindcastFit.Powers {
                    fit.ranges[(index * areas + area) * carriers + carrier]
                }
                func mean(_ power: (HindcastFit.Powers) -> Double) -> Double {
                    about.reduce(0) { $0 + $1.weight * power(powers($1.index)) }
                }
                let stands = plan.capacity[area * carriers + carrier]
                var given = [Double](repeating: 0, count: 24)
                switch kind.role {
                case .given:
                    given = (0..<24).map { observed.generation[((24 * day + $0) * areas + area) * carriers + carrier] }
                case .held:
                    given = given.map { _ in mean(\.mean) }
                    parts[area * carriers + carrier][2] = max(stands - mean(\.mean), 0)
                case .offered:
                    let (least, largest) = (mean(\.least), mean(\.largest))
                    parts[area * carriers + carrier] = [least, largest - least, max(stands - largest, 0)]
                case .shaved:
                    let energy = about.reduce(0) { $0 + powers($1.index).mean } / Double(about.count) * 24
                    let power = about.reduce(0) { max($0, powers($1.index).largest) }
                    given = HindcastDay.shaved((0..<24).map { load[$0 * areas + area] }, energy: energy, power: power)
                }
                for hour in 0..<24 {
                    fixed[(hour * areas + area) * carriers + carrier] = given[hour]
                    load[hour * areas + area] -= given[hour]
                }
            }
        }
        for (tie, kind) in plan.ties.enumerated() {
            let about = fit.about(date, reach: kind.reach)
            if about.isEmpty { return nil }
            func powers(_ index: Int) -> HindcastFit.Powers { fit.flows[index * plan.ties.count + tie] }
            if kind.isScheduled {
                let mean = about.reduce(0) { $0 + $1.weight * powers($1.index).mean }
                flows.append(mean...mean)
            } else {
                flows.append(
                    about.reduce(0) {
                        min($0, powers($1.index).least)
                    }...about.reduce(0) { max($0, powers($1.index).largest) })
            }
        }
    }

    /// Share of its power by which water answers to a load that is higher by all of its mean.
    static let answer = 1.5

    /// A day's energy spread over its hours by the load that is to be met.
    ///
    /// p_h = P min(max(answer (L_h / L − m), 0), 1), L the mean of |L_h|, with the level m at which Σ p_h is the energy.
    static func shaved(_ load: [Double], energy: Double, power: Double) -> [Double] {
        let mean = load.reduce(0) { $0 + abs($1) } / Double(load.count)
        guard energy > 0, power > 0 else { return load.map { _ in 0 } }
        let height = load.map { mean > 0 ? $0 / mean : 0 }
        func given(_ level: Double) -> [Double] { height.map { power * min(max(answer * ($0 - level), 0), 1) } }
        var low = (height.min() ?? 0) - 1 / answer
        var high = height.max() ?? 0
        for _ in 0..<60 {
            let level = (low + high) / 2
            if given(level).reduce(0, +) > energy { low = level } else { high = level }
        }
        return given((low + high) / 2)
    }
}
