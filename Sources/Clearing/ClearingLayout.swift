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
        let numbering = ClearingRows(pattern, coupled: hours > 1)
        let columns = ClearingColumns(pattern, numbering)
        let (rows, V, extras) = (numbering.count, pattern.variables, numbering.extras)
        self.rows = rows
        self.extras = extras
        base = IndexList((0..<V).map { $0 } + (0..<extras).map { hours * V + $0 })
        stride = IndexList((0..<V).map { _ in V } + (0..<extras).map { _ in extras })

        let meetings = columns.meetings(rows: rows)
        elimination = Elimination(
            rows: rows, edges: meetings.here, hours: hours, carried: Array(numbering.firstStock..<rows),
            ahead: meetings.ahead)
        let (place, order) = (elimination.place, elimination.order)
        kinds = order.map(numbering.kind)
        placeOfBalance = IndexList((0..<pattern.rows).map { place[$0] })

        let singles = columns.singles.sorted { (place[$0.row], $0.variable) < (place[$1.row], $1.variable) }
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

        let pairs = columns.pairs
        pair = IndexList(pairs.map(\.variable))
        pairTurned = IndexList(pairs.map { $0.turned ? 1 : 0 })
        sent = pairs.map(\.sent)
        var ends: [(from: Int, to: Int, entry: Int)] = []
        for pair in pairs {
            let (a, b) = (elimination.local(pair.from), elimination.local(pair.to))
            ends.append((a, b, elimination.position(of: a, b)))
        }
        from = IndexList(ends.map(\.from))
        to = IndexList(ends.map(\.to))
        entry = IndexList(ends.map(\.entry))

        var entries: [[(place: Int, number: Double)]] = []
        for column in columns.wides {
            entries.append([])
            for each in column.entries {
                entries[entries.count - 1].append((elimination.local(each.row), each.number))
            }
        }
        wide = IndexList(columns.wides.map(\.variable))
        wideFirst = IndexList(entries.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1.count) })
        widePlace = IndexList(entries.joined().map(\.place))
        wideNumber = NumberList(entries.joined().map(\.number))
        var (meeting, products) = ([Int](), [Double]())
        for column in entries {
            for (index, a) in column.enumerated() {
                for b in column[(index + 1)...] {
                    meeting.append(elimination.position(of: a.place, b.place))
                    products.append(a.number * b.number)
                }
            }
        }
        wideEntry = IndexList(meeting)
        wideProduct = NumberList(products)

        let hubs = columns.hubs(of: pattern).map { place[$0] }.sorted()
        let hubEnds = hubs.flatMap { hub in
            pairs.indices.filter { pairs[$0].variable >= pattern.singles.count && pairs[$0].variable < V }
                .filter { ends[$0].from == hub || ends[$0].to == hub }.map { (hub, $0) }
        }
        hub = IndexList(hubEnds.map(\.0))
        hubPair = IndexList(hubEnds.map(\.1))
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
