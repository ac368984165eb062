/// One hour of a market in eight world lines: the dispatch of least cost, its prices, and a proof of how good it is.
///
/// minimise Σ c x + ½ q x², such that every balance of the pattern holds and l <= x <= u (all finite, l = u allowed).
///
/// The method is a primal-dual interior point with Mehrotra's predictor and corrector (docs/decisions/0002). All
/// memory is allocated here; `solve` allocates nothing. A workspace belongs to one worker.
public final class Clearing {
    /// The market.
    public let pattern: ClearingPattern
    /// Input: linear cost of each variable, currency/MWh.
    public let cost: UnsafeMutablePointer<Lanes>
    /// Input: quadratic cost of each variable, at least 0, currency/MWh per MW.
    public let quadratic: UnsafeMutablePointer<Lanes>
    /// Input: lower bound of each variable, MW.
    public let lower: UnsafeMutablePointer<Lanes>
    /// Input: upper bound of each variable, MW, at least the lower one.
    public let upper: UnsafeMutablePointer<Lanes>
    /// Input: what arrives of 1 MW sent through each pair; 1 at first.
    public let efficiency: UnsafeMutablePointer<Lanes>
    /// Input: load of each balance, MW.
    public let load: UnsafeMutablePointer<Lanes>
    /// Output: each variable, MW, inside its bounds; shedding and spilling have taken up what the solver left.
    public let dispatch: UnsafeMutablePointer<Lanes>
    /// Output: cost of one more MW of load at each balance, currency/MWh.
    public let price: UnsafeMutablePointer<Lanes>
    /// Output: how far `dispatch` can be above the least cost, whatever the solver did.
    ///
    /// (UB − LB) / max(|UB|, 1 currency/MWh of load, of at least 1 MW): UB is the cost of `dispatch`, LB the least value
    /// of the Lagrangian over the bounds at `price`.
    public internal(set) var gap = Lanes.zero
    /// The cost of `dispatch`, currency/h.
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

    /// The sparse factorisation of the balances.
    let elimination: Elimination
    /// For each cell its variable: singles by the place of their balance, then pairs.
    let variable: IndexList
    /// Singles at the balance of place k: cells `first[k]..<first[k + 1]`.
    let first: IndexList
    /// Whether a cell counts down from its upper bound (sign −1), so that every single enters its balance with +1.
    let flipped: IndexList
    /// For each pair the places of its ends and its entry of the matrix.
    let from: IndexList, to: IndexList, entry: IndexList
    /// For each place its balance and the cells of its shedding and spilling.
    let shed: IndexList, spill: IndexList

    /// Places with nothing but shedding and spilling, once for each pair that ends there: the place and the pair.
    let hub: IndexList, hubPair: IndexList

    private let columns: Column
    private var hasPrevious = false
    /// Variables as the solver sees them.
    let cells: UnsafeMutablePointer<Cell>
    /// Σ load, MW, and the cost of the lower ends of all boxes, currency/h.
    var served = Lanes.zero, constant = Lanes.zero
    /// No variable takes more than this, MW: all that can be given, sent and lost.
    var enough = Lanes.zero
    /// Where the record leaves a balance open.
    var unbalanced = LaneMask(repeating: false)
    /// Warm start: μ in parts of |cost| / bounds, and the least distance from a bound in parts of the box.
    var warmCentring = 3.0, warmPull = 0.01
    /// Cold start: μ in parts of (mean cost) (load) / variables.
    var coldCentring = 5.0

    /// The workspace of a market; its pattern is analysed here, once.
    public init(pattern: ClearingPattern) {
        self.pattern = pattern
        for pair in pattern.pairs { precondition(pair.from != pair.to, "a pair joins two balances") }
        elimination = Elimination(rows: pattern.rows, edges: pattern.pairs.map { ($0.from, $0.to) })
        let place = elimination.place
        let singles = pattern.singles.indices.sorted {
            (place[pattern.singles[$0].row], $0) < (place[pattern.singles[$1].row], $1)
        }
        var starts = [Int](repeating: 0, count: pattern.rows + 1)
        var cellOf = [Int](repeating: 0, count: singles.count)
        for (cell, single) in singles.enumerated() {
            starts[place[pattern.singles[single].row] + 1] += 1
            cellOf[single] = cell
        }
        for row in 0..<pattern.rows { starts[row + 1] += starts[row] }
        first = IndexList(starts)
        variable = IndexList(singles + pattern.pairs.indices.map { $0 + singles.count })
        flipped = IndexList(singles.map { pattern.singles[$0].sign < 0 ? 1 : 0 })
        from = IndexList(pattern.pairs.map { place[$0.from] })
        to = IndexList(pattern.pairs.map { place[$0.to] })
        var entries: [Int] = []
        for pair in pattern.pairs { entries.append(elimination.position(of: pair.from, pair.to)) }
        entry = IndexList(entries)
        let places = pattern.pairs.map { (from: place[$0.from], to: place[$0.to]) }
        let hubs = pattern.rows == 0 ? [] : (0..<pattern.rows).filter { starts[$0 + 1] - starts[$0] == 2 }
        let ends = hubs.flatMap { hub in
            places.indices.filter { places[$0].from == hub || places[$0].to == hub }.map { (hub, $0) }
        }
        hub = IndexList(ends.map(\.0))
        hubPair = IndexList(ends.map(\.1))
        shed = IndexList(elimination.order.map { cellOf[pattern.shed[$0]] })
        spill = IndexList(elimination.order.map { cellOf[pattern.spill[$0]] })

        let (variables, rows, pairs) = (pattern.variables, pattern.rows, pattern.pairs.count)
        columns = Column(count: 5 * variables + pairs + 11 * rows)
        var next = columns.base
        func take(_ count: Int) -> UnsafeMutablePointer<Lanes> {
            defer { next += count }
            return next
        }
        cost = take(variables)
        quadratic = take(variables)
        lower = take(variables)
        upper = take(variables)
        dispatch = take(variables)
        efficiency = take(pairs)
        efficiency.update(repeating: Lanes(repeating: 1), count: pairs)
        load = take(rows)
        price = take(rows)
        need = take(rows)
        multiplier = take(rows)
        affine = take(rows)
        step = take(rows)
        residual = take(rows)
        push = take(rows)
        curve = take(rows)
        centre = take(rows)
        dearest = take(rows)
        let raw = UnsafeMutableRawPointer.allocate(
            byteCount: max(variables, 1) * MemoryLayout<Cell>.stride, alignment: 64)
        cells = raw.bindMemory(to: Cell.self, capacity: max(variables, 1))
        cells.initialize(repeating: Cell(), count: variables)
    }

    deinit { cells.deallocate() }

    /// By place: load less what the lower ends of all boxes give, MW.
    let need: UnsafeMutablePointer<Lanes>
    /// By place: λ, the price of the iterate.
    let multiplier: UnsafeMutablePointer<Lanes>
    /// By place: the affine direction of λ.
    let affine: UnsafeMutablePointer<Lanes>
    /// By place: the direction of λ.
    let step: UnsafeMutablePointer<Lanes>
    /// By place: `need` − A s.
    let residual: UnsafeMutablePointer<Lanes>
    /// By place: the affine right-hand side.
    let push: UnsafeMutablePointer<Lanes>
    /// By place: the second-order part of the right-hand side.
    let curve: UnsafeMutablePointer<Lanes>
    /// By place: the part of the right-hand side that is multiplied by σμ.
    let centre: UnsafeMutablePointer<Lanes>
    /// By place: the cost of shedding and of spilling 1 MW, currency/MWh.
    let dearest: UnsafeMutablePointer<Lanes>

    /// Clears the hour whose inputs are in place.
    ///
    /// `warm` begins at the last solution of this workspace, else the result is a function of the inputs alone. A lane
    /// that fails begins again cold, then with caution (shorter steps, both of one length, no second-order term), then it
    /// is flagged.
    public func solve(warm: Bool) {
        iterations = 0
        let all = LaneMask(repeating: true)
        let again = warm && hasPrevious
        read(warm: again)
        if again { beginWarm() }
        if !again || any(unconverged) { beginCold(again ? unconverged : all) }
        run(all, caution: false)
        record()
        unconverged = failures()
        retried = unconverged
        if again && any(unconverged) { retry(caution: false) }
        if any(unconverged) { retry(caution: true) }
        hasPrevious = true
    }

    private func retry(caution: Bool) {
        beginCold(unconverged)
        run(unconverged, caution: caution)
        record()
        unconverged = failures()
    }
}

/// A variable as the solver sees it: 0 <= s <= w, cost c s + ½ q s².
struct Cell {
    /// s, and the multipliers of its two bounds.
    var s = Lanes.zero, z = Lanes.zero, v = Lanes.zero
    /// Linear and quadratic cost, and width of the box.
    var c = Lanes.zero, q = Lanes.zero, w = Lanes.zero
    /// θ = 1 / (q + z/s + v/t), the reduced cost c + q s − a'λ, 1/s and 1/t, with t = w − s.
    var theta = Lanes.zero, reduced = Lanes.zero, overS = Lanes.zero, overT = Lanes.zero
    /// The direction.
    var ds = Lanes.zero, dz = Lanes.zero, dv = Lanes.zero
}
