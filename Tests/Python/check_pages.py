"""Runs every command of every page in a clean copy of the checkout: check_pages.py WORLDLINES FOLDER.

Pages are run in order, README first, in one copy, as a reader does who follows them. Marks in comments before a fence say
what a block is: `<!-- saved as PATH -->` a file, `<!-- part of a study of WORLD -->` a piece of a study, `<!-- output of
COMMAND -->` what a command prints, to the letter. The blocks between `<!-- tutorial` and `<!-- end of tutorial -->` are run by
TutorialTests. Commands in backticks are run too; names in UPPER CASE stand for what `PLACEHOLDERS` says. Runs other than
README's `make run` are shortened to one sample and two years. With WORLDLINES_GOLDEN=1 the output blocks are written anew.

Fails where a command fails, a block is of no known kind, or a printed block is not what its command prints.
"""

import json
import os
import pathlib
import re
import shlex
import shutil
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
FIRST_PAGES = ["README.md", "CONTRIBUTING.md"]
FIXTURE = "Tests/CasesTests/Fixtures/climate/everything"

PLACEHOLDERS = {
    "STUDY": "Worlds/island/studies/ranges.yaml",
    "WORLD": "Worlds/japan",
    "ARCHIVE": "japan.h5",
    "DIR": "samples/observed",
    "FOLDER": "tables",
}

# Pages that tell what was, and hold commands as records.
HISTORY = {"CHANGELOG.md"}

# What isn't run, and why.
EXCUSED = {
    "swift build -c release": "the stage `build` builds everything",
    "WORLDLINES_CPU=haswell make run": "it builds for another CPU",
    "make test": "it would run itself; `make -n` shows its stages",
    "worldlines archive": "the name of a format, no command",
    "worldlines part": "the name of a format, no command",
}

# Targets that build, time or make anew; only that they are there is looked up.
DRY = "its target is there (`make -n`)"

WRAPPER = """#!/bin/bash
# worldlines, with short runs.
if [ -z "$PAGES_IN_FULL" ]; then
    case "$1" in
    run) [[ " $* " == *" --samples "* ]] || set -- "$@" --samples 1 --years 2 ;;
    optimize) [[ " $* " == *" --samples "* ]] || set -- "$@" --samples 1
        [[ " $* " == *" --budget "* || " $* " == *" --method "* ]] || set -- "$@" --budget 60 ;;
    esac
fi
exec {binary} "$@"
"""


# A page of six mistakes, to see that each is found.
SPOILT = """
```sh
worldlines check no-such-world
```
`worldlines compare --no-such-option`, `make no-such-target`
<!-- output of worldlines check Worlds/island -->
```text
something else
```
```fortran
x
```
```
worldlines check Worlds/harbour
```
"""


class Block:
    """A fence: its page, the line of its first line of text, its language, its mark."""

    def __init__(self, page, line, language, text, mark, in_tutorial):
        self.page, self.line, self.language = page, line, language
        self.text, self.mark, self.in_tutorial = text, mark, in_tutorial

    @property
    def place(self):
        return f"{self.page}:{self.line}"


def blocks_and_mentions(page, text):
    """The fences of a page and the commands in its backticks, in order."""
    found, mark, fence, in_tutorial, prose = [], None, None, False, []
    for number, line in enumerate(text.split("\n"), 1):
        if fence is not None:
            if line.strip() == "```":
                found.append(Block(page, fence[0], fence[1], "\n".join(fence[2]) + "\n", mark, in_tutorial))
                fence, mark = None, None
            else:
                fence[2].append(line)
        elif line.strip().startswith("```"):
            prose = []
            fence = (number + 1, line.strip()[3:].strip(), [])
        elif line.startswith("<!--"):
            in_tutorial = in_tutorial and "end of tutorial" not in line or line.startswith("<!-- tutorial")
            mark = line[4:].replace("-->", "").strip()
        else:
            if line.strip():
                mark = None
            # A command in backticks may go on in the next line.
            joined = (prose[-1] + " " if prose else "") + line
            for code in re.findall(r"`([^`]+)`", joined if joined.count("`") % 2 == 0 else line):
                if re.match(r"(\.build/release/)?worldlines |make |swift |WORLDLINES_\w+=\S+ ", code):
                    found.append((f"{page}:{number}", code))
            prose = [line[line.rindex("`"):]] if line.count("`") % 2 == 1 else []
    if fence is not None:
        raise SystemExit(f"{page}:{fence[0]}: a fence without an end")
    return found


class Pages:
    def __init__(self, binary, folder):
        self.out = pathlib.Path(folder).resolve() / "pages"
        self.checkout, self.tools = self.out / "checkout", self.out / "bin"
        self.executed, self.excused, self.failures, self.golden = 0, {}, [], {}
        self.tutorial, self.without_command = 0, 0
        self.seen, self.outputs, self.fresh = {}, {}, 0
        self.is_golden = os.environ.get("WORLDLINES_GOLDEN") == "1"
        self.is_wide = "avx512f" in pathlib.Path("/proc/cpuinfo").read_text()
        shutil.rmtree(self.out, ignore_errors=True)
        self.copy()
        for place in [self.tools / "worldlines", self.checkout / ".build/release/worldlines"]:
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_text(WRAPPER.format(binary=shlex.quote(str(pathlib.Path(binary).resolve()))))
            place.chmod(0o755)
        self.environment = dict(os.environ, HDF5_USE_FILE_LOCKING="FALSE")
        self.environment.pop("WORLDLINES_GOLDEN", None)
        self.environment.pop("MAKEFLAGS", None)
        python = pathlib.Path(sys.executable).parent
        self.environment["PATH"] = os.pathsep.join([str(self.tools), str(python), os.environ["PATH"]])

    def follow(self, page, text):
        for item in blocks_and_mentions(page, text):
            if isinstance(item, Block):
                self.block(item)
            else:
                self.mention(*item)

    def judge(self):
        """Sees to it that mistakes of a page are found."""
        kept = self.failures, self.executed, self.excused, self.is_golden
        self.failures, self.excused, self.is_golden = [], {}, False
        self.follow("a spoilt page", SPOILT)
        found, (self.failures, self.executed, self.excused, self.is_golden) = self.failures, kept
        if len(found) != 6:
            self.fail("check_pages.py", f"finds {len(found)} of the 6 mistakes of a spoilt page: {found}")

    def copy(self):
        """The files that git has, or would take."""
        listed = subprocess.run(
            ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
            cwd=ROOT, check=True, capture_output=True, text=True,
        ).stdout
        for name in filter(None, listed.split("\0")):
            if (ROOT / name).is_file():
                (self.checkout / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(ROOT / name, self.checkout / name)

    def run(self, command, timeout=120, **environment):
        return subprocess.run(
            ["bash", "-euo", "pipefail", "-c", command], cwd=self.checkout, text=True, capture_output=True,
            env=dict(self.environment, **environment), timeout=timeout, stdin=subprocess.DEVNULL,
        )

    def fail(self, place, words):
        self.failures.append(f"{place}: {words}")

    def excuse(self, place, what, reason):
        self.excused.setdefault((what, reason), place)

    def filled(self, command):
        """A command with names in upper case replaced."""
        def name(suffix=""):
            self.fresh += 1
            return f"page-{self.fresh}{suffix}"

        command = re.sub(r"(-o|--output) ARCHIVE\b", lambda m: f"{m[1]} {name('.h5')}", command)
        command = re.sub(r"(-o|--output) OUT\b", lambda m: f"{m[1]} {name()}", command)
        case = FIXTURE if "climate" in command else "samples/case.m"
        command = re.sub(r"\bCASE\b", case, command)
        command = re.sub(r"Worlds/japan/studies/NAME\.yaml ARCHIVE=NAME", "Worlds/japan/studies/heat.yaml ARCHIVE=heat", command)
        command = re.sub(r"\bNAME\b", lambda m: name(), command)
        return re.sub(
            r"(?<![\w=.-])(" + "|".join(PLACEHOLDERS) + r")\b(?!=)", lambda m: PLACEHOLDERS[m[1]], command)

    def command(self, place, command):
        """Runs a command of a page once; the same words later are the same command."""
        plain = command.split(" #")[0].strip().removeprefix(".build/release/")
        if plain in self.seen:
            return self.seen[plain]
        reason = EXCUSED.get(plain)
        if reason is not None:
            self.excuse(place, plain, reason)
            if "make " in plain:
                self.dry(place, plain)
            return None
        start = time.monotonic()
        if re.match(r"(WORLDLINES_\w+=\S+ )?make ", plain):
            ending = self.make(place, plain)
            if ending is None:
                return None
        else:
            ending = self.run(self.filled(plain))
        if ending.returncode != 0:
            last = (ending.stderr or ending.stdout).strip().split("\n")[-3:]
            self.fail(place, f"`{plain}` ends with {ending.returncode}: " + " / ".join(last))
        self.executed += 1
        self.outputs[plain] = ending
        self.seen[plain] = ending
        print(f"{place}: {plain}  ({time.monotonic() - start:.1f} s)", flush=True)
        return ending

    def dry(self, place, plain):
        """What make would do, from the Makefile; the command fails where a target isn't there."""
        ending = self.run(self.filled(plain).replace("make ", "make --no-print-directory -n ", 1))
        if ending.returncode != 0:
            self.fail(place, f"`{plain}`: {ending.stderr.strip()}")
        return ending

    def make(self, place, plain):
        """`make run` without its set-up and build; of other targets what they would do."""
        ending = self.dry(place, plain)
        if " run" not in plain.replace("make run", " run"):
            self.excuse(place, plain, DRY)
            return None
        lines = [x for x in ending.stdout.split("\n") if x.startswith(".build/release/worldlines")]
        if len(lines) != 1:
            self.fail(place, f"`{plain}` has {len(lines)} commands of worldlines, not one")
            return None
        return self.run(lines[0], PAGES_IN_FULL="1" if plain == "make run" else "")

    def mention(self, place, code):
        """A command in backticks: run where it has operands, else its words are looked up in its help."""
        words = code.split()
        if code in EXCUSED:
            self.excuse(place, code, EXCUSED[code])
            return
        operands = [w for w in words[2:] if not w.startswith("-") and w != "…"]
        if words[0].endswith("worldlines") and not operands:
            help_ = self.run(f"worldlines help {shlex.quote(words[1])}")
            known = help_.returncode == 0 and f"USAGE: worldlines {words[1]}" in help_.stdout
            missing = [w for w in words[2:] if w.startswith("--") and w.split("=")[0] not in help_.stdout]
            if not known or missing:
                self.fail(place, f"`{code}`: no such command" if not known else f"`{code}`: no option {missing[0]}")
            self.executed += 1
            return
        self.command(place, code)

    def block(self, block):
        if block.in_tutorial:
            self.tutorial += 1
            return
        mark, language = block.mark or "", block.language
        if mark.startswith("output of "):
            self.output(block, mark[len("output of "):])
        elif mark.startswith("saved as "):
            path = self.checkout / mark[len("saved as "):]
            path.write_text(block.text)
            self.executed += 1
        elif mark.startswith("first answer of "):
            self.answer(block, mark[len("first answer of "):])
        elif mark.startswith("part of a study of "):
            self.part(block, mark[len("part of a study of "):])
        elif language == "sh":
            for offset, line in self.lines(block.text):
                self.command(f"{block.page}:{block.line + offset}", line)
        elif language == "python":
            self.program(block, [sys.executable, "-c", block.text])
        elif language in ("r", "octave"):
            tool = shutil.which({"r": "Rscript", "octave": "octave"}[language])
            if tool is None:
                self.excuse(block.place, f"{language} block", f"this machine has no {language}")
            else:
                self.program(block, [tool, "-e" if language == "r" else "--eval", block.text])
        elif language == "swift":
            self.excuse(block.place, "swift block", "it is a part of a program; RobustnessTests has the same metric")
        elif language in ("", "text"):
            commands = [x for x in block.text.split("\n") if re.match(r"\s*(\$|worldlines \w|make \w|\.build/)", x)]
            if commands and not any("──" in x for x in commands):
                self.fail(block.place, f"`{commands[0]}` is a command in a block that isn't marked `sh`")
            self.without_command += 1
        else:
            self.fail(block.place, f"a block of `{language}` that no test knows; mark it, see Tests/Python/check_pages.py")

    def lines(self, text):
        """Commands with the offset of their first line; a backslash joins lines."""
        offset, waiting = 0, None
        for index, line in enumerate(text.split("\n")):
            if waiting is None:
                offset = index
            waiting = (waiting or "") + line
            if waiting.endswith("\\"):
                waiting = re.sub(r"\s*\\$", " ", waiting)
                continue
            if waiting.strip() and not waiting.strip().startswith("#"):
                yield offset, re.sub(r"\s+", " ", waiting.split("  #")[0]).strip()
            waiting = None

    def program(self, block, arguments):
        ending = subprocess.run(
            arguments, cwd=self.checkout, text=True, capture_output=True, env=self.environment, timeout=180)
        if ending.returncode != 0:
            self.fail(block.place, ending.stderr.strip()[-400:])
        self.executed += 1
        print(f"{block.place}: {block.language} block", flush=True)
        if "pymoo" in block.text and ending.returncode == 0:
            self.front(block)

    def front(self, block):
        """The archive of the page's pymoo program: options and numbers vary, and the ends of the front are found."""
        import h5py
        import numpy

        found = {}
        study = re.search(r'"(Worlds/\S+\.yaml)"', block.text)[1]
        archive = re.search(r'"(\w+\.h5)"', block.text)[1]
        self.run(f"worldlines optimize {study} -o grid.h5 --method factorial --levels 7 --samples 1")
        for name in [archive, "grid.h5"]:
            with h5py.File(self.checkout / name) as file:
                found[name] = numpy.column_stack([file["outcome_cost"][:], file["outcome_emitted"][:]])
        ours, grid = found[archive], found["grid.h5"]
        if len(numpy.unique(ours.round(3), axis=0)) < 50:
            self.fail(block.place, f"the program found {len(numpy.unique(ours, axis=0))} different policies")
        span = grid.max(axis=0) - grid.min(axis=0)
        for end in grid[[grid[:, 0].argmin(), grid[:, 1].argmin()]]:
            miss = ((ours - end) / span).max(axis=1).min()
            if miss > 0.05:
                self.fail(block.place, f"the program misses an end of the front by {100 * miss:.0f} % of the range")

    def part(self, block, world):
        """A piece of a study, made whole and checked."""
        kind = block.text.split(":")[0]
        lines = ["study: part", f"world: {world}", "seed: 1", "samples: 1"]
        first = re.search(r"^start: (\d+)", (self.checkout / world / "world.yaml").read_text(), re.M)[1]
        lines.append(f"years: {first}-{int(first) + 5}")
        if kind == "levers":
            levers = re.findall(r"^  (\w+):", block.text, re.M)
            lines += ["decisions:"] + [f"  - {{year: {first}, lever: {lever}}}" for lever in levers]
        elif kind == "policies":
            lines += ["levers:", "  wind:", "    none: {}", "    more:"]
            lines += ["      generators[crest-wind].p_nom: {plus: {range: [0, 9]}}"]
            lines += [f"decisions: [{{year: {first}, lever: wind}}]"]
            (self.checkout / "chosen.csv").write_text(
                "policy,wind,wind.more.generators[crest-wind].p_nom\nstill,none,\nwindy,more,7\n")
        lines += ["outcomes:", "  cost: {of: system_cost, over_time: sum, minimize: true}"]
        if "dice" in world:
            lines[-1] = "  welfare: {of: welfare, maximize: true}"
        path = self.checkout / f"part-{block.line}.yaml"
        path.write_text("\n".join(lines) + "\n" + block.text)
        self.command(block.place, f"worldlines check {path.name}")

    def answer(self, block, command):
        """A block that holds the first line of a program that speaks JSON."""
        ending = self.run(f"echo '{{\"finish\": true}}' | PAGES_IN_FULL=1 {command}")
        first = json.loads(ending.stdout.split("\n")[0] or "null")
        if first != json.loads(block.text):
            self.fail(block.place, f"`{command}` begins with {json.dumps(first)}; {ending.stderr.strip()[-200:]}")
        self.executed += 1

    def output(self, block, command):
        """A block that holds what a command prints."""
        ending = self.command(block.place, command)
        if ending is None:
            self.fail(block.place, f"`{command}` isn't run")
            return
        printed = "\n".join(line.rstrip() for line in ending.stdout.rstrip().split("\n")) + "\n"
        self.executed += 1
        if printed == block.text:
            return
        if self.is_golden:
            self.golden.setdefault(block.page, []).append((block.line, block.text, printed))
        elif self.is_wide or not alike(printed, block.text):
            where = next(
                (f"`{a}` where the page has `{b}`" for a, b in zip(printed.split("\n"), block.text.split("\n")) if a != b),
                "more or fewer lines")
            self.fail(block.place, f"`{command}` prints {where}; WORLDLINES_GOLDEN=1 make pages writes it anew")

    def refresh(self):
        for page, changes in self.golden.items():
            lines = (ROOT / page).read_text().split("\n")
            for line, old, new in sorted(changes, reverse=True):
                lines[line - 1:line - 1 + old.count("\n")] = new.rstrip("\n").split("\n")
                print(f"{page}:{line}: written anew")
            (ROOT / page).write_text("\n".join(lines))


def alike(a, b):
    """The same words, and numbers within 1 %: CPUs without AVX-512 may differ in the last digit."""
    first, second = a.split(), b.split()

    def near(x, y):
        try:
            return abs(float(x) - float(y)) <= 0.01 * max(abs(float(x)), abs(float(y)))
        except ValueError:
            return x == y

    return len(first) == len(second) and all(near(x, y) for x, y in zip(first, second))


def help_texts(pages):
    """Commands in backticks of every help text."""
    listed = pages.run("worldlines --help").stdout
    names = re.findall(r"^  ([a-z]+)  ", listed, re.M)
    for name in names:
        text = re.sub(r"\s+", " ", pages.run(f"worldlines help {name}").stdout)
        for code in re.findall(r"`([^`]+)`", text):
            if code.startswith("worldlines "):
                pages.mention(f"worldlines help {name}", code)
    if len(names) < 10:
        pages.fail("worldlines --help", f"lists {len(names)} commands")


def main(binary, folder):
    start = time.monotonic()
    pages = Pages(binary, folder)
    tracked = sorted(
        str(p.relative_to(pages.checkout)) for p in pages.checkout.rglob("*.md") if "build" not in p.parts)
    for page in FIRST_PAGES + [p for p in tracked if p not in FIRST_PAGES]:
        if page in HISTORY:
            continue
        pages.follow(page, (pages.checkout / page).read_text())
    for path in sorted((pages.checkout / "notebooks").glob("*.ipynb")):
        for cell in json.loads(path.read_text())["cells"]:
            if cell["cell_type"] == "markdown":
                pages.follow(f"notebooks/{path.name}", "".join(cell["source"]))
    help_texts(pages)
    pages.judge()
    pages.refresh()
    print("\nnot run:")
    for (what, reason), place in pages.excused.items():
        print(f"  {place}: {what}: {reason}")
    print(f"\n{pages.executed} commands and blocks executed, {len(pages.excused)} excused, "
          f"{pages.tutorial} blocks left to TutorialTests, {pages.without_command} of text without a command, "
          f"{len(pages.failures)} failed, in {time.monotonic() - start:.0f} s")
    for line in pages.failures:
        print("FAILED " + line)
    if pages.executed < 50:
        sys.exit("fewer than 50 commands were found: the pages aren't read as they should be")
    if pages.failures:
        sys.exit(1)


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit("check_pages.py WORLDLINES FOLDER")
    main(*sys.argv[1:])
