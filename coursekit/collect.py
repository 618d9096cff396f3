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
import os
import re
import shutil
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tqdm import tqdm

from coursekit.claims import ids_of_people, is_by_ta, settle, shared_folders
from coursekit.class_list import ClassList, read_class_list
from coursekit.collect_report import (
    Collected,
    CollectReport,
    Replaced,
    SetAside,
    report_to_json,
)
from coursekit.course import Course, CourseError
from coursekit.files import replacing
from coursekit.inbox import Source
from coursekit.names import cut, ids_written_as
from coursekit.notebook_text import BadNotebook, read_notebook
from coursekit.notebook_work import Tasks, tasks_to_solve
from coursekit.reader import Find, Reader, digest, write_time
from coursekit.settings import is_time_zone
from coursekit.submission_files import BadFile, Expected
from coursekit.unpack import Folder, Limits

RECORD_VERSION = 2
READING_VERSION = 2  # another number when archives are read otherwise: all are read once more
STAGING = ".collecting-"
EARLIER = "earlier-"  # a submission that is being replaced
NAMES_SHOWN = 50  # of ignored files, in the record
LONGEST_NAME = 180  # bytes of a copy's name; file systems end at 255, and ".reason.txt" follows
DEEPEST = 8  # folders around a copy
LOST = "ask the student which one counts, and copy that one into the inbox as {}.zip (or .tar.gz)"
ASK = "ask the student for the file; mend the copy if it is a slip"


def collect(
    course: Course,
    inbox: Path,
    *,
    timezone: str | None = None,
    limits: Limits | None = None,
    progress: bool = True,
) -> CollectReport:
    """Collect `inbox` into `submitted/<student id>/<assignment>/` and return what was done.

    What cannot be used is copied to `inbox_set_aside/` beside the inbox. `timezone` is the learning
    system's ("Asia/Seoul"), by default the course's, else this machine's. Raises `CourseError` if
    there is no inbox or something cannot be written; earlier submissions are then as they were.
    """
    inbox, submitted = inbox.resolve(), course.submitted.resolve()
    assignment = course.assignment.name
    set_aside = inbox.parent / f"{inbox.name}_set_aside"
    record = course.reports / "collect.json"
    if timezone and not is_time_zone(timezone):
        raise CourseError(f"{timezone!r} is no time zone; write one like Asia/Seoul.")
    if not inbox.is_dir():
        raise CourseError(
            f"there is no folder {inbox}; make it and put the learning system's downloads into it."
        )
    names = tuple(f"{name}.ipynb" for name in course.notebooks)
    expected = Expected(
        names,
        course.assignment.checkpoint or "",
        course.settings.student_id,
        _tasks(course.source, names),
        limits or Limits(),
        timezone or course.settings.time_zone,
    )
    try:
        submitted.mkdir(parents=True, exist_ok=True)
        record.parent.mkdir(parents=True, exist_ok=True)
        # The staging folder lies where the results go, so that they only have to be renamed.
        with (
            ids_written_as(expected.student_id),
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
        self.people = read_class_list(self.inbox)
        self.reader = Reader(expected, self.people, staging / "read", self._expect_more)
        self.settings = _fingerprint(expected, self.people)
        self.record = _load_record(record, self.settings)
        self.sources: dict[str, Source] = {}
        self.when: dict[str, datetime] = {}
        """When each submission was handed in, as this run understands it."""
        self.report = CollectReport(
            aside=aside,
            has_unread_times=self.people.has_unread_times,
            timezone=expected.timezone,
        )

    def collect(self) -> CollectReport:
        found = self.reader.find_sources(self.inbox)
        self.report.ignored = found.ignored
        for problem in (*self.inbox.problems, *found.problems, *self.people.problems):
            self.report.set_aside.append(SetAside(self.inbox.root.name, None, problem))
        finds: dict[str, list[Find]] = {}
        with self.bar:
            self._expect_more(len(found.sources) + 1)
            for source in found.sources:
                self.sources[source.name] = source
                finds[source.name] = self._look_into(source)
        everything = [find for theirs in finds.values() for find in theirs]
        self.when = {find.where: find.time for find in everything}
        by_student: dict[str, list[Find]] = {}
        known = ids_of_people(everything)
        for find in everything:
            if student := find.student or known.get(find.person or ""):
                by_student.setdefault(student, []).append(find)
            else:
                self._set_aside(find, find.refused, find.todo)
        archives = {name for name, source in self.sources.items() if source.is_archive}
        shared = shared_folders(everything, archives)
        for student, theirs in sorted(by_student.items()):
            self._settle(student, theirs, shared)
        self._tell_misplaced(everything)
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

    def _settle(self, student: str, finds: list[Find], shared: set[str]) -> None:
        """Put the submission of a student that counts into place, and set aside what may not."""
        settled = settle(student, finds, shared)
        latest, held = settled.latest, self.record.students.get(student)
        for find, reason, todo in settled.aside:
            self._set_aside(find, reason, todo, whole=not find.refused)
        if latest is None:
            return
        if held and held.person and latest.person and held.person != latest.person:
            reason = f"{latest.person} handed in as {student}, whose work is that of {held.person}"
            todo = (
                f"see whose id it is; if {latest.person}'s, delete submitted/{student} and collect "
                "again"
            )
            self._set_aside(latest, reason, todo, whole=True)
            return
        for bad in latest.bad_files:
            self._set_aside(latest, f"{bad.name} {bad.reason}", ASK)
        for find in settled.earlier:
            self.report.superseded.append(
                Replaced(student, find.where, find.when, latest.where, latest.when)
            )
        collected = self._put_into_place(student, latest)
        self.report.students.append(collected)
        if collected.status != "kept" and not is_by_ta(latest):
            earlier: list[Find | Collected] = [find for find in settled.earlier if not find.refused]
            if held and collected.status == "replaced":
                earlier.append(held)
            self._tell_lost(latest, earlier)

    def _tell_lost(self, latest: Find, earlier: Iterable[Find | Collected]) -> None:
        """Tell what an earlier submission holds and the one that counts does not."""
        for other in earlier:
            absent = sorted(set(other.notebooks) - set(latest.notebooks))
            undone = sorted(set(other.worked_on) - set(latest.worked_on) - set(absent))
            lost = [f"lacks {', '.join(absent)}"] * bool(absent)
            lost += [f"has {', '.join(undone)} as handed out"] * bool(undone)
            if lost:
                source = other.where if isinstance(other, Find) else other.source
                reason = (
                    f"counts, as the latest, but {' and '.join(lost)}, unlike the earlier {source}"
                )
                self._set_aside(latest, reason, LOST.format(latest.student))
                return

    def _tell_misplaced(self, finds: list[Find]) -> None:
        """Tell of what `submitted/` still holds under an id that turned out to be another's."""
        whose = {find.where: find.student for find in finds if not find.refused}
        collected = {student.student for student in self.report.students}
        for student, held in self._held().items():
            now = whose.get(held.source)
            if student not in collected and now and now != student:
                reason = f"is of {now} now, but submitted/{student} still holds it"
                todo = f"delete submitted/{student}, and its marks if it was graded"
                self.report.set_aside.append(SetAside(held.source, student, reason, todo))

    def _held(self) -> dict[str, Collected]:
        """Return what `submitted/` holds as far as it was collected, by this run or before."""
        known = {**self.record.students, **{s.student: s for s in self.report.students}}
        return {
            student: held
            for student, held in known.items()
            if (self.submitted / student / self.assignment).is_dir()
        }

    def _put_into_place(self, student: str, find: Find) -> Collected:
        """Make `submitted/` hold this submission unless it holds it, or a newer one, already."""
        target = self.submitted / student / self.assignment
        held = self.record.students.get(student)
        status = self._status(target, held, find)
        if status == "kept" and held:
            return replace(held, status="kept")
        if status in ("new", "replaced"):
            write_time(self._staged(find), find)
            _swap(self._staged(find), target, self.staging / f"{EARLIER}{student}")
        told = {item.source for item in self.report.superseded if item.student == student}
        if status == "replaced" and held and held.source not in (*told, find.where):
            self.report.superseded.append(
                Replaced(student, held.source, held.when, find.where, find.when)
            )
        if status == "retimed":
            write_time(target, find)
        return Collected(
            student,
            find.where,
            find.when,
            find.clock,
            status,
            digest(target) if status == "kept" else find.digest,
            find.notebooks,
            find.missing,
            find.checkpoints,
            find.notes,
            find.ignored[:NAMES_SHOWN],
            find.person,
            find.late,
            find.worked_on,
        )

    def _status(self, target: Path, held: Collected | None, find: Find) -> str:
        """Return how a submission relates to what `submitted/` holds of the student."""
        if not target.is_dir():
            return "new"
        time = _held_time(target)
        if (held and held.digest == find.digest) or digest(target) == find.digest:
            # The same upload at another time: another time zone, or a list of times, was given.
            is_same = held is not None and held.source == find.where
            is_known = find.clock != "download"
            is_moved = time != find.time if is_known else time is not None
            return "retimed" if is_same and is_moved else "unchanged"
        if held:
            time = self.when.get(held.source) or datetime.fromisoformat(held.when)
        if held and held.source == find.where and find.time == time:
            return "replaced"  # the file in the inbox was exchanged for another
        if held and held.clock == "download" and is_by_ta(find):
            return "replaced"  # the time of a download says nothing against what a TA has mended
        return "replaced" if time is None or find.time > time else "kept"

    def _staged(self, find: Find) -> Path:
        """Return the folder with the usable files, reading the source again if need be."""
        if find.staged is None:
            for source in self.sources.values():
                if find.where == source.name or find.where.startswith(f"{source.name}/"):
                    same = (f for f in self.reader.read(self.inbox, source) if _is_same(f, find))
                    find.staged = next((f.staged for f in same), None)
                    if find.staged:
                        break
        if find.staged is None:
            raise CourseError(f"{find.where} changed while it was read; collect again.")
        return find.staged

    def _set_aside(self, find: Find, reason: str, todo: str, whole: bool = False) -> None:
        """Report a find, and copy what cannot be used to where a person can look at it.

        `whole` copies the usable files of a submission that must not be used as it is.
        """
        if not find.copies:
            evidence = find.evidence
            if whole:
                files = _files(self._staged(find))
                evidence = [(f"{find.where}/{path.name}", path) for path in files]
            readable = [(name, path) for name, path in evidence if os.access(path, os.R_OK)]
            find.copies = [str(_copy(path, self.aside, name)) for name, path in readable]
        for copy in find.copies:
            _add_reason(Path(f"{copy}.reason.txt"), f"{reason}\nTo do: {todo}\n")
        self.report.set_aside.append(
            SetAside(find.where, find.student, reason, todo, find.copies, find.person)
        )

    def _save_record(self, finds: dict[str, list[Find]]) -> None:
        shortened = replace(self.report, ignored=self.report.ignored[:NAMES_SHOWN])
        content = {
            "version": RECORD_VERSION,
            "settings": self.settings,
            "collected_at": datetime.now(UTC).isoformat(timespec="seconds"),
            **report_to_json(shortened),
            "held": [asdict(student) for student in self._held().values()],
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


def _fingerprint(expected: Expected, people: ClassList) -> str:
    """Return a hash of all that decides how an archive is read; the same in every process."""
    content = {**asdict(expected), "tasks": {}, "people": people.digest}
    content["version"] = READING_VERSION
    for name, tasks in expected.tasks.items():
        content["tasks"][name] = [sorted(tasks.ids), sorted(tasks.names), tasks.solutions]
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


def _load_record(path: Path, settings: str) -> _Record:
    """Return the record of the last run; an empty one if there is none that fits this run."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        if content["version"] != RECORD_VERSION:
            return _Record()
        students = {item["student"]: Collected(**item) for item in content["held"]}
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


def _is_same(find: Find, other: Find) -> bool:
    return (find.where, find.student, find.digest) == (other.where, other.student, other.digest)


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
    """Copy a file below `folder` as `name`, or what a file system takes of that name.

    Never over a different one.
    """
    parts = [cut(re.sub(r'[\\:*?"<>|]', "_", part), LONGEST_NAME) for part in name.split("/")]
    parts = [part for part in parts if part not in ("", ".", "..")]
    target = folder.joinpath(*parts[:1], *parts[1:][-DEEPEST:])
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
    except (FileExistsError, NotADirectoryError):  # a copy of a file has the name of that folder
        target = folder / cut("_".join(parts), LONGEST_NAME)
    number = 1
    while target.exists() and not _same_content(path, target):
        number += 1
        target = target.with_name(f"{number}_{parts[-1]}")
    if not target.exists():
        shutil.copy2(path, target)
        target.chmod(0o644)
    return target


def _add_reason(path: Path, text: str) -> None:
    """Write why a copy lies here; a second reason follows the first."""
    known = path.read_text(encoding="utf-8") if path.exists() else ""
    if text not in known:
        path.write_text(known + text, encoding="utf-8")


def _same_content(one: Path, other: Path) -> bool:
    if not other.is_file() or one.stat().st_size != other.stat().st_size:
        return False
    with one.open("rb") as first, other.open("rb") as second:
        return hashlib.file_digest(first, "sha256").digest() == (
            hashlib.file_digest(second, "sha256").digest()
        )


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def _held_time(target: Path) -> datetime | None:
    """Return the time of the submission in `submitted/`, None if nothing tells it."""
    from nbgrader.utils import parse_utc  # here, since it takes a second to load

    try:
        time = parse_utc((target / "timestamp.txt").read_text(encoding="utf-8").strip())
    except (OSError, ValueError):
        return None
    return time.replace(tzinfo=UTC)


def _tasks(source: Path, names: Iterable[str]) -> dict[str, Tasks]:
    """Return the tasks of each instructor notebook that is there, less what several share."""
    tasks = {}
    for name in names:
        path = source / name
        if path.is_file():
            try:
                tasks[name] = tasks_to_solve(read_notebook(path.read_bytes())[1])
            except BadNotebook as error:
                raise CourseError(f"{path} {error}; restore it.") from error
    ids = Counter(grade_id for asked in tasks.values() for grade_id in asked.ids)
    names_of = Counter(name for asked in tasks.values() for name in asked.names)
    return {
        notebook: replace(
            asked,
            ids={grade_id for grade_id in asked.ids if ids[grade_id] == 1},
            names={name for name in asked.names if names_of[name] == 1},
        )
        for notebook, asked in tasks.items()
    }
