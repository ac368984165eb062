"""Disassembles the market's iteration: check_loops.py BINARY.

The innermost vector loops of the three passes and of the factorisation must hold no call and no vector that is spilled
to the stack. Judged where the binary was built for AVX-512, whose 32 registers suffice.
"""

import os
import pathlib
import re
import subprocess
import sys

FUNCTIONS = re.compile(r"8ClearingAAC(3run|8assemble|7predict|7correct)|8Clearing11Elimination")
VECTORS_OF_A_LOOP = 10


def functions(binary):
    """The instructions of each function of the iteration, as (address, text)."""
    listing = subprocess.run(
        ["objdump", "-d", "--no-show-raw-insn", binary], stdout=subprocess.PIPE, text=True, check=True
    ).stdout
    found, name = {}, None
    for line in listing.splitlines():
        if head := re.match(r"[0-9a-f]+ <(.*)>:$", line):
            name = head[1] if FUNCTIONS.search(head[1]) else None
        elif name and (instruction := re.match(r"\s*([0-9a-f]+):\s+(.*)$", line)):
            found.setdefault(name, []).append((int(instruction[1], 16), instruction[2]))
    return found


def innermost_loops(instructions):
    """The bodies of loops that hold no other loop."""
    first = instructions[0][0]
    loops = []
    for address, text in instructions:
        jump = re.match(r"j\w+\s+([0-9a-f]+)", text)
        if jump and first <= int(jump[1], 16) < address:
            loops.append((int(jump[1], 16), address))
    for start, end in loops:
        if not any((a, b) != (start, end) and start <= a and b <= end for a, b in loops):
            yield [text for address, text in instructions if start <= address <= end]


def main(binary):
    judged, wrong = 0, 0
    for name, instructions in functions(binary).items():
        for body in innermost_loops(instructions):
            if sum("zmm" in text for text in body) < VECTORS_OF_A_LOOP:
                continue
            judged += 1
            calls = [text for text in body if text.startswith("call")]
            spills = [text for text in body if "zmm" in text and re.search(r"\(%r[sb]p", text)]
            for text in calls + spills:
                wrong += 1
                print(f"  {name}: {text}")
    native = os.environ.get("WORLDLINES_CPU", "native") == "native"
    if judged == 0 and native and "avx512f" in pathlib.Path("/proc/cpuinfo").read_text():
        sys.exit("no vector loop of the iteration was found: has its name changed?")
    print(f"  {judged} innermost vector loops of the iteration, {wrong} calls or spilled vectors in them")
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("check_loops.py BINARY")
    main(sys.argv[1])
