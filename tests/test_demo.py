"""`make demo`: the whole course once, with the real notebooks, and once more.

It runs in `build/demo`, where an earlier run's trained notebooks are used again.
"""

import csv
import subprocess
import sys
import tarfile

import pytest
from reading import asserted_lines, visible_text
from this_course import ASSIGNMENT, NOTEBOOKS

from coursekit.course import REPOSITORY, Course
from coursekit.demo import STUDENTS
from coursekit.marks import StudentMarks, read_marks
from coursekit.outcome import Kind
from coursekit.pages.write import page_of
from coursekit.source import read_source

DEMO = Course(REPOSITORY / "build" / "demo")
REFERENCE, WRONG, UNTOUCHED = (student.id for student in STUDENTS)

pytestmark = pytest.mark.timeout(1500)


def run() -> str:
    """Run the demo as `make demo` does; return what it printed."""
    result = subprocess.run(
        [sys.executable, "-m", "coursekit.cli", "demo"],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stdout + result.stderr
    return result.stdout


@pytest.fixture(scope="module")
def printed() -> str:
    return run()


@pytest.fixture(scope="module")
def marks(printed: str) -> dict[str, StudentMarks]:
    return {student.student: student for student in read_marks(DEMO)}


def test_the_reference_solution_has_every_point_that_a_program_can_give(marks):
    reference = marks[REFERENCE]
    assert reference.failed == []
    assert reference.flags == []
    assert reference.total + reference.awaiting == 100


def test_wrong_tasks_lose_their_points_and_no_others(marks):
    lost = {mark.task.name for mark in marks[WRONG].failed}
    assert lost == set(STUDENTS[1].wrong)
    assert all(mark.outcome.kind is Kind.WRONG for mark in marks[WRONG].failed)
    assert all(mark.task.name in mark.outcome.message for mark in marks[WRONG].failed)


def test_an_untouched_student_version_has_no_points_and_a_reason_for_each_task(marks):
    untouched = marks[UNTOUCHED]
    assert untouched.total == untouched.awaiting == 0
    assert {mark.outcome.kind for mark in untouched.marks} == {Kind.UNSOLVED}


def test_the_table_names_every_student_and_what_they_lost(printed):
    table = printed.split("4. The result")[1]
    for student in STUDENTS:
        assert student.id in table
    assert "softmax" in table
    assert str(DEMO.reports / "report.html") in table


def test_marks_report_and_feedback_are_there(marks):
    with (DEMO.reports / "marks.csv").open(encoding="utf-8") as file:
        totals = {row["student"]: float(row["total"]) for row in csv.DictReader(file)}
    assert totals == {student: marks[student].total for student in marks}
    report = (DEMO.reports / "report.html").read_text(encoding="utf-8")
    for student in STUDENTS:
        assert student.id in report
        assert list((DEMO.feedback / student.id / ASSIGNMENT).iterdir()) == [
            page_of(DEMO, student.id)
        ]


def test_no_feedback_page_shows_a_hidden_test(marks):
    for name in NOTEBOOKS:
        hidden = [line for c in read_source(DEMO, name).cells for line in asserted_lines(c.source)]
        assert hidden
        for page in DEMO.feedback.glob(f"*/{ASSIGNMENT}/*.html"):
            text = visible_text(page)
            assert "HIDDEN TESTS" not in text
            assert not [line for line in hidden if line in text], page


def test_a_submission_holds_the_work_and_not_the_data(marks):
    with tarfile.open(DEMO.root / "inbox" / f"{REFERENCE}.tar.gz") as archive:
        names = {name for name in archive.getnames() if not archive.getmember(name).isdir()}
    assert names == {f"{REFERENCE}/{name}.ipynb" for name in NOTEBOOKS} | {
        f"{REFERENCE}/model_checkpoints/problem2_{REFERENCE}.pt"
    }


def test_a_second_run_trains_nothing_again_and_gives_the_same_marks(marks):
    checkpoint = next((DEMO.root / "students" / REFERENCE).rglob("problem2_*.pt"))
    before = checkpoint.stat().st_mtime_ns
    assert run().count("done in an earlier run") == len(STUDENTS)
    assert checkpoint.stat().st_mtime_ns == before
    assert {student.student: student for student in read_marks(DEMO)} == marks
