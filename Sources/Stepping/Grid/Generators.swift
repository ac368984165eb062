import Lanes
import WorldModel

/// Generators: where they stand, what they burn, what they cost and what they can give.
final class Generators: Sendable {
    let count: Int
    let places: Places
    let weather: Weather
    let busOf, carrierOf: [Int]
    let ofCarrier: [[Int]]
    let weatherOf: [Weather.Kind]
    /// Generators whose output changes from hour to hour within limits, where days are cleared.
    let ramped: [Int]
    let profileOf: [Int]
    private let profileOfMinimum: [Int]
    private let hasEconomy: Bool

    let power, minimumPerUnit, maximumPerUnit, efficiency, marginalCost, quadraticCost, bidAdder: Parameter
    let rampUp, rampDown, fuelCost, carbonContent, carbonPrice: Parameter
    /// What the day allows at most, MW.
    private let dayUpper: ScratchColumn

    init(_ plan: inout KernelPlan, weather: Weather, shapes: ShapeBook, clearsDays: Bool) {
        let world = plan.world
        let table = world.table("generators")
        let places = weather.places
        let carriers = world.table("carriers")
        let busOf = table.rows("bus")
        let carrierOf = table.rows("carrier")
        let areas = busOf.map { places.areaOfBus[$0] }
        let kinds = carriers.text("weather").map { ["sun": Weather.Kind.sun, "wind": .wind][$0] ?? .none }
        count = table.ids.count
        self.places = places
        self.weather = weather
        self.busOf = busOf
        self.carrierOf = carrierOf
        ofCarrier = carriers.ids.indices.map { carrier in carrierOf.indices.filter { carrierOf[$0] == carrier } }
        weatherOf = carrierOf.map { kinds[$0] }
        profileOf = shapes.rows(table, "p_max_pu", profiles: "profile", areas: areas)
        profileOfMinimum = shapes.rows(table, "p_min_pu", profiles: nil, areas: areas)
        hasEconomy = world.hasSection("economy")
        power = plan.column("generators", "p_nom")
        minimumPerUnit = plan.column("generators", "p_min_pu")
        maximumPerUnit = plan.column("generators", "p_max_pu")
        efficiency = plan.column("generators", "efficiency")
        marginalCost = plan.column("generators", "marginal_cost")
        quadraticCost = plan.column("generators", "marginal_cost_quadratic")
        bidAdder = plan.column("generators", "bid_adder")
        let limits = (
            up: plan.column("generators", "ramp_limit_up"), down: plan.column("generators", "ramp_limit_down")
        )
        (rampUp, rampDown) = limits
        fuelCost = plan.column("carriers", "fuel_cost")
        carbonContent = plan.column("carriers", "co2_emissions")
        carbonPrice = plan.number("economy", "carbon_price")
        ramped = (0..<count).filter { g in
            clearsDays && (plan.isGiven(limits.up, g) || plan.isGiven(limits.down, g))
        }
        dayUpper = plan.scratch(count)
    }

    /// Fuel and other cost of a generator per MWh at no output: fuel_cost / efficiency + marginal_cost.
    @inline(__always)
    func linearCost(_ g: Int, _ y: Year) -> Lanes {
        y[fuelCost, carrierOf[g]] / y[efficiency, g] + y[marginalCost, g]
    }

    /// What a generator pays for its CO2 per MWh; a transfer, so that it is bid and is no cost of the system.
    @inline(__always)
    func carbonCost(_ g: Int, _ y: Year) -> Lanes {
        hasEconomy ? y[carbonPrice] * y[carbonContent, carrierOf[g]] / y[efficiency, g] : .zero
    }

    /// CO2 of a MWh, t.
    @inline(__always)
    func emissions(of energy: Lanes, _ g: Int, _ y: Year) -> Lanes {
        energy * y[carbonContent, carrierOf[g]] / y[efficiency, g]
    }

    /// What a generator could give on a day before its profile, MW.
    @inline(__always)
    func prepare(_ g: Int, day: Int, _ y: Year) -> Lanes {
        var available = y[power, g] * y[maximumPerUnit, g]
        if let factor = weather.factor(weatherOf[g], day: day, area: places.areaOfBus[busOf[g]], y) {
            available *= factor
        }
        y[dayUpper, g] = available
        return available
    }

    /// The least and most output of a generator in an hour of a prepared day, MW.
    ///
    /// A windy day multiplies the month's mean, but not beyond the machine.
    @inline(__always)
    func limits(_ g: Int, day: Int, hour: Int, _ y: Year) -> (least: Lanes, most: Lanes) {
        let offset = day * 24 + hour
        let most = available(
            y[dayUpper, g] * y.shapes[profileOf[g] + offset], weatherOf[g], machine: y[power, g])
        let share = y[minimumPerUnit, g] * y.shapes[profileOfMinimum[g] + offset]
        return (minimum(y[power, g] * share, most), most)
    }

    /// What can be had of a power: nothing below zero, and where the weather moves it no more than the machine.
    @inline(__always)
    func available(_ power: Lanes, _ kind: Weather.Kind, machine: Lanes) -> Lanes {
        let most = maximum(power, .zero)
        return kind == .none ? most : minimum(most, machine)
    }
}
