/// A unit as UDUNITS knows it, and in words what UDUNITS doesn't know.
///
/// UDUNITS has no money, people, floating-point operations or kinds of gas: such factors are dropped and named in a comment.
struct CFUnit: Equatable {
    /// A string that UDUNITS reads.
    let units: String
    /// The whole unit where `units` lost something.
    let comment: String?
    /// CF 1.11's note on units that hold a temperature.
    let temperature: String?

    /// The factors of units that UDUNITS writes otherwise, or knows as they are.
    private static let known: [String: [(String, Int)]] = {
        var table: [String: [(String, Int)]] = [
            "1": [], "%": [("percent", 1)], "yr": [("year", 1)], "deg": [("degree", 1)],
            "Hz": [("s", -1)],
        ]
        for symbol in ["K", "degC", "h", "s", "d", "m", "km", "kg", "Pa", "V"] {
            table[symbol] = [(symbol, 1)]
        }
        for prefix in ["", "k", "M", "G", "T", "P", "E"] {
            table["\(prefix)J"] = [("\(prefix)J", 1)]
            table["\(prefix)W"] = [("\(prefix)W", 1)]
            table["\(prefix)Wh"] = [("\(prefix)W", 1), ("h", 1)]
            table["\(prefix)t"] = [("\(prefix)t", 1)]
        }
        return table
    }()

    /// Tonnes of a substance: the mass is kept, the substance goes to the comment.
    private static let substances = ["CO2", "CO2e", "C", "CH4"]

    init(_ unit: String, currency: String) {
        var factors: [(symbol: String, exponent: Int)] = []
        var lost = false
        for (position, product) in unit.split(separator: "/", omittingEmptySubsequences: false).enumerated() {
            let sign = position == 0 ? 1 : -1
            for token in product.split(whereSeparator: { " *.·".contains($0) }) {
                let (found, power, whole) = CFUnit.factors(of: String(token))
                if !whole { lost = true }
                for (symbol, exponent) in found {
                    let change = sign * power * exponent
                    if let index = factors.firstIndex(where: { $0.symbol == symbol }) {
                        factors[index].exponent += change
                    } else {
                        factors.append((symbol, change))
                    }
                }
            }
        }
        let words = factors.filter { $0.exponent != 0 }.map { factor in
            factor.exponent == 1 ? factor.symbol : "\(factor.symbol)\(factor.exponent)"
        }
        units = words.isEmpty ? "1" : words.joined(separator: " ")
        comment = lost ? "unit: \(unit.replacing("currency", with: currency))" : nil
        temperature =
            factors.contains { $0.symbol == "K" }
            ? "temperature: difference" : factors.contains { $0.symbol == "degC" } ? "temperature: on_scale" : nil
    }

    private static func factors(of token: String) -> (factors: [(String, Int)], power: Int, whole: Bool) {
        if let found = known[token] { return (found, 1, true) }
        for substance in substances where token.hasSuffix(substance) {
            if let found = known[String(token.dropLast(substance.count))] { return (found, 1, false) }
        }
        let stem = token.prefix { !$0.isNumber }
        if let power = Int(token.dropFirst(stem.count)), let found = known[String(stem)] { return (found, power, true) }
        return ([], 1, false)
    }
}
