/// Who is bound to whom by which instrument: what is the same in every lane.
struct ContractPlan: Sendable {
    /// What an entity is; `bank`, `state` and `rest` (households, customers, other investors, suppliers) stand once each.
    enum Role: String, Sendable, CaseIterable { case firm, project, bank, state, rest }

    /// What a share is worth.
    enum Pricing: Sendable {
        /// The column `share_price`.
        case price
        /// The column `valuation`, before new money, over the shares at the start of the year.
        case valuation
        /// What the books leave to the owners: projects.
        case book
        /// No shares.
        case none
    }

    /// Somebody with a balance sheet.
    struct Entity: Sendable {
        let role: Role
        let pricing: Pricing
        /// Years over which what it bought is written off.
        let life: Int
    }

    /// An instrument of `Schema`'s table `contracts`.
    enum Kind: String, Sendable, CaseIterable {
        case purchase, lease, project, takeOrPay = "take_or_pay", warrant, equity, sovereign, token

        /// Whether it delivers hardware.
        var isHardware: Bool { self == .purchase || self == .lease || self == .project }
    }

    /// A row of the table.
    struct Contract: Sendable {
        var kind: Kind
        /// Who pays, holds or, of a project, owns.
        var buyer: Int
        /// Who delivers, issues or sells.
        var supplier: Int
        /// Of a project, for whom it is built: an owner, and the buyer whose deliveries these are.
        var sponsor = -1
        /// Years of a lease or loan.
        var term = 0
        /// Year in which warrants expire; in which tokens are sold.
        var year = 0
        /// Year in which tokens are delivered.
        var due = 0
        /// Rows of the table `tranches`.
        var tranches: [Int] = []
    }

    /// A holding that there can be.
    struct Stake: Sendable, Equatable {
        let holder: Int
        let issuer: Int
    }

    let entities: [Entity]
    let contracts: [Contract]
    let terms: TermSlots
    let bank: Int, state: Int, rest: Int
    let stakes: [Stake]
    /// Hardware contracts, and for each contract those whose deliveries it counts.
    let hardware: [Int]
    let counted: [[Int]]
    /// Of each project, what it sells and who takes part in it: rows of `contracts`.
    let offtakes: [[Int]]
    let partnerships: [[Int]]
    /// The project that an offtake, partnership or token belongs to; -1 where there is none.
    let projectOf: [Int]
    /// Stakes in each entity, by its number.
    let stakesIn: [[Int]]

    /// Names and lengths of the columns of the state, in order.
    private(set) var columns: [(name: String, count: Int)] = []
    /// Elements of the state.
    private(set) var count = 0
    let accounts, vintages, sharesAtStart, outstanding, stakeShares, stakeValues: Int
    let delivered, spent, relief, sold, invested: Int
    /// The first element of each contract, and of each entity's vintages.
    let contractPlaces: [Int]
    let vintagePlaces: [Int]

    /// - Parameters:
    ///   - entities: exactly one bank, one state, one rest among them.
    init(entities: [Entity], contracts: [Contract], terms: TermSlots) {
        self.entities = entities
        self.contracts = contracts
        self.terms = terms
        func only(_ role: Role) -> Int { entities.firstIndex { $0.role == role } ?? 0 }
        bank = only(.bank)
        state = only(.state)
        rest = only(.rest)
        let all = contracts.indices
        let hardware = all.filter { contracts[$0].kind.isHardware }
        self.hardware = hardware
        counted = contracts.map { contract in
            guard contract.kind == .warrant || contract.kind == .equity else { return [] }
            return hardware.filter {
                contracts[$0].supplier == contract.supplier && Self.beneficiary(contracts[$0]) == contract.buyer
            }
        }
        func project(_ company: Int) -> Int {
            all.first { contracts[$0].kind == .project && contracts[$0].buyer == company } ?? -1
        }
        let projectOf = contracts.map { contract in
            contract.kind == .takeOrPay || contract.kind == .sovereign ? project(contract.supplier) : -1
        }
        self.projectOf = projectOf
        offtakes = all.map { c in all.filter { contracts[$0].kind == .takeOrPay && projectOf[$0] == c } }
        let partnerships = all.map { c in all.filter { contracts[$0].kind == .sovereign && projectOf[$0] == c } }
        self.partnerships = partnerships

        var stakes: [Stake] = []
        func hold(_ holder: Int, _ issuer: Int) {
            let stake = Stake(holder: holder, issuer: issuer)
            if !stakes.contains(stake) { stakes.append(stake) }
        }
        for (c, contract) in contracts.enumerated() {
            if contract.kind == .equity { hold(contract.supplier, contract.buyer) }
            if contract.kind == .project {
                for partnership in partnerships[c] { hold(contracts[partnership].buyer, contract.buyer) }
                if contract.sponsor >= 0 { hold(contract.sponsor, contract.buyer) }
                hold(only(.rest), contract.buyer)
            }
        }
        for (index, entity) in entities.enumerated() {
            if case .none = entity.pricing { continue }
            hold(only(.rest), index)
        }
        self.stakes = stakes
        stakesIn = entities.indices.map { entity in stakes.indices.filter { stakes[$0].issuer == entity } }

        var columns: [(name: String, count: Int)] = []
        var next = 0
        func add(_ name: String, _ count: Int) -> Int {
            if count > 0 { columns.append((name, count)) }
            next += count
            return next - count
        }
        let n = entities.count
        accounts = add("ledger", Account.balances * n)
        vintages = add("plant_vintages", entities.reduce(0) { $0 + $1.life })
        sharesAtStart = add("shares_at_start", n)
        outstanding = add("shares_outstanding", n)
        stakeShares = add("stake_shares", stakes.count)
        stakeValues = add("stake_values", stakes.count)
        delivered = add("power_delivered", n)
        spent = add("hardware_spent", n)
        relief = add("warrants_received", n)
        sold = add("hardware_sold", n)
        invested = add("capital_supplied", n)
        let sizes = contracts.map(Self.stateCount)
        let first = add("contract_state", sizes.reduce(0, +))
        contractPlaces = sizes.indices.map { first + sizes[..<$0].reduce(0, +) }
        let vintages = self.vintages
        vintagePlaces = entities.indices.map { vintages + entities[..<$0].reduce(0) { $0 + $1.life } }
        self.columns = columns
        count = next
    }

    /// The numbers that a contract keeps from year to year; see `ContractYear` for their order.
    private static func stateCount(_ contract: Contract) -> Int {
        switch contract.kind {
        case .purchase: 2
        case .lease: 1 + 3 * contract.term
        case .project: 2 + contract.term
        case .takeOrPay: 1
        case .warrant: 5 + contract.tranches.count
        case .equity: 1
        case .sovereign: 0
        case .token: 3
        }
    }

    /// Whether a contract follows the spot price of compute.
    var followsSpot: Bool {
        contracts.contains { $0.kind == .takeOrPay || $0.kind == .sovereign || $0.kind == .token }
    }

    /// The buyer whose deliveries a hardware contract's are.
    func beneficiary(_ contract: Int) -> Int { Self.beneficiary(contracts[contract]) }

    private static func beneficiary(_ contract: Contract) -> Int {
        contract.kind == .project && contract.sponsor >= 0 ? contract.sponsor : contract.buyer
    }

    /// The most lines that a year's journal, or its list of dues, can have.
    var mostLines: Int {
        var lines = 3 * entities.count + 2 * stakes.count
        for contract in contracts {
            lines += 12 + 4 * contract.term + contract.tranches.count
        }
        return lines + entities.count * 4
    }
}
