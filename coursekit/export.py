"""Write the marks of the class as a CSV file."""

import csv
from pathlib import Path

from coursekit.course import Course, short_name
from coursekit.files import replacing
from coursekit.marks import Standing, StudentMarks, TaskMark, read_tasks


def export_csv(course: Course, class_marks: list[StudentMarks]) -> Path:
    """Write `reports/marks.csv`: a line per student with parts, total and every task.

    0 is a mark. A part or a task without one is empty, and the columns of standing say why: not
    graded, not handed in, or waiting for a person, who has yet to give the points of `awaiting`.
    Parts and total are after late penalties, `raw` is before.
    """
    tasks = read_tasks(course)
    notebooks = list(dict.fromkeys(task.notebook for task in tasks))
    shorts = [short_name(name) for name in notebooks]
    target = course.reports / "marks.csv"
    with replacing(target) as file:
        writer = csv.writer(file)
        writer.writerow(
            [
                *("student", *shorts, "total", "awaiting"),
                *(task.name for task in tasks),
                *("status", *(f"{short} status" for short in shorts), "raw", "late penalty"),
            ]
        )
        for student in class_marks:
            graded = student.has_marks
            writer.writerow(
                [
                    safe_cell(student.student),
                    *(_part(student, name) for name in notebooks),
                    _points(student.total) if graded else "",
                    _points(student.awaiting),
                    *(_task(student, mark) for mark in student.marks),
                    student.status,
                    *(student.standing[name] for name in notebooks),
                    _points(student.raw) if graded else "",
                    _points(student.penalty) if graded else "",
                ]
            )
    return target


def _part(student: StudentMarks, notebook: str) -> str:
    return _points(student.part(notebook)) if student.has_marks_in(notebook) else ""


def _task(student: StudentMarks, mark: TaskMark) -> str:
    nothing_there = student.standing[mark.task.notebook] is Standing.NOT_HANDED_IN
    return "" if mark.score is None or (nothing_there and not mark.score) else _points(mark.score)


def _points(points: float) -> str:
    return f"{points:g}"


def safe_cell(text: str) -> str:
    """Keep a spreadsheet from reading a text as a formula."""
    return "'" + text if text.startswith(("=", "+", "-", "@", "\t")) else text
