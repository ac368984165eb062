import Lanes

/// A year of a take-or-pay contract.
struct TakeOrPayYear {
    /// Price of the year, currency/MW/yr.
    let price: Lanes
    /// What can be delivered of what is reserved, and what the buyer takes of it, MW.
    let deliverable: Lanes, taken: Lanes
    /// What the buyer pays for, MW.
    let paidQuantity: Lanes
    /// What the buyer pays, and the supplier for what it could not deliver, currency.
    let payment: Lanes, damages: Lanes
    /// What was paid for and not taken in this and earlier years, MW yr.
    let makeUp: Lanes
}

/// Settles a year of take-or-pay with a floor, a cap, make-up and liquidated damages.
///
///     pe = clamp(spot, floor, cap); Qd = Q availability; taken <= Qd; q = alpha Qd
///     used = min(M, max(0, taken - q)); paid = max(taken, q) - used; M' = M + max(0, q - taken) - used
///     payment = pe paid; damages = lambda pe (Q - Qd)
///
/// What is not made up when the contract ends lapses without refund.
///
/// - Parameters:
///   - spot, floor, cap: currency/MW/yr; a floor above the cap is the cap.
///   - Q: what is reserved, MW.
///   - demand: what the buyer could use, MW.
///   - alpha: least share that is paid.
///   - lambda: damages per price of what lacks.
///   - M: what may be made up from earlier years, MW yr.
func takeOrPay(
    spot: Lanes, floor: Lanes, cap: Lanes, quantity Q: Lanes, availability: Lanes, demand: Lanes, minimum alpha: Lanes,
    damages lambda: Lanes, makeUp M: Lanes
) -> TakeOrPayYear {
    let pe = clampedPrice(spot, floor: floor, cap: cap)
    let Qd = Q * availability
    let taken = minimum(demand, Qd)
    let q = alpha * Qd
    let used = minimum(M, maximum(taken - q, .zero))
    let paid = maximum(taken, q) - used
    return TakeOrPayYear(
        price: pe, deliverable: Qd, taken: taken, paidQuantity: paid, payment: pe * paid,
        damages: lambda * pe * (Q - Qd), makeUp: M + maximum(q - taken, .zero) - used)
}

/// The spot price held between a floor and a cap; a floor above the cap is the cap.
@inline(__always)
func clampedPrice(_ spot: Lanes, floor: Lanes, cap: Lanes) -> Lanes { minimum(maximum(spot, floor), cap) }
