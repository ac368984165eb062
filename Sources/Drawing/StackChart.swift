/// A part of a total over the years.
public struct Layer: Sendable {
    /// Its name.
    public var name: String
    /// Its colour, as `#rrggbb`.
    public var color: String
    /// Its numbers, one a year, none below 0.
    public var values: [Double]

    /// A layer.
    public init(name: String, color: String, values: [Double]) {
        self.name = name
        self.color = color
        self.values = values
    }
}

/// Layers on top of each other over the years, the first one lowest, each with its name where it is thick enough.
///
/// - Parameters:
///   - years: the years that have numbers, ascending.
///   - total: what the axis has to reach, so that charts beside each other compare.
public func stackChart(
    title: String, description: String = "", years: [Int], layers: [Layer], total: Double
) -> Markup {
    let height = 250.0
    let frame = Frame(x: Axis(years: years), y: Axis(covering: [0, total]), height: height)
    // One year alone is as wide as the chart.
    let places =
        years.count == 1 ? [frame.left + 1, frame.right] : years.map { frame.x(Double($0)) }
    var floor = [Double](repeating: 0, count: places.count)
    var areas: [Markup] = []
    var words: [Markup] = []
    for layer in layers {
        let values = years.count == 1 ? layer.values + layer.values : layer.values
        let ceiling = zip(floor, values).map { $0 + max($1.isFinite ? $1 : 0, 0) }
        func edge(_ values: [Double]) -> [Point] { zip(places, values).map { Point(x: $0, y: frame.y($1)) } }
        areas.append(
            tag(
                "path",
                [
                    "class": "layer", "fill": layer.color,
                    "d": Numerals.path(edge(ceiling) + edge(floor).reversed(), closed: true),
                ], tag("title", [:], .text(layer.name))))
        if let label = label(layer, places, zip(floor, ceiling).map { ($0.0, $0.1) }, frame) {
            words.append(label)
        }
        floor = ceiling
    }
    return picture(
        width: Frame.width, height: height, title: title, description: description, [frame.axes()] + areas + words)
}

/// The name of a layer in its middle, where it is thick enough over the width of the name.
private func label(_ layer: Layer, _ places: [Double], _ spans: [(low: Double, high: Double)], _ frame: Frame)
    -> Markup?
{
    let width = Words.width(layer.name) + 4
    let margin = width / 2 + 6
    var best: (thickness: Double, x: Double, y: Double)?
    for (index, place) in places.enumerated() {
        let middle = min(max(place, frame.left + margin), frame.right - margin)
        let covered = places.indices.filter { (places[$0] - middle).magnitude <= width / 2 + 1 } + [index]
        let low = covered.map { spans[$0].low }.max() ?? 0
        let high = covered.map { spans[$0].high }.min() ?? 0
        let thickness = frame.y(low) - frame.y(high)
        if thickness > best?.thickness ?? 0 { best = (thickness, middle, (frame.y(low) + frame.y(high)) / 2) }
    }
    guard let best, best.thickness >= 13, 2 * margin < frame.right - frame.left else { return nil }
    return tag(
        "text",
        [
            "class": isDark(layer.color) ? "onlayer bright" : "onlayer", "x": Numerals.place(best.x),
            "y": Numerals.place(best.y + 4), "text-anchor": "middle",
        ], .text(layer.name))
}

/// Whether white words are easier to read on a colour than black ones; relative luminance of WCAG 2 without its gamma.
private func isDark(_ color: String) -> Bool {
    let parts = Array(color.dropFirst()).chunks(of: 2).map { Double(Int(String($0), radix: 16) ?? 0) }
    return parts.count == 3 && 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2] < 110
}

extension [Character] {
    fileprivate func chunks(of size: Int) -> [ArraySlice<Character>] {
        stride(from: 0, to: count - size + 1, by: size).map { self[$0..<$0 + size] }
    }
}
