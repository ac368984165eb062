/// What the power system comes to in a year.
package struct GridRecords: Sendable {
    package let load = RecordedVariable("load", "MWh", "electricity consumed, shedding included, losses excluded", .sum)
    package let peakLoad = RecordedVariable("peak_load", "MW", "largest load of the 8760 hours", .maximum)
    package let reserveMargin = RecordedVariable(
        "reserve_margin", "1", "least of 8760 hours, over areas and all: power that can be had over load, less 1",
        .minimum)
    package let generation = RecordedVariable("generation", by: .carrier, "MWh", "electricity generated", .sum)
    package let unservedEnergy = RecordedVariable(
        "unserved_energy", "MWh", "load that was not served", .sum, resolvedBy: "bus_unserved")
    package let curtailedEnergy = RecordedVariable(
        "curtailed_energy", "MWh", "output available at no fuel, or spilled, that was not used", .sum)
    package let electricityPrice = RecordedVariable(
        "electricity_price", by: .city, "currency/MWh", "load-weighted price at the city's bus", .mean)
    package let flow = RecordedVariable("flow", by: .link, "MWh", "energy sent from bus0 to bus1, net", .sum)
    package let co2Emissions = RecordedVariable(
        "co2_emissions", "tCO2", "CO2 of generation and industry", .sum, resolvedBy: "carrier_emissions")
    package let systemCost = RecordedVariable(
        "system_cost", "currency", "operation, fixed costs, annuities, lost load; less heat sold", .sum,
        countsCost: true)
    package let payments = RecordedVariable(
        "payments", "currency", "paid for load that was served and for what was spilled", .sum, countsCost: true)
    package let generationRevenue = RecordedVariable(
        "generation_revenue", by: .carrier, "currency", "paid to generators", .sum)
    package let storageRevenue = RecordedVariable(
        "storage_revenue", "currency", "paid to stores less what they paid", .sum)
    package let congestionRent = RecordedVariable(
        "congestion_rent", "currency", "price where flows arrive less price where they leave", .sum,
        resolvedBy: "link_rent")
}

/// How well the hours were cleared, and what the power system comes to by bus, carrier and link.
package struct GridDetailRecords: Sendable {
    package let optimalityGap = RecordedVariable(
        "optimality_gap", "1", "largest certified gap of the cleared hours", .maximum, isDiagnostic: true)
    package let unconvergedHours = RecordedVariable(
        "unconverged_hours", "1", "cleared hours whose gap is above 1e-6", .sum, isDiagnostic: true)
    package let busPrice = RecordedVariable(
        "bus_price", by: .bus, "currency/MWh", "load-weighted price at the bus", .mean)
    package let busRevenue = RecordedVariable(
        "bus_revenue", by: .bus, "currency", "paid to generators at the bus", .sum)
    package let busEmissions = RecordedVariable("bus_emissions", by: .bus, "tCO2", "CO2 of generation at the bus", .sum)
    package let busUnserved = RecordedVariable(
        "bus_unserved", by: .bus, "MWh", "load at the bus that was not served", .sum)
    package let carrierEmissions = RecordedVariable(
        "carrier_emissions", by: .carrier, "tCO2", "CO2 of generation of the carrier", .sum)
    package let capacity = RecordedVariable(
        "capacity", by: .carrier, "MW", "power of generators installed on 31 December, without shocks", .point)
    package let linkRent = RecordedVariable(
        "link_rent", by: .link, "currency", "price where the flow arrives less price where it leaves", .sum)
}
