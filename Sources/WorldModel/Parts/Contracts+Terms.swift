/// The terms of an instrument: which columns of the table `contracts` belong to it, and their values where a row says nothing.
///
/// A row may fill the columns of its kind alone, and a path names its numbers alone.
public struct ContractTerms: Sendable {
    /// A column, and what it is where it is left out; nil where it must be given.
    public struct Term: Sendable {
        /// The column.
        public let name: String
        /// Its value where a row leaves it out.
        public let standard: Double?
    }

    /// The word under `kind`.
    public let kind: String
    /// What the buyer is, and the supplier: words of `firms.role`.
    public let buyer: [String], supplier: [String]
    /// Its columns.
    public let terms: [Term]

    private init(_ kind: String, _ buyer: [String], _ supplier: [String], _ terms: [(String, Double?)]) {
        self.kind = kind
        self.buyer = buyer
        self.supplier = supplier
        self.terms = terms.map { Term(name: $0.0, standard: $0.1) }
    }

    /// Every instrument; assumed values where docs/CONTRACTS.md names no source.
    public static let all: [ContractTerms] = [
        ContractTerms("purchase", ["firm"], ["firm"], [("share", 1), ("price", nil), ("deposit", 0.2)]),
        ContractTerms(
            "lease", ["firm"], ["firm"],
            [("share", 1), ("price", nil), ("lease_rate", 8), ("lease_term", 4), ("balloon", 0.1)]),
        ContractTerms(
            "project", ["project"], ["firm"],
            [
                ("share", 1), ("price", nil), ("shell_cost", nil), ("gearing", 0.75), ("loan_rate", 7),
                ("loan_term", 5),
                ("target_cover", 1.3), ("lock_up_cover", 1.2), ("reserve", 0.5), ("opex", nil), ("sponsor_share", 0),
            ]),
        ContractTerms(
            "take_or_pay", ["firm"], ["project"],
            [
                ("quantity", 0.8), ("demand", 0.8), ("minimum_take", 0.9), ("floor", nil), ("cap", nil),
                ("damages", 0.5),
            ]),
        ContractTerms("warrant", ["firm"], ["firm"], [("strike", nil), ("exercise", 0.5), ("expiry", nil)]),
        ContractTerms("equity", ["firm"], ["firm"], [("equity_per_power", nil), ("equity_limit", nil)]),
        ContractTerms(
            "sovereign", ["state"], ["project"],
            [
                ("equity_share", 0.3), ("reserved", 0.2), ("discount", 0.3), ("subsidy", 0), ("clawback", 0.1),
                ("local_floor", 0.15), ("local_share", 1), ("floor", nil), ("cap", nil),
            ]),
        ContractTerms(
            "token", ["firm", "state", "rest"], ["firm", "project"],
            [("units", nil), ("forward", nil), ("margin", 1.2), ("issue", nil), ("due", nil)]),
    ]

    /// The terms of a kind; nil for a word that is none.
    public static func of(_ kind: String) -> ContractTerms? { all.first { $0.kind == kind } }

    func term(_ name: String) -> Term? { terms.first { $0.name == name } }

    /// The columns that belong to some kind of contract and not to all.
    static let columns = Set(all.flatMap { $0.terms.map(\.name) })
}

extension World {
    /// Whether a row of a table has a column: contracts have those of their kind.
    func has(_ table: String, _ row: Int, _ column: String) -> Bool {
        guard table == "contracts", ContractTerms.columns.contains(column) else { return true }
        let kinds = self.table(table).text("kind")
        guard let terms = ContractTerms.of(kinds[row]) else { return true }
        return terms.term(column) != nil
    }
}

extension WorldReader {
    /// Fills in what contracts leave out, and refuses what their kind doesn't have.
    func completeContracts() {
        guard let table = tables["contracts"], let shape = Schema.table("contracts") else { return }
        let kinds = table.text("kind")
        var numbers = table.numbers
        for field in shape.fields where field.kind.isNumeric {
            let slots = table.slotRanges[field.name]
            for (row, kind) in kinds.enumerated() {
                guard let terms = ContractTerms.of(kind) else { continue }
                let value = slots.map { values[$0.lowerBound + row] } ?? numbers[field.name]?[row] ?? .nan
                let path = "contracts[\(table.ids[row])].\(field.name)"
                guard let term = terms.term(field.name) else {
                    if !value.isNaN {
                        collector.add(
                            table.file, table.lines[row], path,
                            "a contract of the kind `\(kind)` has no `\(field.name)`",
                            "leave the cell empty; its terms: " + terms.terms.map(\.name).joined(separator: ", "))
                    }
                    continue
                }
                if !value.isNaN { continue }
                if let standard = term.standard {
                    if let slots {
                        values[slots.lowerBound + row] = standard
                    } else {
                        numbers[field.name]?[row] = standard
                    }
                    continue
                }
                if slots.map({ doubts.slots.contains($0.lowerBound + row) }) == true
                    || doubts.columns.contains("contracts." + field.name)
                {
                    continue
                }
                collector.add(
                    table.file, table.lines[row], path, "a contract of the kind `\(kind)` needs `\(field.name)`",
                    "fill the cell: \(field.summary)" + (field.unit == "1" ? "" : " [\(units.text(field.unit))]"))
            }
        }
        tables["contracts"] = Table(
            name: table.name, ids: table.ids, texts: table.texts, numbers: numbers, slotRanges: table.slotRanges,
            references: table.references, lines: table.lines, file: table.file, rowSources: table.rowSources,
            rowStatuses: table.rowStatuses)
    }
}
