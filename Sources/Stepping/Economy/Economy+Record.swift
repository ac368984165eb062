import WorldModel

extension Economy {
    /// Records the product in every world, and the rest where the world has an economy.
    func record(_ r: borrowing YearRecord, _ y: Year, _ e: EconomyYear) {
        let keys = Records.economy
        r.write(Records.product.grossProduct, e.grossProduct)
        guard isPresent else { return }
        r.write(keys.people, e.people)
        r.write(keys.productivity, e.productivity)
        r.write(keys.capital, e.capital)
        r.write(keys.warming, e.warming)
        r.write(keys.damageShare, e.damageShare)
        r.write(keys.damages, e.damages)
        r.write(keys.abatement, e.abatement)
        r.write(keys.abatementCost, e.abatementCost)
        r.write(keys.marginalAbatementCost, e.marginalCost)
        r.write(keys.carbonIntensity, e.intensity)
        r.write(keys.industryEmissions, e.emissions)
        r.write(keys.cumulativeCarbon, e.cumulativeCarbon)
        r.write(keys.netProduct, e.netProduct)
        r.write(keys.savingsRate, e.savingsRate)
        r.write(keys.investment, e.investment)
        r.write(keys.consumption, e.consumption)
        r.write(keys.consumptionPerPerson, e.consumptionPerPerson)
        r.write(keys.utility, e.utility)
        r.write(keys.welfare, e.welfare)
        r.write(keys.labourShare, e.labourShare)
        r.write(keys.capitalShare, e.capitalShare)
        r.write(keys.computeShare, e.computeShare)
        r.write(keys.wage, e.wage)
        r.write(keys.computeRent, e.computeRent)
        r.write(keys.computeLabour, e.computeLabour)
        r.write(keys.automatedShare, e.automatedShare)
        r.write(keys.automatableShare, e.automatableShare)
        r.write(keys.researchCompute, e.researchCompute)
        r.write(keys.software, e.software)
        r.write(keys.hardware, e.hardware)
        r.write(keys.carbonRevenue, e.carbonRevenue)
        let incomes = [e.incomes.households, e.incomes.city, e.incomes.state, e.incomes.abroad]
        r.write(keys.income) { incomes[$0] }
        r.write(keys.cityIncome) { y[cityIncome, $0] }
        r.write(keys.incomePerPerson) {
            quotient(y[cityIncome, $0], y[cities.people, $0])
        }
        r.write(keys.cityWealth) { y[cityWealth, $0] }
        guard cities.count > 0 else { return }
        r.write(keys.incomeGini, e.incomeGini)
        r.write(keys.wealthGini, e.wealthGini)
    }
}
