"""What there is to execute: a job for each submitted notebook, with a key that tells them apart."""

import functools
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from coursekit.course import REPOSITORY, Course
from coursekit.plain_files import is_plain


@dataclass(frozen=True)
class Settings:
    """How to execute; see the traits of `ExecuteSubmission`, which have the same names."""

    timeout: int
    preload: tuple[str, ...]
    allow_unsandboxed: bool
    notebook_timeout: int = 1200
    restarts: int = 3

    @property
    def decide_marks(self) -> bytes:
        """What of these can change a mark."""
        return repr((self.timeout, self.notebook_timeout, self.restarts)).encode()


ANY_KIT = b""
"""For workers of this machine, which run the same files."""


@dataclass(frozen=True)
class Job:
    """One notebook to execute, as bytes, so that it can travel to another machine."""

    student: str
    notebook: str
    key: str
    kit: bytes
    """The `kit_digest` that a worker must have, or ANY_KIT."""
    submitted: bytes
    source: bytes
    checkpoints: tuple[tuple[str, bytes], ...]
    settings: Settings


@dataclass(frozen=True)
class Submission:
    """The folder of one student, and the notebooks in it that belong to the assignment."""

    course: Course
    student: str

    @property
    def folder(self) -> Path:
        return self.course.submitted / self.student / self.course.assignment.name

    @property
    def notebooks(self) -> list[str]:
        """The names of the notebooks that were handed in, in the assignment's order."""
        return [name for name in self.course.notebooks if (self.folder / f"{name}.ipynb").is_file()]

    @property
    def checkpoints(self) -> list[Path]:
        """The checkpoints that were handed in; links are not followed, huge files not read."""
        return [
            path
            for path in sorted((self.folder / "model_checkpoints").glob("*.pt"))
            if is_plain(path)
        ]

    def key(self, notebook: str, settings: Settings) -> str:
        """Return a digest of all that the marks of `notebook` depend on.

        What was handed in, then the rest: the notebook's source, the kit, the settings. The time of
        hand-in is not among them; penalties follow from it without another execution.
        """
        rest = hashlib.sha256(kit_digest())
        rest.update((self.course.source / f"{notebook}.ipynb").read_bytes())
        rest.update(settings.decide_marks)
        return f"{self.digest(notebook)}-{rest.hexdigest()}"

    def digest(self, notebook: str) -> str:
        """Return a digest of what was handed in that `notebook` can see: itself, checkpoints."""
        digest = hashlib.sha256()
        for path in [self.folder / f"{notebook}.ipynb", *self.checkpoints]:
            if path.is_file() and is_plain(path):
                with path.open("rb") as file:
                    content = hashlib.file_digest(file, "sha256").digest()
                digest.update(path.name.encode() + b"\0" + content)
        return digest.hexdigest()

    def _submitted(self, notebook: str) -> bytes:
        """Return a notebook's bytes; none for a link, perhaps to the instructor's own."""
        path = self.folder / f"{notebook}.ipynb"
        return path.read_bytes() if is_plain(path) else b""

    def job(self, notebook: str, settings: Settings, kit: bytes) -> Job:
        """Read everything that executing `notebook` needs."""
        return Job(
            self.student,
            notebook,
            self.key(notebook, settings),
            kit,
            self._submitted(notebook),
            (self.course.source / f"{notebook}.ipynb").read_bytes(),
            tuple((path.name, path.read_bytes()) for path in self.checkpoints),
            settings,
        )


def submissions(course: Course) -> Iterator[Submission]:
    """Yield every student who handed in a folder, even one without notebooks, ordered by name."""
    for folder in sorted(course.submitted.glob("*")):
        submission = Submission(course, folder.name)
        if submission.folder.is_dir():
            yield submission


def same_work(key: str, other: str) -> bool:
    """Return whether two keys are of the same submitted files."""
    return key.split("-")[0] == other.split("-")[0]


_NOT_FOR_MARKS = """
    attention.py autograde/left.py autograde/lock.py autograde/pool.py autograde/released.py
    autograde/run.py autograde/writer.py changed_marks.py checkpoint_of.py claims.py
    class_list.py cli.py collect.py collect_report.py demo.py doctor.py embedded enrolled.py
    export.py feedback.py grade.py gradebook.py gradescope.py inbox.py markdown.py marks.py
    mathml.py names.py nbgrader_command.py notebook_text.py notebook_work.py pages pictures proof.py
    proving reader.py release.py report.py scores.py settle.py solved.py student student_run.py
    submission_files.py systems.py trial.py unpack.py
"""

NOT_FOR_MARKS = frozenset(f"coursekit/{name}" for name in _NOT_FOR_MARKS.split())
"""What only collects, shows or organizes. Everything else of the kit may change a mark."""


@functools.cache
def kit_digest() -> bytes:
    """Return a digest of the code and the data that grade: another version of them grades anew."""
    digest = hashlib.sha256()
    for path in kit_files():
        digest.update(path.relative_to(REPOSITORY).as_posix().encode() + b"\0")
        with path.open("rb") as file:
            digest.update(hashlib.file_digest(file, "sha256").digest())
    return digest.digest()


@functools.cache
def whole_kit_digest() -> bytes:
    """Return a digest of all code of the kit, for what shows marks: feedback pages."""
    digest = hashlib.sha256(kit_digest())
    for path in sorted((REPOSITORY / "coursekit").rglob("*.py")):
        digest.update(path.read_bytes())
    return digest.digest()


def kit_files() -> list[Path]:
    """Return the files of the kit that marks can depend on: of two packages, code and data."""
    return sorted(
        path
        for package in ("coursekit", "utils")
        for path in (REPOSITORY / package).rglob("*")
        if path.suffix in (".py", ".npz", ".gz")
        and NOT_FOR_MARKS.isdisjoint(_and_above(path.relative_to(REPOSITORY)))
    )


def _and_above(path: Path) -> set[str]:
    return {part.as_posix() for part in (path, *path.parents)}
