/// A place of a map.
public struct MapPlace: Sendable {
    /// Its name.
    public var name: String
    /// Degrees east.
    public var longitude: Double
    /// Degrees north.
    public var latitude: Double
    /// What the area of its circle stands for; 0 is a dot.
    public var size: Double
    /// What its colour stands for; nil has none.
    public var shade: Double?
    /// What is said of it when it is pointed at.
    public var words: String
    /// Whether it has a name on the map if there is room.
    public var isNamed: Bool

    /// A place.
    public init(
        name: String, longitude: Double, latitude: Double, size: Double, shade: Double?, words: String,
        isNamed: Bool = true
    ) {
        self.name = name
        self.longitude = longitude
        self.latitude = latitude
        self.size = size
        self.shade = shade
        self.words = words
        self.isNamed = isNamed
    }
}

/// What goes from one point of a map to another.
public struct MapFlow: Sendable {
    /// Degrees east and north where it begins.
    public var from: (longitude: Double, latitude: Double)
    /// Degrees east and north where it ends.
    public var to: (longitude: Double, latitude: Double)
    /// What its width stands for; below 0 it goes the other way.
    public var amount: Double
    /// What is said of it when it is pointed at.
    public var words: String

    /// A flow.
    public init(
        from: (longitude: Double, latitude: Double), to: (longitude: Double, latitude: Double), amount: Double,
        words: String
    ) {
        self.from = from
        self.to = to
        self.amount = amount
        self.words = words
    }
}

/// What maps beside each other share, so that they compare: their section of the Earth, and what sizes mean.
public struct MapScale: Sendable {
    /// Degrees east from edge to edge; may go beyond 180.
    public let longitudes: ClosedRange<Double>
    /// Degrees north from edge to edge.
    public let latitudes: ClosedRange<Double>
    /// The size of the largest circle.
    public let largestSize: Double
    /// The amount of the widest line.
    public let largestFlow: Double
    /// The shades from the darkest to the brightest colour; nil where nothing is coloured.
    public let shades: ClosedRange<Double>?
    /// The largest shade of all, which may lie far above `shades`: few outliers shall not make all others look alike.
    public let largestShade: Double
    /// Whether longitudes are counted from 0 to 360.
    private let isPacific: Bool
    private let stretch: Double
    private let zoom: Double

    /// The room of every map above its legend.
    public let height: Double

    /// A scale for all places and flows that will be drawn; nil where the places lie in one spot.
    public init?(places: [MapPlace], flows: [MapFlow]) {
        let ends = flows.flatMap { [$0.from, $0.to] }
        let points = places.map { ($0.longitude, $0.latitude) } + ends.map { ($0.longitude, $0.latitude) }
        let plain = MapScale.span(points.map(\.0))
        let pacific = MapScale.span(points.map { MapScale.positive($0.0) })
        let isPacific = MapScale.length(pacific) < MapScale.length(plain)
        guard let east = isPacific ? pacific : plain, let north = MapScale.span(points.map(\.1)),
            east.upperBound - east.lowerBound + north.upperBound - north.lowerBound > 1e-6
        else { return nil }
        self.isPacific = isPacific
        let middle = (north.lowerBound + north.upperBound) / 2
        stretch = max(MapScale.cosine(middle), 0.2)
        // At least a third as wide as high, and the other way round; room for circles and names at the edges.
        let widest = max((east.upperBound - east.lowerBound) * stretch, north.upperBound - north.lowerBound)
        let half = (
            x: max((east.upperBound - east.lowerBound) / 2, widest / 3 / stretch) + 0.09 * widest / stretch,
            y: max((north.upperBound - north.lowerBound) / 2, widest / 4) + 0.09 * widest
        )
        let centre = (east.lowerBound + east.upperBound) / 2
        longitudes = centre - half.x...centre + half.x
        latitudes = max(middle - half.y, -90)...min(middle + half.y, 90)
        zoom = Frame.width / (2 * half.x * stretch)
        height = (latitudes.upperBound - latitudes.lowerBound) * zoom
        largestSize = places.map(\.size).max() ?? 0
        largestFlow = flows.map(\.amount.magnitude).max() ?? 0
        let all = places.compactMap(\.shade).filter(\.isFinite)
        largestShade = all.max() ?? 0
        shades = MapScale.range(of: all)
    }

    /// From the least to the largest number, or to the one that nineteen of twenty don't exceed, where the largest is more
    /// than twice as far from the least.
    private static func range(of values: [Double]) -> ClosedRange<Double>? {
        let sorted = values.sorted()
        guard let least = sorted.first, let most = sorted.last else { return nil }
        let usual = sorted[sorted.count * 19 / 20]
        return least...(usual > least && most - least > 2 * (usual - least) ? usual : most)
    }

    func point(_ longitude: Double, _ latitude: Double) -> Point {
        let east = isPacific ? MapScale.positive(longitude) : longitude
        return Point(
            x: (east - longitudes.lowerBound) * stretch * zoom, y: (latitudes.upperBound - latitude) * zoom)
    }

    /// The land as the data of a path; nil where the map is too close to the ground, or all is sea.
    var land: String? {
        guard latitudes.upperBound - latitudes.lowerBound >= Coastline.leastSpan else { return nil }
        let margin = 2 / zoom
        let parts = Coastline.land(
            longitudes: longitudes.lowerBound - margin...longitudes.upperBound + margin,
            latitudes: latitudes.lowerBound - margin...latitudes.upperBound + margin)
        let paths = parts.map { part in
            Numerals.path(
                part.map {
                    Point(
                        x: ($0.longitude - longitudes.lowerBound) * stretch * zoom,
                        y: (latitudes.upperBound - $0.latitude) * zoom)
                }, closed: true)
        }
        return paths.isEmpty ? nil : paths.joined()
    }

    /// The radius of a circle; 2.5 for a dot.
    func radius(_ size: Double) -> Double {
        largestSize > 0 ? max(2.5, 17 * (max(size, 0) / largestSize).squareRoot()) : 4
    }

    /// The width of a line; 0.8 for the least.
    func width(_ flow: Double) -> Double { largestFlow > 0 ? max(0.8, 9 * flow.magnitude / largestFlow) : 1 }

    func color(_ shade: Double) -> String {
        guard let shades, shades.upperBound > shades.lowerBound, shade.isFinite else { return Shade.color(0.5) }
        return Shade.color((shade - shades.lowerBound) / (shades.upperBound - shades.lowerBound))
    }

    private static func positive(_ longitude: Double) -> Double { longitude < 0 ? longitude + 360 : longitude }

    private static func span(_ values: [Double]) -> ClosedRange<Double>? {
        guard let least = values.min(), let most = values.max(), least.isFinite, most.isFinite else { return nil }
        return least...most
    }

    private static func length(_ range: ClosedRange<Double>?) -> Double {
        range.map { $0.upperBound - $0.lowerBound } ?? .infinity
    }

    /// The cosine of degrees, by its series: within 1e-4 up to 90, which is enough for a map.
    private static func cosine(_ degrees: Double) -> Double {
        let x = degrees * .pi / 180
        let s = x * x
        return 1 - s / 2 * (1 - s / 12 * (1 - s / 30 * (1 - s / 56)))
    }
}

/// A scale of colours from dark blue to yellow that grows brighter for every eye.
///
/// The points are those of cividis (Nuñez, Anderton and Renslow 2018, "Optimizing colormaps with consideration for color
/// vision deficiency to enable accurate interpretation of scientific data", PLOS ONE 13).
enum Shade {
    private static let points: [(Double, Double, Double)] = [
        (0, 34, 78), (31, 59, 108), (74, 87, 108), (108, 110, 114), (142, 137, 120), (181, 166, 112), (220, 197, 93),
        (254, 232, 56),
    ]

    /// The colour of a share from 0 to 1, as `#rrggbb`.
    static func color(_ share: Double) -> String {
        let place = (share.isNaN ? 0.5 : min(max(share, 0), 1)) * Double(points.count - 1)
        let below = min(Int(place), points.count - 2)
        let rest = place - Double(below)
        let (a, b) = (points[below], points[below + 1])
        let parts = [a.0 + (b.0 - a.0) * rest, a.1 + (b.1 - a.1) * rest, a.2 + (b.2 - a.2) * rest]
        return "#"
            + parts.map { part in
                let text = String(Int(part.rounded()), radix: 16)
                return text.count < 2 ? "0" + text : text
            }.joined()
    }
}

/// What the legend of a map says.
public struct MapLegend: Sendable {
    /// What colours mean, with the texts of the least and the largest; nil where nothing is coloured.
    public var shade: (title: String, least: String, most: String)?
    /// What circles mean, with the text of the largest; nil where all are dots.
    public var size: String?
    /// What widths mean, with the text of the widest; nil without lines.
    public var flow: String?

    /// A legend.
    public init(shade: (title: String, least: String, most: String)?, size: String?, flow: String?) {
        self.shade = shade
        self.size = size
        self.flow = flow
    }
}

/// A map: flows as lines that are as wide as much, with an arrow the way they go, under places as circles.
///
/// The land is drawn where the map spans some degrees.
public func placeMap(
    title: String, description: String = "", scale: MapScale, places: [MapPlace], flows: [MapFlow], legend: MapLegend
) -> Markup {
    let legendRows = [legend.shade != nil, legend.size != nil, legend.flow != nil].count { $0 }
    let height = scale.height + (legendRows > 0 ? 22 * Double(legendRows) + 6 : 0)
    var pieces: [Markup] = [
        tag(
            "rect",
            [
                "class": "sea", "x": "0.5", "y": "0.5", "width": Numerals.place(Frame.width - 1),
                "height": Numerals.place(scale.height - 1),
            ])
    ]
    if let land = scale.land { pieces.append(tag("path", ["class": "land", "d": land])) }
    var labels = Labels(left: 2, top: 2, right: Frame.width - 2, bottom: scale.height - 2)
    pieces.append(graticule(scale, &labels))
    for flow in flows.sorted(by: { $0.amount.magnitude > $1.amount.magnitude }) { pieces.append(draw(flow, scale)) }
    let sorted = places.sorted { ($0.size, $1.name) > ($1.size, $0.name) }
    for place in sorted {
        let point = scale.point(place.longitude, place.latitude)
        labels.keep(around: point, radius: 0.8 * scale.radius(place.size))
        pieces.append(
            tag(
                "circle",
                [
                    "class": "place", "cx": Numerals.place(point.x), "cy": Numerals.place(point.y),
                    "r": Numerals.place(scale.radius(place.size)),
                    "fill": place.shade.map(scale.color) ?? "#8a8a8a",
                ], tag("title", [:], .text(place.words))))
    }
    for place in sorted where place.isNamed {
        let point = scale.point(place.longitude, place.latitude)
        if let label = labels.place(place.name, at: point, distance: scale.radius(place.size)) { pieces.append(label) }
    }
    let map = tag(
        "svg",
        [
            "width": Numerals.place(Frame.width), "height": Numerals.place(scale.height),
            "viewBox": "0 0 \(Numerals.place(Frame.width)) \(Numerals.place(scale.height))",
        ], pieces)
    return picture(
        width: Frame.width, height: height, title: title, description: description, [map, draw(legend, scale)])
}

/// Lines of equal longitude and latitude with their degrees at the edges.
private func graticule(_ scale: MapScale, _ labels: inout Labels) -> Markup {
    var pieces: [Markup] = []
    let east = marks(scale.longitudes)
    let north = marks(scale.latitudes)
    let edge = Numerals.place(scale.height)
    for degrees in east.values {
        let x = scale.point(degrees, 0).x
        guard x > 0, x < Frame.width else { continue }
        pieces.append(tag("path", ["class": "grid", "d": "M\(Numerals.place(x)) 0V\(edge)"]))
        let wrapped = degrees > 180 ? degrees - 360 : degrees
        let words =
            Numerals.text(wrapped.magnitude, digits: east.digits) + (wrapped < 0 ? "°W" : wrapped > 0 ? "°E" : "°")
        guard x + Words.width(words) + 6 < Frame.width else { continue }
        labels.keep(around: Point(x: x + 3 + Words.width(words) / 2, y: scale.height - 8), radius: 9)
        pieces.append(
            tag(
                "text",
                ["class": "degrees", "x": Numerals.place(x + 3), "y": Numerals.place(scale.height - 4)],
                .text(words)))
    }
    for degrees in north.values {
        let y = scale.point(0, degrees).y
        guard y > 14, y < scale.height - 16 else { continue }
        pieces.append(
            tag("path", ["class": "grid", "d": "M0 \(Numerals.place(y))H\(Numerals.place(Frame.width))"]))
        let words =
            Numerals.text(degrees.magnitude, digits: north.digits) + (degrees < 0 ? "°S" : degrees > 0 ? "°N" : "°")
        labels.keep(around: Point(x: 4 + Words.width(words) / 2, y: y - 6), radius: 9)
        pieces.append(
            tag("text", ["class": "degrees", "x": "4", "y": Numerals.place(y - 3)], .text(words)))
    }
    return tag("g", ["class": "graticule"], pieces)
}

/// About four round numbers of degrees within a range, and the digits that they need.
private func marks(_ range: ClosedRange<Double>) -> (values: [Double], digits: Int) {
    let length = range.upperBound - range.lowerBound
    let steps = [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 30, 60]
    let step = steps.first { length / $0 <= 5 } ?? 60
    let first = (range.lowerBound / step).rounded(.up)
    let last = (range.upperBound / step).rounded(.down)
    return (
        stride(from: first, through: last, by: 1).map { $0 * step }, step >= 1 ? 0 : step >= 0.1 ? 1 : 2
    )
}

/// A line with an arrow in its middle.
private func draw(_ flow: MapFlow, _ scale: MapScale) -> Markup {
    let (begin, end) = flow.amount < 0 ? (flow.to, flow.from) : (flow.from, flow.to)
    let a = scale.point(begin.longitude, begin.latitude)
    let b = scale.point(end.longitude, end.latitude)
    let width = scale.width(flow.amount)
    let length = ((b.x - a.x) * (b.x - a.x) + (b.y - a.y) * (b.y - a.y)).squareRoot()
    var pieces = [
        tag(
            "path",
            ["class": "flow", "stroke-width": Numerals.place(width), "d": Numerals.path([a, b])])
    ]
    if length > 8, flow.amount != 0 {
        let (u, v) = ((b.x - a.x) / length, (b.y - a.y) / length)
        let half = min(2 + 0.7 * width, length / 2)
        let (x, y) = ((a.x + b.x) / 2, (a.y + b.y) / 2)
        let corners = [
            Point(x: x + u * half, y: y + v * half),
            Point(x: x - u * half - v * half, y: y - v * half + u * half),
            Point(x: x - u * half + v * half, y: y - v * half - u * half),
        ]
        pieces.append(tag("path", ["class": "arrow", "d": Numerals.path(corners, closed: true)]))
    }
    return tag("g", [:], [tag("title", [:], .text(flow.words))] + pieces)
}

/// What colours, circles and widths mean, a row each below the map.
private func draw(_ legend: MapLegend, _ scale: MapScale) -> Markup {
    var pieces: [Markup] = []
    var y = scale.height + 16
    if let shade = legend.shade {
        let parts = 24
        for part in 0..<parts {
            pieces.append(
                tag(
                    "rect",
                    [
                        "x": Numerals.place(2 + 4 * Double(part)), "y": Numerals.place(y - 9), "width": "4.3",
                        "height": "11", "fill": Shade.color((Double(part) + 0.5) / Double(parts)),
                    ]))
        }
        let words = shade.least == shade.most ? shade.least : "\(shade.least) to \(shade.most)"
        pieces.append(
            tag(
                "text", ["x": "108", "y": Numerals.place(y)],
                .text(Words.cut("\(shade.title), \(words)", to: Frame.width - 110))))
        y += 22
    }
    if let size = legend.size {
        pieces.append(
            tag("circle", ["class": "place", "cx": "90", "cy": Numerals.place(y - 4), "r": "8", "fill": "#8a8a8a"]))
        pieces.append(tag("text", ["x": "108", "y": Numerals.place(y)], .text(Words.cut(size, to: Frame.width - 110))))
        y += 22
    }
    if let flow = legend.flow {
        pieces.append(
            tag("path", ["class": "flow", "stroke-width": "6", "d": "M50 \(Numerals.place(y - 4))H98"]))
        pieces.append(tag("text", ["x": "108", "y": Numerals.place(y)], .text(Words.cut(flow, to: Frame.width - 110))))
    }
    return tag("g", ["class": "legend"], pieces)
}
