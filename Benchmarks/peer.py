"""HiGHS as it is timed against: the programs of a network as it likes them best, and the proof of its answers.

Dual simplex, one thread, no presolve, the basis of the last program kept; it is handed only what changed.
"""

import time
from dataclasses import dataclass

import cycles
import highspy
import numpy

TOLERANCE = 1e-6


@dataclass
class Matrix:
    """What all programs of a network share; columns of an hour, then the next; levels of the stores last."""

    hours: int
    variables: int  # of an hour
    stores: int
    balances: int
    columns: int
    row: numpy.ndarray
    column: numpy.ndarray
    value: numpy.ndarray
    rows: int
    free: numpy.ndarray  # columns without bounds: angles

    def levels(self, hour):
        """The columns of what the stores hold after an hour."""
        first = self.hours * self.variables + hour * self.stores
        return slice(first, first + self.stores)


def matrix(network, kirchhoff=None, hours=1):
    """Balances, Kirchhoff's law by `cycles` or `angles` (None: flows are free), and with several hours the stores."""
    s, buses, lines = network.slots, network.buses, range(len(network.ends))
    entries = [(bus, variable, sign) for variable, (bus, sign) in enumerate(network.singles())]
    flow = [s["flow"].start + line for line in lines]
    for line, (source, target) in zip(lines, network.ends):
        entries += [(source, flow[line], -1.0), (target, flow[line], 1.0)]
    rows, variables = buses, network.variables
    if kirchhoff == "cycles":
        for cycle in cycles.basis(buses, network.ends):
            largest = max(network.reactance[line] for line, _ in cycle)
            entries += [(rows, flow[line], sign * network.reactance[line] / largest) for line, sign in cycle]
            rows += 1
    elif kirchhoff == "angles":
        for line, (source, target) in zip(lines, network.ends):
            entries += [(rows, flow[line], network.reactance[line])]
            entries += [(rows, variables + source, -1.0), (rows, variables + target, 1.0)]
            rows += 1
        variables += buses
    stores = network.stores if hours > 1 else 0
    row, column, value = (numpy.array(part) for part in zip(*entries))
    rowss = [row + hour * rows for hour in range(hours)]
    columns = [column + hour * variables for hour in range(hours)]
    values = [value] * hours
    each = numpy.arange(stores)
    for hour in range(hours if stores else 0):
        at, level = hours * rows + hour * stores + each, hours * variables + hour * stores + each
        out = hour * variables + numpy.arange(s["discharge"].start, s["discharge"].stop)
        into = hour * variables + numpy.arange(s["charge"].start, s["charge"].stop)
        parts = [(level, 1.0), (out, 1 / network.efficiency), (into, -network.efficiency)]
        parts += [(level - stores, -1.0)] if hour else []
        for which, factor in parts:
            rowss.append(at)
            columns.append(which)
            values.append(numpy.full(stores, factor))
    free = numpy.arange(network.variables, variables) if variables > network.variables else numpy.zeros(0, dtype=int)
    row, column, value = (numpy.concatenate(part) for part in (rowss, columns, values))
    order = numpy.lexsort((row, column))
    return Matrix(
        hours,
        variables,
        stores,
        rows,
        hours * (variables + stores),
        row[order],
        column[order],
        value[order],
        hours * (rows + stores),
        free,
    )


@dataclass
class Program:
    cost: numpy.ndarray
    lower: numpy.ndarray
    upper: numpy.ndarray
    right: numpy.ndarray


def programs(network, shape, lane, starts=None, worth=None, room=1e-6):
    """The programs of a lane in order; of days with what stores hold at each start, and what a MWh left is worth."""
    cost, lower, upper = (part[:, :, 0] for part in network.programs(slice(lane, lane + 1), shape.hours > 1, room))
    made = []
    for first in range(0, network.hours - shape.hours + 1, shape.hours):
        program = Program(*(numpy.zeros(shape.columns) for _ in range(3)), numpy.zeros(shape.rows))
        for hour in range(shape.hours):
            at = slice(hour * shape.variables, hour * shape.variables + network.variables)
            program.cost[at], program.lower[at], program.upper[at] = (
                part[first + hour] for part in (cost, lower, upper)
            )
            angles = hour * shape.variables + shape.free
            program.lower[angles[1:]], program.upper[angles[1:]] = -highspy.kHighsInf, highspy.kHighsInf
            balance = hour * shape.balances
            program.right[balance : balance + network.buses] = network.load[first + hour, :, lane]
            if shape.stores:
                program.upper[shape.levels(hour)] = network.store_energy
        if shape.stores:
            program.cost[shape.levels(shape.hours - 1)] = -worth[:, lane]
            begin = shape.hours * shape.balances
            program.right[begin : begin + shape.stores] = starts[len(made), :, lane]
        made.append(program)
    return made


def model(shape, program):
    lp = highspy.HighsLp()
    lp.num_col_, lp.num_row_ = shape.columns, shape.rows
    lp.col_cost_, lp.col_lower_, lp.col_upper_ = program.cost, program.lower, program.upper
    lp.row_lower_ = lp.row_upper_ = program.right
    lp.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    lp.a_matrix_.start_ = numpy.searchsorted(shape.column, numpy.arange(shape.columns + 1)).astype(numpy.int32)
    lp.a_matrix_.index_ = shape.row.astype(numpy.int32)
    lp.a_matrix_.value_ = shape.value
    return lp


def solver(presolve="off", tolerance=TOLERANCE):
    highs = highspy.Highs()
    options = {
        "output_flag": False,
        "presolve": presolve,
        "threads": 1,
        "solver": "simplex",
        "primal_feasibility_tolerance": tolerance,
        "dual_feasibility_tolerance": tolerance,
    }
    for option, value in options.items():
        highs.setOptionValue(option, value)
    return highs


@dataclass
class Change:
    """What tells a program from the one before."""

    costs: numpy.ndarray
    cost: numpy.ndarray
    bounds: numpy.ndarray
    lower: numpy.ndarray
    upper: numpy.ndarray
    rows: numpy.ndarray
    right: numpy.ndarray

    @classmethod
    def between(cls, before, after):
        costs = numpy.flatnonzero(before.cost != after.cost).astype(numpy.int32)
        moved = (before.lower != after.lower) | (before.upper != after.upper)
        bounds = numpy.flatnonzero(moved).astype(numpy.int32)
        rows = numpy.flatnonzero(before.right != after.right).astype(numpy.int32)
        return cls(costs, after.cost[costs], bounds, after.lower[bounds], after.upper[bounds], rows, after.right[rows])

    def hand(self, highs, one_by_one):
        """To HiGHS: rows one by one, as its users do and `bench_hour.py` does, or all at once."""
        highs.changeColsCost(len(self.costs), self.costs, self.cost)
        highs.changeColsBounds(len(self.bounds), self.bounds, self.lower, self.upper)
        if one_by_one:
            for row, right in zip(self.rows, self.right):
                highs.changeRowBounds(int(row), right, right)
        else:
            highs.changeRowsBounds(len(self.rows), self.rows, self.right, self.right)


@dataclass
class Timing:
    """Seconds of each program: by HiGHS's own clock; with changes handed over at once; found and handed one by one."""

    own: numpy.ndarray
    updated: numpy.ndarray
    found: numpy.ndarray
    pivots: numpy.ndarray

    @classmethod
    def none(cls, *shape):
        return cls(*(numpy.full(shape, numpy.inf) for _ in range(4)))

    def keep(self, index, own, updated, found, pivots):
        self.own[index] = min(self.own[index], own)
        self.updated[index] = min(self.updated[index], updated)
        self.found[index] = min(self.found[index], found)
        self.pivots[index] = pivots


def run(highs):
    """Seconds of a solution by HiGHS's own clock."""
    clock = highs.getRunTime()
    highs.run()
    clock = highs.getRunTime() - clock
    if highs.getModelStatus() != highspy.HighsModelStatus.kOptimal:
        raise RuntimeError(f"HiGHS ends with {highs.getModelStatus()}")
    return clock


def warm(shape, sequence, timing, lane, one_by_one=False, judge=None):
    """Solves the programs of a lane one after the other, each from the basis of the one before.

    `judge(index, highs)` sees each answer, off the clock; then HiGHS is held to 1e-9.
    """
    highs = solver(tolerance=1e-9 if judge else TOLERANCE)
    highs.passModel(model(shape, sequence[0]))
    for index, program in enumerate(sequence):
        change = Change.between(sequence[max(index - 1, 0)], program)
        begin = time.perf_counter()
        if one_by_one and index:
            change = Change.between(sequence[index - 1], program)
        change.hand(highs, one_by_one)
        own = run(highs)
        spent = time.perf_counter() - begin
        pivots = highs.getInfo().simplex_iteration_count
        if index == 0:
            timing.keep((index, lane), own, numpy.inf, numpy.inf, pivots)
        elif one_by_one:
            timing.keep((index, lane), own, numpy.inf, spent, pivots)
        else:
            timing.keep((index, lane), own, spent, numpy.inf, pivots)
        if judge:
            judge(index, highs)


def cold(shape, sequence, seconds, lane):
    """Solves each program of a lane by itself, with presolve; keeps the least seconds by HiGHS's own clock."""
    for index, program in enumerate(sequence):
        highs = solver(presolve="on")
        highs.passModel(model(shape, program))
        seconds[index, lane] = min(seconds[index, lane], run(highs))


def bounds(shape, program, highs):
    """The cost that HiGHS found, and a lower bound of the least cost from its multipliers, whatever it says of itself.

    Any multipliers y give one: b y + the least of (c - A'y) x over the bounds. It takes cycles: angles have no bounds.
    """
    multiplier = numpy.array(highs.getSolution().row_dual)
    pull = numpy.bincount(shape.column, shape.value * multiplier[shape.row], minlength=shape.columns)
    reduced = program.cost - pull
    least = numpy.where(reduced > 0, program.lower, program.upper) * reduced
    return highs.getInfo().objective_function_value, float(program.right @ multiplier + least.sum())
