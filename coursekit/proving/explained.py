"""Survivors with a reason: mutants that no test refuses, each explained in one data file."""

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from coursekit.course import Course, CourseError
from coursekit.proving.mutants import Mutant

FILE = Path("tests") / "survivors.toml"


@dataclass(frozen=True)
class Survivor:
    """Why a mutant survives. A text "*" stands for any."""

    task: str
    operator: str
    line: str
    becomes: str
    why: str
    equivalent: bool = True
    """False: it is a mistake, and the tests cannot tell."""

    def explains(self, mutant: Mutant) -> bool:
        """Return whether this is about `mutant`."""
        return (
            self.task == mutant.task
            and self.operator in ("*", mutant.operator)
            and self.line in ("*", mutant.line)
            and self.becomes in ("*", mutant.becomes)
        )

    def __str__(self) -> str:
        return f"{self.task}, {self.operator}: `{self.line}` becomes `{self.becomes}`"


def read_survivors(course: Course) -> list[Survivor]:
    """Return the explained survivors of a course; `CourseError` for an entry that is none."""
    path = course.root / FILE
    if not path.exists():
        return []
    try:
        entries = tomllib.loads(path.read_text(encoding="utf-8")).get("survivor", [])
        found = [
            Survivor(**{**entry, "becomes": becomes})
            for entry in entries
            for becomes in _each(entry["becomes"])
        ]
    except (tomllib.TOMLDecodeError, KeyError, TypeError) as error:
        raise CourseError(f"{path} is not a list of survivors ({error}); mend it.") from None
    if silent := [str(one) for one in found if not one.why.strip()]:
        raise CourseError(f"{path} gives no reason for {silent[0]}; write one.")
    return found


def stale(known: Iterable[Survivor], tried: Iterable[Mutant], alive: Iterable[Mutant]) -> list[str]:
    """Return a sentence for each entry about tasks that were tried which explains no survivor."""
    tasks, survivors = {mutant.task for mutant in tried}, list(alive)
    return [
        f"{FILE}: {one} explains no survivor any more; take it out."
        for one in known
        if one.task in tasks and not any(one.explains(mutant) for mutant in survivors)
    ]


def _each(value: str | list[str]) -> list[str]:
    return [value] if isinstance(value, str) else value
