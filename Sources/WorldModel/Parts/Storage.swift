extension Schema {
    /// What stores.
    static let storage = Part(
        tables: [
            Schema.TableShape(
                name: "storage_units",
                fields: [
                    id("storage unit"), text("bus", .reference("buses"), nil, "bus"), areaWord,
                    text("carrier", .text, "", "carrier"),
                    number("p_nom", "MW", positive, nil, "nominal power, both ways").paid(),
                    number("max_hours", "h", 0...1e5, 1, "energy over p_nom"),
                    number("efficiency_store", "1", 0.01...1, 1, "stored per charged"),
                    number("efficiency_dispatch", "1", 0.01...1, 1, "delivered per taken"),
                    number("standing_loss", "1/h", 0...1, 0, "share lost in an hour"),
                    number("inflow", "MW", positive, 0, "natural inflow"),
                    text("inflow_profile", .text, "", "profile of the inflow; flat where empty"),
                    number("marginal_cost", "currency/MWh", any, 0, "cost per MWh delivered"),
                    number("capital_cost", "currency/MW/yr", positive, absent, "annuity of added power"),
                    number("state_of_charge_initial", "MWh", positive, 0, "energy as the unrecorded first pass begins")
                        .read(.firstDay),
                    number("lifetime", "yr", 1...1e9, 1e9, "technical lifetime").idle(.unlessBuilt("storage_units")),
                ] + building, hasIDs: true)
        ],
        series: [
            Schema.SeriesShape(
                table: "storage_units", column: "inflow", unit: "MW", range: positive, isShare: false,
                profile: "inflow_profile", summary: "natural inflow, hour by hour; `inflow` is its mean")
        ],
        rules: [{ $0.checkAreas("storage_units") }, { $0.checkProfileNames("storage_units", "inflow_profile") }])
}
