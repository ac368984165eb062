"""Fills disks under commands that write: check_disks.py WORLDLINES STUDY FOLDER [--disks 50] [--seed 1].

Each disk is a tmpfs of a random size, or, where nothing may be mounted, a limit of the size of a file. A command must end
with 0 or 74; what it leaves under a final name must be whole, and nothing temporary may be left. A run must go on from there
when there is space, and end with the bytes of one that never failed.
"""

import argparse
import json
import os
import pathlib
import random
import resource
import shutil
import subprocess
import sys

FIXTURES = pathlib.Path("Tests/CasesTests/Fixtures").resolve()


class Disk:
    """A folder in which little can be written."""

    def __init__(self, place, bytes_):
        self.place, self.bytes = place, bytes_
        place.mkdir(exist_ok=True)
        size = f"size={bytes_}"
        mount = subprocess.run(["mount", "-t", "tmpfs", "-o", size, "tmpfs", str(place)], capture_output=True)
        self.is_mounted = mount.returncode == 0

    def run(self, *arguments):
        limit = None if self.is_mounted else lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (self.bytes,) * 2)
        # A pipe takes the words: a file of words would be limited too.
        return subprocess.run([*map(str, arguments)], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
                              preexec_fn=limit, timeout=300)

    def enlarge(self):
        if self.is_mounted:
            subprocess.run(["mount", "-o", "remount,size=64m", str(self.place)], check=True)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.is_mounted:
            subprocess.run(["umount", str(self.place)], check=True)
        shutil.rmtree(self.place)


def contents(path):
    """The bytes of a file, or of each file of a folder."""
    if path.is_file():
        return path.read_bytes()
    return {str(each.relative_to(path)): each.read_bytes() for each in sorted(path.rglob("*")) if each.is_file()}


def temporaries(place):
    return [path.name for path in place.rglob(".*.tmp")]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("command", type=lambda path: str(pathlib.Path(path).resolve()))
    parser.add_argument("study", type=pathlib.Path)
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--disks", type=int, default=50)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    draw = random.Random(options.seed)
    command, base = options.command, options.folder.resolve() / "disks"
    shutil.rmtree(base, ignore_errors=True)
    base.mkdir(parents=True)
    os.environ["SWIFT_BACKTRACE"] = "enable=no"

    def go(*arguments):
        subprocess.run([command, *map(str, arguments)], check=True, capture_output=True)

    whole = base / "whole.h5"
    study = options.study.resolve()
    simulate = ["run", study, "--samples", "16", "-o"]
    go(*simulate, whole)
    writers = {
        "run": (simulate, "a.h5"),
        "export": (["export", whole, "-o"], "tables"),
        "report": (["report", whole, "-o"], "page.html"),
        "grid": (["grid", FIXTURES / "pypsa/network", "-o"], "grid"),
        "climate": (["climate", FIXTURES / "climate/everything", "-o"], "climate"),
        "climate archive": (["climate", FIXTURES / "climate/everything", "-o"], "climate.h5"),
        "new": (["new"], "world"),
    }
    references = {}
    for kind, (arguments, name) in writers.items():
        if kind != "run":
            go(*arguments, base / name)
        references[kind] = contents(whole if kind == "run" else base / name)
    sizes = {kind: sum(map(len, found.values())) if isinstance(found, dict) else len(found)
             for kind, found in references.items()}
    sizes["run"] += sum(path.stat().st_size for path in pathlib.Path(f"{whole}.parts").rglob("*") if path.is_file())

    failed = 0
    kinds = ["run"] * ((options.disks + 1) // 2)
    kinds += [draw.choice([kind for kind in writers if kind != "run"]) for _ in range(options.disks - len(kinds))]
    is_mounted = False
    for number, kind in enumerate(kinds):
        arguments, name = writers[kind]
        bytes_ = max(4096, int(draw.uniform(0, 1.8) * sizes[kind]))
        with Disk(base / "disk", bytes_) as disk:
            is_mounted = disk.is_mounted
            result = disk.run(command, *arguments, disk.place / name)
            where = f"disk {number}, {kind} on {bytes_} bytes: {result.returncode}\n{result.stderr[-1000:]}"
            if result.returncode not in (0, 74):
                sys.exit(where)
            failed += result.returncode == 74
            if left := temporaries(disk.place):
                sys.exit(f"{where}\nleaves {left}")
            target = disk.place / name
            if target.exists() and contents(target) != references[kind]:
                sys.exit(f"{where}\n{name} is there and not whole")
            if result.returncode == 0 and not target.exists():
                sys.exit(f"{where}\n{name} is not there")
            if kind == "run":
                disk.enlarge()
                go(*simulate, target)
                if contents(target) != references[kind]:
                    sys.exit(f"{where}\nends with other bytes when there is space")
    figures = {"disks": len(kinds), "full": failed, "wrong": 0, "as": "tmpfs" if is_mounted else "limits of files"}
    print(f"{len(kinds)} small disks ({figures['as']}), {failed} of them full: nothing half-written, every run went on; "
          f"figures {json.dumps(figures)}")
    shutil.rmtree(base)


if __name__ == "__main__":
    main()
