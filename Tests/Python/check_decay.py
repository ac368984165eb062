"""Derives the coefficients of `decayOfLongLife` anew and compares them with those of the source.

1 + r P(r) is the polynomial of degree six, with a constant of its own that is then taken as one, whose largest distance
from e^r on [0, ln 2 / 16] is least. Remez's exchange finds it: a polynomial that misses e^r by the same E at eight points
with alternating signs, the points moved to where it misses most, until they stay. Fifty digits, standard library alone.
"""

import pathlib
import re
import sys
from decimal import Decimal, getcontext

getcontext().prec = 50
END = Decimal(2).ln() / 16
DEGREE = 6
# Points of the grid on which extremes are looked for, and exchanges: the coefficients then stand still to 1e-9 of theirs.
GRID, EXCHANGES = 600, 7


def solve(rows):
    """Gauss's elimination with pivots; each row ends with its right-hand side."""
    n = len(rows)
    for i in range(n):
        pivot = max(range(i, n), key=lambda k: abs(rows[k][i]))
        rows[i], rows[pivot] = rows[pivot], rows[i]
        for k in range(i + 1, n):
            factor = rows[k][i] / rows[i][i]
            for j in range(i, n + 1):
                rows[k][j] -= factor * rows[i][j]
    result = [Decimal(0)] * n
    for i in reversed(range(n)):
        rest = sum((rows[i][j] * result[j] for j in range(i + 1, n)), Decimal(0))
        result[i] = (rows[i][n] - rest) / rows[i][i]
    return result


def minimax():
    grid = [END * i / GRID for i in range(GRID + 1)]
    exact = [r.exp() for r in grid]
    pi = Decimal("3.14159265358979323846")

    def cosine(x):
        term = total = Decimal(1)
        for k in range(1, 30):
            term *= -x * x / ((2 * k - 1) * (2 * k))
            total += term
        return total

    points = [END * (1 - cosine(pi * i / (DEGREE + 1))) / 2 for i in range(DEGREE + 2)]
    for _ in range(EXCHANGES):
        rows = [
            [Decimal(1)] + [r**k for k in range(1, DEGREE + 1)] + [Decimal((-1) ** i), r.exp()] for i, r in enumerate(points)
        ]
        *c, error = solve(rows)
        miss = []
        for r, value in zip(grid, exact):
            fit = Decimal(0)
            for coefficient in reversed(c):
                fit = fit * r + coefficient
            miss.append(value - fit)
        places = []
        for i, m in enumerate(miss):
            sign = 1 if m > 0 else -1
            if all(sign * m >= sign * miss[k] for k in (i - 1, i + 1) if 0 <= k <= GRID):
                if places and (miss[places[-1]] > 0) == (m > 0):
                    if abs(m) > abs(miss[places[-1]]):
                        places[-1] = i
                else:
                    places.append(i)
        assert len(places) == DEGREE + 2, f"{len(places)} extremes"
        points = []
        for i in places:
            if 0 < i < GRID:
                a, b, d = miss[i - 1], miss[i], miss[i + 1]
                points.append(grid[i] + (a - d) / (2 * (a - 2 * b + d)) * END / GRID)
            else:
                points.append(grid[i])
    return c, error


def main():
    c, error = minimax()
    print(f"largest miss {abs(error):.4}, constant 1 + {c[0] - 1:.4}")
    root = float(2 ** (Decimal(-1) / 16))
    rest = float((2 ** (Decimal(-1) / 16) - Decimal(root)) / Decimal(root))
    found = [float(x) for x in c[1:]] + [float(END), float(END - Decimal(float(END))), root, rest]
    source = pathlib.Path(__file__).parents[2] / "Sources/FaIR/GasCycle.swift"
    body = re.search(r"func decayOfLongLife.*?\n}", source.read_text(), re.S)[0]
    written = [float.fromhex(text) for text in re.findall(r"-?0x[0-9a-f.]+p[+-]\d+", body)]
    wrong = 0
    for value in found:
        nearest = min(written, key=lambda other: abs(other - value))
        # Of the higher coefficients the last digits reach no bit of the sum.
        if abs(nearest - value) > 1e-9 * abs(value) or (value > 0.4 and nearest != value):
            print(f"{value.hex()} is not in the source, whose nearest is {nearest.hex()}")
            wrong += 1
    if len(written) != len(found):
        print(f"the source has {len(written)} figures, {len(found)} were derived")
        wrong += 1
    print(f"{len(found)} figures derived, {wrong} wrong")
    sys.exit(wrong > 0)


if __name__ == "__main__":
    main()
