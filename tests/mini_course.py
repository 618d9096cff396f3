"""A course of one tiny notebook, for tests of grading that need to be quick."""

import copy
import shutil
from pathlib import Path

import nbformat
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from this_course import ASSIGNMENT

from coursekit.course import REPOSITORY, Course
from coursekit.nbgrader_command import run_nbgrader
from coursekit.release import write_notebook

NAME = "Assignment1-2_NN_from_scratch"
"""The mini notebook carries a real notebook's name, as coursekit looks for those."""

HIDDEN_LINES = ("assert double(21) == 42", "assert triple(11) == 33")


def mini_source() -> NotebookNode:
    """Return an instructor notebook with two code tasks, a training cell and a written task."""
    return new_notebook(
        metadata={"kernelspec": {"name": "python3", "display_name": "", "language": "python"}},
        cells=[
            new_markdown_cell("# Mini", id="title"),
            new_code_cell(
                "open('trained', 'w').close()\nimport os\nos._exit(1)",
                id="train",
                metadata={**_nbgrader("train", locked=True), "tags": ["training"]},
            ),
            *_task("double", "return x * 2", 2, HIDDEN_LINES[0]),
            *_task("triple", "return x * 3", 3, HIDDEN_LINES[1]),
            new_markdown_cell(
                "Because.",
                id="why",
                metadata=_nbgrader("why", grade=True, solution=True, points=1),
            ),
        ],
    )


def make_course(
    root: Path, timeout: int = 5, names: tuple[str, ...] = (NAME,), *, preload: bool = False
) -> Course:
    """Lay out a course with the mini notebook below `root` and generate its student version.

    It is there once under each of the `names`. With `preload` the kernels are as warm as the
    course's own settings make them, which takes seconds at the start.
    """
    course = Course(root)
    course.source.mkdir(parents=True)
    for name in names:
        write_notebook(course.source / f"{name}.ipynb", mini_source())
    config = (REPOSITORY / "nbgrader_config.py").read_text(encoding="utf-8")
    config += f"\nc.ExecuteSubmission.timeout = {timeout}\n"
    if not preload:
        config += "c.ExecuteSubmission.preload = []\n"
    (root / "nbgrader_config.py").write_text(config, encoding="utf-8")
    run_nbgrader(course, "generate_assignment", ASSIGNMENT, "--force")
    return course


def graded_cell(cell_id: str, text: str, points: int = 1) -> NotebookNode:
    """Return a test cell."""
    return new_code_cell(
        text, id=cell_id, metadata=_nbgrader(cell_id, grade=True, locked=True, points=points)
    )


def plain_cell(
    cell_id: str, text: str, *, locked: bool = False, tags: list[str] | None = None
) -> NotebookNode:
    """Return a cell without points: the student's to fill, or a locked one of the instructor."""
    metadata = _nbgrader(cell_id, locked=locked, solution=not locked)
    return new_code_cell(text, id=cell_id, metadata={**metadata, "tags": tags or []})


def student_version(course: Course) -> NotebookNode:
    return nbformat.read(course.release / f"{NAME}.ipynb", as_version=4)


def solved(course: Course, **answers: str) -> NotebookNode:
    """Return the student version with the right solutions, or `answers` by task id."""
    notebook = copy.deepcopy(student_version(course))
    right = {
        "double": "def double(x):\n    return x * 2",
        "triple": "def triple(x):\n    return x * 3",
        "why": "It follows from the definition.",
    }
    for cell in notebook.cells:
        if cell["id"] in right:
            cell.source = (right | answers)[cell["id"]]
    return notebook


def cell_of(notebook: NotebookNode, cell_id: str) -> NotebookNode:
    return next(cell for cell in notebook.cells if cell["id"] == cell_id)


def submit(course: Course, student: str, notebook: NotebookNode | None) -> None:
    """Put a notebook where nbgrader finds it; None hands in a folder without it."""
    folder = course.submitted / student / ASSIGNMENT
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    if notebook is not None:
        write_notebook(folder / f"{NAME}.ipynb", notebook)


def _task(task: str, answer: str, points: int, hidden: str) -> list[NotebookNode]:
    solution = f"def {task}(x):\n    ### BEGIN SOLUTION\n    {answer}\n    ### END SOLUTION"
    test = (
        f"assert {task}(1) == {answer[-1]}\n### BEGIN HIDDEN TESTS\n{hidden}\n### END HIDDEN TESTS"
    )
    return [
        new_code_cell(solution, id=task, metadata=_nbgrader(task, solution=True)),
        new_code_cell(
            test,
            id=f"test_{task}",
            metadata=_nbgrader(f"test_{task}", grade=True, locked=True, points=points),
        ),
    ]


def _nbgrader(
    grade_id: str,
    *,
    grade: bool = False,
    locked: bool = False,
    solution: bool = False,
    points: int | None = None,
) -> dict[str, dict[str, object]]:
    metadata: dict[str, object] = {
        "grade": grade,
        "grade_id": grade_id,
        "locked": locked,
        "schema_version": 3,
        "solution": solution,
        "task": False,
    }
    return {"nbgrader": metadata | ({} if points is None else {"points": points})}
