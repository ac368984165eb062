"""Hours and days as convex programs, and HiGHS as their judge.

Each is: minimise c x + 1/2 q x^2 (q >= 0, separable) such that A x = b and l <= x <= u. The first rows are the balances of
the buses, one for each price; the others are laws: cycles, and in a day stocks and ramps.
"""

from dataclasses import dataclass

import highspy
import numpy


@dataclass
class Program:
    c: numpy.ndarray
    q: numpy.ndarray
    A: numpy.ndarray
    b: numpy.ndarray
    l: numpy.ndarray  # noqa: E741
    u: numpy.ndarray
    balances: int | None = None

    @classmethod
    def from_json(cls, data):
        numbers = (numpy.asarray(data[key], dtype=float) for key in ("c", "q", "A", "b", "l", "u"))
        return cls(*numbers, balances=len(data["prices"]) if "prices" in data else None)

    def cost(self, x):
        return float(self.c @ x + 0.5 * (self.q * x) @ x)

    def scale(self, x):
        """What a relative gap is relative to: the cost, at least one unit of currency per MWh of load."""
        return max(abs(self.cost(x)), float(numpy.abs(self.b).sum()), 1e-300)

    def violation(self, x):
        """The largest open row, and the largest step out of a box, MW.

        A balance is open in parts of its load (at least 1 MW), a law in parts of the largest load or of its largest term.
        """
        scale = numpy.maximum(numpy.abs(self.b), 1)
        laws = slice(self.balances if self.balances is not None else len(self.b), None)
        largest = scale[: laws.start].max(initial=1)
        scale[laws] = numpy.maximum(numpy.abs(self.A[laws] * x).max(axis=1, initial=0), largest)
        balance = numpy.abs(self.A @ x - self.b) / scale
        return float(balance.max()), float(numpy.maximum(self.l - x, x - self.u).max())


def solver():
    """HiGHS as it is timed: dual simplex, one thread, no presolve, the basis kept between runs."""
    highs = highspy.Highs()
    for option, value in (("output_flag", False), ("presolve", "off"), ("threads", 1), ("solver", "simplex")):
        highs.setOptionValue(option, value)
    return highs


def linear_program(program, cost):
    """The program with a linear cost, for HiGHS."""
    rows, columns = program.A.shape
    lp = highspy.HighsLp()
    lp.num_col_, lp.num_row_ = columns, rows
    lp.col_cost_, lp.col_lower_, lp.col_upper_ = cost, program.l, program.u
    lp.row_lower_ = lp.row_upper_ = program.b
    by_column = program.A.T
    nonzero = [numpy.flatnonzero(column) for column in by_column]
    lp.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    lp.a_matrix_.start_ = numpy.concatenate([[0], numpy.cumsum([len(index) for index in nonzero])]).astype(numpy.int32)
    lp.a_matrix_.index_ = numpy.concatenate(nonzero).astype(numpy.int32)
    lp.a_matrix_.value_ = numpy.concatenate([column[index] for column, index in zip(by_column, nonzero)])
    return lp


def run(highs):
    """The optimum that HiGHS finds.

    Its simplex without presolve now and then ends with `kUnknown`; with presolve, or by its interior point, it does not.
    """
    for options in ((), (("presolve", "on"),), (("solver", "ipm"),)):
        for option, value in options:
            highs.setOptionValue(option, value)
        if options:
            highs.clearSolver()
        highs.run()
        status = highs.getModelStatus()
        if status != highspy.HighsModelStatus.kUnknown:
            break
    if status != highspy.HighsModelStatus.kOptimal:
        raise RuntimeError(f"HiGHS ends with {status}")
    return highs.getInfo().objective_function_value


def linearised_bound(program, x, highs=None):
    """A lower bound of the least cost: the cost is at least its tangent at x, whose least value is a linear program."""
    highs = highs or solver()
    slope = program.c + program.q * x
    highs.passModel(linear_program(program, slope))
    return run(highs) - 0.5 * float((program.q * x) @ x)


def bracket(program, x, tolerance=1e-8, limit=60):
    """Lower and upper bound of the least cost, apart by `tolerance` of it: tangents are added until they meet.

    Each quadratic cost gets a variable of its own above its tangents; the first are at x and around it.
    """
    rows, columns = program.A.shape
    curved = numpy.flatnonzero((program.q > 0) & (program.u > program.l))
    fixed = program.c.copy()
    highs = solver()
    highs.passModel(linear_program(program, fixed))
    infinity = highspy.kHighsInf
    for index in curved:
        highs.addCol(1.0, -infinity, infinity, 0, [], [])
    flat = numpy.flatnonzero((program.q > 0) & (program.u <= program.l))
    offset = float(0.5 * (program.q[flat] * program.l[flat]) @ program.l[flat])

    def add_tangents(points):
        for place, index in enumerate(curved):
            q, at = program.q[index], points[index]
            highs.addRow(-0.5 * q * at * at, infinity, 2, [columns + place, index], [1.0, -q * at])

    width = program.u - program.l
    add_tangents(x)
    for step in (1e-3, 1e-2, 1e-1, 1.0):
        add_tangents(numpy.minimum(x + step * width, program.u))
        add_tangents(numpy.maximum(x - step * width, program.l))
    upper = numpy.inf
    for _ in range(limit):
        lower = run(highs) + offset
        y = numpy.array(highs.getSolution().col_value[:columns])
        upper = min(upper, program.cost(y))
        if upper - lower <= tolerance * max(abs(upper), program.scale(x)):
            return lower, upper
        add_tangents(y)
    raise RuntimeError(f"tangents don't meet: {lower} to {upper}")


@dataclass
class Verdict:
    """How a dispatch compares with HiGHS, in parts of its cost."""

    above_linearised: float
    above_best: float
    balance: float
    outside: float

    def good(self, tolerance=1e-6):
        return abs(self.above_best) <= tolerance and self.balance <= 1e-9 and self.outside <= 1e-9


def judge(program, x, tolerance=1e-6):
    """Solves an hour again and compares the cost of the dispatch x.

    Where the linearised program already proves the cost, that is the verdict; else the tangents are refined.
    """
    cost, scale = program.cost(x), program.scale(x)
    above_linearised = (cost - linearised_bound(program, x)) / scale
    above_best = above_linearised
    if above_linearised > tolerance:
        lower, _ = bracket(program, x)
        above_best = (cost - lower) / scale
    balance, outside = program.violation(x)
    return Verdict(above_linearised, above_best, balance, outside)
