"""Whose work is graded without their being on the class list that the gradebook holds.

nbgrader keeps one table of students: those of an imported list, and those whom grading added as
they handed in. A table of ours beside it remembers the latter, who may have mistyped an id.
"""

from collections.abc import Iterable

from nbgrader.api import Gradebook, Student, SubmittedAssignment
from sqlalchemy import String, inspect, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from coursekit.course import Course
from coursekit.gradebook import open_gradebook


def not_on_the_list(course: Course) -> list[str]:
    """Return the ids that handed in and are not on the class list; none where there is no list.

    There is one if the gradebook knows somebody's name or address, or somebody without any work.
    A student whom grading added is on it once the gradebook has a name for them.
    """
    with open_gradebook(course) as gradebook:
        added = _added(gradebook)
        with_work = set(gradebook.db.scalars(select(SubmittedAssignment.student_id)))
        students = list(gradebook.students)
        listed = {student.id for student in students if _is_known(student)}
        listed |= {student.id for student in students} - with_work - added
        return sorted((added & with_work) - listed) if listed else []


def remember_whom_grading_adds(course: Course, students: Iterable[str]) -> None:
    """Remember those of `students`, about to be graded, whom the gradebook does not know yet."""
    with open_gradebook(course) as gradebook:
        known = {student.id for student in gradebook.students} | _added(gradebook)
        new = sorted(set(students) - known)
        if new:
            _make_table(gradebook)
            gradebook.db.add_all([AddedByGrading(student=student) for student in new])
            gradebook.db.commit()


def _is_known(student: Student) -> bool:
    return bool(student.first_name or student.last_name or student.email)


class _Base(DeclarativeBase):
    pass


class AddedByGrading(_Base):
    """A student whom the gradebook did not know before their work was graded."""

    __tablename__ = "coursekit_added_by_grading"

    student: Mapped[str] = mapped_column(String(128), primary_key=True)


def _added(gradebook: Gradebook) -> set[str]:
    return (
        set(gradebook.db.scalars(select(AddedByGrading.student))) if _is_there(gradebook) else set()
    )


def _is_there(gradebook: Gradebook) -> bool:
    return bool(inspect(gradebook.engine).has_table(AddedByGrading.__tablename__))


def _make_table(gradebook: Gradebook) -> None:
    try:
        _Base.metadata.create_all(gradebook.engine)
    except SQLAlchemyError:  # another grader of a shared gradebook was quicker
        if not _is_there(gradebook):
            raise
