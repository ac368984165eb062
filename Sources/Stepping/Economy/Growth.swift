import Lanes

/// People relative to the start a step later, in a world without cities.
///
///     L' = L (L_limit / L)^a
///
/// DICE-2016: 7403 million approach 11500 million by a = 0.134 in 5 years.
@inline(__always)
func nextPeople(_ L: Lanes, limit: Lanes, approach a: Lanes) -> Lanes { L * power(limit / L, a) }

/// Productivity relative to the start a step of n years later.
///
///     A' = A (1 + g)^n / (1 - a exp(-d t))
///
/// DICE-2016: g = 0, a = 0.076 in 5 years, d = 0.5 %/yr; t in years from the start.
///
/// - Parameters:
///   - g: %/yr.
///   - d: %/yr.
@inline(__always)
func nextProductivity(
    _ A: Lanes, growth g: Lanes, gain a: Lanes, decline d: Lanes, yearsSinceStart t: Double, years n: Int
) -> Lanes {
    var factor = 1 + g / 100
    for _ in 1..<n { factor *= 1 + g / 100 }
    return A * factor / (1 - a * exponential(d * (-t / 100)))
}

/// Capital a step of n years later.
///
///     K' = (1 - delta)^n K + n I
///
/// - Parameters:
///   - delta: %/yr.
///   - I: investment in a year, in the units of K.
@inline(__always)
func nextCapital(_ K: Lanes, depreciation delta: Lanes, investment I: Lanes, years n: Int) -> Lanes {
    var kept = 1 - delta / 100
    for _ in 1..<n { kept *= 1 - delta / 100 }
    return K * kept + Double(n) * I
}
