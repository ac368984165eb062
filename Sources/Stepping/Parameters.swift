import Lanes
import WorldModel

extension WorldKernel {
    /// Sets every number to its value at the start, the same in all lanes.
    func setStartParameters(_ w: YearWorkspace) {
        for (slot, value) in sorted.values.enumerated() { w.parameters.base[slot] = Lanes(repeating: value) }
    }

    /// Sets every number that the study changes, lane by lane, to its value in a year; shocks count with their mean.
    func setParameters(year: Int, samples: [Int], choices: [[Int]], _ w: YearWorkspace) {
        setStartParameters(w)
        let P = w.parameters.base
        let plan = study.effects
        for lane in 0..<Lanes.scalarCount where !plan.slots.isEmpty {
            if lane > 0, samples[lane] == samples[lane - 1], choices[lane] == choices[lane - 1] {
                for slot in effectSlots { P[slot][lane] = P[slot][lane - 1] }
                continue
            }
            plan.evaluate(year: year, sample: samples[lane], choices: choices[lane], into: w.draws)
            for (index, slot) in effectSlots.enumerated() { P[slot][lane] = w.draws[index] }
        }
        applyClimateMembers(year: year, w)
        for (index, slot) in shockedSlots.enumerated() { w.calm.base[index] = P[slot] }
        for (index, shock) in plan.shocks.enumerated() {
            for lane in 0..<Lanes.scalarCount {
                w.strikes[index][lane] = plan.strikes(shock: index, sample: samples[lane]) ? 1 : 0
            }
            var mean = 0.0
            let days = 365 * world.step
            for day in 0..<days { mean += fade(shock, year: year, day: day) / Double(days) }
            w.meanFade[index] = mean
        }
        applyMeanShocks(w)
    }

    /// Sets the numbers that shocks touch to their values without a shock.
    func calm(_ w: YearWorkspace) {
        for (index, slot) in shockedSlots.enumerated() { w.parameters.base[slot] = w.calm.base[index] }
    }

    /// Sets the numbers that shocks touch to their mean over the year, which is what yearly processes see.
    func applyMeanShocks(_ w: YearWorkspace) {
        guard !shockedSlots.isEmpty else { return }
        applyShocks(w) { w.meanFade[$0] }
    }

    /// Sets the numbers that shocks touch to their values on a day.
    func applyShocks(year: Int, day: Int, _ w: YearWorkspace) {
        guard !shockedSlots.isEmpty else { return }
        applyShocks(w) { fade(study.effects.shocks[$0], year: year, day: day) }
    }

    /// What is left of a shock: nothing before its date, exp(-t / recovery) after it.
    private func fade(_ shock: Shock, year: Int, day: Int) -> Double {
        let t = Double(year - shock.year) + Double(day - shock.day) / 365
        if t < 0 { return 0 }
        return shock.recovery.isFinite ? exponential(Lanes(repeating: -t / shock.recovery))[0] : 1
    }

    private func applyShocks(_ w: YearWorkspace, fade: (Int) -> Double) {
        let P = w.parameters.base
        calm(w)
        for (index, shock) in study.effects.shocks.enumerated() {
            let left = fade(index)
            guard left > 0 else { continue }
            let strength = w.strikes[index] * left
            for effect in shock.effects {
                let slot = sortedSlot[effect.slot]
                switch effect.operation {
                case .times(let a): P[slot] *= 1 + (a - 1) * strength
                case .plus(let a): P[slot] += a * strength
                case .set(let a): P[slot] += (a - P[slot]) * strength
                }
            }
        }
        for (index, slot) in shockedSlots.enumerated() {
            let range = shockedRanges[index]
            P[slot] = clamp(P[slot], Lanes(repeating: range.lowerBound), Lanes(repeating: range.upperBound))
        }
    }

    /// What was added since the start, paid by its annuity, and the fixed cost of what stands, currency/yr:
    /// Σ (p_nom - p_nom at the start)+ capital_cost + Σ p_nom fom_cost.
    func annuitiesOfAdditions(_ state: WorldState, _ w: YearWorkspace) -> Lanes {
        let P = w.parameters.base
        var sum = Lanes.zero
        func add(_ power: Lanes, _ start: Double, _ capital: Lanes) {
            // A row without a capital cost can't be raised by a lever; what rises by itself costs every policy alike.
            let cost = select(capital .== capital, capital, Lanes.zero)
            sum += maximum(power - start, Lanes.zero) * cost
        }
        func addRows(_ plants: [Int], power: Int, capital: Int, fixed: Int) {
            for (row, plant) in plants.enumerated() {
                let standing = calmValue(power + row, w)
                if plant < 0 {
                    add(standing, sorted.values[power + row], P[capital + row])
                } else {
                    add(powerAdded(plant, state), 0, P[capital + row])
                }
                sum += standing * P[fixed + row]
            }
        }
        addRows(
            plantOfGenerator, power: slots.generatorPower, capital: slots.generatorCapital, fixed: slots.generatorFixed)
        addRows(plantOfStorage, power: slots.storagePower, capital: slots.storageCapital, fixed: slots.storageFixed)
        addRows(plantOfLink, power: slots.linkPower, capital: slots.linkCapital, fixed: slots.linkFixed)
        addRows(plantOfLine, power: slots.linePower, capital: slots.lineCapital, fixed: slots.lineFixed)
        for site in cityOfSite.indices {
            add(
                state.column.base[layout.computeCapacity + site], sorted.values[slots.siteCapacity + site],
                P[slots.siteCapital + site])
        }
        return sum
    }

    /// A parameter without the shocks.
    func calmValue(_ slot: Int, _ w: YearWorkspace) -> Lanes {
        if let index = shockedSlots.firstIndex(of: slot) { return w.calm.base[index] }
        return w.parameters.base[slot]
    }
}
