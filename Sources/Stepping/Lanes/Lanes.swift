public import CLanes

/// The same quantity in eight world lines.
public typealias Lanes = SIMD8<Double>

/// One truth value a lane.
public typealias LaneMask = SIMDMask<SIMD8<Int64>>

/// The smaller of two, lane by lane; where either is NaN, `b`.
@inlinable @inline(__always)
public func minimum(_ a: Lanes, _ b: Lanes) -> Lanes { cl_min(a, b) }

/// The larger of two, lane by lane; where either is NaN, `b`.
@inlinable @inline(__always)
public func maximum(_ a: Lanes, _ b: Lanes) -> Lanes { cl_max(a, b) }

/// The square root.
@inlinable @inline(__always)
public func squareRoot(_ a: Lanes) -> Lanes { cl_sqrt(a) }

/// The absolute value.
@inlinable @inline(__always)
public func absolute(_ a: Lanes) -> Lanes { cl_abs(a) }

/// The negative; `-a` on SIMD8 would be a subtraction from zero.
@inlinable @inline(__always)
public func negative(_ a: Lanes) -> Lanes { cl_neg(a) }

/// a b + c, rounded once.
@inlinable @inline(__always)
public func fma(_ a: Lanes, _ b: Lanes, _ c: Lanes) -> Lanes { cl_fma(a, b, c) }

/// c - a b, rounded once.
@inlinable @inline(__always)
public func fnma(_ a: Lanes, _ b: Lanes, _ c: Lanes) -> Lanes { cl_fnma(a, b, c) }

/// `a` where the mask holds, else `b`.
@inlinable @inline(__always)
public func select(_ mask: LaneMask, _ a: Lanes, _ b: Lanes) -> Lanes { b.replacing(with: a, where: mask) }
