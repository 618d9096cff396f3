"""One grader at a time in a course folder."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager

from coursekit.course import Course, CourseError


@contextmanager
def only_grader(course: Course) -> Iterator[None]:
    """Hold the course's grading lock; the system gives it back however this process ends.

    Raises `CourseError`, naming the other process, if another one holds it.
    """
    path = course.root / "build" / "autograde.lock"
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a+", encoding="utf-8") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            file.seek(0)
            other = file.read().strip() or "unknown"
            raise CourseError(
                f"Another grader (process {other}) is at work in {course.root}; "
                "wait until it has finished, or stop it, then run this command again."
            ) from None
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        yield
