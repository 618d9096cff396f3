"""Write the marks of the class as a CSV file."""

import csv
from pathlib import Path

from coursekit.course import Course, short_name
from coursekit.files import replacing
from coursekit.marks import StudentMarks, read_tasks


def export_csv(course: Course, class_marks: list[StudentMarks]) -> Path:
    """Write `reports/marks.csv`: a line per student with parts, total and every task.

    `awaiting` is the number of points that a person has yet to give; those tasks are left empty.
    """
    tasks = read_tasks(course)
    notebooks = list(dict.fromkeys(task.notebook for task in tasks))
    target = course.reports / "marks.csv"
    with replacing(target) as file:
        writer = csv.writer(file)
        writer.writerow(
            [
                "student",
                *(short_name(name) for name in notebooks),
                "total",
                "awaiting",
                *(task.name for task in tasks),
            ]
        )
        for student in class_marks:
            writer.writerow(
                [
                    _safe(student.student),
                    *(f"{student.part(name):g}" for name in notebooks),
                    f"{student.total:g}",
                    f"{student.awaiting:g}",
                    *("" if m.score is None else f"{m.score:g}" for m in student.marks),
                ]
            )
    return target


def _safe(text: str) -> str:
    """Keep a spreadsheet from reading a student's id as a formula."""
    return "'" + text if text.startswith(("=", "+", "-", "@", "\t")) else text
