"""Many solutions of one task in one kernel: each before the cells that judge it, one by one.

The cells around a task are those of the notebook, as far as the task and its tests use them. Each
solution takes the place of the one before it, then its tests run as graded cells do, in the judge.
At the end the reference stands there again: if its tests fail now, a solution has spoiled something
for those after it, and all of them are to be tried again in smaller groups.
"""

import ast
import dataclasses
import socket
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_notebook
from nbgrader.utils import is_grade, is_solution
from traitlets.config import Config

from coursekit.autograde.jobs import Settings
from coursekit.course import REPOSITORY, TRAINING_TAG, Course
from coursekit.execute import ExecuteSubmission
from coursekit.judge.names import bound_names, foreign_names, hidden_lines, is_test
from coursekit.judge.verdict import Verdict
from coursekit.outcome import Kind, Outcome
from coursekit.student_run import without_marks


@dataclass(frozen=True)
class Judged:
    """What became of one solution."""

    accepted: bool
    by_visible: bool = False
    """Whether the visible part of a test refused it, if it was refused."""
    kind: str = str(Kind.PASSED)
    message: str = ""


@dataclass(frozen=True)
class Stage:
    """Solutions of one task, as the texts of its cell, to be judged one after the other."""

    notebook: str
    task: str
    source: bytes
    """The instructor's notebook."""
    texts: tuple[str, ...]
    settings: Settings


class SpoiltError(Exception):
    """The reference lost points behind other solutions, so nothing that was found is certain."""


def judge(stage: Stage, *, trusting: bool = False) -> list[Judged]:
    """Return what becomes of each solution of a stage.

    Raises `SpoiltError` if the reference does not pass at the end, unless `trusting`.
    """
    source = nbformat.reads(stage.source.decode(), as_version=4)
    judges = judges_of(source, stage.task)
    reference = next(cell.source for cell in source.cells if cell["id"] == stage.task)
    cells = [
        _own(f"c{i}", cell) for i, cell in enumerate(surroundings(source, stage.task, stage.texts))
    ]
    for i, text in enumerate((*stage.texts, without_marks(reference))):
        cells.append(new_code_cell(text, id=f"s{i}"))
        for j, cell in enumerate(judges):
            cells += _trials(cell, i, j)
    executed = _run(stage, cells)
    by_id = {cell["id"]: cell for cell in executed.cells}
    found = [_judged(stage.task, judges, by_id, i) for i in range(len(stage.texts) + 1)]
    if not (found[-1].accepted or trusting):
        raise SpoiltError(f"{stage.task}: {found[-1].kind}. {found[-1].message}")
    return found[:-1]


def judges_of(source: NotebookNode, task: str) -> list[NotebookNode]:
    """Return the cells that judge a task: its check or its tests."""
    return [
        cell
        for cell in source.cells
        if cell.cell_type == "code"
        and cell["id"].split("__")[0] in (f"test_{task}", f"check_{task}")
    ]


def surroundings(source: NotebookNode, task: str, texts: Iterable[str] = ()) -> list[NotebookNode]:
    """Return the cells, in order, that a task and its tests need: imports, data, earlier tasks.

    `texts` are solutions, which may use more of the notebook than the reference does.
    """
    judges = judges_of(source, task)
    last = max(i for i, cell in enumerate(source.cells) if cell in judges)
    before = [
        cell
        for cell in source.cells[:last]
        if cell.cell_type == "code"
        and not is_grade(cell)
        and TRAINING_TAG not in cell.metadata.get("tags", [])
        and not cell["id"].startswith("check_")
        and cell["id"] != task
        and _is_python(cell.source)
    ]
    own = [cell for cell in source.cells if cell["id"] == task]
    asking = (*(cell.source for cell in (*own, *judges)), *filter(_is_python, texts))
    wanted = set().union(*map(foreign_names, asking))
    first_task = next((i for i, cell in enumerate(before) if is_solution(cell)), len(before))
    chosen: list[NotebookNode] = []
    for i, cell in reversed(list(enumerate(before))):
        bound = bound_names(cell.source)
        prepares = not bound and i < first_task  # data, threads; later ones only show something
        if bound & wanted or prepares:
            chosen.append(cell)
            wanted |= foreign_names(cell.source)
    return chosen[::-1]


def _is_python(text: str) -> bool:
    try:
        ast.parse(text)
    except SyntaxError:
        return False
    return True


def _own(cell_id: str, cell: NotebookNode) -> NotebookNode:
    text = without_marks(cell.source) if is_solution(cell) else cell.source
    return new_code_cell(text, id=cell_id)


def _trials(cell: NotebookNode, i: int, j: int) -> list[NotebookNode]:
    """Return the cells that judge solution `i` by a test: its visible part, then all of it."""
    if not is_test(cell):
        return [new_code_cell(cell.source, id=f"a{i}-{j}")]
    hidden = hidden_lines(cell.source)
    lines = cell.source.splitlines()
    visible = "\n".join(line for n, line in enumerate(lines, start=1) if n not in hidden)
    metadata = {"nbgrader": dict(cell.metadata["nbgrader"])}
    trials = [new_code_cell(cell.source, id=f"a{i}-{j}", metadata=metadata)]
    if hidden and visible.strip():
        trials.insert(0, new_code_cell(visible, id=f"v{i}-{j}", metadata=metadata))
    return [nbformat.from_dict(trial) for trial in trials]


def _judged(
    task: str, judges: list[NotebookNode], by_id: dict[str, NotebookNode], i: int
) -> Judged:
    for j, cell in enumerate(judges):
        if not is_test(cell):
            said = _error_of_check(by_id[f"a{i}-{j}"], task)
            if said:
                return Judged(False, True, str(Kind.WRONG), said)
            continue
        outcome = Outcome.read_from(by_id[f"a{i}-{j}"])
        if outcome.kind is Kind.PASSED:
            continue
        visible = by_id.get(f"v{i}-{j}")
        by_visible = visible is not None and Outcome.read_from(visible).kind is not Kind.PASSED
        return Judged(False, by_visible, str(outcome.kind), outcome.message)
    return Judged(True)


def _error_of_check(cell: NotebookNode, task: str) -> str:
    for output in cell.outputs:
        if output.output_type == "error":
            name = "" if output.ename == "CheckFailed" else f"{output.ename}: "
            return f"{name}{output.evalue}"
    printed = "".join(output.text for output in cell.outputs if output.output_type == "stream")
    return "" if f"{task}: passed" in printed else "The check did not run to its end."


class _Execute(ExecuteSubmission):
    """Executes cells each of which is judged as if no other test had lost a point."""

    async def _verdict(self, source: str, connection: socket.socket) -> Verdict:
        kept, self.nb = self.nb, new_notebook()
        try:
            return await super()._verdict(source, connection)
        finally:
            self.nb = kept


def _run(stage: Stage, cells: list[NotebookNode]) -> NotebookNode:
    notebook = new_notebook(cells=cells, metadata={"coursekit": {"flags": []}})
    with tempfile.TemporaryDirectory(prefix="proof-", ignore_cleanup_errors=True) as folder:
        course = Course(Path(folder))
        source = course.root / "source" / "proof"
        source.mkdir(parents=True)
        (source / f"{stage.notebook}.ipynb").write_bytes(stage.source)
        submission = course.submitted / "proof" / "proof"
        (submission / "model_checkpoints").mkdir(parents=True)
        made = REPOSITORY / "build"
        made.mkdir(exist_ok=True)
        (course.root / "build").symlink_to(made)
        config = Config()
        config.CourseDirectory.root = folder
        config.ExecuteSubmission.update(dataclasses.asdict(stage.settings))
        resources: dict[str, Any] = {
            "metadata": {"path": str(submission)},
            "nbgrader": {"notebook": stage.notebook, "student": "proof"},
        }
        executed, _ = _Execute(config=config).preprocess(nbformat.from_dict(notebook), resources)
    return executed
