/// Philox4x32-10, a bijection of counters whose values pass for random.
///
/// Salmon et al. 2011, "Parallel random numbers: as easy as 1, 2, 3".
/// A random number here is a function of what it is for, never the next of a stream: world lines that share a sample
/// share its numbers, and no result depends on lane, thread, order or shard.
public enum Philox {
    /// The multipliers of the two halves of a round.
    public static let multipliers: (UInt32, UInt32) = (0xd251_1f53, 0xcd9e_8d57)
    /// What is added to the two words of the key after a round.
    public static let increments: (UInt32, UInt32) = (0x9e37_79b9, 0xbb67_ae85)

    /// The four words that belong to a counter under a key.
    @inlinable
    public static func block(
        counter: (UInt32, UInt32, UInt32, UInt32), key: (UInt32, UInt32)
    ) -> (UInt32, UInt32, UInt32, UInt32) {
        var c = counter
        var k = key
        for _ in 0..<10 {
            let a = multipliers.0.multipliedFullWidth(by: c.0)
            let b = multipliers.1.multipliedFullWidth(by: c.2)
            c = (b.high ^ c.1 ^ k.0, b.low, a.high ^ c.3 ^ k.1, a.low)
            k = (k.0 &+ increments.0, k.1 &+ increments.1)
        }
        return c
    }

    /// The key of a study's seed: its low word, then its high one.
    @inlinable
    public static func key(seed: UInt64) -> (UInt32, UInt32) {
        (UInt32(truncatingIfNeeded: seed), UInt32(truncatingIfNeeded: seed &>> 32))
    }

    /// The word by which a named thing enters the counter: FNV-1a (32 bits) over the UTF-8 of its id, so that the order
    /// of a table's rows never shows.
    @inlinable
    public static func entity(_ id: String) -> UInt32 {
        var hash: UInt32 = 0x811c_9dc5
        for byte in id.utf8 {
            hash = (hash ^ UInt32(byte)) &* 0x0100_0193
        }
        return hash
    }

    /// The number in (0, 1), never 0 or 1, made of the upper 52 bits of two words: (bits + 1/2) / 2^52.
    @inlinable
    public static func deviate(_ high: UInt32, _ low: UInt32) -> Double {
        let fraction = (UInt64(high) &<< 20) | UInt64(low &>> 12)
        return Double(bitPattern: fraction | 0x3ff0_0000_0000_0000) - 0x1.fffffffffffffp-1
    }
}

/// One place where chance enters a world line.
public struct Draw: Sendable, Hashable {
    /// What a number is drawn for; the raw values are part of every archive's meaning and never change.
    public enum Purpose: UInt32, Sendable, Hashable, CaseIterable {
        /// Whether and how a shock strikes.
        case shock = 1
        /// The scrambling of the sequence that samples the uncertainties.
        case scramble = 2
        /// The temperature of a day.
        case temperature = 3
        /// The sun of a day.
        case sun = 4
        /// The wind of a day.
        case wind = 5
        /// The inflow of a day.
        case inflow = 6
        /// What is unknown of the demand of a day.
        case demand = 7
        /// Outages of machines.
        case outage = 8
        /// The proposals of a search.
        case search = 9
        /// The noise of forcing and surface in the energy balance.
        case climate = 16
    }

    /// The study's seed.
    public var seed: UInt64
    /// The sample, in 0..<2^32.
    public var sample: Int
    /// What the number is for.
    public var purpose: Purpose
    /// The hash of the id of what it is about, by `Philox.entity`.
    public var entity: UInt32
    /// Calendar year x 8760 + hour of the year, in 0..<2^32.
    public var step: Int

    /// The draw for a purpose about a named thing at a step.
    public init(seed: UInt64, sample: Int, purpose: Purpose, entity: UInt32, step: Int) {
        self.seed = seed
        self.sample = sample
        self.purpose = purpose
        self.entity = entity
        self.step = step
    }

    /// Two independent numbers, uniform in (0, 1).
    @inlinable
    public var uniforms: (Double, Double) {
        let words = Philox.block(
            counter: (
                UInt32(truncatingIfNeeded: sample), purpose.rawValue, entity, UInt32(truncatingIfNeeded: step)
            ), key: Philox.key(seed: seed))
        return (Philox.deviate(words.0, words.1), Philox.deviate(words.2, words.3))
    }

    /// A number uniform in (0, 1), the first of `uniforms`.
    @inlinable
    public var uniform: Double { uniforms.0 }
}
