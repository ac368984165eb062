import Lanes

// The cycle of a greenhouse gas: Leach et al. 2021, Geosci. Model Dev. 14, 3007, as FaIR 2.2.5 computes it. Emissions are
// a rate over a step, everything else stands at the bounds between steps; a quantity at bound i carries a step to bound
// i + 1. Times here are in steps.

/// The factor alpha on a gas's lifetimes, and iIRF before it is held at its maximum.
///
///     iIRF = r0 + rU (U - A) + rT T + rA A, at most iIRF_max
///     alpha = g0 exp(iIRF / g1), one where that is not a number
///
/// FaIR bounds iIRF by a product of masks: at iIRF_max exactly it is zero, and where it is infinite alpha is one.
///
/// - Parameters:
///   - U: emissions since the first bound; A: what of them is in the air; T: warming of the surface, K.
///   - r0: yr; rU, rA: yr per emission; rT: yr/K.
@inline(__always)
package func lifetimeFactor(
    airborne A: Lanes, cumulative U: Lanes, temperature T: Lanes, r0: Lanes, rU: Lanes, rT: Lanes, rA: Lanes,
    g0: Lanes, inverseG1: Lanes, most: Lanes
) -> (alpha: Lanes, iirf: Lanes) {
    let free = fma(rA, A, fma(rT, T, fma(rU, U - A, r0)))
    let iirf = whereEqual(free, most, .zero, whereLess(most, free, most, free))
    let alpha = g0 * exponential(iirf * inverseG1)
    let one = lanes(1)
    return (whereEqual(free, lanes(.infinity), one, whereEqual(alpha, alpha, alpha, one)), free)
}

/// Decay and gain of one pool over a step.
///
///     d = exp(-1 / (alpha tau)),  gain = a alpha tau (1 - d)
///
/// so that a constant emission e leaves R' = e gain + R d.
///
/// - Parameters:
///   - inverse: 1 / alpha; rate: 1 / tau, tau in steps; weight: a tau, tau in years.
///   - isLong: whether any member has a lifetime for which 1 - d has few digits.
///   - isExact: whether 1 - d then has all its digits, instead of FaIR's.
@inline(__always)
package func poolFactors(
    alpha: Lanes, inverse: Lanes, rate: Lanes, weight: Lanes, isLong: Bool, isExact: Bool
) -> (decay: Lanes, gain: Lanes) {
    let lambda = inverse * rate
    var d = decay(lambda)
    if isLong, !isExact {
        let literal = whereLess(lambda, lanes(0.03), decayOfLongLife(lambda), d)
        d = whereLess(rate, lanes(PoolRate.long), literal, d)
    }
    var loss = lanes(1) - d
    if isLong, isExact {
        let exact = whereLess(lambda, lanes(0.03), lossOfLongLife(lambda), loss)
        loss = whereLess(rate, lanes(PoolRate.long), exact, loss)
    }
    return (d, loss * (alpha * weight))
}

/// What counts as a long life.
enum PoolRate {
    /// Lifetimes above 100,000 steps; at shorter ones 1 - d has eleven digits whoever computes d.
    static let long = 1e-5
}

/// exp(-lambda) for lambda >= 0, the bits of `exponential`, which has more to ask.
@inline(__always)
func decay(_ lambda: Lanes) -> Lanes {
    let x = negative(minimum(lanes(746), lambda))
    let n = nearest(x * lanes(0x1.71547652b82fep+0))
    let r = fnma(n, lanes(0x1.abc9e3b39803fp-56), fnma(n, lanes(0x1.62e42fefa39efp-1), x))
    return scaled(exponentialOfSmall(r), byPowerOfTwo: n)
}

/// exp(-lambda) for 0 < lambda < 0.04, in the very bits that FaIR gets.
///
/// FaIR takes 1 - exp(-lambda) literally. In the pool that keeps carbon for 1e9 years lambda is 1e-9, so that seven
/// digits of the difference are the rounding of the exponential, and they reach concentrations at 3e-9. Agreement to 1e-9
/// needs the same rounding: that of numpy's vector exponential on CPUs with AVX-512, which is 0.1 units in the last place
/// too low just below one. This follows from a scheme that anyone can write down:
///
///     exp(-lambda) = 2^(-1/16) e^r,  r = ln 2 / 16 - lambda,  e^r ~ 1 + r P(r)
///
/// 1 + r P(r) is the polynomial of degree six that is nearest to e^r on [0, ln 2 / 16] in the largest error, 7.1e-18, by
/// Remez's exchange (Tests/Python/check_decay.py finds its coefficients anew), but that one, not its constant
/// 1 + 7.1e-18, is added: hence the bias. Remez's own coefficients round otherwise than numpy once in 100,000 lambdas,
/// and each time shift a temperature by some 5e-11 K. Those of r^3, r^4 and r^5 are therefore moved by 2e-16, 3e-14 and
/// 2e-12 of themselves to fit numpy's results: of 60,000,000 lambdas below 1e-7 none is left. On CPUs without AVX-512
/// numpy's digits differ, and FaIR's with them.
@inline(__always)
func decayOfLongLife(_ lambda: Lanes) -> Lanes {
    let sixteenth = lanes(0x1.62e42fefa39efp-5)
    let r = (sixteenth - lambda) + lanes(0x1.abc9e3b39803fp-60)
    let square = r * r
    let high = fma(r, lanes(0x1.7411836873860p-10), lanes(0x1.1101cbbc27791p-7))
    let middle = fma(r, lanes(0x1.55557242d68fep-5), lanes(0x1.5555553939732p-3))
    let low = fma(r, lanes(0x1.000000000d008p-1), lanes(0x1.fffffffffff70p-1))
    let polynomial = fma(fma(high, square, middle), square, low)
    let root = lanes(0x1.ea4afa2a490dap-1)
    return fma(fma(polynomial, r, lanes(-0x1.ff7128fd391f0p-55)), root, root)
}

/// 1 - exp(-lambda) for 0 < lambda < 0.03 with all its digits: lambda (1 - lambda/2 (1 - lambda/3 (...))).
@inline(__always)
func lossOfLongLife(_ lambda: Lanes) -> Lanes {
    let one = lanes(1)
    let sixth = fnma(lambda * (1.0 / 6), fnma(lambda * (1.0 / 7), fnma(lambda * 0.125, one, one), one), one)
    let third = fnma(lambda * (1.0 / 3), fnma(lambda * 0.25, fnma(lambda * 0.2, sixth, one), one), one)
    return lambda * fnma(lambda * 0.5, third, one)
}

/// Advances the pools of a gas by a step of given emissions and returns what is then in the air.
///
/// - Parameters:
///   - R: the pools; e: emissions above those of the baseline, per year.
@inline(__always)
func advancePools(
    _ R: UnsafeMutablePointer<Lanes>, count: Int, emissions e: Lanes, alpha: Lanes, rates: UnsafePointer<Lanes>,
    weights: UnsafePointer<Lanes>, longPools: UInt32, isExact: Bool
) -> Lanes {
    let inverse = lanes(1) / alpha
    var airborne = Lanes.zero
    for k in 0..<count {
        let (d, gain) = poolFactors(
            alpha: alpha, inverse: inverse, rate: rates[k], weight: weights[k],
            isLong: longPools >> UInt32(k) & 1 != 0, isExact: isExact)
        R[k] = fma(e, gain, R[k] * d)
        airborne += R[k]
    }
    return airborne
}

/// Advances the pools of a gas whose decay and gain don't change, and returns what is then in the air.
@inline(__always)
func advancePools(
    _ R: UnsafeMutablePointer<Lanes>, count: Int, emissions e: Lanes, decay d: UnsafePointer<Lanes>,
    gain: UnsafePointer<Lanes>
) -> Lanes {
    var airborne = Lanes.zero
    for k in 0..<count {
        R[k] = fma(e, gain[k], R[k] * d[k])
        airborne += R[k]
    }
    return airborne
}

/// Advances the pools of a gas to a given content of the air and returns the emissions above the baseline that lead there.
///
///     e = (A' - Σ R d) / Σ gain
@inline(__always)
func advancePools(
    _ R: UnsafeMutablePointer<Lanes>, count: Int, toAirborne A: Lanes, alpha: Lanes, rates: UnsafePointer<Lanes>,
    weights: UnsafePointer<Lanes>, longPools: UInt32, isExact: Bool
) -> Lanes {
    let inverse = lanes(1) / alpha
    var left = Lanes.zero
    var gains = Lanes.zero
    for k in 0..<count {
        let (d, gain) = poolFactors(
            alpha: alpha, inverse: inverse, rate: rates[k], weight: weights[k],
            isLong: longPools >> UInt32(k) & 1 != 0, isExact: isExact)
        left += R[k] * d
        gains += gain
    }
    let e = (A - left) / gains
    for k in 0..<count {
        let (d, gain) = poolFactors(
            alpha: alpha, inverse: inverse, rate: rates[k], weight: weights[k],
            isLong: longPools >> UInt32(k) & 1 != 0, isExact: isExact)
        R[k] = fma(e, gain, R[k] * d)
    }
    return e
}

/// The factor by which one species lengthens methane's lifetime: max(1 + (X - X0) s, f).
///
/// Thornhill et al. 2021, Atmos. Chem. Phys. 21, 853. FaIR sums the logarithms of these factors; their product is the
/// same. Where the sum is not a number the floor holds.
@inline(__always)
func methaneFactor(_ X: Lanes, baseline X0: Lanes, sensitivity s: Lanes, floor f: Lanes) -> Lanes {
    maximum(fma(X - X0, s, lanes(1)), f)
}

/// The factor by which warming changes methane's lifetime: max(1 + T s, ln f), not a number where that is negative.
///
/// FaIR holds the argument of the logarithm above ln f instead of the logarithm: it protects nothing.
@inline(__always)
func methaneTemperatureFactor(temperature T: Lanes, sensitivity s: Lanes, logFloor: Lanes) -> Lanes {
    let factor = maximum(fma(T, s, lanes(1)), logFloor)
    return whereLess(factor, .zero, lanes(.nan), factor)
}
