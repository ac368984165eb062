import Lanes

/// Who has the product: households, cities, the state, those abroad, currency/yr.
struct Incomes {
    var households = Lanes.zero
    var city = Lanes.zero
    var state = Lanes.zero
    var abroad = Lanes.zero
}

/// Shares the net product out.
///
///     abroad = o_a C;  public before transfers: cities o_c C, the state o_s C + R;  transfers = tau (o_c C + o_s C + R)
///     households = Y - C (o_c + o_s + o_a) - R + transfers
///
/// Wages, capital's income and the rest of compute's are households', who pay for CO2. The four sum to Y.
///
/// - Parameters:
///   - Y: net product.
///   - C: income of compute.
///   - shares: of households, cities, the state, those abroad; they are taken relative to their sum.
///   - R: paid for CO2.
///   - tau: share of public income that households get.
func shareOut(
    product Y: Lanes, compute C: Lanes, shares: (Lanes, Lanes, Lanes, Lanes), carbonRevenue R: Lanes,
    transferShare tau: Lanes
) -> Incomes {
    let unit = C / maximum(shares.0 + shares.1 + shares.2 + shares.3, lanes(1e-300))
    let (city, state) = (shares.1 * unit, shares.2 * unit + R)
    let abroad = shares.3 * unit
    let kept = 1 - tau
    return Incomes(
        households: Y - abroad - kept * (city + state), city: kept * city, state: kept * state, abroad: abroad)
}

/// The income of the households of each city, currency/yr.
///
///     x_i = labour n_i l_i w_i / Σ n l w + capital W_i / Σ W + (H - labour - capital) n_i / Σ n
///
/// Wages go where people work at the city's relative wage, capital's income to those who own it, and what is left (compute's
/// income and transfers, less what is paid for CO2) to all people alike. The sum is H.
///
/// - Parameters:
///   - x: written.
///   - H: income of all households, after transfers.
///   - people: n; jobs: l, per person; wage: w, relative; wealth: W.
func cityIncomes(
    _ x: UnsafeMutablePointer<Lanes>, count: Int, households H: Lanes, labour: Lanes, capital: Lanes,
    people n: UnsafePointer<Lanes>, jobs l: UnsafePointer<Lanes>, wage w: UnsafePointer<Lanes>,
    wealth W: UnsafePointer<Lanes>
) {
    var (pay, owned, all) = (Lanes.zero, Lanes.zero, Lanes.zero)
    for i in 0..<count {
        pay += n[i] * l[i] * w[i]
        owned += W[i]
        all += n[i]
    }
    let (paid, earned) = (select(pay .> .zero, labour, .zero), select(owned .> .zero, capital, .zero))
    let rest = H - paid - earned
    for i in 0..<count {
        x[i] = paid * quotient(n[i] * l[i] * w[i], pay) + earned * quotient(W[i], owned) + rest * quotient(n[i], all)
    }
}
