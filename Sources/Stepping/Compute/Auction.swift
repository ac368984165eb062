import Lanes

/// A double auction at one price: flat blocks that are offered and asked for.
///
///     V = max over prices p of min(sum of offers at p or below, sum of bids at p or above)
///     price = midpoint of the dearest offer and the cheapest bid that are needed for V
///
/// Where nothing is traded the volume is 0 and the price not a number.
///
/// - Parameters:
///   - quantity, cost: of each offer.
///   - demand, value: of each bid.
func auction(
    quantity q: UnsafePointer<Lanes>, cost c: UnsafePointer<Lanes>, offers: Int, demand d: UnsafePointer<Lanes>,
    value v: UnsafePointer<Lanes>, bids: Int
) -> (price: Lanes, volume: Lanes) {
    func supply(_ p: Lanes) -> Lanes {
        var sum = Lanes.zero
        for i in 0..<offers { sum += select(c[i] .<= p, q[i], .zero) }
        return sum
    }
    func asked(_ p: Lanes) -> Lanes {
        var sum = Lanes.zero
        for i in 0..<bids { sum += select(v[i] .>= p, d[i], .zero) }
        return sum
    }
    var volume = Lanes.zero
    for i in 0..<offers { volume = maximum(volume, minimum(supply(c[i]), asked(c[i]))) }
    // A block that adds less than rounding is not needed.
    let enough = volume * (1 - 1e-12)
    var dearest = lanes(.infinity)
    for i in 0..<offers { dearest = select(supply(c[i]) .>= enough, minimum(dearest, c[i]), dearest) }
    var cheapest = lanes(-.infinity)
    for i in 0..<bids { cheapest = select(asked(v[i]) .>= enough, maximum(cheapest, v[i]), cheapest) }
    let price = 0.5 * (dearest + cheapest)
    return (select(volume .> .zero, price, lanes(.nan)), volume)
}
