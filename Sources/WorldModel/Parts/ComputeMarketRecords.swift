/// What the market for compute records of a year.
package struct ComputeMarketRecords: Sendable {
    package let computePrice = RecordedVariable(
        "compute_price", by: .city, "currency/MWh", "price of work at IT equipment in the market", .mean,
        in: .computeMarket)
    package let computeElsewhere = RecordedVariable(
        "compute_elsewhere", "MWh", "work that the market's prices sent elsewhere", .sum, in: .computeMarket)
    package let computeMarketGap = RecordedVariable(
        "compute_market_gap", "1", "largest excess of work over supply in the market, per all supply", .maximum,
        in: .computeMarket)
}
