/// A fixed number of `Lanes` in memory of its own, aligned to 64 bytes.
///
/// Kernels take `base`, a plain pointer: arrays stored in a class cost two to six times as much (docs/PERFORMANCE.md).
/// The pointer is valid as long as the column lives.
public struct Column: ~Copyable, @unchecked Sendable {
    /// The first element.
    public let base: UnsafeMutablePointer<Lanes>
    /// The number of elements.
    public let count: Int

    /// A column of `count` elements, all `value`.
    public init(count: Int, value: Lanes = .zero) {
        precondition(count >= 0, "a column has at least no elements, not \(count)")
        let raw = UnsafeMutableRawPointer.allocate(byteCount: max(count, 1) * MemoryLayout<Lanes>.stride, alignment: 64)
        base = raw.bindMemory(to: Lanes.self, capacity: max(count, 1))
        base.initialize(repeating: value, count: count)
        self.count = count
    }

    deinit { base.deallocate() }

    /// The element at `index`, checked.
    @inlinable
    public subscript(index: Int) -> Lanes {
        get {
            precondition(index >= 0 && index < count, "element \(index) of a column of \(count)")
            return base[index]
        }
        nonmutating set {
            precondition(index >= 0 && index < count, "element \(index) of a column of \(count)")
            base[index] = newValue
        }
    }

    /// Takes over the elements of a column of the same length.
    public func copy(from other: borrowing Column) {
        precondition(count == other.count, "a column of \(count) cannot hold one of \(other.count)")
        base.update(from: other.base, count: count)
    }
}
