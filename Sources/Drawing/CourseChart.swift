/// The course of a number over hours.
public struct Course: Sendable {
    /// What it is.
    public var name: String
    /// How it looks.
    public var style: SeriesStyle
    /// A number an hour.
    public var values: [Double]

    /// A course.
    public init(name: String, style: SeriesStyle, values: [Double]) {
        self.name = name
        self.style = style
        self.values = values
    }
}

/// Courses over hours on a scale that holds 0, the last one on top.
///
/// - Parameters:
///   - every: hours after which a line begins anew: what follows need not be the next day.
///   - marks: hours with the words below them.
public func courseChart(
    title: String, description: String = "", height: Double = 130, every: Int, marks: [(hour: Int, words: String)],
    courses: [Course]
) -> Markup {
    let hours = courses.map(\.values.count).max() ?? 0
    let frame = Frame(
        x: Axis(
            range: 0...Double(max(hours - 1, 1)), marks: marks.map { (place: Double($0.hour), words: $0.words) }),
        y: Axis(covering: courses.flatMap(\.values) + [0], count: 3), height: height)
    let lines = courses.map { course -> Markup in
        let starts = stride(from: 0, to: course.values.count, by: max(every, 1))
        let paths = starts.map { first in
            let span = first..<min(first + max(every, 1), course.values.count)
            return Numerals.path(
                span.filter { course.values[$0].isFinite }.map { frame.point(Double($0), course.values[$0]) })
        }
        return tag(
            "path", ["class": "\(course.style.classes) line", "d": paths.joined()],
            tag("title", [:], .text(course.name)))
    }
    return picture(
        width: Frame.width, height: height, title: title, description: description, [frame.axes()] + lines)
}
