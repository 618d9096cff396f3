"""Run solutions of a task through its real tests, many in one kernel.

A notebook is made for it: the cells above the task, solved, and then for each candidate its cell
and a copy of the test. It is executed as a submission is: in the sandbox, and by the judge.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

import nbformat
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_notebook
from nbgrader.utils import determine_grade, is_grade, is_solution
from tqdm import tqdm

from coursekit.autograde.execution import execute
from coursekit.autograde.jobs import ANY_KIT, Job, Settings
from coursekit.autograde.lock import only_grader
from coursekit.autograde.pool import default_workers, local_pool, run_all
from coursekit.autograde.run import Choice, settings_of
from coursekit.course import TRAINING_TAG, Course, CourseError
from coursekit.execute import COPY
from coursekit.outcome import Kind, Outcome
from coursekit.proof import solved_job
from coursekit.source import read_source
from coursekit.stubs import without_solutions
from coursekit.student_run import without_marks

MANY = 24
"""Candidates in one kernel."""
_SECONDS = 20
"""For one cell; a candidate may loop for ever."""
_HIDDEN = "### BEGIN HIDDEN TESTS"


@dataclass(frozen=True)
class Candidate:
    """One text for the cell of a task."""

    notebook: str
    task: str
    name: str
    text: str
    asks_visible: bool = False
    """Whether the visible check alone is run, too."""
    is_trained: bool = False
    """Whether its cell trains; it is judged in a whole notebook then, by what it leaves."""


@dataclass(frozen=True)
class Judged:
    """What the tests said to a candidate; `visible` is None where it was not asked."""

    candidate: Candidate
    accepted: bool
    message: str
    visible: bool | None = None


def judge(course: Course, candidates: Sequence[Candidate]) -> list[Judged]:
    """Return what the tests say, in the order of the candidates. Shows a progress bar."""
    settings = replace(settings_of(course, Choice()), timeout=_SECONDS, allow_unsandboxed=True)
    groups = list(_groups(candidates))
    found: dict[Candidate, Judged] = {}
    with (
        only_grader(course) as scratch,
        local_pool(default_workers(), scratch, settings.preload) as pool,
        tqdm(total=len(candidates), desc="candidates", unit="solution") as bar,
    ):
        for done in run_all(pool, groups, lambda g: _job(course, g, settings), execute):
            if done.problem:
                raise CourseError(f"{done.task[0].task} could not be judged: {done.problem}")
            found.update(_read(done.task, nbformat.reads(done.result.decode(), as_version=4)))
            bar.update(len(done.task))
    return [found[candidate] for candidate in candidates]


def tasks_of(course: Course, name: str) -> dict[str, NotebookNode]:
    """Return the cells of a notebook's tasks that are code, by task, in their order."""
    cells = read_source(course, name).cells
    return {c["id"]: c for c in cells if c.cell_type == "code" and is_solution(c)}


def trains(cell: NotebookNode) -> bool:
    """Return whether a cell trains for long, so that no grader runs it."""
    return TRAINING_TAG in cell.metadata.get("tags", [])


def _groups(candidates: Iterable[Candidate]) -> Iterator[tuple[Candidate, ...]]:
    """Yield groups of one task, each for one kernel."""
    by_task: dict[tuple[str, str], list[Candidate]] = {}
    for candidate in candidates:
        by_task.setdefault((candidate.notebook, candidate.task), []).append(candidate)
    for group in by_task.values():
        many = 1 if group[0].is_trained else MANY
        for start in range(0, len(group), many):
            yield tuple(group[start : start + many])


def _job(course: Course, group: tuple[Candidate, ...], settings: Settings) -> Job:
    name, task = group[0].notebook, group[0].task
    if group[0].is_trained:
        return solved_job(course, name, {task: group[0].text}, settings)
    source = _source(read_source(course, name), task, group)
    submitted = without_solutions(source)
    texts = {f"{task}{COPY}{number}": one.text for number, one in enumerate(group)}
    for cell in submitted.cells:
        cell.source = texts.get(cell["id"], cell.source)
    return Job(
        "candidates",
        name,
        "",
        ANY_KIT,
        nbformat.writes(submitted).encode(),
        nbformat.writes(source).encode(),
        (),
        settings,
    )


def _source(whole: NotebookNode, task: str, group: Sequence[Candidate]) -> NotebookNode:
    """Return an instructor notebook of the cells above a task, and a task for each candidate."""
    cells = []
    for cell in whole.cells:
        if cell["id"] == task:
            stub = cell
            break
        graded = is_grade(cell) or cell["id"].startswith("check_")
        if cell.cell_type == "code" and not graded and not trains(cell):
            cells.append(_cell(cell["id"], without_marks(cell.source)))
    below = {cell["id"]: cell for cell in whole.cells}
    tests = [below[name] for name in (f"test_{task}", f"check_{task}") if name in below]
    tests += [cell for id_, cell in below.items() if id_.startswith(f"test_{task}__")]
    for number, candidate in enumerate(group):
        made = _cell(f"{task}{COPY}{number}", stub.source, solution=True)
        cells.append(made)
        for test in tests:
            points = 1 if is_grade(test) else 0
            cells.append(_cell(f"{test['id']}{COPY}{number}", test.source, points=points))
            if candidate.asks_visible and points and _HIDDEN in test.source:
                visible = test.source.partition(_HIDDEN)[0]
                cells.append(_cell(f"visible_{test['id']}{COPY}{number}", visible, points=1))
    notebook: NotebookNode = new_notebook(cells=cells, metadata=whole.metadata)
    return notebook


def _cell(id_: str, text: str, *, solution: bool = False, points: int = 0) -> NotebookNode:
    info = {
        "grade": points > 0, "grade_id": id_, "locked": not solution, "schema_version": 3,
        "solution": solution, "task": False,
    }  # fmt: skip
    if points:
        info["points"] = points
    return new_code_cell(text, id=id_, metadata={"nbgrader": info})


def _read(group: Sequence[Candidate], executed: NotebookNode) -> dict[Candidate, Judged]:
    if group[0].is_trained:
        tests = [cell for cell in executed.cells if _tests(cell, group[0].task)]
        told = list(dict.fromkeys(m for cell in tests if (m := _refusal(cell)) is not None))
        return {group[0]: Judged(group[0], not told, " ".join(told))}
    said: dict[int, list[str]] = {}
    visible: dict[int, bool] = {}
    for cell in executed.cells:
        name, _, number = cell["id"].rpartition(COPY)
        if not number.isdigit() or is_solution(cell):
            continue
        message = _refusal(cell)
        if name.startswith("visible_"):
            visible[int(number)] = visible.get(int(number), True) and message is None
        else:
            said.setdefault(int(number), []).extend([message] if message is not None else [])
    return {
        one: Judged(one, not said[number], " ".join(said[number]), visible.get(number))
        for number, one in enumerate(group)
    }


def _tests(cell: NotebookNode, task: str) -> bool:
    return is_grade(cell) and cell["id"].split("__")[0] == f"test_{task}"


def _refusal(cell: NotebookNode) -> str | None:
    """Return why a test or a check refuses a solution; None if it does not."""
    if is_grade(cell):
        score, points = determine_grade(cell)
        outcome = Outcome.read_from(cell)
        if score == points:
            return None
        return (
            outcome.message if outcome.kind is Kind.WRONG else f"({outcome.kind}) {outcome.message}"
        )
    errors = [output for output in cell.outputs if output.output_type == "error"]
    return (
        f"{errors[0].ename}: {errors[0].evalue}".removeprefix("CheckFailed: ") if errors else None
    )
