/// Gross product relative to the start, from capital, labour and compute relative to the start.
///
///     Y = A (a_K K^rho + a_C C^rho + (1 - a_K - a_C) L^rho)^(1/rho), rho = 1 - 1/sigma
///     sigma = 1: Y = A K^a_K C^a_C L^(1 - a_K - a_C)
///
/// Normalised CES (Klump, de La Grandville); all arguments are 1 at the start, where Y = 1. Within 1e-4 of sigma = 1 the
/// limit is used, whose error there is below 1e-4 of the spread of the logarithms squared.
func production(
    productivity A: Lanes, capital K: Lanes, labour L: Lanes, compute C: Lanes, capitalShare aK: Lanes,
    computeShare aC: Lanes, elasticity sigma: Lanes
) -> Lanes {
    let tiny = Lanes(repeating: 1e-12)
    let k = logarithm(maximum(K, tiny))
    let l = logarithm(maximum(L, tiny))
    let c = logarithm(maximum(C, tiny))
    let aL = 1 - aK - aC
    let rho = 1 - 1 / sigma
    let isUnit = absolute(rho) .< Lanes(repeating: 1e-4)
    let safe = select(isUnit, Lanes(repeating: 1), rho)
    let sum = aK * exponential(safe * k) + aC * exponential(safe * c) + aL * exponential(safe * l)
    let general = logarithm(maximum(sum, Lanes(repeating: 1e-300))) / safe
    let unit = aK * k + aC * c + aL * l
    return A * exponential(select(isUnit, unit, general))
}
