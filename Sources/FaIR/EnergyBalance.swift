import Lanes

/// Advances an n-layer energy balance by a step with its matrix exponential.
///
///     x = (F~, T_1 ... T_n),  x' = Ad x + bd F + w
///
/// Cummins et al. 2020, J. Climate 33, 7909. F is the effective forcing at the end of the step, held over the whole of it;
/// F~ is the forcing after the filter that colours the noise, so a run without noise lags by 1 / gamma too.
///
/// - Parameters:
///   - x: n + 1 quantities; Ad: their matrix, row after row; bd: their answer to a unit of forcing; w: noise.
///   - next: room for n + 1 quantities.
@inline(__always)
package func advanceEnergyBalance(
    _ x: UnsafeMutablePointer<Lanes>, count: Int, forcing F: Lanes, matrix Ad: UnsafePointer<Lanes>,
    response bd: UnsafePointer<Lanes>, noise w: UnsafePointer<Lanes>, next: UnsafeMutablePointer<Lanes>
) {
    for row in 0..<count {
        var sum = w[row]
        // Nothing acts back on the forcing: the first row has its diagonal alone.
        let columns = row == 0 ? 1 : count
        for column in 0..<columns { sum = fma(Ad[row * count + column], x[column], sum) }
        // The forcing last: the rest need not wait for it.
        next[row] = fma(bd[row], F, sum)
    }
    for row in 0..<count { x[row] = next[row] }
}

/// The imbalance at the top of the atmosphere, W/m2: N = F - K_1 T_1 + (1 - epsilon) K_n (T_{n-1} - T_n).
@inline(__always)
func netImbalance(
    _ T: UnsafePointer<Lanes>, layers n: Int, forcing F: Lanes, feedback: Lanes, deepTransfer: Lanes, efficacy: Lanes
) -> Lanes {
    F - feedback * T[0] + (lanes(1) - efficacy) * deepTransfer * (T[n - 2] - T[n - 1])
}

/// What turns an imbalance of 1 W/m2 over a year into joules: 4 pi R² of a sphere of 6371 km times a tropical year.
let joulesPerImbalanceYear = 4 * Double.pi * 6_371_000 * 6_371_000 * 86_400 * 365.24219
