import Stepping

/// Finds the dispatch of least cost of a case.
///
/// An hour sheds and spills at every bus, so that the solver always has a feasible program. Where the least cost at a high
/// price of both leaves neither, the hour is solved, and its prices are those of the program without them. Where it
/// doesn't, a second program in which all else is free of cost says how much must be shed and spilled: if something
/// must, the hour is infeasible; if not, the price was too low, and is raised tenfold.
///
/// Eight hours are cleared at once, one a lane, unless stores or ramps join them; then all are one program.
public struct CaseClearing {
    /// Why a case can't be cleared as it was asked.
    public struct Unsupported: Error, Sendable, CustomStringConvertible {
        /// What is not supported, and what is.
        public let description: String
    }

    /// Shedding and spilling below this is none, MW.
    static let leastShortage = 1e-6
    /// The most hours that are cleared at once where something joins them.
    public static let mostCoupledHours = 744

    private let program: CaseProgram
    private let range: Range<Int>
    private let tolerance: Double
    private var grid: GridCase { program.grid }

    /// Clears hours of a case, counted from 0.
    public static func solve(
        _ grid: GridCase, model: NetworkModel = .dc, hours: Range<Int>? = nil, tolerance: Double = 1e-9
    ) throws(Unsupported) -> CaseSolution {
        let range = hours ?? 0..<grid.hours.count
        var solver = CaseClearing(
            program: CaseProgram(grid: grid, model: model), range: range, tolerance: tolerance)
        return grid.couplesHours ? try solver.coupled() : solver.independent()
    }

    private init(program: CaseProgram, range: Range<Int>, tolerance: Double) {
        self.program = program
        self.range = range
        self.tolerance = tolerance
        solution = CaseSolution(range: range, hours: [])
    }

    private var solution: CaseSolution

    // MARK: Hours alone

    private mutating func independent() -> CaseSolution {
        let clearing = Clearing(pattern: program.pattern)
        prepare(clearing)
        var first = range.lowerBound
        while first < range.upperBound {
            let count = min(first + 8, range.upperBound) - first
            let hours = (0..<8).map { program.hour(first + min($0, count - 1)) }
            for (lane, hour) in hours.enumerated() { write(hour, to: clearing, block: 0, lane: lane, weight: 1) }
            let found = solve(clearing, [hours], lanes: count) { lane, status in
                [self.hour(first + lane, clearing, block: 0, lane: lane, hours[lane], status)]
            }
            solution.hours += found.joined()
            first += count
        }
        explain()
        return solution
    }

    private func prepare(_ clearing: Clearing) {
        clearing.tolerance = tolerance
        clearing.iterationLimit = 100
        if program.model == .dc {
            for (index, line) in grid.lines.enumerated() { clearing.shift[index] = lanes(line.shift) }
        }
    }

    private func write(_ hour: CaseProgram.Hour, to clearing: Clearing, block: Int, lane: Int, weight: Double) {
        let base = block * program.pattern.variables
        for variable in 0..<program.pattern.variables {
            clearing.cost[base + variable][lane] = weight * hour.cost[variable]
            clearing.quadratic[base + variable][lane] = weight * hour.quadratic[variable]
            clearing.lower[base + variable][lane] = hour.lower[variable]
            clearing.upper[base + variable][lane] = hour.upper[variable]
        }
        for row in 0..<program.pattern.rows {
            clearing.load[block * program.pattern.rows + row][lane] = hour.load[row]
        }
        for pair in 0..<program.pattern.pairs.count { clearing.efficiency[pair][lane] = hour.efficiency[pair] }
    }

    /// Solves what is in place, `hours` block after block, each by lane; takes each lane's result when it is known.
    private mutating func solve(
        _ clearing: Clearing, _ hours: [[CaseProgram.Hour]], lanes count: Int,
        _ take: (_ lane: Int, _ status: CaseSolution.Status) -> [CaseSolution.Hour]
    ) -> [[CaseSolution.Hour]] {
        var found = [[CaseSolution.Hour]?](repeating: nil, count: count)
        var price = firstPrice(clearing, blocks: hours.count)
        for attempt in 0..<6 {
            setPrice(price, clearing, blocks: hours.count)
            clearing.solve(warm: false)
            solution.iterations += clearing.iterations
            for lane in 0..<count
            where found[lane] == nil && shortage(clearing, hours.count, lane) <= CaseClearing.leastShortage {
                found[lane] = take(lane, clearing.unconverged[lane] ? .failed : .optimal)
            }
            if !found.contains(where: { $0 == nil }) { break }
            if attempt == 0 {
                // Raising the price can't help those that must shed or spill; what they do then is the least of it.
                solveForShortage(clearing, blocks: hours.count)
                for lane in 0..<count where found[lane] == nil {
                    let least = clearing.objective[lane]
                    let proven = least - clearing.gap[lane] * max(least, scale(clearing, hours.count, lane))
                    if proven > CaseClearing.leastShortage { found[lane] = take(lane, .infeasible) }
                }
            }
            if !found.contains(where: { $0 == nil }) { break }
            price *= 10
        }
        return found.enumerated().map { lane, hours in hours ?? take(lane, .failed) }
    }

    /// A price of shedding and spilling far above what anything else costs.
    private func firstPrice(_ clearing: Clearing, blocks: Int) -> Double {
        let (buses, variables) = (program.pattern.rows, program.pattern.variables)
        var dearest = 0.0
        for block in 0..<blocks {
            for variable in block * variables + 2 * buses..<(block + 1) * variables {
                let bound = maximum(absolute(clearing.lower[variable]), absolute(clearing.upper[variable]))
                dearest = max(
                    dearest, fma(clearing.quadratic[variable], bound, absolute(clearing.cost[variable])).max())
            }
        }
        return max(100 * dearest, 1)
    }

    private func setPrice(_ price: Double, _ clearing: Clearing, blocks: Int) {
        let (buses, variables) = (program.pattern.rows, program.pattern.variables)
        for block in 0..<blocks {
            for bus in 0..<2 * buses { clearing.cost[block * variables + bus] = lanes(price) }
        }
    }

    /// What is shed and spilled in a lane, MW.
    private func shortage(_ clearing: Clearing, _ blocks: Int, _ lane: Int) -> Double {
        let (buses, variables) = (program.pattern.rows, program.pattern.variables)
        var total = 0.0
        for block in 0..<blocks {
            for bus in 0..<2 * buses { total += clearing.dispatch[block * variables + bus][lane] }
        }
        return total
    }

    /// What the gap of a lane is relative to where the cost is less, currency.
    private func scale(_ clearing: Clearing, _ blocks: Int, _ lane: Int) -> Double {
        var total = 0.0
        for row in 0..<blocks * program.pattern.rows { total += abs(clearing.load[row][lane]) }
        return max(total, 1)
    }

    /// Finds the dispatch that sheds and spills least, whatever it costs; the inputs are put back.
    private mutating func solveForShortage(_ clearing: Clearing, blocks: Int) {
        let (buses, variables) = (program.pattern.rows, program.pattern.variables)
        let all = blocks * variables
        let kept = (0..<all).map { (clearing.cost[$0], clearing.quadratic[$0]) }
        for variable in 0..<all {
            clearing.cost[variable] = variable % variables < 2 * buses ? lanes(1) : .zero
            clearing.quadratic[variable] = .zero
        }
        clearing.solve(warm: false)
        solution.iterations += clearing.iterations
        for variable in 0..<all { (clearing.cost[variable], clearing.quadratic[variable]) = kept[variable] }
    }

    // MARK: What is found

    /// An hour of the case from a block and lane of the solver.
    private func hour(
        _ hour: Int, _ clearing: Clearing, block: Int, lane: Int, _ input: CaseProgram.Hour,
        _ status: CaseSolution.Status, weight: Double = 1
    ) -> CaseSolution.Hour {
        let base = block * program.pattern.variables
        func power(_ variable: Int) -> Double { clearing.dispatch[base + variable][lane] }
        var found = CaseSolution.Hour(status: input.impossible == nil ? status : .infeasible)
        found.gap = clearing.gap[lane]
        found.generation = [Double](repeating: 0, count: grid.generators.count)
        for (index, piece) in program.pieces.enumerated() {
            found.generation[piece.generator] += power(program.generation + index)
        }
        found.storage = grid.storageUnits.indices.map {
            power(program.discharge + $0) - power(program.charge + $0)
        }
        found.linkFlow = grid.links.indices.map { power(program.flow(link: $0)) }
        found.lineFlow = grid.lines.indices.map { power(program.flow(line: $0)) }
        found.shortage = grid.buses.indices.map { power($0) - power(program.spill + $0) }
        for (index, generator) in grid.generators.enumerated() {
            found.cost += generator.cost.value(found.generation[index], hour: hour)
        }
        for (index, link) in grid.links.enumerated() {
            found.cost += link.cost.value(found.linkFlow[index], hour: hour)
        }
        for (index, unit) in grid.storageUnits.enumerated() {
            found.cost += unit.dispatchCost[hour] * power(program.discharge + index)
            found.cost += unit.chargeCost[hour] * power(program.charge + index)
        }
        if found.status == .optimal {
            found.price = grid.buses.indices.map {
                clearing.price[block * program.pattern.rows + $0][lane] / weight
            }
        }
        if program.model == .dc { found.angle = Angles.angles(of: grid, flows: found.lineFlow) }
        return found
    }

    /// Says why there is no optimum.
    private mutating func explain() {
        var reasons: [String] = []
        let isOne = grid.hours.count == 1
        for (index, found) in zip(range, solution.hours) where found.status != .optimal {
            var words: [String] = []
            let ordered = found.shortage.enumerated().filter { abs($0.element) > CaseClearing.leastShortage }
                .sorted { abs($0.element) > abs($1.element) }
            if found.status == .failed {
                words.append("the solver found no certified optimum: its gap is \(found.gap)")
            } else if let line = program.hour(index).impossible {
                words.append("the limits of line \(grid.lines[line].name) exclude each other")
            } else {
                let short = ordered.filter { $0.element > 0 }
                let long = ordered.filter { $0.element < 0 }
                if !short.isEmpty { words.append("load can't be met at " + list(short)) }
                if !long.isEmpty { words.append("output can't be taken at " + list(long)) }
            }
            reasons.append((isOne ? "" : "\(grid.hours.labels[index]): ") + words.joined(separator: "; "))
        }
        let shown = reasons.prefix(5).joined(separator: "\n")
        solution.reason = reasons.count > 5 ? "\(shown)\nand \(reasons.count - 5) more hours" : shown
    }

    private func list(_ shortages: [(offset: Int, element: Double)]) -> String {
        let shown = shortages.prefix(12).map { entry in
            "bus \(grid.buses[entry.offset].name) (\(CaseClearing.text(abs(entry.element))) MW)"
        }
        return shown.joined(separator: ", ")
            + (shortages.count > 12 ? " and \(shortages.count - 12) more buses" : "")
    }

    private static func text(_ power: Double) -> String {
        let digits = power < 1 ? 1e9 : power < 1000 ? 1e4 : 1e2
        return "\((power * digits).rounded() / digits)"
    }
}
