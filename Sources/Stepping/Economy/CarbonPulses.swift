import Lanes
import WorldModel

/// Pulses of CO2 whose social cost is asked for: each lives through the years in a world of its own.
///
/// Declared last, since a pulse's world has every column of the state that was declared before.
final class CarbonPulses: Sendable {
    /// The pulse whose cost is counted, GtCO2/yr, through one step.
    ///
    /// It belongs to the definition: a tenth of it changes DICE's cost of 2020 by 3e-6.
    static let size = 1.0

    /// The year of each pulse.
    let years: [Int]
    private let isRecorded: Bool
    /// Elements of a state without those of pulses.
    let ordinary: Int
    let marginalUtility, timePreference: Parameter
    /// The cost so far, a person's consumption in the pulse's year, and the state of the world with the pulse.
    let cost, consumption, states: StateColumn
    /// What is consumed in the year with each pulse, currency.
    private let pulsed: ScratchColumn

    init(_ plan: inout KernelPlan) {
        years = plan.world.carbonPulses
        isRecorded = plan.world.hasSection("economy")
        ordinary = plan.stateCount
        marginalUtility = plan.number("economy", "marginal_utility")
        timePreference = plan.number("economy", "time_preference")
        cost = plan.stateIfAny("pulse_cost", years.count)
        consumption = plan.stateIfAny("pulse_consumption", years.count)
        states = plan.stateIfAny("pulsed_state", years.count * ordinary)
        pulsed = plan.scratch(years.count)
    }

    /// Lives through the year once more for every pulse of CO2 that was emitted by now, and keeps what is consumed then.
    ///
    /// From its first year on, the world with the pulse has a state of its own beside the world's, of the same sample and
    /// choices: all that can differ is what the pulse does.
    func advance(_ y: Year, live: (Year, _ pulse: Double) -> EconomyYear) {
        if years.isEmpty { return }
        let (w, twin) = (y.workspace, y.workspace.twin)
        let (probe, timing) = (w.probe, w.timing)
        w.probe = nil
        for (index, first) in years.enumerated() where y.number >= first {
            let own = y.pointer(states) + index * ordinary
            twin.column.base.update(from: y.number == first ? y.wholeState : UnsafePointer(own), count: ordinary)
            let economy = live(y.with(twin), y.number == first ? CarbonPulses.size : 0)
            own.update(from: twin.column.base, count: ordinary)
            y[pulsed, index] = economy.consumption
        }
        (w.probe, w.timing) = (probe, timing)
    }

    /// Adds the year to the social cost of each pulse and records it, currency of the pulse's year per tonne.
    ///
    ///     SCC = Σ_k (C_k - C'_k) / pulse (c_i / c_k)^eta (1 + rho)^-(k - i)
    ///
    /// C' is consumption with the pulse, c that of a person without it, i the pulse's step; years of a step cancel, since
    /// pulse and consumption last as long.
    func settle(_ y: Year, _ r: borrowing YearRecord, economy: EconomyYear) {
        for (index, first) in years.enumerated() where y.number >= first {
            let c = maximum(economy.consumptionPerPerson, lanes(1e-300))
            if y.number == first { y[consumption, index] = c }
            let discount = stochasticDiscount(
                from: y[consumption, index], to: c, marginalUtility: y[marginalUtility],
                preference: preference(y[timePreference], years: Double(y.number - first)))
            let lost = economy.consumption - y[pulsed, index]
            y[cost, index] += lost / (CarbonPulses.size * 1e9) * discount
        }
        if isRecorded { r.write(Records.economy.scc) { y[cost, $0] } }
    }
}
