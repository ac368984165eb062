"""Kills runs and resumes them: check_kills.py WORLDLINES STUDY FOLDER [--kills 10] [--samples 64].

A run is killed (signal 9) at random moments of its life and resumed; the archive must be what h5diff calls equal to one
that was never killed, and a part that was on the disk must not be simulated, nor written, a second time. At least half
of the kills must come when parts are on the disk and the archive is not. Then samples are added to an archive: those
that were there must keep their bits, also where a block of eight was filled only in part. Then files can't grow, as on
a full disk: a part's, then the archive's; the command must say so, leave nothing half written, and go on from there.
"""

import argparse
import json
import pathlib
import random
import resource
import shutil
import subprocess
import sys
import time

import xarray


def run(*arguments):
    result = subprocess.run(arguments, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    if result.returncode != 0:
        sys.exit(f"{' '.join(map(str, arguments))} ends with {result.returncode}:\n{result.stderr}")


def equal(one, other):
    result = subprocess.run(["h5diff", str(one), str(other)], capture_output=True, text=True)
    if result.returncode != 0:
        sys.exit(f"h5diff {one} {other}:\n{(result.stdout + result.stderr)[:2000]}")


def parts(archive):
    """The parts on the disk, with what tells whether one was written anew."""
    folder = pathlib.Path(f"{archive}.parts")
    states = {path.name: path.stat() for path in folder.glob("*.part.h5")}
    return {name: (state.st_ino, state.st_mtime_ns) for name, state in states.items()}


def clear(archive):
    for path in archive.parent.glob(f"{archive.name}*"):
        shutil.rmtree(path) if path.is_dir() else path.unlink()


def fill(whole, full, simulate, limit):
    """Runs with files that can't outgrow `limit` bytes, then without: it must fail as I/O does, then succeed."""
    clear(full)

    def bound():
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

    # Python ignores SIGXFSZ; a child that inherits this is told by write() instead.
    result = subprocess.run(
        [*simulate, str(full)], preexec_fn=bound, restore_signals=False, capture_output=True, text=True
    )
    left = [path.name for path in full.parent.rglob(f".*{full.stem}*.tmp")]
    if result.returncode != 74 or "file too large" not in result.stderr.lower() or full.exists() or left:
        sys.exit(f"a full disk ends with {result.returncode}, leaves {left}:\n{result.stderr[:2000]}")
    run(*simulate, full)
    equal(whole, full)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("command", type=lambda path: str(pathlib.Path(path).resolve()))
    parser.add_argument("study")
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--kills", type=int, default=10)
    parser.add_argument("--samples", type=int, default=64)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    draw = random.Random(options.seed)
    simulate = [options.command, "run", options.study, "--samples", str(options.samples), "-o"]

    whole, killed = options.folder / "whole.h5", options.folder / "killed.h5"
    clear(whole)
    start = time.monotonic()
    run(*simulate, whole)
    life = time.monotonic() - start
    everything = set(parts(whole))

    midway = 0
    for attempt in range(options.kills):
        clear(killed)
        process = subprocess.Popen([*simulate, str(killed)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(draw.uniform(0.05, 0.95) * life)
        process.kill()
        process.wait()
        before = parts(killed)
        midway += bool(before) and not killed.exists()
        if pathlib.Path(f"{killed}.parts", "run.json").exists():
            run(options.command, "resume", killed)
        else:
            run(*simulate, killed)
        after = parts(killed)
        again = [name for name, state in before.items() if after.get(name) != state]
        if again or set(after) != everything:
            sys.exit(f"kill {attempt}: parts written twice {again}, missing {sorted(everything - set(after))}")
        equal(whole, killed)
    if 2 * midway < options.kills:
        sys.exit(f"only {midway} of {options.kills} kills came when parts were on the disk and the archive was not")

    fewer, more = options.folder / "fewer.h5", options.folder / "more.h5"
    clear(fewer)
    clear(more)
    part = max(path.stat().st_size for path in pathlib.Path(f"{whole}.parts").glob("*.part.h5"))
    for limit in [part // 2, max(2 * part, whole.stat().st_size // 2)]:
        fill(whole, options.folder / "full.h5", simulate, limit)
    run(options.command, "run", options.study, "--samples", "8", "-o", fewer)
    run(options.command, "run", options.study, "--samples", "16", "-o", more)
    with xarray.open_dataset(fewer, decode_times=False) as eight, xarray.open_dataset(more, decode_times=False) as sixteen:
        first = sixteen.isel(world_line=slice(0, eight.sizes["world_line"]))
        # A shock that doesn't strike has no date.
        unlike = [name for name in eight.variables if not eight[name].variable.equals(first[name].variable)]
        if unlike:
            sys.exit(f"the first 8 of 16 samples are not the 8 samples in {unlike}")
    held = parts(fewer)
    run(options.command, "resume", fewer, "--samples", "16")
    again = [name for name, state in held.items() if parts(fewer).get(name) != state]
    if again:
        sys.exit(f"parts written twice when samples were added: {again}")
    equal(fewer, more)
    clear(fewer)
    run(options.command, "run", options.study, "--samples", "12", "-o", fewer)
    held = parts(fewer)
    run(options.command, "resume", fewer, "--samples", "16")
    again = {name for name, state in held.items() if parts(fewer).get(name) != state}
    if again != {name for name in held if name.endswith("-1.part.h5")}:
        sys.exit(f"from 12 to 16 samples the second block is made anew, not {sorted(again)}")
    equal(fewer, more)
    figures = {"kills": options.kills, "midway": midway, "wrong": 0}
    print(
        f"{options.kills} runs killed, {midway} of them midway, and resumed: all equal, no part made twice; "
        "8 samples and 8 more, 12 and 4 more equal 16; a full disk is survived; "
        f"figures {json.dumps(figures)}"
    )


if __name__ == "__main__":
    main()
