"""Bring the submissions in an inbox into nbgrader's `submitted/` folder.

Of each student the latest usable submission counts. It takes the place of an earlier one in one
step, and only if it is newer. What cannot be used is copied to `inbox_set_aside/` with the reason,
and never stops the others. Nothing in the inbox is changed. What was done is recorded in
`reports/collect.json`, so that a second run looks only into what is new.
"""

import errno
import fcntl
import hashlib
import json
import re
import shutil
import tempfile
import zoneinfo
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tqdm import tqdm

from coursekit.course import ASSIGNMENT, NOTEBOOKS, CourseError
from coursekit.files import replacing
from coursekit.inbox import Find, Reader, Source, digest, find_sources
from coursekit.notebook_text import BadNotebook, grade_ids, read_notebook
from coursekit.submission_files import BadFile, Expected
from coursekit.unpack import Folder, Limits

RECORD_VERSION = 1
STAGING = ".collecting-"
EARLIER = "earlier-"  # a submission that is being replaced
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
    aside: Path = Path("inbox_set_aside")

    @property
    def exit_code(self) -> int:
        """0 if everything in the inbox was used, 1 if nothing was, 3 if a person has to look."""
        return 1 if not self.students else 3 if self.set_aside else 0

    def text(self) -> str:
        """Return the report for a person: what needs attention, then the sums."""
        lines = []
        for item in self.set_aside:
            who = f" ({item.student})" if item.student else ""
            lines.append(f"Set aside: {item.source}{who}: {item.reason}.")
        if self.set_aside:
            lines.append(
                f"Copies lie in {self.aside}; put a mended or renamed file into the inbox and "
                "collect again."
            )
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
    if timezone is not None and timezone not in zoneinfo.available_timezones():
        raise CourseError(f"{timezone!r} is no time zone; write one like Asia/Seoul.")
    if not inbox.is_dir():
        raise CourseError(
            f"there is no folder {inbox}; make it and put the learning system's downloads into it."
        )
    names = tuple(f"{name}.ipynb" for name in NOTEBOOKS)
    expected = Expected(names, _task_ids(source, names), limits or Limits(), timezone)
    try:
        submitted.mkdir(parents=True, exist_ok=True)
        record.parent.mkdir(parents=True, exist_ok=True)
        # The staging folder lies where the results go, so that they only have to be renamed.
        with (
            _only_one(record.with_suffix(".lock")),
            _staging_folder(submitted, assignment) as folder,
        ):
            run = _Run(inbox, submitted, assignment, set_aside, record, expected, folder, progress)
            return run.collect()
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
        aside: Path,
        record: Path,
        expected: Expected,
        staging: Path,
        progress: bool,
    ) -> None:
        self.inbox = Folder(inbox, without=(aside, submitted))
        self.submitted, self.assignment, self.staging = submitted, assignment, staging
        self.aside, self.record_file = aside, record
        self.bar: tqdm[Any] = tqdm(
            desc="collect", unit=" submissions", disable=not progress or None
        )
        self.reader = Reader(expected, staging / "read", self._expect_more)
        self.settings = _fingerprint(expected)
        self.record = _load_record(record, self.settings)
        self.sources: dict[str, Source] = {}
        self.report = CollectReport(aside=aside)

    def collect(self) -> CollectReport:
        sources, self.report.ignored = find_sources(self.inbox.members)
        finds: dict[str, list[Find]] = {}
        with self.bar:
            self._expect_more(len(sources) + 1)
            for source in sources:
                self.sources[source.name] = source
                finds[source.name] = self._look_into(source)
        by_student: dict[str, list[Find]] = {}
        for find in (find for found in finds.values() for find in found):
            if find.student:
                by_student.setdefault(find.student, []).append(find)
            else:
                self._set_aside(find, [find.refused])
        for student, theirs in sorted(by_student.items()):
            self._settle(student, theirs)
        self.report.set_aside.sort(key=lambda item: item.source)
        self._save_record(finds)
        return self.report

    def _look_into(self, source: Source) -> list[Find]:
        """Return the submissions of a source, from the record if it is as it was."""
        known = self.record.sources.get(source.name)
        if known and known["fingerprint"] == source.fingerprint:
            self._expect_more(len(known["finds"]))
            self.bar.update(len(known["finds"]))
            return [_find_from_json(item) for item in known["finds"]]
        finds = []
        for find in self.reader.read(self.inbox, source):
            finds.append(find)
            self.bar.update()
        return finds

    def _expect_more(self, count: int) -> None:
        """One submission was expected of a source, and now there are `count`."""
        self.bar.total = (self.bar.total or 0) + count - 1
        self.bar.refresh()

    def _settle(self, student: str, finds: list[Find]) -> None:
        """Decide which submission of a student counts, and put it into place."""
        good = [find for find in finds if not find.refused]
        people = sorted({find.person for find in good if find.person})
        if len(people) > 1:
            # One of them mistyped the id, or worse: to take the latest would lose the other's work.
            for find in finds:
                claimed = (
                    f"{' and '.join(people)} both handed in as {student}; rename what is not "
                    "theirs to its owner's id"
                )
                self._set_aside(find, [find.refused or claimed], whole=not find.refused)
            return
        latest = max(good, key=_time, default=None)
        for find in finds:
            if find is latest:
                self._set_aside(find, [f"{bad.name} {bad.reason}" for bad in find.bad_files])
            elif find.refused and (latest is None or _time(find) > _time(latest)):
                self._set_aside(find, [find.refused])
            else:
                self.report.superseded.append(find.where)
        if latest is not None:
            self.report.students.append(self._put_into_place(student, latest))

    def _put_into_place(self, student: str, find: Find) -> Collected:
        """Make `submitted/` hold this submission unless it holds it, or a newer one, already."""
        target = self.submitted / student / self.assignment
        held = self.record.students.get(student)
        held_digest = held.digest if held else ""
        if not target.is_dir():
            status = "new"
        elif held_digest == find.digest or digest(target) == find.digest:
            status = "unchanged"
        elif (time := _held_time(target)) is None or _time(find) > time:
            status = "replaced"
        else:
            if held:
                return replace(held, status="kept")
            status = "kept"
        if status in ("new", "replaced"):
            _swap(self._staged(find), target, self.staging / f"{EARLIER}{student}")
        return Collected(
            student,
            find.where,
            find.when,
            status,
            digest(target) if status == "kept" else find.digest,
            find.notebooks,
            find.missing,
            find.checkpoints,
            find.notes,
            find.ignored[:NAMES_SHOWN],
        )

    def _staged(self, find: Find) -> Path:
        """Return the folder with the usable files, reading the source again if need be."""
        if find.staged is None:
            for source in self.sources.values():
                if find.where == source.name or find.where.startswith(f"{source.name}/"):
                    again = self.reader.read(self.inbox, source)
                    find.staged = next((f.staged for f in again if f.where == find.where), None)
                    break
        if find.staged is None:
            raise CourseError(f"{find.where} changed while it was read; collect again.")
        return find.staged

    def _set_aside(self, find: Find, reasons: list[str], whole: bool = False) -> None:
        """Report a find, and copy what cannot be used to where a person can look at it.

        `whole` copies the usable files of a submission that must not be used as it is.
        """
        if reasons and not find.copies:
            evidence = find.evidence
            if whole:
                files = _files(self._staged(find))
                evidence = [(f"{find.where}/{path.name}", path) for path in files]
            for name, path in evidence:
                copy = _copy(path, self.aside, name)
                find.copies.append(str(copy))
                Path(f"{copy}.reason.txt").write_text("\n".join(reasons) + "\n", encoding="utf-8")
        for reason in reasons:
            self.report.set_aside.append(SetAside(find.where, find.student, reason, find.copies))

    def _save_record(self, finds: dict[str, list[Find]]) -> None:
        content = {
            "version": RECORD_VERSION,
            "settings": self.settings,
            "collected_at": datetime.now(UTC).isoformat(timespec="seconds"),
            "students": [asdict(student) for student in self.report.students],
            "set_aside": [asdict(item) for item in self.report.set_aside],
            "superseded": self.report.superseded,
            "ignored": self.report.ignored[:NAMES_SHOWN],
            "sources": {
                name: {
                    "fingerprint": self.sources[name].fingerprint,
                    "finds": [_find_to_json(find) for find in found],
                }
                for name, found in finds.items()
            },
        }
        with replacing(self.record_file) as file:
            json.dump(content, file, ensure_ascii=False, indent=1)


# --- the record ----------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Record:
    """What the last run left: its sources, and what it put into `submitted/`."""

    sources: dict[str, Any] = field(default_factory=dict)
    students: dict[str, Collected] = field(default_factory=dict)


def _fingerprint(expected: Expected) -> str:
    """Return a hash of all that decides how an archive is read; the same in every process."""
    content = {**asdict(expected), "grade_ids": {}}
    for name, ids in expected.grade_ids.items():
        content["grade_ids"][name] = sorted(ids)
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


def _load_record(path: Path, settings: str) -> _Record:
    """Return the record of the last run; an empty one if there is none that fits this run."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        if content["version"] != RECORD_VERSION:
            return _Record()
        students = {item["student"]: Collected(**item) for item in content["students"]}
        sources = content["sources"] if content["settings"] == settings else {}
        return _Record(sources, students)
    except FileNotFoundError:
        return _Record()
    except (ValueError, KeyError, TypeError):  # edited by hand: everything is read once more
        return _Record()


def _find_to_json(find: Find) -> dict[str, Any]:
    content = asdict(replace(find, ignored=find.ignored[:NAMES_SHOWN]))
    del content["staged"], content["evidence"]
    content["bad_files"] = [{"name": bad.name, "reason": bad.reason} for bad in find.bad_files]
    return content


def _find_from_json(content: dict[str, Any]) -> Find:
    bad_files = [BadFile(**item) for item in content["bad_files"]]
    return Find(**{**content, "bad_files": bad_files})


# --- files and times -----------------------------------------------------------------------------


@contextmanager
def _only_one(lock: Path) -> Iterator[None]:
    """Hold the lock file of this course, or raise `CourseError` if another run holds it."""
    with lock.open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise CourseError(
                f"another collect is running ({lock}); wait until it has ended."
            ) from error
        yield


@contextmanager
def _staging_folder(submitted: Path, assignment: str) -> Iterator[Path]:
    """Yield a new folder on the same disk; bring back what a killed run was moving out of one."""
    for staging in submitted.glob(f"{STAGING}*"):
        for earlier in staging.glob(f"{EARLIER}*"):
            target = submitted / earlier.name.removeprefix(EARLIER) / assignment
            if not target.exists():
                earlier.rename(target)
        shutil.rmtree(staging)
    with tempfile.TemporaryDirectory(prefix=STAGING, dir=submitted) as folder:
        yield Path(folder)


def _swap(new: Path, target: Path, earlier: Path) -> None:
    """Move `new` to `target`; what was there goes to `earlier`, and comes back if that fails."""
    target.parent.mkdir(parents=True, exist_ok=True)
    if target.exists() or target.is_symlink():
        target.rename(earlier)
    try:
        new.rename(target)
    except OSError:
        if earlier.exists():
            earlier.rename(target)
        raise


def _copy(path: Path, folder: Path, name: str) -> Path:
    """Copy a file below `folder` as `name`; never over a different one."""
    parts = [re.sub(r'[\\:*?"<>|]', "_", part)[-70:] for part in name.split("/")]
    target = folder.joinpath(*(part for part in parts if part not in ("", ".", "..")))
    number = 1
    while target.exists() and not _same_content(path, target):
        number += 1
        target = target.with_name(f"{number}_{parts[-1]}")
    if not target.exists():
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(path, target)
        target.chmod(0o644)
    return target


def _same_content(one: Path, other: Path) -> bool:
    if not other.is_file() or one.stat().st_size != other.stat().st_size:
        return False
    with one.open("rb") as first, other.open("rb") as second:
        return hashlib.file_digest(first, "sha256").digest() == (
            hashlib.file_digest(second, "sha256").digest()
        )


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def _time(find: Find) -> datetime:
    return datetime.fromisoformat(find.when)


def _held_time(target: Path) -> datetime | None:
    """Return the time of the submission in `submitted/`, None if nothing tells it."""
    from nbgrader.utils import parse_utc  # here, since it takes a second to load

    try:
        time = parse_utc((target / "timestamp.txt").read_text(encoding="utf-8").strip())
    except (OSError, ValueError):
        return None
    return time.replace(tzinfo=UTC)


def _task_ids(source: Path, names: Iterable[str]) -> dict[str, set[str]]:
    """Return the task ids of each instructor notebook that is there."""
    ids = {}
    for name in names:
        path = source / name
        if path.is_file():
            try:
                ids[name] = grade_ids(read_notebook(path.read_bytes())[1])
            except BadNotebook as error:
                raise CourseError(f"{path} {error}; restore it.") from error
    return ids
