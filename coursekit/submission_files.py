"""Choose the files of one submission: which notebook is which, and the checkpoints.

A notebook is known by its name unless its tasks are another's, else by the tasks in it, else by the
number in its name. Of several the one that was worked on counts. A checkpoint is known by its name.
Whatever it was in its archive, a file that is taken becomes a plain one that can be read and not
run. What looks like work and is not taken is told in a sentence; all else is left alone.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from coursekit.names import notebook_numbers, student_ids, without_copy_marks
from coursekit.notebook_text import BadNotebook, read_notebook, without_outputs
from coursekit.notebook_work import Tasks, is_worked_on, tasks_of
from coursekit.settings import StudentId
from coursekit.unpack import BadArchive, Limits, Member, Tree, readable

BACKUPS = ".ipynb_checkpoints"
"""Where Jupyter keeps the last saved state of each notebook."""
MAX_NOTEBOOK_FILES = 30  # so many notebooks of one student are looked into
MAX_PARTS = 500_000  # lists and mappings in a notebook's JSON; each takes a hundred bytes or more
# "x.ipynb", "x.ipynb의 사본", "x.ipynb.txt", and what browsers make of a download
_NOTEBOOK = re.compile(
    r".*\.ipynb(?![a-z0-9])(?!.*\.(html?|pdf|py|zip|gz|tgz|tar|7z|rar|png)$).*"
    r"|.*(assignment|과제|hw).*(?<![0-9-])[0-9]{1,2}-[0-9]{1,2}(?![0-9-]).*\.(json|txt)",
    re.IGNORECASE | re.DOTALL,
)
_CHECKPOINT = re.compile(
    r".*\.(pt|pth|ckpt)(?![a-z0-9])(?!.*\.(gz|tgz|tar|7z|rar|py)$).*", re.IGNORECASE | re.DOTALL
)
_WEIGHTS = (".safetensors", ".h5", ".hdf5", ".keras", ".onnx", ".tflite", ".msgpack")
_PERHAPS_WEIGHTS = (".pkl", ".pickle", ".bin", ".npz", ".npy", ".zip")
_EXPORT = re.compile(r".*\.(html?|pdf|py|docx?|hwpx?)", re.IGNORECASE)


def is_notebook(name: str) -> bool:
    """Whether a file is a notebook by its name, whatever a drive or a browser made of that."""
    return bool(_NOTEBOOK.fullmatch(name))


def is_checkpoint(name: str) -> bool:
    """Whether a file is what torch.save writes, by its name."""
    return bool(_CHECKPOINT.fullmatch(name))


def is_work(name: str) -> bool:
    """Whether a file may be part of a submission, by its name."""
    return is_notebook(name) or is_checkpoint(name)


@dataclass(frozen=True)
class Expected:
    """What a submission should hold, and how to read it."""

    notebooks: tuple[str, ...]
    """File names."""
    checkpoint: str = ""
    """Name of the checkpoint that is asked for, with `{student}` in it; empty for none."""
    student_id: StudentId = field(default_factory=StudentId)
    tasks: dict[str, Tasks] = field(default_factory=dict)
    """What each notebook asks for, to know a renamed one by what is in it."""
    limits: Limits = field(default_factory=Limits)
    timezone: str | None = None
    """The clock that names and zip archives are in ("Asia/Seoul"); None: this machine's."""

    @property
    def stem(self) -> str:
        """How the name of that checkpoint begins, in small letters."""
        return self.checkpoint.partition("{student}")[0].rstrip("_-. ").lower()


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
    worked_on: list[str] = field(default_factory=list)
    """Those of the notebooks that are not as they were handed out."""
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

    Raises `BadArchive` if the archive itself turns out to be damaged, or holds too much.
    """
    taken, limits = Taken(), expected.limits
    if sum(member.size for member in members if is_work(member.parts[-1])) > limits.max_unpacked:
        raise BadArchive(
            f"holds more than {limits.max_unpacked / 1e6:.0f} MB of notebooks and checkpoints"
        )
    files = sorted((m for m in members if is_notebook(m.parts[-1])), key=lambda m: len(m.parts))
    backups = [member for member in files if BACKUPS in member.parts]
    files = [member for member in files if member not in backups]
    if len(files) > MAX_NOTEBOOK_FILES:
        taken.notes.append(
            f"holds {len(files)} notebooks, of which only {MAX_NOTEBOOK_FILES} were looked into"
        )
    files = files[:MAX_NOTEBOOK_FILES]
    checkpoints = _choose_checkpoints(members, student, expected, taken)

    limit = max(limits.max_with_outputs, limits.max_checkpoint)
    wanted = [m for m in files if m.size <= limits.max_with_outputs] + list(checkpoints.values())
    contents = tree.read([member.index for member in wanted], limit)
    read = [_Notebook(m, contents.get(m.index), expected) for m in files]
    for name in expected.notebooks:
        notebook = _choose(name, read, expected, taken)
        if notebook is None:
            notebook = _backup(name, backups, tree, expected, taken)
        if notebook is None:
            _tell_misnamed(name, read, folder, taken)
        _take_notebook(name, notebook, expected, folder, taken)
    _tell_joined(read, expected, folder, taken)
    for name, member in checkpoints.items():
        write(folder / "model_checkpoints" / name, contents[member.index])
        taken.checkpoints.append(name)
        taken.used.add(member.index)
    _tell_other_forms(members, expected, taken)
    return taken


def write(path: Path, content: bytes) -> None:
    """Write a file that can be read but not run, whatever it was in its archive."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    path.chmod(0o644)


class _Notebook:
    """A notebook file that was read: what is in it, or why it cannot be used."""

    def __init__(self, member: Member, content: bytes | None, expected: Expected) -> None:
        self.member, self.content = member, content
        self.reason, self.text, self.notes = "", b"", list[str]()
        self.tasks, self.is_worked_on = Tasks(), False
        limit = expected.limits.max_notebook
        if content and content.count(b"[") + content.count(b"{") > MAX_PARTS:
            self.reason = f"has more than the {MAX_PARTS:,} parts that are accepted"
            return
        is_large = content is None or len(content) > limit
        if content and is_large:
            content = self.content = without_outputs(content)
        if content is None or len(content) > limit:
            self.reason = f"has more than the {limit / 1e6:.0f} MB that are accepted"
            return
        try:
            self.text, notebook, self.notes = read_notebook(content)
        except BadNotebook as error:
            self.reason = str(error)
        else:
            if is_large:
                self.notes.append(
                    f"had more than {limit / 1e6:.0f} MB and was taken without its outputs"
                )
            self._look_into(notebook, expected)

    def _look_into(self, notebook: dict[str, Any], expected: Expected) -> None:
        self.tasks = tasks_of(notebook)
        self.guess = self._guess(expected)
        asked = expected.tasks.get(self.guess or "", Tasks())
        self.is_worked_on = is_worked_on(notebook, asked.solutions)

    guess: str | None = None
    """Which notebook it is: by its name, the tasks in it, or the number in its name."""

    @property
    def name(self) -> str:
        return readable(self.member.name)

    def has_name(self, name: str) -> bool:
        return self.member.parts[-1].casefold() == name.casefold()

    def is_named(self, name: str) -> bool:
        """Whether it has this name, and its tasks are not clearly another notebook's."""
        return self.has_name(name) and self.guess in (None, name)

    def _guess(self, expected: Expected) -> str | None:
        named = next((name for name in expected.notebooks if self.has_name(name)), None)
        held = self.by_tasks(expected)
        if named and (held is None or not self._is_clearly(held, named, expected)):
            return named
        if held:
            return held
        numbers = notebook_numbers(self.member.parts[-1])
        names = [name for name in expected.notebooks if numbers & notebook_numbers(name)]
        return names[0] if len(names) == 1 else None

    def _is_clearly(self, held: str, named: str, expected: Expected) -> bool:
        """Whether it holds tasks of `held` and none of `named`, as far as it has ids by these."""
        theirs, own = expected.tasks[held], expected.tasks.get(named, Tasks())
        if theirs.ids & self.tasks.ids:
            return not own.ids & self.tasks.ids
        return not own.shared(self.tasks)

    def by_tasks(self, expected: Expected) -> str | None:
        """Return the notebook that shares most tasks, None if none does or two share as many."""
        shared = {name: asked.shared(self.tasks) for name, asked in expected.tasks.items()}
        best = max(shared.values(), default=0)
        names = [name for name, count in shared.items() if count == best]
        return names[0] if best and len(names) == 1 else None

    def holds(self, expected: Expected) -> list[str]:
        """Return the notebooks of which it holds most tasks."""
        return [name for name, asked in expected.tasks.items() if asked.are_mostly_in(self.tasks)]


def _choose(
    name: str, notebooks: Sequence[_Notebook], expected: Expected, taken: Taken
) -> _Notebook | None:
    """Return the file that counts as `name`: of its name, unless only another was worked on."""
    named = _nearest([notebook for notebook in notebooks if notebook.is_named(name)])
    others = [n for n in notebooks if n is not named and n.guess == name and not n.reason]
    others = [n for n in others if not n.is_named(name) or n.is_worked_on]
    if named and not named.reason and (named.is_worked_on or not any_worked(others)):
        _tell_others(named, others, taken)
        return named
    if len({n.text for n in others}) > 1 and any_worked(others):
        others = [n for n in others if n.is_worked_on]
    if len({n.text for n in others}) > 1:
        listed = ", ".join(n.name for n in others)
        taken.bad_files.append(BadFile(name, f"could be any of {listed}; ask which one counts"))
        return None if named is None or named.reason else named
    if not others:
        return named
    chosen = others[0]
    why = ""
    if named:
        why = f", as {named.name} {named.reason or 'is as it was handed out'}"
        taken.used.add(named.member.index)
    taken.notes.append(f"{chosen.name} was taken as {name}{why}")
    taken.used.update(n.member.index for n in others)
    return chosen


def any_worked(notebooks: Sequence[_Notebook]) -> bool:
    return any(notebook.is_worked_on for notebook in notebooks)


def _tell_others(named: _Notebook, others: Sequence[_Notebook], taken: Taken) -> None:
    """Say which other notebooks hold work too, so that nobody's last version is passed over."""
    different = [n.name for n in others if n.is_worked_on and n.text != named.text]
    if different:
        taken.notes.append(
            f"{named.name} was taken; there is also work in {', '.join(different[:3])}"
        )


def _nearest(notebooks: Sequence[_Notebook]) -> _Notebook | None:
    """Of several files with the right name take the one nearest the top, the later of two."""
    usable = [n for n in notebooks if not n.reason and n.is_worked_on] or notebooks
    depth = min((len(n.member.parts) for n in usable), default=0)

    def time(notebook: _Notebook) -> tuple[float, int]:
        modified = notebook.member.modified
        return (modified.timestamp() if modified else 0.0, notebook.member.index)

    return max((n for n in usable if len(n.member.parts) == depth), key=time, default=None)


def _backup(
    name: str, backups: Sequence[Member], tree: Tree, expected: Expected, taken: Taken
) -> _Notebook | None:
    """Return Jupyter's own backup of a notebook that is missing, if it can be used."""
    stem = name.removesuffix(".ipynb").casefold()
    for member in backups:
        named = without_copy_marks(member.parts[-1]).startswith(f"{stem}-checkpoint")
        if named and member.size <= expected.limits.max_notebook:
            content = tree.read([member.index], expected.limits.max_notebook)[member.index]
            notebook = _Notebook(member, content, expected)
            if not notebook.reason and notebook.is_worked_on and notebook.guess == name:
                taken.notes.append(
                    f"{name} is missing; Jupyter's backup of it, {notebook.name}, was taken: ask "
                    "whether that is the last state"
                )
                return notebook
    return None


def _take_notebook(
    name: str, notebook: _Notebook | None, expected: Expected, folder: Path, taken: Taken
) -> None:
    if notebook is None:
        taken.missing.append(name)
        return
    taken.used.add(notebook.member.index)
    if notebook.reason:
        taken.missing.append(name)
        _add_bad(notebook, notebook.reason, name, folder, taken)
        return
    taken.notes += [f"{name} {note}" for note in notebook.notes]
    asked = expected.tasks.get(name)
    if asked and asked.solutions and not asked.shared(notebook.tasks):
        taken.notes.append(
            f"{notebook.name} is not a notebook of this assignment: it holds none of the tasks of "
            f"{name}; ask the student for the right file"
        )
    write(folder / name, notebook.text)
    taken.notebooks.append(name)
    if notebook.is_worked_on:
        taken.worked_on.append(name)


def _tell_misnamed(name: str, notebooks: Sequence[_Notebook], folder: Path, taken: Taken) -> None:
    """Say why a file with the name of a missing notebook was not taken for it."""
    for notebook in notebooks:
        if notebook.has_name(name) and not notebook.is_named(name):
            taken.used.add(notebook.member.index)
            reason = f"is {notebook.guess} by the tasks in it, so {name} is missing"
            _add_bad(notebook, reason, name, folder, taken)
            return


def _tell_joined(
    notebooks: Sequence[_Notebook], expected: Expected, folder: Path, taken: Taken
) -> None:
    """Say which files hold several notebooks in one, whether they were taken or not."""
    for notebook in notebooks:
        several = notebook.holds(expected)
        if len(several) > 1:
            taken.used.add(notebook.member.index)
            reason = f"holds the tasks of {' and '.join(several)} at once"
            _add_bad(notebook, reason, notebook.member.parts[-1], folder, taken)


def _add_bad(notebook: _Notebook, reason: str, name: str, folder: Path, taken: Taken) -> None:
    """Tell what is wrong with a notebook, with a copy of it if it was read."""
    bad = BadFile(notebook.name, reason)
    if notebook.content is not None:
        bad.copy = folder.with_name(f"{folder.name}-bad") / name
        write(bad.copy, notebook.content)
    taken.bad_files.append(bad)


def _choose_checkpoints(
    members: Sequence[Member], student: str, expected: Expected, taken: Taken
) -> dict[str, Member]:
    """Return the checkpoints to take by the names they get, the one that is asked for first."""
    limits, wanted = expected.limits, expected.checkpoint.format(student=student)
    files = [m for m in members if is_checkpoint(m.parts[-1]) and BACKUPS not in m.parts]
    files.sort(key=lambda m: (m.parts[-1] != wanted, len(m.parts), m.parts))
    names = {member.index: _checkpoint_name(member.parts[-1]) for member in files}
    if wanted and (not files or files[0].parts[-1] != wanted):
        # "problem2.pt", "problem2_2000-00000 (1).pth": whose it is, is not in doubt.
        similar = [
            member
            for member in files
            if member.parts[-1].lower().startswith(expected.stem)
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
            names = {index: name for index, name in names.items() if name != wanted}
    chosen: dict[str, Member] = {}
    for member in files:
        name = names.get(member.index, "")
        if member.size > limits.max_checkpoint:
            reason = f"has more than the {limits.max_checkpoint / 1e6:.0f} MB that are accepted"
            taken.bad_files.append(BadFile(readable(member.name), reason))
        elif name not in chosen and len(chosen) < limits.max_checkpoints and _is_plain(name):
            chosen[name] = member
    left = [m for m in files if m not in chosen.values() and m.size <= limits.max_checkpoint]
    if left:
        listed = ", ".join(readable(member.name) for member in left[:3])
        more = ", ..." if len(left) > 3 else ""
        taken.notes.append(f"{len(left)} more checkpoint(s) not taken: {listed}{more}")
    return chosen


def _checkpoint_name(name: str) -> str:
    """Return the name that a checkpoint gets: what torch.save writes ends in ".pt" here."""
    return re.sub(r"\.(pt|pth|ckpt)(?![a-z0-9]).*$", ".pt", name, flags=re.IGNORECASE | re.DOTALL)


def _tell_other_forms(members: Sequence[Member], expected: Expected, taken: Taken) -> None:
    """Say which files are work in a form that is not graded."""
    for form, is_one in (
        ("a checkpoint in another format", _is_other_checkpoint),
        ("an export of a notebook, not the notebook", _is_export),
    ):
        found = [readable(m.name) for m in members if is_one(m.parts[-1].lower(), expected)]
        if found:
            more = f" and {len(found) - 3} more" if len(found) > 3 else ""
            taken.notes.append(f"{', '.join(found[:3])}{more} was not taken: it is {form}")


def _is_other_checkpoint(name: str, expected: Expected) -> bool:
    return name.endswith(_WEIGHTS) or bool(
        expected.stem and name.startswith(expected.stem) and name.endswith(_PERHAPS_WEIGHTS)
    )


def _is_export(name: str, expected: Expected) -> bool:
    if not _EXPORT.fullmatch(name):
        return False
    numbers = {number for known in expected.notebooks for number in notebook_numbers(known)}
    return ".ipynb." in name or not numbers.isdisjoint(notebook_numbers(name))


def _is_plain(name: str) -> bool:
    """Whether a name is short and harmless: no option, not hidden, nothing a shell expands."""
    return bool(re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}", name))
