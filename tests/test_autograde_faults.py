"""A gradebook or a disk that fails: a clear sentence, no half-written mark, and a way on."""

import contextlib
import os
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from autograding import autograded, configure, copy_of, everything, is_whole, pool_here
from mini_course import NAME, make_course, solved, submit
from sqlalchemy import event
from sqlalchemy.engine import Engine
from this_course import ASSIGNMENT

from coursekit.autograde import run as autograde_run
from coursekit.autograde.execution import execute
from coursekit.cli import main
from coursekit.course import Course

STUDENTS = ("2000-00001", "2000-00002", "2000-00003")


@pytest.fixture(scope="module")
def ungraded(tmp_path_factory) -> Course:
    course = make_course(tmp_path_factory.mktemp("ungraded") / "course")
    for student in STUDENTS:
        submit(course, student, solved(course))
    return course


@pytest.fixture
def course(ungraded, tmp_path) -> Course:
    return copy_of(ungraded, tmp_path / "course")


@pytest.fixture
def before(monkeypatch) -> dict:
    """Let `autograde` execute in this process; map a student to what happens before."""
    things: dict = {}

    def work(job):
        things.get(job.student, lambda: None)()
        return execute(job)

    monkeypatch.setattr(autograde_run, "execute", work)
    monkeypatch.setattr(autograde_run, "_pool", lambda *_: contextlib.nullcontext(pool_here()))
    return things


@pytest.fixture
def grade(capsys):
    """Run `coursekit autograde`; return its status and what it said on stderr, without the bar.

    What it said on stdout is `said`.
    """

    def run(course: Course, *arguments: str) -> tuple[int, str]:
        capsys.readouterr()
        status = main(["--course", str(course.root), "autograde", *arguments])
        run.said, errors = capsys.readouterr()
        lines = errors.splitlines()
        return status, "\n".join(line for line in lines if line.startswith("coursekit: "))

    return run


def finish(course: Course, grade, graded: int, status: int = 0) -> None:
    """Expect whole marks of `graded` students, and that a second run gives the others theirs."""
    assert is_whole(course)
    assert len([s for s in STUDENTS if autograded(course, s).exists()]) == graded
    assert grade(course) == (status, "")
    assert is_whole(course)
    said = everything(course)
    assert [said[student, NAME, "mark", "test_double"][0] for student in STUDENTS] == [2, 2, 2]


@contextlib.contextmanager
def locked(course: Course) -> Iterator[None]:
    """Hold the gradebook as another program would that writes into it."""
    with contextlib.closing(sqlite3.connect(course.gradebook)) as other:
        other.execute("begin exclusive")
        yield
        other.rollback()


def test_locked_gradebook(course, before, grade):
    with locked(course):
        status, said = grade(course)
    assert status == 1
    assert f"{course.gradebook} is locked by another program; close it" in said
    finish(course, grade, graded=0)


def test_gradebook_locked_half_way(course, before, grade):
    with contextlib.ExitStack() as stack:
        before[STUDENTS[1]] = lambda: stack.enter_context(locked(course))
        status, said = grade(course)
    assert status == 1
    assert "is locked by another program; close it. Marks already written are kept" in said
    before.clear()
    finish(course, grade, graded=1)


def test_full_disk_under_the_gradebook(course, before, grade):
    def limit(connection, record):
        pages = connection.execute("pragma page_count").fetchone()[0]
        connection.execute(f"pragma max_page_count = {pages}")

    # more students than the pages that are there have room for; empty files are not executed
    crowd = [f"2001-{number:05}" for number in range(40)]
    for student in crowd:
        submit(course, student, None)
        (course.submitted / student / ASSIGNMENT / f"{NAME}.ipynb").touch()
    before[crowd[0]] = lambda: event.listen(Engine, "connect", limit)
    try:
        status, said = grade(course)
    finally:
        event.remove(Engine, "connect", limit)
    assert status == 1
    assert f"The disk that holds the gradebook sqlite:///{course.gradebook} is full" in said
    graded = [student for student in crowd if autograded(course, student).exists()]
    assert graded == crowd[: len(graded)] != crowd
    finish(course, grade, graded=3, status=3)  # empty files are for a person to look at
    assert all(autograded(course, student).exists() for student in crowd)


@pytest.fixture
def small_disk(tmp_path) -> Iterator[Path]:
    """A file system of 128 KiB, which is soon full."""
    if os.geteuid() != 0:
        pytest.skip("mounting a small file system needs root")
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=128k", "tmpfs", str(folder)]
    if subprocess.run(mount, capture_output=True).returncode != 0:
        pytest.skip("this system does not let root mount a file system")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


def test_full_disk_under_the_notebooks(course, before, grade, small_disk):
    course.autograded.symlink_to(small_disk)
    filler = small_disk / "filler"
    before[STUDENTS[1]] = lambda: fill(filler)
    status, said = grade(course)
    assert status == 1
    assert f"The marks of {STUDENTS[1]} can't be written: [Errno 28] No space left" in said
    before.clear()
    filler.unlink()
    finish(course, grade, graded=1)


def fill(path: Path) -> None:
    with contextlib.suppress(OSError), path.open("wb", buffering=0) as file:
        while file.write(bytes(1024)):
            pass


@contextlib.contextmanager
def read_only(path: Path) -> Iterator[None]:
    """Let nobody write to the file at `path`, root included."""
    if os.geteuid() == 0:
        bind = ["mount", "--bind", str(path), str(path)]
        if subprocess.run(bind, capture_output=True).returncode != 0:
            pytest.skip("this system does not let root mount a file read-only")
        try:
            subprocess.run(["mount", "-o", "remount,bind,ro", str(path)], check=True)
            yield
        finally:
            subprocess.run(["umount", str(path)], check=True)
    else:
        path.chmod(0o444)
        yield
        path.chmod(0o644)


def test_read_only_gradebook(course, before, grade):
    executed = []
    before[STUDENTS[0]] = lambda: executed.append(1)
    with read_only(course.gradebook):
        status, said = grade(course)
    assert status == 1
    assert f"{course.gradebook} can't be written" in said
    assert "write permission" in said
    assert executed == []
    finish(course, grade, graded=0)


def test_damaged_gradebook_and_its_newest_copy(course, before, grade):
    """What the copy does not have yet, a resubmission's marks too, is written again."""
    assert grade(course) == (0, "")
    submit(course, STUDENTS[0], solved(course, triple="def triple(x):\n    return x + 2"))
    assert grade(course) == (0, "")
    expected = everything(course)
    assert expected[STUDENTS[0], NAME, "mark", "test_triple"][0] == 0
    pages = course.gradebook.read_bytes()
    course.gradebook.write_bytes(pages[:8192] + b"\xff" * (len(pages) - 8192))
    status, said = grade(course, "--force")
    assert status == 1
    assert "is damaged (" in said
    copies = sorted((course.root / "build" / "backups").glob("gradebook-*.db"))
    assert len(copies) == 2
    assert f"the newest copy of it is {copies[-1]}: put that in its place" in said
    shutil.copy(copies[-1], course.gradebook)
    assert everything(course) != expected
    finish(course, grade, graded=3)
    assert everything(course) == expected


@pytest.mark.parametrize("content", [b"", b"this is no database" * 100])
def test_a_gradebook_that_is_none_and_has_no_copy(course, before, grade, content):
    course.gradebook.write_bytes(content)
    status, said = grade(course)
    assert status == 1
    assert "is damaged (" in said
    assert "put a copy of yours in its place, or remove it and run 'coursekit release'" in said


def test_no_gradebook(course, grade):
    course.gradebook.unlink()
    status, said = grade(course)
    assert status == 1
    assert "There is no gradebook at" in said
    assert "'coursekit release'" in said


def test_unreachable_database_server(course, before, grade):
    pytest.importorskip("psycopg", reason="psycopg is not installed")
    configure(course, "postgresql+psycopg://ta:secret@127.0.0.1:1/course")
    status, said = grade(course)
    assert status == 1
    assert "postgresql+psycopg://ta:***@127.0.0.1:1/course can't be used" in said
    assert "Is the database there?" in said


def test_a_database_without_its_driver(course, before, grade):
    configure(course, "mysql+pymysql://ta@localhost/course")
    status, said = grade(course)
    assert status == 1
    assert "needs the Python package pymysql; install it" in said


def test_a_file_that_cannot_be_written(course, before, grade):
    (course.root / "reports").mkdir(exist_ok=True)
    (course.root / "reports" / "nbgrader-autograde.log").mkdir()
    status, said = grade(course)
    assert status == 1
    assert "Is a directory" in said
    assert "nbgrader-autograde.log" in said


def test_a_submission_that_vanishes_keeps_nobody_else(course, before, grade):
    before[STUDENTS[0]] = lambda: shutil.rmtree(course.submitted / STUDENTS[2])
    status, _ = grade(course)
    assert status == 3
    assert f"\n  {STUDENTS[2]} has no new marks: " in grade.said
    assert [autograded(course, s).exists() for s in STUDENTS] == [True, True, False]
