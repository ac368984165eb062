import Lanes

/// (1 + r)^n for whole n.
@inline(__always)
func growthFactor(_ r: Lanes, years n: Int) -> Lanes {
    var product = lanes(1)
    for _ in 0..<n { product *= 1 + r }
    return product
}

/// The capital recovery factor: what repays 1 with interest in n equal payments in arrears, 1/yr.
///
///     CRF = r / (1 - (1 + r)^-n), r > 0
///
/// - Parameters:
///   - r: interest as a share a year.
///   - n: whole years, at least 1.
func capitalRecovery(_ r: Lanes, years n: Int) -> Lanes { r / (1 - 1 / growthFactor(r, years: n)) }

/// A lease's yearly payment, in arrears, of which the last brings a balloon besides.
///
///     R = (P - b P (1 + r)^-n) r / (1 - (1 + r)^-n)
///
/// - Parameters:
///   - P: price of what is leased.
///   - b: balloon as a share of the price.
func leasePayment(price P: Lanes, rate r: Lanes, years n: Int, balloon b: Lanes) -> Lanes {
    (P - b * P / growthFactor(r, years: n)) * capitalRecovery(r, years: n)
}
