import Cases
import WorldModel

/// What a world makes of observed days: demand and what must be taken are replayed, and each hour is cleared.
public struct Hindcast: Sendable {
    /// What is known of the residual of the day that is made again.
    public enum Given: String, Sendable, CaseIterable {
        /// The residual of each hour.
        case residual
        /// Its mean over the fitted days, by month and hour.
        case climatology
    }

    /// What a plan was made for.
    public let plan: HindcastPlan
    /// What was observed on the days that were made again.
    public let observed: Observed
    /// By hour, area and carrier, MW.
    public internal(set) var generation: [Double]
    /// By hour and tie, MW.
    public internal(set) var flow: [Double]
    /// By hour and node, currency/MWh.
    public internal(set) var price: [Double]
    /// MWh of load that wasn't met, and of output that was spilled.
    public internal(set) var unserved = 0.0, spilled = 0.0
    /// The worst certificate of an hour: how far its cost can be above the least, relative to it.
    public internal(set) var gap = 0.0
    /// Days so far from all fitted ones that what was possible on them is that of the same season of another year.
    public internal(set) var farDays: [CivilDate] = []

    /// Days of observations, made again with what a world was fitted to.
    ///
    /// - Throws: findings where no fitted day is near, or an hour can't be certified.
    public static func run(
        _ observed: Observed, plan: HindcastPlan, fit: HindcastFit, given: Given
    ) throws -> Hindcast {
        let days = try prepare(observed, plan: plan, fit: fit, given: given)
        var made = try HindcastProgram(plan: plan, observed: observed, days: days).clear()
        made.farDays = observed.days.filter(fit.isFar)
        return made
    }

    /// Days of observations, each made again with what every second of the others says.
    ///
    /// The days are dealt in turn to two halves; each half is made again with a fit of the other.
    public static func crossValidated(_ observed: Observed, plan: HindcastPlan, given: Given) throws -> Hindcast {
        guard observed.days.count >= 4 else {
            throw Findings([
                Finding(
                    file: "demand.csv", message: "\(observed.days.count) whole days can't be parted into two halves",
                    remedy: "give at least 4 days, or leave out --cross-validate")
            ])
        }
        let halves = (0...1).map { half in observed.days.indices.filter { $0 % 2 == half } }
        var days = [HindcastDay?](repeating: nil, count: observed.days.count)
        for half in 0...1 {
            let fit = HindcastFit(observed.chosen(halves[1 - half], of: plan), plan: plan)
            let found = try prepare(observed.chosen(halves[half], of: plan), plan: plan, fit: fit, given: given)
            for (place, day) in zip(halves[half], found) { days[place] = day }
        }
        return try HindcastProgram(plan: plan, observed: observed, days: days.compactMap { $0 }).clear()
    }

    private static func prepare(
        _ observed: Observed, plan: HindcastPlan, fit: HindcastFit, given: Given
    ) throws(Findings) -> [HindcastDay] {
        let areas = plan.areas.count
        var days: [HindcastDay] = []
        var findings: [Finding] = []
        for (day, date) in observed.days.enumerated() {
            let month = date.parts.month - 1
            // The mean of a month that holds the day itself has seen it; without it, it hasn't.
            let seen = Double(fit.days.count { $0.parts.month == month + 1 })
            let isSeen = fit.days.contains(date)
            let usual: (Int, Int) -> Double = { hour, area in
                let mean = fit.residual[area * 288 + month * 24 + hour]
                let own = observed.residual[(24 * day + hour) * areas + area]
                return isSeen ? (seen * mean - own) / (seen - 1) : mean
            }
            if given == .climatology, isSeen && seen < 2 || plan.areas.indices.contains(where: { usual(0, $0).isNaN }) {
                findings.append(
                    Finding(
                        file: "demand.csv", path: date.description,
                        message: "no residual of another day of month \(month + 1) was fitted",
                        remedy: "fit days of that month, or write `--given residual`"))
                continue
            }
            let residual: (Int, Int) -> Double = { hour, area in
                given == .residual ? observed.residual[(24 * day + hour) * areas + area] : usual(hour, area)
            }
            if let made = HindcastDay(day, of: observed, plan: plan, fit: fit, residual: residual) {
                days.append(made)
            } else {
                findings.append(
                    Finding(
                        file: "demand.csv", path: date.description,
                        message:
                            "no fitted day is within \(HindcastFit.mostDistance) days of \(date), nor of that season "
                            + "of another year",
                        remedy: "fit days of that season: `worldlines hindcast --fit FOLDER`"))
            }
        }
        if !findings.isEmpty { throw Findings(findings) }
        return days
    }
}

/// The hours of prepared days as a case that the kernel clears.
struct HindcastProgram {
    let plan: HindcastPlan
    let observed: Observed
    let days: [HindcastDay]

    /// A straight piece of an offer: a generator of the case.
    private struct Piece {
        let area: Int
        let carrier: Int
        let part: Int
        let from: HindcastPlan.Corner
        let to: HindcastPlan.Corner
    }

    /// Less power than this is none, MW: its slope would be without bounds.
    private static let leastPower = 1e-3

    private var pieces: [Piece] {
        var pieces: [Piece] = []
        for area in plan.areas.indices {
            for (carrier, kind) in plan.carriers.enumerated() {
                for (part, name) in HindcastPlan.Part.allCases.enumerated() {
                    let corners = kind.offers[name] ?? []
                    for (from, to) in zip(corners, corners.dropFirst()) {
                        pieces.append(Piece(area: area, carrier: carrier, part: part, from: from, to: to))
                    }
                }
            }
        }
        return pieces
    }

    func clear() throws -> Hindcast {
        let pieces = pieces
        let grid = grid(pieces)
        let solution = try CaseClearing.solve(grid, model: .transport)
        if solution.status != .optimal {
            throw CaseClearing.Unsupported(origin: grid.buses[0].origin, message: solution.reason)
        }
        let (areas, carriers) = (plan.areas.count, plan.carriers.count)
        var result = Hindcast(
            plan: plan, observed: observed, generation: days.flatMap(\.fixed),
            flow: solution.hours.flatMap(\.linkFlow), price: solution.hours.flatMap(\.price))
        for (hour, found) in solution.hours.enumerated() {
            for (index, piece) in pieces.enumerated() {
                result.generation[(hour * areas + piece.area) * carriers + piece.carrier] += found.generation[index]
            }
            for area in 0..<areas {
                result.unserved += found.generation[pieces.count + area]
                result.spilled -= found.generation[pieces.count + areas + area]
            }
            result.gap = max(result.gap, found.gap)
        }
        return result
    }

    private func grid(_ pieces: [Piece]) -> GridCase {
        let origin = GridCase.Origin(file: "hindcast")
        let areas = plan.areas.count
        var grid = GridCase(name: "hindcast")
        let hours = 24 * days.count
        grid.hours = GridCase.Hours(
            labels: days.indices.flatMap { day in (0..<24).map { "\(observed.days[day])T\($0)" } },
            weights: [Double](repeating: 1, count: hours), durations: [Double](repeating: 1, count: hours))
        grid.buses = plan.nodes.map {
            GridCase.Bus(
                name: $0, title: $0, nominalVoltage: 1, x: 0, y: 0, isReference: false, origin: origin)
        }
        grid.loads = plan.areas.indices.map { area in
            GridCase.Load(
                name: plan.areas[area], bus: area,
                power: .hourly(days.flatMap { day in (0..<24).map { day.load[$0 * areas + area] } }), origin: origin)
        }
        func generator(
            _ name: String, _ area: Int, least: GridCase.Course, most: GridCase.Course, linear: Double,
            quadratic: GridCase.Course
        ) -> GridCase.Generator {
            GridCase.Generator(
                name: name, bus: area, carrier: nil, nominal: 1, minimum: least, maximum: most,
                cost: GridCase.Cost(linear: .constant(linear), quadratic: quadratic), efficiency: 1, rampUp: nil,
                rampDown: nil, origin: origin)
        }
        for piece in pieces {
            let power = days.flatMap { day in
                let part = day.parts[piece.area * plan.carriers.count + piece.carrier][piece.part]
                let power = part * (piece.to.share - piece.from.share)
                return [Double](repeating: power < HindcastProgram.leastPower ? 0 : power, count: 24)
            }
            grid.generators.append(
                generator(
                    "\(plan.areas[piece.area])-\(plan.carriers[piece.carrier].name)", piece.area, least: .constant(0),
                    most: .hourly(power), linear: piece.from.cost,
                    quadratic: .hourly(power.map { $0 > 0 ? (piece.to.cost - piece.from.cost) / $0 : 0 })))
        }
        // What all areas draw and take bounds what any of them may shed or spill.
        let loads = (0..<hours).map { hour in grid.loads.reduce(0) { $0 + abs($1.power[hour]) } }
        for area in plan.areas.indices {
            grid.generators.append(
                generator(
                    "\(plan.areas[area])-unserved", area, least: .constant(0), most: .hourly(loads),
                    linear: plan.lostLoadCost, quadratic: .constant(0)))
        }
        for area in plan.areas.indices {
            grid.generators.append(
                generator(
                    "\(plan.areas[area])-spilled", area, least: .hourly(loads.map { -$0 }), most: .constant(0),
                    linear: -plan.spillCost, quadratic: .constant(0)))
        }
        grid.links = plan.ties.enumerated().map { tie, kind in
            func limit(_ bound: (ClosedRange<Double>) -> Double) -> GridCase.Course {
                .hourly(days.flatMap { [Double](repeating: bound($0.flows[tie]), count: 24) })
            }
            return GridCase.Link(
                name: kind.name, bus0: kind.from, bus1: kind.to, carrier: nil, nominal: 1, minimum: limit(\.lowerBound),
                maximum: limit(\.upperBound), efficiency: .constant(1), cost: GridCase.Cost(), length: 0,
                origin: origin)
        }
        return grid
    }
}
