"""Run `coursekit autograde` on mini courses, and look at what it left."""

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import Executor, Future
from pathlib import Path
from typing import Any

import nbformat
from mini_course import NAME
from this_course import ASSIGNMENT

from coursekit.autograde.left import read_automatic_marks
from coursekit.autograde.pool import Pool
from coursekit.course import REPOSITORY, Course
from coursekit.gradebook import open_gradebook
from coursekit.marks import read_marks

ENVIRONMENT = {**os.environ, "PYTHONPATH": str(REPOSITORY)}


def command(course: Course, *arguments: str) -> list[str]:
    return [sys.executable, "-m", "coursekit.cli", "--course", str(course.root), *arguments]


def start(course: Course, *arguments: str) -> "subprocess.Popen[str]":
    """Start a `coursekit` command as the first of a process group of its own."""
    return subprocess.Popen(
        command(course, *arguments),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env=ENVIRONMENT,
        start_new_session=True,
    )


def run(course: Course, *arguments: str, status: int = 0) -> str:
    """Run a `coursekit` command to its end; return what it said."""
    with start(course, *arguments) as process:
        said, _ = process.communicate(timeout=400)
    assert process.returncode == status, said
    return said


def copy_of(course: Course, root: Path) -> Course:
    """Copy a course with all that grading made of it."""
    shutil.copytree(course.root, root)
    return Course(root)


def configure(course: Course, url: str) -> None:
    """Let the course's gradebook be the database at `url`."""
    with (course.root / "nbgrader_config.py").open("a", encoding="utf-8") as file:
        file.write(f"\nc.CourseDirectory.db_url = {url!r}\n")


def autograded(course: Course, student: str, name: str = NAME) -> Path:
    return course.autograded / student / ASSIGNMENT / f"{name}.ipynb"


def wait_for(condition: Callable[[], Any], process: "subprocess.Popen[str]") -> Any:
    """Wait until `condition` holds, while `process` runs."""
    end = time.monotonic() + 200
    while not (result := condition()):
        assert process.poll() is None, process.communicate()[0]
        assert time.monotonic() < end, "nothing came of it in 200 seconds"
        time.sleep(0.02)
    return result


def everything(course: Course) -> dict[str, Any]:
    """Return all that grading says: marks, comments, outcomes and flags of every student."""
    said: dict[str, Any] = {}
    with open_gradebook(course) as gradebook:
        for submission in gradebook.assignment_submissions(ASSIGNMENT):
            for notebook in submission.notebooks:
                for grade in notebook.grades:
                    said[submission.student_id, notebook.name, "mark", grade.name] = (
                        grade.auto_score,
                        grade.manual_score,
                        grade.needs_manual_grade,
                    )
                for comment in notebook.comments:
                    said[submission.student_id, notebook.name, "comment", comment.name] = (
                        comment.auto_comment
                    )
    for student in read_marks(course):
        said[student.student, "flags"] = student.flags
        for mark in student.marks:
            said[student.student, "outcome", mark.task.name] = (mark.score, mark.outcome)
    return said


def is_whole(course: Course) -> bool:
    """Return whether every autograded notebook there is can be read, and has all its marks."""
    with open_gradebook(course) as gradebook:
        marks = read_automatic_marks(gradebook, ASSIGNMENT)
    for path in course.autograded.glob(f"*/{ASSIGNMENT}/*.ipynb"):
        nbformat.validate(json.loads(path.read_text(encoding="utf-8")))
        if None in marks[path.parts[-3], path.stem].values():
            return False
    return True


class _Here(Executor):
    """An executor that does the work at once, in this process."""

    def submit(self, work: Any, *arguments: Any, **named: Any) -> "Future[Any]":  # type: ignore[override]
        future: Future[Any] = Future()
        future.set_running_or_notify_cancel()
        try:
            future.set_result(work(*arguments, **named))
        except Exception as error:
            future.set_exception(error)
        return future


def pool_here() -> Pool:
    """Return a pool without workers: the same work, without waiting for processes to start.

    Nothing waits in it (its size is 0), so what is done is written before the next begins.
    """
    return Pool(_Here, lambda executor: executor.shutdown(), 0)
