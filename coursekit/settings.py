"""What a course is: `course.toml` at its top, read and checked in one place.

A course without that file is what lies in `source/`: each folder an assignment, each notebook in it
a notebook of that.
"""

import difflib
import functools
import re
import string
import tomllib
import zoneinfo
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

FILE = "course.toml"


class CourseError(Exception):
    """A problem that a teacher can mend, told in one sentence: what, where, what to do."""


@dataclass(frozen=True)
class Assignment:
    """What students get at once, and hand in at once."""

    name: str
    notebooks: tuple[str, ...]
    """Their names without `.ipynb`, in the order in which they are shown."""
    ships: tuple[str, ...] = ()
    """Files and folders, below the course's, that students get besides the notebooks."""
    folders: tuple[str, ...] = ()
    """Folders that students get empty."""
    checkpoint: str | None = None
    """Name of the file in `model_checkpoints/` that is handed in, with `{student}` in it."""
    saved_in: str = "the notebook"
    """Where students find the cell that saves it, in words."""


@dataclass(frozen=True)
class StudentId:
    """How a student id is written here."""

    pattern: str = r"[0-9]{4}-[0-9]{5}"
    example: str = "2000-00000"
    words: str = "four digits, a hyphen and five digits"
    """The pattern for people: "write ..., like 2000-00000"."""


@dataclass(frozen=True)
class Settings:
    """One course."""

    assignments: tuple[Assignment, ...]
    """At least one."""
    name: str = "course"
    time_zone: str | None = None
    """Where the learning system's clock is ("Asia/Seoul"); None: where this machine's is."""
    student_id: StudentId = field(default_factory=StudentId)

    def assignment(self, name: str | None = None) -> Assignment:
        """Return an assignment by its name, by default the first; `CourseError` if it is none."""
        if name is None:
            return self.assignments[0]
        for assignment in self.assignments:
            if assignment.name == name:
                return assignment
        known = ", ".join(assignment.name for assignment in self.assignments)
        raise CourseError(f"There is no assignment {name!r} in this course; it has {known}.")


def read_settings(root: Path) -> Settings:
    """Return the settings of the course in the folder `root`.

    Raises `CourseError`, naming the place, for a file that cannot be read or says something wrong.
    """
    path = root / FILE
    try:
        written = path.stat()
    except OSError:
        return Settings(_in_source(root / "source"))
    return _read(path, (written.st_mtime_ns, written.st_size))


def is_time_zone(name: str) -> bool:
    """Return whether a name such as "Asia/Seoul" is known here."""
    try:
        zoneinfo.ZoneInfo(name)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True


@functools.lru_cache(maxsize=16)
def _read(path: Path, _: tuple[int, int]) -> Settings:
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise CourseError(f"{path} cannot be read: {error.strerror}.") from error
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise CourseError(
            f"{path} is not TOML: {error}. Mend that place; texts stand in quotes, lists in [ ]."
        ) from error
    return _settings(_Table(path, "", content))


def _in_source(source: Path) -> tuple[Assignment, ...]:
    """Return an assignment for each folder with notebooks, by name."""
    folders: dict[str, list[str]] = {}
    for notebook in sorted(source.glob("*/*.ipynb")):
        folders.setdefault(notebook.parent.name, []).append(notebook.stem)
    found = tuple(Assignment(name, tuple(notebooks)) for name, notebooks in folders.items())
    return found or (Assignment("Assignment1", ()),)


class _Table:
    """A table of the file, from which each setting is taken once; `end` refuses what is left."""

    def __init__(self, path: Path, place: str, content: Mapping[str, Any]) -> None:
        self.path, self.place, self._left = path, place, dict(content)
        self._known: list[str] = []

    def wrong(self, key: str, what: str) -> CourseError:
        name = f"{self.place}{key}"
        return CourseError(f"{self.path}: {name} {what}")

    def take(self, key: str, kind: type, words: str, default: Any = None) -> Any:
        """Return a setting of the right type, `default` if it is not there."""
        self._known.append(key)
        if key not in self._left:
            return default
        value = self._left.pop(key)
        if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
            raise self.wrong(key, f"is {value!r}; write {words}.")
        return value

    def text(self, key: str, example: str, default: str | None = None) -> str | None:
        value = self.take(key, str, f'a text in quotes, like "{example}"', default)
        if value is not None and not value.strip():
            raise self.wrong(key, f'is empty; write a text, like "{example}".')
        return None if value is None else str(value)

    def texts(self, key: str, example: str) -> tuple[str, ...]:
        words = f'a list of texts, like ["{example}"]'
        value = self.take(key, list, words, [])
        if not all(isinstance(text, str) and text.strip() for text in value):
            raise self.wrong(key, f"is {value!r}; write {words}.")
        if len(set(value)) < len(value):
            raise self.wrong(key, "names something twice; name each once.")
        return tuple(value)

    def table(self, key: str) -> "_Table":
        return _Table(
            self.path, f"{key}.", self.take(key, dict, f"a table, under the line [{key}]", {})
        )

    def tables(self, key: str) -> list["_Table"]:
        words = f"tables, each under a line [[{key}]]"
        value = self.take(key, list, words, [])
        if not all(isinstance(table, dict) for table in value):
            raise self.wrong(key, f"is {value!r}; write {words}.")
        return [
            _Table(self.path, f"{key} {number}, ", table)
            for number, table in enumerate(value, start=1)
        ]

    def end(self) -> None:
        for key in self._left:
            near = difflib.get_close_matches(key, self._known, 1)
            hint = f"did you mean {near[0]}" if near else f"there are {', '.join(self._known)}"
            raise self.wrong(key, f"is no setting; {hint}?" if near else f"is no setting; {hint}.")


def _settings(file: _Table) -> Settings:
    course, student_id = file.table("course"), file.table("student_id")
    tables = file.tables("assignment")
    file.end()
    if not tables:
        raise CourseError(
            f"{file.path} names no assignment; add the lines [[assignment]], name and notebooks."
        )
    assignments = tuple(_assignment(table) for table in tables)
    names = [assignment.name for assignment in assignments]
    if len(set(names)) < len(names):
        raise CourseError(f"{file.path}: two assignments have one name; give each its own.")
    settings = Settings(
        assignments,
        course.text("name", "deep-learning", Settings.name) or "",
        _time_zone(course),
        _student_id(student_id),
    )
    course.end()
    return settings


def _assignment(table: _Table) -> Assignment:
    name = table.text("name", "Assignment1")
    if name is None or _is_no_name(name):
        raise table.wrong("name", f"is {name!r}; write the name of its folder in source/.")
    notebooks = table.texts("notebooks", "Assignment1-1_Data_Curation")
    if not notebooks:
        raise table.wrong("notebooks", f"is missing; list the notebooks in source/{name}/.")
    for notebook in notebooks:
        if _is_no_name(notebook) or notebook.endswith(".ipynb"):
            raise table.wrong("notebooks", f"has {notebook!r}; write names without .ipynb.")
    ships, folders = table.texts("ships", "utils"), table.texts("folders", "data")
    for path in (*ships, *folders):
        if Path(path).is_absolute() or ".." in Path(path).parts:
            raise table.wrong("ships", f"has {path!r}; write paths below the course folder.")
    checkpoint = table.text("checkpoint", "problem2_{student}.pt")
    if checkpoint is not None and not _is_pattern(checkpoint):
        raise table.wrong(
            "checkpoint",
            f"is {checkpoint!r}; write a file name that ends with .pt and has {{student}} once.",
        )
    saved_in = table.text("saved_in", "Problem 2 of 1-3", Assignment.saved_in) or ""
    table.end()
    return Assignment(name, notebooks, ships, folders, checkpoint, saved_in)


def _is_no_name(name: str) -> bool:
    return name in (".", "..") or name.startswith(".") or any(sign in name for sign in "/\\\0")


def _is_pattern(name: str) -> bool:
    try:
        fields = [field for _, field, _, _ in string.Formatter().parse(name) if field is not None]
    except ValueError:
        return False
    return fields == ["student"] and name.endswith(".pt") and not _is_no_name(name)


def _time_zone(table: _Table) -> str | None:
    name = table.text("time_zone", "Asia/Seoul")
    if name is not None and not is_time_zone(name):
        raise table.wrong(
            "time_zone", f"is {name!r}, which is no time zone; write one like Asia/Seoul."
        )
    return name


def _student_id(table: _Table) -> StudentId:
    pattern = table.text("pattern", StudentId.pattern, StudentId.pattern) or ""
    example = table.text("example", StudentId.example, StudentId.example) or ""
    words = table.text("words", StudentId.words, StudentId.words) or ""
    table.end()
    try:
        compiled = re.compile(pattern)
    except re.error as error:
        raise table.wrong("pattern", f"is no regular expression: {error}.") from error
    if compiled.groups or compiled.fullmatch(""):
        raise table.wrong(
            "pattern", "has a group in ( ), or fits no letter at all; write (?: ) for a group."
        )
    if any(compiled.fullmatch(name) for name in (".", "..", "a/b")):
        raise table.wrong("pattern", "fits '..' or a path; an id is the name of a folder.")
    if not compiled.fullmatch(example):
        raise table.wrong("example", f"is {example!r}, which the pattern does not fit.")
    return StudentId(pattern, example, words)
