// Elementary functions over lanes. The coefficients are near-minimax fits (Chebyshev expansions of the named remainder,
// made with 300 bits); the tests measure the errors that the summaries promise.

/// e^x within 1 ulp; infinite above 709.78, subnormal below -708.4, zero below -745.14.
///
/// x = n ln 2 + r with |r| <= ln 2 / 2, and e^x = 2^n (1 + r + r^2 q(r)).
@inlinable @inline(__always)
public func exponential(_ x: Lanes) -> Lanes {
    let bounded = clamp(x, lanes(-746), lanes(710))
    let n = nearest(bounded * lanes(0x1.71547652b82fep+0))
    let r = fnma(n, lanes(0x1.abc9e3b39803fp-56), fnma(n, lanes(0x1.62e42fefa39efp-1), bounded))
    return scaled(exponentialOfSmall(r), byPowerOfTwo: n)
}

/// e^r for |r| <= 0.347.
@inlinable @inline(__always)
public func exponentialOfSmall(_ r: Lanes) -> Lanes {
    var q = lanes(0x1.1f73c205b53dcp-29)
    q = fma(q, r, lanes(0x1.af4f375ba602bp-26))
    q = fma(q, r, lanes(0x1.27e4db0881b4cp-22))
    q = fma(q, r, lanes(0x1.71de0190b33a1p-19))
    q = fma(q, r, lanes(0x1.a01a01a6f59a8p-16))
    q = fma(q, r, lanes(0x1.a01a01ac1adebp-13))
    q = fma(q, r, lanes(0x1.6c16c16c1629fp-10))
    q = fma(q, r, lanes(0x1.111111111007ep-7))
    q = fma(q, r, lanes(0x1.5555555555556p-5))
    q = fma(q, r, lanes(0x1.5555555555557p-3))
    q = fma(q, r, lanes(0.5))
    return lanes(1) + fma(r * r, q, r)
}

/// k and m with x = 2^k m and sqrt(1/2) <= m < sqrt(2), for finite x > 0.
@inlinable @inline(__always)
func split(_ x: Lanes) -> (k: Lanes, m: Lanes) {
    let tiny = lanes(0x1p-1022)
    let normal = whereLess(x, tiny, x * lanes(0x1p54), x)
    return (exponent(normal) - whereLess(x, tiny, lanes(54), .zero), mantissa(normal))
}

/// The natural logarithm within 1 ulp; of 0 it is -infinity, of a negative number NaN.
///
/// x = 2^k (1 + f), s = f / (2 + f), and log(1 + f) = f - f^2/2 + s (f^2/2 + s^2 R(s^2)).
@inlinable @inline(__always)
public func logarithm(_ x: Lanes) -> Lanes {
    let (k, m) = split(x)
    let f = m - lanes(1)
    let s = f / (lanes(2) + f)
    let z = s * s
    var tail = lanes(0x1.2b5f68a50d903p-3)
    tail = fma(tail, z, lanes(0x1.39fdcceb4bb45p-3))
    tail = fma(tail, z, lanes(0x1.7462b91b8df65p-3))
    tail = fma(tail, z, lanes(0x1.c71c62d5e53e0p-3))
    tail = fma(tail, z, lanes(0x1.2492492dfd86cp-2))
    tail = fma(tail, z, lanes(0x1.9999999995273p-2))
    tail = fma(tail, z, lanes(0x1.5555555555558p-1))
    let half = lanes(0.5) * f * f
    let small = fma(s, fma(z, tail, half), k * lanes(0x1.ef35793c76730p-45))
    let finite = fma(k, lanes(0x1.62e42fefa3800p-1), f - (half - small))
    let bounded = whereEqual(x, lanes(.infinity), x, whereEqual(x, .zero, lanes(-.infinity), finite))
    return whereAtMost(.zero, x, bounded, lanes(.nan))
}

/// x^y within 4 ulp where |y log2 x| < 1000, with the exceptional values of IEEE 754's `pow`.
///
/// log2 x is carried in two doubles: with m = (1 + s) / (1 - s) it is k + 2 s / ln 2 + s^3 (2 / (3 ln 2) + s^2 Q(s^2)).
@inlinable @inline(__always)
public func power(_ x: Lanes, _ y: Lanes) -> Lanes {
    let size = absolute(x)
    let (k, m) = split(size)
    let f = m - lanes(1)
    let t = m + lanes(1)
    let tLow = m - (t - lanes(1))
    let s = f / t
    let sLow = (fnma(s, t, f) - s * tLow) / t
    let z = s * s
    let zLow = fma(s + s, sLow, fms(s, s, z))
    var q = lanes(0x1.5a695e156ba31p-3)
    q = fma(q, z, lanes(0x1.59dfb3503e6b3p-3))
    q = fma(q, z, lanes(0x1.89feda6ebf723p-3))
    q = fma(q, z, lanes(0x1.c68f2edc66a05p-3))
    q = fma(q, z, lanes(0x1.0c9a84bf7d5e8p-2))
    q = fma(q, z, lanes(0x1.484b13d79c08bp-2))
    q = fma(q, z, lanes(0x1.a61762a7adfa9p-2))
    q = fma(q, z, lanes(0x1.2776c50ef9bfep-1))
    let tail = z * q
    let c = lanes(0x1.ec709dc3a03fdp-1)
    let p = c + tail
    let pLow = ((c - p) + tail) + lanes(0x1.d27f05548af0cp-55)
    let cube = s * z
    let cubeLow = fma(s, zLow, fma(sLow, z, fms(s, z, cube)))
    let third = cube * p
    let thirdLow = fma(cube, pLow, fma(cubeLow, p, fms(cube, p, third)))
    let slope = lanes(0x1.71547652b82fep+1)
    let first = slope * s
    let firstLow = fma(slope, sLow, fma(lanes(0x1.777d0ffda0d24p-55), s, fms(slope, s, first)))
    let sum = first + third
    let sumLow = ((first - sum) + third) + (firstLow + thirdLow)
    let log = k + sum
    let logLow = ((k - log) + sum) + sumLow

    let infinite = size .== lanes(.infinity)
    let known = infinite .| (size .== .zero) .| (size .!= size)
    let high = select(known, select(size .== .zero, lanes(-.infinity), size), log)
    let exponent = y * high
    let exact = absolute(exponent) .< lanes(2000)
    let exponentLow = select(exact, fma(y, logLow, fms(y, high, exponent)), .zero)
    let bounded = clamp(exponent, lanes(-1100), lanes(1100))
    let n = nearest(bounded)
    let r = ((bounded - n) + exponentLow) * lanes(0x1.62e42fefa39efp-1)
    let magnitude = scaled(exponentialOfSmall(r), byPowerOfTwo: n)

    let whole = nearest(y) .== y
    let half = y * lanes(0.5)
    let odd = whole .& (nearest(half) .!= half)
    let signed = select(odd .& (bits(x) .< WholeLanes.zero), negative(magnitude), magnitude)
    let undefined = (x .< .zero) .& .!infinite .& .!whole
    let defined = select(undefined, lanes(.nan), signed)
    let one = (x .== lanes(1)) .| (y .== .zero) .| ((size .== lanes(1)) .& (absolute(y) .== lanes(.infinity)))
    return select(one, lanes(1), defined)
}

/// The sine of x radians within 2 ulp; NaN for |x| > 2^30.
@inlinable @inline(__always)
public func sine(_ x: Lanes) -> Lanes { select(x .== .zero, x, circular(x, quarter: 0)) }

/// The cosine of x radians within 2 ulp; NaN for |x| > 2^30.
@inlinable @inline(__always)
public func cosine(_ x: Lanes) -> Lanes { circular(x, quarter: 1) }

/// sin(x + quarter pi/2): x less n quarter turns, pi/2 in three doubles and the remainder in two.
@inlinable @inline(__always)
func circular(_ x: Lanes, quarter: Int64) -> Lanes {
    let n = nearest(x * lanes(0x1.45f306dc9c883p-1))
    let coarse = fnma(n, lanes(0x1.921fb54442d18p+0), x)
    let second = n * lanes(0x1.1a62633145c07p-54)
    let secondLow = fms(n, lanes(0x1.1a62633145c07p-54), second)
    let fine = coarse - second
    let moved = fine - coarse
    let lost = (coarse - (fine - moved)) - (second + moved)
    let rest = fnma(n, lanes(-0x1.f1976b7ed8fbcp-110), lost - secondLow)
    let r = fine + rest
    let rLow = (fine - r) + rest
    let z = r * r
    let half = lanes(0.5) * z

    var s = lanes(0x1.5e0a4fc16be59p-33)
    s = fma(s, z, lanes(-0x1.ae6008d114485p-26))
    s = fma(s, z, lanes(0x1.71de37946ed6dp-19))
    s = fma(s, z, lanes(-0x1.a01a019e820aep-13))
    s = fma(s, z, lanes(0x1.1111111110babp-7))
    s = fma(s, z, lanes(-0x1.5555555555555p-3))
    let sine = r + fma(r * z, s, fnma(half, rLow, rLow))

    var c = lanes(-0x1.907cd8ff5ede7p-37)
    c = fma(c, z, lanes(0x1.1eeb67d026ec6p-29))
    c = fma(c, z, lanes(-0x1.27e4fa16cc2d1p-22))
    c = fma(c, z, lanes(0x1.a01a019f4ddfdp-16))
    c = fma(c, z, lanes(-0x1.6c16c16c16963p-10))
    c = fma(c, z, lanes(0x1.5555555555555p-5))
    let near = lanes(1) - half
    let cosine = near + (((lanes(1) - near) - half) + fma(z * z, c, negative(r * rLow)))

    let inside = absolute(x) .<= lanes(0x1p30)
    let turn = wholeLanes(select(inside, n, .zero)) &+ WholeLanes(repeating: quarter)
    let even = (turn & WholeLanes(repeating: 1)) .== WholeLanes.zero
    let sign = (turn & WholeLanes(repeating: 2)) &<< WholeLanes(repeating: 62)
    return select(inside, lanes(bits: bits(select(even, sine, cosine)) ^ sign), lanes(.nan))
}
