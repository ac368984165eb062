/// The futures of a number under a policy: the middle one and a band that holds most of them.
public struct Fan: Sendable {
    /// The policy.
    public var name: String
    /// How it looks; nil is neutral, of no policy.
    public var style: SeriesStyle?
    /// The lower edge of the band, one number a year.
    public var low: [Double]
    /// The middle.
    public var middle: [Double]
    /// The upper edge.
    public var high: [Double]

    /// A fan of as many numbers as there are years.
    public init(name: String, style: SeriesStyle?, low: [Double], middle: [Double], high: [Double]) {
        self.name = name
        self.style = style
        self.low = low
        self.middle = middle
        self.high = high
    }
}

/// Fans over the years; one year alone is drawn as bars beside each other.
///
/// - Parameters:
///   - heading: words in the chart above its lines.
///   - years: the years that have numbers, ascending.
public func fanChart(
    title: String, description: String = "", heading: String = "", height: Double = 210, years: [Int],
    fans: [Fan]
) -> Markup {
    let frame = Frame(
        x: Axis(years: years),
        y: Axis(covering: fans.flatMap { $0.low + $0.middle + $0.high }, count: height < 160 ? 3 : 4), height: height,
        top: heading.isEmpty ? 8 : 22)
    var bands: [Markup] = []
    var lines: [Markup] = []
    for (index, fan) in fans.enumerated() {
        let name = tag("title", [:], .text(fan.name))
        if years.count == 1 {
            guard let low = fan.low.first, let middle = fan.middle.first, let high = fan.high.first else { continue }
            let share = (Double(index) + 1) / (Double(fans.count) + 1)
            let x = frame.left + share * (frame.right - frame.left)
            bands.append(
                tag(
                    "path",
                    [
                        "class": "\(fan.style?.classes ?? "neutral") whisker",
                        "d": Numerals.path([Point(x: x, y: frame.y(low)), Point(x: x, y: frame.y(high))]),
                    ], name))
            lines.append(
                (fan.style ?? SeriesStyle.neutral).mark(
                    at: Point(x: x, y: frame.y(middle)), radius: 4, isFilled: true, contents: [name]))
            continue
        }
        let places = years.map { frame.x(Double($0)) }
        func edge(_ values: [Double]) -> [Point] {
            zip(places, values).filter { $0.1.isFinite }.map { Point(x: $0.0, y: frame.y($0.1)) }
        }
        bands.append(
            tag(
                "path",
                [
                    "class": "\(fan.style?.classes ?? "neutral") band",
                    "d": Numerals.path(edge(fan.high) + edge(fan.low).reversed(), closed: true),
                ], name))
        lines.append(
            tag(
                "path", ["class": "\(fan.style?.classes ?? "neutral") line", "d": Numerals.path(edge(fan.middle))], name
            ))
    }
    let words =
        heading.isEmpty ? [] : [tag("text", ["x": "2", "y": "11"], .text(Words.cut(heading, to: Frame.width - 4)))]
    return picture(
        width: Frame.width, height: height, title: title, description: description,
        words + [frame.axes()] + bands + lines)
}
