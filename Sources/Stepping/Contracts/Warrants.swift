import Lanes

/// Vests warrants by power delivered and by the running maximum of the issuer's share price.
///
///     G += g; Smax = max(Smax, S)
///     flag_j = max(flag_j, [G >= G_j][Smax >= H_j][not expired]); vested += n_j (flag_j' - flag_j)
///
/// The maximum is updated before the hurdles are tested. A tranche vests once and stays.
///
/// - Parameters:
///   - G: power delivered until now, MW.
///   - Smax: running maximum, currency a share.
///   - flags: 1 where a tranche has vested.
///   - power, shares, hurdles: G_j, n_j, H_j of each tranche.
/// - Returns: the shares that vest this year.
func vestWarrants(
    delivered g: Lanes, sharePrice S: Lanes, isOpen: Bool, cumulative G: UnsafeMutablePointer<Lanes>,
    runningMaximum Smax: UnsafeMutablePointer<Lanes>, flags: UnsafeMutablePointer<Lanes>, tranches: Int,
    power: UnsafePointer<Lanes>, shares: UnsafePointer<Lanes>, hurdles: UnsafePointer<Lanes>
) -> Lanes {
    G[0] += g
    Smax[0] = maximum(Smax[0], S)
    var vesting = Lanes.zero
    guard isOpen else { return vesting }
    // What is delivered in parts need not sum to a round figure in the last bit.
    let reached = G[0] * (1 + 1e-12)
    for j in 0..<tranches {
        let meets = (reached .>= power[j]) .& (Smax[0] .>= hurdles[j])
        let flag = select(meets, lanes(1), flags[j])
        vesting += shares[j] * (flag - flags[j])
        flags[j] = flag
    }
    return vesting
}

/// What a warrant is worth if it is exercised now: max(S - K, 0), currency a share.
@inline(__always)
func intrinsicValue(sharePrice S: Lanes, strike K: Lanes) -> Lanes { maximum(S - K, .zero) }
