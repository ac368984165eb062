extension Schema {
    /// Where defaults are from that stand for something in the world, by `section.key` or `table.column`.
    ///
    /// A default that is not here is neutral (0, 1, no limit), a convention, or as arbitrary as any other.
    public static let sources: [String: String] = [
        "climate.ecs": "IPCC AR6 WG1 chapter 7, best estimate; 2.5 to 4 likely",
        "climate.forcing_2co2": "IPCC AR6 WG1 chapter 7",
        "climate.other_forcing_ratio": "IPCC AR6 WG1 chapter 7: (2.72 - 2.16) / 2.16 W/m2 in 2019",
        "climate.ocean_heat_capacity_1": calibrated("2.4 to 5.8", 4.1),
        "climate.ocean_heat_capacity_2": calibrated("6.7 to 33", 17),
        "climate.ocean_heat_capacity_3": calibrated("31 to 178", 85),
        "climate.ocean_heat_transfer_2": calibrated("1.1 to 4.7", 2.4),
        "climate.ocean_heat_transfer_3": calibrated("0.35 to 2.6", 1.2),
        "climate.deep_ocean_efficacy": calibrated("0.69 to 1.7", 1.3),
        "climate.gamma_autocorrelation": calibrated("1.2 to 19", 5.9),
        "climate.co2_preindustrial": calibrated("275 to 281", 278),
        "climate.iirf_0": calibrated("27 to 38", 32),
        "climate.iirf_uptake": calibrated("-0.0043 to 0.0060", 0.0012),
        "climate.iirf_temperature": calibrated("-1.2 to 5.8", 2.0),
        "climate.temperature_sd": "assumed; 1 to 2 K is usual",
        "climate.temperature_lag1": "assumed; 0.6 to 0.8 is usual",
        "climate.correlation_distance": "assumed",
        "climate.sun_spread": "assumed",
        "climate.wind_spread": "assumed",
        "grid.value_of_lost_load": "assumed, of the order of European price caps and adequacy studies",
        "compute.lead_time": "assumed; grid connections of 24 to 55 months are published",
        "compute.shell_lead_time": "assumed; 1 to 3.6 years are published",
        "compute.chip_lead_time": "assumed; 52 to 78 weeks of advanced packaging are published",
        "compute.chip_failure": "failures of Meta's training of Llama 3, per year (2024)",
        "compute.chip_cost_halving": "price of work per second of GPUs (Epoch AI); 2 to 2.5 years are published",
        "compute.utilisation": "assumed", "compute.training_share": "assumed",
        "compute.backlog_hours": "assumed", "compute.efficiency": "assumed: about a chip of 2023 at dense 16-bit work",
        "compute.efficiency_doubling": "work per energy of GPUs (Epoch AI), about 3 years",
        "compute.chip_lifetime": "assumed",
        "economy.discount_rate": "assumed", "economy.capital_share": "assumed, near national accounts",
        "economy.elasticity": "assumed",
        "economy.productivity_growth": "assumed", "economy.savings_rate": "assumed, near national accounts",
        "economy.depreciation": "assumed, near national accounts",
        "economy.capital_output_ratio": "assumed, near national accounts", "economy.migration_rate": "assumed",
        "cities.jobs_per_person": "assumed", "cities.warming_ratio": "assumed: land warms more than the globe",
        "cities.wet_bulb_depression": "assumed",
        "loads.cooling_sensitivity": "assumed", "loads.heating_sensitivity": "assumed",
    ]

    private static func calibrated(_ span: String, _ median: Double) -> String {
        "assumed; the middle nine tenths of fair-calibrate 1.4.1's members go from \(span), their median is "
            + Numeral.text(median)
    }
}
