"""Recomputes from an archive what its books promise, and fails when they do not close: check_books.py ARCHIVE...

Nothing here knows how contracts work: cash that all firms hold together stays, costs are what was spent over what came,
and who defaults is who left something unpaid.
"""

import sys

import numpy
import xarray


def findings(path):
    found = []

    def expect(truth, text):
        if not truth:
            found.append(f"{path}: {text}")

    def apart(a, b, scale):
        return float(numpy.nanmax(numpy.abs(a - b) / numpy.maximum(scale, 1)))

    with xarray.open_dataset(path) as data:
        data.load()
    expect(float(data.books_gap.max()) < 1e-9, f"books_gap is {float(data.books_gap.max())}")
    cash = data.firm_cash.sum("firm").values
    expect(apart(cash, cash[:, :1], numpy.abs(cash)) < 1e-9, "the sum of cash changes")
    expect(float(data.firm_cash.min()) > -1, "somebody's cash is below zero")

    power = data.delivered_power.cumsum("time").values
    spent = (data.hardware_spend - data.warrants_received).cumsum("time").values
    cost = numpy.divide(spent, power, out=numpy.zeros_like(spent), where=power > 0)
    gap = apart(cost, data.effective_cost.values, numpy.abs(cost))
    expect(gap < 1e-9, f"effective_cost is not what was spent over what came: {gap}")

    unpaid = data.payment_shortfall.values > 0
    expect(bool((~unpaid | (data.default.values == 1)).all()), "something is unpaid and nobody defaults")
    expect(bool(((data.dilution.values >= 0) & (data.dilution.values < 1)).all()), "dilution is not a share")
    # A deposit that is used up leaves the rounding of what it was.
    idle = data.idle_capital.values
    expect(bool((idle >= -1e-9 * idle.max()).all()), "idle capital is negative")
    expect(len(numpy.unique(data.effective_cost.isel(time=-1).max("firm").round(3))) > 1, "all lines cost the same")
    return found


if __name__ == "__main__":
    problems = [text for path in sys.argv[1:] for text in findings(path)]
    for text in problems:
        print(text)
    sys.exit(1 if problems or len(sys.argv) < 2 else 0)
