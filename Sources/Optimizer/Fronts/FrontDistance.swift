/// How far a set of points is from a reference front; every coordinate is to be small.
///
/// All are 0 where the set holds the reference front, in the coordinates' units, infinite where the set is empty, and not
/// a number where the reference front is.
public enum FrontDistance {
    /// The inverted generational distance: the mean over the reference points of the Euclidean distance to the nearest
    /// point of the set.
    public static func inverted(_ set: [[Double]], reference: [[Double]]) -> Double {
        mean(reference.map { r in nearest(set) { s in euclid(zip(s, r).map { $0 - $1 }) } })
    }

    /// The generational distance: the mean over the points of the set of the distance to the nearest reference point.
    public static func generational(_ set: [[Double]], reference: [[Double]]) -> Double {
        set.isEmpty ? .infinity : mean(set.map { s in nearest(reference) { r in euclid(zip(s, r).map { $0 - $1 }) } })
    }

    /// The modified inverted generational distance, IGD+: as `inverted`, but only what a point lacks counts.
    ///
    /// Ishibuchi, Masuda, Tanigaki and Nojima 2015, "Modified distance calculation in generational distance and inverted
    /// generational distance".
    public static func invertedPlus(_ set: [[Double]], reference: [[Double]]) -> Double {
        mean(reference.map { r in nearest(set) { s in euclid(zip(s, r).map { max($0 - $1, 0) }) } })
    }

    /// The additive epsilon: by how much the set must be bettered in every coordinate to be nowhere worse than the
    /// reference front; negative where it is better already.
    ///
    /// Zitzler, Thiele, Laumanns, Fonseca and da Fonseca 2003, "Performance assessment of multiobjective optimizers".
    public static func additiveEpsilon(_ set: [[Double]], reference: [[Double]]) -> Double {
        reference.map { r in nearest(set) { s in zip(s, r).map { $0 - $1 }.max() ?? 0 } }.max() ?? .nan
    }

    private static func mean(_ values: [Double]) -> Double { values.reduce(0, +) / Double(values.count) }

    private static func nearest(_ set: [[Double]], _ distance: ([Double]) -> Double) -> Double {
        set.reduce(.infinity) { min($0, distance($1)) }
    }

    private static func euclid(_ difference: [Double]) -> Double {
        difference.reduce(0) { $0 + $1 * $1 }.squareRoot()
    }
}
