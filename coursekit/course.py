"""Where everything of a course lies: the settings that are ours, in one typed place.

What nbgrader itself must be told is in `nbgrader_config.py` at the top of the course folder.
"""

import shutil
from dataclasses import dataclass
from pathlib import Path

ASSIGNMENT = "Assignment1"

NOTEBOOKS = (
    "Assignment1-1_Data_Curation",
    "Assignment1-2_NN_from_scratch",
    "Assignment1-3_NN_with_PyTorch",
)

TRAINING_TAG = "training"
"""Cells with this tag train for long; graders never run them."""

REPOSITORY = Path(__file__).resolve().parent.parent
"""The checkout that this package runs from (it is installed in place)."""


LOOK = 3
"""The exit status that says: what could be done is done, and a person has to look at something."""


class CourseError(Exception):
    """A problem that a teacher can mend, told in one sentence: what, where, what to do."""


@dataclass(frozen=True)
class Course:
    """The folders of one course; `root` holds `source/`, the gradebook and what grading makes."""

    root: Path

    @property
    def source(self) -> Path:
        return self.root / "source" / ASSIGNMENT

    @property
    def release(self) -> Path:
        return self.root / "release" / ASSIGNMENT

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


def new_course(folder: Path) -> Course:
    """Make `folder` a course of its own, with this checkout's source and settings."""
    course = Course(folder)
    shutil.rmtree(course.source, ignore_errors=True)
    shutil.copytree(REPOSITORY / "source" / ASSIGNMENT, course.source)
    shutil.copy(REPOSITORY / "nbgrader_config.py", folder)
    return course


def short_name(notebook: str) -> str:
    """Return "1-2" for "Assignment1-2_NN_from_scratch"."""
    return notebook.removeprefix(ASSIGNMENT[:-1]).split("_")[0]


def find_notebook(name: str) -> str:
    """Return the full notebook name that contains `name` ("1-2", or the whole name).

    Raises `CourseError` when none or several match.
    """
    matches = [notebook for notebook in NOTEBOOKS if name.removesuffix(".ipynb") in notebook]
    if len(matches) != 1:
        raise CourseError(f"'{name}' names no single notebook; use one of: {', '.join(NOTEBOOKS)}.")
    return matches[0]
