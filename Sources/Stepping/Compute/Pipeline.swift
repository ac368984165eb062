/// Moves a year's orders through the stages between order and operation.
///
///     each month, at rate r = n / lead_time of n stages: out_k = s_k r of the old stock,
///     s_1 += dt (orders - out_1), s_k += dt (out_(k-1) - out_k), capacity += dt (out_n - retirement capacity)
///
/// The delay is Erlang-distributed with mean `leadTime`; what is ordered either waits, works or has closed, so GW are
/// conserved. Returns nothing; the sum of stages and capacity changes by orders less retirement.
///
/// - Parameters:
///   - stages: [stage][site], MW.
///   - orders: MW/yr of each site.
///   - leadTime: yr, mean.
///   - retirement: %/yr of capacity.
///   - delivered: MW that arrived in the year, of each site.
func advancePipeline(
    stages s: UnsafeMutablePointer<Lanes>, capacity: UnsafeMutablePointer<Lanes>, sites: Int, stageCount n: Int,
    orders: UnsafePointer<Lanes>, leadTime: Lanes, retirement: Lanes, delivered: UnsafeMutablePointer<Lanes>
) {
    let dt = 1.0 / 12
    // A stage can't pass on more than it holds: rates above one a month are one a month.
    let share = minimum(Double(n) * dt / leadTime, Lanes(repeating: 1))
    let closing = retirement / 100 * dt
    for site in 0..<sites {
        delivered[site] = .zero
        for _ in 0..<12 {
            let outflow = passStages(s + site, stride: sites, count: n, inflow: orders[site] * dt, share: share)
            capacity[site] += outflow - closing * capacity[site]
            delivered[site] += outflow
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

/// Efficiency of chips bought so many years after the start, in the units of `initial`: e_0 2^(t / doubling).
func newEfficiency(initial: Lanes, doubling: Lanes, yearsSinceStart: Double) -> Lanes {
    initial * exponential(0.6931471805599453 * yearsSinceStart / doubling)
}

/// Replaces chips: the fleet's efficiency follows that of new chips with the chips' lifetime.
///
///     e' = e + (e_new - e) min(1 / lifetime + growth, 1)
func advanceEfficiency(fleet e: UnsafeMutablePointer<Lanes>, new: Lanes, lifetime: Lanes, added: Lanes) {
    let share = minimum(1 / lifetime + added, Lanes(repeating: 1))
    e[0] += (new - e[0]) * share
}
