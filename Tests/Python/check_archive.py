"""Reads archives the way their users do, and fails when one breaks docs/ARCHIVE-FORMAT.md: check_archive.py ARCHIVE...

Each archive is opened by xarray with both of its HDF5 engines, with no option and no warning, and both must read the
same numbers. Then names, dimensions, units, the tree of world lines and the certificates are checked.
"""

import sys
import warnings

import numpy
import xarray

LINE, YEAR = ("world_line",), ("world_line", "time")
YEARLY = {
    "global_temperature": YEAR,
    "population": (*YEAR, "city"),
    "load": YEAR,
    "peak_load": YEAR,
    "reserve_margin": YEAR,
    "generation": (*YEAR, "carrier"),
    "unserved_energy": YEAR,
    "curtailed_energy": YEAR,
    "electricity_price": (*YEAR, "city"),
    "flow": (*YEAR, "link"),
    "co2_emissions": YEAR,
    "system_cost": YEAR,
    "compute_capacity": (*YEAR, "city"),
    "compute_served": (*YEAR, "city"),
    "pue": (*YEAR, "city"),
    "gross_product": YEAR,
    "optimality_gap": YEAR,
    "unconverged_hours": YEAR,
    "bus_price": (*YEAR, "bus"),
    "bus_revenue": (*YEAR, "bus"),
    "bus_emissions": (*YEAR, "bus"),
    "bus_unserved": (*YEAR, "bus"),
    "carrier_emissions": (*YEAR, "carrier"),
    "capacity": (*YEAR, "carrier"),
    "link_rent": (*YEAR, "link"),
    "heat_sold": YEAR,
}
# What is resolved further, and the total that it sums to.
PARTS = {
    "bus_revenue": "generation_revenue",
    "bus_emissions": "co2_emissions",
    "carrier_emissions": "co2_emissions",
    "bus_unserved": "unserved_energy",
    "link_rent": "congestion_rent",
}
PER_LINE = ("policy", "sample", "parent_world_line", "fork_time_index")


def read(path, engine):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with xarray.open_dataset(path, engine=engine) as dataset:
            return dataset.load()


def numbers(dataset):
    return {name: dataset[name] for name in dataset.variables if dataset[name].dtype.kind in "iuf"}


def shock(path, archive, name):
    """What is wrong with whether a shock strikes, and when."""
    struck, date = archive[name], archive[f"{name}_date"]
    if struck.dims != LINE or date.dims != LINE:
        return [f"{path}: {name} or its date is not by world_line"]
    found = []
    if not numpy.isin(struck.values, (0, 1)).all():
        found.append(f"{path}: {name} has values other than 0 and 1")
    if not numpy.array_equal(numpy.isfinite(date.values), struck.values == 1):
        found.append(f"{path}: {name}_date is not there just where {name} is 1")
    years = (archive.attrs["first_year"], archive.attrs["last_year"] + 1)
    dates = date.values[struck.values == 1]
    if not ((dates >= years[0]) & (dates < years[1])).all():
        found.append(f"{path}: {name}_date is outside the years of the archive")
    for sample in numpy.unique(archive.sample.values):
        if len(numpy.unique(struck.values[archive.sample.values == sample])) > 1:
            found.append(f"{path}: {name} differs between policies of sample {sample}")
    return found


def findings(path):
    found = []

    def expect(truth, text):
        if not truth:
            found.append(f"{path}: {text}")

    archive = read(path, "netcdf4")
    other = read(path, "h5netcdf")
    expect(set(archive.variables) == set(other.variables), "the two engines see unlike variables")
    for name, values in numbers(archive).items():
        if name in other.variables:
            same = numpy.array_equal(values.values, other[name].values, equal_nan=True)
            expect(same and values.dims == other[name].dims, f"{name}: the two engines read unlike values")

    expect(str(archive.attrs.get("Conventions", "")).startswith("CF-1.11"), "Conventions is not CF-1.11")
    expect("format_version" in archive.attrs, "no attribute format_version")

    for name, dimensions in YEARLY.items():
        if name not in archive.variables:
            expect(False, f"no variable {name}")
            continue
        variable = archive[name]
        expect(variable.dims == dimensions, f"{name} has dimensions {variable.dims}, not {dimensions}")
        expect(variable.dtype.kind == "f", f"{name} is {variable.dtype}, not floating point")
        expect(bool(numpy.isfinite(variable.values).all()), f"{name} holds values that are not finite")
        expect("cell_methods" in variable.attrs, f"{name} has no cell_methods")
    for name in PER_LINE:
        expect(name in archive.variables and archive[name].dims == LINE, f"no variable {name}(world_line)")
    for prefix in ("outcome_", "lever_"):
        named = [name for name in archive.variables if name.startswith(prefix)]
        expect(named, f"no variable {prefix}*")
        expect(all(archive[name].dims == LINE for name in named), f"{prefix}* is not by world_line")
    for name in archive.variables:
        if name.startswith("shock_") and f"{name}_date" in archive.variables:
            found += shock(path, archive, name)
    for name in archive.variables:
        variable = archive[name]
        if variable.dtype.kind in "iuf" and name not in ("time", "time_bnds", "time_bounds"):
            expect("units" in variable.attrs, f"{name} has no units")
            expect("long_name" in variable.attrs, f"{name} has no long_name")
    if found:
        return found

    lines = archive.sizes["world_line"]
    policies = len(set(archive.policy.values.tolist()))
    expect(lines % policies == 0, f"{lines} world lines are no multiple of {policies} policies")
    expect(
        numpy.array_equal(archive.sample.values, numpy.arange(lines) // policies),
        "world_line is not sample x policies + policy",
    )
    parent, fork = archive.parent_world_line.values, archive.fork_time_index.values
    for line in range(lines):
        if parent[line] < 0:
            continue
        ancestor = int(parent[line])
        expect(ancestor != line and archive.sample[ancestor] == archive.sample[line], f"parent of {line} is {ancestor}")
        for name in YEARLY:
            shared = archive[name].values[:, : int(fork[line])]
            same = numpy.array_equal(shared[line], shared[ancestor])
            expect(same, f"{name}: world line {line} differs from {ancestor} before they part")
    expect(float(archive.pue.min()) >= 1, "a PUE is below 1")
    expect(float(archive.generation.min()) >= 0, "generation is negative somewhere")
    for parts, whole in PARTS.items():
        part, total = archive[parts].sum(archive[parts].dims[-1]), archive[whole]
        if total.ndim > 2:
            total = total.sum(total.dims[-1])
        apart = numpy.abs(part.values - total.values)
        scale = numpy.maximum(numpy.abs(archive[parts].values).sum(axis=-1), 1e-3)
        expect(bool((apart <= 1e-9 * scale).all()), f"{parts} does not sum to {whole}")
    certified = archive.optimality_gap.values[archive.unconverged_hours.values == 0]
    expect(bool((certified <= 1e-6).all()), "a gap above 1e-6 in a year without unconverged hours")
    return found


def main(paths):
    if not paths:
        sys.exit("check_archive.py ARCHIVE...")
    found = [finding for path in paths for finding in findings(path)]
    for finding in found[:40]:
        print(finding)
    if found:
        sys.exit(f"{len(found)} findings")
    print(f"{len(paths)} archives read alike by both engines, with every name, dimension and unit in place")


if __name__ == "__main__":
    main(sys.argv[1:])
