"""What a run of `coursekit collect` did: for a person to read, and for grading to count."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from coursekit.course import LOOK, Course

SHOWN = 5  # names in one line


@dataclass(frozen=True)
class Collected:
    """What `submitted/` now holds of one student, and where it came from."""

    student: str
    source: str
    when: str
    clock: str
    """Who says when: system, list, name, file, or download (no time of handing in is known)."""
    status: str
    """new, replaced, retimed (only its time is corrected), unchanged, or kept (the one in
    `submitted/` is newer than the inbox)"""
    digest: str
    notebooks: list[str]
    missing: list[str]
    checkpoints: list[str]
    notes: list[str]
    ignored: list[str]
    person: str | None = None
    """Who uploaded it, as the learning system calls them."""
    late: bool = False
    """Whether the learning system calls it late (Canvas does, in the name of the file)."""
    worked_on: list[str] = field(default_factory=list)
    """Those of the notebooks that are not as they were handed out."""


@dataclass(frozen=True)
class SetAside:
    """A submission, or one file of it, that a person has to look at."""

    source: str
    student: str | None
    reason: str
    todo: str = ""
    copies: list[str] = field(default_factory=list)
    person: str | None = None


@dataclass(frozen=True)
class Replaced:
    """A submission that a later one of the same student takes the place of."""

    student: str
    source: str
    when: str
    by: str
    by_when: str


@dataclass
class CollectReport:
    """The outcome of one run, ordered by student and by source."""

    students: list[Collected] = field(default_factory=list)
    set_aside: list[SetAside] = field(default_factory=list)
    superseded: list[Replaced] = field(default_factory=list)
    ignored: list[str] = field(default_factory=list)
    """Files in the inbox that belong to no submission."""
    aside: Path = Path("inbox_set_aside")
    has_unread_times: bool = False
    """Whether a list in the inbox says when, but not so that it can be read."""
    timezone: str | None = None
    """The learning system's clock, in which times are shown; None: this machine's."""

    @property
    def exit_code(self) -> int:
        """0 if all was used, 3 if a person has to look at something, 1 if there was nothing."""
        if self.set_aside:
            return LOOK
        return 0 if self.students else 1

    @property
    def counts(self) -> dict[str, int]:
        """How many students have each status, and how many things were set aside."""
        statuses = [student.status for student in self.students]
        counts = {status: statuses.count(status) for status in STATUSES}
        return {**counts, "set aside": len(self.set_aside)}

    def text(self) -> str:
        """Return the report for a person: what needs attention first, the sums last."""
        lines = [
            *self._aside_lines(),
            *self._replaced_lines(),
            *self._note_lines(),
            *self._time_lines(),
        ]
        if self.ignored:
            lines.append(
                f"Ignored: {_some(self.ignored)}, {len(self.ignored)} in all, as part of no "
                "submission."
            )
        return "\n".join([*lines, *self._last_lines()])

    def _aside_lines(self) -> list[str]:
        if not self.set_aside:
            return []
        lines = ["Set aside, for you to look at:"]
        groups: dict[tuple[str, str], list[SetAside]] = {}
        for item in self.set_aside:
            groups.setdefault((item.reason, item.todo), []).append(item)
        for (reason, todo), items in groups.items():
            lines += [f"  {self._short(item.source)}{_who(item)}" for item in items]
            lines.append(f"      {reason}.")
            if todo:
                lines.append(f"      To do: {todo}.")
        if any(item.copies for item in self.set_aside):
            lines.append(f"  Copies, each with its reason, are in {self.aside}.")
        return [*lines, ""]

    def _replaced_lines(self) -> list[str]:
        groups: dict[tuple[str, str, str], list[str]] = {}
        for item in self.superseded:
            earlier = f"{self._short(item.source)} ({self._time(item.when)})"
            groups.setdefault((item.student, item.by, item.by_when), []).append(earlier)
        return [
            f"{student}: {self._short(by)} ({self._time(when)}) counts, not {', '.join(earlier)}."
            for (student, by, when), earlier in groups.items()
        ] + [
            f"{student.student}: what submitted/ holds is newer than {self._short(student.source)} "
            f"({self._time(student.when)}) and was kept."
            for student in self.students
            if student.status == "kept"
        ]

    def _short(self, source: str) -> str:
        """Return where something lies, without the one archive that all of it came in."""
        sources = [s.source for s in self.students] + [s.source for s in self.set_aside]
        sources += [r.source for r in self.superseded]
        first = source.split("/")[0] + "/"
        return source.removeprefix(first) if all(s.startswith(first) for s in sources) else source

    def _note_lines(self) -> list[str]:
        """Say what is special about a submission; what many share is said once."""
        groups: dict[str, list[str]] = {}
        for student in self.students:
            notes = list(student.notes)
            if student.missing:
                notes.append(f"{', '.join(student.missing)} missing; graded as 0 points")
            if student.late:
                notes.append("the learning system calls it late")
            for note in notes:
                alike = note.replace(student.student, "<id>")
                groups.setdefault(alike, []).append(student.student)
        return [
            f"{students[0]}: {note.replace('<id>', students[0])}."
            if len(students) == 1
            else f"{', '.join(students)}: {note}."
            for note, students in groups.items()
        ]

    def _time_lines(self) -> list[str]:
        unknown = [student for student in self.students if student.clock == "download"]
        if not unknown:
            return []
        what = (
            "Mend the times in the list that cannot be read (above)"
            if self.has_unread_times
            else "Put the learning system's list of times into the inbox as a .csv"
        )
        return [
            f"Times: of {len(unknown)} submission(s) only the time of the download is known "
            f"({self._time(unknown[0].when)}), not when they were handed in, so no lateness can be "
            f"told. {what} and collect again (docs/ta-collect.md says which)."
        ]

    def _time(self, when: str) -> str:
        zone = ZoneInfo(self.timezone) if self.timezone else None
        return f"{datetime.fromisoformat(when).astimezone(zone):%Y-%m-%d %H:%M}"

    def _last_lines(self) -> list[str]:
        counts = self.counts
        collected = [f"{counts[s]} {s}" for s in ("new", "replaced", "retimed") if counts[s]]
        number = sum(counts[status] for status in ("new", "replaced", "retimed"))
        unchanged = counts["unchanged"] + counts["kept"]
        line = (
            f"Collected {number}{' (' + ', '.join(collected) + ')' if collected else ''}, "
            f"unchanged {unchanged}, set aside {len(self.set_aside)}."
        )
        if not self.students and not self.set_aside:
            return [line, "Next: put the learning system's downloads into the inbox."]
        steps = ["look at what was set aside (the others can be graded now)"] * bool(self.set_aside)
        steps += ["make grade"] * bool(self.students)
        return [line, f"Next: {', then '.join(steps)}."]


STATUSES = ("new", "replaced", "retimed", "unchanged", "kept")


def read_report(record: Path) -> CollectReport | None:
    """Return what the last run of collect wrote to `reports/collect.json`, None if that is none."""
    try:
        return report_from_json(json.loads(record.read_text(encoding="utf-8")))
    except (OSError, ValueError, KeyError, TypeError):  # there was none, or it was edited by hand
        return None


def students_set_aside(course: Course) -> set[str]:
    """Return the students of whom the last run of collect set something aside, where it says."""
    report = read_report(course.reports / "collect.json")
    return {item.student for item in report.set_aside if item.student} if report else set()


def report_to_json(report: CollectReport) -> dict[str, Any]:
    """Return a report as JSON."""
    return {
        "counts": report.counts,
        "students": [asdict(student) for student in report.students],
        "set_aside": [asdict(item) for item in report.set_aside],
        "superseded": [asdict(item) for item in report.superseded],
        "ignored": report.ignored,
        "aside": str(report.aside),
    }


def report_from_json(content: dict[str, Any]) -> CollectReport:
    """Return the report of such JSON. Raises `KeyError` or `TypeError` for any other."""
    return CollectReport(
        [Collected(**item) for item in content["students"]],
        [SetAside(**item) for item in content["set_aside"]],
        [Replaced(**item) for item in content["superseded"]],
        content["ignored"],
        Path(content["aside"]),
    )


def _who(item: SetAside) -> str:
    known = [text for text in (item.student, item.person) if text and text not in item.source]
    return f" ({', '.join(known)})" if known else ""


def _some(names: Sequence[str] | Iterable[str]) -> str:
    listed = list(names)
    return ", ".join(listed[:SHOWN]) + (", ..." if len(listed) > SHOWN else "")
