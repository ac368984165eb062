import Lanes

/// What the economy records of a year.
struct EconomyYear {
    var people = Lanes.zero
    var productivity = Lanes.zero
    var capital = Lanes.zero
    var warming = Lanes.zero
    var grossProduct = Lanes.zero
    var damageShare = Lanes.zero
    var damages = Lanes.zero
    var abatement = Lanes.zero
    var abatementCost = Lanes.zero
    var marginalCost = Lanes.zero
    var intensity = Lanes.zero
    /// CO2 of industry, tCO2/yr.
    var emissions = Lanes.zero
    var cumulativeCarbon = Lanes.zero
    var netProduct = Lanes.zero
    var savingsRate = Lanes.zero
    var investment = Lanes.zero
    var consumption = Lanes.zero
    var consumptionPerPerson = Lanes.zero
    var utility = Lanes.zero
    var welfare = Lanes.zero
    var labourShare = Lanes.zero
    var capitalShare = Lanes.zero
    var computeShare = Lanes.zero
    var wage = Lanes.zero
    var computeRent = Lanes.zero
    var computeLabour = Lanes.zero
    var automatableShare = Lanes.zero
    var automatedShare = Lanes.zero
    var researchCompute = Lanes.zero
    var software = Lanes.zero
    var hardware = Lanes.zero
    var carbonRevenue = Lanes.zero
    var incomes = Incomes()
    /// Inequality between people who each have the mean of their city.
    var incomeGini = Lanes.zero
    var wealthGini = Lanes.zero
}
