extension Schema {
    /// What joins buses.
    static let network = Part(
        tables: [
            Schema.TableShape(
                name: "links",
                fields: [
                    id("link"), text("bus0", .reference("buses"), nil, "from"),
                    text("bus1", .reference("buses"), nil, "to"),
                    text("carrier", .text, "", "carrier"), text("kind", .text, "", "any word to select rows by"),
                    number("p_nom", "MW", positive, nil, "nominal power: the larger limit of a corridor").paid(),
                    number("p_min_pu", "1", -1...1, 0, "least flow per p_nom; negative is from bus1 to bus0"),
                    number("p_max_pu", "1", -1...1, 1, "largest flow per p_nom"),
                    number("efficiency", "1", 0.01...1, 1, "delivered per sent"),
                    number("marginal_cost", "currency/MWh", any, 0, "cost per MWh sent"),
                    number("capital_cost", "currency/MW/yr", positive, absent, "annuity of added power"),
                    number("length", "km", positive, 0, "length", kind: .fixed),
                    number("lifetime", "yr", 1...1e9, 1e9, "technical lifetime").idle(.unlessBuilt("links")),
                ] + building, hasIDs: true),
            Schema.TableShape(
                name: "lines",
                fields: [
                    id("line"), text("bus0", .reference("buses"), nil, "from"),
                    text("bus1", .reference("buses"), nil, "to"),
                    text("carrier", .text, "", "carrier"), text("kind", .text, "", "any word to select rows by"),
                    number("x", "Ohm", positive, 0, "reactance, at the voltage of bus0", kind: .fixed),
                    number("r", "Ohm", positive, 0, "resistance; lossless in every network model", kind: .fixed),
                    number("s_nom", "MW", positive, nil, "largest flow, either way").paid(),
                    number("s_max_pu", "1", 0...1, 1, "share of s_nom that may be used"),
                    number(
                        "secured", "1", 0...1, 0,
                        "1: were this line to fail, every other line would still carry at most s_nom (n-1); `dc` alone",
                        kind: .integer),
                    number("capital_cost", "currency/MW/yr", positive, absent, "annuity of added power"),
                    number("length", "km", positive, 0, "length", kind: .fixed),
                ] + lineBuilding, hasIDs: true),
        ],
        rules: [
            { $0.checkBounds("links") }, { $0.checkTwoWayLinks() }, { $0.checkEnds("links") },
            { $0.checkEnds("lines") }, { $0.checkLineNames() },
        ])
}

extension WorldRules {
    /// What is sent back through one link would gain what its losses take, and be paid what its cost asks.
    func checkTwoWayLinks() {
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

    func checkEnds(_ name: String) {
        let table = world.table(name)
        for (row, (from, to)) in zip(table.rows("bus0"), table.rows("bus1")).enumerated() where from == to && from >= 0
        {
            add(
                table, row, "bus1", "it begins and ends at the bus `\(table.text("bus1")[row])`",
                "name another bus, or take the row out")
        }
    }

    /// Lines follow the links in the archive's dimension `link`, whose names must differ.
    func checkLineNames() {
        let (links, lines) = (world.table("links"), world.table("lines"))
        for (row, id) in lines.ids.enumerated() {
            guard let other = links.ids.firstIndex(of: id) else { continue }
            add(
                lines, row, "name", "a link of \(links.file):\(links.lines[other]) is also called `\(id)`",
                "give the line another name: flows are recorded by it")
        }
    }

    /// Load must be reachable, and what obeys Kirchhoff must have a reactance and room.
    func checkNetwork() {
        guard world.hasSection("grid") else { return }
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
    func checkSecured() {
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
}
