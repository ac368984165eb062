import Lanes
import WorldModel

/// The market in which classes of work choose the cities where they run; worlds that allot work by capacity have none.
final class ComputeMarket: Sendable {
    let places: Places
    let classes: Int
    /// Round trips from city to city, ms.
    let roundTrips: [Double]
    let trust, demand, outsidePrice, sensitivity, roundTripLimit, trustFloor, latencyCost, trustValue: Parameter
    let utilisation, operationCost, supplyRamp: Parameter
    /// Of each city: price of work and what it costs there, currency/MWh; share of IT power in use.
    let price, cost, use: StateColumn

    init?(_ plan: inout KernelPlan, _ places: Places) {
        guard plan.world.hasComputeMarket else { return nil }
        self.places = places
        classes = plan.world.table("work").ids.count
        let at = places.cityPlaces
        roundTrips = at.flatMap { from in
            at.map { to in roundTrip(kilometres: lanes(greatCircle(from, to)))[0] }
        }
        trust = plan.column("cities", "trust")
        demand = plan.column("work", "demand")
        outsidePrice = plan.column("work", "outside_price")
        sensitivity = plan.column("work", "sensitivity")
        roundTripLimit = plan.column("work", "round_trip_limit")
        trustFloor = plan.column("work", "trust_floor")
        latencyCost = plan.column("work", "latency_cost")
        trustValue = plan.column("work", "trust_value")
        utilisation = plan.number("compute", "utilisation")
        operationCost = plan.number("compute", "operation_cost")
        supplyRamp = plan.number("compute", "supply_ramp")
        price = plan.stateIfAny("work_price", places.cities)
        cost = plan.stateIfAny("work_cost", places.cities, isLearned: true)
        use = plan.stateIfAny("work_use", places.cities)
    }

    /// Scratch memory of a worker.
    func makeMarket(_ sites: Sites) -> InformationMarket {
        InformationMarket(cities: places.cities, classes: classes, cityOfBlock: sites.cityOf)
    }

    /// What is believed of work before it has a price: nothing is known of costs, and all IT power is in use.
    func start(_ y: Year) {
        for city in 0..<places.cities { y[use, city] = y[utilisation] }
    }

    /// Lets the classes of work choose cities, at last year's prices of power: sets price and use of every city.
    ///
    /// Money is counted in thirds of the dearest outside price, so that prices are of the order of one whatever the
    /// currency. Lanes that the search leaves unsolved keep last year's prices, and `compute_market_gap` tells.
    func allot(_ y: Year, sites: Sites, people: Cities) {
        guard let market = y.workspace.computeMarket else { return }
        var unit = lanes(1e-9)
        for k in 0..<classes { unit = maximum(unit, y[outsidePrice, k] / 3) }
        setSupply(market, y, sites: sites, unit: unit)
        setDemand(market, y, sites: sites, people: people, unit: unit)
        market.startAtCost()
        for city in 0..<places.cities {
            let before = y[price, city] / unit
            market.price.base[city] = select(before .> .zero, before, market.price.base[city])
        }
        market.solve()
        for city in 0..<places.cities {
            let share = y[utilisation] * quotient(market.supply.base[city], supply(of: city, sites, market))
            y[use, city] = select(market.unconverged, y[use, city], share)
            y[price, city] = select(market.unconverged, y[price, city], market.price.base[city] * unit)
        }
    }

    private func setSupply(_ market: InformationMarket, _ y: Year, sites: Sites, unit: Lanes) {
        for (site, city) in sites.cityOf.enumerated() {
            market.quantity.base[site] = y[sites.capacity, site] * y[utilisation] * 8760
            market.cost.base[site] = (y[cost, city] + y[operationCost]) / unit
        }
        market.width = y[supplyRamp] / unit
    }

    private func setDemand(_ market: InformationMarket, _ y: Year, sites: Sites, people: Cities, unit: Lanes) {
        let cities = places.cities
        var capacity = Lanes.zero
        for site in sites.cityOf.indices { capacity += market.quantity.base[site] }
        let all = people.sum(y)
        for k in 0..<classes {
            let theta = y[sensitivity, k] * unit
            market.sensitivity.base[k] = theta
            market.outsidePrice.base[k] = y[outsidePrice, k] / unit
            for i in 0..<cities {
                market.demand.base[k * cities + i] = y[demand, k] * 8760 * quotient(y[people.people, i], all)
                for j in 0..<cities {
                    market.weight.base[(k * cities + i) * cities + j] = attraction(
                        capacityShare: quotient(supply(of: j, sites, market), capacity),
                        roundTrip: lanes(roundTrips[i * cities + j]), limit: y[roundTripLimit, k],
                        trust: y[trust, j], floor: y[trustFloor, k], theta: theta,
                        latencyCost: y[latencyCost, k] / unit, trustValue: y[trustValue, k] / unit)
                }
            }
        }
    }

    /// Work that a city's sites could do in the year, MWh.
    private func supply(of city: Int, _ sites: Sites, _ market: InformationMarket) -> Lanes {
        var most = Lanes.zero
        for site in sites.ofCity[city] { most += market.quantity.base[site] }
        return most
    }

    /// Keeps what the power of work cost this year in each city, currency per MWh at IT equipment.
    func learnCosts(_ y: Year, power: PowerMarket, demand: PowerDemand) {
        for city in 0..<places.cities {
            y[cost, city] = power.meanPrice(places.busOfCity[city], y) * y[demand.cityPUE, city]
        }
    }

    /// What a MW of compute costs in a year, by the mean price of work, currency/MW/yr.
    func yearlyPrice(_ y: Year) -> Lanes {
        guard let market = y.workspace.computeMarket else { return .zero }
        var (worth, work) = (Lanes.zero, Lanes.zero)
        for city in 0..<places.cities {
            worth += market.supply.base[city] * y[price, city]
            work += market.supply.base[city]
        }
        return 8760 * quotient(worth, work)
    }

    /// Records prices of work, and what went elsewhere.
    func record(_ r: borrowing YearRecord, _ y: Year) {
        guard let market = y.workspace.computeMarket else { return }
        let keys = Records.computeMarket
        r.write(keys.computePrice) { y[price, $0] }
        var elsewhere = Lanes.zero
        for row in 0..<(classes * places.cities) { elsewhere += market.outside.base[row] }
        r.write(keys.computeElsewhere, elsewhere)
        r.write(keys.computeMarketGap, market.residual)
    }
}
