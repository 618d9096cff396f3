"""Read the lists that a TA exports from the learning system and puts beside its downloads.

A zip of a class often knows only when it was downloaded. The system's own table knows when each
student handed in, and often their id: Moodle's grading worksheet, Gradescope's grades, a roster of
GitHub Classroom, or a `times.csv` written by hand. Columns are known by their names.
"""

import csv
import hashlib
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from coursekit.names import first_id, is_student_id, squashed
from coursekit.systems import written_time
from coursekit.unpack import MB, BadArchive, Folder, readable

WHO = {
    "id", "identifier", "id number", "student id", "student number", "student no", "sid",
    "sis user id", "sis login id", "org defined id", "orgdefinedid", "user id", "userid",
    "user name", "username", "login", "github username", "github_username", "email",
    "email address", "e-mail", "name", "full name", "student", "student name", "user",
    "학번", "이름", "성명", "아이디", "이메일",
}  # fmt: skip
WHEN = {
    "time", "when", "submitted", "submitted at", "submitted on", "submission time",
    "submission date", "date submitted", "last modified (submission)", "last submission",
    "time submitted", "handed in", "제출 시간", "제출 일시", "제출 시각", "최종 수정 (제출)",
}  # fmt: skip

SHOWN = 5  # cells in one sentence


@dataclass(frozen=True)
class Listed:
    """What a list says of one person."""

    student: str | None
    when: datetime | None
    """Naive, in the system's clock, or aware."""


@dataclass
class ClassList:
    """All that the lists in an inbox say."""

    by_key: dict[str, Listed | None] = field(default_factory=dict)
    """None under a name that two people share."""
    digest: str = ""
    used: set[str] = field(default_factory=set)
    """The names of the files that are lists."""
    problems: list[str] = field(default_factory=list)
    has_unread_times: bool = False
    """Whether a list says when somebody handed in, in words that are not understood."""

    def find(self, keys: Sequence[str]) -> Listed | None:
        """Return what is listed under the first of `keys` that is known, and nobody else's."""
        return next((found for key in keys if key and (found := self.by_key.get(key))), None)


def read_class_list(inbox: Folder) -> ClassList:
    """Read every .csv that lies in the inbox itself; one in a folder or an archive is a student's.

    A file that is no such list, or cannot be read, is told in `problems`.
    """
    result, state = ClassList(), hashlib.sha256()
    for member in inbox.members:
        if len(member.parts) > 1 or member.suffix != ".csv" or member.is_link:
            continue
        name = readable(member.name)
        try:
            content = inbox.read([member.index], 20 * MB)[member.index]
            rows = _rows(_text(content))
        except (BadArchive, OSError, UnicodeError, csv.Error) as error:
            result.problems.append(f"{name} cannot be read as a list ({error}) and was not used")
            continue
        state.update(content)
        if problem := _add(rows, result):
            result.problems.append(f"{name} {problem} and was not used")
            continue
        result.used.add(name)
        if unread := _unread_times(rows):
            result.has_unread_times = True
            result.problems.append(f"{name} {unread}")
    result.digest = state.hexdigest()
    return result


def _rows(text: str) -> list[list[str]]:
    """Return the rows of a table; spreadsheets write semicolons or tabs in some countries."""
    first = text.split("\n", 1)[0]
    delimiter = max(",;\t", key=first.count)
    return list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))


def _text(content: bytes) -> str:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp949")


def _add(rows: Sequence[Sequence[str]], result: ClassList) -> str:
    """Add the rows of one list; return what is wrong with it, empty if nothing is."""
    header = _header(rows)
    who = [index for index, title in enumerate(header) if title in WHO]
    when = _time_column(header)
    if not who or (len(who) == 1 and when is None):
        return "has no columns that say who handed in and when (see docs/ta-collect.md)"
    names = [header.index(title) for title in ("first name", "last name") if title in header]
    for row in rows[1:]:
        cells = [cell.strip() for cell in row] + [""] * (len(header) - len(row))
        student = first_id(cells[index] for index in who if is_student_id(cells[index]))
        time = written_time(cells[when]) if when is not None else None
        listed = Listed(student, time)
        keys = {key for index in who for key in _keys(cells[index])}
        if len(names) == 2:
            keys |= _keys(f"{cells[names[1]]}, {cells[names[0]]}")
        for key in keys:
            known = result.by_key.setdefault(key, listed)
            if known != listed:
                result.by_key[key] = _merged(known, listed)
    return ""


def _header(rows: Sequence[Sequence[str]]) -> list[str]:
    return [" ".join(title.split()).casefold() for title in rows[0]] if rows else []


def _time_column(header: Sequence[str]) -> int | None:
    return next((index for index, title in enumerate(header) if title in WHEN), None)


def _unread_times(rows: Sequence[Sequence[str]]) -> str:
    """Return which cells look like times that cannot be read; a time has digits, "-" has none."""
    column = _time_column(_header(rows))
    if column is None:
        return ""
    cells = [(n, row[column].strip()) for n, row in enumerate(rows, 1) if len(row) > column]
    unread = [
        f'row {n}: "{readable(cell)[:60]}"'
        for n, cell in cells[1:]
        if re.search(r"\d", cell) and written_time(cell) is None
    ]
    if not unread:
        return ""
    more = f" and {len(unread) - SHOWN} more" if len(unread) > SHOWN else ""
    return (
        f'has times in its column "{readable(rows[0][column])}" that cannot be read '
        f"({'; '.join(unread[:SHOWN])}{more}): write them like 2026-10-07 15:00 and collect again"
    )


def _keys(cell: str) -> set[str]:
    """Return what a person may be called elsewhere: the cell, its words turned, its number."""
    keys = {squashed(cell), squashed("".join(reversed(re.split(r",|\s", cell, maxsplit=1))))}
    if found := re.fullmatch(r"\D*([0-9]{3,})", cell):  # "Participant 880001"
        keys.add(found[1])
    return keys - {""}


def _merged(known: Listed | None, listed: Listed) -> Listed | None:
    """Two lists may each know a part; where they differ there are two people of one name."""
    if known is None:
        return None
    students = {known.student, listed.student} - {None}
    times = [time for time in (known.when, listed.when) if time]
    is_one = known.student is not None and known.student == listed.student
    if len(students) > 1 or (len(set(times)) > 1 and not is_one):
        return None
    return Listed(next(iter(students), None), max(times, default=None, key=str))
