import Lanes

// Which bids a warm start may leave out: those far from the prices that are expected.

extension Clearing {
    /// What singles ask beyond the prices in place, all as supply of 0 to w MW: for the first MW, for the last, and w.
    func readBids(_ hour: Int) {
        let multiplier = multiplier + hour * layout.rows
        let steepest = lanes(1e-3) * typicalCost
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
    func movePrices(_ hour: Int, _ tried: LaneMask) {
        let half = lanes(0.5)
        let multiplier = multiplier + hour * layout.rows
        let (bidLow, bidHigh, bidWidth, bidSlope) = (bidLow, bidHigh, bidWidth, bidSlope)
        let sent = self.sent(in: hour)
        var asked = Lanes.zero
        for row in 0..<pattern.rows { asked += load[hour * pattern.rows + row] }
        for index in 0..<layout.pairs {
            let x = dispatch[layout.index(layout.pair.base[index], hour: hour)]
            switch layout.sent[index] {
            case .efficiency: asked = fma(x, lanes(1) - sent[index], asked)
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
        var low = lanes(-2) * typicalCost
        var high = lanes(2) * typicalCost
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
        let move = select(tried, half * (low + high), .zero)
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

    /// Notes the lanes in which the solution sheds or spills: the next one may too.
    func noteShedding() {
        var strain = LaneMask(repeating: false)
        for hour in 0..<hours {
            for row in 0..<layout.rows {
                guard case .balance = layout.kinds[row] else { continue }
                let shed = layout.index(layout.single.base[layout.shed.base[row]], hour: hour)
                let spill = layout.index(layout.single.base[layout.spill.base[row]], hour: hour)
                strain = strain .| (dispatch[shed] .> lower[shed]) .| (dispatch[spill] .> lower[spill])
            }
        }
        shedOrSpilled = strain
    }

    /// Where an hour's load lies within what can be given without shedding or spilling, with some room.
    func canServe(_ hour: Int) -> LaneMask {
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
        let room = lanes(0.05) * absolute(asked)
        return (least + room .<= asked) .& (most - room .>= asked)
    }

    /// Sets the error bound of the next prices: twice the last prediction error, or nine tenths of the last bound if that is more.
    ///
    /// After a wrong guess bids aren't screened for some solutions. The wait grows fourfold if failures follow each other
    /// closely: 0, 3, 15, ... solutions.
    func learnPriceErrors(_ tried: LaneMask, failed: LaneMask) {
        let one = lanes(1)
        let guessed = tried .& (solvesUnscreened .<= .zero)
        let eased = select(guessed, 0.8 * recentFailures, recentFailures)
        recentFailures = select(tried, select(failed .& guessed, maximum(4 * recentFailures, one), eased), lanes(0.25))
        let rest = maximum(solvesUnscreened - one, .zero)
        solvesUnscreened = select(tried, select(failed .& guessed, recentFailures - one, rest), .zero)
        for row in 0..<(hours * layout.rows) {
            let missed = absolute(multiplier[row] - predicted[row])
            let next = maximum(lanes(0.9) * priceError[row], lanes(2) * missed)
            priceError[row] = select(
                tried, maximum(next, lanes(0.5 * initialPriceError) * typicalCost), priceError[row])
        }
    }

    /// Gives prices the initial error bound, since no prediction has been compared yet.
    func resetPriceErrors(_ tried: LaneMask) {
        for row in 0..<(hours * layout.rows) {
            priceError[row] = select(tried, lanes(initialPriceError) * typicalCost, priceError[row])
        }
    }

    /// What flows can take away from a balance and bring to it at most, MW; by place, in `curve` and `centre`.
    func readReach(_ hour: Int) {
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
                offset + layout.widePlace.base[e], offset + layout.widePlace.base[e + 1], variable, lanes(1))
        }
    }

    /// Where the singles at a balance may be fixed: flows can carry what would be left or missing, with some room.
    func pinnedLanes(_ hour: Int, _ row: Int, _ margin: Lanes) -> LaneMask {
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
        let room = lanes(pattern.lines.isEmpty ? 0.98 : 0.35)
        return (least .<= room * curve[at]) .& (most .>= negative(room * centre[at]))
    }
}
