"""Hours of a market like Japan's at area level, made up: for machines and moments without the world."""

import numpy

BUSES, LINKS, GENERATORS, STORES, WAITING, LANES = 11, 16, 108, 10, 10, 8
LOST_LOAD, SPILL = 3000.0, 0.01


def make(hours=200, seed=1):
    """The pattern of the market, and for each hour the six arrays of it, by variable, with eight lanes."""
    draw = numpy.random.default_rng(seed)
    bus = numpy.concatenate([numpy.arange(BUSES), draw.integers(0, BUSES, GENERATORS - BUSES)])
    store_bus, waiting_bus = numpy.arange(STORES), numpy.arange(WAITING)
    singles = [[int(b), 1] for b in bus] + [[int(b), 1] for b in store_bus] + [[int(b), -1] for b in store_bus]
    singles += [[int(b), -1] for b in waiting_bus]
    shed = [len(singles) + b for b in range(BUSES)]
    singles += [[b, 1] for b in range(BUSES)]
    spill = [len(singles) + b for b in range(BUSES)]
    singles += [[b, -1] for b in range(BUSES)]
    pairs = [[b, b + 1] for b in range(BUSES - 1)] + [[0, 2], [2, 5], [4, 6], [5, 8], [7, 9], [3, 6]]
    pattern = {"rows": BUSES, "singles": singles, "pairs": pairs[:LINKS], "shed": shed, "spill": spill}
    variables = len(singles) + LINKS

    demand = draw.uniform(2e3, 3e4, BUSES)
    capacity = draw.gamma(2.0, 0.5, GENERATORS)
    for b in range(BUSES):
        capacity[bus == b] *= 1.25 * demand[b] / capacity[bus == b].sum()
    price = draw.uniform(-20, 140, GENERATORS)
    renewable = draw.random(GENERATORS) < 0.25
    price[renewable] = draw.uniform(0, 2, renewable.sum())
    energy = demand[:STORES] * 0.5
    lane_demand = draw.normal(1, 0.05, (BUSES, LANES))
    lane_price = draw.lognormal(0, 0.2, (GENERATORS, LANES))
    limit = draw.uniform(300, 6000, LINKS)
    stored = numpy.full((STORES, LANES), 0.5) * energy[:, None]

    result = []
    for hour in range(hours):
        sun = max(0.0, numpy.sin((hour % 24 - 6) / 12 * numpy.pi))
        wave = 1 + 0.2 * numpy.sin((hour % 24 - 9) / 24 * 2 * numpy.pi)
        load = demand[:, None] * lane_demand * wave * draw.normal(1, 0.01, (BUSES, LANES))
        cost, quadratic, lower, upper = (numpy.zeros((variables, LANES)) for _ in range(4))
        g = slice(0, GENERATORS)
        available = numpy.where(renewable, sun * draw.uniform(0.7, 1), 1.0)[:, None]
        upper[g] = capacity[:, None] * available * numpy.ones(LANES)
        cost[g] = price[:, None] * lane_price
        quadratic[g] = numpy.where(renewable, 0, 20 / capacity)[:, None]
        out, into = slice(GENERATORS, GENERATORS + STORES), slice(GENERATORS + STORES, GENERATORS + 2 * STORES)
        m, k = 70.0, 15.0
        value = m + k * (1 - 2 * stored / energy[:, None])
        cost[out], quadratic[out] = value / 0.84 + 2, (2 * k / energy / 0.84**2)[:, None]
        cost[into], quadratic[into] = -value * 0.84, (2 * k / energy * 0.84**2)[:, None]
        upper[out] = numpy.minimum(energy[:, None] / 6, stored * 0.84)
        upper[into] = numpy.minimum(energy[:, None] / 6, (energy[:, None] - stored) / 0.84)
        stored = numpy.clip(stored + draw.normal(0, 0.05, stored.shape) * energy[:, None], 0, energy[:, None])
        wait = slice(GENERATORS + 2 * STORES, GENERATORS + 2 * STORES + WAITING)
        upper[wait] = draw.uniform(0, 300, (WAITING, LANES))
        cost[wait], quadratic[wait] = -draw.uniform(60, 90, (WAITING, LANES)), 0.02
        upper[shed], cost[shed] = load, LOST_LOAD
        cost[spill], upper[spill] = SPILL, 1.0
        links = slice(len(singles), variables)
        lower[links], upper[links] = -limit[:, None] * numpy.ones(LANES), limit[:, None] * numpy.ones(LANES)
        efficiency = numpy.ones((LINKS, LANES))
        result.append((cost, quadratic, lower, upper, efficiency, load))
    return pattern, result
