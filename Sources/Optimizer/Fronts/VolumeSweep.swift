/// The dominated area and volume of points in a block, by sweeping along the last coordinate.
///
/// All points are below the reference; they may dominate each other.
enum VolumeSweep {
    /// Two coordinates: strips between neighbours in the order of the first.
    static func area(_ block: [Double], _ reference: [Double]) -> Double {
        let count = block.count / 2
        let order = SortedOrder.of((0..<count).map { block[2 * $0] + 0 })
        var sum = 0.0
        var height = reference[1]
        for index in order {
            let (x, y) = (block[2 * Int(index)], block[2 * Int(index) + 1])
            if y < height {
                sum += (reference[0] - x) * (height - y)
                height = y
            }
        }
        return sum
    }

    /// Three coordinates: slices between neighbours in the order of the third, over a staircase of the first two.
    ///
    /// A point has its place among all first coordinates from the start, and the stairs are a set of places: n log n to
    /// sort them, and a few words to look at for every stair that is found, added or taken out.
    static func solid(_ block: [Double], _ reference: [Double]) -> Double {
        let count = block.count / 3
        let order = SortedOrder.of((0..<count).map { block[3 * $0 + 2] + 0 })
        let places = SortedOrder.of((0..<count).map { block[3 * $0] + 0 })
        var sum = 0.0
        var area = 0.0
        let stairs = PlaceSet(count: count)
        defer { stairs.deallocate() }
        block.withUnsafeBufferPointer { block in
            withUnsafeTemporaryAllocation(of: Int32.self, capacity: count) { place in
                withUnsafeTemporaryAllocation(of: (x: Double, y: Double).self, capacity: count) { corner in
                    for rank in 0..<count {
                        let point = Int(places[rank])
                        place[point] = Int32(rank)
                        corner[rank] = (block[3 * point], block[3 * point + 1])
                    }
                    var bottom = reference[2]
                    for index in order {
                        let point = Int(index)
                        let here = Int(place[point])
                        let (x, y) = corner[here]
                        let left = stairs.last(before: here)
                        var ceiling = left >= 0 ? corner[left].y : reference[1]
                        if y >= ceiling { continue }
                        let z = block[3 * point + 2]
                        if area > 0 { sum += area * (z - bottom) }
                        bottom = z
                        var edge = x
                        var right = stairs.first(after: here)
                        while right < count, corner[right].y >= y {
                            area += (corner[right].x - edge) * (ceiling - y)
                            (edge, ceiling) = corner[right]
                            stairs.remove(right)
                            right = stairs.first(after: right)
                        }
                        area += ((right < count ? corner[right].x : reference[0]) - edge) * (ceiling - y)
                        stairs.insert(here)
                    }
                    sum += area * (reference[2] - bottom)
                }
            }
        }
        return sum
    }

    /// Three coordinates of few points, ordered by the third: the same sweep over a staircase that is kept in one piece.
    ///
    /// - Parameters:
    ///   - block: three coordinates a point, the third never falling.
    ///   - stairs: room for two numbers a point.
    static func solid(
        ordered block: UnsafeMutableBufferPointer<Double>, _ reference: [Double],
        stairs: UnsafeMutableBufferPointer<Double>
    ) -> Double {
        let count = block.count / 3
        guard let x = stairs.baseAddress else { return 0 }
        let y = x + count
        var steps = 0
        var sum = 0.0
        var area = 0.0
        var bottom = reference[2]
        for point in 0..<count {
            let (a, b, c) = (block[3 * point], block[3 * point + 1], block[3 * point + 2])
            var low = 0
            var high = steps
            while low < high {
                let middle = (low + high) / 2
                if x[middle] <= a { low = middle + 1 } else { high = middle }
            }
            var ceiling = low > 0 ? y[low - 1] : reference[1]
            if b >= ceiling { continue }
            if area > 0 { sum += area * (c - bottom) }
            bottom = c
            var edge = a
            var end = low
            while end < steps, y[end] >= b {
                area += (x[end] - edge) * (ceiling - b)
                (edge, ceiling) = (x[end], y[end])
                end += 1
            }
            area += ((end < steps ? x[end] : reference[0]) - edge) * (ceiling - b)
            let shift = 1 - (end - low)
            if shift != 0 {
                (x + end + shift).update(from: x + end, count: steps - end)
                (y + end + shift).update(from: y + end, count: steps - end)
                steps += shift
            }
            (x[low], y[low]) = (a, b)
        }
        return sum + area * (reference[2] - bottom)
    }
}
