/// The keys of what is recorded, by component.
package enum Records {
    package static let climate = ClimateRecords()
    package static let cities = CitiesRecords()
    package static let grid = GridRecords()
    package static let compute = ComputeRecords()
    package static let product = ProductRecords()
    package static let gridDetail = GridDetailRecords()
    package static let heat = HeatRecords()
    package static let computeMarket = ComputeMarketRecords()
    package static let contracts = ContractsRecords()
    package static let fleet = FleetRecords()
    package static let economy = EconomyRecords()
    package static let dice = DICERecords()

    /// All of them, in the order of a year's record.
    static let groups: [(component: Component, keys: any Sendable)] = [
        (.climate, climate), (.cities, cities), (.grid, grid), (.compute, compute), (.economy, product),
        (.grid, gridDetail), (.compute, heat), (.compute, computeMarket), (.contracts, contracts),
        (.compute, fleet), (.economy, economy), (.climate, dice),
    ]
}
