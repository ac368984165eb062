// What surrounds the iteration: the market in the solver's terms, the start, and the record.

extension Clearing {
    /// Brings the inputs into the solver's terms: every box becomes 0 <= s <= w, every single enters with +1.
    ///
    /// A box of no width gets one of 1e-16 of the largest load, where it stays in the middle, and which
    /// the record takes back: it costs no iteration, and 1e-10 at the value of lost load would cost 1e-6 of some bills.
    /// `warm` keeps each variable where it was in its box.
    func read(warm: Bool) {
        let half = Lanes(repeating: 0.5)
        var sum = Lanes.zero
        var largest = Lanes(repeating: 1)
        for row in 0..<pattern.rows {
            let demand = absolute(load[row])
            sum += demand
            largest = maximum(largest, demand)
            need[elimination.place[row]] = load[row]
        }
        served = maximum(sum, Lanes(repeating: 1))
        var whole = largest
        let singles = pattern.singles.count
        for index in 0..<singles {
            let variable = variable.base[index]
            let low = absolute(lower[variable])
            whole += flipped.base[index] == 1 ? low : maximum(low, absolute(upper[variable]))
        }
        for index in 0..<pattern.pairs.count {
            let flow = maximum(absolute(lower[singles + index]), absolute(upper[singles + index]))
            whole = fma(flow, maximum(absolute(efficiency[index]), Lanes(repeating: 1)), whole)
        }
        enough = whole
        let narrowest = Lanes(repeating: 1e-16) * largest
        var fixed = Lanes.zero
        for row in 0..<pattern.rows {
            var given = Lanes.zero
            for index in first.base[row]..<first.base[row + 1] {
                let variable = variable.base[index]
                let turned = flipped.base[index] == 1
                let base = turned ? top(variable) : lower[variable]
                let q = quadratic[variable]
                let slope = fma(q, base, cost[variable])
                fixed = fma(base, fma(half * q, base, cost[variable]), fixed)
                given += turned ? negative(base) : base
                let width = (turned ? base : upper[variable]) - lower[variable]
                place(index, slope: turned ? negative(slope) : slope, q: q, maximum(width, narrowest), warm: warm)
            }
            need[row] -= given
            let (unserved, spilled) = (variable.base[shed.base[row]], variable.base[spill.base[row]])
            dearest[row] = maximum(absolute(cost[unserved]), absolute(cost[spilled]))
        }
        for index in 0..<pattern.pairs.count {
            let variable = singles + index
            let base = lower[variable]
            let q = quadratic[variable]
            fixed = fma(base, fma(half * q, base, cost[variable]), fixed)
            need[from.base[index]] += base
            need[to.base[index]] = fnma(efficiency[index], base, need[to.base[index]])
            let width = maximum(upper[variable] - base, narrowest)
            place(variable, slope: fma(q, base, cost[variable]), q: q, width, warm: warm)
        }
        constant = fixed
    }

    @inline(__always)
    private func place(_ index: Int, slope: Lanes, q: Lanes, _ width: Lanes, warm: Bool) {
        let cell = cells + index
        if warm {
            let growth = width / cell.pointee.w
            cell.pointee.s *= growth
            cell.pointee.z /= growth
            cell.pointee.v /= growth
        }
        cell.pointee.c = slope
        cell.pointee.q = q
        cell.pointee.w = width
        cell.pointee.ds = .zero
        cell.pointee.dz = .zero
        cell.pointee.dv = .zero
    }

    /// Begins from the iterate in place: each variable is pulled from its bounds to s z >= μ and s >= w/100.
    func beginWarm() {
        let half = Lanes(repeating: 0.5)
        let bounds = Lanes(repeating: 2 * Double(max(pattern.variables, 1)))
        let mu = Lanes(repeating: warmCentring) * maximum(absolute(objective), served) / bounds
        let pull = Lanes(repeating: warmPull)
        for index in 0..<pattern.variables {
            let cell = cells + index
            let w = cell.pointee.w
            let middle = half * w
            let edge = pull * w
            let z = cell.pointee.z
            let v = cell.pointee.v
            var s = maximum(cell.pointee.s, maximum(minimum(mu / z, middle), edge))
            s = minimum(s, w - maximum(minimum(mu / v, middle), edge))
            cell.pointee.s = s
            cell.pointee.z = maximum(z, mu / s)
            cell.pointee.v = maximum(v, mu / (w - s))
        }
    }

    /// Begins the lanes of `cold` from the inputs alone, and leaves the others as they are.
    ///
    /// With one price π for all balances, each variable stands at its own point of the central path: z − v = g,
    /// s z = t v = μ.
    func beginCold(_ cold: LaneMask) {
        let one = Lanes(repeating: 1)
        let two = Lanes(repeating: 2)
        let half = Lanes(repeating: 0.5)
        let variables = Lanes(repeating: Double(max(pattern.variables, 1)))
        var worth = Lanes.zero
        var weight = Lanes.zero
        for row in 0..<pattern.rows {
            let (unserved, spilled) = (shed.base[row], spill.base[row])
            for index in first.base[row]..<first.base[row + 1] where index != unserved && index != spilled {
                let cell = cells[index]
                worth = fma(cell.w, absolute(fma(half * cell.q, cell.w, cell.c)), worth)
                weight += cell.w
            }
        }
        let level = maximum(worth / maximum(weight, Lanes(repeating: 1e-9)), Lanes(repeating: 1e-3))
        let mu = Lanes(repeating: coldCentring) * level * served / variables
        for row in 0..<pattern.rows {
            multiplier[row] = select(cold, level, multiplier[row])
            step[row] = select(cold, .zero, step[row])
        }
        let sent = efficiency
        let singles = pattern.singles.count
        for index in 0..<pattern.variables {
            let cell = cells + index
            let w = cell.pointee.w
            let priced = index < singles ? level : level * (sent[index - singles] - one)
            let g = fma(half * cell.pointee.q, w, cell.pointee.c) - priced
            let near = two * mu * w
            let span = absolute(g) * w
            let small = near / (span + two * mu + squareRoot(fma(span, span, (two * mu) * (two * mu))))
            let s = select(g .> .zero, small, w - small)
            cell.pointee.s = select(cold, s, cell.pointee.s)
            cell.pointee.z = select(cold, mu / s, cell.pointee.z)
            cell.pointee.v = select(cold, mu / (w - s), cell.pointee.v)
            cell.pointee.ds = select(cold, .zero, cell.pointee.ds)
            cell.pointee.dz = select(cold, .zero, cell.pointee.dz)
            cell.pointee.dv = select(cold, .zero, cell.pointee.dv)
        }
    }

    /// The lanes of the last record that keep neither the tolerance nor their balances.
    func failures() -> LaneMask { unbalanced .| .!(gap .<= Lanes(repeating: tolerance)) }

    /// Writes dispatch, prices, cost and certificate from the iterate.
    ///
    /// An iterate is inside its bounds, so it sheds and spills a little where nothing is short or long: less than a
    /// millionth of the load is none. What a balance is then open by, variables between their bounds take up, then any
    /// with room. What they can't is taken from spilling or added to shedding, or the reverse; where both are used, both
    /// are less.
    func record() {
        let singles = pattern.singles.count
        for row in 0..<pattern.rows {
            let balance = elimination.order[row]
            price[balance] = multiplier[row]
            var open = load[balance]
            for index in first.base[row]..<first.base[row + 1] {
                let variable = variable.base[index]
                let s = cells[index].s
                let turned = flipped.base[index] == 1
                let x = inside(variable, turned ? top(variable) - s : lower[variable] + s)
                dispatch[variable] = x
                open = turned ? open + x : open - x
            }
            residual[row] = open
        }
        for index in 0..<pattern.pairs.count {
            let variable = singles + index
            let x = inside(variable, lower[variable] + cells[variable].s)
            dispatch[variable] = x
            residual[from.base[index]] += x
            residual[to.base[index]] = fnma(efficiency[index], x, residual[to.base[index]])
        }

        settleHubs()
        var broken = LaneMask(repeating: false)
        for row in 0..<pattern.rows {
            let (unserved, spilled) = (variable.base[shed.base[row]], variable.base[spill.base[row]])
            let balance = elimination.order[row]
            let scale = maximum(absolute(load[balance]), Lanes(repeating: 1))
            var open = forgoDust(row)
            open = settle(row, open, onlyBetweenBounds: true)
            open = settle(row, open, onlyBetweenBounds: false)
            // What rounding leaves of a settled balance is neither short nor long.
            let rounding = select(absolute(open) .<= 1e-12 * scale, open, .zero)
            open -= rounding
            let both = minimum(dispatch[unserved] - lower[unserved], dispatch[spilled] - lower[spilled])
            open = absorb(unserved, turned: false, part: negative(both), open)
            open = absorb(spilled, turned: true, part: both, open)
            open = absorb(spilled, turned: true, part: maximum(open, .zero), open)
            open = absorb(unserved, turned: false, part: minimum(open, .zero), open)
            open = absorb(unserved, turned: false, part: open, open)
            open = absorb(spilled, turned: true, part: open, open) + rounding
            broken = broken .| .!(absolute(open) .<= 1e-9 * scale)
            residual[row] = open
        }
        unbalanced = broken
        certify()
    }

    /// The cost of the dispatch, and how far it is above the least value of the Lagrangian over the bounds.
    ///
    /// With r = c − a'λ a variable's part is r (x − y) + ½ q (x² − y²) with y = −r/q brought into its box: the
    /// difference is formed for each variable, so that large costs don't cancel.
    private func certify() {
        let half = Lanes(repeating: 0.5)
        let tiny = Lanes(repeating: 1e-300)
        var bound = Lanes.zero
        var total = Lanes.zero
        let singles = pattern.singles.count
        for row in 0..<pattern.rows {
            let worth = multiplier[row]
            bound = fma(worth, residual[row], bound)
            for index in first.base[row]..<first.base[row + 1] {
                let variable = variable.base[index]
                let slope = flipped.base[index] == 1 ? cost[variable] + worth : cost[variable] - worth
                certify(variable, slope, half, tiny, &bound, &total)
            }
        }
        for index in 0..<pattern.pairs.count {
            let variable = singles + index
            let worth = fma(efficiency[index], multiplier[to.base[index]], negative(multiplier[from.base[index]]))
            certify(variable, cost[variable] - worth, half, tiny, &bound, &total)
        }
        objective = total
        gap = bound / maximum(absolute(total), served)
    }

    @inline(__always)
    private func certify(
        _ variable: Int, _ slope: Lanes, _ half: Lanes, _ tiny: Lanes, _ bound: inout Lanes, _ total: inout Lanes
    ) {
        let x = dispatch[variable]
        let q = quadratic[variable]
        let y = minimum(maximum(negative(slope) / (q + tiny), lower[variable]), upper[variable])
        bound = fma(x - y, fma(half * q, x + y, slope), bound)
        total = fma(x, fma(half * q, x, cost[variable]), total)
    }

    /// The upper bound of a variable that takes power, or what there can be to take, if that is less.
    ///
    /// It is counted from there: from a bound far away its use would be the rounding of that bound.
    @inline(__always)
    private func top(_ variable: Int) -> Lanes { minimum(upper[variable], lower[variable] + enough) }

    @inline(__always)
    private func inside(_ variable: Int, _ x: Lanes) -> Lanes {
        minimum(maximum(x, lower[variable]), upper[variable])
    }

    /// Sheds and spills nothing at a balance where it is dust; returns what is then open.
    ///
    /// Dust is less than a millionth of the load, or of the mean load of a balance.
    @inline(__always)
    private func forgoDust(_ row: Int) -> Lanes {
        let mean = served / Double(pattern.rows)
        let dust = 1e-6 * maximum(absolute(load[elimination.order[row]]), mean)
        let open = forgo(variable.base[shed.base[row]], turned: false, below: dust, residual[row])
        return forgo(variable.base[spill.base[row]], turned: true, below: dust, open)
    }

    /// Lets pairs take up what is open at balances where nothing else is, and leave it to the balance at their other end.
    private func settleHubs() {
        let singles = pattern.singles.count
        for index in 0..<hub.count {
            let (row, pair) = (hub.base[index], hubPair.base[index])
            let open = forgoDust(row)
            let sent = efficiency[pair]
            let leaves = from.base[pair] == row
            let x = dispatch[singles + pair]
            let moved = inside(singles + pair, leaves ? x - open : x + open / sent) - x
            dispatch[singles + pair] = x + moved
            residual[row] = leaves ? open + moved : open - sent * moved
            let other = leaves ? to.base[pair] : from.base[pair]
            residual[other] = leaves ? residual[other] - sent * moved : residual[other] + moved
        }
    }

    /// Takes a variable to its lower bound where it is nearer than `below`; returns what is then open.
    @inline(__always)
    private func forgo(_ variable: Int, turned: Bool, below: Lanes, _ open: Lanes) -> Lanes {
        let excess = dispatch[variable] - lower[variable]
        let part = select(excess .< below, excess, .zero)
        return absorb(variable, turned: turned, part: turned ? part : negative(part), open)
    }

    /// Lets variables at a balance, shedding and spilling aside, take up what is open; returns what is left.
    private func settle(_ row: Int, _ open: Lanes, onlyBetweenBounds: Bool) -> Lanes {
        var open = open
        let edge = Lanes(repeating: 1e-3)
        for index in first.base[row]..<first.base[row + 1] where index != shed.base[row] && index != spill.base[row] {
            if !any(open .!= .zero) { break }
            let cell = cells[index]
            let isFree = minimum(cell.s, cell.w - cell.s) .> edge * cell.w
            let part = onlyBetweenBounds ? select(isFree, open, .zero) : open
            open = absorb(variable.base[index], turned: flipped.base[index] == 1, part: part, open)
        }
        return open
    }

    /// Moves a variable to take up `part` of what is open at its balance; returns what is left open.
    @inline(__always)
    private func absorb(_ variable: Int, turned: Bool, part: Lanes, _ open: Lanes) -> Lanes {
        let x = dispatch[variable]
        let moved = inside(variable, turned ? x - part : x + part)
        dispatch[variable] = moved
        return turned ? open + (moved - x) : open - (moved - x)
    }
}
