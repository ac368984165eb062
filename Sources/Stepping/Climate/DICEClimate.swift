import Lanes
import WorldModel

/// The climate of DICE-2016: three stocks of carbon, the air and the deep ocean, in steps of 5 years.
///
/// Nordhaus 2017, PNAS 114, 1518; coefficients as in DICE2016R-091916ap.gms. They belong to steps of 5 years.
final class DICEClimate: Sendable {
    /// Mass of CO2 over that of its carbon, as DICE has it.
    static let carbonDioxidePerCarbon = 3.666
    /// Years of a step.
    static let years = 5.0

    /// The stocks of carbon a step later, GtC.
    ///
    ///     M_A' = (1 - b12) M_A + b21 M_U + 5 E / 3.666
    ///     M_U' = b12 M_A + (1 - b21 - b23) M_U + b32 M_L
    ///     M_L' = b23 M_U + (1 - b32) M_L
    ///     b21 = b12 M_A0 / M_U0, b32 = b23 M_U0 / M_L0, M_A0 ... before industry
    ///
    /// - Parameters:
    ///   - M: air, biosphere and upper ocean, deep ocean.
    ///   - E: GtCO2/yr.
    static func advanceCarbon(
        _ M: UnsafeMutablePointer<Lanes>, emissions E: Lanes, toUpper b12: Lanes, toLower b23: Lanes,
        before: (Lanes, Lanes, Lanes)
    ) {
        let b21 = b12 * before.0 / before.1
        let b32 = b23 * before.1 / before.2
        let (air, upper, lower) = (M[0], M[1], M[2])
        M[0] = air * (1 - b12) + upper * b21 + E * (years / carbonDioxidePerCarbon)
        M[1] = air * b12 + upper * (1 - b21 - b23) + lower * b32
        M[2] = upper * b23 + lower * (1 - b32)
    }

    /// Forcing, W/m2: F = F_2x log2(M_A / M_A0) + F_other.
    static func forcing(air: Lanes, before: Lanes, doubling: Lanes, other: Lanes) -> Lanes {
        doubling * (logarithm(air / before) * 1.4426950408889634) + other
    }

    /// The warming of air and deep ocean a step later, K.
    ///
    ///     T' = T + c1 (F' - (F_2x / ecs) T - c3 (T - T_o)),  T_o' = T_o + c4 (T - T_o);  F' of the step's end
    static func advanceHeat(
        _ T: UnsafeMutablePointer<Lanes>, forcing F: Lanes, feedback: Lanes, uptake c1: Lanes, toDeep c3: Lanes,
        deepUptake c4: Lanes
    ) {
        let (air, deep) = (T[0], T[1])
        T[0] = air + c1 * (F - feedback * air - c3 * (air - deep))
        T[1] = deep + c4 * (air - deep)
    }

    let state: ClimateState
    /// The first year of the world, and the years of its steps.
    let start: Int, step: Int
    let stocks, before: [Parameter]
    let warmingStart, deepWarmingStart, toUpper, toLower, heatUptake, toDeep, deepUptake: Parameter
    let other, otherLater, otherYears, land, landDecline, ecs, forcing2co2: Parameter

    init(_ plan: KernelPlan, _ state: ClimateState) {
        func number(_ key: String) -> Parameter { plan.number("climate", key) }
        self.state = state
        start = plan.world.start
        step = plan.world.step
        stocks = ["carbon_atmosphere", "carbon_upper_ocean", "carbon_lower_ocean"].map(number)
        before = ["carbon_atmosphere_before", "carbon_upper_ocean_before", "carbon_lower_ocean_before"].map(number)
        warmingStart = number("warming_start")
        deepWarmingStart = number("deep_warming_start")
        toUpper = number("carbon_to_upper_ocean")
        toLower = number("carbon_to_lower_ocean")
        heatUptake = number("heat_uptake")
        toDeep = number("heat_to_deep")
        deepUptake = number("deep_heat_uptake")
        other = number("other_forcing")
        otherLater = number("other_forcing_later")
        otherYears = number("other_forcing_years")
        land = number("land_emissions")
        landDecline = number("land_emissions_decline")
        ecs = number("ecs")
        forcing2co2 = number("forcing_2co2")
    }

    /// Sets the stocks and temperatures of the start.
    func begin(_ y: Year) {
        for stock in 0..<3 { y[state.carbonPools, stock] = y[stocks[stock]] }
        y[state.temperature] = y[warmingStart]
        y[state.temperature, 1] = y[deepWarmingStart]
        y[state.normalTemperature] = y[state.temperature]
    }

    /// Forcing at the start of a year, of the stocks as they are.
    private func forcing(of year: Int, _ y: Year) -> Lanes {
        let share = minimum(Double(year - start) / y[otherYears], lanes(1))
        return DICEClimate.forcing(
            air: y[state.carbonPools], before: y[before[0]], doubling: y[forcing2co2],
            other: y[other] + share * (y[otherLater] - y[other]))
    }

    /// Carries carbon and heat over a step, by the world's own emissions and those of land use; returns what was before.
    func advance(_ y: Year, ownEmissions: Lanes) -> DICEClimateYear {
        let M = y.pointer(state.carbonPools)
        let T = y.pointer(state.temperature)
        let steps = Double((y.number - start) / step)
        let emissions = ownEmissions + y[land] * power(1 - y[landDecline], lanes(steps))
        let year = DICEClimateYear(
            carbon: (M[0], M[1], M[2]), forcing: forcing(of: y.number, y), deepWarming: T[1], emissions: emissions)
        DICEClimate.advanceCarbon(
            M, emissions: emissions, toUpper: y[toUpper], toLower: y[toLower],
            before: (y[before[0]], y[before[1]], y[before[2]]))
        DICEClimate.advanceHeat(
            T, forcing: forcing(of: y.number + step, y), feedback: y[forcing2co2] / y[ecs], uptake: y[heatUptake],
            toDeep: y[toDeep], deepUptake: y[deepUptake])
        return year
    }
}

/// What DICE's climate records of a step, at its start.
struct DICEClimateYear {
    var carbon = (Lanes.zero, Lanes.zero, Lanes.zero)
    var forcing = Lanes.zero
    var deepWarming = Lanes.zero
    var emissions = Lanes.zero
}
