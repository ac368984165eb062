/// How lonely points are among their neighbours: the crowding of NSGA-II.
public enum Crowding {
    /// The crowding distance of every point: the sum over coordinates of (next - previous) / (largest - smallest).
    ///
    /// The first and the last in a coordinate get infinity; equal values stand in the order of the points. A coordinate
    /// in which all points agree adds nothing. (pymoo divides by the number of coordinates.)
    public static func distances(_ points: [[Double]]) -> [Double] {
        let set = PointSet(points)
        var distances = [Double](repeating: 0, count: set.count)
        for coordinate in 0..<set.dimension {
            let column = set.column(coordinate)
            let order = SortedOrder.of(column).map { Int($0) }
            guard let first = order.first, let last = order.last, column[first] < column[last] else { continue }
            let range = column[last] - column[first]
            distances[first] = .infinity
            distances[last] = .infinity
            for place in order.indices.dropFirst().dropLast() {
                distances[order[place]] += (column[order[place + 1]] - column[order[place - 1]]) / range
            }
        }
        return distances
    }
}
