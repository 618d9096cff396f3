"""The collected solutions of a course: `tests/solutions/<task>/right_*.py` and `wrong_*.py`."""

import ast
import re
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from nbgrader.utils import is_solution

from coursekit.course import Course
from coursekit.source import read_source

LEAST_RIGHT, LEAST_WRONG = 4, 10
"""How many solutions of each kind a task must have, in honestly different styles."""

HIDDEN_SHARE = 0.2
"""What part of a notebook's wrong solutions only the hidden tests can tell."""

_HIDDEN_ONLY = re.compile(r"^Hidden only\.\s*$", re.MULTILINE)


@dataclass(frozen=True)
class Solution:
    """One file of the zoo."""

    task: str
    path: Path

    def __str__(self) -> str:
        return f"{self.task}/{self.path.stem}"

    @property
    def right(self) -> bool:
        return self.path.name.startswith("right_")

    @cached_property
    def text(self) -> str:
        return self.path.read_text(encoding="utf-8")

    @cached_property
    def docstring(self) -> str:
        return ast.get_docstring(ast.parse(self.text)) or ""

    @property
    def hidden_only(self) -> bool:
        """Whether it says that the visible check passes."""
        return bool(_HIDDEN_ONLY.search(self.docstring))

    @property
    def says(self) -> str:
        """What is right or wrong about it."""
        return self.docstring.splitlines()[0] if self.docstring else "(no docstring)"


def tasks_of(course: Course, notebook: str) -> list[str]:
    """Return the ids of a notebook's code tasks, in order."""
    return [
        cell["id"]
        for cell in read_source(course, notebook).cells
        if cell.cell_type == "code" and is_solution(cell)
    ]


def zoo_of(course: Course, task: str) -> list[Solution]:
    """Return the solutions of a task, right ones first."""
    folder = course.root / "tests" / "solutions" / task
    return [Solution(task, path) for path in sorted(folder.glob("*.py"))]


def missing(course: Course) -> list[str]:
    """Return a sentence for each task or notebook with too few solutions."""
    found = []
    for notebook in course.notebooks:
        wrong: list[Solution] = []
        for task in tasks_of(course, notebook):
            zoo = zoo_of(course, task)
            counts = {kind: sum(one.right is kind for one in zoo) for kind in (True, False)}
            for kind, word, least in ((True, "right", LEAST_RIGHT), (False, "wrong", LEAST_WRONG)):
                if counts[kind] < least:
                    found.append(
                        f"{task}: {counts[kind]} {word} solutions, but {least} are needed; add "
                        f"tests/solutions/{task}/{word}_*.py."
                    )
            wrong += [one for one in zoo if not one.right]
        hidden = sum(one.hidden_only for one in wrong)
        if hidden < HIDDEN_SHARE * len(wrong):
            found.append(
                f"{notebook}: {hidden} of {len(wrong)} wrong solutions fall to the hidden test "
                f"alone, but a part of {HIDDEN_SHARE:.0%} is needed."
            )
    return found
