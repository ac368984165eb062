/// Which points are better than others when every coordinate is to be small.
public enum Domination {
    /// Whether `a` is nowhere larger than `b` and somewhere smaller; equal points do not dominate each other.
    public static func dominates(_ a: [Double], _ b: [Double]) -> Bool {
        var smaller = false
        for (x, y) in zip(a, b) {
            if x > y { return false }
            if x < y { smaller = true }
        }
        return smaller
    }

    /// The rank of every point: 0 for those that nothing dominates, 1 for those that only rank 0 dominates, and so on.
    ///
    /// Deb et al. 2002, "A fast and elitist multiobjective genetic algorithm: NSGA-II", O(M N^2).
    public static func ranks(_ points: [[Double]]) -> [Int] {
        var dominators = [Int](repeating: 0, count: points.count)
        var dominated = [[Int]](repeating: [], count: points.count)
        for i in points.indices {
            for j in points.indices where dominates(points[i], points[j]) {
                dominated[i].append(j)
                dominators[j] += 1
            }
        }
        var ranks = [Int](repeating: 0, count: points.count)
        var front = points.indices.filter { dominators[$0] == 0 }
        var rank = 0
        while !front.isEmpty {
            var next: [Int] = []
            for i in front {
                ranks[i] = rank
                for j in dominated[i] {
                    dominators[j] -= 1
                    if dominators[j] == 0 { next.append(j) }
                }
            }
            front = next
            rank += 1
        }
        return ranks
    }

    /// The points that nothing dominates, each of several equal ones once.
    ///
    /// - Parameter effort: loses one for every comparison of two points; the work stops when none is left.
    static func front(_ points: [[Double]], effort: inout Int) -> [[Double]] {
        var kept: [[Double]] = []
        for point in points {
            effort -= kept.count + 1
            if effort < 0 { return kept }
            if kept.contains(where: { $0 == point || dominates($0, point) }) { continue }
            kept.removeAll { dominates(point, $0) }
            kept.append(point)
        }
        return kept
    }
}
