import Lanes
import WorldModel

/// The tables whose rows can age, have limits of what is built, and grow by rule.
enum PlantKind: String, CaseIterable, Sendable {
    case generators, links
    case storage = "storage_units"
    case lines

    /// The column of its power, PyPSA's.
    var power: String { self == .lines ? "s_nom" : "p_nom" }
}

/// A row whose power is not simply the year's `p_nom`, or `s_nom` of a line.
struct Plant: Sendable {
    let kind: PlantKind
    let row: Int
    /// 0 where it neither appears nor retires.
    let buildYear: Int
    let isRuled: Bool
    let power, most, mostAdded, capital, fixed: Parameter
    /// A line has none.
    let lifetime: Parameter?
}

/// What stands of each row, year by year.
///
///     wanted = p_nom of the year + built by rule - closed
///     standing = min(wanted, remaining + room), remaining = min(last year's standing, wanted),
///                room = min(p_nom_build_max, p_nom_max - remaining)
///
/// What a lever asks beyond the room of a year is still wanted in the next. What stood at the start closes in the year
/// `build_year` + `lifetime`; nothing of a row stands before its `build_year`.
///
/// The rule looks back at last year's margin per MW, m = (revenue at nodal prices - operating cost) / p_nom:
///
///     ordered = min(max(rate (m / (capital_cost + fom_cost) - 1), 0), 1) standing, within the room
///     closed += min(max(rate (1 - m' / fom_cost), 0), 1) standing, m' the larger of the last two years' margins
///
/// Lines neither age nor close: what obeys Kirchhoff and carries nothing would hold the angles at its ends together.
final class Plants: Sendable {
    /// A limit that is none.
    private static let unlimited = 1e12

    /// Rows whose power ages, has limits, or grows by rule; in `ruled` those that grow by rule.
    let plants: [Plant]
    let ruled: [Int]
    /// Every row of the four tables, with its place in `plants`, or -1.
    private let rows: [Row]
    /// The place of each row in `ruled`, -1 where it has none; `ruledFlows` has links, then lines.
    let ruledGenerators, ruledStorage, ruledFlows: [Int]
    /// Years from the rule's order to operation.
    let leadTime: Int
    /// The first year of the world.
    private let start: Int

    let expansionRate: Parameter
    let standing, initial, closed, built, ordered, margin, marginBefore: StateColumn
    /// Revenue less operating cost of the year of each row that grows by rule, currency.
    private let earned: ScratchColumn

    private struct Row: Sendable {
        let plant: Int
        let row: Int
        let power, capital, fixed: Parameter
    }

    init(_ plan: inout KernelPlan) {
        let world = plan.world
        let plants = world.hasSection("grid") ? Self.list(plan) : []
        let ruled = plants.indices.filter { plants[$0].isRuled }
        func places(_ kind: PlantKind, _ list: [Int]) -> [Int] {
            world.table(kind.rawValue).ids.indices.map { row in
                list.firstIndex { plants[$0].kind == kind && plants[$0].row == row } ?? -1
            }
        }
        let all = Array(plants.indices)
        self.plants = plants
        self.ruled = ruled
        start = world.start
        rows = [PlantKind.generators, .storage, .links, .lines].flatMap { kind in
            let columns = (
                plan.column(kind.rawValue, kind.power), plan.column(kind.rawValue, "capital_cost"),
                plan.column(kind.rawValue, "fom_cost")
            )
            return places(kind, all).enumerated().map { row, plant in
                Row(plant: plant, row: row, power: columns.0, capital: columns.1, fixed: columns.2)
            }
        }
        ruledGenerators = places(.generators, ruled)
        ruledStorage = places(.storage, ruled)
        ruledFlows = places(.links, ruled) + places(.lines, ruled)
        leadTime = Int(world.fixed("grid", "expansion_lead_time"))
        expansionRate = plan.number("grid", "expansion_rate")
        standing = plan.stateIfAny("standing_power", plants.count)
        initial = plan.stateIfAny("initial_power", plants.count)
        closed = plan.stateIfAny("closed_power", plants.count)
        built = plan.stateIfAny("built_power", ruled.count)
        ordered = plan.stateIfAny("ordered_power", ruled.count * leadTime)
        margin = plan.stateIfAny("margin", ruled.count, isLearned: true)
        marginBefore = plan.stateIfAny("margin_before", ruled.count, isLearned: true)
        earned = plan.scratch(ruled.count)
    }

    /// The rows of a world that age, have limits, or grow by rule.
    private static func list(_ plan: KernelPlan) -> [Plant] {
        let byRule = plan.world.text("grid", "expansion") == "margin"
        return PlantKind.allCases.flatMap { kind -> [Plant] in
            let table = plan.world.table(kind.rawValue)
            let years = kind == .lines ? table.ids.map { _ in 0 } : table.fixed("build_year")
            let extendable = table.text(kind.power + "_extendable")
            func column(_ name: String) -> Parameter { plan.column(kind.rawValue, name) }
            let (most, mostAdded) = (column(kind.power + "_max"), column(kind.power + "_build_max"))
            return table.ids.indices.compactMap { row in
                let plant = Plant(
                    kind: kind, row: row, buildYear: Int(years[row]), isRuled: byRule && extendable[row] == "True",
                    power: column(kind.power), most: most, mostAdded: mostAdded, capital: column("capital_cost"),
                    fixed: column("fom_cost"), lifetime: kind == .lines ? nil : column("lifetime"))
                let isPlain =
                    !plant.isRuled && plant.buildYear == 0 && !plan.isGiven(most, row)
                    && !plan.isGiven(mostAdded, row)
                return isPlain ? nil : plant
            }
        }
    }

    /// The power that a row asks for in a year, before anything closes: none of it stands before its `build_year`.
    private func asked(_ plant: Plant, _ y: Year) -> Lanes {
        plant.buildYear > y.number ? .zero : y.unshocked(plant.power, plant.row)
    }

    /// Where what stood of a row at the start has reached its lifetime.
    private func isRetired(_ plant: Plant, _ y: Year) -> LaneMask {
        guard plant.buildYear > 0, let lifetime = plant.lifetime else { return .none }
        return lanes(Double(y.number - plant.buildYear)) .>= y[lifetime, plant.row]
    }

    /// Sets what stands before the first year, when the numbers of the start are in place.
    func start(_ y: Year) {
        for (index, plant) in plants.enumerated() {
            let power = y.unshocked(plant.power, plant.row)
            let gone = select(isRetired(plant, y), power, .zero)
            y[initial, index] = power
            y[closed, index] = gone
            y[standing, index] = maximum(asked(plant, y) - gone, .zero)
        }
    }

    /// Builds and closes on 1 January of a year, and puts what stands in place of `p_nom`.
    func build(_ y: Year) {
        guard !plants.isEmpty else { return }
        var rule = 0
        for (index, plant) in plants.enumerated() {
            let before = y[standing, index]
            let all = asked(plant, y) + (plant.isRuled ? y[built, rule] : .zero)
            var gone = y[closed, index]
            gone = select(isRetired(plant, y), maximum(gone, y[initial, index]), gone)
            if plant.isRuled { gone += closing(plant, rule, before, y) }
            gone = minimum(gone, maximum(all, .zero))
            y[closed, index] = gone

            let wanted = maximum(all - gone, .zero)
            let remaining = minimum(before, wanted)
            let most = orUnlimited(y[plant.most, plant.row])
            let mostAdded = orUnlimited(y[plant.mostAdded, plant.row])
            let room = maximum(minimum(mostAdded, most - remaining), .zero)
            var stands = minimum(wanted, remaining + room)
            if plant.isRuled {
                let added = advanceOrders(
                    rule, minimum(order(plant, rule, before, y), mostAdded), room: remaining + room - stands,
                    most: most - stands, y)
                y[built, rule] += added
                stands += added
                rule += 1
            }
            y[standing, index] = stands
            y.put(stands, in: plant.power, plant.row)
        }
        y.applyMeanShocks()
    }

    private func orUnlimited(_ limit: Lanes) -> Lanes {
        select(limit .== limit, limit, lanes(Self.unlimited))
    }

    /// What the rule orders of a row, MW, before any limit.
    private func order(_ plant: Plant, _ rule: Int, _ standing: Lanes, _ y: Year) -> Lanes {
        let cost = maximum(
            known(y[plant.capital, plant.row]) + y[plant.fixed, plant.row], lanes(1e-9))
        let growth = y[expansionRate] * (y[margin, rule] / cost - 1)
        return clamp(growth, .zero, lanes(1)) * standing
    }

    /// What the rule closes of a row, MW: none of a line, nor where it has no fixed cost.
    private func closing(_ plant: Plant, _ rule: Int, _ standing: Lanes, _ y: Year) -> Lanes {
        if plant.kind == .lines { return .zero }
        let fixed = y[plant.fixed, plant.row]
        let best = maximum(y[margin, rule], y[marginBefore, rule])
        let share = y[expansionRate] * (1 - best / maximum(fixed, lanes(1e-9)))
        return select(fixed .> .zero, clamp(share, .zero, lanes(1)), .zero) * standing
    }

    /// Queues an order and returns what comes into operation; what finds no room comes a year later.
    ///
    /// - Parameter most: what may be added until `p_nom_max`, the orders that wait included.
    private func advanceOrders(_ rule: Int, _ order: Lanes, room: Lanes, most: Lanes, _ y: Year) -> Lanes {
        guard leadTime > 0 else { return minimum(order, room) }
        let queue = y.pointer(ordered) + rule * leadTime
        let built = minimum(queue[0], room)
        var waiting = queue[0] - built
        queue[0] = waiting
        for year in 1..<leadTime {
            waiting += queue[year]
            queue[year - 1] = year == 1 ? waiting : queue[year]
        }
        if leadTime > 1 { queue[leadTime - 1] = .zero }
        queue[leadTime - 1] += minimum(order, maximum(most - built - waiting, .zero))
        return built
    }

    /// What was added to aged and limited rows since the start, MW: what the rule closed is paid on, what aged is not.
    func powerAdded(_ index: Int, _ y: Year) -> Lanes {
        let plant = plants[index]
        let ofStart =
            plant.buildYear > start ? Lanes.zero : lanes(y.effects.start[plant.power.first + plant.row])
        let free = select(
            (y[closed, index] .>= y[initial, index]) .& (y[initial, index] .> .zero), y[initial, index], ofStart)
        return maximum(y[standing, index] + y[closed, index] - free, .zero)
    }

    /// What was added since the start, paid by its annuity, and the fixed cost of what stands, currency/yr:
    /// Σ (p_nom - p_nom at the start)+ capital_cost + Σ p_nom fom_cost.
    func annuities(_ y: Year) -> Lanes {
        var sum = Lanes.zero
        for row in rows {
            let stands = y.unshocked(row.power, row.row)
            let capital = y[row.capital, row.row]
            sum +=
                row.plant < 0
                ? annuity(of: stands, beyond: y.effects.start[row.power.first + row.row], capitalCost: capital)
                : annuity(of: powerAdded(row.plant, y), beyond: 0, capitalCost: capital)
            sum += stands * y[row.fixed, row.row]
        }
        return sum
    }

    /// Forgets what was earned in the year before.
    func beginMargins(_ y: Year) {
        for rule in ruled.indices { y[earned, rule] = .zero }
    }

    /// Adds to the margin of a row that grows by rule.
    @inline(__always)
    func earn(_ amount: @autoclosure () -> Lanes, _ rule: Int, _ y: Year) {
        if rule >= 0 { y[earned, rule] += amount() }
    }

    /// Turns the sums of a year into margins per MW; a row of which nothing stands has none.
    func learnMargins(_ y: Year) {
        for (rule, plant) in ruled.enumerated() {
            let stands = y[standing, plant]
            y[marginBefore, rule] = y[margin, rule]
            y[margin, rule] = select(
                stands .> lanes(1e-9), y[earned, rule] / maximum(stands, lanes(1e-9)), .zero)
        }
    }
}
