import Lanes

// How an attempt begins: the inputs in the solver's terms, and a first iterate.

extension Clearing {
    /// Brings the inputs into the solver's terms for the lanes that are tried: every box becomes 0 <= s <= w, every single
    /// enters with +1.
    ///
    /// A variable without width is fixed. Of `lastResorts`, so is shedding and spilling in hours in which all together could be
    /// served without. Of `bids`, so is a single whose reduced cost, at prices that are moved to
    /// where they would serve the new load, is above what is doubted of them: it goes to the bound where it is cheapest, in
    /// each lane by itself. A single that is fixed in all lanes gets no cell; in one with a cell, the lanes where it is
    /// fixed have w < 0 and count for nothing.
    func read(_ lanes: LaneMask, _ screening: Screening) {
        let screened = screening == .bids
        let half = Lanes(repeating: 0.5)
        let largest = readScale()
        enough = variesByHour ? mostOfAllHours(largest) : most(of: 0, largest)
        let one = Lanes(repeating: 1)
        let (none, all) = (LaneMask(repeating: false), LaneMask(repeating: true))
        // How often guesses failed of late is for how long none is made.
        let trusted = wariness .<= .zero
        var fixedCost = Lanes.zero
        var free = Lanes.zero
        var next = 0
        for hour in 0..<hours {
            let offset = hour * layout.rows
            let first = cellFirst + hour * (layout.rows + 1)
            if screened {
                readBids(hour)
                movePrices(hour, lanes)
                readReach(hour)
            }
            let hopes =
                screening == .nothing || hours > 1 ? none : canServe(hour) .& .!strained .& (screened ? .!trusted : all)
            for row in 0..<layout.rows {
                first[row] = next
                var given = Lanes.zero
                let margin = doubt[offset + row]
                let pinned = screened ? pinnedLanes(hour, row, margin) .& trusted : none
                for slot in layout.first.base[row]..<layout.first.base[row + 1] {
                    let variable = layout.index(layout.single.base[slot], hour: hour)
                    let turned = layout.singleTurned.base[slot] == 1
                    let low = lower[variable]
                    let high = turned ? minimum(upper[variable], low + enough) : upper[variable]
                    let c = cost[variable]
                    let q = quadratic[variable]
                    let w = high - low
                    var isFixed = .!(w .> .zero) .| .!lanes
                    var x = low
                    if slot == layout.shed.base[row] || slot == layout.spill.base[row] { isFixed = isFixed .| hopes }
                    if screened {
                        let above = (bidLow[slot] .> margin) .& pinned
                        let below = (bidHigh[slot] .< negative(margin)) .& pinned
                        isFixed = isFixed .| above .| below
                        x = select(turned ? above : below, high, low)
                    }
                    let base = select(isFixed, x, turned ? high : low)
                    given += turned ? negative(base) : base
                    fixedCost = fma(base, fma(half * q, base, c), fixedCost)
                    dispatch[variable] = select(isFixed .& lanes, x, dispatch[variable])
                    if Swift.all(isFixed) { continue }
                    free += select(isFixed, .zero, one)
                    let slope = fma(q, base, c)
                    let cell = cells + next
                    let old = dispatch[variable]
                    cell.pointee.s = select(isFixed, Lanes(repeating: -0.5), turned ? high - old : old - low)
                    cell.pointee.c = select(isFixed, .zero, turned ? negative(slope) : slope)
                    cell.pointee.q = select(isFixed, .zero, q)
                    cell.pointee.w = select(isFixed, negative(one), w)
                    rest(cell)
                    cellVariable[next] = variable
                    cellTurned[next] = turned ? 1 : 0
                    next += 1
                }
                need[offset + row] -= given
            }
            first[layout.rows] = next
            cellFlows[hour] = next
            let sent = self.sent(in: hour)
            for index in 0..<layout.pairs {
                let turned = layout.pairTurned.base[index] == 1
                let base = readFlow(
                    &next, layout.index(layout.pair.base[index], hour: hour), turned: turned, lanes, &fixedCost,
                    &free)
                let (a, b) = (offset + layout.from.base[index], offset + layout.to.base[index])
                // A pair that is counted down gives at its first row what it takes at the second.
                need[a] += turned ? negative(base) : base
                need[b] =
                    turned
                    ? fma(sent[index], base, need[b]) : fnma(sent[index], base, need[b])
            }
            for index in 0..<layout.wides {
                let base = readFlow(
                    &next, layout.index(layout.wide.base[index], hour: hour), turned: false, lanes, &fixedCost,
                    &free)
                for e in layout.wideFirst.base[index]..<layout.wideFirst.base[index + 1] {
                    let row = offset + layout.widePlace.base[e]
                    need[row] = fnma(Lanes(repeating: layout.wideNumber.base[e]), base, need[row])
                }
            }
        }
        constant = fixedCost
        bounds = 2 * free
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
                ? maximum(absolute(efficiency[index]), Lanes(repeating: 1)) : Lanes(repeating: 1)
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
        var largest = Lanes(repeating: 1)
        for row in 0..<(hours * pattern.rows) {
            let demand = absolute(load[row])
            sum += demand
            largest = maximum(largest, demand)
        }
        served = maximum(sum, Lanes(repeating: 1))
        readRows(largest)
        return largest
    }

    /// A flow's cell; returns what it is counted from.
    @inline(__always)
    private func readFlow(
        _ next: inout Int, _ variable: Int, turned: Bool, _ lanes: LaneMask, _ fixedCost: inout Lanes,
        _ free: inout Lanes
    ) -> Lanes {
        let half = Lanes(repeating: 0.5)
        let one = Lanes(repeating: 1)
        let (low, high, q) = (lower[variable], upper[variable], quadratic[variable])
        let base = turned ? high : low
        let w = high - low
        let isFixed = .!(w .> .zero)
        fixedCost = fma(base, fma(half * q, base, cost[variable]), fixedCost)
        let slope = fma(q, base, cost[variable])
        dispatch[variable] = select(isFixed .& lanes, base, dispatch[variable])
        free += select(isFixed, .zero, one)
        let cell = cells + next
        let old = dispatch[variable]
        cell.pointee.s = select(isFixed, Lanes(repeating: -0.5), turned ? high - old : old - low)
        cell.pointee.c = select(isFixed, .zero, turned ? negative(slope) : slope)
        cell.pointee.q = select(isFixed, .zero, q)
        cell.pointee.w = select(isFixed, negative(one), w)
        rest(cell)
        cellVariable[next] = variable
        cellTurned[next] = turned ? 1 : 0
        next += 1
        return base
    }

    @inline(__always)
    private func rest(_ cell: UnsafeMutablePointer<Cell>) {
        cell.pointee.z = Lanes(repeating: -1)
        cell.pointee.v = Lanes(repeating: -1)
        cell.pointee.ds = .zero
        cell.pointee.dz = .zero
        cell.pointee.dv = .zero
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
                case .one: sent[index] = Lanes(repeating: 1)
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
                angle = fnma(Lanes(repeating: Double(step.sign)), shift[step.edge], angle)
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
        let strict = Lanes(repeating: 1e9)
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
                    strictness[at] = strict / maximum(stockUpper[hour * stocks + stock], Lanes(repeating: 1))
                case .cycle, .outage, .ramp: break
                }
            }
        }
        for row in 0..<layout.rows {
            need[hours * layout.rows + row] = .zero
            multiplier[hours * layout.rows + row] = .zero
        }
    }

    /// What singles ask beyond the prices in place, all as supply of 0 to w MW: for the first MW, for the last, and w.
    private func readBids(_ hour: Int) {
        let multiplier = multiplier + hour * layout.rows
        let steepest = Lanes(repeating: 1e-3) * typicalCost
        for row in 0..<layout.rows {
            let price = multiplier[row]
            for slot in layout.first.base[row]..<layout.first.base[row + 1] {
                let variable = layout.index(layout.single.base[slot], hour: hour)
                let (l, u, c, q) = (lower[variable], upper[variable], cost[variable], quadratic[variable])
                if layout.singleTurned.base[slot] == 1 {
                    bidLow[slot] = negative(fma(q, u, c)) - price
                    bidHigh[slot] = negative(fma(q, l, c)) - price
                } else {
                    bidLow[slot] = fma(q, l, c) - price
                    bidHigh[slot] = fma(q, u, c) - price
                }
                let w = u - l
                bidWidth[slot] = w
                bidSlope[slot] = w / maximum(bidHigh[slot] - bidLow[slot], steepest)
            }
        }
    }

    /// Moves an hour's prices to where, by the same amount at every balance, they would bring forth what is asked for.
    ///
    /// Losses and what moves stocks are those of the last solution. Bisection, to a thousandth of the typical cost.
    private func movePrices(_ hour: Int, _ lanes: LaneMask) {
        let half = Lanes(repeating: 0.5)
        let multiplier = multiplier + hour * layout.rows
        let (bidLow, bidHigh, bidWidth, bidSlope) = (bidLow, bidHigh, bidWidth, bidSlope)
        let sent = self.sent(in: hour)
        var asked = Lanes.zero
        for row in 0..<pattern.rows { asked += load[hour * pattern.rows + row] }
        for index in 0..<layout.pairs {
            let x = dispatch[layout.index(layout.pair.base[index], hour: hour)]
            switch layout.sent[index] {
            case .efficiency: asked = fma(x, Lanes(repeating: 1) - sent[index], asked)
            case .gain: asked = layout.pairTurned.base[index] == 1 ? asked - x : asked + x
            case .one, .keep: break
            }
        }
        // Only what bids at balances is compared; what is left of a place's slots is counted from its least.
        let (start, end) = (0, layout.bidders)
        for slot in start..<end {
            let variable = layout.index(layout.single.base[layout.bidder.base[slot]], hour: hour)
            asked -=
                layout.singleTurned.base[layout.bidder.base[slot]] == 1 ? negative(upper[variable]) : lower[variable]
        }
        var low = Lanes(repeating: -2) * typicalCost
        var high = Lanes(repeating: 2) * typicalCost
        for _ in 0..<10 {
            let move = half * (low + high)
            var given = Lanes.zero
            for index in start..<end {
                let slot = layout.bidder.base[index]
                given += minimum(maximum((move - bidLow[slot]) * bidSlope[slot], .zero), bidWidth[slot])
            }
            let isShort = given .< asked
            low = select(isShort, move, low)
            high = select(isShort, high, move)
        }
        let move = select(lanes, half * (low + high), .zero)
        for row in 0..<layout.rows {
            guard case .balance = layout.kinds[row] else { continue }
            multiplier[row] += move
            predicted[hour * layout.rows + row] = multiplier[row]
            for slot in layout.first.base[row]..<layout.first.base[row + 1] {
                bidLow[slot] -= move
                bidHigh[slot] -= move
            }
        }
    }

    /// Remembers where a last solution sheds or spills: the next may too.
    func learnStrain() {
        var strain = LaneMask(repeating: false)
        for hour in 0..<hours {
            for row in 0..<layout.rows {
                guard case .balance = layout.kinds[row] else { continue }
                let shed = layout.index(layout.single.base[layout.shed.base[row]], hour: hour)
                let spill = layout.index(layout.single.base[layout.spill.base[row]], hour: hour)
                strain = strain .| (dispatch[shed] .> lower[shed]) .| (dispatch[spill] .> lower[spill])
            }
        }
        strained = strain
    }

    /// Where an hour's load lies within what can be given without shedding or spilling, with some room.
    private func canServe(_ hour: Int) -> LaneMask {
        var asked = Lanes.zero
        for row in 0..<pattern.rows { asked += load[hour * pattern.rows + row] }
        var (least, most) = (Lanes.zero, Lanes.zero)
        for row in 0..<layout.rows {
            guard case .balance = layout.kinds[row] else { continue }
            for slot in layout.first.base[row]..<layout.first.base[row + 1]
            where slot != layout.shed.base[row] && slot != layout.spill.base[row] {
                let variable = layout.index(layout.single.base[slot], hour: hour)
                let isTurned = layout.singleTurned.base[slot] == 1
                least += isTurned ? negative(upper[variable]) : lower[variable]
                most += isTurned ? negative(lower[variable]) : upper[variable]
            }
        }
        let room = Lanes(repeating: 0.05) * absolute(asked)
        return (least + room .<= asked) .& (most - room .>= asked)
    }

    /// How far prices were from where they were moved to, twice, is how far they may be from it the next time.
    ///
    /// It is forgotten by a tenth from solution to solution. A failure leaves bids alone for a while, which grows fourfold
    /// if failures are near each other: 0, 3, 15, ... solutions.
    func learnDoubt(_ lanes: LaneMask, failed: LaneMask) {
        let one = Lanes(repeating: 1)
        let guessed = lanes .& (wariness .<= .zero)
        let eased = select(guessed, 0.8 * failures, failures)
        failures = select(lanes, select(failed .& guessed, maximum(4 * failures, one), eased), Lanes(repeating: 0.25))
        let rest = maximum(wariness - one, .zero)
        wariness = select(lanes, select(failed .& guessed, failures - one, rest), .zero)
        for row in 0..<(hours * layout.rows) {
            let missed = absolute(multiplier[row] - predicted[row])
            let next = maximum(Lanes(repeating: 0.9) * doubt[row], Lanes(repeating: 2) * missed)
            doubt[row] = select(lanes, maximum(next, Lanes(repeating: 0.5 * firstDoubt) * typicalCost), doubt[row])
        }
    }

    /// Nothing is known yet of how prices move.
    func forgetDoubt(_ lanes: LaneMask) {
        for row in 0..<(hours * layout.rows) {
            doubt[row] = select(lanes, Lanes(repeating: firstDoubt) * typicalCost, doubt[row])
        }
    }

    /// What flows can take away from a balance and bring to it at most, MW; by place, in `curve` and `centre`.
    private func readReach(_ hour: Int) {
        let offset = hour * layout.rows
        for row in 0..<layout.rows { (curve[offset + row], centre[offset + row]) = (.zero, .zero) }
        func join(_ from: Int, _ to: Int, _ variable: Int, _ eta: Lanes) {
            let most = upper[variable]
            let least = lower[variable]
            curve[from] += maximum(most, .zero)
            centre[from] += maximum(negative(least), .zero)
            centre[to] += maximum(eta * most, .zero)
            curve[to] += maximum(negative(eta * least), .zero)
        }
        let sent = self.sent(in: hour)
        for index in 0..<layout.pairs where layout.to.base[index] < layout.rows {
            let variable = layout.index(layout.pair.base[index], hour: hour)
            if layout.pairTurned.base[index] == 1 {
                centre[offset + layout.from.base[index]] += upper[variable]
            } else {
                join(offset + layout.from.base[index], offset + layout.to.base[index], variable, sent[index])
            }
        }
        for index in 0..<layout.wides {
            let e = layout.wideFirst.base[index]
            let variable = layout.index(layout.wide.base[index], hour: hour)
            join(
                offset + layout.widePlace.base[e], offset + layout.widePlace.base[e + 1], variable, Lanes(repeating: 1))
        }
    }

    /// Where the singles at a balance may be fixed: flows can carry what would be left or missing, with some room.
    private func pinnedLanes(_ hour: Int, _ row: Int, _ margin: Lanes) -> LaneMask {
        guard case .balance(let balance) = layout.kinds[row] else { return LaneMask(repeating: false) }
        let at = hour * layout.rows + row
        var least = negative(load[hour * pattern.rows + balance])
        var most = least
        for slot in layout.first.base[row]..<layout.first.base[row + 1] {
            let variable = layout.index(layout.single.base[slot], hour: hour)
            let base = layout.singleTurned.base[slot] == 1 ? negative(upper[variable]) : lower[variable]
            let w = bidWidth[slot]
            least += base + select(bidHigh[slot] .< negative(margin), w, .zero)
            most += base + select(bidLow[slot] .> margin, .zero, w)
        }
        // Under Kirchhoff lines cannot all be full at once.
        let room = Lanes(repeating: pattern.lines.isEmpty ? 0.98 : 0.35)
        return (least .<= room * curve[at]) .& (most .>= negative(room * centre[at]))
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
                        Lanes(repeating: layout.wideNumber.base[e]), multiplier[layout.widePlace.base[e]], price)
                }
                body(flows + (layout.pairs + index), price)
            }
        }
    }

    /// Begins at the dispatch and the prices in place: each variable is pulled from its bounds, and its multipliers
    /// are those of a dual feasible point with s z >= μ.
    func beginNear(_ lanes: LaneMask, _ complementarity: Lanes) {
        let half = Lanes(repeating: 0.5)
        let mu = complementarity / maximum(bounds, Lanes(repeating: 1))
        let pull = Lanes(repeating: warmPull)
        for row in 0..<(hours * layout.rows) { step[row] = .zero }
        forEachCell { cell, price in
            let w = cell.pointee.w
            let live = w .> .zero
            let edge = pull * w
            let g = fma(cell.pointee.q, cell.pointee.s, cell.pointee.c) - price
            let (up, down) = (maximum(g, .zero), maximum(negative(g), .zero))
            let middle = half * w
            let least = maximum(minimum(mu / maximum(up, Lanes(repeating: 1e-300)), middle), edge)
            let most = w - maximum(minimum(mu / maximum(down, Lanes(repeating: 1e-300)), middle), edge)
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
    func beginCold(_ lanes: LaneMask, caution: Bool) {
        let one = Lanes(repeating: 1)
        let two = Lanes(repeating: 2)
        let half = Lanes(repeating: 0.5)
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
        var level = maximum(worth / maximum(weight, Lanes(repeating: 1e-9)), Lanes(repeating: 1e-3))
        typicalCost = select(lanes, level, typicalCost)
        if caution {
            for row in 0..<(hours * layout.rows) { level = maximum(level, Lanes(repeating: 0.3) * dearest[row]) }
        }
        let mu = Lanes(repeating: 2 * coldCentring) * level * served / maximum(bounds, one)
        for hour in 0..<hours {
            for row in 0..<layout.rows {
                let at = hour * layout.rows + row
                var price = Lanes.zero
                if case .balance = layout.kinds[row] { price = level }
                if case .stock = layout.kinds[row] { price = level }
                multiplier[at] = select(lanes, price, multiplier[at])
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
