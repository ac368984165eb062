/// How unlike the policies of a set are in what they reach, every outcome scaled to its range over the policies.
///
/// Outcomes in which all agree are left out; distances are Euclidean, divided by the root of the number of outcomes
/// that are left, so that 1 is the diagonal.
public struct Diversity: Sendable, Hashable, Codable {
    /// The number of policies in the set.
    public let policies: Int
    /// How many of them differ in at least one outcome from all before them.
    public let distinct: Int
    /// The mean distance of a policy to the nearest other one, in 0...1; nil for one policy.
    public let nearest: Double?
    /// The mean distance between two policies, in 0...1; nil for one policy.
    public let mean: Double?

    /// The diversity of some points.
    ///
    /// - Parameters:
    ///   - points: of the set.
    ///   - all: what the ranges are taken over.
    public init(_ points: [[Double]], among all: [[Double]]) {
        let axes = (all.first ?? []).indices.compactMap { axis -> (axis: Int, range: Double)? in
            let column = all.map { $0[axis] }
            guard let low = column.min(), let high = column.max(), high > low else { return nil }
            return (axis, high - low)
        }
        func distance(_ a: [Double], _ b: [Double]) -> Double {
            let sum = axes.reduce(0) { sum, scaled in
                let part = (a[scaled.axis] - b[scaled.axis]) / scaled.range
                return sum + part * part
            }
            return (sum / Double(max(axes.count, 1))).squareRoot()
        }
        policies = points.count
        distinct = Set(points).count
        guard points.count > 1 else {
            nearest = nil
            mean = nil
            return
        }
        var near = 0.0
        var total = 0.0
        for (index, point) in points.enumerated() {
            let others = points.indices.filter { $0 != index }.map { distance(point, points[$0]) }
            near += others.min() ?? 0
            total += others.reduce(0, +)
        }
        nearest = near / Double(points.count)
        mean = total / Double(points.count * (points.count - 1))
    }
}
