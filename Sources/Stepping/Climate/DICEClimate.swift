import Lanes
import WorldModel

/// The climate of DICE-2016: three stocks of carbon, the air and the deep ocean, in steps of 5 years.
///
/// Nordhaus 2017, PNAS 114, 1518; coefficients as in DICE2016R-091916ap.gms. They belong to steps of 5 years.
enum DICEClimate {
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
}

/// What DICE's climate records of a step, at its start.
struct DICEClimateYear {
    var carbon = (Lanes.zero, Lanes.zero, Lanes.zero)
    var forcing = Lanes.zero
    var deepWarming = Lanes.zero
    var emissions = Lanes.zero
}

extension WorldKernel {
    /// Sets the stocks and temperatures of the start.
    func startDICEClimate(_ state: WorldState, _ w: YearWorkspace) {
        let P = w.parameters.base
        let S = state.column.base
        for stock in 0..<3 { S[layout.carbonPools + stock] = P[slots.dice.stocks[stock]] }
        S[layout.temperature] = P[slots.dice.warming]
        S[layout.temperature + 1] = P[slots.dice.deepWarming]
        S[layout.normalTemperature] = S[layout.temperature]
    }

    /// Forcing at the start of a year.
    private func diceForcing(_ state: WorldState, year: Int, _ w: YearWorkspace) -> Lanes {
        let P = w.parameters.base
        let share = minimum(Double(year - world.start) / P[slots.dice.otherYears], lanes(1))
        let other = P[slots.dice.other] + share * (P[slots.dice.otherLater] - P[slots.dice.other])
        return DICEClimate.forcing(
            air: state.column.base[layout.carbonPools], before: P[slots.dice.before[0]],
            doubling: P[slots.forcing2co2], other: other)
    }

    /// Carries carbon and heat over a step, by the world's own emissions and those of land use; keeps what was before.
    func stepDICEClimate(_ state: WorldState, year: Int, ownEmissions: Lanes, _ w: YearWorkspace) {
        let P = w.parameters.base
        let S = state.column.base
        let M = S + layout.carbonPools
        let T = S + layout.temperature
        let land =
            P[slots.dice.land] * power(1 - P[slots.dice.landDecline], lanes(Double((year - world.start) / world.step)))
        let emissions = ownEmissions + land
        w.dice = DICEClimateYear(
            carbon: (M[0], M[1], M[2]), forcing: diceForcing(state, year: year, w), deepWarming: T[1],
            emissions: emissions)
        DICEClimate.advanceCarbon(
            M, emissions: emissions, toUpper: P[slots.dice.toUpper], toLower: P[slots.dice.toLower],
            before: (P[slots.dice.before[0]], P[slots.dice.before[1]], P[slots.dice.before[2]]))
        DICEClimate.advanceHeat(
            T, forcing: diceForcing(state, year: year + world.step, w), feedback: P[slots.forcing2co2] / P[slots.ecs],
            uptake: P[slots.dice.heatUptake], toDeep: P[slots.dice.toDeep], deepUptake: P[slots.dice.deepUptake])
    }
}
