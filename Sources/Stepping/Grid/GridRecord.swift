import Lanes
import WorldModel

extension WorldKernel {
    /// Records what the cleared hours of the year come to.
    ///
    /// - Parameters:
    ///   - annuities: of what levers added, currency/yr.
    ///   - heat: that data centres sold, MWh.
    func recordGrid(_ r: borrowing YearRecord, annuities: Lanes, heat: Lanes, _ w: YearWorkspace) {
        let (keys, detail) = (Records.grid, Records.gridDetail)
        let (sums, t) = (w.totals.base, totals)
        r.write(keys.load, sums[t.load])
        r.write(keys.peakLoad, sums[t.peak])
        r.write(keys.reserveMargin, sums[t.reserve])
        r.write(keys.generation) { sums[t.generation + $0] }
        r.write(detail.capacity) { carrier in
            var installed = Lanes.zero
            for g in generatorsOfCarrier[carrier] { installed += calmValue(slots.generatorPower + g, w) }
            return installed
        }
        r.write(keys.unservedEnergy, sums[t.unserved])
        r.write(keys.curtailedEnergy, sums[t.curtailed])
        r.write(keys.flow) { sums[t.flow + $0] }
        r.write(keys.co2Emissions, sums[t.emitted] + w.economy.emissions)
        r.write(detail.carrierEmissions) { sums[t.carrierEmitted + $0] }
        r.write(keys.systemCost, sums[t.operation] + annuities - heat * w.parameters.base[slots.heatPrice])
        r.write(keys.payments, sums[t.payments])
        r.write(keys.generationRevenue) { sums[t.revenue + $0] }
        r.write(keys.storageRevenue, sums[t.storageRevenue])
        r.write(keys.storageLosses, sums[t.storageLost])
        r.write(keys.congestionRent, sums[t.rent])
        r.write(detail.linkRent) { sums[t.linkRent + $0] }
        r.write(keys.electricityPrice) { meanPrice(busOfCity[$0], w) }
        r.write(detail.busPrice) { meanPrice($0, w) }
        r.write(detail.busRevenue) { sums[t.busRevenue + $0] }
        r.write(detail.busEmissions) { sums[t.busEmitted + $0] }
        r.write(detail.busUnserved) { sums[t.busUnserved + $0] }
        r.write(detail.optimalityGap, sums[t.gap])
        r.write(detail.unconvergedHours, sums[t.unconverged])
    }
}
