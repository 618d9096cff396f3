"""The proof as a page: `docs/proof.md`, and what is not as it should be."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from coursekit.course import Course, short_name
from coursekit.proving.explained import Survivor, read_survivors, stale
from coursekit.proving.prove import TaskProof, all_mutants
from coursekit.proving.stage import Judged
from coursekit.proving.zoo import Solution

PAGE = Path("docs") / "proof.md"

_HEAD = """\
# The proof that the tests tell right from wrong

Written by `make proof`; don't edit it. Each solution of `tests/solutions` and each mutant of the
reference (`coursekit/proving/operators.py` has the mistakes that are made) runs through the graded
cells of its task, in the judge, as if all other tasks were solved.

- **right**: solutions in different styles that keep all points, of how many there are.
- **wrong**: solutions that lose points, of how many there are; **hidden only** are those among
  them that pass all that students can run themselves.
- **mutants**: those that lose points, of how many there are; **hidden only** as above. The
  **survivors** are explained below.

"""


def complaints(course: Course, proofs: Sequence[TaskProof]) -> list[str]:
    """Return in sentences what keeps the proof from being one."""
    known = read_survivors(course)
    found = [said for proof in proofs for said in _about_solutions(proof)]
    alive = [mutant for proof in proofs for mutant in proof.survivors]
    found += [
        f"{mutant} and passes; add a test that refuses it, or its reason to tests/survivors.toml."
        for mutant in alive
        if not any(one.explains(mutant) for one in known)
    ]
    return found


def stale_reasons(course: Course, proofs: Sequence[TaskProof]) -> list[str]:
    """Return a sentence for each explained survivor that is none, if all mutants were tried."""
    alive = [mutant for proof in proofs for mutant in proof.survivors]
    return stale(read_survivors(course), all_mutants(list(proofs)), alive)


def page(course: Course, proofs: Sequence[TaskProof]) -> str:
    """Return the page about a whole proof."""
    known = read_survivors(course)
    parts = [_HEAD, *_table(proofs), "\n", *_survivors(proofs, known), *_messages(proofs)]
    return "".join(parts)


def table(proofs: Sequence[TaskProof]) -> str:
    """Return the table alone, for a terminal."""
    return "".join(_table(proofs))


def _about_solutions(proof: TaskProof) -> Iterator[str]:
    for solution, judged in proof.solutions.items():
        if solution.right and not judged.accepted:
            yield f"{solution} is right and loses points ({judged.kind}): {judged.message}"
        if not solution.right and judged.accepted:
            yield f"{solution} is wrong and keeps its points ({solution.says})"
        if solution.hidden_only and not judged.accepted and judged.by_visible:
            yield f"{solution} says 'Hidden only.', but the visible check refuses it."


_COLUMNS = (
    "notebook",
    "task",
    "right",
    "wrong",
    "hidden only",
    "mutants",
    "hidden only",
    "survivors",
)


def _table(proofs: Sequence[TaskProof]) -> Iterator[str]:
    yield f"| {' | '.join(_COLUMNS)} |\n|{'---|' * len(_COLUMNS)}\n"
    rows = [_row(proof) for proof in proofs]
    for proof, row in zip(proofs, rows, strict=True):
        yield _line(short_name(proof.notebook), f"`{proof.task}`", row)
    yield _line("", "**all**", [sum(column) for column in zip(*rows, strict=True)])


def _row(proof: TaskProof) -> list[int]:
    right = [j for s, j in proof.solutions.items() if s.right]
    wrong = [j for s, j in proof.solutions.items() if not s.right]
    mutants = list(proof.mutants.values())
    counts = [sum(j.accepted for j in right), len(right)]
    for group in (wrong, mutants):
        counts += [sum(not j.accepted for j in group), len(group), sum(map(_hidden_only, group))]
    return [*counts, len(proof.survivors)]


def _line(notebook: str, task: str, counts: list[int]) -> str:
    right, rights, wrong, wrongs, hidden, killed, mutants, by_hidden, alive = counts
    cells = (
        notebook,
        task,
        f"{right} of {rights}",
        f"{wrong} of {wrongs}",
        hidden,
        f"{killed} of {mutants}",
        by_hidden,
        alive,
    )
    return f"| {' | '.join(map(str, cells))} |\n"


def _hidden_only(judged: Judged) -> bool:
    return not judged.accepted and not judged.by_visible


def _survivors(proofs: Sequence[TaskProof], known: Sequence[Survivor]) -> Iterator[str]:
    for equivalent, title in (
        (True, "Survivors that are right too"),
        (False, "What the tests still cannot tell"),
    ):
        yield f"## {title}\n\n"
        for proof in proofs:
            reasons: dict[str, list[str]] = {}
            for mutant in proof.survivors:
                for one in known:
                    if one.equivalent is equivalent and one.explains(mutant):
                        text = f"{_code(mutant.line)} → {_code(mutant.becomes)}"
                        reasons.setdefault(one.why, []).append(text)
                        break
            for why, texts in reasons.items():
                yield f"- `{proof.task}`: {why}\n"
                yield from (f"  - {text}\n" for text in texts)
        yield "\n"


def _messages(proofs: Sequence[TaskProof]) -> Iterator[str]:
    yield "## What students read\n\nEach wrong solution, and what its first failed test says.\n"
    for proof in proofs:
        wrong: list[tuple[Solution, Judged]] = [
            (solution, judged) for solution, judged in proof.solutions.items() if not solution.right
        ]
        if wrong:
            yield f"\n### `{proof.task}`\n\n"
        for solution, judged in wrong:
            where = " (hidden)" if _hidden_only(judged) else ""
            said = " ".join(judged.message.removeprefix(f"{proof.task}: ").split())
            yield f"- *{solution.says.rstrip('.')}*{where}: {said or 'it keeps its points'}\n"


def _code(text: str) -> str:
    return f"`{text}`" if "`" not in text else f"`` {text} ``"
