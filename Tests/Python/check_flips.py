"""Hurts the parts of a run, then resumes it: check_flips.py WORLDLINES STUDY FOLDER [--parts 250] [--seed 1].

Four of five get one bit turned over; the others are cut short, partly zeroed, emptied or deleted. `resume` must either end
with 65 and name the part, or leave the archive with the bytes that it had before.
"""

import argparse
import collections
import json
import os
import pathlib
import random
import shutil
import subprocess
import sys


def hurt(draw, path, number):
    """Damages a file; what was done."""
    data = bytearray(path.read_bytes())
    if number % 5:
        data[draw.randrange(len(data))] ^= 1 << draw.randrange(8)
        path.write_bytes(data)
        return "flipped"
    what = ("cut", "zeroed", "emptied", "deleted")[number // 5 % 4]
    if what == "cut":
        path.write_bytes(data[: draw.randrange(len(data))])
    elif what == "zeroed":
        start, count = draw.randrange(len(data)), draw.choice([16, 512, 4096])
        count = min(count, len(data) - start)
        data[start : start + count] = bytes(count)
        path.write_bytes(data)
    elif what == "emptied":
        path.write_bytes(b"")
    else:
        path.unlink()
    return what


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("command", type=lambda path: str(pathlib.Path(path).resolve()))
    parser.add_argument("study")
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--parts", type=int, default=250)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    draw = random.Random(options.seed)
    os.environ["SWIFT_BACKTRACE"] = "enable=no"
    folder = options.folder / "flips"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    whole, archive = folder / "whole.h5", folder / "a.h5"
    subprocess.run([options.command, "run", options.study, "--samples", "8", "--years", "4", "-o", str(whole)],
                   check=True, capture_output=True)
    reference = whole.read_bytes()
    names = sorted(path.name for path in pathlib.Path(f"{whole}.parts").glob("*.part.h5"))
    ends = collections.Counter()
    for number in range(options.parts):
        shutil.rmtree(f"{archive}.parts", ignore_errors=True)
        archive.unlink(missing_ok=True)
        shutil.copytree(f"{whole}.parts", f"{archive}.parts")
        name = draw.choice(names)
        what = hurt(draw, pathlib.Path(f"{archive}.parts", name), number)
        result = subprocess.run([options.command, "resume", str(archive), "--workers", "1"],
                                capture_output=True, text=True, errors="replace", timeout=120)
        is_named = result.returncode == 65 and name in result.stderr and not archive.exists()
        is_same = result.returncode == 0 and archive.read_bytes() == reference
        if not is_named and not is_same:
            sys.exit(f"part {number}, {name} {what}: ends with {result.returncode}\n{result.stderr[-1000:]}")
        ends["named" if is_named else "same bytes"] += 1
    figures = {"parts": options.parts, **ends, "wrong": 0}
    print(f"{options.parts} hurt parts: {ends['named']} named, {ends['same bytes']} without effect, 0 wrong; "
          f"figures {json.dumps(figures)}")
    shutil.rmtree(folder)


if __name__ == "__main__":
    main()
