import Lanes

/// What an hour of work costs: hardware by its annuity and electricity, over the hours in which it works.
///
///     c = (K CRF + P 8760 p_el) / (8760 u), CRF = r / (1 - (1 + r)^-n)
///
/// - Parameters:
///   - K: cost of a unit of hardware with all that it needs, currency.
///   - n: whole years of use.
///   - r: cost of capital as a share a year.
///   - P: power at the meter of the unit, MW for prices in currency/MWh.
///   - electricity: p_el.
///   - u: share of the year's hours at work.
/// - Returns: currency per hour of a unit.
func unitCost(
    capital K: Lanes, years n: Int, rate r: Lanes, power P: Lanes, electricity: Lanes, utilisation u: Lanes
) -> Lanes { (K * capitalRecovery(r, years: n) + P * 8760 * electricity) / (8760 * u) }
