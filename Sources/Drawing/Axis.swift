import Foundation

/// A direction of a chart: the numbers that it covers, and those that are written beside it.
public struct Axis: Sendable, Hashable {
    /// The numbers at its ends.
    public let range: ClosedRange<Double>
    /// The numbers that are marked, ascending, within the range.
    public let ticks: [Double]
    private let digits: Int
    private let hasExponent: Bool
    /// The words of marks that no number says.
    private var words: [Double: String] = [:]

    /// An axis that covers some numbers, ends at marks, and begins at 0 where that costs less than a third of it.
    ///
    /// What isn't finite is left out, and what is beyond 1e300 stands at it; where nothing is left it goes from 0 to 1. Numbers that differ by less than 1e-5 of
    /// their size are taken for one, a tenth of it to either side: else an axis would show rounding.
    /// - Parameter count: about how many parts the marks divide it into.
    public init(covering values: [Double], count: Int = 4) {
        let finite = values.filter(\.isFinite).map { $0.magnitude < 1e-300 ? 0 : min(max($0, -1e300), 1e300) }
        var low = finite.min() ?? 0
        var high = finite.max() ?? 1
        if low > 0, low < 0.35 * high { low = 0 }
        if high < 0, high > 0.35 * low { high = 0 }
        if high - low <= 1e-5 * max(high.magnitude, low.magnitude) {
            let middle = low
            let half = middle == 0 ? 0.5 : 0.1 * middle.magnitude
            (low, high) = (middle - half, middle + half)
        }
        let step = Axis.step((high - low) / Double(max(count, 1)))
        let first = (low / step + 1e-9).rounded(.down)
        let last = (high / step - 1e-9).rounded(.up)
        ticks = stride(from: first, through: last, by: 1).map { $0 * step }
        range = first * step...last * step
        let largest = max(range.lowerBound.magnitude, range.upperBound.magnitude)
        hasExponent = largest < 1e-3 || largest >= 1e7
        // With an exponent, as many digits as tell a step apart in the largest mark.
        digits = hasExponent ? min(Int(log10(largest / step).rounded(.up)) + 1, 16) : Axis.digits(step)
    }

    /// An axis from the first of some years to the last.
    init(years: [Int]) {
        let first = years.first ?? 0
        self.init(years: first...max(first, years.last ?? first))
    }

    /// An axis of years with at most so many marks, all of them whole.
    public init(years: ClosedRange<Int>, marks: Int = 6) {
        let span = years.count - 1
        let step = [1, 2, 5, 10, 20, 25, 50, 100, 200, 250, 500, 1000].first { span / $0 < marks } ?? 1000
        let first = (years.lowerBound + step - 1) / step * step
        let whole = stride(from: first, through: years.upperBound, by: step).map(Double.init)
        ticks = span == 0 ? [Double(years.lowerBound)] : whole
        range =
            span == 0
            ? Double(years.lowerBound) - 0.5...Double(years.lowerBound) + 0.5
            : Double(years.lowerBound)...Double(years.upperBound)
        digits = -1
        hasExponent = false
    }

    /// An axis with words at its marks.
    public init(range: ClosedRange<Double>, marks: [(place: Double, words: String)]) {
        self.range = range
        ticks = marks.map(\.place)
        words = Dictionary(marks.map { ($0.place, $0.words) }) { $1 }
        digits = 0
        hasExponent = false
    }

    /// Where a number lies: 0 at the beginning, 1 at the end.
    public func share(_ value: Double) -> Double {
        (value - range.lowerBound) / (range.upperBound - range.lowerBound)
    }

    /// The text of a mark.
    public func label(_ tick: Double) -> String {
        if let words = words[tick] { return words }
        if digits < 0 { return String(Int(tick)) }
        if hasExponent {
            if tick == 0 { return "0" }
            let parts = String(format: "%.\(digits)e", tick).split(separator: "e")
            guard parts.count == 2, let power = Int(parts[1]) else { return "\(tick)" }
            return "\(parts[0])e\(power)"
        }
        return Numerals.text(tick, digits: digits)
    }

    /// 1, 2, 2.5 or 5 times a power of ten: the least that isn't below.
    private static func step(_ least: Double) -> Double {
        let power = pow(10, log10(least).rounded(.down))
        let factor = [1, 2, 2.5, 5, 10].first { $0 * power >= least * (1 - 1e-9) } ?? 10
        return factor * power
    }

    /// Digits after the point of a plain number that tell multiples of a step apart.
    private static func digits(_ step: Double) -> Int {
        var digits = 0
        var scaled = step
        while digits < 9, (scaled - scaled.rounded()).magnitude > 1e-6 * scaled {
            scaled *= 10
            digits += 1
        }
        return digits
    }
}
