import Lanes

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
/// with the forcing scale within c; and, with X0 = 0, the amount that makes clouds.
@inline(__always)
func linearSum(
    _ sum: TermSum, amounts: UnsafePointer<Lanes>, constants: UnsafePointer<Lanes>, differences: UnsafePointer<Double>
) -> Lanes {
    var total = sharedSum(sum, constants: constants, differences: differences)
    for term in sum.isShared ? sum.late.elements : sum.both.elements {
        let x = difference(term, amounts: amounts, constants: constants, differences: differences)
        total = fma(known(x), constants[term.coefficient], total)
    }
    return total
}

/// The same sum, in which a term that is no number makes the whole no number: the forcing of ozone.
///
/// Thornhill et al. 2021, Atmos. Chem. Phys. 21, 853; Skeie et al. 2020, npj Clim. Atmos. Sci. 3, 32.
@inline(__always)
func strictLinearSum(
    _ sum: TermSum, amounts: UnsafePointer<Lanes>, constants: UnsafePointer<Lanes>, differences: UnsafePointer<Double>
) -> Lanes {
    var total = sharedSum(sum, constants: constants, differences: differences)
    for term in sum.isShared ? sum.late.elements : sum.both.elements {
        let x = difference(term, amounts: amounts, constants: constants, differences: differences)
        total = fma(x, constants[term.coefficient], total)
    }
    return total
}

/// The early terms of a sum where members share them all; else nothing.
@inline(__always)
private func sharedSum(
    _ sum: TermSum, constants: UnsafePointer<Lanes>, differences: UnsafePointer<Double>
) -> Lanes {
    var total = Lanes.zero
    if sum.isShared {
        let x = differences + sum.differences
        let c = constants + sum.coefficients
        for place in 0..<sum.earlyCount { total = fma(lanes(x[place]), c[place], total) }
    }
    return total
}

/// X - X0 of a term.
@inline(__always)
private func difference(
    _ term: LinearTerm, amounts: UnsafePointer<Lanes>, constants: UnsafePointer<Lanes>,
    differences: UnsafePointer<Double>
) -> Lanes {
    if term.difference >= 0 { return lanes(differences[term.difference]) }
    return term.baseline < 0 ? amounts[term.amount] : amounts[term.amount] - constants[term.baseline]
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
