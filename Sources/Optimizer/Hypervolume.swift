/// The volume that points dominate, up to a reference point; every coordinate is to be small.
///
/// It is in the product of the coordinates' units and means nothing without its reference point.
public enum Hypervolume {
    /// The exact volume between the points and `reference`; a point that is not below it everywhere adds nothing.
    ///
    /// Two and three coordinates by sweeping; above, by the exclusive volumes of While, Bradstreet and Barone 2012 ("A
    /// fast way of calculating exact hypervolumes"), whose time may grow exponentially with the number of coordinates.
    public static func of(_ points: [[Double]], reference: [Double]) -> Double {
        of(points, reference: reference, effort: .max) ?? .nan
    }

    /// The exact volume if it takes at most `effort` comparisons of two points, the same on every machine; otherwise nil.
    public static func of(_ points: [[Double]], reference: [Double], effort: Int) -> Double? {
        let inside = points.filter { point in zip(point, reference).allSatisfy { $0 < $1 } }
        var effort = effort
        let front = Domination.front(inside, effort: &effort)
        let result = volume(front, reference, effort: &effort)
        return effort < 0 ? nil : result
    }

    /// What the volume would lose without each point.
    public static func contributions(_ points: [[Double]], reference: [Double]) -> [Double] {
        let whole = of(points, reference: reference)
        return points.indices.map { index in
            var rest = points
            rest.remove(at: index)
            return whole - of(rest, reference: reference)
        }
    }

    /// The volume of points that do not dominate each other and lie below the reference.
    private static func volume(_ front: [[Double]], _ reference: [Double], effort: inout Int) -> Double {
        guard let first = front.first else { return 0 }
        switch reference.count {
        case 0: return 0
        case 1: return reference[0] - first[0]
        case 2: return area(front, reference)
        case 3: return solid(front, reference)
        default: return exclusive(front, reference, effort: &effort)
        }
    }

    /// Two coordinates: strips between neighbours in the order of the first.
    private static func area(_ front: [[Double]], _ reference: [Double]) -> Double {
        var sum = 0.0
        var height = reference[1]
        for point in front.sorted(by: { $0[0] < $1[0] }) {
            sum += (reference[0] - point[0]) * (height - point[1])
            height = point[1]
        }
        return sum
    }

    /// Three coordinates: slices between neighbours in the order of the third, over a staircase of the first two.
    private static func solid(_ front: [[Double]], _ reference: [Double]) -> Double {
        let sorted = front.sorted { $0[2] < $1[2] }
        var stairs: [(x: Double, y: Double)] = []
        var area = 0.0
        var sum = 0.0
        for (index, point) in sorted.enumerated() {
            let (x, y) = (point[0], point[1])
            var low = 0
            var high = stairs.count
            while low < high {
                let middle = (low + high) / 2
                if stairs[middle].x < x { low = middle + 1 } else { high = middle }
            }
            var ceiling = low > 0 ? stairs[low - 1].y : reference[1]
            if y < ceiling, low == stairs.count || stairs[low].x > x || stairs[low].y > y {
                var end = low
                var left = x
                while end < stairs.count, stairs[end].y >= y {
                    area += (stairs[end].x - left) * (ceiling - y)
                    left = stairs[end].x
                    ceiling = stairs[end].y
                    end += 1
                }
                let right = end < stairs.count ? stairs[end].x : reference[0]
                area += (right - left) * (ceiling - y)
                stairs.replaceSubrange(low..<end, with: [(x, y)])
            }
            let top = index + 1 < sorted.count ? sorted[index + 1][2] : reference[2]
            sum += area * (top - point[2])
        }
        return sum
    }

    /// More coordinates: each point's own volume beyond those that are no worse in the last one.
    ///
    /// Among them the last coordinate is the point's own, so that one coordinate less remains.
    private static func exclusive(_ front: [[Double]], _ reference: [Double], effort: inout Int) -> Double {
        let last = reference.count - 1
        let base = Array(reference.prefix(last))
        let sorted = front.sorted { $0[last] > $1[last] }
        var sum = 0.0
        for (index, point) in sorted.enumerated() {
            if effort < 0 { return sum }
            let corner = Array(point.prefix(last))
            let limited = sorted[(index + 1)...].map { other in zip(corner, other).map { max($0, $1) } }
            let own = zip(base, corner).reduce(1) { $0 * ($1.0 - $1.1) }
            let front = Domination.front(limited, effort: &effort)
            sum += (reference[last] - point[last]) * (own - volume(front, base, effort: &effort))
        }
        return sum
    }
}
