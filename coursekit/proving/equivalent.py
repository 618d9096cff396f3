"""Mutants that no test can tell from the reference, each with the reason.

They stand in `equivalent.toml`, by task: the change as `mutants` names it, and why it changes
nothing that the statement promises. One that does not occur any more is an error.
"""

import functools
import tomllib
from pathlib import Path

_FILE = Path(__file__).with_name("equivalent.toml")


@functools.cache
def reasons() -> dict[tuple[str, str], str]:
    """Return the reasons by task and change."""
    listed = tomllib.loads(_FILE.read_text(encoding="utf-8"))
    return {
        (task, entry["change"]): entry["reason"]
        for task, entries in listed.items()
        for entry in entries
    }
