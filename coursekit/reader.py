"""Turn what was handed in into finds: whose each submission is, of when, what is in it.

Archives are branches of the inbox like folders: the download of a class holds a folder per person,
which holds an archive, which holds a folder with notebooks. What can be used of a submission lies
ready in a folder of its own; `coursekit.collect` decides what to take.
"""

import hashlib
import io
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import BinaryIO
from zoneinfo import ZoneInfo

from coursekit.class_list import ClassList
from coursekit.inbox import Found, Source, find_sources, is_archive, is_junk
from coursekit.names import copy_number, first_id, squashed, student_ids, time_after_id
from coursekit.submission_files import BACKUPS, BadFile, Expected, is_notebook, is_work, take_files
from coursekit.submission_files import write as write_plain
from coursekit.systems import upload
from coursekit.unpack import BadArchive, Folder, Limits, Member, Tree, open_archive, readable

DOWNLOAD = timedelta(minutes=10)
"""What a learning system takes at most to pack a class. Files of one such span have its time."""
AGAIN = "download it again, or ask the student for the archive that CollectSubmission.sh makes"
OWN_ARCHIVE = "put each student's files into an archive named <student id>.zip in the inbox"
RENAME = "copy it into the inbox as <student id>.tar.gz (or .zip, as it is now)"
MAX_KEPT = 200  # files of one submission that are copied for a person to look at
RENAME_FOLDER = "copy its files into a folder named <student id> in the inbox"


@dataclass
class Find:
    """One submission in the inbox. All but the last two fields can be written as JSON."""

    where: str
    """Its path in the inbox; archives count as folders."""
    student: str | None = None
    person: str | None = None
    """Who uploaded it, as the learning system calls them; None if it does not say."""
    box: str = ""
    """The folder around it, where that may be a person's and nothing else says whose it is."""
    at_top: bool = False
    """Whether it lies in the inbox itself, where a TA puts what is mended."""
    is_named: bool = False
    """Whether the system, or the name it lies under, tells the student; else something inside."""
    when: str = ""
    """ISO 8601, UTC."""
    clock: str = ""
    """Who says so: system, list, name, file, or download (which is no time of handing in)."""
    changed: str = ""
    """When its file was last changed; of two at one time the one changed last counts."""
    late: bool = False
    """Whether the learning system calls it late."""
    digest: str = ""
    notebooks: list[str] = field(default_factory=list)
    worked_on: list[str] = field(default_factory=list)
    """Those of the notebooks that are not as they were handed out."""
    missing: list[str] = field(default_factory=list)
    checkpoints: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    ignored: list[str] = field(default_factory=list)
    bad_files: list[BadFile] = field(default_factory=list)
    refused: str = ""
    """Why nothing of it can be used; empty if something can."""
    todo: str = ""
    """What helps against that."""
    copies: list[str] = field(default_factory=list)
    """Where the evidence was copied to, for a person to look at."""

    staged: Path | None = None
    """A folder that holds the usable files, ready to be moved into place."""
    evidence: list[tuple[str, Path]] = field(default_factory=list)
    """Copies of what cannot be used: a path in the inbox, and where its bytes lie now."""

    @property
    def time(self) -> datetime:
        return datetime.fromisoformat(self.when)


class Reader:
    """Turns sources into finds. Usable files and evidence are written below `staging`."""

    def __init__(
        self,
        expected: Expected,
        people: ClassList,
        staging: Path,
        on_class: Callable[[int], object] = bool,
    ) -> None:
        """`on_class` is told how many sources an archive holds, once it turns out to be a class."""
        self._expected, self._limits, self._people = expected, expected.limits, people
        self._staging, self._on_class = staging, on_class
        self._count = 0
        self._downloads: set[str] = set()
        """Sources whose files know only when they were downloaded."""

    def find_sources(self, inbox: Folder) -> Found:
        """Return what an inbox holds."""
        found = find_sources(inbox, self._people.used)
        self._note_download(found.sources, at_least=3)
        return found

    def read(self, inbox: Folder, source: Source) -> Iterator[Find]:
        """Yield the submissions of one source. What is wrong with one is told in its find.

        Raises `OSError` only when the usable files cannot be written.
        """
        if source.refused:
            yield self._refuse(source, source.refused, source.todo, _paths(inbox, source))
        elif source.is_archive:
            member = source.members[0]
            path = inbox.path(member.index)
            try:
                file = path.open("rb")
            except OSError as error:
                why = f"cannot be read ({error.strerror})"
                yield self._refuse(source, why, "mend its permissions", [])
                return
            with file:
                yield from self._archive(file, member, source, None, 0, path)
        else:
            yield from self._loose(inbox, source, _paths(inbox, source))

    # --- archives --------------------------------------------------------------------------------

    def _archive(
        self,
        file: BinaryIO,
        member: Member,
        source: Source,
        owner: str | None,
        depth: int,
        path: Path | None,
    ) -> Iterator[Find]:
        """Yield what an archive holds: the submissions of a class, or one.

        `owner` is the student whose archive is around it, `path` its file if it has one.
        """
        evidence = [] if path is None else [(source.name, path)]
        owner = owner or first_id(source.parts[-1:])
        try:
            # Only a teacher's own file may speak for several people, never an upload.
            is_somebodys = bool(owner or source.upload or first_id(source.says))
            may_be_class = depth == 0 and not is_somebodys
            tree = open_archive(file, member.size, self._limits, may_be_class)
            found = Found() if is_somebodys else find_sources(tree)
            if may_be_class and found.is_class:
                yield from self._class(tree, source, found)
                return
            if found.is_mixed:
                raise BadArchive(
                    "holds the work of several people, or several versions; which one counts, and "
                    "whose is it?",
                    f"if it is the download of a class, put it into the inbox by itself; else "
                    f"{OWN_ARCHIVE}",
                )
            if member.size > self._limits.max_archive:
                raise _too_large(self._limits)
            tree.check_sizes()
            yield from self._upload(tree, member, source, owner, depth)
        except BadArchive as error:
            kept = evidence or self._keep(file, source)
            yield self._refuse(source, str(error), error.todo, kept)

    def _upload(
        self, tree: Tree, member: Member, source: Source, owner: str | None, depth: int
    ) -> Iterator[Find]:
        """Yield the submission in the archive of one person. Raises `BadArchive`."""
        nested = _nested(tree)
        if owner and _is_of_others(tree, owner):
            raise BadArchive(
                f"is named like an archive of {owner} but holds those of other students",
                "give it another name if it is the download of a class",
            )
        if nested and depth + 1 >= self._limits.max_depth:
            raise BadArchive("holds archives in archives in archives")
        if len(nested) > self._limits.max_nested:
            raise BadArchive(f"holds {len(nested)} archives instead of notebooks")
        if not nested:
            yield from self._single(tree, member, source, owner)
            return
        finds = []
        for inner in nested:
            parts = (*source.parts, *inner.parts)
            # The outer archive tells when it was uploaded, the inner one has the student's clock.
            inner = replace(inner, modified=member.modified or inner.modified)
            name = f"{source.name}/{readable(inner.name)}"
            wrapped = replace(source, name=name, parts=parts, members=[inner], at_top=False)
            inside = self._nested_archive(tree, inner, wrapped, owner, depth + 1)
            is_named = bool(owner or self._students(source) or first_id(source.says))
            finds += [replace(find, is_named=is_named, at_top=source.at_top) for find in inside]
        good = [find for find in finds if not find.refused]
        if len({find.digest for find in good}) > 1:
            listed = ", ".join(readable(inner.name) for inner in nested)
            raise BadArchive(
                f"holds several archives with notebooks ({listed})", "ask which one counts"
            )
        yield from good[:1] or finds

    def _class(self, tree: Tree, outer: Source, found: Found) -> Iterator[Find]:
        sources = [source.within(outer) for source in found.sources]
        self._on_class(len(sources))
        self._note_download(sources, at_least=1)
        for problem in found.problems:
            yield self._refuse(replace(outer, members=[]), problem, "export it again", [])
        for source in sources:
            if source.refused:
                kept = self._keep_members(tree, source)
                yield self._refuse(source, source.refused, source.todo, kept)
            elif source.is_archive:
                yield from self._nested_archive(tree, source.members[0], source, None, 1)
            else:
                yield from self._loose(tree, source, None)

    def _nested_archive(
        self, tree: Tree, member: Member, source: Source, owner: str | None, depth: int
    ) -> Iterator[Find]:
        try:
            if member.size > self._limits.max_archive:
                raise _too_large(self._limits)
            content = tree.read([member.index], self._limits.max_archive)[member.index]
        except BadArchive as error:
            yield self._refuse(source, str(error), error.todo, [])
            return
        with io.BytesIO(content) as file:
            yield from self._archive(file, member, source, owner, depth, None)

    def _single(
        self, tree: Tree, member: Member, source: Source, owner: str | None
    ) -> Iterator[Find]:
        """Yield the submission in an archive that holds one. Raises `BadArchive`."""
        inside = list(dict.fromkeys(part for m in tree.members for part in m.parts[-2::-1]))
        candidates = (*source.says[:1], *inside, *source.says[1:], *_file_names(tree.members))
        students = self._students(source)
        ids = {student for part in inside for student in student_ids(part)}
        if not owner and not students and len(ids) > 1:
            raise BadArchive(
                "holds the folders of several students; which one handed it in?", OWN_ARCHIVE
            )
        for student in students or [owner or first_id(candidates)]:
            own = [m for m in tree.members if not _is_anothers(m, student)]
            is_own = any(is_notebook(m.parts[-1]) for m in own) and not students
            members = own if is_own else tree.members
            when = self._when(source, student, member.modified)
            yield self._submission(tree, members, source, student, when, candidates)

    def _loose(
        self, tree: Tree, source: Source, evidence: list[tuple[str, Path]] | None
    ) -> Iterator[Find]:
        """Yield the submission of files that lie in a folder without an archive."""
        candidates = (*source.says, *_file_names(source.members))
        times = [m.modified for m in source.members if is_notebook(m.parts[-1]) and m.modified]
        modified = max((self._aware(time) for time in times), default=None)
        for student in self._students(source) or [first_id(candidates)]:
            when = self._when(source, student, modified)
            try:
                yield self._submission(tree, source.members, source, student, when, candidates)
            except BadArchive as error:
                kept = self._keep_members(tree, source) if evidence is None else evidence
                yield self._refuse(source, str(error), error.todo, kept)

    # --- one submission --------------------------------------------------------------------------

    def _submission(
        self,
        tree: Tree,
        members: Sequence[Member],
        source: Source,
        student: str | None,
        when: tuple[str, str, str],
        candidates: Sequence[str],
    ) -> Find:
        """Read the files of one submission and lay them ready. Raises `BadArchive`."""
        find = Find(source.name, student, source.person, source.box, source.at_top)
        find.when, find.clock, find.changed = when
        find.late = bool(source.upload and source.upload.late)
        find.is_named = bool(self._students(source) or first_id(source.says) == student)
        members = [m for m in members if not is_junk(m) or BACKUPS in m.parts]
        work = [member for member in members if is_work(member.parts[-1])]
        for member in work:
            if member.is_link:
                raise BadArchive(
                    f"holds a link in the place of {readable(member.name)}",
                    "ask the student for the file itself",
                )
        if not any(is_notebook(member.parts[-1]) for member in work):
            raise BadArchive("holds no notebook", "ask the student for the notebooks")
        if student is None:
            raise BadArchive(
                f"names no student id (like {self._expected.student_id.example}), neither itself "
                "nor its folders",
                RENAME if source.is_archive else RENAME_FOLDER,
            )
        others = {i for name in candidates for i in student_ids(name)} - {student}
        if others:
            find.notes.append(f"names {', '.join(sorted(others))} too; it was taken as {student}")
        folder = self._new_folder()
        taken = take_files(tree, members, student, self._expected, folder)
        if not taken.notebooks:
            raise BadArchive(
                "holds no notebook that can be used"
                + "".join(f"; {bad.name} {bad.reason}" for bad in taken.bad_files)
            )
        find.notebooks, find.missing = taken.notebooks, taken.missing
        find.worked_on = taken.worked_on
        find.checkpoints, find.bad_files = taken.checkpoints, taken.bad_files
        find.notes += taken.notes
        find.ignored = [readable(m.name) for m in members if m.index not in taken.used]
        find.evidence = [(f"{find.where}/{b.name}", b.copy) for b in taken.bad_files if b.copy]
        find.digest = digest(folder)
        write_time(folder, find)
        find.staged = folder
        return find

    def _students(self, source: Source) -> list[str | None]:
        """Return whose a source is by the word of the learning system, or of a class list."""
        if source.upload and source.upload.students:
            return list(source.upload.students)
        listed = self._people.find(_keys(source))
        return [listed.student] if listed and listed.student else []

    # --- times -----------------------------------------------------------------------------------

    def _when(
        self, source: Source, student: str | None, modified: datetime | None
    ) -> tuple[str, str, str]:
        """Return when something was handed in, who says so, and when it was last changed.

        Of two copies with the same time the one with the higher number is made later, a little.
        """
        last_change = self._aware(modified or datetime(1980, 1, 1))  # as zips without a time have
        time, clock = last_change, "file"
        listed = self._people.find([*_keys(source), squashed(student or "")])
        if source.upload and source.upload.when:
            time, clock = self._aware(source.upload.when), "system"
        elif listed and listed.when:
            time, clock = self._aware(listed.when), "list"
        elif source.at_top and (named := time_after_id(source.parts[-1])):
            written = self._aware(named)
            # Nothing was handed in after it arrived here, nor a year before.
            if timedelta(days=-1) < last_change - written < timedelta(days=366):
                time, clock = written, "name"
        elif self._is_of_download(source):
            clock = "download"
        number = copy_number(source.parts[-1]) if source.is_archive else 0
        time += timedelta(microseconds=number)
        return time.isoformat(), clock, last_change.isoformat()

    def _aware(self, time: datetime) -> datetime:
        if time.tzinfo is None:
            name = self._expected.timezone
            time = time.replace(tzinfo=ZoneInfo(name)) if name else time.astimezone()
        return time.astimezone(UTC)

    def _note_download(self, sources: Collection[Source], at_least: int) -> None:
        """Remember whose files a learning system has given the time of the download."""
        theirs = [s for s in sources if s.upload and not s.upload.when]
        if not theirs and at_least == 1:  # the zip of a system that is not known
            theirs, at_least = [s for s in sources if not s.upload], 3
        times = [self._aware(m.modified) for s in theirs for m in s.members if m.modified]
        people = {source.person or source.name for source in theirs}
        if len(people) < at_least or not times or max(times) - min(times) > DOWNLOAD:
            return
        self._downloads |= {source.name for source in theirs}
        # What lies beside them under a name that is not the system's came with them.
        for source in sources:
            beside = [self._aware(m.modified) for m in source.members if m.modified]
            is_dated = source.at_top or bool(source.upload and source.upload.when)
            span = max([*times, *beside]) - min([*times, *beside])
            if beside and not is_dated and span <= DOWNLOAD:
                self._downloads.add(source.name)

    def _is_of_download(self, source: Source) -> bool:
        """Whether a source, or what it lies in, knows only when it was downloaded."""
        parts = source.name.split("/")
        return any("/".join(parts[:size]) in self._downloads for size in range(1, len(parts) + 1))

    # --- what cannot be used ---------------------------------------------------------------------

    def _refuse(
        self, source: Source, reason: str, todo: str, evidence: list[tuple[str, Path]]
    ) -> Find:
        times = [self._aware(m.modified) for m in source.members if m.modified]
        student = next(iter(self._students(source)), None)
        if student is None and not source.is_crowd:
            student = first_id(source.says)
        when, clock, changed = self._when(source, student, max(times, default=None))
        return Find(
            source.name,
            student,
            source.person,
            source.box,
            source.at_top,
            is_named=True,
            when=when,
            clock=clock,
            changed=changed,
            refused=reason,
            todo=todo or AGAIN,
            evidence=evidence,
        )

    def _keep(self, file: BinaryIO, source: Source) -> list[tuple[str, Path]]:
        """Write an archive that lies in another one where it can be looked at."""
        kept = self._new_folder() / "archive"
        file.seek(0)
        write_plain(kept, file.read())
        return [(source.name, kept)]

    def _keep_members(self, tree: Tree, source: Source) -> list[tuple[str, Path]]:
        """Write the files of a source that lies in an archive where they can be looked at."""
        kept = []
        for member in source.members[:MAX_KEPT]:
            try:
                content = tree.read([member.index], self._limits.max_archive)[member.index]
            except BadArchive:
                continue  # it is still in the archive around it
            kept.append(
                (f"{source.name}/{readable(member.parts[-1])}", self._new_folder() / "file")
            )
            write_plain(kept[-1][1], content)
        return kept

    def _new_folder(self) -> Path:
        self._count += 1
        folder = self._staging / str(self._count)
        folder.mkdir(parents=True)
        return folder


def write_time(folder: Path, find: Find) -> None:
    """Write nbgrader's `timestamp.txt`; remove it where the time of handing in is not known."""
    path = folder / "timestamp.txt"
    if find.clock == "download":
        path.unlink(missing_ok=True)
        return
    stamp = find.time.astimezone(UTC).replace(tzinfo=None).isoformat(sep=" ")
    write_plain(path, f"{stamp} UTC\n".encode("ascii"))


def digest(folder: Path) -> str:
    """Return a hash of the files that were taken from a submission, without its time."""
    state = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path.name != "timestamp.txt":
            content = hashlib.sha256(path.read_bytes()).hexdigest()
            state.update(f"{path.relative_to(folder).as_posix()}\0{content}\n".encode())
    return state.hexdigest()


def _keys(source: Source) -> list[str]:
    """Return by what a class list may know who handed something in."""
    if source.upload:
        return [*source.upload.keys, squashed(source.upload.person)]
    return [squashed(source.box.split("/")[-1])]


def _too_large(limits: Limits) -> BadArchive:
    return BadArchive(f"is larger than the {limits.max_archive / 1e6:.0f} MB of a submission")


def _is_of_others(tree: Tree, owner: str) -> bool:
    """Whether an archive of `owner` holds archives of other students, or a class's folders."""
    return any(
        upload(member.parts) or set(student_ids(member.parts[-1])) - {owner}
        for member in _nested(tree)
    )


def _is_anothers(member: Member, student: str | None) -> bool:
    """Whether a file lies in a folder that is named after another student."""
    ids = {i for part in member.parts[:-1] for i in student_ids(part)}
    return bool(student and ids) and student not in ids


def _nested(tree: Tree) -> list[Member]:
    """Return the archives in an archive that holds nothing but archives, else none."""
    members = [member for member in tree.members if not is_junk(member)]
    if any(is_notebook(member.parts[-1]) for member in members):
        return []
    archives = [m for m in members if is_archive(m.parts[-1]) and not m.is_link]
    return [m for m in archives if not is_work(m.parts[-1])]


def _file_names(members: Sequence[Member]) -> list[str]:
    """Names of files that may carry a student id: checkpoints first."""
    files = [m for m in members if is_work(m.parts[-1]) and not is_junk(m)]
    return [m.parts[-1] for m in sorted(files, key=lambda m: is_notebook(m.parts[-1]))]


def _paths(inbox: Folder, source: Source) -> list[tuple[str, Path]]:
    members = [m for m in source.members if not m.is_link][:MAX_KEPT]
    return [(readable(m.name), inbox.path(m.index)) for m in members]
