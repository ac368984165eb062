"""Runs every command for archives on an archive of every study that is shipped: check_studies.py BINARY WORLDS OUT.

One sample and the first steps; a study that leaves numbers open is searched with two policies. Worlds whose steps are longer than a
year are among them: tables must have a row for each step, and the page must name the years.
"""

import csv
import pathlib
import shutil
import subprocess
import sys

import h5py
import numpy


def run(*arguments):
    result = subprocess.run(list(map(str, arguments)), capture_output=True, text=True)
    if result.returncode != 0:
        sys.exit(f"{' '.join(map(str, arguments))} ends with {result.returncode}:\n{result.stderr[-2000:]}")
    return result.stdout


def check(binary, study, out):
    archive = out / f"{study.parent.parent.name}-{study.stem}.h5"
    simulate = [binary, "run", study, "-o", archive, "--samples", "1", "--years", "3"]
    first = subprocess.run(list(map(str, simulate)), capture_output=True, text=True)
    if "leaves a number open" in first.stderr:
        run(binary, "optimize", study, "-o", archive, "--samples", 1, "--budget", 2, "--method", "lhs")
    elif first.returncode != 0:
        sys.exit(f"run {study} ends with {first.returncode}:\n{first.stderr[-2000:]}")
    with h5py.File(archive) as file:
        first, last, step = (int(numpy.asarray(file.attrs[key]).item()) for key in ("first_year", "last_year", "step_years"))
        outcomes = [name[len("outcome_"):] for name in file if name.startswith("outcome_")]
        yearly = {name: file[name].shape for name in file if "cell_methods" in getattr(file[name], "attrs", {})}
        lines = len(file["world_line"])
    times = list(range(first, last + 1, step))
    tables, page = archive.with_suffix(""), archive.with_suffix(".html")
    shutil.rmtree(tables, ignore_errors=True)
    run(binary, "export", archive, "-o", tables)
    with open(tables / "yearly.csv", newline="") as file:
        rows = list(csv.DictReader(file))
    for name, shape in yearly.items():
        mine = [row for row in rows if row["variable"] == name]
        entities = shape[2] if len(shape) > 2 else 1
        if sorted({int(row["year"]) for row in mine}) != times or len(mine) != lines * len(times) * entities:
            sys.exit(f"{tables}/yearly.csv: {name} has {len(mine)} rows, not those of {lines} world lines and {times}")
    run(binary, "report", archive, "-o", page)
    words = page.read_text()
    if f"{first}\u2013{last}" not in words and f"{first} to {last}" not in words:
        sys.exit(f"{page} doesn't say {first} to {last}")
    run(binary, "inspect", archive)
    run(binary, "diff", archive, "--world-line", 0, "--world-line", lines - 1)
    if outcomes:
        run(binary, "compare", archive)
    return step, len(times)


def main():
    binary, worlds, out = sys.argv[1], pathlib.Path(sys.argv[2]), pathlib.Path(sys.argv[3]) / "studies"
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir(parents=True)
    studies = sorted(worlds.glob("*/studies/*.yaml"))
    steps = [check(binary, study, out) for study in studies]
    longer = sum(step > 1 and count > 1 for step, count in steps)
    if not longer:
        sys.exit("no study has steps of several years")
    print(f"{len(studies)} studies, {longer} of them in steps of several years: run, export, report, inspect, diff, compare")


if __name__ == "__main__":
    main()
