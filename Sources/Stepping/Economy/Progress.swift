import Lanes

/// Technical progress out of research, by steps.
///
///     S' = S + n R^lambda,  P' = P (S' / S)^(b r / lambda),  b = ln(ceiling / P) / ln ceiling
///
/// Semi-endogenous progress with parallelisation penalty and a ceiling, as in the Full Takeoff Model (Davidson 2023). P and
/// R are 1 at the start, S the research of all time before in units of the first year's.
///
/// - Parameters:
///   - n: years of the step.
///   - returns: r, doublings of P per doubling of cumulative input.
@inline(__always)
func advanceProgress(
    level P: inout Lanes, stock S: inout Lanes, research R: Lanes, exponent lambda: Lanes, returns r: Lanes,
    ceiling: Lanes, years n: Double
) {
    let next = S + n * power(maximum(R, .zero), lambda)
    let brake = maximum(logarithm(ceiling / P) / logarithm(ceiling), .zero)
    P *= exponential(brake * r / lambda * logarithm(next / S))
    S = next
}

/// Research of people and compute together, each 1 at the start.
///
///     R = ((1 - k) R_p^r + k R_c^r)^(1/r),  r = 1 - 1 / sigma;  k = 0: R = R_p, bit for bit
///
/// - Parameters:
///   - R_p: research of people, above zero.
///   - R_c: compute for experiments, above zero.
///   - k: share of compute, 0 to 1.
///   - sigma: elasticity of substitution, above zero. 2.58 or near 0, by specification (Whitfill and Wu 2025).
@inline(__always)
func research(people R_p: Lanes, compute R_c: Lanes, share k: Lanes, elasticity sigma: Lanes) -> Lanes {
    let tiny = lanes(1e-300)
    let mean = powerMean(
        weight: k, logarithm(maximum(R_c, tiny)), logarithm(maximum(R_p, tiny)), exponent: 1 - 1 / sigma)
    return select(k .== .zero, R_p, exponential(mean.logarithm))
}

/// Years of hardware that are remembered, so that chips may lag research.
let hardwareMemory = 6

/// The hardware of `delay` years ago, linear between whole years.
///
///     Σ_k P(y - k) max(0, 1 - |delay - k|)
///
/// - Parameters:
///   - history: P now, a year ago, and so on: `hardwareMemory` of them.
///   - delay: yr, 0 to 5.
@inline(__always)
func delayedHardware(_ history: UnsafePointer<Lanes>, delay: Lanes) -> Lanes {
    var sum = Lanes.zero
    for k in 0..<hardwareMemory {
        sum = fma(history[k], maximum(1 - absolute(delay - Double(k)), .zero), sum)
    }
    return sum
}

/// Puts this year's hardware at the head of its history.
@inline(__always)
func remember(_ P: Lanes, in history: UnsafeMutablePointer<Lanes>) {
    for k in stride(from: hardwareMemory - 1, to: 0, by: -1) { history[k] = history[k - 1] }
    history[0] = P
}
