import Clearing
import Foundation
import Lanes
import WorldModel

/// Finds the dispatch of least cost of a case.
///
/// An hour sheds and spills at every bus, so that the solver always has a feasible program. Where the least cost at a high
/// price of both leaves neither, the hour is solved, and its prices are those of the program without them. Where it
/// doesn't, a second program in which all else is free of cost says how much must be shed and spilled: if something
/// must, the hour is infeasible; if not, the price was too low, and is raised tenfold.
///
/// Eight hours are cleared at once, one a lane, unless stores or ramps join them; then all are one program.
public final class CaseClearing {
    /// Why a case can't be cleared as it was asked.
    public struct Unsupported: Error, Sendable, CustomStringConvertible {
        /// Where it stands in the case.
        public let origin: GridCase.Origin
        /// What is not supported, and what is.
        public let message: String

        package init(origin: GridCase.Origin, message: String) {
            self.origin = origin
            self.message = message
        }

        /// Both.
        public var description: String {
            origin.file + (origin.line.map { ":\($0)" } ?? "") + ": " + message
        }
    }

    /// Shedding and spilling below this is none, MW.
    static let leastShortage = 1e-6
    /// The least that counts as a proof that a case has no solution, in parts of the terms of the proof.
    static let leastProof = 1e-9
    /// The most hours that are cleared at once where something joins them.
    public static let mostCoupledHours = 8784

    let program: CaseProgram
    let range: Range<Int>
    private let tolerance: Double
    var grid: GridCase { program.grid }

    /// Clears hours of a case, counted from 0.
    ///
    /// Lines that are `secured` may fail one at a time without another carrying more than its limit (N−1, preventive): what
    /// lines would carry is found by line outage distribution factors, and limits that a solution breaks are added to the
    /// program until it breaks none. The outage of a line that splits the network isn't among them.
    public static func solve(
        _ grid: GridCase, model: NetworkModel = .dc, hours: Range<Int>? = nil, tolerance: Double = 1e-9,
        secured: [Int] = []
    ) throws(Unsupported) -> CaseSolution {
        let range = hours ?? 0..<grid.hours.count
        let security = CaseSecurity(grid: grid, secured: model == .dc ? secured : [])
        var guards: [ClearingPattern.Guard] = []
        var iterations = 0
        if !secured.isEmpty, let tie = CaseProgram(grid: grid, model: model).ties.first {
            throw Unsupported(
                origin: grid.buses[tie.to].origin,
                message: "two reference buses in one island beside outages are not supported; keep one of them")
        }
        while true {
            let solver = CaseClearing(
                program: CaseProgram(grid: grid, model: model, guards: guards), range: range, tolerance: tolerance)
            var solution = grid.couplesHours ? try solver.joined() : solver.independent()
            iterations += solution.iterations
            let broken = security.broken(by: solution)
            if broken.isEmpty {
                solution.iterations = iterations
                solution.outages = security.binding(in: solution)
                return solution
            }
            guards += broken
        }
    }

    private init(program: CaseProgram, range: Range<Int>, tolerance: Double) {
        self.program = program
        self.range = range
        self.tolerance = tolerance
        solution = CaseSolution(range: range, hours: [])
    }

    var solution: CaseSolution

    // MARK: Hours alone

    private func independent() -> CaseSolution {
        let clearing = Clearing(pattern: program.pattern)
        prepare(clearing)
        var first = range.lowerBound
        while first < range.upperBound {
            let count = min(first + 8, range.upperBound) - first
            let hours = (0..<Lanes.scalarCount).map { place in
                let hour = first + min(place, count - 1)
                return program.hour(hour, isFirst: hour == range.lowerBound)
            }
            for (lane, hour) in hours.enumerated() { write(hour, to: clearing, block: 0, lane: lane...lane, weight: 1) }
            let found = solve(clearing, blocks: 0..<1, lanes: count) { lane, status in
                [self.hour(first + lane, clearing, block: 0, lane: lane, hours[lane], status, weight: 1)]
            }
            solution.hours += found.joined()
            first += count
        }
        explain()
        return solution
    }

    func prepare(_ clearing: Clearing) {
        clearing.iterationLimit = 60
        if program.model == .dc {
            for (index, line) in grid.lines.enumerated() { clearing.shift[index] = lanes(line.shift) }
            for (index, tie) in program.ties.enumerated() {
                clearing.shift[grid.lines.count + index] = lanes(tie.difference)
            }
        }
    }

    func write(
        _ hour: CaseProgram.Hour, to clearing: Clearing, block: Int, lane: ClosedRange<Int>, weight: Double
    ) {
        let base = block * program.pattern.variables
        let firstPair = clearing.variesByHour ? block * program.pattern.pairs.count : 0
        for lane in lane {
            for variable in 0..<program.pattern.variables {
                clearing.cost[base + variable][lane] = weight * hour.cost[variable]
                clearing.quadratic[base + variable][lane] = weight * hour.quadratic[variable]
                clearing.lower[base + variable][lane] = hour.lower[variable]
                clearing.upper[base + variable][lane] = hour.upper[variable]
            }
            for (row, load) in hour.load.enumerated() {
                clearing.load[block * program.pattern.rows + row][lane] = load
            }
            for pair in 0..<program.pattern.pairs.count {
                clearing.efficiency[firstPair + pair][lane] = hour.efficiency[pair]
            }
        }
    }

    /// Solves what is in place, of which `blocks` are hours of the case; takes each lane's result when it is known.
    func solve(
        _ clearing: Clearing, blocks: Range<Int>, lanes count: Int,
        _ take: (_ lane: Int, _ status: CaseSolution.Status) -> [CaseSolution.Hour]
    ) -> [[CaseSolution.Hour]] {
        var found = [[CaseSolution.Hour]?](repeating: nil, count: count)
        var price = firstPrice(clearing, blocks: blocks)
        for attempt in 0..<CaseClearing.attempts {
            setPrice(price, clearing, blocks: blocks)
            let isLast = attempt == CaseClearing.attempts - 1
            certify(clearing, lanes: count, except: found) { lane in
                if shortage(clearing, blocks, lane) <= CaseClearing.leastShortage {
                    found[lane] = take(lane, .optimal)
                } else if isLast {
                    found[lane] = take(lane, .infeasible)
                }
            }
            if !found.contains(where: { $0 == nil }) { break }
            if attempt == 0 {
                // Raising the price can't help those that must shed or spill; what they do then is the least of it.
                withShortageOnly(clearing, blocks: blocks) {
                    certify(clearing, lanes: count, except: found) { lane in
                        if provenShortage(clearing, lane) > CaseClearing.leastShortage {
                            found[lane] = take(lane, .infeasible)
                        }
                    }
                    let infeasibility = clearing.infeasibility()
                    for lane in 0..<count where found[lane] == nil && infeasibility[lane] > CaseClearing.leastProof {
                        found[lane] = take(lane, .infeasible).map { hour in
                            var hour = hour
                            hour.loop = narrowestLoop(clearing, lane)
                            return hour
                        }
                    }
                }
            }
            if !found.contains(where: { $0 == nil }) { break }
            price *= 10
        }
        return found.enumerated().map { lane, hours in hours ?? take(lane, .failed) }
    }

    /// Prices of shedding and spilling that are tried, each ten times the one before.
    private static let attempts = 4

    /// Solves until each lane that has no result is certified, by less where it can't be by more.
    ///
    /// Rounding leaves a gap of about 1e-8 in some programs of many hundred buses, and a solver that asks for less
    /// than it can have ends anywhere.
    private func certify(
        _ clearing: Clearing, lanes count: Int, except found: [[CaseSolution.Hour]?], _ certified: (Int) -> Void
    ) {
        var isOpen = found.map { $0 == nil }
        for tolerance in [tolerance, max(10 * tolerance, 1e-8), max(100 * tolerance, 1e-6)] {
            clearing.tolerance = tolerance
            clearing.solve(warm: false)
            solution.iterations += clearing.iterations
            for lane in 0..<count where isOpen[lane] && !clearing.unconverged[lane] {
                isOpen[lane] = false
                certified(lane)
            }
            if !isOpen.contains(true) { return }
        }
    }

    /// A price of shedding and spilling far above what anything else costs.
    private func firstPrice(_ clearing: Clearing, blocks: Range<Int>) -> Lanes {
        let (buses, variables) = (grid.buses.count, program.pattern.variables)
        var dearest = Lanes.zero
        for block in blocks {
            for variable in block * variables + 2 * buses..<(block + 1) * variables {
                let bound = maximum(absolute(clearing.lower[variable]), absolute(clearing.upper[variable]))
                dearest = maximum(
                    dearest, fma(clearing.quadratic[variable], bound, absolute(clearing.cost[variable])))
            }
        }
        if clearing.variesByHour { dearest = maximum(dearest, dearestSpill(clearing, blocks)) }
        return maximum(100 * dearest, lanes(1))
    }

    private func setPrice(_ price: Lanes, _ clearing: Clearing, blocks: Range<Int>) {
        let (buses, variables) = (grid.buses.count, program.pattern.variables)
        for block in blocks {
            for bus in 0..<2 * buses { clearing.cost[block * variables + bus] = price }
        }
    }

    /// What is shed and spilled in a lane, MW.
    private func shortage(_ clearing: Clearing, _ blocks: Range<Int>, _ lane: Int) -> Double {
        let (buses, variables) = (grid.buses.count, program.pattern.variables)
        var total = 0.0
        for block in blocks {
            for bus in 0..<2 * buses { total += clearing.dispatch[block * variables + bus][lane] }
        }
        return total
    }

    /// What a lane of the program of least shortage sheds and spills at least, whatever its dispatch is worth, MW.
    private func provenShortage(_ clearing: Clearing, _ lane: Int) -> Double {
        let least = clearing.objective[lane]
        return least - clearing.gap[lane] * max(abs(least), scale(clearing, lane))
    }

    /// The lines of the cycle around which Kirchhoff's law is hardest to keep.
    private func narrowestLoop(_ clearing: Clearing, _ lane: Int) -> [Int] {
        let worth = (0..<clearing.hours).flatMap { hour in
            program.pattern.cycles.indices.map { (abs(clearing.worth(ofCycle: $0, hour: hour)[lane]), $0) }
        }
        guard let hardest = worth.max(by: { $0.0 < $1.0 }) else { return [] }
        return program.pattern.cycles[hardest.1].map(\.edge)
    }

    /// What the gap of a lane is relative to where the cost is less, currency.
    private func scale(_ clearing: Clearing, _ lane: Int) -> Double {
        var total = 0.0
        for row in 0..<clearing.hours * program.pattern.rows { total += abs(clearing.load[row][lane]) }
        return max(total, 1)
    }

    /// Puts a program in place that finds the dispatch that sheds and spills least, whatever it costs, and takes it away.
    private func withShortageOnly(_ clearing: Clearing, blocks: Range<Int>, _ body: () -> Void) {
        let (buses, variables) = (grid.buses.count, program.pattern.variables)
        let all = clearing.hours * variables
        let kept = (0..<all).map { (clearing.cost[$0], clearing.quadratic[$0]) }
        let overflows = clearing.variesByHour ? clearing.hours * program.pattern.stocks.count : 0
        let keptOverflows = (0..<overflows).map { clearing.overflowCost[$0] }
        for stock in 0..<overflows { clearing.overflowCost[stock] = .zero }
        for variable in 0..<all {
            let counts = variable % variables < 2 * buses && blocks.contains(variable / variables)
            clearing.cost[variable] = counts ? lanes(1) : .zero
            clearing.quadratic[variable] = .zero
        }
        body()
        for variable in 0..<all { (clearing.cost[variable], clearing.quadratic[variable]) = kept[variable] }
        for stock in 0..<overflows { clearing.overflowCost[stock] = keptOverflows[stock] }
    }

    // MARK: What is found

    /// An hour of the case from a block and lane of the solver.
    func hour(
        _ hour: Int, _ clearing: Clearing, block: Int, lane: Int, _ input: CaseProgram.Hour,
        _ status: CaseSolution.Status, weight: Double
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
                weight > 0 ? clearing.price[block * program.pattern.rows + $0][lane] / weight : .nan
            }
        }
        if program.model == .dc { found.angle = Angles.angles(of: grid, flows: found.lineFlow) }
        return found
    }

    /// Says why there is no optimum.
    func explain() {
        if grid.couplesHours, range.count > 1, let first = solution.hours.first, first.status == .failed {
            solution.reason =
                "the \(range.count) hours that stores or ramps join are cleared together: "
                + CaseClearing.failure(gap: first.gap)
            return
        }
        var reasons: [String] = []
        let isOne = grid.hours.count == 1
        for (index, found) in zip(range, solution.hours) where found.status != .optimal {
            var words: [String] = []
            // Beside what is short, an interior point leaves traces everywhere.
            let trace = max(1e-4 * (found.shortage.map(abs).max() ?? 0), CaseClearing.leastShortage)
            let ordered = found.shortage.enumerated().filter { abs($0.element) > trace }.sorted {
                abs($0.element) > abs($1.element)
            }
            if found.status == .failed {
                words.append(CaseClearing.failure(gap: found.gap))
            } else if let impossible = program.hour(index, isFirst: index == range.lowerBound).impossible {
                words.append(text(impossible))
            } else if !found.loop.isEmpty {
                let names = found.loop.prefix(12).map(lineName).joined(separator: ", ")
                words.append(
                    "no flows obey Kirchhoff's laws within the limits of lines and angles; hardest around the loop of "
                        + names + (found.loop.count > 12 ? " and \(found.loop.count - 12) more" : ""))
            } else {
                let short = ordered.filter { $0.element > 0 }
                let long = ordered.filter { $0.element < 0 }
                if !short.isEmpty { words.append("load can't be met at " + list(short)) }
                if !long.isEmpty { words.append("output can't be taken at " + list(long)) }
                if !program.pattern.guards.isEmpty { words.append("with every outage of a line survived") }
            }
            if words.isEmpty { continue }
            reasons.append((isOne ? "" : "\(grid.hours.labels[index]): ") + words.joined(separator: "; "))
        }
        let shown = reasons.prefix(5).joined(separator: "\n")
        solution.reason =
            reasons.count > 5 ? "\(shown)\nand \(counted(reasons.count - 5, "more hour"))" : shown
    }

    /// What is said where no certificate was found.
    static func failure(gap: Double) -> String {
        "the solver gave up, and there is no answer: its best dispatch may be above the least cost by "
            + String(format: "%.2g", gap) + " of it, where 1e-6 is allowed"
    }

    private func text(_ impossible: CaseProgram.Impossible) -> String {
        switch impossible {
        case .line(let line): "the limits of line \(grid.lines[line].name) exclude each other"
        case .generator(let generator):
            "generator \(grid.generators[generator].name) can't get from its output before the first hour (p_init) to "
                + "between its limits within its ramp limits"
        }
    }

    /// The name of a line, or of the reference buses that a tie holds.
    private func lineName(_ line: Int) -> String {
        guard line >= grid.lines.count else { return grid.lines[line].name }
        let tie = program.ties[line - grid.lines.count]
        return "the angles held at buses \(grid.buses[tie.from].name) and \(grid.buses[tie.to].name)"
    }

    private func list(_ shortages: [(offset: Int, element: Double)]) -> String {
        let shown = shortages.prefix(12).map { entry in
            "bus \(grid.buses[entry.offset].name) (\(CaseClearing.text(abs(entry.element))) MW)"
        }
        return shown.joined(separator: ", ")
            + (shortages.count > 12 ? " and " + counted(shortages.count - 12, "more bus", "more buses") : "")
    }

    private static func text(_ power: Double) -> String {
        let digits = power < 1 ? 1e9 : power < 1000 ? 1e4 : 1e2
        return "\((power * digits).rounded() / digits)"
    }
}
