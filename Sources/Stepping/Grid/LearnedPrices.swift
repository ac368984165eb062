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

/// What stores and work that waits have learned of the prices at buses.
final class LearnedPrices: Sendable {
    /// The hours whose mean price a store holds against that of now; a night's refill and an evening's sale are apart by more.
    static let window = 7
    /// 1 - 2^(-1/14): a half-life of 14 cleared days.
    private static let weight = 0.04830484698938042

    let buses: Int
    /// Running means, [hour][bus], and of the distance from the day's mean, [bus].
    let mean, spread: StateColumn

    init(_ plan: inout KernelPlan, _ places: Places) {
        buses = places.buses
        mean = plan.state("price_mean", 24 * buses, isLearned: true)
        spread = plan.state("price_spread", buses, isLearned: true)
    }

    /// What is believed before a price was seen: the mean cost of the generators, weighted by power.
    func start(_ y: Year, generators: Generators) {
        var power = lanes(1e-9)
        var cost = Lanes.zero
        for g in 0..<generators.count {
            power += y[generators.power, g]
            cost += y[generators.power, g] * generators.linearCost(g, y)
        }
        let price = maximum(cost / power, Lanes.zero)
        for bus in 0..<buses {
            for hour in 0..<24 { y[mean, hour * buses + bus] = price }
            y[spread, bus] = 0.05 * price
        }
    }

    /// The worth of power at a bus after an hour: mean over the hours that come next, and for what waits longer than a
    /// week, or is work, over the day.
    @inline(__always)
    private func means(_ bus: Int, after hour: Int, _ y: Year) -> (next: Lanes, day: Lanes) {
        let p = y.pointer(mean) + bus
        var (next, day) = (Lanes.zero, Lanes.zero)
        for each in 0..<24 { day += p[each * buses] }
        for each in 1...LearnedPrices.window { next += p[(hour + each) % 24 * buses] }
        return (next / Double(LearnedPrices.window), day / 24)
    }

    /// m and k of a store after an hour.
    @inline(__always)
    func worth(ofStore unit: Int, _ stores: Stores, after hour: Int, _ y: Year) -> (m: Lanes, k: Lanes) {
        let bus = stores.busOf[unit]
        let mean = means(bus, after: hour, y)
        return (select(stores.isLong(unit, y), mean.day, mean.next), 2 * y[spread, bus])
    }

    /// m and k of work that waits at a bus.
    @inline(__always)
    func worth(ofWorkAt bus: Int, _ y: Year) -> (m: Lanes, k: Lanes) {
        (means(bus, after: 0, y).day, 2 * y[spread, bus])
    }

    /// Learns from the prices of a day: running means by hour of the day, and of the distance from the day's mean.
    ///
    /// The nth day weighs 1/n until that is less than the weight of every later day: what was believed before the first
    /// day is forgotten with it.
    ///
    /// - Parameters:
    ///   - prices: [hour][bus] of the day.
    ///   - ceiling: the dearest generator's cost; prices count between zero and it.
    ///   - daysBefore: the days learned from before, the unrecorded pass included.
    func learn(_ y: Year, prices: ScratchColumn, ceiling: Lanes, daysBefore: Int) {
        let weight = max(LearnedPrices.weight, 1 / Double(daysBefore + 1))
        let (p, d, prices) = (y.pointer(mean), y.pointer(spread), y.pointer(prices))
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
