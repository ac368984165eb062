import Lanes
import WorldModel

/// What every climate remembers; a world without one stays at no warming.
struct ClimateState: Sendable {
    let carbonPools, cumulativeEmissions: StateColumn
    /// The filtered forcing stands before the layers' temperatures: together they are one energy balance.
    let filteredForcing, temperature: StateColumn
    let normalTemperature: StateColumn

    init(_ plan: inout KernelPlan) {
        carbonPools = plan.state("carbon_pools", 4)
        cumulativeEmissions = plan.state("cumulative_emissions")
        filteredForcing = plan.state("filtered_forcing")
        temperature = plan.state("layer_temperature", 3)
        normalTemperature = plan.state("normal_temperature")
    }
}

/// The climate of a world: none, FaIR's carbon cycle with three layers, or DICE's.
final class Climate: Sendable {
    let state: ClimateState
    let world: WorldClimate?
    private let dice: DICEClimate?

    init(_ plan: inout KernelPlan) {
        state = ClimateState(&plan)
        let hasClimate = plan.world.hasSection("climate")
        let isDICE = hasClimate && plan.world.model("climate") == "dice2016"
        dice = isDICE ? DICEClimate(plan, state) : nil
        world = hasClimate && !isDICE ? WorldClimate(&plan, state) : nil
    }

    /// Warming at the surface, K.
    func temperature(_ y: Year) -> Lanes { y[state.temperature] }

    /// Warming since the normals of the weather, K.
    func warming(_ y: Year) -> Lanes { y[state.temperature] - y[state.normalTemperature] }

    /// Sets the climate's numbers to those of the lanes' members of a calibrated ensemble.
    func applyMembers(_ y: Year) { world?.applyMembers(y) }

    /// Brings the climate to the start of the world.
    func start(_ y: Year) {
        world?.spinUp(y)
        dice?.begin(y)
    }

    /// Carries the climate over a step, by the world's own emissions and a pulse, GtCO2/yr; DICE tells what was before.
    func step(_ y: Year, ownEmissions: Lanes, pulse: Double) -> DICEClimateYear? {
        world?.step(y, ownEmissions: ownEmissions, pulse: pulse)
        return dice?.advance(y, ownEmissions: ownEmissions + pulse)
    }

    /// Records warming, the mean of the year, and DICE's carbon.
    func record(_ r: borrowing YearRecord, _ y: Year, before: Lanes, dice: DICEClimateYear?) {
        r.write(Records.climate.globalTemperature, 0.5 * (before + y[state.temperature]))
        guard let dice else { return }
        let keys = Records.dice
        r.write(keys.carbonAtmosphere, dice.carbon.0)
        r.write(keys.carbonUpperOcean, dice.carbon.1)
        r.write(keys.carbonLowerOcean, dice.carbon.2)
        r.write(keys.forcing, dice.forcing)
        r.write(keys.deepOceanWarming, dice.deepWarming)
        r.write(keys.emissionsToAir, dice.emissions)
    }
}
