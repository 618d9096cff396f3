"""Where everything of a course lies, and which of its assignments is worked on.

What the course says of itself is in `course.toml`, see `settings`; what nbgrader must be told is in
`nbgrader_config.py`, both at the top of the course folder.
"""

import re
import shutil
from dataclasses import dataclass
from pathlib import Path

from coursekit import settings
from coursekit.settings import Assignment, CourseError, Settings

__all__ = [
    "LOOK",
    "REPOSITORY",
    "TRAINING_TAG",
    "Course",
    "CourseError",
    "new_course",
    "short_name",
]

TRAINING_TAG = "training"
"""Cells with this tag train for long; graders never run them."""

REPOSITORY = Path(__file__).resolve().parent.parent
"""The checkout that this package runs from (it is installed in place)."""


LOOK = 3
"""The exit status that says: what could be done is done, and a person has to look at something."""


@dataclass(frozen=True)
class Course:
    """The folders of one course; `root` holds `source/`, the gradebook and what grading makes."""

    root: Path
    chosen: str | None = None
    """The assignment that is worked on; None: the first of the course."""

    @property
    def settings(self) -> Settings:
        return settings.read_settings(self.root)

    @property
    def assignment(self) -> Assignment:
        return self.settings.assignment(self.chosen)

    @property
    def notebooks(self) -> tuple[str, ...]:
        return self.assignment.notebooks

    @property
    def source(self) -> Path:
        return self.root / "source" / self.assignment.name

    @property
    def release(self) -> Path:
        return self.root / "release" / self.assignment.name

    @property
    def submitted(self) -> Path:
        return self.root / "submitted"

    @property
    def autograded(self) -> Path:
        return self.root / "autograded"

    @property
    def feedback(self) -> Path:
        return self.root / "feedback"

    @property
    def reports(self) -> Path:
        return self.root / "reports"

    @property
    def gradebook(self) -> Path:
        return self.root / "gradebook.db"

    @property
    def gradebook_url(self) -> str:
        return f"sqlite:///{self.gradebook}"

    def find_notebook(self, name: str) -> str:
        """Return the full notebook name that contains `name` ("1-2", or the whole name).

        Raises `CourseError` when none or several match.
        """
        matches = [
            notebook for notebook in self.notebooks if name.removesuffix(".ipynb") in notebook
        ]
        if len(matches) != 1:
            known = ", ".join(self.notebooks)
            raise CourseError(f"'{name}' names no single notebook; use one of: {known}.")
        return matches[0]


def new_course(folder: Path) -> Course:
    """Make `folder` a course of its own, with this checkout's source and settings."""
    shutil.rmtree(folder / "source", ignore_errors=True)
    shutil.copytree(REPOSITORY / "source", folder / "source")
    for name in ("nbgrader_config.py", settings.FILE):
        shutil.copy(REPOSITORY / name, folder)
    return Course(folder)


def short_name(notebook: str) -> str:
    """Return "1-2" for "Assignment1-2_NN_from_scratch", the whole name if it has no such number."""
    found = re.search(r"(?<![0-9])[0-9]{1,2}(?:-[0-9]{1,2})+(?![0-9])", notebook)
    return found[0] if found else notebook
