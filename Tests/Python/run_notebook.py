"""Executes a notebook in a clean kernel and keeps what it draws: run_notebook.py NOTEBOOK FOLDER.

The executed copy and every figure, as PNG, go to FOLDER. The notebook itself is not touched. Fails when a cell
raises, and when the notebook draws nothing.
"""

import base64
import os
import pathlib
import sys

import nbformat
from nbclient import NotebookClient


def main(path, folder):
    source, target = pathlib.Path(path), pathlib.Path(folder)
    target.mkdir(parents=True, exist_ok=True)
    notebook = nbformat.read(source, as_version=4)
    client = NotebookClient(
        notebook, timeout=300, kernel_name="python3", resources={"metadata": {"path": str(source.parent)}}
    )
    client.execute()
    stem = f"{source.stem}-{pathlib.Path(os.environ.get('WORLDLINES_ARCHIVE', 'japan.h5')).stem}"
    nbformat.write(notebook, target / f"{stem}.ipynb")
    figures = 0
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            image = output.get("data", {}).get("image/png")
            if image:
                figures += 1
                (target / f"{stem}-{figures}.png").write_bytes(base64.b64decode(image))
    if figures == 0:
        sys.exit(f"{path}: executed, but drew no figure")
    print(f"{path}: {len(notebook.cells)} cells executed, {figures} figures in {target}")


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit("run_notebook.py NOTEBOOK FOLDER")
    main(*sys.argv[1:])
