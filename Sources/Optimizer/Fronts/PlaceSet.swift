/// A set of places below a fixed number: bits in words, and above them words that say which of those are not empty.
///
/// To find a neighbour, to add or to take out is to look at a word or two of each level. Its memory is freed by
/// `deallocate`.
struct PlaceSet {
    private let words: UnsafeMutablePointer<UInt64>
    /// Where the words of each level begin: at most six of 64 places each.
    private let starts: (Int, Int, Int, Int, Int, Int)
    private let levels: Int
    private let count: Int

    /// An empty set of places in 0..<count.
    init(count: Int) {
        var starts = [0, 0, 0, 0, 0, 0]
        var levels = 0
        var total = 0
        var size = max(count, 1)
        repeat {
            size = (size + 63) / 64
            starts[levels] = total
            levels += 1
            total += size
        } while size > 1
        self.starts = (starts[0], starts[1], starts[2], starts[3], starts[4], starts[5])
        self.levels = levels
        self.count = count
        words = .allocate(capacity: total)
        words.initialize(repeating: 0, count: total)
    }

    func deallocate() { words.deallocate() }

    @inline(__always)
    private func start(_ level: Int) -> Int {
        switch level {
        case 0: starts.0
        case 1: starts.1
        case 2: starts.2
        case 3: starts.3
        case 4: starts.4
        default: starts.5
        }
    }

    @inline(__always)
    func insert(_ place: Int) {
        var at = place
        for level in 0..<levels {
            let word = words + start(level) + at >> 6
            let before = word.pointee
            word.pointee = before | 1 << UInt64(at & 63)
            if before != 0 { return }
            at >>= 6
        }
    }

    @inline(__always)
    func remove(_ place: Int) {
        var at = place
        for level in 0..<levels {
            let word = words + start(level) + at >> 6
            word.pointee &= ~(1 << UInt64(at & 63))
            if word.pointee != 0 { return }
            at >>= 6
        }
    }

    /// The last place of the set before `place`; -1 where there is none.
    @inline(__always)
    func last(before place: Int) -> Int {
        var at = place
        for level in 0..<levels {
            let found = words[start(level) + at >> 6] & (1 << UInt64(at & 63) - 1)
            if found != 0 {
                at = at & ~63 | 63 - found.leadingZeroBitCount
                for below in stride(from: level - 1, through: 0, by: -1) {
                    at = at << 6 | 63 - words[start(below) + at].leadingZeroBitCount
                }
                return at
            }
            at >>= 6
        }
        return -1
    }

    /// The first place of the set after `place`; the number of places where there is none.
    @inline(__always)
    func first(after place: Int) -> Int {
        var at = place
        for level in 0..<levels {
            let found = words[start(level) + at >> 6] & ~(UInt64(2) << UInt64(at & 63) &- 1)
            if found != 0 {
                at = at & ~63 | found.trailingZeroBitCount
                for below in stride(from: level - 1, through: 0, by: -1) {
                    at = at << 6 | words[start(below) + at].trailingZeroBitCount
                }
                return at
            }
            at >>= 6
        }
        return count
    }
}
