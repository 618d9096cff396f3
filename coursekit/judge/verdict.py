"""How a graded cell ended in the judge."""

import dataclasses
from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class Ending(StrEnum):
    """What ended a graded cell."""

    PASSED = "passed"
    CHECK_FAILED = "a check failed"
    """`CheckFailed`: the message is written for students."""
    VISIBLE_FAILED = "a visible assertion failed"
    HIDDEN_FAILED = "a hidden assertion failed"
    RAISED = "the student's code raised an error"
    VISIBLE_STOPPED = "the visible test stopped with an error"
    HIDDEN_STOPPED = "the hidden test stopped with an error"
    OUT_OF_TIME = "time was up"
    LOST = "the kernel closed the connection"
    BROKEN = "the kernel's answers made no sense, or were too much"
    FAULT = "the judge cannot import what the test needs"


@dataclass(frozen=True)
class Verdict:
    """How a cell ended, in data. `message`, `line` and `head` may hold the student's text.

    `type_name` is the error's type. `line` is the line of the student's notebook that it came
    through, `line_number` its number in the cell whose first line is `head`.
    """

    ending: Ending
    message: str = ""
    type_name: str = ""
    line: str | None = None
    line_number: int | None = None
    head: str | None = None
    output: str = ""
    """What the test printed."""
    calls: int = 0
    """Requests to the student's kernel."""
    seconds: float = 0.0

    def to_data(self) -> dict[str, Any]:
        """Return the verdict as JSON has it."""
        return dataclasses.asdict(self)

    @classmethod
    def from_data(cls, data: dict[str, Any]) -> "Verdict":
        """Return the verdict that `to_data` made `data` of."""
        return cls(**{**data, "ending": Ending(data["ending"])})
