"""What must be true of Worlds/japan-areas: check_japan.py WORLDLINES WORLD FOLDER.

The base year is near the statistics. Copies of the world are changed in one thing each and must answer as Japan would.
"""

import pathlib
import random
import re
import shutil
import subprocess
import sys

import numpy
import xarray

SAMPLES = 8
LOST_LOAD = 3000  # currency/MWh, as in world.yaml


class Japan:
    def __init__(self, command, world, folder):
        self.command, self.world, self.folder = command, pathlib.Path(world), pathlib.Path(folder)

    def simulate(self, name, change=None):
        """The first year of the study in a copy of the world after `change`."""
        copy, archive = self.folder / "worlds" / name, self.folder / f"japan-{name}.h5"
        shutil.rmtree(copy, ignore_errors=True)
        shutil.copytree(self.world, copy)
        if change:
            change(copy)
        arguments = [self.command, "run", copy / "studies" / "siting.yaml", "-o", archive, "--force", "--years", "1"]
        arguments += ["--samples", str(SAMPLES)]
        result = subprocess.run(arguments, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        if result.returncode != 0:
            sys.exit(f"{name}: ends with {result.returncode}:\n{result.stderr}")
        with xarray.open_dataset(archive, decode_times=False) as dataset:
            return dataset.load()


def labels(archive, dimension):
    for variable in archive.variables.values():
        if variable.dims == (dimension,) and variable.dtype.kind in "OSU":
            return [value.decode() if isinstance(value, bytes) else str(value) for value in variable.values.tolist()]
    sys.exit(f"nothing names the entries of {dimension}")


def of(archive, name, entity):
    """A variable's mean over world lines, at one named entity."""
    dimension = archive[name].dims[-1]
    return float(archive[name].isel({dimension: labels(archive, dimension).index(entity)}).mean())


def expect(truth, text):
    print(("  " if truth else "FALSE: ") + text)
    return bool(truth)


def edit(table, change):
    """Rewrites a table: `change` gets the column names and a row, and returns the row."""
    lines = table.read_text().splitlines()
    names = [name.split(" [")[0] for name in lines[0].split(",")]
    rows = [",".join(change(names, line.split(","))) for line in lines[1:]]
    table.write_text("\n".join([lines[0], *rows]) + "\n")


def cut_converters(world):
    def cut(names, row):
        if row[names.index("carrier")] == "TK-CB":
            row[names.index("p_nom")] = "0"
        return row

    edit(world / "links.csv", cut)


def shuffle_rows(world):
    """Shuffles every table but those of the hindcast, whose offers have to rise from row to row, and the climate's numbered members."""
    draw = random.Random(1)
    tables = [table for table in sorted(world.glob("*.csv")) if not table.name.startswith(("hindcast_", "members"))]
    for table in tables + sorted((world / "studies").glob("*.csv")):
        header, *rows = table.read_text().splitlines()
        draw.shuffle(rows)
        table.write_text("\n".join([header, *rows]) + "\n")


def double_lost_load(world):
    path = world / "world.yaml"
    text, count = re.subn(rf"value_of_lost_load: {LOST_LOAD}\b", f"value_of_lost_load: {2 * LOST_LOAD}", path.read_text())
    if count != 1:
        sys.exit(f"world.yaml has no value_of_lost_load of {LOST_LOAD}")
    path.write_text(text)


def unlike(base, other):
    """Variables whose values differ by more than the order of a sum explains when entities are matched by name."""
    found = []
    for name, values in base.data_vars.items():
        if values.dtype.kind != "f":
            continue
        mine, theirs = values.values, other[name]
        for dimension in values.dims:
            if dimension in ("city", "carrier", "link", "bus"):
                order = [labels(other, dimension).index(label) for label in labels(base, dimension)]
                theirs = theirs.isel({dimension: order})
        if not numpy.allclose(mine, theirs.values, rtol=1e-12, atol=0):
            found.append(f"{name} by {numpy.abs(mine - theirs.values).max():.1e}")
    return found


def main(command, world, folder):
    japan = Japan(str(pathlib.Path(command).resolve()), world, folder)
    base = japan.simulate("base")
    true = True
    terawatt_hours = 1e6
    load = float(base["load"].mean()) / terawatt_hours
    true &= expect(abs(load / 856 - 1) < 0.03, f"load {load:.0f} TWh, 856 within 3 %")
    for carrier in ("coal", "gas"):
        energy = of(base, "generation", carrier) / terawatt_hours
        true &= expect(200 <= energy <= 320, f"{carrier} {energy:.0f} TWh, 200 to 320")
    unserved = float(base.unserved_energy.max()) / 1e3
    true &= expect(unserved < 1, f"unserved {unserved:.3f} GWh, less than 1")
    gap, flagged = float(base.optimality_gap.max()), float(base.unconverged_hours.sum())
    true &= expect(gap <= 1e-6 and flagged == 0, f"certified gap {gap:.1e}, {flagged:.0f} hours flagged")

    cut = japan.simulate("cut", cut_converters)
    tokyo, kyushu = (of(cut, "electricity_price", city) - of(base, "electricity_price", city) for city in ("Tokyo", "Fukuoka"))
    text = f"without the converters Tokyo pays {tokyo:+.2f} a MWh, Fukuoka {kyushu:+.2f}"
    true &= expect(tokyo > 0 and kyushu <= 0.01 * tokyo, text)

    found = unlike(base, japan.simulate("shuffled", shuffle_rows))
    true &= expect(not found, f"shuffled tables give the same archive to 1e-12{': ' + ', '.join(found) if found else ''}")

    dearer = japan.simulate("dearer", double_lost_load)
    change = abs(float(dearer.system_cost.mean() / base.system_cost.mean()) - 1)
    true &= expect(change < 0.01, f"twice the value of lost load changes the cost by {100 * change:.3f} %, less than 1")
    sys.exit(0 if true else 1)


if __name__ == "__main__":
    if len(sys.argv) != 4:
        sys.exit("check_japan.py WORLDLINES WORLD FOLDER")
    main(*sys.argv[1:])
