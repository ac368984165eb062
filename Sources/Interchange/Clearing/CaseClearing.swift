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
            for (lane, hour) in hours.enumerated() { write(hour, to: clearing, block: 0, lane: lane) }
            let found = solve(clearing, [hours], lanes: count)
            solution.hours += (0..<count).map { lane in
                hour(first + lane, clearing, block: 0, lane: lane, hours[lane], found[lane])
            }
            first += count
        }
        explain()
        return solution
    }

    /// How a lane ended, and at which price of shedding and spilling.
    private struct Ending {
        var status: CaseSolution.Status
        var gap: Double
    }

    private func prepare(_ clearing: Clearing) {
        clearing.tolerance = tolerance
        clearing.iterationLimit = 100
        if program.model == .dc {
            for (index, line) in grid.lines.enumerated() { clearing.shift[index] = lanes(line.shift) }
        }
    }

    private func write(_ hour: CaseProgram.Hour, to clearing: Clearing, block: Int, lane: Int, weight: Double = 1) {
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

    /// Solves what is in place: `hours` block after block, each by lane.
    private mutating func solve(_ clearing: Clearing, _ hours: [[CaseProgram.Hour]], lanes count: Int) -> [Ending] {
        let buses = program.pattern.rows
        var dearest = 0.0
        for hour in hours.joined() {
            for variable in 2 * buses..<program.pattern.variables {
                let bound = max(abs(hour.lower[variable]), abs(hour.upper[variable]))
                dearest = max(dearest, abs(hour.cost[variable]) + hour.quadratic[variable] * bound)
            }
        }
        var price = max(100 * dearest, 1)
        var endings = [Ending](repeating: Ending(status: .failed, gap: .infinity), count: count)
        var isOpen = [Bool](repeating: true, count: count)
        for attempt in 0..<6 {
            setPrice(price, clearing, hours)
            clearing.solve(warm: false)
            solution.iterations += clearing.iterations
            for lane in 0..<count {
                isOpen[lane] = shortage(clearing, hours.count, lane) > CaseClearing.leastShortage
                endings[lane] = Ending(
                    status: clearing.unconverged[lane] ? .failed : .optimal, gap: clearing.gap[lane])
            }
            if attempt == 0, isOpen.contains(true) {
                let least = leastShortages(clearing, hours, lanes: count)
                for lane in 0..<count where isOpen[lane] {
                    if least[lane] > CaseClearing.leastShortage {
                        endings[lane].status = .infeasible
                        isOpen[lane] = false
                    }
                }
                // The dispatch of lanes that are infeasible is that of the least shortage; others go on.
                if !isOpen.contains(true) {
                    if endings.contains(where: { $0.status == .optimal }) {
                        let known = endings
                        setPrice(price, clearing, hours)
                        clearing.solve(warm: false)
                        return known
                    }
                    return endings
                }
            }
            if !isOpen.contains(true) { return endings }
            price *= 10
        }
        for lane in 0..<count where isOpen[lane] { endings[lane].status = .failed }
        return endings
    }

    private func setPrice(_ price: Double, _ clearing: Clearing, _ hours: [[CaseProgram.Hour]]) {
        let (buses, variables) = (program.pattern.rows, program.pattern.variables)
        for block in hours.indices {
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

    /// The least that must be shed and spilled, by lane, MW; the inputs are put back.
    private mutating func leastShortages(
        _ clearing: Clearing, _ hours: [[CaseProgram.Hour]], lanes count: Int
    ) -> [Double] {
        let (buses, variables) = (program.pattern.rows, program.pattern.variables)
        let all = hours.count * variables
        let kept = (0..<all).map { (clearing.cost[$0], clearing.quadratic[$0]) }
        for variable in 0..<all {
            clearing.cost[variable] = variable % variables < 2 * buses ? lanes(1) : .zero
            clearing.quadratic[variable] = .zero
        }
        clearing.solve(warm: false)
        solution.iterations += clearing.iterations
        for variable in 0..<all { (clearing.cost[variable], clearing.quadratic[variable]) = kept[variable] }
        return (0..<count).map { lane in
            let total = shortage(clearing, hours.count, lane)
            return total
        }
    }
}
