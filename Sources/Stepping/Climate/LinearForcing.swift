/// One term of a sum over species: where the species' amount stands, its baseline and its coefficient.
struct LinearTerm {
    /// The amount, in the columns of `ClimateColumns`.
    let amount: Int
    /// The baseline, in the constants; -1 where it is nothing.
    let baseline: Int
    /// The coefficient, in the constants.
    let coefficient: Int
    /// Where members share the amount less its baseline: its place among the shared differences; else -1.
    var difference = -1
}

/// A sum over species, Σ c (X - X0), of which terms that are no number are left out.
///
/// This is the forcing of aerosol-radiation interactions, contrails, particles on snow, stratospheric water and land use,
/// with the forcing scale within c; and, with X0 = 0, the amount that makes clouds and the stratosphere's chlorine.
@inline(__always)
func linearSum(
    _ terms: UnsafeBufferPointer<LinearTerm>, amounts: UnsafePointer<Lanes>, constants: UnsafePointer<Lanes>,
    differences: UnsafePointer<Double>
) -> Lanes {
    var sum = Lanes.zero
    for term in terms {
        if term.difference >= 0 {
            sum = fma(lanes(differences[term.difference]), constants[term.coefficient], sum)
        } else {
            let base = term.baseline < 0 ? Lanes.zero : constants[term.baseline]
            let x = amounts[term.amount] - base
            sum = fma(select(x .== x, x, .zero), constants[term.coefficient], sum)
        }
    }
    return sum
}

/// The same sum, in which a term that is no number makes the whole no number: the forcing of ozone.
///
/// Thornhill et al. 2021, Atmos. Chem. Phys. 21, 853; Skeie et al. 2020, npj Clim. Atmos. Sci. 3, 32.
@inline(__always)
func strictLinearSum(
    _ terms: UnsafeBufferPointer<LinearTerm>, amounts: UnsafePointer<Lanes>, constants: UnsafePointer<Lanes>,
    differences: UnsafePointer<Double>
) -> Lanes {
    var sum = Lanes.zero
    for term in terms {
        if term.difference >= 0 {
            sum = fma(lanes(differences[term.difference]), constants[term.coefficient], sum)
        } else {
            let base = term.baseline < 0 ? Lanes.zero : constants[term.baseline]
            sum = fma(amounts[term.amount] - base, constants[term.coefficient], sum)
        }
    }
    return sum
}

/// Forcing of aerosol-cloud interactions, W/m2: s beta (ln(1 + Σ s_j X_j) - ln(1 + Σ s_j X_j0)).
///
/// A generalisation of Stevens 2015, J. Climate 28, 4794.
///
/// - Parameters:
///   - amount: Σ s_j X_j; logBaseline: the second logarithm; scale: s beta.
@inline(__always)
func cloudForcing(amount: Lanes, logBaseline: Lanes, scale: Lanes) -> Lanes {
    scale * (logarithm(lanes(1) + amount) - logBaseline)
}
