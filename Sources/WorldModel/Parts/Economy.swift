extension Schema {
    /// Product, income and welfare.
    static let economy = Part(
        sections: [
            Schema.Section(
                name: "economy",
                fields: [text("model", .choice(["ces"]), "ces", "production function")] + growthOfProduct
                    + carbonOfProduct
                    + computeInProduct + welfareOfProduct)
        ],
        tables: [
            Schema.TableShape(
                name: "controls",
                fields: [
                    id("year from whose 1 January the row holds; linear between rows, the last holds on"),
                    number("miu", "1", 0...1.2, absent, "abatement: share of industry's CO2 that is avoided"),
                    number("savings", "1", 0...1, absent, "share of income that is invested"),
                ], hasIDs: true)
        ],
        rules: [{ $0.checkEconomy() }],
        records: [(.economy, Records.product), (.economy, Records.economy)])
}

extension Schema {
    /// Factors and growth of the product.
    static let growthOfProduct = [
        number("demand_growth", "%/yr", -20...20, 0, "growth of electricity demand without data centres"),
        number(
            "gross_product", "currency/yr", positive, absent,
            "product on the first day; the cities' where they have one"),
        number("population", "person", positive, absent, "people on the first day, in a world without cities"),
        number("population_limit", "person", 1...1e12, 1e10, "people in the long run, in a world without cities").idle {
            world, _ in world.isGiven("economy", "population") ? nil : .people
        },
        number("population_approach", "1", 0...1, 0, "share of the gap to them, in logarithms, that a step closes").idle
        { world, _ in world.isGiven("economy", "population") ? nil : .people },
        number("capital_share", "1", 0...1, 0.3, "share of capital in the product of the start").from(
            "assumed, near national accounts"),
        number("elasticity", "1", 0.05...20, 0.9, "elasticity of substitution of capital and labour").from("assumed"),
        number("productivity", "1", 1e-6...1e6, 1, "total factor productivity of the start, in units of one's own"),
        number("productivity_growth", "%/yr", -10...20, 0.6, "growth of total factor productivity").from("assumed"),
        number("productivity_gain", "1", 0...0.9, 0, "a in A' = A / (1 - a exp(-d t)), of a step, beside that growth"),
        number("productivity_gain_decline", "%/yr", -10...100, 0, "d, with t in years from the start"),
        number("savings_rate", "1", 0...1, 0.25, "share of income that is invested, without the table `controls`").from(
            "assumed, near national accounts"
        ).idle { world, _ in world.isControlled("savings") ? .controlled("savings") : nil },
        number("depreciation", "%/yr", 0...100, 6, "capital that wears out in a year").from(
            "assumed, near national accounts"),
        number("capital_output_ratio", "yr", 0.1...20, 3.5, "capital of the start over its product").from(
            "assumed, near national accounts"
        ).idle { world, _ in world.isGiven("economy", "capital") ? .capital : nil },
        number("capital", "currency", positive, absent, "capital of the start; by the ratio where empty"),
    ]

    /// Carbon, damages and abatement.
    static let carbonOfProduct = [
        number(
            "damage_linear", "1/K", -1...1, 0, "share of the product that a K of warming costs, beside the power below"
        ).idle { world, _ in world.hasSection("climate") ? nil : .climate },
        number("damage_scale", "1", 0...1, 0, "a in damages a T^b, as a share of the product").idle { world, _ in
            world.hasSection("climate") ? nil : .climate
        },
        number("damage_exponent", "1", 0.5...10, 2, "b").idle { world, _ in world.hasSection("climate") ? nil : .climate
        },
        number("carbon_intensity", "kgCO2/currency", 0...100, 0, "CO2 per product at the start, power plants left out"),
        number("carbon_intensity_growth", "%/yr", -50...50, 0, "its growth at the start"),
        number("carbon_intensity_slowing", "%/yr", -50...50, 0, "decline of that growth"),
        number("cumulative_carbon", "GtC", 0...1e5, 0, "carbon of industry emitted before the start"),
        number("abatement", "1", 0...1.2, 0, "share of that CO2 which is avoided, without the table `controls`").idle {
            world, _ in world.isControlled("miu") ? .controlled("miu") : nil
        },
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
            "elasticity of substitution of tasks; 1/3 to 5/6 are defended"
        ).idle { world, _ in world.hasSection("compute") ? nil : .work },
        number("runtime", "FLOP/s/person", 1e10...1e25, 1.66667e16, "compute that does the work of one person").idle {
            world, _ in world.hasSection("compute") ? nil : .work
        },
        number(
            "automation_training", "FLOP", 1e20...1e50, 1e36,
            "training run that can do every task; 1e33 to 1e40 are defended"),
        number(
            "automation_gap", "1", 1.01...1e20, 1e4, "that run over one that can do a fifth of the tasks; 10 to 1e8"),
        number(
            "automatable", "1", 0...1, 1,
            "share of tasks that compute could ever do; the rest needs bodies. 0.3 to 0.9 are defended"),
        number(
            "adoption_time", "yr", 0...200, 0,
            "mean time until a task that compute can do is done by it; up to 1 is at once, 5 to 15 are defended"),
        number("frontier_training", "FLOP", 0...1e50, 5e26, "largest training run anywhere in the first year; assumed"),
        number(
            "frontier_growth", "%/yr", -90...2000, 60,
            "its growth without better software; assumed, below the 300 and more that were lately seen"),
        number(
            "frontier_slowing", "yr", 0.1...1000, absent,
            "time in which that growth dies away, after which the run is (1 + growth)^this times the first; never if empty"
        ),
        number("software_returns", "1", 0...20, 1.25, "doublings of software per doubling of research; 0.8 to 5"),
        number("software_ceiling", "1", 1.01...1e30, 1e12, "best software over that of the start"),
        number(
            "software_research_growth", "%/yr", -50...500, 5,
            "growth of its research beyond the product's; assumed, the model begins with 21"),
        number(
            "research_compute", "1", 0...1, 0,
            "share of compute in research of software; 0 is research that needs none, 0.5 the Full Takeoff Model's"),
        number(
            "research_elasticity", "1", 0.05...20, 0.5,
            "elasticity of substitution of people and compute in research; 0.3 to 2.5 are defended"),
        number("software_research_share", "1", 1e-4...1, 0.2, "its research of the first year over all before").read(
            .firstDay),
        text(
            "hardware_progress", .choice(["exogenous", "research"]), "exogenous",
            "whether new chips follow compute.efficiency_doubling or research"),
        number("hardware_returns", "1", 0...20, 5.2, "doublings of hardware per doubling of research; 3 to 7"),
        number("hardware_ceiling", "1", 1.01...1e30, 5e8, "best hardware over that of the start"),
        number("hardware_research_growth", "%/yr", -50...500, 4, "growth of its research beyond the product's"),
        number("hardware_research_share", "1", 1e-4...1, 0.047, "its research of the first year over all before").read(
            .firstDay),
        number("hardware_delay", "yr", 0...5, 1, "from research to chips that can be bought").idle { world, _ in
            world.text("economy", "hardware_progress") == "research" ? nil : .delay
        },
        number("research_exponent", "1", 0.01...1, 0.7, "output of research per input; 0.2 to 0.99"),
        number("ownership_households", "1", 0...1, 1, "share of compute's income; the four sum to 1; assumed").idle {
            world, _ in world.hasSection("compute") ? nil : .work
        },
        number("ownership_city", "1", 0...1, 0, "share of compute's income that cities have").idle { world, _ in
            world.hasSection("compute") ? nil : .work
        },
        number("ownership_state", "1", 0...1, 0, "share of compute's income that the state has").idle { world, _ in
            world.hasSection("compute") ? nil : .work
        },
        number("ownership_abroad", "1", 0...1, 0, "share of compute's income that leaves").idle { world, _ in
            world.hasSection("compute") ? nil : .work
        },
        number(
            "transfer_share", "1", 0...1, 1,
            "share of the public income from compute and carbon that households get; assumed"),
    ]

    /// Welfare, and what moves people.
    static let welfareOfProduct = [
        number("discount_rate", "%/yr", -5...30, 3, "rate at which later years count less").from("assumed"),
        number("time_preference", "%/yr", -5...30, 1.5, "rate at which later utility counts less in welfare"),
        number("marginal_utility", "1", 0...20, 1.45, "elasticity of the marginal utility of consumption"),
        number("utility_scale", "1", 1e-9...1e9, 1, "what multiplies utility in welfare"),
        number("utility_offset", "1", any, 0, "what is added to welfare"),
        number("migration_rate", "%/yr", 0...100, 1.8, "people who move in a year").from("assumed").idle { world, _ in
            world.table("cities").ids.count < 2 ? .migration : nil
        },
        number("wage_elasticity", "1", -10...10, 1, "pull of wages on those who move").idle { world, _ in
            world.table("cities").ids.count < 3 ? .oneWay : nil
        },
        number("rent_elasticity", "1", -10...10, 1, "push of rents on those who move").idle { world, _ in
            world.table("cities").ids.count < 3 ? .oneWay : nil
        },
    ]
}

extension World.Idleness {
    static let people = World.Idleness(
        "is about an economy's own people, and they are the cities'", "change `cities[*].population_growth` instead")
    static let capital = World.Idleness(
        "holds where no capital is given", "change `economy.capital` instead")
    static let delay = World.Idleness(
        "is read where chips follow research", "write `hardware_progress: research` in `economy`")

    /// The table `controls` holds instead of a key of the section `economy`.
    static func controlled(_ column: String) -> World.Idleness {
        World.Idleness("holds where `controls` has no `\(column)`", "change `controls[*].\(column)` instead")
    }
}

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
        "automated_share", "1", "share of tasks that compute does, or would with work enough", .mean,
        in: .section("economy"))
    package let automatableShare = RecordedVariable(
        "automatable_share", "1", "share of tasks that compute can do; what is done follows by `adoption_time`", .mean,
        in: .section("economy"))
    package let researchCompute = RecordedVariable(
        "research_compute", "1", "compute of the largest training run, over that of the start", .mean,
        in: .section("economy"))
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

extension WorldRules {
    /// Whose income compute's is, as numbers of the section `economy`.
    static let owners = ["households", "city", "state", "abroad"].map { "ownership_" + $0 }

    func checkEconomy() {
        guard world.hasSection("economy") else {
            if !world.table("controls").ids.isEmpty {
                collector.add(
                    WorldReader.file, world.lines["tables"], "tables.controls", "controls of an economy that is absent",
                    "add `economy:`, or take the table out")
            }
            return
        }
        checkPeople()
        checkControls()
        let written = WorldRules.owners.compactMap { world.lines["economy." + $0] }.min()
        checkOwnership(of: world.values, WorldReader.file, written ?? world.lines["economy"], "economy")
    }

    private func value(_ key: String) -> Double { world.values[world.slot("economy", key)] }

    /// People and product are the cities', or the economy's own.
    private func checkPeople() {
        if world.doubts.tables.contains("cities") { return }
        let cities = world.table("cities")
        let (people, product) = (value("population"), value("gross_product"))
        if cities.ids.isEmpty {
            if people.isNaN, !world.doubts.slots.contains(world.slot("economy", "population")) {
                collector.warn(
                    WorldReader.file, line(of: "economy.population"), "economy.population",
                    "an economy without cities and people: what is counted per person means nothing",
                    "write `population:` under `economy`, or add the table `cities`")
            }
            return
        }
        if !people.isNaN {
            collector.add(
                WorldReader.file, line(of: "economy.population"), "economy.population",
                "people beside those of the table `cities`",
                "take `population` out, or the table")
        }
        let ofCities = cities.slots("gross_product").reduce(0) { $0 + world.values[$1] }
        if !product.isNaN, ofCities > 0 {
            collector.add(
                WorldReader.file, line(of: "economy.gross_product"), "economy.gross_product",
                "a product beside those of the table `cities`, which sum to \(Numeral.text(ofCities))",
                "take `gross_product` out here, or there")
        }
    }

    /// A row of the controls is called by the year from which it holds.
    private func checkControls() {
        let table = world.table("controls")
        for (row, id) in table.ids.enumerated() where !id.isEmpty && !(Int(id).map { (1700...3000) ~= $0 } ?? false) {
            collector.add(
                table.file, table.lines[row], "controls[\(id)]", "`\(id)` is not a year",
                "write the year from which the row holds; allowed: 1700 to 3000")
        }
    }

    /// The shares of compute's income sum to one.
    func checkOwnership(of values: [Double], _ file: String, _ line: Int?, _ path: String) {
        let slots = WorldRules.owners.map { world.slot("economy", $0) }
        if slots.contains(where: world.doubts.slots.contains) { return }
        let shares = slots.map { values[$0] }
        let sum = shares.reduce(0, +)
        guard abs(sum - 1) > 1e-9 else { return }
        let list = zip(WorldRules.owners, shares).map { "\($0) \(Numeral.text($1))" }.joined(separator: ", ")
        collector.add(
            file, line, path, "the shares of compute's income sum to \(Numeral.text(sum)): \(list)",
            "let the four sum to 1, each from 0 to 1")
    }
}

extension Records {
    package static let product = ProductRecords()
    package static let economy = EconomyRecords()
}
