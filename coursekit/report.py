"""One HTML page on a graded class: who has what, which tasks were hard, what to look at."""

import base64
import io
from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path

import jinja2
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from coursekit.attention import is_judged, not_listed, set_aside, tasks_without_points
from coursekit.changed_marks import read_changes
from coursekit.course import Course, short_name
from coursekit.files import replacing
from coursekit.marks import Standing, StudentMarks, Task, read_tasks
from coursekit.outcome import Kind
from coursekit.pages.write import page_of

_MOST_CHANGES = 500
"""Changed marks that the page lists, the latest first; the file beside it has them all."""


def write_report(
    course: Course,
    class_marks: list[StudentMarks],
    problems: Mapping[str, str] | None = None,
    with_page: Collection[str] | None = None,
) -> Path:
    """Write `reports/report.html`, a page that stands alone and links each feedback page.

    `problems` says why a student could not be graded now. `with_page` are the students whose
    feedback pages are linked; None stands for those whose pages are there.
    """
    if with_page is None:
        names = [student.student for student in class_marks]
        with_page = {name for name in names if page_of(course, name).is_file()}
    tasks = read_tasks(course)
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(Path(__file__).parent / "templates"), autoescape=True
    )
    page = environment.get_template("report.html.j2").render(
        assignment=course.assignment.name,
        notebooks=[(name, short_name(name)) for name in dict.fromkeys(t.notebook for t in tasks)],
        students=class_marks,
        problems=problems or {},
        with_page=with_page,
        set_aside=set_aside(course),
        not_listed=not_listed(course),
        statuses=Counter(student.status for student in class_marks),
        without_points=tasks_without_points(class_marks),
        changes=read_changes(course)[:_MOST_CHANGES],
        tasks=[_difficulty(index, task, class_marks) for index, task in enumerate(tasks)],
        points=sum(task.points for task in tasks),
        histogram=_histogram(class_marks, sum(task.points for task in tasks)),
        awaiting=Kind.AWAITING,
        standing=Standing,
    )
    target = course.reports / "report.html"
    with replacing(target) as file:
        file.write(page)
    return target


@dataclass(frozen=True)
class _Difficulty:
    task: Task
    mean: float | None
    full: int
    graded: int


def _difficulty(index: int, task: Task, class_marks: list[StudentMarks]) -> _Difficulty:
    there = [mark for student in class_marks if is_judged(mark := student.marks[index])]
    scores = [mark.score for mark in there if mark.score is not None]
    mean = sum(scores) / len(scores) / task.points if scores and task.points else None
    return _Difficulty(task, mean, sum(s >= task.points for s in scores), len(scores))


def _histogram(class_marks: list[StudentMarks], points: float) -> str:
    """Return a PNG of the score distribution as base64 text."""
    totals = [s.total for s in class_marks if s.has_marks and s.status != Standing.NOT_HANDED_IN]
    figure = Figure(figsize=(7, 2.4), layout="constrained")
    axes = figure.subplots()
    axes.hist(totals, bins=20, range=(0, points or 1), color="#0072b2")
    axes.set_xlabel("points so far (without hand-graded answers that still wait)")
    axes.set_ylabel("students")
    axes.yaxis.set_major_locator(MaxNLocator(integer=True))
    image = io.BytesIO()
    figure.savefig(image, format="png", dpi=120)
    return base64.b64encode(image.getvalue()).decode("ascii")
