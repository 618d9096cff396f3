"""Bring a gradebook up to date with what needs no execution: times, penalties, hand marks."""

import logging
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import nbformat
from nbgrader.api import (
    Comment,
    Grade,
    Gradebook,
    MissingEntry,
    SubmittedAssignment,
    SubmittedNotebook,
)
from nbgrader.preprocessors import AssignLatePenalties
from nbgrader.utils import parse_utc
from sqlalchemy import select

from coursekit.autograde.jobs import Submission
from coursekit.course import Course, CourseError
from coursekit.gradebook import open_gradebook, read_config
from coursekit.hand_marks import (
    HINT,
    all_memories,
    answers,
    remember,
    task_of,
    text_digest,
    withdraw,
)


def settle(course: Course) -> list[str]:
    """Bring the gradebook up to date; return the troubles met, in sentences.

    Times of hand-in are those in `submitted/`. Penalties follow from them, from the due date and
    extensions that the gradebook holds now, and from the marks of now, those by hand included. What
    was given by hand for a notebook that is no longer handed in does not count.
    """
    troubles: list[str] = []
    with open_gradebook(course) as gradebook:
        penalties = _Penalties(course)
        submissions = _submissions(course, gradebook)
        for submission in submissions:
            troubles += _read_time(course, submission)
        for notebook in {
            row.notebook for row in _by_hand(course, gradebook) if isinstance(row, Grade)
        }:
            _withdraw(course, gradebook, notebook)
        _drop_old_hints(gradebook)
        gradebook.db.flush()
        gradebook.db.expire_all()  # sums that the database makes
        for submission in submissions:
            troubles += penalties.assign(submission)
        gradebook.db.commit()
    return troubles


def remember_earlier_hand_marks(course: Course) -> None:
    """Remember the answers to marks by hand of a gradebook that no kit with a memory has graded.

    What was graded then still lies in `autograded/`.
    """
    with open_gradebook(course) as gradebook:
        known = all_memories(gradebook)
        for row in _by_hand(course, gradebook):
            if row.id not in known:
                path = course.autograded / row.notebook.student.id / course.assignment.name
                cells = _answers_in(path / f"{row.notebook.name}.ipynb").get(row.name)
                if cells is not None:
                    remember(gradebook, [row])[row.id].answer = text_digest(cells)
        gradebook.db.commit()


def _by_hand(course: Course, gradebook: Gradebook) -> list[Grade | Comment]:
    """Return the grades and the comments of the assignment in which a person gave something."""
    given = Grade.manual_score.is_not(None) | Grade.extra_credit.is_not(None)
    grades = gradebook.db.scalars(select(Grade).where(given))
    comments = gradebook.db.scalars(select(Comment).where(Comment.manual_comment.is_not(None)))
    return [row for row in [*grades, *comments] if row.assignment.name == course.assignment.name]


def _answers_in(path: Path) -> dict[str, list[nbformat.NotebookNode]]:
    try:
        return answers(nbformat.read(path, as_version=4))
    except (OSError, ValueError, AttributeError):
        return {}


def _submissions(course: Course, gradebook: Gradebook) -> list[SubmittedAssignment]:
    try:
        return list(gradebook.assignment_submissions(course.assignment.name))
    except MissingEntry:
        return []


def _read_time(course: Course, submission: SubmittedAssignment) -> Iterator[str]:
    """Take the time of hand-in from `submitted/`, if it is written there."""
    path = Submission(course, submission.student_id).folder / "timestamp.txt"
    try:
        text = path.read_text(encoding="utf-8").strip()
        time: datetime | None = parse_utc(text) if text else None
    except FileNotFoundError:
        return
    except (OSError, ValueError, OverflowError):  # the last for a year that no calendar has
        yield (
            f"The time of hand-in of {submission.student_id} can't be read from {path}; write it "
            "like 2026-11-30 23:59:00 UTC."
        )
        return
    if time is not None and submission.timestamp != time:
        submission.timestamp = time


def _withdraw(course: Course, gradebook: Gradebook, notebook: SubmittedNotebook) -> None:
    here = Submission(course, notebook.student.id)
    # without a folder it is to be collected anew, or another TA's: what was graded stays
    if here.folder.is_dir() and notebook.name not in here.notebooks:
        withdraw(gradebook, notebook)


def _drop_old_hints(gradebook: Gradebook) -> None:
    """Take away hints on earlier answers where a person has graded the new one since."""
    hinted = select(Comment).where(Comment.auto_comment.startswith(HINT, autoescape=True))
    memories = all_memories(gradebook)
    for comment in gradebook.db.scalars(hinted):
        grades = comment.notebook.grades
        if comment.name in {task_of(grade.name) for grade in grades if grade.needs_manual_grade}:
            continue
        memory = memories.get(comment.id)
        graded_itself = comment.name in {grade.name for grade in grades}
        if graded_itself or memory is None or memory.earlier is None:
            comment.auto_comment = None


_QUIET = logging.getLogger("coursekit.settle")
"""For what nbgrader says of each penalty; the report shows them all."""
_QUIET.addHandler(logging.NullHandler())
_QUIET.propagate = False


class _Penalties:
    """nbgrader's late penalties, by the plugin that `nbgrader_config.py` names."""

    def __init__(self, course: Course) -> None:
        self._step = AssignLatePenalties(config=read_config(course), log=_QUIET)
        try:
            self._step.init_plugin()
        except Exception as error:
            raise CourseError(
                f"The plugin for late penalties can't be used: {error}. Look at "
                "c.AssignLatePenalties.plugin_class in nbgrader_config.py."
            ) from error

    def assign(self, submission: SubmittedAssignment) -> Iterator[str]:
        """Write the penalty of each notebook; yield what kept one from being computed."""
        late = _seconds_late(submission)
        if late <= 0 and not submission.late_submission_penalty:
            return
        for notebook in submission.notebooks:
            try:
                penalty = self._penalty(submission.student_id, notebook, late)
            except Exception as error:  # whatever a course's own plugin raises
                yield (
                    f"The late penalty of {submission.student_id} can't be computed: "
                    f"{type(error).__name__}: {error}. The one before stays."
                )
                return
            if notebook.late_submission_penalty != penalty:
                notebook.late_submission_penalty = penalty

    def _penalty(self, student: str, notebook: Any, late: float) -> float | None:
        if late <= 0:
            return None
        penalty = self._step.plugin_inst.late_submission_penalty(student, notebook.score, late)
        return None if penalty is None else self._step._check_late_penalty(notebook, penalty)


def _seconds_late(submission: SubmittedAssignment) -> float:
    if submission.assignment.duedate is None:  # nbgrader would stumble over an extension of none
        return 0
    return float(submission.total_seconds_late)
