import Lanes

/// A cooling plant of a data centre; assumed typical values, docs/VALIDATION.md compares them with published averages.
struct CoolingPlant {
    /// Temperature of supplied air or water, degC.
    let supply: Double
    /// Warming of the air or water in the room, K.
    let rise: Double
    /// Approach of the heat exchanger, K.
    let approach: Double
    /// Whether it rejects heat at the wet-bulb temperature.
    let isWet: Bool
    /// Share of Carnot's efficiency of the chiller.
    let carnotShare: Double
    /// Power of fans, pumps and heat rejection per IT power.
    let fan: Double, pump: Double, rejection: Double
    /// Efficiency of power conversion, and all else per IT power.
    let conversion: Double, other: Double
    /// Whether outside air or water cools without the chiller when it can.
    let hasEconomiser: Bool
    /// Share of the heat that evaporates water.
    let evaporation: Double

    /// The plant of that name in `Schema`.
    init(named name: String) {
        switch name {
        case "air_chiller":
            self.init(20, 10, 4, true, 0.45, 0.10, 0.03, 0.02, 0.93, 0.03, false, 1)
        case "air_econ_evap":
            self.init(25, 12, 3, true, 0.45, 0.045, 0, 0, 0.965, 0.01, true, 0.25)
        case "liquid_dry":
            self.init(40, 10, 6, false, 0.50, 0.015, 0.015, 0.02, 0.96, 0.01, true, 0)
        default:
            self.init(24, 10, 5, true, 0.50, 0.05, 0.02, 0.015, 0.95, 0.02, true, 1)
        }
    }

    private init(
        _ supply: Double, _ rise: Double, _ approach: Double, _ isWet: Bool, _ carnotShare: Double, _ fan: Double,
        _ pump: Double, _ rejection: Double, _ conversion: Double, _ other: Double, _ hasEconomiser: Bool,
        _ evaporation: Double
    ) {
        self.supply = supply
        self.rise = rise
        self.approach = approach
        self.isWet = isWet
        self.carnotShare = carnotShare
        self.fan = fan
        self.pump = pump
        self.rejection = rejection
        self.conversion = conversion
        self.other = other
        self.hasEconomiser = hasEconomiser
        self.evaporation = evaporation
    }
}

/// How far a plant cools without its chiller, and how well the chiller works.
///
///     f = clamp((T_s + dT - (T_x + app)) / dT, 0, 1) with an economiser, else 0
///     COP = clamp(eta T_e / (T_c - T_e), 2.5, 12), T_e = T_s - 2, T_c = T_x + app + 5 in K
@inline(__always)
func cooling(_ plant: CoolingPlant, dryBulb: Lanes, wetBulb: Lanes) -> (free: Lanes, COP: Lanes) {
    let Tx = plant.isWet ? wetBulb : dryBulb
    let zero = Lanes.zero
    let one = lanes(1)
    let free =
        plant.hasEconomiser
        ? minimum(maximum((plant.supply + plant.rise - (Tx + plant.approach)) / plant.rise, zero), one) : zero
    let Te = plant.supply - 2 + 273.15
    let Tc = Tx + (plant.approach + 5 + 273.15)
    let COP = minimum(
        maximum(plant.carnotShare * Te / maximum(Tc - Te, one), lanes(2.5)), lanes(12))
    return (free, COP)
}

/// Power usage effectiveness: facility over IT power.
///
///     PUE = (1 + (1 - f) (1 + fan) / COP + fan + pump + rejection) / eta_el + other, f and COP as in `cooling`
///
/// - Parameters:
///   - dryBulb: outside air, degC.
///   - wetBulb: its wet-bulb temperature, degC; T_x is this where the plant is wet.
@inline(__always)
func powerUsageEffectiveness(_ plant: CoolingPlant, dryBulb: Lanes, wetBulb: Lanes) -> Lanes {
    let (free, COP) = cooling(plant, dryBulb: dryBulb, wetBulb: wetBulb)
    return (1 + (1 - free) * (1 + plant.fan) / COP + (plant.fan + plant.pump + plant.rejection)) / plant.conversion
        + plant.other
}
