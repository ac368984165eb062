"""One cleared hour in Swift, in C and in HiGHS: checked for equal results, then timed. `make bench-hour` runs it.

The hours are consecutive ones of a year of a Japan world (--world japan: its 75 cities), in eight samples of one policy: eight lanes for the
kernels, eight sequences of warm starts for HiGHS. Without the command's archive (--synthetic) they are made up.

HiGHS solves the hour as a linear program, its quadratic costs linearised at our solution, with one thread, no presolve
and the last basis; it is handed only what changed. Times are the sum over hours of the least over repetitions, and are
of world-hours: a kernel's hour of eight world lines counts as eight.
"""

import argparse
import json
import pathlib
import resource
import shutil
import subprocess
import sys
import time

import numpy
import xarray

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent
sys.path.insert(0, str(ROOT / "Tests" / "Python"))

import check_hours  # noqa: E402
import programs  # noqa: E402
import synthetic  # noqa: E402

TOLERANCE = 1e-6
LANES = 8
SCRATCH = HERE / ".build"
BUILT = ROOT / ".build" / "release" / "worldlines"


def real_hours(world, count, year, command):
    """Consecutive cleared hours of eight samples of the study's last policy, from the programs that `inspect` prints.

    Also microseconds that a world-hour of that run costs with all that belongs to it, on one worker.
    """
    study = str(ROOT / "Worlds" / world / "studies" / "siting.yaml")
    archive = str(SCRATCH / "bench.h5")
    if pathlib.Path(command) == BUILT:
        subprocess.run(["swift", "build", "-c", "release", "--product", "worldlines"], cwd=ROOT, check=True)
    for stale in SCRATCH.glob("bench.h5*"):
        shutil.rmtree(stale) if stale.is_dir() else stale.unlink()
    last = str(year - 2025)
    options = ["--samples", str(LANES), "--years", last, "--workers", "1"]
    begin = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
    subprocess.run([command, "run", study, "-o", archive, *options], check=True, stdout=subprocess.DEVNULL)
    spent = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - begin
    with xarray.open_dataset(archive) as dataset:
        lines, years = dataset.sizes["world_line"], dataset.sizes["time"]
        policies = lines // LANES
    world_hours = lines * years * 576
    each = spent / world_hours * 1e6
    print(f"the run: {spent:.1f} s of a core for {lines} world lines of {years} years, {each:.1f} us a world-hour")
    hours = [24 * day + hour for day in check_hours.cleared_days(24) for hour in range(24)][:count]
    lanes = [
        check_hours.inspect(command, archive, sample * policies + policies - 1, year, hours) for sample in range(LANES)
    ]
    return gather(lanes), [hour for hour in range(count) if hour % 24 == 0], each


def gather(lanes):
    """Pattern and lane arrays of programs that differ in numbers only."""
    first = numpy.array(lanes[0][0]["A"])
    entries = (first != 0).sum(axis=0)
    if not (numpy.diff(entries) >= 0).all() or set(entries) - {1, 2}:
        sys.exit("an hour's variables are not singles first, then pairs")
    singles = int((entries == 1).sum())
    names = lanes[0][0]["variables"]
    rows = first.shape[0]
    pattern = {"rows": rows, "singles": [], "pairs": [], "shed": [-1] * rows, "spill": [-1] * rows}
    for variable in range(singles):
        row = int(numpy.flatnonzero(first[:, variable])[0])
        pattern["singles"].append([row, int(first[row, variable])])
        for kind in ("shed", "spill"):
            if names[variable].startswith(f"{kind}:"):
                pattern[kind][row] = variable
    for variable in range(singles, first.shape[1]):
        source = int(numpy.flatnonzero(first[:, variable] < 0)[0])
        pattern["pairs"].append([source, int(numpy.flatnonzero(first[:, variable] > 0)[0])])
    hours = []
    for programs_of_hour in zip(*lanes):
        arrays = [numpy.array([data[key] for data in programs_of_hour]).T for key in ("c", "q", "l", "u")]
        efficiency = numpy.array(
            [
                [data["A"][target][singles + pair] for data in programs_of_hour]
                for pair, (_, target) in enumerate(pattern["pairs"])
            ]
        )
        hours.append((*arrays, efficiency, numpy.array([data["b"] for data in programs_of_hour]).T))
    return pattern, hours


def write(path, pattern, hours, cold):
    with open(path, "wb") as file:
        file.write(json.dumps({**pattern, "hours": len(hours), "first": cold}).encode() + b"\n")
        for arrays in hours:
            for array in arrays:
                file.write(numpy.ascontiguousarray(array, dtype="<f8").tobytes())


def program(pattern, arrays, lane):
    """One world line's hour, with its matrix written out."""
    c, q, lower, upper, efficiency, load = (array[:, lane] for array in arrays)
    singles = len(pattern["singles"])
    matrix = numpy.zeros((pattern["rows"], len(c)))
    for variable, (row, sign) in enumerate(pattern["singles"]):
        matrix[row, variable] = sign
    for pair, (source, target) in enumerate(pattern["pairs"]):
        matrix[source, singles + pair] -= 1
        matrix[target, singles + pair] += efficiency[pair]
    return programs.Program(c, q, matrix, load, lower, upper)


def kernels(path, repetitions, pattern, count):
    """What HourBench says, and the dispatch of both kernels: [kernel][hour][variable][lane]."""
    answers = SCRATCH / "answers.bin"
    result = subprocess.run(
        [str(SCRATCH / "release" / "HourBench"), str(path), str(repetitions), str(answers)],
        check=True,
        stdout=subprocess.PIPE,
    )
    variables = len(pattern["singles"]) + len(pattern["pairs"])
    return json.loads(result.stdout), numpy.fromfile(answers, dtype="<f8").reshape(2, count, variables, LANES)


def check(said, dispatch, pattern, hours):
    """Stops unless Swift, C and HiGHS agree on the cost of every hour to 1e-6.

    C has no second start, as Swift has: hours that it leaves above a certified gap of 1e-6 are counted and not compared.
    """
    objectives = numpy.array([said[kernel]["objective"] for kernel in ("swift", "c")], dtype=float)
    gaps = numpy.array(said["c"]["gap"], dtype=float)
    worst = {"C": 0.0, "HiGHS": 0.0, "linearised": 0.0, "left": int((gaps > TOLERANCE).sum())}
    for hour, arrays in enumerate(hours):
        for lane in range(LANES):
            this = program(pattern, arrays, lane)
            x = dispatch[0, hour, :, lane]
            scale = this.scale(x)
            between = abs(objectives[0, hour, lane] - objectives[1, hour, lane]) / scale
            if gaps[hour, lane] > TOLERANCE:
                between = 0.0
            verdict = programs.judge(this, x, TOLERANCE)
            worst["C"] = max(worst["C"], between)
            worst["HiGHS"] = max(worst["HiGHS"], abs(verdict.above_best))
            worst["linearised"] = max(worst["linearised"], verdict.above_linearised)
            if between > TOLERANCE or not verdict.good(TOLERANCE):
                sys.exit(f"hour {hour}, lane {lane}: Swift and C differ by {between:.1e}; against HiGHS {verdict}")
    return worst


def changed(before, after):
    return numpy.flatnonzero(before != after).astype(numpy.int32)


def time_highs(pattern, hours, dispatch, repetitions):
    """Seconds of each hour and lane: in the solver by its own clock, in the call, and with what changed handed over."""
    shape = (3, len(hours), LANES)
    best = numpy.full(shape, numpy.inf)
    pivots = numpy.zeros(shape[1:])
    for lane in range(LANES):
        sequence = [program(pattern, arrays, lane) for arrays in hours]
        slopes = [this.c + this.q * dispatch[0, hour, :, lane] for hour, this in enumerate(sequence)]
        for _ in range(repetitions):
            highs = programs.solver()
            highs.passModel(programs.linear_program(sequence[0], slopes[0]))
            for hour, this in enumerate(sequence):
                begin = time.perf_counter()
                if hour > 0:
                    last = sequence[hour - 1]
                    index = changed(slopes[hour - 1], slopes[hour])
                    highs.changeColsCost(len(index), index, slopes[hour][index])
                    index = numpy.flatnonzero((last.l != this.l) | (last.u != this.u)).astype(numpy.int32)
                    highs.changeColsBounds(len(index), index, this.l[index], this.u[index])
                    for row in changed(last.b, this.b):
                        highs.changeRowBounds(int(row), this.b[row], this.b[row])
                handed, clock = time.perf_counter(), highs.getRunTime()
                highs.run()
                inside, end = highs.getRunTime() - clock, time.perf_counter()
                best[:, hour, lane] = numpy.minimum(best[:, hour, lane], [inside, end - handed, end - begin])
                pivots[hour, lane] = highs.getInfo().simplex_iteration_count
    return best, pivots


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--hours", type=int, default=200)
    parser.add_argument("--year", type=int, default=2030)
    parser.add_argument("--world", default="japan-areas", help="folder of Worlds whose study `siting` is run")
    parser.add_argument("--binary", default=str(BUILT), help="the command, which is built unless another is named")
    parser.add_argument("--repetitions", type=int, default=5)
    parser.add_argument("--synthetic", action="store_true", help="made-up hours instead of Japan's")
    parser.add_argument("--at-least", type=float, default=0, help="fail when HiGHS is not this many times slower")
    parser.add_argument("--run-at-least", type=float, default=0, help="the same of a world-hour of the whole run")
    options = parser.parse_args()

    subprocess.run(["swift", "build", "-c", "release", "--product", "HourBench"], cwd=HERE, check=True)
    if options.synthetic:
        (pattern, hours), cold, run = synthetic.make(options.hours), list(range(0, options.hours, 24)), None
    else:
        (pattern, hours), cold, run = real_hours(options.world, options.hours, options.year, str(pathlib.Path(options.binary).resolve()))
    path = SCRATCH / "hours.bin"
    write(path, pattern, hours, cold)
    count = len(hours)
    print(
        f"{count} consecutive hours of {LANES} world lines, {pattern['rows']} balances, {len(pattern['singles'])} + "
        f"{len(pattern['pairs'])} variables; the kernels begin cold in {len(cold)} of them"
    )

    said, dispatch = kernels(path, 1, pattern, count)
    worst = check(said, dispatch, pattern, hours)
    print(
        f"equal: cost of Swift and C within {worst['C']:.1e}, of Swift and HiGHS within {worst['HiGHS']:.1e} "
        f"(bound by linearising {worst['linearised']:.1e}); C leaves {worst['left']} world-hours above the tolerance"
    )

    said, _ = kernels(path, options.repetitions, pattern, count)
    highs, pivots = time_highs(pattern, hours, dispatch, options.repetitions)
    warm = [hour for hour in range(count) if hour not in cold]
    later = slice(1, None)
    print("\nmicroseconds a world-hour      all    warm    iterations")
    spent = {}
    for kernel, name in (("swift", "Swift"), ("c", "C")):
        seconds = numpy.array(said[kernel]["seconds"], dtype=float) / LANES * 1e6
        steps = numpy.array(said[kernel]["iterations"])
        spent[kernel] = seconds[later].mean()
        print(f"{name:<28}{spent[kernel]:7.1f} {seconds[warm].mean():7.1f}    {steps[warm].mean():.1f} warm, "
              f"{steps[cold].mean():.1f} cold")
    for index, name in enumerate(("HiGHS warm, its own clock", "HiGHS warm, the call", "HiGHS warm, with updates")):
        micro = highs[index] * 1e6
        print(f"{name:<28}{micro[later].mean():7.1f} {micro[warm].mean():7.1f}    {pivots[later].mean():.1f} pivots")
    print(f"\nSwift / C {spent['swift'] / spent['c']:.2f}")
    solve = highs[0][later].mean() * 1e6
    compared = [("Swift", spent["swift"], options.at_least)]
    if run is not None:
        compared.append(("a world-hour of the whole run", run, options.run_at_least))
    for name, micro, least in compared:
        print(f"HiGHS warm / {name} {solve / micro:.1f}")
    for name, micro, least in compared:
        if solve / micro < least:
            sys.exit(f"HiGHS takes {solve / micro:.1f} times as long as {name}, not {least}")


if __name__ == "__main__":
    main()
