"""Autograde what is left of a class."""

import sys
from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tqdm import tqdm

from coursekit.autograde.execution import execute
from coursekit.autograde.jobs import ANY_KIT, Job, Settings, Submission, kit_digest, submissions
from coursekit.autograde.left import is_done, read_automatic_marks, released_notebooks
from coursekit.autograde.lock import only_grader
from coursekit.autograde.pool import Pool, dask_pool, default_workers, local_pool, run_all
from coursekit.autograde.released import expect_released
from coursekit.autograde.writer import GradebookUnusable, MarksWriter, logged
from coursekit.course import Course, CourseError
from coursekit.execute import ExecuteSubmission
from coursekit.gradebook import back_up, expect_writable, open_gradebook, read_config

_SLOW = 10.0
"""Seconds after which a notebook is named in the progress bar."""


@dataclass(frozen=True)
class Choice:
    """What to grade, and how. Empty choices of students and notebooks mean all of them."""

    students: Sequence[str] = ()
    notebooks: Sequence[str] = ()
    force: bool = False
    workers: int | None = None
    scheduler: str | None = None
    allow_unsandboxed: bool = False


@dataclass
class Summary:
    """What became of a class: who was graded, how many were done before, what went wrong."""

    graded: list[str] = field(default_factory=list)
    unchanged: int = 0
    problems: dict[str, str] = field(default_factory=dict)


def report_problems(summary: Summary) -> int:
    """Print who could not be graded, and why; return the exit status that says so."""
    for student, problem in summary.problems.items():
        print(f"coursekit: {student} has no new marks: {problem}", file=sys.stderr)
    return 1 if summary.problems else 0


@dataclass(frozen=True)
class _Notebook:
    submission: Submission
    name: str


def autograde(course: Course, choice: Choice) -> Summary:
    """Execute and mark what is left of `course`; return what was done.

    Stopped at any moment, it leaves the marks of each student whole, and a second call does what is
    left. Raises `CourseError` when there is nothing to grade, another grader is at work, or the
    gradebook cannot be used.
    """
    summary = Summary()
    with only_grader(course) as scratch:
        chosen = _chosen(course, choice)
        with open_gradebook(course) as gradebook:
            expect_released(course, gradebook, sorted({n for s in chosen for n in s.notebooks}))
            marks = read_automatic_marks(gradebook)
            released = released_notebooks(gradebook)
        todo: dict[str, tuple[Submission, list[str]]] = {}
        wanted = [name for name in released if not choice.notebooks or name in choice.notebooks]
        for submission in chosen:
            if not choice.force and is_done(submission, wanted, marks):
                summary.unchanged += 1
            else:
                names = [name for name in submission.notebooks if name in wanted]
                todo[submission.student] = (submission, names)
        if todo:
            settings = settings_of(course, choice)
            expect_writable(course)
            back_up(course)
            with (
                logged(course.reports / "nbgrader-autograde.log"),
                _pool(choice, settings, scratch) as pool,
            ):
                _grade(course, choice, settings, pool, todo, summary)
    return summary


def _grade(
    course: Course,
    choice: Choice,
    settings: Settings,
    pool: Pool,
    todo: dict[str, tuple[Submission, list[str]]],
    summary: Summary,
) -> None:
    kit = kit_digest() if choice.scheduler else ANY_KIT
    writer = MarksWriter(course)
    for student, (submission, _) in todo.items():
        if not submission.notebooks:
            writer.write_nothing_submitted(student)
            summary.graded.append(student)
    executed: dict[str, dict[str, tuple[str, bytes]]] = {student: {} for student in todo}
    keys: dict[_Notebook, str] = {}

    def load(notebook: _Notebook) -> Job:
        job = notebook.submission.job(notebook.name, settings, kit)
        keys[notebook] = job.key
        return job

    notebooks = [
        _Notebook(submission, name) for submission, names in todo.values() for name in names
    ]
    with tqdm(total=len(notebooks), desc="autograde", unit="notebook", smoothing=0.05) as bar:
        for finished in run_all(pool, notebooks, load, execute, lambda r: _name_slow(bar, r)):
            bar.update()
            notebook = finished.task
            student = notebook.submission.student
            if finished.problem:
                summary.problems.setdefault(student, f"{notebook.name}: {finished.problem}")
            if student in summary.problems:
                executed.pop(student, None)
                continue
            executed[student][notebook.name] = (keys.pop(notebook), finished.result)
            submission, names = todo[student]
            if len(executed[student]) == len(names):
                try:
                    whole = names == submission.notebooks
                    writer.write(student, executed.pop(student), all_of=whole)
                except GradebookUnusable:
                    raise
                except CourseError as error:
                    summary.problems[student] = str(error)
                else:
                    summary.graded.append(student)


def _chosen(course: Course, choice: Choice) -> list[Submission]:
    found = list(submissions(course))
    if not found:
        raise CourseError(
            f"There is nothing to grade in {course.submitted}; run 'coursekit collect' first."
        )
    unknown = set(choice.students) - {submission.student for submission in found}
    if unknown:
        raise CourseError(
            f"There is no submission of {', '.join(sorted(unknown))} in {course.submitted}; "
            "look at the names of the folders there."
        )
    return [s for s in found if not choice.students or s.student in choice.students]


def settings_of(course: Course, choice: Choice) -> Settings:
    """Return how `course` executes submissions, as its nbgrader_config.py says."""
    executing = ExecuteSubmission(config=read_config(course))
    return Settings(
        executing.timeout,
        tuple(executing.preload),
        choice.allow_unsandboxed or executing.allow_unsandboxed,
    )


def _pool(choice: Choice, settings: Settings, scratch: Path) -> AbstractContextManager[Pool]:
    if choice.scheduler:
        return dask_pool(choice.scheduler)
    return local_pool(choice.workers or default_workers(), scratch, settings.preload)


def _name_slow(bar: "tqdm[Any]", running: list[tuple[_Notebook, float]]) -> None:
    slow = sorted(((s, n) for n, s in running if s > _SLOW), key=lambda pair: -pair[0])
    bar.set_postfix_str(
        ", ".join(f"{n.submission.student} {s:.0f} s" for s, n in slow[:3]), refresh=True
    )
