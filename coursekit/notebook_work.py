"""What a notebook holds of an assignment's tasks, and whether somebody has worked on it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from coursekit.notebook_text import grade_ids

_STUB = re.compile(r"raise NotImplementedError|YOUR (?:ANSWER|CODE) HERE")
_DEFINED = re.compile(r"^(?:async def|def|class)[ \t]+(\w+)", re.MULTILINE)


@dataclass(frozen=True)
class Tasks:
    """By what the tasks of one notebook are known in a file of any name, with or without ids."""

    ids: set[str] = field(default_factory=set)
    names: set[str] = field(default_factory=set)
    """What solutions define: functions and classes."""
    solutions: int = 0
    """How many cells are the student's to fill."""

    def shared(self, other: "Tasks") -> int:
        """Return how much of these tasks another notebook holds; ids tell more than names."""
        return len(self.ids & other.ids) or len(self.names & other.names)

    def are_mostly_in(self, other: "Tasks") -> bool:
        """Whether another notebook holds at least half of these tasks."""
        known = self.ids if self.ids & other.ids else self.names
        return bool(known) and 2 * self.shared(other) >= len(known)


def tasks_of(notebook: dict[str, Any]) -> Tasks:
    """Return the tasks in a notebook's JSON."""
    solutions, names = 0, set[str]()
    for text, info in _cells(notebook):
        solutions += info.get("solution") is True
        names.update(_DEFINED.findall(text))
    return Tasks(grade_ids(notebook), names, solutions)


def tasks_to_solve(source: dict[str, Any]) -> Tasks:
    """Return the tasks of an instructor's notebook: of its names only what solutions define."""
    solved = [text for text, info in _cells(source) if info.get("solution") is True]
    names = {name for text in solved for name in _DEFINED.findall(text)}
    return Tasks(grade_ids(source), names, len(solved))


def is_worked_on(notebook: dict[str, Any], solutions: int = 0) -> bool:
    """Whether at least one cell that was to be filled no longer holds its stub.

    `solutions` is how many such cells the assignment has, for a notebook that does not tell.
    """
    cells = list(_cells(notebook))
    stubs = sum(bool(_STUB.search(text)) for text, _ in cells)
    marked = sum(info.get("solution") is True for _, info in cells)
    return bool(cells) and (stubs == 0 or stubs < (marked or solutions))


def _cells(notebook: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the text and nbgrader's metadata of each cell."""
    for cell in notebook["cells"]:
        source, info = cell.get("source", ""), cell.get("metadata", {}).get("nbgrader")
        text = source if isinstance(source, str) else "".join(source)
        yield text, info if isinstance(info, dict) else {}
