/// A policy between two outcomes.
public struct Spot: Sendable {
    /// The policy.
    public var name: String
    /// How it looks.
    public var style: SeriesStyle
    /// The outcome across.
    public var x: Double
    /// The outcome upwards.
    public var y: Double
    /// Whether no other policy is better in everything.
    public var isUndominated: Bool

    /// A spot.
    public init(name: String, style: SeriesStyle, x: Double, y: Double, isUndominated: Bool) {
        self.name = name
        self.style = style
        self.x = x
        self.y = y
        self.isUndominated = isUndominated
    }
}

/// What an axis of a scatter says below or above it.
public struct ScatterAxis: Sendable {
    /// The outcome, or the chosen number, with its unit.
    public var title: String
    /// Whether less is better; nil where neither is.
    public var minimize: Bool?

    /// An axis.
    public init(title: String, minimize: Bool?) {
        self.title = title
        self.minimize = minimize
    }
}

/// Policies between two outcomes: those that nothing dominates are full, the best of these two outcomes alone are joined.
///
/// Where an axis has a chosen number nothing is joined. Spots of the neutral style are small and have no name.
/// Arrows beside the titles point to where it is better.
public func scatterChart(
    title: String, description: String = "", x: ScatterAxis, y: ScatterAxis, spots: [Spot]
) -> Markup {
    let height = 280.0
    let frame = Frame(
        x: Axis(covering: spots.map(\.x)), y: Axis(covering: spots.map(\.y)), height: height, top: 24,
        hasTitleBelow: true)
    var pieces = [frame.axes(hasVerticals: true)]
    let across = x.title + (x.minimize.map { $0 ? " ←" : " →" } ?? "")
    let up = y.title + (y.minimize.map { $0 ? " ↓" : " ↑" } ?? "")
    pieces.append(
        tag(
            "text",
            [
                "class": "title", "x": Numerals.place(frame.right), "y": Numerals.place(height - 6),
                "text-anchor": "end",
            ],
            .text(Words.cut(across, to: frame.right))))
    pieces.append(tag("text", ["class": "title", "x": "2", "y": "12"], .text(Words.cut(up, to: Frame.width - 4))))
    if let across = x.minimize, let up = y.minimize {
        let front = front(spots, x: across, y: up)
        pieces.append(
            tag("path", ["class": "front", "d": Numerals.path(front.map { frame.point($0.x, $0.y) })]))
    }
    var labels = Labels(left: frame.left, top: frame.top, right: Frame.width, bottom: frame.bottom)
    for spot in spots { labels.keep(around: frame.point(spot.x, spot.y), radius: 5) }
    for spot in spots {
        pieces.append(
            spot.style.mark(
                at: frame.point(spot.x, spot.y), radius: spot.style == .neutral ? 3 : 5, isFilled: spot.isUndominated,
                contents: [tag("title", [:], .text(spot.name))]))
    }
    let named = spots.filter { $0.style != .neutral }
    for spot in named.filter(\.isUndominated) + named.filter({ !$0.isUndominated }) {
        if let label = labels.place(spot.name, at: frame.point(spot.x, spot.y), distance: 6) {
            pieces.append(tag("g", ["class": "p\(spot.style.number)"], label))
        }
    }
    return picture(width: Frame.width, height: height, title: title, description: description, pieces)
}

/// The spots that no other is at least as good as in both outcomes, from left to right.
private func front(_ spots: [Spot], x: Bool, y: Bool) -> [Spot] {
    func isBetter(_ a: Double, _ b: Double, _ isLessBetter: Bool) -> Bool { isLessBetter ? a < b : a > b }
    return spots.filter { spot in
        !spots.contains { other in
            !isBetter(spot.x, other.x, x) && !isBetter(spot.y, other.y, y)
                && (isBetter(other.x, spot.x, x) || isBetter(other.y, spot.y, y))
        }
    }.sorted { ($0.x, $0.y) < ($1.x, $1.y) }
}
