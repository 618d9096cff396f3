"""A class of 26 as seven learning systems pack it, with what such a class holds, by real commands.

The class is made from the demo's solved student by a program that is not part of this repository.
"""

import csv
import subprocess
import sys
from pathlib import Path

import pytest
from autograding import ENVIRONMENT
from this_course import ASSIGNMENT

from coursekit.course import LOOK, REPOSITORY, Course, new_course
from coursekit.release import release

MAKER = REPOSITORY.parent / "shared" / "findings" / "inputs" / "make_class.py"
SOLVED = REPOSITORY / "build" / "demo" / "students" / "2000-00000"

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        not MAKER.exists(), reason="the program that makes the class is not there (../shared)"
    ),
    pytest.mark.skipif(not SOLVED.exists(), reason="there is no solved student: make demo first"),
]

SYSTEMS = ("moodle", "canvas", "blackboard", "brightspace", "gradescope", "classroom", "plain")
NAMED_BY_SYSTEM = "gradescope"
"""Its export says who each student is, so that ids in files need not."""

SET_ASIDE = {11, 12, 18, 19}
"""Two who used one id, a damaged archive, a notebook that names nobody."""

NOTHING = {25}
UNKNOWN = "2026-99999"
"""The id that student 10 wrote instead of the own one."""

RIGHT = {1, 9, 14, 16, 20, 21, 22, 23, 24, 26}
"""Students whose every function is right, whatever editors and archives it went through."""


WRONG_IN_PART = {2, 3, 4, 5, 6, 8, 13, 15, 17}
UNTOUCHED = 7


def student_id(number: int) -> str:
    return f"2026-1{number:04}"


@pytest.fixture(scope="module")
def classes(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("classes") / "made"
    subprocess.run(
        [sys.executable, MAKER, REPOSITORY, folder],
        env=ENVIRONMENT,
        stdout=subprocess.DEVNULL,
        timeout=120,
        check=True,
    )
    return folder


def coursekit(course: Course, *words: str, seconds: int) -> tuple[int, str]:
    done = subprocess.run(
        [sys.executable, "-m", "coursekit.cli", "--course", ".", *words],
        cwd=course.root,
        env=ENVIRONMENT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=seconds,
        check=False,
    )
    return done.returncode, done.stdout


def collected(classes: Path, system: str) -> tuple[Course, str]:
    """Make a course, collect the class that a system packed; return it and what was said."""
    course = new_course(classes / system)
    status, said = coursekit(course, "collect", seconds=200)
    assert status == LOOK, said
    return course, said


@pytest.mark.parametrize("system", SYSTEMS)
def test_nobody_has_the_work_of_another(classes: Path, system: str) -> None:
    """Everybody is taken with the own work, or set aside for a person to look at."""
    course, said = collected(classes, system)
    aside = {18} if system == NAMED_BY_SYSTEM else SET_ASIDE
    here = set(range(1, 27)) - aside - NOTHING - {10}
    wanted = {student_id(number) for number in here} | {UNKNOWN}
    assert {folder.name for folder in course.submitted.iterdir()} == wanted, said
    for student in wanted - {UNKNOWN}:
        folder = course.submitted / student / ASSIGNMENT
        others = {path.stem.removeprefix("problem2_") for path in folder.rglob("*.pt")} - {student}
        assert not others or (system, student) == (NAMED_BY_SYSTEM, student_id(12)), said
    assert "2026-10018.7z" in said
    assert list((course.root / "inbox_set_aside").iterdir())


def test_the_class_is_graded(classes: Path) -> None:
    course, said = collected(classes, "canvas")
    release(course)
    status, said = coursekit(course, "grade", seconds=550)
    assert status == LOOK, said
    with (course.reports / "marks.csv").open(encoding="utf-8") as file:
        totals = {row["student"]: float(row["total"] or -1) for row in csv.DictReader(file)}
    reference = totals[student_id(1)]
    assert reference > 80
    right = {student_id(number) for number in RIGHT} | {UNKNOWN}
    assert {student: totals[student] for student in right} == dict.fromkeys(right, reference)
    assert totals[student_id(UNTOUCHED)] == 0
    for number in WRONG_IN_PART:
        assert 0 < totals[student_id(number)] < reference, number
    for student in totals:
        assert (course.feedback / student / ASSIGNMENT / "index.html").exists()
