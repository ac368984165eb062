extension Schema {
    /// What generates.
    static let generators = Part(
        tables: [
            Schema.TableShape(
                name: "generators",
                fields: [
                    id("generator"), text("bus", .reference("buses"), nil, "bus"), areaWord,
                    text("carrier", .reference("carriers"), nil, "carrier"),
                    number("p_nom", "MW", positive, nil, "nominal power").paid(),
                    number("p_min_pu", "1", 0...1, 0, "least output per p_nom: must-run"),
                    number("p_max_pu", "1", 0...1, 1, "largest output per p_nom, times the profile"),
                    number("efficiency", "1", 0.01...1, 1, "electricity per fuel"),
                    number("marginal_cost", "currency/MWh", any, 0, "cost per MWh beside fuel"),
                    number(
                        "marginal_cost_quadratic", "currency/MWh2", positive, 0, "q of c p + q p2 per hour, as PyPSA"),
                    number(
                        "bid_adder", "currency/MWh", any, 0,
                        "added to what it bids, not to what it costs; negative: it also runs below its cost"),
                    number("capital_cost", "currency/MW/yr", positive, absent, "annuity of added power"),
                    number("lifetime", "yr", 1...1e9, 1e9, "technical lifetime").idle(.unlessBuilt("generators")),
                    number(
                        "ramp_limit_up", "1/h", positive, absent,
                        "most that output rises in an hour, per p_nom, where days are cleared"
                    ).idle(.unlessDaysAreCleared),
                    number(
                        "ramp_limit_down", "1/h", positive, absent,
                        "most that output falls in an hour, per p_nom, where days are cleared"
                    ).idle(.unlessDaysAreCleared),
                    text("profile", .text, "", "profile of its availability; 1 where empty"),
                    text("kind", .text, "", "any word to select rows by"),
                ] + building, hasIDs: true)
        ],
        series: [
            Schema.SeriesShape(
                table: "generators", column: "p_max_pu", unit: "1", range: 0...1, isShare: true, profile: "profile",
                summary: "largest output per p_nom, hour by hour, times the column `p_max_pu`"),
            Schema.SeriesShape(
                table: "generators", column: "p_min_pu", unit: "1", range: 0...1, isShare: false, profile: nil,
                summary: "least output per p_nom, hour by hour; `p_min_pu` is its mean"),
        ],
        rules: [
            { $0.checkBounds("generators") }, { $0.checkAreas("generators") },
            { $0.checkProfileNames("generators", "profile") }, { $0.warnAboutRamps() },
        ])
}

extension WorldRules {
    func warnAboutRamps() {
        guard world.hasSection("grid") else { return }
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
}
