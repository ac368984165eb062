import WorldModel

/// The slots of DICE's climate.
struct DICESlots: Sendable {
    let stocks, before: [Int]
    let warming, deepWarming, toUpper, toLower, heatUptake, toDeep, deepUptake: Int
    let other, otherLater, otherYears, land, landDecline: Int

    init(_ world: World) {
        func slot(_ key: String) -> Int { world.slot("climate", key) }
        stocks = ["carbon_atmosphere", "carbon_upper_ocean", "carbon_lower_ocean"].map(slot)
        before = ["carbon_atmosphere_before", "carbon_upper_ocean_before", "carbon_lower_ocean_before"].map(slot)
        warming = slot("warming_start")
        deepWarming = slot("deep_warming_start")
        toUpper = slot("carbon_to_upper_ocean")
        toLower = slot("carbon_to_lower_ocean")
        heatUptake = slot("heat_uptake")
        toDeep = slot("heat_to_deep")
        deepUptake = slot("deep_heat_uptake")
        other = slot("other_forcing")
        otherLater = slot("other_forcing_later")
        otherYears = slot("other_forcing_years")
        land = slot("land_emissions")
        landDecline = slot("land_emissions_decline")
    }
}

/// The slots of the section `economy` and of the table `controls`.
struct EconomySlots: Sendable {
    let demandGrowth, grossProduct, population, populationLimit, populationApproach: Int
    let capitalShare, elasticity, productivity, productivityGrowth, productivityGain, productivityDecline: Int
    let savingsRate, depreciation, capitalOutputRatio, capital: Int
    let damageLinear, damageScale, damageExponent: Int
    let intensity, intensityGrowth, intensitySlowing, cumulativeCarbon: Int
    let abatement, backstop, backstopDecline, abatementExponent, carbonPrice: Int
    let taskElasticity, runtime, automationTraining, automationGap, frontier, frontierGrowth: Int
    let softwareReturns, softwareCeiling, softwareGrowth, softwareShare: Int
    let hardwareReturns, hardwareCeiling, hardwareGrowth, hardwareShare, hardwareDelay, researchExponent: Int
    let households, city, state, abroad, transferShare: Int
    let timePreference, marginalUtility, utilityScale, utilityOffset: Int
    let migrationRate, wageElasticity, rentElasticity: Int
    /// The first slots of the controls' columns.
    let controlledAbatement, controlledSavings: Int

    init(_ world: World) {
        func slot(_ key: String) -> Int { world.slot("economy", key) }
        demandGrowth = slot("demand_growth")
        grossProduct = slot("gross_product")
        population = slot("population")
        populationLimit = slot("population_limit")
        populationApproach = slot("population_approach")
        capitalShare = slot("capital_share")
        elasticity = slot("elasticity")
        productivity = slot("productivity")
        productivityGrowth = slot("productivity_growth")
        productivityGain = slot("productivity_gain")
        productivityDecline = slot("productivity_gain_decline")
        savingsRate = slot("savings_rate")
        depreciation = slot("depreciation")
        capitalOutputRatio = slot("capital_output_ratio")
        capital = slot("capital")
        damageLinear = slot("damage_linear")
        damageScale = slot("damage_scale")
        damageExponent = slot("damage_exponent")
        intensity = slot("carbon_intensity")
        intensityGrowth = slot("carbon_intensity_growth")
        intensitySlowing = slot("carbon_intensity_slowing")
        cumulativeCarbon = slot("cumulative_carbon")
        abatement = slot("abatement")
        backstop = slot("backstop_price")
        backstopDecline = slot("backstop_decline")
        abatementExponent = slot("abatement_exponent")
        carbonPrice = slot("carbon_price")
        taskElasticity = slot("task_elasticity")
        runtime = slot("runtime")
        automationTraining = slot("automation_training")
        automationGap = slot("automation_gap")
        frontier = slot("frontier_training")
        frontierGrowth = slot("frontier_growth")
        softwareReturns = slot("software_returns")
        softwareCeiling = slot("software_ceiling")
        softwareGrowth = slot("software_research_growth")
        softwareShare = slot("software_research_share")
        hardwareReturns = slot("hardware_returns")
        hardwareCeiling = slot("hardware_ceiling")
        hardwareGrowth = slot("hardware_research_growth")
        hardwareShare = slot("hardware_research_share")
        hardwareDelay = slot("hardware_delay")
        researchExponent = slot("research_exponent")
        households = slot("ownership_households")
        city = slot("ownership_city")
        state = slot("ownership_state")
        abroad = slot("ownership_abroad")
        transferShare = slot("transfer_share")
        timePreference = slot("time_preference")
        marginalUtility = slot("marginal_utility")
        utilityScale = slot("utility_scale")
        utilityOffset = slot("utility_offset")
        migrationRate = slot("migration_rate")
        wageElasticity = slot("wage_elasticity")
        rentElasticity = slot("rent_elasticity")
        controlledAbatement = world.table("controls").slots("miu").lowerBound
        controlledSavings = world.table("controls").slots("savings").lowerBound
    }
}
