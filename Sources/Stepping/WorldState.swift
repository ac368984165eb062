import Lanes
import WorldModel

/// The memory of a bundle between two years: one block of lanes, cut into the columns of `StateLayout`.
///
/// Owned by one worker at a time; that is what makes it safe to send.
public final class WorldState: @unchecked Sendable {
    let column: Column

    init(count: Int) { column = Column(count: count) }

    func copyContents(of other: WorldState) {
        column.base.update(from: other.column.base, count: column.count)
    }
}

/// Where each column of a state lies.
///
/// Copying, saving, loading and comparing all walk `columns`.
struct StateLayout: Sendable {
    private(set) var columns: [(name: String, count: Int)] = []
    private(set) var count = 0

    /// The filtered forcing stands before the layers' temperatures: together they are one energy balance.
    let carbonPools, cumulativeEmissions, filteredForcing, temperature, normalTemperature: Int
    let weatherNoise: Int
    let population: Int
    let computeCapacity, computeStages, computeWaiting, computeShare: Int
    /// Of each vintage of chips, youngest first: IT power, work per second and price.
    let chipPower, chipWork, chipPrice: Int
    let storedEnergy, backlog, priceMean, priceSpread: Int
    let demandLevel, capital, productivity, people, intensity, industryCarbon, welfare, labourOfStart: Int
    /// The capital that the households of each city own, in units of all capital of the start.
    let cityWealth: Int
    let software, softwareResearch, hardware, hardwareResearch: Int
    let standingPower, initialPower, closedPower: Int
    let builtPower, orderedPower, margin, marginBefore: Int
    let rampedPower: Int
    /// Of each city in a market for compute: price of work and what it costs there, currency/MWh; share of IT power in use.
    let workPrice, workCost, workUse: Int
    /// The first column of the books.
    let books: Int
    /// The state of the world with each pulse of CO2, the pulse's cost so far, and a person's consumption in its year.
    let pulsedState, pulseCost, pulseConsumption: Int
    /// Elements of a state without those of pulses.
    let ordinary: Int
    /// Whether a day's first hour follows the last of the day before.
    let rampsFollow: Bool

    init(
        areas: Int, cities: Int, buses: Int, storageUnits: Int, sites: Int, plants: Int, ruled: Int, leadTime: Int,
        ramped: Int, marketCities: Int, books: [(name: String, count: Int)], pulses: Int
    ) {
        var columns: [(name: String, count: Int)] = []
        var next = 0
        func add(_ name: String, _ count: Int) -> Int {
            columns.append((name, count))
            next += count
            return next - count
        }
        carbonPools = add("carbon_pools", 4)
        cumulativeEmissions = add("cumulative_emissions", 1)
        filteredForcing = add("filtered_forcing", 1)
        temperature = add("layer_temperature", 3)
        normalTemperature = add("normal_temperature", 1)
        weatherNoise = add("weather_noise", areas)
        population = add("population", cities)
        computeCapacity = add("compute_capacity", sites)
        computeStages = add("compute_stages", conversionParts * sites * RecordedVariable.stages)
        computeWaiting = add("compute_waiting", conversionParts * sites)
        computeShare = add("compute_share_of_load", buses)
        storedEnergy = add("stored_energy", storageUnits)
        backlog = add("backlog", buses)
        priceMean = add("price_mean", 24 * buses)
        priceSpread = add("price_spread", buses)
        demandLevel = add("demand_level", 1)
        capital = add("capital", 1)
        productivity = add("productivity", 1)
        people = add("people", 1)
        intensity = add("carbon_intensity", 1)
        industryCarbon = add("industry_carbon", 1)
        welfare = add("welfare", 1)
        labourOfStart = add("labour_of_start", 1)
        cityWealth = add("city_wealth", cities)
        software = add("software", 1)
        softwareResearch = add("software_research", 1)
        hardware = add("hardware", hardwareMemory)
        hardwareResearch = add("hardware_research", 1)
        // Worlds without such rows have no such columns.
        func addIfAny(_ name: String, _ count: Int) -> Int { count > 0 ? add(name, count) : next }
        let vintages = sites > 0 ? chipVintages : 0
        chipPower = addIfAny("chip_power", vintages)
        chipWork = addIfAny("chip_work", vintages)
        chipPrice = addIfAny("chip_price", vintages)
        standingPower = addIfAny("standing_power", plants)
        initialPower = addIfAny("initial_power", plants)
        closedPower = addIfAny("closed_power", plants)
        builtPower = addIfAny("built_power", ruled)
        orderedPower = addIfAny("ordered_power", ruled * leadTime)
        margin = addIfAny("margin", ruled)
        marginBefore = addIfAny("margin_before", ruled)
        rampedPower = addIfAny("ramped_power", ramped)
        rampsFollow = ramped > 0
        workPrice = addIfAny("work_price", marketCities)
        workCost = addIfAny("work_cost", marketCities)
        workUse = addIfAny("work_use", marketCities)
        self.books = next
        for column in books { _ = add(column.name, column.count) }
        ordinary = next
        pulseCost = addIfAny("pulse_cost", pulses)
        pulseConsumption = addIfAny("pulse_consumption", pulses)
        pulsedState = addIfAny("pulsed_state", pulses * ordinary)
        self.columns = columns
        count = next
    }
}
