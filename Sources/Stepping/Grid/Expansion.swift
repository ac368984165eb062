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
    /// Slots; a line has no lifetime.
    let power, most, mostAdded, capital, fixed: Int
    let lifetime: Int?
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
extension WorldKernel {
    /// A limit that is none.
    private static let unlimited = 1e12

    /// The rows of a world that age, have limits, or grow by rule.
    static func plants(of world: World, study: Study, effects: Set<Int>) -> [Plant] {
        let byRule = world.text("grid", "expansion") == "margin"
        return PlantKind.allCases.flatMap { kind -> [Plant] in
            let table = world.table(kind.rawValue)
            let years = kind == .lines ? table.ids.map { _ in 0 } : table.fixed("build_year")
            let extendable = table.text(kind.power + "_extendable")
            return table.ids.indices.compactMap { row in
                func slot(_ column: String) -> Int { table.slots(column).lowerBound + row }
                func isGiven(_ column: String) -> Bool {
                    !world.values[slot(column)].isNaN || effects.contains(slot(column))
                }
                let plant = Plant(
                    kind: kind, row: row, buildYear: Int(years[row]), isRuled: byRule && extendable[row] == "True",
                    power: slot(kind.power), most: slot(kind.power + "_max"),
                    mostAdded: slot(kind.power + "_build_max"), capital: slot("capital_cost"), fixed: slot("fom_cost"),
                    lifetime: kind == .lines ? nil : slot("lifetime"))
                let isPlain =
                    !plant.isRuled && plant.buildYear == 0 && !isGiven(kind.power + "_max")
                    && !isGiven(kind.power + "_build_max")
                return isPlain ? nil : plant
            }
        }
    }

    /// The power that a row asks for in a year, before anything closes: none of it stands before its `build_year`.
    private func asked(_ plant: Plant, year: Int, _ w: YearWorkspace) -> Lanes {
        plant.buildYear > year ? .zero : calmValue(plant.power, w)
    }

    /// Where what stood of a row at the start has reached its lifetime.
    private func isRetired(_ plant: Plant, year: Int, _ w: YearWorkspace) -> LaneMask {
        guard plant.buildYear > 0, let lifetime = plant.lifetime else { return .none }
        return Lanes(repeating: Double(year - plant.buildYear)) .>= w.parameters.base[lifetime]
    }

    /// Sets what stands before the first year, when the numbers of the start are in place.
    func found(_ state: WorldState, _ w: YearWorkspace) {
        let S = state.column.base
        let year = study.years.lowerBound
        for (index, plant) in plants.enumerated() {
            let closed = select(isRetired(plant, year: year, w), calmValue(plant.power, w), .zero)
            S[layout.initialPower + index] = calmValue(plant.power, w)
            S[layout.closedPower + index] = closed
            S[layout.standingPower + index] = maximum(asked(plant, year: year, w) - closed, .zero)
        }
    }

    /// Builds and closes on 1 January of a year, and puts what stands in place of `p_nom`.
    func build(_ state: WorldState, year: Int, _ w: YearWorkspace) {
        guard !plants.isEmpty else { return }
        let P = w.parameters.base
        let S = state.column.base
        let zero = Lanes.zero
        var rule = 0
        for (index, plant) in plants.enumerated() {
            let before = S[layout.standingPower + index]
            let retired = isRetired(plant, year: year, w)
            let all = asked(plant, year: year, w) + (plant.isRuled ? S[layout.builtPower + rule] : zero)
            var closed = S[layout.closedPower + index]
            closed = select(retired, maximum(closed, S[layout.initialPower + index]), closed)
            if plant.isRuled { closed += closing(plant, rule, before, state, w) }
            closed = minimum(closed, maximum(all, zero))
            S[layout.closedPower + index] = closed

            let wanted = maximum(all - closed, zero)
            let remaining = minimum(before, wanted)
            let most = orUnlimited(P[plant.most])
            let room = maximum(minimum(orUnlimited(P[plant.mostAdded]), most - remaining), zero)
            var standing = minimum(wanted, remaining + room)
            if plant.isRuled {
                let left = remaining + room - standing
                let ordered = minimum(order(plant, rule, before, state, w), orUnlimited(P[plant.mostAdded]))
                let built = advanceOrders(rule, ordered, room: left, most: most - standing, state)
                S[layout.builtPower + rule] += built
                standing += built
                rule += 1
            }
            S[layout.standingPower + index] = standing
            put(standing, in: plant.power, w)
        }
        applyMeanShocks(w)
    }

    private func orUnlimited(_ limit: Lanes) -> Lanes {
        select(limit .== limit, limit, Lanes(repeating: Self.unlimited))
    }

    /// What the rule orders of a row, MW, before any limit.
    private func order(_ plant: Plant, _ rule: Int, _ standing: Lanes, _ state: WorldState, _ w: YearWorkspace) -> Lanes
    {
        let P = w.parameters.base
        let cost = maximum(orZero(P[plant.capital]) + P[plant.fixed], Lanes(repeating: 1e-9))
        let growth = P[slots.expansionRate] * (state.column.base[layout.margin + rule] / cost - 1)
        return clamp(growth, .zero, Lanes(repeating: 1)) * standing
    }

    /// What the rule closes of a row, MW: none of a line, nor where it has no fixed cost.
    private func closing(
        _ plant: Plant, _ rule: Int, _ standing: Lanes, _ state: WorldState, _ w: YearWorkspace
    ) -> Lanes {
        if plant.kind == .lines { return .zero }
        let S = state.column.base
        let fixed = w.parameters.base[plant.fixed]
        let margin = maximum(S[layout.margin + rule], S[layout.marginBefore + rule])
        let share = w.parameters.base[slots.expansionRate] * (1 - margin / maximum(fixed, Lanes(repeating: 1e-9)))
        return select(fixed .> .zero, clamp(share, .zero, Lanes(repeating: 1)), .zero) * standing
    }

    private func orZero(_ cost: Lanes) -> Lanes { select(cost .== cost, cost, .zero) }

    /// Queues an order and returns what comes into operation; what finds no room comes a year later.
    ///
    /// - Parameter most: what may be added until `p_nom_max`, the orders that wait included.
    private func advanceOrders(
        _ rule: Int, _ ordered: Lanes, room: Lanes, most: Lanes, _ state: WorldState
    ) -> Lanes {
        guard leadTime > 0 else { return minimum(ordered, room) }
        let queue = state.column.base + (layout.orderedPower + rule * leadTime)
        let built = minimum(queue[0], room)
        var waiting = queue[0] - built
        queue[0] = waiting
        for year in 1..<leadTime {
            waiting += queue[year]
            queue[year - 1] = year == 1 ? waiting : queue[year]
        }
        if leadTime > 1 { queue[leadTime - 1] = .zero }
        queue[leadTime - 1] += minimum(ordered, maximum(most - built - waiting, .zero))
        return built
    }

    /// What was added to aged and limited rows since the start, MW: what the rule closed is paid on, what aged is not.
    func powerAdded(_ index: Int, _ state: WorldState) -> Lanes {
        let S = state.column.base
        let plant = plants[index]
        let closed = S[layout.closedPower + index]
        let initial = S[layout.initialPower + index]
        let ofStart = plant.buildYear > world.start ? Lanes.zero : Lanes(repeating: sorted.values[plant.power])
        let free = select((closed .>= initial) .& (initial .> .zero), initial, ofStart)
        return maximum(S[layout.standingPower + index] + closed - free, .zero)
    }

    /// Turns the sums of a year into margins per MW; a row of which nothing stands has none.
    func learnMargins(_ state: WorldState, _ w: YearWorkspace) {
        let S = state.column.base
        for (rule, plant) in ruled.enumerated() {
            let standing = S[layout.standingPower + plant]
            S[layout.marginBefore + rule] = S[layout.margin + rule]
            S[layout.margin + rule] = select(
                standing .> Lanes(repeating: 1e-9), w.margins.base[rule] / maximum(standing, Lanes(repeating: 1e-9)),
                .zero)
        }
    }

    /// Sets a number, below whatever shocks do to it.
    private func put(_ value: Lanes, in slot: Int, _ w: YearWorkspace) {
        if let index = shockedSlots.firstIndex(of: slot) {
            w.calm.base[index] = value
        } else {
            w.parameters.base[slot] = value
        }
    }
}
