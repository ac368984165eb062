/// How a number spreads over the samples under a policy.
public struct Spread: Sendable {
    /// The policy.
    public var name: String
    /// How it looks.
    public var style: SeriesStyle
    /// The samples that are drawn one by one.
    public var values: [Double]
    /// The ends and the middle of the bar.
    public var low, middle, high: Double
    /// The mean, drawn as a mark.
    public var mean: Double

    /// A spread.
    public init(
        name: String, style: SeriesStyle, values: [Double], low: Double, middle: Double, high: Double, mean: Double
    ) {
        self.name = name
        self.style = style
        self.values = values
        self.low = low
        self.middle = middle
        self.high = high
        self.mean = mean
    }
}

/// Spreads below each other, each with its name above it: samples as ticks, a bar between two quantiles, the mean as a mark.
///
/// - Parameter limits: values beyond which a planner doesn't want to go, drawn as lines.
public func spreadChart(title: String, description: String = "", spreads: [Spread], limits: [Double] = []) -> Markup {
    let shown = spreads.flatMap { $0.values + [$0.low, $0.high, $0.mean] }
    let row = 34.0
    let height = row * Double(spreads.count) + 30
    let axis = Axis(covering: shown)
    let (left, right, top, bottom) = (8.0, Frame.width - 14, 4.0, height - 22)
    func x(_ value: Double) -> Double { left + axis.share(value) * (right - left) }
    var pieces: [Markup] = []
    var end = -Double.infinity
    for tick in axis.ticks {
        let place = Numerals.place(x(tick))
        pieces.append(
            tag("path", ["class": "grid", "d": "M\(place) \(Numerals.place(top))V\(Numerals.place(bottom + 4))"]))
        let half = Words.width(axis.label(tick)) / 2
        let middle = min(max(x(tick), half + 1), Frame.width - half - 1)
        guard middle - half > end + 4 else { continue }
        end = middle + half
        pieces.append(
            tag(
                "text",
                ["x": Numerals.place(middle), "y": Numerals.place(bottom + 16), "text-anchor": "middle"],
                .text(axis.label(tick))))
    }
    for limit in limits where axis.range.contains(limit) {
        pieces.append(
            tag(
                "path",
                [
                    "class": "limit",
                    "d": "M\(Numerals.place(x(limit))) \(Numerals.place(top))V\(Numerals.place(bottom))",
                ],
                tag("title", [:], "limit")))
    }
    for (index, spread) in spreads.enumerated() {
        let y = top + row * Double(index) + 23
        let classes = spread.style.classes
        let ticks = spread.values.map { "M\(Numerals.place(x($0))) \(Numerals.place(y - 6))v12" }.joined()
        let bar = tag(
            "rect",
            [
                "class": "\(classes) box", "x": Numerals.place(x(spread.low)), "y": Numerals.place(y - 4),
                "width": Numerals.place(max(x(spread.high) - x(spread.low), 1)), "height": "8",
            ])
        let middle = tag(
            "path",
            ["class": "\(classes) median", "d": "M\(Numerals.place(x(spread.middle))) \(Numerals.place(y - 7))v14"])
        pieces.append(
            tag(
                "g", ["class": "row p\(spread.style.number)"],
                tag(
                    "text", ["x": Numerals.place(left), "y": Numerals.place(y - 10), "class": "halo"],
                    .text(Words.cut(spread.name, to: right - left))),
                tag("path", ["class": "\(classes) rug", "d": ticks]), bar, middle,
                spread.style.mark(at: Point(x: x(spread.mean), y: y), radius: 4, isFilled: true)))
    }
    return picture(width: Frame.width, height: height, title: title, description: description, pieces)
}
