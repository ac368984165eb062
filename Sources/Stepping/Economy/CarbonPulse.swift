import Lanes
import WorldModel

extension WorldKernel {
    /// The pulse whose cost is counted, GtCO2/yr, through one step.
    ///
    /// It belongs to the definition: a tenth of it changes DICE's cost of 2020 by 3e-6.
    static let pulse = 1.0

    /// Lives through the year once more for every pulse of CO2 that was emitted by now, and keeps what is consumed then.
    ///
    /// From its first year on, the world with the pulse has a state of its own beside the world's, of the same sample and
    /// choices: all that can differ is what the pulse does.
    func livePulses(_ state: WorldState, year: Int, samples: [Int], choices: [[Int]], _ w: YearWorkspace) {
        if world.carbonPulses.isEmpty { return }
        let (probe, timing) = (w.probe, w.timing)
        w.probe = nil
        for (index, first) in world.carbonPulses.enumerated() where year >= first {
            let own = state.column.base + layout.pulsedState + index * layout.ordinary
            w.twin.column.base.update(from: year == first ? state.column.base : own, count: layout.ordinary)
            live(
                w.twin, year: year, samples: samples, choices: choices,
                pulse: year == first ? WorldKernel.pulse : 0, w)
            own.update(from: w.twin.column.base, count: layout.ordinary)
            w.pulsedConsumption.base[index] = w.economy.consumption
        }
        (w.probe, w.timing) = (probe, timing)
    }

    /// Adds the year to the social cost of each pulse, currency of the pulse's year per tonne.
    ///
    ///     SCC = Σ_k (C_k - C'_k) / pulse (c_i / c_k)^eta (1 + rho)^-(k - i)
    ///
    /// C' is consumption with the pulse, c that of a person without it, i the pulse's step; years of a step cancel, since
    /// pulse and consumption last as long.
    func settlePulses(_ state: WorldState, year: Int, _ w: YearWorkspace) {
        let P = w.parameters.base
        let S = state.column.base
        for (index, first) in world.carbonPulses.enumerated() where year >= first {
            let c = maximum(w.economy.consumptionPerPerson, lanes(1e-300))
            if year == first { S[layout.pulseConsumption + index] = c }
            let discount = stochasticDiscount(
                from: S[layout.pulseConsumption + index], to: c, marginalUtility: P[slots.economy.marginalUtility],
                preference: preference(P[slots.economy.timePreference], years: Double(year - first)))
            let lost = w.economy.consumption - w.pulsedConsumption.base[index]
            S[layout.pulseCost + index] += lost / (WorldKernel.pulse * 1e9) * discount
        }
    }
}
