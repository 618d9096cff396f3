"""Which cells of a notebook a page shows: those with something in them, up to a number."""

from typing import Any

from nbconvert.preprocessors import Preprocessor
from nbformat import NotebookNode
from nbformat.v4 import new_markdown_cell

MOST_CELLS = 1_000
"""Cells of a student's own that are shown of a notebook; ours have about a hundred cells."""


class ShownCells(Preprocessor):
    """Leave to formgrader and plain nbgrader the cells that are worth showing."""

    enabled = True

    def preprocess(
        self, nb: NotebookNode, resources: dict[str, Any]
    ) -> tuple[NotebookNode, dict[str, Any]]:
        nb.cells = worth_showing(nb)
        return nb, resources


def worth_showing(notebook: NotebookNode) -> list[NotebookNode]:
    """Return the cells of the assignment, and those of the student's own that hold something.

    Where there are too many of the latter, a last cell says how many are not shown.
    """
    shown: list[NotebookNode] = []
    own = 0
    for cell in notebook.cells:
        if "nbgrader" in cell.metadata:
            shown.append(cell)
        elif cell.source.strip() or cell.get("outputs"):
            own += 1
            if own <= MOST_CELLS:
                shown.append(cell)
    if own > MOST_CELLS:
        shown.append(new_markdown_cell(f"*{own - MOST_CELLS} more cells are not shown.*"))
    return shown
