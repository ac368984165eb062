import WorldModel

extension ContractPlan {
    /// The firms and contracts of a world, in the order of its tables; nil without firms.
    init?(world: World) {
        let firms = world.table("firms")
        if firms.ids.isEmpty { return nil }
        let rows = world.table("contracts")
        let owners = world.table("tranches").rows("contract")
        let roles = firms.text("role").map { Role(rawValue: $0) ?? .firm }
        let lives = firms.fixed("asset_life")
        func value(_ column: String, _ row: Int) -> Double { world.values[firms.slots(column).lowerBound + row] }
        let entities = firms.ids.indices.map { row in
            let hasPrice = !value("share_price", row).isNaN
            let pricing: Pricing =
                roles[row] == .project
                ? .book : value("shares", row) == 0 ? .none : hasPrice ? .price : .valuation
            return Entity(role: roles[row], pricing: pricing, life: Int(lives[row]))
        }
        func whole(_ column: String, _ row: Int) -> Int {
            let number = rows.fixed(column)[row]
            return number.isNaN ? 0 : Int(number)
        }
        let kinds = rows.text("kind").map { Kind(rawValue: $0) ?? .purchase }
        let contracts = rows.ids.indices.map { row in
            Contract(
                kind: kinds[row], buyer: rows.rows("buyer")[row], supplier: rows.rows("supplier")[row],
                sponsor: rows.rows("sponsor")[row],
                term: whole(kinds[row] == .lease ? "lease_term" : "loan_term", row),
                year: whole(kinds[row] == .warrant ? "expiry" : "issue", row), due: whole("due", row),
                tranches: owners.indices.filter { owners[$0] == row })
        }
        self.init(
            entities: entities, contracts: contracts,
            terms: TermSlots { table, column in world.table(table).slots(column).lowerBound })
    }

    /// The sites that each contract is about: those of its hardware, or of the project that it belongs to.
    func sites(of world: World) -> [[Int]] {
        let all = Array(world.table("data_centres").ids.indices)
        let places = world.table("contracts").rows("site")
        return contracts.indices.map { c in
            let hardware = contracts[c].kind.isHardware ? c : projectOf[c]
            if hardware < 0 { return [] }
            return places[hardware] < 0 ? all : [places[hardware]]
        }
    }
}
