/// What is the same in every hour and every lane of a market: which variable meets which balance.
///
/// Variables are numbered singles first, then pairs. The balance of row r is
/// Σ sign x (singles at r) − Σ x (pairs from r) + Σ efficiency x (pairs to r) = load.
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

    /// The number of balances.
    public let rows: Int
    /// Variables in one balance.
    public let singles: [Single]
    /// Variables in two.
    public let pairs: [Pair]
    /// For each row, the single that is unserved load (sign +1).
    public let shed: [Int]
    /// For each row, the single that is spilled output (sign −1).
    public let spill: [Int]

    /// A pattern; each row has one shedding and one spilling variable among the singles.
    public init(rows: Int, singles: [Single], pairs: [Pair], shed: [Int], spill: [Int]) {
        precondition(shed.count == rows && spill.count == rows, "each balance sheds and spills")
        self.rows = rows
        self.singles = singles
        self.pairs = pairs
        self.shed = shed
        self.spill = spill
    }

    /// The number of variables.
    public var variables: Int { singles.count + pairs.count }
}
