import Lanes

// How an attempt begins: the inputs in the solver's terms, and a first iterate.

extension Clearing {
    /// Brings the inputs into the solver's terms for the lanes that are tried: every box becomes 0 <= s <= w, every single
    /// enters with +1.
    ///
    /// A variable without width is fixed. With `lastResorts`, shedding and spilling are fixed in hours that can be served without
    /// them. With `bids`, a single is fixed at its cheapest bound where its reduced cost exceeds the error bound of the
    /// expected price, in each lane by itself. A single that is fixed in all lanes gets no cell; in one with a cell, the lanes
    /// where it is fixed have w < 0 and count for nothing.
    func readInputs(_ tried: LaneMask, _ screening: Screening) {
        let screened = screening == .bids
        let largest = readScale()
        enough = variesByHour ? mostOfAllHours(largest) : most(of: 0, largest)
        var read = CellSums()
        for hour in 0..<hours {
            if screened {
                readBids(hour)
                movePrices(hour, tried)
                readReach(hour)
            }
            var servable = LaneMask(repeating: false)
            if screening != .nothing && hours == 1 {
                servable = canServe(hour) .& .!shedOrSpilled
                if screened { servable = servable .& .!(solvesUnscreened .<= .zero) }
            }
            readSingles(hour, tried, screened: screened, omitsShedding: servable, &read)
            readFlows(hour, tried, &read)
        }
        constant = read.fixedCost
        bounds = 2 * read.free
    }

    /// What the cells that are read add up to.
    private struct CellSums {
        var count = 0
        /// The cost of all bounds that variables are counted from.
        var fixedCost = Lanes.zero
        /// The number of variables that may move.
        var free = Lanes.zero
    }

    /// The cells of an hour's singles.
    @inline(__always)
    private func readSingles(
        _ hour: Int, _ tried: LaneMask, screened: Bool, omitsShedding: LaneMask, _ read: inout CellSums
    ) {
        let half = lanes(0.5)
        let none = LaneMask(repeating: false)
        let offset = hour * layout.rows
        let first = cellFirst + hour * (layout.rows + 1)
        // After wrong guesses bids aren't screened for a while.
        let trusted = solvesUnscreened .<= .zero
        for row in 0..<layout.rows {
            first[row] = read.count
            var given = Lanes.zero
            let margin = priceError[offset + row]
            let pinned = screened ? pinnedLanes(hour, row, margin) .& trusted : none
            for slot in layout.first.base[row]..<layout.first.base[row + 1] {
                let variable = layout.index(layout.single.base[slot], hour: hour)
                let turned = layout.singleTurned.base[slot] == 1
                let low = lower[variable]
                let high = turned ? minimum(upper[variable], low + enough) : upper[variable]
                var isFixed = .!(high - low .> .zero) .| .!tried
                var x = low
                if slot == layout.shed.base[row] || slot == layout.spill.base[row] {
                    isFixed = isFixed .| omitsShedding
                }
                if screened {
                    let above = (bidLow[slot] .> margin) .& pinned
                    let below = (bidHigh[slot] .< negative(margin)) .& pinned
                    isFixed = isFixed .| above .| below
                    x = select(turned ? above : below, high, low)
                }
                let base = select(isFixed, x, turned ? high : low)
                given += turned ? negative(base) : base
                read.fixedCost = fma(base, fma(half * quadratic[variable], base, cost[variable]), read.fixedCost)
                dispatch[variable] = select(isFixed .& tried, x, dispatch[variable])
                if Swift.all(isFixed) { continue }
                addCell(variable, turned: turned, from: base, low, high, isFixed, &read)
            }
            need[offset + row] -= given
        }
        first[layout.rows] = read.count
    }

    /// The cells of an hour's pairs and wide columns.
    @inline(__always)
    private func readFlows(_ hour: Int, _ tried: LaneMask, _ read: inout CellSums) {
        let offset = hour * layout.rows
        cellFlows[hour] = read.count
        let sent = self.sent(in: hour)
        for index in 0..<layout.pairs {
            let turned = layout.pairTurned.base[index] == 1
            let base = readFlow(layout.index(layout.pair.base[index], hour: hour), turned: turned, tried, &read)
            let (a, b) = (offset + layout.from.base[index], offset + layout.to.base[index])
            // A pair that is counted down gives at its first row what it takes at the second.
            need[a] += turned ? negative(base) : base
            need[b] =
                turned
                ? fma(sent[index], base, need[b]) : fnma(sent[index], base, need[b])
        }
        for index in 0..<layout.wides {
            let base = readFlow(layout.index(layout.wide.base[index], hour: hour), turned: false, tried, &read)
            for e in layout.wideFirst.base[index]..<layout.wideFirst.base[index + 1] {
                let row = offset + layout.widePlace.base[e]
                need[row] = fnma(lanes(layout.wideNumber.base[e]), base, need[row])
            }
        }
    }

    /// A flow's cell; returns what it is counted from.
    @inline(__always)
    private func readFlow(_ variable: Int, turned: Bool, _ tried: LaneMask, _ read: inout CellSums) -> Lanes {
        let (low, high) = (lower[variable], upper[variable])
        let base = turned ? high : low
        let isFixed = .!(high - low .> .zero)
        read.fixedCost = fma(base, fma(lanes(0.5) * quadratic[variable], base, cost[variable]), read.fixedCost)
        dispatch[variable] = select(isFixed .& tried, base, dispatch[variable])
        addCell(variable, turned: turned, from: base, low, high, isFixed, &read)
        return base
    }

    /// Adds the cell of a variable that is counted from `base`.
    @inline(__always)
    private func addCell(
        _ variable: Int, turned: Bool, from base: Lanes, _ low: Lanes, _ high: Lanes, _ isFixed: LaneMask,
        _ read: inout CellSums
    ) {
        let q = quadratic[variable]
        let slope = fma(q, base, cost[variable])
        let old = dispatch[variable]
        let cell = cells + read.count
        cell.pointee.s = select(isFixed, lanes(-0.5), turned ? high - old : old - low)
        cell.pointee.c = select(isFixed, .zero, turned ? negative(slope) : slope)
        cell.pointee.q = select(isFixed, .zero, q)
        cell.pointee.w = select(isFixed, lanes(-1), high - low)
        cell.pointee.z = lanes(-1)
        cell.pointee.v = lanes(-1)
        cell.pointee.ds = .zero
        cell.pointee.dz = .zero
        cell.pointee.dv = .zero
        read.free += select(isFixed, .zero, lanes(1))
        cellVariable[read.count] = variable
        cellTurned[read.count] = turned ? 1 : 0
        read.count += 1
    }

    /// All that an hour's bounds let be given, sent and lost, beside a load.
    private func most(of hour: Int, _ load: Lanes) -> Lanes {
        let (lower, upper) = (lower + hour * pattern.variables, upper + hour * pattern.variables)
        let efficiency = efficiency + (variesByHour ? hour * pattern.pairs.count : 0)
        var whole = load
        for variable in 0..<pattern.singles.count {
            let low = absolute(lower[variable])
            whole += pattern.singles[variable].sign < 0 ? low : maximum(low, absolute(upper[variable]))
        }
        for index in 0..<(pattern.pairs.count + pattern.lines.count) {
            let variable = pattern.singles.count + index
            let flow = maximum(absolute(lower[variable]), absolute(upper[variable]))
            let part =
                index < pattern.pairs.count
                ? maximum(absolute(efficiency[index]), lanes(1)) : lanes(1)
            whole = fma(flow, part, whole)
        }
        return whole
    }

    /// The same of the hour with the most, and all that overflows.
    private func mostOfAllHours(_ load: Lanes) -> Lanes {
        var most = Lanes.zero
        for hour in 0..<hours { most = maximum(most, self.most(of: hour, load)) }
        for at in 0..<(hours * pattern.stocks.count) { most = maximum(most, overflowUpper[at]) }
        return most
    }

    /// What is the same for all attempts: how much is served, what rows ask for, and how far they may be open; returns the
    /// largest load.
    @discardableResult
    func readScale() -> Lanes {
        readExtras()
        var sum = Lanes.zero
        var largest = lanes(1)
        for row in 0..<(hours * pattern.rows) {
            let demand = absolute(load[row])
            sum += demand
            largest = maximum(largest, demand)
        }
        served = maximum(sum, lanes(1))
        readRows(largest)
        return largest
    }

    /// Costs and bounds of levels, overflows and changes, and what of each pair is sent.
    private func readExtras() {
        let (stocks, moves, V) = (pattern.stocks.count, pattern.moves, pattern.variables)
        for hour in 0..<(variesByHour ? hours : 1) {
            let sent = self.sent(in: hour)
            // A level reaches the stock an hour later, which says what is kept of it.
            let next = variesByHour ? min(hour + 1, hours - 1) : 0
            for (index, source) in layout.sent.enumerated() {
                switch source {
                case .one: sent[index] = lanes(1)
                case .efficiency(let pair): sent[index] = efficiency[hour * pattern.pairs.count + pair]
                case .keep(let stock): sent[index] = stockKeep[next * stocks + stock]
                case .gain(let move):
                    let gain = stockGain[hour * moves + move]
                    sent[index] = layout.pairTurned.base[index] == 1 ? negative(gain) : gain
                }
            }
        }
        if layout.extras == 0 { return }
        for hour in 0..<hours {
            for stock in 0..<stocks {
                let level = layout.index(V + stock, hour: hour)
                let isLast = hour == hours - 1
                cost[level] = isLast ? negative(endSlope[stock]) : .zero
                quadratic[level] = isLast ? endCurvature[stock] : .zero
                lower[level] = .zero
                upper[level] = maximum(stockUpper[hour * stocks + stock], .zero)
                let overflow = layout.index(V + stocks + stock, hour: hour)
                cost[overflow] = overflowCost[variesByHour ? hour * stocks + stock : stock]
                quadratic[overflow] = .zero
                lower[overflow] = .zero
                let at = hour * stocks + stock
                upper[overflow] = maximum(variesByHour ? overflowUpper[at] : stockInflow[at], .zero)
            }
            for ramp in pattern.ramps.indices {
                let change = layout.index(V + 2 * stocks + ramp, hour: hour)
                let power = hour * V + pattern.ramps[ramp]
                let isFree = hour == 0 && !rampsFromStart
                cost[change] = .zero
                quadratic[change] = .zero
                lower[change] = isFree ? minimum(lower[power], .zero) : negative(rampDown[ramp])
                upper[change] = isFree ? maximum(upper[power], .zero) : rampUp[ramp]
            }
        }
    }

    /// What a row of an hour asks for: load, the angles of a cycle, or what a stock or a unit brings from outside.
    func rightHandSide(_ hour: Int, _ row: Int) -> Lanes {
        switch layout.kinds[row] {
        case .balance(let balance): return load[hour * pattern.rows + balance]
        case .cycle(let cycle):
            var angle = Lanes.zero
            var scale = 0.0
            for step in pattern.cycles[cycle] {
                angle = fnma(lanes(Double(step.sign)), shift[step.edge], angle)
                scale = max(scale, abs(pattern.lines[step.edge].reactance))
            }
            return angle / scale
        case .stock(let stock):
            let inflow = negative(stockInflow[hour * pattern.stocks.count + stock])
            return hour == 0 ? fnma(stockKeep[stock], stockStart[stock], inflow) : inflow
        case .outage: return .zero
        case .ramp(let ramp): return hour == 0 && rampsFromStart ? rampStart[ramp] : .zero
        }
    }

    /// Right-hand sides, and how far a row may be open.
    private func readRows(_ largest: Lanes) {
        let stocks = pattern.stocks.count
        let strict = lanes(1e9)
        for hour in 0..<hours {
            for row in 0..<layout.rows {
                let at = hour * layout.rows + row
                need[at] = rightHandSide(hour, row)
                dearest[at] = .zero
                strictness[at] = strict / largest
                switch layout.kinds[row] {
                case .balance:
                    let singles = layout.single.base
                    let unserved = layout.index(singles[layout.shed.base[row]], hour: hour)
                    let spilled = layout.index(singles[layout.spill.base[row]], hour: hour)
                    dearest[at] = maximum(absolute(cost[unserved]), absolute(cost[spilled]))
                    strictness[at] = .zero
                case .stock(let stock):
                    strictness[at] = strict / maximum(stockUpper[hour * stocks + stock], lanes(1))
                case .cycle, .outage, .ramp: break
                }
            }
        }
        for row in 0..<layout.rows {
            need[hours * layout.rows + row] = .zero
            multiplier[hours * layout.rows + row] = .zero
        }
    }

    /// Calls `body` with every cell of an hour and its a'λ.
    @inline(__always)
    private func forEachCell(_ body: (UnsafeMutablePointer<Cell>, Lanes) -> Void) {
        for hour in 0..<hours {
            let multiplier = multiplier + hour * layout.rows
            let first = cellFirst + hour * (layout.rows + 1)
            for row in 0..<layout.rows {
                for index in first[row]..<first[row + 1] { body(cells + index, multiplier[row]) }
            }
            let (flows, sent) = (cells + cellFlows[hour], self.sent(in: hour))
            for index in 0..<layout.pairs {
                let (a, b) = (layout.from.base[index], layout.to.base[index])
                body(flows + index, fma(sent[index], multiplier[b], negative(multiplier[a])))
            }
            for index in 0..<layout.wides {
                var price = Lanes.zero
                for e in layout.wideFirst.base[index]..<layout.wideFirst.base[index + 1] {
                    price = fma(
                        lanes(layout.wideNumber.base[e]), multiplier[layout.widePlace.base[e]], price)
                }
                body(flows + (layout.pairs + index), price)
            }
        }
    }

    /// Begins at the dispatch and the prices in place: each variable is pulled from its bounds, and its multipliers
    /// are those of a dual feasible point with s z >= μ.
    func beginNear(_ tried: LaneMask, _ complementarity: Lanes) {
        let half = lanes(0.5)
        let mu = complementarity / maximum(bounds, lanes(1))
        let pull = lanes(warmPull)
        for row in 0..<(hours * layout.rows) { step[row] = .zero }
        forEachCell { cell, price in
            let w = cell.pointee.w
            let live = w .> .zero
            let edge = pull * w
            let g = fma(cell.pointee.q, cell.pointee.s, cell.pointee.c) - price
            let (up, down) = (maximum(g, .zero), maximum(negative(g), .zero))
            let middle = half * w
            let least = maximum(minimum(mu / maximum(up, lanes(1e-300)), middle), edge)
            let most = w - maximum(minimum(mu / maximum(down, lanes(1e-300)), middle), edge)
            let s = minimum(maximum(cell.pointee.s, least), most)
            cell.pointee.s = select(live, s, cell.pointee.s)
            cell.pointee.z = select(live, up + mu / s, cell.pointee.z)
            cell.pointee.v = select(live, down + mu / (w - s), cell.pointee.v)
        }
    }

    /// Begins from the inputs alone.
    ///
    /// With one price π for all balances, each variable stands at its own point of the central path: z − v = g,
    /// s z = t v = μ.
    ///
    /// With `caution` π and μ are of the size of the dearest shedding.
    func beginCold(_ tried: LaneMask, caution: Bool) {
        let one = lanes(1)
        let two = lanes(2)
        let half = lanes(0.5)
        var worth = Lanes.zero
        var weight = Lanes.zero
        for hour in 0..<hours {
            for row in 0..<layout.rows {
                guard case .balance = layout.kinds[row] else { continue }
                let first = cellFirst + hour * (layout.rows + 1)
                let unserved = layout.index(layout.single.base[layout.shed.base[row]], hour: hour)
                let spilled = layout.index(layout.single.base[layout.spill.base[row]], hour: hour)
                for index in first[row]..<first[row + 1] {
                    if cellVariable[index] == unserved || cellVariable[index] == spilled { continue }
                    let cell = cells[index]
                    let w = maximum(cell.w, .zero)
                    worth = fma(w, absolute(fma(half * cell.q, w, cell.c)), worth)
                    weight += w
                }
            }
        }
        var level = maximum(worth / maximum(weight, lanes(1e-9)), lanes(1e-3))
        typicalCost = select(tried, level, typicalCost)
        if caution {
            for row in 0..<(hours * layout.rows) { level = maximum(level, lanes(0.3) * dearest[row]) }
        }
        let mu = lanes(2 * coldCentring) * level * served / maximum(bounds, one)
        for hour in 0..<hours {
            for row in 0..<layout.rows {
                let at = hour * layout.rows + row
                var price = Lanes.zero
                if case .balance = layout.kinds[row] { price = level }
                if case .stock = layout.kinds[row] { price = level }
                multiplier[at] = select(tried, price, multiplier[at])
                step[at] = .zero
            }
        }
        forEachCell { cell, price in
            let w = cell.pointee.w
            let live = w .> .zero
            let g = fma(half * cell.pointee.q, w, cell.pointee.c) - price
            let near = two * mu * w
            let span = absolute(g) * w
            let small = near / (span + two * mu + squareRoot(fma(span, span, (two * mu) * (two * mu))))
            let s = select(g .> .zero, small, w - small)
            cell.pointee.s = select(live, s, cell.pointee.s)
            cell.pointee.z = select(live, mu / s, cell.pointee.z)
            cell.pointee.v = select(live, mu / (w - s), cell.pointee.v)
        }
    }
}
