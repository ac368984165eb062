/// A scrambled Sobol sequence: a point in the unit cube for every sample, of which any first 2^k fill it evenly.
///
/// Direction numbers: Joe and Kuo 2008, "Constructing Sobol sequences with better two-dimensional projections".
/// Scrambling: nested uniform (Owen 1995), each bit flipped by a hash of the seed, the dimension and the bits above it,
/// so that a point is a function of its number and adding samples changes none that is there.
package struct Sobol: Sendable {
    /// The largest number of dimensions.
    package static let dimensions = 64
    let seed: UInt64

    /// The sequence that a seed scrambles.
    package init(seed: UInt64) { self.seed = seed }

    /// A coordinate, strictly between 0 and 1: the middle of its cell of 2^-32.
    package func point(_ sample: Int, _ dimension: Int) -> Double {
        (Double(scrambled(Sobol.bits(UInt32(truncatingIfNeeded: sample), dimension), dimension)) + 0.5) * 0x1p-32
    }

    /// The unscrambled coordinate in units of 2^-32.
    static func bits(_ sample: UInt32, _ dimension: Int) -> UInt32 {
        var left = sample
        var result: UInt32 = 0
        while left != 0 {
            result ^= directions[dimension * 32 + left.trailingZeroBitCount]
            left &= left &- 1
        }
        return result
    }

    private func scrambled(_ bits: UInt32, _ dimension: Int) -> UInt32 {
        let key = Sobol.mix(seed ^ Sobol.mix(UInt64(dimension) &+ 0x5bd1_e995))
        var result = bits
        for bit in 0..<32 {
            let above = bit == 0 ? 0 : UInt64(bits >> (32 - UInt32(bit)))
            let hash = Sobol.mix(key &+ (above << 6 | UInt64(bit)) &* 0x9e37_79b9_7f4a_7c15)
            result ^= UInt32(hash >> 63) << (31 - UInt32(bit))
        }
        return result
    }

    /// The finaliser of SplitMix64 (Steele, Lea and Flood 2014).
    private static func mix(_ value: UInt64) -> UInt64 {
        var z = value
        z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
        z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
        return z ^ (z >> 31)
    }

    /// [dimension][bit]: the contribution of a bit of the sample's number.
    private static let directions: [UInt32] = {
        var table = (0..<32).map { UInt32(1) << (31 - $0) }
        for (polynomial, initial) in polynomials {
            let degree = initial.count
            var row = initial.enumerated().map { $1 << UInt32(31 - $0) }
            for k in degree..<32 {
                var value = row[k - degree] ^ row[k - degree] >> UInt32(degree)
                for i in 1..<max(degree, 1) where polynomial >> UInt32(degree - i) & 1 == 1 { value ^= row[k - i] }
                row.append(value)
            }
            table += row
        }
        return table
    }()

    /// From the second dimension on: the primitive polynomial with all its bits, and the first direction numbers.
    private static let polynomials: [(UInt32, [UInt32])] = [
        (3, [1]), (7, [1, 3]), (11, [1, 3, 1]), (13, [1, 1, 1]), (19, [1, 1, 3, 3]), (25, [1, 3, 5, 13]),
        (37, [1, 1, 5, 5, 17]), (41, [1, 1, 5, 5, 5]), (47, [1, 1, 7, 11, 19]), (55, [1, 1, 5, 1, 1]),
        (59, [1, 1, 1, 3, 11]), (61, [1, 3, 5, 5, 31]), (67, [1, 3, 3, 9, 7, 49]), (91, [1, 1, 1, 15, 21, 21]),
        (97, [1, 3, 1, 13, 27, 49]), (103, [1, 1, 1, 15, 7, 5]), (109, [1, 3, 1, 15, 13, 25]),
        (115, [1, 1, 5, 5, 19, 61]), (131, [1, 3, 7, 11, 23, 15, 103]), (137, [1, 3, 7, 13, 13, 15, 69]),
        (143, [1, 1, 3, 13, 7, 35, 63]), (145, [1, 3, 5, 9, 1, 25, 53]), (157, [1, 3, 1, 13, 9, 35, 107]),
        (167, [1, 3, 1, 5, 27, 61, 31]), (171, [1, 1, 5, 11, 19, 41, 61]), (185, [1, 3, 5, 3, 3, 13, 69]),
        (191, [1, 1, 7, 13, 1, 19, 1]), (193, [1, 3, 7, 5, 13, 19, 59]), (203, [1, 1, 3, 9, 25, 29, 41]),
        (211, [1, 3, 5, 13, 23, 1, 55]), (213, [1, 3, 7, 3, 13, 59, 17]), (229, [1, 3, 1, 3, 5, 53, 69]),
        (239, [1, 1, 5, 5, 23, 33, 13]), (241, [1, 1, 7, 7, 1, 61, 123]), (247, [1, 1, 7, 9, 13, 61, 49]),
        (253, [1, 3, 3, 5, 3, 55, 33]), (285, [1, 3, 1, 15, 31, 13, 49, 245]), (299, [1, 3, 5, 15, 31, 59, 63, 97]),
        (301, [1, 3, 1, 11, 11, 11, 77, 249]), (333, [1, 3, 1, 11, 27, 43, 71, 9]),
        (351, [1, 1, 7, 15, 21, 11, 81, 45]), (355, [1, 3, 7, 3, 25, 31, 65, 79]),
        (357, [1, 3, 1, 1, 19, 11, 3, 205]), (361, [1, 1, 5, 9, 19, 21, 29, 157]),
        (369, [1, 3, 7, 11, 1, 33, 89, 185]), (391, [1, 3, 3, 3, 15, 9, 79, 71]),
        (397, [1, 3, 7, 11, 15, 39, 119, 27]), (425, [1, 1, 3, 1, 11, 31, 97, 225]),
        (451, [1, 1, 1, 3, 23, 43, 57, 177]), (463, [1, 3, 7, 7, 17, 17, 37, 71]),
        (487, [1, 3, 1, 5, 27, 63, 123, 213]), (501, [1, 1, 3, 5, 11, 43, 53, 133]),
        (529, [1, 3, 5, 5, 29, 17, 47, 173, 479]), (539, [1, 3, 3, 11, 3, 1, 109, 9, 69]),
        (545, [1, 1, 1, 5, 17, 39, 23, 5, 343]), (557, [1, 3, 1, 5, 25, 15, 31, 103, 499]),
        (563, [1, 1, 1, 11, 11, 17, 63, 105, 183]), (601, [1, 1, 5, 11, 9, 29, 97, 231, 363]),
        (607, [1, 1, 5, 15, 19, 45, 41, 7, 383]), (617, [1, 3, 7, 7, 31, 19, 83, 137, 221]),
        (623, [1, 1, 1, 3, 23, 15, 111, 223, 83]), (631, [1, 1, 5, 13, 31, 15, 55, 25, 161]),
        (637, [1, 1, 3, 13, 25, 47, 39, 87, 257]),
    ]
}
