import Lanes

/// What compute waits for: a connection to the grid, a shell with its cooling, and chips, in this order in the state.
let conversionParts = 3

/// Where the orders of a bundle's sites wait.
struct Conversion {
    /// MW on the way: [part][stage][site].
    let stages: UnsafeMutablePointer<Lanes>
    /// MW that have come and wait for other parts: [part][site].
    let waiting: UnsafeMutablePointer<Lanes>
    let sites: Int
    let stageCount: Int

    /// Moves a month's orders of a site on; returns what can be put to work, MW.
    ///
    ///     w_p += what leaves the last stage of part p;  usable = min over p of w_p;  w_p -= usable
    ///
    /// - Parameter shares: of a stage that leaves it in the month, by part.
    @inline(__always)
    func deliver(site: Int, inflow: Lanes, shares: (Lanes, Lanes, Lanes)) -> Lanes {
        let part = stageCount * sites
        func come(_ p: Int, _ share: Lanes) -> Lanes {
            waiting[p * sites + site]
                + passStages(stages + p * part + site, stride: sites, count: stageCount, inflow: inflow, share: share)
        }
        let (grid, shell, chips) = (come(0, shares.0), come(1, shares.1), come(2, shares.2))
        let usable = minimum(minimum(grid, shell), chips)
        waiting[site] = grid - usable
        waiting[sites + site] = shell - usable
        waiting[2 * sites + site] = chips - usable
        return usable
    }

    /// Shares of a stage that leave it in a month: n / (12 lead time), at most all.
    func monthlyShares(_ leadTimes: (Lanes, Lanes, Lanes)) -> (Lanes, Lanes, Lanes) {
        // A stage can't pass on more than it holds: rates above one a month are one a month.
        func share(_ time: Lanes) -> Lanes { minimum(Double(stageCount) / 12 / time, lanes(1)) }
        return (share(leadTimes.0), share(leadTimes.1), share(leadTimes.2))
    }
}

/// Moves a year's orders through the stages between order and operation.
///
///     each month, at rate r = n / lead_time of n stages: out_k = s_k r of the old stock,
///     s_1 += dt (orders - out_1), s_k += dt (out_(k-1) - out_k), capacity += dt (usable - retirement capacity)
///
/// An order is for grid, shell and chips at once. The delay of each is Erlang-distributed with its mean, and what has all three is
/// usable; so of each part what is ordered is on its way, waits for the others, works or has closed, and GW are conserved.
///
/// - Parameters:
///   - orders: MW/yr of each site.
///   - leadTimes: yr, means of grid, shell and chips.
///   - retirement: %/yr of capacity.
///   - delivered: MW that could be put to work in the year, of each site.
///   - closed: MW that closed in the year, of each site; added to.
func advancePipeline(
    _ conversion: Conversion, capacity: UnsafeMutablePointer<Lanes>, orders: UnsafePointer<Lanes>,
    leadTimes: (Lanes, Lanes, Lanes), retirement: Lanes, delivered: UnsafeMutablePointer<Lanes>,
    closed: UnsafeMutablePointer<Lanes>
) {
    let dt = 1.0 / 12
    let shares = conversion.monthlyShares(leadTimes)
    let closing = retirement / 100 * dt
    for site in 0..<conversion.sites {
        delivered[site] = .zero
        for _ in 0..<12 {
            let usable = conversion.deliver(site: site, inflow: orders[site] * dt, shares: shares)
            let gone = closing * capacity[site]
            capacity[site] += usable - gone
            delivered[site] += usable
            closed[site] += gone
        }
    }
}

/// Moves a month's inflow through stages in a row; returns what leaves the last.
///
///     out_k = s_k share of the old stock; s_1 += inflow - out_1, s_k += out_(k-1) - out_k
///
/// - Parameter share: of a stock that leaves in the month.
@inline(__always)
func passStages(
    _ s: UnsafeMutablePointer<Lanes>, stride: Int, count n: Int, inflow: Lanes, share: Lanes
) -> Lanes {
    var inflow = inflow
    for k in 0..<n {
        let stock = s[k * stride]
        let outflow = stock * share
        s[k * stride] = stock + (inflow - outflow)
        inflow = outflow
    }
    return inflow
}
