/// How near a course is to the one observed.
public struct HindcastScore: Sendable, Equatable {
    /// Σ made / Σ observed − 1; nil where nothing was observed.
    public let energyError: Double?
    /// Pearson's correlation over the hours; nil where one of the two doesn't change.
    public let correlation: Double?
    /// Root of the mean square of the difference, MW.
    public let rmse: Double
    /// Largest made / largest observed − 1; nil where nothing was observed.
    public let peakError: Double?
    /// The share of hours in which the direction is right, of those with more than 50 MW observed; nil without such hours.
    public let signShare: Double?

    /// Below this a flow observed has no direction that would be worth judging, MW.
    public static let leastFlow = 50.0

    /// Scores of a course against the observed one, of as many hours.
    public init(_ made: [Double], observed: [Double]) {
        let count = Double(made.count)
        let (x, y) = (made.reduce(0, +) / count, observed.reduce(0, +) / count)
        var (xx, yy, xy, square) = (0.0, 0.0, 0.0, 0.0)
        for (a, b) in zip(made, observed) {
            xx += (a - x) * (a - x)
            yy += (b - y) * (b - y)
            xy += (a - x) * (b - y)
            square += (a - b) * (a - b)
        }
        // Constant courses leave rounding of about 1e-16 of their squares.
        let isFlat = xx <= 1e-18 * count * x * x || yy <= 1e-18 * count * y * y || made.isEmpty
        let peak = observed.max() ?? 0
        energyError = y > 0 ? x / y - 1 : nil
        correlation = isFlat ? nil : xy / (xx * yy).squareRoot()
        rmse = made.isEmpty ? 0 : (square / count).squareRoot()
        peakError = peak > 0 ? (made.max() ?? 0) / peak - 1 : nil
        let strong = zip(made, observed).filter { abs($1) > HindcastScore.leastFlow }
        signShare =
            strong.isEmpty ? nil : Double(strong.count { ($0 > 0) == ($1 > 0) && $0 != 0 }) / Double(strong.count)
    }
}

/// Scores of all carriers, in the whole and by area, and of all ties.
public struct HindcastScores: Sendable {
    /// By carrier, of the sums over the areas.
    public let national: [String: HindcastScore]
    /// By area and carrier; carriers that never ran in an area are left out.
    public let areas: [String: [String: HindcastScore]]
    /// By tie; empty where nothing is said of flows.
    public let ties: [String: HindcastScore]

    /// Scores of generation [hour][area][carrier] and flow [hour][tie] against observations of the same hours.
    ///
    /// What is an input has no score.
    public init(generation: [Double], flow: [Double]?, observed: Observed, days: Range<Int>, plan: HindcastPlan) {
        let (areas, carriers, ties) = (plan.areas.count, plan.carriers.count, plan.ties.count)
        let hours = 24 * days.lowerBound..<24 * days.upperBound
        func course(_ values: [Double], _ width: Int, _ places: [Int], from first: Int) -> [Double] {
            hours.map { hour in places.reduce(0) { $0 + values[(hour - first) * width + $1] } }
        }
        var national: [String: HindcastScore] = [:]
        var byArea: [String: [String: HindcastScore]] = [:]
        for (carrier, kind) in plan.carriers.enumerated() where kind.role != .given {
            func score(_ places: [Int]) -> HindcastScore? {
                let seen = course(observed.generation, areas * carriers, places, from: 0)
                guard seen.contains(where: { $0 != 0 }) else { return nil }
                return HindcastScore(
                    course(generation, areas * carriers, places, from: hours.lowerBound), observed: seen)
            }
            national[kind.name] = score((0..<areas).map { $0 * carriers + carrier })
            for (area, name) in plan.areas.enumerated() {
                if let score = score([area * carriers + carrier]) { byArea[name, default: [:]][kind.name] = score }
            }
        }
        self.national = national
        self.areas = byArea
        var byTie: [String: HindcastScore] = [:]
        if let flow {
            for (tie, kind) in plan.ties.enumerated() {
                byTie[kind.name] = HindcastScore(
                    course(flow, ties, [tie], from: hours.lowerBound),
                    observed: course(observed.flow, ties, [tie], from: 0))
            }
        }
        self.ties = byTie
    }
}

extension Hindcast {
    /// How near it is to what was observed.
    public var scores: HindcastScores {
        HindcastScores(
            generation: generation, flow: flow, observed: observed, days: 0..<observed.days.count, plan: plan)
    }

    /// How near the day before is, of those observed: what a forecast must beat.
    ///
    /// The first day has none.
    public var persistence: HindcastScores {
        let (areas, carriers) = (plan.areas.count, plan.carriers.count)
        let last = max(observed.days.count - 1, 0)
        return HindcastScores(
            generation: Array(observed.generation.prefix(24 * last * areas * carriers)),
            flow: Array(observed.flow.prefix(24 * last * plan.ties.count)), observed: observed,
            days: min(1, observed.days.count)..<observed.days.count, plan: plan)
    }

    /// How near a merit order without a network is: what is cleared here, from the cheapest fuel on, shared by what stands.
    ///
    /// It knows neither the least nor the largest output of a day, nor where a limit binds.
    public var meritOrder: HindcastScores {
        HindcastScores(
            generation: meritOrderGeneration, flow: nil, observed: observed, days: 0..<observed.days.count, plan: plan)
    }

    /// By hour, area and carrier, MW.
    var meritOrderGeneration: [Double] {
        let (areas, carriers) = (plan.areas.count, plan.carriers.count)
        let cleared = plan.carriers.indices.filter { plan.carriers[$0].role == .offered }
        func cost(_ carrier: Int) -> Double { plan.carriers[carrier].offers[.range]?.first?.cost ?? 0 }
        let order = cleared.sorted { (cost($0), $0) < (cost($1), $1) }
        var made = generation
        for hour in 0..<observed.hours {
            func place(_ area: Int, _ carrier: Int) -> Int { (hour * areas + area) * carriers + carrier }
            var left = (0..<areas).reduce(0) { sum, area in sum + cleared.reduce(0) { $0 + made[place(area, $1)] } }
            for carrier in order {
                let stands = (0..<areas).map { plan.capacity[$0 * carriers + carrier] }
                let all = stands.reduce(0, +)
                let given = min(max(left, 0), all)
                left -= given
                for area in 0..<areas { made[place(area, carrier)] = all > 0 ? given * stands[area] / all : 0 }
            }
        }
        return made
    }
}
