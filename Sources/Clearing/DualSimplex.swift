import CLanes
import Lanes

/// The least cost of one hour of a market with linear costs, whose lines obey Kirchhoff, in one world line: a dual simplex
/// that knows no flows but those at their limits.
///
/// With the factors F of `TransferFactors` a flow is f = F (A x − load), so that what is left of the market is
///
///     minimise c x,   such that each island is balanced and least <= f <= most, l <= x <= u.
///
/// A basis has one variable between its bounds for each island and for each line at its limit: a matrix W of a handful of
/// rows, which is made and factorised anew for each exchange, so that nothing drifts. Every variable has two finite bounds,
/// so any basis is dual feasible once each of the others stands where its reduced cost wants it, also the one of another
/// hour; the ratio test passes bounds as long as that pays (Maros, Computational Techniques of the Simplex Method, ch. 10).
///
/// Each lane has inputs, outputs and a basis of its own, one after the other in memory, and is solved by itself: here eight
/// neighbours in a register are balances or lines of one world line. Singles stand in layers, the k-th of each balance in
/// the k-th, so that what balances are worth meets them without a detour; balances with many come first.
final class DualSimplex {
    /// Eight balances or lines of one world line.
    typealias Eight = SIMD8<Double>

    /// The inputs and outputs of a lane.
    struct Numbers {
        /// Input: load of each balance, MW.
        let load: UnsafeMutablePointer<Double>
        /// Output: cost of one more MW of load at each balance.
        let price: UnsafeMutablePointer<Double>
        /// Inputs of each line: the angle that it adds, and the bounds of its flow.
        let shift: UnsafeMutablePointer<Double>, least: UnsafeMutablePointer<Double>
        let most: UnsafeMutablePointer<Double>
        /// Outputs of each line: the flow, and its reduced cost, zero between the bounds.
        let flow: UnsafeMutablePointer<Double>, limitPrice: UnsafeMutablePointer<Double>
        /// Inputs of each single as supply, by slot, then of each pair: cost, and bounds; then the output.
        let cost: UnsafeMutablePointer<Double>, lower: UnsafeMutablePointer<Double>
        let upper: UnsafeMutablePointer<Double>, x: UnsafeMutablePointer<Double>
        /// Input: what arrives of 1 MW sent through each pair.
        let efficiency: UnsafeMutablePointer<Double>

        /// The same of a later lane.
        func advanced(by count: Int) -> Numbers {
            Numbers(
                load: load + count, price: price + count, shift: shift + count, least: least + count,
                most: most + count, flow: flow + count, limitPrice: limitPrice + count, cost: cost + count,
                lower: lower + count, upper: upper + count, x: x + count, efficiency: efficiency + count)
        }
    }

    /// The place of each balance here, and the slot of each single.
    let placeOfNode: [Int], slotOfSingle: [Int]
    /// The first lane's numbers, and from one lane to the next.
    let first: Numbers, span: Int
    /// Exchanges of the last solution.
    private(set) var exchanges = 0
    /// Exchanges at most, and those after which the tolerance of reduced costs is widened, so that rounding can't make it cycle.
    private let limit = 400, patience = 100

    let nodes: Int, lines: Int, islands: Int
    /// Slots of singles, some of them empty, and pairs behind them.
    let slots: Int, variables: Int
    /// Rows of W at most.
    let room: Int
    let nodeEights: Int, lineEights: Int
    /// Of each layer the eights of balances that it has, and where they begin.
    let layerEights: [Int], layerStart: [Int]

    let numbers: UnsafeMutablePointer<Double>
    let integers: UnsafeMutablePointer<Int>
    /// F by line, then by balance, each padded to whole eights.
    let byLine: UnsafeMutablePointer<Eight>, byNode: UnsafeMutablePointer<Eight>
    let susceptance: UnsafeMutablePointer<Double>
    let island: UnsafeMutablePointer<Int>
    let lineFrom: UnsafeMutablePointer<Int>, lineTo: UnsafeMutablePointer<Int>
    /// The balance of each slot, and where each pair begins; where it ends.
    let from: UnsafeMutablePointer<Int>, to: UnsafeMutablePointer<Int>

    /// By lane: 1 where a variable, or a flow, stands at its lower bound, −1 at the upper; 0 for a flow between.
    let side: UnsafeMutablePointer<Double>, sideSpan: Int
    /// By lane: the basic variables, and the lines at a limit.
    let basis: UnsafeMutablePointer<Int>, limits: UnsafeMutablePointer<Int>
    /// By lane: how many lines are at a limit; −1 where there is no basis.
    let held: UnsafeMutablePointer<Int>

    /// By variable: how far it can move if it isn't basic, its reduced cost, and where the ratio test meets it.
    let width: UnsafeMutablePointer<Double>, reduced: UnsafeMutablePointer<Double>
    let ratio: UnsafeMutablePointer<Double>
    /// By balance: what is given there beyond the load, what angles that lines add are like, how what leaves moves with it.
    let given: UnsafeMutablePointer<Double>, bent: UnsafeMutablePointer<Double>
    let ray: UnsafeMutablePointer<Double>
    /// W, its row exchanges, and vectors of its size.
    let matrix: UnsafeMutablePointer<Double>, order: UnsafeMutablePointer<Int>
    let y: UnsafeMutablePointer<Double>, right: UnsafeMutablePointer<Double>
    let work: UnsafeMutablePointer<Double>

    /// Room for a market.
    init(pattern: ClearingPattern, factors: TransferFactors) {
        let (nodes, lines) = (pattern.rows, pattern.lines.count)
        (self.nodes, self.lines, islands) = (nodes, lines, factors.islands)
        var here = [[Int]](repeating: [], count: nodes)
        for (single, each) in pattern.singles.enumerated() { here[each.row].append(single) }
        let sorted = (0..<nodes).sorted { (here[$1].count, $0) < (here[$0].count, $1) }
        var placeOfNode = [Int](repeating: 0, count: nodes)
        for (place, node) in sorted.enumerated() { placeOfNode[node] = place }
        self.placeOfNode = placeOfNode
        let layers = here[sorted[0]].count
        layerEights = (0..<layers).map { layer in (here.count { $0.count > layer } + 7) / 8 }
        var starts = [0]
        for eights in layerEights { starts.append(starts[starts.count - 1] + 8 * eights) }
        layerStart = starts
        slots = starts[layers]
        variables = slots + pattern.pairs.count
        var slotOfSingle = [Int](repeating: 0, count: pattern.singles.count)
        for (node, singles) in here.enumerated() {
            for (layer, single) in singles.enumerated() { slotOfSingle[single] = starts[layer] + placeOfNode[node] }
        }
        self.slotOfSingle = slotOfSingle
        room = islands + min(lines, 40)
        nodeEights = (nodes + 7) / 8
        lineEights = (lines + 15) / 16 * 2
        let (nodeRoom, lineRoom) = (8 * nodeEights, 8 * lineEights)
        let variableRoom = (variables + 7) / 8 * 8
        sideSpan = variableRoom + lineRoom
        span = 2 * nodeRoom + 5 * lineRoom + 4 * variableRoom + (pattern.pairs.count + 7) / 8 * 8
        let doubles =
            lines * nodeRoom + nodes * lineRoom + lineRoom + 3 * nodeRoom + 3 * variableRoom + 8 * sideSpan + 8 * span
            + room * room + 3 * room
        numbers = Column.memory(for: Double.self, count: doubles)
        numbers.initialize(repeating: 0, count: doubles)
        let whole = nodes + 2 * lines + 2 * variables + 8 * (room + lines + 1) + room
        integers = UnsafeMutablePointer<Int>.allocate(capacity: whole)
        integers.initialize(repeating: 0, count: whole)
        var (next, nextInteger) = (numbers, integers)
        func take(_ count: Int) -> UnsafeMutablePointer<Double> {
            defer { next += count }
            return next
        }
        func takeIntegers(_ count: Int) -> UnsafeMutablePointer<Int> {
            defer { nextInteger += count }
            return nextInteger
        }
        byLine = DualSimplex.eights(take(lines * nodeRoom))
        byNode = DualSimplex.eights(take(nodes * lineRoom))
        susceptance = take(lineRoom)
        given = take(nodeRoom)
        bent = take(nodeRoom)
        ray = take(nodeRoom)
        width = take(variableRoom)
        reduced = take(variableRoom)
        ratio = take(variableRoom)
        side = take(8 * sideSpan)
        first = Numbers(
            load: take(nodeRoom), price: take(nodeRoom), shift: take(lineRoom), least: take(lineRoom),
            most: take(lineRoom), flow: take(lineRoom), limitPrice: take(lineRoom), cost: take(variableRoom),
            lower: take(variableRoom), upper: take(variableRoom), x: take(variableRoom),
            efficiency: next)
        next = first.load + 8 * span
        matrix = take(room * room)
        y = take(room)
        right = take(room)
        work = take(room)
        island = takeIntegers(nodes)
        lineFrom = takeIntegers(lines)
        lineTo = takeIntegers(lines)
        from = takeIntegers(variables)
        to = takeIntegers(variables)
        basis = takeIntegers(8 * room)
        limits = takeIntegers(8 * lines)
        held = takeIntegers(8)
        order = takeIntegers(room)
        for lane in 0..<8 { held[lane] = -1 }
        place(pattern, factors)
    }

    /// Writes where each variable and line begins and ends, and how flows follow what is given.
    private func place(_ pattern: ClearingPattern, _ factors: TransferFactors) {
        let (nodeRoom, lineRoom) = (8 * nodeEights, 8 * lineEights)
        let rows = UnsafeMutableRawPointer(byLine).assumingMemoryBound(to: Double.self)
        let columns = UnsafeMutableRawPointer(byNode).assumingMemoryBound(to: Double.self)
        for node in 0..<nodes { island[placeOfNode[node]] = factors.island[node] }
        for (single, slot) in slotOfSingle.enumerated() { from[slot] = placeOfNode[pattern.singles[single].row] }
        for (index, pair) in pattern.pairs.enumerated() {
            from[slots + index] = placeOfNode[pair.from]
            to[slots + index] = placeOfNode[pair.to]
        }
        for (line, each) in pattern.lines.enumerated() {
            lineFrom[line] = placeOfNode[each.from]
            lineTo[line] = placeOfNode[each.to]
            susceptance[line] = 1 / each.reactance
            for node in 0..<nodes {
                rows[line * nodeRoom + placeOfNode[node]] = factors.factors[line][node]
                columns[placeOfNode[node] * lineRoom + line] = factors.factors[line][node]
            }
        }
    }

    deinit {
        cl_free(numbers)
        integers.deallocate()
    }

    @inline(__always)
    static func eights(_ numbers: UnsafeMutablePointer<Double>) -> UnsafeMutablePointer<Eight> {
        UnsafeMutableRawPointer(numbers).assumingMemoryBound(to: Eight.self)
    }

    /// Forgets the basis of a lane.
    func forget(_ lane: Int) { held[lane] = -1 }

    /// Solves the hour whose inputs are in place, from the last basis of this lane where there is one; false where it gives
    /// up, having no answer.
    func solve(_ lane: Int) -> Bool {
        let n = first.advanced(by: lane * span)
        let side = side + lane * sideSpan
        let basis = basis + lane * room
        let limits = limits + lane * lines
        let (y, right, held) = (y, right, held)
        if held[lane] < 0 { begin(n, side, basis) }
        var count = max(held[lane], 0)
        held[lane] = -1
        exchanges = 0
        let tolerance = measure(n)
        for row in 0..<(islands + count) { width[basis[row]] = 0 }
        while true {
            let size = islands + count
            if !factorise(n, basis, limits, count) { return false }
            var dearest = 1.0
            for row in 0..<size {
                y[row] = n.cost[basis[row]]
                dearest = max(dearest, abs(y[row]))
            }
            solveTransposed(y, size)
            spread(y, limits, count, into: n.price)
            let optimality = (exchanges < patience ? 1e-13 : 1e-11) * dearest
            placeNonbasic(n, side, optimality)
            for row in 0..<count where abs(y[islands + row]) > optimality {
                side[variables + limits[row]] = y[islands + row] > 0 ? 1 : -1
            }
            for row in 0..<size { addToGiven(n, basis[row], -n.x[basis[row]]) }
            ask(n, side, limits, count)
            solveStraight(right, size)
            for row in 0..<size {
                n.x[basis[row]] = right[row]
                addToGiven(n, basis[row], right[row])
            }
            carry(n)
            for row in 0..<count {
                let line = limits[row]
                n.flow[line] = side[variables + line] > 0 ? n.least[line] : n.most[line]
            }
            var (worst, leaving, rises) = worstFlow(n, tolerance)
            for row in 0..<size {
                let variable = basis[row]
                let (below, above) = (n.lower[variable] - n.x[variable], n.x[variable] - n.upper[variable])
                if max(below, above) > worst { (worst, leaving, rises) = (max(below, above), -1 - row, below > above) }
            }
            if leaving < 0 && worst <= tolerance { break }
            exchanges += 1
            if exchanges > limit { return false }
            for row in 0..<size {
                right[row] = leaving >= 0 ? factor(n, leaving, basis[row]) : row == -1 - leaving ? 1 : 0
            }
            solveTransposed(right, size)
            spread(right, limits, count, into: ray)
            turn(leaving)
            guard let entering = pass(n, side, limits, count, rises ? 1 : -1, worst) else { return false }

            if entering < variables { width[entering] = 0 }
            if leaving >= 0 {
                side[variables + leaving] = rises ? 1 : -1
                if entering < variables {
                    if size == room { return false }
                    basis[size] = entering
                    limits[count] = leaving
                    count += 1
                } else {
                    side[entering] = 0
                    limits[position(of: entering - variables, limits, count)] = leaving
                }
            } else {
                let variable = basis[-1 - leaving]
                side[variable] = rises ? 1 : -1
                width[variable] = n.upper[variable] - n.lower[variable]
                free(-1 - leaving, for: entering, side, basis, limits, &count)
            }
        }
        for line in 0..<lines { n.limitPrice[line] = 0 }
        for row in 0..<count { n.limitPrice[limits[row]] = y[islands + row] }
        held[lane] = count
        return true
    }

    /// Gives a row of the basis to what enters; a line that enters is limited no longer, and takes the last row with it.
    @inline(__always)
    private func free(
        _ row: Int, for entering: Int, _ side: UnsafeMutablePointer<Double>, _ basis: UnsafeMutablePointer<Int>,
        _ limits: UnsafeMutablePointer<Int>, _ count: inout Int
    ) {
        if entering < variables { return basis[row] = entering }
        side[entering] = 0
        basis[row] = basis[islands + count - 1]
        let freed = position(of: entering - variables, limits, count)
        count -= 1
        limits[freed] = limits[count]
    }

    /// A basis without lines: in each island the single that costs most.
    private func begin(_ n: Numbers, _ side: UnsafeMutablePointer<Double>, _ basis: UnsafeMutablePointer<Int>) {
        for variable in 0..<variables { side[variable] = 1 }
        for line in 0..<lines { side[variables + line] = 0 }
        for index in 0..<islands { basis[index] = -1 }
        for slot in slotOfSingle {
            let index = island[from[slot]]
            if basis[index] < 0 || n.cost[slot] > n.cost[basis[index]] { basis[index] = slot }
        }
    }

    /// How far variables can move, and what angles are like; returns how far a bound may be passed, MW.
    private func measure(_ n: Numbers) -> Double {
        for variable in 0..<variables { width[variable] = n.upper[variable] - n.lower[variable] }
        var largest = 1.0
        for node in 0..<nodes {
            bent[node] = 0
            largest = max(largest, abs(n.load[node]))
        }
        for line in 0..<lines where n.shift[line] != 0 {
            let power = susceptance[line] * n.shift[line]
            bent[lineFrom[line]] += power
            bent[lineTo[line]] -= power
        }
        return 1e-10 * largest
    }

    private func position(of line: Int, _ limits: UnsafeMutablePointer<Int>, _ count: Int) -> Int {
        for row in 0..<count where limits[row] == line { return row }
        preconditionFailure("line \(line) is at no limit")
    }
}
