"""Say why a name is not defined: the cell that should have defined it stopped, and how."""

import re

from nbconvert.filters import strip_ansi
from nbformat import NotebookNode

from coursekit.judge.verdict import Ending, Verdict
from coursekit.outcome import Outcome, plain_text
from coursekit.recognize import grade_id
from coursekit.top_level import defined_names

_NOT_DEFINED = re.compile(r"name '(\w+)' is not defined")
_LONGEST = 300
_MISSING_NAMES = ("NameError", "UnboundLocalError")
_CHECK_FAILED = "CheckFailed"
"""A check that called a function tells the error it stopped with in its own words."""


def with_cause(
    outcome: Outcome, verdict: Verdict, cells: list[NotebookNode], stops: dict[int, str]
) -> Outcome:
    """Return the outcome of a test, with the cause if it failed for a name that is not there.

    `stops` says how those of the notebook's `cells` ended that did not run to their end.
    """
    found = _NOT_DEFINED.search(verdict.message)
    told = verdict.type_name in _MISSING_NAMES or (
        verdict.type_name == _CHECK_FAILED and any(map(verdict.message.count, _MISSING_NAMES))
    )
    if verdict.ending is Ending.PASSED or not found or not told:
        return outcome
    for index in sorted(stops, reverse=True):
        if _binds(cells[index].source, found[1]):
            message = f"{outcome.message.rstrip('.')}. {named(cells[index])} {stops[index]}"
            return Outcome(outcome.kind, message)
    return outcome


def how_it_stopped(cell: NotebookNode) -> str | None:
    """Return how a cell's error ended it, as the end of a sentence; None if there was none."""
    errors = [output for output in cell.outputs if output.output_type == "error"]
    if any(error.ename == "CellTimeoutError" for error in errors):
        return "ran for too long and was stopped."
    if not errors:
        return None
    said = plain_text(f"{errors[0].ename}: {errors[0].evalue}".strip().rstrip(":"))
    first, *more = said.splitlines() or [""]
    first = re.sub(r" ?\(\S+, line \d+\)$", "", first)  # Python's own name for the cell
    cut = first[:_LONGEST] + (" …" if len(first) > _LONGEST or more else "")
    return f"stopped with {cut}{_line(errors[0].traceback)}."


def named(cell: NotebookNode) -> str:
    """Return what a student knows a cell by: its task, or how it begins."""
    if grade_id(cell):
        return f"The cell of `{cell['id']}`"
    first = next((line.strip() for line in cell.source.splitlines() if line.strip()), "")
    return f"The cell that begins with `{plain_text(first)[:80].replace('`', chr(39))}`"


def _line(traceback: list[str]) -> str:
    """Return " (line n)", the line of the cell itself that the error came through."""
    text = strip_ansi("\n".join(map(str, traceback)))[:20_000]
    found = re.search(r"^\s*(?:Cell )?In\s?\[\d+\](?:, |:)line (\d+)", text, re.MULTILINE)
    return f" (line {found[1]})" if found else ""


def _binds(text: str, name: str) -> bool:
    """Return whether a cell's text defines or imports a name."""
    imports = rf"^[ \t]*(?:from[ \t].{{1,200}})?import\b.*\b{re.escape(name)}\b"
    return name in defined_names(text) or bool(re.search(imports, text, re.MULTILINE))
