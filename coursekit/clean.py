"""Bring a submitted notebook back to what the instructor owns, before anything of it runs.

Of a submission only the text of cells counts. Metadata passes an allow-list, locked cells get the
instructor's text and tags again, cells that are missing come back, second cells with the same id
lose it, outputs go. What was restored is noted for a person to judge.
"""

import copy
import itertools
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode
from nbgrader.preprocessors import NbGraderPreprocessor

from coursekit.attachments import Pictures
from coursekit.course import Course
from coursekit.recognize import (
    FOREIGN,
    behind_what_they_use,
    grade_id,
    id_of,
    in_order,
    is_locked,
    listed,
    recognize,
    visible,
)
from coursekit.source import read_source
from coursekit.stubs import without_solutions
from coursekit.submitted_notebook import RECORD

MOST_CELLS = 1000
"""Cells of the student's own that are kept: each is run, and looked at by a person."""

LONGEST_CELL = 200_000
"""Characters of one cell."""

MOST_TEXT = 2_000_000
"""Characters of all cells without ids together."""

MOST_FLAGS = 100
"""Sentences about one notebook."""

MOST_OF_A_KIND = 5
"""Sentences of one kind; more are said in one."""

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
    read, or is another notebook, the instructor's frame is all there is, and `coursekit.unreadable`
    says why.
    """
    if problem := submitted.metadata.get(RECORD, {}).get("unreadable"):
        return _frame(source, problem)
    flags = _Flags()
    owned = _owned(source)
    recognized = recognize(_readable(submitted.cells, owned, flags), source)
    if not recognized.is_ours:
        return _frame(source, FOREIGN)
    for note in recognized.notes():
        flags.add("", note)
    work = _few_enough(recognized.cells, owned, flags)
    kept = _choose_duplicates(work, owned, flags)
    pictures = Pictures()
    cells = [
        _restore(cell, owned[kept[index]], pictures, flags)
        if index in kept
        else _foreign(cell, index, pictures, flags)
        for index, cell in enumerate(work)
    ]
    cells = _with_missing(cells, owned, flags)
    if recognized.is_copy:
        cells = in_order(cells, list(owned))
    if recognized.found:
        cells = behind_what_they_use(cells)
    return _notebook(cells, source, {"flags": flags.sentences()})


class _Flags:
    """What had to be restored, by what is said of it and of which cells."""

    def __init__(self) -> None:
        self._cells: dict[str, list[str]] = {}

    def add(self, cell: str, what: str) -> None:
        """Note what is said of a cell, or of the whole notebook if `cell` is empty."""
        self._cells.setdefault(what, []).append(cell)

    def sentences(self) -> list[str]:
        """Return a sentence for each cell; where much the same is to be said, one for all."""
        said: list[str] = []
        for what, cells in self._cells.items():
            if len(cells) > MOST_OF_A_KIND:
                said.append(f"{len(cells)} cells ({listed(cells)}): {what}")
            else:
                said += [f"{cell}: {what}" if cell else what for cell in cells]
        return said[:MOST_FLAGS]


def _frame(source: NotebookNode, problem: str) -> NotebookNode:
    """Return the notebook of a submission of which no cell could be read."""
    cells = [_owned_cell(cell) for cell in _owned(source).values()]
    return _notebook(cells, source, {"flags": [problem], "unreadable": problem})


def _owned(source: NotebookNode) -> dict[str, NotebookNode]:
    """Return the instructor's cells by id: tests as they are, stubs in place of solutions."""
    return {cell["id"]: cell for cell in without_solutions(source).cells if grade_id(cell)}


def _notebook(
    cells: list[NotebookNode], source: NotebookNode, record: dict[str, Any]
) -> NotebookNode:
    metadata = {**copy.deepcopy(source.metadata), RECORD: record}
    return nbformat.from_dict(
        {"cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}
    )


def _readable(
    cells: list[NotebookNode], owned: dict[str, NotebookNode], flags: _Flags
) -> list[NotebookNode]:
    """Return the cells that hold something, and of each no more text than can be graded.

    Cells that still have their ids always stay; the others share a bound.
    """
    kept, left = [], MOST_TEXT
    dropped = shortened = 0
    for cell in cells:
        if len(cell.source) > LONGEST_CELL:
            shortened += 1
            cell = NotebookNode({**cell, "source": _shortened(cell)})
        if id_of(cell, owned) is None:
            if not cell.source.strip() and not cell.get("attachments"):
                continue
            left -= len(cell.source)
            if left < 0:
                dropped += 1
                continue
        kept.append(cell)
    if dropped:
        flags.add("", f"{dropped} cells of the student's own were left out: they are too long.")
    if shortened:
        text = f"{shortened} cells were cut: they have more than {LONGEST_CELL:,} characters."
        flags.add("", text)
    return kept


def _few_enough(
    cells: list[NotebookNode], owned: dict[str, NotebookNode], flags: _Flags
) -> list[NotebookNode]:
    """Return the instructor's cells and as many of the student's own as can be graded."""
    own = itertools.count(1)
    kept = [cell for cell in cells if id_of(cell, owned) or next(own) <= MOST_CELLS]
    if dropped := len(cells) - len(kept):
        flags.add("", f"{dropped} cells of the student's own were left out: there are too many.")
    return kept


def _shortened(cell: NotebookNode) -> str:
    """Return what stands for a cell's text that is too long. Half a program is none."""
    if cell.cell_type == "code":
        return f"# A program of {len(cell.source):,} characters was left out here.\n"
    return f"{cell.source[:LONGEST_CELL]}\n\n(The rest was cut off.)"


def _choose_duplicates(
    cells: list[NotebookNode], owned: dict[str, NotebookNode], flags: _Flags
) -> dict[int, str]:
    """Map the index of each cell that keeps its id to that id; one cell per id.

    Of several solution cells the first that was worked on counts, of several locked ones the last,
    so that a test runs after all the work.
    """
    places: dict[str, list[int]] = {}
    for index, cell in enumerate(cells):
        if cell_id := id_of(cell, owned):
            places.setdefault(cell_id, []).append(index)
    kept = {}
    for cell_id, indices in places.items():
        owner = owned[cell_id]
        if len(indices) > 1:
            flags.add(cell_id, f"the cell was there {len(indices)} times.")
        if is_locked(owner):
            chosen = indices[-1]
        else:
            worked_on = [i for i in indices if cells[i].source.strip() != owner.source.strip()]
            chosen = (worked_on or indices)[0]
        kept[chosen] = cell_id
    return kept


def _restore(
    cell: NotebookNode, owner: NotebookNode, pictures: Pictures, flags: _Flags
) -> NotebookNode:
    """Return the instructor's cell, with the student's text where it is theirs to write."""
    restored = _owned_cell(owner)
    name = owner["id"]
    if cell.cell_type != owner.cell_type:
        flags.add(name, f"the cell type was changed to {cell.cell_type}.")
    extra = sorted(set(cell.metadata.get("tags", [])) - set(owner.metadata.get("tags", [])))
    if extra:
        shown = listed([tag[:40] for tag in extra], most=4)
        flags.add(name, f"tags were added ({shown}).")
    if not is_locked(owner):
        restored.source = cell.source
        _attach_pictures(restored, cell, name, pictures, flags)
    elif visible(cell.source) != visible(owner.source):
        flags.add(name, "the text of a locked cell was changed; it was restored.")
    return restored


def _foreign(cell: NotebookNode, number: int, pictures: Pictures, flags: _Flags) -> NotebookNode:
    """Return a cell of the student's own: its text, its pictures and nothing else."""
    if "skip-execution" in cell.metadata.get("tags", []):
        flags.add(f"cell {number}", "a skip-execution tag was removed.")
    fresh = _new_cell(cell.cell_type, cell.source, f"student-{number}")
    _attach_pictures(fresh, cell, f"cell {number}", pictures, flags)
    return fresh


def _attach_pictures(
    to: NotebookNode, cell: NotebookNode, name: str, pictures: Pictures, flags: _Flags
) -> None:
    """Give a text the pictures that were pasted into it."""
    if to.cell_type != "markdown" or not cell.get("attachments"):
        return
    if kept := pictures.of(cell.attachments):
        to.attachments = nbformat.from_dict(kept)
    for problem in pictures.problems[:MOST_OF_A_KIND]:
        flags.add(name, f"{problem}.")


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


def _with_missing(
    cells: list[NotebookNode], owned: dict[str, NotebookNode], flags: _Flags
) -> list[NotebookNode]:
    """Return the cells with each missing one of the instructor after that before it in the source.

    Missing ones at the beginning of the source come first.
    """
    there = {cell["id"] for cell in cells}
    after: dict[str | None, list[NotebookNode]] = {}
    previous = None
    for cell_id, owner in owned.items():
        if cell_id in there:
            previous = cell_id
        else:
            flags.add(cell_id, "the cell was missing; it was put back.")
            after.setdefault(previous, []).append(_owned_cell(owner))
    whole = [*after.get(None, [])]
    for cell in cells:
        whole += [cell, *after.get(cell["id"], [])]
    return whole
