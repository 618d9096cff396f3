"""Find the submissions in what a learning system hands out, whatever it is packed in.

An inbox is a tree of files. Archives are branches of it like folders: the download of a class
holds a folder per person, which holds an archive, which holds a folder with notebooks. This module
walks that tree and makes one `Find` of each submission: whose it is, of when, which notebooks are
in it. What it can use lies ready in a folder of its own; `coursekit.collect` decides what to take.
"""

import hashlib
import io
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import BinaryIO
from zoneinfo import ZoneInfo

from coursekit.names import copy_number, first_id, split_person, student_ids, time_in_name
from coursekit.submission_files import WORK_ENDINGS, BadFile, Expected, take_files, write
from coursekit.unpack import BadArchive, Folder, Member, Tree, open_archive, readable

ARCHIVE_ENDINGS = (".tar.gz", ".tgz", ".tar", ".zip", ".gz")
FOREIGN_ENDINGS = (".7z", ".rar", ".xz", ".txz", ".bz2", ".tbz2", ".alz", ".egg", ".zst")


@dataclass
class Find:
    """One submission in the inbox. All but the last two fields can be written as JSON."""

    where: str
    """Its path in the inbox; archives count as folders."""
    student: str | None = None
    person: str | None = None
    """Who uploaded it, as the learning system calls them; None if it does not say."""
    when: str = ""
    """ISO 8601, UTC."""
    digest: str = ""
    notebooks: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    checkpoints: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    ignored: list[str] = field(default_factory=list)
    bad_files: list[BadFile] = field(default_factory=list)
    refused: str = ""
    """Why nothing of it can be used; empty if something can."""
    copies: list[str] = field(default_factory=list)
    """Where the evidence was copied to, for a person to look at."""

    staged: Path | None = None
    """A folder that holds the usable files, ready to be moved into place."""
    evidence: list[tuple[str, Path]] = field(default_factory=list)
    """Copies of what cannot be used: a path in the inbox, and where its bytes lie now."""


@dataclass
class Source:
    """One thing that was put into the inbox: an archive, or the loose files of one student."""

    name: str
    """Where it lies in the inbox, as a person finds it."""
    parts: tuple[str, ...]
    """The same as folders and a name, a learning system's prefix being a folder too."""
    members: list[Member]
    is_archive: bool
    person: str | None = None
    refused: str = ""

    @property
    def fingerprint(self) -> str:
        """Changes when a file does: names, sizes, times of last change."""
        text = "".join(f"{m.name}\0{m.size}\0{m.modified}\0{m.is_link}\n" for m in self.members)
        return hashlib.sha256(text.encode("utf-8", "surrogateescape")).hexdigest()


def find_sources(members: Sequence[Member]) -> tuple[list[Source], list[str]]:
    """Group the files of an inbox, or of a class's archive, by what belongs together.

    Returns the sources and the names of the files that are part of none.
    """
    sources: list[Source] = []
    loose: dict[tuple[str, ...], Source] = {}
    others: dict[tuple[str, ...], Source] = {}
    for member in members:
        if _is_junk(member):
            continue
        parts, person = _without_person(member.parts)
        name = parts[-1].lower()
        if _is_archive(name) or name.endswith(FOREIGN_ENDINGS):
            source = Source(readable(member.name), parts, [member], True, person)
            if member.is_link:
                source.refused = "is a link; put the file itself into the inbox"
            elif not _is_archive(name):
                source.refused = "is neither a tar.gz nor a zip archive; ask for one of these"
            sources.append(source)
        else:
            groups = loose if name.endswith(WORK_ENDINGS) else others
            key = _owner(parts)
            new = Source(readable("/".join(key)), key, [], False, person)
            groups.setdefault(key, new).members.append(replace(member, parts=parts))
    sources += loose.values()

    ignored = []
    for key, source in others.items():
        owned = bool(source.person or first_id(key))
        if not owned or any(_belong_together(source, other) for other in sources):
            ignored += [readable(member.name) for member in source.members]
        else:
            source.refused = "holds neither an archive nor a notebook"
            sources.append(source)
    return sorted(sources, key=lambda source: source.parts), ignored


class Reader:
    """Turns sources into finds. Usable files and evidence are written below `staging`."""

    def __init__(
        self, expected: Expected, staging: Path, on_class: Callable[[int], object] = bool
    ) -> None:
        """`on_class` is told how many sources an archive holds, once it turns out to be a class."""
        self._expected, self._limits, self._staging = expected, expected.limits, staging
        self._on_class = on_class
        self._count = 0

    def read(self, inbox: Folder, source: Source) -> Iterator[Find]:
        """Yield the submissions of one source. What is wrong with one is told in its find.

        Raises `OSError` only when the usable files cannot be written.
        """
        if source.refused:
            yield self._refuse(source.parts, source, source.refused, _paths(inbox, source))
        elif source.is_archive:
            member = source.members[0]
            path = inbox.path(member.index)
            try:
                file = path.open("rb")
            except OSError as error:
                yield self._refuse(source.parts, source, f"cannot be read ({error.strerror})", [])
                return
            with file:
                yield from self._archive(file, member, source, None, 0, path)
        else:
            yield self._loose(inbox, source, _paths(inbox, source))

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
        try:
            tree = open_archive(file, member.size, self._limits)
            # Only a teacher's own file may speak for several people, never an upload.
            if depth == 0 and not source.person and _is_class(tree, source.parts[-1]):
                yield from self._class(tree, source)
                return
            if member.size > self._limits.max_archive:
                raise BadArchive(
                    f"is larger than the {self._limits.max_archive / 1e6:.0f} MB of a submission"
                )
            tree.check_sizes()
            nested = _nested(tree)
            owner = owner or first_id(source.parts[-1:])
            if owner and _is_of_others(tree, owner):
                raise BadArchive(
                    f"is named like an archive of {owner} but holds those of other students; if "
                    "it is the download of a class, give it another name"
                )
            if nested and depth + 1 >= self._limits.max_depth:
                raise BadArchive("holds archives in archives in archives")
            if len(nested) > self._limits.max_nested:
                raise BadArchive(f"holds {len(nested)} archives instead of notebooks")
            if not nested:
                yield self._single(tree, member, source, owner)
                return
        except BadArchive as error:
            kept = evidence or self._keep(file, source)
            yield self._refuse(source.parts, source, str(error), kept)
            return
        for inner in nested:
            parts = (*source.parts, *inner.parts)
            # The outer archive tells when it was uploaded, the inner one has the student's clock.
            inner = replace(inner, modified=member.modified or inner.modified)
            name = f"{source.name}/{readable(inner.name)}"
            wrapped = Source(name, parts, [inner], True, source.person)
            yield from self._nested_archive(tree, inner, wrapped, owner, depth + 1)

    def _class(self, tree: Tree, outer: Source) -> Iterator[Find]:
        sources, _ = find_sources(tree.members)
        self._on_class(len(sources))
        for source in sources:
            parts = (*outer.parts, *source.parts)
            inside = replace(source, parts=parts, name=f"{outer.name}/{source.name}")
            if source.refused:
                kept = self._keep_members(tree, inside)
                yield self._refuse(inside.parts, inside, source.refused, kept)
            elif source.is_archive:
                yield from self._nested_archive(tree, source.members[0], inside, None, 1)
            else:
                yield self._loose(tree, inside, None)

    def _nested_archive(
        self, tree: Tree, member: Member, source: Source, owner: str | None, depth: int
    ) -> Iterator[Find]:
        limit = self._limits.max_archive
        try:
            if member.size > limit:
                raise BadArchive(f"is larger than the {limit / 1e6:.0f} MB of a submission")
            content = tree.read([member.index], limit)[member.index]
        except BadArchive as error:
            yield self._refuse(source.parts, source, str(error), [])
            return
        with io.BytesIO(content) as file:
            yield from self._archive(file, member, source, owner, depth, None)

    def _single(self, tree: Tree, member: Member, source: Source, owner: str | None) -> Find:
        """Make a find of an archive that holds one submission."""
        name, parents = source.parts[-1], source.parts[-2::-1]
        inside = list(dict.fromkeys(part for m in tree.members for part in m.parts[-2::-1]))
        candidates = (name, *inside, *parents, *_file_names(tree.members))
        if not owner and len({i for part in inside for i in student_ids(part)}) > 1:
            raise BadArchive("holds the folders of several students; which one handed it in?")
        student = owner or first_id(candidates)
        when = self._when((name, *_own(parents)), member.modified, copy_number(name))
        own = [m for m in tree.members if not _is_anothers(m, student)]
        members = own if any(m.suffix == ".ipynb" for m in own) else tree.members
        return self._submission(tree, members, source, student, when, candidates)

    def _loose(self, tree: Tree, source: Source, evidence: list[tuple[str, Path]] | None) -> Find:
        """Make a find of files that lie in a folder without an archive."""
        candidates = (*source.parts[::-1], *_file_names(source.members))
        times = [m.modified for m in source.members if m.suffix == ".ipynb" and m.modified]
        times = [self._aware(time) for time in times]
        when = self._when(_own(source.parts[::-1]), max(times, default=None), 0)
        try:
            return self._submission(
                tree, source.members, source, first_id(candidates), when, candidates
            )
        except BadArchive as error:
            kept = self._keep_members(tree, source) if evidence is None else evidence
            return self._refuse(source.parts, source, str(error), kept)

    # --- one submission --------------------------------------------------------------------------

    def _submission(
        self,
        tree: Tree,
        members: Sequence[Member],
        source: Source,
        student: str | None,
        when: datetime,
        candidates: Sequence[str],
    ) -> Find:
        """Read the files of one submission and lay them ready. Raises `BadArchive`."""
        find = Find(source.name, student, source.person, when.isoformat())
        members = [member for member in members if not _is_junk(member)]
        work = [member for member in members if member.suffix in WORK_ENDINGS]
        for member in work:
            if member.is_link:
                raise BadArchive(f"holds a link in the place of {readable(member.name)}")
        if not any(member.suffix == ".ipynb" for member in work):
            raise BadArchive("holds no notebook")
        if student is None:
            raise BadArchive(
                "names no student id (NNNN-NNNNN), neither itself nor its folders; rename it to "
                "<student id>.tar.gz (or .zip, as it is now)"
            )
        others = {i for name in candidates for i in student_ids(name)} - {student}
        if others:
            find.notes.append(f"names {', '.join(sorted(others))} too; it was taken as {student}")
        folder = self._new_folder()
        taken = take_files(tree, work, student, self._expected, folder)
        if not taken.notebooks:
            raise BadArchive(
                "holds no notebook that can be used"
                + "".join(f"; {bad.name} {bad.reason}" for bad in taken.bad_files)
            )
        find.notebooks, find.missing = taken.notebooks, taken.missing
        find.checkpoints, find.bad_files = taken.checkpoints, taken.bad_files
        find.notes += taken.notes
        find.ignored = [readable(m.name) for m in members if m.index not in taken.used]
        find.evidence = [(f"{find.where}/{b.name}", b.copy) for b in taken.bad_files if b.copy]
        find.digest = digest(folder)
        stamp = when.astimezone(UTC).replace(tzinfo=None).isoformat(sep=" ")
        write(folder / "timestamp.txt", f"{stamp} UTC\n".encode("ascii"))
        find.staged = folder
        return find

    # --- small things ----------------------------------------------------------------------------

    def _aware(self, time: datetime) -> datetime:
        if time.tzinfo is None:
            name = self._expected.timezone
            time = time.replace(tzinfo=ZoneInfo(name)) if name else time.astimezone()
        return time.astimezone(UTC)

    def _when(self, names: Sequence[str], modified: datetime | None, copy: int) -> datetime:
        """Return the time in the nearest name that has one, else that of the last change.

        Of two copies with the same time the one with the higher number is made later, a little.
        """
        named = next((time for name in names if (time := time_in_name(name))), None)
        time = named or modified or datetime(1980, 1, 1)  # as zip archives without a time have it
        return self._aware(time) + timedelta(microseconds=copy)

    def _refuse(
        self,
        parts: Sequence[str],
        source: Source,
        reason: str,
        evidence: list[tuple[str, Path]],
    ) -> Find:
        times = [self._aware(m.modified) for m in source.members if m.modified]
        names = tuple(parts)[::-1]
        own = (names[0], *_own(names[1:]))
        when = self._when(own, max(times, default=None), copy_number(names[0]))
        return Find(
            source.name,
            first_id(names),
            source.person,
            when.isoformat(),
            refused=reason,
            evidence=evidence,
        )

    def _keep(self, file: BinaryIO, source: Source) -> list[tuple[str, Path]]:
        """Write an archive that lies in another one where it can be looked at."""
        kept = self._new_folder() / "archive"
        file.seek(0)
        write(kept, file.read())
        return [(source.name, kept)]

    def _keep_members(self, tree: Tree, source: Source) -> list[tuple[str, Path]]:
        """Write the files of a source that lies in an archive where they can be looked at."""
        kept = []
        for member in source.members:
            try:
                content = tree.read([member.index], self._limits.max_archive)[member.index]
            except BadArchive:
                continue  # it is still in the archive around it
            kept.append(
                (f"{source.name}/{readable(member.parts[-1])}", self._new_folder() / "file")
            )
            write(kept[-1][1], content)
        return kept

    def _new_folder(self) -> Path:
        self._count += 1
        folder = self._staging / str(self._count)
        folder.mkdir(parents=True)
        return folder


def digest(folder: Path) -> str:
    """Return a hash of the files that were taken from a submission, without its time."""
    state = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path.name != "timestamp.txt":
            content = hashlib.sha256(path.read_bytes()).hexdigest()
            state.update(f"{path.relative_to(folder).as_posix()}\0{content}\n".encode())
    return state.hexdigest()


def _is_junk(member: Member) -> bool:
    """Files that operating systems and editors leave behind, and hidden ones."""
    return any(
        part.startswith(".") or part in ("__MACOSX", "Thumbs.db", "desktop.ini")
        for part in member.parts
    )


def _is_archive(name: str) -> bool:
    """By its ending, which a browser may have numbered ("x.tar.gz (1)", "x.tar (1).gz")."""
    return name.rstrip("0123456789() ").endswith(ARCHIVE_ENDINGS)


def _without_person(parts: tuple[str, ...]) -> tuple[tuple[str, ...], str | None]:
    """Return a path in which a person's name is a folder, and the person."""
    for index, part in enumerate(parts):
        if found := split_person(part):
            person, folder, rest = found
            inner = (rest, *parts[index + 1 :]) if rest else parts[index + 1 :]
            if inner:  # else the name of a file looks like that of a person's folder
                return (*parts[:index], folder, *inner), person
    return parts, None


def _owner(parts: tuple[str, ...]) -> tuple[str, ...]:
    """Return the folder whose owner a loose file belongs to."""
    folders = parts[:-1]
    for index in reversed(range(len(folders))):
        if student_ids(folders[index]) or split_person(folders[index] + "x"):
            return folders[: index + 1]
    if not folders and (student := first_id(parts)):
        return (student,)
    return folders[:-1] if folders[-1:] == ("model_checkpoints",) else folders


def _belong_together(source: Source, other: Source) -> bool:
    same_person = source.person is not None and source.person == other.person
    return same_person or other.parts[: len(source.parts)] == source.parts


def _is_class(tree: Tree, name: str) -> bool:
    """Whether an archive holds the submissions of several people, and is not named like one's."""
    if student_ids(name):
        return False
    members = [member for member in tree.members if not _is_junk(member)]
    if any(_without_person(member.parts)[1] for member in members):
        return True
    folders = {part for member in members for part in member.parts[:-1]}
    if len({i for folder in folders for i in student_ids(folder)}) > 1:
        return True
    return len(_nested(tree)) > 1


def _is_of_others(tree: Tree, owner: str) -> bool:
    """Whether an archive of `owner` holds archives of other students, or a class's folders."""
    return any(
        _without_person(member.parts)[1] or set(student_ids(member.parts[-1])) - {owner}
        for member in _nested(tree)
    )


def _is_anothers(member: Member, student: str | None) -> bool:
    """Whether a file lies in a folder that is named after another student."""
    ids = {i for part in member.parts[:-1] for i in student_ids(part)}
    return bool(student and ids) and student not in ids


def _own(folders: Sequence[str]) -> tuple[str, ...]:
    """Return those of the folders around a submission that belong to one person."""
    return tuple(name for name in folders if student_ids(name) or split_person(name + "x"))


def _nested(tree: Tree) -> list[Member]:
    """Return the archives in an archive that holds nothing but archives, else none."""
    members = [member for member in tree.members if not _is_junk(member)]
    if any(member.suffix == ".ipynb" for member in members):
        return []
    return [m for m in members if _is_archive(m.parts[-1].lower()) and not m.is_link]


def _file_names(members: Sequence[Member]) -> list[str]:
    """Names of files that may carry a student id: checkpoints first."""
    files = [member for member in members if member.suffix in WORK_ENDINGS]
    return [m.parts[-1] for m in sorted(files, key=lambda m: m.suffix != ".pt")]


def _paths(inbox: Folder, source: Source) -> list[tuple[str, Path]]:
    return [(readable(m.name), inbox.path(m.index)) for m in source.members if not m.is_link]
