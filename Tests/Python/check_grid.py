"""Clears random networks and holds the answers to laws: check_grid.py WORLDLINES [--networks 300] [--seed 1].

WORLDLINES is the command; each network is a MATPOWER file of up to 12 buses, with taps, shifts, parallel and endless
lines, must-run, shunts, units and lines out of service, linear and quadratic costs, many of them equal. HiGHS judges:

- the cost is the least to 1e-6, the dispatch keeps balances and bounds, and what has no solution is called infeasible;
- a price is a slope of the least cost between those to its left and right;
- the order of buses, units and lines in the file changes nothing;
- more of a unit or of a line never costs more;
- with --n-1 the cost is the least of a program that holds the flows of every network that is short of one line.
"""

import argparse
import json
import pathlib
import subprocess
import sys
import tempfile
from dataclasses import dataclass, replace

import numpy

import programs

TOLERANCE = 1e-6
BASE = 100.0
CONVENTIONS = ("powermodels", "matpower")


@dataclass
class Network:
    number: numpy.ndarray  # of the buses
    load: numpy.ndarray  # MW
    shunt: numpy.ndarray  # MW
    bus: numpy.ndarray  # of each generator, an index
    least: numpy.ndarray
    most: numpy.ndarray
    quadratic: numpy.ndarray  # cost = constant + linear p + quadratic p^2
    linear: numpy.ndarray
    constant: numpy.ndarray
    running: numpy.ndarray
    ends: numpy.ndarray  # of each line, two indices
    resistance: numpy.ndarray
    reactance: numpy.ndarray
    limit: numpy.ndarray  # MW, 0: none
    tap: numpy.ndarray  # 0: none
    shift: numpy.ndarray  # degrees
    joined: numpy.ndarray

    @classmethod
    def random(cls, draw):
        buses = int(draw.integers(1, 13))
        tree = [(int(draw.integers(b)), b) for b in range(1, buses)]
        more = int(draw.integers(0, buses + 1)) if buses > 1 else 0
        ends = tree + [tuple(int(b) for b in draw.choice(buses, 2, replace=False)) for _ in range(more)]
        ends = numpy.array(ends, dtype=int).reshape(-1, 2)
        units, lines = buses + int(draw.integers(0, 2 * buses + 1)), len(ends)
        most = draw.uniform(10, 300, units)
        levels = draw.choice([10.0, 20.0, 20.0, 35.0, 50.0], units)
        load = draw.uniform(0, 200, buses) * draw.choice([0, 1, 1], buses)
        if draw.random() < 0.1:
            load[0] = -50.0
        return cls(
            number=draw.permutation(numpy.arange(1, 100))[:buses],
            load=load,
            shunt=draw.uniform(0, 10, buses) * (draw.random(buses) < 0.2),
            bus=draw.integers(0, buses, units),
            least=most * draw.uniform(0, 0.4, units) * (draw.random(units) < 0.2),
            most=most,
            quadratic=draw.uniform(0.001, 0.1, units) * (draw.random(units) < draw.choice([0, 0.5, 1])),
            linear=levels if draw.random() < 0.3 else draw.uniform(-5, 80, units),
            constant=draw.uniform(0, 100, units) * (draw.random(units) < 0.3),
            running=draw.random(units) < 0.95,
            ends=ends,
            resistance=draw.uniform(0, 0.05, lines),
            reactance=draw.uniform(0.01, 0.3, lines),
            limit=draw.uniform(20, 250, lines) * (draw.random(lines) < 0.8),
            tap=draw.choice([0, 0, 0.95, 1.05], lines),
            shift=draw.choice([0, 0, 0, -5, 8], lines),
            joined=(draw.random(lines) < 0.95) | (numpy.arange(lines) < buses - 1),
        )

    def text(self):
        """The network as a MATPOWER file."""
        out = ["function mpc = random()", "mpc.version = '2';", f"mpc.baseMVA = {BASE!r};"]

        def matrix(name, rows):
            out.append(f"mpc.{name} = [")
            out.extend("\t" + " ".join(repr(float(value)) for value in row) + ";" for row in rows)
            out.append("];")

        kind = [3 if index == 0 else 1 for index in range(len(self.number))]
        buses = zip(self.number, kind, self.load, self.shunt)
        matrix("bus", [(number, k, pd, 0, gs, 0, 1, 1, 0, 230, 1, 1.1, 0.9) for number, k, pd, gs in buses])
        units = zip(self.number[self.bus], self.running, self.most, self.least)
        matrix("gen", [(at, 0, 0, 0, 0, 1, BASE, on, most, least) for at, on, most, least in units])
        costs = zip(self.quadratic, self.linear, self.constant)
        matrix("gencost", [(2, 0, 0, 3, *cost) for cost in costs])
        lines = zip(
            self.number[self.ends[:, 0]],
            self.number[self.ends[:, 1]],
            self.resistance,
            self.reactance,
            self.limit,
            self.tap,
            self.shift,
            self.joined,
        )
        matrix("branch", [(a, b, r, x, 0, lim, 0, 0, tap, s, on, -360, 360) for a, b, r, x, lim, tap, s, on in lines])
        return "\n".join(out) + "\n"

    def outages(self):
        """Lines whose outage leaves the buses in as many parts."""
        lines = numpy.flatnonzero(self.joined)

        def parts(kept):
            part = numpy.arange(len(self.number))
            for a, b in self.ends[kept]:
                part[part == part[a]] = part[b]
            return len(set(part))

        whole = parts(lines)
        return [line for line in lines if parts(lines[lines != line]) == whole]

    def program(self, convention, secured=False):
        """Units, flows and angles as a program; a flow is base (difference of angles - shift) / reactance.

        If it is `secured`, flows and angles follow once more for every outage that leaves the network whole.
        """
        units, joined = numpy.flatnonzero(self.running), numpy.flatnonzero(self.joined)
        buses, n = len(self.number), len(units)
        states = [joined] + [joined[joined != line] for line in (self.outages() if secured else [])]
        size = n + sum(len(lines) + buses for lines in states)
        rows, right, lower, upper = [], [], [self.least[units]], [self.most[units]]
        first = n
        for lines in states:
            m = len(lines)
            matrix = numpy.zeros((buses + m, size))
            wanted = numpy.concatenate([self.load + self.shunt, numpy.zeros(m)])
            matrix[self.bus[units], numpy.arange(n)] = 1
            for index, line in enumerate(lines):
                source, target = self.ends[line]
                matrix[source, first + index] -= 1
                matrix[target, first + index] += 1
                r, x = self.resistance[line], self.reactance[line]
                if convention == "powermodels":
                    strength, shift = BASE * x / (r * r + x * x), 0.0
                else:
                    strength = BASE / (x * (self.tap[line] or 1.0))
                    shift = numpy.radians(self.shift[line])
                row = buses + index
                matrix[row, first + index] = 1
                matrix[row, first + m + source] -= strength
                matrix[row, first + m + target] += strength
                wanted[row] = -strength * shift
            limit = numpy.where(self.limit[lines] > 0, self.limit[lines], numpy.inf)
            angle = numpy.full(buses, numpy.inf)
            angle[0] = 0
            rows.append(matrix)
            right.append(wanted)
            lower += [-limit, -angle]
            upper += [limit, angle]
            first += m + buses
        return programs.Program(
            c=numpy.concatenate([self.linear[units], numpy.zeros(size - n)]),
            q=numpy.concatenate([2 * self.quadratic[units], numpy.zeros(size - n)]),
            A=numpy.concatenate(rows),
            b=numpy.concatenate(right),
            l=numpy.concatenate(lower),
            u=numpy.concatenate(upper),
        )

    def least_cost(self, convention, secured=False):
        """The least cost, or None where there is no solution."""
        program = self.program(convention, secured)
        highs = programs.solver()
        highs.passModel(programs.linear_program(program, program.c))
        try:
            programs.run(highs)
        except RuntimeError as reason:
            if "nfeasible" in str(reason):
                return None
            raise
        start = numpy.array(highs.getSolution().col_value)
        lower, _ = programs.bracket(program, start, 1e-9)
        return lower + self.constant[self.running].sum()

    def shuffled(self, draw):
        """The same network in another order, and the places of its buses and units in it."""
        buses, units, lines = (draw.permutation(len(part)) for part in (self.number, self.bus, self.ends))
        place = numpy.argsort(buses)
        changed = {"number": self.number[buses], "load": self.load[buses], "shunt": self.shunt[buses]}
        changed |= {"bus": place[self.bus[units]], "ends": place[self.ends[lines]]}
        for name in ("least", "most", "quadratic", "linear", "constant", "running"):
            changed[name] = getattr(self, name)[units]
        for name in ("resistance", "reactance", "limit", "tap", "shift", "joined"):
            changed[name] = getattr(self, name)[lines]
        return replace(self, **changed), buses, units


@dataclass
class Answer:
    """What the command says of a network."""

    status: str
    cost: float
    gap: float
    power: numpy.ndarray
    flow: numpy.ndarray
    angle: numpy.ndarray
    price: numpy.ndarray


class Grid:
    """The command, and a folder for what it is asked."""

    def __init__(self, command, folder):
        self.command, self.path = command, pathlib.Path(folder) / "random.m"

    def answer(self, network, convention, *more):
        self.path.write_text(network.text())
        arguments = [self.command, "grid", str(self.path), "--convention", convention, "--json", *more]
        result = subprocess.run(arguments, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        if not result.stdout:
            raise RuntimeError(f"ends with {result.returncode}: {result.stderr.strip()}")
        try:
            said = json.loads(result.stdout)
        except ValueError as reason:
            raise RuntimeError(f"ends with {result.returncode} and prints no JSON: {reason}") from reason
        if result.returncode != 0:
            raise RuntimeError(f"ends with {result.returncode}: {said['status']}, {said['reason']}")

        def numbers(key, names):
            return numpy.array([said[key].get(name, 0.0) for name in names])

        buses = [str(number) for number in network.number]
        return Answer(
            said["status"],
            said["objective"],
            said["gap"],
            numbers("dispatch", [f"gen{row + 1}" for row in range(len(network.bus))]),
            numbers("flows", [f"branch{row + 1}" for row in range(len(network.ends))]),
            numbers("angles", buses),
            numbers("prices", buses),
        )


def check(grid, network, convention, draw):
    """What is wrong with the answers for a network and its relatives; None where it has no solution."""
    answer, best = grid.answer(network, convention), network.least_cost(convention)
    if best is None:
        return None if answer.status == "infeasible" else f"HiGHS finds no solution, we say {answer.status}"
    if answer.status != "optimal":
        return f"HiGHS finds {best}, we say {answer.status}"
    scale = max(abs(best), float(numpy.abs(network.load).sum()))
    if abs(answer.cost - best) > TOLERANCE * scale or not -1e-12 <= answer.gap <= TOLERANCE:
        return f"costs {answer.cost}, at least {best}; gap {answer.gap}"

    program = network.program(convention)
    units, lines = numpy.flatnonzero(network.running), numpy.flatnonzero(network.joined)
    x = numpy.concatenate([answer.power[units], answer.flow[lines], answer.angle - answer.angle[0]])
    constant = network.constant[units].sum()
    if abs(program.cost(x) + constant - answer.cost) > 1e-9 * scale:
        return f"the dispatch costs {program.cost(x) + constant}, not {answer.cost}"
    open_, law = numpy.split(numpy.abs(program.A @ x - program.b), [len(network.number)])
    largest = max(1.0, float(numpy.abs(answer.flow).max(initial=0)), float(network.load.max()))
    if open_.max() > 1e-9 * largest or law.max(initial=0) > 1e-6 * largest:
        return f"a balance is open by {open_.max():.1e} MW, Kirchhoff's law by {law.max(initial=0):.1e} MW"
    outside = float(numpy.maximum(program.l - x, x - program.u).max())
    if outside > 1e-9 * largest:
        return f"a bound is passed by {outside:.1e} MW"

    # The least cost is convex in the load, so its mean slopes to both sides enclose the price.
    bus, step = int(draw.integers(len(network.number))), 1.0
    more, less = (
        replace(network, load=network.load + sign * step * numpy.eye(len(network.number))[bus]) for sign in (1, -1)
    )
    above, below = more.least_cost(convention), less.least_cost(convention)
    room = 2 * TOLERANCE * scale
    if above is not None and answer.price[bus] * step > above - best + room:
        return f"bus {bus}: the price is {answer.price[bus]}, another MW costs {above - best}"
    if below is not None and answer.price[bus] * step < best - below - room:
        return f"bus {bus}: the price is {answer.price[bus]}, one MW less saves {best - below}"

    other, buses, units = network.shuffled(draw)
    again = grid.answer(other, convention)
    if again.status != "optimal" or abs(again.cost - answer.cost) > 2 * TOLERANCE * scale:
        return f"in another order it is {again.status} and costs {again.cost}, not {answer.cost}"
    curved = network.quadratic[units] > 0
    # Both are within TOLERANCE of the least cost, and that grows by q d^2 away from the dispatch.
    apart = numpy.abs(again.power - answer.power[units])
    allowed = 2 * numpy.sqrt(TOLERANCE * scale / network.quadratic[units][curved])
    if (apart[curved] > allowed).any():
        return f"in another order a unit gives {apart[curved].max()} MW more or less"

    richer = replace(network, most=network.most.copy(), limit=network.limit.copy())
    richer.most[draw.integers(len(network.most))] += 50
    if len(network.limit):
        chosen = draw.integers(len(network.limit))
        richer.limit[chosen] += 50 * (network.limit[chosen] > 0)
    relaxed = grid.answer(richer, convention)
    if relaxed.status != "optimal" or relaxed.cost > answer.cost + TOLERANCE * scale:
        return f"with more capacity it is {relaxed.status} and costs {relaxed.cost}, not {answer.cost}"

    secured, safest = grid.answer(network, convention, "--n-1"), network.least_cost(convention, secured=True)
    if safest is None:
        return "" if secured.status == "infeasible" else f"HiGHS finds no secured solution, we say {secured.status}"
    if secured.status != "optimal" or abs(secured.cost - safest) > TOLERANCE * max(abs(safest), scale):
        return f"secured it is {secured.status} and costs {secured.cost}, not {safest}"
    return ""


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("command", type=lambda path: str(pathlib.Path(path).resolve()))
    parser.add_argument("--networks", type=int, default=300)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", type=pathlib.Path, help="a folder for networks whose answers are wrong")
    options = parser.parse_args()

    counts = {"optimal": 0, "infeasible": 0, "wrong": 0}
    with tempfile.TemporaryDirectory() as folder:
        grid = Grid(options.command, folder)
        for index in range(options.networks):
            draw = numpy.random.default_rng([options.seed, index])
            network = Network.random(draw)
            convention = CONVENTIONS[index % 2]
            try:
                wrong = check(grid, network, convention, draw)
            except RuntimeError as reason:
                wrong = str(reason)
            counts["infeasible" if wrong is None else "wrong" if wrong else "optimal"] += 1
            if wrong:
                print(f"network {index}, {convention}: {wrong}")
                if options.keep:
                    options.keep.mkdir(parents=True, exist_ok=True)
                    (options.keep / f"{options.seed}-{index}-{convention}.m").write_text(network.text())
    print(", ".join(f"{count} {name}" for name, count in counts.items()))
    if counts["wrong"] or not counts["optimal"] or not counts["infeasible"]:
        sys.exit(f"{counts['wrong']} of {options.networks} networks are cleared wrongly")


if __name__ == "__main__":
    main()
