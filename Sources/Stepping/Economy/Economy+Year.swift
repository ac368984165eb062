import Lanes

/// A step of the economy.
extension Economy {
    /// Makes the year's product, shares it out, and carries capital, productivity and what they need to the next step.
    ///
    ///     Y = Y_0 production(A, K, H(L, X));  net = Y (1 - D(T) - abatement);  I = s (net - abroad);  C = net - abroad - I
    ///
    /// Everything inside is relative to the product of the start, so that a world without one has none. Called once a year;
    /// never inlined, so that profiles show it.
    ///
    /// - Parameters:
    ///   - work: useful work of compute in the year, FLOP.
    ///   - warming: at the surface, K.
    ///   - emitted: CO2 of power, t.
    @inline(never)
    func advance(_ y: Year, work: Lanes, warming: Lanes, emitted: Lanes) -> EconomyYear {
        let productOfStart = productOfStart(y)
        guard isPresent else { return EconomyYear(grossProduct: productOfStart) }
        var e = EconomyYear()
        let product = produce(y, work: work, into: &e)
        e.warming = warming
        e.damageShare = damageShare(
            warming: warming, linear: y[damageLinear], scale: y[damageScale], exponent: y[damageExponent])
        let abatementShare = abate(y, into: &e)
        let net = product - product * e.damageShare - product * abatementShare
        e.grossProduct = productOfStart * product
        e.damages = e.grossProduct * e.damageShare
        e.abatementCost = e.grossProduct * abatementShare
        e.netProduct = productOfStart * net
        e.emissions = e.grossProduct * e.intensity * (1 - e.abatement) * 1e-3
        payIncomes(y, work: work, emitted: emitted, into: &e)
        let invested = useProduct(y, net: net, productOfStart: productOfStart, into: &e)

        let ratio =
            hasOwnCapital ? y[capital] / maximum(productOfStart, lanes(1e-300)) : y[capitalOutputRatio]
        e.capital = y[memory.capital] * ratio * productOfStart
        e.productivity = y[memory.productivity] * y[productivity]
        e.cumulativeCarbon = y[cumulativeCarbon] + y[memory.industryCarbon]
        (e.software, e.hardware) = (y[memory.software], y[memory.hardware])
        shareAmongCities(y, into: &e)
        for city in 0..<cities.count {
            let saved = invested / ratio * quotient(y[cityIncome, city], e.incomes.households)
            y[memory.cityWealth, city] = nextCapital(
                y[memory.cityWealth, city], depreciation: y[depreciation], investment: saved, years: step)
        }
        y[memory.capital] = nextCapital(
            y[memory.capital], depreciation: y[depreciation], investment: invested / ratio, years: step)
        y[memory.industryCarbon] += Double(step) * e.emissions * (1e-9 / DICEClimate.carbonDioxidePerCarbon)
        growByItself(y)
        advanceResearch(y, product: product, compute: e.researchCompute)
        return e
    }

    /// Returns the product relative to the start's.
    private func produce(_ y: Year, work: Lanes, into e: inout EconomyYear) -> Lanes {
        e.people = people(y)
        let compute = computeLabour(y, work: work)
        y[memory.automated] = adopted(
            y[memory.automated], can: compute.automatable, time: y[adoptionTime], years: step)
        (e.computeLabour, e.automatableShare, e.automatedShare) =
            (compute.labour, compute.automatable, y[memory.automated])
        e.researchCompute = frontierCompute(y)
        let labour = effectiveLabour(
            labour: workers(y), compute: compute.labour, automated: e.automatedShare,
            exponent: 1 - 1 / y[taskElasticity])
        let made = production(
            productivity: y[memory.productivity] * y[productivity] / y.effects.start[productivity.first],
            capital: y[memory.capital], labour: labour.amount / y[memory.labourOfStart],
            capitalShare: y[capitalShare], elasticity: y[elasticity])
        e.capitalShare = made.capitalShare
        e.computeShare = (1 - made.capitalShare) * labour.computeShare
        e.labourShare = 1 - made.capitalShare - e.computeShare
        return made.product
    }

    /// Returns what abatement costs as a share of the product.
    private func abate(_ y: Year, into e: inout EconomyYear) -> Lanes {
        let price = backstopPrice(start: y[backstop], decline: y[backstopDecline], steps: y.sinceStart / Double(step))
        let theta = y[abatementExponent]
        let wanted = abatementControl.value(in: y.number, y.pointer(controlledAbatement), or: y[abatement])
        e.abatement = maximum(
            wanted, Stepping.abatement(atPrice: y[carbonPrice], backstop: price, exponent: theta))
        e.intensity = y[intensity] * y[memory.intensity]
        e.marginalCost = marginalAbatementCost(backstop: price, abatement: e.abatement, exponent: theta)
        return abatementCostShare(backstop: price, intensity: e.intensity, abatement: e.abatement, exponent: theta)
    }

    /// Wages, the rent of compute, what is paid for CO2, and who has the product.
    private func payIncomes(_ y: Year, work: Lanes, emitted: Lanes, into e: inout EconomyYear) {
        e.wage = e.labourShare * e.netProduct / maximum(workers(y), lanes(1e-300))
        e.computeRent = select(
            work .> .zero, e.computeShare * e.netProduct / maximum(work * 1e-18, lanes(1e-300)), .zero)
        e.carbonRevenue = y[carbonPrice] * (emitted + e.emissions)
        e.incomes = shareOut(
            product: e.netProduct, compute: e.computeShare * e.netProduct,
            shares: (y[households], y[city], y[state], y[abroad]), carbonRevenue: e.carbonRevenue,
            transferShare: y[transferShare])
    }

    /// Invests and consumes what is not paid abroad; returns investment relative to the product of the start.
    private func useProduct(_ y: Year, net: Lanes, productOfStart: Lanes, into e: inout EconomyYear) -> Lanes {
        e.savingsRate = savingsControl.value(in: y.number, y.pointer(controlledSavings), or: y[savingsRate])
        let ownership = y[households] + y[city] + y[state] + y[abroad]
        let kept = net - net * e.computeShare * y[abroad] / maximum(ownership, lanes(1e-300))
        let invested = e.savingsRate * kept
        e.investment = productOfStart * invested
        e.consumption = productOfStart * kept - e.investment
        e.consumptionPerPerson = e.consumption / maximum(e.people, lanes(1e-300))
        e.utility = utility(consumption: e.consumptionPerPerson * 1e-3, marginalUtility: y[marginalUtility])
        y[memory.welfare] +=
            Double(step) * y[utilityScale] * e.utility * (e.people * 1e-6)
            * preference(y[timePreference], years: y.sinceStart)
        e.welfare = y[utilityOffset] + y[memory.welfare]
        return invested
    }

    /// Shares the households' income out to the cities that they live in, and measures how unequal it is.
    private func shareAmongCities(_ y: Year, into e: inout EconomyYear) {
        let count = cities.count
        guard count > 0 else { return }
        let people = y.pointer(cities.people)
        cityIncomes(
            y.pointer(cityIncome), count: count, households: e.incomes.households,
            labour: e.labourShare * e.netProduct, capital: e.capitalShare * e.netProduct, people: people,
            jobs: y.pointer(cities.jobs), wage: y.pointer(cities.wage), wealth: y.pointer(memory.cityWealth))
        for city in 0..<count {
            y[cityWealth, city] = e.capital * quotient(y[memory.cityWealth, city], y[memory.capital])
        }
        e.incomeGini = gini(y.pointer(cityIncome), people: people, count: count)
        e.wealthGini = gini(y.pointer(cityWealth), people: people, count: count)
    }

    /// Carries what grows by itself to the next step.
    private func growByItself(_ y: Year) {
        y[memory.productivity] = nextProductivity(
            y[memory.productivity], growth: y[productivityGrowth], gain: y[productivityGain],
            decline: y[productivityDecline], yearsSinceStart: y.sinceStart, years: step)
        y[memory.intensity] = nextIntensity(
            y[memory.intensity], growth: y[intensityGrowth], slowing: y[intensitySlowing],
            yearsSinceStart: y.sinceStart, years: step)
        if hasOwnPeople {
            y[memory.people] = nextPeople(
                y[memory.people], limit: y[populationLimit] / y[population], approach: y[populationApproach])
        }
        y[memory.demandLevel] *= 1 + y[demandGrowth] / 100
    }

    /// Carries software and hardware to the next step by what research finds.
    private func advanceResearch(_ y: Year, product: Lanes, compute: Lanes) {
        func people(_ growth: Parameter) -> Lanes { product * power(1 + y[growth] / 100, lanes(y.sinceStart)) }
        let ofSoftware = research(
            people: people(softwareGrowth), compute: compute, share: y[researchCompute],
            elasticity: y[researchElasticity])
        advanceProgress(
            level: &y.pointer(memory.software)[0], stock: &y.pointer(memory.softwareResearch)[0],
            research: ofSoftware, exponent: y[researchExponent], returns: y[softwareReturns],
            ceiling: y[softwareCeiling], years: Double(step))
        var hardware = y[memory.hardware]
        advanceProgress(
            level: &hardware, stock: &y.pointer(memory.hardwareResearch)[0], research: people(hardwareGrowth),
            exponent: y[researchExponent], returns: y[hardwareReturns], ceiling: y[hardwareCeiling],
            years: Double(step))
        remember(hardware, in: y.pointer(memory.hardware))
    }
}
