"""Run the cells of an instructor notebook in this process, as the grader would, but quickly."""

import contextlib
import io
import warnings
from pathlib import Path
from typing import Any

import matplotlib.pyplot
from this_course import find_notebook

from coursekit.checkpoint_of import prepare_folder, working_in
from coursekit.course import REPOSITORY, TRAINING_TAG, Course
from coursekit.source import read_source

SOLUTIONS = REPOSITORY / "tests" / "solutions"


def load_source(name: str) -> list[Any]:
    """Return the cells of the instructor notebook whose name contains `name` ("1-2")."""
    return read_source(Course(REPOSITORY), find_notebook(name)).cells


def run_cells(
    name: str,
    replace: dict[str, str] | None = None,
    until: str | None = None,
    cwd: Path | None = None,
) -> dict[str, Exception | None]:
    """Execute the code cells that a grader runs; return the error (or None) of each named cell.

    `replace` maps a task id to the text that stands in its solution cell, `until` names the last
    cell to run. `cwd` is a folder to run in; it is filled with the small `data/` and `utils`.
    """
    assert cwd is not None, "give run_cells a temporary folder, for example pytest's tmp_path"
    prepare_folder(cwd)
    matplotlib.use("Agg")
    namespace: dict[str, Any] = {"__name__": "__main__", "display": lambda *_: None}
    errors: dict[str, Exception | None] = {}
    with working_in(cwd), contextlib.redirect_stdout(io.StringIO()), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for cell in load_source(name):
            if cell.cell_type != "code" or TRAINING_TAG in cell.metadata.get("tags", []):
                continue
            source = (replace or {}).get(cell["id"], cell.source)
            try:
                exec(compile(source, f"<{cell['id']}>", "exec"), namespace)
            except Exception as error:
                errors[cell["id"]] = error
            else:
                errors[cell["id"]] = None
            matplotlib.pyplot.close("all")
            if cell["id"] == until:
                break
    return errors


def solutions(task: str, kind: str) -> list[Path]:
    """Return the files in `tests/solutions/<task>/` that start with `kind` (right, wrong)."""
    return sorted((SOLUTIONS / task).glob(f"{kind}_*.py"))
