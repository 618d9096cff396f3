"""Bring the submissions in an inbox into nbgrader's `submitted/` folder.

Of each student the latest usable submission counts. It takes the place of an earlier one in one
step, and only if it is newer. What cannot be used is copied to `inbox_set_aside/` with the reason,
and never stops the others. Nothing in the inbox is changed. What was done is recorded in
`reports/collect.json`, so that a second run looks only into what is new.
"""

import argparse
import dataclasses
import errno
import hashlib
import json
import re
import shutil
import sys
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from nbgrader.utils import parse_utc
from tqdm import tqdm

from coursekit.course import ASSIGNMENT, NOTEBOOKS, CourseError
from coursekit.files import replacing
from coursekit.inbox import BadFile, Expected, Find, Reader, Source, digest, find_sources
from coursekit.notebook_text import BadNotebook, grade_ids, read_notebook
from coursekit.unpack import Folder, Limits

RECORD_VERSION = 1
NAMES_SHOWN = 50  # of ignored files, in the record


@dataclass(frozen=True)
class Collected:
    """What `submitted/` now holds of one student, and where it came from."""

    student: str
    source: str
    when: str
    status: str
    """new, replaced, unchanged, or kept (the one in `submitted/` is newer than the inbox)"""
    digest: str
    notebooks: list[str]
    missing: list[str]
    checkpoints: list[str]
    notes: list[str]
    ignored: list[str]


@dataclass(frozen=True)
class SetAside:
    """A submission, or one file of it, that a person has to look at."""

    source: str
    student: str | None
    reason: str
    copies: list[str] = field(default_factory=list)


@dataclass
class CollectReport:
    """The outcome of one run, ordered by student and by source."""

    students: list[Collected] = field(default_factory=list)
    set_aside: list[SetAside] = field(default_factory=list)
    superseded: list[str] = field(default_factory=list)
    """Sources that a later one of the same student has replaced."""
    ignored: list[str] = field(default_factory=list)
    """Files in the inbox that belong to no submission."""

    @property
    def exit_code(self) -> int:
        """0 if everything in the inbox was used, 1 if a person has to look at something."""
        return 1 if self.set_aside or not self.students else 0

    def text(self) -> str:
        """Return the report for a person: what needs attention, then the sums."""
        lines = []
        for item in self.set_aside:
            who = f" ({item.student})" if item.student else ""
            lines.append(f"Set aside: {item.source}{who} {item.reason}.")
        for student in self.students:
            lines += [f"{student.student}: {note}." for note in student.notes]
            if student.missing:
                lines.append(
                    f"{student.student}: {', '.join(student.missing)} missing; graded as 0 points."
                )
            if student.status == "kept":
                lines.append(
                    f"{student.student}: what submitted/ holds is newer than {student.source} "
                    f"({student.when}) and was kept."
                )
        lines += [f"Superseded: {source}" for source in self.superseded]
        if self.ignored:
            shown = ", ".join(self.ignored[:5]) + (", ..." if len(self.ignored) > 5 else "")
            lines.append(f"Ignored: {len(self.ignored)} other file(s) in the inbox ({shown}).")
        counts = {
            status: sum(student.status == status for student in self.students)
            for status in ("new", "replaced", "unchanged", "kept")
        }
        counted = ", ".join(f"{count} {status}" for status, count in counts.items() if count)
        lines.append(
            f"{len(self.students)} student(s) collected{': ' + counted if counted else ''}; "
            f"{len(self.set_aside)} set aside."
        )
        return "\n".join(lines)


def collect(
    inbox: Path,
    submitted: Path,
    assignment: str = ASSIGNMENT,
    *,
    set_aside: Path | None = None,
    record: Path | None = None,
    source: Path | None = None,
    timezone: str | None = None,
    limits: Limits | None = None,
    progress: bool = True,
) -> CollectReport:
    """Collect `inbox` into `submitted/<student id>/<assignment>/` and return what was done.

    `set_aside`, `record` and `source` are by default `inbox_set_aside/` beside the inbox, and
    `reports/collect.json` and `source/<assignment>/` beside `submitted`. `timezone` is the learning
    system's ("Asia/Seoul"), by default this machine's. Raises `CourseError` if there is no inbox
    or something cannot be written; earlier submissions are then as they were.
    """
    inbox, submitted = inbox.resolve(), submitted.resolve()
    set_aside = set_aside or inbox.parent / f"{inbox.name}_set_aside"
    record = record or submitted.parent / "reports" / "collect.json"
    source = source or submitted.parent / "source" / assignment
    if not inbox.is_dir():
        raise CourseError(
            f"there is no folder {inbox}; make it and put the learning system's downloads into it."
        )
    names = tuple(f"{name}.ipynb" for name in NOTEBOOKS)
    expected = Expected(names, _task_ids(source, names), limits or Limits(), timezone)
    try:
        submitted.mkdir(parents=True, exist_ok=True)
        # The staging folder lies where the results go, so that they only have to be renamed.
        with tempfile.TemporaryDirectory(prefix=".collecting-", dir=submitted) as staging:
            run = _Run(inbox, submitted, assignment, set_aside, record, expected, Path(staging))
            return run.collect(progress)
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            why = "the disk (or your quota) is full; free some space and collect again"
        else:
            why = f"{error.filename}: {error.strerror}; check the permissions and collect again"
        raise CourseError(f"could not write to {submitted}: {why}.") from error


class _Run:
    """One run of `collect`, with everything it needs at hand."""

    def __init__(
        self,
        inbox: Path,
        submitted: Path,
        assignment: str,
        set_aside: Path,
        record: Path,
        expected: Expected,
        staging: Path,
    ) -> None:
        self.inbox = Folder(inbox, without=(set_aside, submitted))
        self.submitted, self.assignment = submitted, assignment
        self.aside, self.record = set_aside, record
        self.reader = Reader(expected, staging / "read")
        self.staging = staging
        self.settings = hashlib.sha256(repr(expected).encode()).hexdigest()

    def collect(self, progress: bool) -> CollectReport:
        earlier = _load_record(self.record, self.settings)
        sources, ignored = find_sources(self.inbox.members)
        report = CollectReport(ignored=ignored)
        finds: list[Find] = []
        for source in tqdm(sources, "collect", unit="file", disable=None if progress else True):
            finds += self._look_into(source, earlier)
        origin = {id(find): source for find, source in self._origins}

        by_student: dict[str, list[Find]] = {}
        lost: list[Find] = []
        for find in finds:
            if find.student:
                by_student.setdefault(find.student, []).append(find)
            else:
                lost.append(find)
        for student, theirs in sorted(by_student.items()):
            self._settle(student, theirs, origin, earlier, report)
        for find in lost:
            report.set_aside.append(self._put_aside(find, find.refused, earlier))
        report.set_aside.sort(key=lambda item: item.source)
        self._save_record(sources, finds, origin, report)
        return report

    _origins: list[tuple[Find, Source]]

    def _look_into(self, source: Source, earlier: "_Record") -> list[Find]:
        raise NotImplementedError
