/// The rules of a world that hold between its parts; one function a rule.
struct WorldRules {
    let world: World
    let collector: Collector

    func check() {
        checkBounds("generators")
        checkBounds("links")
        checkLossyLinks()
        checkProfileNames("loads", "profile")
        checkProfileNames("generators", "profile")
        checkProfileNames("storage_units", "inflow_profile")
        if world.hasSection("grid") {
            checkGrid()
            checkTemperatures()
        }
    }

    private func checkBounds(_ name: String) {
        let table = world.table(name)
        for (row, (low, high)) in zip(table.slots("p_min_pu"), table.slots("p_max_pu")).enumerated()
        where world.values[low] > world.values[high] {
            add(
                table, row, "p_min_pu",
                "p_min_pu \(Numeral.text(world.values[low])) is above p_max_pu \(Numeral.text(world.values[high]))",
                "lower p_min_pu or raise p_max_pu")
        }
    }

    private func checkLossyLinks() {
        let table = world.table("links")
        for (row, (low, efficiency)) in zip(table.slots("p_min_pu"), table.slots("efficiency")).enumerated()
        where world.values[low] < 0 && world.values[efficiency] < 1 {
            add(
                table, row, "efficiency",
                "efficiency \(Numeral.text(world.values[efficiency])) of a link whose p_min_pu is negative",
                "write a lossy corridor as two links, one each way, with p_min_pu 0")
        }
    }

    private func checkProfileNames(_ name: String, _ column: String) {
        let table = world.table(name)
        let names = table.text(column)
        for (row, bus) in table.rows("bus").enumerated() where !names[row].isEmpty && bus >= 0 {
            let area = world.busAreas[bus]
            if let profile = world.profiles[names[row]] {
                if profile.values(area: area) == nil {
                    add(
                        table, row, column, "the profile `\(names[row])` has no rows for the area `\(area)`",
                        "add rows for `\(area)`, or rows with an empty area, to the profiles")
                }
            } else {
                add(
                    table, row, column, "there is no profile `\(names[row])`",
                    Nearest.remedy(names[row], among: world.profiles.keys.sorted()))
            }
        }
    }

    private func checkGrid() {
        for name in ["buses", "loads", "generators"] where world.table(name).ids.isEmpty {
            collector.add(
                WorldReader.file, nil, "tables." + name, "a world with a `grid` needs the table `\(name)`",
                "add it under `tables:`, or take `grid` out")
        }
    }

    /// Cooling, heating and PUE follow the day's temperature, which varies about the normal of the area.
    private func checkTemperatures() {
        for area in world.areas where world.profile("temperature", area: area) == nil {
            collector.add(
                world.tables["profiles"]?.file ?? WorldReader.file, nil, "profiles[temperature]",
                "the area `\(area)` has no profile `temperature`",
                "add rows `temperature,\(area),<month>,,,<degC>`, one a month, to the profiles")
        }
    }

    private func add(_ table: Table, _ row: Int, _ column: String, _ message: String, _ remedy: String) {
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
