extension Schema {
    /// What is asked for beside data centres.
    static let loads = Part(
        tables: [
            Schema.TableShape(
                name: "loads",
                fields: [
                    id("load"), text("bus", .reference("buses"), nil, "bus"), areaWord,
                    number("p_set", "MW", positive, nil, "mean power over the first year, data centres included"),
                    text("profile", .text, "", "profile that shapes it; flat where empty"),
                    number("cooling_sensitivity", "%/K", 0...50, 3, "k_c: growth per K above 20 degC").from("assumed")
                        .idle { world, _ in world.hasSection("climate") ? nil : .climate },
                    number("heating_sensitivity", "%/K", 0...50, 1.5, "k_h: growth per K below 12 degC").from("assumed")
                        .idle { world, _ in world.hasSection("climate") ? nil : .climate },
                ], hasIDs: true)
        ],
        series: [
            Schema.SeriesShape(
                table: "loads", column: "p_set", unit: "MW", range: any, isShare: false, profile: "profile",
                summary: "power, hour by hour; `p_set` is its mean")
        ],
        rules: [{ $0.checkAreas("loads") }, { $0.checkProfileNames("loads", "profile") }])
}
