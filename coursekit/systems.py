"""How learning systems name what they hand out: whose an upload is, when it was handed in.

Only what the system itself writes is believed here. A file's own name is the student's.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone

from coursekit.names import squashed, time_in_name


@dataclass(frozen=True)
class Upload:
    """What the names of folders and files tell about one upload."""

    person: str
    """A key, the same for all that this person uploads."""
    folder: tuple[str, ...]
    """What groups the files that were handed in together; a prefix of a file's name counts as a
    folder."""
    inside: tuple[str, ...]
    """The path below it, in the student's words."""
    keys: tuple[str, ...]
    """By which a class list may know this person: a number, a name; see `squashed`."""
    text: str
    """What the person's name may tell, without the system's numbers: perhaps a student id."""
    when: datetime | None = None
    """Naive, in the system's clock, or aware; None where the system does not say."""
    late: bool = False
    students: tuple[str, ...] = ()
    """Ids that the system itself gives."""


def upload(parts: Sequence[str]) -> Upload | None:
    """Return what a learning system says of the file at this path, None if it says nothing."""
    for index, part in enumerate(parts):
        folder, below = tuple(parts[:index]), tuple(parts[index + 1 :])
        found = _named(part)
        if found is None and below and index and _holds_repositories(parts[index - 1]):
            found = _Named(part, part, "", (squashed(part), _user(part, parts[index - 1])), part)
        if found and (found.rest or below):  # else a file is named like a person's folder
            inside = (found.rest, *below) if found.rest else below
            return Upload(
                found.person,
                (*folder, found.folder),
                inside,
                found.keys,
                found.text,
                found.when,
                found.late,
            )
    return None


@dataclass(frozen=True)
class _Named:
    """One name, taken apart."""

    person: str
    folder: str
    rest: str
    keys: tuple[str, ...]
    text: str
    when: datetime | None = None
    late: bool = False


# "Kim Minsu_12345_assignsubmission_file_" is a folder, or begins a file's name.
_MOODLE = re.compile(
    r"(?P<person>(?P<name>.+?)(?:_(?P<number>[0-9]+))?)_assignsubmission_[a-z]+(?:_|$)(?P<rest>.*)"
)
# "HW 1_kim123_attempt_2026-11-20-10-31-05_hw.zip"
_BLACKBOARD = re.compile(r".+?_(?P<person>[^_]+)_attempt_(?P<time>[0-9-]+)_?(?P<rest>.*)")
# "kimminsu_LATE_12345_67890_hw.zip"; a group's name may begin with a digit
_CANVAS = re.compile(
    r"(?P<name>(?=[0-9]*[^\W\d_])[^\W_]+?)(?P<late>_LATE)?_(?P<number>[0-9]{3,})_[0-9]{3,}_"
    r"(?P<rest>.+)"
)
# "anon_aB3dE_67890_hw.zip", graded without names
_CANVAS_ANONYMOUS = re.compile(
    r"(?P<name>anon)(?P<late>_LATE)?_(?P<number>[0-9A-Za-z]{5})(?P<later>_LATE)?_[0-9]{3,}_"
    r"(?P<rest>.+)"
)
# "45671-123456 - Kim Minsu - Oct 7, 2026 300 PM" is a folder, or begins a file's name
_BRIGHTSPACE = re.compile(
    r"(?P<number>[0-9]+)-[0-9]+ - (?P<name>.+?) - (?P<time>[^-]*?[0-9]{4}[^-]*?)"
    r"(?: - (?P<rest>.+))?"
)

# a folder of Gradescope's export, whose metadata say whose it is: see `coursekit.gradescope`
GRADESCOPE = re.compile(r"submission_[0-9]+")


def _named(part: str) -> _Named | None:
    part = unicodedata.normalize("NFC", part)
    if found := _MOODLE.fullmatch(part):
        keys = (found["number"] or "", squashed(found["name"]))
        folder = part.removesuffix(found["rest"])
        return _Named(found["person"], folder, found["rest"], keys, found["person"])
    if found := _BLACKBOARD.fullmatch(part):
        folder, person = part.removesuffix(found["rest"]), found["person"]
        when = time_in_name(found["time"])
        return _Named(person, folder, found["rest"], (squashed(person),), person, when)
    if found := _CANVAS_ANONYMOUS.fullmatch(part) or _CANVAS.fullmatch(part):
        person = f"{found['name']}_{found['number']}"
        late = bool(found["late"] or found.groupdict().get("later"))
        keys = (found["number"], squashed(found["name"]))
        return _Named(person, person, found["rest"], keys, found["name"], late=late)
    if found := _BRIGHTSPACE.fullmatch(part):
        name, rest = found["name"], found["rest"] or ""
        folder = part.removesuffix(f" - {rest}") if rest else part
        person = f"{name} ({found['number']})"
        when = written_time(found["time"])
        return _Named(person, folder, rest, (found["number"], squashed(name)), name, when)
    if GRADESCOPE.fullmatch(part):
        return _Named(part, part, "", (), part)
    return None


def _holds_repositories(folder: str) -> bool:
    """Whether a folder is where GitHub Classroom clones to: "assignment-1-submissions"."""
    return folder.casefold().endswith("-submissions")


def _user(repository: str, folder: str) -> str:
    """Return the user of "assignment-1-kim-minsu" in "assignment-1-submissions": all that follows
    the assignment's name, for "minsu" may be another user. Empty where the two do not fit.
    """
    assignment = re.sub("-submissions$", "-", folder, flags=re.IGNORECASE)
    fits = repository.casefold().startswith(assignment.casefold())
    return squashed(repository[len(assignment) :]) if fits else ""


# --- times as systems write them -----------------------------------------------------------------

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_DATE = re.compile(
    # "2026-10-07", "2026/10/7", "2026. 10. 7.", "2026년 10월 7일"
    r"(?<!\d)(?P<year>20\d\d) ?(?P<dash>[-/.년]) ?(?P<month>\d{1,2}) ?(?:(?P=dash)|월) ?"
    r"(?P<day>\d{1,2})(?!\d)(?: ?일|\.(?!\d))?"
    # "Oct 7, 2026", "7 October 2026"
    r"|(?P<month2>[A-Z][a-z]{2,8})\.? (?P<day2>\d{1,2}),? (?P<year2>20\d\d)(?!\d)"
    r"|(?<!\d)(?P<day3>\d{1,2})\.? (?P<month3>[A-Z][a-z]{2,8})\.?,? (?P<year3>20\d\d)(?!\d)",
    re.ASCII,
)
_CLOCK = re.compile(
    # "15:00:30", "3:00 PM", "300 PM", "3 p.m.", "오후 3:00", "15시 30분"
    r"(?<![\d:.])(?:(?P<before>[AP]M|오전|오후) ?)?(?P<hour>\d{1,2})(?:"
    r"[:.]?(?P<minute>\d\d)(?:[:.](?P<second>\d\d)(?:\.\d+)?)?(?![\d:.])"
    r"|시(?: ?(?P<minute2>\d{1,2})분)?(?: ?(?P<second2>\d{1,2})초)?"
    r"|(?= ?[AP]\.?M|(?<=[AP]M \d)|(?<=[AP]M \d\d)))"
    r"(?: ?(?P<after>[AP]\.?M\b\.?|오전|오후))?",
    re.IGNORECASE,
)
_ZONES = {"z": 0, "utc": 0, "gmt": 0, "kst": 9}
_ZONE = re.compile(r"\(?\b(?P<name>Z|UTC|GMT|KST)\b\)?", re.IGNORECASE)
# what may stand around a date and a time, and says nothing more
_AROUND = re.compile(
    r"(?:mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:day)?\b\.?|[월화수목금토일]요일"
    r"|\([월화수목금토일]\)|\bat\b|[,\s]",
    re.IGNORECASE,
)


def written_time(text: str) -> datetime | None:
    """Return the time in words such as "Wednesday, 7 October 2026, 3:00 PM", or of ISO 8601.

    Naive unless it names its zone. A date alone means its beginning; None if there is no time, or
    anything that is not understood.
    """
    text = " ".join(unicodedata.normalize("NFKC", text).split())
    iso = text.replace(" UTC", "+00:00").replace(" Z", "+00:00")
    try:
        return datetime.fromisoformat(re.sub(r" ([+-][0-9]{2}:?[0-9]{2})$", r"\1", iso))
    except ValueError:
        pass
    if not (date := _DATE.search(text)):
        return None
    text = text[: date.start()] + " " + text[date.end() :]
    if zone := _ZONE.search(text):
        text = text[: zone.start()] + text[zone.end() :]
    clock = _CLOCK.search(text)
    if clock:
        text = text[: clock.start()] + text[clock.end() :]
    if _AROUND.sub("", text):
        return None
    try:
        year, month, day = _day(date)
        hour, minute, second = _hours(clock) if clock else (0, 0, 0)
        time = datetime(year, month, day, hour, minute, second)
    except ValueError:
        return None
    if zone:
        time = time.replace(tzinfo=timezone(timedelta(hours=_ZONES[zone["name"].casefold()])))
    return time


def _day(date: re.Match[str]) -> tuple[int, int, int]:
    """Return year, month and day. Raises `ValueError` for a month that does not exist."""
    year = date["year"] or date["year2"] or date["year3"]
    month = date["month2"] or date["month3"]
    number = _MONTHS.index(month[:3].casefold()) + 1 if month else int(date["month"])
    return int(year), number, int(date["day"] or date["day2"] or date["day3"])


def _hours(clock: re.Match[str]) -> tuple[int, int, int]:
    """Return hour, minute and second. Raises `ValueError` for an hour that contradicts its half."""
    hour, half = int(clock["hour"]), (clock["before"] or clock["after"] or "").casefold()
    is_late = half.startswith(("p", "오후"))
    is_double = bool(clock["before"] and clock["after"])
    if is_double or (half and hour > 12 and not is_late):
        raise ValueError(f"{hour} {half}")
    if half:
        hour = hour % 12 + 12 * is_late
    minute = clock["minute"] or clock["minute2"] or 0
    return hour, int(minute), int(clock["second"] or clock["second2"] or 0)
