import Lanes

/// The worth of one more MWh in a stock: v(e) = m + k (1 - 2 e / E), never below zero.
///
/// m is what power has lately cost in the hours that come next, k twice its usual distance from the day's mean: a store buys
/// before dearer hours and sells before cheaper ones, more eagerly as it empties or fills. A negative worth would pay a store
/// for burning energy in a round trip.
@inline(__always)
func marginalValue(energy e: Lanes, capacity E: Lanes, mean m: Lanes, spread k: Lanes) -> Lanes {
    maximum(m + k * (1 - 2 * e / E), Lanes.zero)
}

/// What stores have learned of the prices at a bus.
enum LearnedPrices {
    /// The hours whose mean price a store holds against that of now; a night's refill and an evening's sale are apart by more.
    static let window = 7
    /// 1 - 2^(-1/14): a half-life of 14 cleared days.
    private static let weight = 0.04830484698938042

    /// Learns from the prices of a day: running means by hour of the day, and of the distance from the day's mean.
    ///
    /// The nth day weighs 1/n until that is less than the weight of every later day: what was believed before the first
    /// day is forgotten with it.
    ///
    /// - Parameters:
    ///   - mean: p, [hour][bus].
    ///   - spread: d of each bus.
    ///   - prices: [hour][bus] of the day.
    ///   - ceiling: the dearest generator's cost; prices count between zero and it.
    ///   - daysBefore: the days learned from before, the unrecorded pass included.
    static func learn(
        mean p: UnsafeMutablePointer<Lanes>, spread d: UnsafeMutablePointer<Lanes>, prices: UnsafePointer<Lanes>,
        buses: Int, ceiling: Lanes, daysBefore: Int
    ) {
        let weight = max(weight, 1 / Double(daysBefore + 1))
        for bus in 0..<buses {
            var sum = Lanes.zero
            for hour in 0..<24 {
                let at = hour * buses + bus
                let price = minimum(maximum(prices[at], Lanes.zero), ceiling)
                p[at] += weight * (price - p[at])
                sum += p[at]
            }
            let mean = sum / 24
            var distance = Lanes.zero
            for hour in 0..<24 {
                distance += absolute(minimum(maximum(prices[hour * buses + bus], Lanes.zero), ceiling) - mean)
            }
            d[bus] += weight * (distance / 24 - d[bus])
        }
    }
}
