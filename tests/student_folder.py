"""A student's folder: notebooks as they are handed out, or solved, and a small data set."""

import shutil
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from coursekit.course import REPOSITORY, TRAINING_TAG, Course, find_notebook, new_course
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


def solve(folder: Path, name: str, *, trained: bool) -> Path:
    """Write the notebook `name` ("1-2") solved, as solved-<name>.ipynb, and return that path.

    Unless `trained`, it ends before its first cell that trains.
    """
    untouched = nbformat.read(folder / f"{find_notebook(name)}.ipynb", as_version=4)
    notebook = fill_in(untouched, read_source(Course(REPOSITORY), find_notebook(name)))
    if not trained:
        trains = [TRAINING_TAG in cell.metadata.get("tags", []) for cell in notebook.cells]
        notebook.cells = notebook.cells[: trains.index(True)]
    path = folder / f"solved-{name}.ipynb"
    write_notebook(path, notebook)
    return path


def first_task(name: str) -> tuple[NotebookNode, NotebookNode]:
    """Return the first solution cell of an instructor notebook and the cell that checks it."""
    source = read_source(Course(REPOSITORY), find_notebook(name)).cells
    code = [cell for cell in source if cell.cell_type == "code"]
    place = next(i for i, cell in enumerate(code) if cell.metadata.nbgrader.solution)
    return code[place], code[place + 1]
