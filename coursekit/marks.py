"""Read the marks of a graded class: scores from the gradebook, outcomes from the notebooks."""

import itertools
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

import nbformat
from nbformat import NotebookNode
from nbgrader.api import MissingEntry

from coursekit.autograde.jobs import Submission, same_work, submissions
from coursekit.autograde.left import KEY
from coursekit.collect_report import students_set_aside
from coursekit.course import Course, CourseError, short_name
from coursekit.gradebook import open_gradebook
from coursekit.hand_marks import earlier_marks
from coursekit.outcome import Kind, Outcome, outcome_of_written
from coursekit.scores import Score, Scores, read_scores
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


class Standing(StrEnum):
    """How far the grading of one notebook of a student is."""

    GRADED = "graded"
    AWAITING = "awaits hand grading"
    OUTDATED = "graded as handed in before"
    """What is handed in now could not be graded, or is not graded yet; the marks are older."""
    UNREADABLE = "could not be read"
    """What is handed in is no notebook of this part; it counts 0."""
    PARTLY = "partly graded"
    """Only of a student: some notebooks are not graded."""
    NOT_GRADED = "not graded"
    SET_ASIDE = "set aside"
    """What was handed in waits for a person to look at it; collect could not use it."""
    NOT_HANDED_IN = "not handed in"


@dataclass(frozen=True)
class TaskMark:
    """What one student has for one graded cell. `score` is None where there is no mark (yet)."""

    task: Task
    score: float | None
    outcome: Outcome


@dataclass(frozen=True)
class StudentMarks:
    """All marks of one student, in the order of the notebooks, and what clean had to restore."""

    student: str
    marks: list[TaskMark]
    flags: list[str] = field(default_factory=list)
    standing: dict[str, Standing] = field(default_factory=dict)
    """Of each notebook."""
    penalties: dict[str, float] = field(default_factory=dict)
    """Points that a notebook lost as it was late."""
    notes: list[str] = field(default_factory=list)
    """What a person gave for an earlier answer, in sentences."""
    unreadable: dict[str, str] = field(default_factory=dict)
    """Of each notebook whose file could not be read, why."""

    def raw_part(self, notebook: str) -> float:
        """Points in one notebook before its late penalty; what awaits hand grading counts as 0."""
        return sum(mark.score or 0 for mark in self.marks if mark.task.notebook == notebook)

    def part(self, notebook: str) -> float:
        """Points in one notebook."""
        return self.raw_part(notebook) - self.penalties.get(notebook, 0)

    @property
    def raw(self) -> float:
        """Points in all before late penalties."""
        return sum(mark.score or 0 for mark in self.marks)

    @property
    def penalty(self) -> float:
        return sum(self.penalties.values())

    @property
    def total(self) -> float:
        return max(0.0, self.raw - self.penalty)

    @property
    def awaiting(self) -> float:
        """Points that a person has yet to give."""
        return sum(
            mark.task.points
            for mark in self.marks
            if mark.score is None and mark.outcome.kind is Kind.AWAITING
        )

    @property
    def failed(self) -> list[TaskMark]:
        """The marks of tasks that lost points, without those that await hand grading."""
        return [m for m in self.marks if m.score is not None and m.score < m.task.points]

    def has_marks_in(self, notebook: str) -> bool:
        """Return whether something was marked in a notebook, if only with 0."""
        standing = self.standing[notebook]
        return standing in _WITH_MARKS or self.raw_part(notebook) != 0

    @property
    def has_marks(self) -> bool:
        """Whether the total says something: there are marks, or nothing that could have any."""
        return self.status not in (Standing.NOT_GRADED, Standing.SET_ASIDE)

    @property
    def status(self) -> Standing:
        """How far the grading of all notebooks is: what is to be done first."""
        standings = set(self.standing.values())
        for nothing in (Standing.NOT_HANDED_IN, Standing.SET_ASIDE):
            if standings == {nothing}:
                return nothing
        if not standings & _WITH_MARKS:
            return Standing.NOT_GRADED
        if Standing.NOT_GRADED in standings:
            return Standing.PARTLY
        order = (Standing.OUTDATED, Standing.UNREADABLE, Standing.AWAITING)
        return next((one for one in order if one in standings), Standing.GRADED)


_WITH_MARKS = {Standing.GRADED, Standing.AWAITING, Standing.OUTDATED, Standing.UNREADABLE}


def read_tasks(course: Course) -> list[Task]:
    """Return every graded cell of the three source notebooks, in order."""
    return [
        Task(name, cell["id"], float(grading.points), grading.solution)
        for name in course.notebooks
        if (course.source / f"{name}.ipynb").exists()
        for cell in read_source(course, name).cells
        if (grading := cell.metadata.get("nbgrader", {})).get("grade")
    ]


def read_marks(course: Course) -> list[StudentMarks]:
    """Return the marks of every student who handed in or is in the gradebook, ordered by id."""
    tasks = read_tasks(course)
    with open_gradebook(course) as gradebook:
        try:
            submitted = {
                s.student_id: s for s in gradebook.assignment_submissions(course.assignment.name)
            }
        except MissingEntry:
            raise CourseError(
                f"The gradebook does not know {course.assignment.name}; run 'coursekit release' "
                "first."
            ) from None
        read = _Read(
            course,
            tasks,
            read_scores(gradebook, course.assignment.name),
            {
                student: {n.name: n.late_submission_penalty or 0.0 for n in submission.notebooks}
                for student, submission in submitted.items()
            },
            earlier_marks(gradebook),
            students_set_aside(course),
        )
        students = {student.id for student in gradebook.students}
    students |= {submission.student for submission in submissions(course)}
    return [read.student(student) for student in sorted(students)]


@dataclass(frozen=True)
class _Read:
    """What the gradebook says of all students."""

    course: Course
    tasks: list[Task]
    scores: Scores
    penalties: dict[str, dict[str, float]]
    earlier: dict[str, str]
    """By the id of a grade, what a person gave for an earlier answer."""
    set_aside: set[str]

    def student(self, student: str) -> StudentMarks:
        marks: list[TaskMark] = []
        flags: list[str] = []
        standing: dict[str, Standing] = {}
        unreadable: dict[str, str] = {}
        for name, group in itertools.groupby(self.tasks, key=lambda task: task.notebook):
            tasks = list(group)
            notebook = _read_autograded(self.course, student, name)
            scores = {t.cell: self.scores.get((student, name, t.cell)) for t in tasks}
            standing[name] = self._standing(student, name, notebook, scores)
            marks += [_task_mark(t, scores[t.cell], standing[name], notebook) for t in tasks]
            record = _record(notebook)
            if standing[name] is Standing.UNREADABLE:
                unreadable[name] = record["unreadable"]
            flags += [f"{short_name(name)} {flag}" for flag in record.get("flags", [])]
        return StudentMarks(
            student,
            marks,
            flags,
            standing,
            self._penalties(student),
            self._notes(student),
            unreadable,
        )

    def _standing(
        self,
        student: str,
        name: str,
        notebook: NotebookNode | None,
        scores: dict[str, Score | None],
    ) -> Standing:
        submission = Submission(self.course, student)
        collected = submission.folder.is_dir()
        values = [score.value for score in scores.values() if score is not None]
        # a shared gradebook also has students whose files lie in another TA's folder
        elsewhere = not collected and notebook is None and any(values)
        if not elsewhere and (name not in submission.notebooks if collected else notebook is None):
            waits = student in self.set_aside and not submission.notebooks
            return Standing.SET_ASIDE if waits else Standing.NOT_HANDED_IN
        if (collected and notebook is None) or all(value is None for value in values):
            return Standing.NOT_GRADED
        record = _record(notebook)
        key = record.get(KEY)
        if collected and key is not None and not same_work(key, submission.digest(name)):
            return Standing.OUTDATED
        if record.get("unreadable"):
            return Standing.UNREADABLE
        return Standing.AWAITING if None in values else Standing.GRADED

    def _penalties(self, student: str) -> dict[str, float]:
        return {name: p for name, p in self.penalties.get(student, {}).items() if p}

    def _notes(self, student: str) -> list[str]:
        return [
            f"{short_name(task.notebook)} {task.name}: {earlier} were given by hand for an earlier "
            "answer and do not count for this one."
            for task in self.tasks
            if (score := self.scores.get((student, task.notebook, task.cell))) is not None
            and (earlier := self.earlier.get(score.id)) is not None
        ]


def _read_autograded(course: Course, student: str, name: str) -> NotebookNode | None:
    """Return an autograded notebook; None if there is none, or none that can be read."""
    path = course.autograded / student / course.assignment.name / f"{name}.ipynb"
    try:
        return nbformat.read(path, as_version=4)
    except (OSError, ValueError):
        return None


def _record(notebook: NotebookNode | None) -> dict[str, Any]:
    """Return what grading wrote on an autograded notebook as a whole."""
    return notebook.metadata.get("coursekit", {}) if notebook else {}


def _task_mark(
    task: Task, score: Score | None, standing: Standing, notebook: NotebookNode | None
) -> TaskMark:
    value = None if score is None else score.value
    if standing is Standing.SET_ASIDE:
        return TaskMark(task, None, Outcome(Kind.NOT_GRADED, "What was handed in was set aside."))
    if standing is Standing.NOT_HANDED_IN:
        missing = f"{task.notebook}.ipynb was not among the submitted files."
        return TaskMark(task, value or 0.0, Outcome(Kind.MISSING, missing))
    if notebook is None and standing is not Standing.NOT_GRADED:
        kind = Kind.AWAITING if value is None else Kind.GRADED
        return TaskMark(task, value, Outcome(kind, "What was graded lies in another folder."))
    cells = {cell["id"]: cell for cell in notebook.cells} if notebook else {}
    if standing is Standing.NOT_GRADED or task.cell not in cells:
        return TaskMark(task, value, Outcome(Kind.NOT_GRADED, "It has not been graded yet."))
    cell = cells[task.cell]
    if task.written:
        return TaskMark(task, value, outcome_of_written(cell, awaiting=value is None))
    outcome = Outcome.read_from(cell)
    if score is not None and score.by_hand is not None:
        said = f"{outcome.kind}. {outcome.message}".strip()
        outcome = Outcome(Kind.GRADED, f"A person gave this mark. The test said: {said}")
    return TaskMark(task, value, outcome)
