import Archive
import Drawing
import Foundation
import Optimizer
import WorldModel

/// The world's places with compute, prices and flows, a map for each policy that charts show.
struct ReportMaps {
    /// The maps and what is said of them; empty where the world has no places.
    private(set) var figures: [Markup] = []

    /// Entities with places, what they are drawn by, and the numbers of the last year, [policy][entity].
    private struct Places {
        let names: [String]
        let longitudes: [Double]
        let latitudes: [Double]
        let sizes: (title: String, unit: String, means: [[Double]])?
        let shades: (title: String, unit: String, means: [[Double]])?
    }

    /// A link or line between the places of its buses.
    private struct Stretch {
        let name: String
        let from: (longitude: Double, latitude: Double)
        let to: (longitude: Double, latitude: Double)
    }

    private let contents: ReportContents

    init(_ contents: ReportContents) throws {
        self.contents = contents
        guard let places = try places() else { return }
        let ends = ends(places)
        let flows = try last("flow").map { (unit: try contents.file.unit(of: "flow"), means: $0) }
        let drawn = contents.shown.map { policy in
            (policy: policy, places: draw(places, policy.index), flows: draw(flows, ends, policy.index))
        }
        guard let scale = MapScale(places: drawn.flatMap(\.places), flows: drawn.flatMap(\.flows)) else { return }
        let legend = legend(places, flows?.unit, scale)
        let isSame = contents.shown.count == 1
        let year = contents.years.upperBound
        let maps = drawn.map { policy, places, flows in
            figure(
                isSame ? "\(year)" : "\(policy.name), \(year)", "",
                placeMap(
                    title:
                        "Map of \(contents.world.title.isEmpty ? contents.world.name : contents.world.title), \(policy.name), \(year)",
                    description: places.prefix(12).map(\.words).joined(separator: "; "), scale: scale, places: places,
                    flows: flows, legend: legend), policy: isSame ? nil : policy)
        }
        figures = [
            paragraph(
                "Means of the samples in \(year). Point at a place or a line for its numbers."
                    + (flows == nil ? "" : " Lines are net flows over the year, arrows the way they go."), class: "soft"
            ),
            grid(maps),
        ]
    }

    // MARK: Where

    /// The cities, or the buses where cities have no places; nil where neither has.
    private func places() throws -> Places? {
        for (table, dimension) in [("cities", "city"), ("buses", "bus")] {
            let rows = contents.world.table(table)
            let (x, y) = (rows.fixed("x"), rows.fixed("y"))
            guard Set(zip(x, y).map { [$0, $1] }).count > 1 else { continue }
            func numbers(_ names: [String]) throws -> (title: String, unit: String, means: [[Double]])? {
                for name in names {
                    guard let means = try last(name), means.joined().contains(where: { $0 != 0 }) else { continue }
                    let title = try contents.file.attribute("long_name", of: name) ?? name
                    return (title, try contents.file.unit(of: name), means)
                }
                return nil
            }
            let isCity = dimension == "city"
            return Places(
                names: rows.ids, longitudes: x, latitudes: y,
                sizes: isCity ? try numbers(["compute_capacity", "population"]) : nil,
                shades: try numbers(isCity ? ["electricity_price"] : ["bus_price"]))
        }
        return nil
    }

    /// Where links and lines begin and end; nil for those of a bus without a place.
    private func ends(_ places: Places) -> [Stretch?] {
        let buses = contents.world.table("buses")
        let (x, y) = (buses.fixed("x"), buses.fixed("y"))
        let isPlaced = Set(zip(x, y).map { [$0, $1] }).count > 1
        let cities = contents.world.table("cities").rows("bus")
        let spots = buses.ids.indices.map { bus -> (longitude: Double, latitude: Double)? in
            if isPlaced { return (x[bus], y[bus]) }
            let here = cities.indices.filter { cities[$0] == bus && $0 < places.longitudes.count }
            guard !here.isEmpty else { return nil }
            let share = 1 / Double(here.count)
            return (
                here.reduce(0) { $0 + places.longitudes[$1] } * share,
                here.reduce(0) { $0 + places.latitudes[$1] } * share
            )
        }
        return ["links", "lines"].flatMap { name -> [Stretch?] in
            let table = contents.world.table(name)
            return zip(table.ids, zip(table.rows("bus0"), table.rows("bus1"))).map { id, ends -> Stretch? in
                guard ends.0 >= 0, ends.1 >= 0, let from = spots[ends.0], let to = spots[ends.1] else { return nil }
                return Stretch(name: id, from: from, to: to)
            }
        }
    }

    /// The means of a variable in the last year, [policy][entity].
    private func last(_ name: String) throws -> [[Double]]? {
        try contents.means(name)?.map { $0.last ?? [] }
    }

    // MARK: What

    private func draw(_ places: Places, _ policy: Int) -> [MapPlace] {
        places.names.enumerated().map { index, name in
            var words: [String] = []
            for numbers in [places.sizes, places.shades].compactMap({ $0 }) {
                words.append("\(Scale.text(numbers.means[policy][index], unit: numbers.unit)) (\(numbers.title))")
            }
            return MapPlace(
                name: name, longitude: places.longitudes[index], latitude: places.latitudes[index],
                size: places.sizes.map { $0.means[policy][index] } ?? 0,
                shade: places.shades.map { $0.means[policy][index] },
                words: "\(name): \(words.joined(separator: ", "))")
        }
    }

    private func draw(
        _ flows: (unit: String, means: [[Double]])?,
        _ ends: [Stretch?], _ policy: Int
    ) -> [MapFlow] {
        guard let flows else { return [] }
        return zip(ends, flows.means[policy]).compactMap { end, amount in
            end.map {
                MapFlow(
                    from: $0.from, to: $0.to, amount: amount,
                    words: "\($0.name): \(Scale.text(amount, unit: flows.unit))")
            }
        }
    }

    private func legend(_ places: Places, _ flowUnit: String?, _ scale: MapScale) -> MapLegend {
        let shade = places.shades.flatMap { shades in
            scale.shades.map { range -> (title: String, least: String, most: String) in
                let size = max(abs(range.lowerBound), abs(scale.largestShade))
                let units = Scale(unit: shades.unit, largest: size)
                let digits = max(units.digits(largest: size) - 1, 0)
                let beyond =
                    scale.largestShade > range.upperBound
                    ? ", few to \(units.text(scale.largestShade, digits: digits))" : ""
                return (
                    "price", units.text(range.lowerBound, digits: digits),
                    units.text(range.upperBound, digits: digits) + beyond + " \(units.unit)"
                )
            }
        }
        let size = places.sizes.map {
            "\($0.unit == "person" ? "people" : "compute"), largest \(Scale.text(scale.largestSize, unit: $0.unit))"
        }
        let flow =
            scale.largestFlow > 0
            ? flowUnit.map { "flow, widest \(Scale.text(scale.largestFlow, unit: $0)) a year" } : nil
        return MapLegend(shade: shade, size: size, flow: flow)
    }
}
