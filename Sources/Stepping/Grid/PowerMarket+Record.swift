import Lanes
import WorldModel

extension PowerMarket {
    /// Records what the cleared hours of the year come to.
    ///
    /// - Parameters:
    ///   - systemCost: operation, annuities of what was added, fixed cost, less heat sold, currency/yr.
    ///   - emissions: CO2 of power and of the economy, t.
    func record(_ r: borrowing YearRecord, _ y: Year, systemCost: Lanes, emissions: Lanes) {
        let (keys, detail) = (Records.grid, Records.gridDetail)
        r.write(Records.compute.computeServed) { y[sums.served, $0] }
        r.write(keys.load, y[sums.load])
        r.write(keys.peakLoad, y[sums.peak])
        r.write(keys.reserveMargin, y[sums.reserve])
        r.write(keys.generation) { y[sums.generation, $0] }
        r.write(detail.capacity) { carrier in
            var installed = Lanes.zero
            for g in generators.ofCarrier[carrier] { installed += y.unshocked(generators.power, g) }
            return installed
        }
        r.write(keys.unservedEnergy, y[sums.unserved])
        r.write(keys.curtailedEnergy, y[sums.curtailed])
        r.write(keys.flow) { y[sums.flow, $0] }
        r.write(keys.co2Emissions, emissions)
        r.write(detail.carrierEmissions) { y[sums.carrierEmitted, $0] }
        r.write(keys.systemCost, systemCost)
        r.write(keys.payments, y[sums.payments])
        r.write(keys.generationRevenue) { y[sums.revenue, $0] }
        r.write(keys.storageRevenue, y[sums.storageRevenue])
        r.write(keys.storageLosses, y[sums.storageLost])
        r.write(keys.congestionRent, y[sums.rent])
        r.write(detail.linkRent) { y[sums.linkRent, $0] }
        r.write(keys.electricityPrice) { meanPrice(places.busOfCity[$0], y) }
        r.write(detail.busPrice) { meanPrice($0, y) }
        r.write(detail.busRevenue) { y[sums.busRevenue, $0] }
        r.write(detail.busEmissions) { y[sums.busEmitted, $0] }
        r.write(detail.busUnserved) { y[sums.busUnserved, $0] }
        r.write(detail.optimalityGap, y[sums.gap])
        r.write(detail.unconvergedHours, y[sums.unconverged])
    }
}
