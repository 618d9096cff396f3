"""Grade a class: autograde what is left of it, then write feedback, marks and the report."""

from dataclasses import dataclass
from pathlib import Path

from coursekit.autograde.run import Choice, Summary, autograde
from coursekit.course import ASSIGNMENT, Course
from coursekit.export import export_csv
from coursekit.marks import StudentMarks, read_marks
from coursekit.nbgrader_command import run_nbgrader
from coursekit.report import write_report


@dataclass(frozen=True)
class Graded:
    """A graded class, and where its marks and its report lie."""

    summary: Summary
    marks: list[StudentMarks]
    table: Path
    report: Path


def grade(course: Course, choice: Choice | None = None) -> Graded:
    """Autograde what is left in `submitted/` of what is chosen, then write what comes of it.

    A submission that cannot be processed does not keep the others from being graded; the summary
    names it. Raises `CourseError` if there is nothing to grade, or the gradebook cannot be used.
    """
    summary = autograde(course, choice or Choice())
    pages = len(list(course.autograded.glob(f"*/{ASSIGNMENT}/*.ipynb")))
    run_nbgrader(
        course,
        "generate_feedback",
        ASSIGNMENT,
        "--force",
        steps=pages,
        tick="Converting notebook",
    )
    marks = read_marks(course)
    return Graded(summary, marks, export_csv(course, marks), write_report(course, marks))
