import Lanes
import WorldModel

/// Product, capital, climate damages, abatement, income and welfare of a world, in steps of its years.
final class Economy: Sendable {
    /// Seconds of a year of 365 days.
    private static let secondsPerYear = 8760.0 * 3600

    let isPresent: Bool
    /// Years of a step.
    let step: Int
    let cities: Cities
    /// Whether the economy has people, product and capital of its own; else they are the cities', or follow the product.
    let hasOwnPeople, hasOwnProduct, hasOwnCapital: Bool
    let abatementControl, savingsControl: Control
    let memory: EconomyMemory

    let demandGrowth, grossProduct, population, populationLimit, populationApproach, capitalShare: Parameter
    let elasticity, productivity, productivityGrowth, productivityGain, productivityDecline, savingsRate: Parameter
    let depreciation, capitalOutputRatio, capital, damageLinear, damageScale, damageExponent, intensity: Parameter
    let intensityGrowth, intensitySlowing, cumulativeCarbon, abatement, backstop, backstopDecline: Parameter
    let abatementExponent, carbonPrice, taskElasticity, runtime, automationTraining, automationGap: Parameter
    let automatable, adoptionTime, frontierSlowing, researchCompute, researchElasticity: Parameter
    let frontier, frontierGrowth, softwareReturns, softwareCeiling, softwareGrowth, softwareShare: Parameter
    let hardwareReturns, hardwareCeiling, hardwareGrowth, hardwareShare, hardwareDelay, researchExponent: Parameter
    let households, city, state, abroad, transferShare, timePreference, marginalUtility, utilityScale: Parameter
    let utilityOffset: Parameter
    let controlledAbatement, controlledSavings, cityProduct, utilisation, chipEfficiency, trainingShare: Parameter
    /// Income and wealth of each city's households, currency/yr and currency.
    let cityIncome, cityWealth: ScratchColumn

    init(_ plan: inout KernelPlan, _ cities: Cities) {
        let world = plan.world
        let isPresent = world.hasSection("economy")
        func number(_ key: String) -> Parameter { plan.number("economy", key) }
        func has(_ key: String) -> Bool { isPresent && !world.values[world.slot("economy", key)].isNaN }
        self.isPresent = isPresent
        self.cities = cities
        step = world.step
        hasOwnPeople = has("population")
        hasOwnProduct = has("gross_product")
        hasOwnCapital = has("capital")
        abatementControl = Control("miu", of: world)
        savingsControl = Control("savings", of: world)
        memory = EconomyMemory(&plan, cities: cities.count)
        demandGrowth = number("demand_growth")
        grossProduct = number("gross_product")
        population = number("population")
        populationLimit = number("population_limit")
        populationApproach = number("population_approach")
        capitalShare = number("capital_share")
        elasticity = number("elasticity")
        productivity = number("productivity")
        productivityGrowth = number("productivity_growth")
        productivityGain = number("productivity_gain")
        productivityDecline = number("productivity_gain_decline")
        savingsRate = number("savings_rate")
        depreciation = number("depreciation")
        capitalOutputRatio = number("capital_output_ratio")
        capital = number("capital")
        damageLinear = number("damage_linear")
        damageScale = number("damage_scale")
        damageExponent = number("damage_exponent")
        intensity = number("carbon_intensity")
        intensityGrowth = number("carbon_intensity_growth")
        intensitySlowing = number("carbon_intensity_slowing")
        cumulativeCarbon = number("cumulative_carbon")
        abatement = number("abatement")
        backstop = number("backstop_price")
        backstopDecline = number("backstop_decline")
        abatementExponent = number("abatement_exponent")
        carbonPrice = number("carbon_price")
        taskElasticity = number("task_elasticity")
        runtime = number("runtime")
        automationTraining = number("automation_training")
        automationGap = number("automation_gap")
        automatable = number("automatable")
        adoptionTime = number("adoption_time")
        frontierSlowing = number("frontier_slowing")
        researchCompute = number("research_compute")
        researchElasticity = number("research_elasticity")
        frontier = number("frontier_training")
        frontierGrowth = number("frontier_growth")
        softwareReturns = number("software_returns")
        softwareCeiling = number("software_ceiling")
        softwareGrowth = number("software_research_growth")
        softwareShare = number("software_research_share")
        hardwareReturns = number("hardware_returns")
        hardwareCeiling = number("hardware_ceiling")
        hardwareGrowth = number("hardware_research_growth")
        hardwareShare = number("hardware_research_share")
        hardwareDelay = number("hardware_delay")
        researchExponent = number("research_exponent")
        households = number("ownership_households")
        city = number("ownership_city")
        state = number("ownership_state")
        abroad = number("ownership_abroad")
        transferShare = number("transfer_share")
        timePreference = number("time_preference")
        marginalUtility = number("marginal_utility")
        utilityScale = number("utility_scale")
        utilityOffset = number("utility_offset")
        controlledAbatement = plan.column("controls", "miu")
        controlledSavings = plan.column("controls", "savings")
        cityProduct = plan.column("cities", "gross_product")
        utilisation = plan.number("compute", "utilisation")
        chipEfficiency = plan.number("compute", "efficiency")
        trainingShare = plan.number("compute", "training_share")
        cityIncome = plan.scratch(cities.count)
        cityWealth = plan.scratch(cities.count)
    }

    /// Sets what the economy remembers: everything is one at the start, and effective labour what it is then.
    func start(_ y: Year, sites: Sites) {
        memory.start(y)
        startWealth(y)
        y[memory.softwareResearch] = 1 / y[softwareShare]
        y[memory.hardwareResearch] = 1 / y[hardwareShare]
        guard isPresent else { return }
        var standing = Lanes.zero
        for site in 0..<sites.count where sites.hasCompute { standing += y[sites.capacityOfStart, site] }
        let work = standing * y[utilisation] * y[chipEfficiency] * (1e6 * Economy.secondsPerYear)
        let compute = computeLabour(y, work: work)
        y[memory.automated] = compute.automatable
        y[memory.labourOfStart] =
            effectiveLabour(
                labour: lanes(workersOfStart(y)), compute: compute.labour, automated: compute.automatable,
                exponent: 1 - 1 / y[taskElasticity]
            ).amount
    }

    /// Gives the capital of the start to the households of cities by their product, else by people.
    private func startWealth(_ y: Year) {
        var (product, people) = (Lanes.zero, Lanes.zero)
        for city in 0..<cities.count {
            product += y[cityProduct, city]
            people += y[cities.peopleOfStart, city]
        }
        for city in 0..<cities.count {
            y[memory.cityWealth, city] = select(
                product .> .zero, quotient(y[cityProduct, city], product),
                quotient(y[cities.peopleOfStart, city], people))
        }
    }

    /// What a year's useful work of compute amounts to: persons whose work it could do, and the tasks that it can.
    ///
    ///     X = (1 - training share) s W / (seconds of a year x runtime)
    ///     can = automatable x share of a training run of s (frontier of the year + training share W)
    ///
    /// W = Σ over sites of power / PUE x utilisation x FLOP/J over the year, the world's own part of the run; s = maturity of
    /// software.
    func computeLabour(_ y: Year, work W: Lanes) -> (labour: Lanes, automatable: Lanes) {
        let s = y[memory.software]
        let training = y[trainingShare]
        let ahead = y[frontier] * frontierCompute(y)
        let can = automatedShare(
            training: s * (ahead + training * W), full: y[automationTraining], gap: y[automationGap])
        return ((1 - training) * s * W / (Economy.secondsPerYear * y[runtime]), y[automatable] * can)
    }

    /// Compute of the largest training run of the year over that of the start.
    func frontierCompute(_ y: Year) -> Lanes {
        Stepping.frontierCompute(growth: y[frontierGrowth], slowing: y[frontierSlowing], years: y.sinceStart)
    }

    /// People of the economy: those of the cities, or its own.
    func people(_ y: Year) -> Lanes {
        if hasOwnPeople { return y[population] * y[memory.people] }
        return cities.count == 0 ? lanes(1) : cities.sum(y)
    }

    /// People who work: in cities those with jobs, elsewhere all.
    func workers(_ y: Year) -> Lanes { cities.count == 0 ? people(y) : cities.workers(y) }

    /// People who work on the first day, as the tables have it: the product of the start is theirs.
    private func workersOfStart(_ y: Year) -> Double {
        let start = y.effects.start
        if cities.count == 0 { return hasOwnPeople ? start[population.first] : 1 }
        var workers = 0.0
        for city in 0..<cities.count {
            workers += start[cities.peopleOfStart.first + city] * start[cities.jobs.first + city]
        }
        return workers > 0 ? workers : 1
    }

    /// Product of the start, currency/yr: that of the cities, and the economy's own.
    func productOfStart(_ y: Year) -> Lanes {
        var product = Lanes.zero
        for city in 0..<cities.count { product += y[cityProduct, city] }
        return hasOwnProduct ? product + y[grossProduct] : product
    }
}

/// What an economy remembers from year to year, relative to the start.
struct EconomyMemory: Sendable {
    let demandLevel, capital, productivity, people, intensity, industryCarbon, welfare, labourOfStart: StateColumn
    /// The capital that the households of each city own, in units of all capital of the start.
    let cityWealth: StateColumn
    let software, softwareResearch, hardware, hardwareResearch: StateColumn
    /// The share of tasks that compute does.
    let automated: StateColumn

    init(_ plan: inout KernelPlan, cities: Int) {
        demandLevel = plan.state("demand_level")
        capital = plan.state("capital")
        productivity = plan.state("productivity")
        people = plan.state("people")
        intensity = plan.state("carbon_intensity")
        industryCarbon = plan.state("industry_carbon")
        welfare = plan.state("welfare")
        labourOfStart = plan.state("labour_of_start")
        cityWealth = plan.state("city_wealth", cities)
        software = plan.state("software")
        softwareResearch = plan.state("software_research")
        hardware = plan.state("hardware", hardwareMemory)
        hardwareResearch = plan.state("hardware_research")
        automated = plan.state("automated_share")
    }

    /// Sets to one what grows from there.
    func start(_ y: Year) {
        for column in [demandLevel, capital, productivity, people, intensity, software, hardware] {
            for row in 0..<column.count { y[column, row] = lanes(1) }
        }
    }
}
