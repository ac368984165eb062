/// What is the same in every hour and every lane of a market: which variable meets which balance, and which law.
///
/// Variables are numbered singles first, then pairs, lines and guards. The balance of row r is
/// Σ sign x (singles at r) − Σ x (pairs and lines from r) + Σ efficiency x (pairs to r) + Σ x (lines to r) = load.
///
/// Lines also obey Kirchhoff: θ_from − θ_to = reactance x + shift with one angle θ a balance, which holds when
/// Σ ± (reactance x + shift) = 0 around every independent cycle. A guard is what a line carries after the outage of another,
/// x_line + factor x_outage, so that its bounds hold that too. Where several hours are cleared at once, singles may
/// move a stock, and may be held by ramps.
public struct ClearingPattern: Sendable {
    /// A variable in one balance: generation, shedding and discharge (+1); charging, spilling and served backlog (−1).
    public struct Single: Sendable, Hashable {
        /// The balance.
        public let row: Int
        /// +1 or −1.
        public let sign: Int

        /// A variable in one balance.
        public init(row: Int, sign: Int) {
            self.row = row
            self.sign = sign
        }
    }

    /// A variable that leaves one balance and reaches another.
    public struct Pair: Sendable, Hashable {
        /// Where it is taken.
        public let from: Int
        /// Where `efficiency` times it arrives.
        public let to: Int

        /// A variable that leaves one balance and reaches another.
        public init(from: Int, to: Int) {
            self.from = from
            self.to = to
        }
    }

    /// A flow without loss that obeys Kirchhoff.
    public struct Line: Sendable, Hashable {
        /// Where a positive flow is taken.
        public let from: Int
        /// Where it arrives.
        public let to: Int
        /// Difference of angles per flow, rad/MW; not zero.
        public let reactance: Double

        /// A flow without loss that obeys Kirchhoff.
        public init(from: Int, to: Int, reactance: Double) {
            self.from = from
            self.to = to
            self.reactance = reactance
        }
    }

    /// What a line carries when another fails; its bounds are those of a variable.
    public struct Guard: Sendable, Hashable {
        /// The line that takes over.
        public let line: Int
        /// The line that fails.
        public let outage: Int
        /// How much of the failed line's flow it takes over: a line outage distribution factor.
        public let factor: Double

        /// What `line` carries when `outage` fails.
        public init(line: Int, outage: Int, factor: Double) {
            self.line = line
            self.outage = outage
            self.factor = factor
        }
    }

    /// Energy, or work, that is kept from one hour to the next.
    public struct Stock: Sendable, Hashable {
        /// The singles that fill or empty it.
        public let moves: [Int]

        /// A stock that these singles fill or empty.
        public init(moves: [Int]) { self.moves = moves }
    }

    /// The number of balances.
    public let rows: Int
    /// Variables in one balance.
    public let singles: [Single]
    /// Variables in two.
    public let pairs: [Pair]
    /// Flows that obey Kirchhoff.
    public let lines: [Line]
    /// Flows after outages.
    public let guards: [Guard]
    /// For each row, the single that is unserved load (sign +1).
    public let shed: [Int]
    /// For each row, the single that is spilled output (sign −1).
    public let spill: [Int]
    /// What couples hours that are cleared at once; without effect on one hour alone.
    public let stocks: [Stock]
    /// Singles whose change from hour to hour is limited; without effect on one hour alone.
    public let ramps: [Int]
    /// Independent cycles of the lines, short ones: each line with the direction in which the cycle runs through it.
    public let cycles: [[CycleBasis.Step]]

    /// A pattern; each row has one shedding and one spilling variable among the singles.
    public init(
        rows: Int, singles: [Single], pairs: [Pair], lines: [Line] = [], guards: [Guard] = [],
        shed: [Int], spill: [Int], stocks: [Stock] = [], ramps: [Int] = []
    ) {
        precondition(shed.count == rows && spill.count == rows, "each balance sheds and spills")
        for pair in pairs { precondition(pair.from != pair.to, "a pair joins two balances") }
        for line in lines {
            precondition(line.from != line.to && line.reactance != 0, "a line joins two balances and has a reactance")
        }
        for each in guards {
            precondition(
                each.line != each.outage && lines.indices.contains(each.line) && lines.indices.contains(each.outage),
                "a guard is of a line and another that fails")
        }
        let moves = stocks.flatMap(\.moves) + ramps
        precondition(Set(moves).count == moves.count, "a single moves one stock, or has a ramp")
        precondition(
            moves.allSatisfy { singles.indices.contains($0) && !shed.contains($0) && !spill.contains($0) },
            "stocks and ramps are of singles that neither shed nor spill")
        self.rows = rows
        self.singles = singles
        self.pairs = pairs
        self.lines = lines
        self.guards = guards
        self.shed = shed
        self.spill = spill
        self.stocks = stocks
        self.ramps = ramps
        cycles = CycleBasis.shortest(nodes: rows, edges: lines.map { ($0.from, $0.to) })
    }

    /// The number of variables of an hour.
    public var variables: Int { singles.count + pairs.count + lines.count + guards.count }
    /// The number of moves of all stocks, stock after stock.
    public var moves: Int { stocks.reduce(0) { $0 + $1.moves.count } }
}
