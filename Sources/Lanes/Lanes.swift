public import CLanes

/// The same quantity in eight world lines.
public typealias Lanes = SIMD8<Double>

/// One truth value a lane.
public typealias LaneMask = SIMDMask<SIMD8<Int64>>

/// One whole number a lane.
public typealias WholeLanes = SIMD8<Int64>

/// The smaller of two, lane by lane; where either is NaN, `b`.
@inlinable @inline(__always)
public func minimum(_ a: Lanes, _ b: Lanes) -> Lanes { cl_min(a, b) }

/// The larger of two, lane by lane; where either is NaN, `b`.
@inlinable @inline(__always)
public func maximum(_ a: Lanes, _ b: Lanes) -> Lanes { cl_max(a, b) }

/// `a` held between `low` and `high`, of which `low` must not exceed `high`; NaN stays NaN.
@inlinable @inline(__always)
public func clamp(_ a: Lanes, _ low: Lanes, _ high: Lanes) -> Lanes { cl_min(high, cl_max(low, a)) }

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

/// a b - c, rounded once.
@inlinable @inline(__always)
public func fms(_ a: Lanes, _ b: Lanes, _ c: Lanes) -> Lanes { cl_fms(a, b, c) }

/// The nearest whole number, of two equally near the even one.
@inlinable @inline(__always)
public func nearest(_ a: Lanes) -> Lanes { cl_round(a) }

/// The nearest whole number as an integer, for |a| < 2^51.
@inlinable @inline(__always)
public func wholeLanes(_ a: Lanes) -> WholeLanes { cl_to_i64(a) }

/// An integer as a floating-point number, for |a| < 2^51.
@inlinable @inline(__always)
public func lanes(_ a: WholeLanes) -> Lanes { cl_from_i64(a) }

/// a 2^n for whole n with |n| <= 2044, rounded once for 1/2 <= |a| <= 2 (elsewhere perhaps twice if subnormal).
@inlinable @inline(__always)
public func scaled(_ a: Lanes, byPowerOfTwo n: Lanes) -> Lanes { cl_scale(a, n) }

/// The bit pattern of each lane.
@inlinable @inline(__always)
public func bits(_ a: Lanes) -> WholeLanes { unsafeBitCast(a, to: WholeLanes.self) }

/// The number that each bit pattern stands for.
@inlinable @inline(__always)
public func lanes(bits: WholeLanes) -> Lanes { unsafeBitCast(bits, to: Lanes.self) }

/// The same number in every lane.
@inlinable @inline(__always)
public func lanes(_ value: Double) -> Lanes { Lanes(repeating: value) }

/// `a` where `w` is above zero, else zero: a mask that a kernel need not carry.
@inlinable @inline(__always)
public func wherePositive(_ w: Lanes, _ a: Lanes) -> Lanes { cl_where_positive(w, a) }

/// `a` where the mask holds, else `b`.
@inlinable @inline(__always)
public func select(_ mask: LaneMask, _ a: Lanes, _ b: Lanes) -> Lanes { b.replacing(with: a, where: mask) }

/// `x` where a < b, else `y`; the same as a select by a mask, and quicker to compile.
@inlinable @inline(__always)
public func whereLess(_ a: Lanes, _ b: Lanes, _ x: Lanes, _ y: Lanes) -> Lanes { cl_where_less(a, b, x, y) }

/// `x` where a <= b, else `y`.
@inlinable @inline(__always)
public func whereAtMost(_ a: Lanes, _ b: Lanes, _ x: Lanes, _ y: Lanes) -> Lanes { cl_where_at_most(a, b, x, y) }

/// `x` where a = b, else `y`.
@inlinable @inline(__always)
public func whereEqual(_ a: Lanes, _ b: Lanes, _ x: Lanes, _ y: Lanes) -> Lanes { cl_where_equal(a, b, x, y) }

/// `a` where it is a number, else zero.
@inlinable @inline(__always)
public func known(_ a: Lanes) -> Lanes { cl_where_equal(a, a, a, .zero) }

/// The exponent k of a = 2^k m with sqrt(1/2) <= m < sqrt(2), for normal a > 0.
@inlinable @inline(__always)
func exponent(_ a: Lanes) -> Lanes { cl_from_i64(cl_exponent(a)) }

/// The number m between sqrt(1/2) and sqrt(2) of a = 2^k m, for normal a > 0.
@inlinable @inline(__always)
func mantissa(_ a: Lanes) -> Lanes { cl_mantissa(a) }
