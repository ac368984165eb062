import Foundation
import Testing

@testable import Drawing

/// What holds of every picture, whatever is in it.
@Suite struct ChartTests {
    static let styles = (0..<9).map { SeriesStyle(number: $0, hue: $0, dash: $0) }

    static func fans(years: Int, count: Int) -> [Fan] {
        (0..<count).map { policy in
            let middle = (0..<years).map { Double(policy + 1) * Double($0 + 3) }
            return Fan(
                name: "policy <\(policy)>", style: styles[policy % 9], low: middle.map { $0 * 0.9 }, middle: middle,
                high: middle.map { $0 * 1.2 })
        }
    }

    static func spreads(_ values: [[Double]]) -> [Spread] {
        values.enumerated().map { index, each in
            Spread(
                name:
                    "a policy with quite a long name, number \(index), that no phone is wide enough to hold in a line",
                style: styles[index % 9], values: each, low: each.min() ?? 0, middle: each.first ?? 0,
                high: each.max() ?? 0, mean: each.reduce(0, +) / Double(max(each.count, 1)))
        }
    }

    static func spots(_ points: [(Double, Double)]) -> [Spot] {
        points.enumerated().map { index, point in
            Spot(name: "p\(index)", style: styles[index % 9], x: point.0, y: point.1, isUndominated: index == 0)
        }
    }

    static let pictures: [Markup] = {
        let axis = ScatterAxis(title: "cost [bn USD] & more", minimize: true)
        let grey = [Layer(name: "gas & oil", color: "#888888", values: [3, 4, 5])]
        var all = [
            fanChart(title: "t", years: [2026, 2027, 2028], fans: fans(years: 3, count: 6)),
            fanChart(title: "t", years: [2026], fans: fans(years: 1, count: 3)),
            fanChart(title: "t", years: [2026, 2027], fans: []),
            fanChart(title: "t", years: [2015, 2020, 2025], fans: fans(years: 3, count: 2)),
            fanChart(
                title: "t", years: [2026],
                fans: [Fan(name: "n", style: styles[0], low: [-1e308], middle: [.leastNonzeroMagnitude], high: [1e308])]
            ),
            fanChart(
                title: "t", years: [2026, 2027],
                fans: [Fan(name: "n", style: styles[0], low: [.nan, 1], middle: [.nan, 1], high: [.nan, 1])]),
            spreadChart(title: "t", spreads: spreads([[1, 2, 3], [2, 2, 2], [0]]), limits: [2, 1e9]),
            scatterChart(title: "t", x: axis, y: axis, spots: spots([(1, 2), (2, 1), (3, 3), (1, 2)])),
            scatterChart(title: "t", x: axis, y: axis, spots: spots([(1, 1)])),
            stackChart(title: "t", years: [2026, 2027, 2028], layers: grey, total: 5),
            stackChart(
                title: "t", years: [2026], layers: grey.map { Layer(name: $0.name, color: $0.color, values: [3]) },
                total: 3),
            stackChart(title: "t", years: [2026, 2027, 2028], layers: [], total: 0),
            dotChart(
                title: "t", range: 0...1, unit: " %", series: [("a & b", styles[0]), ("c", styles[1])],
                rows: [
                    DotRow(name: "a place with a name that is longer than its room", values: [0.3, nil]),
                    DotRow(name: "HKD", values: [.nan, -0.2]),
                ]),
            dotChart(title: "t", range: 50...100, series: [("a", styles[0])], rows: []),
            courseChart(
                title: "t", every: 24, marks: [(hour: 12, words: "05-01"), (hour: 36, words: "05-03")],
                courses: [
                    Course(name: "seen", style: styles[0], values: (0..<48).map { Double($0 % 24) - 3 }),
                    Course(name: "made", style: styles[1], values: (0..<48).map { $0 == 5 ? .nan : 2 }),
                ]),
            courseChart(title: "t", every: 24, marks: [], courses: []),
        ]
        for spots in [
            [(140.0, 36.0), (135, 34)], [(179, -17), (-179, -18)], [(0, 0), (0, 80)], [(-180, -89), (180, 89)],
        ] {
            let places = spots.enumerated().map { index, spot in
                MapPlace(
                    name: "town <\(index)>", longitude: spot.0, latitude: spot.1, size: Double(index),
                    shade: index == 0 ? nil : 80 + Double(index), words: "a & b")
            }
            let flows = [
                MapFlow(from: (spots[0].0, spots[0].1), to: (spots[1].0, spots[1].1), amount: -3, words: "tie")
            ]
            guard let scale = MapScale(places: places, flows: flows) else { continue }
            let legend = MapLegend(shade: ("price", "80", "81 USD"), size: "largest", flow: "widest")
            all.append(placeMap(title: "t", scale: scale, places: places, flows: flows, legend: legend))
        }
        return all
    }()

    @Test func allOfThemAreWellFormedAndHaveNoHolesOrWords() {
        #expect(ChartTests.pictures.count == 20)
        for picture in ChartTests.pictures {
            let text = picture.text
            #expect(isWellFormed(text))
            for word in ["nan", "inf", "NaN", "http"] {
                #expect(!text.contains(word), "\(word) in \(text.prefix(200))")
            }
            #expect(text.contains("role=\"img\"") && text.contains("aria-label=\"t"))
        }
    }

    /// A word never leaves its picture, to the estimate of its width.
    @Test func noTextIsClipped() throws {
        for picture in ChartTests.pictures {
            let frame = try #require(box(of: picture))
            for (x, y, anchor, words) in texts(in: picture) {
                let width = Words.width(words)
                let left = anchor == "end" ? x - width : anchor == "middle" ? x - width / 2 : x
                #expect(left >= -1.5 && left + width <= frame.width + 1.5, "\(words) from \(left) in \(frame.width)")
                #expect(y >= 8 && y <= frame.height, "\(words) at \(y) in \(frame.height)")
            }
        }
    }

    /// Labels of a map or scatter are dropped rather than written over each other.
    @Test func labelsDoNotOverlap() {
        var labels = Labels(left: 0, top: 0, right: 380, bottom: 300)
        var placed = 0
        for index in 0..<200 {
            let point = Point(x: Double(index * 37 % 380), y: Double(index * 53 % 300))
            if labels.place("place \(index)", at: point, distance: 3) != nil { placed += 1 }
        }
        #expect(placed > 20 && placed < 200)
        for (index, box) in labels.taken.enumerated() {
            #expect(box.left >= 0 && box.right <= 380 && box.top >= 0 && box.bottom <= 300)
            for other in labels.taken[..<index] { #expect(!box.overlaps(other)) }
        }
    }

    @Test func aMapKeepsProportionsAndCrossesTheDateLine() throws {
        func place(_ x: Double, _ y: Double) -> MapPlace {
            MapPlace(name: "n", longitude: x, latitude: y, size: 1, shade: nil, words: "")
        }
        let japan = try #require(MapScale(places: [place(130, 30), place(145, 45)], flows: []))
        let (a, b, c) = (japan.point(136, 38), japan.point(137, 38), japan.point(136, 39))
        // A degree of longitude is shorter than one of latitude by the cosine of the middle latitude, 37.5 degrees.
        #expect(abs((b.x - a.x) / (a.y - c.y) - cos(37.5 * .pi / 180)) < 1e-4)
        let fiji = try #require(MapScale(places: [place(179, -17), place(-179, -18)], flows: []))
        #expect(fiji.longitudes.upperBound - fiji.longitudes.lowerBound < 10)
        #expect(MapScale(places: [place(3, 4), place(3, 4)], flows: []) == nil)
        #expect(MapScale(places: [], flows: []) == nil)
    }

    /// Few places that are far dearer than all others don't make these look alike.
    @Test func coloursAreThoseOfMostPlaces() throws {
        func scale(_ shades: [Double]) throws -> MapScale {
            let places = shades.enumerated().map {
                MapPlace(
                    name: "n", longitude: Double($0.offset), latitude: Double($0.offset), size: 1, shade: $0.element,
                    words: "")
            }
            return try #require(MapScale(places: places, flows: []))
        }
        let alike = (0..<40).map { 80 + Double($0) }
        let plain = try scale(alike)
        #expect(plain.shades == 80...119 && plain.largestShade == 119)
        let dear = try scale(alike + [1049])
        #expect(dear.shades == 80...118 && dear.largestShade == 1049)
        #expect(dear.color(1049) == dear.color(118) && dear.color(80) != dear.color(100))
        // What two places differ by is no outlier.
        #expect(try scale([80, 1049]).shades == 80...1049)
        #expect(try scale([80, 80, 80]).shades == 80...80)
    }

    /// A line ends where a day ends, and the next begins anew.
    @Test func aCourseIsALineADay() throws {
        let chart = courseChart(
            title: "t", every: 24, marks: [],
            courses: [Course(name: "n", style: ChartTests.styles[0], values: (0..<72).map(Double.init))])
        let path = try #require(
            chart.text.split(separator: "\"").first { $0.contains("L") && $0.filter { $0 == "L" }.count > 60 })
        #expect(path.filter { $0 == "M" }.count == 3 && path.filter { $0 == "L" }.count == 69)
    }

    /// What is told by colour alone is told in another way too.
    @Test func stylesDifferInMoreThanHue() {
        let styles = (0..<8).map { SeriesStyle(number: $0, hue: $0, dash: $0) }
        for (index, style) in styles.enumerated() {
            for other in styles[..<index] { #expect(style.hue != other.hue || style.dash != other.dash) }
        }
        #expect(Set(styles.map { $0.mark(at: Point(x: 0, y: 0), radius: 4, isFilled: true).text }).count == 8)
    }

    @Test func shadesGrowBrighter() {
        let light = stride(from: 0.0, through: 1, by: 0.05).map { share -> Double in
            let digits = Array(Shade.color(share).dropFirst())
            let parts = [0, 2, 4].map { Double(Int(String(digits[$0...$0 + 1]), radix: 16) ?? 0) }
            return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]
        }
        #expect(light == light.sorted() && Set(light).count == light.count)
    }

    // MARK: Reading pictures

    private func box(of picture: Markup) -> (width: Double, height: Double)? {
        guard case .element(_, let attributes, _) = picture,
            let view = attributes.first(where: { $0.name == "viewBox" })?.value
        else { return nil }
        let numbers = view.split(separator: " ").compactMap { Double($0) }
        return numbers.count == 4 ? (numbers[2], numbers[3]) : nil
    }

    private func texts(in markup: Markup) -> [(x: Double, y: Double, anchor: String, words: String)] {
        switch markup {
        case .group(let pieces): return pieces.flatMap(texts)
        case .text, .style: return []
        case .element(let name, let attributes, let contents):
            guard name == "text" else { return contents.flatMap(texts) }
            func value(_ name: String) -> String { attributes.first { $0.name == name }?.value ?? "" }
            let words = contents.map { if case .text(let words) = $0 { words } else { "" } }.joined()
            return [(Double(value("x")) ?? .nan, Double(value("y")) ?? .nan, value("text-anchor"), words)]
        }
    }
}
