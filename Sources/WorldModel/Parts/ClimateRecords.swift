/// The climate of any world.
package struct ClimateRecords: Sendable {
    package let globalTemperature = RecordedVariable(
        "global_temperature", "K", "global mean surface warming since 1750", .mean)
}

/// DICE's climate.
package struct DICERecords: Sendable {
    package let carbonAtmosphere = RecordedVariable(
        "carbon_atmosphere", "GtC", "carbon in the air on 1 January", .point, in: .model("dice2016", of: "climate"))
    package let carbonUpperOcean = RecordedVariable(
        "carbon_upper_ocean", "GtC", "carbon in biosphere and upper ocean on 1 January", .point,
        in: .model("dice2016", of: "climate"))
    package let carbonLowerOcean = RecordedVariable(
        "carbon_lower_ocean", "GtC", "carbon in the deep ocean on 1 January", .point,
        in: .model("dice2016", of: "climate"))
    package let forcing = RecordedVariable(
        "forcing", "W/m2", "radiative forcing on 1 January", .point, in: .model("dice2016", of: "climate"))
    package let deepOceanWarming = RecordedVariable(
        "deep_ocean_warming", "K", "warming of the deep ocean on 1 January", .point,
        in: .model("dice2016", of: "climate"))
    package let emissionsToAir = RecordedVariable(
        "emissions_to_air", "GtCO2", "CO2 emitted, land use included", .sum, in: .model("dice2016", of: "climate"))
}
