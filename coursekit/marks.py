"""Read the marks of a graded class: scores from the gradebook, outcomes from the notebooks."""

import itertools
from dataclasses import dataclass, field

import nbformat
from nbgrader.api import MissingEntry

from coursekit.course import ASSIGNMENT, NOTEBOOKS, Course, CourseError, short_name
from coursekit.gradebook import open_gradebook
from coursekit.outcome import Kind, Outcome, outcome_of_written
from coursekit.source import read_source


@dataclass(frozen=True)
class Task:
    """One graded cell of the source: its notebook, its grade id and its points."""

    notebook: str
    cell: str
    points: float
    written: bool

    @property
    def name(self) -> str:
        """The task's id, with a tier's suffix: `test_softmax` belongs to `softmax`."""
        return self.cell.removeprefix("test_")


@dataclass(frozen=True)
class TaskMark:
    """What one student has for one graded cell. `score` is None until a person grades it."""

    task: Task
    score: float | None
    outcome: Outcome


@dataclass(frozen=True)
class StudentMarks:
    """All marks of one student, in the order of the notebooks, and what clean had to restore."""

    student: str
    marks: list[TaskMark]
    flags: list[str] = field(default_factory=list)

    def part(self, notebook: str) -> float:
        """Points in one notebook; what awaits hand grading counts as 0."""
        return sum(mark.score or 0 for mark in self.marks if mark.task.notebook == notebook)

    @property
    def total(self) -> float:
        return sum(mark.score or 0 for mark in self.marks)

    @property
    def awaiting(self) -> float:
        """Points that a person has yet to give."""
        return sum(mark.task.points for mark in self.marks if mark.score is None)

    @property
    def failed(self) -> list[TaskMark]:
        """The marks of tasks that lost points, without those that await hand grading."""
        return [m for m in self.marks if m.score is not None and m.score < m.task.points]


def read_tasks(course: Course) -> list[Task]:
    """Return every graded cell of the three source notebooks, in order."""
    return [
        Task(name, cell["id"], float(grading.points), grading.solution)
        for name in NOTEBOOKS
        if (course.source / f"{name}.ipynb").exists()
        for cell in read_source(course, name).cells
        if (grading := cell.metadata.get("nbgrader", {})).get("grade")
    ]


def read_marks(course: Course) -> list[StudentMarks]:
    """Return the marks of every student with a submission, ordered by id."""
    tasks = read_tasks(course)
    with open_gradebook(course) as gradebook:
        try:
            submissions = gradebook.assignment_submissions(ASSIGNMENT)
        except MissingEntry:
            raise CourseError(
                f"The gradebook does not know {ASSIGNMENT}; run 'coursekit release' first."
            ) from None
        scores = {
            submission.student_id: {
                (notebook.name, grade.name): None if grade.needs_manual_grade else grade.score
                for notebook in submission.notebooks
                for grade in notebook.grades
            }
            for submission in submissions
        }
    return [_student_marks(course, student, tasks, scores[student]) for student in sorted(scores)]


def _student_marks(
    course: Course,
    student: str,
    tasks: list[Task],
    scores: dict[tuple[str, str], float | None],
) -> StudentMarks:
    marks: list[TaskMark] = []
    flags: list[str] = []
    for name, group in itertools.groupby(tasks, key=lambda task: task.notebook):
        path = course.autograded / student / ASSIGNMENT / f"{name}.ipynb"
        if not path.exists():
            missing = Outcome(Kind.MISSING, f"{name}.ipynb was not among the submitted files.")
            marks += [TaskMark(task, scores.get((name, task.cell)) or 0, missing) for task in group]
            continue
        notebook = nbformat.read(path, as_version=4)
        cells = {cell["id"]: cell for cell in notebook.cells}
        for task in group:
            score = scores.get((name, task.cell), 0.0)
            cell = cells[task.cell]
            outcome = (
                outcome_of_written(cell, awaiting=score is None)
                if task.written
                else Outcome.read_from(cell)
            )
            marks.append(TaskMark(task, score, outcome))
        flags += [f"{short_name(name)} {flag}" for flag in notebook.metadata["coursekit"]["flags"]]
    return StudentMarks(student, marks, flags)
