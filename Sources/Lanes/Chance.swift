public import Draws

/// Random numbers for a bundle: lane i holds what sample i of `samples` would draw alone, bit for bit.
public enum Chance {
    /// Two independent numbers a lane, uniform in (0, 1), the same as `Draw.uniforms`.
    @inlinable
    public static func uniforms(
        seed: UInt64, samples: SIMD8<UInt32>, purpose: Draw.Purpose, entity: UInt32, step: Int
    ) -> (Lanes, Lanes) {
        let word = SIMD8<UInt64>(repeating: 0xffff_ffff)
        let half = SIMD8<UInt64>(repeating: 32)
        let multiplyFirst = SIMD8<UInt64>(repeating: UInt64(Philox.multipliers.0))
        let multiplySecond = SIMD8<UInt64>(repeating: UInt64(Philox.multipliers.1))
        var c0 = SIMD8<UInt64>(truncatingIfNeeded: samples)
        var c1 = SIMD8<UInt64>(repeating: UInt64(purpose.rawValue))
        var c2 = SIMD8<UInt64>(repeating: UInt64(entity))
        var c3 = SIMD8<UInt64>(repeating: UInt64(UInt32(truncatingIfNeeded: step)))
        var key = Philox.key(seed: seed)
        for _ in 0..<10 {
            let a = multiplyFirst &* c0
            let b = multiplySecond &* c2
            c0 = (b &>> half) ^ c1 ^ SIMD8(repeating: UInt64(key.0))
            c1 = b & word
            c2 = (a &>> half) ^ c3 ^ SIMD8(repeating: UInt64(key.1))
            c3 = a & word
            key = (key.0 &+ Philox.increments.0, key.1 &+ Philox.increments.1)
        }
        return (deviate(c0, c1), deviate(c2, c3))
    }

    /// A number a lane, uniform in (0, 1), the same as `Draw.uniform`.
    @inlinable
    public static func uniform(
        seed: UInt64, samples: SIMD8<UInt32>, purpose: Draw.Purpose, entity: UInt32, step: Int
    ) -> Lanes {
        uniforms(seed: seed, samples: samples, purpose: purpose, entity: entity, step: step).0
    }

    /// Two independent standard normal numbers a lane, by Box and Muller; no larger than 8.58.
    public static func normals(
        seed: UInt64, samples: SIMD8<UInt32>, purpose: Draw.Purpose, entity: UInt32, step: Int
    ) -> (Lanes, Lanes) {
        let (u, v) = uniforms(seed: seed, samples: samples, purpose: purpose, entity: entity, step: step)
        let radius = squareRoot(lanes(-2) * logarithm(u))
        let angle = lanes(2 * Double.pi) * v
        return (radius * cosine(angle), radius * sine(angle))
    }

    /// A standard normal number a lane, the first of `normals`.
    public static func normal(
        seed: UInt64, samples: SIMD8<UInt32>, purpose: Draw.Purpose, entity: UInt32, step: Int
    ) -> Lanes {
        normals(seed: seed, samples: samples, purpose: purpose, entity: entity, step: step).0
    }

    @inlinable @inline(__always)
    static func deviate(_ high: SIMD8<UInt64>, _ low: SIMD8<UInt64>) -> Lanes {
        let fraction = (high &<< SIMD8(repeating: 20)) | (low &>> SIMD8(repeating: 12))
        let pattern = fraction | SIMD8(repeating: 0x3ff0_0000_0000_0000)
        return unsafeBitCast(pattern, to: Lanes.self) - lanes(0x1.fffffffffffffp-1)
    }
}
