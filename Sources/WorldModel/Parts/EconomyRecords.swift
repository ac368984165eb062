/// The product of any world.
package struct ProductRecords: Sendable {
    package let grossProduct = RecordedVariable(
        "gross_product", "currency", "gross product, before damages and abatement", .sum)
}

/// What a world with an economy records beside its product.
package struct EconomyRecords: Sendable {
    package let people = RecordedVariable(
        "people", "person", "people of the economy, in the year", .mean, in: .section("economy"))
    package let productivity = RecordedVariable(
        "productivity", "1", "total factor productivity, in units of economy.productivity", .mean,
        in: .section("economy"))
    package let capital = RecordedVariable(
        "capital", "currency", "capital on 1 January", .point, in: .section("economy"))
    package let warming = RecordedVariable(
        "warming", "K", "warming that damages the year's product, on 1 January", .point, in: .section("economy"))
    package let damageShare = RecordedVariable(
        "damage_share", "1", "damages over the gross product", .mean, in: .section("economy"))
    package let damages = RecordedVariable(
        "damages", "currency", "product lost to warming", .sum, in: .section("economy"))
    package let abatement = RecordedVariable(
        "abatement", "1", "share of industry's CO2 that is avoided", .mean, in: .section("economy"))
    package let abatementCost = RecordedVariable(
        "abatement_cost", "currency", "product spent on avoiding CO2", .sum, in: .section("economy"))
    package let marginalAbatementCost = RecordedVariable(
        "marginal_abatement_cost", "currency/tCO2", "cost of the last tonne avoided", .mean, in: .section("economy"))
    package let carbonIntensity = RecordedVariable(
        "carbon_intensity", "kgCO2/currency", "CO2 of industry per product, were none avoided", .mean,
        in: .section("economy"))
    package let industryEmissions = RecordedVariable(
        "industry_emissions", "tCO2", "CO2 of the product outside power plants", .sum, in: .section("economy"))
    package let cumulativeCarbon = RecordedVariable(
        "cumulative_carbon", "GtC", "carbon of industry emitted before 1 January", .point, in: .section("economy"))
    package let netProduct = RecordedVariable(
        "net_product", "currency", "product after damages and abatement", .sum, in: .section("economy"))
    package let savingsRate = RecordedVariable(
        "savings_rate", "1", "share of income that is invested", .mean, in: .section("economy"))
    package let investment = RecordedVariable(
        "investment", "currency", "income that is invested", .sum, in: .section("economy"))
    package let consumption = RecordedVariable(
        "consumption", "currency", "income that is consumed", .sum, in: .section("economy"))
    package let consumptionPerPerson = RecordedVariable(
        "consumption_per_person", "currency/person", "consumption of a person", .mean, in: .section("economy"))
    package let utility = RecordedVariable(
        "utility", "1", "utility of a person's consumption, in thousands a year", .mean, in: .section("economy"))
    package let welfare = RecordedVariable(
        "welfare", "1", "discounted utility of all people of the years so far", .point, in: .section("economy"),
        countsCost: true)
    package let labourShare = RecordedVariable(
        "labour_share", "1", "wages over the product", .mean, in: .section("economy"))
    package let capitalShare = RecordedVariable(
        "capital_share", "1", "income of capital over the product", .mean, in: .section("economy"))
    package let computeShare = RecordedVariable(
        "compute_share", "1", "income of compute over the product", .mean, in: .section("economy"))
    package let wage = RecordedVariable(
        "wage", "currency/person", "marginal product of a person who works", .mean, in: .section("economy"))
    package let computeRent = RecordedVariable(
        "compute_rent", "currency/EFLOP", "marginal product of work done by compute", .mean, in: .section("economy"))
    package let computeLabour = RecordedVariable(
        "compute_labour", "person", "people whose work the world's compute could do", .mean, in: .section("economy"))
    package let automatedShare = RecordedVariable(
        "automated_share", "1", "share of tasks that compute can do", .mean, in: .section("economy"))
    package let software = RecordedVariable(
        "software", "1", "maturity of software, over that of the start", .mean, in: .section("economy"))
    package let hardware = RecordedVariable(
        "hardware", "1", "efficiency of new chips by research, over that of the start", .mean, in: .section("economy"))
    package let carbonRevenue = RecordedVariable(
        "carbon_revenue", "currency", "paid for CO2", .sum, in: .section("economy"))
    package let income = RecordedVariable(
        "income", by: .owner, "currency", "income after transfers", .sum, in: .section("economy"))
    package let cityIncome = RecordedVariable(
        "city_income", by: .city, "currency", "income after transfers of the city's households", .sum,
        in: .section("economy"))
    package let incomePerPerson = RecordedVariable(
        "income_per_person", by: .city, "currency/person", "the same, of a person", .mean, in: .section("economy"))
    package let cityWealth = RecordedVariable(
        "city_wealth", by: .city, "currency", "capital that the city's households own, on 1 January", .point,
        in: .section("economy"))
    package let incomeGini = RecordedVariable(
        "income_gini", "1", "Gini coefficient of income between people, each with the mean of the city", .mean,
        in: .citiesOfEconomy)
    package let wealthGini = RecordedVariable(
        "wealth_gini", "1", "Gini coefficient of capital between people, each with the mean of the city", .mean,
        in: .citiesOfEconomy)
    package let scc = RecordedVariable(
        "scc", by: .pulse, "currency/tCO2", "social cost of a tonne of CO2, of the years so far", .point,
        in: .section("economy"))
}
