"""Plain `nbgrader autograde` with our settings: a class of good, bad and unlucky submissions."""

import copy
import csv
import re

import nbformat
import pytest
from mini_course import HIDDEN_LINES, NAME, cell_of, make_course, solved, student_version, submit
from nbformat.v4 import new_code_cell, new_notebook
from reading import visible_text
from this_course import ASSIGNMENT

from coursekit.course import Course
from coursekit.export import export_csv
from coursekit.marks import StudentMarks, TaskMark, read_marks
from coursekit.nbgrader_command import run_nbgrader
from coursekit.outcome import Kind
from coursekit.report import write_report

PICTURE = (
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJg"
    "gg=="
)
"""One pixel, PNG."""

WRONG = {"double": "def double(x):\n    return x + 1", "triple": "def triple(x):\n    return x + 2"}
"""Right for the visible checks' 1, wrong for everything else."""


def _tagged(course):
    notebook = solved(course, **WRONG)
    for cell in notebook.cells:
        cell.metadata["tags"] = ["skip-execution"]
    return notebook


def _without_tests(course):
    notebook = solved(course, **WRONG)
    notebook.cells = [cell for cell in notebook.cells if not cell["id"].startswith("test_")]
    return notebook


def _edited_tests(course):
    notebook = solved(course, **WRONG)
    for task in ("double", "triple"):
        cell = cell_of(notebook, f"test_{task}")
        cell.source = "assert True"
        cell.metadata.nbgrader.points = 50
    return notebook


def _unmarked_tests(course):
    """Turn the test cells into solution cells, which a person would have to grade."""
    notebook = solved(course, **WRONG)
    for task in ("double", "triple"):
        cell_of(notebook, f"test_{task}").metadata.nbgrader.update(solution=True, locked=False)
    return notebook


def _duplicated(course):
    """Copy cells the way JupyterLab does; the work is in the copy of the stub."""
    notebook = solved(course)
    stub = copy.deepcopy(cell_of(student_version(course), "double"))
    stub["id"] = "another-id"
    test = copy.deepcopy(cell_of(notebook, "test_double"))
    test["id"] = "yet-another-id"
    notebook.cells.insert(2, stub)
    notebook.cells.insert(4, test)
    return notebook


def _with_cell(course, text, **answers):
    notebook = solved(course, **answers)
    notebook.cells.insert(1, new_code_cell(text, id="mine"))
    return notebook


def _pasted(course):
    """A picture in the written answer, as JupyterLab keeps it, and one that is not there."""
    notebook = solved(course, why="![a](attachment:image.png)")
    cell_of(notebook, "why").attachments = {"image.png": {"image/png": PICTURE}}
    return notebook


def _copied(course):
    """All cells in a new notebook, merged into one."""
    text = "\n\n".join(cell.source for cell in solved(course).cells)
    return new_notebook(cells=[new_code_cell(text, id="copied")])


SUBMISSIONS = {
    "right": solved,
    "wrong-double": lambda c: solved(c, double=WRONG["double"]),
    "untouched": student_version,
    "warns": lambda c: solved(
        c,
        double=(
            "import sys\ndef double(x):\n    print('careful', file=sys.stderr)\n    return x * 2"
        ),
    ),
    "raises": lambda c: solved(c, double="def double(x):\n    y = x\n    return y / 0"),
    "tagged": _tagged,
    "without-tests": _without_tests,
    "edited-tests": _edited_tests,
    "unmarked-tests": _unmarked_tests,
    "duplicated": _duplicated,
    "dies": lambda c: solved(c, double="import os\ndef double(x):\n    os._exit(1)"),
    "dies-early": lambda c: _with_cell(c, "import os\nos._exit(1)"),
    "loops": lambda c: solved(c, double="def double(x):\n    while True:\n        pass"),
    "loops-deaf": lambda c: solved(
        c,
        double=(
            "def double(x):\n    while True:\n        try:\n            while True:\n"
            "                pass\n        except KeyboardInterrupt:\n            pass"
        ),
    ),
    "shouts": lambda c: solved(
        c, double="def double(x):\n    print('x' * 300_000)\n    return x * 2"
    ),
    "result": lambda c: _with_cell(c, "99"),
    "exits": lambda c: _with_cell(c, "exit()"),
    "pasted": _pasted,
    "copied": _copied,
    "no-notebook": lambda c: None,
}


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Course:
    course = make_course(tmp_path_factory.mktemp("course"))
    for student, make in SUBMISSIONS.items():
        submit(course, student, make(course))
    (course.submitted / "no-notebook" / ASSIGNMENT / "other.ipynb").write_text(
        nbformat.writes(student_version(course)), encoding="utf-8"
    )
    with pytest.raises(Exception, match="no-notebook"):
        run_nbgrader(course, "autograde", ASSIGNMENT)
    run_nbgrader(course, "generate_feedback", ASSIGNMENT)
    return course


@pytest.fixture(scope="module")
def marks(course: Course) -> dict[str, StudentMarks]:
    return {student.student: student for student in read_marks(course)}


def task(student: StudentMarks, name: str) -> TaskMark:
    return next(mark for mark in student.marks if mark.task.name == name)


@pytest.mark.parametrize(
    ("student", "double", "triple"),
    [
        ("right", 2, 3),
        ("wrong-double", 0, 3),
        ("untouched", 0, 0),
        ("warns", 2, 3),
        ("raises", 0, 3),
        ("tagged", 0, 0),
        ("without-tests", 0, 0),
        ("edited-tests", 0, 0),
        ("unmarked-tests", 0, 0),
        ("duplicated", 2, 3),
        ("dies", 0, 3),
        ("dies-early", 2, 3),
        ("loops", 0, 3),
        ("loops-deaf", 0, 3),
        ("shouts", 2, 3),
        ("result", 2, 3),
        ("exits", 2, 3),
        ("pasted", 2, 3),
        ("copied", 2, 3),
    ],
)
def test_points(marks, student, double, triple):
    assert (task(marks[student], "double").score, task(marks[student], "triple").score) == (
        double,
        triple,
    )


@pytest.mark.parametrize(
    ("student", "kind", "words"),
    [
        ("right", Kind.PASSED, ""),
        ("wrong-double", Kind.WRONG, "hidden test"),
        ("untouched", Kind.UNSOLVED, "double: replace this line"),
        ("raises", Kind.RAISED, "ZeroDivisionError: division by zero (in line 3 of the cell"),
        ("dies", Kind.KERNEL_DIED, "died"),
        ("loops", Kind.TIMED_OUT, "5 seconds"),
        ("loops-deaf", Kind.TIMED_OUT, "5 seconds"),
    ],
)
def test_reasons(marks, student, kind, words):
    outcome = task(marks[student], "double").outcome
    assert outcome.kind is kind
    assert words in outcome.message


@pytest.mark.parametrize("student", ["tagged", "without-tests", "edited-tests", "duplicated"])
def test_what_was_restored_is_noted(marks, student):
    assert any("double" in flag for flag in marks[student].flags)


def test_a_cell_that_ended_the_kernel_is_named(marks):
    (flag,) = marks["exits"].flags
    assert "The cell that begins with `exit()` ended the kernel" in flag


def test_what_was_recognized_is_noted(marks):
    said = " ".join(marks["copied"].flags)
    assert "by the names they define: double, triple" in said
    assert "by their text: train, test_double, test_triple" in said


def test_a_pasted_picture_is_in_the_autograded_notebook(course, marks):
    notebook = nbformat.read(
        course.autograded / "pasted" / ASSIGNMENT / f"{NAME}.ipynb", as_version=4
    )
    assert cell_of(notebook, "why").attachments == {"image.png": {"image/png": PICTURE}}
    assert marks["pasted"].flags == []


def test_an_honest_submission_has_no_flags(marks):
    assert marks["right"].flags == marks["untouched"].flags == []


def test_training_cells_do_not_run(course):
    notebook = nbformat.read(
        course.autograded / "right" / ASSIGNMENT / f"{NAME}.ipynb", as_version=4
    )
    assert cell_of(notebook, "train").execution_count is None


def test_a_written_answer_waits_for_a_person_and_a_blank_one_does_not(marks):
    assert task(marks["right"], "why").score is None
    assert marks["right"].awaiting == 1
    assert task(marks["untouched"], "why").score == 0
    assert task(marks["untouched"], "why").outcome.kind is Kind.UNSOLVED


def test_a_flood_of_output_is_cut(course):
    page = course.autograded / "shouts" / ASSIGNMENT / f"{NAME}.ipynb"
    assert page.stat().st_size < 60_000


def test_no_feedback_page_shows_a_hidden_test(course):
    pages = list(course.feedback.glob("*/*/*.html"))
    assert len(pages) == len(SUBMISSIONS) - 1
    for page in pages:
        text = visible_text(page)
        assert "def double" in text
        assert "HIDDEN TESTS" not in text
        for line in ("double(21)", "triple(11)", *HIDDEN_LINES):
            assert line not in text, page


def test_feedback_says_what_failed(course):
    page = course.feedback / "raises" / ASSIGNMENT / f"{NAME}.html"
    text = page.read_text(encoding="utf-8")
    assert "Your results" in text
    assert re.search(r">why</a></th>\s*<td .*>– of 1</td>\s*<td><.*>awaits grading<", text)
    assert "ZeroDivisionError: division by zero" in text


def test_marks_are_exported(course, marks):
    with export_csv(course, list(marks.values())).open(encoding="utf-8") as file:
        rows = {row["student"]: row for row in csv.DictReader(file)}
    assert rows["wrong-double"]["total"] == "3"
    assert rows["wrong-double"]["double"] == "0"
    assert rows["right"]["awaiting"] == "1"
    assert rows["right"]["why"] == ""


def test_the_report_names_every_student_and_task(course, marks):
    page = write_report(course, list(marks.values())).read_text(encoding="utf-8")
    for name in (*SUBMISSIONS, "double", "triple", "why"):
        if name != "no-notebook":
            assert name in page
    assert "ZeroDivisionError" in page


def test_an_old_score_does_not_survive_a_regrade(course):
    submit(course, "right", _without_tests(course))
    run_nbgrader(course, "autograde", ASSIGNMENT, "--force", "--student", "right")
    again = next(m for m in read_marks(course) if m.student == "right")
    assert [task(again, name).score for name in ("double", "triple")] == [0, 0]
