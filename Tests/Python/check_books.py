"""Recomputes from an archive what its books promise, and fails when they do not close: check_books.py ARCHIVE...

Nothing here knows how anything works: what is paid for power is what generators, stores and lines get, incomes are the product
and what is consumed, invested and sent abroad is it again, IT power that was ordered waits, works or has closed; cash that all
firms hold together stays, costs are what was spent over what came, and who defaults is who left something unpaid.
"""

import sys

import numpy
import xarray


class Books:
    """An archive, and what was found of it."""

    def __init__(self, path):
        self.path = path
        self.found = []
        with xarray.open_dataset(path, decode_times=False) as data:
            self.data = data.load()

    def expect(self, truth, text):
        if not truth:
            self.found.append(f"{self.path}: {text}")

    def close(self, a, b, scale, what):
        """Two sums are one, to 1e-9 of a scale that is never smaller than either."""
        a, b = (numpy.asarray(each, dtype=float) for each in (a, b))
        scale = numpy.maximum(numpy.maximum(numpy.abs(a), numpy.abs(b)), numpy.abs(numpy.asarray(scale, dtype=float)))
        gap = float(numpy.nanmax(numpy.abs(a - b) / numpy.maximum(scale, 1)))
        self.expect(gap < 1e-9, f"{what}: {gap}")

    def has(self, *names):
        return all(name in self.data for name in names)

    def power(self):
        data = self.data
        if not self.has("payments", "generation_revenue"):
            return
        got = data.generation_revenue.sum("carrier") + data.storage_revenue + data.congestion_rent
        # Prices of hours that were hard may be as high as lost load: money is measured by all that changed hands.
        scale = numpy.abs(data.generation_revenue).sum("carrier") + numpy.abs(data.congestion_rent)
        self.close(data.payments.values, got.values, scale.values, "payments for power are not what was earned by it")

    def product(self):
        data = self.data
        if not self.has("net_product", "income"):
            return
        net, income = data.net_product.values, data.income
        self.close(income.sum("owner").values, net, net, "incomes are not the net product")
        abroad = income.isel(owner=3).values
        spent = data.consumption.values + data.investment.values + abroad
        self.close(spent, net, net, "what is consumed, invested and sent abroad is not the net product")
        shares = data.labour_share + data.capital_share + data.compute_share
        self.close(shares.values, numpy.ones_like(net), 1, "the shares of labour, capital and compute are not the whole")
        lost = data.gross_product.values - data.damages.values - data.abatement_cost.values
        self.close(lost, net, net, "the net product is not the gross less damages and abatement")
        if self.has("city_income"):
            households = income.isel(owner=0).values
            self.close(data.city_income.sum("city").values, households, households, "cities' incomes are not households'")
            self.close(data.city_wealth.sum("city").values, data.capital.values, 1, "cities' wealth is not the capital")

    def compute(self):
        data = self.data
        if not self.has("compute_ordered"):
            return
        held = data.compute_capacity.sum("city").values + data.compute_pipeline.sum("stage").values
        change = (data.compute_ordered - data.compute_retired).values
        self.close(held[:, 1:] - held[:, :-1], change[:, 1:], held[:, 1:], "ordered MW neither wait, nor work, nor closed")

    def firms(self):
        data = self.data
        if not self.has("books_gap"):
            return
        self.expect(float(data.books_gap.max()) < 1e-9, f"books_gap is {float(data.books_gap.max())}")
        cash = data.firm_cash.sum("firm").values
        self.close(cash, numpy.broadcast_to(cash[:, :1], cash.shape), cash, "the sum of cash changes")
        self.expect(float(data.firm_cash.min()) > -1, "somebody's cash is below zero")

        power = data.delivered_power.cumsum("time").values
        spent = (data.hardware_spend - data.warrants_received).cumsum("time").values
        cost = numpy.divide(spent, power, out=numpy.zeros_like(spent), where=power > 0)
        self.close(cost, data.effective_cost.values, cost, "effective_cost is not what was spent over what came")

        unpaid = data.payment_shortfall.values > 0
        self.expect(bool((~unpaid | (data.default.values == 1)).all()), "something is unpaid and nobody defaults")
        diluted = (data.dilution.values >= 0) & (data.dilution.values < 1)
        self.expect(bool(diluted.all()), "dilution is not a share")
        # A deposit that is used up leaves the rounding of what it was.
        idle = data.idle_capital.values
        self.expect(bool((idle >= -1e-9 * idle.max()).all()), "idle capital is negative")
        last = data.effective_cost.isel(time=-1).max("firm").round(3)
        self.expect(len(numpy.unique(last)) > 1, "all lines cost the same")


def findings(path):
    books = Books(path)
    books.power()
    books.product()
    books.compute()
    books.firms()
    return books.found


if __name__ == "__main__":
    problems = [text for path in sys.argv[1:] for text in findings(path)]
    for text in problems:
        print(text)
    sys.exit(1 if problems or len(sys.argv) < 2 else 0)
