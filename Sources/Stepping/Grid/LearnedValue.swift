/// The worth of one more MWh in a stock: v(e) = m + k (1 - 2 e / E), never below zero.
///
/// m and k are running means of the local price and of its distance from m, so a store buys below and sells above what
/// it has lately seen, more eagerly as it empties or fills. A negative worth would pay a store for burning energy in a
/// round trip.
@inline(__always)
func marginalValue(energy e: Lanes, capacity E: Lanes, mean m: Lanes, spread k: Lanes) -> Lanes {
    maximum(m + k * (1 - 2 * e / E), Lanes.zero)
}

/// Learns from the prices of a day: running means with a half-life of 14 cleared days.
///
/// - Parameters:
///   - mean: m of each bus.
///   - spread: k of each bus.
///   - prices: [hour][bus] of the day.
///   - ceiling: the dearest generator's cost; prices count between zero and it.
func learnPrices(
    mean m: UnsafeMutablePointer<Lanes>, spread k: UnsafeMutablePointer<Lanes>, prices: UnsafePointer<Lanes>,
    buses: Int, hours: Int, ceiling: Lanes
) {
    /// 1 - 2^(-1/14)
    let weight = 0.04830484698938042
    for bus in 0..<buses {
        var sum = Lanes.zero
        var distance = Lanes.zero
        for hour in 0..<hours {
            let price = minimum(maximum(prices[hour * buses + bus], Lanes.zero), ceiling)
            sum += price
            distance += absolute(price - m[bus])
        }
        m[bus] += weight * (sum / Double(hours) - m[bus])
        k[bus] += weight * (distance / Double(hours) - k[bus])
    }
}
