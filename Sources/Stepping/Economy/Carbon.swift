import Lanes

/// Share of the product that warming costs.
///
///     D = a_1 T + a T^b, at most 0.99; the power of cold is 0
///
/// DICE-2016R: a_1 = 0, a = 0.00236, b = 2; DICE-2016R2: a = 0.00227.
///
/// - Parameter T: warming above the time before industry, K.
@inline(__always)
func damageShare(warming T: Lanes, linear: Lanes, scale a: Lanes, exponent b: Lanes) -> Lanes {
    minimum(linear * T + a * power(maximum(T, .zero), b), lanes(0.99))
}

/// CO2 per product relative to the start, a step of n years later.
///
///     s' = s exp(n g (1 - d)^t)
///
/// DICE-2016: g = -1.52 %/yr, d = 0.1 %/yr; t in years from the start.
@inline(__always)
func nextIntensity(_ s: Lanes, growth g: Lanes, slowing d: Lanes, yearsSinceStart t: Double, years n: Int) -> Lanes {
    s * exponential(g * (Double(n) / 100) * power(1 - d / 100, lanes(t)))
}

/// Cost of avoiding the last tonne of CO2, currency/tCO2.
///
///     p_b = p_0 (1 - g)^t, t in steps from the start
///
/// DICE-2016: 550 USD of 2010, 2.5 % in 5 years.
@inline(__always)
func backstopPrice(start: Lanes, decline g: Lanes, steps t: Double) -> Lanes { start * power(1 - g, lanes(t)) }

/// Share of the gross product that abatement costs.
///
///     p_b s / theta mu^theta
///
/// DICE-2016: theta = 2.6.
///
/// - Parameters:
///   - s: CO2 per product without abatement, kgCO2/currency.
///   - mu: share that is avoided; above 1 the air is cleaned.
@inline(__always)
func abatementCostShare(backstop: Lanes, intensity s: Lanes, abatement mu: Lanes, exponent theta: Lanes) -> Lanes {
    backstop * s / (1000 * theta) * power(mu, theta)
}

/// Cost of the last tonne that is avoided, currency/tCO2: p_b mu^(theta - 1).
@inline(__always)
func marginalAbatementCost(backstop: Lanes, abatement mu: Lanes, exponent theta: Lanes) -> Lanes {
    backstop * power(mu, theta - 1)
}

/// What industry avoids at a price of CO2: mu = (p / p_b)^(1 / (theta - 1)), at most 1.
@inline(__always)
func abatement(atPrice p: Lanes, backstop: Lanes, exponent theta: Lanes) -> Lanes {
    power(minimum(p / backstop, lanes(1)), 1 / (theta - 1))
}
