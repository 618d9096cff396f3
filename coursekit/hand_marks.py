"""Marks and comments by hand stay with the answer that they were given for.

nbgrader's gradebook does not say which text a person read. A table of ours beside its own remembers
it: as long as an answer's text is the same, its mark by hand counts, however often it is graded
again. A new text waits for a person, who is told the earlier mark; should the earlier text come
back, its mark does too.
"""

import hashlib
import json
from collections.abc import Iterable
from typing import Any

from nbformat import NotebookNode
from nbgrader.api import Comment, Grade, Gradebook, SubmittedNotebook
from nbgrader.utils import is_grade, is_solution
from sqlalchemy import String, Text, inspect, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

NO_ANSWER = ""
"""Stands for the text of an answer that was not handed in."""


class _Base(DeclarativeBase):
    pass


class GivenFor(_Base):
    """Which answer a mark or a comment of nbgrader's is for; `id` is that of its row."""

    __tablename__ = "coursekit_given_for"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    answer: Mapped[str] = mapped_column(String(64), default=NO_ANSWER)
    """The digest of the answer as it was last graded."""
    earlier_answer: Mapped[str | None] = mapped_column(String(64))
    earlier: Mapped[str | None] = mapped_column(Text)
    """What a person gave for `earlier_answer`, as JSON."""


def settle_mark(grade: Grade, memory: GivenFor, answer: str) -> bool:
    """Keep, drop or bring back the mark by hand of an answer; return whether one was dropped."""
    given = [grade.manual_score, grade.extra_credit]
    kept = _settle(memory, None if given == [None, None] else given, answer)
    grade.manual_score, grade.extra_credit = kept or (None, None)
    return given != [None, None] and kept is None


def settle_comment(comment: Comment, memory: GivenFor, answer: str) -> None:
    """Keep, drop or bring back the comment by hand on an answer."""
    comment.manual_comment = _settle(memory, comment.manual_comment, answer)


def _settle(memory: GivenFor, given: Any, answer: str) -> Any:
    """Return what holds of what was `given` by hand, now that the answer is `answer`."""
    if memory.answer == answer:
        return given
    came_back = memory.earlier is not None and memory.earlier_answer == answer
    kept = json.loads(memory.earlier) if came_back and memory.earlier else None
    if given is not None:
        memory.earlier_answer, memory.earlier = memory.answer, json.dumps(given)
    elif came_back:
        memory.earlier_answer = memory.earlier = None
    memory.answer = answer
    return kept


def withdraw(gradebook: Gradebook, notebook: SubmittedNotebook) -> None:
    """Settle what was given by hand for a notebook that the student no longer hands in."""
    memories = remember(gradebook, [*notebook.grades, *notebook.comments])
    for grade in notebook.grades:
        settle_mark(grade, memories[grade.id], NO_ANSWER)
    for comment in notebook.comments:
        settle_comment(comment, memories[comment.id], NO_ANSWER)
        comment.auto_comment = None


def earlier_marks(gradebook: Gradebook) -> dict[str, str]:
    """Return, by the id of a grade without a mark by hand, what an earlier answer was given."""
    return {
        grade.id: earlier
        for grade, memory in _with_earlier(gradebook)
        if (earlier := earlier_mark(grade, memory))
    }


def earlier_mark(grade: Grade, memory: GivenFor | None) -> str | None:
    """Return "3 of 9 points" if that was given for an earlier answer, and nothing for this one."""
    if memory is None or memory.earlier is None or grade.manual_score is not None:
        return None
    score, extra = json.loads(memory.earlier)
    return f"{(score or 0) + (extra or 0):g} of {grade.max_score:g} points"


def hint(grades: Iterable[Grade], comment: Comment, memories: dict[str, GivenFor]) -> str | None:
    """Return a sentence on what was given by hand for an earlier answer, None if nothing was."""
    parts = [
        f"{earlier} ({grade.name})"
        for grade in grades
        if (earlier := earlier_mark(grade, memories.get(grade.id)))
    ]
    memory = memories.get(comment.id)
    if memory is not None and memory.earlier is not None and comment.manual_comment is None:
        parts.append(f'the comment "{json.loads(memory.earlier)}"')
    return f"{HINT}{', '.join(parts)}." if parts else None


HINT = "The answer has changed since it was graded by hand. Given for the earlier one: "
"""How such a sentence begins."""


# --- the text of an answer -----------------------------------------------------------------------


def answers(nb: NotebookNode) -> dict[str, list[NotebookNode]]:
    """Return the cells that hold the answer to each graded cell and solution cell, by its id.

    A solution cell holds its own. A test's are the solution cell that is named like it
    (`test_softmax` belongs to `softmax`), else those between the test before and this one, else all
    before this one.
    """
    cells = [cell for cell in nb.cells if "nbgrader" in cell.metadata]
    solutions = {_name(cell): cell for cell in cells if is_solution(cell)}
    found: dict[str, list[NotebookNode]] = {}
    before: list[NotebookNode] = []
    since_test: list[NotebookNode] = []
    for cell in cells:
        if is_solution(cell):
            found[_name(cell)] = [cell]
            before.append(cell)
            since_test.append(cell)
        elif is_grade(cell):
            task = task_of(_name(cell))
            named = [solutions[task]] if task in solutions else []
            found[_name(cell)] = named or since_test or before[:]
            since_test = []
    return found


def text_digest(cells: Iterable[NotebookNode]) -> str:
    """Return a digest of what a person reads in cells: their text and the pictures pasted in."""
    read = [
        (
            "\n".join(line.rstrip() for line in cell.source.splitlines()).strip(),
            cell.get("attachments") or {},
        )
        for cell in cells
    ]
    return hashlib.sha256(json.dumps(read, sort_keys=True).encode()).hexdigest()


def task_of(cell_id: str) -> str:
    """Return the task that a graded cell belongs to: "problem2" for "test_problem2__90"."""
    return cell_id.removeprefix("test_").split("__")[0]


def _name(cell: NotebookNode) -> str:
    return str(cell.metadata.nbgrader.grade_id)


# --- the table -----------------------------------------------------------------------------------


def remember(gradebook: Gradebook, rows: Iterable[Grade | Comment]) -> dict[str, GivenFor]:
    """Return what is remembered of marks and comments, by their ids; new ones are added."""
    _make_table(gradebook)
    ids = [row.id for row in rows]
    memories = _memories(gradebook, ids)
    for missing in set(ids) - set(memories):
        memories[missing] = GivenFor(id=missing, answer=NO_ANSWER)
        gradebook.db.add(memories[missing])
    return memories


def all_memories(gradebook: Gradebook) -> dict[str, GivenFor]:
    """Return everything that is remembered; nothing where no kit has graded yet."""
    if not _has_table(gradebook):
        return {}
    return {row.id: row for row in gradebook.db.scalars(select(GivenFor))}


def _with_earlier(gradebook: Gradebook) -> list[tuple[Grade, GivenFor]]:
    if not _has_table(gradebook):
        return []
    found = select(Grade, GivenFor).join(GivenFor, GivenFor.id == Grade.id)
    return [(g, m) for g, m in gradebook.db.execute(found.where(GivenFor.earlier.is_not(None)))]


def _memories(gradebook: Gradebook, ids: list[str]) -> dict[str, GivenFor]:
    found = gradebook.db.scalars(select(GivenFor).where(GivenFor.id.in_(ids)))
    return {row.id: row for row in found}


def _make_table(gradebook: Gradebook) -> None:
    try:
        _Base.metadata.create_all(gradebook.engine)
    except SQLAlchemyError:  # another grader of a shared gradebook was quicker
        if not _has_table(gradebook):
            raise


def _has_table(gradebook: Gradebook) -> bool:
    return bool(inspect(gradebook.engine).has_table(GivenFor.__tablename__))
