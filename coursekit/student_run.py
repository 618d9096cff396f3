"""Do what a student does: fill solutions in, run a notebook in a folder, keep its outputs."""

import copy
import os
import re
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError
from nbformat import NotebookNode
from tqdm import tqdm

from coursekit.course import CourseError
from coursekit.release import write_notebook

_QUIET = {"PYDEVD_DISABLE_FILE_VALIDATION": "1"}
"""Or the debugger, which nobody uses, warns when a kernel loads it."""

_MARKS = re.compile(r"^ *### (BEGIN|END) SOLUTION\n?", re.MULTILINE)


def fill_in(
    student: NotebookNode, source: NotebookNode, replace: dict[str, str] | None = None
) -> NotebookNode:
    """Return a copy of a student notebook with the instructor's solutions in its solution cells.

    The marks around a solution stay out, as no student writes them. `replace` maps a task id to the
    text to use instead of the instructor's.
    """
    solved = copy.deepcopy(student)
    solutions = {cell["id"]: cell.source for cell in source.cells} | (replace or {})
    for cell in solved.cells:
        if cell.metadata.get("nbgrader", {}).get("solution"):
            cell.source = without_marks(solutions[cell["id"]])
    return solved


def without_marks(solution: str) -> str:
    """Return the text of a solution cell without the marks around what the release cuts out."""
    return _MARKS.sub("", solution)


def run_notebook(
    path: Path,
    *,
    environment: dict[str, str] | None = None,
    keep_errors: bool = False,
    timeout: int = 1200,
) -> None:
    """Run the notebook at `path` in its own folder and save it with its outputs.

    `environment` is added to this process's. A cell's error ends the run with `CourseError`,
    unless `keep_errors`; `timeout` is in seconds for each cell.
    """
    notebook = nbformat.read(path, as_version=4)
    code_cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    with tqdm(total=len(code_cells), desc=path.stem, unit="cell") as bar:
        client = NotebookClient(
            notebook,
            timeout=timeout,
            kernel_name="python3",
            extra_arguments=["--log-level=ERROR"],  # it warns of TCP, which stays on this machine
            allow_errors=keep_errors,
            resources={"metadata": {"path": str(path.parent)}},
            on_cell_executed=lambda **_: bar.update(),
        )
        try:
            client.execute(env={**os.environ, **_QUIET, **(environment or {})})
        except CellExecutionError as error:
            raise CourseError(f"{path.name} stopped with an error:\n{error}") from None
    for cell in code_cells:
        cell.metadata.pop("execution", None)
    write_notebook(path, notebook)
