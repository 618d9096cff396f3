"""Grade the zoo in a box, with our settings or with stock nbgrader, and see what came of it."""

import hashlib
import sys
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import nbformat
from nbgrader.api import Gradebook, MissingEntry
from this_course import ASSIGNMENT

from coursekit.course import Course
from coursekit.nbgrader_command import run_nbgrader
from coursekit.release import write_notebook
from hostile.box import Visit, run_in_box
from hostile.course import (
    EARNED,
    HIDDEN_SECRET,
    NEIGHBOUR_SECRET,
    NOTEBOOK,
    SOLUTION_SECRET,
    TARGETS,
    lay_out,
    solved,
    submission_folder,
)
from hostile.zoo import FIRST, LAST, Attack, hand_in_honest

PLAIN = "l-nothing"
"""The student who attacks nothing and is as wrong as all attackers."""

_FULL = {**dict.fromkeys(TARGETS[:4], 2.0), EARNED: 3.0}
"""What the honest students earn in `NOTEBOOK`."""

_NBGRADER = [sys.executable, "-m", "nbgrader"]

Scores = dict[str, dict[str, float]]


@dataclass(frozen=True)
class Graded:
    """One class, graded."""

    course: Course
    visit: Visit
    scores: Scores
    """Points by student and grade id; students whom the gradebook does not know are absent."""
    touched: list[str] = field(default_factory=list)
    """Files outside of what grading writes that are not as they were."""
    with_feedback: bool = True
    """Whether feedback was asked for."""

    def gained(self, student: str) -> float:
        """Points in tests that the student's answers should not pass."""
        return sum(self.scores.get(student, {}).get(name, 0.0) for name in TARGETS)

    def earned(self, student: str) -> float:
        """Points kept in the test that was passed honestly."""
        return self.scores.get(student, {}).get(EARNED, 0.0)

    def harmed(self) -> list[str]:
        """Return the honest students who do not have their marks or their feedback page."""
        return [
            student
            for student in (FIRST, LAST)
            if any(self.scores.get(student, {}).get(k, 0.0) != v for k, v in _FULL.items())
            or not self._has_feedback(student)
        ]

    def _has_feedback(self, student: str) -> bool:
        page = self.course.feedback / student / ASSIGNMENT / f"{NOTEBOOK}.html"
        return page.exists() or not self.with_feedback

    def shown(self, student: str) -> list[str]:
        """Return the secrets that the student's own cells got hold of and printed."""
        secrets = [HIDDEN_SECRET, SOLUTION_SECRET]
        secrets += [NEIGHBOUR_SECRET] if student not in (FIRST, LAST) else []
        text = ""
        for path in (self.course.autograded / student / ASSIGNMENT).glob("Assignment1-*.ipynb"):
            for cell in nbformat.read(path, as_version=4).cells:
                if cell.cell_type == "code" and not cell.metadata.get("nbgrader", {}).get("grade"):
                    text += str(cell.outputs)
        return [secret for secret in secrets if secret in text]


def prepare(world: Path, config: str) -> Course:
    """Lay out a course in `world`, release it, and grade the first honest student."""
    course = lay_out(world, config)
    run_nbgrader(course, "generate_assignment", ASSIGNMENT, "--force")
    hand_in_honest(course, FIRST)
    graded = grade_in_box(world, course, timeout=120)
    assert graded.visit.exit_codes == [0, 0], (world / "log.txt").read_text()[-2000:]
    return course


def hand_in(course: Course, attacks: list[Attack]) -> None:
    """Hand in attacks, what attacks nothing, and the last honest student."""
    write_notebook(submission_folder(course, PLAIN) / f"{NOTEBOOK}.ipynb", solved(course, NOTEBOOK))
    for attack in attacks:
        attack.hand_in(course)
    hand_in_honest(course, LAST)


def grade_in_box(
    world: Path,
    course: Course,
    timeout: float,
    feedback: bool = True,
    autograde: Sequence[str] = (*_NBGRADER, "autograde", ASSIGNMENT),
) -> Graded:
    """Run plain `nbgrader autograde`, and `generate_feedback`, in the box; look at the result.

    Each command may take `timeout` seconds; `autograde` may be another command than the first.
    """
    before = _fingerprints(world)
    commands = [list(autograde)]
    if feedback:
        commands.append([*_NBGRADER, "generate_feedback", ASSIGNMENT])
    visit = run_in_box(world, commands, timeout)
    after = _fingerprints(world)
    touched = [path for path in before if after.get(path) != before[path]]
    touched += [path for path in after if path not in before]
    return Graded(course, visit, read_scores(course), touched, feedback)


def read_scores(course: Course) -> Scores:
    """Return all scores of a gradebook; none of them if it is gone or not readable."""
    if not course.gradebook.exists():
        return {}
    try:
        with Gradebook(course.gradebook_url) as gradebook:
            return {
                submission.student_id: _sums(submission)
                for submission in gradebook.assignment_submissions(ASSIGNMENT)
            }
    except (MissingEntry, Exception) as error:  # what an attack left of it may be anything
        return {"?": {str(error)[:100]: 0.0}}


def _sums(submission: Any) -> dict[str, float]:
    """Return the points of one submission by grade id; both notebooks have a `test_triple`."""
    sums: dict[str, float] = defaultdict(float)
    for notebook in submission.notebooks:
        for grade in notebook.grades:
            sums[grade.name] += float(grade.score or 0.0)
    return dict(sums)


def _fingerprints(world: Path) -> dict[str, str]:
    """Return a digest of every file that grading has no business with."""
    kept = [world / "public", world / "home"]
    kept += [world / "course" / name for name in ("source", "release", "submitted")]
    kept += [world / "course" / "nbgrader_config.py"]
    files = [path for top in kept for path in ([top] if top.is_file() else _regular(top))]
    return {
        str(path.relative_to(world)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in files
        if path.stat().st_size < 100_000_000
    }


def _regular(top: Path) -> list[Path]:
    """Return the regular files below `top`, but for the caches that programs keep at home."""
    return [
        path
        for path in top.rglob("*")
        if path.is_file() and not path.is_symlink() and ".cache" not in path.parts
    ]
