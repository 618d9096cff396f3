"""Grade a class with nbgrader's own commands, and write feedback, marks and the report."""

from dataclasses import dataclass
from pathlib import Path

from coursekit.course import ASSIGNMENT, Course, CourseError
from coursekit.export import export_csv
from coursekit.marks import StudentMarks, read_marks
from coursekit.nbgrader_command import run_nbgrader
from coursekit.report import write_report


@dataclass(frozen=True)
class Graded:
    """A graded class, and where its marks and its report lie."""

    marks: list[StudentMarks]
    table: Path
    report: Path
    problem: str = ""
    """What nbgrader could not process; empty if nothing."""


def grade(course: Course, force: bool = False) -> Graded:
    """Autograde what is new in `submitted/` (all of it if `force`), then write what comes of it.

    A submission that nbgrader cannot process does not keep the others from being graded; it is
    named in `problem`. Raises `CourseError` if there is nothing to grade.
    """
    submissions = list(course.submitted.glob(f"*/{ASSIGNMENT}/*.ipynb"))
    if not submissions:
        raise CourseError(
            f"There is nothing to grade in {course.submitted}; run 'coursekit collect' first."
        )
    if not course.gradebook.exists():
        raise CourseError(
            f"{course.gradebook} is not there, so the tasks are not known; "
            "run 'coursekit release' first."
        )
    options = ["--force"] if force else []
    problem = ""
    try:
        run_nbgrader(
            course,
            "autograde",
            ASSIGNMENT,
            *options,
            steps=len(submissions),
            tick=r"\bAutograding /",
        )
    except CourseError as error:
        problem = str(error)
    graded = len(list(course.autograded.glob(f"*/{ASSIGNMENT}/*.ipynb")))
    run_nbgrader(
        course,
        "generate_feedback",
        ASSIGNMENT,
        "--force",
        steps=graded,
        tick="Converting notebook",
    )
    marks = read_marks(course)
    return Graded(marks, export_csv(course, marks), write_report(course, marks), problem)
