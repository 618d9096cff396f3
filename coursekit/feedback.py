"""Feedback for students: what failed, by task, in words, and never a hidden test."""

import html
from typing import Any

from nbconvert.preprocessors import Preprocessor
from nbformat import NotebookNode
from nbformat.v4 import new_markdown_cell, new_output
from nbgrader.api import Gradebook
from nbgrader.preprocessors import ClearHiddenTests
from nbgrader.utils import is_grade, is_solution

from coursekit.outcome import Outcome, outcome_of_written


class RedactFeedback(Preprocessor):
    """Cut hidden tests out of feedback pages and say each task's outcome in a sentence.

    The outputs of a test cell (tracebacks show its lines) are replaced by the recorded outcome. A
    table of all outcomes opens the page.
    """

    enabled = True

    def preprocess(
        self, nb: NotebookNode, resources: dict[str, Any]
    ) -> tuple[NotebookNode, dict[str, Any]]:
        cut = ClearHiddenTests()
        waiting = _waiting(resources["nbgrader"])
        rows = []
        for cell in nb.cells:
            if not is_grade(cell):
                continue
            if is_solution(cell):
                awaiting = cell.metadata.nbgrader.grade_id in waiting
                outcome = outcome_of_written(cell, awaiting)
            else:
                # cell by cell, as it refuses a notebook in which a student wrote such a marker
                cell, _ = cut.preprocess_cell(cell, resources, 0)
                outcome = Outcome.read_from(cell)
                text = f"{outcome.kind.capitalize()}. {outcome.message}\n"
                cell.outputs = [new_output("stream", name="stdout", text=text)]
            rows.append(_row(cell, outcome))
        nb.cells.insert(0, new_markdown_cell("\n".join([*_HEAD, *rows]), id="feedback-summary"))
        return nb, resources


_HEAD = ["## Your results", "", "| task | points | result | |", "|---|---|---|---|"]


def _row(cell: NotebookNode, outcome: Outcome) -> str:
    nbgrader = cell.metadata.nbgrader
    task = nbgrader.grade_id.removeprefix("test_")
    message = html.escape(outcome.message).replace("|", "&#124;").replace("\n", " ")
    message = message.replace("[", "&#91;")  # no link and no picture in a student's own words
    points = f"{nbgrader.get('score') or 0:g} of {nbgrader.points:g}"
    return f"| `{task}` | {points} | {outcome.kind} | {message} |"


def _waiting(submission: dict[str, str]) -> set[str]:
    """Return the ids of the cells of this notebook that a person has yet to grade."""
    with Gradebook(submission["db_url"]) as gradebook:
        notebook = gradebook.find_submission_notebook(
            submission["notebook"], submission["assignment"], submission["student"]
        )
        return {grade.name for grade in notebook.grades if grade.needs_manual_grade}
