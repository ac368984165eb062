import CLanes

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
        base = Column.memory(for: Lanes.self, count: max(count, 1))
        base.initialize(repeating: value, count: count)
        self.count = count
    }

    deinit { cl_free(base) }

    /// Room for `count` elements that are made of lanes, to be given back by `cl_free`; what is in it is not said.
    package static func memory<Element>(for type: Element.Type, count: Int) -> UnsafeMutablePointer<Element> {
        guard let raw = cl_allocate(count * MemoryLayout<Element>.stride) else {
            preconditionFailure("no memory for \(count) elements of \(MemoryLayout<Element>.stride) bytes")
        }
        return raw.bindMemory(to: type, capacity: count)
    }

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
