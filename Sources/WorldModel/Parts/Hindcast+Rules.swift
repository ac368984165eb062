/// The rules of what a world holds for `worldlines hindcast`.
struct HindcastRules {
    let world: World
    let collector: Collector

    private static let names = Schema.hindcast.tables.map(\.name)

    func check() {
        let present = HindcastRules.names.filter { !world.table($0).ids.isEmpty }
        let needed = HindcastRules.names + ["buses", "loads"]
        if present.isEmpty || needed.contains(where: world.doubts.tables.contains) { return }
        let fitted: Set<String> = ["hindcast_ranges", "hindcast_flows", "hindcast_residuals"]
        let missing = HindcastRules.names.filter {
            !present.contains($0) && (!fitted.contains($0) || !fitted.isDisjoint(with: present))
        }
        for name in missing {
            collector.add(
                WorldReader.file, nil, "tables." + name,
                "a world with `\(present[0])` needs the table `\(name)` for its hindcast",
                fitted.contains(name)
                    ? "`worldlines hindcast --fit` writes it; name it under `tables:`" : "add it under `tables:`")
        }
        if !missing.isEmpty { return }
        checkCarriers()
        checkOffers()
        checkTies()
        checkDays("hindcast_ranges", of: "carrier")
        checkDays("hindcast_flows", of: "tie")
        checkResiduals()
    }

    private func add(_ table: Table, _ row: Int, _ column: String, _ message: String, _ remedy: String) {
        collector.add(table.file, table.lines[row], "\(table.name).\(column)", message, remedy)
    }

    /// What is offered has offers, and what isn't has none of its must-run and range.
    private func checkCarriers() {
        let (carriers, offers) = (world.table("hindcast_carriers"), world.table("hindcast_offers"))
        let needed = ["hindcast_carriers.role", "hindcast_offers.carrier", "hindcast_offers.part"]
        if needed.contains(where: world.doubts.columns.contains) { return }
        for (row, role) in carriers.text("role").enumerated() {
            let rows = offers.ids.indices.filter { offers.ids[$0] == carriers.ids[row] }
            let parts = Set(rows.map { offers.text("part")[$0] })
            let path = "hindcast_carriers[\(carriers.ids[row])].role"
            if role == "offered", !parts.isSuperset(of: ["must_run", "range"]) {
                collector.add(
                    carriers.file, carriers.lines[row], path,
                    "`\(carriers.ids[row])` is offered, and hindcast_offers has no must_run or no range of it",
                    "add rows of both parts, or give it another role")
            }
            let mostParts: Set<String> =
                role == "offered" ? ["must_run", "range", "reserve"] : role == "held" ? ["reserve"] : []
            if let odd = rows.first(where: { !mostParts.contains(offers.text("part")[$0]) }) {
                add(
                    offers, odd, "part",
                    "a part `\(offers.text("part")[odd])` of `\(carriers.ids[row])`, which is \(role)",
                    "take the row out, or make the carrier offered")
            }
        }
        for (row, carrier) in offers.ids.enumerated() where !carriers.ids.contains(carrier) {
            add(
                offers, row, "carrier", "there is no row `\(carrier)` in `hindcast_carriers`",
                Nearest.remedy(carrier, among: carriers.ids))
        }
    }

    /// Each part goes from 0 to 1, and nothing further up costs less.
    private func checkOffers() {
        let offers = world.table("hindcast_offers")
        let order = ["must_run", "range", "reserve"]
        let (shares, parts) = (offers.fixed("share"), offers.text("part"))
        let (efficiency, cost) = (offers.fixed("efficiency"), offers.fixed("marginal_cost"))
        let fuel = world.table("carriers").slots("fuel_cost").map { world.values[$0] }
        let carriers = offers.rows("carrier")
        for (carrier, rows) in Dictionary(grouping: offers.ids.indices, by: { offers.ids[$0] }).sorted(by: {
            $0.key < $1.key
        })
        where carriers[rows[0]] >= 0 {
            func bid(_ row: Int) -> Double { fuel[carriers[row]] / efficiency[row] + cost[row] }
            var last: Int?
            for part in order {
                let rows = rows.filter { parts[$0] == part }
                guard let first = rows.first, let end = rows.last else { continue }
                if shares[first] != 0 || shares[end] != 1 || rows.count < 2 {
                    add(
                        offers, first, "share", "the part `\(part)` of `\(carrier)` doesn't go from share 0 to share 1",
                        "add rows with share 0 and share 1, in rising order")
                }
                for row in rows {
                    if let last, parts[last] == part, shares[row] <= shares[last] {
                        add(
                            offers, row, "share",
                            "share \(Numeral.text(shares[row])) after \(Numeral.text(shares[last])) of the same part",
                            "put the rows of a part in rising order of share")
                    }
                    if let last, bid(row) < bid(last) {
                        add(
                            offers, row, "marginal_cost",
                            "`\(carrier)` offers at \(Numeral.text(bid(row))) what comes after \(Numeral.text(bid(last)))",
                            "let offers rise from part to part and from share to share")
                    }
                    last = row
                }
            }
        }
    }

    private func checkTies() {
        let ties = world.table("hindcast_ties")
        let (areas, buses) = (Set(world.loadedAreas), Set(world.table("buses").ids))
        let ends = [ties.text("area0"), ties.text("area1")]
        var columns: [String: Int] = [:]
        for (row, id) in ties.ids.enumerated() {
            let path = "hindcast_ties[\(id)]"
            func complain(_ column: String, _ message: String, _ remedy: String) {
                collector.add(ties.file, ties.lines[row], path + "." + column, message, remedy)
            }
            for (column, end) in zip(["area0", "area1"], ends)
            where !areas.contains(end[row]) && !buses.contains(end[row]) {
                complain(
                    column, "`\(end[row])` is neither an area nor a bus",
                    Nearest.remedy(end[row], among: areas.union(buses).sorted()))
            }
            if ends[0][row] == ends[1][row] {
                complain("area1", "the tie begins and ends at `\(ends[0][row])`", "name another area")
            }
            if let other = columns.updateValue(row, forKey: ties.text("column")[row]) {
                complain(
                    "column", "the tie `\(ties.ids[other])` has the same column", "give each tie its own column")
            }
            if ties.text("sign")[row] == "closing", !ends.contains(where: { !areas.contains($0[row]) }) {
                complain(
                    "sign", "a tie between two areas has no hub at which flows could close",
                    "write 1 or -1, or let the tie end at a bus that is no area")
            }
        }
    }

    private func checkDays(_ name: String, of column: String) {
        let table = world.table(name)
        let (dates, owners) = (table.text("date"), table.text(column))
        let areas = name == "hindcast_ranges" ? table.ids : table.ids.map { _ in "" }
        let known = Set(world.loadedAreas)
        let powers = [table.fixed("p_min"), table.fixed("p_mean"), table.fixed("p_max")]
        var seen: [String: Int] = [:]
        for row in table.ids.indices {
            if name == "hindcast_ranges", !known.contains(areas[row]) {
                add(
                    table, row, "area", "no load lies in the area `\(areas[row])`",
                    Nearest.remedy(areas[row], among: known.sorted()))
            }
            if CivilDate(dates[row]) == nil {
                add(table, row, "date", "`\(dates[row])` is no day", "write it as 2026-03-21")
            }
            if let other = seen.updateValue(row, forKey: "\(areas[row])/\(owners[row])/\(dates[row])") {
                add(
                    table, row, "date", "the day stands already on line \(table.lines[other])", "keep one of them")
            }
            for (low, high) in [(0, 1), (1, 2)] where powers[low][row] > powers[high][row] + 1e-9 {
                add(
                    table, row, ["p_min", "p_mean"][low],
                    "\(["p_min", "p_mean"][low]) \(Numeral.text(powers[low][row])) is above "
                        + "\(["p_mean", "p_max"][low]) \(Numeral.text(powers[high][row]))",
                    "put the powers in order")
            }
        }
    }

    private func checkResiduals() {
        let table = world.table("hindcast_residuals")
        let known = Set(world.loadedAreas)
        let (months, hours) = (table.fixed("month"), table.fixed("hour"))
        var seen: [String: [Int: Int]] = [:]
        for row in table.ids.indices {
            if !known.contains(table.ids[row]) {
                add(
                    table, row, "area", "no load lies in the area `\(table.ids[row])`",
                    Nearest.remedy(table.ids[row], among: known.sorted()))
            }
            guard months[row].isFinite, hours[row].isFinite else { continue }
            let month = "area `\(table.ids[row])`, month \(Int(months[row]))"
            if let other = seen[month, default: [:]].updateValue(row, forKey: Int(hours[row])) {
                add(
                    table, row, "hour", "\(month) has hour \(Int(hours[row])) already on line \(table.lines[other])",
                    "keep one of them")
            }
        }
        for (month, hours) in seen.sorted(by: { $0.key < $1.key }) where hours.count < 24 {
            let gap = (0..<24).first { hours[$0] == nil } ?? 0
            collector.add(
                table.file, hours.values.min().map { table.lines[$0] }, "hindcast_residuals.hour",
                "\(month) has no hour \(gap)", "give every month that is there its 24 hours")
        }
    }
}

extension World {
    /// The areas in which loads lie, in the order of the table of buses.
    public var loadedAreas: [String] {
        let loaded = Set(table("loads").rows("bus"))
        var seen: Set<String> = []
        return busAreas.enumerated().compactMap { bus, area in
            loaded.contains(bus) && seen.insert(area).inserted ? area : nil
        }
    }
}
