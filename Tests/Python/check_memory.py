"""Measures the memory of runs: check_memory.py WORLDLINES STUDY FOLDER [--few 64] [--many 4096] [--times 3].

The peak resident memory of a run with few and with many world lines must differ by at most a tenth: bundles, parts and
blocks pass one after the other, and nothing may gather what has passed. Of several runs the median counts, for the
moments at which workers hold their largest arrays don't always fall together.
"""

import argparse
import json
import os
import pathlib
import shutil
import statistics
import subprocess
import sys


def clear(archive):
    for path in archive.parent.glob(f"{archive.name}*"):
        shutil.rmtree(path) if path.is_dir() else path.unlink()


def peak(command):
    """The largest resident memory of a command, in KiB, and what it printed."""
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    output = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        sys.exit(f"{' '.join(command)} ends with {process.returncode}")
    return usage.ru_maxrss, output


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("command", type=lambda path: str(pathlib.Path(path).resolve()))
    parser.add_argument("study")
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--few", type=int, default=64)
    parser.add_argument("--many", type=int, default=4096)
    parser.add_argument("--times", type=int, default=3)
    parser.add_argument("--workers", type=int, default=2)
    options = parser.parse_args()

    archive = options.folder / "memory.h5"
    simulate = [options.command, "run", options.study, "-o", str(archive), "--json", "--workers", str(options.workers)]
    clear(archive)
    policies = len(json.loads(peak([*simulate, "--samples", "8"])[1])["policies"])
    peaks = {}
    for lines in [options.few, options.many]:
        if lines % policies:
            sys.exit(f"{lines} world lines are no whole number of samples of {policies} policies")
        runs = []
        for _ in range(options.times):
            clear(archive)
            runs.append(peak([*simulate, "--samples", str(lines // policies)])[0])
        peaks[lines] = statistics.median(runs)
        print(f"{lines} world lines: {peaks[lines] / 1024:.1f} MiB, of {[f'{run / 1024:.1f}' for run in runs]}")
    clear(archive)
    ratio = peaks[options.many] / peaks[options.few]
    if not 0.9 <= ratio <= 1.1:
        sys.exit(f"the memory grows {ratio:.3f} times from {options.few} to {options.many} world lines")
    print(f"peak memory: {ratio:.3f} times from {options.few} to {options.many} world lines")


if __name__ == "__main__":
    main()
