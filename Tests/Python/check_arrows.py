"""Compares what each target imports with what Package.swift declares: check_arrows.py, in the root of the checkout.

A target that imports what it doesn't declare is not rebuilt with it; a declared arrow that no file uses is a lie of the map.
"""

import json
import pathlib
import re
import subprocess
import sys

IMPORT = re.compile(r"^(?:@\w+ )*(?:public |package |internal )?import (?:struct |class |func |enum |protocol )?(\w+)", re.M)


def main():
    package = json.loads(subprocess.run(["swift", "package", "dump-package"], capture_output=True, text=True, check=True).stdout)
    names = {target["name"] for target in package["targets"]}
    # Tests of commands start the program, and import nothing of it.
    programs = {target["name"] for target in package["targets"] if target["type"] == "executable"}
    wrong = []
    for target in package["targets"]:
        folder = pathlib.Path(target.get("path") or ("Tests" if target["type"] == "test" else "Sources") + "/" + target["name"])
        files = list(folder.rglob("*.swift"))
        if not files:
            continue
        declared = {each["byName"][0] for each in target["dependencies"] if "byName" in each} & names
        imported = {name for file in files for name in IMPORT.findall(file.read_text())} & names
        wrong += [f"{target['name']} imports {name} and doesn't declare it" for name in sorted(imported - declared)]
        wrong += [f"{target['name']} declares {name} and doesn't import it" for name in sorted(declared - imported - programs)]
    if wrong:
        sys.exit("\n".join(wrong))
    print(f"{len(package['targets'])} targets import what they declare")


if __name__ == "__main__":
    main()
