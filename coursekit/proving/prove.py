"""The proof as a whole: every solution of the zoo and every mutant, and what became of each."""

import random
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from coursekit.course import Course, CourseError, short_name
from coursekit.proof import zoo
from coursekit.proving.candidates import Candidate, Judged, judge, tasks_of, trains
from coursekit.proving.equivalent import reasons
from coursekit.proving.mutants import mutants

LEAST_RIGHT, LEAST_WRONG = 4, 10
"""Solutions that the zoo has of each task at least."""
_SEED = 15


@dataclass(frozen=True)
class Row:
    """What became of one task."""

    notebook: str
    task: str
    right: list[Judged]
    wrong: list[Judged]
    mutants: list[Judged]

    @property
    def refused(self) -> list[Judged]:
        """Right solutions that a test takes for wrong."""
        return [one for one in self.right if not one.accepted]

    @property
    def missed(self) -> list[Judged]:
        """Wrong solutions that no test notices."""
        return [one for one in self.wrong if one.accepted]

    @property
    def hidden_only(self) -> list[Judged]:
        """Wrong solutions that only the hidden test notices."""
        return [one for one in self.wrong if not one.accepted and one.visible]

    @property
    def explained(self) -> list[Judged]:
        return [one for one in self.mutants if one.accepted and self._key(one) in reasons()]

    @property
    def open(self) -> list[Judged]:
        """Mutants that no test notices, and of which nobody has said why."""
        return [one for one in self.mutants if one.accepted and self._key(one) not in reasons()]

    @property
    def needless(self) -> list[Judged]:
        """Mutants that are explained, though a test notices them."""
        return [one for one in self.mutants if not one.accepted and self._key(one) in reasons()]

    def _key(self, one: Judged) -> tuple[str, str]:
        return self.task, one.candidate.name


def prove(
    course: Course,
    notebooks: Sequence[str] = (),
    tasks: Collection[str] = (),
    sample: int | None = None,
) -> list[Row]:
    """Judge zoo and mutants of tasks, by default of all; a `sample` of so many, the same each time.

    Raises `CourseError` for a task that is none, and for a listed equivalent that does not occur.
    """
    chosen = [
        (name, task)
        for name in notebooks or course.notebooks
        for task in tasks_of(course, name)
        if not tasks or task in tasks
    ]
    unknown = set(tasks) - {task for _, task in chosen}
    if unknown:
        raise CourseError(f"There is no task {', '.join(sorted(unknown))} in these notebooks.")
    candidates = [one for name, task in chosen for one in _candidates(course, name, task)]
    _expect_no_stale({task for _, task in chosen}, candidates)
    if sample is not None and sample < len(candidates):
        candidates = random.Random(_SEED).sample(candidates, sample)
    judged = judge(course, candidates)
    return [
        Row(
            name,
            task,
            *(
                [one for one in judged if one.candidate.task == task and _kind(one) == kind]
                for kind in ("right", "wrong", "mutant")
            ),
        )
        for name, task in chosen
    ]


def complaints(rows: Sequence[Row]) -> Iterator[str]:
    """Yield a sentence for each solution or mutant that the tests judge wrongly."""
    for row in rows:
        place = f"{short_name(row.notebook)} {row.task}"
        for one in row.refused:
            yield f"{place}: {one.candidate.name} is right and was refused: {one.message}"
        for one in row.missed:
            yield f"{place}: {one.candidate.name} is wrong and was accepted"
        for one in row.open:
            yield f"{place}: nothing notices the change {one.candidate.name}"
        for change in sorted({one.candidate.name for one in row.needless}):
            if not any(one.candidate.name == change for one in row.explained):  # of a twin
                yield (
                    f"{place}: a test notices a change that equivalent.toml explains; take it out: "
                    f"{change}"
                )


def _candidates(course: Course, name: str, task: str) -> Iterator[Candidate]:
    cell = tasks_of(course, name)[task]
    for kind in ("right", "wrong"):
        for path in zoo(course, task, kind):
            text = path.read_text(encoding="utf-8")
            yield Candidate(name, task, path.stem, text, kind == "wrong", trains(cell))
    for mutant in () if trains(cell) else mutants(cell.source):
        yield Candidate(name, task, mutant.change, mutant.text)


def _kind(one: Judged) -> str:
    kind = one.candidate.name.partition("_")[0]
    return kind if kind in ("right", "wrong") and " -> " not in one.candidate.name else "mutant"


def _expect_no_stale(tasks: Collection[str], candidates: Sequence[Candidate]) -> None:
    occurring = {(one.task, one.name) for one in candidates}
    for task, change in reasons():
        if task in tasks and (task, change) not in occurring:
            raise CourseError(
                f"equivalent.toml explains a change of {task} that does not occur any more: "
                f"{change}. Take it out."
            )
