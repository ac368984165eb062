import Lanes

/// Moves people between cities and lets their number grow.
///
///     M_i = mu P_i leave; n_j = jobs_j (w_j / w)^a (rent_j / rent)^-b
///     to j with probability p_ij ∝ P_i n_j / ((P_i + s_ij) (P_i + n_j + s_ij)), j != i
///     P_i' = (P_i - M_i + Σ_k M_k p_ki) (1 + g_i)
///
/// The radiation model (Simini et al. 2012, Nature 484, 96) normalised over destinations, so that people are conserved;
/// s_ij = people nearer to i than j is.
///
/// - Parameters:
///   - order: for each city the others from near to far, `cities - 1` indices a city.
///   - migrationRate: mu, 1/yr.
///   - growth: g_i, %/yr.
///   - scratch: 2 x `cities`.
func advancePopulation(
    population P: UnsafeMutablePointer<Lanes>, cities: Int, order: UnsafePointer<Int>, migrationRate mu: Lanes,
    jobsPerPerson: UnsafePointer<Lanes>, wage: UnsafePointer<Lanes>, rent: UnsafePointer<Lanes>, wageElasticity: Lanes,
    rentElasticity: Lanes, growth: UnsafePointer<Lanes>, scratch: UnsafeMutablePointer<Lanes>
) {
    guard cities > 0 else { return }
    let pull = scratch
    let arrivals = scratch + cities
    var meanWage = Lanes.zero
    var meanRent = Lanes.zero
    var people = Lanes.zero
    for i in 0..<cities {
        people += P[i]
        meanWage += P[i] * wage[i]
        meanRent += P[i] * rent[i]
    }
    people = maximum(people, lanes(1e-300))
    meanWage /= people
    meanRent /= people
    let none = Lanes.zero
    for j in 0..<cities {
        let attraction =
            wageElasticity * logarithm(wage[j] / meanWage) - rentElasticity * logarithm(rent[j] / meanRent)
        pull[j] = jobsPerPerson[j] * P[j] * exponential(attraction)
        arrivals[j] = none
    }
    for i in 0..<cities {
        let near = order + i * (cities - 1)
        var total = none
        var s = none
        for place in 0..<(cities - 1) {
            let j = near[place]
            total += P[i] * pull[j] / maximum((P[i] + s) * (P[i] + pull[j] + s), lanes(1e-300))
            s += P[j]
        }
        let leave = select(total .> none, mu * P[i], none) / maximum(total, lanes(1e-300))
        s = none
        var left = none
        for place in 0..<(cities - 1) {
            let j = near[place]
            let flow =
                leave * P[i] * pull[j] / maximum((P[i] + s) * (P[i] + pull[j] + s), lanes(1e-300))
            arrivals[j] += flow
            left += flow
            s += P[j]
        }
        arrivals[i] -= left
    }
    for i in 0..<cities {
        P[i] = maximum(P[i] + arrivals[i], none) * (1 + growth[i] / 100)
    }
}
