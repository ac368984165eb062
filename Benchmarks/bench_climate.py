"""Times the climate against PyPI's `fair` 2.2.5 and against numpy: bench_climate.py WORLDLINES [options].

    --data FOLDER        fair-calibrate's tables (calibration 1.4.1); without them only CO2 alone is run
    --members N          members of the ensemble, the calibrated ones over and over (1000)
    --repetitions N      how often the three take turns (3)
    --at-least A B C D   exit with 1 where worldlines is less than A times fair and B times numpy as fast with CO2
                         alone, C and D times with all species (140 4 80 13)

Each takes its turn in every repetition, on one core; the least of each counts. A time is that of preparing members
(matrix exponentials) and stepping 351 years, without reading or writing files: seconds of the processor, which
a busy machine doesn't stretch, worldlines' by its own clock. All
three must agree on the temperature of every member and year before anything is timed, to 1e-9 of it. Where numpy's exponential isn't
that of AVX-512, worldlines and fair must agree to 3e-8 K: fair's own numbers are then up to 2.3e-8 K from those of fair with AVX-512
(docs/CLIMATE.md).
"""

import argparse
import csv
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import time

os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import climate_numpy
import h5py
import numpy as np
from fair import FAIR
from fair.interface import fill, initialise
from numpy._core._multiarray_umath import __cpu_features__ as cpu_features

START, END = 1750, 2101
SCENARIO = "medium-extension"
CO2 = dict(
    shares=[0.2173, 0.224, 0.2824, 0.2763], lifetimes=[1e9, 394.4, 36.54, 4.304], g0=0.010178288342571706,
    g1=11.41262245538391, kappa=0.12818866721135597, scale=1.05,
)  # fmt: skip


class Worldlines:
    """The command, with its own clock."""

    WATCH = (
        "import os, sys; pid = os.posix_spawn(sys.argv[1], sys.argv[1:], os.environ);"
        "_, status, usage = os.wait4(pid, 0); print(usage.ru_maxrss, end=''); sys.exit(status != 0)"
    )

    def __init__(self, command, arguments, folder):
        self.output = folder / "out.h5"
        self.command = [command, "climate", *map(str, arguments), "-o", self.output, "--outputs", "temperature"]
        self.command += ["--force", "--json"]
        self.peak = 0

    def run(self):
        # A small process in between: a child's peak begins with the memory of the process that it is forked from.
        command = [sys.executable, "-S", "-c", Worldlines.WATCH, *map(str, self.command)]
        begin = time.perf_counter()
        done = subprocess.run(command, capture_output=True, text=True)
        if done.returncode:
            sys.exit(done.stderr)
        self.whole = time.perf_counter() - begin
        text, _, peak = done.stdout.rpartition("\n")
        self.peak = max(self.peak, int(peak) / 1024)
        seconds = json.loads(text)["cpu"]
        return seconds["prepare"] + seconds["run"]

    def temperature(self):
        with h5py.File(self.output) as file:
            return file["temperature"][:, 0, :, 0]


class Fair:
    """A filled model that is run again and again."""

    def __init__(self, model):
        self.model = model

    def run(self):
        self.model.gas_partitions.data[:] = 0
        begin = time.process_time()
        self.model.run(progress=False)
        return time.process_time() - begin

    def temperature(self):
        return self.model.temperature.values[:, 0, :, 0]


class Numpy:
    """A function and what it is given."""

    def __init__(self, function, case):
        self.function, self.case = function, case

    def run(self):
        begin = time.process_time()
        self.result = self.function(self.case)
        return time.process_time() - begin

    def temperature(self):
        return self.result


def drawn(count):
    """Members of CO2 alone: plausible numbers from a fixed seed."""
    draw = np.random.default_rng(20261126)

    def around(middle, spread):
        return middle * np.exp(spread * draw.standard_normal(count))

    return dict(
        capacity=np.stack([around(5, 0.3), around(20, 0.3), around(90, 0.3)]),
        transfer=np.stack([around(1.3, 0.2), around(2.2, 0.2), around(0.8, 0.2)]), efficacy=around(1.2, 0.15),
        gamma=around(2.0, 0.4), r0=around(32, 0.1), ru=around(0.004, 0.3), rt=around(2.5, 0.3), ra=around(0.001, 0.3),
        C0=np.full(count, 278.3),
    )  # fmt: skip


def co2_emissions():
    years = np.arange(START, END) + 0.5 - 1850
    fossil = np.where(years > 0, 40 * np.exp(-(((years - 180) / 60) ** 2)), 0.0)
    land = 3 * np.exp(-(((years - 120) / 80) ** 2))
    return fossil, land


def co2_alone(command, members, folder):
    """CO2 alone: a case folder, a fair model and a numpy case of the same members."""
    numbers = drawn(members)
    names = [f"m{index}" for index in range(members)]
    fossil, land = co2_emissions()
    kinds = {"CO2 FFI": "co2 ffi", "CO2 AFOLU": "co2 afolu", "CO2": "co2"}
    table = {
        name: dict(
            type=kind, input_mode="calculated" if kind == "co2" else "emissions", greenhouse_gas=kind == "co2",
            aerosol_chemistry_from_emissions=False, aerosol_chemistry_from_concentration=False,
        )
        for name, kind in kinds.items()
    }  # fmt: skip

    model = FAIR(ghg_method="leach2021")
    model.define_time(START, END, 1)
    model.define_scenarios(["path"])
    model.define_configs(names)
    model.define_species(list(table), table)
    model.allocate()
    model.fill_species_configs()
    climate, species = model.climate_configs, model.species_configs
    climate["ocean_heat_capacity"].data[:] = numbers["capacity"].T
    climate["ocean_heat_transfer"].data[:] = numbers["transfer"].T
    climate["deep_ocean_efficacy"].data[:] = numbers["efficacy"]
    climate["gamma_autocorrelation"].data[:] = numbers["gamma"]
    for key, name in [("r0", "iirf_0"), ("ru", "iirf_uptake"), ("rt", "iirf_temperature"), ("ra", "iirf_airborne")]:
        species[name].data[:, 2] = numbers[key]
    for name, value in [("g0", CO2["g0"]), ("g1", CO2["g1"]), ("baseline_concentration", 278.3)]:
        species[name].data[:, 2] = value
    species["partition_fraction"].data[:, 2] = CO2["shares"]
    species["unperturbed_lifetime"].data[:, 2] = CO2["lifetimes"]
    fill(model.emissions, fossil[:, None, None] * np.ones((1, 1, members)), specie="CO2 FFI")
    fill(model.emissions, land[:, None, None] * np.ones((1, 1, members)), specie="CO2 AFOLU")
    start(model)

    place = folder / "co2"
    write_case(place, model, table, names, numbers, fossil, land)
    case = dict(numbers, emissions=fossil + land, **{key: np.asarray(value) for key, value in CO2.items()})
    return Worldlines(command, [place], folder), Fair(model), Numpy(climate_numpy.run_co2, case)


def start(model):
    initialise(model.concentration, model.species_configs["baseline_concentration"])
    for array in (model.forcing, model.temperature, model.cumulative_emissions, model.airborne_emissions):
        initialise(array, 0)


def write_case(place, model, table, names, numbers, fossil, land):
    place.mkdir(exist_ok=True)

    def number(value):
        return None if np.isnan(value) else float(value)

    parameters = {}
    for key, data in model.species_configs.items():
        if key in ("partition_fraction", "unperturbed_lifetime"):
            parameters[key] = {name: [number(each) for each in data.values[0, s]] for s, name in enumerate(table)}
        elif data.dims == ("config",):
            parameters[key] = {name: number(value) for name, value in zip(names, data.values)}
        elif data.dims == ("config", "specie"):
            parameters[key] = {
                member: {name: number(data.values[m, s]) for s, name in enumerate(table)}
                for m, member in enumerate(names)
            }
        else:
            parameters[key] = {name: number(data.values[s]) for s, name in enumerate(table)}
    climate = {
        member: dict(
            ocean_heat_capacity=list(numbers["capacity"][:, m]), ocean_heat_transfer=list(numbers["transfer"][:, m]),
            deep_ocean_efficacy=numbers["efficacy"][m], gamma_autocorrelation=numbers["gamma"][m],
        )
        for m, member in enumerate(names)
    }  # fmt: skip
    run = dict(start=START, end=END, timestep=1, n_layers=3, n_gasboxes=4, ghg_method="leach2021", ch4_method="leach2021")
    configuration = dict(
        run=run, scenarios=["path"], configs=names, species=list(table), properties=table, climate_configs=climate,
        species_configs=parameters,
    )  # fmt: skip
    (place / "config.json").write_text(json.dumps(configuration))
    with open(place / "emissions.csv", "w") as file:
        file.write("timepoint,scenario,config,CO2 FFI,CO2 AFOLU\n")
        for member in names:
            for step in range(END - START):
                file.write(f"{START + step + 0.5},path,{member},{float(fossil[step])!r},{float(land[step])!r}\n")


class Ensemble:
    """The calibrated ensemble, its members over and over until there are enough."""

    def __init__(self, data, members, folder):
        self.data = data
        paths = {key: next(data.glob(pattern)) for key, pattern in [
            ("members", "calibrated_constrained_parameters*.csv"), ("species", "species_configs_properties*.csv"),
            ("emissions", "extensions*.csv"), ("forcing", "volcanic_solar.csv"),
        ]}  # fmt: skip
        self.paths = paths
        heads, *rows = list(csv.reader(open(paths["members"])))
        self.heads = heads
        self.rows = [[f"m{index}", *rows[index % len(rows)][1:]] for index in range(members)]
        self.names = [row[0] for row in self.rows]
        self.file = folder / "members.csv"
        with open(self.file, "w", newline="") as file:
            csv.writer(file, lineterminator="\n").writerows([heads, *self.rows])
        self.species = {row["name"]: row for row in csv.DictReader(open(paths["species"]))}

    def parameter(self, head):
        return np.array([float(row[self.heads.index(head)]) for row in self.rows])

    def series(self, path, first, last):
        """Rows of the scenario: variable -> values at the columns from first to last."""
        found = {}
        with open(path, encoding="utf-8-sig") as file:
            reader = csv.reader(file)
            heads = [head.lower() for head in next(reader)]
            columns = slice(heads.index(first), heads.index(last) + 1)
            for row in reader:
                if row[heads.index("scenario")] == SCENARIO:
                    found[row[heads.index("variable")]] = np.array([float(cell) for cell in row[columns]])
        return found


def full(command, data, members, folder):
    ensemble = Ensemble(data, members, folder)
    arguments = [ensemble.file, "--species", ensemble.paths["species"], "--emissions", ensemble.paths["emissions"]]
    arguments += ["--forcing", ensemble.paths["forcing"], "--scenarios", SCENARIO, "--years", f"{START}-{END}"]
    arguments += ["--set", "stochastic_run=0"]
    emissions = ensemble.series(ensemble.paths["emissions"], f"{START + 0.5}", f"{END - 0.5}")
    forcings = ensemble.series(ensemble.paths["forcing"], f"{START}", f"{END}")
    return (
        Worldlines(command, arguments, folder), fair_of(ensemble, emissions, forcings),
        Numpy(climate_numpy.run_full, numpy_of(ensemble, emissions, forcings)),
    )  # fmt: skip


def fair_of(ensemble, emissions, forcings):
    from fair.io import read_properties

    species, table = read_properties(filename=str(ensemble.paths["species"]))
    model = FAIR(ch4_method="Thornhill2021")
    model.define_time(START, END, 1)
    model.define_scenarios([SCENARIO])
    model.define_configs(ensemble.names)
    model.define_species(species, table)
    model.allocate()
    model.fill_species_configs(filename=str(ensemble.paths["species"]))
    for head in ensemble.heads[1:]:
        name, _, index = head.partition("[")
        index = index.rstrip("]")
        if name in ("stochastic_run", "use_seed", "seed"):
            continue
        values = ensemble.parameter(head)
        if name in model.climate_configs:
            array = model.climate_configs[name].data
            if index:
                array[:, int(index)] = values
            else:
                array[:] = values
        elif index:
            if index in species:
                model.species_configs[name].data[:, species.index(index)] = values
        else:
            model.species_configs[name].data[:] = values
    shape = np.ones((1, 1, len(ensemble.names)))
    for name, values in emissions.items():
        model.emissions.data[..., species.index(name)] = values[:, None, None] * shape
    for name, values in forcings.items():
        scale = ensemble.parameter(f"forcing_scale[{name}]")
        model.forcing.data[..., species.index(name)] = values[:, None, None] * scale
    start(model)
    return Fair(model)


def numpy_of(ensemble, emissions, forcings):
    species = ensemble.species

    def of(name, key):
        text = species[name][key]
        return float(text) if text else np.nan

    gases = [name for name, row in species.items() if row["greenhouse_gas"] == "1"]
    names = list(emissions)
    act = [name for name in names if species[name]["aerosol_chemistry_from_emissions"] == "1"]
    count = len(ensemble.names)
    eesc = "Equivalent effective stratospheric chlorine"

    def given(key, name, standard=0.0):
        head = f"{key}[{name}]"
        if head in ensemble.heads:
            return ensemble.parameter(head)
        value = of(name, key)
        return np.full(count, standard if np.isnan(value) else value)

    def table(key, standard=0.0):
        return np.stack([given(key, name, standard) for name in act])

    prescribed = np.zeros((END - START + 1, count))
    for name, values in forcings.items():
        scale = ensemble.parameter(f"forcing_scale[{name}]") * of(name, "forcing_efficacy")
        prescribed += np.concatenate([[0], values[1:]])[:, None] * scale
    single = [name for name in gases if name != "CO2"]
    clean = np.nan_to_num
    iirf = np.array([clean(of(name, "iirf_0")) for name in single])
    g0 = np.array([of(name, "g0") for name in single])
    g1 = np.array([of(name, "g1") for name in single])
    with np.errstate(over="ignore", invalid="ignore"):
        alpha = g0 * np.exp(np.minimum(iirf, 100) / g1)
    alpha[np.isnan(alpha)] = 1
    adjust = np.array([1 + of(name, "tropospheric_adjustment") for name in gases])
    return dict(
        gases=gases, names=names, emissions=np.stack([emissions[name] for name in names]),
        capacity=np.stack([ensemble.parameter(f"ocean_heat_capacity[{layer}]") for layer in range(3)]),
        transfer=np.stack([ensemble.parameter(f"ocean_heat_transfer[{layer}]") for layer in range(3)]),
        efficacy=ensemble.parameter("deep_ocean_efficacy"), gamma=ensemble.parameter("gamma_autocorrelation"),
        C0=np.stack([given("baseline_concentration", name) for name in gases]),
        Cr=[of(name, "forcing_reference_concentration") for name in gases],
        kappa=np.array([1 / (5.1352 * of(name, "molecular_weight") / 28.97) for name in gases]),
        base=np.array([of(name, "baseline_emissions") for name in names]),
        r0=ensemble.parameter("iirf_0[CO2]"), ru=ensemble.parameter("iirf_uptake[CO2]"),
        rt=ensemble.parameter("iirf_temperature[CO2]"), ra=ensemble.parameter("iirf_airborne[CO2]"),
        g0=of("CO2", "g0"), g1=of("CO2", "g1"),
        lifetimes=np.array([of("CO2", f"unperturbed_lifetime{pool}") for pool in range(4)]),
        shares=np.array([of("CO2", f"partition_fraction{pool}") for pool in range(4)]),
        alpha=alpha, tau=np.array([of(name, "unperturbed_lifetime0") for name in single]),
        scale=np.stack([given("forcing_scale", name, 1.0) for name in gases]) * adjust[:, None],
        efficiency=np.array([clean(of(name, "greenhouse_gas_radiative_efficiency")) for name in gases]),
        act=np.array([names.index(name) for name in act]),
        ch4_by_emission=np.array([of(name, "ch4_lifetime_chemical_sensitivity") for name in act]),
        s_ch4=of("CH4", "ch4_lifetime_chemical_sensitivity"), s_n2o=of("N2O", "ch4_lifetime_chemical_sensitivity"),
        s_eesc=of(eesc, "ch4_lifetime_chemical_sensitivity"), s_t=of("CH4", "lifetime_temperature_sensitivity"),
        eesc0=of(eesc, "baseline_concentration"),
        atoms=np.array([
            clean((of(name, "cl_atoms") + 45 * of(name, "br_atoms")) * of(name, "fractional_release"))
            if species[name]["type"] in ("cfc-11", "other halogen") else 0.0 for name in gases
        ]),
        ari=table("erfari_radiative_efficiency"), ari_ch4=given("erfari_radiative_efficiency", "CH4"),
        ari_n2o=given("erfari_radiative_efficiency", "N2O"), cloud=table("aci_shape"),
        aci_scale=ensemble.parameter("aci_scale"), ozone=table("ozone_radiative_efficiency"),
        ozone_ch4=given("ozone_radiative_efficiency", "CH4"), ozone_n2o=given("ozone_radiative_efficiency", "N2O"),
        ozone_eesc=given("ozone_radiative_efficiency", eesc),
        ozone_feedback=of("Ozone", "forcing_temperature_feedback"),
        lapsi=of("BC", "lapsi_radiative_efficiency")
        * given("forcing_scale", "Light absorbing particles on snow and ice", 1.0),
        water=of("CH4", "h2o_stratospheric_factor") * given("forcing_scale", "Stratospheric water vapour", 1.0),
        land=of("CO2 AFOLU", "land_use_cumulative_emissions_to_forcing") * given("forcing_scale", "Land use", 1.0),
        prescribed=prescribed,
    )  # fmt: skip


def race(title, runners, repetitions):
    ours, fair, numpy = runners
    best = [np.inf] * 3
    for runner in runners:
        runner.run()
    reference = fair.temperature()
    relative = (np.maximum(np.abs(reference), 1e-3), 1e-9, "")
    absolute = (1, 3e-8, " K")
    for name, runner, (scale, most, unit) in [
        ("worldlines", ours, relative if cpu_features["AVX512_SKX"] else absolute), ("numpy", numpy, relative),
    ]:  # fmt: skip
        error = (np.abs(runner.temperature() - reference) / scale).max()
        text = f"{title}: {name} differs from fair by {error:.1e}{unit}, allowed {most:.0e}{unit}"
        if not error <= most:
            sys.exit(text)
        print(text)
    for _ in range(repetitions):
        for index, runner in enumerate(runners):
            best[index] = min(best[index], runner.run())
    members, bounds = reference.shape[1], reference.shape[0]
    print(f"{title}: {members} members x {bounds - 1} years")
    for name, seconds in zip(["worldlines", "fair 2.2.5", "numpy"], best):
        print(f"  {name:11} {1e3 * seconds:9.1f} ms   {1e9 * seconds / members / (bounds - 1):8.1f} ns a member-year")
    print(f"  worldlines is {best[1] / best[0]:.0f} times as fast as fair, {best[2] / best[0]:.1f} times numpy")
    print(f"  the command as a whole {1e3 * ours.whole:.0f} ms, {ours.peak:.0f} MiB at most\n", flush=True)
    return best[1] / best[0], best[2] / best[0], ours.peak


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("command")
    parser.add_argument("--data", type=pathlib.Path)
    parser.add_argument("--members", type=int, default=1000)
    parser.add_argument("--repetitions", type=int, default=3)
    parser.add_argument("--at-least", type=float, nargs=4)
    parser.add_argument("--at-least-without-avx512", type=float, nargs=4)
    options = parser.parse_args()
    if options.at_least_without_avx512 and not cpu_features["AVX512_SKX"]:
        options.at_least = options.at_least_without_avx512
    bars = options.at_least or [0, 0, 0, 0]
    results = []
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        runners = co2_alone(options.command, options.members, folder)
        results.append(race("CO2 alone", runners, options.repetitions))
        del runners
        if options.data and options.data.is_dir():
            results.append(race("61 species", full(options.command, options.data, options.members, folder), options.repetitions))
        else:
            print("61 species: not run, for want of fair-calibrate's tables (--data)")
    failed = False
    for index, (fair, numpy, peak) in enumerate(results):
        failed |= fair < bars[2 * index] or numpy < bars[2 * index + 1] or peak > 100
    if options.at_least and failed:
        sys.exit("slower, or larger than 100 MiB, than it must be")


if __name__ == "__main__":
    main()
