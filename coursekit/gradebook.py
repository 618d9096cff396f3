"""The gradebook that `nbgrader_config.py` names, opened so that its troubles are told in words."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path

from nbgrader.api import Gradebook
from sqlalchemy.engine import make_url
from sqlalchemy.exc import SQLAlchemyError
from traitlets.config import Config
from traitlets.config.loader import PyFileConfigLoader

from coursekit.course import Course, CourseError

_BACKUPS_KEPT = 5


@contextmanager
def open_gradebook(course: Course) -> Iterator[Gradebook]:
    """Open the course's gradebook.

    Raises `CourseError` when there is none, or when the database cannot be used.
    """
    url = gradebook_url(course)
    file = _file_of(url)
    if file is not None and not file.exists():
        raise CourseError(
            f"There is no gradebook at {file}, so the tasks are not known; "
            "run 'coursekit release' first."
        )
    if file is not None and file.stat().st_size == 0:
        raise CourseError(_damaged(course, file, "it is empty"))
    try:
        with (
            database_troubles(course),
            Gradebook(url, read_config(course).CourseDirectory.course_id) as g,
        ):
            yield g
    except ModuleNotFoundError as error:
        raise CourseError(
            f"The gradebook {_place(course)} needs the Python package {error.name}; install it, "
            "for PostgreSQL with pip install 'coursekit[postgresql]'."
        ) from error


def read_config(course: Course) -> Config:
    """Return what the course's `nbgrader_config.py` says."""
    folder = Path.cwd()
    try:
        return PyFileConfigLoader("nbgrader_config.py", path=str(course.root)).load_config()
    except FileNotFoundError:
        raise CourseError(
            f"There is no nbgrader_config.py in {course.root}; run this in the course's folder, or "
            "name it with --course."
        ) from None
    finally:
        os.chdir(folder)


def gradebook_url(course: Course) -> str:
    """Return the gradebook's database URL: the one of `nbgrader_config.py`, or nbgrader's own."""
    named = read_config(course).CourseDirectory.get("db_url")
    return str(named) if named else course.gradebook_url


@contextmanager
def database_troubles(course: Course) -> Iterator[None]:
    """Turn a database error in the block into a `CourseError` that says what to do."""
    try:
        yield
    except SQLAlchemyError as error:
        raise CourseError(explain(error, course)) from error


def explain(error: BaseException, course: Course) -> str:
    """Return one or two sentences on what is wrong with the gradebook, and what to do."""
    place = _place(course)
    text = str(getattr(error, "orig", None) or error).strip().splitlines()
    reason = text[0] if text else type(error).__name__
    again = "Marks already written are kept; run the same command again to go on."
    if "locked" in reason:
        return f"The gradebook {place} is locked by another program; close it. {again}"
    if "full" in reason:
        return f"The disk that holds the gradebook {place} is full; make room. {again}"
    if "malformed" in reason or "not a database" in reason:
        return _damaged(course, place, reason)
    if "readonly" in reason or "read-only" in reason:
        return f"The gradebook {place} can't be written: {reason}. Give yourself write permission."
    return f"The gradebook {place} can't be used: {reason}. Is the database there? {again}"


def _damaged(course: Course, place: object, reason: str) -> str:
    copies = sorted(_backup_folder(course).glob("gradebook-*.db"))
    way_on = (
        f"the newest copy of it is {copies[-1]}: put that in its place (marks given by hand since "
        "then have to be given again)"
        if copies
        else "put a copy of yours in its place, or remove it and run 'coursekit release'"
    )
    return f"The gradebook {place} is damaged ({reason}); {way_on}, then run the command again."


def _place(course: Course) -> str:
    return make_url(gradebook_url(course)).render_as_string(hide_password=True)


def expect_writable(course: Course) -> None:
    """Raise `CourseError` if a SQLite gradebook cannot be written now.

    Better before a class is executed than after.
    """
    file = _file_of(gradebook_url(course))
    if file is None:
        return
    try:
        with closing(sqlite3.connect(file)) as database:
            database.execute("begin immediate")
            database.execute("create table coursekit_tries_to_write (row)")
            database.rollback()
    except sqlite3.Error as error:
        raise CourseError(explain(error, course)) from error


def back_up(course: Course) -> Path | None:
    """Copy a SQLite gradebook into `build/backups`; return the copy, or None if there is no file.

    The newest few copies are kept, all of them whole: a damaged gradebook is not copied. Raises
    `CourseError` when the gradebook cannot be read or copied.
    """
    file = _file_of(gradebook_url(course))
    if file is None or not file.exists():
        return None
    folder = _backup_folder(course)
    folder.mkdir(parents=True, exist_ok=True)
    copy = folder / f"gradebook-{datetime.now():%Y%m%d-%H%M%S-%f}.db"
    unfinished = copy.with_suffix(".unfinished")
    try:
        with closing(sqlite3.connect(file)) as old, closing(sqlite3.connect(unfinished)) as new:
            old.execute("select count(*) from sqlite_master").fetchone()
            old.backup(new)
            faults = [row[0] for row in new.execute("pragma quick_check(1)")]
        if faults != ["ok"]:
            raise CourseError(_damaged(course, file, str(faults[0]).splitlines()[0]))
        unfinished.replace(copy)
    except sqlite3.Error as error:
        raise CourseError(explain(error, course)) from error
    finally:
        unfinished.unlink(missing_ok=True)
    for old_copy in sorted(folder.glob("gradebook-*.db"))[:-_BACKUPS_KEPT]:
        old_copy.unlink(missing_ok=True)
    return copy


def _backup_folder(course: Course) -> Path:
    return course.root / "build" / "backups"


def _file_of(url: str) -> Path | None:
    """Return the file of a SQLite URL; None for a database server."""
    parsed = make_url(url)
    return (
        Path(parsed.database)
        if parsed.drivername.startswith("sqlite") and parsed.database
        else None
    )
