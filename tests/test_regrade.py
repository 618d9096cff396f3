"""Regrading: marks by hand, late penalties, what changed, and one total everywhere."""

import base64
import csv
import html
import io
import re
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from autograding import autograded, copy_of, everything, run
from mini_course import NAME, cell_of, make_course, mini_source, solved, submit
from nbgrader.api import Gradebook
from PIL import Image
from reading import visible_text
from test_grading import WRONG
from this_course import ASSIGNMENT

from coursekit.cli import main
from coursekit.course import Course
from coursekit.marks import Standing, StudentMarks, read_marks
from coursekit.nbgrader_command import run_nbgrader
from coursekit.release import write_notebook

ANN, BOB = "2000-00001", "2000-00002"
OTHER = "Assignment1-1_Data_Curation"

pytestmark = pytest.mark.usefixtures("executed")


@pytest.fixture(scope="module")
def graded(tmp_path_factory) -> Course:
    """A course of two notebooks; both students handed in both."""
    course = make_course(tmp_path_factory.mktemp("regrade") / "course", names=(OTHER, NAME))
    for student in (ANN, BOB):
        hand_in(course, student)
    run(course, "autograde")
    return course


@pytest.fixture
def course(graded, tmp_path) -> Course:
    return copy_of(graded, tmp_path / "course")


def hand_in(course: Course, student: str, **answers: str) -> None:
    """Submit the mini notebook twice: solved as OTHER, and with `answers` as NAME."""
    submit(course, student, solved(course, **answers))
    write_notebook(course.submitted / student / ASSIGNMENT / f"{OTHER}.ipynb", solved(course))


def autograde(course: Course, *arguments: str) -> int:
    return main(["--course", str(course.root), "autograde", *arguments])


def report(course: Course) -> None:
    assert main(["--course", str(course.root), "report"]) == 0


def by_hand(course: Course, student: str, cell: str, score: float, notebook: str = NAME) -> None:
    """Give a mark as formgrader does."""
    with Gradebook(course.gradebook_url) as gradebook:
        grade = gradebook.find_grade(cell, notebook, ASSIGNMENT, student)
        grade.manual_score, grade.needs_manual_grade = score, False
        gradebook.db.commit()


def comment(course: Course, student: str, cell: str, text: str) -> None:
    with Gradebook(course.gradebook_url) as gradebook:
        gradebook.find_comment(cell, NAME, ASSIGNMENT, student).manual_comment = text
        gradebook.db.commit()


def comment_of(course: Course, student: str, cell: str) -> str | None:
    with Gradebook(course.gradebook_url) as gradebook:
        return gradebook.find_comment(cell, NAME, ASSIGNMENT, student).comment


def needs_a_person(course: Course, student: str, cell: str) -> bool:
    with Gradebook(course.gradebook_url) as gradebook:
        return gradebook.find_grade(cell, NAME, ASSIGNMENT, student).needs_manual_grade


def marks_of(course: Course, student: str) -> StudentMarks:
    return next(marks for marks in read_marks(course) if marks.student == student)


def mark(course: Course, student: str, task: str, notebook: str = NAME) -> float | None:
    found = [m for m in marks_of(course, student).marks if m.task.notebook == notebook]
    return next(m.score for m in found if m.task.name == task)


def row(course: Course, student: str) -> dict[str, str]:
    with (course.reports / "marks.csv").open(encoding="utf-8") as file:
        return next(row for row in csv.DictReader(file) if row["student"] == student)


def totals(course: Course, student: str) -> dict[str, float]:
    """Return the total of a student as each place tells it; `nbgrader export` does the same sum."""
    report(course)
    with Gradebook(course.gradebook_url) as gradebook:
        submission = gradebook.find_submission(ASSIGNMENT, student)
        exported = max(0.0, submission.score - submission.late_submission_penalty)
    page = (course.reports / "report.html").read_text(encoding="utf-8")
    shown = re.search(rf"<td>{student}</td>.*?<strong>([\d.]+)</strong>", page, flags=re.DOTALL)
    assert shown
    return {
        "gradebook": exported,
        "marks": marks_of(course, student).total,
        "marks.csv": float(row(course, student)["total"]),
        "report": float(shown[1]),
    }


def expect_total(course: Course, student: str, total: float) -> None:
    said = totals(course, student)
    assert said == dict.fromkeys(said, total)


# --- marks by hand ---------------------------------------------------------------------------


def test_a_mark_by_hand_stays_as_long_as_the_answer_does(course):
    by_hand(course, ANN, "why", 0.5)
    comment(course, ANN, "why", "half of it")
    expect_total(course, ANN, 10.5)
    assert autograde(course, "--force") == 0
    assert not needs_a_person(course, ANN, "why")
    hand_in(course, ANN, why="It follows from the definition. \r\n\n")  # the same text
    assert autograde(course) == 0
    hand_in(course, ANN, double=WRONG["double"])  # another answer to another task
    assert autograde(course) == 0
    expect_total(course, ANN, 8.5)
    assert comment_of(course, ANN, "why") == "half of it"


def test_a_mark_by_hand_is_not_the_new_answers(course, capsys):
    by_hand(course, ANN, "why", 0.5)
    comment(course, ANN, "why", "half of it")
    hand_in(course, ANN, why="Another answer.")
    assert autograde(course) == 0
    expect_total(course, ANN, 10)
    assert mark(course, ANN, "why") is None
    assert needs_a_person(course, ANN, "why")
    hint = comment_of(course, ANN, "why")
    assert "0.5 of 1 points" in hint and "half of it" in hint
    page = html.unescape((course.reports / "report.html").read_text(encoding="utf-8"))
    assert "1-2 why: 0.5 of 1 points were given by hand for an earlier answer" in page
    by_hand(course, ANN, "why", 1)
    expect_total(course, ANN, 11)
    assert comment_of(course, ANN, "why") is None


def test_an_answer_that_comes_back_has_its_mark_again(course):
    by_hand(course, ANN, "why", 0.5)
    comment(course, ANN, "why", "half of it")
    for answer in ("Another answer.", "It follows from the definition."):
        hand_in(course, ANN, why=answer)
        assert autograde(course) == 0
    expect_total(course, ANN, 10.5)
    assert comment_of(course, ANN, "why") == "half of it"


def test_a_changed_picture_is_another_answer(course):
    def with_picture(shade: int) -> None:
        raw = io.BytesIO()
        Image.new("L", (4, 4), shade).save(raw, "PNG")
        picture = {"image/png": base64.b64encode(raw.getvalue()).decode()}
        notebook = solved(course, why="As the plot shows: ![plot](attachment:plot.png)")
        cell_of(notebook, "why")["attachments"] = {"plot.png": picture}
        write_notebook(course.submitted / ANN / ASSIGNMENT / f"{NAME}.ipynb", notebook)
        assert autograde(course, "--force", "--student", ANN) == 0

    with_picture(0)
    by_hand(course, ANN, "why", 1)
    with_picture(0)
    assert mark(course, ANN, "why") == 1
    with_picture(200)
    assert mark(course, ANN, "why") is None


def test_a_mark_by_hand_over_a_test_stays_with_the_solution(course):
    by_hand(course, ANN, "test_triple", 1)
    hand_in(course, ANN, double=WRONG["double"])
    assert autograde(course, "--force") == 0
    expect_total(course, ANN, 6)  # 5 of the one notebook, and of the other 1 by hand
    hand_in(course, ANN, triple="def triple(x):\n    return 3 * x")
    assert autograde(course) == 0
    expect_total(course, ANN, 10)
    assert needs_a_person(course, ANN, "test_triple")
    assert any("1 of 3 points" in note for note in marks_of(course, ANN).notes)


def test_a_mark_by_hand_over_a_test_stays_when_the_test_changes(course):
    by_hand(course, ANN, "test_triple", 1)
    change_test(course, "34")
    assert autograde(course) == 0
    assert mark(course, ANN, "triple") == 1
    assert mark(course, BOB, "triple") == 0
    assert not needs_a_person(course, ANN, "test_triple")


def test_a_notebook_that_is_withdrawn_takes_its_mark_by_hand_along(course):
    by_hand(course, ANN, "why", 1)
    by_hand(course, BOB, "why", 1)
    (course.submitted / ANN / ASSIGNMENT / f"{NAME}.ipynb").unlink()
    assert autograde(course) == 0
    expect_total(course, ANN, 5)
    expect_total(course, BOB, 11)
    assert marks_of(course, ANN).standing[NAME] is Standing.NOT_HANDED_IN
    hand_in(course, ANN)
    assert autograde(course) == 0
    expect_total(course, ANN, 11)


def test_plain_nbgrader_keeps_and_drops_the_same_marks(course):
    for student in (ANN, BOB):
        by_hand(course, student, "why", 0.5)
    hand_in(course, BOB, why="Another answer.")
    for student in (ANN, BOB):
        run_nbgrader(course, "autograde", ASSIGNMENT, "--force", "--student", student)
    expect_total(course, ANN, 10.5)
    expect_total(course, BOB, 10)


def test_marks_by_hand_of_a_gradebook_without_our_table(course):
    by_hand(course, ANN, "why", 0.5)
    by_hand(course, BOB, "why", 0.5)
    with Gradebook(course.gradebook_url) as gradebook, gradebook.engine.begin() as connection:
        connection.exec_driver_sql("drop table coursekit_given_for")
    hand_in(course, BOB, why="Another answer.")
    assert autograde(course, "--force") == 0
    assert [mark(course, student, "why") for student in (ANN, BOB)] == [0.5, None]


def test_feedback_tells_the_mark_by_hand(course):
    by_hand(course, ANN, "why", 0.5)
    assert autograde(course, "--force") == 0
    assert main(["--course", str(course.root), "grade"]) == 0
    pages = sorted((course.feedback / ANN).rglob("*.html"))
    assert any(re.search(r"why\s+0\.5 (of|/) 1", visible_text(page)) for page in pages)


# --- late ------------------------------------------------------------------------------------

DUE = datetime(2026, 10, 9, 15, 0)


@pytest.fixture
def late(course) -> Course:
    """Ann's work is an hour late, Bob's is not; a point is lost for each hour and notebook."""
    (course.root / "late.py").write_text(
        "from nbgrader.plugins import BasePlugin\n\n\nclass PointPerHour(BasePlugin):\n"
        "    def late_submission_penalty(self, student_id, score, total_seconds_late):\n"
        "        return total_seconds_late / 3600\n",
        encoding="utf-8",
    )
    with (course.root / "nbgrader_config.py").open("a", encoding="utf-8") as file:
        file.write(
            "\nsys.path.insert(0, c.CourseDirectory.root)\n"
            "import importlib, late\n"
            "c.AssignLatePenalties.plugin_class = importlib.reload(late).PointPerHour\n"
        )
    handed_in_at(course, ANN, DUE + timedelta(hours=1))
    handed_in_at(course, BOB, DUE)
    due(course, DUE)
    return course


def handed_in_at(course: Course, student: str, time: datetime) -> None:
    path = course.submitted / student / ASSIGNMENT / "timestamp.txt"
    path.write_text(f"{time:%Y-%m-%d %H:%M:%S} UTC\n", encoding="utf-8")


def due(course: Course, time: datetime | None) -> None:
    with Gradebook(course.gradebook_url) as gradebook:
        gradebook.find_assignment(ASSIGNMENT).duedate = time
        gradebook.db.commit()


def test_penalties_count_everywhere_and_follow_the_due_date(late, executed):
    expect_total(late, ANN, 8)
    expect_total(late, BOB, 10)
    said = row(late, ANN)
    assert (said["raw"], said["late penalty"], said["1-1"], said["1-2"]) == ("10", "2", "4", "4")
    page = visible_text(late.reports / "report.html")
    assert "10 − 2 for being late" in page
    due(late, DUE - timedelta(hours=1))
    assert autograde(late) == 0
    expect_total(late, ANN, 6)
    expect_total(late, BOB, 8)
    due(late, DUE + timedelta(days=1))
    expect_total(late, ANN, 10)
    due(late, None)
    expect_total(late, ANN, 10)
    assert executed == []


def test_the_page_tells_the_same_total_and_only_the_changed_one_is_written(late):
    by_hand(late, ANN, "why", 1)
    grade = ["--course", str(late.root), "grade"]
    assert main(grade) == 0
    expect_total(late, ANN, 9)
    pages = {student: late.feedback / student / ASSIGNMENT / "index.html" for student in (ANN, BOB)}
    assert '<p class="total"><strong>9</strong> of' in pages[ANN].read_text(encoding="utf-8")
    assert "2 were taken off for a late hand-in" in visible_text(pages[ANN])
    before = pages[BOB].stat().st_mtime_ns
    hand_in(late, ANN, double=WRONG["double"])
    handed_in_at(late, ANN, DUE)
    assert main(grade) == 0
    assert '<p class="total"><strong>9</strong> of' in pages[ANN].read_text(encoding="utf-8")
    assert "late hand-in" not in visible_text(pages[ANN])
    assert pages[BOB].stat().st_mtime_ns == before


def test_an_extension_and_a_corrected_time_execute_nothing(late, executed):
    with Gradebook(late.gradebook_url) as gradebook:
        gradebook.grant_extension(ASSIGNMENT, ANN, hours=1)
    expect_total(late, ANN, 10)
    handed_in_at(late, ANN, DUE + timedelta(hours=3))
    assert autograde(late) == 0
    expect_total(late, ANN, 6)
    assert executed == []


def test_marks_by_hand_are_reduced_too(late):
    with (late.root / "nbgrader_config.py").open("a", encoding="utf-8") as file:
        file.write(
            "\nfrom nbgrader.plugins import LateSubmissionPlugin\n"
            "c.AssignLatePenalties.plugin_class = LateSubmissionPlugin\n"
            "c.LateSubmissionPlugin.penalty_method = 'zero'\n"
        )
    by_hand(late, ANN, "why", 1)
    expect_total(late, ANN, 0)
    assert autograde(late, "--force") == 0
    expect_total(late, ANN, 0)
    expect_total(late, BOB, 10)


def test_a_plugin_that_fails_and_a_time_that_is_none_stop_nobody(late, capsys):
    (late.root / "late.py").write_text(
        (late.root / "late.py").read_text(encoding="utf-8").replace("3600", "0"), encoding="utf-8"
    )
    path = late.submitted / BOB / ASSIGNMENT / "timestamp.txt"
    path.write_text("yesterday evening\n", encoding="utf-8")
    assert autograde(late, "--student", ANN, "--force") == 3
    said = capsys.readouterr().out
    assert f"The late penalty of {ANN} can't be computed: ZeroDivisionError" in said
    assert f"The time of hand-in of {BOB} can't be read from {path}" in said
    assert marks_of(late, BOB).total == 10


# --- only what changed -----------------------------------------------------------------------


def change_test(course: Course, answer: str) -> None:
    """Let the hidden test of `triple` in NAME expect `answer` of triple(11), and release that."""
    source = mini_source()
    test = cell_of(source, "test_triple")
    test.source = test.source.replace("triple(11) == 33", f"triple(11) == {answer}")
    write_notebook(course.source / f"{NAME}.ipynb", source)
    run_nbgrader(course, "generate_assignment", ASSIGNMENT, "--force")


def state(course: Course) -> dict[Path, tuple[int, bytes]]:
    return {
        path: (path.stat().st_mtime_ns, path.read_bytes())
        for path in course.autograded.rglob("*")
        if path.is_file()
    }


def test_a_changed_test_executes_its_notebook_only(course, executed):
    before = state(course)
    change_test(course, "34")
    assert autograde(course) == 0
    assert executed == [(ANN, NAME), (BOB, NAME)]
    changed = {path for path, content in state(course).items() if before[path] != content}
    assert changed == {autograded(course, student) for student in (ANN, BOB)}


def test_regrading_one_student_touches_no_other(course, executed):
    hand_in(course, ANN, double=WRONG["double"])
    before = state(course)
    assert autograde(course) == 0
    assert executed == [(ANN, NAME)]
    changed = {path for path, content in state(course).items() if before[path] != content}
    assert changed == {autograded(course, ANN)}
    assert autograde(course, "--student", BOB, "--force") == 0
    assert executed == [(ANN, NAME), (BOB, OTHER), (BOB, NAME)]


def test_a_changed_time_limit_grades_anew(course, executed):
    with (course.root / "nbgrader_config.py").open("a", encoding="utf-8") as file:
        file.write("\nc.ExecuteSubmission.timeout = 7\n")
    assert autograde(course) == 0
    assert len(executed) == 4


# --- what changed ----------------------------------------------------------------------------


def test_changed_marks_are_listed_with_their_reason(course, capsys):
    change_test(course, "34")
    hand_in(course, BOB, double=WRONG["double"])
    capsys.readouterr()
    assert autograde(course) == 0
    said = capsys.readouterr().out
    assert "Changed marks: 3, of them 1 for the same work" in said
    assert re.search(rf"1-2 triple +{ANN} +3 -> 0 +graded again: wrong\. A hidden test", said)
    assert re.search(rf"1-2 double +{BOB} +2 -> 0 +handed in again: wrong", said)
    report(course)
    report(course)  # it stays there
    page = visible_text(course.reports / "report.html")
    assert "Changed marks" in page and "graded again: wrong. A hidden test" in page
    with (course.reports / "changed_marks.csv").open(encoding="utf-8") as file:
        rows = [(r["student"], r["task"], r["old"], r["new"]) for r in csv.DictReader(file)]
    assert sorted(rows) == [
        (ANN, "triple", "3", "0"),
        (BOB, "double", "2", "0"),
        (BOB, "triple", "3", "0"),
    ]
    assert autograde(course, "--force") == 0
    assert "Changed marks" not in capsys.readouterr().out


def test_a_task_in_which_nobody_has_a_point_is_told(course, capsys):
    assert autograde(course) == 0
    assert "nobody has a point" not in capsys.readouterr().out
    change_test(course, "34")
    assert autograde(course) == 0
    warning = "1-2 triple: nobody has a point (0 %), though 2 tried. Perhaps its test is wrong"
    assert warning in capsys.readouterr().out
    report(course)
    assert warning in visible_text(course.reports / "report.html")


def test_the_same_marks_after_all_again(course):
    before = everything(course)
    assert autograde(course, "--force") == 0
    assert everything(course) == before
