/// Sorts points into fronts, in one sweep along the first coordinate.
///
/// A point joins the first front none of whose points dominates it. Where one front dominates a point so do all before it,
/// so that a binary search finds it (Zhang, Tian, Cheng and Jin 2015, "An efficient approach to nondominated sorting for
/// evolutionary multiobjective optimization"). What a front looks like from here is, in two coordinates, a number; in
/// three a staircase, searched in turn: O(n log² n) in all. From four on the points of a front are gone through, latest
/// first: O(n²), most often far less.
enum NondominatedSort {
    static func ranks(_ points: PointSet) -> [Int] {
        let columns = (0..<points.dimension).map(points.column)
        guard let first = columns.first else { return [Int](repeating: 0, count: points.count) }
        let order = lexicographic(columns, SortedOrder.of(first))
        switch columns.count {
        case 1: return chain(first, order)
        case 2: return plane(columns[0], columns[1], order)
        case 3: return space(columns[0], columns[1], columns[2], order)
        default: return general(columns, order)
        }
    }

    /// The order by the first coordinate with ties broken by the others, so that equal points are neighbours.
    private static func lexicographic(_ columns: [[Double]], _ order: [Int32]) -> [Int32] {
        let first = columns[0]
        var runs: [Range<Int>] = []
        var start = 0
        while start < order.count {
            let value = first[Int(order[start])]
            var end = start + 1
            while end < order.count, first[Int(order[end])] == value { end += 1 }
            if end > start + 1 { runs.append(start..<end) }
            start = end
        }
        if runs.reduce(0, { $0 + $1.count }) > order.count / 8 {
            // Many ties: by the last coordinate first, each sort keeping the order of the one before.
            return columns.reversed().reduce(order.indices.map { Int32($0) }) { order, column in
                SortedOrder.of(order.map { column[Int($0)] }).map { order[Int($0)] }
            }
        }
        var order = order
        for run in runs {
            order[run].sort { a, b in
                for column in columns.dropFirst() {
                    let (x, y) = (column[Int(a)], column[Int(b)])
                    if x != y { return x < y }
                }
                return a < b
            }
        }
        return order
    }

    private static func chain(_ x: [Double], _ order: [Int32]) -> [Int] {
        var ranks = [Int](repeating: 0, count: x.count)
        for (before, index) in zip(order, order.dropFirst()) {
            ranks[Int(index)] = ranks[Int(before)] + (x[Int(index)] > x[Int(before)] ? 1 : 0)
        }
        return ranks
    }

    /// Two coordinates: of a front, only its least second coordinate so far can dominate.
    private static func plane(_ x: [Double], _ y: [Double], _ order: [Int32]) -> [Int] {
        var ranks = [Int](repeating: 0, count: x.count)
        var least: [Double] = []
        var before = -1
        for place in order {
            let index = Int(place)
            if before >= 0, x[before] == x[index], y[before] == y[index] {
                ranks[index] = ranks[before]
                continue
            }
            var low = 0
            var high = least.count
            while low < high {
                let middle = (low + high) / 2
                if least[middle] <= y[index] { low = middle + 1 } else { high = middle }
            }
            if low == least.count { least.append(y[index]) } else { least[low] = y[index] }
            ranks[index] = low
            before = index
        }
        return ranks
    }

    /// Three coordinates: of a front, the staircase that its second and third coordinates make.
    private static func space(_ x: [Double], _ y: [Double], _ z: [Double], _ order: [Int32]) -> [Int] {
        // Equal second coordinates have their places in the order of the sweep: the earlier one is looked at as smaller.
        let places = SortedOrder.of(order.map { y[Int($0)] })
        var place = [Int32](repeating: 0, count: order.count)
        var heights = [Double](repeating: 0, count: order.count)
        for (rank, step) in places.enumerated() {
            place[Int(step)] = Int32(rank)
            heights[rank] = z[Int(order[Int(step)])]
        }
        var fronts = StaircaseStack(heights: heights)
        defer { fronts.deallocate() }
        return [Int](unsafeUninitializedCapacity: order.count) { ranks, count in
            count = order.count
            var before = -1
            for (step, next) in order.enumerated() {
                let index = Int(next)
                if before >= 0, x[before] == x[index], y[before] == y[index], z[before] == z[index] {
                    ranks.initializeElement(at: index, to: ranks[before])
                    continue
                }
                let rank = fronts.add(place: Int(place[step]), y[index], z[index])
                ranks.initializeElement(at: index, to: rank)
                before = index
            }
        }
    }

    private static func general(_ columns: [[Double]], _ order: [Int32]) -> [Int] {
        let dimension = columns.count
        var ranks = [Int](repeating: 0, count: order.count)
        // The points of each front but their first coordinates, which no later point can undercut.
        var fronts: [[Double]] = []
        var point = [Double](repeating: 0, count: dimension - 1)
        var before = -1
        for place in order {
            let index = Int(place)
            for axis in 1..<dimension { point[axis - 1] = columns[axis][index] }
            if before >= 0, columns.allSatisfy({ $0[before] == $0[index] }) {
                ranks[index] = ranks[before]
                continue
            }
            var low = 0
            var high = fronts.count
            while low < high {
                let middle = (low + high) / 2
                if covers(fronts[middle], point) { low = middle + 1 } else { high = middle }
            }
            if low == fronts.count { fronts.append(point) } else { fronts[low] += point }
            ranks[index] = low
            before = index
        }
        return ranks
    }

    /// Whether one of the points in a block is nowhere larger than `point`.
    private static func covers(_ block: [Double], _ point: [Double]) -> Bool {
        block.withUnsafeBufferPointer { block in
            point.withUnsafeBufferPointer { point in
                let width = point.count
                var start = block.count - width
                while start >= 0 {
                    var axis = 0
                    while axis < width, block[start + axis] <= point[axis] { axis += 1 }
                    if axis == width { return true }
                    start -= width
                }
                return false
            }
        }
    }
}
