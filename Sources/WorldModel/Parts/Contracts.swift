extension Schema {
    /// Firms and what binds them.
    static let contracts = Part(
        tables: [
            Schema.TableShape(
                name: "firms",
                fields: [
                    id("firm"),
                    text(
                        "role", .choice(["firm", "project", "bank", "state", "rest"]), nil,
                        "`project`: a company that owns what a contract of that kind builds; one bank, one state and one "
                            + "rest (households, customers, other investors) stand beside"),
                    number("cash", "currency", positive, nil, "cash on the first day").read(.firstDay),
                    number("shares", "1", positive, 0, "shares outstanding on the first day, held by the rest").read(
                        .firstDay),
                    number("share_price", "currency", positive, absent, "price of a share; or `valuation`"),
                    number(
                        "valuation", "currency", positive, absent, "worth of all shares before the year's new money"),
                    number("revenue", "currency/yr", positive, 0, "from customers, whatever compute it has").idle(
                        .unlessFirm),
                    number("compute_revenue", "currency/MW/yr", positive, 0, "from customers, per compute at work")
                        .idle(.unlessFirm),
                    number("opex", "currency/yr", positive, 0, "cost of operation, without power of its hardware").idle(
                        .unlessFirm),
                    number("tax_rate", "1", 0...0.35, 0.2, "tax on profits; firms and projects pay it").idle(
                        .unlessTaxed),
                    number("cost_of_goods", "1", 0.25...0.7, 0.45, "cost of the hardware that it sells, per price")
                        .idle(.unlessFirm),
                    number(
                        "asset_life", "yr", 4...6, 5, "years over which hardware is written off", kind: .integer),
                ], hasIDs: true),
            Schema.TableShape(
                name: "contracts",
                fields: [
                    id("contract"), text("kind", .choice(ContractTerms.all.map(\.kind)), nil, "instrument"),
                    text("buyer", .reference("firms"), nil, "who pays, holds or, of a project, owns"),
                    text("supplier", .reference("firms"), nil, "who delivers, issues or sells"),
                    text(
                        "sponsor", .reference("firms"), "", "of a project: an owner, and the buyer for whom it is built"
                    ),
                    text("site", .reference("data_centres"), "", "whose deliveries it takes; all sites where empty"),
                    number("share", "1", 0...1, absent, "share of the IT power that the site gets"),
                    number("price", "currency/MW", positive, absent, "price of hardware"),
                    number("deposit", "1", 0...0.5, absent, "paid a year ahead, per price of what is expected"),
                    number("lease_rate", "%/yr", 5...14, absent, "interest of a lease"),
                    number("lease_term", "yr", 3...6, absent, "years of a lease", kind: .integer),
                    number("balloon", "1", 0...0.3, absent, "paid with the last rent, per price"),
                    number("shell_cost", "currency/MW", positive, absent, "building, power and cooling of a project"),
                    number("gearing", "1", 0.5...0.85, absent, "most that a project borrows, per cost"),
                    number("loan_rate", "%/yr", 4...11, absent, "interest of a project's loan"),
                    number("loan_term", "yr", 4...12, absent, "years of a project's loan", kind: .integer),
                    number("target_cover", "1", 1.15...1.8, absent, "bankable cash flow per debt service, at close"),
                    number("lock_up_cover", "1", 1.05...1.3, absent, "cover below which nothing is distributed"),
                    number("reserve", "yr", 0...1, absent, "debt service that a project keeps in reserve"),
                    number("opex", "currency/MW/yr", positive, absent, "operation of a project, without power"),
                    number("sponsor_share", "1", 0...1, absent, "share of the equity that the sponsor pays in"),
                    number("quantity", "1", 0...1, absent, "share of the project's power that is contracted"),
                    number("demand", "1", 0...1, absent, "share of the project's power that the buyer could use"),
                    number("minimum_take", "1", 0.6...1, absent, "least share of what can be delivered that is paid"),
                    number("floor", "currency/MW/yr", positive, absent, "lowest price"),
                    number("cap", "currency/MW/yr", positive, absent, "highest price"),
                    number("damages", "1", 0...2, absent, "paid per price of what can't be delivered"),
                    number("strike", "currency", positive, absent, "price at which a warrant buys a share"),
                    number("exercise", "1", 0...1, absent, "share of what can be exercised that is, each year"),
                    number("expiry", "1", 1700...3000, absent, "last year of a warrant", kind: .integer),
                    number(
                        "equity_per_power", "currency/MW", positive, absent, "capital supplied per hardware delivered"),
                    number("equity_limit", "currency", positive, absent, "most capital that is supplied"),
                    number("equity_share", "1", 0...1, absent, "share of the equity that the state pays in"),
                    number("reserved", "1", 0...1, absent, "share of the power that is kept for the state"),
                    number("discount", "1", 0...1, absent, "discount on what is kept for it"),
                    number("subsidy", "currency/MW", positive, absent, "granted at close"),
                    number(
                        "clawback", "1", 0...1, absent, "share of all subsidies paid back in a year below `local_floor`"
                    ),
                    number("local_floor", "1", 0...1, absent, "least share of use by the state's own"),
                    number("local_share", "1", 0...1, absent, "share of use by the state's own"),
                    number("units", "MW yr", positive, absent, "compute sold forward, in years of a MW"),
                    number("forward", "currency/MW/yr", positive, absent, "price at which it is sold forward"),
                    number("margin", "1", 1...2, absent, "collateral per worth of what is owed"),
                    number("issue", "1", 1700...3000, absent, "year of the sale", kind: .integer),
                    number("due", "1", 1700...3000, absent, "year of delivery", kind: .integer),
                ], hasIDs: true),
            Schema.TableShape(
                name: "tranches",
                fields: [
                    id("tranche"), text("contract", .reference("contracts"), nil, "warrant"),
                    number("power", "MW", positive, nil, "hardware delivered since the start from which it vests"),
                    number("shares", "1", positive, nil, "shares that it buys"),
                    number("hurdle", "currency", positive, 0, "share price that must have been reached"),
                ], hasIDs: true),
        ],
        rules: [{ ContractRules(world: $0.world, collector: $0.collector).check() }],
        records: [(.contracts, Records.contracts)])
}

extension Schema.Idle {
    static let unlessFirm = Schema.Idle { world, rows in
        let roles = world.table("firms").text("role")
        return rows.allSatisfy { roles[$0] != "firm" } ? .role : nil
    }

    static let unlessTaxed = Schema.Idle { world, rows in
        let roles = world.table("firms").text("role")
        return rows.allSatisfy { roles[$0] != "firm" && roles[$0] != "project" } ? .taxed : nil
    }

    static let unlessContractsFollow = Schema.Idle { world, _ in
        guard world.table("firms").ids.isEmpty || world.hasComputeMarket else { return nil }
        return World.Idleness(
            "is what contracts follow without a market, and this world has "
                + (world.hasComputeMarket ? "one" : "no contracts"), "leave the path out")
    }
}

extension World.Idleness {
    static let role = World.Idleness(
        "is read of those whose `role` is `firm`", "name such a row")
    static let taxed = World.Idleness(
        "is paid by firms and projects", "name such a row")
}

/// What firms and their contracts record of a year.
package struct ContractsRecords: Sendable {
    package let firmCash = RecordedVariable(
        "firm_cash", by: .firm, "currency", "cash on 31 December", .point, in: .table("firms"))
    package let firmIncome = RecordedVariable(
        "firm_income", by: .firm, "currency", "profit after tax, without marks of what is held", .sum,
        in: .table("firms"))
    package let firmWealth = RecordedVariable(
        "firm_wealth", by: .firm, "currency", "what is owned less what is owed to others than owners", .point,
        in: .table("firms"))
    package let firmDebt = RecordedVariable(
        "firm_debt", by: .firm, "currency", "leases and loans owed on 31 December", .point, in: .table("firms"))
    package let deliveredPower = RecordedVariable(
        "delivered_power", by: .firm, "MW", "IT power delivered to the buyer and paid for", .sum, in: .table("firms"))
    package let hardwareSpend = RecordedVariable(
        "hardware_spend", by: .firm, "currency", "price of that power, over all contracts", .sum, in: .table("firms"))
    package let warrantsReceived = RecordedVariable(
        "warrants_received", by: .firm, "currency", "warrants that vested to the buyer, at their worth then", .sum,
        in: .table("firms"))
    package let effectiveCost = RecordedVariable(
        "effective_cost", by: .firm, "currency/MW",
        "hardware less warrants since the start, per power; 0 without power", .point, in: .table("firms"))
    package let dilution = RecordedVariable(
        "dilution", by: .firm, "1", "shares issued since the start per shares outstanding", .point, in: .table("firms"))
    package let circularity = RecordedVariable(
        "circularity", by: .firm, "1", "hardware sold to those it supplied with capital, per that capital; 0 without",
        .point, in: .table("firms"))
    package let idleCapital = RecordedVariable(
        "idle_capital", by: .firm, "currency", "book value of hardware without work, and deposits", .point,
        in: .table("firms"))
    package let paymentShortfall = RecordedVariable(
        "payment_shortfall", by: .firm, "currency", "what was due and not paid", .sum, in: .table("firms"))
    package let defaulted = RecordedVariable(
        "default", by: .firm, "1", "1 where something due was not paid", .maximum, in: .table("firms"))
    package let contractPayments = RecordedVariable(
        "contract_payments", by: .contract, "currency", "cash from buyer to supplier less cash back", .sum,
        in: .table("firms"))
    package let powerTaken = RecordedVariable(
        "power_taken", by: .contract, "MW", "mean power that the buyer takes of a project", .mean, in: .table("firms"))
    package let contractShares = RecordedVariable(
        "contract_shares", by: .contract, "1",
        "shares that have vested by a warrant, or were issued for capital this year", .point, in: .table("firms"))
    package let debtCover = RecordedVariable(
        "debt_cover", by: .contract, "1", "cash flow per debt service of a project; 0 without debt", .point,
        in: .table("firms"))
    package let unitCost = RecordedVariable(
        "unit_cost", by: .contract, "currency/MWh", "hardware bought this year and its power, per work at IT equipment",
        .mean, in: .table("firms"))
    package let booksGap = RecordedVariable(
        "books_gap", "1", "largest breach of a law of the books per largest balance", .maximum, in: .table("firms"),
        isDiagnostic: true)
}

extension Records {
    package static let contracts = ContractsRecords()
}
