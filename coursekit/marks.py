"""Read the marks of a graded class: scores from the gradebook, outcomes from the notebooks."""

from dataclasses import dataclass, field

import nbformat
from nbgrader.api import Gradebook, MissingEntry

from coursekit.course import ASSIGNMENT, NOTEBOOKS, Course, CourseError
from coursekit.outcome import Kind, Outcome
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
    if not course.gradebook.exists():
        raise CourseError(
            f"There is no gradebook at {course.gradebook}; run 'coursekit release' and grade first."
        )
    tasks = read_tasks(course)
    with Gradebook(course.gradebook_url) as gradebook:
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
    outcomes: dict[str, Outcome] = {}
    flags: list[str] = []
    for name in dict.fromkeys(task.notebook for task in tasks):
        path = course.autograded / student / ASSIGNMENT / f"{name}.ipynb"
        if not path.exists():
            continue
        notebook = nbformat.read(path, as_version=4)
        part = name.removeprefix(ASSIGNMENT + "-")[:1]
        flags += [f"1-{part} {f}" for f in notebook.metadata.get("coursekit", {}).get("flags", [])]
        outcomes |= {
            f"{name}/{cell['id']}": Outcome.read_from(cell)
            for cell in notebook.cells
            if cell.cell_type == "code" and "coursekit" in cell.metadata
        } | {f"{name}/": Outcome(Kind.PASSED)}
    return StudentMarks(
        student,
        [_task_mark(task, scores.get((task.notebook, task.cell)), outcomes) for task in tasks],
        flags,
    )


def _task_mark(task: Task, score: float | None, outcomes: dict[str, Outcome]) -> TaskMark:
    if f"{task.notebook}/" not in outcomes:
        missing = Outcome(Kind.MISSING, f"{task.notebook}.ipynb was not among the submitted files.")
        return TaskMark(task, score or 0.0, missing)
    if task.written:
        if score is None:
            return TaskMark(task, None, Outcome(Kind.AWAITING))
        return TaskMark(
            task, score, Outcome(Kind.PASSED) if score else Outcome(Kind.UNSOLVED, "No answer.")
        )
    unknown = Outcome(Kind.NOT_REACHED, "The grader did not run this test.")
    return TaskMark(task, score or 0.0, outcomes.get(f"{task.notebook}/{task.cell}", unknown))
