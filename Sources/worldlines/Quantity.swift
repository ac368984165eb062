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
        let step = steps.last { abs(largest) >= $0.divisor } ?? steps.first { $0.divisor == 1 } ?? (1, "")
        divisor = step.divisor
        self.unit = step.name + rest
    }

    /// A number in this scale, as many digits as `digits` says after the point.
    func text(_ value: Double, digits: Int) -> String {
        value.isFinite ? String(format: "%.\(digits)f", value / divisor) : (value.isNaN ? "-" : "\(value)")
    }

    /// Digits after the point that show about four significant digits of the largest number.
    func digits(largest: Double) -> Int {
        let size = abs(largest / divisor)
        guard size > 0, size.isFinite else { return 1 }
        return min(max(3 - Int(log10(size).rounded(.down)), 0), 6)
    }

    /// A number with its unit, such as `12.3 TWh`.
    static func text(_ value: Double, unit: String) -> String {
        let scale = Scale(unit: unit, largest: value)
        let number = scale.text(value, digits: max(scale.digits(largest: value) - 1, 0))
        return scale.unit.isEmpty ? number : "\(number) \(scale.unit)"
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
        case "MW": ([(1, "MW"), (1e3, "GW"), (1e6, "TW")], "")
        case "MWh": ([(1, "MWh"), (1e3, "GWh"), (1e6, "TWh")], "")
        case "tCO2": ([(1, "tCO2"), (1e3, "ktCO2"), (1e6, "MtCO2"), (1e9, "GtCO2")], "")
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
