/// The order of numbers, by their bits: faster than by comparing them.
enum SortedOrder {
    private struct Item {
        let key: UInt64
        let index: Int32
    }

    private static let digit = 11
    private static let passes = 3
    /// The bits of a key below those that the passes see.
    private static let rest = UInt64(64 - passes * digit)

    /// The indices of the numbers, smallest first, equal ones by index.
    ///
    /// Three passes of a radix sort over sign, exponent and the upper 21 bits of the fraction; numbers alike in these
    /// are then sorted by comparison.
    /// - Parameter values: no NaN and no -0 among them.
    static func of(_ values: [Double]) -> [Int32] {
        let count = values.count
        var items = (0..<count).map { Item(key: key(values[$0]), index: Int32($0)) }
        if count < 256 {
            items.sort { ($0.key, $0.index) < ($1.key, $1.index) }
            return items.map(\.index)
        }
        var spare = items
        items.withUnsafeMutableBufferPointer { first in
            spare.withUnsafeMutableBufferPointer { second in
                var (from, to) = (first, second)
                for pass in 0..<passes {
                    move(from, to, shift: rest + UInt64(pass * digit))
                    swap(&from, &to)
                }
                settle(from)
            }
        }
        return spare.map(\.index)
    }

    /// A key that grows with the number.
    private static func key(_ value: Double) -> UInt64 {
        let bits = value.bitPattern
        return bits >> 63 == 0 ? bits | 1 << 63 : ~bits
    }

    private static func move(
        _ from: UnsafeMutableBufferPointer<Item>, _ to: UnsafeMutableBufferPointer<Item>, shift: UInt64
    ) {
        let mask = UInt64(1 << digit - 1)
        withUnsafeTemporaryAllocation(of: Int.self, capacity: 1 << digit) { places in
            places.initialize(repeating: 0)
            for item in from { places[Int(truncatingIfNeeded: item.key >> shift & mask)] &+= 1 }
            var sum = 0
            for bucket in 0..<1 << digit {
                let size = places[bucket]
                places[bucket] = sum
                sum &+= size
            }
            for item in from {
                let bucket = Int(truncatingIfNeeded: item.key >> shift & mask)
                to[places[bucket]] = item
                places[bucket] &+= 1
            }
        }
    }

    /// Sorts what the passes could not tell apart.
    private static func settle(_ items: UnsafeMutableBufferPointer<Item>) {
        var start = 0
        while start < items.count {
            let upper = items[start].key >> rest
            var end = start + 1
            while end < items.count, items[end].key >> rest == upper { end += 1 }
            if end > start + 1 {
                var run = UnsafeMutableBufferPointer(rebasing: items[start..<end])
                run.sort { ($0.key, $0.index) < ($1.key, $1.index) }
            }
            start = end
        }
    }
}
