"""What a name that a person gave a file tells: a student id, a number, a time after the id."""

import contextlib
import functools
import re
import unicodedata
from collections.abc import Iterable, Iterator
from contextvars import ContextVar
from datetime import datetime

from coursekit.settings import StudentId

_NNNN_NNNNN = StudentId()
_written_as = ContextVar("_written_as", default=_NNNN_NNNNN)
_TIME = re.compile(
    r"(?<![0-9])(20[0-9]{2})(?P<dash>[-_.]?)([0-9]{2})(?P=dash)([0-9]{2})"
    r"(?:[-_T .]{0,3}([0-9]{2})[-_.:h]?([0-9]{2})(?:[-_.:]?([0-9]{2}))?)?(?![0-9])"
)
_NUMBER = re.compile(r"(?<![0-9])([0-9]{1,2})\s*[-_.]\s*([0-9]{1,2})(?![0-9])")
_DASHES = dict.fromkeys(map(ord, "‐‑‒–—−"), "-")
# What browsers, drives and systems put around the name of a second copy.
_COPY = re.compile(
    r"\s*\([0-9]{1,3}\)|[ _-]*copy[0-9]*(?![a-z])|copy of |의 사본| - 복사본|사본 ?-? ?",
    re.IGNORECASE,
)


@contextlib.contextmanager
def ids_written_as(student_id: StudentId) -> Iterator[None]:
    """Look for student ids of this form in the block; elsewhere they are NNNN-NNNNN."""
    before = _written_as.set(student_id)
    try:
        yield
    finally:
        _written_as.reset(before)


def student_ids(name: str) -> list[str]:
    """Return the student ids that a name holds, in order."""
    return list(_ids(name, _written_as.get()))


def is_student_id(text: str) -> bool:
    """Return whether a text is a student id and nothing else."""
    return bool(re.fullmatch(_written_as.get().pattern, text.strip()))


@functools.lru_cache(maxsize=50_000)
def _ids(name: str, written: StudentId) -> tuple[str, ...]:
    return tuple(dict.fromkeys(_in_text(written).findall(_plain(name))))


@functools.cache
def _in_text(written: StudentId) -> re.Pattern[str]:
    """Return a pattern for an id among other text: no digit, or letter, may continue it."""
    before = "0-9" if written.example[0].isdigit() else r"^\W_"
    after = "0-9" if written.example[-1].isdigit() else r"^\W_"
    return re.compile(f"(?<![{before}])(?:{written.pattern})(?![{after}])")


def first_id(names: Iterable[str]) -> str | None:
    """Return the first student id in the first of `names` that holds one."""
    return next((found[0] for name in names if (found := student_ids(name))), None)


def time_in_name(name: str) -> datetime | None:
    """Return the first time in a name such as "2026-11-20-10-31", None if there is none.

    A date alone means its beginning. The result is naive: it is in the clock of who wrote it.
    """
    for found in _TIME.finditer(_id().sub(" ", _plain(name))):
        year, _, month, day, *clock = found.groups()
        hour, minute, second = (int(part or 0) for part in clock)
        try:
            return datetime(int(year), int(month), int(day), hour, minute, second)
        except ValueError:
            continue
    return None


def time_after_id(name: str) -> datetime | None:
    """Return the time of "2000-00000_2026-11-20-10-31.tar.gz", None for all other names."""
    found = re.fullmatch(rf"{_id().pattern}[-_ .]{{1,3}}({_TIME.pattern}).*", _plain(name))
    return time_in_name(found[1]) if found else None


def copy_number(name: str) -> int:
    """Return the n of "2000-00000 (n).tar.gz" or "2000-00000-n.tar.gz", 0 if there is none."""
    name = _plain(name)
    found = re.search(r"\(([0-9]{1,3})\)", name) or re.search(
        _id().pattern + r"-([0-9]{1,2})(?![0-9-])", name
    )
    return int(found[1]) if found else 0


def without_copy_marks(name: str) -> str:
    """Return a name without "(1)", "Copy of", "-Copy1", "의 사본", in small letters."""
    return _COPY.sub("", unicodedata.normalize("NFKC", name)).strip().casefold()


def notebook_numbers(name: str) -> set[str]:
    """Return the numbers such as "1-1" in a notebook's name, however they are written."""
    found = _NUMBER.findall(_plain(name))
    return {f"{int(first)}-{int(second)}" for first, second in found}


def squashed(name: str) -> str:
    """Return the letters and digits of a person's name alone, to compare two spellings of it."""
    plain = unicodedata.normalize("NFKC", name).casefold()
    return "".join(letter for letter in plain if letter.isalnum())


def cut(name: str, size: int) -> str:
    """Return the end of a name that takes at most `size` bytes, as file systems count."""
    return name.encode("utf-8", "replace")[-size:].decode("utf-8", "ignore")


def _id() -> re.Pattern[str]:
    return _in_text(_written_as.get())


def _plain(name: str) -> str:
    """Full-width digits and typographic dashes become ASCII, however they were composed."""
    return unicodedata.normalize("NFKC", name).translate(_DASHES)
