"""Hours and days of a network in Swift and in HiGHS: checked for equal results, then timed. `make bench-grid` runs it.

Plain hours, and days of 24 hours coupled by stores, in the transport model and with Kirchhoff's law: of 50 buses in 64
world lines (of ../shared, where that is there, else made up); and of made-up networks from 50 to 500 buses, for the law
of growth.

HiGHS and the kernel take turns, on one thread each. HiGHS keeps its basis and is handed only what changed; its hours
and days come one after the other, and so do the kernel's. Times are means over programs of the least over repetitions,
and are of one world line: a kernel's program of eight world lines counts as eight. First programs are not timed.
"""

import argparse
import json
import pathlib
import subprocess
import sys

import networks
import numpy
import peer
import synthetic

HERE = pathlib.Path(__file__).resolve().parent
SYNTH50 = HERE.parent.parent / "shared" / "reference" / "grid" / "synth50"
SCRATCH = HERE / ".build"
TOLERANCE = 1e-6
LANES = networks.LANES
MODELS = {"tr": "transport", "dc": "DC"}
# What the solver has to reach: HiGHS's time in parts of ours.
REQUIRED = {
    ("hour", "own"): 13,
    ("hour", "found"): 20,
    ("day dc", "own"): 6,
    ("day tr", "own"): 4.5,
    ("day", "cold"): 30,
}
EXPONENT = 1.3


class Programs:
    """The hours or days of a network in one model, for both sides."""

    def __init__(self, network, model, hours, name):
        self.network, self.model, self.hours, self.name = network, model, hours, name
        self.kirchhoff = "cycles" if model == "dc" else None
        self.matrix = peer.matrix(network, self.kirchhoff, hours)
        self.count = network.hours // hours
        self.bundles = network.lanes // LANES
        self.starts = self.worth = None
        if hours > 1:
            self.prepare_days()
        self.sequences = [self.sequence(self.matrix, lane) for lane in range(network.lanes)]
        self.paths = [self.write(bundle) for bundle in range(self.bundles)]

    def sequence(self, matrix, lane):
        return peer.programs(self.network, matrix, lane, self.starts, self.worth)

    def prepare_days(self):
        """What stores hold at the start of each day (half, then what HiGHS left) and what a MWh left is worth.

        That is the mean price of the hours without stores, each counted up to the dearest generator's cost.
        """
        network = self.network
        plain = peer.matrix(network, self.kirchhoff)
        self.starts = numpy.empty((self.count, network.stores, network.lanes))
        self.worth = numpy.zeros((network.stores, network.lanes))
        for lane in range(network.lanes):
            highs, ceiling = None, network.cost[:, lane].max()
            for program in peer.programs(network, plain, lane):
                highs = pass_on(highs, plain, program)
                price = numpy.array(highs.getSolution().row_dual)[network.store_bus]
                self.worth[:, lane] += numpy.clip(price, 0, ceiling) / network.hours
            held, highs = network.store_energy / 2, None
            self.starts[:, :, lane] = 0
            for day, program in enumerate(self.sequence(self.matrix, lane)):
                self.starts[day, :, lane] = held
                begin = self.hours * self.matrix.balances
                program.right[begin : begin + network.stores] = held
                highs = pass_on(highs, self.matrix, program)
                levels = self.matrix.levels(self.hours - 1)
                held = numpy.clip(highs.getSolution().col_value[levels], 0, network.store_energy)

    def arrays(self, bundle):
        """Cost, lower, upper by [program, hour and variable, lane], and load, of eight lanes."""
        lanes = slice(LANES * bundle, LANES * (bundle + 1))
        made = [*self.network.programs(lanes, self.hours > 1), self.network.load[:, :, lanes]]
        used = self.count * self.hours
        return [part[:used].reshape(self.count, -1, LANES) for part in made]

    def write(self, bundle):
        """The file that GridBench reads."""
        network = self.network
        s, lanes = network.slots, slice(LANES * bundle, LANES * (bundle + 1))
        kirchhoff = self.kirchhoff is not None
        header = {
            "rows": network.buses,
            "singles": network.singles(),
            "pairs": [] if kirchhoff else network.ends,
            "lines": [
                {"from": ends[0], "to": ends[1], "reactance": float(x)}
                for ends, x in zip(network.ends, network.reactance)
            ]
            if kirchhoff
            else [],
            "shed": list(range(s["shed"].start, s["shed"].stop)),
            "spill": list(range(s["spill"].start, s["spill"].stop)),
            "stocks": [[s["discharge"].start + k, s["charge"].start + k] for k in range(network.stores)]
            if self.hours > 1
            else [],
            "hours": self.hours,
            "programs": self.count,
        }
        path = SCRATCH / f"{self.name}-{self.model}-{bundle}.bin".replace(" ", "-")
        cost, lower, upper, load = self.arrays(bundle)
        with open(path, "wb") as file:
            file.write(json.dumps(header).encode() + b"\n")

            def put(array):
                file.write(numpy.ascontiguousarray(array, dtype="<f8").tobytes())

            if self.hours > 1:
                put(numpy.tile([[-1 / network.efficiency], [network.efficiency]], (network.stores, LANES)))
            for program in range(self.count):
                for part in (cost, lower, upper, load):
                    put(part[program])
                if self.hours > 1:
                    put(self.starts[program, :, lanes])
                    put(numpy.tile(network.store_energy[:, None], LANES))
                    put(self.worth[:, lanes])
        return path

    def kernel(self, bundle, repetitions=2, cold=False):
        """What GridBench says of a bundle, and its dispatch by [program, hour and variable, lane].

        It clears everything twice, because HiGHS does: with changes at once, and one by one.
        """
        answers = SCRATCH / "answers.bin"
        command = [str(SCRATCH / "release" / "GridBench"), str(self.paths[bundle]), str(repetitions), str(answers)]
        result = subprocess.run(command + ["--cold"] * cold, check=True, stdout=subprocess.PIPE)
        said = {key: numpy.array(value, dtype=float) for key, value in json.loads(result.stdout).items()}
        numbers = numpy.fromfile(answers, dtype="<f8").reshape(self.count, -1, LANES)
        return said, numbers[:, : self.hours * self.network.variables]


def pass_on(highs, matrix, program):
    """HiGHS with a program solved, from the basis of the last where there is one."""
    if highs is None:
        highs = peer.solver()
        highs.passModel(peer.model(matrix, program))
    else:
        columns, rows = (numpy.arange(count, dtype=numpy.int32) for count in (matrix.columns, matrix.rows))
        highs.changeColsBounds(len(columns), columns, program.lower, program.upper)
        highs.changeRowsBounds(len(rows), rows, program.right, program.right)
    peer.run(highs)
    return highs


class Check:
    """The worst that was seen of equal costs, of both certificates, and of what a dispatch must keep."""

    def __init__(self, programs):
        self.programs = programs
        self.wrong = []
        self.cost = numpy.full((programs.count, programs.network.lanes), numpy.nan)
        self.bound = self.cost.copy()
        self.worst = dict.fromkeys(("cost", "gap", "HiGHS's gap", "balance", "outside", "Kirchhoff"), 0.0)

    def hear(self, lane):
        """Takes what HiGHS found and proves, program by program."""
        sequence = self.programs.sequences[lane]

        def judge(index, highs):
            self.cost[index, lane], self.bound[index, lane] = peer.bounds(self.programs.matrix, sequence[index], highs)

        return judge

    def see(self, key, value, limit, what):
        value = float(value)
        self.worst[key] = max(self.worst[key], value)
        if not value <= limit:
            self.wrong.append(f"{what}: {value:.1e}, at most {limit:.0e}")

    def tell(self):
        """What was wrong, after saying so."""
        name = f"{self.programs.name}, {MODELS[self.programs.model]}"
        for found in self.wrong:
            print(f"WRONG {name}: {found}")
        return [f"{name}: {found}" for found in self.wrong]

    def bundle(self, bundle, said, dispatch):
        """Whether a bundle's answers keep every balance and bound and cost what HiGHS says."""
        programs, network = self.programs, self.programs.network
        cost, lower, upper, load = programs.arrays(bundle)
        lanes = slice(LANES * bundle, LANES * (bundle + 1))
        if said["flagged"].any():
            self.wrong.append(f"{int(said['flagged'].sum())} programs are flagged")
        spent = (cost * dispatch).sum(axis=1)
        x = dispatch.reshape(programs.count, programs.hours, network.variables, LANES)
        if programs.hours > 1:
            held = programs.starts[:, :, lanes]
            energy = network.store_energy[:, None]
            charge, discharge = x[:, :, network.slots["charge"]], x[:, :, network.slots["discharge"]]
            for hour in range(programs.hours):
                held = held + network.efficiency * charge[:, hour] - discharge[:, hour] / network.efficiency
                self.see("outside", (-held / energy).max(), 1e-9, "a store is emptier than empty, in parts of it")
                held = numpy.minimum(held, energy)
            spent = spent - (programs.worth[:, lanes] * held).sum(axis=1)
        demand = load.sum(axis=1)
        scale = numpy.maximum(abs(spent), demand)
        self.see("cost", (abs(spent - said["objective"]) / scale).max(), 1e-9, "the dispatch costs something else")
        self.see("gap", said["gap"].max(), TOLERANCE, "our gap")
        self.see("HiGHS's gap", ((self.cost - self.bound)[:, lanes] / scale).max(), TOLERANCE, "HiGHS's gap")
        self.see("cost", (abs(spent - self.cost[:, lanes]) / scale).max(), TOLERANCE, "the costs differ")
        self.see("cost", ((self.bound[:, lanes] - spent) / scale).max(), 1e-9, "the dispatch costs too little")
        self.see("outside", numpy.maximum(lower - dispatch, dispatch - upper).max(), 1e-9, "a bound is passed by, MW")
        balance = numpy.zeros((programs.count, programs.hours, network.buses, LANES))
        for variable, (bus, sign) in enumerate(network.singles()):
            balance[:, :, bus] += sign * x[:, :, variable]
        flow = x[:, :, network.slots["flow"]]
        for line, (source, target) in enumerate(network.ends):
            balance[:, :, source] -= flow[:, :, line]
            balance[:, :, target] += flow[:, :, line]
        load = load.reshape(balance.shape)
        self.see("balance", (abs(balance - load) / numpy.maximum(load, 1)).max(), 1e-9, "a balance is open by")
        if programs.kirchhoff:
            matrix = programs.matrix
            at = (matrix.row >= network.buses) & (matrix.row < matrix.balances) & (matrix.column < matrix.variables)
            loops = numpy.zeros((matrix.balances, *flow.shape[:2], LANES))
            first = network.slots["flow"].start
            for row, column, value in zip(matrix.row[at], matrix.column[at], matrix.value[at]):
                loops[row] += value * flow[:, :, column - first]
            widest = network.limit[:, lanes].max()
            self.see("Kirchhoff", abs(loops).max() / widest, 1e-8, "a cycle is open by, in parts of the widest line")
        if network.optimum is not None and programs.hours == 1:
            known = network.optimum[:, lanes]
            self.see("cost", (abs(spent - known) / known).max(), TOLERANCE, "the cost differs from the reference")


class Result:
    """Seconds of a world line's program: the kernel's and HiGHS's, means over what is timed."""

    def __init__(self, programs, kernel, handed, iterations, timing, cold_kernel, cold):
        later = slice(1, None)
        self.programs = programs
        self.kernel, self.handed = kernel[later].mean() / LANES, handed[later].mean() / LANES
        self.iterations = iterations[later].mean()
        self.highs = {name: getattr(timing, name)[later].mean() for name in ("own", "updated", "found")}
        self.pivots = timing.pivots[later].mean()
        self.cold_kernel = cold_kernel[later].mean() / LANES if cold_kernel is not None else None
        self.cold = cold[numpy.isfinite(cold)].mean() if cold is not None else None


def compare(programs, repetitions, cold_lanes=0):
    """Times both sides in turns, after checking in the first turn; returns the times and what was wrong."""
    network = programs.network
    check = Check(programs)
    shape = (programs.count, programs.bundles)
    kernel, handed, again = (numpy.full(shape, numpy.inf) for _ in range(3))
    iterations = numpy.zeros(shape)
    timing = peer.Timing.none(programs.count, network.lanes)
    cold = numpy.full((programs.count, network.lanes), numpy.inf)
    for repetition in range(repetitions):
        for bundle in range(programs.bundles):
            said, dispatch = programs.kernel(bundle)
            kernel[:, bundle] = numpy.minimum(kernel[:, bundle], said["seconds"])
            handed[:, bundle] = numpy.minimum(handed[:, bundle], said["handed"])
            iterations[:, bundle] = said["iterations"]
            for lane in range(LANES * bundle, LANES * (bundle + 1)):
                judge = check.hear(lane) if repetition == 0 else None
                peer.warm(programs.matrix, programs.sequences[lane], timing, lane, judge=judge)
                peer.warm(programs.matrix, programs.sequences[lane], timing, lane, one_by_one=True)
            if repetition == 0:
                check.bundle(bundle, said, dispatch)
            if programs.hours > 1:
                said, dispatch = programs.kernel(bundle, cold=True)
                again[:, bundle] = numpy.minimum(again[:, bundle], said["seconds"])
                if repetition == 0:
                    check.bundle(bundle, said, dispatch)
                for lane in range(LANES * bundle, LANES * (bundle + 1)):
                    if lane % max(network.lanes // cold_lanes, 1) == 0:
                        peer.cold(programs.matrix, programs.sequences[lane], cold, lane)
    days = programs.hours > 1
    print(
        f"\n{programs.name}, {MODELS[programs.model]}: {programs.count} {'days' if days else 'hours'} of "
        f"{network.lanes} world lines, {network.buses} buses, {len(network.ends)} lines, {programs.matrix.columns} "
        "variables. Equal: " + ", ".join(f"{key} {value:.1e}" for key, value in check.worst.items() if value)
    )
    wrong = check.tell()
    return Result(programs, kernel, handed, iterations, timing, again if days else None, cold if days else None), wrong


def known(network, model):
    """How far HiGHS is from the known optimum, of hours that may shed no more than their load and spill nothing."""
    matrix = peer.matrix(network, "cycles" if model == "dc" else None)
    cost = numpy.empty(network.optimum.shape)
    for lane in range(network.lanes):

        def judge(index, highs, lane=lane):
            cost[index, lane] = highs.getInfo().objective_function_value

        timing = peer.Timing.none(network.hours, network.lanes)
        peer.warm(matrix, peer.programs(network, matrix, lane, room=0), timing, lane, judge=judge)
    worst = float(abs(cost / network.optimum - 1).max())
    print(f"\n{network.name}, {MODELS[model]}: HiGHS is within {worst:.1e} of the known optimum of every hour")
    return [] if worst <= 1e-9 else [f"{network.name}, {MODELS[model]}: HiGHS is {worst:.1e} from the known optimum"]


def formulations(network, lanes=4):
    """HiGHS's microseconds for an hour by its own clock with cycle rows and with angles: it gets the faster."""
    spent = {}
    for kirchhoff in ("cycles", "angles"):
        matrix = peer.matrix(network, kirchhoff)
        timing = peer.Timing.none(network.hours, lanes)
        for lane in range(lanes):
            peer.warm(matrix, peer.programs(network, matrix, lane), timing, lane)
        spent[kirchhoff] = timing.own[1:].mean() * 1e6
    return spent


def show(result, unit):
    factor = {"us": 1e6, "ms": 1e3}[unit]
    rows = [
        (f"Swift, {result.iterations:.1f} iterations", result.kernel),
        ("Swift, its inputs copied", result.handed),
        ("Swift, each cold", result.cold_kernel),
        (f"HiGHS warm, own clock, {result.pivots:.1f} pivots", result.highs["own"]),
        ("HiGHS warm, changes handed over at once", result.highs["updated"]),
        ("HiGHS warm, changes found, rows one by one", result.highs["found"]),
        ("HiGHS cold, presolved, own clock", result.cold),
    ]
    for name, seconds in rows:
        if seconds is not None:
            print(f"    {name:<46}{seconds * factor:9.2f} {unit}")


def growth(sizes, hours, repetitions):
    """Microseconds of a world line's hour by model and size of made-up networks, and what was wrong."""
    spent, wrong = {}, []
    for model in MODELS:
        for size in sizes:
            network = synthetic.network(size, hours=hours)
            programs = Programs(network, model, 1, f"made up {size}")
            check = Check(programs)
            timing = peer.Timing.none(programs.count, network.lanes)
            for lane in range(network.lanes):
                peer.warm(programs.matrix, programs.sequences[lane], timing, lane, judge=check.hear(lane))
            seconds, cold = (numpy.full(programs.count, numpy.inf) for _ in range(2))
            for _ in range(repetitions):
                said, dispatch = programs.kernel(0)
                seconds = numpy.minimum(seconds, said["seconds"])
                cold = numpy.minimum(cold, programs.kernel(0, cold=True)[0]["seconds"])
            check.bundle(0, said, dispatch)
            wrong += check.tell()
            own = timing.own[1:].mean() * 1e6
            ours, alone = (part[1:].mean() / LANES * 1e6 for part in (seconds, cold))
            spent[model, size] = (len(network.ends), ours)
            print(
                f"    {MODELS[model]:<10}{size:5d} buses {len(network.ends):5d} lines: Swift {ours:7.1f} us, "
                f"cold {alone:7.1f}, "
                f"{said['iterations'][1:].mean():4.1f} iterations; HiGHS warm {own:7.1f} us, {own / ours:4.1f} times"
            )
    return spent, wrong


def exponent(spent, model, least=118):
    """The power of the number of lines with which the time grows, from `least` buses on."""
    points = [value for (kind, size), value in spent.items() if kind == model and size >= least]
    return float(numpy.polyfit(*numpy.log(numpy.array(points)).T, 1)[0])


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--repetitions", type=int, default=3)
    parser.add_argument("--synthetic", action="store_true", help="made-up networks only, also where ../shared is there")
    parser.add_argument("--hours", type=int, default=200, help="of the 50 buses")
    parser.add_argument("--lanes", type=int, default=64, help="of the 50 buses, a multiple of 8")
    parser.add_argument("--sizes", type=int, nargs="*", default=[50, 118, 200, 300, 500], help="of made-up networks")
    parser.add_argument("--models", nargs="*", choices=list(MODELS), default=list(MODELS))
    parser.add_argument("--skip-days", action="store_true")
    parser.add_argument(
        "--at-least", type=float, default=0, help="fail below this share of a required ratio (1: all that is required)"
    )
    options = parser.parse_args()
    if options.hours < 48 or options.lanes % LANES:
        parser.error("--hours is at least 48, for a second day, and --lanes a multiple of 8")

    subprocess.run(["swift", "build", "-c", "release", "--product", "GridBench"], cwd=HERE, check=True)
    results, wrong = {}, []
    for model in options.models:
        network = fifty(model, options)
        wrong += known(network, model) if network.optimum is not None else []
        if model == "dc":
            spent = formulations(network)
            print("HiGHS, an hour's own clock: " + ", ".join(f"{key} {value:.0f} us" for key, value in spent.items()))
        results["hour", model], found = compare(Programs(network, model, 1, network.name), options.repetitions)
        wrong += found
        show(results["hour", model], "us")
        if not options.skip_days:
            programs = Programs(network, model, 24, network.name + " day")
            results["day", model], found = compare(programs, max(options.repetitions - 1, 1), cold_lanes=8)
            wrong += found
            show(results["day", model], "ms")
    print("growth, hours of eight world lines")
    spent, more = growth(options.sizes, 24, options.repetitions)
    wrong += more

    print("\nHiGHS / Swift                                          ratio  required")
    missed = []
    for (kind, model), result in results.items():
        names = {"own": "own clock", "found": "with its updates"}
        if kind == "day":
            names = {"own": "own clock", "cold": "cold, presolved"}
        for clock, name in names.items():
            ours = result.handed if clock == "found" else result.kernel if kind == "hour" else result.cold_kernel
            theirs = result.cold if clock == "cold" else result.highs[clock]
            bar = REQUIRED.get((f"{kind} {model}", clock), REQUIRED.get((kind, clock)))
            missed += line(f"{kind}, {MODELS[model]}, {name}", theirs / ours, bar, options.at_least)
    for model in options.models:
        if len([size for size in options.sizes if size >= 118]) > 1:
            power = exponent(spent, model)
            held = power <= EXPONENT or not options.at_least
            print(f"{f'lines to the power of, {MODELS[model]}':<52}{power:8.2f}{'<= 1.3':>10}")
            missed += [] if held else [f"growth, {MODELS[model]}"]
    if wrong:
        sys.exit("wrong: " + "; ".join(wrong))
    if missed:
        sys.exit("missed: " + "; ".join(missed))


def fifty(model, options):
    """The 50 buses: of ../shared where that is there."""
    if SYNTH50.is_dir() and not options.synthetic:
        network = networks.synth50(SYNTH50, model)
    else:
        network = synthetic.network(50, hours=options.hours, lanes=options.lanes)
    return network.cut(options.hours, options.lanes)


def line(name, ratio, bar, share):
    print(f"{name:<52}{ratio:8.1f}{bar:10g}")
    return [name] if ratio < share * bar else []


if __name__ == "__main__":
    main()
