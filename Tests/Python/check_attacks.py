"""Gives damaged and hostile files to the commands that read them: check_attacks.py BINARY WORLDS OUT [--mutants 200] [--seed 1].

No command may end by a signal, take more than a minute or more memory than 6 GiB: the exit codes are 0 and those that the help
names. Files are made here: HDF5 that states what it doesn't hold, links that lead elsewhere, tables with short rows, descriptions
of runs that can't be, and mutants of sound files with bytes changed at random. Where ../shared/cases/attack is there, its files
are tried too. Two processes then simulate different seeds into one archive at the same moment: the folder must stay of one.
"""

import argparse
import collections
import concurrent.futures
import json
import os
import pathlib
import random
import resource
import shutil
import subprocess
import sys
import tempfile

import h5py
import numpy

ALLOWED = {0, 64, 65, 74}
SECONDS, MEMORY = 60, 6 << 30
TEXT = h5py.string_dtype()

ARCHIVE = [
    ["inspect", "@"], ["inspect", "@", "--json"], ["compare", "@"], ["report", "@", "-o", "page.html"],
    ["export", "@", "-o", "tables"], ["diff", "@", "--world-line", "0", "--world-line", "1"],
    ["inspect", "@", "--world-line", "0", "--year", "2026", "--hour", "370"],
    ["discover", "@", "--outcome", "cost", "--above", "1"], ["compare", "@", "--write"],
]
NETWORK = [["grid", "@", "--json"]]
TABLE = [["compare", "@"], ["discover", "@", "--outcome", "cost", "--above", "1"]]
CALIBRATION = [["climate", "@", "-o", "climate.h5", "--years", "1750-1752"], ["climate", "@", "-o", "climate"]]


class Tries:
    def __init__(self, binary, out):
        self.binary = os.path.abspath(binary)
        self.out = out
        self.codes = collections.Counter()
        self.failures = []

    def run(self, arguments, folder, seconds=SECONDS):
        def limit():
            resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
            resource.setrlimit(resource.RLIMIT_CORE, (0, 0))

        try:
            result = subprocess.run(
                [self.binary, *arguments], cwd=folder, stdin=subprocess.DEVNULL, capture_output=True, timeout=seconds,
                preexec_fn=limit, env=dict(os.environ, SWIFT_BACKTRACE="enable=no"))
        except subprocess.TimeoutExpired:
            return "no end", ""
        return result.returncode, result.stderr.decode(errors="replace")

    def give(self, name, make, commands, refused=()):
        """Makes a file or folder anew for each command and runs it; `refused` are the commands that must refuse it."""
        for command in commands:
            with tempfile.TemporaryDirectory(dir=self.out) as folder:
                path = make(pathlib.Path(folder))
                arguments = [str(path) if word == "@" else word for word in command]
                code, words = self.run(arguments, folder)
                left = [each.name for each in pathlib.Path(folder).iterdir() if each.name.endswith(".tmp")]
            self.codes[code] += 1
            wrong = None
            if code not in ALLOWED:
                wrong = f"ends with {code}"
            elif code == 0 and command[0] in refused:
                wrong = "is taken for sound"
            elif code != 0 and not words.strip():
                wrong = f"ends with {code} and says nothing"
            elif left:
                wrong = f"leaves {left}"
            if wrong:
                self.failures.append(f"{name}: {' '.join(command)} {wrong}: {words.strip()[-300:]}")


def network(path, compression=None):
    """A small network as PyPSA writes it."""
    hours = 4
    with h5py.File(path, "w") as file:
        def put(name, values, kind=None):
            values = numpy.asarray(values, dtype=kind)
            options = {"compression": compression} if compression and values.ndim else {}
            file.create_dataset(name, data=values, **options)

        file.attrs["network_name"] = "small"
        put("snapshots", range(hours), "i8")
        file["snapshots"].attrs["units"] = "hours since 2030-01-01 00:00:00"
        file["snapshots"].attrs["calendar"] = "proleptic_gregorian"
        put("buses_i", ["a", "b"], TEXT)
        put("generators_i", ["coal", "wind", "gas"], TEXT)
        put("generators_bus", ["a", "a", "b"], TEXT)
        put("generators_p_nom", [100.0, 50, 80])
        put("generators_marginal_cost", [20.0, 0, 60])
        put("generators_t_p_max_pu_i", ["wind"], TEXT)
        put("generators_t_p_max_pu", [[0.3], [0.5], [0.1], [0.9]])
        put("loads_i", ["town"], TEXT)
        put("loads_bus", ["b"], TEXT)
        put("loads_p_set", [70.0])
        put("lines_i", ["ab"], TEXT)
        put("lines_bus0", ["a"], TEXT)
        put("lines_bus1", ["b"], TEXT)
        put("lines_x", [0.1])
        put("lines_s_nom", [60.0])


CALIBRATED = {
    "emissions.csv": "scenario,region,variable,unit,1750.5,1751.5\npath,World,CO2,Gt CO2/yr,4,5\n",
    "members.csv": ",deep_ocean_efficacy,gamma_autocorrelation,ocean_heat_capacity[0],ocean_heat_capacity[1],"
    "ocean_heat_transfer[0],ocean_heat_transfer[1],forcing_scale[CO2]\na,1.2,2,5,80,1.2,1,1\nb,1.1,2,4,90,1.0,1,1.1\n",
    "species.csv": "name,type,input_mode,greenhouse_gas,aerosol_chemistry_from_emissions,"
    "aerosol_chemistry_from_concentration,partition_fraction0,unperturbed_lifetime0,tropospheric_adjustment,forcing_efficacy,"
    "forcing_temperature_feedback,forcing_scale,molecular_weight,baseline_concentration,forcing_reference_concentration,"
    "iirf_0,iirf_airborne,iirf_uptake,iirf_temperature,baseline_emissions,g1,g0,ch4_lifetime_chemical_sensitivity,"
    "lifetime_temperature_sensitivity\nCO2,co2,emissions,1,0,0,1,100,0,1,0,1,44,300,300,40,0,0,0,0,10,0.01,0,nan\n",
}


def calibration(folder, **changed):
    for name, text in CALIBRATED.items():
        (folder / name).write_text(changed.get(name.split(".")[0], text))
    return folder


def edited(source, edit):
    """A copy of an HDF5 file that h5py has changed."""
    def make(folder):
        path = folder / pathlib.Path(source).name
        shutil.copy(source, path)
        with h5py.File(path, "r+") as file:
            edit(file)
        return path

    return make


def attribute(key, value, of=None):
    def edit(file):
        attributes = (file[of] if of else file).attrs
        attributes.pop(key, None)
        attributes[key] = value

    return edit


def variable(name, shape, kind="f8", keep=()):
    """A variable of another shape that nobody wrote."""
    def edit(file):
        kept = {key: value for key, value in file[name].attrs.items() if key in keep}
        del file[name]
        chunks = tuple(min(extent, 256) for extent in shape)
        made = file.create_dataset(name, shape, kind, chunks=chunks if chunks and all(chunks) else None)
        for key, value in kept.items():
            made.attrs[key] = value

    return edit


def number(file, key):
    return int(numpy.asarray(file.attrs[key]).item())


def texts(count, width=40):
    return numpy.array([b"A" * width] * count, dtype=f"S{width}")


def archives(tries, archive):
    every = {command[0] for command in ARCHIVE}

    def give(name, edit, refused=every):
        tries.give(name, edited(archive, edit), ARCHIVE, refused)

    for key in ("format", "title", "study", "seed", "keep_states"):
        give(f"attribute {key} of 2 texts", attribute(key, texts(2)))
    give("attribute title of 900 texts", attribute("title", texts(900)))
    give("attribute title is a number", attribute("title", 3.0))
    give("attribute units of 2000 texts", attribute("units", texts(2000, 3), "outcome_cost"), ())
    for key, value in (
        ("first_year", -(2**31)), ("first_year", 2**31 - 1), ("last_year", 2**30), ("samples", 2**31 - 1), ("samples", -1),
        ("policies", 2**31 - 1), ("policies", 1), ("step_years", 0), ("step_years", 2**31 - 1),
    ):
        give(f"{key} {value}", attribute(key, numpy.int32(value)))
    give("policies 1e300", attribute("policies", 1e300))
    with h5py.File(archive) as file:
        samples, policies = number(file, "samples"), number(file, "policies")
        lines = samples * policies
        yearly = [name for name in file if "cell_methods" in getattr(file[name], "attrs", {})]
        deep = next(name for name in yearly if file[name].ndim == 3)
        times, entities = file[deep].shape[1:]
        source = next(name for name in file["states"] if any(each.startswith("file_") for each in file["states"][name]))

    def swap(file):
        file.attrs["samples"], file.attrs["policies"] = numpy.int32(policies), numpy.int32(samples)

    give("samples and policies exchanged", swap)
    # `report` and others read a variable only where they use it.
    for shape in ((2**40, 1), (2**33, 2**33), (lines, 2**36), ()):
        give(f"policy of {shape}", variable("policy", shape, "S1"))
    for shape in ((lines, 2**40), (lines, 2**62), (2 * lines,), ()):
        give(f"outcome_cost of {shape}", variable("outcome_cost", shape), () if len(shape) < 2 else {"compare", "export"})
    for shape in ((lines, times - 1, entities), (lines, times), (lines, times, entities, 2), (lines, times, 0), (lines, times, 2**40)):
        give(f"{deep} of {shape}", variable(deep, shape, keep=("cell_methods", "units")), ())
    for count in (-1, 2**62, -(2**63)):
        edit = attribute("byte_count", numpy.int64(count), f"states/{source}/file_0")
        give(f"byte_count {count}", edit, {"inspect", "report", "diff"})
    for value in (1e308, -1e308, numpy.nan, 5e-324):
        give(f"outcome_cost {value}", lambda file: file["outcome_cost"].__setitem__(slice(0, lines // 2), value), ())
    give("external link", lambda file: file.__setitem__("zz", h5py.ExternalLink("/etc/hostname", "/")), {"compare"})
    give("link to itself", lambda file: file.__setitem__("zz", h5py.SoftLink("/zz")), {"compare"})
    give("group in itself", lambda file: file["states"].__setitem__("again", file["states"]), ())

    def elsewhere(file):
        del file["outcome_cost"]
        file.create_dataset("outcome_cost", (lines,), "f8", external=[("/etc/hostname", 0, 8 * lines)])

    give("values in another file", elsewhere, {"compare", "export"})


def networks(tries, sound):
    def give(name, edit, refused=("grid",)):
        tries.give(name, edited(sound, edit), NETWORK, refused)

    tries.give("sound network", edited(sound, lambda file: None), NETWORK)
    with h5py.File(sound) as file:
        for name in list(file):
            kind = file[name].dtype if file[name].dtype.kind == "f" else TEXT if file[name].dtype.kind == "O" else "i8"
            for rows in (2**31, 2**40, 2**62):
                give(f"{name} of {rows} rows", variable(name, (rows,) + file[name].shape[1:], kind))
            give(f"{name} without values", variable(name, (0,) + file[name].shape[1:], kind), ())
    give("units of 1500 texts", attribute("units", texts(1500, 31), "snapshots"), ())
    for units in ("hours since 2030-13-45", "days since 9999999999-01-01", "hours since", "seconds since 2030-01-01"):
        give(units, attribute("units", units, "snapshots"), ())
    for value in (2**62, -(2**63)):
        give(f"times {value}", lambda file: file["snapshots"].__setitem__(slice(None), value), ())
    give("times 1e308", lambda file: (variable("snapshots", (4,), "f8", ("units",))(file),
                                      file["snapshots"].__setitem__(slice(None), 1e308)), ())
    give("numbers as texts", variable("generators_p_nom", (3,), TEXT), ())
    give("compound", variable("generators_p_nom", (3,), [("a", "f8"), ("b", "i4")]))


def tables(tries):
    def table(text):
        def make(folder):
            (folder / "table.csv").write_text(text)
            return folder / "table.csv"

        return make

    for text in (
        "policy,cost\na,1e308\nb,-1e308\n", "policy,scenario,cost\na,x,1e308\na,y,-1e308\nb,x,1e308\nb,y,1e308\n",
        "policy,cost\na,nan\nb,1\n", "policy,cost\na\nb,1\n", "policy\n", "\n", "", "policy,cost\n" + "a,1\n" * 3,
        "policy,weight,cost\na,1e308,1\na,1e308,2\n",
    ):
        tries.give(f"table {text[:40]!r}", table(text), TABLE)
    head = "scenario,region,variable,unit,"
    row = "\npath,World,CO2,Gt CO2/yr,4,5\n"
    for name, changed in (
        ("short row", {"emissions": head + "1750.5\npath,World\n"}), ("year nan", {"emissions": head + "nan,1751.5" + row}),
        ("year 1e300", {"emissions": head + "1750.5,1e300" + row}), ("year inf", {"emissions": head + "1750.5,inf" + row}),
        ("no row", {"emissions": head + "1750.5,1751.5\n"}), ("empty", {"emissions": "\n"}),
        ("row of one cell", {"emissions": head + "1750.5,1751.5\nx\n" + row}),
        ("short member", {"members": CALIBRATED["members.csv"] + "c\n"}),
        ("short species", {"species": CALIBRATED["species.csv"] + "CH4\n"}),
    ):
        tries.give(f"calibration, {name}", lambda folder: calibration(folder, **changed), CALIBRATION)
    for years in ("1750-1e300", "nan-1752", "1750-inf", "1750-1e12"):
        tries.give(f"years {years}", calibration, [["climate", "@", "-o", "climate.h5", "--years", years]], {"climate"})


def parts(tries, archive):
    source = f"{archive}.parts"
    sound = json.loads(pathlib.Path(source, "run.json").read_text())

    def kept(**changed):
        def make(folder):
            shutil.copytree(source, folder / "a.h5.parts")
            (folder / "a.h5.parts/run.json").write_text(json.dumps(dict(sound, **changed)))
            return folder / "a.h5"

        return make

    for changed in (
        {"lastYear": 0}, {"firstYear": -(2**63)}, {"lastYear": 2**63 - 1}, {"firstYear": 0, "lastYear": 2**62},
        {"samples": 2**63 - 1}, {"samples": 0}, {"samples": -1}, {"samples": 10**12}, {"seed": 2**64 - 1},
        {"formatVersion": 2**62}, {"study": ""}, {"study": "../../../etc/passwd"}, {"digest": ""},
        {"samples": 1e300}, {"firstYear": "2026"},
    ):
        tries.give(f"run.json {changed}", kept(**changed), [["resume", "@"], ["inspect", "@.parts"], ["inspect", "a.h5.parts"]],
                   {"inspect"} if "samples" in changed else ())


def mutate(data, random):
    data = bytearray(data)
    top = random.choice([len(data), len(data), 4096, 20000])
    for _ in range(random.choice([1, 1, 1, 4])):
        place = random.randrange(min(top, len(data)))
        if random.random() < 0.6:
            data[place] ^= 1 << random.randrange(8)
        else:
            data[place] = random.choice([0, 255, 127, 128, random.randrange(256)])
    if random.random() < 0.05:
        del data[random.randrange(len(data)):]
    return bytes(data)


def mutants(tries, archive, nets, count, seed):
    """Sound files with bytes changed: [what, name of the file, how to make it, commands]."""
    rng = random.Random(seed)
    texts_of = {"run.json": pathlib.Path(f"{archive}.parts/run.json").read_bytes()}
    part = next(pathlib.Path(f"{archive}.parts").glob("*.part.h5"))

    def file(source):
        data = mutate(source.read_bytes(), rng)
        return lambda folder: (folder / source.name, (folder / source.name).write_bytes(data))[0]

    def in_parts(name, data):
        def make(folder):
            shutil.copytree(f"{archive}.parts", folder / "a.h5.parts")
            (folder / "a.h5.parts" / name).write_bytes(data)
            return folder / "a.h5"

        return make

    made = []
    for number in range(count):
        kind = rng.choice(["network"] * 4 + ["archive"] * 3 + ["part", "run.json", "calibration"])
        name = f"{kind} mutant {number} of seed {seed}"
        if kind == "network":
            made.append((name, file(rng.choice(nets)), NETWORK))
        elif kind == "archive":
            made.append((name, file(archive), [rng.choice(ARCHIVE)]))
        elif kind == "part":
            made.append((name, in_parts(part.name, mutate(part.read_bytes(), rng)), [["resume", "@"]]))
        elif kind == "run.json":
            data = mutate(texts_of["run.json"], rng)
            made.append((name, in_parts("run.json", data), [["resume", "@"], ["inspect", "a.h5.parts"]]))
        else:
            which = rng.choice(list(CALIBRATED))
            data = mutate(CALIBRATED[which].encode(), rng)

            def make(folder, which=which, data=data):
                calibration(folder)
                (folder / which).write_bytes(data)
                return folder

            made.append((name, make, [rng.choice(CALIBRATION)]))
    return made


def shared(cases):
    """The files of the cases, with the commands that read such a file."""
    for path in sorted(cases.rglob("*")):
        def copy(folder, path=path):
            if path.is_dir():
                return shutil.copytree(path, folder / path.name)
            return shutil.copy(path, folder / path.name)

        if path.is_dir():
            if (path / "members.csv").exists():
                yield path.name, copy, CALIBRATION
        elif path.suffix == ".h5":
            yield path.name, copy, ARCHIVE
        elif path.suffix == ".nc":
            yield path.name, copy, NETWORK
        elif path.suffix == ".csv" and path.parent.name == "minimal":
            yield path.name, copy, TABLE
        elif path.suffix == ".yaml":
            yield path.name, copy, [["check", "@"], ["inspect", "@"]]


def described(archive, path):
    """A run.json of the cases in a parts folder of our own."""
    def make(folder):
        shutil.copytree(f"{archive}.parts", folder / "a.h5.parts")
        shutil.copy(path, folder / "a.h5.parts/run.json")
        return folder / "a.h5"

    return make


def two_at_once(tries, study, rounds=4):
    """Different seeds into one archive at the same moment: at least one ends well, and the folder is of one run."""
    for number in range(rounds):
        with tempfile.TemporaryDirectory(dir=tries.out) as folder:
            both = [
                subprocess.Popen(
                    [tries.binary, "run", os.path.abspath(study), "-o", "two.h5", "--samples", "2", "--years", "4", "--workers",
                     "1", "--seed", seed], cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
                for seed in ("1", "9")]
            words = [each.communicate(timeout=SECONDS)[1].decode() for each in both]
            codes = [each.returncode for each in both]
            again, said = tries.run(["resume", "two.h5"], folder)
            seed = json.loads(pathlib.Path(folder, "two.h5.parts/run.json").read_text())["seed"]
            with h5py.File(pathlib.Path(folder, "two.h5")) as file:
                kept = file.attrs["seed"]
                in_archive = int(kept.decode() if isinstance(kept, bytes) else kept)
            if 0 not in codes or not set(codes) <= {0, 65, 74} or again != 0 or seed != in_archive:
                tries.failures.append(
                    f"two seeds, round {number}: end with {codes}, resume {again}, run.json has {seed}, the archive {in_archive}: "
                    f"{words} {said}")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("binary")
    parser.add_argument("worlds")
    parser.add_argument("out")
    parser.add_argument("--mutants", type=int, default=120)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    out = pathlib.Path(options.out, "attacks").resolve()
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir(parents=True)
    tries = Tries(options.binary, out)
    study = pathlib.Path(options.worlds, "island/studies/first.yaml").resolve()
    archive = out / "a.h5"
    code, words = tries.run(["run", str(study), "-o", str(archive), "--samples", "2", "--years", "4"], out)
    if code != 0:
        sys.exit(f"the sound archive can't be made: {words}")
    nets = [out / "plain.nc", out / "zlib.nc"]
    network(nets[0])
    network(nets[1], "gzip")

    jobs = [
        lambda: archives(tries, archive), lambda: networks(tries, nets[0]), lambda: tables(tries),
        lambda: parts(tries, archive), lambda: two_at_once(tries, study),
    ]
    for name, make, commands in mutants(tries, archive, nets, options.mutants, options.seed):
        jobs.append(lambda name=name, make=make, commands=commands: tries.give(name, make, commands))
    cases = pathlib.Path(__file__).resolve().parents[3] / "shared/cases/attack"
    found = 0
    if cases.exists():
        for name, make, commands in shared(cases):
            found += 1
            jobs.append(lambda name=name, make=make, commands=commands: tries.give(name, make, commands))
        for path in sorted(cases.rglob("run.json*.json")):
            found += 1
            jobs.append(lambda path=path: tries.give(
                path.name, described(archive, path), [["resume", "@"], ["inspect", "a.h5.parts"]]))
        if found < 38:
            tries.failures.append(f"{cases} has {found} files that are known, where there were 38")
    with concurrent.futures.ThreadPoolExecutor(max(os.cpu_count() or 1, 2)) as pool:
        for job in [pool.submit(job) for job in reversed(jobs)]:
            job.result()

    print("\n".join(sorted(tries.failures)))
    print(f"{sum(tries.codes.values())} executions, exit codes {dict(sorted(tries.codes.items(), key=str))}, "
          f"{options.mutants} mutants of seed {options.seed}, {found} files of the cases, {len(tries.failures)} failures")
    sys.exit(1 if tries.failures else 0)


if __name__ == "__main__":
    main()
