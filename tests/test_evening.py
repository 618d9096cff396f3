"""The TA's evening: one command grades what there is, says how far it is and what comes next."""

import csv
import io
import re
import subprocess
import sys
import zipfile
from pathlib import Path
from urllib.parse import unquote

import pytest
from autograding import ENVIRONMENT, autograded, copy_of
from mini_course import NAME, make_course, solved, student_version, submit
from nbgrader.api import Gradebook
from reading import visible_text
from test_grading import WRONG
from this_course import ASSIGNMENT

from coursekit.autograde import run as autograde_run
from coursekit.autograde.execution import execute
from coursekit.cli import main
from coursekit.course import REPOSITORY, Course
from coursekit.marks import Standing, read_marks
from coursekit.release import write_notebook

RIGHT, HALF, BROKEN, ABSENT = (f"2000-0000{number}" for number in range(1, 5))
OF_ANOTHER_MAKE = ("MAKEFLAGS", "MAKELEVEL", "MFLAGS")
OTHER = "Assignment1-1_Data_Curation"


@pytest.fixture(scope="module")
def released(tmp_path_factory) -> Course:
    """A course of two notebooks with a class list, on which somebody hands in nothing."""
    course = make_course(tmp_path_factory.mktemp("evening") / "course", names=(OTHER, NAME))
    with Gradebook(course.gradebook_url, "deep-learning") as gradebook:
        for student in (RIGHT, HALF, BROKEN, ABSENT):
            gradebook.add_student(student)
    return course


@pytest.fixture
def course(released, tmp_path) -> Course:
    return copy_of(released, tmp_path / "course")


def upload(course: Course, student: str, *names: str, cut: bool = False, **answers: str) -> None:
    """Put a student's archive with these notebooks into the inbox; `cut` damages it."""
    raw = io.BytesIO()
    with zipfile.ZipFile(raw, "w") as archive:
        for name in names:
            path = course.root / "work.ipynb"
            write_notebook(path, solved(course, **answers))
            archive.write(path, f"{student}/{name}.ipynb")
    inbox = course.root / "inbox"
    inbox.mkdir(exist_ok=True)
    (inbox / f"{student}.zip").write_bytes(raw.getvalue()[: 200 if cut else None])


def make(course: Course, *goals: str) -> tuple[int, str]:
    """Run goals of the real Makefile in a course; return the exit status and what was said."""
    (course.root / "bin").unlink(missing_ok=True)
    (course.root / "bin").symlink_to(Path(sys.executable).parent)  # its path may have spaces
    done = subprocess.run(
        [
            *("make", "-f", str(REPOSITORY / "Makefile"), "-o", "setup", "-o", "sandbox"),
            *("BIN=bin", *goals),
        ],
        cwd=course.root,
        env={name: value for name, value in ENVIRONMENT.items() if name not in OF_ANOTHER_MAKE},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=300,
        check=False,
    )
    return done.returncode, done.stdout


def rows(course: Course) -> dict[str, dict[str, str]]:
    with (course.reports / "marks.csv").open(encoding="utf-8") as file:
        return {row["student"]: row for row in csv.DictReader(file)}


def test_one_command_grades_what_could_be_collected(course):
    upload(course, RIGHT, OTHER, NAME)
    upload(course, HALF, NAME, **WRONG)
    upload(course, BROKEN, OTHER, NAME, cut=True)
    status, said = make(course, "-j", "2", "collect", "grade")
    assert status == 2, said  # make's own, for any recipe that fails
    assert "Error 3" in said.splitlines()[-1]
    assert (
        "collected 2, graded 2, unchanged 0, not graded 0, set aside 1, not handed in 1, "
        "1 without 1-1"
    ) in said
    assert f"set aside: {BROKEN}.zip: " in said
    assert "inbox_set_aside/ has copies and reasons: put a mended or renamed file into" in said
    assert "make formgrader, then make grade" in said
    assert {s: row["total"] for s, row in rows(course).items()} == {
        RIGHT: "10",
        HALF: "0",
        BROKEN: "",
        ABSENT: "0",
    }
    assert list((course.feedback / HALF).rglob("*.html"))
    assert f"{BROKEN}.zip" in visible_text(course.reports / "report.html")

    upload(course, BROKEN, OTHER, NAME)
    status, said = make(course, "collect", "grade")
    assert status == 0, said
    assert "collected 3, graded 1, unchanged 2, not graded 0, set aside 0" in said
    assert rows(course)[BROKEN]["total"] == "10"


def test_collect_alone_says_that_a_person_has_to_look(course):
    upload(course, RIGHT, NAME)
    upload(course, BROKEN, NAME, cut=True)
    status, said = make(course, "collect")
    assert status == 2 and "Set aside" in said


def test_nothing_is_graded_where_nothing_could_be_collected(course):
    status, said = make(course, "collect", "grade")
    assert status == 2
    assert "make it and put the learning system's downloads into it" in said
    assert "autograde" not in said


# --- in one process --------------------------------------------------------------------------


def grade(course: Course, *arguments: str) -> int:
    return main(["--course", str(course.root), "grade", *arguments])


def hand_in(course: Course, student: str, *names: str, **answers: str) -> None:
    submit(course, student, None)
    for name in names:
        path = course.submitted / student / ASSIGNMENT / f"{name}.ipynb"
        write_notebook(path, solved(course, **answers))


def test_not_graded_is_not_not_handed_in_is_not_zero(course, executed, capsys):
    hand_in(course, RIGHT, OTHER, NAME)
    hand_in(course, HALF, NAME)
    path = course.submitted / BROKEN / ASSIGNMENT / f"{NAME}.ipynb"
    submit(course, BROKEN, student_version(course))
    assert path.exists()
    assert grade(course, "--notebook", "1-2") == 0
    said = capsys.readouterr().out
    assert "collected 3, graded 3, unchanged 0, not graded 1" in said
    assert f"make grade, which grades what was not chosen now: {RIGHT} 1-1\n" in said
    right, half, zero, absent = (rows(course)[s] for s in (RIGHT, HALF, BROKEN, ABSENT))
    assert (right["1-1"], right["1-1 status"]) == ("", "not graded")
    assert (half["1-1"], half["1-1 status"]) == ("", "not handed in")
    assert (zero["1-2"], zero["1-2 status"], zero["triple"]) == ("0", "graded", "0")
    assert (right["1-2"], right["1-2 status"], right["why"]) == ("5", "awaits hand grading", "")
    assert [row["status"] for row in (right, half, zero, absent)] == [
        "partly graded",
        "awaits hand grading",
        "graded",
        "not handed in",
    ]
    assert [row["total"] for row in (right, half, zero, absent)] == ["5", "5", "0", "0"]
    page = visible_text(course.reports / "report.html")
    assert "partly graded: 1" in page and "not handed in: 1" in page
    assert grade(course) == 0
    assert rows(course)[RIGHT]["1-1"] == "5"


def test_who_is_chosen_leaves_the_others_in_the_list(course, executed):
    for student in (RIGHT, HALF):
        hand_in(course, student, OTHER, NAME)
    assert grade(course, "--student", RIGHT) == 0
    row = rows(course)[HALF]
    assert (row["status"], row["total"], row["1-2"], row["double"]) == ("not graded", "", "", "")
    marks = {marks.student: marks for marks in read_marks(course)}
    assert marks[HALF].status is Standing.NOT_GRADED


def test_a_notebook_that_cannot_be_graded_keeps_no_other_from_it(
    course, executed, monkeypatch, capsys
):
    """Its earlier marks are shown as such, and the student's other notebook has its new ones."""
    for student in (RIGHT, HALF):
        hand_in(course, student, OTHER, NAME)
    assert grade(course) == 0

    def failing(job):
        if (job.student, job.notebook) == (RIGHT, OTHER):
            raise OSError("no such luck")
        return execute(job)

    for student in (RIGHT, HALF):
        hand_in(course, student, OTHER, NAME, **WRONG)
    monkeypatch.setattr(autograde_run, "execute", failing)
    capsys.readouterr()
    assert grade(course) == 3
    said = capsys.readouterr().out
    assert f"{RIGHT} has no new marks: {OTHER}: OSError: no such luck" in said
    row = rows(course)[RIGHT]
    assert (row["1-1"], row["1-1 status"]) == ("5", "graded as handed in before")
    assert (row["1-2"], row["status"]) == ("0", "graded as handed in before")
    assert rows(course)[HALF]["total"] == "0"
    page = visible_text(course.reports / "report.html")
    assert "no such luck" in page and "graded as handed in before" in page


def test_a_page_that_cannot_be_made_stops_neither_marks_nor_report(course, executed, capsys):
    hand_in(course, RIGHT, NAME)
    course.feedback.mkdir()
    (course.feedback / RIGHT).write_text("in the way of a folder", encoding="utf-8")
    assert grade(course) == 3
    assert rows(course)[RIGHT]["total"] == "5"
    assert (course.reports / "report.html").exists()
    assert RIGHT in capsys.readouterr().out.split("A person has to look at:")[1]


def test_who_hands_in_nothing_usable_is_listed(course, executed, capsys):
    submit(course, RIGHT, None)
    hand_in(course, HALF, NAME)
    assert grade(course) == 0
    row = rows(course)[RIGHT]
    assert (row["status"], row["total"], row["1-2"]) == ("not handed in", "0", "")
    assert not autograded(course, RIGHT).exists()


@pytest.mark.parametrize(
    "time", [b"gestern um drei", b"9" * 30, b"\xff\xfe", b"0001-01-01 00:00 +1400"]
)
def test_a_time_that_cannot_be_read_costs_nobody_the_marks(course, executed, capsys, time):
    for student in (RIGHT, HALF):
        hand_in(course, student, OTHER, NAME)
    path = course.submitted / RIGHT / ASSIGNMENT / "timestamp.txt"
    path.write_bytes(time)
    assert grade(course) == 3
    wrong = capsys.readouterr().out.split("A person has to look at:")[1]
    assert f"The time of hand-in of {RIGHT} can't be read from {path}; write it like" in wrong
    assert "no new marks" not in wrong
    assert [rows(course)[student]["total"] for student in (RIGHT, HALF)] == ["10", "10"]


def test_a_notebook_that_cannot_be_read_is_named(course, executed, capsys):
    for student in (RIGHT, HALF):
        hand_in(course, student, OTHER, NAME)
    path = course.submitted / RIGHT / ASSIGNMENT / f"{NAME}.ipynb"
    path.write_text("{broken", encoding="utf-8")
    for _ in range(2):  # also where nothing is left to do
        assert grade(course) == 3
        wrong = capsys.readouterr().out.split("A person has to look at:")[1]
        assert f"{path} could not be read and counts 0. The file is damaged or cut off" in wrong
        assert HALF not in wrong
    row = rows(course)[RIGHT]
    assert (row["1-1"], row["1-1 status"]) == ("5", "awaits hand grading")
    assert (row["1-2"], row["1-2 status"]) == ("0", "could not be read")
    assert (row["total"], row["status"]) == ("5", "could not be read")
    page = visible_text(course.reports / "report.html")
    assert "could not be read: 1" in page and "0 (could not be read)" in page
    hand_in(course, RIGHT, NAME)
    assert grade(course) == 0
    assert rows(course)[RIGHT]["1-2 status"] == "awaits hand grading"


def test_who_was_set_aside_is_not_said_to_have_handed_in_nothing(course, executed, capsys):
    upload(course, RIGHT, OTHER, NAME)
    upload(course, ABSENT, NAME, cut=True)
    assert main(["--course", str(course.root), "collect"]) == 3
    assert grade(course) == 3
    said = capsys.readouterr().out
    assert "collected 1, graded 1, unchanged 0, not graded 0, set aside 1, not handed in 2" in said
    row = rows(course)[ABSENT]
    assert (row["status"], row["1-2 status"], row["total"]) == ("set aside", "set aside", "")
    page = visible_text(course.reports / "report.html")
    assert "set aside: 1" in page and "not handed in: 2" in page

    upload(course, ABSENT, NAME)
    assert main(["--course", str(course.root), "collect"]) == 0
    assert grade(course) == 0
    assert rows(course)[ABSENT]["status"] == "awaits hand grading"


def test_the_report_links_the_pages_that_are_there(course, executed):
    def linked() -> set[str]:
        report = course.reports / "report.html"
        found = re.findall(r'href="(\.\./feedback/[^"]+)"', report.read_text(encoding="utf-8"))
        assert all((report.parent / unquote(link)).is_file() for link in found)
        return {unquote(link).split("/")[2] for link in found}

    for student in (RIGHT, HALF):
        hand_in(course, student, NAME)
    assert main(["--course", str(course.root), "autograde", "--student", RIGHT]) == 0
    assert main(["--course", str(course.root), "report"]) == 0
    assert linked() == set()
    assert grade(course, "--student", RIGHT) == 0
    assert linked() == {RIGHT}
    assert main(["--course", str(course.root), "report"]) == 0
    assert linked() == {RIGHT}
    assert grade(course) == 0
    assert linked() == {RIGHT, HALF}


def test_who_is_not_on_the_class_list_is_told(course, executed, capsys):
    mistyped = "2000-00091"
    for student in (RIGHT, mistyped):
        hand_in(course, student, NAME)
    for _ in range(2):
        assert grade(course) == 0
        said = capsys.readouterr().out
        assert f"not on the class list in the gradebook: {mistyped}. Is an id mistyped?" in said
    page = visible_text(course.reports / "report.html")
    assert f"not on the class list in the gradebook: {mistyped}." in page
    with Gradebook(course.gradebook_url, "deep-learning") as gradebook:
        gradebook.update_or_create_student(mistyped, first_name="Minji")
    assert grade(course) == 0
    assert "class list" not in capsys.readouterr().out


def test_where_there_is_no_class_list_nobody_is_missing_from_it(course, executed, capsys):
    with Gradebook(course.gradebook_url, "deep-learning") as gradebook:
        for student in (RIGHT, HALF, BROKEN, ABSENT):
            gradebook.remove_student(student)
    for student in (RIGHT, HALF):
        hand_in(course, student, NAME)
        assert grade(course) == 0
    with Gradebook(course.gradebook_url, "deep-learning") as gradebook:
        gradebook.update_or_create_student(RIGHT, email="minji@example.org")
    assert "class list" not in capsys.readouterr().out
    assert grade(course) == 0
    assert f"not on the class list in the gradebook: {HALF}." in capsys.readouterr().out
