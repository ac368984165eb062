// The iteration: three passes over the cells, one factorisation, two solutions.
//
// Perturbed optimality of minimise c's + ½ s'Qs, A s = b, 0 <= s <= w, with t = w − s:
//     A s = b,   g − z + v = 0 with g = c + Q s − A'λ,   s z = σμ,   t v = σμ.
// Newton, with θ = 1 / (q + z/s + v/t) and the second-order terms e_z = ds dz, e_v = −ds dv of the affine direction:
//     (A Θ A') dλ = b − A s + A Θ (g − (σμ − e_z)/s + (σμ − e_v)/t)
//     ds = θ (a'dλ − g + (σμ − e_z)/s − (σμ − e_v)/t)
//     dz = (σμ − e_z)/s − z − (z/s) ds,   dv = (σμ − e_v)/t − v + (v/t) ds.
// g is formed in one way for both sides of it: formed in two, its rounding times θ would open the balances.

/// What one pass over all cells adds up.
struct Sums {
    /// Σ max(g s, −g t): how far the cost can be above the Lagrangian's least value (exact where q = 0).
    var slack = Lanes.zero
    /// Σ c s + ½ q s².
    var cost = Lanes.zero
    /// Σ s z + t v.
    var complementarity = Lanes.zero
}

/// What the affine direction promises.
struct Prediction {
    /// The least and largest ds/s and ds/t, with 0.
    var lowS = Lanes.zero, highS = Lanes.zero, lowT = Lanes.zero, highT = Lanes.zero
    /// Σ ds (z − v) and Σ ds (dz − dv).
    var linear = Lanes.zero, quadratic = Lanes.zero
}

/// How far the direction goes before a bound.
struct Reach {
    /// The largest −ds/s and ds/t, at least 0.
    var primal = Lanes.zero
    /// The least dz/z and dv/v, at most 0.
    var dual = Lanes.zero
}

extension Clearing {
    /// Iterates the lanes of `mask` until each is proven or the limit is reached; others stay as they are, bit for bit.
    ///
    /// A lane is proven when what its cost can fall, and what it can rise when shedding and spilling close its balances,
    /// is below the tolerance. The second-order term counts in full when a quarter of the affine step can be taken, and
    /// μ isn't asked below what the tolerance needs: without these two about one hour in 20,000 stalls.
    func run(_ mask: LaneMask, caution: Bool) {
        var active = mask
        var primal = Lanes.zero
        var dual = Lanes.zero
        let bounds = Lanes(repeating: 2 * Double(max(pattern.variables, 1)))
        let goal = Lanes(repeating: 0.9 * tolerance)
        let almost = Lanes(repeating: caution ? 0.9 : 0.999)
        let trust = Lanes(repeating: caution ? 0 : 4)
        let leastSigma = Lanes(repeating: caution ? 0.1 : 0)
        let ridge = Lanes(repeating: caution ? 1e-10 : 0)
        let together = LaneMask(repeating: caution)
        let (limit, rows) = (iterationLimit, pattern.rows)
        let one = Lanes(repeating: 1)
        var count = 0
        while true {
            for row in 0..<rows { multiplier[row] = fma(dual, step[row], multiplier[row]) }
            let sums = assemble(primal, dual, ridge)
            var open = sums.slack
            for row in 0..<rows {
                open = fma(absolute(residual[row]), dearest[row] + absolute(multiplier[row]), open)
            }
            let scale = maximum(absolute(sums.cost + constant), served)
            active = active .& .!(open .<= goal * scale)
            if !any(active) || count == limit { break }
            count += 1

            elimination.factorise()
            for row in 0..<rows { affine[row] = push[row] }
            elimination.solve(affine)
            let ahead = predict()
            let stepS = one / maximum(one, maximum(negative(ahead.lowS), ahead.highT))
            let stepZ = one / (one + maximum(ahead.highS, negative(ahead.lowT)))
            let total = sums.complementarity
            let left = fma(
                stepS * stepZ, ahead.quadratic, fma(stepS - stepZ, ahead.linear, fnma(stepZ, total, total)))
            let ratio = minimum(maximum(left, .zero) / total, one)
            let sigma = maximum(ratio * ratio * ratio, leastSigma)
            let target = maximum(sigma * total, Lanes(repeating: 0.1) * goal * scale) / bounds
            let second = minimum(one, trust * minimum(stepS, stepZ))

            for row in 0..<rows {
                step[row] = fnma(target, centre[row], fma(second, curve[row], push[row]))
            }
            elimination.solve(step)
            let reach = correct(target, second)
            primal = minimum(one, almost / maximum(reach.primal, almost))
            dual = minimum(one, almost / maximum(negative(reach.dual), almost))
            let common = minimum(primal, dual)
            primal = select(active, select(together, common, primal), .zero)
            dual = select(active, select(together, common, dual), .zero)
        }
        iterations += count
    }

    /// Pass 1: takes the step, and from the new iterate forms A Θ A', the residuals and the affine right-hand side.
    private func assemble(_ primal: Lanes, _ dual: Lanes, _ ridge: Lanes) -> Sums {
        var sums = Sums()
        let half = Lanes(repeating: 0.5)
        let one = Lanes(repeating: 1)
        let rounding = Lanes(repeating: 1e-15)
        let (cells, first, multiplier) = (cells, first.base, multiplier)
        let (residual, push, diagonal, need) = (residual, push, elimination.diagonal.base, need)
        for row in 0..<pattern.rows {
            let price = multiplier[row]
            var given = Lanes.zero
            var weight = Lanes.zero
            var pushed = Lanes.zero
            for index in first[row]..<first[row + 1] {
                let cell = cells + index
                let s = fma(primal, cell.pointee.ds, cell.pointee.s)
                let z = fma(dual, cell.pointee.dz, cell.pointee.z)
                let v = fma(dual, cell.pointee.dv, cell.pointee.v)
                let q = cell.pointee.q
                let c = cell.pointee.c
                let t = maximum(cell.pointee.w - s, rounding * cell.pointee.w)
                let area = s * t
                let overArea = one / area
                let theta = area / fma(q, area, fma(z, t, v * s))
                let g = fma(q, s, c - price)
                cell.pointee.s = s
                cell.pointee.z = z
                cell.pointee.v = v
                cell.pointee.theta = theta
                cell.pointee.reduced = g
                cell.pointee.overS = t * overArea
                cell.pointee.overT = s * overArea
                given += s
                weight += theta
                pushed = fma(theta, g, pushed)
                sums.slack += maximum(g * s, negative(g * t))
                sums.cost = fma(s, fma(half * q, s, c), sums.cost)
                sums.complementarity = fma(s, z, fma(t, v, sums.complementarity))
            }
            diagonal[row] = weight
            residual[row] = need[row] - given
            push[row] = pushed
        }

        let matrix = elimination.lower.base
        for place in 0..<elimination.lower.count { matrix[place] = .zero }
        let (from, to, entry) = (from.base, to.base, entry.base)
        let singles = pattern.singles.count
        let sent = efficiency
        for index in 0..<pattern.pairs.count {
            let cell = cells + (singles + index)
            let (a, b) = (from[index], to[index])
            let eta = sent[index]
            let s = fma(primal, cell.pointee.ds, cell.pointee.s)
            let z = fma(dual, cell.pointee.dz, cell.pointee.z)
            let v = fma(dual, cell.pointee.dv, cell.pointee.v)
            let q = cell.pointee.q
            let c = cell.pointee.c
            let t = maximum(cell.pointee.w - s, rounding * cell.pointee.w)
            let area = s * t
            let overArea = one / area
            let theta = area / fma(q, area, fma(z, t, v * s))
            let g = fma(q, s, c - fma(eta, multiplier[b], negative(multiplier[a])))
            cell.pointee.s = s
            cell.pointee.z = z
            cell.pointee.v = v
            cell.pointee.theta = theta
            cell.pointee.reduced = g
            cell.pointee.overS = t * overArea
            cell.pointee.overT = s * overArea
            let arriving = eta * theta
            residual[a] += s
            residual[b] = fnma(eta, s, residual[b])
            diagonal[a] += theta
            diagonal[b] = fma(eta, arriving, diagonal[b])
            matrix[entry[index]] -= arriving
            push[a] = fnma(theta, g, push[a])
            push[b] = fma(arriving, g, push[b])
            sums.slack += maximum(g * s, negative(g * t))
            sums.cost = fma(s, fma(half * q, s, c), sums.cost)
            sums.complementarity = fma(s, z, fma(t, v, sums.complementarity))
        }
        let floor = elimination.floor.base
        let vanishing = Lanes(repeating: 1e-14)
        for row in 0..<pattern.rows {
            push[row] += residual[row]
            floor[row] = vanishing * diagonal[row]
            diagonal[row] = fma(ridge, diagonal[row], diagonal[row])
        }
        return sums
    }

    /// Pass 2: the affine direction, how far it goes, and both parts of the second right-hand side.
    private func predict() -> Prediction {
        var ahead = Prediction()
        let (cells, first, affine) = (cells, first.base, affine)
        let (curve, centre) = (curve, centre)
        for row in 0..<pattern.rows {
            let move = affine[row]
            var bend = Lanes.zero
            var pull = Lanes.zero
            for index in first[row]..<first[row + 1] {
                let cell = cells + index
                let theta = cell.pointee.theta
                let overS = cell.pointee.overS
                let overT = cell.pointee.overT
                let z = cell.pointee.z
                let v = cell.pointee.v
                let ds = theta * (move - cell.pointee.reduced)
                let bySlack = ds * overS
                let byRoom = ds * overT
                let dz = fnma(z, bySlack, negative(z))
                let dv = fma(v, byRoom, negative(v))
                ahead.lowS = minimum(ahead.lowS, bySlack)
                ahead.highS = maximum(ahead.highS, bySlack)
                ahead.lowT = minimum(ahead.lowT, byRoom)
                ahead.highT = maximum(ahead.highT, byRoom)
                ahead.linear = fma(ds, z - v, ahead.linear)
                ahead.quadratic = fma(ds, dz - dv, ahead.quadratic)
                bend = fma(theta, fma(bySlack, dz, byRoom * dv), bend)
                pull = fma(theta, overS - overT, pull)
            }
            curve[row] = bend
            centre[row] = pull
        }
        let (from, to) = (from.base, to.base)
        let singles = pattern.singles.count
        let sent = efficiency
        for index in 0..<pattern.pairs.count {
            let cell = cells + (singles + index)
            let (a, b) = (from[index], to[index])
            let eta = sent[index]
            let theta = cell.pointee.theta
            let overS = cell.pointee.overS
            let overT = cell.pointee.overT
            let z = cell.pointee.z
            let v = cell.pointee.v
            let ds = theta * (fma(eta, affine[b], negative(affine[a])) - cell.pointee.reduced)
            let bySlack = ds * overS
            let byRoom = ds * overT
            let dz = fnma(z, bySlack, negative(z))
            let dv = fma(v, byRoom, negative(v))
            ahead.lowS = minimum(ahead.lowS, bySlack)
            ahead.highS = maximum(ahead.highS, bySlack)
            ahead.lowT = minimum(ahead.lowT, byRoom)
            ahead.highT = maximum(ahead.highT, byRoom)
            ahead.linear = fma(ds, z - v, ahead.linear)
            ahead.quadratic = fma(ds, dz - dv, ahead.quadratic)
            let bend = theta * fma(bySlack, dz, byRoom * dv)
            let pull = theta * (overS - overT)
            curve[a] -= bend
            curve[b] = fma(eta, bend, curve[b])
            centre[a] -= pull
            centre[b] = fma(eta, pull, centre[b])
        }
        return ahead
    }

    /// Pass 3: the final direction, and how far it goes.
    private func correct(_ target: Lanes, _ second: Lanes) -> Reach {
        var reach = Reach()
        let (cells, first, affine, step) = (cells, first.base, affine, step)
        for row in 0..<pattern.rows {
            let (ahead, move) = (affine[row], step[row])
            for index in first[row]..<first[row + 1] {
                Self.direct(cells + index, ahead, move, target, second, &reach)
            }
        }
        let (from, to) = (from.base, to.base)
        let singles = pattern.singles.count
        let sent = efficiency
        for index in 0..<pattern.pairs.count {
            let (a, b, eta) = (from[index], to[index], sent[index])
            let ahead = fma(eta, affine[b], negative(affine[a]))
            let move = fma(eta, step[b], negative(step[a]))
            Self.direct(cells + (singles + index), ahead, move, target, second, &reach)
        }
        return reach
    }

    /// The final direction of one cell, whose a'dλ is `move`, after an affine one where it is `ahead`.
    @inline(__always)
    private static func direct(
        _ cell: UnsafeMutablePointer<Cell>, _ ahead: Lanes, _ move: Lanes, _ target: Lanes, _ second: Lanes,
        _ reach: inout Reach
    ) {
        let overS = cell.pointee.overS
        let overT = cell.pointee.overT
        let z = cell.pointee.z
        let v = cell.pointee.v
        let theta = cell.pointee.theta
        let reduced = cell.pointee.reduced
        let affine = theta * (ahead - reduced)
        let bySlack = affine * overS
        let byRoom = affine * overT
        let bend = second * affine
        let towardsS = fnma(bend, fnma(z, bySlack, negative(z)), target) * overS
        let towardsT = fma(bend, fma(v, byRoom, negative(v)), target) * overT
        let ds = theta * ((move - reduced) + (towardsS - towardsT))
        let shareS = ds * overS
        let shareT = ds * overT
        let dz = fnma(z, shareS, towardsS - z)
        let dv = fma(v, shareT, towardsT - v)
        cell.pointee.ds = ds
        cell.pointee.dz = dz
        cell.pointee.dv = dv
        reach.primal = maximum(reach.primal, maximum(negative(shareS), shareT))
        reach.dual = minimum(reach.dual, minimum(dz * v, dv * z) / (z * v))
    }
}
