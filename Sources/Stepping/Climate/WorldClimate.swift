/// Four pools of airborne carbon whose lifetime grows with the carbon taken up and with warming.
///
/// The form is that of FaIR: Leach et al. 2021, Geosci. Model Dev. 14, 3007, eq. 1-5; shares and lifetimes of the pools
/// are those of Joos et al. 2013.
enum CarbonCycle {
    /// Share of an emission that enters each pool.
    static let shares: [Double] = [0.2173, 0.2240, 0.2824, 0.2763]
    /// Lifetime of each pool at alpha = 1, yr.
    static let lifetimes: [Double] = [1.0e6, 394.4, 36.54, 4.304]
    /// CO2 before industry, ppm, of Meinshausen and others, 2017.
    static let preindustrial = 277.15
    /// GtCO2 that raise the air's CO2 by 1 ppm: 2.124 GtC of 44.009/12.011.
    static let gigatonnesPerPPM = 2.124 * 44.009 / 12.011

    /// g0 and g1 of alpha = g0 exp(iIRF / g1), which make alpha exact to first order at iIRF of alpha = 1.
    static let gauge: (g0: Double, g1: Double) = {
        var g1 = 0.0
        var iirf = 0.0
        for (a, tau) in zip(shares, lifetimes) {
            let decay = exponential(Lanes(repeating: -100 / tau))[0]
            g1 += a * tau * (1 - (1 + 100 / tau) * decay)
            iirf += a * tau * (1 - decay)
        }
        return (exponential(Lanes(repeating: -iirf / g1))[0], g1)
    }()
}

/// Advances the airborne carbon by one year of emissions.
///
///     iIRF = iirf_0 + iirf_uptake (cumulative - airborne) + iirf_temperature T
///     alpha = g0 exp(iIRF / g1)
///     R_i' = R_i exp(-1 / (alpha tau_i)) + a_i E alpha tau_i (1 - exp(-1 / (alpha tau_i)))
///
/// - Parameters:
///   - pools: 4 pools, GtCO2 above preindustrial.
///   - cumulative: emissions since the first year, GtCO2.
///   - emissions: GtCO2/yr.
///   - temperature: warming at the start of the year, K.
func advanceCarbonCycle(
    pools R: UnsafeMutablePointer<Lanes>, cumulative: UnsafeMutablePointer<Lanes>, emissions E: Lanes,
    temperature T: Lanes, iirf0: Lanes, iirfUptake: Lanes, iirfTemperature: Lanes
) {
    let airborne = R[0] + R[1] + R[2] + R[3]
    let iirf = iirf0 + iirfUptake * (cumulative[0] - airborne) + iirfTemperature * T
    let gauge = CarbonCycle.gauge
    // FaIR holds the integral below 97 of 100 years, where alpha would run away.
    let alpha = gauge.g0 * exponential(minimum(iirf, Lanes(repeating: 97)) / gauge.g1)
    for i in 0..<4 {
        let tau = alpha * CarbonCycle.lifetimes[i]
        let decay = exponential(negative(1 / tau))
        R[i] = R[i] * decay + CarbonCycle.shares[i] * E * tau * (1 - decay)
    }
    cumulative[0] += E
}

/// The forcing of CO2, W/m2: F_2x log2(C / C_0), C_0 the preindustrial concentration.
func carbonDioxideForcing(pools R: UnsafeMutablePointer<Lanes>, doubled F2x: Lanes) -> Lanes {
    let C = (R[0] + R[1] + R[2] + R[3]) / CarbonCycle.gigatonnesPerPPM
    return F2x * logarithm(1 + maximum(C, Lanes(repeating: -200)) / CarbonCycle.preindustrial) * 1.4426950408889634
}
/// Advances a three-layer energy balance by one year.
///
///     C_1 dT_1/dt = F - lambda T_1 - kappa_2 (T_1 - T_2)
///     C_2 dT_2/dt = kappa_2 (T_1 - T_2) - epsilon kappa_3 (T_2 - T_3)
///     C_3 dT_3/dt = kappa_3 (T_2 - T_3)
///
/// Cummins et al. 2020, J. Climate 33, 7909. Twelve implicit steps: stable for any parameters, and within 0.01 K of the
/// exact solution for a doubling of CO2.
///
/// - Parameters:
///   - temperature: 3 layers, K above preindustrial; the first is the surface.
///   - forcing: W/m2, held over the year.
func advanceImplicitEnergyBalance(
    temperature T: UnsafeMutablePointer<Lanes>, forcing F: Lanes, lambda: Lanes, C1: Lanes, C2: Lanes, C3: Lanes,
    kappa2: Lanes, kappa3: Lanes, epsilon: Lanes
) {
    let dt = 1.0 / 12
    let a1 = dt / C1
    let a2 = dt / C2
    let a3 = dt / C3
    let b3 = 1 + a3 * kappa3
    let r3 = a3 * kappa3 / b3
    let e3 = a2 * epsilon * kappa3
    let b2 = 1 + a2 * kappa2 + e3 * (1 - r3)
    let r2 = a2 * kappa2 / b2
    let b1 = 1 + a1 * (lambda + kappa2 * (1 - r2))
    for _ in 0..<12 {
        let t3 = T[2] / b3
        let t2 = (T[1] + e3 * t3) / b2
        let t1 = (T[0] + a1 * (F + kappa2 * t2)) / b1
        T[0] = t1
        T[1] = t2 + r2 * t1
        T[2] = t3 + r3 * T[1]
    }
}
