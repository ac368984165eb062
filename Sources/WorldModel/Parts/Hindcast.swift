extension Schema {
    /// What `worldlines hindcast` reads, and no study.
    static let hindcast = Part(
        tables: [
            Schema.TableShape(
                name: "hindcast_carriers",
                fields: [
                    id("what the column `<name>_MW` of the observed generation holds"),
                    key(
                        "role",
                        "`given`: an input; `offered`: cleared; `held`: at the mean of the days about; `shaved`: energy of "
                            + "the days about, given where the load to be met is high",
                        .choice(["given", "offered", "held", "shaved"])),
                    number("reach", "day", 1...366, 3, "how far the days about a day may be from it", kind: .integer),
                ], hasIDs: true),
            Schema.TableShape(
                name: "hindcast_offers",
                fields: [
                    key("carrier", "carrier of the world", .reference("carriers")),
                    key(
                        "part",
                        "`must_run`: up to the least power of the day; `range`: between the least and the largest; "
                            + "`reserve`: what more stands",
                        .choice(["must_run", "range", "reserve"])),
                    number(
                        "share", "1", 0...1, nil, "of the part's power; between two rows the cost is linear",
                        kind: .fixed),
                    number("efficiency", "1", 0.01...1, 1, "electricity per fuel", kind: .fixed),
                    number(
                        "marginal_cost", "currency/MWh", any, nil, "offered beside fuel_cost / efficiency", kind: .fixed
                    ),
                ], hasIDs: false),
            Schema.TableShape(
                name: "hindcast_ties",
                fields: [
                    id("tie"), key("area0", "area, or bus that is a hub, from which its flow counts as leaving"),
                    key("area1", "area, or bus that is a hub, at which it counts as arriving"),
                    key("column", "column of the observed flows, without `_MW`"),
                    text(
                        "sign", .choice(["1", "-1", "closing"]), "1",
                        "of the published number; `closing`: the sign of the day by which the flows into the hub sum to 0"
                    ),
                    text(
                        "role", .choice(["free", "scheduled", "unused"]), "free",
                        "`free`: cleared within limits; `scheduled`: at the mean of the days about; `unused`: left aside"
                    ),
                    number("reach", "day", 1...366, 3, "how far the days about a day may be from it", kind: .integer),
                ], hasIDs: true),
            Schema.TableShape(
                name: "hindcast_ranges",
                fields: [
                    key("area", "area"), key("carrier", "row of hindcast_carriers", .reference("hindcast_carriers")),
                    key("date", "day that was fitted, as 2026-03-21"),
                ] + powers, hasIDs: false),
            Schema.TableShape(
                name: "hindcast_flows",
                fields: [
                    key("tie", "row of hindcast_ties", .reference("hindcast_ties")),
                    key("date", "day that was fitted, as 2026-03-21"),
                ] + powers, hasIDs: false),
            Schema.TableShape(
                name: "hindcast_residuals",
                fields: [
                    key("area", "area"),
                    number("month", "1", 1...12, nil, "month", kind: .integer),
                    number("hour", "1", 0...23, nil, "hour of the day that begins then", kind: .integer),
                    number(
                        "value", "MW", any, nil,
                        "mean of demand and net export less observed generation: what no reported unit gave",
                        kind: .fixed),
                ], hasIDs: false),
        ],
        rules: [{ HindcastRules(world: $0.world, collector: $0.collector).check() }])
}

extension Schema {
    static let powers = [
        number("p_min", "MW", any, nil, "least power of the day's hours", kind: .fixed),
        number("p_mean", "MW", any, nil, "mean power of the day", kind: .fixed),
        number("p_max", "MW", any, nil, "largest power of the day's hours", kind: .fixed),
    ]
}

extension Schema {
    static func key(_ name: String, _ summary: String, _ kind: Field.Kind = .text) -> Field {
        text(name, kind, nil, summary)
    }
}
