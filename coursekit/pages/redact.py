"""Cells without what students may not read."""

from nbformat import NotebookNode
from nbgrader.preprocessors import ClearHiddenTests
from nbgrader.utils import is_grade, is_solution


def is_test(cell: NotebookNode) -> bool:
    """Return whether a cell is the instructor's test; what it printed may show hidden lines."""
    return bool(is_grade(cell) and not is_solution(cell))


def without_hidden_tests(cell: NotebookNode) -> str:
    """Return the text of a cell without hidden tests.

    Only tests are cut, as nbgrader refuses a notebook in which a student wrote such a marker.
    """
    if not is_test(cell):
        return str(cell.source)
    copy = NotebookNode(cell_type=cell.cell_type, source=cell.source, metadata=cell.metadata)
    try:
        cut, _ = ClearHiddenTests().preprocess_cell(copy, {}, 0)
    except RuntimeError:  # its markers do not match
        return "# This test can't be shown."
    return str(cut.source)
