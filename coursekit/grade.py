"""Grade a class: autograde what is left of it, then write marks, the report and feedback."""

from dataclasses import dataclass
from pathlib import Path

from coursekit.attention import say_result
from coursekit.autograde.run import Choice, Summary, autograde
from coursekit.course import Course
from coursekit.export import export_csv
from coursekit.marks import StudentMarks, read_marks
from coursekit.pages.write import has_page, write_feedback
from coursekit.report import write_report


@dataclass(frozen=True)
class Graded:
    """A graded class, where its marks and its report lie, and what was met on the way."""

    course: Course
    summary: Summary
    marks: list[StudentMarks]
    table: Path
    report: Path
    pages: list[str]
    """What kept somebody's feedback page from being as it should."""

    def result(self) -> tuple[str, int]:
        """Return what to tell a person at the end, and the exit status."""
        return say_result(self.course, self.summary, self.marks, self.pages)


def grade(course: Course, choice: Choice | None = None) -> Graded:
    """Autograde what is left in `submitted/` of what is chosen, then write what comes of it.

    A submission that cannot be processed does not keep the others from being graded, nor a page
    that cannot be made the marks from being written. Raises `CourseError` if there is nothing to
    grade, or the gradebook cannot be used.
    """
    summary = autograde(course, choice or Choice())
    marks = read_marks(course)
    table = export_csv(course, marks)
    told = [student for student in marks if has_page(course, student)]
    report = write_report(course, marks, summary.problems, {student.student for student in told})
    pages = write_feedback(course, told)
    return Graded(course, summary, marks, table, report, pages)
