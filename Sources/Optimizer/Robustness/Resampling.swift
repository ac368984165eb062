import Draws
import WorldModel

/// Draws with replacement, a function of seed, resample and place.
enum Resampling {
    private static let entity = Philox.entity("bootstrap")

    /// As many places in 0..<count as `places` has room for.
    static func fill(_ places: inout [Int32], count: Int, resample: Int, seed: UInt64) {
        var step = 0
        while 2 * step < places.count {
            let draw = Draw(seed: seed, sample: resample, purpose: .search, entity: entity, step: step)
            let (first, second) = draw.uniforms
            places[2 * step] = Int32(first * Double(count))
            if 2 * step + 1 < places.count { places[2 * step + 1] = Int32(second * Double(count)) }
            step += 1
        }
    }
}
