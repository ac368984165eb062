import Lanes
import WorldModel

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
    var automatedShare = Lanes.zero
    var software = Lanes.zero
    var hardware = Lanes.zero
    var carbonRevenue = Lanes.zero
    var incomes = Incomes()
    /// Inequality between people who each have the mean of their city.
    var incomeGini = Lanes.zero
    var wealthGini = Lanes.zero
}

extension WorldKernel {
    /// Seconds of a year of 365 days.
    private static let secondsPerYear = 8760.0 * 3600

    /// Sets what the economy remembers: everything is one at the start, and effective labour what it is then.
    func startEconomy(_ state: WorldState, _ w: YearWorkspace) {
        let P = w.parameters.base
        let S = state.column.base
        let one = lanes(1)
        for place in [layout.demandLevel, layout.capital, layout.productivity, layout.people, layout.intensity] {
            S[place] = one
        }
        startWealth(state, w)
        S[layout.software] = one
        for k in 0..<hardwareMemory { S[layout.hardware + k] = one }
        S[layout.softwareResearch] = 1 / P[slots.economy.softwareShare]
        S[layout.hardwareResearch] = 1 / P[slots.economy.hardwareShare]
        guard hasEconomy else { return }
        var standing = Lanes.zero
        for site in cityOfSite.indices where hasCompute { standing += P[slots.siteCapacity + site] }
        let work =
            standing * P[slots.utilisation] * P[slots.chipEfficiency] * (1e6 * WorldKernel.secondsPerYear)
        let compute = computeLabour(work: work, state, year: world.start, w)
        S[layout.labourOfStart] =
            effectiveLabour(
                labour: lanes(workersOfStart), compute: compute.labour, automated: compute.automated,
                exponent: 1 - 1 / P[slots.economy.taskElasticity]
            ).amount
    }

    /// What a year's useful work of compute amounts to: persons whose work it could do, and the tasks that it can.
    ///
    ///     X = (1 - training share) s W / (seconds of a year x runtime)
    ///     f of a training run of s (frontier (1 + g)^t + training share W), of which W is the world's own part
    ///
    /// W = Σ over sites of power / PUE x utilisation x FLOP/J over the year, s = maturity of software.
    private func computeLabour(
        work W: Lanes, _ state: WorldState, year: Int, _ w: YearWorkspace
    ) -> (labour: Lanes, automated: Lanes) {
        let P = w.parameters.base
        let E = slots.economy
        let s = state.column.base[layout.software]
        let training = P[slots.trainingShare]
        let frontier = P[E.frontier] * power(1 + P[E.frontierGrowth] / 100, lanes(Double(year - world.start)))
        let automated = automatedShare(
            training: s * (frontier + training * W), full: P[E.automationTraining], gap: P[E.automationGap])
        return ((1 - training) * s * W / (WorldKernel.secondsPerYear * P[E.runtime]), automated)
    }

    /// Useful work that compute did in the year, FLOP.
    func workDone(_ state: WorldState, _ w: YearWorkspace) -> Lanes {
        var served = Lanes.zero
        for city in busOfCity.indices { served += w.totals.base[totals.served + city] }
        return served * 3.6e9 * fleetEfficiency(state, w)
    }

    /// Makes the year's product, shares it out, and carries capital, productivity and what they need to the next step.
    ///
    ///     Y = Y_0 production(A, K, H(L, X));  net = Y (1 - D(T) - abatement);  I = s (net - abroad);  C = net - abroad - I
    ///
    /// Everything inside is relative to the product of the start, so that a world without one has none. Called once a year;
    /// never inlined, so that profiles show it.
    @inline(never)
    func stepEconomy(_ state: WorldState, year: Int, _ w: YearWorkspace) {
        let P = w.parameters.base
        let S = state.column.base
        var productOfStart = Lanes.zero
        for city in busOfCity.indices { productOfStart += P[slots.grossProduct + city] }
        guard hasEconomy else {
            w.economy = EconomyYear(grossProduct: productOfStart)
            return
        }
        let E = slots.economy
        if hasOwnProduct { productOfStart += P[E.grossProduct] }
        let years = Double(year - world.start)
        let n = world.step
        var y = EconomyYear()

        y.people = people(state, w)
        let workers = self.workers(state, w)
        let work = hasCompute ? workDone(state, w) : .zero
        let compute = computeLabour(work: work, state, year: year, w)
        let labour = effectiveLabour(
            labour: workers, compute: compute.labour, automated: compute.automated,
            exponent: 1 - 1 / P[E.taskElasticity])
        let made = production(
            productivity: S[layout.productivity] * P[E.productivity] / sorted.values[E.productivity],
            capital: S[layout.capital], labour: labour.amount / S[layout.labourOfStart],
            capitalShare: P[E.capitalShare], elasticity: P[E.elasticity])
        let product = made.product

        y.warming = S[layout.temperature]
        y.damageShare = damageShare(
            warming: y.warming, linear: P[E.damageLinear], scale: P[E.damageScale], exponent: P[E.damageExponent])
        let backstop = backstopPrice(start: P[E.backstop], decline: P[E.backstopDecline], steps: years / Double(n))
        let theta = P[E.abatementExponent]
        let wanted = abatementControl.value(
            in: year, P + E.controlledAbatement, or: P[E.abatement])
        y.abatement = maximum(wanted, abatement(atPrice: P[E.carbonPrice], backstop: backstop, exponent: theta))
        y.intensity = P[E.intensity] * S[layout.intensity]
        let abatementShare = abatementCostShare(
            backstop: backstop, intensity: y.intensity, abatement: y.abatement, exponent: theta)
        y.marginalCost = marginalAbatementCost(backstop: backstop, abatement: y.abatement, exponent: theta)
        let net = product - product * y.damageShare - product * abatementShare

        y.grossProduct = productOfStart * product
        y.damages = y.grossProduct * y.damageShare
        y.abatementCost = y.grossProduct * abatementShare
        y.netProduct = productOfStart * net
        y.emissions = y.grossProduct * y.intensity * (1 - y.abatement) * 1e-3

        y.capitalShare = made.capitalShare
        y.computeShare = (1 - made.capitalShare) * labour.computeShare
        y.labourShare = 1 - made.capitalShare - y.computeShare
        y.wage = y.labourShare * y.netProduct / maximum(workers, lanes(1e-300))
        y.computeRent = select(
            work .> .zero, y.computeShare * y.netProduct / maximum(work * 1e-18, lanes(1e-300)), .zero)
        y.carbonRevenue = P[E.carbonPrice] * (w.totals.base[totals.emitted] + y.emissions)
        y.incomes = shareOut(
            product: y.netProduct, compute: y.computeShare * y.netProduct,
            shares: (P[E.households], P[E.city], P[E.state], P[E.abroad]), carbonRevenue: y.carbonRevenue,
            transferShare: P[E.transferShare])

        y.savingsRate = savingsControl.value(in: year, P + E.controlledSavings, or: P[E.savingsRate])
        let ownership = P[E.households] + P[E.city] + P[E.state] + P[E.abroad]
        let kept = net - net * y.computeShare * P[E.abroad] / maximum(ownership, lanes(1e-300))
        let invested = y.savingsRate * kept
        y.investment = productOfStart * invested
        y.consumption = productOfStart * kept - y.investment
        y.consumptionPerPerson = y.consumption / maximum(y.people, lanes(1e-300))
        y.utility = utility(consumption: y.consumptionPerPerson * 1e-3, marginalUtility: P[E.marginalUtility])
        S[layout.welfare] +=
            Double(n) * P[E.utilityScale] * y.utility * (y.people * 1e-6)
            * preference(P[E.timePreference], years: years)
        y.welfare = P[E.utilityOffset] + S[layout.welfare]

        let ratio =
            hasOwnCapital ? P[E.capital] / maximum(productOfStart, lanes(1e-300)) : P[E.capitalOutputRatio]
        y.capital = S[layout.capital] * ratio * productOfStart
        y.productivity = S[layout.productivity] * P[E.productivity]
        y.cumulativeCarbon = P[E.cumulativeCarbon] + S[layout.industryCarbon]
        (y.computeLabour, y.automatedShare) = (compute.labour, compute.automated)
        (y.software, y.hardware) = (S[layout.software], S[layout.hardware])
        w.economy = y

        shareAmongCities(state, capitalIncome: y.capitalShare * y.netProduct, w)
        for city in busOfCity.indices {
            let saved = invested / ratio * quotient(w.cityIncome.base[city], y.incomes.households)
            S[layout.cityWealth + city] = nextCapital(
                S[layout.cityWealth + city], depreciation: P[E.depreciation], investment: saved, years: n)
        }
        S[layout.capital] = nextCapital(
            S[layout.capital], depreciation: P[E.depreciation], investment: invested / ratio, years: n)
        S[layout.industryCarbon] += Double(n) * y.emissions * (1e-9 / DICEClimate.carbonDioxidePerCarbon)
        advanceByThemselves(state, product: product, years: years, w)
    }

    /// Gives the capital of the start to the households of cities by their product, else by people.
    private func startWealth(_ state: WorldState, _ w: YearWorkspace) {
        let P = w.parameters.base
        var (product, people) = (Lanes.zero, Lanes.zero)
        for city in busOfCity.indices {
            product += P[slots.grossProduct + city]
            people += P[slots.cityPopulation + city]
        }
        for city in busOfCity.indices {
            state.column.base[layout.cityWealth + city] = select(
                product .> .zero, quotient(P[slots.grossProduct + city], product),
                quotient(P[slots.cityPopulation + city], people))
        }
    }

    /// Shares the households' income out to the cities that they live in, and measures how unequal it is.
    private func shareAmongCities(_ state: WorldState, capitalIncome: Lanes, _ w: YearWorkspace) {
        guard !busOfCity.isEmpty else { return }
        let (P, S) = (w.parameters.base, state.column.base)
        let cities = busOfCity.count
        cityIncomes(
            w.cityIncome.base, count: cities, households: w.economy.incomes.households,
            labour: w.economy.labourShare * w.economy.netProduct, capital: capitalIncome,
            people: S + layout.population, jobs: P + slots.jobs, wage: P + slots.wage, wealth: S + layout.cityWealth)
        for city in 0..<cities {
            w.cityWealth.base[city] = w.economy.capital * quotient(S[layout.cityWealth + city], S[layout.capital])
        }
        w.economy.incomeGini = gini(w.cityIncome.base, people: S + layout.population, count: cities)
        w.economy.wealthGini = gini(w.cityWealth.base, people: S + layout.population, count: cities)
    }

    /// Carries what grows by itself, and what research finds, to the next step.
    private func advanceByThemselves(_ state: WorldState, product: Lanes, years: Double, _ w: YearWorkspace) {
        let P = w.parameters.base
        let S = state.column.base
        let E = slots.economy
        let n = world.step
        S[layout.productivity] = nextProductivity(
            S[layout.productivity], growth: P[E.productivityGrowth], gain: P[E.productivityGain],
            decline: P[E.productivityDecline], yearsSinceStart: years, years: n)
        S[layout.intensity] = nextIntensity(
            S[layout.intensity], growth: P[E.intensityGrowth], slowing: P[E.intensitySlowing],
            yearsSinceStart: years, years: n)
        if hasOwnPeople {
            S[layout.people] = nextPeople(
                S[layout.people], limit: P[E.populationLimit] / P[E.population], approach: P[E.populationApproach])
        }
        S[layout.demandLevel] *= 1 + P[E.demandGrowth] / 100
        advanceProgress(
            level: &S[layout.software], stock: &S[layout.softwareResearch],
            research: product * power(1 + P[E.softwareGrowth] / 100, lanes(years)), exponent: P[E.researchExponent],
            returns: P[E.softwareReturns], ceiling: P[E.softwareCeiling], years: Double(n))
        var hardware = S[layout.hardware]
        advanceProgress(
            level: &hardware, stock: &S[layout.hardwareResearch],
            research: product * power(1 + P[E.hardwareGrowth] / 100, lanes(years)), exponent: P[E.researchExponent],
            returns: P[E.hardwareReturns], ceiling: P[E.hardwareCeiling], years: Double(n))
        remember(hardware, in: S + layout.hardware)
    }

    /// People of the economy: those of the cities, or its own.
    private func people(_ state: WorldState, _ w: YearWorkspace) -> Lanes {
        if hasOwnPeople { return w.parameters.base[slots.economy.population] * state.column.base[layout.people] }
        if busOfCity.isEmpty { return lanes(1) }
        var people = Lanes.zero
        for city in busOfCity.indices { people += state.column.base[layout.population + city] }
        return people
    }

    /// People who work: in cities those with jobs, elsewhere all.
    private func workers(_ state: WorldState, _ w: YearWorkspace) -> Lanes {
        if busOfCity.isEmpty { return people(state, w) }
        var workers = Lanes.zero
        for city in busOfCity.indices {
            workers += state.column.base[layout.population + city] * w.parameters.base[slots.jobs + city]
        }
        return workers
    }

    /// People who work on the first day, as the tables have it: the product of the start is theirs.
    private var workersOfStart: Double {
        if busOfCity.isEmpty { return hasOwnPeople ? sorted.values[slots.economy.population] : 1 }
        var workers = 0.0
        for city in busOfCity.indices {
            workers += sorted.values[slots.cityPopulation + city] * sorted.values[slots.jobs + city]
        }
        return workers > 0 ? workers : 1
    }

    /// Records the product in every world, and the rest where the world has an economy.
    func recordEconomy(_ r: borrowing YearRecord, _ state: WorldState, _ w: YearWorkspace) {
        let keys = Records.economy
        let y = w.economy
        r.write(Records.product.grossProduct, y.grossProduct)
        guard hasEconomy else { return }
        r.write(keys.people, y.people)
        r.write(keys.productivity, y.productivity)
        r.write(keys.capital, y.capital)
        r.write(keys.warming, y.warming)
        r.write(keys.damageShare, y.damageShare)
        r.write(keys.damages, y.damages)
        r.write(keys.abatement, y.abatement)
        r.write(keys.abatementCost, y.abatementCost)
        r.write(keys.marginalAbatementCost, y.marginalCost)
        r.write(keys.carbonIntensity, y.intensity)
        r.write(keys.industryEmissions, y.emissions)
        r.write(keys.cumulativeCarbon, y.cumulativeCarbon)
        r.write(keys.netProduct, y.netProduct)
        r.write(keys.savingsRate, y.savingsRate)
        r.write(keys.investment, y.investment)
        r.write(keys.consumption, y.consumption)
        r.write(keys.consumptionPerPerson, y.consumptionPerPerson)
        r.write(keys.utility, y.utility)
        r.write(keys.welfare, y.welfare)
        r.write(keys.labourShare, y.labourShare)
        r.write(keys.capitalShare, y.capitalShare)
        r.write(keys.computeShare, y.computeShare)
        r.write(keys.wage, y.wage)
        r.write(keys.computeRent, y.computeRent)
        r.write(keys.computeLabour, y.computeLabour)
        r.write(keys.automatedShare, y.automatedShare)
        r.write(keys.software, y.software)
        r.write(keys.hardware, y.hardware)
        r.write(keys.carbonRevenue, y.carbonRevenue)
        let incomes = [y.incomes.households, y.incomes.city, y.incomes.state, y.incomes.abroad]
        r.write(keys.income) { incomes[$0] }
        r.write(keys.cityIncome) { w.cityIncome.base[$0] }
        r.write(keys.incomePerPerson) {
            quotient(w.cityIncome.base[$0], state.column.base[layout.population + $0])
        }
        r.write(keys.cityWealth) { w.cityWealth.base[$0] }
        r.write(keys.scc) { state.column.base[layout.pulseCost + $0] }
        guard !busOfCity.isEmpty else { return }
        r.write(keys.incomeGini, y.incomeGini)
        r.write(keys.wealthGini, y.wealthGini)
    }
}
