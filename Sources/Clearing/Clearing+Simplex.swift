import Lanes

// Hours with linear costs under Kirchhoff's law: a vertex instead of an interior point.

extension Clearing {
    /// Solves by the simplex those of `tried` whose costs are linear, from the last basis where `warm`; returns where it gave up.
    ///
    /// What it finds is in place with its prices, proven as any other is, and no longer `unconverged`.
    func findVertices(_ simplex: DualSimplex, _ tried: LaneMask, warm: LaneMask) -> LaneMask {
        let linear = tried .& linearLanes()
        if !any(linear) { return linear }
        scatter(simplex)
        var found = LaneMask(repeating: false)
        var exchanges = 0
        for lane in 0..<Lanes.scalarCount where linear[lane] {
            if !warm[lane] { simplex.forget(lane) }
            found[lane] = simplex.solve(lane)
            exchanges = max(exchanges, simplex.exchanges + 1)
        }
        iterations += exchanges
        gather(simplex, found)
        readScale()
        close(found, forgoesDust: false)
        unconverged = unconverged .& .!(found .& .!unbalanced .& (gap .<= lanes(tolerance)))
        return linear .& unconverged
    }

    /// Where no variable has a quadratic cost, and no flow of a line any.
    private func linearLanes() -> LaneMask {
        var most = Lanes.zero
        for variable in 0..<pattern.variables { most = maximum(most, quadratic[variable]) }
        for line in pattern.lines.indices {
            most = maximum(most, absolute(cost[pattern.singles.count + pattern.pairs.count + line]))
        }
        return most .<= .zero
    }

    /// A number of each lane to where the lane has its own.
    @inline(__always)
    private func put(_ value: Lanes, _ first: UnsafeMutablePointer<Double>, _ span: Int) {
        for lane in 0..<Lanes.scalarCount { first[lane * span] = value[lane] }
    }

    /// The number that each lane has.
    @inline(__always)
    private func get(_ at: UnsafeMutablePointer<Double>, _ span: Int) -> Lanes {
        Lanes(at[0], at[span], at[2 * span], at[3 * span], at[4 * span], at[5 * span], at[6 * span], at[7 * span])
    }

    private func scatter(_ simplex: DualSimplex) {
        let (n, span) = (simplex.first, simplex.span)
        for (variable, single) in pattern.singles.enumerated() {
            let slot = simplex.slotOfSingle[variable]
            let (c, l, u) = (cost[variable], lower[variable], upper[variable])
            let isTaken = single.sign < 0
            put(isTaken ? negative(c) : c, n.cost + slot, span)
            put(isTaken ? negative(u) : l, n.lower + slot, span)
            put(isTaken ? negative(l) : u, n.upper + slot, span)
        }
        for pair in pattern.pairs.indices {
            let (variable, slot) = (pattern.singles.count + pair, simplex.slots + pair)
            put(cost[variable], n.cost + slot, span)
            put(lower[variable], n.lower + slot, span)
            put(upper[variable], n.upper + slot, span)
            put(efficiency[pair], n.efficiency + pair, span)
        }
        for balance in 0..<pattern.rows { put(load[balance], n.load + simplex.placeOfNode[balance], span) }
        let flows = pattern.singles.count + pattern.pairs.count
        for line in pattern.lines.indices {
            put(shift[line], n.shift + line, span)
            put(lower[flows + line], n.least + line, span)
            put(upper[flows + line], n.most + line, span)
        }
    }

    private func gather(_ simplex: DualSimplex, _ tried: LaneMask) {
        let (n, span) = (simplex.first, simplex.span)
        for (variable, single) in pattern.singles.enumerated() {
            let given = get(n.x + simplex.slotOfSingle[variable], span)
            let x = inside(variable, single.sign < 0 ? negative(given) : given)
            dispatch[variable] = select(tried, x, dispatch[variable])
        }
        for pair in pattern.pairs.indices {
            let variable = pattern.singles.count + pair
            let x = inside(variable, get(n.x + simplex.slots + pair, span))
            dispatch[variable] = select(tried, x, dispatch[variable])
        }
        for balance in 0..<pattern.rows {
            let row = layout.placeOfBalance.base[balance]
            multiplier[row] = select(tried, get(n.price + simplex.placeOfNode[balance], span), multiplier[row])
        }
        let flows = pattern.singles.count + pattern.pairs.count
        for (line, ends) in pattern.lines.enumerated() {
            let x = inside(flows + line, get(n.flow + line, span))
            dispatch[flows + line] = select(tried, x, dispatch[flows + line])
            let (from, to) = (layout.placeOfBalance.base[ends.from], layout.placeOfBalance.base[ends.to])
            aroundLine[line] = multiplier[from] - multiplier[to] - get(n.limitPrice + line, span)
        }
        for (cycle, row) in cyclePlace.enumerated() {
            let factors = cycleFactors.base + cycle * cycleLine.count
            var sum = Lanes.zero
            for (index, line) in cycleLine.enumerated() {
                sum = fma(lanes(factors[index]), aroundLine[line], sum)
            }
            multiplier[row] = select(tried, sum, multiplier[row])
        }
    }
}
