"""What must be true of Worlds/japan beside Worlds/japan-areas: check_cities.py WORLDLINES CITIES AREAS FOLDER.

The base year, with drawn weather, is near the statistics; both worlds give the same energy by fuel within 3 %; no hour is
flagged. The small form of every study of the cities runs, and no hour of it is flagged.
"""

import pathlib
import subprocess
import sys

import numpy
import xarray

import check_japan

SAMPLES = 8
# What is asked of the first year: median over samples of nation-wide sums and means.
BASE_YEAR = {
    "demand [TWh]": (840, 870),
    "largest hour [GW]": (150, 170),
    "nuclear [TWh]": (82, 100),
    "coal [TWh]": (235, 265),
    "gas [TWh]": (250, 290),
    "solar [TWh]": (98, 106),
    "CO2 [kg/kWh]": (0.36, 0.43),
    "price [USD/MWh]": (70, 95),
    "unserved [GWh]": (0, 1),
}


def run(command, study, archive, *options):
    """The archive of a run, opened."""
    arguments = [command, "run", str(study), "-o", str(archive), "--force", "--samples", str(SAMPLES), *options]
    result = subprocess.run(arguments, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    if result.returncode != 0:
        sys.exit(f"{study}: ends with {result.returncode}:\n{result.stderr}")
    with xarray.open_dataset(archive, decode_times=False) as dataset:
        return dataset.load()


def base_year(archive):
    """The first year's figures by the names of BASE_YEAR, and all energy by carrier, TWh: medians over samples."""
    year = archive.isel(time=0)
    load = year["load"].values
    energy = dict(zip(check_japan.labels(archive, "carrier"), numpy.median(year["generation"].values, axis=0) / 1e6))
    figures = {f"{carrier} [TWh]": energy[carrier] for carrier in ("nuclear", "coal", "gas", "solar")}
    figures["demand [TWh]"] = numpy.median(load) / 1e6
    figures["largest hour [GW]"] = numpy.median(year["peak_load"].values) / 1e3
    figures["CO2 [kg/kWh]"] = numpy.median(year["co2_emissions"].values / load)
    figures["price [USD/MWh]"] = numpy.median(year["payments"].values / load)
    figures["unserved [GWh]"] = numpy.median(year["unserved_energy"].values) / 1e3
    return figures, energy


def is_certified(archive, name):
    gap, flagged = float(archive.optimality_gap.max()), float(archive.unconverged_hours.sum())
    return check_japan.expect(gap <= 1e-6 and flagged == 0, f"{name}: certified gap {gap:.1e}, {flagged:.0f} hours flagged")


def main(command, cities, areas, folder):
    command, folder = str(pathlib.Path(command).resolve()), pathlib.Path(folder)
    true = True
    found = {}
    for world in (cities, areas):
        name = pathlib.Path(world).name
        archive = run(command, pathlib.Path(world) / "studies" / "siting.yaml", folder / f"{name}-base.h5", "--years", "1")
        figures, found[name] = base_year(archive)
        for what, (least, most) in BASE_YEAR.items():
            text = f"{name}: {what} {figures[what]:.4g}, {least} to {most}"
            true &= check_japan.expect(least <= figures[what] <= most, text)
        true &= is_certified(archive, name)
    mine, theirs = found.values()
    for carrier, energy in theirs.items():
        text = f"{carrier} {mine[carrier]:.2f} TWh by cities, {energy:.2f} by areas, within 3 %"
        true &= check_japan.expect(abs(mine[carrier] - energy) <= 0.03 * energy, text)
    for study in sorted(pathlib.Path(cities).glob("studies/*.yaml")):
        archive = run(command, study, folder / f"cities-{study.stem}.h5", "--years", "3")
        true &= is_certified(archive, study.stem)
    sys.exit(0 if true else 1)


if __name__ == "__main__":
    if len(sys.argv) != 5:
        sys.exit("check_cities.py WORLDLINES CITIES AREAS FOLDER")
    main(*sys.argv[1:])
