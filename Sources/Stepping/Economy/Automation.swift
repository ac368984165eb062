import Lanes

/// Share of tasks that compute can do, from the largest training run.
///
///     run that can do the share q of tasks: 1: F;  0.5: F / g^(4/7);  0.2: F / g;  0.1: F / g^(8.5/7);
///     0.05: F / g^(9.5/7);  0: F / g^1.5;  linear in the logarithm between, 0 below, 1 above
///
/// Thresholds of the Full Takeoff Model (Davidson 2023; Epoch AI's code).
///
/// - Parameters:
///   - C: training run, FLOP times maturity of software.
///   - F: run that can do every task, FLOP.
///   - g: the gap F over the run that can do a fifth of the tasks, above 1.
func automatedShare(training C: Lanes, full F: Lanes, gap g: Lanes) -> Lanes {
    // How far C is below F, in gaps; a run of nothing is infinitely far.
    let below = logarithm(F / maximum(C, lanes(1e-300))) / logarithm(g)
    func rise(_ gain: Double, from: Double, to: Double) -> Lanes {
        gain * clamp((from - below) / (from - to), .zero, lanes(1))
    }
    return rise(0.05, from: 1.5, to: 9.5 / 7) + rise(0.05, from: 9.5 / 7, to: 8.5 / 7)
        + rise(0.1, from: 8.5 / 7, to: 1) + rise(0.3, from: 1, to: 4.0 / 7) + rise(0.5, from: 4.0 / 7, to: 0)
}

/// Tasks that compute does, n years on: what it can do is adopted in a mean time.
///
///     f' = can + (f - can) (1 - 1 / tau)^n;  tau at most 1: f' = can
///
/// - Parameters:
///   - f: share of tasks that compute does.
///   - can: share of tasks that it can do.
///   - tau: yr.
@inline(__always)
func adopted(_ f: Lanes, can: Lanes, time tau: Lanes, years n: Int) -> Lanes {
    var gap = f - can
    let kept = 1 - 1 / maximum(tau, lanes(1))
    for _ in 0..<n { gap *= kept }
    return select(tau .> lanes(1), can + gap, can)
}

/// The largest training run's compute over that of the start, in FLOP: software doesn't count.
///
///     (1 + g)^t;  with a slowing T: (1 + g)^(T (1 - exp(-t / T)))
///
/// - Parameters:
///   - g: %/yr.
///   - T: yr; not a number where growth never slows.
///   - t: yr since the start.
@inline(__always)
func frontierCompute(growth g: Lanes, slowing T: Lanes, years t: Double) -> Lanes {
    let time = select(T .== T, T * (1 - exponential(lanes(-t) / T)), lanes(t))
    return power(1 + g / 100, time)
}
