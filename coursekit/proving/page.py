"""`docs/proof.md`: what the proof found, as a page that a person reads."""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from coursekit.course import short_name
from coursekit.files import replacing
from coursekit.proof import first_line
from coursekit.proving.equivalent import reasons
from coursekit.proving.prove import Row

_NOTES = Path(__file__).with_name("notes.md")


def write_page(path: Path, rows: Sequence[Row]) -> None:
    """Write the page of all tasks."""
    with replacing(path) as file:
        file.write("\n".join([*_head(rows), *_table(rows), *_notes(), *_lists(rows), ""]))


def summary(rows: Sequence[Row]) -> str:
    """Return the figures of all tasks together, as a sentence each."""
    right, wrong, mutants = (_all(rows, name) for name in ("right", "wrong", "mutants"))
    refused, missed, hidden = (_all(rows, name) for name in ("refused", "missed", "hidden_only"))
    explained, left = _all(rows, "explained"), _all(rows, "open")
    killed = mutants - explained - left
    return (
        f"Right solutions accepted: {right - refused} of {right}. "
        f"Wrong solutions rejected: {wrong - missed} of {wrong}, {hidden} of them by the hidden "
        f"test alone. Mutants noticed: {killed} of {mutants}; of the others {explained} are "
        f"explained, {left} are not."
    )


def _all(rows: Sequence[Row], name: str) -> int:
    return sum(len(getattr(row, name)) for row in rows)


_HEAD = """\
# Proof that the tests tell right from wrong

`make proof` makes this page. It runs every solution of `tests/solutions` and every mutant of the
reference through the tests as they are graded: in the sandbox, by the judge, with the visible check
and the hidden test. A mutant is the reference with one small change.
"""
_COLUMNS = (
    "part", "task", "right accepted", "wrong rejected", "by the hidden test alone",
    "mutants noticed", "explained", "open",
)  # fmt: skip


def _head(rows: Sequence[Row]) -> Iterator[str]:
    yield _HEAD
    yield summary(rows) + "\n"


def _table(rows: Sequence[Row]) -> Iterator[str]:
    yield f"| {' | '.join(_COLUMNS)} |"
    yield f"|---|---|{'---:|' * (len(_COLUMNS) - 2)}"
    for row in rows:
        noticed = len(row.mutants) - len(row.explained) - len(row.open)
        yield (
            f"| {short_name(row.notebook)} | {row.task} "
            f"| {len(row.right) - len(row.refused)} of {len(row.right)} "
            f"| {len(row.wrong) - len(row.missed)} of {len(row.wrong)} | {len(row.hidden_only)} "
            f"| {noticed} of {len(row.mutants)} | {len(row.explained)} | {len(row.open)} |"
        )
    yield ""


def _notes() -> Iterator[str]:
    yield _NOTES.read_text(encoding="utf-8")


def _lists(rows: Sequence[Row]) -> Iterator[str]:
    yield "## What wrong solutions are told\n"
    yield "The mistake, and the message that the student reads.\n"
    for row in rows:
        yield f"### {short_name(row.notebook)} {row.task}\n"
        for one in row.wrong:
            yield f"- **{first_line(one.candidate.text)}** {_plain(one.message)}"
        yield ""
    yield "## Changes that no test notices\n"
    for row in rows:
        for one in [*row.explained, *row.open]:
            reason = reasons().get((row.task, one.candidate.name), "Not explained yet.")
            yield f"- {row.task}: {_code(one.candidate.name)}. {reason}"


def _plain(text: str) -> str:
    return re.sub(r"\s+", " ", text).replace("|", "\\|").replace("<", "&lt;") or "(accepted)"


def _code(text: str) -> str:
    return f"``{text}``"
