"""What a person has to look at once a class is graded, and with which command to go on."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from coursekit.autograde.jobs import Submission
from coursekit.autograde.run import Summary
from coursekit.changed_marks import SAME_WORK, table
from coursekit.collect_report import read_report
from coursekit.course import LOOK, Course, short_name
from coursekit.enrolled import not_on_the_list
from coursekit.marks import Standing, StudentMarks, Task, TaskMark
from coursekit.outcome import Kind

_MOST = 10
"""Lines of one kind that a terminal shows; the report has them all."""


def say_result(
    course: Course, summary: Summary, marks: list[StudentMarks], pages: Sequence[str]
) -> tuple[str, int]:
    """Return what to print at the end of grading, and the exit status.

    The counts come first, then what changed, then what to look at, each with what to do. `pages`
    are the troubles with feedback pages. The status is LOOK where something went wrong or was set
    aside; answers that await hand grading are no trouble.
    """
    aside = set_aside(course)
    wrong = [
        *(f"{who} has no new marks: {problem}" for who, problem in summary.problems.items()),
        *summary.troubles,
        *pages,
        *_unreadable(course, marks),
        *(f"set aside: {one}" for one in aside),
    ]
    parts = [_counts(summary, marks, len(aside))]
    if summary.changes:
        again = sum(change.why == SAME_WORK for change in summary.changes)
        parts.append(
            f"Changed marks: {len(summary.changes)}, of them {again} for the same work (also in "
            f"reports/changed_marks.csv):\n{table(summary.changes)}"
        )
    parts += [f"warning: {without.sentence}" for without in tasks_without_points(marks)][:_MOST]
    if said := not_listed(course):
        parts.append(f"warning: {said}")
    steps = list(_next_steps(summary, marks, bool(aside)))
    if wrong:
        shown = [f"  {line}" for line in wrong[:_MOST]]
        more = [f"  and {len(wrong) - _MOST} more"] if len(wrong) > _MOST else []
        parts.append("\n".join(["A person has to look at:", *shown, *more]))
    if steps:
        parts.append("\n".join(["Next:", *(f"  {step}" for step in steps)]))
    return "\n".join(parts), LOOK if wrong else 0


def set_aside(course: Course) -> list[str]:
    """Return what the last `coursekit collect` set aside, with the reasons."""
    report = read_report(course.reports / "collect.json")
    return [f"{item.source}: {item.reason}" for item in report.set_aside] if report else []


def not_listed(course: Course) -> str:
    """Say who handed in and is not on the class list, with what to do; empty if nobody is."""
    students = not_on_the_list(course)
    if not students:
        return ""
    return (
        f"graded, and not on the class list in the gradebook: {', '.join(students)}. Is an id "
        "mistyped? Then mend it in inbox/. Who is right here is added with "
        "'nbgrader db student add <id> --first-name ... --last-name ...'."
    )


@dataclass(frozen=True)
class WithoutPoints:
    """A task in which nobody has a point."""

    task: Task
    tried: list[TaskMark]

    @property
    def sentence(self) -> str:
        """Say so, with the most frequent reason and what to do."""
        place = f"{short_name(self.task.notebook)} {self.task.name}"
        if not self.tried:
            return f"{place}: nobody has a point, as nobody's cell is solved. Is its id right?"
        reasons = Counter(f"{m.outcome.kind}. {m.outcome.message}".strip() for m in self.tried)
        reason, count = reasons.most_common(1)[0]
        return (
            f"{place}: nobody has a point (0 %), though {len(self.tried)} tried. Perhaps its test "
            "is wrong: read one answer, mend the test, 'coursekit release', grade again. "
            f"{count} of them: {' '.join(reason.split())}"
        )


def tasks_without_points(class_marks: list[StudentMarks]) -> list[WithoutPoints]:
    """Return the tested tasks in which all who handed in have 0 points; two people at least."""
    found = []
    for index, first in enumerate(class_marks[0].marks if class_marks else []):
        task = first.task
        there = [mark for student in class_marks if is_judged(mark := student.marks[index])]
        if not task.written and task.points and len(there) > 1 and not any(m.score for m in there):
            tried = [mark for mark in there if mark.outcome.kind is not Kind.UNSOLVED]
            found.append(WithoutPoints(task, tried))
    return found


def is_judged(mark: TaskMark) -> bool:
    """Return whether a mark is of work that was there."""
    return mark.score is not None and mark.outcome.kind not in (Kind.MISSING, Kind.NOT_GRADED)


def _counts(summary: Summary, marks: list[StudentMarks], aside: int) -> str:
    status = Counter(student.status for student in marks)
    absent = status[Standing.NOT_HANDED_IN]
    without = Counter(
        short_name(name)
        for student in marks
        if student.status is not Standing.NOT_HANDED_IN
        for name, standing in student.standing.items()
        if standing is Standing.NOT_HANDED_IN
    )
    parts = "".join(f", {n} without {name}" for name, n in sorted(without.items()))
    counts = {
        "collected": len(marks) - absent - status[Standing.SET_ASIDE],
        "graded": len(summary.graded),
        "unchanged": summary.unchanged,
        "not graded": len({*summary.problems, *_ungraded(marks)}),
        "set aside": aside,
        "not handed in": absent,
    }
    return ", ".join(f"{name} {count}" for name, count in counts.items()) + parts


def _ungraded(marks: list[StudentMarks]) -> dict[str, list[str]]:
    """Return who handed in notebooks that have no marks, or older ones, and which."""
    found: dict[str, list[str]] = {}
    for student in marks:
        for name, standing in student.standing.items():
            if standing in (Standing.NOT_GRADED, Standing.OUTDATED):
                found.setdefault(student.student, []).append(short_name(name))
    return found


def _unreadable(course: Course, marks: list[StudentMarks]) -> Iterator[str]:
    """Say which submitted files could not be read, so that all their tasks have 0 points."""
    for student in marks:
        folder = Submission(course, student.student).folder
        for name, problem in student.unreadable.items():
            yield (
                f"{folder / name}.ipynb could not be read and counts 0. {problem} Ask "
                f"{student.student} for the notebook as it was handed in, then grade again."
            )


def _next_steps(summary: Summary, marks: list[StudentMarks], aside: bool) -> Iterator[str]:
    if aside:
        yield (
            "inbox_set_aside/ has copies and reasons: put a mended or renamed file into inbox/, "
            "then make collect grade"
        )
    if summary.problems:
        yield "mend what is said above, then make grade (only what is left is done)"
    elif ungraded := _ungraded(marks):
        named = [f"{student} {' '.join(names)}" for student, names in ungraded.items()]
        more = ", …" if len(named) > _MOST else ""
        yield (
            f"make grade, which grades what was not chosen now: {', '.join(named[:_MOST])}{more}"
        )
    waiting = [mark for s in marks for mark in s.marks if mark.outcome.kind is Kind.AWAITING]
    if waiting:
        students = sum(student.awaiting > 0 for student in marks)
        yield (
            f"written answers that await a person: {len(waiting)}, of {students} student(s); "
            "make formgrader, then make grade (runs nothing again, writes marks and pages)"
        )
