extension Schema {
    /// Warming, carbon and weather.
    static let climate = Part(
        sections: [
            Schema.Section(
                name: "climate",
                fields: [
                    text(
                        "model", .choice(["three_layer", "dice2016"]), "three_layer",
                        "climate model: FaIR's carbon cycle and three layers, or DICE-2016's in steps of 5 years"),
                    number("ecs", "K", 0.5...10, 3.0, "equilibrium climate sensitivity").ofMember().from(
                        "IPCC AR6 WG1 chapter 7, best estimate; 2.5 to 4 likely"),
                    number("forcing_2co2", "W/m2", 1...8, 3.93, "effective radiative forcing of doubled CO2").ofMember()
                        .from(
                            "IPCC AR6 WG1 chapter 7"),
                    number("temperature_sd", "K", 0...10, 1.5, "standard deviation of the daily temperature").from(
                        "assumed; 1 to 2 K is usual"
                    ).idle { world, _ in
                        world.table("buses").ids.isEmpty && world.table("cities").ids.isEmpty ? .weather : nil
                    },
                    number("temperature_lag1", "1", 0...0.99, 0.7, "its correlation with the day before").from(
                        "assumed; 0.6 to 0.8 is usual"
                    ).idle { world, _ in
                        world.table("buses").ids.isEmpty && world.table("cities").ids.isEmpty ? .weather : nil
                    },
                    number(
                        "correlation_distance", "km", 1...20000, 500, "distance at which weather correlates by 1/e",
                        kind: .fixed
                    ).from("assumed"),
                    number("sun_spread", "1", 0...1, 0.5, "half-width of the day's sun about its month's mean").from(
                        "assumed"
                    ).idle { world, _ in world.hasSection("grid") ? nil : .weather },
                    number("wind_spread", "1", 0...1, 0.8, "half-width of the day's wind about its month's mean").from(
                        "assumed"
                    ).idle { world, _ in world.hasSection("grid") ? nil : .weather },
                ] + threeLayerClimate + diceClimate)
        ],
        rules: [{ $0.checkMembers() }, { $0.checkStep() }],
        records: [(.climate, Records.climate), (.climate, Records.dice)])
}

extension Schema {
    /// The numbers of FaIR's carbon cycle and the three-layer energy balance.
    static let threeLayerClimate = of(
        "three_layer",
        [
            text("emissions", .text, nil, "CSV: year, co2 [GtCO2/yr], optional scenario; from the first year on"),
            text("scenario", .text, "", "rows of the emission table that are taken"),
            number("other_forcing_ratio", "1", -1...2, 0.26, "forcing of all else per forcing of CO2").ofMember().from(
                "IPCC AR6 WG1 chapter 7: (2.72 - 2.16) / 2.16 W/m2 in 2019"),
            number("ocean_heat_capacity_1", "W yr/m2/K", 0.1...100, 4.0, "heat capacity of the surface layer")
                .ofMember().from(
                    calibrated("2.4 to 5.8", 4.1)),
            number("ocean_heat_capacity_2", "W yr/m2/K", 0.1...500, 12.0, "heat capacity of the middle layer")
                .ofMember().from(
                    calibrated("6.7 to 33", 17)),
            number("ocean_heat_capacity_3", "W yr/m2/K", 1...2000, 80.0, "heat capacity of the deep ocean").ofMember()
                .from(
                    calibrated("31 to 178", 85)),
            number("ocean_heat_transfer_2", "W/m2/K", 0.01...20, 2.0, "heat transfer, surface to middle").ofMember()
                .from(
                    calibrated("1.1 to 4.7", 2.4)),
            number("ocean_heat_transfer_3", "W/m2/K", 0.01...20, 0.9, "heat transfer, middle to deep").ofMember().from(
                calibrated("0.35 to 2.6", 1.2)),
            number("deep_ocean_efficacy", "1", 0.1...4, 1.2, "efficacy of deep-ocean heat uptake").ofMember().from(
                calibrated("0.69 to 1.7", 1.3)),
            number("gamma_autocorrelation", "1/yr", 0.05...100, 2, "rate at which forcing reaches the surface")
                .ofMember().from(
                    calibrated("1.2 to 19", 5.9)),
            number("co2_preindustrial", "ppm", 200...400, 277.15, "CO2 before industry").ofMember().from(
                calibrated("275 to 281", 278)),
            number("iirf_0", "yr", 10...95, 33.0, "100-year integrated airborne fraction of a pulse in 1750").ofMember()
                .from(
                    calibrated("27 to 38", 32)),
            number("iirf_uptake", "yr/GtCO2", 0...0.1, 0.0045, "its growth with carbon taken up").ofMember().from(
                calibrated("-0.0043 to 0.0060", 0.0012)),
            number("iirf_temperature", "yr/K", -10...20, 3.0, "its growth with warming").ofMember().from(
                calibrated("-1.2 to 5.8", 2.0)),
            number("iirf_airborne", "yr/GtCO2", -0.1...0.1, 0, "its growth with carbon in the air").ofMember(),
            text(
                "own_emissions", .choice(["left_out", "added"]), "left_out",
                "whether the world's own CO2 is added to the table's"),
            number(
                "own_in_table", "GtCO2/yr", 0...100, 0,
                "what of the table's emissions is the world's own, taken out where that is added"
            ).idle { world, _ in world.text("climate", "own_emissions") == "added" ? nil : .ownEmissions },
            text(
                "members", .text, "",
                "CSV of calibrated members, columns as fair-calibrate names them; their numbers replace those of here"),
            number(
                "member", "1", 0...1e6, 0,
                "row of that table, from 0; a fraction falls to the row below"
            ).idle { world, _ in
                world.text("climate", "members").isEmpty ? .members : nil
            },
        ])

    /// The numbers of DICE-2016's climate: the defaults are Nordhaus's.
    static let diceClimate = of(
        "dice2016",
        [
            number("carbon_atmosphere", "GtC", 500...5000, 851, "carbon in the air at the start").read(.firstDay),
            number("carbon_upper_ocean", "GtC", 100...5000, 460, "carbon in biosphere and upper ocean at the start")
                .read(.firstDay),
            number("carbon_lower_ocean", "GtC", 100...50000, 1740, "carbon in the deep ocean at the start").read(
                .firstDay),
            number("carbon_atmosphere_before", "GtC", 400...800, 588, "carbon in the air before industry"),
            number("carbon_upper_ocean_before", "GtC", 100...5000, 360, "in the upper ocean before industry"),
            number("carbon_lower_ocean_before", "GtC", 100...50000, 1720, "in the deep ocean before industry"),
            number("carbon_to_upper_ocean", "1", 0...0.5, 0.12, "share of the air's carbon that goes there in 5 years"),
            number("carbon_to_lower_ocean", "1", 0...0.5, 0.007, "share of that which goes deeper in 5 years"),
            number("warming_start", "K", -1...5, 0.85, "warming of the air at the start, above 1900").read(.firstDay),
            number("deep_warming_start", "K", -1...5, 0.0068, "warming of the deep ocean at the start").read(.firstDay),
            number("heat_uptake", "K m2/W", 0.001...0.5, 0.1005, "warming of the air in 5 years by 1 W/m2"),
            number("heat_to_deep", "W/m2/K", 0...5, 0.088, "heat that leaves for the deep ocean"),
            number("deep_heat_uptake", "1", 0...0.5, 0.025, "share of the gap that the deep ocean closes in 5 years"),
            number("other_forcing", "W/m2", -5...10, 0.5, "forcing of all but CO2 at the start"),
            number("other_forcing_later", "W/m2", -5...10, 1, "the same at the end of its linear change"),
            number("other_forcing_years", "yr", 5...1000, 85, "the years of that change"),
            number("land_emissions", "GtCO2/yr", -50...50, 2.6, "CO2 of land use at the start"),
            number("land_emissions_decline", "1", 0...1, 0.115, "their decline in 5 years"),
        ])
}

/// Where the default of a number of the energy balance is from.
private func calibrated(_ span: String, _ median: Double) -> String {
    "assumed; the middle nine tenths of fair-calibrate 1.4.1's members go from \(span), their median is "
        + Numeral.text(median)
}

extension World.Idleness {
    static let climate = World.Idleness(
        "answers to weather and warming, and this world has none", "add the section `climate`")
    static let weather = World.Idleness(
        "makes weather, which nothing in this world feels", "leave the path out")
    static let members = World.Idleness(
        "chooses among the members of an ensemble, and there is none", "name `members:` in `climate`")
    static let ofMember = World.Idleness(
        "is replaced by that of each member of the ensemble", "change `climate.member` instead")
    static let ownEmissions = World.Idleness(
        "is taken from what the world adds to the table, and it adds nothing",
        "write `own_emissions: added` in `climate`")
}

/// The climate of any world.
package struct ClimateRecords: Sendable {
    package let globalTemperature = RecordedVariable(
        "global_temperature", "K", "global mean surface warming since 1750", .mean)
}

/// DICE's climate.
package struct DICERecords: Sendable {
    package let carbonAtmosphere = RecordedVariable(
        "carbon_atmosphere", "GtC", "carbon in the air on 1 January", .point,
        in: .setting("climate", "model", is: "dice2016"))
    package let carbonUpperOcean = RecordedVariable(
        "carbon_upper_ocean", "GtC", "carbon in biosphere and upper ocean on 1 January", .point,
        in: .setting("climate", "model", is: "dice2016"))
    package let carbonLowerOcean = RecordedVariable(
        "carbon_lower_ocean", "GtC", "carbon in the deep ocean on 1 January", .point,
        in: .setting("climate", "model", is: "dice2016"))
    package let forcing = RecordedVariable(
        "forcing", "W/m2", "radiative forcing on 1 January", .point, in: .setting("climate", "model", is: "dice2016"))
    package let deepOceanWarming = RecordedVariable(
        "deep_ocean_warming", "K", "warming of the deep ocean on 1 January", .point,
        in: .setting("climate", "model", is: "dice2016"))
    package let emissionsToAir = RecordedVariable(
        "emissions_to_air", "GtCO2", "CO2 emitted, land use included", .sum,
        in: .setting("climate", "model", is: "dice2016"))
}

extension WorldRules {
    /// Hours, pipelines and people live through single years, and the coefficients of a climate belong to its step.
    func checkStep() {
        func add(_ message: String, _ remedy: String) {
            collector.add(WorldReader.file, world.lines["step"] ?? world.lines["climate"], "step", message, remedy)
        }
        let isDICE = world.hasSection("climate") && world.model("climate") == "dice2016"
        if isDICE, world.step != 5 {
            add(
                "a step of \(world.step) yr with the climate `dice2016`, whose coefficients are those of 5 years",
                "write `step: 5 yr`, or `climate: {model: three_layer}`")
        }
        if world.step == 1 { return }
        if world.hasSection("climate"), world.model("climate") == "three_layer" {
            add(
                "a step of \(world.step) yr with the climate `three_layer`, whose step is a year",
                "write `step: 1 yr`, or `climate: {model: dice2016}` with `step: 5 yr`")
        }
        for section in ["grid", "compute"] where world.hasSection(section) {
            add("a step of \(world.step) yr with `\(section)`, which lives through single years", "write `step: 1 yr`")
        }
        if !world.table("cities").ids.isEmpty {
            add("a step of \(world.step) yr with cities, which live through single years", "write `step: 1 yr`")
        }
    }
}

extension Records {
    package static let climate = ClimateRecords()
    package static let dice = DICERecords()
}
