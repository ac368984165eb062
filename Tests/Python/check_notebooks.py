"""Fails when a notebook is kept with outputs: check_notebooks.py NOTEBOOK...

With --strip, removes them instead.
"""

import sys

import nbformat


def is_stripped(cell):
    return cell.cell_type != "code" or (not cell.outputs and cell.execution_count is None)


def strip(cell):
    if cell.cell_type == "code":
        cell.outputs = []
        cell.execution_count = None


def main(arguments):
    stripping = "--strip" in arguments
    paths = [argument for argument in arguments if argument != "--strip"]
    if not paths:
        sys.exit("check_notebooks.py [--strip] NOTEBOOK...")
    status = 0
    for path in paths:
        notebook = nbformat.read(path, as_version=4)
        nbformat.validate(notebook)
        if stripping:
            for cell in notebook.cells:
                strip(cell)
            nbformat.write(notebook, path)
        dirty = [index for index, cell in enumerate(notebook.cells) if not is_stripped(cell)]
        if dirty:
            print(f"{path}: cells {dirty} hold outputs; strip them with check_notebooks.py --strip {path}")
            status = 1
    sys.exit(status)


if __name__ == "__main__":
    main(sys.argv[1:])
