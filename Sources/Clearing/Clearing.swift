import CLanes
import Lanes

/// One hour of a market, or a day's hours coupled by stocks and ramps, in eight world lines: the dispatch of least cost, its
/// prices, and a proof of how good it is.
///
/// minimise Σ c x + ½ q x², such that every balance and law of the pattern holds and l <= x <= u (all finite, l = u allowed).
///
/// The method is a primal-dual interior point with Mehrotra's predictor and corrector (docs/decisions/0002); single hours of
/// at most 100 balances whose lines obey Kirchhoff and whose costs are linear go to a dual simplex (0018). All memory is
/// allocated here; `solve` allocates nothing. A workspace belongs to one worker.
///
/// With several hours the inputs and outputs by variable, balance and stock stand hour after hour: the number of variable v
/// in hour h is at h (pattern.variables) + v. A stock follows
///
///     level_h = keep level_(h-1) + inflow_h + Σ gain x_h − overflow_h,   0 <= level_h <= capacity_h
///
/// and what is left at the end is worth ∫ (endSlope − endCurvature e) de.
public final class Clearing {
    /// The market.
    public let pattern: ClearingPattern
    /// The number of hours cleared at once.
    public let hours: Int
    /// Input: linear cost of each variable, currency/MWh.
    public let cost: UnsafeMutablePointer<Lanes>
    /// Input: quadratic cost of each variable, at least 0, currency/MWh per MW.
    public let quadratic: UnsafeMutablePointer<Lanes>
    /// Input: lower bound of each variable, MW.
    public let lower: UnsafeMutablePointer<Lanes>
    /// Input: upper bound of each variable, MW, at least the lower one.
    public let upper: UnsafeMutablePointer<Lanes>
    /// Whether efficiencies, gains, what is kept and the cost of overflows are given hour after hour, as bounds are.
    public let variesByHour: Bool
    /// Input: what arrives of 1 MW sent through each pair; 1 at first.
    public let efficiency: UnsafeMutablePointer<Lanes>
    /// Input: angle that each line adds, rad, in all hours: θ_from − θ_to = reactance x + shift; 0 at first.
    public let shift: UnsafeMutablePointer<Lanes>
    /// Input: load of each balance, MW.
    public let load: UnsafeMutablePointer<Lanes>
    /// Input: change of its stock by 1 MW of each move; not 0.
    public let stockGain: UnsafeMutablePointer<Lanes>
    /// Input: share of each stock's level that is left after an hour.
    public let stockKeep: UnsafeMutablePointer<Lanes>
    /// Input: level of each stock before the first hour, within its capacity, MWh.
    public let stockStart: UnsafeMutablePointer<Lanes>
    /// Input: what flows into each stock, MW; at least 0 unless `variesByHour`.
    public let stockInflow: UnsafeMutablePointer<Lanes>
    /// Input: what each stock holds at most, MWh.
    public let stockUpper: UnsafeMutablePointer<Lanes>
    /// Input: cost of what overflows from each stock, currency/MWh; 0 at first.
    public let overflowCost: UnsafeMutablePointer<Lanes>
    /// Input where `variesByHour`, else all that flows in: the most that overflows from each stock, MWh; 0 at first.
    public let overflowUpper: UnsafeMutablePointer<Lanes>
    /// Input: worth of the first MWh left in each stock, currency/MWh.
    public let endSlope: UnsafeMutablePointer<Lanes>
    /// Input: how that falls with what is left, at least 0, currency/MWh².
    public let endCurvature: UnsafeMutablePointer<Lanes>
    /// Input: how much the power of each unit with a ramp may rise in an hour, in all hours, MW.
    public let rampUp: UnsafeMutablePointer<Lanes>
    /// Input: how much it may fall in an hour, MW.
    public let rampDown: UnsafeMutablePointer<Lanes>
    /// Input: its power before the first hour, MW.
    public let rampStart: UnsafeMutablePointer<Lanes>
    /// Whether the first hour is held by the power before it.
    public var rampsFromStart = false
    /// Output: each variable, MW, inside its bounds; shedding and spilling have taken up what the solver left.
    public let dispatch: UnsafeMutablePointer<Lanes>
    /// Output: cost of one more MW of load at each balance, currency/MWh.
    public let price: UnsafeMutablePointer<Lanes>
    /// Output: level of each stock at the end of each hour, MWh.
    public let stockLevel: UnsafeMutablePointer<Lanes>
    /// Output: how far `dispatch` can be above the least cost, whatever the solver did.
    ///
    /// (UB − LB) / max(|UB|, 1 currency/MWh of load, of at least 1 MW): UB is the cost of `dispatch`, LB the least value
    /// of the Lagrangian over the bounds at `price`.
    public internal(set) var gap = Lanes.zero
    /// The cost of `dispatch`, all hours together, less the worth of what is left in stocks, currency.
    public internal(set) var objective = Lanes.zero
    /// Where the gap is above the tolerance, or a balance is open by more than 1e-9 of its load, after every attempt.
    public internal(set) var unconverged = LaneMask(repeating: false)
    /// Where the first attempt failed (another may have helped).
    public internal(set) var retried = LaneMask(repeating: false)
    /// Factorisations of the last solve: those of its slowest lane.
    public internal(set) var iterations = 0
    /// The certified gap at which a lane is done.
    public var tolerance = 1e-6
    /// Factorisations after which an attempt is given up.
    public var iterationLimit = 40

    let layout: ClearingLayout
    private let columns: Column
    private let rowColumns: Column
    private var hasPrevious = false

    /// Variables as the solver sees them; those that are fixed in every lane have none.
    let cells: UnsafeMutablePointer<Cell>
    /// Of each cell its variable, and 1 where it is counted down.
    let cellVariable: UnsafeMutablePointer<Int>, cellTurned: UnsafeMutablePointer<Int>
    /// Cells of the singles at each place, by hour, the end after the last; then of an hour's pairs and wide columns.
    let cellFirst: UnsafeMutablePointer<Int>, cellFlows: UnsafeMutablePointer<Int>
    /// What of a pair's variable reaches its second row: of all hours, or hour after hour where they vary.
    private let sent: UnsafeMutablePointer<Lanes>
    private let sentStride: Int

    /// Σ load, MW, and the cost of all that is counted from a bound, currency.
    var served = Lanes.zero, constant = Lanes.zero
    /// No variable takes more than this, MW: all that can be given, sent and lost.
    var enough = Lanes.zero
    /// The number of bounds of free variables.
    var bounds = Lanes.zero
    /// The mean cost of what can be given, currency/MWh, as the last cold start found it.
    var typicalCost = Lanes.zero
    /// Solutions to wait before bids are screened again, and the backoff, which grows with recent failures.
    var solvesUnscreened = Lanes.zero, recentFailures = Lanes.zero
    /// Lanes in which the last solution sheds or spills; none at the start of a day.
    var shedOrSpilled = LaneMask(repeating: false)
    /// Where the record leaves a balance open.
    var unbalanced = LaneMask(repeating: false)
    /// Where the last solution is the simplex's.
    private(set) var atVertex = LaneMask(repeating: false)
    /// Whether a warm start screens bids: those far from the expected price are fixed.
    ///
    /// A wrong guess in one lane makes the whole bundle start again. With 50 buses that happens in one hour of twenty, with 118
    /// in two of three.
    private let leavesBids: Bool
    /// Warm start: μ in parts of |cost| / bounds, and the least distance from a bound in parts of the box.
    var warmCentring: Double
    var warmPull = 0.01
    /// Cold start: μ in parts of (mean cost) (load) / variables.
    var coldCentring = 5.0
    /// Initial error bound of a price, as a fraction of the typical cost.
    ///
    /// Singles that bid farther from the expected price are fixed.
    var initialPriceError = 0.5

    /// By hour and place: load less what is given from the bounds that variables are counted from, MW.
    let need: UnsafeMutablePointer<Lanes>
    /// By hour and place: λ, the price of the iterate; behind the last hour it is zero.
    let multiplier: UnsafeMutablePointer<Lanes>
    /// By hour and place: the affine direction of λ.
    let affine: UnsafeMutablePointer<Lanes>
    /// By hour and place: the direction of λ.
    let step: UnsafeMutablePointer<Lanes>
    /// By hour and place: `need` − A s.
    let residual: UnsafeMutablePointer<Lanes>
    /// By hour and place: the affine right-hand side.
    let push: UnsafeMutablePointer<Lanes>
    /// By hour and place: the second-order part of the right-hand side.
    let curve: UnsafeMutablePointer<Lanes>
    /// By hour and place: the part of the right-hand side that is multiplied by σμ.
    let centre: UnsafeMutablePointer<Lanes>
    /// By hour and place: what an open balance may cost beside the price: shedding or spilling 1 MW, currency/MWh.
    let dearest: UnsafeMutablePointer<Lanes>
    /// By hour and place: the reciprocal of how far a row may be open.
    let strictness: UnsafeMutablePointer<Lanes>
    /// By hour and place: the price that the last warm start expected, and the error bound of the next expectation.
    let predicted: UnsafeMutablePointer<Lanes>, priceError: UnsafeMutablePointer<Lanes>
    /// Of an hour's singles, all as supply: what the first and the last MW ask beyond the price, and the MW between.
    let bidLow: UnsafeMutablePointer<Lanes>, bidHigh: UnsafeMutablePointer<Lanes>
    let bidWidth: UnsafeMutablePointer<Lanes>
    /// How fast they come as the price rises, MW per currency/MWh.
    let bidSlope: UnsafeMutablePointer<Lanes>

    /// What solves hours with linear costs: at once where lines obey Kirchhoff, else where all other attempts have failed.
    private let simplex: DualSimplex?
    /// By cycle its place, and what the prices of as many lines say of its own.
    let cyclePlace: [Int], cycleLine: [Int], cycleFactors: NumberList
    /// By line: what prices leave to be explained by the cycles through it.
    let aroundLine: UnsafeMutablePointer<Lanes>

    /// The workspace of a market; its pattern is analysed here, once.
    public init(pattern: ClearingPattern, hours: Int = 1, variesByHour: Bool = false) {
        precondition(hours >= 1, "at least one hour")
        self.pattern = pattern
        self.hours = hours
        self.variesByHour = variesByHour
        layout = ClearingLayout(pattern: pattern, hours: hours)
        leavesBids = pattern.rows <= 100
        warmCentring = hours == 1 && leavesBids ? 0.3 : 3
        let all = layout.variables
        let (stocks, moves, ramps) = (pattern.stocks.count, pattern.moves, pattern.ramps.count)
        let (pairs, lines) = (pattern.pairs.count, pattern.lines.count)
        let given = variesByHour ? hours : 1
        let overflows = variesByHour ? hours * stocks : 0
        columns = Column(
            count: 5 * all + lines + 2 * hours * pattern.rows + 3 * stocks + 3 * hours * stocks + overflows + 3 * ramps
                + given * (pairs + moves + 2 * stocks + layout.pairs))
        var next = columns.base
        func take(_ count: Int) -> UnsafeMutablePointer<Lanes> {
            defer { next += count }
            return next
        }
        cost = take(all)
        quadratic = take(all)
        lower = take(all)
        upper = take(all)
        dispatch = take(all)
        efficiency = take(given * pairs)
        efficiency.update(repeating: lanes(1), count: given * pairs)
        shift = take(lines)
        load = take(hours * pattern.rows)
        price = take(hours * pattern.rows)
        stockGain = take(given * moves)
        stockKeep = take(given * stocks)
        stockKeep.update(repeating: lanes(1), count: given * stocks)
        stockStart = take(stocks)
        overflowCost = take(given * stocks)
        overflowUpper = take(overflows)
        endSlope = take(stocks)
        endCurvature = take(stocks)
        stockInflow = take(hours * stocks)
        stockUpper = take(hours * stocks)
        stockLevel = take(hours * stocks)
        rampUp = take(ramps)
        rampDown = take(ramps)
        rampStart = take(ramps)
        sent = take(given * layout.pairs)
        sentStride = variesByHour ? layout.pairs : 0

        // One hour more, for what the last hour's columns would do to the next.
        let rows = (hours + 1) * layout.rows
        rowColumns = Column(count: 12 * rows + 4 * layout.singles + lines)
        next = rowColumns.base
        need = take(rows)
        multiplier = take(rows)
        affine = take(rows)
        step = take(rows)
        residual = take(rows)
        push = take(rows)
        curve = take(rows)
        centre = take(rows)
        dearest = take(rows)
        strictness = take(rows)
        predicted = take(rows)
        priceError = take(rows)
        bidLow = take(layout.singles)
        bidHigh = take(layout.singles)
        bidWidth = take(layout.singles)
        bidSlope = take(layout.singles)
        aroundLine = take(lines)

        simplex = Clearing.simplex(pattern, hours: hours)
        cyclePlace = simplex == nil ? [] : layout.placesOfCycles()
        let ofCycles = simplex == nil ? (lines: [], inverse: []) : ClearingLayout.pricesOfCycles(pattern)
        cycleLine = ofCycles.lines
        cycleFactors = NumberList(ofCycles.inverse)

        let room = max(hours * layout.cells, 1)
        cells = Column.memory(for: Cell.self, count: room)
        cells.initialize(repeating: Cell(), count: room)
        cellVariable = Clearing.zeros(room)
        cellTurned = Clearing.zeros(room)
        cellFirst = Clearing.zeros(hours * (layout.rows + 1))
        cellFlows = Clearing.zeros(hours)
    }

    private static func zeros(_ count: Int) -> UnsafeMutablePointer<Int> {
        let list = UnsafeMutablePointer<Int>.allocate(capacity: count)
        list.initialize(repeating: 0, count: count)
        return list
    }

    /// The simplex for the linear hours of a small market.
    private static func simplex(_ pattern: ClearingPattern, hours: Int) -> DualSimplex? {
        let isSmall = (1...100).contains(pattern.rows) && pattern.lines.count <= 300
        guard hours == 1, isSmall, pattern.guards.isEmpty else { return nil }
        return TransferFactors(pattern: pattern).map { DualSimplex(pattern: pattern, factors: $0) }
    }

    /// What of each pair's variable reaches its second row in an hour.
    @inline(__always)
    func sent(in hour: Int) -> UnsafeMutablePointer<Lanes> { sent + hour * sentStride }

    /// What overflows from a stock in an hour, MWh.
    public func overflow(ofStock stock: Int, hour: Int) -> Lanes {
        dispatch[layout.index(pattern.variables + pattern.stocks.count + stock, hour: hour)]
    }

    deinit {
        cl_free(cells)
        cellVariable.deallocate()
        cellTurned.deallocate()
        cellFirst.deallocate()
        cellFlows.deallocate()
    }

    /// Clears the hours whose inputs are in place.
    ///
    /// `warm` begins at the last solution of this workspace, else the result is a function of the inputs alone. A lane that
    /// fails begins again cold, then with nothing left out, then with caution (shorter steps, both of one length, no
    /// second-order term), then it is flagged.
    public func solve(warm: Bool) {
        iterations = 0
        let all = LaneMask(repeating: true)
        let known = warm && hasPrevious ? all .& .!unconverged : LaneMask(repeating: false)
        unconverged = all
        shedOrSpilled = shedOrSpilled .& known
        var gaveUp = LaneMask(repeating: false)
        if let simplex, !pattern.lines.isEmpty { gaveUp = findVertices(simplex, all, warm: known) }
        // A vertex gives no distance between bids and prices, so it can't start a warm attempt.
        let begin = known .& unconverged .& .!atVertex
        atVertex = .!unconverged
        if any(begin) {
            let mu = lanes(warmCentring) * maximum(absolute(objective), served)
            let others = unconverged .& .!begin
            solveWarm(begin, mu)
            unconverged = unconverged .| others
        }
        let failed = unconverged .& begin
        retried = failed .| gaveUp
        // In a day, one hour that needs shedding would make the whole day start again.
        if hours == 1 && any(unconverged) {
            solveCold(unconverged, .lastResorts, caution: false)
            retried = retried .| unconverged
        }
        if any(unconverged) {
            solveCold(unconverged, .nothing, caution: false)
            retried = retried .| unconverged
        }
        if any(unconverged) { solveCold(unconverged, .nothing, caution: true) }
        if let simplex, pattern.lines.isEmpty, any(unconverged) {
            let others = .!unconverged
            _ = findVertices(simplex, unconverged, warm: LaneMask(repeating: false))
            atVertex = .!(others .| unconverged)
        }
        resetPriceErrors(.!begin)
        learnPriceErrors(begin, failed: failed)
        noteShedding()
        hasPrevious = true
    }

    /// What one unit more on the right of a cycle's law would cost, the largest reactance of the cycle being 1, currency.
    ///
    /// It grows beyond all bounds where the law can't be kept.
    public func worth(ofCycle cycle: Int, hour: Int) -> Lanes {
        for row in 0..<layout.rows {
            if case .cycle(cycle) = layout.kinds[row] { return multiplier[hour * layout.rows + row] }
        }
        preconditionFailure("there is no cycle \(cycle)")
    }

    /// Starts from the last dispatch and prices; `mu` is the initial complementarity, summed over all bounds.
    private func solveWarm(_ tried: LaneMask, _ mu: Lanes) {
        readInputs(tried, leavesBids ? .bids : .nothing)
        beginNear(tried, mu)
        let isQuick = hours == 1 && leavesBids
        run(tried, caution: false, limit: min(iterationLimit, isQuick ? 15 : 25), patience: isQuick ? 9 : 14)
        finish(tried)
    }

    private func solveCold(_ tried: LaneMask, _ screening: Screening, caution: Bool) {
        readInputs(tried, screening)
        beginCold(tried, caution: caution)
        let omitsShedding = screening == .lastResorts
        run(
            tried, caution: caution, limit: omitsShedding ? min(iterationLimit, 25) : iterationLimit,
            patience: omitsShedding ? 12 : iterationLimit)
        finish(tried)
    }

    private func finish(_ tried: LaneMask) {
        record(tried)
        unconverged = tried .& (unbalanced .| .!(gap .<= lanes(tolerance)))
    }
}

/// What an attempt leaves out of the program, for the certificate to judge.
enum Screening {
    /// Nothing.
    case nothing
    /// Shedding and spilling, where all load together can be served without.
    case lastResorts
    /// Bids that are far from the prices expected.
    case bids
}

/// A variable as the solver sees it: 0 <= s <= w, cost c s + ½ q s².
///
/// In lanes where it is fixed, w is negative.
struct Cell {
    /// s, and the multipliers of its two bounds.
    var s = Lanes.zero, z = Lanes.zero, v = Lanes.zero
    /// Linear and quadratic cost, and width of the box.
    var c = Lanes.zero, q = Lanes.zero, w = Lanes.zero
    /// θ = 1 / (q + z/s + v/t), the reduced cost c + q s − a'λ, 1/s and 1/t, with t = w − s.
    var theta = Lanes.zero, reduced = Lanes.zero, overS = Lanes.zero, overT = Lanes.zero
    /// The direction, from pass 3 to pass 1, in the place of what those passes need no more: large markets wait for memory.
    var ds: Lanes {
        @inline(__always) get { overS }
        @inline(__always) set { overS = newValue }
    }
    var dz: Lanes {
        @inline(__always) get { theta }
        @inline(__always) set { theta = newValue }
    }
    var dv: Lanes {
        @inline(__always) get { reduced }
        @inline(__always) set { reduced = newValue }
    }
}
