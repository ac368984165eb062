"""Holds files and functions of Sources to the sizes that CONTRIBUTING names: check_sizes.py, in the root of the checkout.

At most 500 lines a file; at most 80 lines and 8 parameters a function. The parameters of an initialiser are the parts of
a value and aren't counted. A function that has a reason to be longer stands
in EXCEPTIONS with that reason; an exception that is no longer needed is an error too.
"""

import pathlib
import re
import sys

FILE_LINES, FUNCTION_LINES, PARAMETERS = 500, 80, 8
# Path and name of the function: why it is longer, or takes more.
EQUATION = "its parameters are the symbols of its equation"
EXCEPTIONS = {
    "Sources/Cases/WorldFolder+Example.swift:files": "the text of an example",
    "Sources/Clearing/Clearing+Iteration.swift:assemble": "one pass over an hour; what its parts share stays in registers",
    "Sources/Clearing/Clearing.swift:init": "the list of a market's columns, in the order in which they lie in memory",
    "Sources/FaIR/GasCycle.swift:lifetimeFactor": EQUATION,
    "Sources/Stepping/Contracts/TakeOrPay.swift:takeOrPay": EQUATION,
    "Sources/Stepping/Contracts/Warrants.swift:vestWarrants": EQUATION,
    "Sources/Stepping/Economy/Income.swift:cityIncomes": EQUATION,
    "Sources/Stepping/People/Population.swift:advancePopulation": EQUATION,
}

QUOTED = re.compile(r'#"""[\s\S]*?"""#|"""[\s\S]*?"""|#"[^\n]*?"#|"(?:\\\((?:[^()]|\((?:[^()]|\([^()]*\))*\))*\)|\\[^(]|[^"\\\n])*"')
COMMENT = re.compile(r"/\*[\s\S]*?\*/|//[^\n]*")
HEAD = re.compile(r"^[ \t]*(?:@\w+(?:\([^)]*\))?\s+)*(?:[a-z]+(?:\([a-z]+\))?\s+)*(?:func\s+([^\s(<]+)|(init)\??)\s*(?:<[^>]*>)?\s*\(", re.M)
OPEN, CLOSE = "([{<", ")]}>"


def blanked(text):
    """The text with strings and comments as blanks, line breaks kept."""

    def blank(match):
        return re.sub(r"[^\n]", " ", match[0])

    return COMMENT.sub(blank, QUOTED.sub(blank, text))


def end_of_group(text, start):
    """The index behind the group that opens at start."""
    depth = 0
    for i in range(start, len(text)):
        if text[i] in "([{":
            depth += 1
        elif text[i] in ")]}":
            depth -= 1
            if depth == 0:
                return i + 1
    return len(text)


def parameters(text):
    """How many parameters a list in parentheses has."""
    depth, count = 0, 0
    inner = text.replace("->", "  ")[1:-1]
    for character in inner:
        depth += (character in OPEN) - (character in CLOSE)
        count += character == "," and depth == 0
    return count + 1 if inner.strip().rstrip(",") else 0


def functions(text):
    """Name, first line, lines and parameters of each function of a file, protocols' requirements left out."""
    text = blanked(text)
    for head in HEAD.finditer(text):
        opening = head.end() - 1
        closing = end_of_group(text, opening)
        start = text.count("\n", 0, text.index((head[1] or head[2]), head.start())) + 1
        brace, line_end = text.find("{", closing), closing
        # A body opens before the next blank line or declaration; a requirement has none.
        between = text[closing:brace] if brace >= 0 else "\n\n"
        if "\n\n" in between or "}" in between or "func " in between:
            continue
        line_end = end_of_group(text, brace)
        yield head[1] or head[2], start, text.count("\n", 0, line_end) + 2 - start, parameters(text[opening:closing])


def main():
    wrong, used, count = [], set(), 0
    for path in sorted(pathlib.Path("Sources").rglob("*.swift")):
        text = path.read_text()
        if (lines := text.count("\n")) > FILE_LINES:
            wrong.append(f"{path}: {lines} lines, at most {FILE_LINES}")
        for name, start, lines, taken in functions(text):
            count += 1
            if lines <= FUNCTION_LINES and (taken <= PARAMETERS or name == "init"):
                continue
            key = f"{path}:{name}"
            if key in EXCEPTIONS:
                used.add(key)
            else:
                wrong.append(
                    f"{path}:{start}: {name} has {lines} lines and {taken} parameters, at most {FUNCTION_LINES} and {PARAMETERS}"
                )
    wrong += [f"{key} needs no exception" for key in sorted(EXCEPTIONS.keys() - used)]
    if wrong:
        sys.exit("\n".join(wrong))
    print(f"{count} functions of Sources within {FUNCTION_LINES} lines and {PARAMETERS} parameters")


if __name__ == "__main__":
    main()
