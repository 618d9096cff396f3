"""What is left to do: submissions without marks, or whose marks are of something else."""

import json
from pathlib import Path

import nbformat
from nbgrader.api import (
    Assignment,
    Grade,
    Gradebook,
    GradeCell,
    MissingEntry,
    Notebook,
    SubmittedAssignment,
    SubmittedNotebook,
)
from nbgrader.utils import determine_grade, is_grade

from coursekit.autograde.jobs import Submission
from coursekit.course import ASSIGNMENT

KEY = "key"
"""Where an autograded notebook's metadata (`coursekit`) says which job its marks come from."""


Marks = dict[tuple[str, str], dict[str, float | None]]
"""The automatic marks of (student, notebook), by cell."""


def is_done(submission: Submission, chosen: list[str], marks: Marks) -> bool:
    """Return whether the marks of the `chosen` notebooks are those of the submission as it is now.

    `marks` is what the gradebook holds. An autograded notebook has the key of the job it comes
    from, and outputs that say what its marks are; a gradebook that was put back from an older copy
    holds others. What was not handed in must have marks too, all of them 0.
    """
    folder = submission.course.autograded / submission.student / ASSIGNMENT
    there = {path.stem for path in folder.glob("*.ipynb")}
    submitted = set(submission.notebooks)
    return there <= submitted and all(
        _is_marked(folder / f"{notebook}.ipynb", submission.key(notebook), known)
        if notebook in submitted
        else known is not None and all(score == 0 for score in known.values())
        for notebook in chosen
        for known in [marks.get((submission.student, notebook))]
    )


def _is_marked(path: Path, key: str, known: dict[str, float | None] | None) -> bool:
    """Return whether the autograded notebook at `path` has this key, and says the marks `known`."""
    try:
        notebook = nbformat.from_dict(json.loads(path.read_bytes()))
        said = {
            cell.metadata.nbgrader.grade_id: determine_grade(cell)[0]
            for cell in notebook.cells
            if is_grade(cell) and cell.cell_type == "code"
        }
        return bool(notebook.metadata.coursekit[KEY] == key and known == said)
    except (OSError, ValueError, KeyError, AttributeError, TypeError):
        return False


def released_notebooks(gradebook: Gradebook) -> list[str]:
    """Return the names of the notebooks that the gradebook knows, in the assignment's order."""
    try:
        return sorted(notebook.name for notebook in gradebook.find_assignment(ASSIGNMENT).notebooks)
    except MissingEntry:
        return []


def read_automatic_marks(gradebook: Gradebook) -> Marks:
    """Return the automatic marks of the test cells of every student."""
    rows = (
        gradebook.db.query(
            SubmittedAssignment.student_id,
            Notebook.name,
            GradeCell.name,
            GradeCell.cell_type,
            Grade.auto_score,
        )
        .join(SubmittedNotebook, SubmittedNotebook.assignment_id == SubmittedAssignment.id)
        .join(Notebook, Notebook.id == SubmittedNotebook.notebook_id)
        .join(Assignment, Assignment.id == Notebook.assignment_id)
        .join(Grade, Grade.notebook_id == SubmittedNotebook.id)
        .join(GradeCell, GradeCell.id == Grade.cell_id)
        .filter(Assignment.name == ASSIGNMENT)
    )
    marks: Marks = {}
    for student, notebook, cell, cell_type, score in rows:
        cells = marks.setdefault((student, notebook), {})
        if cell_type == "code":
            cells[cell] = score
    return marks
