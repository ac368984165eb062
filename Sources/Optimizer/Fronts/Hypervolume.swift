/// The volume that points dominate, up to a reference point; every coordinate is to be small.
///
/// It is in the product of the coordinates' units and means nothing without its reference point.
public enum Hypervolume {
    /// The exact volume between the points and `reference`; a point that is not below it everywhere adds nothing.
    ///
    /// Two and three coordinates by sweeping, in n log n; above, by the exclusive volumes of While, Bradstreet and Barone
    /// 2012 ("A fast way of calculating exact hypervolumes"), whose time may grow exponentially with the number of
    /// coordinates. It is infinite where a coordinate of the reference is, or a point has one of -infinity.
    public static func of(_ points: [[Double]], reference: [Double]) -> Double {
        of(points, reference: reference, effort: .max) ?? .nan
    }

    /// The exact volume if it takes at most `effort` comparisons of two points, the same on every machine; otherwise nil.
    public static func of(_ points: [[Double]], reference: [Double], effort: Int) -> Double? {
        guard !points.isEmpty else { return 0 }
        return of(PointSet(points), reference: reference, effort: effort)
    }

    /// The exact volume of points in one block; nil where it would take more than `effort` comparisons.
    ///
    /// - Precondition: the points have as many coordinates as the reference.
    public static func of(_ points: PointSet, reference: [Double], effort: Int = .max) -> Double? {
        precondition(points.count == 0 || points.dimension == reference.count, "a reference for every coordinate")
        let inside = below(reference, points)
        if inside.isEmpty { return 0 }
        if (inside + reference).contains(where: \.isInfinite) { return .infinity }
        switch reference.count {
        case 1: return reference[0] - (inside.min() ?? reference[0])
        case 2: return VolumeSweep.area(inside, reference)
        case 3: return VolumeSweep.solid(inside, reference)
        default:
            var exclusion = VolumeExclusion(effort: effort)
            let volume = exclusion.volume(inside, reference)
            return exclusion.effort < 0 ? nil : volume
        }
    }

    /// What the volume would lose without each point: 0 for one that is dominated or has an equal.
    public static func contributions(_ points: [[Double]], reference: [Double]) -> [Double] {
        contributions(points, reference: reference, effort: .max) ?? []
    }

    /// What the volume would lose without each point; nil where that would take more than `effort` comparisons.
    ///
    /// A point's own is its box up to the reference without what the others, moved into that box, dominate of it.
    public static func contributions(_ points: [[Double]], reference: [Double], effort: Int) -> [Double]? {
        var exclusion = VolumeExclusion(effort: effort)
        let inside = points.map { point in zip(point, reference).allSatisfy { $0 < $1 } }
        var own: [Double] = []
        for (index, point) in points.enumerated() {
            guard inside[index] else {
                own.append(0)
                continue
            }
            let box = zip(reference, point).reduce(1) { $0 * ($1.0 - $1.1) }
            if box.isInfinite {
                own.append(.infinity)
                continue
            }
            var others: [Double] = []
            for (other, row) in points.enumerated() where other != index && inside[other] {
                for (a, b) in zip(row, point) { others.append(max(a, b)) }
            }
            let shared = exclusion.volume(others, reference)
            if exclusion.effort < 0 { return nil }
            own.append(max(box - shared, 0))
        }
        return own
    }

    /// The coordinates of the points that are below the reference everywhere.
    private static func below(_ reference: [Double], _ points: PointSet) -> [Double] {
        let width = reference.count
        return [Double](unsafeUninitializedCapacity: points.coordinates.count) { inside, count in
            points.coordinates.withUnsafeBufferPointer { all in
                reference.withUnsafeBufferPointer { reference in
                    for start in stride(from: 0, to: all.count, by: max(width, 1)) {
                        var axis = 0
                        while axis < width, all[start + axis] < reference[axis] {
                            inside.initializeElement(at: count + axis, to: all[start + axis])
                            axis += 1
                        }
                        if axis == width { count += width }
                    }
                }
            }
        }
    }
}
