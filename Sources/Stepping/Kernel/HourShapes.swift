import WorldModel

/// Profiles and series by the hour: 8760 numbers each, in one block of memory.
final class HourShapes: @unchecked Sendable {
    let base: UnsafeMutablePointer<Double>

    fileprivate init(_ numbers: [Double]) {
        base = .allocate(capacity: numbers.count)
        base.initialize(from: numbers, count: numbers.count)
    }

    deinit { base.deallocate() }
}

/// Collects the shapes that components ask for as they are compiled.
final class ShapeBook {
    private let world: World
    private let calendar: Calendar
    private let areas: [String]
    private var numbers: [Double]
    private var known: [String: Int] = ["": 0]

    /// The first is flat: it serves whatever has neither a profile nor a series.
    init(_ world: World, _ calendar: Calendar, areas: [String]) {
        self.world = world
        self.calendar = calendar
        self.areas = areas
        numbers = Array(repeating: 1, count: 8760)
    }

    /// All that were asked for.
    var shapes: HourShapes { HourShapes(numbers) }

    /// The first number of a profile in an area.
    func profile(_ name: String, area: Int) -> Int {
        place(name.isEmpty ? "" : "\(name)\u{0}\(areas[area])") {
            world.profile(name, area: areas[area]).map(calendar.hours(of:))
        }
    }

    /// The first number of each row of a table's column: its series, else the profile that another column names.
    ///
    /// - Parameter areas: of each row.
    func rows(_ table: Table, _ column: String, profiles: String?, areas: [Int]) -> [Int] {
        let names = profiles.map(table.text) ?? table.ids.map { _ in "" }
        return table.ids.indices.map { row in
            guard let series = world.series(table.name, column, id: table.ids[row]) else {
                return profile(names[row], area: areas[row])
            }
            return place("\(table.name)-\(column)\u{0}\(table.ids[row])\u{0}") { series }
        }
    }

    private func place(_ key: String, _ hours: () -> [Double]?) -> Int {
        if let place = known[key] { return place }
        let hours = hours() ?? Array(repeating: 1, count: 8760)
        let place = hours.allSatisfy { $0 == 1 } ? 0 : numbers.count
        if place > 0 { numbers += hours }
        known[key] = place
        return place
    }
}
