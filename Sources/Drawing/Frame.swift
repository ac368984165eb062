/// How what belongs to one of several policies looks: a hue, a dash, a shape, and a word to hide it by.
public struct SeriesStyle: Sendable, Hashable {
    /// The number of hues and of dashes that can be told apart.
    public static let hues = 7
    /// The number of dashes that can be told apart.
    public static let dashes = 4

    /// What it is hidden by: the class `p<number>`.
    public let number: Int
    /// The hue, from 0.
    public let hue: Int
    /// The dash of lines and the filling of marks, from 0.
    public let dash: Int

    /// A style; hue and dash begin anew where they run out.
    public init(number: Int, hue: Int, dash: Int) {
        self.number = number
        self.hue = hue % SeriesStyle.hues
        self.dash = dash % SeriesStyle.dashes
    }

    /// The classes of what is drawn so.
    var classes: String { number < 0 ? "neutral" : "p\(number) c\(hue) d\(dash)" }

    /// The style of what belongs to no policy.
    public static let neutral = SeriesStyle(number: -1, hue: 0, dash: 0)

    /// A mark at a point: a circle, square, triangle or diamond by its dash.
    func mark(at point: Point, radius: Double, isFilled: Bool, contents: [Markup] = []) -> Markup {
        let (x, y, r) = (point.x, point.y, radius)
        let kind = "\(classes) \(isFilled ? "mark" : "mark hollow")"
        if dash == 0 {
            return tag(
                "circle",
                ["class": kind, "cx": Numerals.place(x), "cy": Numerals.place(y), "r": Numerals.place(r)], contents)
        }
        let corners: [Point]
        switch dash {
        case 1:
            corners = [(-1, -1), (1, -1), (1, 1), (-1, 1)].map { Point(x: x + 0.9 * r * $0.0, y: y + 0.9 * r * $0.1) }
        case 2: corners = [(0, -1.2), (1.1, 0.8), (-1.1, 0.8)].map { Point(x: x + r * $0.0, y: y + r * $0.1) }
        default: corners = [(0, -1.3), (1.3, 0), (0, 1.3), (-1.3, 0)].map { Point(x: x + r * $0.0, y: y + r * $0.1) }
        }
        return tag("path", ["class": kind, "d": Numerals.path(corners, closed: true)], contents)
    }

    /// A short line with its mark, for legends.
    public var sample: Markup {
        tag(
            "svg", ["class": "sample", "viewBox": "0 0 34 14", "width": "34", "height": "14", "aria-hidden": "true"],
            tag("path", ["class": "\(classes) line", "d": "M1 7L33 7"]),
            mark(at: Point(x: 17, y: 7), radius: 4, isFilled: true))
    }
}

/// The picture that holds a chart; its words are read out where it can't be seen.
func picture(width: Double, height: Double, title: String, description: String, _ contents: [Markup]) -> Markup {
    tag(
        "svg",
        [
            "class": "chart", "viewBox": "0 0 \(Numerals.place(width)) \(Numerals.place(height))", "role": "img",
            "aria-label": description.isEmpty ? title : "\(title). \(description)",
        ], contents)
}

/// The rectangle between two axes.
struct Frame {
    /// The width of all charts; a page shows them from 0.9 to 1.5 times as large.
    static let width = 380.0

    let x: Axis
    let y: Axis
    let left: Double
    let right: Double
    let top: Double
    let bottom: Double

    /// A frame within a width and height, with room for the marks of its axes.
    init(x: Axis, y: Axis, width: Double = Frame.width, height: Double, top: Double = 8, hasTitleBelow: Bool = false) {
        self.x = x
        self.y = y
        let widest = y.ticks.map { Words.width(y.label($0)) }.max() ?? 0
        left = widest + 8
        right = width - max(10, (x.ticks.last.map { Words.width(x.label($0)) } ?? 0) / 2 + 2)
        self.top = top
        bottom = height - (hasTitleBelow ? 38 : 20)
    }

    func x(_ value: Double) -> Double { left + x.share(value) * (right - left) }
    func y(_ value: Double) -> Double { bottom - y.share(value) * (bottom - top) }
    func point(_ x: Double, _ y: Double) -> Point { Point(x: self.x(x), y: self.y(y)) }

    /// The lines across at the marks of y, the marks of x and all their texts.
    func axes(hasVerticals: Bool = false) -> Markup {
        var pieces: [Markup] = []
        for tick in y.ticks {
            let place = Numerals.place(y(tick))
            pieces.append(
                tag("path", ["class": "grid", "d": "M\(Numerals.place(left)) \(place)H\(Numerals.place(right))"]))
            pieces.append(
                tag(
                    "text",
                    ["x": Numerals.place(left - 5), "y": Numerals.place(y(tick) + 4), "text-anchor": "end"],
                    .text(y.label(tick))))
        }
        var end = -Double.infinity
        for tick in x.ticks {
            let place = Numerals.place(x(tick))
            let above = hasVerticals ? top : bottom
            pieces.append(
                tag(
                    "path",
                    [
                        "class": hasVerticals ? "grid" : "axis",
                        "d": "M\(place) \(Numerals.place(above))V\(Numerals.place(bottom + 4))",
                    ]))
            let half = Words.width(x.label(tick)) / 2
            guard x(tick) - half > end + 4 else { continue }
            end = x(tick) + half
            pieces.append(
                tag(
                    "text", ["x": place, "y": Numerals.place(bottom + 16), "text-anchor": "middle"],
                    .text(x.label(tick))))
        }
        pieces.append(
            tag(
                "path",
                ["class": "axis", "d": "M\(Numerals.place(left)) \(Numerals.place(bottom))H\(Numerals.place(right))"]))
        return tag("g", ["class": "axes"], pieces)
    }
}
