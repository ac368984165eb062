import Lanes

/// The weighted power mean of two quantities, by their logarithms, and the share of it that is the first's.
///
///     ln M = ln(w x^r + (1 - w) y^r) / r,  r = 0: w ln x + (1 - w) ln y
///     share = d ln M / d ln x = w x^r / (w x^r + (1 - w) y^r)
///
/// Written as ln y + log(1 + w (e^d - 1)) / r with d = r (ln x - ln y), from the side on which d is negative, so that
/// neither r near zero nor far quantities lose digits: within 1e-15 (1 + |ln x| + |ln y|) of the limit at any r.
@inline(__always)
func powerMean(weight w: Lanes, _ lnX: Lanes, _ lnY: Lanes, exponent r: Lanes) -> (logarithm: Lanes, share: Lanes) {
    let one = lanes(1)
    let d = r * (lnX - lnY)
    let turned = d .> .zero
    let v = select(turned, one - w, w)
    let e = exponentialLessOne(negative(absolute(d)))
    let sum = fma(v, e, one)
    let general = select(turned, lnX, lnY) + logarithmOfOnePlus(v * e) / r
    let limit = w * lnX + (one - w) * lnY
    let mean = select(w .== one, lnX, select(w .== .zero, lnY, select(r .== .zero, limit, general)))
    let share = select(turned, w, w * (one + e)) / sum
    return (mean, select(w .== one, one, share))
}

/// Labour and the compute that works beside it, in persons, as one factor; and compute's share of it.
///
///     l = max(0, f L - (1 - f) X) persons do tasks that compute could do, for want of compute
///     H = (f ((X + l) / f)^r + (1 - f) ((L - l) / (1 - f))^r)^(1/r);  l > 0: H = L + X
///     f = 0 or X = 0: H = L, bit for bit;  f = 1: H = L + X
///     share = d ln H / d ln X
///
/// A unit continuum of tasks of which compute can do the share f, labour put where it is worth most. With l = 0 it is the
/// task model of Acemoglu and Restrepo (2018, AER 108, 1488): H = (f^(1 - r) X^r + (1 - f)^(1 - r) L^r)^(1/r).
///
/// - Parameters:
///   - L: persons who work, above zero.
///   - X: persons whose work compute could do, zero or more.
///   - f: automated share of tasks, 0 to 1.
///   - r: 1 - 1 / elasticity of substitution of tasks.
@inline(__always)
func effectiveLabour(
    labour L: Lanes, compute X: Lanes, automated f: Lanes, exponent r: Lanes
) -> (amount: Lanes, computeShare: Lanes) {
    let one = lanes(1)
    let tiny = lanes(1e-300)
    let isIdle = (X .<= .zero) .| (f .<= .zero)
    let isShort = f * L .> (one - f) * X
    let byCompute = logarithm(maximum(X, tiny) / maximum(f, tiny))
    let byLabour = logarithm(maximum(L, tiny) / maximum(one - f, tiny))
    let mean = powerMean(weight: f, byCompute, byLabour, exponent: r)
    let H = select(isShort, L + X, exponential(mean.logarithm))
    let share = select(isShort, X / maximum(L + X, tiny), mean.share)
    return (select(isIdle, L, H), select(isIdle, .zero, share))
}

/// Gross product over that of the start, from capital and effective labour over theirs, and the share that is capital's.
///
///     Y = A (p K^r + (1 - p) H^r)^(1/r), r = 1 - 1 / sigma;  sigma = 1: Y = A K^p H^(1 - p)
///     share = d ln Y / d ln K
///
/// Normalised CES (Klump and de La Grandville 2000, AER 90, 282): all arguments are 1 at the start, where Y = 1. With
/// sigma = 1 and no compute it is DICE's. Shares by Euler's theorem: Y is homogeneous of degree one in K and H.
///
/// - Parameters:
///   - p: share of capital at the start, 0 to 1.
///   - sigma: elasticity of substitution, above zero.
@inline(__always)
func production(
    productivity A: Lanes, capital K: Lanes, labour H: Lanes, capitalShare p: Lanes, elasticity sigma: Lanes
) -> (product: Lanes, capitalShare: Lanes) {
    let tiny = lanes(1e-300)
    let mean = powerMean(
        weight: p, logarithm(maximum(K, tiny)), logarithm(maximum(H, tiny)), exponent: 1 - 1 / sigma)
    return (A * exponential(mean.logarithm), mean.share)
}
