import Foundation

/// What is known of a number that is not known, as its quantiles.
enum Distribution: Sendable, Equatable {
    case uniform(Double, Double)
    /// Least, most likely, largest.
    case triangular(Double, Double, Double)
    case normal(mean: Double, sd: Double)
    case lognormal(median: Double, sigma: Double)
    /// Values and their cumulative probabilities.
    case discrete([Double], [Double])

    /// The value below which it falls with probability u, 0 < u < 1.
    func quantile(_ u: Double) -> Double {
        switch self {
        case .uniform(let a, let b): return a + (b - a) * u
        case .triangular(let a, let mode, let b):
            if b == a { return a }
            let split = (mode - a) / (b - a)
            if u < split { return a + ((b - a) * (mode - a) * u).squareRoot() }
            return b - ((b - a) * (b - mode) * (1 - u)).squareRoot()
        case .normal(let mean, let sd): return mean + sd * Normal.quantile(u)
        case .lognormal(let median, let sigma): return median * exp(sigma * Normal.quantile(u))
        case .discrete(let values, let cumulative):
            return values[cumulative.firstIndex { u < $0 } ?? values.count - 1]
        }
    }

    /// The least and largest value; infinite where it has none.
    var support: (Double, Double) {
        switch self {
        case .uniform(let a, let b), .triangular(let a, _, let b): (a, b)
        case .normal: (-.infinity, .infinity)
        case .lognormal: (0, .infinity)
        case .discrete(let values, _): (values.min() ?? 0, values.max() ?? 0)
        }
    }

    /// The distribution of the value times a factor.
    func scaled(_ f: Double) -> Distribution {
        switch self {
        case .uniform(let a, let b): .uniform(a * f, b * f)
        case .triangular(let a, let mode, let b): .triangular(a * f, mode * f, b * f)
        case .normal(let mean, let sd): .normal(mean: mean * f, sd: sd * f)
        case .lognormal(let median, let sigma): .lognormal(median: median * f, sigma: sigma)
        case .discrete(let values, let cumulative): .discrete(values.map { $0 * f }, cumulative)
        }
    }
}

/// The standard normal distribution.
enum Normal {
    static func probability(_ x: Double) -> Double { 0.5 * erfc(-x / 2.0.squareRoot()) }

    /// The quantile: Acklam's rational approximation, then one step of Halley's method on erfc (about 1e-15).
    static func quantile(_ p: Double) -> Double {
        if p > 0.5 { return -quantile(1 - p) }
        var x: Double
        if p < 0.02425 {
            let q = (-2 * log(p)).squareRoot()
            x =
                (((((c[0] * q + c[1]) * q + c[2]) * q + c[3]) * q + c[4]) * q + c[5])
                / ((((d[0] * q + d[1]) * q + d[2]) * q + d[3]) * q + 1)
        } else {
            let q = p - 0.5
            let r = q * q
            let above = (((((a[0] * r + a[1]) * r + a[2]) * r + a[3]) * r + a[4]) * r + a[5]) * q
            x = above / (((((b[0] * r + b[1]) * r + b[2]) * r + b[3]) * r + b[4]) * r + 1)
        }
        let error = (probability(x) - p) * (2 * Double.pi).squareRoot() * exp(x * x / 2)
        x -= error / (1 + x * error / 2)
        return x
    }

    private static let a = [
        -3.969683028665376e+01, 2.209460984245205e+02, -2.759285104469687e+02, 1.383577518672690e+02,
        -3.066479806614716e+01, 2.506628277459239e+00,
    ]
    private static let b = [
        -5.447609879822406e+01, 1.615858368580409e+02, -1.556989798598866e+02, 6.680131188771972e+01,
        -1.328068155288572e+01,
    ]
    private static let c = [
        -7.784894002430293e-03, -3.223964580411365e-01, -2.400758277161838e+00, -2.549732539343734e+00,
        4.374664141464968e+00, 2.938163982698783e+00,
    ]
    private static let d = [
        7.784695709041462e-03, 3.224671290700398e-01, 2.445134137142996e+00, 3.754408661907416e+00,
    ]
}

/// A rank correlation of two uncertainties.
struct Correlation: Sendable {
    let first: Int
    let second: Int
    let rho: Double

    /// The Cholesky factor, row by row, of the normal scores whose ranks correlate so; nil where there can be none.
    ///
    /// A rank correlation rho is a correlation r = 2 sin(pi rho / 6) of normal scores.
    static func factor(_ correlations: [Correlation], count: Int) -> [Double]? {
        var matrix = [Double](repeating: 0, count: count * count)
        for i in 0..<count { matrix[i * count + i] = 1 }
        for each in correlations {
            let r = 2 * sin(Double.pi * each.rho / 6)
            matrix[each.first * count + each.second] = r
            matrix[each.second * count + each.first] = r
        }
        var factor = [Double](repeating: 0, count: count * count)
        for i in 0..<count {
            for j in 0...i {
                var sum = matrix[i * count + j]
                for k in 0..<j { sum -= factor[i * count + k] * factor[j * count + k] }
                if i == j {
                    guard sum > 1e-12 else { return nil }
                    factor[i * count + i] = sum.squareRoot()
                } else {
                    factor[i * count + j] = sum / factor[j * count + j]
                }
            }
        }
        return factor
    }
}
