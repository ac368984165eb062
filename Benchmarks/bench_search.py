"""Experiments a second of the lake problem and of a model that does nothing, in Swift and in EMA Workbench 2.5.3.

`make bench-search` runs it. The lake problem is that of direct policy search: ten numbers an experiment, 100 series of
natural inflows over 100 years. Both sides get the same experiments and the same normal numbers behind the inflows, and must
agree in all outcomes to 1e-9 before any time counts. EMA Workbench runs its experiments one after the other
(SequentialEvaluator), the Swift side on one worker; both in turns, the least of each.
"""

import argparse
import json
import logging
import pathlib
import subprocess
import sys
import time

import numpy
from ema_workbench import Model, RealParameter, ScalarOutcome, SequentialEvaluator, ema_logging
from scipy.optimize import brentq

HERE = pathlib.Path(__file__).resolve().parent
SCRATCH = HERE / ".build"
YEARS = SERIES = 100
ALPHA = 0.4
RANGES = {
    "b": (0.1, 0.45), "q": (2.0, 4.5), "mean": (0.01, 0.05), "stdev": (0.001, 0.005), "delta": (0.93, 0.99),
    "c1": (-2, 2), "c2": (-2, 2), "r1": (0.01, 2), "r2": (0.01, 2), "w1": (0, 1),
}
NORMALS = numpy.random.default_rng(20261126).standard_normal((SERIES, YEARS))


def lake(b, q, mean, stdev, delta, c1, c2, r1, r2, w1):
    """One experiment, its series one after the other as in EMA Workbench's own example."""
    critical = brentq(lambda x: x**q / (1 + x**q) - b * x, 0.01, 1.5)
    location = numpy.log(mean**2 / numpy.sqrt(stdev**2 + mean**2))
    scale = numpy.sqrt(numpy.log(1 + stdev**2 / mean**2))
    mean_level = numpy.zeros(YEARS)
    discount = delta ** numpy.arange(YEARS)
    utility = inertia = reliability = 0.0
    for series in range(SERIES):
        inflow = numpy.exp(location + scale * NORMALS[series])
        level = numpy.zeros(YEARS)
        release = numpy.zeros(YEARS)
        release[0] = 0.1
        for t in range(1, YEARS):
            x = level[t - 1]
            rule = w1 * abs((x - c1) / r1) ** 3 + (1 - w1) * abs((x - c2) / r2) ** 3
            release[t] = min(max(rule, 0.01), 0.1)
            level[t] = (1 - b) * x + x**q / (1 + x**q) + release[t] + inflow[t - 1]
        mean_level += level / SERIES
        reliability += numpy.sum(level < critical) / (SERIES * YEARS)
        inertia += numpy.sum(numpy.abs(numpy.diff(release)) > 0.02) / (SERIES * YEARS)
        utility += numpy.sum(ALPHA * release * discount) / SERIES
    return {"phosphorus": mean_level.max(), "utility": utility, "inertia": inertia, "reliability": reliability}


def nothing(**_):
    return {"nothing": 0.0}


def workbench(function, outcomes, count):
    """Outcomes of experiments by EMA Workbench, and the seconds that it took."""
    model = Model("model", function=function)
    model.uncertainties = [RealParameter(name, *limits) for name, limits in RANGES.items()]
    model.outcomes = [ScalarOutcome(name) for name in outcomes]
    with SequentialEvaluator(model) as evaluator:
        start = time.perf_counter()
        experiments, results = evaluator.perform_experiments(scenarios=count)
        seconds = time.perf_counter() - start
    return experiments, results, seconds


def ours(binary, experiments, nothings):
    path = SCRATCH / "lake.json"
    rows = experiments[list(RANGES)].to_numpy(dtype=float)
    path.write_text(json.dumps({"experiments": rows.tolist(), "normals": NORMALS.ravel().tolist()}))
    answer = subprocess.run([binary, path, str(nothings), "1", "3"], check=True, capture_output=True, text=True)
    return json.loads(answer.stdout)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--experiments", type=int, default=200, help="of the lake problem")
    parser.add_argument("--nothings", type=int, default=20000, help="of the model that does nothing")
    parser.add_argument("--repetitions", type=int, default=2)
    parser.add_argument("--at-least", type=float, help="fail where a ratio is below")
    arguments = parser.parse_args()
    logging.getLogger(ema_logging.LOGGER_NAME).setLevel(logging.ERROR)
    SCRATCH.mkdir(exist_ok=True)
    subprocess.run(["swift", "build", "-c", "release", "--product", "LakeBench"], cwd=HERE, check=True)
    binary = HERE / ".build" / "release" / "LakeBench"
    theirs = {"lake": numpy.inf, "nothing": numpy.inf}
    mine = {"lake": numpy.inf, "nothing": numpy.inf}
    names = ["phosphorus", "utility", "inertia", "reliability"]
    for _ in range(arguments.repetitions):
        experiments, results, seconds = workbench(lake, names, arguments.experiments)
        theirs["lake"] = min(theirs["lake"], seconds)
        answer = ours(binary, experiments, arguments.nothings)
        found = numpy.array(answer["outcomes"])
        for column, name in enumerate(names):
            difference = numpy.abs(found[:, column] - results[name]).max()
            if not difference <= 1e-9 * max(1.0, numpy.abs(results[name]).max()):
                sys.exit(f"{name} differs by {difference}")
        theirs["nothing"] = min(theirs["nothing"], workbench(nothing, ["nothing"], arguments.nothings)[2])
        for name in mine:
            mine[name] = min(mine[name], answer[name])
    counts = {"lake": arguments.experiments, "nothing": arguments.nothings}
    failed = False
    for name, count in counts.items():
        ratio = theirs[name] / mine[name]
        print(
            f"{name:8} worldlines {count / mine[name]:12.0f}/s   EMA Workbench {count / theirs[name]:10.1f}/s   "
            f"ratio {ratio:.0f}"
        )
        failed |= arguments.at_least is not None and ratio < arguments.at_least
    if failed:
        sys.exit(f"a ratio is below {arguments.at_least:g}")


if __name__ == "__main__":
    main()
