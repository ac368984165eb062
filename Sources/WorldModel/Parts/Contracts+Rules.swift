/// The rules of firms and contracts that hold between rows; one function a rule.
struct ContractRules {
    let world: World
    let collector: Collector
    private let firms: Table, contracts: Table, tranches: Table

    init(world: World, collector: Collector) {
        self.world = world
        self.collector = collector
        firms = world.table("firms")
        contracts = world.table("contracts")
        tranches = world.table("tranches")
    }

    func check() {
        if firms.ids.isEmpty && contracts.ids.isEmpty && tranches.ids.isEmpty { return }
        let named = ["firms", "contracts", "tranches"]
        if named.contains(where: { world.doubts.tables.contains($0) && !world.table($0).ids.isEmpty }) { return }
        if world.doubts.columns.contains(where: { column in
            named.contains { column.hasPrefix($0 + ".") } && !column.hasPrefix("tranches.")
        }) {
            return
        }
        checkRoles()
        checkShares()
        checkParties()
        checkProjects()
        checkDeliveries()
        checkTerms()
        checkTranches()
    }

    private func value(_ table: Table, _ column: String, _ row: Int) -> Double {
        world.values[table.slots(column).lowerBound + row]
    }

    /// One bank, one state and one rest take the other side of whatever firms do not.
    private func checkRoles() {
        let roles = firms.text("role")
        for role in ["bank", "state", "rest"] {
            let rows = roles.indices.filter { roles[$0] == role }
            if rows.isEmpty {
                collector.add(
                    firms.file.isEmpty ? WorldReader.file : firms.file, nil, "firms.role",
                    "no row has the role `\(role)`", "add one: every flow has a payer and a payee")
            }
            for row in rows.dropFirst() {
                add(firms, row, "role", "a second row has the role `\(role)`", "keep one of them")
            }
        }
    }

    /// A share has one price.
    private func checkShares() {
        let roles = firms.text("role")
        for row in firms.ids.indices {
            let (shares, price, worth) = (
                value(firms, "shares", row), value(firms, "share_price", row), value(firms, "valuation", row)
            )
            if roles[row] != "firm" {
                for column in ["shares", "share_price", "valuation"] {
                    let number = value(firms, column, row)
                    if number > 0 {
                        add(
                            firms, row, column, "`\(column)` of a row with the role `\(roles[row])`",
                            roles[row] == "project"
                                ? "leave the cell empty: a project's shares are worth what its books leave"
                                : "leave the cell empty: only firms have shares")
                    }
                }
                continue
            }
            if shares > 0, price.isNaN, worth.isNaN {
                add(
                    firms, row, "share_price", "the firm has shares and no price for them",
                    "give it `share_price`, or `valuation` before new money")
            }
            if !price.isNaN, !worth.isNaN {
                add(firms, row, "valuation", "the firm has a `share_price` too", "leave one of the cells empty")
            }
            if shares == 0, !price.isNaN || !worth.isNaN {
                add(firms, row, "shares", "the firm has a price for its shares and none of them", "fill `shares`")
            }
        }
    }

    private func role(_ row: Int) -> String { row >= 0 ? firms.text("role")[row] : "" }

    /// Buyer and supplier are what the instrument asks for.
    private func checkParties() {
        let kinds = contracts.text("kind")
        let (buyers, suppliers, sponsors) = (
            contracts.rows("buyer"), contracts.rows("supplier"), contracts.rows("sponsor")
        )
        for row in contracts.ids.indices {
            guard let terms = ContractTerms.of(kinds[row]) else { continue }
            let sides: [(column: String, firm: Int, roles: [String])] = [
                ("buyer", buyers[row], terms.buyer), ("supplier", suppliers[row], terms.supplier),
            ]
            for side in sides where side.firm >= 0 && !side.roles.contains(role(side.firm)) {
                add(
                    contracts, row, side.column,
                    "the \(side.column) of a contract of the kind `\(kinds[row])` has the role `\(role(side.firm))`",
                    "allowed: " + side.roles.joined(separator: ", "))
            }
            if buyers[row] >= 0, buyers[row] == suppliers[row] {
                add(contracts, row, "supplier", "it is the buyer too", "name another firm")
            }
            if sponsors[row] >= 0 {
                if kinds[row] != "project" {
                    add(
                        contracts, row, "sponsor", "a contract of the kind `\(kinds[row])` has no sponsor",
                        "leave the cell empty")
                } else if role(sponsors[row]) != "firm" {
                    add(
                        contracts, row, "sponsor", "the sponsor has the role `\(role(sponsors[row]))`",
                        "allowed: firm")
                }
            } else if kinds[row] == "project", value(contracts, "sponsor_share", row) > 0 {
                add(
                    contracts, row, "sponsor", "a `sponsor_share` above 0 without a sponsor",
                    "name the firm that owns it, or write 0")
            }
            needsShares(row, kinds[row], buyer: buyers[row], supplier: suppliers[row])
        }
    }

    private func needsShares(_ row: Int, _ kind: String, buyer: Int, supplier: Int) {
        guard kind == "warrant" || kind == "equity" else { return }
        let column = kind == "warrant" ? "supplier" : "buyer"
        let issuer = kind == "warrant" ? supplier : buyer
        guard issuer >= 0, role(issuer) == "firm", value(firms, "shares", issuer) == 0 else { return }
        add(
            contracts, row, column, "`\(firms.ids[issuer])` has no shares to issue",
            "give it `shares` and a price in `\(firms.file)`")
    }

    /// A project company has one contract that builds it, and sells no more than it has.
    private func checkProjects() {
        let kinds = contracts.text("kind")
        let (buyers, suppliers) = (contracts.rows("buyer"), contracts.rows("supplier"))
        for (firm, role) in firms.text("role").enumerated() where role == "project" {
            let built = contracts.ids.indices.filter { kinds[$0] == "project" && buyers[$0] == firm }
            if built.isEmpty {
                add(
                    firms, firm, "role", "no contract of the kind `project` builds it",
                    "add one with it as the buyer, or take the row out")
            }
            for row in built.dropFirst() {
                add(
                    contracts, row, "buyer", "the project `\(firms.ids[firm])` is built by another contract too",
                    "give each its own company")
            }
            let sales = contracts.ids.indices.filter { suppliers[$0] == firm }
            func sum(_ kind: String, _ column: String) -> Double {
                sales.filter { kinds[$0] == kind }.reduce(0) { $0 + value(contracts, column, $1) }
            }
            let sold = sum("take_or_pay", "quantity") + sum("sovereign", "reserved")
            let sellers = sales.filter { kinds[$0] == "take_or_pay" || kinds[$0] == "sovereign" }
            if sold > 1 + 1e-9, let last = sellers.last {
                add(
                    contracts, last, kinds[last] == "sovereign" ? "reserved" : "quantity",
                    "what is sold of `\(firms.ids[firm])` adds up to \(rounded(sold)) of its power",
                    "allowed: at most 1 over all its `quantity` and `reserved`")
            }
            if let row = built.first {
                let owned = value(contracts, "sponsor_share", row) + sum("sovereign", "equity_share")
                if owned > 1 + 1e-9 {
                    add(
                        contracts, row, "sponsor_share",
                        "the shares in `\(firms.ids[firm])` add up to \(rounded(owned))",
                        "allowed: at most 1 over `sponsor_share` and all `equity_share`; the rest of the world takes what lacks"
                    )
                }
            }
        }
    }

    /// No site delivers more than it gets.
    private func checkDeliveries() {
        let kinds = contracts.text("kind")
        let hardware = contracts.ids.indices.filter { ["purchase", "lease", "project"].contains(kinds[$0]) }
        let places = contracts.rows("site")
        for row in contracts.ids.indices where places[row] >= 0 && !hardware.contains(row) {
            add(
                contracts, row, "site", "a contract of the kind `\(kinds[row])` has no site", "leave the cell empty")
        }
        guard let first = hardware.first else { return }
        let sites = world.table("data_centres")
        if !world.hasSection("compute") || sites.ids.isEmpty {
            if world.doubts.sections.contains("compute") || world.doubts.tables.contains("data_centres") { return }
            add(
                contracts, first, "kind", "hardware is delivered by what `compute` orders for `data_centres`",
                "add the section `compute` and the table `data_centres`")
            return
        }
        for site in sites.ids.indices {
            let rows = hardware.filter { places[$0] == site || places[$0] < 0 }
            let sum = rows.reduce(0) { $0 + value(contracts, "share", $1) }
            if sum > 1 + 1e-9, let last = rows.last {
                add(
                    contracts, last, "share",
                    "the shares of what is delivered to `\(sites.ids[site])` add up to \(rounded(sum))",
                    "allowed: at most 1 over all contracts of a site")
                return
            }
        }
        let needsSpot = contracts.ids.indices.first { ["take_or_pay", "sovereign", "token"].contains(kinds[$0]) }
        if let row = needsSpot, !world.hasComputeMarket, world.values[world.slot("compute", "spot_price")].isNaN,
            !world.doubts.slots.contains(world.slot("compute", "spot_price"))
        {
            add(
                contracts, row, "kind",
                "a contract of the kind `\(kinds[row])` follows the spot price, and there is none",
                "write `spot_price:` [\(world.units.text("currency/MW/yr"))] in `compute`, or `allocation: market`")
        }
    }

    /// Terms that stand in relation to each other.
    private func checkTerms() {
        let kinds = contracts.text("kind")
        let (issue, due) = (contracts.fixed("issue"), contracts.fixed("due"))
        for row in contracts.ids.indices {
            if kinds[row] == "take_or_pay" || kinds[row] == "sovereign" {
                let (floor, cap) = (value(contracts, "floor", row), value(contracts, "cap", row))
                if floor > cap {
                    add(
                        contracts, row, "floor",
                        "the floor \(Numeral.text(floor)) is above the cap \(Numeral.text(cap))",
                        "lower it, or raise `cap`")
                }
            }
            if kinds[row] == "token", issue[row] >= due[row] {
                add(
                    contracts, row, "due",
                    "delivery in \(Numeral.text(due[row])) is not after the sale in "
                        + Numeral.text(issue[row]), "let `due` be a later year than `issue`")
            }
            if kinds[row] == "token", issue[row] < Double(world.start), !world.doubts.start {
                add(
                    contracts, row, "issue", "the sale in \(Numeral.text(issue[row])) is before the world's start",
                    "allowed: from \(world.start)")
            }
        }
    }

    /// Tranches belong to warrants, and warrants have tranches.
    private func checkTranches() {
        let kinds = contracts.text("kind")
        let owners = tranches.rows("contract")
        for (row, owner) in owners.enumerated() where owner >= 0 && kinds[owner] != "warrant" {
            add(
                tranches, row, "contract", "`\(contracts.ids[owner])` is a contract of the kind `\(kinds[owner])`",
                "name a contract of the kind `warrant`")
        }
        if world.doubts.tables.contains("tranches") { return }
        for row in contracts.ids.indices where kinds[row] == "warrant" && !owners.contains(row) {
            add(
                contracts, row, "kind", "the warrant has no tranches",
                "add rows to the table `tranches`: contract, power, shares, hurdle")
        }
    }

    private func rounded(_ sum: Double) -> String { Numeral.text((sum * 1e9).rounded() / 1e9) }

    private func add(_ table: Table, _ row: Int, _ column: String, _ message: String, _ remedy: String) {
        collector.add(table.file, table.lines[row], "\(table.name)[\(table.ids[row])].\(column)", message, remedy)
    }
}
