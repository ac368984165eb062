import Foundation

/// A unit scaled for reading: MWh to TWh, currency to billions.
struct Scale: Equatable {
    /// What a number is divided by.
    let divisor: Double
    /// What it is then called, such as `TWh` or `bn USD_2025`; empty for pure numbers.
    let unit: String

    /// The scale in which the largest of some numbers has one to four digits before the point.
    init(unit: String, largest: Double) {
        let (steps, rest) = Scale.ladder(unit)
        // What three digits round up to the next step belongs there: 999.7 MWh are 1.00 GWh.
        let step = steps.last { abs(largest) >= 0.9995 * $0.divisor } ?? steps.first ?? (1, "")
        let isNothing = !(abs(largest) > 0)
        let chosen = isNothing ? steps.first { $0.divisor == 1 } ?? step : step
        divisor = chosen.divisor
        self.unit = chosen.name + rest
    }

    /// A number in this scale, as many digits as `digits` says after the point.
    func text(_ value: Double, digits: Int) -> String {
        guard value.isFinite else { return value.isNaN ? "-" : "\(value)" }
        let scaled = value / divisor
        return abs(scaled) < 1e9 ? String(format: "%.\(digits)f", scaled) : Scale.significant(scaled)
    }

    /// Digits after the point that show about four significant digits of the largest number.
    func digits(largest: Double) -> Int {
        let size = abs(largest / divisor)
        guard size > 0, size.isFinite else { return 1 }
        return min(max(3 - Int(log10(size).rounded(.down)), 0), 6)
    }

    /// Three significant digits; a power of ten only for what is very large or very small.
    static func significant(_ value: Double) -> String {
        guard value.isFinite, value != 0 else { return value == 0 ? "0" : value.isNaN ? "-" : "\(value)" }
        let size = abs(value)
        if size >= 1e6 || size < 1e-4 {
            let parts = String(format: "%.2e", value).split(separator: "e")
            return "\(parts[0])e\(Int(parts[1]) ?? 0)"
        }
        // Rounding may add a digit before the point: 9.997 is 10.0.
        let places = 2 - Int(log10(size * (1 + 5e-4)).rounded(.down))
        return String(format: "%.\(max(places, 0))f", value)
    }

    /// A number in a sentence: in a unit that suits it, with three digits, such as `12.3 TWh`.
    ///
    /// - Parameter signed: whether a plus stands before what is above 0.
    static func text(_ value: Double, unit: String, signed: Bool = false) -> String {
        let scale = Scale(unit: unit, largest: value)
        let number = (signed && value > 0 ? "+" : "") + significant(value / scale.divisor)
        return scale.unit.isEmpty ? number : "\(number) \(scale.unit)"
    }

    /// Two numbers in a sentence in one unit, such as `0.41 to 12.3 TWh`.
    static func range(_ low: Double, _ high: Double, unit: String) -> String {
        let scale = Scale(unit: unit, largest: max(abs(low), abs(high)))
        let numbers = "\(significant(low / scale.divisor)) to \(significant(high / scale.divisor))"
        return scale.unit.isEmpty ? numbers : "\(numbers) \(scale.unit)"
    }

    /// A number with its unit and as few digits as it needs, such as `50 GWh`.
    static func plain(_ value: Double, unit: String) -> String {
        let scale = Scale(unit: unit, largest: value)
        let scaled = value / scale.divisor
        let text =
            scaled == scaled.rounded() && abs(scaled) < 1e6
            ? String(format: "%.0f", scaled) : String(format: "%.6g", scaled)
        return scale.unit.isEmpty ? text : "\(text) \(scale.unit)"
    }

    private static func ladder(_ unit: String) -> ([(divisor: Double, name: String)], String) {
        switch unit {
        case "1": ([(1, "")], "")
        case "MW": ([(1e-3, "kW"), (1, "MW"), (1e3, "GW"), (1e6, "TW")], "")
        case "MWh": ([(1e-3, "kWh"), (1, "MWh"), (1e3, "GWh"), (1e6, "TWh")], "")
        case "tCO2": ([(1e-3, "kgCO2"), (1, "tCO2"), (1e3, "ktCO2"), (1e6, "MtCO2"), (1e9, "GtCO2")], "")
        case "person": ([(1, "person"), (1e3, "thousand people"), (1e6, "million people")], "")
        case "FLOP":
            ([(1, "FLOP"), (1e18, "EFLOP"), (1e21, "ZFLOP"), (1e24, "YFLOP"), (1e27, "RFLOP"), (1e30, "QFLOP")], "")
        case _ where isMoney(unit):
            ([(1, ""), (1e3, "k "), (1e6, "M "), (1e9, "bn "), (1e12, "tn ")], unit)
        default: ([(1, "")], unit)
        }
    }

    /// Whether a unit is a currency with its base year, such as USD_2025, and nothing else.
    private static func isMoney(_ unit: String) -> Bool {
        let parts = unit.split(separator: "_", omittingEmptySubsequences: false)
        return parts[0].count == 3 && parts[0].allSatisfy(\.isUppercase)
            && (parts.count == 1 || parts.count == 2 && Int(parts[1]) != nil)
    }
}

/// Shares of a whole as percents that add up to 100: the largest rests are rounded up.
func percents(_ shares: [Double]) -> [Int] {
    let total = shares.reduce(0, +)
    guard total > 0 else { return shares.map { _ in 0 } }
    let exact = shares.map { 100 * $0 / total }
    var whole = exact.map { Int($0.rounded(.down)) }
    let order = exact.indices.sorted { a, b in
        let (x, y) = (exact[a] - Double(whole[a]), exact[b] - Double(whole[b]))
        return x == y ? a < b : x > y
    }
    for index in order.prefix(100 - whole.reduce(0, +)) { whole[index] += 1 }
    return whole
}

/// A share as whole percents; more than none and less than all are said so.
func percent(_ share: Double) -> String {
    let whole = (100 * share).rounded()
    if whole == 0, share > 0 { return "under 1 %" }
    if whole == 100, share < 1 { return "over 99 %" }
    return String(format: "%.0f %%", whole)
}
