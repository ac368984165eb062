public import WorldModel

/// What a power system did in whole days, hour by hour, in MW; the areas, carriers and ties are those of a plan.
public struct Observed: Sendable {
    /// The days, in order; hour h of day n is row 24 n + h of all that follows.
    public let days: [CivilDate]
    /// By hour and area.
    public let demand: [Double]
    /// By hour, area and carrier.
    public let generation: [Double]
    /// By hour and tie, positive from its first end to its second.
    public let flow: [Double]
    /// By hour and area: demand and net export less the generation of every carrier.
    ///
    /// It is what units that are not reported gave: sun, wind, small plants, less the charging of pumped stores.
    public let residual: [Double]
    /// Days that are in the files and yet left out.
    public let leftOut: [CivilDate]
    /// What is dubious in the files and yet stops nothing.
    public let warnings: [Finding]

    /// The number of hours.
    public var hours: Int { 24 * days.count }

    init(
        plan: HindcastPlan, days: [CivilDate], demand: [Double], generation: [Double], flow: [Double],
        leftOut: [CivilDate], warnings: [Finding]
    ) {
        self.days = days
        self.demand = demand
        self.generation = generation
        self.flow = flow
        self.leftOut = leftOut
        self.warnings = warnings
        let (areas, carriers, ties) = (plan.areas.count, plan.carriers.count, plan.ties.count)
        var residual = demand
        for hour in 0..<24 * days.count {
            for area in 0..<areas {
                for carrier in 0..<carriers {
                    residual[hour * areas + area] -= generation[(hour * areas + area) * carriers + carrier]
                }
            }
            for (tie, ends) in plan.ties.enumerated() {
                let power = flow[hour * ties + tie]
                if ends.from < areas { residual[hour * areas + ends.from] += power }
                if ends.to < areas { residual[hour * areas + ends.to] -= power }
            }
        }
        self.residual = residual
    }

    /// The same observations of some of the days.
    func chosen(_ chosen: [Int], of plan: HindcastPlan) -> Observed {
        func rows(_ values: [Double], _ width: Int) -> [Double] {
            chosen.flatMap { values[$0 * 24 * width..<($0 + 1) * 24 * width] }
        }
        let areas = plan.areas.count
        return Observed(
            plan: plan, days: chosen.map { days[$0] }, demand: rows(demand, areas),
            generation: rows(generation, areas * plan.carriers.count), flow: rows(flow, plan.ties.count),
            leftOut: leftOut,
            warnings: warnings)
    }
}

/// Gives flows whose sign changes by date the sign by which each hub's flows sum to 0.
///
/// On each day, of all combinations of signs the one is taken whose sums are smallest in the mean of their absolute
/// values. Where another is less than twice as large, the signs may have changed within the day: two combinations are tried,
/// one before an hour and one from it on. Where these don't halve the sums either, the day takes the signs of the
/// nearest day that is clear.
struct ClosingSigns {
    let plan: HindcastPlan

    /// Signs by tie before an hour and from it on.
    private struct Signs {
        var before: [Double]
        var after: [Double]
        /// The first hour of the later signs by tie; 24 where they don't change.
        var changes: [Int]
        var isClear = true
        /// Mean of the absolute sums at the hub that closes worst, MW.
        var miss = 0.0

        var firstChange: Int { changes.min() ?? 24 }

        subscript(hour: Int, tie: Int) -> Double { hour < changes[tie] ? before[tie] : after[tie] }
    }

    /// Signs of a day's flows, [24][ties].
    private func signs(_ flow: ArraySlice<Double>) -> Signs {
        let known = plan.ties.map { $0.sign ?? 1 }
        var signs = Signs(before: known, after: known, changes: known.map { _ in 24 })
        for hub in plan.hubs {
            let open = plan.ties.indices.filter {
                plan.ties[$0].sign == nil && (plan.ties[$0].from == hub || plan.ties[$0].to == hub)
            }
            if open.isEmpty { continue }
            let misses = (0..<1 << open.count).map { missed(flow, hub, open, choice: $0) }
            let sums = misses.map { $0.reduce(0, +) / 24 }
            let order = sums.indices.sorted { (sums[$0], $0) < (sums[$1], $1) }
            var best = (before: order[0], after: order[0], change: 24, miss: sums[order[0]])
            let isClear = sums[order[1]] > 2 * sums[order[0]]
            if !isClear {
                for before in misses.indices {
                    for after in misses.indices where after != before {
                        for hour in 1..<24 {
                            let miss =
                                (misses[before][..<hour].reduce(0, +) + misses[after][hour...].reduce(0, +)) / 24
                            if miss < best.miss, 2 * miss < sums[order[0]] { best = (before, after, hour, miss) }
                        }
                    }
                }
            }
            for (place, tie) in open.enumerated() {
                signs.before[tie] = best.before >> place & 1 == 1 ? -1 : 1
                signs.after[tie] = best.after >> place & 1 == 1 ? -1 : 1
                signs.changes[tie] = best.change
            }
            signs.isClear = signs.isClear && (isClear || best.change < 24)
            signs.miss = max(signs.miss, best.miss)
        }
        return signs
    }

    /// The absolute sum of the flows into a hub by hour, where the bits of a choice turn the signs of the open ties.
    private func missed(_ flow: ArraySlice<Double>, _ hub: Int, _ open: [Int], choice: Int) -> [Double] {
        (0..<24).map { hour in
            var sum = 0.0
            for (tie, ends) in plan.ties.enumerated() where ends.from == hub || ends.to == hub {
                let turned = open.firstIndex(of: tie).map { choice >> $0 & 1 == 1 ? -1.0 : 1.0 }
                let sign = (ends.to == hub ? 1 : -1) * (turned ?? ends.sign ?? 1)
                sum += sign * flow[flow.startIndex + hour * plan.ties.count + tie]
            }
            return abs(sum)
        }
    }

    /// The flows with their signs; a warning for each day on which they change or aren't clear.
    func applied(to flow: [Double], _ days: [CivilDate], file: String, _ collector: Collector) -> [Double] {
        let width = plan.ties.count
        var found = days.indices.map { signs(flow[$0 * 24 * width..<($0 + 1) * 24 * width]) }
        let clear = found.indices.filter { found[$0].isClear && found[$0].firstChange == 24 }
        for (index, date) in days.enumerated() where !found[index].isClear {
            let nearest = clear.min { abs(days[$0].day - date.day) < abs(days[$1].day - date.day) }
            collector.warn(
                file, nil, date.description,
                "no signs of the flows close clearly; the best miss by \(Numeral.text(found[index].miss.rounded())) MW",
                nearest.map { "taken are those of \(days[$0])" } ?? "taken are the best")
            if let nearest { found[index] = found[nearest] }
        }
        for (index, date) in days.enumerated() where found[index].firstChange < 24 {
            collector.warn(
                file, nil, date.description, "the signs of the flows change at hour \(found[index].firstChange)",
                "taken are the two by which they close")
        }
        return flow.enumerated().map { index, power in
            power * found[index / width / 24][index / width % 24, index % width]
        }
    }
}
