"""The zoo of solutions in `tests/solutions`, handed in and graded like a class by nbgrader itself.

A submission holds one notebook, solved by the instructor's solutions but for those under test.
Grading a notebook costs seconds, so solutions of different tasks share a submission.

A wrong solution that costs points of other graded cells too, since their tests go through its task,
says so in the last line of its docstring: `Also breaks: accuracy_by_training_size`.
"""

import ast
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any, ClassVar

import nbformat
import pytest
from nbformat import NotebookNode
from notebook_runner import SOLUTIONS
from reading import region
from task_graph import cells_of, code_tasks, needs
from this_course import ASSIGNMENT, find_notebook

from coursekit.course import Course, new_course
from coursekit.marks import StudentMarks, TaskMark, read_marks
from coursekit.nbgrader_command import run_nbgrader
from coursekit.outcome import Kind
from coursekit.release import release, write_notebook
from coursekit.solved import solve

SHARED_SUBMISSIONS = 12
"""How many submissions of a notebook `make test` grades; `make test-all` grades every solution."""

_ALSO_BREAKS = re.compile(r"^Also breaks:\s(.*)\Z", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Solution:
    """One file of the zoo: `tests/solutions/<task>/<name>.py`."""

    notebook: str
    task: str
    name: str

    def __str__(self) -> str:
        return f"{self.task}-{self.name}"

    @property
    def right(self) -> bool:
        return self.name.startswith("right_")

    @cached_property
    def text(self) -> str:
        return (SOLUTIONS / self.task / f"{self.name}.py").read_text(encoding="utf-8")

    @cached_property
    def docstring(self) -> str:
        return ast.get_docstring(ast.parse(self.text)) or ""

    @cached_property
    def also_breaks(self) -> frozenset[str]:
        """Names of graded cells of other tasks that lose their points too."""
        found = _ALSO_BREAKS.search(self.docstring)
        return frozenset(re.findall(r"\w+", found[1])) if found else frozenset()

    @cached_property
    def touches(self) -> frozenset[str]:
        """The other tasks that its grade depends on, and those that it breaks."""
        broken = {task_of(name) for name in self.also_breaks}
        return (needs(self.notebook, self.task, self.text) | broken) - {self.task}


@dataclass(frozen=True)
class Graded:
    """What became of one submission: graded cells by name, self-checks by task."""

    marks: dict[str, TaskMark]
    self_checks: dict[str, str]
    """The error that the check of an Exercise ended with, "" if it passed."""

    @property
    def lost(self) -> set[str]:
        return {name for name, mark in self.marks.items() if mark.score != mark.task.points}


def task_of(graded_cell: str) -> str:
    """Return "problem2" for "problem2__90"."""
    return graded_cell.split("__")[0]


@lru_cache(maxsize=3)
def zoo(notebook: str) -> list[Solution]:
    """Return every solution of the tasks of a notebook, in the order of its tasks."""
    return [
        Solution(notebook, task, path.stem)
        for task in code_tasks(notebook)
        for path in sorted((SOLUTIONS / task).glob("*.py"))
    ]


def share(solutions: Sequence[Solution]) -> list[list[Solution]]:
    """Put solutions into as few submissions as possible, right and wrong ones apart.

    No two in a submission are of one task, and none is wrong in what another one's tests go
    through. The first submissions hold the first solutions of each task.
    """
    rank = {
        one: sum(other.task == one.task for other in solutions[:i])
        for i, one in enumerate(solutions)
    }
    submissions: list[list[Solution]] = []
    for solution in sorted(solutions, key=lambda one: (one.right, rank[one])):
        for submission in submissions:
            if all(_fit(solution, other) for other in submission):
                submission.append(solution)
                break
        else:
            submissions.append([solution])
    return submissions


def _fit(one: Solution, other: Solution) -> bool:
    if one.right or other.right:
        return one.right and other.right and one.task != other.task
    return (
        one.task != other.task and one.task not in other.touches and other.task not in one.touches
    )


def grade(folder: Path, notebook: str, submissions: Sequence[Sequence[Solution]]) -> list[Graded]:
    """Release the course in `folder`, hand the submissions in, grade them; return the results."""
    course = new_course(folder)
    release(course)
    students = [f"student-{number:03}" for number in range(len(submissions))]
    for student, solutions in zip(students, submissions, strict=True):
        hand_in(course, student, notebook, {one.task: one.text for one in solutions})
    run_nbgrader(course, "autograde", ASSIGNMENT)
    results = {marks.student: marks for marks in read_marks(course)}
    return [_graded(course, notebook, results[student]) for student in students]


def hand_in(course: Course, student: str, notebook: str, texts: dict[str, str]) -> None:
    """Submit a notebook with `texts` in the cells of their tasks, and what its training leaves."""
    name = find_notebook(notebook)
    folder = course.submitted / student / ASSIGNMENT
    (folder / "model_checkpoints").mkdir(parents=True)
    student_version = nbformat.read(course.root / f"{name}.ipynb", as_version=4)
    work = solve(course, name, texts, student_version)
    write_notebook(folder / f"{name}.ipynb", work.notebook)
    for file, content in work.checkpoints.items():
        (folder / "model_checkpoints" / file).write_bytes(content)


def _graded(course: Course, notebook: str, student: StudentMarks) -> Graded:
    name = find_notebook(notebook)
    path = course.autograded / student.student / ASSIGNMENT / f"{name}.ipynb"
    return Graded(
        {
            mark.task.name: mark
            for mark in student.marks
            if mark.task.notebook == name and not mark.task.written
        },
        {
            (task := cell["id"].removeprefix("check_")): _error_of(cell, task)
            for cell in nbformat.read(path, as_version=4).cells
            if cell["id"].startswith("check_")
        },
    )


def _error_of(cell: NotebookNode, task: str) -> str:
    errors = [output for output in cell.outputs if output.output_type == "error"]
    if errors:
        return f"{errors[0].ename}: {errors[0].evalue}"
    printed = "".join(output.text for output in cell.outputs if output.output_type == "stream")
    return "" if f"{task}: passed" in printed else "the check did not run to its end"


class GradedSolutions:
    """The tests of one notebook's zoo. `ALONE` gives each solution a submission of its own."""

    NOTEBOOK: ClassVar[str]
    ALONE: ClassVar[bool] = False

    def pytest_generate_tests(self, metafunc: pytest.Metafunc) -> None:
        for name, kind in (("right", True), ("wrong", False)):
            if name in metafunc.fixturenames:
                chosen = [one for group in self.groups() for one in group if one.right is kind]
                metafunc.parametrize(name, chosen, ids=str)

    @classmethod
    def groups(cls) -> list[list[Solution]]:
        everything = zoo(cls.NOTEBOOK)
        return [[one] for one in everything] if cls.ALONE else _some(share(everything))

    @pytest.fixture(scope="class")
    @classmethod
    def results(cls, tmp_path_factory: pytest.TempPathFactory) -> list[tuple[Any, Graded]]:
        groups = cls.groups()
        return list(
            zip(groups, grade(tmp_path_factory.mktemp("zoo"), cls.NOTEBOOK, groups), strict=True)
        )

    @pytest.fixture(scope="class")
    @classmethod
    def graded(cls, results: list[tuple[Any, Graded]]) -> dict[Solution, Graded]:
        return {one: result for group, result in results for one in group}

    def test_right_has_full_marks(self, right: Solution, graded: dict[Solution, Graded]) -> None:
        found = "\n".join(complaints(right, graded[right]))
        assert not found, found

    def test_wrong_loses_its_points(self, wrong: Solution, graded: dict[Solution, Graded]) -> None:
        found = "\n".join(complaints(wrong, graded[wrong]))
        assert not found, found

    def test_nothing_else_loses_points(self, results: list[tuple[Any, Graded]]) -> None:
        """A task that builds on two wrong ones may fall with them; with one, it may not."""
        strays = {}
        for group, result in results:
            wrong = [one for one in group if not one.right]
            broken = {one.task for one in wrong}.union(*(one.also_breaks for one in wrong))
            lost = result.lost | {task for task, error in result.self_checks.items() if error}
            stray = {
                name
                for name in lost
                if not {name, task_of(name)} & broken
                and len(needs(self.NOTEBOOK, task_of(name), "") & broken) < 2
            }
            if stray:
                strays[", ".join(map(str, group))] = stray
        assert not strays, strays


def _some(submissions: list[list[Solution]]) -> list[list[Solution]]:
    """Return SHARED_SUBMISSIONS of them, a quarter of which hold right solutions."""
    right = [one for one in submissions if one[0].right]
    wrong = [one for one in submissions if not one[0].right]
    return right[: SHARED_SUBMISSIONS // 4] + wrong[: SHARED_SUBMISSIONS * 3 // 4]


def complaints(solution: Solution, result: Graded) -> Iterator[str]:
    """Yield what is not as it should be with the grade of one solution, in sentences."""
    own = {name for name in result.marks if task_of(name) == solution.task}
    if not own:
        yield from _complaints_about_exercise(solution, result.self_checks[solution.task])
        return
    lost = own & result.lost
    if solution.right:
        for name in lost:
            yield f"{name} lost its points: {result.marks[name].outcome.message}"
        return
    if not lost:
        yield "no test noticed that it is wrong"
    for name in solution.also_breaks - result.lost:
        yield f"{name} keeps its points; take it out of 'Also breaks'"
    for name in lost:
        outcome = result.marks[name].outcome
        if outcome.kind is not Kind.WRONG:
            yield f"{name} ended as '{outcome.kind}': {outcome.message}"
        yield from _complaints_about_message(solution, f"test_{name}", outcome.message)


def _complaints_about_exercise(solution: Solution, error: str) -> Iterator[str]:
    if solution.right:
        if error:
            yield f"its check says {error}"
        return
    if not error.startswith("CheckFailed: "):
        yield f"its check does not say what is wrong, but {error!r}"
    yield from _complaints_about_message(
        solution, f"check_{solution.task}", error.removeprefix("CheckFailed: ")
    )


def _complaints_about_message(solution: Solution, cell: str, message: str) -> Iterator[str]:
    """Yield what a student should not read in the message of a test."""
    if not message.startswith(f"{solution.task}: "):
        yield f"the message of {cell} does not name its task: {message}"
    if "Traceback" in message or re.search(r"\[\[.*\n|\d\.\d{5}", message):
        yield f"the message of {cell} shows a traceback or values: {message}"
    (source,) = (one.source for one in cells_of(solution.notebook) if one["id"] == cell)
    for line in region(source, "HIDDEN TESTS"):
        if len(line) > 24 and line in message:  # a shorter one may be what anybody would write
            yield f"the message of {cell} shows the hidden line {line!r}"
