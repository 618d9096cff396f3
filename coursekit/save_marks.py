"""Save a notebook's automatic marks in one transaction: whole or not at all."""

from typing import Any

from nbformat import NotebookNode
from nbgrader import utils
from nbgrader.api import Gradebook
from nbgrader.preprocessors import NbGraderPreprocessor


class SaveMarks(NbGraderPreprocessor):
    """nbgrader's SaveAutoGrades, which commits cell by cell, as one transaction.

    The rules are nbgrader's: a mark given by hand stays and asks for another look, an answer that
    was not touched gets the comment "No response.".
    """

    def preprocess(
        self, nb: NotebookNode, resources: dict[str, Any]
    ) -> tuple[NotebookNode, dict[str, Any]]:
        names = resources["nbgrader"]
        with Gradebook(names["db_url"]) as gradebook:
            submission = gradebook.find_submission_notebook(
                names["notebook"], names["assignment"], names["student"]
            )
            grades = {grade.name: grade for grade in submission.grades}
            comments = {comment.name: comment for comment in submission.comments}
            for cell in nb.cells:
                if utils.is_grade(cell):
                    _mark(grades[cell.metadata.nbgrader.grade_id], cell, self.log)
                if utils.is_solution(cell) or utils.is_task(cell):
                    _comment(comments[cell.metadata.nbgrader.grade_id], cell)
            gradebook.db.commit()
        return nb, resources


def _mark(grade: Any, cell: NotebookNode, log: Any) -> None:
    grade.auto_score, _ = utils.determine_grade(cell, log)
    grade.needs_manual_grade = grade.manual_score is not None or grade.auto_score is None


def _comment(comment: Any, cell: NotebookNode) -> None:
    untouched = cell.metadata.nbgrader.get("checksum") == utils.compute_checksum(cell)
    comment.auto_comment = "No response." if untouched and not utils.is_task(cell) else None
