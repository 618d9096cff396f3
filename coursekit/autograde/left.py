"""What is left to do: submissions without marks, or whose marks are of something else."""

import json
from dataclasses import dataclass
from pathlib import Path

import nbformat
from nbgrader.api import Gradebook, MissingEntry
from nbgrader.utils import determine_grade, is_grade

from coursekit.autograde.jobs import Settings, Submission
from coursekit.scores import read_scores

KEY = "key"
"""Where an autograded notebook's metadata (`coursekit`) says which job its marks come from."""


Marks = dict[tuple[str, str], dict[str, float | None]]
"""The automatic marks of (student, notebook), by cell."""


@dataclass(frozen=True)
class Left:
    """What is left to do for one submission."""

    notebooks: list[str]
    """Those to execute, in the assignment's order."""
    withdrawn: bool
    """Whether something was graded before that is not handed in now."""

    def __bool__(self) -> bool:
        return bool(self.notebooks or self.withdrawn)


def what_is_left(
    submission: Submission, chosen: list[str], marks: Marks, settings: Settings, *, force: bool
) -> Left:
    """Return what of the `chosen` notebooks is to be done so that marks are those of the work.

    `marks` is what the gradebook holds. An autograded notebook has the key of the job it comes
    from, and outputs that say what its marks are; a gradebook that was put back from an older copy
    holds others. What was not handed in must have marks too, all of them 0. With `force` all that
    was handed in is executed.
    """
    folder = submission.course.autograded / submission.student / submission.course.assignment.name
    there = {path.stem for path in folder.glob("*.ipynb")}
    submitted = submission.notebooks
    known = {name: marks.get((submission.student, name)) for name in chosen}
    return Left(
        [
            name
            for name in submitted
            if name in chosen
            and (
                force
                or not _is_marked(
                    folder / f"{name}.ipynb", submission.key(name, settings), known[name]
                )
            )
        ],
        not there <= set(submitted)
        or any(
            scores is None or any(score != 0 for score in scores.values())
            for name, scores in known.items()
            if name not in submitted
        ),
    )


def graded_key(path: Path) -> str | None:
    """Return the key of the job that an autograded notebook comes from; None if it has none."""
    try:
        return str(json.loads(path.read_bytes())["metadata"]["coursekit"][KEY])
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _is_marked(path: Path, key: str, known: dict[str, float | None] | None) -> bool:
    """Return whether the autograded notebook at `path` has this key, and says the marks `known`."""
    try:
        notebook = nbformat.from_dict(json.loads(path.read_bytes()))
        said = {
            cell.metadata.nbgrader.grade_id: determine_grade(cell)[0]
            for cell in notebook.cells
            if is_grade(cell) and cell.cell_type == "code"
        }
        return bool(notebook.metadata.coursekit[KEY] == key and known == said)
    except (OSError, ValueError, KeyError, AttributeError, TypeError):
        return False


def released_notebooks(gradebook: Gradebook, assignment: str) -> list[str]:
    """Return the names of the notebooks that the gradebook knows, in the assignment's order."""
    try:
        return sorted(notebook.name for notebook in gradebook.find_assignment(assignment).notebooks)
    except MissingEntry:
        return []


def read_automatic_marks(gradebook: Gradebook, assignment: str) -> Marks:
    """Return the automatic marks of the test cells of every student."""
    marks: Marks = {}
    for (student, notebook, cell), score in read_scores(gradebook, assignment).items():
        cells = marks.setdefault((student, notebook), {})
        if score.cell_type == "code":
            cells[cell] = score.auto
    return marks
