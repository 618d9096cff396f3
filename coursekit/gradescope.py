"""Read Gradescope's `submission_metadata.yml`: who handed in each folder of an export, when."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Any

import yaml

from coursekit.names import first_id, squashed, student_ids
from coursekit.systems import GRADESCOPE, Upload, upload, written_time
from coursekit.unpack import MB, BadArchive, Member, Tree

METADATA = "submission_metadata.yml"


@dataclass(frozen=True)
class Export:
    """One export: the folder that it lies in, and what its metadata tell of each submission."""

    folder: tuple[str, ...]
    submissions: dict[str, Upload]

    def upload(self, parts: Sequence[str]) -> Upload | None:
        """Return what is known of the file at this path; None if it is not of this export."""
        depth = len(self.folder)
        if tuple(parts[:depth]) != self.folder or len(parts) < depth + 2:
            return None
        name = parts[depth]
        if not GRADESCOPE.fullmatch(name):
            return None
        known = self.submissions.get(name) or Upload(name, (), (), (), name)
        return replace(known, folder=tuple(parts[: depth + 1]), inside=tuple(parts[depth + 1 :]))


def exports(tree: Tree, members: Sequence[Member]) -> tuple[list[Export], list[str]]:
    """Return the exports among `members`, and a sentence for each that cannot be read.

    A student's own upload may hold a file of this name: below a submission none is believed.
    """
    found, problems = [], []
    for member in members:
        folder = member.parts[:-1]
        if member.parts[-1] != METADATA or first_id(folder) or upload(member.parts):
            continue
        try:
            content = tree.read([member.index], 20 * MB)[member.index]
            submissions = _read(content)
        except (BadArchive, yaml.YAMLError, ValueError, RecursionError) as error:
            problems.append(
                f"{member.name} cannot be read ({type(error).__name__}), so nobody knows whose "
                "its folders are; export them from Gradescope again"
            )
            submissions = {}
        found.append(Export(folder, submissions))
    return found, problems


def _read(content: bytes) -> dict[str, Upload]:
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    document = yaml.load(content, Loader=loader)
    if not isinstance(document, dict):
        raise ValueError("no mapping")
    return {
        str(name): _upload(str(name), facts)
        for name, facts in document.items()
        if isinstance(facts, dict)
    }


def _upload(folder: str, facts: dict[Any, Any]) -> Upload:
    people = facts.get(":submitters")
    people = [p for p in people if isinstance(p, dict)] if isinstance(people, list) else []
    names = [_text(person, ":name") or _text(person, ":email") or "?" for person in people]
    emails = [_text(person, ":email") for person in people]
    found = [student_ids(_text(person, ":sid")) for person in people]
    students = tuple(dict.fromkeys(ids[0] for ids in found if ids))
    who = [f"{n} <{e}>" if e else n for n, e in zip(names, emails, strict=True)]
    keys = tuple(squashed(text) for text in (*emails, *names)) if len(people) == 1 else ()
    return Upload(
        " and ".join(who) or folder,
        (),
        (),
        keys,
        " ".join(names),
        _moment(facts.get(":created_at")),
        students=students,
    )


def _text(person: dict[Any, Any], key: str) -> str:
    """Return a value that is text or a number; of anything else nobody knows how long it is."""
    value = person.get(key)
    return str(value)[:200] if isinstance(value, str | int) else ""


def _moment(value: object) -> datetime | None:
    if isinstance(value, datetime):
        return value if value.tzinfo else value.replace(tzinfo=UTC)  # Gradescope writes UTC
    if isinstance(value, date) or value is None:
        return None
    time = written_time(str(value))
    return time if time is None or time.tzinfo else time.replace(tzinfo=UTC)
