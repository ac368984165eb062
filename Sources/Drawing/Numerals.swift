import Foundation

/// Numbers as texts.
public enum Numerals {
    /// A number with so many digits after the point, and a comma between thousands from 10,000 on.
    public static func text(_ value: Double, digits: Int) -> String {
        guard value.isFinite else { return value.isNaN ? "-" : value > 0 ? "∞" : "−∞" }
        let plain = String(format: "%.\(max(digits, 0))f", value.magnitude)
        let isNegative = value < 0 && plain.contains { $0 != "0" && $0 != "." }
        let whole = plain.prefix { $0 != "." }
        let rest = plain.dropFirst(whole.count)
        guard whole.count > 4 else { return (isNegative ? "−" : "") + plain }
        var grouped = ""
        for (index, digit) in whole.enumerated() {
            if index > 0, (whole.count - index).isMultiple(of: 3) { grouped.append(",") }
            grouped.append(digit)
        }
        return (isNegative ? "−" : "") + grouped + rest
    }

    /// A coordinate of a drawing, to a tenth.
    static func place(_ value: Double) -> String {
        guard value.isFinite, value.magnitude < 1e9 else { return "0" }
        let tenths = Int((value * 10).rounded())
        let sign = tenths < 0 ? "-" : ""
        let (whole, rest) = (tenths.magnitude / 10, tenths.magnitude % 10)
        return rest == 0 ? "\(sign)\(whole)" : "\(sign)\(whole).\(rest)"
    }

    /// A polyline through points, as the data of a path.
    static func path(_ points: [Point], closed: Bool = false) -> String {
        guard let first = points.first else { return "" }
        return "M\(place(first.x)) \(place(first.y))"
            + points.dropFirst().map { "L\(place($0.x)) \(place($0.y))" }.joined() + (closed ? "Z" : "")
    }
}

/// A point of a drawing, in its units: x to the right, y down.
struct Point: Sendable, Hashable {
    var x: Double
    var y: Double
}
