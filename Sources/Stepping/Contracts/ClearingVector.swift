import Lanes

/// What everyone can pay when dues are not all covered: the greatest clearing vector.
///
///     p_i = min(Lbar_i, e_i + sum_j p_j L_ji / Lbar_j),  Lbar_i = sum_j L_ij
///
/// Whoever can't pay all pays everyone the same share (Eisenberg, Noe 2001, Management Science 47, 236). From p = Lbar the
/// sum falls to the greatest fixed point; unique where every group that owes within itself has outside cash. 64 steps; a
/// lane that has not settled to 1e-12 of its dues by then takes as given who defaults and solves for what they pay, anew
/// as long as more default, at most once an entity. No cash is created: e + what comes in - p is at least 0.
///
/// - Parameters:
///   - dues: L, payer after payer, `entities` x `entities`, at least 0.
///   - outside: e, cash before anyone pays, at least 0.
///   - paid: p.
///   - scratch: room for `clearingScratch(entities)`.
/// - Returns: the sweeps until the slowest lane had settled, 64 where one had not.
@discardableResult
func clearDues(
    _ L: UnsafePointer<Lanes>, outside e: UnsafePointer<Lanes>, entities n: Int, paid p: UnsafeMutablePointer<Lanes>,
    scratch: UnsafeMutablePointer<Lanes>
) -> Int {
    let total = scratch
    let next = scratch + n
    let share = scratch + 2 * n
    for i in 0..<n {
        var sum = Lanes.zero
        for j in 0..<n { sum += L[i * n + j] }
        total[i] = sum
        p[i] = sum
        let inverse = select(sum .> .zero, 1 / maximum(sum, lanes(.leastNormalMagnitude)), .zero)
        for j in 0..<n { share[i * n + j] = L[i * n + j] * inverse }
    }
    var settled = LaneMask.none
    var sweeps = 0
    while sweeps < 64, !settled.holdsEverywhere {
        var moved = LaneMask.none
        for i in 0..<n {
            var available = e[i]
            for j in 0..<n { available += p[j] * share[j * n + i] }
            next[i] = minimum(total[i], available)
            moved = moved .| (absolute(next[i] - p[i]) .> 1e-12 * total[i])
        }
        for i in 0..<n { p[i] = select(settled, p[i], next[i]) }
        settled = settled .| .!moved
        sweeps += 1
    }
    if !settled.holdsEverywhere {
        solveDefaults(L, outside: e, entities: n, paid: p, settled: settled, scratch: scratch)
    }
    return sweeps
}

/// The room that `clearDues` needs, in lanes.
func clearingScratch(_ entities: Int) -> Int { 2 * entities + 2 * entities * entities + 2 * entities }

/// The clearing vector by fictitious default: those who would default if all others paid, then those drawn in.
///
///     i in D: p_i - sum_{j in D} p_j L_ji / Lbar_j = e_i + sum_{j not in D} L_ji;  else p_i = Lbar_i
///
/// The matrix is an M-matrix: eliminated without pivoting.
private func solveDefaults(
    _ L: UnsafePointer<Lanes>, outside e: UnsafePointer<Lanes>, entities n: Int,
    paid p: UnsafeMutablePointer<Lanes>, settled: LaneMask, scratch: UnsafeMutablePointer<Lanes>
) {
    let total = scratch
    let share = scratch + 2 * n
    let matrix = scratch + (2 * n + n * n)
    let right = scratch + (2 * n + 2 * n * n)
    let defaults = right + n
    let q = scratch + n
    let one = lanes(1)
    for i in 0..<n {
        defaults[i] = .zero
        q[i] = total[i]
    }
    for _ in 0..<n {
        var grown = LaneMask.none
        for i in 0..<n {
            var available = e[i]
            for j in 0..<n { available += q[j] * share[j * n + i] }
            let falls = (available .< total[i] * (1 - 1e-14)) .& (defaults[i] .== .zero)
            defaults[i] = select(falls, one, defaults[i])
            grown = grown .| falls
        }
        if !grown.holdsAnywhere { break }
        for i in 0..<n {
            right[i] = e[i]
            for j in 0..<n {
                matrix[i * n + j] = (i == j ? one : .zero) - defaults[i] * defaults[j] * share[j * n + i]
                right[i] += (one - defaults[j]) * L[j * n + i]
            }
            right[i] = select(defaults[i] .== .zero, total[i], right[i])
        }
        for k in 0..<n {
            for i in (k + 1)..<max(n, k + 1) {
                let factor = matrix[i * n + k] / matrix[k * n + k]
                for j in k..<n { matrix[i * n + j] -= factor * matrix[k * n + j] }
                right[i] -= factor * right[k]
            }
        }
        for k in stride(from: n - 1, through: 0, by: -1) {
            for j in (k + 1)..<max(n, k + 1) { right[k] -= matrix[k * n + j] * q[j] }
            q[k] = clamp(right[k] / matrix[k * n + k], .zero, total[k])
        }
    }
    for i in 0..<n { p[i] = select(settled, p[i], q[i]) }
}
