"""Decide which submission of a student counts, and see where two people claim one id.

Nobody's work takes the place of another's, unless a TA puts it into the inbox under an id. Where a
learning system names the people, their names tell. Elsewhere a folder that holds one student's
files is taken for a person; an id that is only written inside an archive weighs less than one that
it lies under.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace

from coursekit.names import time_in_name
from coursekit.reader import Find

TELL = (
    "write whose id it is into a people.csv in the inbox, a line for each of them (first line: "
    "name,student id), and collect again"
)
COPY = "see whose each is, and copy each into the inbox as <its owner's id>.zip (or .tar.gz)"


@dataclass
class Settled:
    """What becomes of the submissions under one student's id."""

    latest: Find | None = None
    earlier: list[Find] = field(default_factory=list)
    """Those of the same student that it replaces."""
    aside: list[tuple[Find, str, str]] = field(default_factory=list)
    """What a person has to look at: with the reason, and what to do."""


def settle(student: str, finds: Sequence[Find], shared: Collection[str]) -> Settled:
    """Return which of these counts. `shared` are the folders that hold several students' work."""
    settled = Settled()
    good = [find for find in finds if not find.refused]
    good = _without_weak(student, good, settled)
    if reason := _conflict(student, good, shared):
        by_ta = [find for find in good if is_by_ta(find)]
        if not by_ta:
            todo = TELL if any(find.person for find in good) else COPY
            settled.aside += [(find, reason, todo) for find in good]
            good = []
        settled.latest = max(by_ta, key=_rank, default=None)
    else:
        settled.latest = max(_comparable(good), key=_rank, default=None)
    for find in finds:
        if find.refused:
            if _is_solved(find, settled.latest):
                settled.earlier.append(find)
            else:
                settled.aside.append((find, find.refused, find.todo))
        elif find in good and find is not settled.latest:
            settled.earlier.append(find)
    if settled.latest and settled.latest.at_top:
        settled.latest = _of_its_time(settled.latest, settled.earlier)
    return settled


def is_by_ta(find: Find) -> bool:
    """Whether a find lies in the inbox itself under a student's id, as a TA puts what is mended."""
    return find.at_top and find.is_named and not find.person


def ids_of_people(finds: Collection[Find]) -> dict[str, str]:
    """Return the id of each person who handed in under exactly one."""
    ids: dict[str, set[str]] = {}
    for find in finds:
        if find.person and find.student and not find.refused:
            ids.setdefault(find.person, set()).add(find.student)
    return {person: next(iter(theirs)) for person, theirs in ids.items() if len(theirs) == 1}


def shared_folders(finds: Collection[Find], archives: Collection[str]) -> set[str]:
    """Return the folders that are nobody's: they hold the work of several students, or are named
    by a time; and the archives of a class."""
    students: dict[str, set[str]] = {}
    for find in finds:
        if find.box and find.student:
            students.setdefault(find.box, set()).add(find.student)
    several = {box for box, ids in students.items() if len(ids) > 1 or time_in_name(box)}
    return several | set(archives)


def _comparable(good: Sequence[Find]) -> list[Find]:
    """Return what has a time to compare: a download's own time beats nothing that a TA put here."""
    if not any(is_by_ta(find) for find in good):
        return list(good)
    return [find for find in good if find.clock != "download" or is_by_ta(find)]


def _rank(find: Find) -> tuple[object, ...]:
    """The later counts; of equal times what lies in the inbox under an id, as a TA mends it."""
    return (find.time, find.person is None, find.changed, len(find.notebooks), find.where)


def _of_its_time(copy: Find, others: Sequence[Find]) -> Find:
    """Return what a TA has copied into the inbox with the time of the upload that it is."""
    same = [find for find in others if find.digest == copy.digest]
    if not same:
        return copy
    upload = max(same, key=_rank)
    return replace(copy, when=upload.when, clock=upload.clock, late=upload.late)


def _without_weak(student: str, good: Sequence[Find], settled: Settled) -> list[Find]:
    """Set aside what only inside says whose it is, beside what says so by its name or folder."""
    weak = [find for find in good if not find.is_named and not find.person and not find.box]
    if len(weak) in (0, len(good)):
        return list(good)
    for find in weak:
        reason = (
            f"says only inside that it is of {student}, who handed in under that id elsewhere too"
        )
        todo = f"if it is theirs and counts, copy it into the inbox as {student}.zip (or .tar.gz)"
        settled.aside.append((find, reason, todo))
    return [find for find in good if find not in weak]


def _conflict(student: str, good: Sequence[Find], shared: Collection[str]) -> str:
    """Return in words why these may be of several people, empty if nothing shows that."""
    people = sorted({find.person for find in good if find.person})
    if len(people) > 1:
        return f"{' and '.join(people)} both handed in as {student}"
    if len({find.digest for find in good}) < 2:
        return ""
    if people:
        # What a TA has mended lies in the inbox itself; elsewhere nobody says that it is theirs.
        foreign = [find for find in good if not find.person and not find.at_top]
        return f"not all of these are by {people[0]}, who handed in as {student}" * bool(foreign)
    boxes = sorted({find.box for find in good if find.box and find.box not in shared})
    if len(boxes) > 1:
        return f"{' and '.join(boxes)} are folders of different names, all with work of {student}"
    files = sorted(find.where for find in good if not find.is_named and not find.box)
    if len(files) > 1:
        return f"these say inside, not by their names, that they are of {student}"
    for box in shared:
        together = sorted(find.where for find in good if find.box == box)
        if len(together) > 1:
            return (
                f"all of these are of {student}; nothing tells which counts, or whether one is "
                "another student's"
            )
    return ""


def _is_solved(refused: Find, latest: Find | None) -> bool:
    """Whether what could not be used was followed by something usable of the same person."""
    if latest is None:
        return False
    is_time_known = refused.clock != "download" or not is_by_ta(latest)
    if is_time_known and refused.time > latest.time:
        return False
    return refused.person == latest.person or latest.person is None
