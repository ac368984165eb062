import Lanes

@testable import Clearing

/// A market of one world line in plain numbers, for tests.
struct Market {
    var singles: [(row: Int, sign: Int, cost: Double, quadratic: Double, lower: Double, upper: Double)] = []
    var pairs: [(from: Int, to: Int, efficiency: Double, cost: Double, lower: Double, upper: Double)] = []
    /// Flows that obey Kirchhoff.
    var lines: [(from: Int, to: Int, reactance: Double, shift: Double, limit: Double)] = []
    var load: [Double]

    /// Balances with nothing but shedding (variables 0..<rows) and spilling (rows..<2 rows).
    init(load: [Double], valueOfLostLoad: Double = 3000, spillCost: Double = 0.01, spillLimit: Double = 1e5) {
        self.load = load
        for row in load.indices { singles.append((row, 1, valueOfLostLoad, 0, 0, load[row])) }
        for row in load.indices { singles.append((row, -1, spillCost, 0, 0, spillLimit)) }
    }

    var pattern: ClearingPattern {
        ClearingPattern(
            rows: load.count, singles: singles.map { .init(row: $0.row, sign: $0.sign) },
            pairs: pairs.map { .init(from: $0.from, to: $0.to) },
            lines: lines.map { .init(from: $0.from, to: $0.to, reactance: $0.reactance) }, shed: Array(load.indices),
            spill: load.indices.map { $0 + load.count })
    }

    /// Writes the numbers into a lane, for one of the hours that are cleared at once.
    func fill(_ clearing: Clearing, lane: Int, hour: Int = 0) {
        let first = hour * clearing.pattern.variables
        func set(_ variable: Int, _ cost: Double, _ quadratic: Double, _ lower: Double, _ upper: Double) {
            clearing.cost[first + variable][lane] = cost
            clearing.quadratic[first + variable][lane] = quadratic
            clearing.lower[first + variable][lane] = lower
            clearing.upper[first + variable][lane] = upper
        }
        for (index, single) in singles.enumerated() {
            set(index, single.cost, single.quadratic, single.lower, single.upper)
        }
        for (index, pair) in pairs.enumerated() {
            set(singles.count + index, pair.cost, 0, pair.lower, pair.upper)
            clearing.efficiency[index][lane] = pair.efficiency
        }
        for (index, line) in lines.enumerated() {
            set(singles.count + pairs.count + index, 0, 0, -line.limit, line.limit)
            clearing.shift[index][lane] = line.shift
        }
        for (row, demand) in load.enumerated() { clearing.load[hour * load.count + row][lane] = demand }
    }

    /// The workspace with this market in every lane, solved cold.
    func cleared(tolerance: Double = 1e-6) -> Clearing {
        let clearing = Clearing(pattern: pattern)
        clearing.tolerance = tolerance
        for lane in 0..<8 { fill(clearing, lane: lane) }
        clearing.solve(warm: false)
        return clearing
    }

    /// A connected network in the style of a power system; `seed` decides the numbers, `shape` who meets whom.
    ///
    /// Costs are of the size of `money`, loads of `power`. Some boxes have no width, some units must run, storage bids
    /// with negative and quadratic costs, and some links lose.
    static func random(shape: UInt64, seed: UInt64, rows: Int = 9, money: Double = 30, power: Double = 2000) -> Market {
        var structure = Draws(shape)
        var draws = Draws(seed)
        let load = (0..<rows).map { _ in power * (0.2 + 1.6 * draws.next()) }
        var market = Market(
            load: load, valueOfLostLoad: 100 * money, spillCost: 1e-3 * money, spillLimit: 100 * power)
        for row in 0..<rows {
            for _ in 0..<(4 + Int(5 * structure.next())) {
                let kind = structure.next()
                let upper = draws.next() < 0.15 ? 0 : power * draws.next()
                let lower = kind < 0.2 ? upper * 0.5 * draws.next() : 0
                let quadratic = kind > 0.6 ? money / power * draws.next() : 0
                market.singles.append((row, 1, money * (0.3 + 2 * draws.next()), quadratic, lower, upper))
            }
            let (size, value) = (power * 0.3 * draws.next(), money * (0.5 + draws.next()))
            market.singles.append((row, 1, value * 1.1, value / power, 0, size))
            market.singles.append((row, -1, -value * 0.9, value / power, 0, draws.next() < 0.3 ? 0 : size))
        }
        for row in 1..<rows { market.join(row, Int(Double(row) * structure.next()), power, &draws) }
        for _ in 0..<(rows / 2) {
            let row = Int(Double(rows) * structure.next())
            market.join(row, (row + 1 + Int(Double(rows - 1) * structure.next())) % rows, power, &draws)
        }
        return market
    }

    /// A network as above whose links are lines, with a third more of them.
    static func randomMeshed(shape: UInt64, seed: UInt64, rows: Int = 9) -> Market {
        var market = random(shape: shape, seed: seed, rows: rows)
        var structure = Draws(shape &+ 1000)
        var draws = Draws(seed &+ 1000)
        var ends = market.pairs.map { ($0.from, $0.to) }
        market.pairs = []
        for _ in 0..<(rows / 3) {
            let row = Int(Double(rows) * structure.next())
            ends.append((row, (row + 1 + Int(Double(rows - 1) * structure.next())) % rows))
        }
        for (from, to) in ends {
            let reactance = 1e-4 * (0.2 + 2 * structure.next())
            let limit = 2000 * (0.1 + 0.6 * draws.next())
            // Less than would drive the line beyond its limit alone: then a flow that keeps all limits exists.
            let shift = draws.next() < 0.2 ? 0.9 * reactance * limit * draws.next() : 0
            market.lines.append((from, to, reactance, shift, limit))
        }
        return market
    }

    private mutating func join(_ a: Int, _ b: Int, _ power: Double, _ draws: inout Draws) {
        let limit = power * 0.6 * draws.next()
        let lossy = draws.next() < 0.4
        pairs.append((a, b, lossy ? 0.96 : 1, 0, lossy ? 0 : -limit * draws.next(), limit))
    }
}

/// Uniform numbers for tests: SplitMix64.
struct Draws {
    private var state: UInt64

    init(_ seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 }

    mutating func next() -> Double {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return Double((mixed ^ (mixed >> 31)) >> 11) * 0x1p-53
    }
}

/// What a lane of a workspace says, in plain numbers.
struct Outcome: Equatable {
    let dispatch: [Double]
    let price: [Double]
    let objective: Double
    let gap: Double

    init(dispatch: [Double], price: [Double], objective: Double, gap: Double) {
        self.dispatch = dispatch
        self.price = price
        self.objective = objective
        self.gap = gap
    }

    init(_ clearing: Clearing, lane: Int) {
        dispatch = (0..<clearing.pattern.variables).map { clearing.dispatch[$0][lane] }
        price = (0..<clearing.pattern.rows).map { clearing.price[$0][lane] }
        objective = clearing.objective[lane]
        gap = clearing.gap[lane]
    }
}

extension Market {
    /// Load less what arrives, by balance, MW.
    func openBalances(_ outcome: Outcome) -> [Double] {
        var open = load
        for (index, single) in singles.enumerated() {
            open[single.row] -= Double(single.sign) * outcome.dispatch[index]
        }
        for (index, pair) in pairs.enumerated() {
            open[pair.from] += outcome.dispatch[singles.count + index]
            open[pair.to] -= pair.efficiency * outcome.dispatch[singles.count + index]
        }
        for (index, line) in lines.enumerated() {
            let flow = outcome.dispatch[singles.count + pairs.count + index]
            open[line.from] += flow
            open[line.to] -= flow
        }
        return open
    }

    /// Cost and its slope beyond the prices, bounds and value, of every variable.
    private func terms(_ outcome: Outcome) -> [(r: Double, q: Double, lower: Double, upper: Double, x: Double)] {
        var terms: [(r: Double, q: Double, lower: Double, upper: Double, x: Double)] = []
        for (index, single) in singles.enumerated() {
            let slope = single.cost - Double(single.sign) * outcome.price[single.row]
            terms.append((slope, single.quadratic, single.lower, single.upper, outcome.dispatch[index]))
        }
        for (index, pair) in pairs.enumerated() {
            let slope = pair.cost + outcome.price[pair.from] - pair.efficiency * outcome.price[pair.to]
            terms.append((slope, 0, pair.lower, pair.upper, outcome.dispatch[singles.count + index]))
        }
        return terms
    }

    /// The cost of a dispatch.
    func cost(_ outcome: Outcome) -> Double {
        var total = 0.0
        for (index, single) in singles.enumerated() {
            let x = outcome.dispatch[index]
            total += single.cost * x + 0.5 * single.quadratic * x * x
        }
        for (index, pair) in pairs.enumerated() { total += pair.cost * outcome.dispatch[singles.count + index] }
        return total
    }

    /// The least value of the Lagrangian over the bounds: no dispatch costs less.
    func lowerBound(_ outcome: Outcome) -> Double {
        var bound = zip(load, outcome.price).reduce(0) { $0 + $1.0 * $1.1 }
        for term in terms(outcome) {
            let free = term.q > 0 ? -term.r / term.q : (term.r > 0 ? term.lower : term.upper)
            let y = min(max(free, term.lower), term.upper)
            bound += term.r * y + 0.5 * term.q * y * y
        }
        return bound
    }

    /// The largest product of a variable's reduced cost and its way to the bound that this cost drives it to.
    func worstComplementarity(_ outcome: Outcome) -> Double {
        terms(outcome).map { term in
            let slope = term.r + term.q * term.x
            return slope > 0 ? slope * (term.x - term.lower) : -slope * (term.upper - term.x)
        }.max() ?? 0
    }
}
