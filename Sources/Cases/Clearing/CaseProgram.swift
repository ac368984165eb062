import Clearing

/// How power may flow along AC lines.
public enum NetworkModel: String, Sendable, CaseIterable {
    /// As Kirchhoff's laws have it, linearised.
    case dc
    /// Freely within the limits of each line.
    case transport
}

/// A case in the solver's terms: which variable is which, and what stands in an hour.
struct CaseProgram {
    /// A part of a generator's output, within which its cost is one polynomial.
    struct Piece {
        let generator: Int
        /// Where the part begins and ends, of the generator's power; the first begins anywhere.
        let range: ClosedRange<Double>
        let slope: Double
    }

    /// Two reference buses of an island: the angle of `from` is above that of `to` by `difference`, rad.
    struct Tie {
        let from: Int, to: Int
        let difference: Double
    }

    let grid: GridCase
    let model: NetworkModel
    let pieces: [Piece]
    /// Where the singles of each kind begin; shedding stands at 0.
    let spill: Int, generation: Int, discharge: Int, charge: Int
    /// Storage units that end with what they began with, and where the singles begin that see to it.
    let cyclic: [Int]
    let returning: Int
    /// Buses of an island whose angles are held, as lines that carry nothing.
    let ties: [Tie]
    let pattern: ClearingPattern

    init(grid: GridCase, model: NetworkModel, guards: [ClearingPattern.Guard] = []) {
        self.grid = grid
        self.model = model
        let pieces = grid.generators.enumerated().flatMap { index, generator in
            CaseProgram.pieces(of: generator.cost, generator: index)
        }
        self.pieces = pieces
        let buses = grid.buses.count
        spill = buses
        generation = 2 * buses
        let discharge = generation + pieces.count
        self.discharge = discharge
        charge = discharge + grid.storageUnits.count
        cyclic = grid.storageUnits.indices.filter { grid.storageUnits[$0].isCyclic }
        returning = charge + grid.storageUnits.count
        var singles = (0..<buses).map { ClearingPattern.Single(row: $0, sign: 1) }
        singles += (0..<buses).map { ClearingPattern.Single(row: $0, sign: -1) }
        singles += pieces.map { ClearingPattern.Single(row: grid.generators[$0.generator].bus, sign: 1) }
        singles += grid.storageUnits.map { ClearingPattern.Single(row: $0.bus, sign: 1) }
        singles += grid.storageUnits.map { ClearingPattern.Single(row: $0.bus, sign: -1) }
        let first = singles.count
        for place in 0..<cyclic.count {
            singles += Reserve.signs.map { ClearingPattern.Single(row: buses + place, sign: $0) }
        }
        var pairs = grid.links.map { ClearingPattern.Pair(from: $0.bus0, to: $0.bus1) }
        var lines: [ClearingPattern.Line] = []
        ties = model == .dc ? CaseProgram.ties(of: grid) : []
        switch model {
        case .transport: pairs += grid.lines.map { ClearingPattern.Pair(from: $0.bus0, to: $0.bus1) }
        case .dc:
            lines = grid.lines.map {
                ClearingPattern.Line(from: $0.bus0, to: $0.bus1, reactance: $0.reactance)
            }
            // Their flow is 0, so that the number only scales a law.
            let small = grid.lines.map { abs($0.reactance) }.min() ?? 1
            lines += ties.map { ClearingPattern.Line(from: $0.from, to: $0.to, reactance: small) }
        }
        let reserves = cyclic.indices.map { Reserve(first: first + $0 * Reserve.signs.count) }
        var stocks = grid.storageUnits.indices.map { [discharge + $0, discharge + grid.storageUnits.count + $0] }
        for (place, unit) in cyclic.enumerated() { stocks[unit] += [reserves[place].empties, reserves[place].fills] }
        stocks += reserves.map { [$0.gives, $0.takes] }
        pattern = ClearingPattern(
            rows: buses + cyclic.count, singles: singles, pairs: pairs, lines: lines, guards: guards,
            shed: Array(0..<buses) + reserves.map(\.shed), spill: Array(buses..<2 * buses) + reserves.map(\.spill),
            stocks: stocks.map(ClearingPattern.Stock.init),
            ramps: pieces.indices.filter {
                let generator = grid.generators[pieces[$0].generator]
                return generator.rampUp != nil || generator.rampDown != nil
            }.map { 2 * buses + $0 })
    }

    static func ties(of grid: GridCase) -> [Tie] {
        let held = grid.buses.indices.filter { grid.buses[$0].isReference }
        guard held.count > 1 else { return [] }
        var islands = Groups(count: grid.buses.count)
        for line in grid.lines { islands.join(line.bus0, line.bus1) }
        var first: [Int: Int] = [:]
        return held.compactMap { bus in
            guard let other = first[islands.root(bus)] else {
                first[islands.root(bus)] = bus
                return nil
            }
            return Tie(from: other, to: bus, difference: grid.buses[other].angle - grid.buses[bus].angle)
        }
    }

    private static func pieces(of cost: GridCase.Cost, generator: Int) -> [Piece] {
        let huge = -Double.infinity...Double.infinity
        guard cost.corners.count > 2 else { return [Piece(generator: generator, range: huge, slope: 0)] }
        return (1..<cost.corners.count).map { index in
            let (a, b) = (cost.corners[index - 1], cost.corners[index])
            let start = index == 1 ? -Double.infinity : a.power
            let end = index == cost.corners.count - 1 ? Double.infinity : b.power
            return Piece(generator: generator, range: start...end, slope: (b.cost - a.cost) / (b.power - a.power))
        }
    }

    /// Singles of the balance between a store that must end with what it began with and its reserve.
    ///
    /// The reserve is a stock of its own, full at first. In an hour before the first it gives the store what the store
    /// begins with; in an hour after the last the store gives back; in a last hour the reserve must give all that it was
    /// full of. So what the store begins with is chosen, and given back.
    struct Reserve {
        static let signs = [1, -1, 1, -1, 1, -1]
        let first: Int
        var shed: Int { first }
        var spill: Int { first + 1 }
        /// From the store, and into it.
        var empties: Int { first + 2 }
        var fills: Int { first + 3 }
        /// From the reserve, and into it.
        var gives: Int { first + 4 }
        var takes: Int { first + 5 }
    }

    func reserve(_ place: Int) -> Reserve { Reserve(first: returning + place * Reserve.signs.count) }

    /// The variable of a link's flow, of a line's, and of what a line carries after an outage.
    func flow(link: Int) -> Int { pattern.singles.count + link }
    func flow(line: Int) -> Int { pattern.singles.count + grid.links.count + line }
    func flow(guard index: Int) -> Int { flow(line: grid.lines.count + ties.count + index) }

    // MARK: An hour

    /// What the solver is told of an hour.
    struct Hour {
        var cost: [Double], quadratic: [Double], lower: [Double], upper: [Double]
        /// By bus.
        var load: [Double]
        /// By pair.
        var efficiency: [Double]
        /// What has bounds that exclude each other.
        var impossible: Impossible?
    }

    /// Bounds that nothing meets.
    enum Impossible {
        /// The limits of a line and of its angles.
        case line(Int)
        /// The limits of a generator, and what its output before the first hour leaves.
        case generator(Int)
    }

    /// An hour in which nothing happens but what balances itself: before the first, or after the last.
    func idle(_ hour: Int) -> Hour {
        var result = self.hour(hour, isFirst: false)
        let buses = grid.buses.count
        result.load = [Double](repeating: 0, count: buses)
        result.cost = [Double](repeating: 0, count: pattern.variables)
        result.quadratic = result.cost
        let ramped = Set(pattern.ramps)
        for variable in 2 * buses..<flow(line: 0) {
            // What a ramp holds may be anywhere, so that it holds nothing here.
            guard ramped.contains(variable) else {
                (result.lower[variable], result.upper[variable]) = (0, 0)
                continue
            }
            let bus = pattern.singles[variable].row
            result.upper[spill + bus] += max(result.upper[variable], 0)
            result.upper[bus] += max(-result.lower[variable], 0)
        }
        return result
    }

    /// The program of an hour; shedding and spilling are free of cost in it.
    func hour(_ hour: Int, isFirst: Bool) -> Hour {
        let buses = grid.buses.count
        let zero = [Double](repeating: 0, count: pattern.variables)
        var result = Hour(
            cost: zero, quadratic: zero, lower: zero, upper: zero, load: [Double](repeating: 0, count: buses),
            efficiency: [Double](repeating: 1, count: pattern.pairs.count))
        for load in grid.loads { result.load[load.bus] += load.power[hour] }
        var shortest = result.load.map { max($0, 0) }
        var longest = result.load.map { max(-$0, 0) }
        // No line carries more than all that can be given and taken.
        var most = result.load.reduce(0) { $0 + abs($1) }

        for (index, piece) in pieces.enumerated() {
            let generator = grid.generators[piece.generator]
            let variable = generation + index
            var low = generator.nominal * generator.minimum[hour]
            var high = generator.nominal * generator.maximum[hour]
            if isFirst {
                (low, high) = (max(low, generator.firstOutput.lowerBound), min(high, generator.firstOutput.upperBound))
                if low > high {
                    result.impossible = .generator(piece.generator)
                    high = low
                }
            }
            if piece.range.lowerBound == -.infinity {
                result.lower[variable] = low
                result.upper[variable] = max(min(high, piece.range.upperBound), low)
                longest[generator.bus] += max(low, 0)
                shortest[generator.bus] += max(-low, 0)
            } else {
                result.upper[variable] = max(
                    min(high, piece.range.upperBound) - max(low, piece.range.lowerBound), 0)
            }
            most += max(abs(result.lower[variable]), abs(result.upper[variable]))
            if generator.cost.corners.isEmpty {
                result.cost[variable] = generator.cost.linear[hour]
                result.quadratic[variable] = generator.cost.quadratic[hour]
            } else {
                result.cost[variable] = generator.cost.corners.count > 2 ? piece.slope : generator.cost.onlySlope
            }
        }
        for (index, unit) in grid.storageUnits.enumerated() {
            result.upper[discharge + index] = max(unit.nominal * unit.maximum[hour], 0)
            result.upper[charge + index] = max(-unit.nominal * unit.minimum[hour], 0)
            result.cost[discharge + index] = unit.dispatchCost[hour]
            result.cost[charge + index] = unit.chargeCost[hour]
            most += max(result.upper[discharge + index], result.upper[charge + index])
        }
        for (index, link) in grid.links.enumerated() {
            let variable = flow(link: index)
            let (low, high) = (link.nominal * link.minimum[hour], link.nominal * link.maximum[hour])
            result.lower[variable] = low
            result.upper[variable] = high
            result.cost[variable] = link.cost.linear[hour]
            result.quadratic[variable] = link.cost.quadratic[hour]
            let sent = link.efficiency[hour]
            result.efficiency[index] = sent
            let (out, back) = (max(low, 0), max(-high, 0))
            shortest[link.bus0] += out
            longest[link.bus1] += out * sent
            longest[link.bus0] += back
            shortest[link.bus1] += back * sent
            most += max(abs(low), abs(high)) * max(sent, 1)
        }
        setLines(hour, most, &result, &shortest, &longest)
        // What is short or long may be so beyond one bus's own load where flows are forced.
        let margin = 1e-6 * max(most / Double(max(buses, 1)), 1)
        for bus in 0..<buses {
            result.upper[bus] = shortest[bus] + margin
            result.upper[spill + bus] = longest[bus] + margin
        }
        return result
    }

    private func setLines(
        _ hour: Int, _ most: Double, _ result: inout Hour, _ shortest: inout [Double], _ longest: inout [Double]
    ) {
        // Shifts drive flows of their own around cycles, and with a negative reactance flows can exceed what is given.
        var most = most
        if model == .dc {
            most += grid.lines.reduce(0) { $0 + abs($1.shift / $1.reactance) }
            if grid.lines.contains(where: { $0.reactance < 0 }) { most *= 10 }
        }
        var isForced =
            model == .dc && (grid.lines.contains { $0.shift != 0 } || ties.contains { $0.difference != 0 })
        for (index, line) in grid.lines.enumerated() {
            let limit = min(line.nominal * line.maximum[hour], most)
            var (low, high) = (-limit, limit)
            if model == .dc {
                let a = (line.angles.lowerBound - line.shift) / line.reactance
                let b = (line.angles.upperBound - line.shift) / line.reactance
                low = max(low, min(a, b))
                high = min(high, max(a, b))
            }
            if low > high { result.impossible = .line(index) }
            if low > 0 || high < 0 { isForced = true }
            let variable = flow(line: index)
            result.lower[variable] = min(low, high)
            result.upper[variable] = max(low, high)
        }
        for (index, each) in pattern.guards.enumerated() {
            let limit = grid.lines[each.line].nominal * grid.lines[each.line].maximum[hour]
            result.lower[flow(guard: index)] = -limit
            result.upper[flow(guard: index)] = limit
        }
        guard isForced else { return }
        for bus in grid.buses.indices {
            shortest[bus] += most
            longest[bus] += most
        }
    }
}

extension GridCase.Cost {
    /// The slope of a chain of one piece.
    var onlySlope: Double {
        guard corners.count == 2 else { return 0 }
        return (corners[1].cost - corners[0].cost) / (corners[1].power - corners[0].power)
    }

    /// The cost of an hour at a power; a chain goes on as straight as it ends.
    func value(_ power: Double, hour: Int) -> Double {
        guard let first = corners.first else {
            return constant + power * (linear[hour] + 0.5 * quadratic[hour] * power)
        }
        var total = first.cost
        for (index, (a, b)) in zip(corners, corners.dropFirst()).enumerated() {
            let slope = (b.cost - a.cost) / (b.power - a.power)
            let isLast = index == corners.count - 2
            let end = isLast ? power : min(power, b.power)
            if index == 0 || end > a.power { total += slope * (end - a.power) }
            if power <= b.power { break }
        }
        return total
    }
}
