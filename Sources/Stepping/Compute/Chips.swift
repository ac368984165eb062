import Lanes

/// Vintages of chips that are told apart, by the year of purchase; the last holds all that are older.
let chipVintages = 16

/// Efficiency of chips bought so many years after the start, in the units of `initial`: e_0 2^(t / doubling).
func newEfficiency(initial: Lanes, doubling: Lanes, yearsSinceStart: Double) -> Lanes {
    initial * exponential(0.6931471805599453 * yearsSinceStart / doubling)
}

/// Price of chips per IT power bought so many years after the start: k_0 e / e_0 2^(-t / halving), currency/MW.
///
/// Work per second gets cheaper by half in `halving` years, and a MW does e / e_0 as much of it.
func newChipPrice(
    initial: Lanes, efficiency e: Lanes, initialEfficiency: Lanes, halving: Lanes, yearsSinceStart: Double
) -> Lanes {
    initial * (e / maximum(initialEfficiency, lanes(1e-300)))
        * exponential(-0.6931471805599453 * yearsSinceStart / halving)
}

/// The capital recovery factor of a life that need not be whole years: r / (1 - (1 + r)^-n), 1/n at r = 0.
func capitalRecovery(_ r: Lanes, life n: Lanes) -> Lanes {
    let rate = maximum(r, lanes(1e-9))
    return rate / (1 - power(1 + rate, negative(n)))
}

/// The least efficiency at which a chip's work still pays its power, where work earns what new chips cost.
///
///     e_v (K CRF / (8760 u) + c) / e_new >= c:  e_least = e_new c / (K CRF / (8760 u) + c)
///
/// - Parameters:
///   - new: e_new, of chips that are bought.
///   - annuity: K CRF, currency/MW/yr of new chips.
///   - running: c, currency per MWh at IT equipment: power, cooling, operation.
///   - utilisation: u.
func leastEfficiency(new: Lanes, annuity: Lanes, running c: Lanes, utilisation u: Lanes) -> Lanes {
    let all = annuity / (8760 * maximum(u, lanes(1e-9))) + c
    return select(c .> .zero, new * (c / maximum(all, lanes(1e-300))), .zero)
}

/// A fleet of chips by vintage, youngest first: what stands, the work it can do, and what was paid for it.
struct ChipFleet {
    /// IT power, MW.
    let power: UnsafeMutablePointer<Lanes>
    /// IT power x FLOP/J, MW FLOP/J.
    let work: UnsafeMutablePointer<Lanes>
    /// Price paid, currency.
    let price: UnsafeMutablePointer<Lanes>

    /// Sets the fleet to one vintage.
    func start(capacity: Lanes, efficiency: Lanes, price each: Lanes) {
        for v in 0..<chipVintages { (power[v], work[v], price[v]) = (.zero, .zero, .zero) }
        (power[0], work[0], price[0]) = (capacity, capacity * efficiency, capacity * each)
    }

    /// Work per energy of all that stands, FLOP/J; of new chips where nothing does.
    func efficiency(orNew new: Lanes) -> Lanes {
        let standing = sum(power)
        return select(standing .> .zero, sum(work) / maximum(standing, lanes(1e-300)), new)
    }

    /// The sum over the vintages.
    func sum(_ column: UnsafeMutablePointer<Lanes>) -> Lanes {
        var sum = Lanes.zero
        for v in 0..<chipVintages { sum += column[v] }
        return sum
    }

    /// Ages the fleet by a year and fills what stands with new chips; returns the power of chips bought, MW.
    ///
    ///     kept_v = m_v stays keep [e_v >= e_least],  m'_(v+1) = kept_v,  m'_0 = capacity - Σ kept
    ///
    /// What closes takes chips of every age. Places whose chips failed, wore out or no longer pay get new ones, so the fleet is
    /// the capacity.
    ///
    /// - Parameters:
    ///   - capacity: MW that stand at the year's end.
    ///   - stays: share of the places of the year before that did not close.
    ///   - keep: share of chips that neither fail nor wear out.
    ///   - least: e_least, FLOP/J; each: price of new chips, currency/MW.
    func renew(capacity: Lanes, stays: Lanes, keep: Lanes, least: Lanes, new: Lanes, price each: Lanes) -> Lanes {
        var kept = Lanes.zero
        let last = chipVintages - 1
        var (oldest, oldestWork, oldestPrice) = (Lanes.zero, Lanes.zero, Lanes.zero)
        for v in stride(from: last, through: 0, by: -1) {
            let share = stays * select(work[v] .>= least * power[v], keep, .zero)
            let (m, q, k) = (share * power[v], share * work[v], share * price[v])
            kept += m
            if v == last {
                (oldest, oldestWork, oldestPrice) = (m, q, k)
            } else {
                (power[v + 1], work[v + 1], price[v + 1]) = (m, q, k)
            }
        }
        power[last] += oldest
        work[last] += oldestWork
        price[last] += oldestPrice
        let bought = maximum(capacity - kept, .zero)
        (power[0], work[0], price[0]) = (bought, bought * new, bought * each)
        return bought
    }
}
