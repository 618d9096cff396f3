"""A student's folder: notebooks as they are handed out, or solved, and a small data set."""

import shutil
from pathlib import Path

import nbformat
from nbformat import NotebookNode
from this_course import find_notebook

from coursekit.course import REPOSITORY, TRAINING_TAG, Course, new_course
from coursekit.grading_data import grading_data
from coursekit.release import release, unpack_archive, write_notebook
from coursekit.source import read_source
from coursekit.student_run import fill_in

ENVIRONMENT = {
    "NOTMNIST_SOURCE": "local",
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
}
"""For the kernels: the letters of this folder, and the same result on every machine."""


def make_student_folder(root: Path) -> Path:
    """Unpack the archive of today's `source/` below `root`; put 2,000 letters into its data/."""
    folder = unpack_archive(release(new_course(root / "course")), root)
    data = grading_data(REPOSITORY / "build" / "grading_data")
    shutil.copytree(data, folder / "data", dirs_exist_ok=True)
    return folder


def solve(folder: Path, name: str, file: str, until: str | None = None) -> Path:
    """Write the notebook `name` ("1-2") solved, as `file`, and return its path.

    It ends with the cell `until`, or is whole.
    """
    untouched = nbformat.read(folder / f"{find_notebook(name)}.ipynb", as_version=4)
    notebook = fill_in(untouched, read_source(Course(REPOSITORY), find_notebook(name)))
    if until is not None:
        ids = [cell["id"] for cell in notebook.cells]
        notebook.cells = notebook.cells[: ids.index(until) + 1]
    write_notebook(folder / file, notebook)
    return folder / file


def last_before_training(name: str) -> str:
    """Return the id of the cell in front of the first one that trains."""
    cells = read_source(Course(REPOSITORY), find_notebook(name)).cells
    trains = [TRAINING_TAG in cell.metadata.get("tags", []) for cell in cells]
    before: str = cells[trains.index(True) - 1]["id"]
    return before


def first_task(name: str) -> tuple[NotebookNode, NotebookNode]:
    """Return the first solution cell of an instructor notebook and the cell that checks it."""
    source = read_source(Course(REPOSITORY), find_notebook(name)).cells
    code = [cell for cell in source if cell.cell_type == "code"]
    place = next(i for i, cell in enumerate(code) if cell.metadata.nbgrader.solution)
    return code[place], code[place + 1]
