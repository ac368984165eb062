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
/// values. Where another is less than twice as large, the day takes the signs of the nearest day that is clear.
struct ClosingSigns {
    let plan: HindcastPlan

    /// Signs by tie for a day's flows, [24][ties], and whether they are clear; nil where no sign is sought.
    private func signs(_ flow: ArraySlice<Double>) -> (signs: [Double], isClear: Bool, miss: Double) {
        let width = plan.ties.count
        var signs = plan.ties.map { $0.sign ?? 1 }
        var (isClear, miss) = (true, 0.0)
        for hub in plan.hubs {
            let open = plan.ties.indices.filter {
                plan.ties[$0].sign == nil && (plan.ties[$0].from == hub || plan.ties[$0].to == hub)
            }
            if open.isEmpty { continue }
            var found: [(miss: Double, choice: Int)] = []
            for choice in 0..<1 << open.count {
                var total = 0.0
                for hour in 0..<24 {
                    var sum = 0.0
                    for (tie, ends) in plan.ties.enumerated() where ends.from == hub || ends.to == hub {
                        let place = open.firstIndex(of: tie)
                        let sign = place.map { choice >> $0 & 1 == 1 ? -1.0 : 1.0 } ?? signs[tie]
                        sum += (ends.to == hub ? 1 : -1) * sign * flow[flow.startIndex + hour * width + tie]
                    }
                    total += abs(sum)
                }
                found.append((total / 24, choice))
            }
            found.sort { ($0.miss, $0.choice) < ($1.miss, $1.choice) }
            for (place, tie) in open.enumerated() { signs[tie] = found[0].choice >> place & 1 == 1 ? -1 : 1 }
            isClear = isClear && found[1].miss > 2 * found[0].miss
            miss = max(miss, found[0].miss)
        }
        return (signs, isClear, miss)
    }

    /// The flows with their signs; a warning for each day on which they aren't clear.
    func applied(to flow: [Double], _ days: [CivilDate], file: String, _ collector: Collector) -> [Double] {
        let width = plan.ties.count
        var found = days.indices.map { signs(flow[$0 * 24 * width..<($0 + 1) * 24 * width]) }
        let clear = found.indices.filter { found[$0].isClear }
        for index in found.indices where !found[index].isClear {
            let nearest = clear.min { abs(days[$0].day - days[index].day) < abs(days[$1].day - days[index].day) }
            collector.warn(
                file, nil, days[index].description,
                "no signs of the flows close clearly; the best miss by \(Numeral.text(found[index].miss.rounded())) MW",
                nearest.map { "taken are those of \(days[$0])" } ?? "taken are the best")
            if let nearest { found[index].signs = found[nearest].signs }
        }
        return flow.enumerated().map { index, power in power * found[index / width / 24].signs[index % width] }
    }
}
