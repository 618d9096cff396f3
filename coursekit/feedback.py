"""Feedback by plain nbgrader: what failed, by task, in words, and never a hidden test.

`nbgrader generate_feedback` makes a page for one notebook, `coursekit grade` one for all of a
student's (`coursekit.pages.write`); both from the same template.
"""

from typing import Any

from nbconvert.preprocessors import Preprocessor
from nbformat import NotebookNode
from nbgrader.api import Gradebook
from nbgrader.converters.generate_feedback import GenerateFeedback
from nbgrader.utils import is_grade, is_solution

from coursekit.outcome import Outcome, outcome_of_written
from coursekit.pages.budget import Budget
from coursekit.pages.student_page import Page, Part, Result, anchor, shown_cells, title


class RedactFeedback(Preprocessor):
    """Hand the template a page in which hidden tests are cut and each outcome is a sentence."""

    enabled = True

    def preprocess(
        self, nb: NotebookNode, resources: dict[str, Any]
    ) -> tuple[NotebookNode, dict[str, Any]]:
        names = resources["nbgrader"]
        results = _results(nb, names)
        cells = list(shown_cells(nb, results, Budget()))
        part = Part("work", title(names["notebook"]), list(results.values()), cells)
        penalty = names["late_penalty"]
        resources["page"] = Page(
            names["assignment"], names["student"], "", [part], part.score - penalty, penalty
        )
        return nb, resources


def only_write_pages() -> None:
    """Make `nbgrader generate_feedback`, in this process, write its pages and do nothing else.

    It would hand students their checkpoints again, delete the kit's page, and keep pages that are
    old; it has no setting for this.
    """
    GenerateFeedback.init_assignment = lambda self, assignment_id, student_id: None
    GenerateFeedback.init_destination = _is_wanted


def _is_wanted(converter: GenerateFeedback, assignment_id: str, student_id: str) -> bool:
    return student_id not in converter.coursedir.student_id_exclude.split(",")


def _results(nb: NotebookNode, names: dict[str, Any]) -> dict[str, Result]:
    """Return the results of a notebook in which nbgrader has put scores, by grade id."""
    waiting = _waiting(names)
    results = {}
    for cell in filter(is_grade, nb.cells):
        nbgrader = cell.metadata.nbgrader
        awaits = nbgrader.grade_id in waiting
        results[nbgrader.grade_id] = Result(
            nbgrader.grade_id.removeprefix("test_"),
            anchor(names["notebook"], nbgrader.grade_id),
            None if awaits else nbgrader.get("score") or 0,
            nbgrader.points,
            outcome_of_written(cell, awaits) if is_solution(cell) else Outcome.read_from(cell),
            nbgrader.get("comment") or "",
        )
    return results


def _waiting(submission: dict[str, str]) -> set[str]:
    """Return the ids of the cells of this notebook that a person has yet to grade."""
    with Gradebook(submission["db_url"]) as gradebook:
        notebook = gradebook.find_submission_notebook(
            submission["notebook"], submission["assignment"], submission["student"]
        )
        return {grade.name for grade in notebook.grades if grade.needs_manual_grade}
