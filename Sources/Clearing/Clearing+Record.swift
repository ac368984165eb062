import Lanes

// What is recorded of an attempt: a dispatch that keeps its balances, its cost, and how far that can be above the least.

extension Clearing {
    /// Writes dispatch, prices, cost and certificate from the iterate, for the lanes that were tried.
    ///
    /// An iterate is inside its bounds, so it sheds and spills a little where nothing is short or long: less than a
    /// millionth of the load is none. What a balance is then open by, variables between their bounds take up, then any
    /// with room. What they can't is taken from spilling or added to shedding, or the reverse; where both are used, both
    /// are less. Flows that obey Kirchhoff and what moves stocks stay as they are.
    func record(_ tried: LaneMask) {
        let end = cellFlows[hours - 1] + layout.pairs + layout.wides
        for index in 0..<end {
            let cell = cells + index
            let variable = cellVariable[index]
            let turned = cellTurned[index] == 1
            let s = cell.pointee.s
            let x = inside(variable, turned ? top(variable) - s : lower[variable] + s)
            dispatch[variable] = select(tried .& (cell.pointee.w .> .zero), x, dispatch[variable])
        }
        close(tried, forgoesDust: true)
    }

    /// Closes the balances of the dispatch in place, writes prices and cost, and proves it.
    func close(_ tried: LaneMask, forgoesDust: Bool) {
        var broken = LaneMask(repeating: false)
        for hour in 0..<hours {
            openRows(hour)
            settleHubs(hour, tried, forgoesDust)
            for row in 0..<layout.rows {
                let at = hour * layout.rows + row
                guard case .balance(let balance) = layout.kinds[row] else {
                    if case .outage = layout.kinds[row] {
                        let open = select(tried, residual[at], .zero)
                        let left = settle(hour, row, open, onlyBetweenBounds: false)
                        residual[at] = select(tried, left, residual[at])
                    }
                    broken = broken .| .!(absolute(residual[at]) * strictness[at] .<= lanes(2))
                    continue
                }
                let bus = hour * pattern.rows + balance
                price[bus] = select(tried, multiplier[at], price[bus])
                let open = settle(hour, row, load[bus], tried, forgoesDust)
                let scale = maximum(absolute(load[bus]), lanes(1))
                broken = broken .| .!(absolute(open) .<= 1e-9 * scale)
                residual[at] = open
            }
            for stock in pattern.stocks.indices where layout.extras > 0 {
                let at = hour * pattern.stocks.count + stock
                stockLevel[at] = dispatch[layout.index(pattern.variables + stock, hour: hour)]
            }
        }
        unbalanced = broken
        certify(tried)
    }

    /// What the dispatch leaves open of an hour's rows; rows of the next hour are begun.
    private func openRows(_ hour: Int) {
        let (rows, sent) = (layout.rows, self.sent(in: hour))
        let offset = hour * rows
        if hour == 0 { for row in 0..<rows { residual[row] = rightHandSide(0, row) } }
        if hour + 1 < hours {
            for row in 0..<rows { residual[offset + rows + row] = rightHandSide(hour + 1, row) }
        }
        for row in 0..<rows {
            var open = residual[offset + row]
            for slot in layout.first.base[row]..<layout.first.base[row + 1] {
                let x = dispatch[layout.index(layout.single.base[slot], hour: hour)]
                open = layout.singleTurned.base[slot] == 1 ? open + x : open - x
            }
            residual[offset + row] = open
        }
        for index in 0..<layout.pairs {
            let x = dispatch[layout.index(layout.pair.base[index], hour: hour)]
            let (a, b) = (offset + layout.from.base[index], offset + layout.to.base[index])
            if layout.pairTurned.base[index] == 1 {
                residual[a] -= x
                residual[b] = fma(sent[index], x, residual[b])
            } else {
                residual[a] += x
                residual[b] = fnma(sent[index], x, residual[b])
            }
        }
        for index in 0..<layout.wides {
            let x = dispatch[layout.index(layout.wide.base[index], hour: hour)]
            for e in layout.wideFirst.base[index]..<layout.wideFirst.base[index + 1] {
                let row = offset + layout.widePlace.base[e]
                residual[row] = fnma(lanes(layout.wideNumber.base[e]), x, residual[row])
            }
        }
    }

    /// Closes a balance; returns what is left open.
    private func settle(
        _ hour: Int, _ row: Int, _ load: Lanes, _ tried: LaneMask, _ forgoesDust: Bool
    ) -> Lanes {
        let shed = layout.index(layout.single.base[layout.shed.base[row]], hour: hour)
        let spill = layout.index(layout.single.base[layout.spill.base[row]], hour: hour)
        let smallest = 1e-12 * maximum(absolute(load), lanes(1))
        let isClosed = absolute(residual[hour * layout.rows + row]) .<= smallest
        let isUnused = (dispatch[shed] .<= lower[shed]) .& (dispatch[spill] .<= lower[spill])
        let isOpen = tried .& .!(forgoesDust ? isClosed .& isUnused : isClosed)
        let left = residual[hour * layout.rows + row]
        if !any(isOpen) { return left }
        var open = select(isOpen, forgoesDust ? forgoDust(hour, row, isOpen) : left, .zero)
        open = settle(hour, row, open, onlyBetweenBounds: true)
        open = settle(hour, row, open, onlyBetweenBounds: false)
        // What rounding leaves of a settled balance is neither short nor long.
        let rounding = select(absolute(open) .<= smallest, open, .zero)
        open -= rounding
        let both = select(
            open .!= .zero, minimum(dispatch[shed] - lower[shed], dispatch[spill] - lower[spill]), .zero)
        open = absorb(shed, turned: false, part: negative(both), open)
        open = absorb(spill, turned: true, part: both, open)
        open = absorb(spill, turned: true, part: maximum(open, .zero), open)
        open = absorb(shed, turned: false, part: minimum(open, .zero), open)
        open = absorb(shed, turned: false, part: open, open)
        return select(isOpen, absorb(spill, turned: true, part: open, open) + rounding, left)
    }

    /// Whether the last iterate proves that nothing keeps all rows and bounds: above 1e-9 it does.
    ///
    /// By Farkas, λ is a proof where λ'b > max over the bounds of λ'A x. The difference is given in parts of the sum of all
    /// terms, whose rounding is below 1e-12. A program that has a solution has no such λ; one without has no optimum, and
    /// its iterates tend to one.
    public func infeasibility() -> Lanes {
        var (proof, terms) = (Lanes.zero, Lanes.zero)
        func add(_ term: Lanes) {
            proof += term
            terms += absolute(term)
        }
        func reach(_ variable: Int, _ worth: Lanes) {
            add(negative(maximum(worth * lower[variable], worth * upper[variable])))
        }
        for hour in 0..<hours {
            let (multiplier, sent) = (multiplier + hour * layout.rows, self.sent(in: hour))
            for row in 0..<layout.rows {
                add(multiplier[row] * rightHandSide(hour, row))
                for slot in layout.first.base[row]..<layout.first.base[row + 1] {
                    let turned = layout.singleTurned.base[slot] == 1
                    reach(
                        layout.index(layout.single.base[slot], hour: hour),
                        turned ? negative(multiplier[row]) : multiplier[row])
                }
            }
            for index in 0..<layout.pairs {
                let (a, b) = (layout.from.base[index], layout.to.base[index])
                let worth = fma(sent[index], multiplier[b], negative(multiplier[a]))
                let turned = layout.pairTurned.base[index] == 1
                reach(layout.index(layout.pair.base[index], hour: hour), turned ? negative(worth) : worth)
            }
            for index in 0..<layout.wides {
                var worth = Lanes.zero
                for e in layout.wideFirst.base[index]..<layout.wideFirst.base[index + 1] {
                    worth = fma(
                        lanes(layout.wideNumber.base[e]), multiplier[layout.widePlace.base[e]], worth)
                }
                reach(layout.index(layout.wide.base[index], hour: hour), worth)
            }
        }
        return proof / maximum(terms, lanes(1e-300))
    }

    /// The cost of the dispatch, and how far it is above the least value of the Lagrangian over the bounds.
    ///
    /// With r = c − a'λ a variable's part is r (x − y) + ½ q (x² − y²) with y = −r/q brought into its box: the
    /// difference is formed for each variable, so that large costs don't cancel.
    private func certify(_ tried: LaneMask) {
        var bound = Lanes.zero
        var total = Lanes.zero
        for hour in 0..<hours {
            let offset = hour * layout.rows
            let (multiplier, sent) = (multiplier + offset, self.sent(in: hour))
            for row in 0..<layout.rows {
                let worth = multiplier[row]
                bound = fma(worth, residual[offset + row], bound)
                for slot in layout.first.base[row]..<layout.first.base[row + 1] {
                    let variable = layout.index(layout.single.base[slot], hour: hour)
                    certify(variable, layout.singleTurned.base[slot] == 1 ? negative(worth) : worth, &bound, &total)
                }
            }
            for index in 0..<layout.pairs {
                let (a, b) = (layout.from.base[index], layout.to.base[index])
                let worth = fma(sent[index], multiplier[b], negative(multiplier[a]))
                let turned = layout.pairTurned.base[index] == 1
                certify(
                    layout.index(layout.pair.base[index], hour: hour), turned ? negative(worth) : worth, &bound, &total)
            }
            for index in 0..<layout.wides {
                var worth = Lanes.zero
                for e in layout.wideFirst.base[index]..<layout.wideFirst.base[index + 1] {
                    worth = fma(
                        lanes(layout.wideNumber.base[e]), multiplier[layout.widePlace.base[e]], worth)
                }
                certify(layout.index(layout.wide.base[index], hour: hour), worth, &bound, &total)
            }
        }
        objective = select(tried, total, objective)
        gap = select(tried, bound / maximum(absolute(total), served), gap)
    }

    @inline(__always)
    private func certify(_ variable: Int, _ worth: Lanes, _ bound: inout Lanes, _ total: inout Lanes) {
        let half = lanes(0.5)
        let x = dispatch[variable]
        let q = quadratic[variable]
        let c = cost[variable]
        let slope = c - worth
        let y = minimum(
            maximum(negative(slope) / (q + lanes(1e-300)), lower[variable]), upper[variable])
        bound = fma(x - y, fma(half * q, x + y, slope), bound)
        total = fma(x, fma(half * q, x, c), total)
    }

    /// The upper bound of a variable that takes power, or what there can be to take, if that is less.
    ///
    /// It is counted from there: from a bound far away its use would be the rounding of that bound.
    @inline(__always)
    private func top(_ variable: Int) -> Lanes { minimum(upper[variable], lower[variable] + enough) }

    @inline(__always)
    func inside(_ variable: Int, _ x: Lanes) -> Lanes {
        minimum(maximum(x, lower[variable]), upper[variable])
    }

    /// Sheds and spills nothing at a balance where it is dust; returns what is then open.
    ///
    /// Dust is less than a millionth of the load, or of the mean load of a balance.
    @inline(__always)
    private func forgoDust(_ hour: Int, _ row: Int, _ tried: LaneMask) -> Lanes {
        guard case .balance(let balance) = layout.kinds[row] else { return .zero }
        let shed = layout.index(layout.single.base[layout.shed.base[row]], hour: hour)
        let spill = layout.index(layout.single.base[layout.spill.base[row]], hour: hour)
        let mean = served / Double(pattern.rows * hours)
        let dust = 1e-6 * maximum(absolute(load[hour * pattern.rows + balance]), mean)
        let open = forgo(shed, turned: false, below: dust, residual[hour * layout.rows + row], tried)
        return forgo(spill, turned: true, below: dust, open, tried)
    }

    /// Lets pairs take up what is open at balances where nothing else is, and leave it to the balance at their other end.
    private func settleHubs(_ hour: Int, _ tried: LaneMask, _ forgoesDust: Bool) {
        let offset = hour * layout.rows
        for index in 0..<layout.hub.count {
            let (row, pair) = (layout.hub.base[index], layout.hubPair.base[index])
            let open = select(tried, forgoesDust ? forgoDust(hour, row, tried) : residual[offset + row], .zero)
            let eta = sent(in: hour)[pair]
            let leaves = layout.from.base[pair] == row
            let variable = layout.index(layout.pair.base[pair], hour: hour)
            let x = dispatch[variable]
            let moved = inside(variable, leaves ? x - open : x + open / eta) - x
            dispatch[variable] = x + moved
            residual[offset + row] = leaves ? open + moved : open - eta * moved
            let other = offset + (leaves ? layout.to.base[pair] : layout.from.base[pair])
            residual[other] = leaves ? residual[other] - eta * moved : residual[other] + moved
        }
    }

    /// Takes a variable to its lower bound where it is nearer than `below`; returns what is then open.
    @inline(__always)
    private func forgo(_ variable: Int, turned: Bool, below: Lanes, _ open: Lanes, _ tried: LaneMask) -> Lanes {
        let excess = dispatch[variable] - lower[variable]
        let part = select(tried .& (excess .< below), excess, .zero)
        return absorb(variable, turned: turned, part: turned ? part : negative(part), open)
    }

    /// Lets variables at a balance, shedding and spilling aside, take up what is open; returns what is left.
    private func settle(_ hour: Int, _ row: Int, _ open: Lanes, onlyBetweenBounds: Bool) -> Lanes {
        var open = open
        let edge = lanes(1e-3)
        for slot in layout.first.base[row]..<layout.first.base[row + 1]
        where slot != layout.shed.base[row] && slot != layout.spill.base[row] {
            if !any(open .!= .zero) { break }
            let variable = layout.index(layout.single.base[slot], hour: hour)
            let width = upper[variable] - lower[variable]
            let x = dispatch[variable]
            let isFree = minimum(x - lower[variable], upper[variable] - x) .> edge * width
            let part = onlyBetweenBounds ? select(isFree, open, .zero) : open
            open = absorb(variable, turned: layout.singleTurned.base[slot] == 1, part: part, open)
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
