"""Autograde what is left of a class."""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tqdm import tqdm

from coursekit.autograde.execution import execute
from coursekit.autograde.jobs import ANY_KIT, Job, Settings, Submission, kit_digest, submissions
from coursekit.autograde.left import Left, read_automatic_marks, released_notebooks, what_is_left
from coursekit.autograde.lock import only_grader
from coursekit.autograde.pool import Pool, dask_pool, default_workers, local_pool, run_all
from coursekit.autograde.released import expect_released
from coursekit.autograde.writer import GradebookUnusable, MarksWriter, logged
from coursekit.changed_marks import Change, ChangeLog
from coursekit.course import Course, CourseError
from coursekit.enrolled import remember_whom_grading_adds
from coursekit.execute import ExecuteSubmission
from coursekit.gradebook import back_up, expect_writable, open_gradebook, read_config
from coursekit.settle import remember_earlier_hand_marks, settle

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
    """Why a student has no new marks, or not for all notebooks."""
    changes: list[Change] = field(default_factory=list)
    """Marks that were there before and are others now."""
    troubles: list[str] = field(default_factory=list)
    """What else a person has to look at, in sentences."""


@dataclass(frozen=True)
class _Notebook:
    submission: Submission
    name: str


def autograde(course: Course, choice: Choice) -> Summary:
    """Execute and mark what is left of `course`; return what was done.

    Only notebooks whose marks can have changed are executed, see `Submission.key`. Stopped at any
    moment, it leaves the marks of each student whole, and a second call does what is left. Raises
    `CourseError` when there is nothing to grade, another grader is at work, or the gradebook cannot
    be used.
    """
    summary = Summary()
    with only_grader(course) as scratch:
        chosen = _chosen(course, choice)
        settings = settings_of(course, choice)
        with open_gradebook(course) as gradebook:
            expect_released(course, gradebook, sorted({n for s in chosen for n in s.notebooks}))
            marks = read_automatic_marks(gradebook, course.assignment.name)
            released = released_notebooks(gradebook, course.assignment.name)
        todo: dict[Submission, Left] = {}
        wanted = [name for name in released if not choice.notebooks or name in choice.notebooks]
        for submission in chosen:
            left = what_is_left(submission, wanted, marks, settings, force=choice.force)
            if left or choice.force:
                todo[submission] = left
            else:
                summary.unchanged += 1
        if todo:
            expect_writable(course)
            back_up(course)
            remember_earlier_hand_marks(course)
            remember_whom_grading_adds(course, [submission.student for submission in todo])
            with (
                logged(course.reports / "nbgrader-autograde.log"),
                _pool(choice, settings, scratch) as pool,
            ):
                _grade(course, choice, settings, pool, todo, summary)
        summary.troubles += settle(course)
    return summary


def _grade(
    course: Course,
    choice: Choice,
    settings: Settings,
    pool: Pool,
    todo: dict[Submission, Left],
    summary: Summary,
) -> None:
    kit = kit_digest() if choice.scheduler else ANY_KIT
    writer = MarksWriter(course)
    changes = ChangeLog(course)
    executed: dict[Submission, dict[str, tuple[str, bytes]]] = {s: {} for s in todo}
    waiting = {submission: len(left.notebooks) for submission, left in todo.items()}
    keys: dict[_Notebook, str] = {}

    def load(notebook: _Notebook) -> Job:
        job = notebook.submission.job(notebook.name, settings, kit)
        keys[notebook] = job.key
        return job

    def write(submission: Submission) -> None:
        student, done = submission.student, executed.pop(submission)
        try:
            if done:
                writer.write(student, done)
            else:
                writer.write_missing(student)
        except GradebookUnusable:
            raise
        except CourseError as error:
            summary.problems[student] = str(error)
        else:
            summary.changes += changes.note(student, done)
            if student not in summary.problems:
                summary.graded.append(student)

    for submission in [submission for submission in todo if not waiting[submission]]:
        write(submission)
    notebooks = [_Notebook(s, name) for s, left in todo.items() for name in left.notebooks]
    with tqdm(total=len(notebooks), desc="autograde", unit="notebook", smoothing=0.05) as bar:
        for finished in run_all(pool, notebooks, load, execute, lambda r: _name_slow(bar, r)):
            bar.update()
            notebook = finished.task
            submission = notebook.submission
            if finished.problem:
                problem = f"{notebook.name}: {finished.problem}"
                summary.problems.setdefault(submission.student, problem)
            else:
                executed[submission][notebook.name] = (keys.pop(notebook), finished.result)
            waiting[submission] -= 1
            if not waiting[submission] and (executed[submission] or not finished.problem):
                write(submission)


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
        executing.notebook_timeout,
        executing.restarts,
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
