/// Where the solver keeps what: the rows of an hour in the order of their elimination, and the columns by their shape.
///
/// Rows are balances, cycles and guards, and if hours are coupled stocks, then ramps. To the variables of the pattern come, if
/// hours are coupled, for each stock its level and what overflows, and for each ramp the change of power. All have one of
/// three shapes:
/// - a single enters one row, with +1 once those with −1 are counted down from their upper bounds;
/// - a pair enters row `from` with −1 and row `to` with a number that may differ from lane to lane: flows of the pattern's
///   pairs, lines in no cycle, moves of stocks (bus and stock), levels (a stock and the same stock an hour later);
/// - a wide column enters several rows with plain numbers: lines in cycles, and units with ramps.
struct ClearingLayout: ~Copyable {
    /// What a row of an hour says.
    enum Row {
        case balance(Int), cycle(Int), outage(Int), stock(Int), ramp(Int)
    }

    /// Where the number comes from with which a pair enters its second row.
    enum Sent {
        case efficiency(Int), one, gain(Int), keep(Int)
    }

    let pattern: ClearingPattern
    let hours: Int
    /// Rows of an hour, and the kind of each by place.
    let rows: Int, kinds: [Row]
    let elimination: Elimination
    /// The place of each balance.
    let placeOfBalance: IndexList

    /// Variables of an hour that are not the pattern's: levels, overflows, changes.
    let extras: Int
    /// Global index of a local variable in the first hour, and what is added from hour to hour.
    let base: IndexList, stride: IndexList

    /// Singles at the place k: `first[k]..<first[k + 1]`, with their variable and whether they are counted down.
    let first: IndexList, single: IndexList, singleTurned: IndexList
    /// For each place the singles, in that order, that shed and spill there; −1 where none does.
    let shed: IndexList, spill: IndexList
    /// The singles, in that order, that are at balances.
    let bidder: IndexList
    /// Pairs: variable, whether counted down, places.
    let pair: IndexList, pairTurned: IndexList, from: IndexList, to: IndexList
    /// The entry of the matrix where a pair's rows meet.
    let entry: IndexList
    let sent: [Sent]
    /// Wide columns: variable; entries `wideFirst[k]..<wideFirst[k + 1]` with their places and numbers.
    let wide: IndexList, wideFirst: IndexList, widePlace: IndexList
    let wideNumber: NumberList
    /// For each two entries of a wide column, in order, the entry of the matrix and the product of their numbers.
    let wideEntry: IndexList
    let wideProduct: NumberList

    /// Places of balances with nothing but shedding and spilling, once for each of the pattern's pairs that ends there.
    let hub: IndexList, hubPair: IndexList

    var pairs: Int { pair.count }
    var wides: Int { wide.count }
    var bidders: Int { bidder.count }
    var singles: Int { single.count }
    /// Cells of an hour, all variables being there.
    var cells: Int { singles + pairs + wides }
    /// The number of all variables of all hours.
    var variables: Int { hours * (pattern.variables + extras) }

    /// Global index of local variable `v` in an hour.
    @inline(__always)
    func index(_ v: Int, hour: Int) -> Int { base.base[v] + hour * stride.base[v] }

    init(pattern: ClearingPattern, hours: Int) {
        self.pattern = pattern
        self.hours = hours
        let coupled = hours > 1
        let stocks = coupled ? pattern.stocks : []
        let ramps = coupled ? pattern.ramps : []
        let firstCycle = pattern.rows
        let firstGuard = firstCycle + pattern.cycles.count
        let firstStock = firstGuard + pattern.guards.count
        let firstRamp = firstStock + stocks.count
        rows = firstRamp + ramps.count
        let V = pattern.variables
        extras = 2 * stocks.count + ramps.count
        base = IndexList((0..<V).map { $0 } + (0..<extras).map { hours * V + $0 })
        stride = IndexList((0..<V).map { _ in V } + (0..<extras).map { [extras] _ in extras })
        let (level, overflow, change) = (V, V + stocks.count, V + 2 * stocks.count)

        var stockOf: [Int: (stock: Int, move: Int)] = [:]
        var move = 0
        for (stock, members) in stocks.enumerated() {
            for single in members.moves {
                stockOf[single] = (stock, move)
                move += 1
            }
        }
        let rampOf = Dictionary(uniqueKeysWithValues: ramps.enumerated().map { ($1, $0) })
        let cyclesOf = ClearingLayout.numbersOfCycles(pattern)
        var guarded = [[(row: Int, number: Double)]](repeating: [], count: pattern.lines.count)
        for (index, each) in pattern.guards.enumerated() {
            guarded[each.line].append((firstGuard + index, 1))
            guarded[each.outage].append((firstGuard + index, each.factor))
        }

        // Singles (row, variable, turned), pairs and wide columns in terms of rows; rows + k is row k of the next hour.
        var singles: [(row: Int, variable: Int, turned: Bool)] = []
        var pairs: [(variable: Int, turned: Bool, from: Int, to: Int, sent: Sent)] = []
        var wides: [(variable: Int, entries: [(row: Int, number: Double)])] = []
        for (variable, single) in pattern.singles.enumerated() {
            if let (stock, move) = stockOf[variable] {
                pairs.append((variable, single.sign > 0, single.row, firstStock + stock, .gain(move)))
            } else if let ramp = rampOf[variable] {
                let row = firstRamp + ramp
                wides.append((variable, [(single.row, Double(single.sign)), (row, 1), (rows + row, -1)]))
            } else {
                singles.append((single.row, variable, single.sign < 0))
            }
        }
        for (index, flow) in pattern.pairs.enumerated() {
            pairs.append((pattern.singles.count + index, false, flow.from, flow.to, .efficiency(index)))
        }
        for (index, line) in pattern.lines.enumerated() {
            let variable = pattern.singles.count + pattern.pairs.count + index
            let around = cyclesOf[index].map { (row: firstCycle + $0.cycle, number: $0.number) } + guarded[index]
            if around.isEmpty {
                pairs.append((variable, false, line.from, line.to, .one))
            } else {
                wides.append((variable, [(line.from, -1), (line.to, 1)] + around))
            }
        }
        for index in pattern.guards.indices {
            singles.append((firstGuard + index, pattern.variables - pattern.guards.count + index, true))
        }
        for stock in stocks.indices {
            singles.append((firstStock + stock, overflow + stock, true))
            pairs.append((level + stock, false, firstStock + stock, rows + firstStock + stock, .keep(stock)))
        }
        for ramp in ramps.indices { singles.append((firstRamp + ramp, change + ramp, true)) }

        let rows = rows
        var edges: [(Int, Int)] = []
        var ahead: [(Int, Int)] = []
        func meet(_ a: Int, _ b: Int) {
            if a >= rows && b >= rows { return }
            if a >= rows || b >= rows { ahead.append((min(a, b), max(a, b) - rows)) } else { edges.append((a, b)) }
        }
        for pair in pairs { meet(pair.from, pair.to) }
        for column in wides {
            for (index, a) in column.entries.enumerated() {
                for b in column.entries[(index + 1)...] { meet(a.row, b.row) }
            }
        }
        elimination = Elimination(
            rows: rows, edges: edges, hours: hours, carried: Array(firstStock..<rows), ahead: ahead)
        let (place, order) = (elimination.place, elimination.order)
        kinds = order.map { row in
            switch row {
            case ..<firstCycle: .balance(row)
            case ..<firstGuard: .cycle(row - firstCycle)
            case ..<firstStock: .outage(row - firstGuard)
            case ..<firstRamp: .stock(row - firstStock)
            default: .ramp(row - firstRamp)
            }
        }
        placeOfBalance = IndexList((0..<pattern.rows).map { place[$0] })

        singles.sort { (place[$0.row], $0.variable) < (place[$1.row], $1.variable) }
        var starts = [Int](repeating: 0, count: rows + 1)
        for single in singles { starts[place[single.row] + 1] += 1 }
        for row in 0..<rows { starts[row + 1] += starts[row] }
        first = IndexList(starts)
        single = IndexList(singles.map(\.variable))
        singleTurned = IndexList(singles.map { $0.turned ? 1 : 0 })
        let slot = Dictionary(uniqueKeysWithValues: singles.enumerated().map { ($1.variable, $0) })
        func slots(_ variables: [Int]) -> [Int] {
            order.map { $0 < variables.count ? slot[variables[$0], default: -1] : -1 }
        }
        shed = IndexList(slots(pattern.shed))
        spill = IndexList(slots(pattern.spill))
        bidder = IndexList(singles.indices.filter { singles[$0].row < pattern.rows })
        pair = IndexList(pairs.map(\.variable))
        pairTurned = IndexList(pairs.map { $0.turned ? 1 : 0 })
        sent = pairs.map(\.sent)
        var local: [(from: Int, to: Int, entry: Int)] = []
        for pair in pairs {
            let (a, b) = (elimination.local(pair.from), elimination.local(pair.to))
            local.append((a, b, elimination.position(of: a, b)))
        }
        from = IndexList(local.map(\.from))
        to = IndexList(local.map(\.to))
        entry = IndexList(local.map(\.entry))

        var (wideStarts, places, numbers) = ([0], [Int](), [Double]())
        var (meetings, products) = ([Int](), [Double]())
        for column in wides {
            var entries: [(place: Int, number: Double)] = []
            for entry in column.entries { entries.append((elimination.local(entry.row), entry.number)) }
            for (index, a) in entries.enumerated() {
                places.append(a.place)
                numbers.append(a.number)
                for b in entries[(index + 1)...] {
                    meetings.append(elimination.position(of: a.place, b.place))
                    products.append(a.number * b.number)
                }
            }
            wideStarts.append(places.count)
        }
        wide = IndexList(wides.map(\.variable))
        wideFirst = IndexList(wideStarts)
        widePlace = IndexList(places)
        wideNumber = NumberList(numbers)
        wideEntry = IndexList(meetings)
        wideProduct = NumberList(products)

        var used = [Bool](repeating: false, count: rows)
        for line in pattern.lines { (used[place[line.from]], used[place[line.to]]) = (true, true) }
        for single in singles where !pattern.shed.contains(single.variable) && !pattern.spill.contains(single.variable)
        {
            used[place[single.row]] = true
        }
        for single in stockOf.keys { used[place[pattern.singles[single].row]] = true }
        for single in rampOf.keys { used[place[pattern.singles[single].row]] = true }
        let hubs = (0..<pattern.rows).map { place[$0] }.filter { !used[$0] }.sorted()
        let ends = hubs.flatMap { hub in
            pairs.indices.filter { pairs[$0].variable >= pattern.singles.count && pairs[$0].variable < V }
                .filter { local[$0].from == hub || local[$0].to == hub }.map { (hub, $0) }
        }
        hub = IndexList(ends.map(\.0))
        hubPair = IndexList(ends.map(\.1))
    }
}

extension ClearingLayout {
    /// Of each line the cycles through it, and its number in the law of each: ± reactance, in parts of the cycle's largest.
    static func numbersOfCycles(_ pattern: ClearingPattern) -> [[(cycle: Int, number: Double)]] {
        var cyclesOf = [[(cycle: Int, number: Double)]](repeating: [], count: pattern.lines.count)
        for (cycle, steps) in pattern.cycles.enumerated() {
            let largest = steps.map { abs(pattern.lines[$0.edge].reactance) }.max() ?? 1
            for step in steps {
                cyclesOf[step.edge].append((cycle, Double(step.sign) * pattern.lines[step.edge].reactance / largest))
            }
        }
        return cyclesOf
    }

    /// Of as many lines as there are cycles, chosen by elimination with exchanges of rows, the inverse of their numbers in the
    /// laws of cycles, row after row: what prices of these lines say of those of cycles.
    static func pricesOfCycles(_ pattern: ClearingPattern) -> (lines: [Int], inverse: [Double]) {
        let (count, around) = (pattern.cycles.count, numbersOfCycles(pattern))
        let numbers = around.map { members in
            members.reduce(into: [Double](repeating: 0, count: count)) { $0[$1.cycle] += $1.number }
        }
        var (left, open, lines) = (numbers, Set(numbers.indices), [Int]())
        for column in 0..<count {
            guard let line = open.max(by: { (abs(left[$0][column]), $1) < (abs(left[$1][column]), $0) }) else { break }
            open.remove(line)
            lines.append(line)
            for other in open where left[other][column] != 0 {
                let multiple = left[other][column] / left[line][column]
                for k in column..<count { left[other][k] -= multiple * left[line][k] }
            }
        }
        return (lines, LineOutages.inverse(of: lines.flatMap { numbers[$0] }, size: count))
    }

    /// The place of each cycle's law.
    func placesOfCycles() -> [Int] {
        (0..<pattern.cycles.count).map { elimination.place[pattern.rows + $0] }
    }
}

/// A fixed list of numbers in memory of its own, for kernels.
struct NumberList: ~Copyable, @unchecked Sendable {
    /// The first element.
    let base: UnsafeMutablePointer<Double>

    /// A copy of `numbers`.
    init(_ numbers: [Double]) {
        base = UnsafeMutablePointer<Double>.allocate(capacity: max(numbers.count, 1))
        base.initialize(repeating: 0, count: max(numbers.count, 1))
        for (place, number) in numbers.enumerated() { base[place] = number }
    }

    deinit { base.deallocate() }
}
