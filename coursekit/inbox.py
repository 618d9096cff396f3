"""Group the files of an inbox, or of a class's archive, by what was handed in together.

Folders are never mixed. What a learning system names is grouped by its names; a folder with a
student id is that student's; of all others each folder that holds notebooks is a submission of its
own. A folder of which nobody can say whose it is is set aside as it is.
"""

import hashlib
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from coursekit.gradescope import METADATA, Export, exports
from coursekit.names import first_id, student_ids, without_copy_marks
from coursekit.submission_files import BACKUPS, is_checkpoint, is_notebook, is_work
from coursekit.systems import Upload, upload
from coursekit.unpack import ASK_FOR_ARCHIVE, Member, Tree, readable

ARCHIVE_ENDINGS = (".tar.gz", ".tgz", ".tar", ".zip", ".gz")
FOREIGN_ENDINGS = (
    *(".7z", ".rar", ".xz", ".txz", ".bz2", ".tbz", ".tbz2", ".alz", ".egg", ".zst", ".zipx"),
    *(".lz", ".lzma", ".cab", ".iso", ".dmg"),
)
OWN_FOLDER = "put each student's files into a folder named <student id> in the inbox"

Path = tuple[str, ...]


@dataclass
class Source:
    """One thing that was handed in: an archive, or the loose files of a folder."""

    name: str
    """Where it lies in the inbox, as a person finds it."""
    parts: Path
    """The same as folders and a name; a learning system's prefix is a folder too."""
    members: list[Member]
    is_archive: bool
    upload: Upload | None = None
    """What a learning system says of it."""
    box: str = ""
    """The folder around it, where that may be a person's; empty where something else tells."""
    at_top: bool = False
    """Whether it lies in the inbox itself, where the TA or a system without folders put it."""
    is_crowd: bool = False
    """Whether these are files of several people, or may be."""
    refused: str = ""
    todo: str = ""

    @property
    def person(self) -> str | None:
        """Who uploaded it, as the learning system calls them."""
        return readable(self.upload.person) if self.upload else None

    @property
    def says(self) -> Path:
        """The names that may tell whose it is, the nearest first; no numbers of a system's own."""
        if self.upload is None:
            return self.parts[::-1]
        return (*self.parts[len(self.upload.folder) :][::-1], self.upload.text)

    @property
    def fingerprint(self) -> str:
        """Changes when a file does: names, sizes, times of last change."""
        text = "".join(f"{m.name}\0{m.size}\0{m.modified}\0{m.is_link}\n" for m in self.members)
        text += f"{self.upload}{self.refused}"
        return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()

    def within(self, outer: "Source") -> "Source":
        """Return the same where it lies in an archive of the inbox."""
        box = self.box
        if not self.upload and not first_id(self.parts[:-1]):
            box = f"{outer.name}/{self.box}" if self.box else outer.name
        found = self.upload
        if found:
            found = replace(found, folder=(*outer.parts, *found.folder))
        name = f"{outer.name}/{self.name}" if self.name else outer.name
        parts = (*outer.parts, *self.parts)
        return replace(self, name=name, parts=parts, box=box, upload=found, at_top=False)


@dataclass
class Found:
    """What an inbox or an archive holds."""

    sources: list[Source] = field(default_factory=list)
    ignored: list[str] = field(default_factory=list)
    """Files that are part of no submission."""
    problems: list[str] = field(default_factory=list)

    @property
    def is_class(self) -> bool:
        """Whether these are the submissions of several people, or may be."""
        return len(self.sources) > 1 or any(s.upload or s.is_crowd for s in self.sources)

    @property
    def is_mixed(self) -> bool:
        """Whether one person's upload would not hold these: a notebook twice, several archives."""
        names: Counter[str] = Counter()
        for source in self.sources:
            theirs = {without_copy_marks(member.parts[-1]) for member in source.members}
            names.update(name for name in theirs if is_notebook(name))
        several = any(s.upload or s.is_archive or s.is_crowd for s in self.sources)
        return self.is_class and (several or max(names.values(), default=0) > 1)


def find_sources(tree: Tree, lists: Collection[str] = ()) -> Found:
    """Return what a tree holds. `lists` names files that the TA put there, and nobody handed in."""
    members = [member for member in tree.members if not is_junk(member)]
    known, problems = exports(tree, members)
    files = [_placed(member, known) for member in members if member.name not in lists]
    found = Found(problems=problems)
    archives = [file for file in files if file.kind == "archive"]
    found.sources += [_archive(file) for file in archives]
    found.sources += _uploaded([file for file in files if file.upload and file.kind == "work"])
    folders = _Folders([file for file in files if file.kind != "other"], _repositories(tree))
    plain = [file for file in files if not file.upload]
    found.sources += folders.sources([file for file in plain if file.kind == "work"])
    _add_others([file for file in files if file.kind == "other"], found, folders)
    _add_backups(tree, found)
    found.sources.sort(key=lambda source: source.parts)
    _tell_apart(found.sources)
    return found


def is_junk(member: Member) -> bool:
    """Files that operating systems and editors leave behind, and hidden ones."""
    return any(
        part.startswith(".") or part in ("__MACOSX", "Thumbs.db", "desktop.ini")
        for part in member.parts
    )


def is_archive(name: str) -> bool:
    """By its ending, which a browser may have numbered ("x.tar.gz (1)", "x.tar (1).gz")."""
    return name.lower().rstrip("0123456789() ").endswith(ARCHIVE_ENDINGS)


def is_foreign(name: str) -> bool:
    """Whether a name is that of an archive of another kind."""
    return name.lower().rstrip("0123456789() ").endswith(FOREIGN_ENDINGS)


def is_data(parts: Path) -> bool:
    """Whether an archive is the course's own data, packed by mistake."""
    return "data" in parts[:-1] or parts[-1].casefold().startswith("notmnist")


# --- one file ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _File:
    """A file, with what its path tells."""

    member: Member
    parts: Path
    upload: Upload | None
    kind: str
    """archive, work (a notebook or a checkpoint), other"""

    @property
    def folder(self) -> Path:
        """The folder it lies in; `model_checkpoints` is part of the folder around it."""
        folder = self.parts[:-1]
        return folder[:-1] if folder[-1:] == ("model_checkpoints",) else folder


def _placed(member: Member, known: Sequence[Export]) -> _File:
    found = next((u for export in known if (u := export.upload(member.parts))), None)
    found = found or upload(member.parts)
    parts = (*found.folder, *found.inside) if found else member.parts
    name = parts[-1]
    if (is_archive(name) or is_foreign(name)) and not is_data(parts) and not is_checkpoint(name):
        kind = "archive"
    else:
        kind = "work" if is_work(name) else "other"
    return _File(member, parts, found, kind)


def _archive(file: _File) -> Source:
    name, folders = readable(file.member.name), file.parts[:-1]
    source = Source(name, file.parts, [file.member], True, file.upload, at_top=not folders)
    if not file.upload and not first_id(folders):
        source.box = readable("/".join(folders))
    if file.member.is_link:
        source.refused, source.todo = "is a link", "put the file itself into the inbox"
    elif is_foreign(file.parts[-1]):
        source.refused = "is neither a tar.gz nor a zip archive"
        source.todo = ASK_FOR_ARCHIVE
    return _refused_between(folders, source)


def _uploaded(files: Iterable[_File]) -> Iterator[Source]:
    """Yield the loose files of each upload."""
    groups: dict[Path, list[_File]] = {}
    for file in files:
        assert file.upload
        groups.setdefault(file.upload.folder, []).append(file)
    for key, group in groups.items():
        yield _loose(key, group, group[0].upload)


def _loose(key: Path, files: Sequence[_File], known: Upload | None = None) -> Source:
    members = [replace(file.member, parts=file.parts) for file in files]
    name = readable("/".join(key))
    box = "" if known or first_id(key) else name
    at_top = len(key) == 1 and not known and bool(first_id(key))
    return _refused_between(key, Source(name, key, members, False, known, box, at_top))


def _refused_between(folders: Path, source: Source) -> Source:
    """Refuse what lies in the folder of one student in that of another."""
    ids = sorted({student for folder in folders for student in student_ids(folder)})
    if len(ids) > 1 and not source.upload:
        source.is_crowd = True
        source.refused = f"lies in the folders of {' and '.join(ids)}; whose is it?"
        source.todo = OWN_FOLDER
    return source


# --- folders that no system names ----------------------------------------------------------------


class _Folders:
    """The folders that hold something, and which of them are one submission."""

    def __init__(self, files: Sequence[_File], repositories: Collection[Path]) -> None:
        """`files` are all archives, notebooks and checkpoints."""
        self._repositories = repositories
        self._below: Counter[Path] = Counter()
        """How many of the files lie in a folder or below it."""
        self._archives = {file.folder for file in files if file.kind == "archive"}
        self._notebooks: set[Path] = set()
        self._checkpoints: Counter[Path] = Counter()
        for file in files:
            self._below.update(file.folder[:size] for size in range(len(file.folder) + 1))
            if file.kind == "work" and is_notebook(file.parts[-1]):
                self._notebooks.add(file.folder)
            elif file.kind == "work":
                self._checkpoints[file.folder] += 1
        self._roots: set[Path] = set()

    def sources(self, files: Sequence[_File]) -> Iterator[Source]:
        """Yield the submissions among loose files that no learning system names."""
        groups: dict[Path, list[_File]] = {}
        notebooks = [file for file in files if is_notebook(file.parts[-1])]
        self._roots = {self._root(file.folder) for file in notebooks}
        for file in files:
            groups.setdefault(self.root_of(file.parts), []).append(file)
        for key, group in groups.items():
            yield from [_loose(key, group)] if self._owned(key) else self._unowned(key, group)

    def root_of(self, parts: Path) -> Path:
        """Return the folder of the submission that a file is part of, or would be."""
        folder = parts[:-1]
        if not folder and (student := first_id(parts)):
            return (student,)
        if owner := self._owner(folder):
            return owner
        if folder[-1:] == ("model_checkpoints",):
            folder = folder[:-1]
        sizes = range(len(folder), -1, -1)
        return next((folder[:size] for size in sizes if folder[:size] in self._roots), folder)

    def has_neighbours(self, folder: Path) -> bool:
        """Whether other folders beside this one hold submissions."""
        around = folder[:-1]
        direct = self._checkpoints[around] + (around in self._notebooks or around in self._archives)
        return bool(folder) and self._below[around] > self._below[folder] + direct

    def _root(self, folder: Path) -> Path:
        """Return the outermost folder that holds nothing but this one's submission."""
        if owner := self._owner(folder):
            return owner
        while len(folder) > 1:
            around = folder[:-1]
            if around in self._notebooks or around in self._archives:
                break
            if self._below[around] > self._below[folder] + self._checkpoints[around]:
                break
            folder = around
        return folder

    def _owner(self, folder: Path) -> Path | None:
        """Return the folder around that is one person's by its name, or a repository."""
        for size in range(len(folder), 0, -1):
            if student_ids(folder[size - 1]):
                return folder[:size]
        sizes = range(1, len(folder) + 1)
        return next((folder[:size] for size in sizes if folder[:size] in self._repositories), None)

    def _owned(self, key: Path) -> bool:
        return self._owner(key) is not None

    def _unowned(self, key: Path, files: Sequence[_File]) -> Iterator[Source]:
        """Yield what a folder of nobody's holds: one submission, or files of several people."""
        names = [file.parts[-1] for file in files]
        ids = {student for name in names for student in student_ids(name)}
        notebooks = [without_copy_marks(name) for name in names if is_notebook(name)]
        is_twice = len(set(notebooks)) < len(notebooks)
        is_shared = key in self._archives or (is_twice and not self.has_neighbours(key))
        if len(ids) <= 1 and not is_shared:
            yield _loose(key, files)
            return
        named = {s for name in names if is_notebook(name) for s in student_ids(name)}
        rest = list(files)
        for student in sorted(named):
            theirs = [file for file in rest if student_ids(file.parts[-1])[:1] == [student]]
            rest = [file for file in rest if file not in theirs]
            if theirs:
                yield _loose((*key, student), theirs)
        if rest:
            crowd = _loose(key, rest)
            crowd.name = crowd.name or "loose files"
            crowd.is_crowd = True
            crowd.refused = (
                "may be the files of several people: they lie beside the work of others, or "
                "several of one kind together"
            )
            crowd.todo = OWN_FOLDER
            yield crowd


def _repositories(tree: Tree) -> set[Path]:
    """Return the folders that are clones of a Git repository."""
    return {
        member.parts[: member.parts.index(".git")]
        for member in tree.members
        if ".git" in member.parts
    } - {()}


# --- what is left --------------------------------------------------------------------------------


def _add_others(files: Sequence[_File], found: Found, folders: _Folders) -> None:
    """Add what belongs to somebody who handed in nothing else; the rest is ignored, and told."""
    groups: dict[Path, list[_File]] = {}
    for file in files:
        if file.parts[-1] != METADATA:
            key = file.upload.folder if file.upload else folders.root_of(file.parts)
            groups.setdefault(key, []).append(file)
    roots = {source.parts for source in found.sources}
    roots |= {source.parts[:size] for source in found.sources for size in range(len(source.parts))}
    people = {source.person for source in found.sources if source.person}
    for key, group in groups.items():
        source = _loose(key, group, group[0].upload)
        is_somebodys = bool(source.person or first_id(key)) or folders.has_neighbours(key)
        if not is_somebodys or source.person in people or key in roots:
            found.ignored += [readable(file.member.name) for file in group]
        else:
            source.refused = "holds neither an archive nor a notebook"
            source.todo = "ask the student for the notebooks, unless this is meant as a message"
            found.sources.append(source)


def _add_backups(tree: Tree, found: Found) -> None:
    """Give Jupyter's own backups to the submissions that they lie in."""
    roots = {source.parts: source for source in found.sources if not source.is_archive}
    for member in tree.members:
        if BACKUPS in member.parts and is_notebook(member.parts[-1]):
            file = _placed(member, ())
            sizes = range(len(file.parts), 0, -1)
            root = next((r for size in sizes if (r := roots.get(file.parts[:size]))), None)
            if root:
                root.members.append(replace(member, parts=file.parts))


def _tell_apart(sources: Iterable[Source]) -> None:
    """Give each source a name of its own, also where long names were cut to the same."""
    used: Counter[str] = Counter()
    for source in sources:
        used[source.name] += 1
        if used[source.name] > 1:
            source.name = f"{source.name} [{used[source.name]}]"
