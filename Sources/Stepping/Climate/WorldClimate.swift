import FaIR
import Lanes
import WorldModel

/// The climate of a world: FaIR's cycle of CO2 and a three-layer energy balance, all else as a share of CO2's forcing.
///
/// Numbers that no world changes are those of FaIR 2.2.5.
enum WorldClimate {
    /// Share of an emission that enters each pool.
    static let shares = [0.2173, 0.2240, 0.2824, 0.2763]
    /// Lifetime of each pool at alpha = 1, yr.
    static let lifetimes = [1.0e9, 394.4, 36.54, 4.304]
    /// alpha = g0 exp(iIRF / g1) is one at the integral of the unscaled pools.
    static let g0 = 0.010178288
    static let g1 = 11.41262243
    /// CO2 that a GtCO2 makes, ppm: the air's mass 5.1352e18 kg, molecular weights 44.009 and 28.97.
    static let ppmPerGigatonne = 1 / (5.1352 * 44.009 / 28.97)
    /// The largest 100-year integrated airborne fraction, yr.
    static let iirfMax = 100.0
    /// How much the troposphere adds to the forcing of CO2.
    static let troposphericAdjustment = 1.05
    /// The concentrations that the forcing of CO2 refers to: ppm, ppb, ppb.
    static let reference = MainGases(C: lanes(277.15), M: lanes(731.41), N: lanes(273.87))

    /// Elements of scratch memory that a year takes.
    static let scratch = (2 + matrixExponentialRoom) * 25 + 16 + 3 * 4 + 8

    /// Forcing of CO2 beside today's other gases left as before industry, by Meinshausen and others, W/m2.
    static func forcing(_ C: Lanes) -> Lanes {
        MeinshausenForcing.carbonDioxide(
            MainGases(C: C, M: reference.M, N: reference.N), reference, logRatio: logarithm(C / reference.C))
    }

    /// Forcing of doubled CO2 at a scale of one, W/m2.
    static func doubling(from C0: Lanes) -> Lanes { forcing(2 * C0) - forcing(C0) }
}

extension WorldKernel {
    /// Takes the climate's numbers from the members of the calibrated ensemble, where the world names one.
    ///
    /// The feedback stands as K_1 = F_2x / ecs, so both follow from the member's feedback and scale of forcing.
    func applyClimateMembers(year: Int, _ w: YearWorkspace) {
        if world.climateMembers.isEmpty { return }
        let P = w.parameters.base
        for lane in 0..<Lanes.scalarCount {
            let member = climateMember(lane, w)
            for layer in 0..<3 { P[slots.heatCapacity + layer][lane] = member.heatCapacity[layer] }
            P[slots.heatTransfer2][lane] = member.heatTransfer[1]
            P[slots.heatTransfer3][lane] = member.heatTransfer[2]
            P[slots.efficacy][lane] = member.efficacy
            P[slots.gamma][lane] = member.gamma
            P[slots.iirf0][lane] = member.iirf[0]
            P[slots.iirfUptake][lane] = member.iirf[1]
            P[slots.iirfTemperature][lane] = member.iirf[2]
            P[slots.iirfAirborne][lane] = member.iirf[3]
            P[slots.preindustrial][lane] = member.preindustrial
            let doubled =
                WorldClimate.doubling(from: lanes(member.preindustrial))[0] * member.forcingScale
                * WorldClimate.troposphericAdjustment
            P[slots.forcing2co2][lane] = doubled
            P[slots.ecs][lane] = doubled / member.heatTransfer[0]
        }
        applyOtherForcing(year: year, w)
    }

    /// Takes the forcing of all but CO2 in a year from the members that say it.
    func applyOtherForcing(year: Int, _ w: YearWorkspace) {
        guard world.climateMembers.first?.otherForcing.isEmpty == false else { return }
        for lane in 0..<Lanes.scalarCount {
            w.parameters.base[slots.otherForcing][lane] = climateMember(lane, w).otherForcingRatio(in: year)
        }
    }

    /// The member that a lane lives in.
    private func climateMember(_ lane: Int, _ w: YearWorkspace) -> ClimateMember {
        let members = world.climateMembers
        return members[min(max(0, Int(w.parameters.base[slots.climateMember][lane])), members.count - 1)]
    }

    /// Carries carbon and heat from the start of a year to its end, by emissions of GtCO2/yr.
    func advanceClimate(_ state: WorldState, emissions E: Lanes, _ w: YearWorkspace) {
        let P = w.parameters.base
        let S = state.column.base
        let R = S + layout.carbonPools
        let (alpha, _) = lifetimeFactor(
            airborne: R[0] + R[1] + R[2] + R[3], cumulative: S[layout.cumulativeEmissions],
            temperature: S[layout.temperature], r0: P[slots.iirf0], rU: P[slots.iirfUptake],
            rT: P[slots.iirfTemperature], rA: P[slots.iirfAirborne], g0: lanes(WorldClimate.g0),
            inverseG1: lanes(1 / WorldClimate.g1), most: lanes(WorldClimate.iirfMax))
        let inverse = 1 / alpha
        var airborne = Lanes.zero
        for k in 0..<4 {
            let tau = WorldClimate.lifetimes[k]
            let (d, gain) = poolFactors(
                alpha: alpha, inverse: inverse, rate: lanes(1 / tau), weight: lanes(WorldClimate.shares[k] * tau),
                isLong: k == 0, isExact: false)
            R[k] = fma(E, gain, R[k] * d)
            airborne += R[k]
        }
        S[layout.cumulativeEmissions] += E
        let C0 = P[slots.preindustrial]
        // Air without CO2 has no forcing; no emission path of the future comes near it.
        let C = maximum(fma(airborne, lanes(WorldClimate.ppmPerGigatonne), C0), lanes(1))
        let scale = P[slots.forcing2co2] / WorldClimate.doubling(from: C0)
        let F = scale * (WorldClimate.forcing(C) - WorldClimate.forcing(C0)) * (1 + P[slots.otherForcing])
        advanceHeat(S + layout.filteredForcing, forcing: F, w)
    }

    /// The energy balance over a year; its exponential is made anew, since a lever may have changed its numbers.
    private func advanceHeat(_ x: UnsafeMutablePointer<Lanes>, forcing F: Lanes, _ w: YearWorkspace) {
        let P = w.parameters.base
        let A = w.climate.base
        let exponential = A + 25
        let scratch = A + 50
        let Ad = A + (2 + matrixExponentialRoom) * 25
        let bd = Ad + 16
        let none = bd + 4
        let next = none + 4
        let K = (P[slots.forcing2co2] / P[slots.ecs], P[slots.heatTransfer2], P[slots.heatTransfer3])
        let C = P + slots.heatCapacity
        let gamma = P[slots.gamma]
        let deep = P[slots.efficacy] * K.2
        A.update(repeating: .zero, count: 25)
        A[0] = negative(gamma)
        A[4] = gamma
        A[5] = 1 / C[0]
        A[6] = negative((K.0 + K.1) / C[0])
        A[7] = K.1 / C[0]
        A[11] = K.1 / C[1]
        A[12] = negative((K.1 + deep) / C[1])
        A[13] = deep / C[1]
        A[17] = K.2 / C[2]
        A[18] = negative(K.2 / C[2])
        matrixExponential(of: A, into: exponential, size: 5, scratch: scratch)
        for row in 0..<4 {
            for column in 0..<4 { Ad[row * 4 + column] = exponential[row * 5 + column] }
            bd[row] = exponential[row * 5 + 4]
            none[row] = .zero
        }
        advanceEnergyBalance(x, count: 4, forcing: F, matrix: Ad, response: bd, noise: none, next: next)
    }
}
