import Lanes

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
    /// Iterates `tried` until each is proven or the limit is reached; others stay as they are, bit for bit.
    ///
    /// A lane is proven when what its cost can fall, and what it can rise when shedding and spilling close its balances,
    /// is below the tolerance. One that is far from that after `patience` iterations is left: what is fixed there leaves no
    /// way to serve the load. The second-order term counts in full when a quarter of the affine step can be taken, and
    /// μ isn't asked below what the tolerance needs: without these two about one hour in 20,000 stalls.
    func run(_ tried: LaneMask, caution: Bool, limit: Int, patience: Int) {
        var active = tried
        var primal = Lanes.zero
        var dual = Lanes.zero
        let goal = lanes(0.9 * tolerance)
        let almost = lanes(caution ? 0.9 : 0.999)
        let trust = lanes(caution ? 0 : 4)
        let leastSigma = lanes(caution ? 0.1 : 0)
        let ridge = lanes(caution ? 1e-10 : 0)
        let together = LaneMask(repeating: caution)
        let rows = layout.rows
        let all = hours * rows
        let one = lanes(1)
        let tiny = lanes(1e-300)
        let (multiplier, affine, step, push) = (multiplier, affine, step, push)
        var count = 0
        while true {
            // In lanes that are not tried the direction may be anything, and their prices stay.
            for row in 0..<all { multiplier[row] = fma(dual, select(tried, step[row], .zero), multiplier[row]) }
            for row in 0..<rows { clear(row) }
            var sums = Sums()
            for hour in 0..<hours {
                if hours > 1 { for row in 0..<rows { clear((hour + 1) * rows + row) } }
                assemble(hour, primal, dual, ridge, &sums)
                if hours > 1 { eliminate(hour) }
            }
            var open = sums.slack
            var breach = Lanes.zero
            for row in 0..<all {
                let residual = absolute(residual[row])
                open = fma(residual, dearest[row] + absolute(multiplier[row]), open)
                breach = maximum(breach, residual * strictness[row])
            }
            let scale = maximum(absolute(sums.cost + constant), served)
            active = active .& .!((open .<= goal * scale) .& (breach .<= one))
            if count >= patience { active = active .& (open .<= lanes(0.2) * scale) }
            if !any(active) || count == limit { break }
            count += 1
            if hours == 1 { eliminate(0) }

            for row in 0..<rows { affine[all + row] = .zero }
            var ahead = Prediction()
            var hour = hours - 1
            while hour >= 0 {
                layout.elimination.backward(affine, hour: hour)
                predict(hour, &ahead)
                hour -= 1
            }
            let stepS = one / maximum(one, maximum(negative(ahead.lowS), ahead.highT))
            let stepZ = one / (one + maximum(ahead.highS, negative(ahead.lowT)))
            let total = sums.complementarity
            let left = fma(
                stepS * stepZ, ahead.quadratic, fma(stepS - stepZ, ahead.linear, fnma(stepZ, total, total)))
            let ratio = minimum(maximum(left, .zero) / maximum(total, tiny), one)
            let sigma = maximum(ratio * ratio * ratio, leastSigma)
            let target = maximum(sigma * total, lanes(0.1) * goal * scale) / maximum(bounds, one)
            let second = minimum(one, trust * minimum(stepS, stepZ))

            for row in 0..<all { step[row] = fnma(target, centre[row], fma(second, curve[row], push[row])) }
            for hour in 0..<hours { layout.elimination.forward(step, hour: hour) }
            for row in 0..<rows { step[all + row] = .zero }
            var reach = Reach()
            hour = hours - 1
            while hour >= 0 {
                layout.elimination.backward(step, hour: hour)
                correct(hour, target, second, &reach)
                hour -= 1
            }
            primal = minimum(one, almost / maximum(reach.primal, almost))
            dual = minimum(one, almost / maximum(negative(reach.dual), almost))
            let common = minimum(primal, dual)
            primal = select(active, select(together, common, primal), .zero)
            dual = select(active, select(together, common, dual), .zero)
        }
        iterations += count
    }

    /// Factorises an hour's matrix, and begins the affine direction.
    @inline(__always)
    private func eliminate(_ hour: Int) {
        layout.elimination.factorise(hour: hour)
        layout.elimination.forward(affine, hour: hour)
    }

    /// Empties a row before columns are added to it.
    @inline(__always)
    private func clear(_ row: Int) {
        residual[row] = need[row]
        push[row] = .zero
        affine[row] = .zero
        layout.elimination.diagonal.base[row] = .zero
    }

    /// Pass 1 for an hour: takes the step, and from the new iterate forms A Θ A', the residuals and the affine right-hand
    /// side.
    @inline(never)
    private func assemble(_ hour: Int, _ primal: Lanes, _ dual: Lanes, _ ridge: Lanes, _ sums: inout Sums) {
        var added = Sums()
        let (rows, entries) = (layout.rows, layout.elimination.entries)
        let offset = hour * rows
        let (cells, first) = (cells, cellFirst + hour * (rows + 1))
        let (multiplier, residual, push) = (multiplier + offset, residual + offset, push + offset)
        let diagonal = layout.elimination.diagonal.base + offset
        let matrix = layout.elimination.lower.base + hour * entries
        if hour == 0 { for place in 0..<entries { matrix[place] = .zero } }
        if hours > 1 { for place in entries..<(2 * entries) { matrix[place] = .zero } }
        for row in 0..<rows {
            let price = multiplier[row]
            var given = Lanes.zero
            var weight = Lanes.zero
            var pushed = Lanes.zero
            for index in first[row]..<first[row + 1] {
                let cell = cells + index
                let (s, theta, g) = advance(cell, price, primal, dual, &added)
                given += s
                weight += theta
                pushed = fma(theta, g, pushed)
            }
            diagonal[row] += weight
            residual[row] -= given
            push[row] += pushed
        }

        let (from, to, entry, sent) = (layout.from.base, layout.to.base, layout.entry.base, self.sent(in: hour))
        let flows = cells + cellFlows[hour]
        let pairs = layout.pairs
        for index in 0..<pairs {
            let (a, b, eta) = (from[index], to[index], sent[index])
            let price = fma(eta, multiplier[b], negative(multiplier[a]))
            let (s, theta, g) = advance(flows + index, price, primal, dual, &added)
            let arriving = eta * theta
            residual[a] += s
            residual[b] = fnma(eta, s, residual[b])
            diagonal[a] += theta
            diagonal[b] = fma(eta, arriving, diagonal[b])
            matrix[entry[index]] -= arriving
            push[a] = fnma(theta, g, push[a])
            push[b] = fma(arriving, g, push[b])
        }

        let (wideFirst, widePlace, wideNumber) = (layout.wideFirst.base, layout.widePlace.base, layout.wideNumber.base)
        var (meeting, product) = (layout.wideEntry.base, layout.wideProduct.base)
        for index in 0..<layout.wides {
            let (start, end) = (wideFirst[index], wideFirst[index + 1])
            var price = Lanes.zero
            for e in start..<end {
                price = fma(lanes(wideNumber[e]), multiplier[widePlace[e]], price)
            }
            let (s, theta, g) = advance(flows + (pairs + index), price, primal, dual, &added)
            let pushed = theta * g
            for e in start..<end {
                let row = widePlace[e]
                let number = lanes(wideNumber[e])
                residual[row] = fnma(number, s, residual[row])
                push[row] = fma(number, pushed, push[row])
                diagonal[row] = fma(number * number, theta, diagonal[row])
                for _ in (e + 1)..<end {
                    matrix[meeting[0]] = fma(lanes(product[0]), theta, matrix[meeting[0]])
                    meeting += 1
                    product += 1
                }
            }
        }

        let floor = layout.elimination.floor.base + offset
        let affine = affine + offset
        let vanishing = lanes(1e-14)
        let one = lanes(1)
        for row in 0..<rows {
            let right = push[row] + residual[row]
            push[row] = right
            affine[row] += right
            // A row none of whose variables can move asks for nothing.
            floor[row] = select(diagonal[row] .== .zero, one, vanishing * diagonal[row])
            diagonal[row] = fma(ridge, diagonal[row], diagonal[row])
        }
        sums.slack += added.slack
        sums.cost += added.cost
        sums.complementarity += added.complementarity
    }

    /// Pass 2 for an hour: the affine direction, how far it goes, and both parts of the second right-hand side.
    @inline(never)
    private func predict(_ hour: Int, _ ahead: inout Prediction) {
        var here = ahead
        let rows = layout.rows
        let offset = hour * rows
        let (cells, first, affine) = (cells, cellFirst + hour * (rows + 1), affine + offset)
        let (curve, centre) = (curve + offset, centre + offset)
        // Columns that reach into the next hour add to its rows, which pass before this hour's.
        if hours > 1 && hour == hours - 1 {
            for row in rows..<(2 * rows) { (curve[row], centre[row]) = (.zero, .zero) }
        }
        for row in 0..<rows {
            let move = affine[row]
            var bend = Lanes.zero
            var pull = Lanes.zero
            for index in first[row]..<first[row + 1] {
                let (bent, pulled) = predictCell(cells + index, move, &here)
                bend += bent
                pull += pulled
            }
            curve[row] = bend
            centre[row] = pull
        }
        let (from, to, sent) = (layout.from.base, layout.to.base, self.sent(in: hour))
        let flows = cells + cellFlows[hour]
        let pairs = layout.pairs
        for index in 0..<pairs {
            let (a, b, eta) = (from[index], to[index], sent[index])
            let (bend, pull) = predictCell(flows + index, fma(eta, affine[b], negative(affine[a])), &here)
            curve[a] -= bend
            curve[b] = fma(eta, bend, curve[b])
            centre[a] -= pull
            centre[b] = fma(eta, pull, centre[b])
        }
        let (wideFirst, widePlace, wideNumber) = (layout.wideFirst.base, layout.widePlace.base, layout.wideNumber.base)
        for index in 0..<layout.wides {
            let (start, end) = (wideFirst[index], wideFirst[index + 1])
            var move = Lanes.zero
            for e in start..<end { move = fma(lanes(wideNumber[e]), affine[widePlace[e]], move) }
            let (bend, pull) = predictCell(flows + (pairs + index), move, &here)
            for e in start..<end {
                let row = widePlace[e]
                let number = lanes(wideNumber[e])
                curve[row] = fma(number, bend, curve[row])
                centre[row] = fma(number, pull, centre[row])
            }
        }
        ahead = here
    }

    /// Pass 3 for an hour: the final direction, and how far it goes.
    @inline(never)
    private func correct(_ hour: Int, _ target: Lanes, _ second: Lanes, _ reach: inout Reach) {
        var far = reach
        let rows = layout.rows
        let offset = hour * rows
        let (cells, first) = (cells, cellFirst + hour * (rows + 1))
        let (affine, step) = (affine + offset, step + offset)
        for row in 0..<rows {
            let (ahead, move) = (affine[row], step[row])
            for index in first[row]..<first[row + 1] {
                direct(cells + index, ahead, move, target, second, &far)
            }
        }
        let (from, to, sent) = (layout.from.base, layout.to.base, self.sent(in: hour))
        let flows = cells + cellFlows[hour]
        let pairs = layout.pairs
        for index in 0..<pairs {
            let (a, b, eta) = (from[index], to[index], sent[index])
            let ahead = fma(eta, affine[b], negative(affine[a]))
            let move = fma(eta, step[b], negative(step[a]))
            direct(flows + index, ahead, move, target, second, &far)
        }
        let (wideFirst, widePlace, wideNumber) = (layout.wideFirst.base, layout.widePlace.base, layout.wideNumber.base)
        for index in 0..<layout.wides {
            var ahead = Lanes.zero
            var move = Lanes.zero
            for e in wideFirst[index]..<wideFirst[index + 1] {
                let number = lanes(wideNumber[e])
                ahead = fma(number, affine[widePlace[e]], ahead)
                move = fma(number, step[widePlace[e]], move)
            }
            direct(flows + (pairs + index), ahead, move, target, second, &far)
        }
        reach = far
    }
}

/// Takes a cell's step; returns s, θ and the reduced cost at the new iterate, whose a'λ is `price`.
@inline(__always)
private func advance(
    _ cell: UnsafeMutablePointer<Cell>, _ price: Lanes, _ primal: Lanes, _ dual: Lanes,
    _ sums: inout Sums
) -> (s: Lanes, theta: Lanes, g: Lanes) {
    let half = lanes(0.5)
    let one = lanes(1)
    let rounding = lanes(1e-15)
    let s = fma(primal, cell.pointee.ds, cell.pointee.s)
    let z = fma(dual, cell.pointee.dz, cell.pointee.z)
    let v = fma(dual, cell.pointee.dv, cell.pointee.v)
    let q = cell.pointee.q
    let c = cell.pointee.c
    let w = cell.pointee.w
    let t = maximum(w - s, rounding * w)
    let area = s * t
    let overArea = one / area
    let theta = wherePositive(w, area / fma(q, area, fma(z, t, v * s)))
    let g = fma(q, s, c - price)
    cell.pointee.s = s
    cell.pointee.z = z
    cell.pointee.v = v
    cell.pointee.theta = theta
    cell.pointee.reduced = g
    cell.pointee.overS = t * overArea
    cell.pointee.overT = s * overArea
    sums.slack += wherePositive(w, maximum(g * s, negative(g * t)))
    sums.cost = fma(s, fma(half * q, s, c), sums.cost)
    sums.complementarity += wherePositive(w, fma(s, z, t * v))
    return (wherePositive(w, s), theta, g)
}

/// The affine direction of a cell whose a'dλ is `move`; returns its parts of the second right-hand side.
@inline(__always)
private func predictCell(
    _ cell: UnsafeMutablePointer<Cell>, _ move: Lanes, _ ahead: inout Prediction
) -> (bend: Lanes, pull: Lanes) {
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
    return (theta * fma(bySlack, dz, byRoom * dv), theta * (overS - overT))
}

/// The final direction of one cell, whose a'dλ is `move`, after an affine one where it is `ahead`.
@inline(__always)
private func direct(
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
    let dz = wherePositive(theta, fnma(z, shareS, towardsS - z))
    let dv = wherePositive(theta, fma(v, shareT, towardsT - v))
    cell.pointee.ds = ds
    cell.pointee.dz = dz
    cell.pointee.dv = dv
    reach.primal = maximum(reach.primal, maximum(negative(shareS), shareT))
    reach.dual = minimum(reach.dual, minimum(dz * v, dv * z) / (z * v))
}
