"""Networks whose hours and days are cleared for a comparison, in any number of world lines (lanes).

The variables of an hour are, in this order: generators, discharging, charging, shedding, spilling, flows of lines.
"""

import csv
from dataclasses import dataclass, field, replace

import numpy

SPILL_COST = 0.01
LANES = 8
THERMAL = ("nuclear", "coal", "lignite", "ccgt", "ocgt", "oil", "biomass")


@dataclass
class Network:
    name: str
    generator_bus: numpy.ndarray
    store_bus: numpy.ndarray
    ends: list  # of each line: (from, to)
    reactance: numpy.ndarray
    store_power: numpy.ndarray  # MW
    store_energy: numpy.ndarray  # MWh
    efficiency: float  # of storing and of dispatching
    lost_load: numpy.ndarray  # by bus, currency/MWh
    cost: numpy.ndarray  # [generator, lane]
    store_cost: numpy.ndarray  # [discharging then charging, lane], in an hour by itself
    available: numpy.ndarray  # [hour, generator, lane], MW
    store_limit: numpy.ndarray  # [hour, discharging then charging, lane], MW, in an hour by itself
    limit: numpy.ndarray  # [line, lane], MW
    load: numpy.ndarray  # [hour, bus, lane], MW
    optimum: numpy.ndarray = None  # [hour, lane], of the hours by themselves, where it is known
    slots: dict = field(init=False)

    def __post_init__(self):
        sizes = {
            "generation": len(self.generator_bus),
            "discharge": self.stores,
            "charge": self.stores,
            "shed": self.buses,
            "spill": self.buses,
            "flow": len(self.ends),
        }
        self.slots, at = {}, 0
        for kind, size in sizes.items():
            self.slots[kind] = slice(at, at + size)
            at += size
        self.variables = at

    @property
    def hours(self):
        return self.load.shape[0]

    @property
    def buses(self):
        return self.load.shape[1]

    @property
    def lanes(self):
        return self.load.shape[2]

    @property
    def stores(self):
        return len(self.store_bus)

    def cut(self, hours, lanes):
        """The first hours and lanes."""
        kept = {"available": (hours, lanes), "store_limit": (hours, lanes), "load": (hours, lanes)}
        kept |= {"cost": (None, lanes), "store_cost": (None, lanes), "limit": (None, lanes)}
        parts = {name: getattr(self, name)[:first, ..., :last] for name, (first, last) in kept.items()}
        if self.optimum is not None:
            parts["optimum"] = self.optimum[:hours, :lanes]
        return replace(self, **parts)

    def singles(self):
        """Of each variable of one bus: (bus, sign)."""
        buses = range(self.buses)
        signs = [(self.generator_bus, 1), (self.store_bus, 1), (self.store_bus, -1), (buses, 1), (buses, -1)]
        return [(int(bus), sign) for places, sign in signs for bus in places]

    def programs(self, lanes, stored, room=1e-6):
        """Cost, lower, upper by [hour, variable, lane] of some lanes; `stored` frees the stores up to their power.

        Every bus may shed more than its load, and spill, by a millionth of the mean load: room for what a solver leaves
        open, as a simulation gives it too.
        """
        s, count = self.slots, self.load[:, 0, lanes].shape[1]
        shape = (self.hours, self.variables, count)
        cost, lower, upper = numpy.zeros(shape), numpy.zeros(shape), numpy.zeros(shape)
        load = self.load[:, :, lanes]
        room = room * (1 + load.mean(axis=1, keepdims=True))
        stores = slice(s["discharge"].start, s["charge"].stop)
        cost[:, s["generation"]] = self.cost[:, lanes]
        cost[:, s["shed"]] = self.lost_load[:, None]
        cost[:, s["spill"]] = SPILL_COST
        upper[:, s["generation"]] = self.available[:, :, lanes]
        upper[:, s["shed"]], upper[:, s["spill"]] = load + room, room
        upper[:, s["flow"]] = self.limit[:, lanes]
        lower[:, s["flow"]] = -self.limit[:, lanes]
        if stored:
            upper[:, stores] = numpy.tile(self.store_power, 2)[:, None]
        else:
            cost[:, stores] = self.store_cost[:, lanes]
            upper[:, stores] = self.store_limit[:, :, lanes]
        return cost, lower, upper


def table(path):
    with open(path, newline="") as file:
        return list(csv.DictReader(file))


def series(path):
    """Names and numbers [hour, name] of a file of series; its first column is the hour."""
    with open(path) as file:
        names = file.readline().rstrip("\n").split(",")[1:]
    return names, numpy.loadtxt(path, delimiter=",", skiprows=1, usecols=range(1, len(names) + 1))


def synth50(folder, model):
    """50 buses in 64 world lines and 200 hours, with the optimum of each: model is "dc" or "tr".

    What tells the world lines apart are a shift of the hour, factors of demand, bus, fuel and line, and thermal units
    that are out.
    """
    buses = [row["name"] for row in table(folder / "pypsa" / "buses.csv")]
    place = {name: index for index, name in enumerate(buses)}
    generators = [row for row in table(folder / "pypsa" / "generators.csv") if row["carrier"] != "load_shedding"]
    lines = table(folder / "pypsa" / "lines.csv")
    stores = table(folder / "pypsa" / "storage_units.csv")
    loads = {row["name"]: place[row["bus"]] for row in table(folder / "pypsa" / "loads.csv")}
    names, values = series(folder / "pypsa" / "loads-p_set.csv")
    demand = numpy.zeros((len(values), len(buses)))
    for name, column in zip(names, values.T):
        demand[:, loads[name]] += column
    names, values = series(folder / "pypsa" / "generators-p_max_pu.csv")
    share = numpy.ones((len(values), len(generators)))
    position = {row["name"]: index for index, row in enumerate(generators)}
    for name, column in zip(names, values.T):
        if name in position:
            share[:, position[name]] = column

    with numpy.load(folder / "ref" / f"lanes_{model}.npz") as arrays:
        reference = {name: arrays[name] for name in arrays.files}
    hours = (reference["hours"][:, None] + reference["off"]) % len(demand)  # [hour, lane]
    thermal = numpy.array([row["carrier"] in THERMAL for row in generators])
    runs = ~(reference["out"] & thermal)  # [lane, generator]
    rated = numpy.array([float(row["p_nom"]) for row in generators])
    fuel = numpy.array([float(row["marginal_cost"]) for row in generators])
    index = numpy.arange(len(stores))
    bids = numpy.concatenate([30 + 0.37 * index, -22 - 0.23 * index])
    power = numpy.array([float(row["p_nom"]) for row in stores])
    scaled = reference["dm"][:, None] * reference["bias"]  # [lane, bus]
    return Network(
        name="synth50",
        generator_bus=numpy.array([place[row["bus"]] for row in generators]),
        store_bus=numpy.array([place[row["bus"]] for row in stores]),
        ends=[(place[row["bus0"]], place[row["bus1"]]) for row in lines],
        reactance=numpy.array([float(row["x"]) for row in lines]),
        store_power=power,
        store_energy=power * numpy.array([float(row["max_hours"]) for row in stores]),
        efficiency=0.93,
        lost_load=5000.0 + numpy.arange(len(buses)),
        cost=(fuel * reference["fm"]).T,
        store_cost=numpy.outer(bids, reference["fm"].mean(axis=1)),
        available=numpy.moveaxis(rated * share[hours] * runs, 1, 2),
        store_limit=numpy.moveaxis(reference["stolim"], 1, 2),
        limit=(numpy.array([float(row["s_nom"]) for row in lines]) * reference["lm"]).T,
        load=numpy.moveaxis(demand[hours] * scaled, 1, 2),
        optimum=reference["opt"],
    )
