"""Feedback for students: what failed, by task, in words, and never a hidden test."""

from typing import Any

from nbconvert.preprocessors import Preprocessor
from nbformat import NotebookNode
from nbformat.v4 import new_markdown_cell, new_output
from nbgrader.preprocessors import ClearHiddenTests
from nbgrader.utils import is_grade, is_solution

from coursekit.outcome import Kind, Outcome


class RedactFeedback(Preprocessor):
    """Cut hidden tests out of feedback pages and say each task's outcome in a sentence.

    The outputs of a test cell (tracebacks show its lines) are replaced by the recorded outcome.
    """

    enabled = True

    def preprocess(
        self, nb: NotebookNode, resources: dict[str, Any]
    ) -> tuple[NotebookNode, dict[str, Any]]:
        nb, resources = ClearHiddenTests().preprocess(nb, resources)
        rows = []
        for cell in nb.cells:
            if not is_grade(cell):
                continue
            outcome = _outcome(cell)
            if cell.cell_type == "code" and not is_solution(cell):
                cell.outputs = [new_output("stream", name="stdout", text=_sentence(outcome))]
            rows.append(_row(cell, outcome))
        nb.cells.insert(0, new_markdown_cell("\n".join([*_HEAD, *rows]), id="feedback-summary"))
        return nb, resources


_HEAD = ["## Your results", "", "| task | points | result | |", "|---|---|---|---|"]


def _outcome(cell: NotebookNode) -> Outcome:
    if is_solution(cell):
        return Outcome(
            Kind.AWAITING if cell.metadata.nbgrader.get("score") is None else Kind.PASSED
        )
    return Outcome.read_from(cell)


def _sentence(outcome: Outcome) -> str:
    return f"{outcome.kind.capitalize()}. {outcome.message}\n"


def _row(cell: NotebookNode, outcome: Outcome) -> str:
    nbgrader = cell.metadata.nbgrader
    task = nbgrader.grade_id.removeprefix("test_")
    score = nbgrader.get("score") or 0
    message = outcome.message.replace("|", "\\|").replace("\n", " ")
    return f"| `{task}` | {score:g} of {nbgrader.points:g} | {outcome.kind} | {message} |"
