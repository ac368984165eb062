"""Solves random hours of an archive again with HiGHS: check_hours.py WORLDLINES ARCHIVE [--hours 200] [--seed 1].

WORLDLINES is the command; the hours are what its `inspect` prints. Each must cost what HiGHS finds, to 1e-6, with
balances closed to 1e-9 of their load. Years and world lines are drawn at random, and a handful of hours in each.
"""

import argparse
import json
import pathlib
import subprocess
import sys

import numpy
import xarray

import programs

TOLERANCE = 1e-6
PER_YEAR = 8


def inspect(command, archive, world_line, year, hours):
    """The programs of some hours of a world line's year, as `inspect` prints them."""
    arguments = [command, "inspect", archive, "--world-line", str(world_line), "--year", str(year)]
    arguments += ["--hour", ",".join(str(hour) for hour in hours), "--json"]
    result = subprocess.run(arguments, stdout=subprocess.PIPE, text=True)
    if result.returncode != 0:
        sys.exit(f"{' '.join(arguments)} ends with {result.returncode}")
    found = json.loads(result.stdout)
    if isinstance(found, dict):
        found = found.get("hours", [found])
    if len(found) != len(hours):
        sys.exit(f"{' '.join(arguments)} prints {len(found)} hours, not {len(hours)}")
    return found


def cleared_days(count):
    """The days that are cleared when a year has `count` of them."""
    return [(2 * index + 1) * 365 // (2 * count) for index in range(count)]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("command", type=lambda path: str(pathlib.Path(path).resolve()))
    parser.add_argument("archive")
    parser.add_argument("--hours", type=int, default=200)
    parser.add_argument("--days", type=int, default=24, help="cleared days a year")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()

    with xarray.open_dataset(options.archive) as archive:
        lines = archive.sizes["world_line"]
        years = [moment.year for moment in archive.indexes["time"]]
    draw = numpy.random.default_rng(options.seed)
    cleared = [24 * day + hour for day in cleared_days(options.days) for hour in range(24)]

    verdicts, wrong = [], 0
    while len(verdicts) < options.hours:
        world_line, year = int(draw.integers(lines)), int(draw.choice(years))
        count = min(PER_YEAR, options.hours - len(verdicts))
        hours = sorted(draw.choice(cleared, size=count, replace=False).tolist())
        for hour, data in zip(hours, inspect(options.command, options.archive, world_line, year, hours)):
            program = programs.Program.from_json(data)
            verdict = programs.judge(program, numpy.asarray(data["dispatch"], dtype=float), TOLERANCE)
            verdicts.append(verdict)
            if not verdict.good(TOLERANCE):
                wrong += 1
                print(f"world line {world_line}, {year}, hour {hour}: {verdict}")
    worst = max(abs(verdict.above_best) for verdict in verdicts)
    linear = max(verdict.above_linearised for verdict in verdicts)
    balance = max(verdict.balance for verdict in verdicts)
    print(
        f"{len(verdicts)} hours solved again by HiGHS: cost within {worst:.1e} (bound by linearising {linear:.1e}), "
        f"balances within {balance:.1e} of their load, {wrong} wrong"
    )
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
