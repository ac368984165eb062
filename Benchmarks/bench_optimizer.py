"""Times fronts and hypervolumes against pymoo and moocore: bench_optimizer.py [options].

    --program PATH       FrontBench, built already; otherwise it is built here
    --points N           points of each set (10000)
    --repetitions N      how often the three take turns (30)
    --at-least A B       exit with 1 where the sort is less than A times pymoo's speed on any set, or the hypervolume less
                         than B times moocore's (3 1)

Three sets of points in three coordinates, from a fixed seed: evenly in a cube (many fronts), on a sphere (one front) and in a
thin shell (some fronts). Equal first: every rank must be pymoo's, every volume moocore's to 1e-9. Then each takes its turn
in every repetition, on one core; the least of each counts. Points stand in memory on both sides when the clock starts.
"""

import argparse
import os
import pathlib
import subprocess
import sys
import tempfile
import time

os.environ.setdefault("OMP_NUM_THREADS", "1")

import moocore
import numpy as np
import pymoo
from pymoo.util.nds.non_dominated_sorting import NonDominatedSorting

HERE = pathlib.Path(__file__).resolve().parent
REFERENCE = 1.1


def sets(count):
    draw = np.random.default_rng(20261126)
    directions = np.abs(draw.normal(size=(count, 3)))
    directions /= np.linalg.norm(directions, axis=1, keepdims=True)
    return {
        "cube": draw.random((count, 3)),
        "sphere": 1 - directions,
        "shell": 1 - directions * draw.random((count, 1)) ** 0.05,
    }


class Ours:
    """The program, with its own clock."""

    def __init__(self, program, folder):
        self.process = subprocess.Popen([program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.folder = folder

    def ask(self, *words):
        self.process.stdin.write(" ".join(map(str, words)) + "\n")
        self.process.stdin.flush()
        return [float(word) for word in self.process.stdout.readline().split()]

    def store(self, points):
        self.path = self.folder / "points"
        points.tofile(self.path)

    def rank(self):
        return self.ask("rank", self.path, 3, self.folder / "ranks")[0]

    def ranks(self):
        return np.fromfile(self.folder / "ranks", dtype=np.int32)

    def volume(self):
        return self.ask("volume", self.path, 3, REFERENCE)


def timed(function):
    begin = time.perf_counter()
    result = function()
    return time.perf_counter() - begin, result


def program():
    subprocess.run(["swift", "build", "-c", "release", "--package-path", HERE, "--product", "FrontBench"], check=True)
    return HERE / ".build/release/FrontBench"


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--program", type=pathlib.Path)
    parser.add_argument("--points", type=int, default=10_000)
    parser.add_argument("--repetitions", type=int, default=30)
    parser.add_argument("--at-least", type=float, nargs=2)
    options = parser.parse_args()
    bars = options.at_least or [0, 0]
    failed = False
    print(f"{options.points} points x 3 objectives, pymoo {pymoo.__version__}, moocore {moocore.__version__}")
    with tempfile.TemporaryDirectory() as name:
        ours = Ours(options.program or program(), pathlib.Path(name))
        for title, points in sets(options.points).items():
            ours.store(points)
            ours.rank()
            _, fronts = timed(lambda: NonDominatedSorting().do(points))
            ranks = np.empty(len(points), dtype=int)
            for rank, front in enumerate(fronts):
                ranks[front] = rank
            if not np.array_equal(ours.ranks(), ranks):
                sys.exit(f"{title}: the ranks differ")
            exact = moocore.hypervolume(points, ref=[REFERENCE] * 3)
            if not abs(ours.volume()[1] - exact) <= 1e-9 * exact:
                sys.exit(f"{title}: the hypervolumes differ")
            best = [np.inf] * 4
            for _ in range(options.repetitions):
                best[0] = min(best[0], ours.rank())
                best[1] = min(best[1], timed(lambda: NonDominatedSorting().do(points))[0])
                best[2] = min(best[2], ours.volume()[0])
                best[3] = min(best[3], timed(lambda: moocore.hypervolume(points, ref=[REFERENCE] * 3))[0])
            sort, volume = best[1] / best[0], best[3] / best[2]
            print(
                f"  {title:7} {len(fronts):3} fronts: sorted in {1e3 * best[0]:6.2f} ms, pymoo {1e3 * best[1]:6.2f} ms, "
                f"{sort:5.1f} times; hypervolume {1e3 * best[2]:5.2f} ms, moocore {1e3 * best[3]:5.2f} ms, {volume:4.1f} times",
                flush=True,
            )
            failed |= sort < bars[0] or volume < bars[1]
    if failed:
        sys.exit("below what it has to reach")


if __name__ == "__main__":
    main()
