"""What is left to do: submissions without marks, or whose marks are of something else."""

import json
from pathlib import Path

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

from coursekit.autograde.jobs import Submission
from coursekit.course import ASSIGNMENT

KEY = "key"
"""Where an autograded notebook's metadata (`coursekit`) says which job its marks come from."""


def is_done(submission: Submission, chosen: list[str], marked: set[tuple[str, str]]) -> bool:
    """Return whether the marks of the `chosen` notebooks are those of the submission as it is now.

    `marked` holds the (student, notebook) pairs that have all their marks in the gradebook; one
    that was not handed in has them too, all 0. A notebook is written only after its marks, so the
    key in it vouches for them.
    """
    folder = submission.course.autograded / submission.student / ASSIGNMENT
    there = {path.stem for path in folder.glob("*.ipynb")}
    notebooks = [notebook for notebook in chosen if notebook in submission.notebooks]
    return (
        set(notebooks) <= there <= set(submission.notebooks)
        and all((submission.student, notebook) in marked for notebook in chosen)
        and all(
            recorded_key(folder / f"{notebook}.ipynb") == submission.key(notebook)
            for notebook in notebooks
        )
    )


def recorded_key(path: Path) -> str | None:
    """Return the key in an autograded notebook, or None where there is none to be read."""
    try:
        metadata = json.loads(path.read_bytes())["metadata"]
        return str(metadata["coursekit"][KEY])
    except (OSError, ValueError, KeyError, TypeError):
        return None


def released_notebooks(gradebook: Gradebook) -> list[str]:
    """Return the names of the notebooks that the gradebook knows, in the assignment's order."""
    try:
        return sorted(notebook.name for notebook in gradebook.find_assignment(ASSIGNMENT).notebooks)
    except MissingEntry:
        return []


def marked_notebooks(gradebook: Gradebook) -> set[tuple[str, str]]:
    """Return the (student, notebook) pairs whose automatic marks are all in the gradebook."""
    rows = (
        gradebook.db.query(
            SubmittedAssignment.student_id, Notebook.name, GradeCell.cell_type, Grade.auto_score
        )
        .join(SubmittedNotebook, SubmittedNotebook.assignment_id == SubmittedAssignment.id)
        .join(Notebook, Notebook.id == SubmittedNotebook.notebook_id)
        .join(Assignment, Assignment.id == Notebook.assignment_id)
        .join(Grade, Grade.notebook_id == SubmittedNotebook.id)
        .join(GradeCell, GradeCell.id == Grade.cell_id)
        .filter(Assignment.name == ASSIGNMENT)
    )
    there: set[tuple[str, str]] = set()
    unmarked: set[tuple[str, str]] = set()
    for student, notebook, cell_type, score in rows:
        there.add((student, notebook))
        if cell_type == "code" and score is None:
            unmarked.add((student, notebook))
    return there - unmarked
