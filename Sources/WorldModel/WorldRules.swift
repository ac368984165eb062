/// The rules of a world that hold between its parts; one function a rule.
struct WorldRules {
    let world: World
    let collector: Collector

    func check() {
        for part in Schema.parts {
            for rule in part.rules { rule(self) }
            for shape in part.series { checkSeries(shape) }
        }
    }

    func checkBounds(_ name: String) {
        let table = world.table(name)
        for (row, (low, high)) in zip(table.slots("p_min_pu"), table.slots("p_max_pu")).enumerated()
        where world.values[low] > world.values[high] && !isDoubted(low, high) {
            add(
                table, row, "p_min_pu",
                "p_min_pu \(Numeral.text(world.values[low])) is above p_max_pu \(Numeral.text(world.values[high]))",
                "lower p_min_pu or raise p_max_pu")
        }
    }

    /// The area that a row says must be that of its bus, or paths would select what stands elsewhere.
    func checkAreas(_ name: String) {
        if world.doubts.columns.contains("buses.area") { return }
        let table = world.table(name)
        let areas = world.busAreas
        for (row, (area, bus)) in zip(table.text("area"), table.rows("bus")).enumerated()
        where !area.isEmpty && bus >= 0 && area != areas[bus] {
            add(
                table, row, "area",
                "it is said to be in `\(area)`, and its bus `\(table.text("bus")[row])` is in `\(areas[bus])`",
                "write `\(areas[bus])`, or another bus, or leave the cell empty")
        }
    }

    var areProfilesDoubted: Bool {
        world.doubts.tables.contains("profiles") || world.doubts.columns.contains("profiles.profile")
    }

    func isDoubted(_ slots: Int...) -> Bool { slots.contains(where: world.doubts.slots.contains) }

    /// The line of `world.yaml` on which a key stands; that of its section where it is left out.
    func line(of path: String) -> Int? {
        world.lines[path] ?? path.split(separator: ".").first.flatMap { world.lines[String($0)] }
    }

    func isUnread(_ table: String) -> Bool {
        world.doubts.tables.contains(table)
            || ["bus", "bus0", "bus1"].contains { world.doubts.columns.contains("\(table).\($0)") }
    }

    func warn(_ table: Table, _ row: Int, _ column: String, _ message: String, _ remedy: String) {
        collector.warn(table.file, table.lines[row], "\(table.name)[\(table.ids[row])].\(column)", message, remedy)
    }

    func add(_ table: Table, _ row: Int, _ column: String, _ message: String, _ remedy: String) {
        collector.add(table.file, table.lines[row], "\(table.name)[\(table.ids[row])].\(column)", message, remedy)
    }
}

extension World {
    /// The area of each bus: its own name where the table says none.
    public var busAreas: [String] {
        let buses = table("buses")
        return zip(buses.ids, buses.text("area")).map { id, area in area.isEmpty ? id : area }
    }

    /// The area of each city: that of its bus where the table says none.
    public var cityAreas: [String] {
        let cities = table("cities")
        let areas = busAreas
        return zip(cities.text("area"), cities.rows("bus")).map { area, bus in
            area.isEmpty && bus >= 0 ? areas[bus] : area
        }
    }

    /// Every area that a bus or a city lies in, in order of name.
    public var areas: [String] { Set(busAreas + cityAreas).sorted() }
}
