/// The dominated volume in any number of coordinates, as a sum of exclusive volumes, with a bound on the work.
///
/// Points are taken from the largest last coordinate down. A point's own is its box without what the points after it
/// dominate of that box; these are no larger in the last coordinate, so that one coordinate less remains (While,
/// Bradstreet and Barone 2012).
struct VolumeExclusion {
    /// Loses one for every comparison of two points; below zero the result means nothing.
    private(set) var effort: Int

    init(effort: Int) { self.effort = effort }

    /// The volume of points below the reference; they may dominate each other.
    mutating func volume(_ block: [Double], _ reference: [Double]) -> Double {
        var block = block
        return block.withUnsafeMutableBufferPointer { volume($0, reference, isFront: false) }
    }

    private mutating func volume(
        _ block: UnsafeMutableBufferPointer<Double>, _ reference: [Double], isFront: Bool
    ) -> Double {
        let width = reference.count
        if block.isEmpty || effort < 0 { return 0 }
        switch width {
        case 0: return 0
        case 1: return reference[0] - (block.min() ?? reference[0])
        case 2: return area(block, reference)
        case 3:
            sort(block, width: 3, descending: false)
            return withUnsafeTemporaryAllocation(of: Double.self, capacity: block.count) {
                VolumeSweep.solid(ordered: block, reference, stairs: $0)
            }
        default: break
        }
        sort(block, width: width, descending: true)
        let front = UnsafeMutableBufferPointer(rebasing: block[..<keepFront(block, width: width)])
        let count = front.count / width
        let base = Array(reference.dropLast())
        return withUnsafeTemporaryAllocation(of: Double.self, capacity: max(count * (width - 1), 1)) { limited in
            var sum = 0.0
            for point in 0..<count where effort >= 0 {
                let corner = point * width
                var own = 1.0
                for axis in 0..<width - 1 { own *= base[axis] - front[corner + axis] }
                var size = 0
                for other in point + 1..<max(count, point + 1) {
                    for axis in 0..<width - 1 {
                        limited[size] = max(front[other * width + axis], front[corner + axis])
                        size += 1
                    }
                }
                effort -= count - point
                let shared = volume(UnsafeMutableBufferPointer(rebasing: limited[..<size]), base, isFront: false)
                sum += (reference[width - 1] - front[corner + width - 1]) * (own - shared)
            }
            return sum
        }
    }

    private mutating func area(_ block: UnsafeMutableBufferPointer<Double>, _ reference: [Double]) -> Double {
        sort(block, width: 2, descending: false)
        var sum = 0.0
        var edge = reference[0]
        for point in 0..<block.count / 2 where block[2 * point] < edge {
            sum += (edge - block[2 * point]) * (reference[1] - block[2 * point + 1])
            edge = block[2 * point]
        }
        return sum
    }

    /// Sorts points in a block by their last coordinate, equal ones by those before it.
    private mutating func sort(_ block: UnsafeMutableBufferPointer<Double>, width: Int, descending: Bool) {
        let count = block.count / width
        effort -= count * (Int.bitWidth - count.leadingZeroBitCount)
        func isBefore(_ a: UnsafePointer<Double>, _ b: UnsafePointer<Double>) -> Bool {
            for axis in stride(from: width - 1, through: 0, by: -1) where a[axis] != b[axis] {
                return descending ? a[axis] > b[axis] : a[axis] < b[axis]
            }
            return false
        }
        guard let base = block.baseAddress else { return }
        var isSorted = true
        for point in 1..<max(count, 1) where isBefore(base + point * width, base + (point - 1) * width) {
            isSorted = false
            break
        }
        if isSorted { return }
        withUnsafeTemporaryAllocation(of: Double.self, capacity: block.count) { copy in
            withUnsafeTemporaryAllocation(of: Int32.self, capacity: count) { order in
                var order = order
                guard let from = copy.baseAddress else { return }
                _ = copy.initialize(from: block)
                for point in 0..<count { order[point] = Int32(point) }
                order.sort { isBefore(from + Int($0) * width, from + Int($1) * width) }
                for (place, point) in order.enumerated() {
                    (base + place * width).update(from: from + Int(point) * width, count: width)
                }
            }
        }
    }

    /// Moves the points that no other is below or equal to to the front of a block sorted downwards, in their order.
    ///
    /// Only a point that comes later can be below an earlier one.
    /// - Returns: the numbers that remain.
    private mutating func keepFront(_ block: UnsafeMutableBufferPointer<Double>, width: Int) -> Int {
        let count = block.count / width
        var kept = count
        // From the end: what is kept stands in one piece before the end.
        for point in stride(from: count - 1, through: 0, by: -1) {
            var isCovered = false
            var other = kept
            while other < count, !isCovered {
                var axis = 0
                while axis < width, block[other * width + axis] <= block[point * width + axis] { axis += 1 }
                isCovered = axis == width
                other += 1
            }
            effort -= other - kept + 1
            if effort < 0 { return 0 }
            if !isCovered {
                kept -= 1
                if kept != point {
                    for axis in 0..<width { block[kept * width + axis] = block[point * width + axis] }
                }
            }
        }
        if kept > 0 {
            for place in 0..<(count - kept) * width { block[place] = block[kept * width + place] }
        }
        return (count - kept) * width
    }
}
