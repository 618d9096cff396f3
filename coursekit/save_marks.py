"""Save a notebook's automatic marks in one transaction: whole or not at all."""

from typing import Any

from nbformat import NotebookNode
from nbgrader import utils
from nbgrader.api import Gradebook
from nbgrader.preprocessors import NbGraderPreprocessor

from coursekit.hand_marks import (
    NO_ANSWER,
    answers,
    hint,
    remember,
    settle_comment,
    settle_mark,
    text_digest,
)


class SaveMarks(NbGraderPreprocessor):
    """nbgrader's SaveAutoGrades, which commits cell by cell, as one transaction.

    An answer that was not touched gets the comment "No response.", as nbgrader gives it. Unlike
    there, a mark given by hand goes on to count while the answer's text is the same, and only then.
    """

    def preprocess(
        self, nb: NotebookNode, resources: dict[str, Any]
    ) -> tuple[NotebookNode, dict[str, Any]]:
        names = resources["nbgrader"]
        with Gradebook(names["db_url"]) as gradebook:
            submission = gradebook.find_submission_notebook(
                names["notebook"], names["assignment"], names["student"]
            )
            _save(gradebook, nb, submission, self.log)
            gradebook.db.commit()
        return nb, resources


def _save(gradebook: Gradebook, nb: NotebookNode, submission: Any, log: Any) -> None:
    memories = remember(gradebook, [*submission.grades, *submission.comments])
    grades = {grade.name: grade for grade in submission.grades}
    comments = {comment.name: comment for comment in submission.comments}
    answered = answers(nb)
    for cell in filter(utils.is_grade, nb.cells):
        grade = grades[cell.metadata.nbgrader.grade_id]
        answer = text_digest(answered.get(grade.name, [cell]))
        _mark(grade, memories[grade.id], cell, answer, log)
    for cell in nb.cells:
        if utils.is_solution(cell) or utils.is_task(cell):
            comment = comments[cell.metadata.nbgrader.grade_id]
            settle_comment(comment, memories[comment.id], text_digest([cell]))
            about = [
                grade
                for name, grade in grades.items()
                if any(part is cell for part in answered.get(name, []))
            ]
            comment.auto_comment = hint(about, comment, memories) or _no_response(cell)


def _mark(grade: Any, memory: Any, cell: NotebookNode, answer: str, log: Any) -> None:
    looked_at_again = memory.answer != NO_ANSWER and not grade.needs_manual_grade
    dropped = settle_mark(grade, memory, answer)
    grade.auto_score, _ = utils.determine_grade(cell, log)
    if grade.manual_score is not None:
        grade.needs_manual_grade = False
    elif utils.is_solution(cell):
        grade.needs_manual_grade = grade.auto_score is None
    else:  # a test, whose automatic mark a person had changed for an earlier answer
        pending = memory.earlier is not None and not looked_at_again
        grade.needs_manual_grade = dropped or pending or grade.auto_score is None


def _no_response(cell: NotebookNode) -> str | None:
    untouched = cell.metadata.nbgrader.get("checksum") == utils.compute_checksum(cell)
    return "No response." if untouched and not utils.is_task(cell) else None
