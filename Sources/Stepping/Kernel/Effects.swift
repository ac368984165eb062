import Lanes
import WorldModel

/// What a study does to the numbers of a compiled world.
struct BoundEffects: Sendable {
    let plan: EffectPlan
    /// Every number at the start, in the order of the compiled world.
    let start: [Double]
    /// The slots that the study changes, in the order of `plan.slots`.
    let slots: [Int]
    /// Where a slot of the study's world lies in the compiled one.
    let sortedSlot: [Int]
    /// The slots that shocks touch, ascending, and the values that they may have.
    let shockedSlots: [Int]
    let shockedRanges: [ClosedRange<Double>]
    /// The study's first year, and the years of a step.
    let firstYear: Int, step: Int

    init(_ study: Study, start: [Double], sortedSlot: [Int], world: World) {
        plan = study.effects
        self.start = start
        self.sortedSlot = sortedSlot
        slots = plan.slots.map { sortedSlot[$0] }
        shockedSlots = Set(plan.shocks.flatMap { $0.effects.map { sortedSlot[$0.slot] } }).sorted()
        shockedRanges = shockedSlots.map { Self.range(of: $0, in: world) }
        firstYear = study.years.lowerBound
        step = study.world.step
    }

    /// The values that `Schema` allows in a slot.
    private static func range(of slot: Int, in world: World) -> ClosedRange<Double> {
        for section in Schema.sections {
            for field in section.fields where field.kind == .number && world.slot(section.name, field.name) == slot {
                return field.range
            }
        }
        for shape in Schema.tables where shape.hasIDs {
            for field in shape.fields where field.kind == .number {
                if world.table(shape.name).slots(field.name).contains(slot) { return field.range }
            }
        }
        preconditionFailure("slot \(slot) is no number of the schema")
    }

    /// What is left of a shock: nothing before its date, exp(-t / recovery) after it.
    fileprivate func fade(_ shock: Shock, year: Int, day: Int) -> Double {
        let t = Double(year - shock.year) + Double(day - shock.day) / 365
        if t < 0 { return 0 }
        return shock.recovery.isFinite ? exponential(lanes(-t / shock.recovery))[0] : 1
    }
}

/// The numbers of a year, as levers, uncertainties, trajectories and shocks leave them.
extension Year {
    private var parameters: UnsafeMutablePointer<Lanes> { workspace.parameters.base }

    /// Sets every number to its value at the start, the same in all lanes.
    func setStartParameters() {
        for (slot, value) in effects.start.enumerated() { parameters[slot] = lanes(value) }
    }

    /// Sets every number that the study changes, lane by lane, to its value without a shock.
    func applyEffects() {
        setStartParameters()
        let P = parameters
        for lane in 0..<Lanes.scalarCount where !effects.slots.isEmpty {
            if lane > 0, seats[lane] == seats[lane - 1] {
                for slot in effects.slots { P[slot][lane] = P[slot][lane - 1] }
                continue
            }
            evaluateEffects(lane, year: number)
            for (index, slot) in effects.slots.enumerated() { P[slot][lane] = workspace.draws[index] }
        }
    }

    private func evaluateEffects(_ lane: Int, year: Int) {
        effects.plan.evaluate(
            year: year, sample: seats[lane].sample, choices: seats[lane].choices, into: workspace.draws)
    }

    /// Finds the shocks of each lane, and lets them count with their mean over the year.
    func beginShocks() {
        for (index, slot) in effects.shockedSlots.enumerated() { workspace.unshocked.base[index] = parameters[slot] }
        for (index, shock) in effects.plan.shocks.enumerated() {
            for lane in 0..<Lanes.scalarCount {
                let strikes = effects.plan.strikes(shock: index, sample: seats[lane].sample)
                workspace.strikes[index][lane] = strikes ? 1 : 0
            }
            var mean = 0.0
            let days = 365 * effects.step
            for day in 0..<days { mean += effects.fade(shock, year: number, day: day) / Double(days) }
            workspace.meanFade[index] = mean
        }
        applyMeanShocks()
    }

    /// Sets the numbers that shocks touch to their values without a shock.
    func removeShocks() {
        for (index, slot) in effects.shockedSlots.enumerated() { parameters[slot] = workspace.unshocked.base[index] }
    }

    /// Sets the numbers that shocks touch to their mean over the year, which is what yearly processes see.
    func applyMeanShocks() {
        guard !effects.shockedSlots.isEmpty else { return }
        applyShocks { workspace.meanFade[$0] }
    }

    /// Sets the numbers that shocks touch to their values on a day.
    func applyShocks(day: Int) {
        guard !effects.shockedSlots.isEmpty else { return }
        applyShocks { effects.fade(effects.plan.shocks[$0], year: number, day: day) }
    }

    private func applyShocks(fade: (Int) -> Double) {
        let P = parameters
        removeShocks()
        for (index, shock) in effects.plan.shocks.enumerated() {
            let left = fade(index)
            guard left > 0 else { continue }
            let strength = workspace.strikes[index] * left
            for effect in shock.effects {
                let slot = effects.sortedSlot[effect.slot]
                switch effect.operation {
                case .times(let a): P[slot] *= 1 + (a - 1) * strength
                case .plus(let a): P[slot] += a * strength
                case .set(let a): P[slot] += (a - P[slot]) * strength
                }
            }
        }
        for (index, slot) in effects.shockedSlots.enumerated() {
            let range = effects.shockedRanges[index]
            P[slot] = clamp(P[slot], lanes(range.lowerBound), lanes(range.upperBound))
        }
    }

    /// A number without the shocks.
    func unshocked(_ column: Parameter, _ row: Int = 0) -> Lanes {
        let slot = column.first + row
        if let index = effects.shockedSlots.firstIndex(of: slot) { return workspace.unshocked.base[index] }
        return parameters[slot]
    }

    /// Sets a number, below whatever shocks do to it.
    func put(_ value: Lanes, in column: Parameter, _ row: Int = 0) {
        let slot = column.first + row
        if let index = effects.shockedSlots.firstIndex(of: slot) {
            workspace.unshocked.base[index] = value
        } else {
            parameters[slot] = value
        }
    }

    /// Adds to a stock that began with a table's numbers what levers and trajectories change of them from the year before.
    ///
    /// - Parameters:
    ///   - column: the numbers of the table.
    ///   - added, removed: by how much each grew or shrank; it is never below 0.
    func applyChanges(
        of column: Parameter, to stock: StateColumn, added: ScratchColumn, removed: ScratchColumn
    ) {
        let numbers = column.first..<(column.first + column.count)
        guard number > effects.firstYear, effects.slots.contains(where: numbers.contains) else { return }
        for lane in 0..<Lanes.scalarCount {
            evaluateEffects(lane, year: number - 1)
            for (index, slot) in effects.slots.enumerated() where numbers.contains(slot) {
                let row = slot - column.first
                let change = unshocked(column, row)[lane] - workspace.draws[index]
                let before = self[stock, row][lane]
                let after = max(before + change, 0)
                self[stock, row][lane] = after
                self[added, row][lane] = max(change, 0)
                self[removed, row][lane] = max(before - after, 0)
            }
        }
    }
}
