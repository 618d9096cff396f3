"""All marks in the gradebook, read in one query."""

from dataclasses import dataclass

from nbgrader.api import (
    Assignment,
    Grade,
    Gradebook,
    GradeCell,
    Notebook,
    SubmittedAssignment,
    SubmittedNotebook,
)


@dataclass(frozen=True)
class Score:
    """What the gradebook holds of one graded cell of one student."""

    id: str
    cell_type: str
    max_score: float
    auto: float | None
    by_hand: float | None
    extra: float | None
    needs_look: bool

    @property
    def value(self) -> float | None:
        """The points that nbgrader counts; None where neither a test nor a person gave any."""
        given = self.auto if self.by_hand is None else self.by_hand
        return None if given is None else given + (self.extra or 0)


Scores = dict[tuple[str, str, str], Score]
"""By student, notebook and graded cell."""


def read_scores(gradebook: Gradebook, assignment: str, student: str | None = None) -> Scores:
    """Return the scores of all students with a submission, or of one."""
    query = (
        gradebook.db.query(
            SubmittedAssignment.student_id,
            Notebook.name,
            GradeCell.name,
            Grade.id,
            GradeCell.cell_type,
            GradeCell.max_score,
            Grade.auto_score,
            Grade.manual_score,
            Grade.extra_credit,
            Grade.needs_manual_grade,
        )
        .join(SubmittedNotebook, SubmittedNotebook.assignment_id == SubmittedAssignment.id)
        .join(Notebook, Notebook.id == SubmittedNotebook.notebook_id)
        .join(Assignment, Assignment.id == Notebook.assignment_id)
        .join(Grade, Grade.notebook_id == SubmittedNotebook.id)
        .join(GradeCell, GradeCell.id == Grade.cell_id)
        .filter(Assignment.name == assignment)
    )
    if student is not None:
        query = query.filter(SubmittedAssignment.student_id == student)
    return {(who, name, cell): Score(*values) for who, name, cell, *values in query}


def graded_notebooks(scores: Scores) -> set[tuple[str, str]]:
    """Return the (student, notebook) of which at least one cell has a mark."""
    return {(who, name) for (who, name, _), score in scores.items() if score.value is not None}
