"""A gradebook in PostgreSQL: Debian's real server, and two TAs who write at once."""

import contextlib
from collections.abc import Iterator

import pytest
from autograding import configure, copy_of, everything, pool_here, start, wait_for
from mini_course import NAME, make_course, solved, submit
from nbgrader.api import Gradebook
from postgresql_server import Server, why_no_server
from this_course import ASSIGNMENT

from coursekit.autograde import run as autograde_run
from coursekit.autograde.run import Choice, autograde
from coursekit.course import LOOK, Course, CourseError
from coursekit.export import export_csv
from coursekit.gradebook import gradebook_url
from coursekit.marks import read_marks
from coursekit.nbgrader_command import run_nbgrader

psycopg = pytest.importorskip(
    "psycopg", reason="psycopg, coursekit's extra 'postgresql', is not there"
)
pytestmark = pytest.mark.skipif(why_no_server() is not None, reason=why_no_server() or "")

STUDENTS = ("2000-00001", "김철수")


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    server = Server()
    server.start()
    yield server
    with contextlib.suppress(AssertionError):  # a test may have stopped it
        server.stop()
    server.remove()


@pytest.fixture(scope="module")
def in_sqlite(tmp_path_factory) -> Course:
    course = make_course(tmp_path_factory.mktemp("sqlite") / "course")
    for student in STUDENTS:
        submit(course, student, solved(course))
    return course


@pytest.fixture(scope="module")
def released(server, in_sqlite, tmp_path_factory) -> Course:
    """The same course, released into the database `released` of the server."""
    course = copy_of(in_sqlite, tmp_path_factory.mktemp("released") / "course")
    course.gradebook.unlink()
    configure(course, server.new_database("released"))
    run_nbgrader(course, "generate_assignment", ASSIGNMENT, "--force")
    return course


@pytest.fixture
def course(server, released, tmp_path) -> Course:
    """A course of its own in a database of its own."""
    course = copy_of(released, tmp_path / "course")
    configure(course, server.new_database(tmp_path.name, like="released"))
    return course


@pytest.fixture
def here(monkeypatch) -> None:
    """Let `autograde` execute in this process."""
    monkeypatch.setattr(autograde_run, "_pool", lambda *_: contextlib.nullcontext(pool_here()))


def test_marks_are_those_that_sqlite_gets(course, in_sqlite, here):
    assert autograde(course, Choice()).graded == list(STUDENTS)
    assert autograde(course, Choice()).unchanged == len(STUDENTS)
    assert not course.gradebook.exists()
    autograde(in_sqlite, Choice())
    assert everything(course) == everything(in_sqlite)
    assert "김철수" in export_csv(course, read_marks(course)).read_text(encoding="utf-8")


def test_two_tas_write_at_once(course, tmp_path):
    """Two course folders share the database; both are let go when both want to write."""
    other = copy_of(course, tmp_path / "other")
    crowds = [[f"{year}-{number:05}" for number in range(12)] for year in (2001, 2002)]
    for one, crowd in zip((course, other), crowds, strict=True):
        for student in STUDENTS:
            withdraw(one, student)
        submit(one, crowd[0], solved(one))
        for student in crowd[1:]:  # empty files: nothing to execute, so that writing is all
            submit(one, student, None)
            (one.submitted / student / ASSIGNMENT / f"{NAME}.ipynb").touch()
    with psycopg.connect(dsn(course)) as holding, contextlib.ExitStack() as stack:
        holding.execute("lock table student in share row exclusive mode")  # reading goes on
        tas = [stack.enter_context(start(one, "autograde", "-j", "1")) for one in (course, other)]
        with psycopg.connect(dsn(course), autocommit=True) as watching:
            waiting = "select count(*) from pg_stat_activity where wait_event_type = 'Lock'"
            wait_for(lambda: watching.execute(waiting).fetchone()[0] == 2, tas[0])
        holding.rollback()
        said = [ta.communicate(timeout=400)[0] for ta in tas]
    assert [ta.returncode for ta in tas] == [LOOK, LOOK], said  # an answer of each awaits a person
    with Gradebook(gradebook_url(course), "deep-learning") as gradebook:
        for crowd in crowds:
            for student in crowd:
                marks = gradebook.find_submission_notebook(NAME, ASSIGNMENT, student)
                expected = 5 if student == crowd[0] else 0
                assert (marks.score, marks.needs_manual_grade) == (expected, student == crowd[0])
        assert len(gradebook.assignment_submissions(ASSIGNMENT)) == 24


def withdraw(course: Course, student: str) -> None:
    (course.submitted / student / ASSIGNMENT / f"{NAME}.ipynb").unlink()
    (course.submitted / student / ASSIGNMENT).rmdir()


def test_the_server_stops_half_way(course, server, here, monkeypatch):
    real = autograde_run.execute

    def stopping(job):
        if job.student == STUDENTS[1]:
            server.stop()
        return real(job)

    monkeypatch.setattr(autograde_run, "execute", stopping)
    try:
        with pytest.raises(CourseError, match=r"can't be used: .* Is the database there\?"):
            autograde(course, Choice())
    finally:
        server.start()
    monkeypatch.setattr(autograde_run, "execute", real)
    summary = autograde(course, Choice())
    assert (summary.graded, summary.unchanged) == ([STUDENTS[1]], 1)


def dsn(course: Course) -> str:
    """Return the address of the course's database as psycopg takes it."""
    return gradebook_url(course).replace("postgresql+psycopg", "postgresql")
