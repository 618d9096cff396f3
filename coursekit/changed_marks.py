"""Marks that a later grading changed: by student and task, old and new, with the reason."""

import csv
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from pathlib import Path

import nbformat
from nbgrader.api import Gradebook
from nbgrader.utils import is_grade, is_solution

from coursekit.autograde.jobs import same_work
from coursekit.autograde.left import graded_key
from coursekit.course import Course, short_name
from coursekit.export import safe_cell
from coursekit.gradebook import open_gradebook
from coursekit.outcome import Outcome
from coursekit.scores import graded_notebooks, read_scores

SAME_WORK = "graded again"
NEW_WORK = "handed in again"

_Cell = tuple[str, str, str]
"""Student, notebook, graded cell."""


@dataclass(frozen=True)
class Change:
    """A mark that is another one than before."""

    when: str
    student: str
    notebook: str
    task: str
    old: str
    new: str
    why: str
    """SAME_WORK if the files are those that had the old mark, else NEW_WORK."""
    message: str


class ChangeLog:
    """Compares marks with those before the run, and writes what changed to a file at once."""

    def __init__(self, course: Course) -> None:
        self._course = course
        self._when = f"{datetime.now():%Y-%m-%d %H:%M:%S}"
        with open_gradebook(course) as gradebook:
            self._before = _marks(gradebook, self._course.assignment.name)
        self._keys = {
            (student, name): key
            for student, name in {(student, name) for student, name, _ in self._before}
            if (key := graded_key(_autograded(course, student, name))) is not None
        }

    def note(self, student: str, executed: dict[str, tuple[str, bytes]]) -> list[Change]:
        """Return the marks of `student` that are others than before, and add them to the file.

        `executed` maps the notebooks that ran now to key and text.
        """
        with open_gradebook(self._course) as gradebook:
            now = _marks(gradebook, self._course.assignment.name, student)
        messages = {name: _messages(text) for name, (_, text) in executed.items()}
        changes = [
            Change(
                self._when,
                student,
                short_name(name),
                task_name(cell),
                _shown(before),
                _shown(now[student, name, cell]),
                self._why(student, name, executed),
                messages.get(name, {}).get(cell, ""),
            )
            for (who, name, cell), before in self._before.items()
            if who == student and now.get((who, name, cell), before) != before
        ]
        if changes:
            _append(changed_marks_file(self._course), changes)
        return changes

    def _why(self, student: str, name: str, executed: dict[str, tuple[str, bytes]]) -> str:
        old = self._keys.get((student, name))
        same = old is not None and name in executed and same_work(old, executed[name][0])
        return SAME_WORK if same else NEW_WORK


def changed_marks_file(course: Course) -> Path:
    """Return where all changes since the course began are listed."""
    return course.reports / "changed_marks.csv"


def read_changes(course: Course) -> list[Change]:
    """Return all changes, the latest first; what cannot be read of the file is left out."""
    try:
        with changed_marks_file(course).open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
    except OSError:
        return []
    names = [field.name for field in fields(Change)]
    changes = [Change(*(row.get(name) or "" for name in names)) for row in rows]
    return sorted(changes, key=lambda change: change.when, reverse=True)


def table(changes: Sequence[Change], most: int = 30) -> str:
    """Return changes as a table for a terminal, by task; of many, the first and a count."""
    ordered = sorted(changes, key=lambda c: (c.notebook, c.task, c.message, c.student))
    rows = [
        f"  {c.notebook} {c.task:<24} {c.student:<14} {c.old:>5} -> {c.new:<5} {_one_line(c)}"
        for c in ordered[:most]
    ]
    more = [f"  and {len(ordered) - most} more"] if len(ordered) > most else []
    return "\n".join([*rows, *more])


def task_name(cell: str) -> str:
    """Return a graded cell's name as reports show it: "softmax" for "test_softmax"."""
    return cell.removeprefix("test_")


def _one_line(change: Change) -> str:
    message = " ".join(change.message.split())
    shown = message if len(message) <= 90 else f"{message[:89]}…"
    return f"{change.why}{': ' if shown else ''}{shown}"


def _shown(score: float | None) -> str:
    return "–" if score is None else f"{score:g}"


def _append(path: Path, changes: Iterable[Change]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    new = not path.exists()
    with path.open("a", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, [field.name for field in fields(Change)])
        if new:
            writer.writeheader()
        for change in changes:
            writer.writerow({name: safe_cell(text) for name, text in asdict(change).items()})


def _messages(text: bytes) -> dict[str, str]:
    """Return what each test of an executed notebook says, by cell."""
    cells = nbformat.reads(text.decode(), as_version=4).cells
    return {
        cell.metadata.nbgrader.grade_id: _message(Outcome.read_from(cell))
        for cell in cells
        if is_grade(cell) and not is_solution(cell)
    }


def _message(outcome: Outcome) -> str:
    return f"{outcome.kind}. {outcome.message}".strip()


def _autograded(course: Course, student: str, name: str) -> Path:
    return course.autograded / student / course.assignment.name / f"{name}.ipynb"


def _marks(
    gradebook: Gradebook, assignment: str, student: str | None = None
) -> dict[_Cell, float | None]:
    """Return marks; None for an answer that awaits a person. A notebook not graded has none."""
    scores = read_scores(gradebook, assignment, student)
    graded = graded_notebooks(scores)
    return {cell: score.value for cell, score in scores.items() if cell[:2] in graded}
