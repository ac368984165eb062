"""The judges are judged: each check must pass what is right and find what is wrong. test_judges.py ARCHIVE.

Programs are small enough for sums by hand; the archive is copied and broken, one fault at a time.
"""

import pathlib
import shutil
import sys
import tempfile

import h5py
import numpy

import check_archive
import programs


def two_generators(q=0.0):
    """100 MW from generators at 10 and 20 a MWh with 80 MW each; q adds a quadratic cost to the first."""
    return programs.Program(
        c=numpy.array([10.0, 20.0]),
        q=numpy.array([q, 0.0]),
        A=numpy.array([[1.0, 1.0]]),
        b=numpy.array([100.0]),
        l=numpy.zeros(2),
        u=numpy.array([80.0, 80.0]),
    )


def expect(truth, text):
    if not truth:
        sys.exit(f"the judges fail: {text}")


def test_programs():
    linear = two_generators()
    expect(linear.cost(numpy.array([80.0, 20.0])) == 1200, "80 x 10 + 20 x 20 = 1200")
    expect(programs.judge(linear, numpy.array([80.0, 20.0])).good(), "the best dispatch is good")
    expect(not programs.judge(linear, numpy.array([79.9, 20.1])).good(), "1 above 1200 is not good")
    expect(not programs.judge(linear, numpy.array([80.0, 19.9])).good(), "an open balance is not good")
    expect(not programs.judge(linear, numpy.array([80.1, 19.9])).good(), "a dispatch out of its box is not good")

    # 10 + 0.2 x = 20 at x = 50: 500 + 250 + 50 x 20 = 1750.
    curved = two_generators(q=0.2)
    best = numpy.array([50.0, 50.0])
    expect(abs(curved.cost(best) - 1750) < 1e-9, "the cost of a quadratic program")
    expect(programs.judge(curved, best).good(), "the best dispatch of a quadratic program is good")
    lower, upper = programs.bracket(curved, numpy.array([60.0, 40.0]))
    expect(abs(lower - 1750) < 1e-4 and abs(upper - 1750) < 1e-4, f"tangents meet at 1750, not {lower}, {upper}")
    # 0.05 MW away costs 1/2 x 0.2 x 0.05^2 = 2.5e-4, 1.4e-7 of the cost: good, though its tangent cannot prove it.
    near = programs.judge(curved, numpy.array([50.05, 49.95]))
    expect(near.above_linearised > 1e-6 and near.good(), f"a dispatch within 1e-6 is good: {near}")
    expect(not programs.judge(curved, numpy.array([50.3, 49.7])).good(), "one 5e-6 above is not good")


def fault(archive, text, change):
    """A copy of the archive after `change` must give a finding that holds `text`."""
    with tempfile.TemporaryDirectory() as folder:
        copy = pathlib.Path(folder) / "broken.h5"
        shutil.copy(archive, copy)
        with h5py.File(copy, "r+") as file:
            change(file)
        try:
            found = check_archive.findings(str(copy))
        except Exception as error:
            found = [str(error)]
        expect(any(text in finding for finding in found), f"{text!r} is not among {found[:5]}")


def spoil(file, name, index, value):
    values = file[name][...]
    values[index] = value
    file[name][...] = values


def test_archives(archive):
    expect(not check_archive.findings(archive), f"{archive} has findings")
    fault(archive, "no variable load", lambda file: file.move("load", "burden"))
    fault(archive, "pue has no units", lambda file: file["pue"].attrs.pop("units"))
    fault(archive, "no attribute format_version", lambda file: file.attrs.pop("format_version"))
    fault(archive, "not finite", lambda file: spoil(file, "system_cost", (0, 0), numpy.inf))
    fault(archive, "below 1", lambda file: spoil(file, "pue", Ellipsis, 0.9))
    fault(archive, "gap above 1e-6", lambda file: spoil(file, "optimality_gap", Ellipsis, 1e-3))
    with h5py.File(archive) as file:
        children = numpy.flatnonzero((file["parent_world_line"][...] >= 0) & (file["fork_time_index"][...] > 0))
    expect(children.size > 0, "no world line shares a year with another")
    child = int(children[0])
    fault(archive, "before they part", lambda file: spoil(file, "load", (child, 0), 1.0))


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("test_judges.py ARCHIVE")
    test_programs()
    test_archives(sys.argv[1])
    print("the judges pass what is right and find what is wrong")
