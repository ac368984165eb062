import Yams

/// Reads profiles, trajectories, emissions and sources.
extension WorldReader {
    /// The profiles; a row that leaves a key out holds for all its values.
    ///
    /// Of the rows that hold for an hour, one that names the area rules over one that doesn't; then the one that leaves
    /// out fewest; two that leave out equally many are an error.
    func readProfiles() -> [String: Profile] {
        guard let table = tables["profiles"] else { return [:] }
        let isWhole =
            !doubts.tables.contains("profiles") && !doubts.columns.contains { $0.hasPrefix("profiles.") }
        let areas = table.text("area")
        let daytypes = table.text("daytype")
        let (months, hours, values) = (table.fixed("month"), table.fixed("hour"), table.fixed("value"))
        var profiles: [String: Profile] = [:]
        for (name, rows) in Dictionary(grouping: table.ids.indices, by: { table.ids[$0] }) {
            var byArea: [String: [Double]] = [:]
            for area in Set(rows.map { areas[$0] }) {
                var shape = [Double](repeating: .nan, count: Profile.count)
                var rank = [Int](repeating: -1, count: Profile.count)
                for row in rows where areas[row] == area || areas[row].isEmpty {
                    let filled =
                        (areas[row].isEmpty ? 0 : 4) + (months[row].isNaN ? 0 : 1) + (daytypes[row].isEmpty ? 0 : 1)
                        + (hours[row].isNaN ? 0 : 1)
                    var clash = false
                    for month in months[row].isNaN ? 0...11 : Int(months[row]) - 1...Int(months[row]) - 1 {
                        for daytype in 0...1 where daytypes[row].isEmpty || daytypes[row] == dayNames[daytype] {
                            for hour in hours[row].isNaN ? 0...23 : Int(hours[row])...Int(hours[row]) {
                                let cell = (month * 2 + daytype) * 24 + hour
                                clash = clash || rank[cell] == filled
                                if filled >= rank[cell] {
                                    shape[cell] = values[row]
                                    rank[cell] = filled
                                }
                            }
                        }
                    }
                    if clash, isWhole {
                        collector.add(
                            table.file, table.lines[row], "profiles[\(name)]",
                            "the row speaks of hours of area `\(area)` that another row fills as exactly",
                            "keep one of them, or make one more exact: the row that leaves fewer cells empty rules")
                    }
                }
                if isWhole, let gap = shape.firstIndex(where: \.isNaN) {
                    let (month, daytype, hour) = (gap / 48 + 1, dayNames[gap / 24 % 2], gap % 24)
                    collector.add(
                        table.file, table.lines[rows[0]], "profiles[\(name)]",
                        "area `\(area)` has no value for month \(month), \(daytype), hour \(hour)",
                        "add the row, or leave month, daytype or hour empty to mean all of them")
                }
                byArea[area] = shape
            }
            profiles[name] = Profile(byArea: byArea)
        }
        return profiles
    }

    func readTrajectories(_ world: World, start: Int?) -> [Trajectory] {
        let table = world.table("trajectories")
        let (years, factors) = (table.fixed("year"), table.fixed("factor"))
        var order: [String] = []
        var rows: [String: [Int]] = [:]
        for (row, path) in table.ids.enumerated() where !path.isEmpty && years[row].isFinite {
            if rows[path] == nil { order.append(path) }
            rows[path, default: []].append(row)
        }
        var owner: [Int: String] = [:]
        var trajectories: [Trajectory] = []
        for path in order {
            guard let rows = rows[path], let first = rows.first else { continue }
            var slots: [Int] = []
            do {
                let place = try world.place(path)
                slots = place.slots
                if let idle = world.idle(place, path) { collector.add(idle.at(table.file, table.lines[first])) }
            } catch {
                collector.add(error.at(table.file, table.lines[first]))
                continue
            }
            for slot in slots {
                if world.values[slot].isNaN, !doubts.slots.contains(slot) {
                    collector.add(
                        table.file, table.lines[first], path, "`\(world.path(of: slot))` has no value to multiply",
                        "give it one in its table")
                }
                if let other = owner.updateValue(path, forKey: slot) {
                    collector.add(
                        table.file, table.lines[first], path,
                        "the trajectory `\(other)` also moves `\(world.path(of: slot))`", "keep one of them")
                }
            }
            var points: [(year: Int, factor: Double)] = []
            for row in rows.sorted(by: { (years[$0], $0) < (years[$1], $1) }) {
                if points.last?.year == Int(years[row]) {
                    collector.add(
                        table.file, table.lines[row], path, "the year \(Int(years[row])) stands twice",
                        "keep one of them")
                }
                points.append((Int(years[row]), factors[row]))
            }
            if let start, let first = points.first, first.year > start { points.insert((start, 1), at: 0) }
            trajectories.append(
                Trajectory(path: path, slots: slots, years: points.map(\.year), factors: points.map(\.factor)))
        }
        return trajectories
    }

    func readEmissions() {
        let before = collector.count
        defer { if emissions.isEmpty || collector.count > before { doubts.emissions = true } }
        guard let file = texts["climate"]?["emissions"],
            let bytes = source.open(file, namedIn: WorldReader.file, line: nil, collector),
            let csv = CSVTable.parse(bytes, file: file, collector)
        else { return }
        let headers = csv.header.map(CSVTable.parts(ofHeader:))
        let known = ["year", "co2", "scenario"] + Schema.freeColumns
        for header in headers where !known.contains(header.name) {
            collector.add(
                file, csv.headerLine, header.name, "`\(header.name)` is not a column of the emissions",
                Nearest.remedy(header.name, among: known))
        }
        guard let year = headers.firstIndex(where: { $0.name == "year" }),
            let co2 = headers.firstIndex(where: { $0.name == "co2" })
        else {
            collector.add(
                file, csv.headerLine, nil, "the columns `year` and `co2` are wanted", "write `year,co2 [GtCO2/yr]`")
            return
        }
        let scenario = texts["climate"]?["scenario"] ?? ""
        let scenarioColumn = headers.firstIndex { $0.name == "scenario" }
        let names = scenarioColumn.map { column in Set(csv.rows.map { $0.cells[column] }).sorted() } ?? []
        if scenarioColumn != nil, !names.contains(scenario) {
            collector.add(
                WorldReader.file, lines["climate.scenario"] ?? lines["climate"], "climate.scenario",
                "`\(scenario)` is not a scenario of `\(file)`",
                Nearest.remedy(scenario, among: names))
            return
        }
        let reading = Reading(units: units)
        var points: [(year: Int, co2: Double, line: Int)] = []
        for row in csv.rows where scenarioColumn == nil || row.cells[scenarioColumn ?? 0] == scenario {
            do {
                let amount = try reading.number(
                    row.cells[co2], unit: headers[co2].unit ?? "GtCO2/yr", inside: "GtCO2/yr", range: -1000...1000)
                let time = try reading.number(row.cells[year], unit: "1", inside: "1", range: -10_000...10_000)
                points.append((Int(time), amount, row.line))
            } catch {
                collector.add(file, row.line, "climate.emissions", error.message, error.remedy)
            }
        }
        fillEmissions(points, file)
    }

    /// Every year from the first to the last, linear between those given.
    func fillEmissions(_ points: [(year: Int, co2: Double, line: Int)], _ file: String) {
        for point in points.sorted(by: { ($0.year, $0.line) < ($1.year, $1.line) }) {
            if let last = emissions.last {
                if point.year == last.year {
                    collector.add(
                        file, point.line, "climate.emissions", "the year \(point.year) stands twice", "keep one of them"
                    )
                    continue
                }
                for between in last.year + 1..<point.year {
                    let share = Double(between - last.year) / Double(point.year - last.year)
                    emissions.append((between, last.co2 + (point.co2 - last.co2) * share))
                }
            }
            emissions.append((point.year, point.co2))
        }
    }

    func readSources(_ entry: YAMLEntry) {
        for item in yaml.mapping(entry.value, path: "sources") ?? [] {
            let path = "sources." + item.key
            let parts = item.key.split(separator: ".", maxSplits: 1).map(String.init)
            let fields = parts.first.flatMap { Schema.table($0)?.fields ?? Schema.section($0)?.fields }
            let names = Schema.tables.map(\.name) + Schema.sections.map(\.name)
            if fields == nil {
                collector.add(
                    WorldReader.file, item.line, path, "`\(item.key)` is neither a table nor a section",
                    Nearest.remedy(parts.first ?? "", among: names))
            } else if parts.count == 2, fields?.contains(where: { $0.name == parts[1] }) == false {
                collector.add(
                    WorldReader.file, item.line, path, "`\(parts[1])` is not a column of `\(parts[0])`",
                    Nearest.remedy(parts[1], among: fields?.map(\.name) ?? []))
            }
            let keys = yaml.refuse(
                yaml.mapping(item.value, path: path) ?? [], except: Schema.sourceKeys.names,
                path: path)
            func text(_ name: String) -> String {
                keys.first { $0.key == name }.flatMap { yaml.text($0.value, path: path) } ?? ""
            }
            provenance[item.key] = Provenance(source: text("from"), status: text("status"))
        }
    }
}
