"""One HTML page on a graded class: who has what, which tasks were hard, what to look at."""

import base64
import io
from dataclasses import dataclass
from pathlib import Path

import jinja2
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from coursekit.course import ASSIGNMENT, Course, short_name
from coursekit.files import replacing
from coursekit.marks import StudentMarks, Task, read_tasks
from coursekit.outcome import Kind


def write_report(course: Course, class_marks: list[StudentMarks]) -> Path:
    """Write `reports/report.html`, a page that stands alone and links each feedback page."""
    tasks = read_tasks(course)
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(Path(__file__).parent / "templates"), autoescape=True
    )
    page = environment.get_template("report.html.j2").render(
        assignment=ASSIGNMENT,
        notebooks=[(name, short_name(name)) for name in dict.fromkeys(t.notebook for t in tasks)],
        students=class_marks,
        tasks=[_difficulty(index, task, class_marks) for index, task in enumerate(tasks)],
        points=sum(task.points for task in tasks),
        histogram=_histogram(class_marks, sum(task.points for task in tasks)),
        awaiting=Kind.AWAITING,
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
    scores = [
        mark.score for student in class_marks if (mark := student.marks[index]).score is not None
    ]
    mean = sum(scores) / len(scores) / task.points if scores and task.points else None
    return _Difficulty(task, mean, sum(s >= task.points for s in scores), len(scores))


def _histogram(class_marks: list[StudentMarks], points: float) -> str:
    """Return a PNG of the score distribution as base64 text."""
    figure = Figure(figsize=(7, 2.4), layout="constrained")
    axes = figure.subplots()
    axes.hist([s.total for s in class_marks], bins=20, range=(0, points or 1), color="#0072b2")
    axes.set_xlabel("points so far (without hand-graded answers that still wait)")
    axes.set_ylabel("students")
    axes.yaxis.set_major_locator(MaxNLocator(integer=True))
    image = io.BytesIO()
    figure.savefig(image, format="png", dpi=120)
    return base64.b64encode(image.getvalue()).decode("ascii")
