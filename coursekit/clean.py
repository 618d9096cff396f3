"""Bring a submitted notebook back to what the instructor owns, before anything of it runs.

Of a submission only the text of cells counts. Metadata passes an allow-list, locked cells get the
instructor's text and tags again, cells that are missing come back, second cells with the same id
lose it, outputs go. What was restored is noted for a person to judge.
"""

import copy
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode
from nbgrader.preprocessors import NbGraderPreprocessor

from coursekit.course import Course
from coursekit.source import read_source
from coursekit.stubs import without_solutions
from coursekit.submitted_notebook import RECORD

_OWNED_METADATA = ("nbgrader", "tags")


class CleanSubmission(NbGraderPreprocessor):
    """The first step of `nbgrader autograde`: `clean` against the notebook in `source/`."""

    def preprocess(
        self, nb: NotebookNode, resources: dict[str, Any]
    ) -> tuple[NotebookNode, dict[str, Any]]:
        course = Course(Path(self.config.CourseDirectory.root))
        source = read_source(course, resources["nbgrader"]["notebook"])
        return clean(nb, source), resources


def clean(submitted: NotebookNode, source: NotebookNode) -> NotebookNode:
    """Return a new notebook: the student's work inside the instructor's frame.

    `source` is the instructor version of the same notebook. The result's metadata holds
    `coursekit.flags`, a list of sentences on what had to be restored; of a file that could not be
    read, the instructor's frame is all there is, and `coursekit.unreadable` says why.
    """
    if problem := submitted.metadata.get(RECORD, {}).get("unreadable"):
        return _frame(source, problem)
    owned = {cell["id"]: cell for cell in without_solutions(source).cells if _grade_id(cell)}
    flags: list[str] = []
    cells: list[NotebookNode] = []
    kept = _choose_duplicates(submitted.cells, owned, flags)
    for index, cell in enumerate(submitted.cells):
        if index in kept:
            cells.append(_restore(cell, owned[kept[index]], flags))
        else:
            cells.append(_foreign(cell, number=index, flags=flags))
    _insert_missing(cells, owned, flags)
    return _notebook(cells, source, {"flags": flags})


def _frame(source: NotebookNode, problem: str) -> NotebookNode:
    """Return the notebook of a submission of which no cell could be read."""
    cells = [_owned_cell(cell) for cell in without_solutions(source).cells if _grade_id(cell)]
    return _notebook(cells, source, {"flags": [problem], "unreadable": problem})


def _notebook(
    cells: list[NotebookNode], source: NotebookNode, record: dict[str, Any]
) -> NotebookNode:
    metadata = {**copy.deepcopy(source.metadata), RECORD: record}
    return nbformat.from_dict(
        {"cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}
    )


def _grade_id(cell: NotebookNode) -> str | None:
    nbgrader = cell.get("metadata", {}).get("nbgrader", {})
    grade_id = nbgrader.get("grade_id") if isinstance(nbgrader, dict) else None
    return grade_id if isinstance(grade_id, str) else None


def _cell_id(cell: NotebookNode) -> str:
    """Return the notebook format's own id: also the task's, should a tool have stripped ours."""
    return str(cell.get("id", ""))


def _is_locked(owner: NotebookNode) -> bool:
    nbgrader = owner.metadata.nbgrader
    return bool(nbgrader.get("locked") or (nbgrader.get("grade") and not nbgrader.get("solution")))


def _choose_duplicates(
    cells: list[NotebookNode], owned: dict[str, NotebookNode], flags: list[str]
) -> dict[int, str]:
    """Map the index of each cell that keeps its id to that id; one cell per id.

    Of several solution cells the first that was worked on counts, of several locked ones the last,
    so that a test runs after all the work.
    """
    places: dict[str, list[int]] = {}
    for index, cell in enumerate(cells):
        grade_id = _grade_id(cell) or _cell_id(cell)
        if grade_id in owned:
            places.setdefault(grade_id, []).append(index)
    kept = {}
    for grade_id, indices in places.items():
        owner = owned[grade_id]
        if len(indices) > 1:
            flags.append(f"{grade_id}: the cell was there {len(indices)} times.")
        if _is_locked(owner):
            chosen = indices[-1]
        else:
            worked_on = [i for i in indices if cells[i].source.strip() != owner.source.strip()]
            chosen = (worked_on or indices)[0]
        kept[chosen] = grade_id
    return kept


def _restore(cell: NotebookNode, owner: NotebookNode, flags: list[str]) -> NotebookNode:
    """Return the instructor's cell, with the student's text where it is theirs to write."""
    restored = _owned_cell(owner)
    grade_id = owner["id"]
    if cell.cell_type != owner.cell_type:
        flags.append(f"{grade_id}: the cell type was changed to {cell.cell_type}.")
    extra = set(cell.metadata.get("tags", [])) - set(owner.metadata.get("tags", []))
    if extra:
        flags.append(f"{grade_id}: tags were added ({', '.join(sorted(map(str, extra)))}).")
    if not _is_locked(owner):
        restored.source = cell.source
        if cell.get("attachments") and owner.cell_type == "markdown":
            restored.attachments = cell.attachments
    elif _visible(cell.source) != _visible(owner.source):
        flags.append(f"{grade_id}: the text of a locked cell was changed; it was restored.")
    return restored


def _visible(source: str) -> str:
    """Return a test's text without its hidden region, for comparing with a submitted cell."""
    lines, hidden = [], False
    for line in source.splitlines():
        if "BEGIN HIDDEN TESTS" in line:
            hidden = True
        elif "END HIDDEN TESTS" in line:
            hidden = False
        elif not hidden:
            lines.append(line.rstrip())
    return "\n".join(lines).strip()


def _foreign(cell: NotebookNode, number: int, flags: list[str]) -> NotebookNode:
    """Return a cell of the student's own: its text and nothing else."""
    tags = cell.metadata.get("tags", [])
    if "skip-execution" in tags:
        flags.append(f"cell {number}: a skip-execution tag was removed.")
    fresh = _new_cell(cell.cell_type, cell.source, f"student-{number}")
    if cell.get("attachments") and cell.cell_type == "markdown":
        fresh.attachments = cell.attachments
    return fresh


def _owned_cell(owner: NotebookNode) -> NotebookNode:
    cell = _new_cell(owner.cell_type, owner.source, owner["id"])
    cell.metadata = copy.deepcopy(
        NotebookNode({k: owner.metadata[k] for k in _OWNED_METADATA if k in owner.metadata})
    )
    return cell


def _new_cell(cell_type: str, source: str, cell_id: str) -> NotebookNode:
    make = {
        "code": nbformat.v4.new_code_cell,
        "markdown": nbformat.v4.new_markdown_cell,
    }.get(cell_type, nbformat.v4.new_raw_cell)
    return make(source=source, id=cell_id)


def _insert_missing(
    cells: list[NotebookNode], owned: dict[str, NotebookNode], flags: list[str]
) -> None:
    """Put each missing instructor cell after the cell that precedes it in the source."""
    position = {cell["id"]: index for index, cell in enumerate(cells)}
    previous = None
    for grade_id, owner in owned.items():
        if grade_id not in position:
            flags.append(f"{grade_id}: the cell was missing; it was put back.")
            place = position[previous] + 1 if previous else 0
            cells.insert(place, _owned_cell(owner))
            position = {cell["id"]: index for index, cell in enumerate(cells)}
        previous = grade_id
