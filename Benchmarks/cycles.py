"""A minimum cycle basis of a network: the fewest lines in all Kirchhoff rows together."""

import collections

import numpy


def tree(neighbours, root):
    """For each bus the line that leads to it from the root over the fewest lines, and the bus before it."""
    reached = {root: (None, None)}
    queue = collections.deque([root])
    while queue:
        bus = queue.popleft()
        for line, other in neighbours[bus]:
            if other not in reached:
                reached[other] = (line, bus)
                queue.append(other)
    return reached


def candidates(buses, ends):
    """Horton's cycles: a line and the shortest ways from a root to its two ends, where these part at once."""
    neighbours = [[] for _ in range(buses)]
    for line, (source, target) in enumerate(ends):
        neighbours[source].append((line, target))
        neighbours[target].append((line, source))
    found = set()
    for root in range(buses):
        reached = tree(neighbours, root)
        ways = {root: frozenset()}
        branch = {root: root}
        for bus, (line, before) in reached.items():
            if line is not None:
                ways[bus] = ways[before] | {line}
                branch[bus] = bus if before == root else branch[before]
        for line, (source, target) in enumerate(ends):
            if source in ways and branch[source] != branch[target] and line not in ways[source] | ways[target]:
                found.add(ways[source] | ways[target] | {line})
    return sorted(found, key=lambda cycle: (len(cycle), sorted(cycle)))


def directed(cycle, ends):
    """The lines of a cycle in its order, each with +1 or -1 for the direction in which the cycle runs through it."""
    left = set(cycle)
    line = min(left)
    start, at = ends[line]
    steps = [(line, 1)]
    left.remove(line)
    while at != start:
        line = next(line for line in sorted(left) if at in ends[line])
        left.remove(line)
        forward = ends[line][0] == at
        steps.append((line, 1 if forward else -1))
        at = ends[line][1 if forward else 0]
    return steps


def basis(buses, ends):
    """Independent cycles, the shortest first: each a list of (line, direction)."""
    parts = len({min(tree_) for tree_ in components(buses, ends)})
    rank = len(ends) - buses + parts
    pivots = {}
    chosen = []
    for cycle in candidates(buses, ends):
        if len(chosen) == rank:
            break
        vector = sum(1 << line for line in cycle)
        while vector and vector.bit_length() in pivots:
            vector ^= pivots[vector.bit_length()]
        if vector:
            pivots[vector.bit_length()] = vector
            chosen.append(directed(cycle, ends))
    if len(chosen) != rank:
        raise RuntimeError(f"{len(chosen)} of {rank} cycles found")
    return chosen


def components(buses, ends):
    """The buses of each connected part."""
    label = numpy.arange(buses)
    changed = True
    while changed:
        changed = False
        for source, target in ends:
            least = min(label[source], label[target])
            if label[source] != least or label[target] != least:
                label[source] = label[target] = least
                changed = True
    return [set(numpy.flatnonzero(label == value)) for value in numpy.unique(label)]
