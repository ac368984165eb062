extension Schema {
    /// The numbers of FaIR's carbon cycle and the three-layer energy balance.
    static let threeLayerClimate = of(
        "three_layer",
        [
            text("emissions", .text, nil, "CSV: year, co2 [GtCO2/yr], optional scenario; from the first year on"),
            text("scenario", .text, "", "rows of the emission table that are taken"),
            number("other_forcing_ratio", "1", -1...2, 0.26, "forcing of all else per forcing of CO2"),
            number("ocean_heat_capacity_1", "W yr/m2/K", 0.1...100, 4.0, "heat capacity of the surface layer"),
            number("ocean_heat_capacity_2", "W yr/m2/K", 0.1...500, 12.0, "heat capacity of the middle layer"),
            number("ocean_heat_capacity_3", "W yr/m2/K", 1...2000, 80.0, "heat capacity of the deep ocean"),
            number("ocean_heat_transfer_2", "W/m2/K", 0.01...20, 2.0, "heat transfer, surface to middle"),
            number("ocean_heat_transfer_3", "W/m2/K", 0.01...20, 0.9, "heat transfer, middle to deep"),
            number("deep_ocean_efficacy", "1", 0.1...4, 1.2, "efficacy of deep-ocean heat uptake"),
            number("gamma_autocorrelation", "1/yr", 0.05...100, 2, "rate at which forcing reaches the surface"),
            number("co2_preindustrial", "ppm", 200...400, 277.15, "CO2 before industry"),
            number("iirf_0", "yr", 10...95, 33.0, "100-year integrated airborne fraction of a pulse in 1750"),
            number("iirf_uptake", "yr/GtCO2", 0...0.1, 0.0045, "its growth with carbon taken up"),
            number("iirf_temperature", "yr/K", -10...20, 3.0, "its growth with warming"),
            number("iirf_airborne", "yr/GtCO2", -0.1...0.1, 0, "its growth with carbon in the air"),
            text(
                "own_emissions", .choice(["left_out", "added"]), "left_out",
                "whether the world's own CO2 is added to the table's"),
            number(
                "own_in_table", "GtCO2/yr", 0...100, 0,
                "what of the table's emissions is the world's own, taken out where that is added"),
            text(
                "members", .text, "",
                "CSV of calibrated members, columns as fair-calibrate names them; their numbers replace those of here"),
            number(
                "member", "1", 0...1e6, 0,
                "row of that table, from 0; a fraction falls to the row below"),
        ])

    /// The numbers of DICE-2016's climate: the defaults are Nordhaus's.
    static let diceClimate = of(
        "dice2016",
        [
            number("carbon_atmosphere", "GtC", 500...5000, 851, "carbon in the air at the start"),
            number("carbon_upper_ocean", "GtC", 100...5000, 460, "carbon in biosphere and upper ocean at the start"),
            number("carbon_lower_ocean", "GtC", 100...50000, 1740, "carbon in the deep ocean at the start"),
            number("carbon_atmosphere_before", "GtC", 400...800, 588, "carbon in the air before industry"),
            number("carbon_upper_ocean_before", "GtC", 100...5000, 360, "in the upper ocean before industry"),
            number("carbon_lower_ocean_before", "GtC", 100...50000, 1720, "in the deep ocean before industry"),
            number("carbon_to_upper_ocean", "1", 0...0.5, 0.12, "share of the air's carbon that goes there in 5 years"),
            number("carbon_to_lower_ocean", "1", 0...0.5, 0.007, "share of that which goes deeper in 5 years"),
            number("warming_start", "K", -1...5, 0.85, "warming of the air at the start, above 1900"),
            number("deep_warming_start", "K", -1...5, 0.0068, "warming of the deep ocean at the start"),
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
