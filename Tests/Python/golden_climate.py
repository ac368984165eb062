"""Makes the climate fixtures: golden_climate.py FOLDER.

Each is a case folder as `worldlines climate` reads it, with what PyPI's `fair` 2.2.5 answers. The cases are small and
between them take every branch that FaIR has: see CASES. Numbers are written with 17 digits; the diff is for review.
"""

import json
import pathlib
import sys

import fair
import numpy
from fair import FAIR
from fair.interface import fill, initialise

GASES = {
    "CO2": ("co2", True, False, False),
    "CH4": ("ch4", True, False, True),
    "N2O": ("n2o", True, False, True),
    "CFC-11": ("cfc-11", True, False, False),
    "CFC-12": ("other halogen", True, False, False),
    "Halon-1211": ("other halogen", True, False, False),
    "CF4": ("f-gas", True, False, False),
    "SF6": ("f-gas", True, False, False),
}
OTHERS = {
    "CO2 FFI": ("co2 ffi", "emissions", False, False),
    "CO2 AFOLU": ("co2 afolu", "emissions", False, False),
    "Sulfur": ("sulfur", "emissions", True, False),
    "BC": ("black carbon", "emissions", True, False),
    "OC": ("organic carbon", "emissions", True, False),
    "NOx": ("other slcf", "emissions", True, False),
    "NOx aviation": ("nox aviation", "emissions", False, False),
    "Solar": ("solar", "forcing", False, False),
    "Volcanic": ("volcanic", "forcing", False, False),
    "Aerosol-radiation interactions": ("ari", "calculated", False, False),
    "Aerosol-cloud interactions": ("aci", "calculated", False, False),
    "Ozone": ("ozone", "calculated", False, False),
    "Contrails": ("contrails", "calculated", False, False),
    "Light absorbing particles on snow and ice": ("lapsi", "calculated", False, False),
    "Stratospheric water vapour": ("h2o stratospheric", "calculated", False, False),
    "Land use": ("land use", "calculated", False, False),
    "Equivalent effective stratospheric chlorine": ("eesc", "calculated", False, True),
}
PARAMETERS = [
    "tropospheric_adjustment", "forcing_efficacy", "forcing_temperature_feedback", "forcing_scale", "partition_fraction",
    "unperturbed_lifetime", "molecular_weight", "baseline_concentration", "iirf_0", "iirf_airborne", "iirf_uptake",
    "iirf_temperature", "baseline_emissions", "g0", "g1", "concentration_per_emission",
    "forcing_reference_concentration", "greenhouse_gas_radiative_efficiency", "contrails_radiative_efficiency",
    "erfari_radiative_efficiency", "h2o_stratospheric_factor", "lapsi_radiative_efficiency",
    "land_use_cumulative_emissions_to_forcing", "ozone_radiative_efficiency", "aci_scale", "aci_shape", "cl_atoms",
    "br_atoms", "fractional_release", "ch4_lifetime_chemical_sensitivity", "lifetime_temperature_sensitivity",
]  # fmt: skip
CLIMATE = [
    "ocean_heat_transfer", "ocean_heat_capacity", "deep_ocean_efficacy", "stochastic_run", "sigma_eta", "sigma_xi",
    "gamma_autocorrelation", "seed", "use_seed", "forcing_4co2",
]  # fmt: skip


class Case:
    """One fixture: how the model is set up, what drives it, and what is changed in its numbers."""

    def __init__(self, text, modes, **options):
        self.text, self.modes = text, modes
        self.start, self.end, self.step = options.get("time", (1990, 2020, 1))
        self.ghg = options.get("ghg", "meinshausen2020")
        self.ch4 = options.get("ch4", "leach2021")
        self.layers = options.get("layers", 3)
        self.configs = options.get("configs", ["mid", "hot"])
        self.change = options.get("change", lambda model: None)
        self.iirf_max = options.get("iirf_max", 100)
        self.stochastic = options.get("stochastic", False)
        self.pulse = options.get("pulse", 0.0)


def emissions_only(*names):
    return {name: "emissions" for name in names}


def chemistry_change(model):
    """Members differ in what they otherwise share, and two forcings have efficacies and feedbacks of their own."""
    fill(model.species_configs["ch4_lifetime_chemical_sensitivity"], 2.9e-4, specie="CH4", config="hot")
    fill(model.species_configs["unperturbed_lifetime"], 60.0, specie="CFC-11", config="hot")
    fill(model.species_configs["forcing_efficacy"], 0.6, specie="Volcanic")
    fill(model.species_configs["forcing_temperature_feedback"], -0.02, specie="Sulfur")
    fill(model.species_configs["contrails_radiative_efficiency"], 0.02, specie="NOx aviation")
    fill(model.species_configs["forcing_scale"], 1.3, specie="Contrails", config="hot")


CASES = {
    "everything": Case(
        "every kind of species, half-year steps, four layers, thornhill2021; N2O and SF6 by concentration",
        {
            **emissions_only(*OTHERS), **emissions_only(*GASES), "CO2": "calculated",
            "N2O": "concentration", "SF6": "concentration",
        },  # fmt: skip
        time=(1990, 2005, 0.5), ch4="thornhill2021", layers=4, change=chemistry_change,
    ),
    "stochastic": Case(
        "noise injected, two layers, leach2021", emissions_only("CO2 FFI", "CO2 AFOLU") | {"CO2": "calculated"},
        ghg="leach2021", layers=2, stochastic=True,
    ),
    "clamped": Case(
        "a pulse that holds the lifetime at its maximum, then emissions below nothing",
        {"CO2": "emissions"}, ghg="leach2021", iirf_max=36, pulse=3000.0,
    ),
    "myhre": Case(
        "Myhre's forcing, everything by concentration, feedbacks of N2O",
        {"CO2": "concentration", "CH4": "concentration", "N2O": "concentration"}, ghg="myhre1998",
        change=lambda model: fill(model.species_configs["iirf_temperature"], -0.4, specie="N2O"),
    ),
    "prescribed": Case(
        "forcing of CO2 and volcanoes given, no gas with a cycle",
        {"CO2": "forcing", "Volcanic": "forcing", "Solar": "forcing"},
        ghg="leach2021",
    ),
    "minor": Case("minor gases alone", emissions_only("CFC-11", "CF4", "SF6")),
}  # fmt: skip


def properties(modes):
    table = {}
    for name, mode in modes.items():
        if name in GASES:
            kind, gas, emitted, held = GASES[name]
        else:
            kind, fixed, emitted, held = OTHERS[name]
            gas, mode = False, fixed
        table[name] = {
            "type": kind, "input_mode": mode, "greenhouse_gas": gas, "aerosol_chemistry_from_emissions": emitted,
            "aerosol_chemistry_from_concentration": held,
        }  # fmt: skip
    return table


def build(case):
    model = FAIR(ghg_method=case.ghg, ch4_method=case.ch4, n_layers=case.layers, iirf_max=case.iirf_max)
    model.define_time(case.start, case.end, case.step)
    model.define_scenarios(["path"])
    model.define_configs(case.configs)
    table = properties(case.modes)
    model.define_species(list(table), table)
    model.allocate()
    model.fill_species_configs()
    layers = numpy.arange(case.layers)
    for index, config in enumerate(case.configs):
        fill(model.climate_configs["ocean_heat_capacity"], 5.0 + 12.0 * layers**2 + index, config=config)
        fill(model.climate_configs["ocean_heat_transfer"], 1.2 + 0.7 * (layers % 2) - 0.2 * index, config=config)
        fill(model.climate_configs["deep_ocean_efficacy"], 1.1 + 0.15 * index, config=config)
        fill(model.climate_configs["gamma_autocorrelation"], 2.0 + index, config=config)
        fill(model.climate_configs["stochastic_run"], case.stochastic, config=config)
        fill(model.climate_configs["use_seed"], case.stochastic, config=config)
        fill(model.climate_configs["seed"], 11 + index, config=config)
        fill(model.climate_configs["forcing_4co2"], 8.0 - 0.5 * index, config=config)
    drive(model, case, table)
    case.change(model)
    initialise(model.concentration, model.species_configs["baseline_concentration"])
    initialise(model.forcing, 0)
    initialise(model.temperature, 0)
    initialise(model.cumulative_emissions, 0)
    initialise(model.airborne_emissions, 0)
    return model


def drive(model, case, table):
    """Smooth paths near the baselines, the same for every member but for the second's volcanoes."""
    points = model.timepoints - case.start
    bounds = model.timebounds - case.start
    for index, (name, each) in enumerate(table.items()):
        kinds = model.species_configs
        if each["input_mode"] == "emissions":
            base = kinds["baseline_emissions"].sel(specie=name).values
            base = numpy.where(numpy.isnan(base), 0, base)
            scale = {"CO2 FFI": 20, "CO2": 20, "CO2 AFOLU": 4, "CH4": 200, "Sulfur": 80}.get(name, 10)
            path = scale * (1 - numpy.cos(points / (6.0 + index))) * 0.5
            if case.pulse and name == "CO2":
                path = numpy.where(points < 1, case.pulse, -25.0)
            fill(model.emissions, base[None, None, :] + path[:, None, None], specie=name)
        elif each["input_mode"] == "concentration":
            base = kinds["baseline_concentration"].sel(specie=name).values
            growth = 1 + 0.004 * bounds * (1 + 0.2 * numpy.sin(bounds / 3))
            fill(
                model.concentration, base[None, None, :] * growth[:, None, None] + 0.01 * bounds[:, None, None],
                specie=name,
            )  # fmt: skip
        elif each["input_mode"] == "forcing":
            size = numpy.array([1.0, 1.4])[: len(case.configs)]
            path = {"Volcanic": -2.0 * (numpy.abs(bounds - 5) < 0.6), "Solar": 0.05 * numpy.sin(bounds)}.get(
                name, 0.04 * bounds
            )
            fill(model.forcing, path[:, None, None] * size[None, None, :], specie=name)


def write(folder, model, case):
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob("*"):
        old.unlink()
    table = properties(case.modes)
    names = list(table)
    gases = [name for name in names if table[name]["greenhouse_gas"]]
    held = [name for name in names if not numpy.isnan(model.concentration.sel(specie=name).values).all()]

    def plain(value):
        if isinstance(value, numpy.ndarray) and value.ndim == 0:
            value = value[()]
        if isinstance(value, dict):
            return {key: plain(each) for key, each in value.items()}
        if isinstance(value, (list, tuple, numpy.ndarray)):
            return [plain(each) for each in value]
        if isinstance(value, (bool, numpy.bool_)):
            return bool(value)
        if isinstance(value, (int, numpy.integer)):
            return int(value)
        return None if numpy.isnan(value) else float(value)

    species = {}
    for key in PARAMETERS:
        data = model.species_configs[key]
        if "config" not in data.dims:
            species[key] = {name: plain(data.sel(specie=name).values) for name in names}
        elif "specie" not in data.dims:
            species[key] = {config: plain(data.sel(config=config).values[()]) for config in case.configs}
        else:
            species[key] = {
                config: {name: plain(data.sel(config=config, specie=name).values[()]) for name in names}
                for config in case.configs
            }
    climate = {
        config: {key: plain(model.climate_configs[key].sel(config=config).values[()]) for key in CLIMATE}
        for config in case.configs
    }
    configuration = {
        "description": case.text, "fair_version": fair.__version__, "numpy": numpy.__version__,
        "run": {
            "start": float(case.start), "end": float(case.end), "timestep": float(case.step),
            "n_gasboxes": 4, "n_layers": case.layers, "iirf_max": case.iirf_max, "br_cl_ods_potential": 45,
            "ghg_method": case.ghg, "ch4_method": case.ch4, "ch4_min": 0.01,
        },
        "scenarios": ["path"], "configs": case.configs, "species": names, "properties": table,
        "climate_configs": climate,
        "derived": {
            config: {"ecs": float(model.ebms["ecs"].sel(config=config)), "tcr": float(model.ebms["tcr"].sel(config=config))}
            for config in case.configs
        },
        "species_configs": species,
    }  # fmt: skip
    (folder / "config.json").write_text(json.dumps(configuration, indent=1) + "\n")

    def series(name, time, times, columns, value):
        rows = [",".join([time, "scenario", "config", *columns])]
        for config in range(len(case.configs)):
            for index, year in enumerate(times):
                cells = [value(index, config, column) for column in columns]
                cells = ["" if numpy.isnan(cell) else f"{cell:.17g}" for cell in cells]
                rows.append(",".join([f"{year:.17g}", "path", case.configs[config], *cells]))
        (folder / name).write_text("\n".join(rows) + "\n")

    def of(array):
        data = array.transpose(..., "scenario", "config", "specie").values
        return lambda index, config, column: data[index, 0, config, names.index(column)]

    series("emissions.csv", "timepoint", model.timepoints, names, of(model.emissions))
    series("concentration.csv", "timebound", model.timebounds, held, of(model.concentration))
    series("forcing.csv", "timebound", model.timebounds, names, of(model.forcing))
    series("airborne_emissions.csv", "timebound", model.timebounds, gases, of(model.airborne_emissions))
    series("cumulative_emissions.csv", "timebound", model.timebounds, names, of(model.cumulative_emissions))
    series("alpha_lifetime.csv", "timebound", model.timebounds, gases, of(model.alpha_lifetime))
    energy = {
        "state0_forcing": model.stochastic_forcing, "forcing_sum": model.forcing_sum,
        "toa_imbalance": model.toa_imbalance, "ohc_change_J": model.ocean_heat_content_change,
    }  # fmt: skip

    def climate_value(index, config, column):
        if column in energy:
            return energy[column].values[index, 0, config]
        return model.temperature.values[index, 0, config, int(column[1:])]

    layers = [f"T{layer}" for layer in range(case.layers)]
    series("climate.csv", "timebound", model.timebounds, [*layers, *energy], climate_value)
    if case.stochastic:
        noise = model.ebms["stochastic_d"].values
        rows = [",".join(["timebound", "config", *(f"w{index}" for index in range(case.layers + 1))])]
        for config, name in enumerate(case.configs):
            for index, year in enumerate(model.timebounds):
                rows.append(",".join([f"{year:.17g}", name, *(f"{cell:.17g}" for cell in noise[index, config])]))
        (folder / "stochastic_d.csv").write_text("\n".join(rows) + "\n")


def main():
    folder = pathlib.Path(sys.argv[1])
    if fair.__version__.split("+")[0] != "2.2.5":
        sys.exit(f"fair {fair.__version__} is here; the fixtures are those of fair 2.2.5")
    for name, case in CASES.items():
        model = build(case)
        model.run(progress=False)
        write(folder / name, model, case)
        surface = float(model.temperature.values[-1, 0, 0, 0])
        print(f"{name}: {len(model.timebounds)} bounds, {surface:.3f} K at the end: {case.text}")


if __name__ == "__main__":
    main()
