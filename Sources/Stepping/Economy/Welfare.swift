import Lanes

/// Utility of a person's consumption.
///
///     u = (c^(1 - eta) - 1) / (1 - eta) - 1;  eta = 1: ln c - 1
///
/// As DICE-2016 has it (PERIODU), where eta = 1.45.
///
/// - Parameter c: consumption of a person, thousands of the currency a year; held above 1e-9.
@inline(__always)
func utility(consumption c: Lanes, marginalUtility eta: Lanes) -> Lanes {
    let x = logarithm(maximum(c, lanes(1e-9)))
    let r = 1 - eta
    return select(r .== .zero, x, exponentialLessOne(r * x) / r) - 1
}

/// What later utility counts for: (1 + rho)^-t.
///
/// - Parameters:
///   - rho: time preference, %/yr.
///   - t: yr.
@inline(__always)
func preference(_ rho: Lanes, years t: Double) -> Lanes { power(1 + rho / 100, lanes(-t)) }

/// What consumption of a later year is worth in that of an earlier one: (c_0 / c)^eta (1 + rho)^-t.
@inline(__always)
func stochasticDiscount(from c0: Lanes, to c: Lanes, marginalUtility eta: Lanes, preference: Lanes) -> Lanes {
    power(c0 / c, eta) * preference
}
