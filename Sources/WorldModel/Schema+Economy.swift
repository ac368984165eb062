extension Schema {
    /// Factors and growth of the product.
    static let growthOfProduct = [
        number("demand_growth", "%/yr", -20...20, 0, "growth of electricity demand without data centres"),
        number(
            "gross_product", "currency/yr", positive, absent,
            "product on the first day; the cities' where they have one"),
        number("population", "person", positive, absent, "people on the first day, in a world without cities"),
        number("population_limit", "person", 1...1e12, 1e10, "people in the long run, in a world without cities"),
        number("population_approach", "1", 0...1, 0, "share of the gap to them, in logarithms, that a step closes"),
        number("capital_share", "1", 0...1, 0.3, "share of capital in the product of the start"),
        number("elasticity", "1", 0.05...20, 0.9, "elasticity of substitution of capital and labour"),
        number("productivity", "1", 1e-6...1e6, 1, "total factor productivity of the start, in units of one's own"),
        number("productivity_growth", "%/yr", -10...20, 0.6, "growth of total factor productivity"),
        number("productivity_gain", "1", 0...0.9, 0, "a in A' = A / (1 - a exp(-d t)), of a step, beside that growth"),
        number("productivity_gain_decline", "%/yr", -10...100, 0, "d, with t in years from the start"),
        number("savings_rate", "1", 0...1, 0.25, "share of income that is invested, without the table `controls`"),
        number("depreciation", "%/yr", 0...100, 6, "capital that wears out in a year"),
        number("capital_output_ratio", "yr", 0.1...20, 3.5, "capital of the start over its product"),
        number("capital", "currency", positive, absent, "capital of the start; by the ratio where empty"),
    ]

    /// Carbon, damages and abatement.
    static let carbonOfProduct = [
        number(
            "damage_linear", "1/K", -1...1, 0, "share of the product that a K of warming costs, beside the power below"),
        number("damage_scale", "1", 0...1, 0, "a in damages a T^b, as a share of the product"),
        number("damage_exponent", "1", 0.5...10, 2, "b"),
        number("carbon_intensity", "kgCO2/currency", 0...100, 0, "CO2 per product at the start, power plants left out"),
        number("carbon_intensity_growth", "%/yr", -50...50, 0, "its growth at the start"),
        number("carbon_intensity_slowing", "%/yr", -50...50, 0, "decline of that growth"),
        number("cumulative_carbon", "GtC", 0...1e5, 0, "carbon of industry emitted before the start"),
        number("abatement", "1", 0...1.2, 0, "share of that CO2 which is avoided, without the table `controls`"),
        number("backstop_price", "currency/tCO2", 0.01...1e6, 550, "cost of avoiding the last tonne at the start"),
        number("backstop_decline", "1", -0.5...0.9, 0.025, "its decline in a step"),
        number("abatement_exponent", "1", 1.01...20, 2.6, "exponent of the cost of abatement"),
        number(
            "carbon_price", "currency/tCO2", 0...1e5, 0, "price of CO2: power plants bid it, industry abates up to it"),
    ]

    /// Compute as labour: what it can do, how it gets better, and who has its income.
    ///
    /// Defaults are the best guesses of the Full Takeoff Model (Davidson 2023, code of Epoch AI) unless they say otherwise.
    static let computeInProduct = [
        number(
            "task_elasticity", "1", 0.05...20, 0.6666666666666667,
            "elasticity of substitution of tasks; 1/3 to 5/6 are defended"),
        number("runtime", "FLOP/s/person", 1e10...1e25, 1.66667e16, "compute that does the work of one person"),
        number(
            "automation_training", "FLOP", 1e20...1e50, 1e36,
            "training run that can do every task; 1e33 to 1e40 are defended"),
        number(
            "automation_gap", "1", 1.01...1e20, 1e4, "that run over one that can do a fifth of the tasks; 10 to 1e8"),
        number("frontier_training", "FLOP", 0...1e50, 5e26, "largest training run anywhere in the first year; assumed"),
        number(
            "frontier_growth", "%/yr", -90...2000, 60,
            "its growth without better software; assumed, below the 300 and more that were lately seen"),
        number("software_returns", "1", 0...20, 1.25, "doublings of software per doubling of research; 0.8 to 5"),
        number("software_ceiling", "1", 1.01...1e30, 1e12, "best software over that of the start"),
        number(
            "software_research_growth", "%/yr", -50...500, 5,
            "growth of its research beyond the product's; assumed, the model begins with 21"),
        number("software_research_share", "1", 1e-4...1, 0.2, "its research of the first year over all before"),
        text(
            "hardware_progress", .choice(["exogenous", "research"]), "exogenous",
            "whether new chips follow compute.efficiency_doubling or research"),
        number("hardware_returns", "1", 0...20, 5.2, "doublings of hardware per doubling of research; 3 to 7"),
        number("hardware_ceiling", "1", 1.01...1e30, 5e8, "best hardware over that of the start"),
        number("hardware_research_growth", "%/yr", -50...500, 4, "growth of its research beyond the product's"),
        number("hardware_research_share", "1", 1e-4...1, 0.047, "its research of the first year over all before"),
        number("hardware_delay", "yr", 0...5, 1, "from research to chips that can be bought"),
        number("research_exponent", "1", 0.01...1, 0.7, "output of research per input; 0.2 to 0.99"),
        number("ownership_households", "1", 0...1, 1, "share of compute's income; the four sum to 1; assumed"),
        number("ownership_city", "1", 0...1, 0, "share of compute's income that cities have"),
        number("ownership_state", "1", 0...1, 0, "share of compute's income that the state has"),
        number("ownership_abroad", "1", 0...1, 0, "share of compute's income that leaves"),
        number(
            "transfer_share", "1", 0...1, 1,
            "share of the public income from compute and carbon that households get; assumed"),
    ]

    /// Welfare, and what moves people.
    static let welfareOfProduct = [
        number("discount_rate", "%/yr", -5...30, 3, "rate at which later years count less"),
        number("time_preference", "%/yr", -5...30, 1.5, "rate at which later utility counts less in welfare"),
        number("marginal_utility", "1", 0...20, 1.45, "elasticity of the marginal utility of consumption"),
        number("utility_scale", "1", 1e-9...1e9, 1, "what multiplies utility in welfare"),
        number("utility_offset", "1", any, 0, "what is added to welfare"),
        number("migration_rate", "%/yr", 0...100, 1.8, "people who move in a year"),
        number("wage_elasticity", "1", -10...10, 1, "pull of wages on those who move"),
        number("rent_elasticity", "1", -10...10, 1, "push of rents on those who move"),
    ]
}
