import Clearing
import WorldModel

/// The names of what an hour's program is made of.
struct ProgramNames: Sendable {
    /// Of an hour's variables, of its balances, and of a day's stocks.
    let variables, buses, stocks: [String]

    init(_ world: World, network: Network, computeBuses: [Int]) {
        let buses = world.table("buses").ids
        let lines = world.table("lines").ids
        let stores = world.table("storage_units").ids
        variables =
            world.table("generators").ids.map { "generator:\($0)" } + stores.map { "discharge:\($0)" }
            + stores.map { "charge:\($0)" } + computeBuses.map { "deferred_compute:\(buses[$0])" }
            + buses.map { "shed:\($0)" } + buses.map { "spill:\($0)" }
            + world.table("links").ids.map { "link:\($0)" } + lines.map { "line:\($0)" }
            + network.pattern.guards.map { "line:\(lines[$0.line])-without-\(lines[$0.outage])" }
        self.buses = buses
        stocks = stores.map { "stored:\($0)" } + computeBuses.map { "waiting:\(buses[$0])" }
    }
}

extension PowerMarket {
    /// The program of one lane with its names: an hour's, or the day's that holds it.
    ///
    /// Each hour has its balances and, with lines that obey Kirchhoff, a row for each cycle, scaled so that its largest
    /// coefficient is 1, and a row for each flow after an outage. A day has in addition the level and the overflow of each stock at the end of each hour, with its
    /// balance, and the change of each ramped generator from hour to hour.
    func program(hour: Int, lane: Int, _ clearing: Clearing) -> HourProgram {
        var program = HourProgram(
            hour: hour, hours: clearing.hours, variables: [], rows: [], c: [], q: [], A: [], b: [], l: [], u: [],
            dispatch: [], prices: [], gap: clearing.gap[lane])
        for block in 0..<clearing.hours {
            func name(_ name: String) -> String { clearing.hours > 1 ? "\(name)@\(block)" : name }
            let first = block * network.pattern.variables
            for (v, of) in names.variables.enumerated() {
                program.add(
                    name(of), c: clearing.cost[first + v][lane], q: clearing.quadratic[first + v][lane],
                    l: clearing.lower[first + v][lane], u: clearing.upper[first + v][lane],
                    x: clearing.dispatch[first + v][lane])
            }
            for (bus, of) in names.buses.enumerated() {
                program.rows.append(name(of))
                program.b.append(clearing.load[block * network.pattern.rows + bus][lane])
                program.prices.append(clearing.price[block * network.pattern.rows + bus][lane])
            }
        }
        var rows: [[(Int, Double)]] = []
        for block in 0..<clearing.hours {
            rows += balances(clearing, lane).map { $0.map { (block * network.pattern.variables + $0.0, $0.1) } }
        }
        addCycles(&program, &rows, clearing, lane)
        addGuards(&program, &rows, clearing)
        if clearing.hours > 1 {
            addStocks(&program, &rows, clearing, lane)
            addRamps(&program, &rows, clearing, lane)
        }
        program.A = rows.map { row in
            var dense = Array(repeating: 0.0, count: program.variables.count)
            for (column, value) in row { dense[column] += value }
            return dense
        }
        return program
    }

    /// The columns and coefficients of an hour's balances.
    private func balances(_ clearing: Clearing, _ lane: Int) -> [[(Int, Double)]] {
        var rows = [[(Int, Double)]](repeating: [], count: network.pattern.rows)
        for (v, single) in network.pattern.singles.enumerated() { rows[single.row].append((v, Double(single.sign))) }
        for l in network.from.indices {
            let arriving = l < network.pattern.pairs.count ? clearing.efficiency[l][lane] : 1
            rows[network.from[l]].append((network.variables.flow + l, -1))
            rows[network.to[l]].append((network.variables.flow + l, arriving))
        }
        return rows
    }

    private func addCycles(
        _ program: inout HourProgram, _ rows: inout [[(Int, Double)]], _ clearing: Clearing, _ lane: Int
    ) {
        for block in 0..<clearing.hours {
            for (index, cycle) in network.pattern.cycles.enumerated() {
                let largest = cycle.map { abs(network.pattern.lines[$0.edge].reactance) }.max() ?? 1
                let first = block * network.pattern.variables + network.variables.flow + network.pattern.pairs.count
                rows.append(
                    cycle.map {
                        (first + $0.edge, Double($0.sign) * network.pattern.lines[$0.edge].reactance / largest)
                    })
                program.rows.append(clearing.hours > 1 ? "cycle:\(index)@\(block)" : "cycle:\(index)")
                program.b.append(0)
            }
        }
    }

    private func addGuards(_ program: inout HourProgram, _ rows: inout [[(Int, Double)]], _ clearing: Clearing) {
        for block in 0..<clearing.hours {
            let flow = block * network.pattern.variables + network.variables.flow + network.pattern.pairs.count
            for (index, each) in network.pattern.guards.enumerated() {
                let after = flow + network.pattern.lines.count + index
                rows.append([(flow + each.line, 1), (flow + each.outage, each.factor), (after, -1)])
                program.rows.append(program.variables[after])
                program.b.append(0)
            }
        }
    }

    private func addStocks(
        _ program: inout HourProgram, _ rows: inout [[(Int, Double)]], _ clearing: Clearing, _ lane: Int
    ) {
        let count = network.pattern.stocks.count
        var gain = 0
        for (stock, moves) in network.pattern.stocks.map(\.moves).enumerated() {
            let keep = clearing.stockKeep[stock][lane]
            var before = clearing.stockStart[stock][lane]
            for hour in 0..<clearing.hours {
                let isLast = hour == clearing.hours - 1
                let inflow = clearing.stockInflow[hour * count + stock][lane]
                let after = clearing.stockLevel[hour * count + stock][lane]
                let level = program.variables.count
                program.add(
                    "\(names.stocks[stock])@\(hour)", c: isLast ? -clearing.endSlope[stock][lane] : 0,
                    q: isLast ? clearing.endCurvature[stock][lane] : 0, l: 0,
                    u: clearing.stockUpper[hour * count + stock][lane], x: after)
                var row = [(level, 1.0), (level + 1, 1.0)]
                var overflow = keep * before + inflow - after
                var most = keep * before + inflow
                for (place, move) in moves.enumerated() {
                    let v = hour * network.pattern.variables + move
                    let part = clearing.stockGain[gain + place][lane]
                    row.append((v, -part))
                    overflow += part * program.dispatch[v]
                    most += max(part, 0) * program.u[v]
                }
                if hour > 0 {
                    row.append((level - 2, -keep))
                    most = keep * clearing.stockUpper[(hour - 1) * count + stock][lane] + most - keep * before
                }
                // What rounding leaves of a stock's balance is no overflow.
                let rounding = 1e-9 * max(most, 1)
                program.add(
                    "overflow:\(names.stocks[stock])@\(hour)", c: clearing.overflowCost[stock][lane], q: 0, l: 0,
                    u: most, x: overflow < 0 && overflow > -rounding ? 0 : overflow)
                rows.append(row)
                program.rows.append("\(names.stocks[stock])@\(hour)")
                program.b.append(hour == 0 ? keep * before + inflow : inflow)
                before = after
            }
            gain += moves.count
        }
    }

    private func addRamps(
        _ program: inout HourProgram, _ rows: inout [[(Int, Double)]], _ clearing: Clearing, _ lane: Int
    ) {
        for (ramp, single) in network.pattern.ramps.enumerated() {
            for hour in (clearing.rampsFromStart ? 0 : 1)..<clearing.hours {
                let v = hour * network.pattern.variables + single
                let before = hour > 0 ? program.dispatch[v - network.pattern.variables] : clearing.rampStart[ramp][lane]
                let name = "change:" + program.variables[v]
                var row = [(v, 1.0), (program.variables.count, -1.0)]
                if hour > 0 { row.append((v - network.pattern.variables, -1)) }
                rows.append(row)
                program.rows.append(name)
                program.b.append(hour > 0 ? 0 : before)
                program.add(
                    name, c: 0, q: 0, l: -clearing.rampDown[ramp][lane], u: clearing.rampUp[ramp][lane],
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
