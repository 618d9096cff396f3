"""What the names of files and folders from a learning system tell: who handed in, and when."""

import re
import unicodedata
from collections.abc import Iterable
from datetime import datetime

_ID = re.compile(r"(?<![0-9])[0-9]{4}-[0-9]{5}(?![0-9])")

# "Kim Minsu_12345_assignsubmission_file_" is a folder, or begins a file's name.
_MOODLE = re.compile(r"(?P<person>.+_[0-9]+)_assignsubmission_[a-z]+(?:_|$)(?P<rest>.*)")
# "HW 1_kim123_attempt_2026-11-20-10-31-05_hw.zip"
_BLACKBOARD = re.compile(r".+?_(?P<person>[^_]+)_attempt_[0-9-]+_?(?P<rest>.*)")
# "kimminsu_12345_67890_hw.zip", perhaps with "_LATE" after the person's name
_CANVAS = re.compile(r"(?P<person>[^\W\d_][^\W_]*(?:_LATE)?_[0-9]{3,})_[0-9]{3,}_(?P<rest>.+)")
_PERSON = (_MOODLE, _BLACKBOARD, _CANVAS)

_TIME = re.compile(
    r"(?<![0-9])(20[0-9]{2})([-_.]?)([0-9]{2})\2([0-9]{2})"
    r"(?:[-_T .]{0,3}([0-9]{2})[-_.:h]?([0-9]{2})(?:[-_.:]?([0-9]{2}))?)?(?![0-9])"
)

_DASHES = dict.fromkeys(map(ord, "‐‑‒–—−"), "-")


def student_ids(name: str) -> list[str]:
    """Return the student ids (NNNN-NNNNN) that a name holds, in order."""
    return list(dict.fromkeys(_ID.findall(_plain(name))))


def first_id(names: Iterable[str]) -> str | None:
    """Return the first student id in the first of `names` that holds one."""
    return next((found[0] for name in names if (found := student_ids(name))), None)


def split_person(name: str) -> tuple[str, str, str] | None:
    """Return (person, folder, rest) of a name that a learning system begins with a person's.

    The person is a key, the same for all that this person uploads. The folder groups what belongs
    together: all uploads (Moodle, Canvas) or those of one attempt (Blackboard). The rest is the
    name that the student gave the file; it is empty for a folder.
    """
    name = unicodedata.normalize("NFC", name)
    for pattern in _PERSON:
        if found := pattern.fullmatch(name):
            person, rest = found["person"].replace("_LATE_", "_"), found["rest"]
            folder = person if pattern is _CANVAS else name.removesuffix(rest)
            return person, folder, rest
    return None


def time_in_name(name: str) -> datetime | None:
    """Return the time in a name such as "2000-00000_2026-11-20-10-31.tar.gz", or None.

    A date alone means its beginning. The result is naive: it is in the learning system's clock.
    """
    for found in _TIME.finditer(_ID.sub(" ", _plain(name))):
        year, _, month, day, *clock = found.groups()
        hour, minute, second = (int(part or 0) for part in clock)
        try:
            return datetime(int(year), int(month), int(day), hour, minute, second)
        except ValueError:
            continue
    return None


def copy_number(name: str) -> int:
    """Return the n of "2000-00000 (n).tar.gz" or "2000-00000-n.tar.gz", 0 if there is none."""
    name = _plain(name)
    found = re.search(r"\(([0-9]{1,3})\)", name) or re.search(
        _ID.pattern + r"-([0-9]{1,2})(?![0-9-])", name
    )
    return int(found[1]) if found else 0


def notebook_numbers(name: str) -> set[str]:
    """Return which of "1-1", "1-2", "1-3" a notebook's name holds."""
    found = re.findall(r"(?<![0-9])1\s*[-_.]\s*([123])(?![0-9])", _plain(name))
    return {f"1-{number}" for number in found}


def _plain(name: str) -> str:
    """Full-width digits and typographic dashes become ASCII, however they were composed."""
    return unicodedata.normalize("NFKC", name).translate(_DASHES)
