/// What firms and their contracts record of a year.
package struct ContractsRecords: Sendable {
    package let firmCash = RecordedVariable(
        "firm_cash", by: .firm, "currency", "cash on 31 December", .point, in: .firms)
    package let firmIncome = RecordedVariable(
        "firm_income", by: .firm, "currency", "profit after tax, without marks of what is held", .sum, in: .firms)
    package let firmWealth = RecordedVariable(
        "firm_wealth", by: .firm, "currency", "what is owned less what is owed to others than owners", .point,
        in: .firms)
    package let firmDebt = RecordedVariable(
        "firm_debt", by: .firm, "currency", "leases and loans owed on 31 December", .point, in: .firms)
    package let deliveredPower = RecordedVariable(
        "delivered_power", by: .firm, "MW", "IT power delivered to the buyer and paid for", .sum, in: .firms)
    package let hardwareSpend = RecordedVariable(
        "hardware_spend", by: .firm, "currency", "price of that power, over all contracts", .sum, in: .firms)
    package let warrantsReceived = RecordedVariable(
        "warrants_received", by: .firm, "currency", "warrants that vested to the buyer, at their worth then", .sum,
        in: .firms)
    package let effectiveCost = RecordedVariable(
        "effective_cost", by: .firm, "currency/MW",
        "hardware less warrants since the start, per power; 0 without power", .point, in: .firms)
    package let dilution = RecordedVariable(
        "dilution", by: .firm, "1", "shares issued since the start per shares outstanding", .point, in: .firms)
    package let circularity = RecordedVariable(
        "circularity", by: .firm, "1", "hardware sold to those it supplied with capital, per that capital; 0 without",
        .point, in: .firms)
    package let idleCapital = RecordedVariable(
        "idle_capital", by: .firm, "currency", "book value of hardware without work, and deposits", .point, in: .firms)
    package let paymentShortfall = RecordedVariable(
        "payment_shortfall", by: .firm, "currency", "what was due and not paid", .sum, in: .firms)
    package let defaulted = RecordedVariable(
        "default", by: .firm, "1", "1 where something due was not paid", .maximum, in: .firms)
    package let contractPayments = RecordedVariable(
        "contract_payments", by: .contract, "currency", "cash from buyer to supplier less cash back", .sum, in: .firms)
    package let powerTaken = RecordedVariable(
        "power_taken", by: .contract, "MW", "mean power that the buyer takes of a project", .mean, in: .firms)
    package let contractShares = RecordedVariable(
        "contract_shares", by: .contract, "1",
        "shares that have vested by a warrant, or were issued for capital this year", .point, in: .firms)
    package let debtCover = RecordedVariable(
        "debt_cover", by: .contract, "1", "cash flow per debt service of a project; 0 without debt", .point, in: .firms)
    package let unitCost = RecordedVariable(
        "unit_cost", by: .contract, "currency/MWh", "hardware bought this year and its power, per work at IT equipment",
        .mean, in: .firms)
    package let booksGap = RecordedVariable(
        "books_gap", "1", "largest breach of a law of the books per largest balance", .maximum, in: .firms,
        isDiagnostic: true)
}
