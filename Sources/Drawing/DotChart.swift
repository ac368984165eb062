/// A row of a chart of dots: what it is about, and a number for each series, nil where there is none.
public struct DotRow: Sendable {
    /// What it is about.
    public var name: String
    /// A number for each series.
    public var values: [Double?]

    /// A row.
    public init(name: String, values: [Double?]) {
        self.name = name
        self.values = values
    }
}

/// Rows of dots on one scale, which is at least as wide as `range`; the first series lies on top.
public func dotChart(
    title: String, description: String = "", range: ClosedRange<Double>, unit: String = "",
    series: [(name: String, style: SeriesStyle)], rows: [DotRow]
) -> Markup {
    let step = 20.0
    let height = step * Double(rows.count) + 28
    let values = rows.flatMap { $0.values.compactMap { $0 }.filter(\.isFinite) }
    let axis = Axis(covering: [range.lowerBound, range.upperBound] + values, count: 5)
    let room = Frame.width / 3
    let names = rows.map { Words.cut($0.name, to: room) }
    let left = (names.map { Words.width($0) }.max() ?? 0) + 8
    let (right, top, bottom) = (Frame.width - 24, 4.0, height - 22)
    func x(_ value: Double) -> Double { left + axis.share(value) * (right - left) }
    var pieces: [Markup] = []
    for tick in axis.ticks {
        let place = Numerals.place(x(tick))
        pieces.append(
            tag("path", ["class": "grid", "d": "M\(place) \(Numerals.place(top))V\(Numerals.place(bottom + 4))"]))
        pieces.append(
            tag(
                "text", ["x": place, "y": Numerals.place(bottom + 16), "text-anchor": "middle"],
                .text(axis.label(tick) + unit)))
    }
    for (index, row) in rows.enumerated() {
        let y = top + step * (Double(index) + 0.5)
        pieces.append(
            tag(
                "text", ["x": Numerals.place(left - 6), "y": Numerals.place(y + 4), "text-anchor": "end"],
                .text(names[index])))
        for (each, value) in zip(series, row.values).reversed() {
            guard let value, value.isFinite else { continue }
            pieces.append(
                each.style.mark(
                    at: Point(x: x(value), y: y), radius: 4.5, isFilled: true,
                    contents: [
                        tag("title", [:], .text("\(row.name), \(each.name): \(Numerals.text(value, digits: 2))\(unit)"))
                    ]))
        }
    }
    return picture(width: Frame.width, height: height, title: title, description: description, pieces)
}
