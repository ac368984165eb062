/// Units as products and quotients of symbols: `MW`, `USD/MWh`, `W yr/m2/K`.
///
/// A year is 8760 hours, as the calendar has it, so that a MW all year is 8760 MWh.
struct Units {
    /// A factor on the base units W, h, K, m, person, tCO2, tC, FLOP, V, deg, degC and the currency, and their powers.
    struct Measure: Equatable {
        var factor: Double
        var powers: [String: Int]
    }

    /// The currency of the world, such as USD_2025.
    let currency: String
    /// Whether the currency could not be read, so that any unknown symbol may be it.
    var isCurrencyUnknown = false

    /// The factor that takes a number in `unit` to `inside`; a finding's message where there is none.
    func factor(from unit: String, to inside: String) throws(Problem) -> Double {
        let resolved = text(inside)
        if unit == inside || unit == resolved { return 1 }
        let from = try measure(unit)
        let to = try measure(inside)
        guard from.powers == to.powers else {
            throw Problem(
                message: "the unit `\(unit)` does not measure what `\(resolved)` does",
                remedy: "give the number in \(resolved), or in a unit that converts to it")
        }
        return from.factor / to.factor
    }

    struct Problem: Error {
        let message: String
        let remedy: String
    }

    /// A unit of the schema with the world's currency in place of the word `currency`.
    func text(_ unit: String) -> String { unit.replacingWord("currency", with: currency) }

    func measure(_ unit: String) throws(Problem) -> Measure {
        var total = Measure(factor: 1, powers: [:])
        if unit == "1" || unit.isEmpty { return total }
        var divide = false
        var word = ""
        var sign = 1
        for character in unit + " " {
            switch character {
            case " ", "*", "·", "/":
                if !word.isEmpty {
                    let part = try symbol(word, in: unit)
                    multiply(&total, part, sign)
                    word = ""
                    divide = false
                }
                if character == "/" { divide = true }
                sign = divide ? -1 : 1
            default: word.append(character)
            }
        }
        return total
    }

    private func multiply(_ total: inout Measure, _ part: Measure, _ sign: Int) {
        if sign > 0 { total.factor *= part.factor } else { total.factor /= part.factor }
        for (base, power) in part.powers {
            let sum = total.powers[base, default: 0] + sign * power
            total.powers[base] = sum == 0 ? nil : sum
        }
    }

    private func symbol(_ word: String, in unit: String) throws(Problem) -> Measure {
        if let known = known(word) { return known }
        if let last = word.last, let power = last.wholeNumberValue, power > 0 {
            var stem = String(word.dropLast())
            if stem.hasSuffix("^") { stem.removeLast() }
            if let known = known(stem) {
                var total = Measure(factor: 1, powers: [:])
                for _ in 0..<power { multiply(&total, known, 1) }
                return total
            }
        }
        if isCurrencyUnknown { return Measure(factor: 1, powers: ["currency": 1]) }
        let names = Array(Units.symbols.keys) + money.keys
        throw Problem(
            message: "`\(word)` is not a unit" + (word == unit ? "" : ", in `\(unit)`"),
            remedy: Nearest.nearest(word, among: names.sorted()).map { "did you mean `\($0)`?" }
                ?? "units are products and quotients of MW, MWh, K, yr, h, person, tCO2, \(currency) ...")
    }

    private func known(_ word: String) -> Measure? {
        if word == "1" { return Measure(factor: 1, powers: [:]) }
        if let factor = money[word] { return Measure(factor: factor, powers: ["currency": 1]) }
        guard let (factor, powers) = Units.symbols[word] else { return nil }
        return Measure(factor: factor, powers: powers)
    }

    private var money: [String: Double] {
        var table: [String: Double] = [:]
        for name in Set(["currency", currency, String(currency.prefix { $0 != "_" })]) where !name.isEmpty {
            for (prefix, factor) in [("", 1), ("k", 1e3), ("M", 1e6), ("bn", 1e9), ("tn", 1e12)] {
                table[prefix + name] = factor
            }
        }
        return table
    }

    private static let symbols: [String: (Double, [String: Int])] = {
        var table: [String: (Double, [String: Int])] = [
            "%": (0.01, [:]), "h": (1, ["h": 1]), "s": (1.0 / 3600, ["h": 1]), "ms": (1e-3 / 3600, ["h": 1]),
            "min": (1.0 / 60, ["h": 1]),
            "day": (24, ["h": 1]), "yr": (8760, ["h": 1]), "month": (730, ["h": 1]), "K": (1, ["K": 1]),
            "degC": (1, ["degC": 1]), "deg": (1, ["deg": 1]), "person": (1, ["person": 1]), "m": (1, ["m": 1]),
            "km": (1000, ["m": 1]), "bn": (1e9, [:]), "tn": (1e12, [:]), "Ohm": (1, ["V": 2, "W": -1]),
        ]
        let prefixes = [("", 1.0), ("k", 1e3), ("M", 1e6), ("G", 1e9), ("T", 1e12), ("P", 1e15), ("E", 1e18)]
        for (prefix, factor) in prefixes {
            table[prefix + "W"] = (factor, ["W": 1])
            table[prefix + "VA"] = (factor, ["W": 1])
            table[prefix + "Wh"] = (factor, ["W": 1, "h": 1])
            table[prefix + "J"] = (factor / 3600, ["W": 1, "h": 1])
            table[prefix + "FLOP"] = (factor, ["FLOP": 1])
            table[prefix + "V"] = (factor, ["V": 1])
            table[prefix + "tCO2"] = (factor, ["tCO2": 1])
            table[prefix + "tC"] = (factor, ["tC": 1])
        }
        table["kgCO2"] = (1e-3, ["tCO2": 1])
        table["gCO2"] = (1e-6, ["tCO2": 1])
        return table
    }()
}

extension String {
    /// The text with every whole word replaced; words are runs of letters.
    func replacingWord(_ word: String, with other: String) -> String {
        var result = ""
        var run = ""
        for character in self + " " {
            if character.isLetter || character == "_" {
                run.append(character)
            } else {
                result += run == word ? other : run
                run = ""
                result.append(character)
            }
        }
        return String(result.dropLast())
    }
}

/// A number as a user writes it.
package enum Numeral {
    /// `30` or `30 unit`; nil where the text doesn't begin with a number.
    static func parts(_ text: String) -> (value: Double, unit: String?)? {
        let text = text.trimmed
        if let value = Double(text), !text.lowercased().hasPrefix("0x") { return (value, nil) }
        var digits = text.prefix { !$0.isWhitespace }
        if digits.hasSuffix("%") { digits = digits.dropLast() }
        guard let value = Double(digits) else { return nil }
        let unit = String(text[digits.endIndex...]).trimmed
        return (value, unit)
    }

    /// Why a number of a command line can't be taken.
    package struct Refusal: Error {
        package let message: String
    }

    /// A number with or without a unit, such as `50 GWh` or `50GWh`, in a unit whose currency is the one that it names.
    package static func value(_ text: String, in unit: String) throws(Refusal) -> Double {
        let text = text.trimmed
        let digits = text.prefixMatch(of: /[-+]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][-+]?[0-9]+)?/)
        guard let digits, let value = Double(digits.output.0), value.isFinite else {
            throw Refusal(message: "'\(text)' is no finite number")
        }
        let given = String(text[digits.range.upperBound...]).trimmed
        if given.isEmpty || given == unit { return value }
        let words = unit.split { " */·".contains($0) }.map(String.init)
        let plain = Units(currency: "")
        let currency = words.first { (try? plain.measure($0)) == nil } ?? ""
        do {
            return value * (try Units(currency: currency).factor(from: given, to: unit))
        } catch {
            throw Refusal(
                message:
                    "'\(text)': \(error.message.replacing("`", with: "'")); \(error.remedy.replacing("`", with: "'"))")
        }
    }

    /// The shortest text of a number, without `.0`.
    package static func text(_ value: Double) -> String {
        if value == value.rounded(), abs(value) < 1e15 { return String(Int(value)) }
        return "\(value)"
    }

    /// A range as `a to b`, open where it has no bound.
    static func text(_ range: ClosedRange<Double>) -> String {
        let huge = Double.greatestFiniteMagnitude
        switch (range.lowerBound <= -huge, range.upperBound >= huge) {
        case (true, true): return "any"
        case (false, true): return ">= " + text(range.lowerBound)
        case (true, false): return "<= " + text(range.upperBound)
        case (false, false): return text(range.lowerBound) + " to " + text(range.upperBound)
        }
    }
}
