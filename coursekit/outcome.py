"""What became of one graded cell, in words that a student understands."""

import re
from dataclasses import dataclass
from enum import StrEnum

from nbconvert.filters import strip_ansi
from nbformat import NotebookNode
from nbgrader.utils import determine_grade


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


def outcome_of(cell: NotebookNode, notebook: NotebookNode, timeout: float) -> Outcome:
    """Return the outcome that the outputs of an executed test cell show.

    `notebook` is searched for the student's line when an error came from their code.
    """
    errors = [output for output in cell.outputs if output.output_type == "error"]
    if not errors:
        return Outcome(Kind.PASSED)
    error = errors[0]
    if any(e.ename == "CellTimeoutError" for e in errors):  # beside the KeyboardInterrupt it sent
        return Outcome(
            Kind.TIMED_OUT,
            f"The test was stopped after {timeout:g} seconds. Is there a loop that does not end?",
        )
    if error.ename == "CheckFailed":
        return Outcome(Kind.WRONG, error.evalue)
    if error.ename == "AssertionError":
        return Outcome(Kind.WRONG, "A hidden test of this task found a wrong result.")
    if error.ename == "NotImplementedError":
        return Outcome(Kind.UNSOLVED, error.evalue)
    message = f"{error.ename}: {error.evalue}".strip().rstrip(":")
    return Outcome(Kind.RAISED, f"{message}{_student_line(error, notebook)}")


def outcome_of_written(cell: NotebookNode, awaiting: bool) -> Outcome:
    """Return how a written answer stands; `awaiting` says that a person has yet to grade it."""
    if awaiting:
        return Outcome(Kind.AWAITING)
    if determine_grade(cell)[0] == 0:
        return Outcome(Kind.UNSOLVED, "No answer was written.")
    return Outcome(Kind.GRADED)


def _student_line(error: NotebookNode, notebook: NotebookNode) -> str:
    """Return " (in line m of cell [n]: `text`)" for the last frame in a cell of the student's."""
    by_count = {
        cell.execution_count: cell
        for cell in notebook.cells
        if cell.cell_type == "code" and cell.execution_count
    }
    frames = re.findall(r"Cell In\[(\d+)\], line (\d+)", strip_ansi("\n".join(error.traceback)))
    for count, line in reversed(frames):
        cell = by_count.get(int(count))
        if cell is None or cell.metadata.get("nbgrader", {}).get("grade"):
            continue
        lines = cell.source.splitlines()
        if 0 < int(line) <= len(lines):
            return f" (in line {line} of the cell that begins with `{lines[0]}`)"
    return ""
