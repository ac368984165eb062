import Lanes

// What goes over all balances, singles and lines.

extension DualSimplex {
    /// What numbers by row of W come to at each balance: those of islands, and F' times those of lines.
    func spread(
        _ rows: UnsafeMutablePointer<Double>, _ limits: UnsafeMutablePointer<Int>, _ count: Int,
        into out: UnsafeMutablePointer<Double>
    ) {
        if islands == 1 {
            for node in 0..<nodes { out[node] = rows[0] }
        } else {
            for node in 0..<nodes { out[node] = rows[island[node]] }
        }
        let vectors = DualSimplex.eights(out)
        for row in 0..<count {
            let number = Eight(repeating: rows[islands + row])
            let factors = byLine + limits[row] * nodeEights
            for k in 0..<nodeEights { vectors[k] = fma(number, factors[k], vectors[k]) }
        }
    }

    /// Computes reduced costs, places each variable at the bound that its own asks for, and sums in `given` what all bring.
    ///
    /// Loads count as taken. A reduced cost within `optimality` of zero leaves its variable where it is.
    func placeNonbasic(_ n: Numbers, _ side: UnsafeMutablePointer<Double>, _ optimality: Double) {
        let (cost, lower, upper, x) = (
            DualSimplex.eights(n.cost), DualSimplex.eights(n.lower), DualSimplex.eights(n.upper),
            DualSimplex.eights(n.x)
        )
        let (sides, reduced, given) = (
            DualSimplex.eights(side), DualSimplex.eights(reduced), DualSimplex.eights(given)
        )
        let (prices, loads, bent) = (
            DualSimplex.eights(n.price), DualSimplex.eights(n.load), DualSimplex.eights(bent)
        )
        let (above, below) = (Eight(repeating: optimality), Eight(repeating: -optimality))
        let one = Eight(repeating: 1)
        for k in 0..<nodeEights { given[k] = bent[k] - loads[k] }
        for layer in layerEights.indices {
            let start = layerStart[layer] / 8
            for k in 0..<layerEights[layer] {
                let at = start + k
                let worth = cost[at] - prices[k]
                reduced[at] = worth
                let now = whereLess(above, worth, one, whereLess(worth, below, negative(one), sides[at]))
                sides[at] = now
                let value = whereLess(.zero, now, lower[at], upper[at])
                x[at] = value
                given[k] += value
            }
        }
        for variable in slots..<variables {
            let worth =
                n.cost[variable] + n.price[from[variable]] - n.efficiency[variable - slots] * n.price[to[variable]]
            self.reduced[variable] = worth
            if abs(worth) > optimality { side[variable] = worth > 0 ? 1 : -1 }
            n.x[variable] = side[variable] > 0 ? n.lower[variable] : n.upper[variable]
            addToGiven(n, variable, n.x[variable])
        }
    }

    @inline(__always)
    func addToGiven(_ n: Numbers, _ variable: Int, _ value: Double) {
        if variable < slots {
            given[from[variable]] += value
        } else {
            given[from[variable]] -= value
            given[to[variable]] += n.efficiency[variable - slots] * value
        }
    }

    /// What is asked of basic variables by islands and by lines at their limits, in `right`.
    func ask(
        _ n: Numbers, _ side: UnsafeMutablePointer<Double>, _ limits: UnsafeMutablePointer<Int>, _ count: Int
    ) {
        let vectors = DualSimplex.eights(given)
        if islands == 1 {
            var sum = Eight.zero
            for k in 0..<nodeEights { sum += vectors[k] }
            right[0] = -sum.sum()
        } else {
            for index in 0..<islands { right[index] = 0 }
            for node in 0..<nodes { right[island[node]] -= given[node] }
        }
        for row in 0..<count {
            let line = limits[row]
            let factors = byLine + line * nodeEights
            var sum = Eight.zero
            for k in 0..<nodeEights { sum = fma(factors[k], vectors[k], sum) }
            let value = side[variables + line] > 0 ? n.least[line] : n.most[line]
            right[islands + row] = value - (sum.sum() - susceptance[line] * n.shift[line])
        }
    }

    /// The flows of what is given.
    func carry(_ n: Numbers) {
        let (flows, angles, bends) = (
            DualSimplex.eights(n.flow), DualSimplex.eights(n.shift), DualSimplex.eights(susceptance)
        )
        let (given, byNode) = (given, byNode)
        for k in stride(from: 0, to: lineEights, by: 2) {
            var a = negative(bends[k] * angles[k])
            var b = negative(bends[k + 1] * angles[k + 1])
            var factors = byNode + k
            for node in 0..<nodes {
                let number = Eight(repeating: given[node])
                a = fma(number, factors[0], a)
                b = fma(number, factors[1], b)
                factors += lineEights
            }
            flows[k] = a
            flows[k + 1] = b
        }
    }

    /// The line that is farthest beyond its bounds, and whether it has to rise; −1 where none is by more than `tolerance`.
    func worstFlow(_ n: Numbers, _ tolerance: Double) -> (beyond: Double, line: Int, rises: Bool) {
        let (flows, least, most) = (
            DualSimplex.eights(n.flow), DualSimplex.eights(n.least), DualSimplex.eights(n.most)
        )
        var worst = Eight(repeating: tolerance)
        for k in 0..<lineEights { worst = maximum(worst, maximum(least[k] - flows[k], flows[k] - most[k])) }
        var largest = tolerance
        for k in 0..<8 { largest = max(largest, worst[k]) }
        if largest > tolerance {
            for line in 0..<lines {
                if n.least[line] - n.flow[line] == largest { return (largest, line, true) }
                if n.flow[line] - n.most[line] == largest { return (largest, line, false) }
            }
        }
        return (tolerance, -1, false)
    }

    /// From what the rows of W are worth to what leaves, at balances, to how it moves with what is given there; `line` leaves,
    /// or a variable if negative.
    func turn(_ line: Int) {
        let vectors = DualSimplex.eights(ray)
        if line < 0 {
            for k in 0..<nodeEights { vectors[k] = negative(vectors[k]) }
        } else {
            let factors = byLine + line * nodeEights
            for k in 0..<nodeEights { vectors[k] = factors[k] - vectors[k] }
        }
    }

    /// The ratio test: the variable, or `variables` + the line, that takes the place of what leaves; those that are passed go
    /// to their other bounds.
    ///
    /// `ray` says how what leaves moves with what is given at balances, `right` how with the limits of lines; it has to rise,
    /// or to fall if `direction` is −1, by `missing`.
    func pass(
        _ n: Numbers, _ side: UnsafeMutablePointer<Double>, _ limits: UnsafeMutablePointer<Int>, _ count: Int,
        _ direction: Double, _ missing: Double
    ) -> Int? {
        let never = Double.infinity
        let smallest = 1e-9
        let (sides, reduced, widths) = (
            DualSimplex.eights(side), DualSimplex.eights(reduced), DualSimplex.eights(width)
        )
        let (ratios, rays) = (DualSimplex.eights(ratio), DualSimplex.eights(ray))
        let (towards, least, nowhere) = (
            Eight(repeating: direction), Eight(repeating: smallest), Eight(repeating: never)
        )
        for layer in layerEights.indices {
            let start = layerStart[layer] / 8
            for k in 0..<layerEights[layer] {
                let at = start + k
                let rate = sides[at] * towards * rays[k]
                let met = maximum(sides[at] * reduced[at], .zero) / rate
                ratios[at] = whereLess(least, rate, whereLess(.zero, widths[at], met, nowhere), nowhere)
            }
        }
        func rate(_ variable: Int) -> Double {
            let slope =
                variable < slots
                ? ray[from[variable]]
                : n.efficiency[variable - slots] * ray[to[variable]] - ray[from[variable]]
            return side[variable] * direction * slope
        }
        for variable in slots..<variables {
            let speed = rate(variable)
            let isMet = speed > smallest && width[variable] > 0
            ratio[variable] = isMet ? max(side[variable] * self.reduced[variable], 0) / speed : never
        }
        var left = missing
        while true {
            var (best, entering, speed, room) = (never, -1, 0.0, 0.0)
            let nearest = nearest()
            func meet(_ variable: Int) {
                if ratio[variable] != nearest { return }
                let own = rate(variable)
                if own > speed { (best, entering, speed, room) = (nearest, variable, own, width[variable]) }
            }
            if nearest < never {
                let wanted = Eight(repeating: nearest)
                for k in 0..<(slots / 8) where any(ratios[k] .== wanted) {
                    for variable in (8 * k)..<(8 * k + 8) { meet(variable) }
                }
                for variable in slots..<variables { meet(variable) }
            }
            for row in 0..<count {
                let line = limits[row]
                let at = side[variables + line]
                let own = at * direction * right[islands + row]
                let met = max(at * y[islands + row], 0) / own
                let range = n.most[line] - n.least[line]
                if own > smallest && range > 0 && (met < best || (met == best && own > speed)) {
                    (best, entering, speed, room) = (met, variables + line, own, range)
                }
            }
            if entering < 0 { return nil }
            left -= speed * room
            if left <= 0 { return entering }
            side[entering] = -side[entering]
            if entering < variables { ratio[entering] = never }
        }
    }

    /// The least ratio of all variables.
    private func nearest() -> Double {
        let ratios = DualSimplex.eights(ratio)
        var least = Eight(repeating: .infinity)
        for k in 0..<(slots / 8) { least = minimum(least, ratios[k]) }
        var nearest = Double.infinity
        for k in 0..<8 { nearest = min(nearest, least[k]) }
        for variable in slots..<variables { nearest = min(nearest, ratio[variable]) }
        return nearest
    }
}
