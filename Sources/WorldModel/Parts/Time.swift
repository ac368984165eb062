extension Schema {
    /// Profiles, and what changes by itself.
    static let time = Part(
        tables: [
            Schema.TableShape(
                name: "profiles",
                fields: [
                    Field(
                        name: "profile", kind: .text, unit: "", range: any, standard: nil, standardText: nil,
                        required: true,
                        summary:
                            "profile; `temperature` [degC] is the normal of the area's climate; optional, of mean 1: `compute` "
                            + "shapes work that can't wait, `relative_humidity` that of cities over the months"),
                    text("area", .text, "", "area; all where empty"),
                    number("month", "1", 1...12, absent, "month; all where empty", kind: .integer),
                    text("daytype", .choice(["", "weekday", "weekend"]), "", "all days where empty"),
                    number(
                        "hour", "1", 0...23, absent, "hour of the day that begins then; all where empty", kind: .integer
                    ),
                    number("value", "1", any, nil, "factor", kind: .fixed),
                ], hasIDs: false),
            Schema.TableShape(
                name: "trajectories",
                fields: [
                    Field(
                        name: "path", kind: .text, unit: "", range: any, standard: nil, standardText: nil,
                        required: true,
                        summary: "what changes by itself"),
                    number("year", "1", 1700...3000, nil, "1 January of this year", kind: .integer),
                    number("factor", "1", any, nil, "on the value of the start; linear between years", kind: .fixed),
                ], hasIDs: false),
        ],
        rules: [{ $0.warnAboutMeans() }])
}

extension WorldRules {
    func checkProfileNames(_ name: String, _ column: String) {
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

    /// A shape multiplies a mean: one whose own mean isn't 1 changes the energy of the year.
    func warnAboutMeans() {
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

    /// A series belongs to rows that are there, and a row has a series or a profile.
    func checkSeries(_ shape: Schema.SeriesShape) {
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
}
