"""Made-up hours of a market like Japan's at area level, and made-up networks: for machines without the data."""

import networks
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


CARRIERS = (  # name, share of the units, share of the power, cost from, cost to
    ("nuclear", 0.03, 0.12, 8, 12),
    ("coal", 0.13, 0.17, 22, 38),
    ("lignite", 0.07, 0.09, 16, 25),
    ("ccgt", 0.22, 0.25, 40, 58),
    ("ocgt", 0.17, 0.12, 80, 120),
    ("oil", 0.05, 0.03, 140, 180),
    ("biomass", 0.05, 0.02, 32, 40),
    ("river", 0.05, 0.03, 2, 2.5),
    ("wind", 0.14, 0.22, 0.5, 0.8),
    ("solar", 0.09, 0.15, 0.3, 0.5),
)


def network(buses, hours=48, lanes=LANES, seed=1, lines_per_bus=1.6, generators_per_bus=4):
    """A network on a plane: neighbours are joined, units stand near the load, a fifth of the buses has a store.

    Lanes differ in demand, fuel, line limits, outages and the hour of the year, as futures of one country would.
    """
    draw = numpy.random.default_rng(seed)
    place = draw.uniform(0, numpy.sqrt(buses), (buses, 2))
    ends = neighbours(place, round(lines_per_bus * buses), draw)
    length = numpy.array([numpy.hypot(*(place[a] - place[b])) for a, b in ends])
    base = draw.lognormal(0, 0.6, buses) * 400
    count = generators_per_bus * buses
    names = numpy.repeat([carrier[0] for carrier in CARRIERS], [round(c[1] * count) for c in CARRIERS])
    names = numpy.concatenate([names, numpy.repeat("ccgt", max(count - len(names), 0))])[:count]
    at = draw.permutation(count) % buses
    size, fuel = draw.gamma(2.0, 0.5, count) * base[at], numpy.zeros(count)
    for name, _, share, low, high in CARRIERS:
        chosen = names == name
        size[chosen] *= share * 2.2 * base.sum() / size[chosen].sum()
        fuel[chosen] = draw.uniform(low, high, chosen.sum())
    share = base / numpy.bincount(numpy.array(ends).ravel(), minlength=buses)
    limit = draw.lognormal(0.6, 0.3, len(ends)) * numpy.array([share[a] + share[b] for a, b in ends])
    store = draw.choice(buses, buses // 5, replace=False)
    power = draw.uniform(150, 350, len(store))
    energy = power * draw.choice([4, 6, 8], len(store))

    demand_factor, fuel_factor = draw.uniform(0.8, 1.15, lanes), draw.uniform(0.6, 1.8, lanes)
    bias = draw.normal(1, 0.05, (buses, lanes))
    shift = draw.integers(0, 8760, lanes)
    out = draw.random((count, lanes)) < 0.07
    clock = numpy.arange(hours)[:, None] + shift  # [hour, lane]
    of_day = clock % 24
    season = 1 + 0.12 * numpy.cos(2 * numpy.pi * clock / 8760)
    daily = 1 + 0.18 * numpy.sin((of_day - 9) / 12 * numpy.pi) + 0.05 * numpy.sin((of_day - 7) / 6 * numpy.pi)
    noise = draw.normal(1, 0.02, (hours, buses, lanes))
    load = base[:, None] * (demand_factor * season * daily)[:, None, :] * bias * noise
    share = numpy.ones((hours, count, lanes))
    sun = numpy.clip(numpy.sin((of_day - 6) / 12 * numpy.pi), 0, None) * (0.75 - 0.25 * numpy.cos(clock / 1394.0))
    wave = draw.uniform(0, 2 * numpy.pi, (count, 1))
    for g in range(count):
        if names[g] == "solar":
            share[:, g] = sun * draw.uniform(0.6, 1, (hours, lanes))
        elif names[g] == "wind":
            gust = draw.normal(0, 0.05, (hours, lanes))
            share[:, g] = numpy.clip(0.45 + 0.4 * numpy.sin(clock / 17 + wave[g]) + gust, 0, 1)
        elif names[g] == "river":
            share[:, g] = 0.6
        else:
            share[:, g] = ~out[g]
    state = numpy.sin(of_day[:, None] / 12 * numpy.pi + draw.uniform(0, 2 * numpy.pi, (len(store), lanes))) / 2 + 0.5
    limits = numpy.concatenate([numpy.clip(20 * state, 0, 1), numpy.clip(20 * (1 - state), 0, 1)], axis=1)
    index = numpy.arange(len(store))
    bids = numpy.concatenate([30 + 0.37 * index % 8, -22 - 0.23 * index % 8])
    return networks.Network(
        name=f"{buses} buses",
        generator_bus=at,
        store_bus=store,
        ends=ends,
        reactance=0.1 * length + 0.01,
        store_power=power,
        store_energy=energy,
        efficiency=0.93,
        lost_load=5000.0 + numpy.arange(buses) % 50,
        cost=numpy.outer(fuel, fuel_factor),
        store_cost=numpy.outer(bids, fuel_factor),
        available=size[:, None] * share,
        store_limit=numpy.tile(power, 2)[:, None] * limits,
        limit=numpy.outer(limit, draw.uniform(0.8, 1.2, lanes)),
        load=load,
    )


def neighbours(place, count, draw):
    """The shortest tree through all places, then short ones of what is left: pairs of places.

    Chance has a say in them, so that cycles are as long as those of real networks: 4 to 5 lines.
    """
    distance = numpy.hypot(*(place[:, None] - place).transpose(2, 0, 1))
    near, ends = numpy.zeros(len(place), dtype=int), []
    away = distance[0].copy()
    away[0] = numpy.inf
    for _ in range(len(place) - 1):
        new = int(numpy.argmin(away))
        ends.append((int(near[new]), new))
        closer = distance[new] < away
        near[closer & numpy.isfinite(away)] = new
        away[closer & numpy.isfinite(away)] = distance[new][closer & numpy.isfinite(away)]
        away[new] = numpy.inf
    degree = numpy.bincount(numpy.array(ends).ravel(), minlength=len(place))
    first, second = numpy.triu_indices(len(place), 1)
    taken = {tuple(sorted(pair)) for pair in ends}
    wanted = distance[first, second] * draw.lognormal(0, 0.6, len(first))
    for pair in numpy.argsort(wanted):
        if len(ends) == count:
            break
        a, b = int(first[pair]), int(second[pair])
        if (a, b) not in taken and degree[a] < 6 and degree[b] < 6:
            ends.append((a, b))
            degree[[a, b]] += 1
    return ends
