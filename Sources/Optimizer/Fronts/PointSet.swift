/// Points of as many coordinates each, one after the other in one block of memory.
public struct PointSet: Sendable, Hashable {
    /// The number of points.
    public let count: Int
    /// The coordinates of a point.
    public let dimension: Int
    /// The coordinates, those of a point side by side.
    public let coordinates: [Double]

    /// Points in one block.
    ///
    /// - Precondition: the block holds whole points.
    public init(coordinates: [Double], dimension: Int) {
        precondition(dimension > 0 ? coordinates.count % dimension == 0 : coordinates.isEmpty, "points must be whole")
        self.coordinates = coordinates
        self.dimension = dimension
        count = dimension > 0 ? coordinates.count / dimension : 0
    }

    /// Points as rows.
    ///
    /// - Precondition: every row has as many coordinates as the first.
    public init(_ rows: [[Double]]) {
        let dimension = rows.first?.count ?? 0
        precondition(rows.allSatisfy { $0.count == dimension }, "all points need as many coordinates")
        var coordinates: [Double] = []
        coordinates.reserveCapacity(rows.count * dimension)
        for row in rows { coordinates += row }
        self.coordinates = coordinates
        self.dimension = dimension
        count = rows.count
    }

    /// The coordinates of a point.
    public subscript(point: Int) -> ArraySlice<Double> {
        coordinates[point * dimension..<(point + 1) * dimension]
    }

    /// The points as rows.
    public var rows: [[Double]] { (0..<count).map { Array(self[$0]) } }

    /// One coordinate of every point, for ordering: -0 as 0, and what is not a number behind everything.
    func column(_ coordinate: Int) -> [Double] {
        (0..<count).map { point in
            let value = coordinates[point * dimension + coordinate]
            return value.isNaN ? .infinity : value + 0
        }
    }
}
