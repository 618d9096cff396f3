"""Choose the files of one submission: which notebook is which, and the checkpoints.

A notebook is known by its name, else by the tasks in it, else by the number in its name. A
checkpoint is known by its name. Whatever it was in its archive, a file that is taken becomes a
plain one that can be read and not run; all others are left alone.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from coursekit.names import notebook_numbers, student_ids
from coursekit.notebook_text import BadNotebook, grade_ids, read_notebook
from coursekit.unpack import Limits, Member, Tree, readable

WORK_ENDINGS = (".ipynb", ".pt")
MAX_NOTEBOOK_FILES = 30  # so many notebooks of one student are looked into


@dataclass(frozen=True)
class Expected:
    """What a submission should hold, and how to read it."""

    notebooks: tuple[str, ...]
    """File names, each with its number ("1-1") in it."""
    grade_ids: dict[str, set[str]] = field(default_factory=dict)
    """For each notebook the ids of its tasks, to know a renamed one by what is in it."""
    limits: Limits = field(default_factory=Limits)
    timezone: str | None = None
    """The clock that names and zip archives are in ("Asia/Seoul"); None: this machine's."""


@dataclass
class BadFile:
    """A single file that could not be used, while the rest of the submission could."""

    name: str
    reason: str
    copy: Path | None = field(default=None, repr=False)
    """Where its bytes lie now."""


@dataclass
class Taken:
    """Which files of a submission were taken, and what a person should know about them."""

    notebooks: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    checkpoints: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    bad_files: list[BadFile] = field(default_factory=list)
    used: set[int] = field(default_factory=set)
    """The members that were taken, or found to be bad."""


def take_files(
    tree: Tree, members: Sequence[Member], student: str, expected: Expected, folder: Path
) -> Taken:
    """Write the usable files among `members` into `folder`, copies of damaged ones beside it.

    Raises `BadArchive` if the archive itself turns out to be damaged.
    """
    taken, limits = Taken(), expected.limits
    notebooks = [member for member in members if member.suffix == ".ipynb"]
    notebooks = sorted(notebooks, key=lambda m: len(m.parts))[:MAX_NOTEBOOK_FILES]
    exact = {name: _nearest(notebooks, name) for name in expected.notebooks}
    found = {name: member for name, member in exact.items() if member}
    others = [m for m in notebooks if not any(_is_named(m, name) for name in found)]
    candidates = list(found.values())
    if len(found) < len(expected.notebooks):
        candidates += others
    checkpoints = _choose_checkpoints(members, student, expected, taken)

    # One call for all: a tar archive is decompressed anew by each.
    wanted = [m for m in candidates if m.size <= limits.max_notebook] + list(checkpoints.values())
    limit = max(limits.max_notebook, limits.max_checkpoint)
    contents = tree.read([member.index for member in wanted], limit)
    read = {m.index: _Notebook(m, contents.get(m.index), limits.max_notebook) for m in candidates}
    renamed = [read[m.index] for m in others if m.index in read]
    for name in expected.notebooks:
        if name in found:
            notebook: _Notebook | None = read[found[name].index]
        else:
            notebook = _choose_renamed(name, renamed, expected, taken)
        _take_notebook(name, notebook, expected, folder, taken)
    for name, member in checkpoints.items():
        write(folder / "model_checkpoints" / name, contents[member.index])
        taken.checkpoints.append(name)
        taken.used.add(member.index)
    return taken


def write(path: Path, content: bytes) -> None:
    """Write a file that can be read but not run, whatever it was in its archive."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    path.chmod(0o644)


class _Notebook:
    """A notebook file that was read: what is in it, or why it cannot be used."""

    def __init__(self, member: Member, content: bytes | None, limit: int) -> None:
        self.member, self.content = member, content
        self.reason, self.text, self.notes = "", b"", list[str]()
        self.ids: set[str] = set()
        if content is None:
            self.reason = f"has more than the {limit / 1e6:.0f} MB that are accepted"
            return
        try:
            self.text, notebook, self.notes = read_notebook(content)
            self.ids = grade_ids(notebook)
        except BadNotebook as error:
            self.reason = str(error)

    @property
    def name(self) -> str:
        return readable(self.member.name)


def _take_notebook(
    name: str, notebook: _Notebook | None, expected: Expected, folder: Path, taken: Taken
) -> None:
    if notebook is None:
        taken.missing.append(name)
        return
    taken.used.add(notebook.member.index)
    if notebook.reason:
        bad = BadFile(notebook.name, notebook.reason)
        if notebook.content is not None:
            bad.copy = folder.with_name(f"{folder.name}-bad") / name
            write(bad.copy, notebook.content)
        taken.missing.append(name)
        taken.bad_files.append(bad)
        return
    taken.notes += [f"{name} {note}" for note in notebook.notes]
    other = _by_tasks(notebook.ids, expected)
    if other and other != name and not notebook.ids & expected.grade_ids.get(name, set()):
        taken.notes.append(f"{name} holds the tasks of {other}")
    write(folder / name, notebook.text)
    taken.notebooks.append(name)


def _nearest(members: Sequence[Member], name: str) -> Member | None:
    """Of several files with the right name take the one nearest the top, the later of two."""
    named = [member for member in members if _is_named(member, name)]
    depth = min((len(member.parts) for member in named), default=0)
    nearest = [member for member in named if len(member.parts) == depth]

    def time(member: Member) -> tuple[float, int]:
        return (member.modified.timestamp() if member.modified else 0.0, member.index)

    return max(nearest, key=time, default=None)


def _is_named(member: Member, name: str) -> bool:
    return member.parts[-1].casefold() == name.casefold()


def _choose_renamed(
    name: str, notebooks: Sequence[_Notebook], expected: Expected, taken: Taken
) -> _Notebook | None:
    """Return the one notebook under another name that must be `name`, None if there isn't one."""
    similar = [notebook for notebook in notebooks if _guess(notebook, expected) == name]
    if len(similar) > 1:
        listed = ", ".join(notebook.name for notebook in similar)
        taken.bad_files.append(BadFile(name, f"could be any of {listed}; ask which one counts"))
        return None
    for notebook in similar:
        taken.notes.append(f"{notebook.name} was taken as {name}")
    return similar[0] if similar else None


def _guess(notebook: _Notebook, expected: Expected) -> str | None:
    """Return which notebook a renamed one is: by its tasks, else by the number in its name."""
    if name := _by_tasks(notebook.ids, expected):
        return name
    numbers = notebook_numbers(notebook.member.parts[-1])
    names = [name for name in expected.notebooks if numbers & notebook_numbers(name)]
    return names[0] if len(names) == 1 else None


def _by_tasks(ids: set[str], expected: Expected) -> str | None:
    """Return the notebook that shares most tasks, None if none does or two share as many."""
    shared = {n: len(ids & expected.grade_ids.get(n, set())) for n in expected.notebooks}
    best = max(shared.values(), default=0)
    names = [name for name, count in shared.items() if count == best]
    return names[0] if best and len(names) == 1 else None


def _choose_checkpoints(
    members: Sequence[Member], student: str, expected: Expected, taken: Taken
) -> dict[str, Member]:
    """Return the checkpoints to take by the names they get, `problem2_<student>.pt` first."""
    limits, wanted = expected.limits, f"problem2_{student}.pt"
    files = [member for member in members if member.suffix == ".pt"]
    files.sort(key=lambda m: (m.parts[-1] != wanted, len(m.parts), m.parts))
    names = {member.index: member.parts[-1] for member in files}
    if wanted not in names.values():
        # "problem2.pt", "problem2_2000-00000 (1).pt": whose it is, is not in doubt.
        similar = [
            member
            for member in files
            if member.parts[-1].lower().startswith("problem2")
            and student_ids(member.parts[-1]) in ([], [student])
        ]
        if len(similar) == 1:
            names[similar[0].index] = wanted
            taken.notes.append(f"{readable(similar[0].name)} was taken as {wanted}")
        else:
            present = ", ".join(readable(member.parts[-1]) for member in files[:3])
            taken.notes.append(
                f"{wanted} is missing" + (f"; there is {present}" if present else "")
            )
    chosen: dict[str, Member] = {}
    for member in files:
        name = names[member.index]
        if member.size > limits.max_checkpoint:
            reason = f"has more than the {limits.max_checkpoint / 1e6:.0f} MB that are accepted"
            taken.bad_files.append(BadFile(readable(member.name), reason))
        elif name not in chosen and len(chosen) < limits.max_checkpoints and _is_plain(name):
            chosen[name] = member
    return chosen


def _is_plain(name: str) -> bool:
    """Whether a name is short and harmless: no option, not hidden, nothing a shell expands."""
    return bool(re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}", name))
