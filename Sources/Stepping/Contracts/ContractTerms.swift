/// Where the numbers of firms and contracts lie: the first slot of each column of their tables.
struct TermSlots: Sendable {
    let cash, shares, sharePrice, valuation, revenue, computeRevenue, operation, taxRate, costOfGoods: Int
    let share, price, deposit, leaseRate, balloon: Int
    let shellCost, gearing, loanRate, targetCover, lockUpCover, reserve, projectOperation, sponsorShare: Int
    let quantity, demand, minimumTake, floor, cap, damages: Int
    let strike, exercise, equityPerPower, equityLimit: Int
    let equityShare, reserved, discount, subsidy, clawback, localFloor, localShare: Int
    let units, forward, margin: Int
    let tranchePower, trancheShares, trancheHurdle: Int

    /// - Parameter column: the first slot of a column of a table.
    init(_ column: (_ table: String, _ name: String) -> Int) {
        func firm(_ name: String) -> Int { column("firms", name) }
        func contract(_ name: String) -> Int { column("contracts", name) }
        cash = firm("cash")
        shares = firm("shares")
        sharePrice = firm("share_price")
        valuation = firm("valuation")
        revenue = firm("revenue")
        computeRevenue = firm("compute_revenue")
        operation = firm("opex")
        taxRate = firm("tax_rate")
        costOfGoods = firm("cost_of_goods")
        share = contract("share")
        price = contract("price")
        deposit = contract("deposit")
        leaseRate = contract("lease_rate")
        balloon = contract("balloon")
        shellCost = contract("shell_cost")
        gearing = contract("gearing")
        loanRate = contract("loan_rate")
        targetCover = contract("target_cover")
        lockUpCover = contract("lock_up_cover")
        reserve = contract("reserve")
        projectOperation = contract("opex")
        sponsorShare = contract("sponsor_share")
        quantity = contract("quantity")
        demand = contract("demand")
        minimumTake = contract("minimum_take")
        floor = contract("floor")
        cap = contract("cap")
        damages = contract("damages")
        strike = contract("strike")
        exercise = contract("exercise")
        equityPerPower = contract("equity_per_power")
        equityLimit = contract("equity_limit")
        equityShare = contract("equity_share")
        reserved = contract("reserved")
        discount = contract("discount")
        subsidy = contract("subsidy")
        clawback = contract("clawback")
        localFloor = contract("local_floor")
        localShare = contract("local_share")
        units = contract("units")
        forward = contract("forward")
        margin = contract("margin")
        tranchePower = column("tranches", "power")
        trancheShares = column("tranches", "shares")
        trancheHurdle = column("tranches", "hurdle")
    }
}
