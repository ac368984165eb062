/// The rules of a world that hold between its parts; one function a rule.
struct WorldRules {
    let world: World
    let collector: Collector

    func check() {
        checkBounds("generators")
        checkBounds("links")
        checkTwoWayLinks()
        checkEnds("links")
        checkEnds("lines")
        checkLineNames()
        for name in ["loads", "generators", "storage_units"] { checkAreas(name) }
        checkSites()
        checkProfileNames("loads", "profile")
        checkProfileNames("generators", "profile")
        checkProfileNames("storage_units", "inflow_profile")
        for shape in Schema.series { checkSeries(shape) }
        warnAboutMeans()
        HindcastRules(world: world, collector: collector).check()
        ContractRules(world: world, collector: collector).check()
        checkMarket()
        checkMembers()
        checkStep()
        checkEconomy()
        if world.hasSection("grid") {
            checkGrid()
            checkBuilding()
            checkNetwork()
            warnAboutRamps()
            checkTemperatures()
        }
    }

    /// A market needs work that chooses, and the hours whose prices it costs; work needs a market.
    private func checkMarket() {
        let work = world.table("work")
        if world.doubts.sections.contains("compute") || world.doubts.tables.contains("work") { return }
        if world.hasComputeMarket {
            if work.ids.isEmpty {
                collector.add(
                    WorldReader.file, line(of: "compute.allocation"), "compute.allocation",
                    "`market` without the table `work`: nothing chooses",
                    "add `work:` under `tables:`, or write `allocation: capacity`")
            }
            if !world.hasSection("grid"), !world.doubts.sections.contains("grid") {
                collector.add(
                    WorldReader.file, line(of: "compute.allocation"), "compute.allocation",
                    "`market` in a world without `grid`: power has no price",
                    "add the section `grid`, or write `allocation: capacity`")
            }
        } else if !work.ids.isEmpty {
            collector.add(
                work.file, work.lines.first, "compute.allocation", "the table `work`, and no market allots it",
                "write `allocation: market` in `compute`, or take the table out")
        }
    }

    private func checkBounds(_ name: String) {
        let table = world.table(name)
        for (row, (low, high)) in zip(table.slots("p_min_pu"), table.slots("p_max_pu")).enumerated()
        where world.values[low] > world.values[high] && !isDoubted(low, high) {
            add(
                table, row, "p_min_pu",
                "p_min_pu \(Numeral.text(world.values[low])) is above p_max_pu \(Numeral.text(world.values[high]))",
                "lower p_min_pu or raise p_max_pu")
        }
    }

    /// What is sent back through one link would gain what its losses take, and be paid what its cost asks.
    private func checkTwoWayLinks() {
        let table = world.table("links")
        for (row, low) in table.slots("p_min_pu").enumerated() where world.values[low] < 0 {
            let efficiency = table.slots("efficiency").lowerBound + row
            if world.values[efficiency] < 1, !isDoubted(low, efficiency) {
                add(
                    table, row, "efficiency",
                    "efficiency \(Numeral.text(world.values[efficiency])) of a link whose p_min_pu is negative",
                    "write a lossy corridor as two links, one each way, with p_min_pu 0")
            }
            let cost = table.slots("marginal_cost").lowerBound + row
            if world.values[cost] != 0, !isDoubted(low, cost) {
                add(
                    table, row, "marginal_cost",
                    "marginal_cost \(Numeral.text(world.values[cost])) of a link whose p_min_pu is negative: "
                        + "flow one way would be paid for",
                    "write a corridor that costs as two links, one each way, with p_min_pu 0")
            }
        }
    }

    private func checkEnds(_ name: String) {
        let table = world.table(name)
        for (row, (from, to)) in zip(table.rows("bus0"), table.rows("bus1")).enumerated() where from == to && from >= 0
        {
            add(
                table, row, "bus1", "it begins and ends at the bus `\(table.text("bus1")[row])`",
                "name another bus, or take the row out")
        }
    }

    /// Lines follow the links in the archive's dimension `link`, whose names must differ.
    private func checkLineNames() {
        let (links, lines) = (world.table("links"), world.table("lines"))
        for (row, id) in lines.ids.enumerated() {
            guard let other = links.ids.firstIndex(of: id) else { continue }
            add(
                lines, row, "name", "a link of \(links.file):\(links.lines[other]) is also called `\(id)`",
                "give the line another name: flows are recorded by it")
        }
    }

    /// The area that a row says must be that of its bus, or paths would select what stands elsewhere.
    private func checkAreas(_ name: String) {
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

    /// More can't stand than land and water allow.
    private func checkSites() {
        let table = world.table("data_centres")
        for (row, (most, power)) in zip(table.slots("capacity_max"), table.slots("capacity")).enumerated()
        where world.values[most] < world.values[power] && !isDoubted(most, power) {
            add(
                table, row, "capacity_max",
                "capacity_max \(Numeral.text(world.values[most])) is below capacity "
                    + "\(Numeral.text(world.values[power]))",
                "raise capacity_max, or leave it empty for no limit")
        }
    }

    private var areProfilesDoubted: Bool {
        world.doubts.tables.contains("profiles") || world.doubts.columns.contains("profiles.profile")
    }

    private func isDoubted(_ slots: Int...) -> Bool { slots.contains(where: world.doubts.slots.contains) }

    /// A shape multiplies a mean: one whose own mean isn't 1 changes the energy of the year.
    private func warnAboutMeans() {
        let loads = world.table("loads")
        var shapes: [(name: String, area: String)] = []
        for (name, bus) in zip(loads.text("profile"), loads.rows("bus")) where !name.isEmpty && bus >= 0 {
            shapes.append((name, world.busAreas[bus]))
        }
        if world.hasSection("compute"), world.profiles["compute"] != nil {
            let buses = world.table("cities").rows("bus")
            for city in Set(world.table("data_centres").rows("city")).sorted() where city >= 0 && buses[city] >= 0 {
                shapes.append(("compute", world.busAreas[buses[city]]))
            }
        }
        if world.profiles["relative_humidity"] != nil {
            let cities = world.table("cities")
            for (slot, area) in zip(cities.slots("relative_humidity"), world.cityAreas) where !world.values[slot].isNaN
            {
                shapes.append(("relative_humidity", area))
            }
        }
        var seen: Set<String> = []
        for shape in shapes where seen.insert("\(shape.name)/\(shape.area)").inserted {
            guard let values = world.profile(shape.name, area: shape.area) else { continue }
            let mean = Profile.mean(values)
            if abs(mean - 1) > 0.01 {
                collector.warn(
                    world.table("profiles").file, nil, "profiles[\(shape.name)]",
                    "the profile's mean over the year in the area `\(shape.area)` is "
                        + "\(Numeral.text((mean * 1000).rounded() / 1000)), so the energy of what it shapes is as "
                        + "many times its stated mean",
                    "divide its values by that, or change the means that it shapes")
            }
        }
    }

    private func checkProfileNames(_ name: String, _ column: String) {
        if areProfilesDoubted { return }
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

    /// A series belongs to rows that are there, and a row has a series or a profile.
    private func checkSeries(_ shape: Schema.SeriesShape) {
        guard let series = world.series[shape.name], !world.doubts.tables.contains(shape.table) else { return }
        let table = world.table(shape.table)
        if table.ids.isEmpty {
            collector.add(
                WorldReader.file, world.lines["tables"], "tables." + shape.name,
                "a series of the table `\(shape.table)`, which is absent",
                "add `\(shape.table):` under `tables:`, or take the series out")
            return
        }
        let ids = Set(table.ids)
        for id in series.values.keys.sorted() where !ids.contains(id) {
            collector.add(
                series.file, 1, "\(shape.table)[\(id)].\(shape.column)",
                "there is no row `\(id)` in `\(shape.table)`", Nearest.remedy(id, among: table.ids))
        }
        guard let column = shape.profile else { return }
        for (row, profile) in table.text(column).enumerated()
        where !profile.isEmpty && series.values[table.ids[row]] != nil {
            add(
                table, row, column, "the profile `\(profile)` of a row that has a series in `\(series.file)`",
                "leave the cell empty, or take the column out of the series")
        }
    }

    private func checkGrid() {
        for name in ["buses", "loads", "generators"]
        where world.table(name).ids.isEmpty && !world.doubts.tables.contains(name) {
            collector.add(
                WorldReader.file, line(of: "grid"), "tables." + name, "a world with a `grid` needs the table `\(name)`",
                "add it under `tables:`, or take `grid` out")
        }
    }

    /// Load must be reachable, and what obeys Kirchhoff must have a reactance and room.
    private func checkNetwork() {
        if ["buses", "links", "lines", "loads", "generators", "storage_units"].contains(where: isUnread) { return }
        let (buses, lines) = (world.table("buses"), world.table("lines"))
        var part = Array(buses.ids.indices)
        func root(_ bus: Int) -> Int {
            var bus = bus
            while part[bus] != bus { bus = part[bus] }
            return bus
        }
        var touched: Set<Int> = []
        for table in [world.table("links"), lines] {
            for (a, b) in zip(table.rows("bus0"), table.rows("bus1")) where a >= 0 && b >= 0 {
                part[root(a)] = root(b)
                touched.formUnion([a, b])
            }
        }
        let sources = world.table("generators").rows("bus") + world.table("storage_units").rows("bus")
        let supplied = Set(sources.filter { $0 >= 0 }.map(root))
        let loads = world.table("loads")
        for (row, bus) in loads.rows("bus").enumerated() where bus >= 0 && !supplied.contains(root(bus)) {
            add(
                loads, row, "bus", "no generator is connected to the bus `\(buses.ids[bus])`",
                "connect it by a link or line, or add a generator there")
        }
        checkSecured()
        guard world.text("grid", "network") == "dc" else { return }
        if lines.ids.isEmpty {
            collector.add(
                WorldReader.file, line(of: "grid.network"), "grid.network",
                "`dc` without the table `lines`: nothing obeys Kirchhoff",
                "add `lines:` under `tables:`, or write `network: transport`")
            return
        }
        for bus in buses.ids.indices where !touched.contains(bus) && buses.ids.count > 1 {
            add(
                buses, bus, "name", "no line or link reaches the bus, and the network is `dc`",
                "connect it, or take it out")
        }
        let (reactances, voltages) = (lines.fixed("x"), buses.fixed("v_nom"))
        for (row, bus) in lines.rows("bus0").enumerated() where bus >= 0 {
            if reactances[row] == 0, !world.doubts.columns.contains("lines.x") {
                add(
                    lines, row, "x", "the reactance is 0, and the network is `dc`",
                    "give the line a reactance above 0, or make it a link")
            }
            if voltages[bus] == 0 {
                add(
                    lines, row, "bus0", "the bus `\(buses.ids[bus])` has v_nom 0, at which the reactance is taken",
                    "give the bus a v_nom above 0")
            }
            let power = lines.slots("s_nom").lowerBound + row
            if world.values[power] == 0, !isDoubted(power) {
                add(
                    lines, row, "s_nom",
                    "s_nom is 0, and the network is `dc`: the line would hold the angles at its ends together",
                    "give the line an s_nom above 0, or take it out")
            }
        }
    }

    /// What a line carries must have another way when it fails.
    private func checkSecured() {
        let lines = world.table("lines")
        let ends = zip(lines.rows("bus0"), lines.rows("bus1")).map { ($0, $1) }
        for (row, secured) in lines.fixed("secured").enumerated() where secured == 1 {
            if world.text("grid", "network") != "dc" {
                add(
                    lines, row, "secured",
                    "flows after an outage follow from Kirchhoff's laws, and the network is not `dc`",
                    "write `network: dc` under `grid:`, or 0")
                continue
            }
            var reached: Set = [ends[row].0]
            var queue = Array(reached)
            while let bus = queue.popLast() {
                for (other, (a, b)) in ends.enumerated() where other != row && (a == bus || b == bus) {
                    if reached.insert(a == bus ? b : a).inserted { queue.append(a == bus ? b : a) }
                }
            }
            if !reached.contains(ends[row].1) {
                add(
                    lines, row, "secured",
                    "without the line `\(lines.ids[row])` no other line joins its buses: nothing takes over",
                    "write 0, or add a line beside it")
            }
        }
    }

    /// The line of `world.yaml` on which a key stands; that of its section where it is left out.
    func line(of path: String) -> Int? {
        world.lines[path] ?? path.split(separator: ".").first.flatMap { world.lines[String($0)] }
    }

    private func isUnread(_ table: String) -> Bool {
        world.doubts.tables.contains(table)
            || ["bus", "bus0", "bus1"].contains { world.doubts.columns.contains("\(table).\($0)") }
    }

    private func warnAboutRamps() {
        let table = world.table("generators")
        guard world.text("grid", "clearing") == "hourly" else { return }
        let limited = table.ids.indices.first { row in
            ["ramp_limit_up", "ramp_limit_down"].contains { column in
                let slots = table.slots(column)
                return !slots.isEmpty && !world.values[slots.lowerBound + row].isNaN
            }
        }
        if let limited {
            collector.warn(
                table.file, table.lines[limited], "grid.clearing",
                "ramp limits hold within days, and hours are cleared one by one",
                "write `clearing: day` under `grid`, or take the ramp limits out")
        }
    }

    /// The tables whose rows have limits, and the column that these limit: PyPSA's.
    static let built: KeyValuePairs = [
        "generators": "p_nom", "storage_units": "p_nom", "links": "p_nom", "lines": "s_nom",
    ]

    /// What ages, has limits or is built by rule.
    private func checkBuilding() {
        let rule = world.text("grid", "expansion")
        var extendable = 0
        for (name, column) in Self.built {
            let table = world.table(name)
            let (limit, builds) = (column + "_max", column + "_extendable")
            func value(_ column: String, _ row: Int) -> Double? {
                let slot = table.slots(column).lowerBound + row
                return isDoubted(slot) || world.values[slot].isNaN ? nil : world.values[slot]
            }
            for row in table.ids.indices {
                let power = value(column, row) ?? .nan
                if let most = value(limit, row), most < power {
                    add(
                        table, row, limit,
                        "\(limit) \(Numeral.text(most)) is below \(column) \(Numeral.text(power))",
                        "raise \(limit), or leave it empty for no limit")
                }
                let years = name == "lines" ? 0 : table.fixed("build_year")[row]
                if years > 0, let life = value("lifetime", row), years + life <= Double(world.start),
                    !world.doubts.start
                {
                    warn(
                        table, row, "build_year",
                        "built in \(Numeral.text(years)) for \(Numeral.text(life)) years, so it has retired before "
                            + "\(world.start)",
                        "mend build_year or lifetime, or take the row out")
                }
                guard table.text(builds)[row] == "True" else { continue }
                extendable += 1
                guard rule == "margin" else { continue }
                let cost = value("capital_cost", row)
                if cost == nil && !isDoubted(table.slots("capital_cost").lowerBound + row) || cost == 0 {
                    add(
                        table, row, "capital_cost", "grid.expansion builds the row, which has no `capital_cost`",
                        "give it one above 0, or write False under \(builds)")
                }
                if power == 0 {
                    add(
                        table, row, column, "grid.expansion builds in parts of what stands, and \(column) is 0",
                        "give the row a \(column) above 0, however small")
                }
            }
        }
        if (extendable > 0) != (rule == "margin"), Self.built.allSatisfy({ !world.doubts.tables.contains($0.key) }) {
            collector.warn(
                WorldReader.file, line(of: "grid.expansion"), "grid.expansion",
                rule == "margin"
                    ? "no row is p_nom_extendable, so the rule builds nothing"
                    : "\(extendable) rows are p_nom_extendable, and no rule builds them",
                rule == "margin" ? "write True under p_nom_extendable" : "write `expansion: margin` under `grid`")
        }
    }

    /// Cooling, heating and PUE follow the day's temperature, which varies about the normal of the area.
    private func checkTemperatures() {
        if areProfilesDoubted { return }
        for area in world.areas where !area.isEmpty && world.profile("temperature", area: area) == nil {
            collector.add(
                world.tables["profiles"]?.file ?? WorldReader.file, nil, "profiles[temperature]",
                "the area `\(area)` has no profile `temperature`",
                "add rows `temperature,\(area),<month>,,,<degC>`, one a month, to the profiles")
        }
    }

    private func warn(_ table: Table, _ row: Int, _ column: String, _ message: String, _ remedy: String) {
        collector.warn(table.file, table.lines[row], "\(table.name)[\(table.ids[row])].\(column)", message, remedy)
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
