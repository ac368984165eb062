import Clearing
import WorldModel

extension WorldKernel {
    /// The program of one lane with its names: an hour's, or the day's that holds it.
    ///
    /// Each hour has its balances and, with lines that obey Kirchhoff, a row for each cycle, scaled so that its largest
    /// coefficient is 1, and a row for each flow after an outage. A day has in addition the level and the overflow of each stock at the end of each hour, with its
    /// balance, and the change of each ramped generator from hour to hour.
    func program(hour: Int, lane: Int, _ market: Clearing) -> HourProgram {
        var program = HourProgram(
            hour: hour, hours: market.hours, variables: [], rows: [], c: [], q: [], A: [], b: [], l: [], u: [],
            dispatch: [], prices: [], gap: market.gap[lane])
        let names = variableNames
        let buses = sorted.table("buses").ids
        for block in 0..<market.hours {
            func name(_ name: String) -> String { market.hours > 1 ? "\(name)@\(block)" : name }
            let first = block * pattern.variables
            for (v, of) in names.enumerated() {
                program.add(
                    name(of), c: market.cost[first + v][lane], q: market.quadratic[first + v][lane],
                    l: market.lower[first + v][lane], u: market.upper[first + v][lane],
                    x: market.dispatch[first + v][lane])
            }
            for (bus, of) in buses.enumerated() {
                program.rows.append(name(of))
                program.b.append(market.load[block * pattern.rows + bus][lane])
                program.prices.append(market.price[block * pattern.rows + bus][lane])
            }
        }
        var rows: [[(Int, Double)]] = []
        for block in 0..<market.hours {
            rows += balances(market, lane).map { $0.map { (block * pattern.variables + $0.0, $0.1) } }
        }
        addCycles(&program, &rows, market, lane)
        addGuards(&program, &rows, market)
        if market.hours > 1 {
            addStocks(&program, &rows, market, lane)
            addRamps(&program, &rows, market, lane)
        }
        program.A = rows.map { row in
            var dense = Array(repeating: 0.0, count: program.variables.count)
            for (column, value) in row { dense[column] += value }
            return dense
        }
        return program
    }

    /// The names of an hour's variables.
    private var variableNames: [String] {
        let (buses, lines) = (sorted.table("buses").ids, sorted.table("lines").ids)
        return sorted.table("generators").ids.map { "generator:\($0)" }
            + sorted.table("storage_units").ids.map { "discharge:\($0)" }
            + sorted.table("storage_units").ids.map { "charge:\($0)" }
            + computeBuses.map { "deferred_compute:\(buses[$0])" } + buses.map { "shed:\($0)" }
            + buses.map { "spill:\($0)" } + sorted.table("links").ids.map { "link:\($0)" }
            + lines.map { "line:\($0)" }
            + pattern.guards.map { "line:\(lines[$0.line])-without-\(lines[$0.outage])" }
    }

    /// The columns and coefficients of an hour's balances.
    private func balances(_ market: Clearing, _ lane: Int) -> [[(Int, Double)]] {
        var rows = [[(Int, Double)]](repeating: [], count: pattern.rows)
        for (v, single) in pattern.singles.enumerated() { rows[single.row].append((v, Double(single.sign))) }
        for l in from.indices {
            let arriving = l < pattern.pairs.count ? market.efficiency[l][lane] : 1
            rows[from[l]].append((variables.flow + l, -1))
            rows[to[l]].append((variables.flow + l, arriving))
        }
        return rows
    }

    private func addCycles(
        _ program: inout HourProgram, _ rows: inout [[(Int, Double)]], _ market: Clearing, _ lane: Int
    ) {
        for block in 0..<market.hours {
            for (index, cycle) in pattern.cycles.enumerated() {
                let largest = cycle.map { abs(pattern.lines[$0.edge].reactance) }.max() ?? 1
                let first = block * pattern.variables + variables.flow + pattern.pairs.count
                rows.append(
                    cycle.map { (first + $0.edge, Double($0.sign) * pattern.lines[$0.edge].reactance / largest) })
                program.rows.append(market.hours > 1 ? "cycle:\(index)@\(block)" : "cycle:\(index)")
                program.b.append(0)
            }
        }
    }

    private func addGuards(_ program: inout HourProgram, _ rows: inout [[(Int, Double)]], _ market: Clearing) {
        for block in 0..<market.hours {
            let flow = block * pattern.variables + variables.flow + pattern.pairs.count
            for (index, each) in pattern.guards.enumerated() {
                let after = flow + pattern.lines.count + index
                rows.append([(flow + each.line, 1), (flow + each.outage, each.factor), (after, -1)])
                program.rows.append(program.variables[after])
                program.b.append(0)
            }
        }
    }

    private func addStocks(
        _ program: inout HourProgram, _ rows: inout [[(Int, Double)]], _ market: Clearing, _ lane: Int
    ) {
        let buses = sorted.table("buses").ids
        let names =
            sorted.table("storage_units").ids.map { "stored:\($0)" } + computeBuses.map { "waiting:\(buses[$0])" }
        let count = pattern.stocks.count
        var gain = 0
        for (stock, moves) in pattern.stocks.map(\.moves).enumerated() {
            let keep = market.stockKeep[stock][lane]
            var before = market.stockStart[stock][lane]
            for hour in 0..<market.hours {
                let isLast = hour == market.hours - 1
                let inflow = market.stockInflow[hour * count + stock][lane]
                let after = market.stockLevel[hour * count + stock][lane]
                let level = program.variables.count
                program.add(
                    "\(names[stock])@\(hour)", c: isLast ? -market.endSlope[stock][lane] : 0,
                    q: isLast ? market.endCurvature[stock][lane] : 0, l: 0,
                    u: market.stockUpper[hour * count + stock][lane], x: after)
                var row = [(level, 1.0), (level + 1, 1.0)]
                var overflow = keep * before + inflow - after
                var most = keep * before + inflow
                for (place, move) in moves.enumerated() {
                    let v = hour * pattern.variables + move
                    let part = market.stockGain[gain + place][lane]
                    row.append((v, -part))
                    overflow += part * program.dispatch[v]
                    most += max(part, 0) * program.u[v]
                }
                if hour > 0 {
                    row.append((level - 2, -keep))
                    most = keep * market.stockUpper[(hour - 1) * count + stock][lane] + most - keep * before
                }
                // What rounding leaves of a stock's balance is no overflow.
                let rounding = 1e-9 * max(most, 1)
                program.add(
                    "overflow:\(names[stock])@\(hour)", c: market.overflowCost[stock][lane], q: 0, l: 0,
                    u: most, x: overflow < 0 && overflow > -rounding ? 0 : overflow)
                rows.append(row)
                program.rows.append("\(names[stock])@\(hour)")
                program.b.append(hour == 0 ? keep * before + inflow : inflow)
                before = after
            }
            gain += moves.count
        }
    }

    private func addRamps(
        _ program: inout HourProgram, _ rows: inout [[(Int, Double)]], _ market: Clearing, _ lane: Int
    ) {
        for (ramp, single) in pattern.ramps.enumerated() {
            for hour in (market.rampsFromStart ? 0 : 1)..<market.hours {
                let v = hour * pattern.variables + single
                let before = hour > 0 ? program.dispatch[v - pattern.variables] : market.rampStart[ramp][lane]
                let name = "change:" + program.variables[v]
                var row = [(v, 1.0), (program.variables.count, -1.0)]
                if hour > 0 { row.append((v - pattern.variables, -1)) }
                rows.append(row)
                program.rows.append(name)
                program.b.append(hour > 0 ? 0 : before)
                program.add(
                    name, c: 0, q: 0, l: -market.rampDown[ramp][lane], u: market.rampUp[ramp][lane],
                    x: program.dispatch[v] - before)
            }
        }
    }
}

extension HourProgram {
    fileprivate mutating func add(_ name: String, c: Double, q: Double, l: Double, u: Double, x: Double) {
        variables.append(name)
        self.c.append(c)
        self.q.append(q)
        self.l.append(l)
        self.u.append(u)
        dispatch.append(x)
    }
}
