"""What became of one graded cell, in words that a student understands."""

from dataclasses import dataclass
from enum import StrEnum

from nbconvert.filters import strip_ansi
from nbformat import NotebookNode
from nbgrader.utils import determine_grade

from coursekit.judge.verdict import Ending, Verdict


class Kind(StrEnum):
    """The ways in which a graded cell can end."""

    PASSED = "passed"
    WRONG = "wrong"
    UNSOLVED = "not solved"
    RAISED = "raised an error"
    TIMED_OUT = "timed out"
    KERNEL_DIED = "kernel died"
    NOT_REACHED = "not reached"
    AWAITING = "awaits hand grading"
    GRADED = "graded by hand"
    MISSING = "missing"
    NOT_GRADED = "not graded"


@dataclass(frozen=True)
class Outcome:
    """How a graded cell ended, and a sentence that says why. The sentence shows no hidden test."""

    kind: Kind
    message: str = ""

    def write_to(self, cell: NotebookNode) -> None:
        """Record the outcome in the cell's metadata, where feedback and reports read it."""
        cell.metadata["coursekit"] = {"outcome": str(self.kind), "message": self.message}

    @classmethod
    def read_from(cls, cell: NotebookNode) -> "Outcome":
        """Return the outcome recorded in a cell of an autograded notebook.

        A cell without a record was not run by our grader; that counts as not reached.
        """
        record = cell.metadata.get("coursekit")
        if record is None:
            return cls(Kind.NOT_REACHED, "The grader did not run this test.")
        return cls(Kind(record["outcome"]), record["message"])


def outcome_of(verdict: Verdict, seconds: float) -> Outcome:
    """Return the outcome of a test cell that the judge ran with `seconds` of time."""
    message = plain_text(verdict.message)
    match verdict.ending:
        case Ending.PASSED:
            return Outcome(Kind.PASSED)
        case Ending.CHECK_FAILED:
            return Outcome(Kind.WRONG, message)
        case Ending.VISIBLE_FAILED:
            said = f": {message}" if message else ""
            return Outcome(Kind.WRONG, f"The test `{verdict.line}` does not hold{said}.")
        case Ending.HIDDEN_FAILED:
            return Outcome(Kind.WRONG, "A hidden test of this task found a wrong result.")
        case Ending.RAISED if verdict.type_name == "NotImplementedError":
            return Outcome(Kind.UNSOLVED, message)
        case Ending.RAISED:
            return Outcome(Kind.RAISED, f"{_error(verdict)}{_student_line(verdict)}")
        case Ending.VISIBLE_STOPPED:
            return Outcome(Kind.RAISED, _error(verdict))
        case Ending.HIDDEN_STOPPED:
            return Outcome(
                Kind.RAISED,
                message
                or f"A hidden test stopped with {plain_text(verdict.type_name)}: does your code "
                "return what the task asks for?",
            )
        case Ending.OUT_OF_TIME:
            return Outcome(
                Kind.TIMED_OUT,
                f"The test was stopped after {seconds:g} seconds. Is there a loop that does not "
                "end?",
            )
        case Ending.LOST:
            return Outcome(
                Kind.RAISED, "Your code ended the connection to the test, so it could not go on."
            )
        case Ending.BROKEN:
            return Outcome(
                Kind.RAISED, f"What your code returned could not be read by the test. {message}"
            )
    raise ValueError(f"no outcome is known for {verdict.ending!r}")


def plain_text(text: str) -> str:
    """Return a student's text without control characters and colours, cut to a length to read."""
    text = "".join(char if char.isprintable() or char == "\n" else " " for char in strip_ansi(text))
    return text if len(text) <= LONGEST_MESSAGE else f"{text[:LONGEST_MESSAGE]} …"


LONGEST_MESSAGE = 1500
"""Characters of one message; longer ones hide what matters."""


def outcome_of_written(cell: NotebookNode, awaiting: bool) -> Outcome:
    """Return how a written answer stands; `awaiting` says that a person has yet to grade it."""
    if awaiting:
        return Outcome(Kind.AWAITING)
    if determine_grade(cell)[0] == 0:
        if "coursekit" in cell.metadata:
            return Outcome.read_from(cell)  # the file could not be read
        return Outcome(Kind.UNSOLVED, "No answer was written.")
    return Outcome(Kind.GRADED)


def _error(verdict: Verdict) -> str:
    """Return "ValueError: what it said"."""
    return plain_text(f"{verdict.type_name}: {verdict.message}".strip().rstrip(":"))


def _student_line(verdict: Verdict) -> str:
    """Return " (in line m of the cell that begins with `text`)" if the line is known."""
    if verdict.line_number is None:
        return ""
    head = plain_text(verdict.head or "").replace("`", "'")
    return f" (in line {verdict.line_number} of the cell that begins with `{head}`)"
