"""Files that are hardly a notebook: each has a mark and a reason, and the class goes on."""

import contextlib
import json

import nbformat
import pytest
from autograding import pool_here
from mini_course import NAME, make_course, solved, submit
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from this_course import ASSIGNMENT

from coursekit.autograde import run as autograde_run
from coursekit.autograde.run import Choice, autograde
from coursekit.course import Course
from coursekit.export import export_csv
from coursekit.marks import read_marks
from coursekit.nbgrader_command import run_nbgrader
from coursekit.outcome import Kind
from coursekit.report import write_report


def _text(course) -> str:
    return nbformat.writes(solved(course))


def _old_format(course) -> bytes:
    return nbformat.writes(solved(course), version=3).encode()


def _strange(course) -> bytes:
    """A solved notebook whose cells have parts of no sense."""
    document = json.loads(_text(course))
    for cell in document["cells"]:
        cell["metadata"]["tags"] = [["no"], 3, "own"]
    document["cells"] += [
        "text",
        None,
        {},
        {"cell_type": "code", "source": 3, "metadata": None, "id": 5, "attachments": []},
        {"cell_type": "video", "source": ["a", 1]},
        {"cell_type": "code", "source": "x = '\ud800'", "metadata": {"tags": "no"}},
    ]
    document["metadata"] = None
    return json.dumps(document).encode()


def _other_course() -> bytes:
    cells = [
        new_markdown_cell("# Physics 101: the pendulum"),
        new_code_cell("def swing(length):\n    return 2 * 3.14 * (length / 9.81) ** 0.5"),
    ]
    return nbformat.writes(new_notebook(cells=cells)).encode()


def _bare(course) -> bytes:
    document = json.loads(_text(course))
    for cell in document["cells"]:
        cell.pop("id")
        cell["metadata"] = {}
    return json.dumps({**document, "nbformat_minor": 2}).encode()


def _forged(course) -> bytes:
    document = json.loads(_text(course))
    counts = (-5, True, {}, 10**30, "3", [None], 1.5)
    for cell, count in zip(document["cells"], counts, strict=False):
        cell["execution_count"] = count
    text = json.dumps({**document, "nbformat_minor": 4.5})
    return text.replace(str(10**30), "9" * 5_000).encode()  # a number that Python refuses to read


REPAIRED = {
    "bom": lambda c: b"\xef\xbb\xbf" + _text(c).encode(),
    "utf-16": lambda c: _text(c).encode("utf-16"),
    "cp949": lambda c: _text(c).replace("It follows", "따라서").encode("cp949"),
    "format-3": _old_format,
    "strange": _strange,
    "bare": _bare,
    "forged-counts": _forged,
    "no-metadata": lambda c: json.dumps({"cells": json.loads(_text(c))["cells"]}).encode(),
}
"""Full marks for what can be read all the same."""

UNREADABLE = {
    "empty": (lambda c: b"", "The file is empty"),
    "blank": (lambda c: b" \n\0\0", "The file is empty"),
    "cut-off": (lambda c: _text(c).encode()[:2000], "damaged or cut off"),
    "web-page": (lambda c: b"<!DOCTYPE html><title>Sign in</title>", "not valid JSON (line 1)"),
    "picture": (lambda c: b"\x89PNG\r\n\x1a\n\xff\xfe\xff", "encoding that is not known"),
    "a-list": (lambda c: b"[1, 2]", "JSON, but not a notebook"),
    "no-list": (lambda c: b'{"cells": {"a": 1}}', "has no list of cells"),
    "no-cells": (lambda c: b'{"cells": [], "nbformat": 4, "metadata": {}}', "has no cells"),
    "deep": (lambda c: b"[" * 100_000, "damaged or cut off"),
    "old-damaged": (lambda c: b'{"nbformat": 3, "worksheets": [3]}', "has no cells"),
    "other-course": (lambda c: _other_course(), "is not a notebook of this assignment"),
}
"""0 points for what cannot be read, and what is said of it."""


def _submit(course: Course) -> None:
    submit(course, "right", solved(course))
    contents = {**REPAIRED, **{student: make for student, (make, _) in UNREADABLE.items()}}
    for student, make in contents.items():
        submit(course, student, None)
        (course.submitted / student / ASSIGNMENT / f"{NAME}.ipynb").write_bytes(make(course))


@pytest.fixture(scope="module", params=["coursekit", "nbgrader"])
def course(request, tmp_path_factory) -> Course:
    """A class of such files, graded by the kit and by plain nbgrader."""
    course = make_course(tmp_path_factory.mktemp(request.param) / "course")
    _submit(course)
    if request.param == "nbgrader":
        run_nbgrader(course, "autograde", ASSIGNMENT)
        return course
    with pytest.MonkeyPatch.context() as patch:
        here = contextlib.nullcontext(pool_here())
        patch.setattr(autograde_run, "_pool", lambda *_: here)
        assert len(autograde(course, Choice()).graded) == 1 + len(REPAIRED) + len(UNREADABLE)
        assert autograde(course, Choice()).graded == []
    return course


@pytest.fixture(scope="module")
def marks(course):
    return {student.student: student for student in read_marks(course)}


@pytest.mark.parametrize("student", ["right", *REPAIRED])
def test_what_can_be_read_has_its_points(marks, student):
    points = [mark.score for mark in marks[student].marks]
    assert points == [2, 3, None]


@pytest.mark.parametrize(("student", "words"), [(s, words) for s, (_, words) in UNREADABLE.items()])
def test_what_cannot_be_read_has_a_mark_and_a_reason(marks, student, words):
    assert [mark.score for mark in marks[student].marks] == [0, 0, 0]
    for mark in marks[student].marks:
        assert mark.outcome.kind is Kind.MISSING
        assert words in mark.outcome.message
    assert len(marks[student].flags) == 1
    assert words in marks[student].flags[0]


def test_feedback_export_and_report_say_so(course, marks):
    run_nbgrader(course, "generate_feedback", ASSIGNMENT)
    page = course.feedback / "web-page" / ASSIGNMENT / f"{NAME}.html"
    assert "not valid JSON" in page.read_text(encoding="utf-8")
    assert "web-page" in export_csv(course, list(marks.values())).read_text(encoding="utf-8")
    assert "not valid JSON" in write_report(course, list(marks.values())).read_text(
        encoding="utf-8"
    )
