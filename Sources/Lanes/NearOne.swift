// Kahan's forms: the error of u = 1 + y, or of u = e^x, cancels against that of its logarithm.

/// e^x - 1 within 4 ulp, near zero too.
@inlinable @inline(__always)
public func exponentialLessOne(_ x: Lanes) -> Lanes {
    let u = exponential(x)
    let v = u - lanes(1)
    let fine = v * x / logarithm(u)
    return select(u .== lanes(1), x, select((v .== lanes(-1)) .| (u .== lanes(.infinity)), v, fine))
}

/// log(1 + y) within 4 ulp, near zero too; of -1 it is -infinity, below NaN.
@inlinable @inline(__always)
public func logarithmOfOnePlus(_ y: Lanes) -> Lanes {
    let u = lanes(1) + y
    let coarse = logarithm(u)
    return select(u .== lanes(1), y, select(u .== .zero, coarse, coarse * y / (u - lanes(1))))
}
