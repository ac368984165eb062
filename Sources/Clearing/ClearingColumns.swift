/// How the rows of an hour are numbered before they are put in the order of their elimination.
struct ClearingRows {
    let firstCycle: Int, firstGuard: Int, firstStock: Int, firstRamp: Int
    /// Rows of an hour.
    let count: Int
    /// Local variables: levels, overflows and changes of power stand behind those of the pattern.
    let level: Int, overflow: Int, change: Int
    /// The number of variables of an hour that are not the pattern's.
    let extras: Int
    /// What couples the hours; nothing where there is one hour.
    let stocks: [ClearingPattern.Stock], ramps: [Int]

    init(_ pattern: ClearingPattern, coupled: Bool) {
        stocks = coupled ? pattern.stocks : []
        ramps = coupled ? pattern.ramps : []
        firstCycle = pattern.rows
        firstGuard = firstCycle + pattern.cycles.count
        firstStock = firstGuard + pattern.guards.count
        firstRamp = firstStock + stocks.count
        count = firstRamp + ramps.count
        level = pattern.variables
        overflow = level + stocks.count
        change = overflow + stocks.count
        extras = 2 * stocks.count + ramps.count
    }

    /// What a row says.
    func kind(_ row: Int) -> ClearingLayout.Row {
        switch row {
        case ..<firstCycle: .balance(row)
        case ..<firstGuard: .cycle(row - firstCycle)
        case ..<firstStock: .outage(row - firstGuard)
        case ..<firstRamp: .stock(row - firstStock)
        default: .ramp(row - firstRamp)
        }
    }
}

/// The columns of an hour in terms of its rows; row `count` + k is row k of the next hour.
struct ClearingColumns {
    private(set) var singles: [(row: Int, variable: Int, turned: Bool)] = []
    private(set) var pairs: [(variable: Int, turned: Bool, from: Int, to: Int, sent: ClearingLayout.Sent)] = []
    private(set) var wides: [(variable: Int, entries: [(row: Int, number: Double)])] = []
    private let numbering: ClearingRows

    init(_ pattern: ClearingPattern, _ numbering: ClearingRows) {
        self.numbering = numbering
        addSingles(pattern)
        addFlows(pattern)
        for index in pattern.guards.indices {
            singles.append((numbering.firstGuard + index, pattern.variables - pattern.guards.count + index, true))
        }
        for stock in numbering.stocks.indices {
            let row = numbering.firstStock + stock
            singles.append((row, numbering.overflow + stock, true))
            pairs.append((numbering.level + stock, false, row, numbering.count + row, .keep(stock)))
        }
        for ramp in numbering.ramps.indices {
            singles.append((numbering.firstRamp + ramp, numbering.change + ramp, true))
        }
    }

    /// The pattern's singles: those that move a stock are pairs, those with a ramp are wide.
    private mutating func addSingles(_ pattern: ClearingPattern) {
        var stockOf: [Int: (stock: Int, move: Int)] = [:]
        for (stock, members) in numbering.stocks.enumerated() {
            for single in members.moves { stockOf[single] = (stock, stockOf.count) }
        }
        let rampOf = Dictionary(uniqueKeysWithValues: numbering.ramps.enumerated().map { ($1, $0) })
        for (variable, single) in pattern.singles.enumerated() {
            if let (stock, move) = stockOf[variable] {
                pairs.append((variable, single.sign > 0, single.row, numbering.firstStock + stock, .gain(move)))
            } else if let ramp = rampOf[variable] {
                let row = numbering.firstRamp + ramp
                wides.append(
                    (variable, [(single.row, Double(single.sign)), (row, 1), (numbering.count + row, -1)]))
            } else {
                singles.append((single.row, variable, single.sign < 0))
            }
        }
    }

    /// The pattern's pairs and lines: those in a cycle, or after an outage, are wide.
    private mutating func addFlows(_ pattern: ClearingPattern) {
        let cyclesOf = ClearingLayout.numbersOfCycles(pattern)
        var guarded = [[(row: Int, number: Double)]](repeating: [], count: pattern.lines.count)
        for (index, each) in pattern.guards.enumerated() {
            guarded[each.line].append((numbering.firstGuard + index, 1))
            guarded[each.outage].append((numbering.firstGuard + index, each.factor))
        }
        for (index, flow) in pattern.pairs.enumerated() {
            pairs.append((pattern.singles.count + index, false, flow.from, flow.to, .efficiency(index)))
        }
        for (index, line) in pattern.lines.enumerated() {
            let variable = pattern.singles.count + pattern.pairs.count + index
            let around =
                cyclesOf[index].map { (row: numbering.firstCycle + $0.cycle, number: $0.number) } + guarded[index]
            if around.isEmpty {
                pairs.append((variable, false, line.from, line.to, .one))
            } else {
                wides.append((variable, [(line.from, -1), (line.to, 1)] + around))
            }
        }
    }

    /// Which rows meet in a column: two of an hour, and one of an hour with one of the next.
    func meetings(rows: Int) -> (here: [(Int, Int)], ahead: [(Int, Int)]) {
        var here: [(Int, Int)] = []
        var ahead: [(Int, Int)] = []
        func meet(_ a: Int, _ b: Int) {
            if a >= rows && b >= rows { return }
            if a >= rows || b >= rows { ahead.append((min(a, b), max(a, b) - rows)) } else { here.append((a, b)) }
        }
        for pair in pairs { meet(pair.from, pair.to) }
        for column in wides {
            for (index, a) in column.entries.enumerated() {
                for b in column.entries[(index + 1)...] { meet(a.row, b.row) }
            }
        }
        return (here, ahead)
    }

    /// The balances with nothing but shedding, spilling and pairs.
    func hubs(of pattern: ClearingPattern) -> [Int] {
        var used = [Bool](repeating: false, count: numbering.count)
        for line in pattern.lines { (used[line.from], used[line.to]) = (true, true) }
        let lastResorts = Set(pattern.shed + pattern.spill)
        for single in singles where !lastResorts.contains(single.variable) { used[single.row] = true }
        for single in numbering.stocks.flatMap(\.moves) + numbering.ramps { used[pattern.singles[single].row] = true }
        return (0..<pattern.rows).filter { !used[$0] }
    }
}
