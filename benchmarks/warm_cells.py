"""The floor of benchmarks/autograde.py: cells executed in forks of a process with imports done.

python benchmarks/warm_cells.py SUBMITTED
"""

import contextlib
import io
import json
import os
import sys
import warnings
from pathlib import Path

import matplotlib.pyplot
import numpy  # noqa: F401
import sklearn.linear_model
import sklearn.neighbors  # noqa: F401
import torch._dynamo  # noqa: F401


def main(submitted: Path) -> None:
    """Execute every notebook below `submitted`, one after the other."""
    for cells in sorted(submitted.glob("*/*/*.json")):
        child = os.fork()
        if child == 0:
            execute(cells)
            os._exit(0)
        os.waitpid(child, 0)


def execute(path: Path) -> None:
    """Execute the cells in a JSON file, in its folder; errors end the cell, as in a notebook."""
    os.chdir(path.parent)
    sys.path.insert(0, str(path.parent))
    names = {"__name__": "__main__", "display": lambda *_: None}
    warnings.simplefilter("ignore")
    for text in json.loads(path.read_text()):
        with contextlib.redirect_stdout(io.StringIO()), contextlib.suppress(Exception):
            exec(compile(text, "cell", "exec"), names)
        matplotlib.pyplot.close("all")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
