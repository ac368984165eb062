import Lanes
import WorldModel

extension WorldKernel {
    /// What is believed of work before it has a price: nothing is known of costs, and all IT power is in use.
    func startWork(_ state: WorldState, _ w: YearWorkspace) {
        guard hasComputeMarket else { return }
        for city in busOfCity.indices {
            state.column.base[layout.workUse + city] = w.parameters.base[slots.utilisation]
        }
    }

    /// Lets the classes of work choose cities, at last year's prices of power: sets price and use of every city.
    ///
    /// Money is counted in thirds of the dearest outside price, so that prices are of the order of one whatever the
    /// currency. Lanes that the search leaves unsolved keep last year's prices, and `compute_market_gap` tells.
    func allotWork(_ state: WorldState, _ w: YearWorkspace) {
        guard let market = w.computeMarket else { return }
        let P = w.parameters.base
        let S = state.column.base
        let cities = busOfCity.count
        var unit = lanes(1e-9)
        for k in 0..<workClasses { unit = maximum(unit, P[slots.workOutside + k] / 3) }
        var capacity = Lanes.zero
        for (site, city) in cityOfSite.enumerated() {
            let most = S[layout.computeCapacity + site] * P[slots.utilisation] * 8760
            market.quantity.base[site] = most
            market.cost.base[site] = (S[layout.workCost + city] + P[slots.operationCost]) / unit
            capacity += most
        }
        market.width = P[slots.supplyRamp] / unit
        var people = Lanes.zero
        for city in 0..<cities { people += S[layout.population + city] }
        for k in 0..<workClasses {
            let theta = P[slots.workSensitivity + k] * unit
            market.sensitivity.base[k] = theta
            market.outsidePrice.base[k] = P[slots.workOutside + k] / unit
            for i in 0..<cities {
                market.demand.base[k * cities + i] =
                    P[slots.workDemand + k] * 8760 * quotient(S[layout.population + i], people)
                for j in 0..<cities {
                    var most = Lanes.zero
                    for site in sitesOfCity[j] { most += market.quantity.base[site] }
                    market.weight.base[(k * cities + i) * cities + j] = attraction(
                        capacityShare: quotient(most, capacity), roundTrip: lanes(roundTrips[i * cities + j]),
                        limit: P[slots.workLimit + k], trust: P[slots.cityTrust + j], floor: P[slots.workTrust + k],
                        mismatch: .zero, theta: theta, latencyCost: P[slots.workLatency + k] / unit,
                        trustValue: P[slots.workTrustValue + k] / unit, mismatchCost: .zero)
                }
            }
        }
        market.startAtCost()
        for city in 0..<cities {
            let before = S[layout.workPrice + city] / unit
            market.price.base[city] = select(before .> .zero, before, market.price.base[city])
        }
        market.solve()
        for city in 0..<cities {
            var most = Lanes.zero
            for site in sitesOfCity[city] { most += market.quantity.base[site] }
            let use = P[slots.utilisation] * quotient(market.supply.base[city], most)
            S[layout.workUse + city] = select(market.unconverged, S[layout.workUse + city], use)
            S[layout.workPrice + city] = select(
                market.unconverged, S[layout.workPrice + city], market.price.base[city] * unit)
        }
    }

    /// What the power of work cost this year in each city, currency per MWh at IT equipment.
    func learnWorkCosts(_ state: WorldState, _ w: YearWorkspace) {
        guard hasComputeMarket else { return }
        for city in busOfCity.indices {
            state.column.base[layout.workCost + city] = meanPrice(busOfCity[city], w) * w.cityPUE.base[city]
        }
    }

    /// Records the market for compute, where there is one.
    func recordComputeMarket(_ r: borrowing YearRecord, _ state: WorldState, _ w: YearWorkspace) {
        guard let market = w.computeMarket else { return }
        let keys = Records.computeMarket
        r.write(keys.computePrice) { state.column.base[layout.workPrice + $0] }
        var elsewhere = Lanes.zero
        for row in 0..<(workClasses * busOfCity.count) { elsewhere += market.outside.base[row] }
        r.write(keys.computeElsewhere, elsewhere)
        r.write(keys.computeMarketGap, market.residual)
    }
}
