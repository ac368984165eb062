/// The staircases of all fronts: the first few as sets of places, which are quick, the rest as corners, which are small.
///
/// A corner's place is its rank by the first of its two coordinates among all that will ever come. The memory is freed by
/// `deallocate`.
struct StaircaseStack {
    /// The fronts that are sets of places: they take 33 bytes a point together, however many fronts there are.
    private static let quick = 256
    private let heights: [Double]
    private var sets: [PlaceSet] = []
    private var stairs: [Staircase] = []

    /// No fronts yet.
    ///
    /// - Parameter heights: the second coordinate of every place.
    init(heights: [Double]) { self.heights = heights }

    func deallocate() {
        for set in sets { set.deallocate() }
        for stair in stairs { stair.deallocate() }
    }

    /// Adds a corner to the first front that doesn't cover it, which may be a new one; the front's number.
    @inline(__always)
    mutating func add(place: Int, _ a: Double, _ b: Double) -> Int {
        let found = sets.withUnsafeBufferPointer { sets in
            heights.withUnsafeBufferPointer { heights in
                var low = 0
                var high = sets.count
                while low < high {
                    let middle = (low + high) / 2
                    let left = sets[middle].last(before: place)
                    if left >= 0 && heights[left] <= b { low = middle + 1 } else { high = middle }
                }
                return low
            }
        }
        if found == StaircaseStack.quick { return addSlowly(a, b) }
        if found == sets.count { sets.append(PlaceSet(count: heights.count)) }
        sets.withUnsafeBufferPointer { sets in
            heights.withUnsafeBufferPointer { heights in
                let front = sets[found]
                var right = front.first(after: place)
                while right < heights.count, heights[right] >= b {
                    front.remove(right)
                    right = front.first(after: right)
                }
                front.insert(place)
            }
        }
        return found
    }

    private mutating func addSlowly(_ a: Double, _ b: Double) -> Int {
        var low = 0
        var high = stairs.count
        while low < high {
            let middle = (low + high) / 2
            if stairs[middle].covers(a, b) { low = middle + 1 } else { high = middle }
        }
        if low == stairs.count { stairs.append(Staircase()) }
        stairs[low].insert(a, b)
        return StaircaseStack.quick + low
    }
}

/// Corners in a plane of which none is below and left of another, by the first coordinate; the second falls.
///
/// Its memory is freed by `deallocate`.
struct Staircase {
    private var x: UnsafeMutablePointer<Double>
    private var y: UnsafeMutablePointer<Double>
    private(set) var count = 0
    private var capacity = 16

    init() {
        x = .allocate(capacity: capacity)
        y = .allocate(capacity: capacity)
    }

    func deallocate() {
        x.deallocate()
        y.deallocate()
    }

    /// The corners at or left of `a`.
    private func corners(upTo a: Double) -> Int {
        var base = 0
        var length = count
        while length > 1 {
            let half = length / 2
            base = x[base + half - 1] <= a ? base + half : base
            length -= half
        }
        return length == 1 && x[base] <= a ? base + 1 : base
    }

    /// Whether a corner is nowhere beyond (a, b).
    func covers(_ a: Double, _ b: Double) -> Bool {
        let place = corners(upTo: a)
        return place > 0 && y[place - 1] <= b
    }

    /// Adds a corner that is not covered, and takes out those that it covers.
    mutating func insert(_ a: Double, _ b: Double) {
        var first = corners(upTo: a)
        // At the same first coordinate only the new one can be lower.
        if first > 0, x[first - 1] == a { first -= 1 }
        var end = first
        while end < count, y[end] >= b { end += 1 }
        let shift = 1 - (end - first)
        if count + shift > capacity { grow() }
        if shift != 0 {
            (x + end + shift).update(from: x + end, count: count - end)
            (y + end + shift).update(from: y + end, count: count - end)
            count += shift
        }
        x[first] = a
        y[first] = b
    }

    private mutating func grow() {
        let (wideX, wideY) = (
            UnsafeMutablePointer<Double>.allocate(capacity: 2 * capacity),
            UnsafeMutablePointer<Double>.allocate(capacity: 2 * capacity)
        )
        wideX.initialize(from: x, count: count)
        wideY.initialize(from: y, count: count)
        deallocate()
        (x, y) = (wideX, wideY)
        capacity *= 2
    }
}
