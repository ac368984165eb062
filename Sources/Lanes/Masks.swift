extension SIMDMask<SIMD8<Int64>> {
    /// A mask that holds nowhere.
    @inlinable @inline(__always)
    public static var none: Self { Self(repeating: false) }

    /// A mask that holds in every lane.
    @inlinable @inline(__always)
    public static var all: Self { Self(repeating: true) }

    /// A mask that holds in the first `count` lanes: the live lanes of a bundle whose other lanes are padding.
    @inlinable @inline(__always)
    public static func first(_ count: Int) -> Self {
        precondition(count >= 0 && count <= 8, "the first \(count) of 8 lanes")
        return WholeLanes(0, 1, 2, 3, 4, 5, 6, 7) .< WholeLanes(repeating: Int64(count))
    }

    /// Whether it holds in any lane.
    @inlinable @inline(__always)
    public var holdsAnywhere: Bool { any(self) }

    /// Whether it holds in every lane.
    @inlinable @inline(__always)
    public var holdsEverywhere: Bool { Swift.all(self) }

    /// The number of lanes in which it holds.
    @inlinable @inline(__always)
    public var count: Int { Int(WholeLanes.zero.replacing(with: 1, where: self).wrappedSum()) }

    /// Where it holds and `other` does not.
    @inlinable @inline(__always)
    public func without(_ other: Self) -> Self { self .& .!other }
}
