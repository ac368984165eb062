/// Which points are better than others when every coordinate is to be small.
///
/// A coordinate that is not a number counts as infinite.
public enum Domination {
    /// Whether `a` is nowhere larger than `b` and somewhere smaller; equal points do not dominate each other.
    public static func dominates(_ a: [Double], _ b: [Double]) -> Bool {
        var smaller = false
        for (x, y) in zip(a, b) {
            let (x, y) = (x.isNaN ? .infinity : x, y.isNaN ? .infinity : y)
            if x > y { return false }
            if x < y { smaller = true }
        }
        return smaller
    }

    /// The rank of every point: 0 for those that nothing dominates, 1 for those that only rank 0 dominates, and so on.
    ///
    /// Equal points have equal ranks.
    /// - Precondition: every point has as many coordinates as the first.
    public static func ranks(_ points: [[Double]]) -> [Int] { ranks(PointSet(points)) }

    /// The rank of every point; see `NondominatedSort`.
    public static func ranks(_ points: PointSet) -> [Int] { NondominatedSort.ranks(points) }

    /// The fronts: the indices of the points of rank 0, of rank 1, and so on, each in their order.
    public static func fronts(ranks: [Int]) -> [[Int]] {
        var fronts = [[Int]](repeating: [], count: (ranks.max() ?? -1) + 1)
        for (index, rank) in ranks.enumerated() { fronts[rank].append(index) }
        return fronts
    }
}
