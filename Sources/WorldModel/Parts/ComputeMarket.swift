extension Schema {
    /// The market that allots work to cities.
    static let computeMarket = Part(
        tables: [
            Schema.TableShape(
                name: "work",
                fields: [
                    id("class of work"),
                    number(
                        "demand", "MW", positive, nil, "mean IT power that it asks for, by population of the cities"),
                    number("outside_price", "currency/MWh", positive, nil, "price at which half of it goes elsewhere"),
                    number("sensitivity", "MWh/currency", 1e-9...1e6, nil, "theta: how sharply it chooses by price"),
                    number("round_trip_limit", "ms", 0.1...1e6, 1e6, "longest round trip that it bears"),
                    number("trust_floor", "1", 0...1, 0, "least trust in the city"),
                    number("latency_cost", "currency/MWh", positive, 0, "worth of a round trip as long as the limit"),
                    number("trust_value", "currency/MWh", positive, 0, "worth of full trust"),
                ], hasIDs: true)
        ],
        rules: [{ $0.checkMarket() }],
        records: [(.compute, Records.computeMarket)])
}

extension World.Idleness {
    static let market = World.Idleness(
        "is read by the market for compute, which this world lacks", "write `allocation: market` in `compute`")
}

/// What the market for compute records of a year.
package struct ComputeMarketRecords: Sendable {
    package let computePrice = RecordedVariable(
        "compute_price", by: .city, "currency/MWh", "price of work at IT equipment in the market", .mean,
        in: .setting("compute", "allocation", is: "market"))
    package let computeElsewhere = RecordedVariable(
        "compute_elsewhere", "MWh", "work that the market's prices sent elsewhere", .sum,
        in: .setting("compute", "allocation", is: "market"))
    package let computeMarketGap = RecordedVariable(
        "compute_market_gap", "1", "largest excess of work over supply in the market, per all supply", .maximum,
        in: .setting("compute", "allocation", is: "market"))
}

extension WorldRules {
    /// A market needs work that chooses, and the hours whose prices it costs; work needs a market.
    func checkMarket() {
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
}

extension Records {
    package static let computeMarket = ComputeMarketRecords()
}
